"""Report: what a validation found, in every form that people and programs read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from karabakh_data.models import Record
from karabakh_data.validation.finding import Finding, Severity
from karabakh_data.validation.reports import text
from karabakh_data.validation.store import Findings

SHOWN = 50
"""Findings that are shown where a report is printed, raised or displayed."""

_SPELT = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|(?<=##)\\[")
"""What JSON is made to spell out: half a surrogate pair, which has no UTF-8, and what a terminal or log would obey."""


class Change(NamedTuple):
    """One field of a published record that a contribution proposes to correct."""

    record_id: str
    table: str
    field: str
    old: str | None
    """What is published, as its cell is written; `None` where that is empty."""
    new: str | None
    place: str
    """Where the proposal stands, as findings show it."""


class ValidationFailed(ValueError):  # noqa: N818
    """A report that holds errors, raised; `report` is the whole of it."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        return str(self.report)


class Interrupted(KeyboardInterrupt):
    """A validation that was stopped; `report` is what was found so far, without what holds between records."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Report:
    """What a validation found.

    Printing it shows the first findings as text; in a notebook they are a table.

    Args:
        findings: A list or tuple is brought into order; any other sequence is taken to be in order already.
    """

    findings: Sequence[Finding] = ()
    """What is wrong, by file, line and column."""
    records: Sequence[Record] = ()
    """The valid records, in the order of the input; those of large files are read from them whenever they are used."""
    changes: tuple[Change, ...] = ()
    """Proposed corrections of published records, record by record; only where they were asked for."""
    files: tuple[str, ...] = ()
    """The names of the files that were read."""
    rows: int = 0
    """How many records were seen, valid or not."""
    stopped: bool = False
    """Whether the validation was stopped before its end, so that more may be wrong."""

    def __post_init__(self) -> None:
        if isinstance(self.findings, list | tuple):
            object.__setattr__(self, "findings", tuple(sorted(self.findings, key=lambda finding: finding.sort_key)))

    @property
    def ok(self) -> bool:
        """Whether all was judged and nothing of severity error found."""
        return not self.counts["error"] and not self.stopped

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity: error, warning and note."""
        if isinstance(self.findings, Findings):
            return dict(self.findings.counts)
        counts = {severity.value: 0 for severity in Severity}
        for finding in self.findings:
            counts[finding.severity.value] += 1
        return counts

    @property
    def summary(self) -> str:
        """All of it in a line: `2 files, 14 records: 3 errors, 1 warning; 11 records valid`."""
        return text.summary(self)

    def raise_for_errors(self) -> None:
        """Raise the report if it holds errors.

        Raises:
            ValidationFailed: Something of severity error was found.
        """
        if not self.ok:
            raise ValidationFailed(self)

    # --- For people ------------------------------------------------------------------------------------------------

    def to_text(self, color: bool = False, max_shown: int | None = None, width: int | None = 100) -> str:
        """The report as text.

        Args:
            color: Whether to use the colours of a terminal.
            max_shown: Most findings to show; all where 0 or left out.
            width: Columns to wrap to; lines are as long as they are where `None`.
        """
        return text.render(self, color=color, max_shown=max_shown, columns=width)

    def __str__(self) -> str:
        return text.render(self, max_shown=SHOWN, more="`.findings` has them all")

    def __repr__(self) -> str:
        return f"<Report: {self.summary}>"

    def _repr_html_(self) -> str:
        from karabakh_data.validation.reports import notebook

        return notebook.render(self, SHOWN)

    def to_html(self) -> str:
        """The report as a page that stands alone: no script, nothing loaded, every value escaped."""
        from karabakh_data.validation.reports import html

        return html.render(self)

    def pieces(
        self, form: str, color: bool = False, max_shown: int | None = None, width: int | None = 100
    ) -> Iterator[str]:
        """The report piece by piece, so that one of millions of findings never stands in memory as a whole.

        Args:
            form: `text`, `json`, `sarif`, `github` or `html`.
            color: As for `to_text`, and so are `max_shown` and `width`.
        """
        if form == "json":
            return self._json()
        if form == "sarif":
            from karabakh_data.validation.reports import sarif

            return sarif.pieces(self)
        if form == "html":
            from karabakh_data.validation.reports import html

            return _joined(html.lines(self))
        if form == "github":
            from karabakh_data.validation.reports import github

            return _joined(github.lines(self))
        return _joined(text.lines(self, color=color, max_shown=max_shown, columns=width))

    # --- For programs ----------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values; `reports.schema.report_schema()` describes them."""
        return {
            **self._head(),
            "findings": [finding.to_dict() for finding in self.findings],
            "changes": [change._asdict() for change in self.changes],
        }

    def _head(self) -> dict[str, Any]:
        records = {"read": self.rows, "valid": len(self.records)}
        return {
            "ok": self.ok,
            "stopped": self.stopped,
            "counts": dict(self.counts),
            "files": list(self.files),
            "records": records,
        }

    def to_json(self) -> str:
        """`to_dict` as JSON, a finding on each line."""
        return "".join(self._json())

    def _json(self) -> Iterator[str]:
        yield "{\n" + "".join(f'  "{name}": {_dumped(value)},\n' for name, value in self._head().items())
        yield '  "findings": ['
        for number, finding in enumerate(self.findings):
            yield (",\n    " if number else "\n    ") + _dumped(finding.to_dict())
        yield ("\n  ]" if self.findings else "]") + ',\n  "changes": ['
        for number, change in enumerate(self.changes):
            yield (",\n    " if number else "\n    ") + _dumped(change._asdict())
        yield ("\n  ]" if self.changes else "]") + "\n}"

    def to_sarif(self) -> dict[str, Any]:
        """The report as a SARIF 2.1.0 log, for code hosts and editors."""
        from karabakh_data.validation.reports import sarif

        return sarif.render(self)

    def to_github(self) -> str:
        """The report as workflow commands, one on each line, which GitHub shows beside the lines of a pull request."""
        from karabakh_data.validation.reports import github

        return github.render(self)


def _joined(lines: Iterator[str]) -> Iterator[str]:
    yield from islice(lines, 1)
    for line in lines:
        yield "\n" + line


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def _dumped(value: Any) -> str:
    text = _ENCODER.encode(value)
    if text.isprintable() and "##[" not in text:  # to see that nothing is to be spelt takes a tenth of the time
        return text
    return _SPELT.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)
