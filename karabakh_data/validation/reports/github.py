"""A report as workflow commands, which GitHub shows as annotations beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from karabakh_data.validation.finding import Finding, Severity
from karabakh_data.validation.reports.printable import visible
from karabakh_data.validation.reports.regions import region_of
from karabakh_data.validation.reports.text import LONGEST, about, asked

if TYPE_CHECKING:
    from karabakh_data.validation.report import Report

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report) -> str:
    """One command on each line; nothing where nothing was found."""
    return "\n".join(lines(report))


def lines(report: Report) -> Iterator[str]:
    """The commands, one by one."""
    return map(annotation, report.findings)


def annotation(finding: Finding) -> str:
    """The command of one finding; its message begins with the place, since a log shows nothing but the message."""
    properties = {"file": visible(finding.file)}
    if region := region_of(finding):
        properties["line"] = str(region.line)
        if region.column is not None:
            properties["col"] = str(region.column)
        if region.end is not None:
            properties["endColumn"] = str(region.end)
    properties["title"] = f"{finding.code} {about(finding).removesuffix(': ')}".strip()
    hint = f" ({asked(visible(finding.suggestion, LONGEST))})" if finding.suggestion is not None else ""
    message = f"{visible(finding.place)}: {finding.code} {about(finding)}{visible(finding.message)}{hint}"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{COMMANDS[finding.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
