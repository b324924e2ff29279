"""A report as text for the terminal: each finding with its place, what to write instead, and the piece of input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby, islice
from typing import TYPE_CHECKING

from karabakh_data.validation.codes import keys
from karabakh_data.validation.finding import Excerpt, Finding, Severity
from karabakh_data.validation.reports.printable import harmless, marked, visible, width, wrapped

if TYPE_CHECKING:
    from karabakh_data.validation.report import Change, Report

MORE = "--max-shown 0 shows all, --format json has them all"
"""Where the rest of the findings is, for the command line."""

LONGEST = 200
"""Characters shown of a suggestion, which may be a whole text."""

WIDE_OPEN = 1_000_000
"""Columns where nothing is wrapped."""

_COLOURS = {"error": "1;31", "warning": "1;33", "note": "1;36", "place": "1", "instead": "32", "faint": "2"}

Paint = Callable[[str, str], str]

LOOKED_AT = 10_000
"""Findings among which the worst is sought, and errors that may mostly be of one kind."""

TALLIED = 12
"""Rows of the tally of a report that is not shown whole."""


def render(
    report: Report, *, color: bool = False, max_shown: int | None = None, columns: int | None = 100, more: str = MORE
) -> str:
    """The report as text; the arguments are those of `lines`."""
    return "\n".join(lines(report, color=color, max_shown=max_shown, columns=columns, more=more))


def lines(
    report: Report, *, color: bool = False, max_shown: int | None = None, columns: int | None = 100, more: str = MORE
) -> Iterator[str]:
    """The report as text, line by line.

    Args:
        color: Whether to use the colours of a terminal.
        max_shown: Most findings, and most changed fields, to show; all where 0 or left out.
        columns: Width of the terminal; lines are as long as they are where `None`.
        more: Where the findings are that are not shown.
    """
    yield from map(harmless, _lines(report, color, max_shown or None, columns or WIDE_OPEN, more))


def _lines(report: Report, color: bool, max_shown: int | None, columns: int, more: str) -> Iterator[str]:
    def paint(text: str, name: str) -> str:
        return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if color and text else text

    for finding in islice(report.findings, max_shown):
        yield from finding_lines(finding, paint, columns)
        yield ""
    total = sum(report.counts.values())
    if max_shown is not None and total > max_shown:
        yield paint(f"… and {total - max_shown:,} more; {more}", "faint")
        yield ""
        yield from _most_often(report)
        yield ""
    if report.changes:
        yield from _change_lines(report.changes, paint, columns, max_shown)
    yield paint(summary(report), "error" if not report.ok else "warning" if report.counts["warning"] else "instead")
    if _is_published(report):
        hint = "most errors are records that are published already: --against none judges the records by themselves"
        hint += ", --update takes them as corrections"
        yield from (paint(text, "faint") for text in wrapped(hint, columns))
    if total:
        worst = min(islice(report.findings, LOOKED_AT), key=lambda finding: list(Severity).index(finding.severity))
        yield paint(f"`karabakh-data explain {worst.code}` says more", "faint")


def _is_published(report: Report) -> bool:
    """Whether most errors are records that are published, from which others may follow: derived rows do not fit."""
    errors = report.counts["error"]
    if not 1 < errors <= LOOKED_AT or report.stopped:
        return False
    return sum(finding.code == keys.already_published.number for finding in report.findings) * 2 > errors


def _most_often(report: Report) -> Iterator[str]:
    """How often each code is told of each column, the most frequent first."""
    times = Counter((finding.code, about(finding).removesuffix(": ")) for finding in report.findings)
    yield "Most often:"
    for (code, column), count in times.most_common(TALLIED):
        yield f"  {count:>7,} x {code}  {column}".rstrip()


def finding_lines(finding: Finding, paint: Paint, columns: int = 100) -> Iterator[str]:
    """One finding: place, severity, code and message; what to write instead; the excerpt."""
    place, severity, code = visible(finding.place), str(finding.severity), visible(finding.code)
    lead = width(place) + 2
    indent = lead if lead <= columns // 3 else 4
    head = lead + len(severity) + len(code) + 3
    texts = wrapped(f"{about(finding)}{visible(finding.message)}", columns - indent, columns - head)
    yield f"{paint(place, 'place')}  {paint(severity, severity)} {code}  {texts[0]}".rstrip()
    yield from (" " * indent + text for text in texts[1:])
    if finding.suggestion is not None:
        question = asked(visible(finding.suggestion, LONGEST))
        yield from (" " * indent + paint(text, "instead") for text in wrapped(question, columns - indent))
    if finding.excerpt is not None:
        yield from _excerpt_lines(finding.excerpt, finding.severity, paint, columns)


def asked(suggestion: str) -> str:
    """A suggestion as a question; in quotation marks where its end could be taken for the question's."""
    return f"did you mean {suggestion}?" if suggestion[-1:] not in "?~%]..!" else f"did you mean “{suggestion}”?"


def about(finding: Finding) -> str:
    """The table and field that a message is about, as its beginning."""
    names = [name for name in (finding.table, finding.field) if name]
    return visible(".".join(names)) + ": " if finding.field else ""


def _excerpt_lines(excerpt: Excerpt, severity: Severity, paint: Paint, columns: int) -> Iterator[str]:
    label = visible(excerpt.label)
    gutter = max(5, width(label))
    shown = marked(excerpt.text, excerpt.start, excerpt.length, max(20, columns - gutter - 3))
    carets = "^" * max(1, width(shown.marked))
    beside = " " * (gutter - width(label))
    yield paint(f"{beside}{label} | ", "faint") + f"{shown.before}{shown.marked}{shown.after}".rstrip()
    yield paint(f"{' ' * gutter} | ", "faint") + " " * width(shown.before) + paint(carets, severity)


def _change_lines(changes: tuple[Change, ...], paint: Paint, columns: int, most: int | None) -> Iterator[str]:
    records = len({(change.table, change.record_id) for change in changes})
    yield f"Proposed corrections: {counted(records, 'record')}, {counted(len(changes), 'field')}"
    for (table, record_id), fields in groupby(changes[:most], key=lambda change: (change.table, change.record_id)):
        listed = list(fields)
        yield ""
        yield f"{paint(visible(listed[0].place), 'place')}  {visible(table)} {visible(record_id)}"
        size = max(width(visible(change.field)) for change in listed)
        for change in listed:
            yield from _field_lines(change, size, paint, columns)
    if most is not None and len(changes) > most:
        yield ""
        yield paint(f"… and {counted(len(changes) - most, 'more field')}", "faint")
    yield ""


def _field_lines(change: Change, size: int, paint: Paint, columns: int) -> Iterator[str]:
    """`field  old -> new` on one line, or under each other where they are long."""
    name = visible(change.field)
    lead = "  " + name + " " * (size - width(name) + 2)
    old, new = (visible(value) if value else "(empty)" for value in (change.old, change.new))
    if len(lead) + width(old) + width(new) + 4 <= columns:
        yield f"{lead}{paint(old, 'faint')} -> {paint(new, 'instead')}"
        return
    rest = " " * len(lead)
    lines = wrapped(old, columns - len(lead) - 3)
    yield from (start + "   " + paint(text, "faint") for start, text in zip(_then(lead, rest), lines, strict=False))
    lines = wrapped(new, columns - len(lead) - 3)
    starts = _then(rest + "-> ", rest + "   ")
    yield from (start + paint(text, "instead") for start, text in zip(starts, lines, strict=False))


def _then(first: str, rest: str) -> Iterator[str]:
    yield first
    while True:
        yield rest


def summary(report: Report) -> str:
    """`2 files, 14 records: 3 errors, 1 warning; 11 records valid`."""
    if report.stopped:
        return f"{read(report)} so far: {_tally(report)}; stopped"
    return f"{read(report)}: {_tally(report)}; {_valid(report)}"


def read(report: Report) -> str:
    """`2 files, 14 records`."""
    return ", ".join([*([counted(len(report.files), "file")] if report.files else []), counted(report.rows, "record")])


def _tally(report: Report) -> str:
    found = [counted(number, name) for name, number in report.counts.items() if number]
    return ", ".join(found) or "nothing found wrong"


def _valid(report: Report) -> str:
    valid = len(report.records)
    return f"all {valid:,} valid" if valid == report.rows > 1 else f"{counted(valid, 'record')} valid"


def counted(number: int, name: str) -> str:
    """A number of things: `1 error`, `1,200 errors`."""
    return f"{number:,} {name}{'s' if number != 1 else ''}"
