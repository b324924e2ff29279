"""CSV and TSV by RFC 4180, strictly, record by record: every cell knows where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from karabakh_data.tables import COLUMN_NAMES, KEPT_TABLES, MODELS
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.raw import Raw, RawRow, Reading
from karabakh_data.validation.readers.headers import Header, read_header
from karabakh_data.validation.readers.lines import ESCAPED, Lines, Source, undecoded
from karabakh_data.validation.readers.quoting import BLANK, CELL_LIMIT, CELL_TOO_LONG, Record, Records

COLUMN_LIMIT = 1_000
"""Columns of a header."""

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
"""What may separate cells, and its name in messages."""

_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")
_ODD = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def read_delimited(
    reading: Reading, stream: BinaryIO, *, delimiter: str = ",", hint: str | None = None
) -> Iterator[RawRow]:
    """The records of a CSV or TSV file, in memory that does not grow with the file.

    Args:
        reading: Where findings are told; its source gives excerpts of the header and of the current record.
        stream: The bytes of the file.
        delimiter: What separates the cells in this format.
        hint: The table that the name of the file points to, if any.
    """
    reader = DelimitedReader(reading, Lines(stream))
    if reader.header(delimiter, hint) is not None:
        yield from reader.rows()


class Layout(NamedTuple):
    """What the header of a file says, to go on reading anywhere in it."""

    header: Header
    delimiter: str
    width: int
    """Cells of a record."""
    nameless: Mapping[int, Raw]
    """Places of the header without a name."""
    first: int
    """Number of the header's first line, and its lines."""
    lines: tuple[str, ...]


def tell_empty(reading: Reading, layout: Layout) -> None:
    """Tell that nothing but a header is there, where that is a fault."""
    if layout.header.table in KEPT_TABLES:
        return
    what = "holds a header and no records"
    reading.tell(codes.nothing_there, what, at=(layout.first, 1), table=layout.header.table)


class DelimitedReader:
    """Reads a CSV or TSV file: its header, then record by record.

    Args:
        reading: Where findings are told; its source gives excerpts of what was read last.
        lines: The lines of the file, or those of a part of it.
        layout: What the header says, where it is read already.
    """

    def __init__(self, reading: Reading, lines: Source, layout: Layout | None = None) -> None:
        self._reading = reading
        self._tell = reading.tell
        self._lines = lines
        self._records = Records(lines)
        self._shown: dict[str, tuple[int, list[str]]] = {}
        """Physical lines that excerpts may show, and the number of the first."""
        self._blank_rows = 0
        self.is_empty = True
        self._bytes_told = False
        self._nameless: dict[int, Raw] = {}
        """Places of the header without a name, which nothing stands under so far."""
        self.layout = layout
        reading.source.line_text = self._line_text
        if layout is not None:
            self._shown["header"] = layout.first, list(layout.lines)
            self._nameless = dict(layout.nameless)
            self._records.delimiter = layout.delimiter
            self._records.expected = self._records.kept = layout.width

    def _line_text(self, line: int) -> str | None:
        for first, lines in self._shown.values():
            if 0 <= line - first < len(lines):
                return lines[line - first]
        return None

    # --- The header ------------------------------------------------------------------------------------------------

    def header(self, delimiter: str, hint: str | None) -> Header | None:
        """The header, with all that is wrong with it told; `None` where nothing can be judged."""
        first = self._first_line()
        if first is None:
            self._tell(codes.nothing_there, f"holds nothing{' but blank rows' if self._blank_rows else ''}")
            return None
        found = self._records.delimiter = _delimiter(first, delimiter)
        self._records.kept = COLUMN_LIMIT
        record = self._records.take()
        if record is None:
            return None
        self._shown["header"] = record.number, record.lines
        at = record.number, 1
        if record.fault is not None and record.fault.code is codes.too_large:
            self._tell(codes.too_large, *record.fault.args, at=at)
            return None
        cells = record.cells
        if record.fault is not None:
            cells = self._records.plain(record.lines[0].replace('"', " "), record.number).cells
            cells = [Raw(str(cell.value or "").strip() or None, cell.line, cell.column) for cell in cells]
            record.count = len(cells)
        if record.count > COLUMN_LIMIT:
            what = f"the header has {record.count:,} columns", f"{COLUMN_LIMIT:,}", "keep the columns of the table"
            self._tell(codes.too_large, *what, at=at)
            return None
        header = read_header(self._reading, [_name(cell) for cell in cells], hint)
        if header is None:
            return None
        if found != delimiter:
            names = [DELIMITERS.get(sign, repr(sign)) for sign in (found, delimiter)]
            self._tell(codes.wrong_delimiter, *names, at=at, table=header.table)
        if record.fault is not None:
            code, args, place, underline = record.fault
            self._tell(code, *args, at=place, table=header.table, underline=underline)
        self._judge_characters(record, header, None)
        self._tell_blank_rows()
        self._tell_notes()
        self._nameless = {place: cell for place, cell in enumerate(cells) if not (cell.value or "").strip()}
        self._records.expected = self._records.kept = record.count
        self.layout = Layout(header, found, record.count, self._nameless.copy(), record.number, tuple(record.lines))
        return header

    def _first_line(self) -> str | None:
        """The first line that is not blank, left to be read."""
        signs = BLANK + "".join(DELIMITERS)
        while (line := self._lines.take()) is not None:
            if line.strip(signs):
                self._lines.give_back([line])
                return line
            self._count_blank_row(self._lines.number, [line])
        return None

    # --- The records -----------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[RawRow]:
        """The records, with all that is wrong with their structure told."""
        number = 0
        while (record := self.take()) is not None:
            row = self.row(record, number + 1)
            if row is not None:
                number += 1
                yield row
        self.finish()
        self.tell_if_empty()

    def take(self) -> Record | None:
        """The next record as it stands; `None` at the end."""
        return self._records.take()

    def is_row(self, record: Record) -> bool:
        """Whether there is something in a record, so that it counts as a row."""
        signs = self._records.delimiter + BLANK
        text = record.lines[0]
        if not text.strip(signs) or ('"' in text and record.is_blank):
            return False
        is_odd = any(_ODD.search(line) for line in record.lines)
        return not is_odd or any(_ODD.sub("", line).strip(signs) for line in record.lines)

    def row(self, record: Record, number: int) -> RawRow | None:
        """The row of a record, with all that is wrong with its structure told; `None` where there is nothing in it."""
        assert self.layout is not None
        header = self.layout.header
        text = record.lines[0]
        if not text.strip(self._records.delimiter + BLANK) or ('"' in text and record.is_blank):
            self._count_blank_row(record.number, record.lines)
            return None
        self._shown["record"] = record.number, record.lines
        self._tell_blank_rows()
        self.is_empty = False
        if not self.is_row(record):
            self._judge_characters(record, header, None)
            return None
        row = self._row(record, header, number)
        if any(_ODD.search(line) for line in record.lines):
            self._judge_characters(record, header, row)
        if self._nameless:
            self._judge_nameless(record, header)
        if self._lines.notes:
            self._tell_notes()
        return row

    @property
    def is_in_blank_rows(self) -> bool:
        """Whether the last record was a blank row, which is told once another follows."""
        return self._blank_rows > 0

    def finish(self) -> None:
        """Tell what is held back until something else follows."""
        self._tell_blank_rows()
        self._tell_notes()

    def tell_if_empty(self) -> None:
        """Tell a file that holds a header alone."""
        if self.is_empty and self.layout is not None:
            tell_empty(self._reading, self.layout)

    def _row(self, record: Record, header: Header, number: int) -> RawRow:
        expected = len(header.columns)
        broken = record.fault is not None or record.count != expected
        row = header.row(self._reading, record.cells, number, Raw(None, record.number, 1), broken=broken)
        row.lines = tuple(record.lines)
        if record.fault is not None:
            code, args, place, underline = record.fault
            name = header.columns[record.count - 1] if 0 < record.count <= expected else None
            self._tell(code, *args, at=place, row=row, record_id=_id_of(row), field=name, underline=underline)
        elif broken:
            self._tell(codes.ragged_row, record.count, expected, at=row, record_id=_id_of(row))
        elif sum(map(len, record.lines)) > CELL_LIMIT:
            for name, cell in list(row.cells.items()):
                if len(cell.value or "") > CELL_LIMIT:
                    del row.cells[name]
                    row.told.add(name)
                    at = cell.line or 0, cell.column or 0
                    self._tell(codes.too_large, *CELL_TOO_LONG, at=at, row=row, record_id=_id_of(row), field=name)
        return row

    # --- What is told ----------------------------------------------------------------------------------------------

    def _judge_characters(self, record: Record, header: Header, row: RawRow | None) -> None:
        """Tell characters that no text has, but only the first undecoded bytes of the file; their cells are told."""
        if self._lines.has_bytes and not self._bytes_told:
            for line, text in enumerate(record.lines, record.number):
                if match := ESCAPED.search(text):
                    what, length = undecoded(text, match.start())
                    at = line, match.start() + 1
                    self._tell(codes.not_utf8, what, at=at, row=row, table=header.table, underline=(0, length))
                    self._bytes_told = True
                    break
        control = _CONTROL if self._lines.has_bytes else _ODD
        record_id = _id_of(row) if row else None
        for cell, name in zip(record.cells, header.columns, strict=False):
            value = cell.value or ""
            if not _ODD.search(value):
                continue
            match = control.search(value)
            if match and not (row and row.broken):
                self._tell(
                    codes.control_character,
                    match[0],
                    at=cell,
                    row=row,
                    table=header.table,
                    record_id=record_id,
                    field=name,
                    underline=(match.start(), 1),
                )
            if row and name:
                row.cells.pop(name, None)
                row.told.add(name)

    def _judge_nameless(self, record: Record, header: Header) -> None:
        """Tell columns without a name under which something stands."""
        for place, cell in enumerate(record.cells):
            if place in self._nameless and (cell.value or "").strip():
                at = self._nameless.pop(place)
                self._tell(codes.unknown_column, "", header.table, (), at=at, table=header.table)

    def _count_blank_row(self, number: int, lines: list[str]) -> None:
        if not self._blank_rows:
            self._shown["blank"] = number, lines
        self._blank_rows += 1

    def _tell_blank_rows(self) -> None:
        """Tell blank rows that stand together at the first of them."""
        if self._blank_rows:
            first, _ = self._shown["blank"]
            self._tell(codes.blank_row, self._blank_rows, at=(first, 1))
            self._blank_rows = 0

    def _tell_notes(self) -> None:
        for code, args, at in self._lines.notes:
            self._tell(code, *args, at=at)
        self._lines.notes.clear()


def _name(cell: Raw) -> Raw:
    """A cell of the header without the characters that are told by themselves."""
    plain = _ODD.sub("", cell.value or "")
    value = plain if plain in COLUMN_NAMES else _ODD.sub("\ufffd", cell.value or "")
    return Raw(value or None, cell.line, cell.column)


def _delimiter(line: str, expected: str) -> str:
    """What separates the cells of a header: what gives the most names, and if there are none, cells at all."""

    def fit(sign: str) -> tuple[int, bool]:
        pieces = line.split(sign, COLUMN_LIMIT)
        return sum("_".join(piece.strip('" ').casefold().split()) in COLUMN_NAMES for piece in pieces), len(pieces) > 1

    return max((expected, *DELIMITERS), key=fit)


def _id_of(row: RawRow) -> str | None:
    model = MODELS[row.table]
    cell = row.cells.get(model.PRIMARY_KEY[0]) if model.has_id() else None
    return str(cell.value) if cell is not None and cell.value is not None else None
