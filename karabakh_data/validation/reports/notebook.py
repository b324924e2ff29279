"""A report in a notebook: its summary and the first findings as a table."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from karabakh_data.validation.finding import Finding
from karabakh_data.validation.reports.printable import visible
from karabakh_data.validation.reports.text import LONGEST, about, counted, summary

if TYPE_CHECKING:
    from karabakh_data.validation.report import Report

# a notebook may be light or dark: colours that can be read on both, everything else as the notebook has it
_COLOURS = {"error": "#d9363e", "warning": "#b7791f", "note": "#3b82c4"}
_CELL = "text-align:left;vertical-align:top;padding-right:1em"


def render(report: Report, shown: int) -> str:
    """The summary, the first findings and how many more there are; every value escaped."""
    rows = "".join(map(_row, islice(report.findings, shown)))
    more = sum(report.counts.values()) - shown
    parts = [f"<p><b>{escape(summary(report))}</b></p>"]
    if rows:
        head = "".join(f"<th style='{_CELL}'>{name}</th>" for name in ("place", "code", "finding"))
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        parts.append(f"<div style='overflow-x:auto'>{table}</div>")
    if more > 0:
        parts.append(f"<p>… and {more:,} more; <code>.findings</code> has them all</p>")
    if report.changes:
        fields = counted(len(report.changes), "field")
        parts.append(f"<p>{fields} of published records would change; <code>.changes</code> has them</p>")
    return "".join(parts)


def _row(finding: Finding) -> str:
    severity = f"<b style='color:{_COLOURS[finding.severity]}'>{finding.severity}</b>"
    message = escape(f"{about(finding)}{visible(finding.message)}")
    if finding.suggestion is not None:
        message += f"<br>did you mean <code>{escape(visible(finding.suggestion, LONGEST))}</code>?"
    cells = (
        f"<bdi>{escape(visible(finding.place))}</bdi>",
        f"{severity}&nbsp;{escape(visible(finding.code))}",
        message,
    )
    return f"<tr>{''.join(f'<td style={_CELL!r}>{cell}</td>' for cell in cells)}</tr>"
