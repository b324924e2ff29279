"""Parts of JSON Lines files: cut at line ends, and judged as frames of texts where every value is plain.

A record goes into the frame only if the cells that CSV would have for its values mean the same in JSON: texts, numbers
that are numbers, lists that are lists. All others, and what the C parser does not take, are read by the reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from karabakh_data.columns import SEPARATOR, Column, Kind, columns_of
from karabakh_data.frames import require
from karabakh_data.tables import MODELS
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.large.chunklines import ChunkLines
from karabakh_data.validation.large.parts import IN_PART, FileSpec, Part, Positioned, bytes_of_next
from karabakh_data.validation.raw import RawRow, Reading
from karabakh_data.validation.readers.lines import LINE_LIMIT, Lines, encoding_of
from karabakh_data.validation.readers.nodes import MAX_RECORD
from karabakh_data.validation.readers.structured import LineReader

WINDOW = 64 * 1024
"""Bytes in which a record is looked for that a part may begin with."""

BLOCK = 4 << 20
"""Bytes that are looked through at a time."""

SHORT = 2 * MAX_RECORD
"""Bytes of a line up to which it cannot hold too many values, nor a text that is too long, nor too deep a nesting."""

LARGEST = 10**15
"""Whole numbers from here on have more digits than are compared exactly."""

_RECORD = re.compile(rb"\n(?=[ \t\r]*[^ \t\r\n])")
_CONTROL = r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]"
_HALVES = (b"\\ud", b"\\uD")
"""How escaped halves of surrogate pairs begin."""


def survey(reading: Reading, path: Path, hint: str | None) -> tuple[str, int] | None:
    """The table that the first record tells, and the byte at which the lines begin; `None` where no parts can be cut.

    A lone carriage return ends a line, so that lines could not be counted by their line feeds.
    """
    with path.open("rb") as stream:
        head = stream.read(WINDOW)
        encoding, _, start = encoding_of(head)
        if encoding != "utf-8" or _has_lone_returns(stream):
            return None
        stream.seek(0)
        table = LineReader(reading, Lines(stream), hint).table()
    return None if table is None else (table, start)


def _has_lone_returns(stream: BinaryIO) -> bool:
    stream.seek(0)
    returns, pairs, ends = 0, 0, False
    while block := stream.read(BLOCK):
        if b"\r" in block or ends:
            returns += block.count(b"\r")
            pairs += block.count(b"\r\n") + (ends and block.startswith(b"\n"))
            ends = block.endswith(b"\r")
    return returns != pairs


def cuts(stream: BinaryIO, start: int, size: int, step: int) -> list[int]:
    """Bytes at which a record begins, at most about `step` apart, from `start` to the end of the file.

    Blank lines never begin a part, since those that stand together are told together.
    """
    found = [start]
    while (begin := _record_behind(stream, found[-1] + bytes_of_next(step, size - found[-1]), size)) < size:
        found.append(begin)
    return [*found, size]


def _record_behind(stream: BinaryIO, at: int, size: int) -> int:
    """The byte at which the first line begins that is not blank and begins at a byte or behind it."""
    while at < size:
        stream.seek(at - 1)
        window = stream.read(WINDOW)
        match = _RECORD.search(window)
        if match is not None:
            return at + match.start()
        at += max(window.rfind(b"\n"), 0) or len(window)
    return size


class JsonLinesPart:
    """A part of a JSON Lines file.

    Args:
        part: Which part of which file.
        findings: Where its structure is told.
        stream: The file.
        line: The number of the first line.
    """

    is_over = False

    def __init__(self, part: Part, findings: list[Finding], stream: BinaryIO, line: int = IN_PART + 1) -> None:
        self.part = part
        self._stream = stream
        self._lines = ChunkLines(stream, part.start, part.end, line)
        self._reader = LineReader(Reading(part.file.input(), findings), self._lines, None, part.file.table)

    @property
    def end(self) -> int:
        """The byte at which what was read ends."""
        return self._lines.position

    @property
    def lines_read(self) -> int:
        """How many physical lines stand before that in the part."""
        return self._lines.number - IN_PART

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but blank lines."""
        return self._reader.is_empty

    @property
    def numbered(self) -> int:
        """How many records were numbered so far, also those that could not be read."""
        return self._reader.numbered

    def rows(self) -> Iterator[Positioned]:
        """Its rows, with all that is wrong with their structure told."""
        while (offset := self._lines.position) < self.part.end:
            text = self._lines.take()
            if text is None:
                break
            line = self._lines.number
            for row in self._reader.line(line, text):
                yield Positioned(row, offset, line)
            if not text and self._skip_blank():
                break
        self._reader.finish()

    def _skip_blank(self) -> bool:
        """Whether nothing but blank lines is left of what is not held; they are told and not read."""
        at, end = self._lines.position, self.part.end
        if at < self.part.start + len(self._lines.data):
            return False
        self._stream.seek(at)
        count, left, is_open = 0, end - at, False
        while left > 0 and (block := self._stream.read(min(left, BLOCK))):
            if block.strip(b" \t\r\n"):
                return False
            count, left, is_open = count + block.count(b"\n"), left - len(block), not block.endswith(b"\n")
        self._reader.skip_blank(count + is_open)
        self._lines.seek(end, self._lines.number + count + is_open + 1)
        return True

    def at(self, offset: int, line: int, number: int) -> RawRow | None:
        """The row of the line that begins at a byte; `None` where it gives none.

        Rows are to be asked for in their order: what is told of several blank lines is told once.
        """
        if offset != self._lines.position:
            self._reader.finish()
            self._lines.seek(offset, line)
        text = self._lines.take()
        if number:
            self._reader.numbered = number - 1
        return None if text is None else next(self._reader.line(line, text), None)

    def finish(self) -> None:
        """Tell what is held back."""
        self._reader.finish()

    def close(self) -> None:
        """Let go of the text."""
        self._lines.close()

    # --- As a frame ------------------------------------------------------------------------------------------------

    def framed(self) -> Any:
        """The part as one `structure.Framed`; `None` where it has to be read row by row."""
        if len(self._lines.data) < self.part.end - self.part.start:
            return None
        return [_Frame(self.part, self._lines.data).framed()]

    def to_be_read(self, frame: Any) -> Any:
        """The rows that hold a control character, which JSON can escape."""
        pl = require("polars", "fast")
        texts = [column.name for column in columns_of(MODELS[self.part.file.table]) if column.kind is Kind.TEXT]
        return frame.select(pl.any_horizontal(pl.col(texts).str.contains(_CONTROL))).to_series()


def row_at(stream: BinaryIO, spec: FileSpec, offset: int, line: int, number: int) -> RawRow | None:
    """A row of a file by itself; what is wrong with its structure is told already."""
    part = Part(0, spec, offset, min(offset + 4096, spec.size))
    return JsonLinesPart(part, [], stream, line).at(offset, line, number)


class _Frame:
    """The records of a part, put into a frame where all their values are plain."""

    def __init__(self, part: Part, data: bytes) -> None:
        self._part = part
        self._data = data
        self._columns = columns_of(MODELS[part.file.table])
        self._places: list[tuple[int, int, int]] = []
        """Offset, line and row of each record whose values are at hand."""
        self._values: list[tuple[Any, ...]] = []
        self._others: list[tuple[int, int, int]] = []
        self._lines = 0

    def framed(self) -> Any:
        """The part as a `structure.Framed`."""
        from karabakh_data.validation.large.structure import LINE, OFFSET, ROW, Framed

        pl = require("polars", "fast")
        count = self._parse()
        cells: dict[str, list[str]] = {}
        odd: set[int] = set()
        if self._values:
            for column, values in zip(self._columns, zip(*self._values, strict=True), strict=True):
                cells[column.name] = _texts_of(column, values, odd)
        frame = pl.DataFrame(cells or None, schema={column.name: pl.String for column in self._columns})
        schema = dict.fromkeys((OFFSET, LINE, ROW), pl.UInt64)
        frame = frame.hstack(pl.DataFrame(self._places, schema=schema, orient="row"))
        if odd:
            kept = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True).scatter(sorted(odd), False)
            frame = frame.filter(kept)
            self._others += [self._places[at] for at in odd]
        return Framed(frame, sorted(self._others), count, self._part.end, self._lines)

    def _parse(self) -> int:
        """Read the values of all lines; how many are numbered."""
        scan = _scanner([column.name for column in self._columns])
        lines = self._data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        self._lines = len(lines)
        offset, row = self._part.start, 0
        for number, line in enumerate(lines, IN_PART + 1):
            if not line.strip(b" \t\r") or _is_cut(line):
                self._others.append((offset, number, 0))
            else:
                row += 1
                values = scan(line)
                if values is None:
                    self._others.append((offset, number, row))
                else:
                    self._places.append((offset, number, row))
                    self._values.append(values)
            offset += len(line) + 1
        return row


def _is_cut(line: bytes) -> bool:
    """Whether a line is longer than any that is read."""
    return len(line) > LINE_LIMIT and len(line.decode("utf-8", "surrogateescape").rstrip("\r")) > LINE_LIMIT


def _scanner(names: Sequence[str]) -> Callable[[bytes], tuple[Any, ...] | None]:
    """What makes of a line the values of these columns; `None` where that is for the reader to do."""
    known = frozenset(names)

    def record(pairs: list[tuple[str, Any]]) -> tuple[Any, ...]:
        values = dict(pairs)
        if not values or len(values) != len(pairs) or not values.keys() <= known:
            raise ValueError("no record")
        return tuple(map(values.get, names))

    def refuse(word: str) -> None:
        raise ValueError(word)

    scan = json.JSONDecoder(object_pairs_hook=record, parse_constant=refuse).raw_decode

    def values_of(line: bytes) -> tuple[Any, ...] | None:
        if len(line) > SHORT or line[:1] != b"{" or any(half in line for half in _HALVES):
            return None
        try:
            text = str(line, "utf-8")
            values, end = scan(text)
        except (ValueError, RecursionError):
            return None
        return values if end == len(text) or not text[end:].strip(" \t\r") else None

    return values_of


def _texts_of(column: Column, values: Sequence[Any], odd: set[int]) -> list[str]:
    """The cells of a column; rows whose value is none that its text stands for are added to `odd`."""
    types = set(map(type, values))
    if types <= {str} and not column.is_list and column.kind not in _TYPED:
        return list(values)
    if types == {type(None)}:
        return [""] * len(values)
    write = _list_text if column.is_list else _TYPED.get(column.kind, _plain_text)
    found: list[str] = []
    for at, value in enumerate(values):
        text = "" if value is None else write(column, value)
        if text is None:
            odd.add(at)
        found.append(text or "")
    return found


def _plain_text(column: Column, value: Any) -> str | None:
    return value if type(value) is str else None


def _list_text(column: Column, value: Any) -> str | None:
    if type(value) is not list or column.kind in _TYPED or "" in value:
        return None
    try:
        text = SEPARATOR.join(value)
    except TypeError:
        return None
    return text if text.count(SEPARATOR) == max(0, len(value) - 1) else None


def _number_text(column: Column, value: Any) -> str | None:
    if type(value) is int and -LARGEST < value < LARGEST:
        return column.write(value)
    return column.write(value) if type(value) is float and column.kind is Kind.NUMBER else None


def _boolean_text(column: Column, value: Any) -> str | None:
    return column.write(value) if type(value) is bool else None


_TYPED: dict[Kind, Callable[[Column, Any], str | None]] = {
    Kind.INTEGER: _number_text,
    Kind.NUMBER: _number_text,
    Kind.BOOLEAN: _boolean_text,
}
