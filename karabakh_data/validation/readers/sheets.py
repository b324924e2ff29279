"""The cells of an XLSX workbook, sparse, with their number formats, and the merged ranges.

Only the parts that hold cells are read. openpyxl makes objects of everything else too, so that a style, filter or
extension that another program wrote wrongly, or with bad intent, would fail the file or fill the memory.
"""

from __future__ import annotations

import datetime
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.readers.numberformat import BUILTIN, GENERAL, day_of
from karabakh_data.validation.readers.ooxml import ELEMENTS, Package, WorkbookError, bounded, damaged
from karabakh_data.validation.readers.sheettext import CHARACTERS, StringsHandler, TextHandler

SHEETS = 1_000
CELLS = 1_000_000
"""Cells of all sheets together, the formatted ones without content among them."""
FILLED = 100_000
"""Rows with content of all sheets together."""
MERGED = 20_000
FORMULA = 200
"""Characters of a formula that are kept."""
SHARED_FORMULAS = 10_000

ROWS, COLUMNS = 1_048_576, 16_384


class Cell(NamedTuple):
    """A cell with content."""

    column: int
    kind: str
    """`text`, `number`, `boolean`, `day`, `formula`, `error`, or `unusable` for a number that is none."""
    value: Any
    """Text where the kind is `formula`, `error` or `unusable`."""
    form: str
    """The number format."""


class Range(NamedTuple):
    """A rectangle of cells."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """A worksheet."""

    name: str
    part: str
    rows: int = 0
    """Rows with content."""
    last: int = 0
    """The last of them."""
    merged: list[Range] = field(default_factory=list)


# --- References ----------------------------------------------------------------------------------------------------

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


_LETTERS = {column: _letters(column) for column in range(1, COLUMNS + 1)}
_COLUMNS = {letters: column for column, letters in _LETTERS.items()}


def reference(row: int, column: int) -> str:
    """The reference of a cell, such as `C14`."""
    return f"{_LETTERS[column]}{row}"


def _place(text: str, part: str) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(text)
    row, column = (int(match[2]), _COLUMNS.get(match[1], 0)) if match else (0, 0)
    if not column or row > ROWS:
        raise damaged(f"{part} holds the cell {text[:20]!r}, which no worksheet has")
    return row, column


# --- The workbook --------------------------------------------------------------------------------------------------


class Workbook:
    """An XLSX workbook whose every part that counts has been read once, so that none of it is damaged.

    Raises:
        WorkbookError: It is none, is damaged, or exceeds a limit.
    """

    def __init__(self, data: bytes) -> None:
        self._package = Package(data)
        self._strings: list[str] = []
        self._forms: list[str] = [GENERAL]
        self._from_1904 = False
        self.sheets: list[Sheet] = []
        """The worksheets, in order."""
        self._open()
        rows = cells = elements = characters = 0
        for sheet in self.sheets:
            handler = self._handler(sheet, sheet.merged)
            for number, _ in self._rows(handler):
                sheet.rows += 1
                sheet.last = number
            # Added up, since many sheets may name the same part.
            cells += handler.cells
            elements += handler.elements
            characters += handler.characters
            rows += sheet.rows
            bounded(rows, FILLED, "rows")
            bounded(cells, CELLS, "cells")
            bounded(elements, ELEMENTS, "XML elements")
            bounded(characters, CHARACTERS, "characters of text")

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Cell]]]:
        """The rows with content, each with its number, top down."""
        return self._rows(self._handler(sheet))

    def _rows(self, handler: _SheetHandler) -> Iterator[tuple[int, list[Cell]]]:
        for _ in self._package.pieces(handler.part, handler.start, handler.end, handler.text, ELEMENTS):
            while handler.done:
                yield handler.done.popleft()

    def _handler(self, sheet: Sheet, merged: list[Range] | None = None) -> _SheetHandler:
        return _SheetHandler(sheet.part, self._strings, self._forms, self._from_1904, merged)

    def _open(self) -> None:
        part = self._package.related("", "officeDocument")
        if part is None:
            raise WorkbookError(codes.unknown_format, "is a zip archive, but no workbook")
        if part.endswith(".bin"):
            raise WorkbookError(codes.unknown_format, "is a binary workbook (.xlsb)", "save it as XLSX")
        found: list[tuple[str, str]] = []
        roots: list[str] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if not roots:
                roots.append(tag)
            if tag == "workbookPr":
                self._from_1904 = attributes.get("date1904") in ("1", "true")
            elif tag == "sheet":
                relation = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
                found.append((attributes.get("name", f"Sheet{len(found) + 1}"), relation))
                bounded(len(found), SHEETS, "sheets")

        self._package.read(part, start)
        if roots != ["workbook"]:
            raise WorkbookError(codes.unknown_format, "is an Office file, but no workbook", "save it as XLSX")
        relations = self._package.relations(part)
        for name, relation in found:
            if relation not in relations:
                raise damaged(f"the sheet {name[:100]!r} is listed, but is not there")
            kind, target = relations[relation]
            if kind == "worksheet":
                self.sheets.append(Sheet(name, target))
        targets = dict(relations.values())
        if "styles" in targets:
            self._read_styles(targets["styles"])
        if "sharedStrings" in targets:
            handler = StringsHandler(self._strings)
            self._package.read(targets["sharedStrings"], handler.start, handler.end, handler.text, ELEMENTS)

    def _read_styles(self, part: str) -> None:
        own: dict[str, str] = {}
        used: list[str] = []
        inside = ""

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            if tag in ("numFmts", "cellXfs"):
                inside = tag
            elif tag == "numFmt" and inside == "numFmts":
                own[attributes.get("numFmtId", "")] = attributes.get("formatCode", GENERAL)
            elif tag == "xf" and inside == "cellXfs":
                used.append(attributes.get("numFmtId", "0"))

        def end(tag: str) -> None:
            nonlocal inside
            if tag == inside:
                inside = ""

        self._package.read(part, start, end)
        self._forms = [own.get(number) or BUILTIN.get(number, GENERAL) for number in used] or [GENERAL]


# --- Cells ---------------------------------------------------------------------------------------------------------

_WHOLE = re.compile("[+-]?[0-9]{1,300}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,300}(?:\.[0-9]{0,300})?|\.[0-9]{1,300})(?:[Ee][+-]?[0-9]{1,4})?", re.ASCII)


def _number(text: str) -> int | float | None:
    """The number of a cell; a whole one is an `int`, since worksheets do not tell the two apart."""
    if _WHOLE.fullmatch(text):
        return int(text)
    value = float(text) if _NUMBER.fullmatch(text) else float("inf")
    if abs(value) == float("inf"):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _index(text: str, limit: int, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) < limit):
        raise damaged(f"{what} {text[:20]!r} does not exist")
    return int(text)


def _content(cell: Cell) -> bool:
    return cell.kind != "text" or not cell.value.isspace()


class _SheetHandler(TextHandler):
    """Collects the rows with content, and the merged ranges where a list for them is given."""

    holders = frozenset({"v", "t", "f"})

    def __init__(
        self, part: str, strings: list[str], forms: list[str], from_1904: bool, merged: list[Range] | None
    ) -> None:
        super().__init__()
        self.part = part
        self.cells = 0
        self.elements = 0
        self.characters = 0
        self.done: deque[tuple[int, list[Cell]]] = deque()
        self._strings = strings
        self._forms = forms
        self._from_1904 = from_1904
        self._merged = merged
        self._row = 0
        self._column = 0
        self._found: list[Cell] = []
        self._open: dict[str, str] | None = None
        """The attributes of the open cell."""
        self._value: str | None = None
        self._formula: str | None = None
        self._shared = ""
        self._formulas: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self._open is not None:
            self.open_text(tag)
            if tag == "f":
                self._shared = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        elif tag == "c":
            self._open = attributes
            self.cells += 1
            bounded(self.cells, CELLS, "cells")
        elif tag == "row":
            self._open_row(attributes.get("r"))
        elif tag == "mergeCell" and self._merged is not None:
            self._add_range(attributes.get("ref", ""), self._merged)

    def end(self, tag: str) -> None:
        if self._open is not None:
            if tag == "c":
                self._close_cell(self._open)
                self._open = self._value = self._formula = None
                return
            self.close_text(tag)
            if tag == "f":
                text = self.take()[:FORMULA]
                if self._shared and len(self._formulas) < SHARED_FORMULAS:
                    text = self._formulas.setdefault(self._shared, text)
                self._formula = f"={text}"
            elif tag == "v":
                self._value = self.take()
        elif tag == "row" and self._found:
            # Blanks do not show in a worksheet: a row of nothing else is a blank row.
            if any(map(_content, self._found)):
                self.done.append((self._row, self._found))
            self._found = []

    def _open_row(self, number: str | None) -> None:
        row = self._row + 1 if number is None else _index(number, ROWS + 1, f"in {self.part} the row")
        if not self._row < row <= ROWS:
            raise damaged(f"{self.part} holds row {row} after row {self._row}")
        self._row = row
        self._column = 0

    def _add_range(self, ref: str, merged: list[Range]) -> None:
        first, colon, last = ref.partition(":")
        place = Range(*_place(first, self.part), *_place(last if colon else first, self.part))
        if place.bottom < place.top or place.right < place.left:
            raise damaged(f"{self.part} merges the cells {ref[:40]!r} back to front")
        if place[:2] != place[2:]:
            merged.append(place)
            bounded(len(merged), MERGED, "merged ranges")

    def _close_cell(self, attributes: dict[str, str]) -> None:
        ref = attributes.get("r")
        row, column = (self._row, self._column + 1) if ref is None else _place(ref, self.part)
        if row != self._row or not self._column < column <= COLUMNS:
            raise damaged(f"{self.part} holds the cell {ref or column} out of order")
        self._column = column
        kind = attributes.get("t", "n")
        form = self._forms[_index(attributes.get("s", "0"), len(self._forms), "the style")]
        inline = self.take()
        text = inline if kind == "inlineStr" else self._value
        self.characters += len(text or "")
        bounded(self.characters, CHARACTERS, "characters of text")
        if self._formula is not None:
            self._found.append(Cell(column, "formula", self._formula, form))
        elif text:
            cell = self._cell(column, kind, text, form)
            if cell.value != "":
                self._found.append(cell)

    def _cell(self, column: int, kind: str, text: str, form: str) -> Cell:
        if kind == "s":
            return Cell(column, "text", self._strings[_index(text, len(self._strings), "the shared string")], form)
        if kind in ("inlineStr", "str"):
            return Cell(column, "text", text, form)
        if kind == "b":
            if text not in ("0", "1", "false", "true"):
                raise damaged(f"{self.part} holds the truth value {text[:20]!r}")
            return Cell(column, "boolean", text in ("1", "true"), form)
        if kind == "e":
            return Cell(column, "error", text, form)
        if kind == "d":
            try:
                return Cell(column, "day", datetime.datetime.fromisoformat(text), form)
            except ValueError:
                return Cell(column, "text", text, form)
        if kind != "n":
            raise damaged(f"{self.part} holds a cell of the type {kind[:20]!r}")
        number = _number(text.strip())
        if number is None:
            return Cell(column, "unusable", text, form)
        day = day_of(number, form, from_1904=self._from_1904)
        return Cell(column, "number", number, form) if day is None else Cell(column, "day", day, form)
