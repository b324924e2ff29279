"""Parts of CSV and TSV files: where they may be cut, and their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from karabakh_data.columns import columns_of
from karabakh_data.frames import require
from karabakh_data.tables import KIND_OF, MODELS
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.large.chunklines import ChunkLines
from karabakh_data.validation.large.parts import IN_PART, FileSpec, Part, Positioned, bytes_of_next
from karabakh_data.validation.raw import RawRow, Reading
from karabakh_data.validation.readers.delimited import DelimitedReader, Layout
from karabakh_data.validation.readers.lines import Lines, encoding_of

WINDOW = 64 * 1024
"""Bytes in which a line is looked for that a part may begin with."""


def survey(reading: Reading, path: Path, hint: str | None, delimiter: str) -> tuple[Layout, int, int] | None:
    """What the header says, which is told, and the byte and line behind it; `None` where no parts can be cut."""
    with path.open("rb") as stream:
        head = stream.read(WINDOW)
        stream.seek(0)
        if encoding_of(head)[0] != "utf-8":
            return None
        lines = Lines(stream)
        if not lines.ends_in_feeds:
            return None
        reader = DelimitedReader(reading, lines)
        if reader.header(delimiter, hint) is None or reader.layout is None:
            return None
        stream.seek(0)
        count, start = lines.number, 0
        while count and (line := stream.readline()):
            start, count = start + len(line), count - 1
        return reader.layout, start, lines.number + 1


def cuts(stream: BinaryIO, spec: FileSpec, start: int, size: int, step: int) -> list[int]:
    """Bytes at which a record likely begins, at most about `step` apart, from `start` to the end of the file."""
    found = [start]
    looks, may = _begins(spec)
    at = start + bytes_of_next(step, size - start)
    while at < size:
        stream.seek(at)
        window = stream.read(WINDOW)
        begin, likely = window.find(b"\n") + 1, 0
        while 0 < begin < len(window):
            end = window.find(b"\n", begin)
            if end < 0:
                break
            if looks(window[begin:end]):
                likely = begin
                break
            likely = likely or (begin if may(window[begin:end]) else 0)
            begin = end + 1
        if likely:
            found.append(at + likely)
        at = max(at, found[-1])
        at += bytes_of_next(step, size - at)
    return [*found, size]


def _begins(spec: FileSpec) -> tuple[Any, Any]:
    """Whether a line is likely a record: it has the right number of cells, and an id where one belongs.

    The second function tells the same of the first line of a record that goes over lines.
    """
    layout: Layout = spec.layout
    header = layout.header
    key = MODELS[spec.table].PRIMARY_KEY[0]
    place = header.columns.index(key) if key in header.columns else None
    sign = layout.delimiter.encode()
    cell = rb'(?:"[^"\n]*(?:""[^"\n]*)*"|[^"\n' + re.escape(sign) + rb"]*)"
    whole = re.compile(cell + rb"(?:" + re.escape(sign) + cell + rb"){%d}\r?" % (layout.width - 1))
    kind = KIND_OF.get(spec.table, "").encode() + b"-"

    def looks(line: bytes) -> bool:
        if not whole.fullmatch(line):
            return False
        return place is None or line.split(sign)[place].startswith(kind) or place > 0

    def may(line: bytes) -> bool:
        return place != 0 or line.startswith(kind)

    return looks, may


class DelimitedPart:
    """A part of a CSV or TSV file.

    Args:
        part: Which part of which file.
        findings: Where its structure is told.
    """

    is_over = False

    def __init__(self, part: Part, findings: list[Finding], stream: BinaryIO) -> None:
        self.numbered = 0
        """How many rows were read."""
        self.lines = ChunkLines(stream, part.start, part.end, IN_PART + 1)
        self.part = replace(part, end=self.lines.finish_line())
        self.reader = DelimitedReader(Reading(part.file.input(), findings), self.lines, part.file.layout)

    @property
    def end(self) -> int:
        """The byte at which what was read ends."""
        return self.lines.position

    @property
    def lines_read(self) -> int:
        """How many physical lines stand before that in the part."""
        return self.lines.number - IN_PART

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but blank rows."""
        return self.reader.is_empty

    def rows(self) -> Iterator[Positioned]:
        """Its rows, with all that is wrong with their structure told."""
        while (offset := self.lines.position) < self.part.end:
            line = self.lines.number + 1
            record = self.reader.take()
            if record is None:
                break
            row = self.reader.row(record, self.numbered + 1)
            if row is not None:
                self.numbered += 1
                yield Positioned(row, offset, line)
        self.finish()

    def at(self, offset: int, line: int, number: int) -> RawRow | None:
        """The row that begins at a byte; `None` where nothing stands there.

        Rows are to be asked for in their order: what is told of several blank rows is told once.
        """
        if offset != self.lines.position:
            self.reader.finish()
            self.lines.seek(offset, line)
        record = self.reader.take()
        return None if record is None else self.reader.row(record, number)

    def finish(self) -> None:
        """Tell what is held back; blank rows that go on behind the end belong to the others."""
        while self.reader.is_in_blank_rows:
            begin = self.lines.state
            record = self.reader.take()
            if record is None:
                break
            if self.reader.is_row(record):
                self.lines.restore(begin)
                break
            self.reader.row(record, 0)
        self.reader.finish()

    def close(self) -> None:
        """Let go of the text."""
        self.lines.close()

    def framed(self) -> Any:
        """The part as one `structure.Framed`; `None` where it has to be read row by row."""
        from karabakh_data.validation.large.structure import framed

        header = self.part.file.layout.header
        required = {column.name for column in columns_of(MODELS[header.table]) if column.required}
        if header.told or not required <= set(header.columns):
            return None  # no row can be sound
        found = framed(self, self.part.file.layout)
        return None if found is None else [found]

    def to_be_read(self, frame: Any) -> Any:
        """The first row in which something stands under each column without a name, which is told."""
        from karabakh_data.validation.large.structure import OTHER

        pl = require("polars", "fast")
        found = []
        for place in self.part.file.layout.nameless:
            filled = frame[f"{OTHER}{place}"].str.strip_chars() != ""
            found += filled.arg_true().head(1).to_list()
        marked = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        return marked.scatter(found, True) if found else marked


def row_at(stream: BinaryIO, spec: FileSpec, offset: int, line: int, number: int) -> RawRow | None:
    """A row of a file by itself; what is wrong with its structure is told already."""
    lines = ChunkLines(stream, offset, offset + 4096, line)
    reader = DelimitedReader(Reading(spec.input(), []), lines, spec.layout)
    record = reader.take()
    return None if record is None else reader.row(record, number)
