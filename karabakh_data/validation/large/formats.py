"""Formats that are read in parts, and how each of them is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from karabakh_data.validation.finding import Finding
from karabakh_data.validation.large.chunklines import count_lines
from karabakh_data.validation.large.delimited_part import DelimitedPart, cuts, row_at, survey
from karabakh_data.validation.large.parts import PART_BYTES, FileSpec, Part, Place, Positioned
from karabakh_data.validation.raw import Notation, RawRow, Reading
from karabakh_data.validation.readers import delimited
from karabakh_data.validation.store import Collector

LONGEST = 4 * PART_BYTES
"""Bytes in which a record has to begin; a file without is read line by line."""


class PartReader(Protocol):
    """Reads a part: row by row, or as a frame."""

    @property
    def end(self) -> int:
        """Where what was read ends."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but blank rows."""

    def rows(self) -> Iterator[Positioned]:
        """Its rows, with all that is wrong with their structure told."""

    def framed(self) -> Any:
        """It as a `structure.Framed`; `None` where it has to be read row by row."""

    def to_be_read(self, frame: Any) -> Any:
        """Which rows of the frame have to be read for the sake of the file's structure."""

    def at(self, offset: int, line: int, number: int) -> RawRow | None:
        """A row, in the order of the rows; `None` where there is nothing."""

    def finish(self) -> None:
        """Tell what is held back."""


def surveyed(reading: Reading, path: Path, kind: str, hint: str | None, delimiter: str | None) -> FileSpec | None:
    """A file that can be read in parts; `None` where it has to be read as a whole. What its header says is told."""
    if kind not in ("csv", "tsv"):
        return None
    found = survey(reading, path, hint, delimiter or ("\t" if kind == "tsv" else ","))
    if found is None:
        return None
    layout, start, line = found
    source = reading.source
    spec = FileSpec(
        path,
        source.name,
        source.order,
        kind,
        Notation.TEXT,
        layout.header.table,
        layout,
        is_update=source.is_update,
        start=start,
        line=line,
        size=path.stat().st_size,
    )
    with path.open("rb") as stream:
        bounds = cuts(stream, spec, start, spec.size, PART_BYTES)
    return None if max(end - begin for begin, end in pairwise(bounds)) > LONGEST else spec


def parts(spec: FileSpec, number: int, size: int) -> Iterator[Part]:
    """The parts of a file, of about so many bytes, numbered from `number` on."""
    with spec.path.open("rb") as stream:
        line, before = spec.line, spec.start
        bounds = cuts(stream, spec, spec.start, spec.size, size)
        for start, end in pairwise(bounds):
            line += count_lines(stream, before, start)
            before = start
            yield Part(number, spec, start, end, line)
            number += 1


def moved(part: Part, start: int) -> Part:
    """A part that begins where the one before really ends."""
    with part.file.path.open("rb") as stream:
        line = part.line + count_lines(stream, part.start, start)
    return replace(part, start=start, line=line)


def tell_empty(spec: FileSpec, findings: Collector) -> None:
    """Tell that a file holds no records."""
    source = spec.input()
    lines = spec.layout.lines
    source.line_text = lambda line: (
        lines[line - spec.layout.first] if 0 <= line - spec.layout.first < len(lines) else None
    )
    delimited.tell_empty(Reading(source, findings), spec.layout)


@contextmanager
def opened(part: Part, findings: list[Finding]) -> Iterator[PartReader]:
    """The reader of a part."""
    with part.file.path.open("rb") as stream:
        yield DelimitedPart(part, findings, stream)


def row_of(stream: BinaryIO, spec: FileSpec, place: Place) -> RawRow | None:
    """A row by itself; what is wrong with its structure is told already."""
    return row_at(stream, spec, place.offset, place.line, place.row)
