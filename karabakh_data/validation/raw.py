"""What a reader hands on: rows of raw values with their places, before anything is judged."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from karabakh_data.validation.codes import Code, Said
from karabakh_data.validation.finding import Excerpt, Finding
from karabakh_data.validation.store import Collector

SHOWN = 500
"""Characters of a value that a finding keeps."""

LONGEST = 2_000
"""Characters of a message; what is longer lists what the contribution gives without end."""

WINDOW = 100
"""Characters of a source line that an excerpt keeps."""

FOLLOWED = 10_000
"""Characters of a quoted cell through which the part that is meant is followed to its place."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class Notation(Enum):
    """How values are written in an input, which decides what a cell may be."""

    TEXT = "text"
    """CSV, TSV: every cell is text, a list joined by `;`, an empty cell is no value."""
    SHEET = "sheet"
    """Workbooks: text as in CSV, or a typed number, truth value or day."""
    YAML = "yaml"
    """Scalars are text, lists are lists; a single scalar may stand for a list of one."""
    JSON = "json"
    """Text, numbers, truth values and null are told apart; lists are lists."""
    NATIVE = "native"
    """Python values and data frames: as JSON, also days, tuples and list cells joined by `;`."""


@dataclass(slots=True)
class Raw:
    """One value as it stands in the input.

    `value` is text, `int`, `float`, `bool`, `datetime.date`/`datetime.datetime`, `None` where there is no value, or a
    `list` of `Raw` where the input has a list.
    """

    value: Any
    line: int | None = None
    column: int | None = None
    ref: str | None = None
    """Cell reference inside its sheet, such as `C14`."""
    as_text: bool = False
    """In a worksheet: the cell is formatted as text, so that digits in it are meant to be text."""


@dataclass
class Input:
    """One file, or what stands for one."""

    name: str
    """As findings show it."""
    order: int
    notation: Notation
    line_text: Callable[[int], str | None] = lambda line: None
    """The physical line of this number, for excerpts; `None` where the input has no text."""
    sheet: str | None = None
    sheet_order: int = 0
    """Position of the sheet in its workbook."""
    is_update: bool = False
    """Whether records with published ids are corrections, which may leave out columns that stay as they are."""


@dataclass(slots=True)
class RawRow:
    """One record as it stands in the input.

    `cells` holds the columns of the table that the record gives, without those whose fault is told already; those
    stand in `told`, so that nothing is said about them twice.
    """

    table: str
    source: Input
    row: int
    """1-based number of the record in its table of its file."""
    line: int | None = None
    column: int | None = None
    ref: str | None = None
    cells: dict[str, Raw] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    at_fault: bool = False
    """Something is wrong with the record as a whole (told already): it is judged, and is not valid."""
    broken: bool = False
    """Its structure is at fault (told already): only its key counts, so that others may refer to it."""
    lines: tuple[str, ...] = ()
    """Its physical lines from `line` on, where the input is read line by line: for excerpts, made now or later."""

    def line_text(self, line: int) -> str | None:
        """The physical line of this number, if it is one of the record's own."""
        if self.line is None or not 0 <= line - self.line < len(self.lines):
            return None
        return self.lines[line - self.line]


class Reading:
    """Collects what is found while inputs are read; hands out places and excerpts.

    Args:
        findings: Where findings are added.
        table: The table that the caller named, if any.
    """

    def __init__(self, source: Input, findings: Collector, table: str | None = None) -> None:
        self.source = source
        self.findings = findings
        self.table = table

    def tell(
        self,
        code: Code[Any, Said],
        *args: Any,
        at: Raw | RawRow | tuple[int, int] | None = None,
        row: RawRow | None = None,
        table: str | None = None,
        record_id: str | None = None,
        field: str | None = None,
        value: Any = None,
        underline: tuple[int, int] | None = None,
    ) -> None:
        """Add a finding.

        Args:
            code: The code; `args` are those of its function.
            at: The value, record or (line, column) that it stands at; the whole input where left out.
            row: The record that it belongs to.
            value: What stands there; that of `at` where left out.
            underline: (start, length) of the part of the value that is meant, in characters from the value's start.
        """
        self.findings.append(
            make_finding(self.source, code, code(*args), at, row, table, record_id, field, value, underline)
        )


def make_finding(
    source: Input,
    code: Code[Any, Any],
    said: Said,
    at: Raw | RawRow | tuple[int, int] | None = None,
    row: RawRow | None = None,
    table: str | None = None,
    record_id: str | None = None,
    field: str | None = None,
    value: Any = None,
    underline: tuple[int, int] | None = None,
) -> Finding:
    """A finding with its place and excerpt; the arguments are those of `Reading.tell`."""
    if isinstance(at, RawRow):
        row = at
    line: int | None = None
    column: int | None = None
    ref: str | None = None
    if isinstance(at, tuple):
        line, column = at
    elif at is not None:
        line, column, ref = at.line, at.column, at.ref
    if value is None and isinstance(at, Raw):
        value = at.value
    text = shown(value)
    cell = shown(at.value) if isinstance(at, Raw) and at.value is not None else text
    quoted = source.notation is Notation.TEXT and isinstance(at, Raw)
    return Finding(
        code=code.number,
        severity=code.severity,
        message=_encodable(_cut(said.message, LONGEST)),
        file=source.name,
        line=line,
        column=column,
        row=row.row if row else None,
        cell=f"{source.sheet}!{ref}" if source.sheet is not None and ref else None,
        table=table or (row.table if row else None),
        record_id=None if record_id is None else _encodable(_cut(record_id, SHOWN)),
        field=field,
        value=text,
        suggestion=None if len(said.suggestion or "") > SHOWN else said.suggestion,
        excerpt=excerpt(source, line, column, ref, cell if ref else text, underline, row=row, quoted=quoted),
        file_order=source.order,
        sheet_order=source.sheet_order,
    )


def shown(value: Any) -> str | None:
    """A raw value as text, cut where it is very long."""
    if value is None:
        return None
    if isinstance(value, list):
        value = ";".join(shown(one.value) or "" for one in value[:SHOWN])
    elif isinstance(value, bool):
        value = "true" if value else "false"
    text = str(value)
    return _encodable(_cut(text, SHOWN))


def _encodable(text: str) -> str:
    # bytes that were no text stand in strings as lone surrogates, which no output can encode
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def excerpt(
    source: Input,
    line: int | None,
    column: int | None,
    ref: str | None,
    text: str | None,
    underline: tuple[int, int] | None = None,
    *,
    row: RawRow | None = None,
    quoted: bool = False,
) -> Excerpt | None:
    """A window of the source line with the value underlined; of a worksheet, the cell.

    Args:
        row: The record that it belongs to, whose own lines go before those of `source`.
        quoted: Whether a quotation mark at the place opens a cell of CSV, whose text begins behind it.
    """
    start, length = underline or (0, max(1, len((text or "").split("\n")[0])))
    if ref is not None:
        return Excerpt(ref, text or "", start, length) if text else None

    def line_text(number: int) -> str | None:
        own = row.line_text(number) if row is not None else None
        return own if own is not None else source.line_text(number)

    whole = line_text(line) if line is not None else None
    if line is None or whole is None or column is None:
        return None
    begin = column - 1 + start
    if quoted and whole.startswith('"', column - 1):
        line, whole, begin, length = _in_quotes(line_text, line, column, underline, length)
    elif (
        source.notation is not Notation.TEXT
        and underline is None
        and text
        and _is_quoted(whole[begin : begin + 1], text)
    ):
        length += 2  # a text of JSON or YAML in its quotation marks
    left = max(0, min(begin - WINDOW // 3, len(whole) - WINDOW))
    window = _encodable(whole[left : left + WINDOW])
    before, after = ("…" if left else ""), ("…" if left + WINDOW < len(whole) else "")
    at = min(begin - left, len(window)) + len(before)
    cut = max(1, min(length, len(before) + len(window) - at))
    return Excerpt(str(line), before + window + after, at, cut, begin + 1)


def _is_quoted(sign: str, text: str) -> bool:
    return sign in ("'", '"') and not text.startswith(sign)


def _in_quotes(
    line_text: Callable[[int], str | None], line: int, column: int, underline: tuple[int, int] | None, length: int
) -> tuple[int, str, int, int]:
    """Where a part of a quoted cell stands: the line and its text, the index in it, the characters up to its end."""
    whole, index = line_text(line) or "", column
    for _ in range(min(underline[0], FOLLOWED) if underline else 0):
        following = line_text(line + 1) if index >= len(whole) else None
        if following is not None:
            line, whole, index = line + 1, following, 0
        else:
            index += 2 if whole.startswith('""', index) else 1
    begin = index
    for _ in range(min(length, WINDOW)):
        index += 2 if whole.startswith('""', index) else 1
    if underline is None:
        return line, whole, begin - 1, min(index + 1, len(whole)) - begin + 1
    return line, whole, begin, index - begin
