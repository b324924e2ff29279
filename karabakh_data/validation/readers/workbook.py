"""XLSX workbooks: every sheet with content is a table; each value knows its cell.

What a worksheet adds to a value and other programs lose (formulas, errors, merged cells, number formats) is told.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from karabakh_data.columns import columns_of
from karabakh_data.tables import COLUMN_NAMES, MODELS
from karabakh_data.template import HELPER_SHEETS
from karabakh_data.validation.codes import Code, Said
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.raw import Notation, Raw, RawRow, Reading
from karabakh_data.validation.readers.headers import Header, read_header, table_named
from karabakh_data.validation.readers.numberformat import TEXT as AS_TEXT
from karabakh_data.validation.readers.numberformat import is_shown_otherwise
from karabakh_data.validation.readers.ooxml import WorkbookError, bounded
from karabakh_data.validation.readers.sheets import Cell, Range, Sheet, Workbook, reference
from karabakh_data.validation.readers.sheettext import TEXT
from karabakh_data.workbook import ABOUT

COLUMN_LIMIT = 1_000
"""Columns of a header."""

FAULTS = 20_000
"""Cells whose fault is told; a whole sheet of formulas is told no further."""

TITLES = 5
"""Rows above the header that are looked through."""

_ODD = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Row = tuple[int, list[Cell]]


def read_workbook(reading: Reading, data: bytes, *, hint: str | None = None) -> Iterator[RawRow]:
    """The records of an XLSX workbook, sheet by sheet.

    A sheet's table is told from its name, else (of a single sheet) from the file's, else from the columns. The table
    that the caller named counts where one sheet has content. Our own sheets that hold no records are passed over.

    Args:
        reading: Where findings are told.
        data: The bytes of the file.
        hint: The table that the name of the file points to, if any.
    """
    try:
        book = Workbook(data)
        full = [sheet for sheet in book.sheets if sheet.rows and sheet.name not in HELPER_SHEETS | {ABOUT}]
        if not full:
            raise WorkbookError(codes.nothing_there, "the workbook holds no records")
        count = _Count()
        readers = [_SheetReader(reading, book, sheet, count, alone=len(full) == 1) for sheet in full]
        for reader in readers:
            yield from reader.read(hint)
    except WorkbookError as error:
        reading.tell(error.code, *error.said)
        return
    if all(reader.is_bare for reader in readers):
        reading.tell(codes.nothing_there, "the workbook holds columns and no records")


@dataclass
class _Count:
    """What is counted through the whole file."""

    records: Counter[str] = field(default_factory=Counter)
    """By table."""
    told: int = 0


class _SheetReader:
    """Reads one sheet, the only one with content or one of several."""

    def __init__(self, reading: Reading, book: Workbook, sheet: Sheet, count: _Count, *, alone: bool) -> None:
        order = next((number for number, one in enumerate(book.sheets) if one is sheet), 0)
        source = replace(reading.source, notation=Notation.SHEET, sheet=sheet.name, sheet_order=order)
        self.reading = Reading(source, reading.findings, reading.table if alone else None)
        self.is_bare = False
        """Whether there is a header and nothing below it."""
        self._header: Header | None = None
        self._book = book
        self._sheet = sheet
        self._count = count
        self._alone = alone
        self._named: dict[int, str] = {}
        """Column -> its name, for those of the table."""
        self._settled: set[int] = set()
        """Columns about which nothing more is to be said."""
        self._previous = 0
        """The last row of which blank ones were told."""

    def read(self, hint: str | None) -> Iterator[RawRow]:
        """The records of the sheet."""
        rows, top = self._after_titles(self._book.rows(self._sheet))
        header = self._read_header(top, table_named(self._sheet.name) or (hint if self._alone else None))
        if header is None:
            return
        merged = _Merged(self._sheet, top[0], self._named)
        self._settled |= merged.columns_in(top[0]) - self._named.keys()
        self._tell_merged(merged, top[0], None)
        self.is_bare = True
        for number, cells in rows:
            self.is_bare = False
            self._tell_merged(merged, number - 1, None)
            self._tell_blank(number)
            row = self._row(header, number, cells, merged.covered(number))
            self._tell_merged(merged, number, row)
            if row is not None:
                yield row

    # --- Findings --------------------------------------------------------------------------------------------------

    def _tell(
        self, code: Code[Any, Said], *args: Any, at: Raw, row: RawRow | None = None, field: str | None = None
    ) -> None:
        self._count.told += 1
        if self._count.told > FAULTS:
            what = "there are too many formulas, errors and the like"
            raise WorkbookError(codes.too_large, what, f"{FAULTS:,}", "mend these first; the rest is not read")
        table = self._header.table if self._header else None
        self.reading.tell(code, *args, at=at, row=row, table=table, field=field)

    def _tell_blank(self, number: int) -> None:
        count = number - self._previous - 1
        if count:
            self._tell(codes.blank_row, count, at=_at(self._previous + 1, 1))
        self._previous = number

    def _tell_merged(self, merged: _Merged, upto: int, row: RawRow | None) -> None:
        for place, ref in merged.begun(upto):
            at = _at(place.top, place.left)
            self._tell(codes.merged_cells, ref, at=at, row=row, field=self._named.get(place.left))

    # --- Header ----------------------------------------------------------------------------------------------------

    def _after_titles(self, rows: Iterator[Row]) -> tuple[Iterator[Row], Row]:
        """The rows below the header, and the header; titles above it are told."""
        seen: list[Row] = []
        for row in rows:
            seen.append(row)
            if len(row[1]) > 1 or len(seen) > TITLES or _names(row[1]):
                break
        if len(_names(seen[-1][1])) > 1:
            for number, cells in seen[:-1]:
                self._tell_blank(number)
                at = _at(number, cells[0].column, cells[0].value)
                self._tell(codes.not_read, f"row {number} stands above the header", at=at)
            self._tell_blank(seen[-1][0])
            return rows, seen[-1]
        self._tell_blank(seen[0][0])
        return _chained(seen[1:], rows), seen[0]

    def _read_header(self, top: Row, hint: str | None) -> Header | None:
        number, cells = top
        bounded(len(cells), COLUMN_LIMIT, f"columns in the sheet {self._sheet.name!r}")
        names = []
        for cell in cells:
            raw = self._judged(number, cell, None, None)
            if raw is None and cell.kind == "text":  # the name is meant all the same
                raw = _at(number, cell.column, _ODD.sub("", cell.value)[:TEXT])
            if raw is None:
                self._settled.add(cell.column)
            else:
                names.append(raw)
        header = self._header = read_header(self.reading, names, hint)
        if header is None:
            return None
        for raw, name in zip(names, header.columns, strict=True):
            if name is not None:
                self._named[raw.column or 0] = name
            elif str(raw.value).strip():
                self._settled.add(raw.column or 0)
        return header if self._named else None

    # --- Records ---------------------------------------------------------------------------------------------------

    def _row(self, header: Header, number: int, cells: list[Cell], covered: set[int]) -> RawRow | None:
        """The record of a row; `None` where nothing stands under the columns of the table."""
        first = min(self._named)
        row = RawRow(header.table, self.reading.source, self._count.records[header.table] + 1)
        row.line, row.column, row.ref = number, first, reference(number, first)
        row.told = {*header.told, *(self._named[column] for column in covered)}
        values = faults = 0
        for cell in cells:
            name = self._named.get(cell.column)
            if name is None:
                self._tell_nameless(header, number, cell)
            elif cell.column not in covered:
                raw = self._judged(number, cell, row, name)
                values += raw is not None and bool(str(raw.value).strip())
                faults += raw is None
                if raw is None:
                    row.told.add(name)
                else:
                    row.cells[name] = raw
        if not values and not faults:
            return None
        self._count.records[header.table] += 1
        if not values:  # such as formulas drawn down below the last record: nothing is missing there
            row.told = {column.name for column in columns_of(MODELS[header.table])}
        for column, name in self._named.items():
            if name not in row.cells and name not in row.told:
                row.cells[name] = _at(number, column)
        return row

    def _tell_nameless(self, header: Header, number: int, cell: Cell) -> None:
        if cell.column not in self._settled:
            self._settled.add(cell.column)
            at = _at(number, cell.column, cell.value)
            self._tell(codes.unknown_column, "", header.table, (), at=at)

    def _judged(self, number: int, cell: Cell, row: RawRow | None, name: str | None) -> Raw | None:
        """The value of a cell; `None` where it has a fault that is told."""
        raw = _at(number, cell.column, cell.value)
        raw.as_text = cell.form == AS_TEXT
        if cell.kind == "text":
            odd = _ODD.search(cell.value)
            if odd is None and len(cell.value) <= TEXT:
                return raw
            if odd is None:
                limit = (f"{TEXT:,} characters", "shorten the text")
                self._tell(codes.too_large, "the text is too long", *limit, at=raw, row=row, field=name)
            else:
                self._tell(codes.control_character, odd[0], at=raw, row=row, field=name)
            return None
        if cell.kind == "number" and is_shown_otherwise(cell.value, cell.form):
            form = cell.form if len(cell.form) <= 60 else cell.form[:59] + "…"
            self._tell(codes.number_format, form, str(cell.value), at=raw, row=row, field=name)
        code = {"formula": codes.formula, "error": codes.error_cell, "unusable": codes.unusable_number}.get(cell.kind)
        if code is None:
            return raw
        self._tell(code, cell.value[:60], at=raw, row=row, field=name)
        return None


def _at(number: int, column: int, value: Any = None) -> Raw:
    return Raw(value, number, column, reference(number, column))


def _names(cells: list[Cell]) -> set[str]:
    """The names of columns that stand in a row."""
    return {"_".join(str(cell.value).casefold().split()) for cell in cells} & COLUMN_NAMES


def _chained(first: list[Row], rest: Iterator[Row]) -> Iterator[Row]:
    yield from first
    yield from rest


# --- Merged cells --------------------------------------------------------------------------------------------------


class _Span(NamedTuple):
    first: int
    last: int


class _Merged:
    """The merged ranges that touch the columns of a table, from its header down to its last row."""

    def __init__(self, sheet: Sheet, top: int, columns: Iterable[int]) -> None:
        wanted = sorted(columns)
        self._ranges = sorted(
            place
            for place in sheet.merged
            if top <= place.bottom
            and place.top <= sheet.last
            and any(place.left <= column <= place.right for column in wanted)
        )
        self._next = 0
        hidden = {column: self._spans(column) for column in wanted}
        self._hidden = {column: (spans, [span.first for span in spans]) for column, spans in hidden.items() if spans}

    def begun(self, upto: int) -> Iterator[tuple[Range, str]]:
        """The ranges that begin in a row up to this one and were not asked for yet, with their references."""
        while self._next < len(self._ranges) and self._ranges[self._next].top <= upto:
            place = self._ranges[self._next]
            self._next += 1
            yield place, f"{reference(place.top, place.left)}:{reference(place.bottom, place.right)}"

    def covered(self, row: int) -> set[int]:
        """The columns whose cell in this row belongs to a range and is not its first cell."""
        found = set()
        for column, (spans, firsts) in self._hidden.items():
            index = bisect_right(firsts, row) - 1
            if index >= 0 and spans[index].last >= row:
                found.add(column)
        return found

    def columns_in(self, row: int) -> set[int]:
        """Every column of the ranges that lie over this row."""
        found: set[int] = set()
        last = 0
        for _, left, _, right in sorted(self._over(row), key=lambda place: place.left):
            found.update(range(max(left, last + 1), right + 1))
            last = max(last, right)
        return found

    def _over(self, row: int) -> list[Range]:
        return [place for place in self._ranges if place.top <= row <= place.bottom]

    def _spans(self, column: int) -> list[_Span]:
        """The rows in which the column's cell is hidden, as spans that do not overlap."""
        found: list[_Span] = []
        for place in self._ranges:
            if not place.left <= column <= place.right:
                continue
            first = place.top + (column == place.left)
            if found and first <= found[-1].last + 1:
                found[-1] = _Span(found[-1].first, max(found[-1].last, place.bottom))
            elif first <= place.bottom:
                found.append(_Span(first, place.bottom))
        return found
