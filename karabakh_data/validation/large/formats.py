"""Formats that are read in parts, and how each of them is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from karabakh_data.validation.finding import Finding
from karabakh_data.validation.large.delimited_part import DelimitedPart, cuts, row_at, survey
from karabakh_data.validation.large.parts import PART_BYTES, FileSpec, Part, Place, Positioned
from karabakh_data.validation.raw import Notation, RawRow, Reading
from karabakh_data.validation.readers import delimited
from karabakh_data.validation.store import Collector

LONGEST = 2 * PART_BYTES
"""Bytes in which a record has to begin; a file without is read line by line."""


class PartReader(Protocol):
    """Reads a part: row by row, or as a frame."""

    @property
    def end(self) -> int:
        """Where what was read ends."""

    @property
    def lines_read(self) -> int:
        """How many physical lines stand before that in the part."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but blank rows."""

    @property
    def numbered(self) -> int:
        """How many row numbers were given out, once its rows are read."""

    @property
    def is_over(self) -> bool:
        """Whether the file cannot be read on."""

    def rows(self) -> Iterator[Positioned]:
        """Its rows, with all that is wrong with their structure told."""

    def framed(self) -> Any:
        """It as a `structure.Framed`, or several; `None` where it has to be read row by row.

        Rows of each are asked for before the next."""

    def to_be_read(self, frame: Any) -> Any:
        """Which rows of the frame have to be read for the sake of the file's structure."""

    def at(self, offset: int, line: int, number: int) -> RawRow | None:
        """A row, in the order of the rows; `None` where there is nothing."""

    def finish(self) -> None:
        """Tell what is held back."""

    def close(self) -> None:
        """Let go of the bytes: what the findings need of them refers to the reader, and the reader to it."""


def surveyed(reading: Reading, path: Path, kind: str, hint: str | None, delimiter: str | None) -> FileSpec | None:
    """A file that can be read in parts; `None` where it has to be read as a whole. What its header says is told."""
    if kind == "jsonl":
        return _surveyed_lines(reading, path, hint)
    if kind == "parquet":
        return _surveyed_rows(reading, path, hint)
    if kind not in ("csv", "tsv"):
        return None
    found = survey(reading, path, hint, delimiter or ("\t" if kind == "tsv" else ","))
    if found is None:
        return None
    layout, start, line = found
    spec = _spec(reading, path, kind, Notation.TEXT, layout.header.table, layout, start=start, line=line)
    with path.open("rb") as stream:
        bounds = cuts(stream, spec, start, spec.size, PART_BYTES)
    return None if max(end - begin for begin, end in pairwise(bounds)) > LONGEST else spec


def _surveyed_lines(reading: Reading, path: Path, hint: str | None) -> FileSpec | None:
    from karabakh_data.validation.large import jsonlines_part

    reading.source.notation = Notation.JSON
    found = jsonlines_part.survey(reading, path, hint)
    if found is None:
        return None
    table, start = found
    return _spec(reading, path, "jsonl", Notation.JSON, table, None, start=start)


def _surveyed_rows(reading: Reading, path: Path, hint: str | None) -> FileSpec | None:
    from karabakh_data.validation.large import parquet_part

    reading.source.notation = Notation.NATIVE
    layout = parquet_part.survey(reading, path, hint)
    if layout is None:
        return None
    weight = path.stat().st_size / layout.ends[-1]
    return _spec(reading, path, "parquet", Notation.NATIVE, layout.header.table, layout, line=0, weight=weight)


def _spec(
    reading: Reading, path: Path, kind: str, notation: Notation, table: str, layout: Any, **more: Any
) -> FileSpec:
    source, size = reading.source, path.stat().st_size
    about = (path, source.name, source.order, kind, notation, table, layout)
    return FileSpec(*about, is_update=source.is_update, size=size, **more)


def parts(spec: FileSpec, number: int, size: int) -> Iterator[Part]:
    """The parts of a file, of about so many bytes, numbered from `number` on."""
    if spec.kind == "parquet":
        from karabakh_data.validation.large import parquet_part

        for start, end in pairwise(parquet_part.cuts(spec.layout, size)):
            yield Part(number, spec, start, end)
            number += 1
        return
    with spec.path.open("rb") as stream:
        if spec.kind == "jsonl":
            from karabakh_data.validation.large import jsonlines_part

            bounds = jsonlines_part.cuts(stream, spec.start, spec.size, size)
        else:
            bounds = cuts(stream, spec, spec.start, spec.size, size)
        for start, end in pairwise(bounds):
            yield Part(number, spec, start, end)
            number += 1


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
    with part.file.path.open("rb") as stream, closing(_reader(part.file.kind)(part, findings, stream)) as reader:
        yield reader


def _reader(kind: str) -> Callable[[Part, list[Finding], BinaryIO], PartReader]:
    """What reads parts of files of a format; those that few need take long to import."""
    if kind == "jsonl":
        from karabakh_data.validation.large.jsonlines_part import JsonLinesPart

        return JsonLinesPart
    if kind == "parquet":
        from karabakh_data.validation.large.parquet_part import ParquetPart

        return ParquetPart
    return DelimitedPart


@contextmanager
def rows_of(spec: FileSpec) -> Iterator[Callable[[Place], RawRow | None]]:
    """What gives single rows of a file; what is wrong with their structure is told already."""
    if spec.kind == "parquet":
        from karabakh_data.validation.large.parquet_part import Rows

        with closing(Rows(spec)) as rows:
            yield rows.row
        return
    at = row_at
    if spec.kind == "jsonl":
        from karabakh_data.validation.large import jsonlines_part

        at = jsonlines_part.row_at
    with spec.path.open("rb") as stream:
        yield lambda place: at(stream, spec, place.offset, place.line, place.row)
