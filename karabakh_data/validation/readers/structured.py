"""JSON, JSON Lines and YAML: lists of records, each value with its line and column.

A text holds a list of records, a mapping from table names to lists of records, or one record. It is gone through
twice, record by record: to see which of them it is, and to read the records, so that those before an error are judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO

from karabakh_data import jsontree, yamltree
from karabakh_data.columns import columns_of
from karabakh_data.position import Positions, TextError
from karabakh_data.tables import COLUMN_NAMES, KEPT_TABLES, MODELS
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.raw import Raw, RawRow, Reading
from karabakh_data.validation.readers.headers import table_of
from karabakh_data.validation.readers.lines import ESCAPED, LINE_LIMIT, Cut, Lines, Source, encoding_of, undecoded
from karabakh_data.validation.readers.nodes import (
    LONGEST_NAME,
    MAX_RECORD,
    TOO_LARGE,
    Cursor,
    Key,
    Mapping,
    Node,
    Records,
    Scalar,
    TreeCursor,
    described,
    place_beside,
    tell_error,
    value_of,
)

JSON_LIMIT = 32 << 20
"""Bytes of a JSON file."""

JSON_VALUES = 1_000_000
"""Values in a JSON file."""

YAML_LIMIT = 4 << 20
"""Bytes of a YAML file; it takes far longer to read than JSON."""

YAML_VALUES = 400_000
"""Keys and values in a YAML file."""

SURVEYED = 1000
"""Records that are looked at to tell the table of all."""

RECORDS = "a list of records, or a mapping from table names to lists of records"


def read_json(reading: Reading, data: bytes, *, hint: str | None = None) -> Iterator[RawRow]:
    """The records of a JSON file, up to the first error.

    Args:
        reading: Where findings are told; its source gives excerpts.
        data: The bytes of the file.
        hint: The table that the name of the file points to, if any.
    """
    if len(data) > JSON_LIMIT:
        reading.tell(codes.too_large, TOO_LARGE, f"{JSON_LIMIT >> 20} MiB of JSON")
        return
    text, has_bytes = _decoded(reading, data)
    del data
    start = partial(jsontree.Cursor, text, most=JSON_VALUES, kept=MAX_RECORD)
    yield from _Document(reading, start, hint, has_bytes=has_bytes).rows()


def read_yaml(reading: Reading, data: bytes, *, hint: str | None = None) -> Iterator[RawRow]:
    """The records of a YAML file, up to the first error.

    Args:
        reading: Where findings are told; its source gives excerpts.
        data: The bytes of the file.
        hint: The table that the name of the file points to, if any.
    """
    if len(data) > YAML_LIMIT:
        reading.tell(codes.too_large, TOO_LARGE, f"{YAML_LIMIT >> 20} MiB of YAML")
        return
    text, has_bytes = _decoded(reading, data)
    del data
    tree = yamltree.parse_leniently(text, YAML_VALUES)
    rows = _Document(reading, partial(TreeCursor, tree), hint, has_bytes=has_bytes).rows()
    yield from rows if tree.error is None else _unfinished(rows)


def _unfinished(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """The records before an error: a wrong indentation ends the last of them too early, and it misses nothing."""
    last = next(rows, None)
    for row in rows:
        assert last is not None
        yield last
        last = row
    if last is not None:
        last.told.update(column.name for column in columns_of(MODELS[last.table]) if column.name not in last.cells)
        yield last


def _decoded(reading: Reading, data: bytes) -> tuple[str, bool]:
    """The text, and whether lone surrogates in it stand for bytes that are not UTF-8; what is not UTF-8 is told."""
    encoding, errors, mark = encoding_of(data[:64])
    if encoding == "utf-8":
        text = str(memoryview(data)[mark:], encoding, errors)
    else:
        unit = 4 if "32" in encoding else 2
        text = str(memoryview(data)[mark : len(data) - len(data) % unit], encoding, "replace")
    positions = Positions(text)
    reading.source.line_text = positions.line
    if encoding != "utf-8":
        reading.tell(codes.not_utf8, f"the file is in {encoding[:6].upper()}", at=(1, 1))
        return text, False
    match = ESCAPED.search(text)
    if match is not None:
        what, length = undecoded(text, match.start())
        reading.tell(codes.not_utf8, what, at=positions.place(match.start()), underline=(0, length))
    return text, match is not None


# --- JSON and YAML -------------------------------------------------------------------------------------------------


@dataclass
class _Survey:
    """What the keys of a text say about it."""

    names: set[str] = field(default_factory=set)
    """The keys of its first records, or of the mapping that it is."""
    first: Raw | None = None
    """The place of the first record."""
    is_tables: bool = False
    is_mappings: bool = False
    """Whether it is a mapping in which every value is one."""
    is_whole: bool = False
    """Whether no error was met."""


class _Document:
    """One JSON or YAML text.

    Args:
        reading: Where findings are told.
        start: Gives a cursor at the beginning of the text.
        hint: The table that the name of the file points to, if any.
        has_bytes: As for `Records`.
    """

    def __init__(
        self, reading: Reading, start: Callable[[], Cursor], hint: str | None, *, has_bytes: bool = False
    ) -> None:
        self._reading = reading
        self._start = start
        self._hint = hint
        self._records = Records(reading, has_bytes=has_bytes)
        self._repeated: set[str] = set()
        """Tables that stand twice."""

    def rows(self) -> Iterator[RawRow]:
        """The rows of its records; whatever is wrong with its structure is told."""
        survey = _surveyed(self._start())
        cursor = self._start()
        try:
            sign = cursor.peek()
            if sign == "[":
                yield from self._list(cursor, survey)
            elif sign == "{" and survey.is_tables:
                yield from self._tables(cursor)
            elif sign == "{":
                yield from self._single(cursor, survey)
            elif sign:
                self._no_records(cursor.value())
            cursor.end()
            if not sign:
                self._reading.tell(codes.nothing_there, "the file is empty")
        except TextError as error:
            tell_error(self._reading, error)
        self._records.tell_strays()

    def _no_records(self, node: Node) -> None:
        if isinstance(node, Scalar) and value_of(node) is None:
            self._reading.tell(codes.nothing_there, "the file holds no records")
        else:
            self._tell_structure(described(node), (node.line, node.column))

    def _tell_structure(self, what: str, at: tuple[int, int]) -> None:
        self._reading.tell(codes.structure, what, RECORDS, at=at)

    def _list(self, cursor: Cursor, survey: _Survey) -> Iterator[RawRow]:
        table = self._reading.table or self._hint
        if survey.names:
            table = table_of(self._reading, survey.names, self._hint, survey.first)
        place = cursor.place
        for _ in cursor.each_item():
            yield from self._records.take(cursor, table)
        if not self._records.counts:
            self._reading.tell(codes.nothing_there, "the list holds no records", at=place)

    def _single(self, cursor: Cursor, survey: _Survey) -> Iterator[RawRow]:
        place = cursor.place
        known = not COLUMN_NAMES.isdisjoint(survey.names)
        if survey.is_whole and not survey.names:
            self._reading.tell(codes.nothing_there, "the mapping holds no records", at=place)
        elif survey.is_whole and (survey.is_mappings or not known or len(survey.names) > MAX_RECORD):
            what = "a mapping from keys to mappings" if survey.is_mappings else "a mapping without a table or column"
            self._tell_structure(what, place)
        elif known:
            table = table_of(self._reading, survey.names, self._hint, Raw(None, *place))
            yield from self._records.take(cursor, table)
            return
        cursor.value()

    def _tables(self, cursor: Cursor) -> Iterator[RawRow]:
        place = cursor.place
        first: dict[str, Key] = {}
        empty: list[Key] = []
        for key in cursor.each_key():
            if len(first) > MAX_RECORD or not self._is_table(key, first):
                cursor.value()
            elif cursor.peek() == "[":
                for _ in cursor.each_item():
                    yield from self._records.take(cursor, key.text)
                self._records.tell_strays()
                if not self._records.counts[key.text]:
                    empty.append(key)
            else:
                node = cursor.value()
                if isinstance(node, Scalar) and value_of(node) is None:
                    empty.append(key)
                else:
                    at = node.line, node.column
                    self._reading.tell(codes.structure, described(node), "a list of records", at=at, table=key.text)
        if len(first) > MAX_RECORD:
            self._tell_structure(f"a mapping of more than {MAX_RECORD:,} keys", place)
        self._tell_empty(empty, place, len(empty) == len(first))

    def _is_table(self, key: Key, first: dict[str, Key]) -> bool:
        """Whether a key is a table that has not stood before; if not, that is told."""
        at = Raw(key.text, key.line, key.column)
        earlier = first.setdefault(key.text, key)
        if earlier is not key and key.text not in self._repeated:
            self._repeated.add(key.text)
            self._reading.tell(codes.repeated_column, key.text, place_beside(earlier, key), at=at)
        elif earlier is key and key.text not in MODELS:
            self._reading.tell(codes.unknown_table, key.text[:LONGEST_NAME], at=at)
        return earlier is key and key.text in MODELS

    def _tell_empty(self, empty: list[Key], place: tuple[int, int], is_all: bool) -> None:
        if is_all:
            self._reading.tell(codes.nothing_there, "the lists hold no records", at=place)
            return
        for key in empty:
            if key.text in KEPT_TABLES:
                continue
            at = Raw(key.text, key.line, key.column)
            self._reading.tell(codes.not_read, f"the list of {key.text} is empty", at=at, table=key.text)


def _surveyed(cursor: Cursor) -> _Survey:
    survey = _Survey()
    with suppress(TextError):  # told when the records are read
        sign = cursor.peek()
        if sign == "[":
            for number, _ in enumerate(cursor.each_item()):
                if number == SURVEYED:
                    break
                _survey_record(survey, cursor.value())
        elif sign == "{":
            _survey_mapping(survey, cursor)
        survey.is_whole = True
    return survey


def _survey_record(survey: _Survey, node: Node) -> None:
    if isinstance(node, Mapping) and node.pairs:
        survey.first = survey.first or Raw(None, node.line, node.column)
        survey.names.update(key.text for key, _ in node.pairs)


def _survey_mapping(survey: _Survey, cursor: Cursor) -> None:
    lists = mappings = count = 0
    for key in cursor.each_key():
        if len(survey.names) <= MAX_RECORD:
            survey.names.add(key.text)
        if key.text in MODELS:
            survey.is_tables = True
            return
        count += 1
        if cursor.peek() == "[":
            others = sum(not isinstance(cursor.value(), Mapping) for _ in cursor.each_item())
            lists += not others
        else:
            mappings += isinstance(cursor.value(), Mapping)
    survey.is_tables = 0 < count == lists
    survey.is_mappings = 0 < count == mappings


# --- JSON Lines ----------------------------------------------------------------------------------------------------


def read_json_lines(reading: Reading, stream: BinaryIO, *, hint: str | None = None) -> Iterator[RawRow]:
    """The records of a JSON Lines file, in memory that does not grow with the file; an error loses its line alone.

    Args:
        reading: Where findings are told; its source gives excerpts of the current line.
        stream: The bytes of the file.
        hint: The table that the name of the file points to, if any.
    """
    yield from LineReader(reading, Lines(stream), hint).rows()


class LineReader:
    """Reads a JSON Lines file line by line.

    Args:
        reading: Where findings are told; its source gives excerpts of what was read last.
        lines: The lines of the file, or those of a part of it.
        hint: The table that the name of the file points to, if any.
        table: The table of the records, where the first of them is read already.
    """

    def __init__(self, reading: Reading, lines: Source, hint: str | None, table: str | None = None) -> None:
        self._reading = reading
        self._lines = lines
        self._hint = hint
        self._records = Records(reading, has_bytes=lines.has_bytes)
        self._table = table
        self.is_empty = True
        """Whether there was nothing but blank lines so far."""
        self._is_over = False
        """Whether nothing that follows can be judged."""
        self._bytes_told = not lines.has_bytes
        self._blank: tuple[int, int] | None = None
        """The first of the blank lines that stand together, and how many."""
        self._shown = 0, ""
        reading.source.line_text = lambda line: self._shown[1] if line == self._shown[0] else None

    # --- Lines -----------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[RawRow]:
        """The row of each line that is a record; what is wrong with a line is told."""
        for number, text in self._numbered():
            yield from self.line(number, text)
            if self._is_over:
                return
        if self.is_empty:
            if self._hint not in KEPT_TABLES:
                self._reading.tell(codes.nothing_there, "the file holds no records")
        else:
            self.finish()

    def table(self) -> str | None:
        """The table that the first line tells which is not blank, and nothing else of it; `None` where it does not."""
        for number, text in self._numbered():
            if text.strip(" \t"):
                self._shown = number, text
                if not isinstance(text, Cut):
                    self._find_table(jsontree.Cursor(text, first=number, most=MAX_RECORD))
                break
        return self._table

    @property
    def numbered(self) -> int:
        """How many records were numbered so far, also those that could not be read."""
        return self._records.counts[self._table]

    @numbered.setter
    def numbered(self, count: int) -> None:
        self._records.counts[self._table] = count

    def line(self, number: int, text: str) -> Iterator[RawRow]:
        """The row of a line, if it is a record; what is wrong with it is told."""
        is_blank = not text.strip(" \t")
        if not is_blank:
            self.finish()
        self._shown = number, text
        self._tell_encoding(number, text)
        if is_blank:
            self._blank = (self._blank[0], self._blank[1] + 1) if self._blank else (number, 1)
            return
        is_first, self.is_empty = self.is_empty and self._table is None, False
        if is_first and text.strip() in ("[", "{", "[{"):
            repair = "name it .json, or write each record on one line"
            self._reading.tell(codes.unknown_format, "the file is JSON over several lines", repair, at=(number, 1))
            self._is_over = True
            return
        yield from self._record(number, text)

    def skip_blank(self, count: int) -> None:
        """Take so many more lines as blank that follow blank ones."""
        assert self._blank is not None
        self._blank = self._blank[0], self._blank[1] + count

    def finish(self) -> None:
        """Tell the blank lines that stand together, at the first of them."""
        if self._blank is not None:
            first, count = self._blank
            self._shown = 0, ""  # there is nothing to show
            self._reading.tell(codes.blank_row, count, at=(first, 1))
            self._blank = None

    def _numbered(self) -> Iterator[tuple[int, str]]:
        returns = 0
        while (line := self._lines.take()) is not None:
            # a record may not hold a lone carriage return, which ends a line in editors
            if "\r" not in line or isinstance(line, Cut):
                yield self._lines.number + returns, line
                continue
            for piece in line.split("\r"):
                yield self._lines.number + returns, piece
                returns += 1
            returns -= 1

    def _tell_encoding(self, number: int, text: str) -> None:
        for code, args, at in self._lines.notes:
            self._reading.tell(code, *args, at=at)
        self._lines.notes.clear()
        match = None if self._bytes_told or text.isascii() else ESCAPED.search(text)
        if match is not None:
            what, length = undecoded(text, match.start())
            self._reading.tell(codes.not_utf8, what, at=(number, match.start() + 1), underline=(0, length))
            self._bytes_told = True

    # --- Records ---------------------------------------------------------------------------------------------------

    def _record(self, number: int, text: str) -> Iterator[RawRow]:
        if isinstance(text, Cut):
            what = "the line is too long", f"{LINE_LIMIT:,} characters", "write each record on a line of its own"
            self._reading.tell(codes.too_large, *what, at=(number, 1))
            return
        if self._table is None:
            self._find_table(jsontree.Cursor(text, first=number, most=MAX_RECORD))
        cursor = jsontree.Cursor(text, first=number, most=MAX_RECORD)
        rows: list[RawRow] = []
        try:
            for row in self._records.take(cursor, self._table or self._reading.table or self._hint, (text,)):
                rows.append(row)  # noqa: PERF402 - what came before an error is needed
            cursor.end()
        except TextError as error:
            tell_error(self._reading, error, "the line is too large for a record")
            for row in rows:
                row.broken = True
        self._records.tell_strays()
        yield from rows

    def _find_table(self, cursor: Cursor) -> None:
        survey = _Survey()
        with suppress(TextError):  # told when the record is read
            _survey_record(survey, cursor.value())
        if survey.names:
            self._table = table_of(self._reading, survey.names, self._hint, survey.first)
            self._is_over = self._table is None
