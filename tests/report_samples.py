"""Findings and reports that the tests of the reports share."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from karabakh_data.validation.finding import Excerpt, Finding, Severity
from karabakh_data.validation.report import Change, Report

LINE = "incident-2021-05-12-x,border_crossing,place-suynik,2021-05-12"
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "]]></style><!-- -->",
    "::error::owned",
    "##[error]owned",
    "a\n::set-output name=x::y\r\n%0A%3A",
    "\x1b[2J\x1b]0;title\x07\x9b31m",
    "\u202ereversed\u202c \u2066isolate\u2069 \u200e\u200f\u061c",
    "line\u2028separator\u2029\x0b\x0c\x85end",
    "\x00\ud800 half \udfff",
    "a,b:c%d",
    "[click](https://example.org) {0} {brace",
    "=HYPERLINK(1)",
    "\u202e&amp;\ufeff\u200b\u00ad\U000e0041",
)
"""Values that would do harm in some form if they stood there as they are."""


def finding(code: str = "KD301", severity: str = "error", message: str = "is wrong", **fields: Any) -> Finding:
    """A finding in `incidents.csv`, unless `fields` say otherwise."""
    given: dict[str, Any] = {"file": "incidents.csv", "table": "incidents", "field": "place_ids", **fields}
    return Finding(code, Severity(severity), message, **given)


def pointed(text: str, part: str, line: int = 14, **fields: Any) -> Finding:
    """A finding at a part of a line."""
    start = text.index(part)
    shown = Excerpt(str(line), text, start, len(part), start + 1)
    return finding(**{"line": line, "column": start + 1, "value": part, "excerpt": shown, **fields})


def suynik(**fields: Any) -> Finding:
    """The finding of the design's example."""
    given: dict[str, Any] = {
        "message": '"place-suynik" is not a known place',
        "suggestion": "place-syunik-province",
        "record_id": "incident-2021-05-12-x",
        "row": 13,
    }
    return pointed(LINE, "place-suynik", **{**given, **fields})


def cell(**fields: Any) -> Finding:
    """A finding in a workbook."""
    return finding(
        **{
            "code": "KD202",
            "file": "book.xlsx",
            "line": 14,
            "column": 3,
            "row": 13,
            "cell": "incidents!C14",
            "value": " x",
            "excerpt": Excerpt("C14", " x", 0, 2),
            **fields,
        }
    )


def hostile_finding(text: str, **fields: Any) -> Finding:
    """A finding with a hostile text in every place that may hold text of the input."""
    names = ("message", "file", "table", "field", "record_id", "value", "suggestion")
    given: dict[str, Any] = {**dict.fromkeys(names, text), "line": 2, "column": 3, "row": 1}
    return finding(**{**given, "excerpt": Excerpt("2", f"a {text} z", 2, len(text), 3), **fields})


def hostile_report(text: str) -> Report:
    """Hostile findings of every kind of place, and a hostile change."""
    found = [
        hostile_finding(text),
        hostile_finding(text, severity="warning", line=None, column=None),
        hostile_finding(text, severity="note", cell=f"{text}!C14", excerpt=Excerpt("C14", text, 0, 1)),
    ]
    change = Change(text, text, text, text, text + "x", text)
    return Report(findings=found, changes=(change,), files=(text,), rows=3)


def any_report() -> st.SearchStrategy[Report]:
    """Reports with any characters, lone surrogates too, and excerpts that point anywhere."""
    text = st.text(st.characters(), max_size=20) | st.sampled_from(HOSTILE)
    some = st.none() | text
    number = st.none() | st.integers(1, 500)
    excerpt = st.builds(Excerpt, text, text, st.integers(-3, 30), st.integers(-1, 30), number)
    found = st.builds(
        Finding,
        code=st.sampled_from(["KD101", "KD204", "KD301"]),
        severity=st.sampled_from(list(Severity)),
        message=text,
        file=text,
        line=number,
        column=number,
        row=number,
        cell=some,
        table=some,
        record_id=some,
        field=some,
        value=some,
        suggestion=some,
        excerpt=st.none() | excerpt,
        file_order=st.integers(0, 2),
    )
    change = st.builds(Change, text, text, text, some, some, text)
    return st.builds(
        Report,
        findings=st.lists(found, max_size=4),
        changes=st.lists(change, max_size=3).map(tuple),
        files=st.lists(text, max_size=3).map(tuple),
        rows=st.integers(0, 2000),
    )
