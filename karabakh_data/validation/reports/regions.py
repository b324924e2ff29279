"""Where a finding stands in its file, for the tools that mark it there or mend it."""

from __future__ import annotations

import re
from typing import NamedTuple

from karabakh_data.validation.finding import Excerpt, Finding


class Region(NamedTuple):
    """A part of a line, in code points from 1."""

    line: int
    column: int | None
    end: int | None
    """The column behind its last character, where it is surely known."""


class Fix(NamedTuple):
    """A replacement that mends a finding."""

    region: Region
    text: str


def region_of(finding: Finding) -> Region | None:
    """The place of a finding in a text; `None` where the input has no lines, such as a workbook.

    It begins where the value begins, as in every form of the report.
    """
    if finding.cell is not None or finding.line is None:
        return None
    shown = _shown(finding)
    if shown is None or shown.column != finding.column or finding.column is None:
        return Region(finding.line, finding.column, None)
    return Region(finding.line, finding.column, finding.column + shown.length)


def _shown(finding: Finding) -> Excerpt | None:
    """The excerpt, where it underlines the whole of the value in the finding's line."""
    excerpt, value = finding.excerpt, finding.value
    if excerpt is None or value is None or excerpt.column is None or excerpt.label != str(finding.line):
        return None
    return excerpt if _underlined(excerpt) in (value, f'"{value}"') else None


def _underlined(excerpt: Excerpt) -> str:
    return excerpt.text[excerpt.start : excerpt.start + excerpt.length]


_PLAIN = re.compile(r"[0-9A-Za-z][\w./~?%-]*", re.ASCII)
"""A suggestion that every notation writes as it is."""
_REPLACED = re.compile(r"[\w ./~?%+-]+", re.ASCII)
_BARE = (".csv", ".tsv", ".yaml", ".yml")
"""Names of files in which a text may stand without quotation marks."""
_TYPED = re.compile(r"true|false|null|[0-9.]+")
"""Where quotation marks matter, these would be text or not by them alone."""


def fix_of(finding: Finding) -> Fix | None:
    """The suggestion as a replacement of what is underlined, where that is surely all there is to do."""
    shown, suggestion, value = _shown(finding), finding.suggestion, finding.value
    if shown is None or finding.line is None or shown.column is None or suggestion is None or value is None:
        return None
    if suggestion == value or not _PLAIN.fullmatch(suggestion) or not _REPLACED.fullmatch(value):
        return None
    begin, start = shown.column, shown.start
    if _underlined(shown) != value:
        begin, start = begin + 1, start + 1
    quoted = shown.text[start - 1 : start] == '"' == shown.text[start + len(value) : start + len(value) + 1]
    if not finding.file.lower().endswith(_BARE) and (not quoted or _TYPED.fullmatch(suggestion)):
        return None
    return Fix(Region(finding.line, begin, begin + len(value)), suggestion)
