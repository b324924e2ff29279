"""Parts of Parquet files: runs of rows, along groups of rows where these are small enough, read batch by batch.

A batch becomes a frame of texts where the type of each column has the texts that the table's column would write for the
same values; rows with any other value, and batches with texts or lists that are too long, are read by the reader.
"""

from __future__ import annotations

import math
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from karabakh_data.columns import SEPARATOR, Column, Kind, columns_of
from karabakh_data.frames import require
from karabakh_data.tables import MODELS
from karabakh_data.validation.cells import ELEMENTS
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.large.parts import FileSpec, Part, Place, Positioned
from karabakh_data.validation.raw import RawRow, Reading
from karabakh_data.validation.readers import columnar
from karabakh_data.validation.readers.arrowvalues import MAX_TEXT, ROWS, Texts, parts
from karabakh_data.validation.readers.columnar import Batching, Shape
from karabakh_data.validation.readers.headers import Header
from karabakh_data.validation.readers.parquetfooter import LimitError

UNPACKED = 32
"""How many bytes of rows as they are held go into a part, for each that a part of a text file has."""

FRAMED = 16 * ROWS
"""Rows of a frame: as texts they take far more than as Arrow has them."""

HELD = 4 * columnar.BATCH_BYTES
"""Bytes of texts that rows may have to become a frame: a word of a dictionary may stand in every row."""


class Layout(NamedTuple):
    """What it takes to begin anywhere in a file."""

    header: Header
    wanted: dict[str, str]
    """The table's column for the name of each column that counts."""
    shape: Shape
    batching: Batching
    ends: list[int]
    """The rows at which groups end."""


def survey(reading: Reading, path: Path, hint: str | None) -> Layout | None:
    """What the footer and the headers of pages say, told as far as they name columns; `None` where it cannot be cut."""
    pa = require("pyarrow", "arrow")
    try:
        with path.open("rb") as stream:
            shape = columnar.shape_of(stream)
            ends = list(accumulate(group.rows for group in shape.groups))
            if not ends or ends[-1] != shape.metadata.num_rows or min(group.rows for group in shape.groups) < 1:
                return None
            silent = columnar.header_of(Reading(reading.source, [], reading.table), shape.schema, hint)
            if silent is None:
                return None
            batching = columnar.batching_of(stream, shape, list(silent[1]))
    except (LimitError, pa.ArrowException, OSError, ValueError, OverflowError):
        return None  # the reader of the whole tells it
    found = columnar.header_of(reading, shape.schema, hint)
    return None if found is None else Layout(*found, shape, batching, ends)


def cuts(layout: Layout, size: int) -> list[int]:
    """Rows at which parts begin, and the end: a part has whole groups of rows, or lies within one."""
    rows = layout.batching.rows
    most = max(1, int(UNPACKED * size / layout.batching.row))
    most = most // rows * rows or most  # so that no batch is cut
    found, start = [0], 0
    for end in layout.ends:
        if end - found[-1] > most and start > found[-1]:
            found.append(start)
        while end - found[-1] > most:
            found.append(found[-1] + most)
        start = end
    return found if found[-1] == start else [*found, start]


class ParquetPart:
    """A part of a Parquet file.

    Args:
        part: Which part of which file.
        findings: Where it is told that the file cannot be read on.
        stream: The file.
    """

    def __init__(self, part: Part, findings: list[Finding], stream: BinaryIO) -> None:
        self.part = part
        self.numbered = 0
        """How many rows were read."""
        self.is_over = False
        """Whether the file cannot be read on."""
        self._stream = stream
        self._layout: Layout = part.file.layout
        self._reading = Reading(part.file.input(), findings)
        self._texts = Texts()
        self._slices: Iterator[tuple[int, Any]] = iter(())
        """The slices of the batch at hand that are still to come, each with the row at which it begins."""
        self._slice: tuple[int, Any] = 0, None
        self._values: dict[str, list[Any]] | None = None

    @property
    def end(self) -> int:
        """The row at which the part ends."""
        return self.part.end

    @property
    def lines_read(self) -> int:
        """None: the format has no lines."""
        return 0

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows in it."""
        return self.part.start == self.part.end

    def rows(self) -> Iterator[Positioned]:
        """Its rows; what keeps them from being read is told."""
        self.is_over = True
        with columnar.telling(self._reading, "no sound Parquet file"):
            for start, batch in self._batches():
                for first, piece in self._sliced(start, batch):
                    columns = columnar.columns_of_part(piece, self._layout.wanted, self._texts)
                    for at in range(piece.num_rows):
                        self.numbered = first + at - self.part.start + 1
                        row = columnar.row_of(self._reading, self._layout.header, self.numbered, columns, at)
                        yield Positioned(row, first + at, 0)
            self.is_over = False

    def _batches(self) -> Iterator[tuple[int, Any]]:
        """The batches of the part, each with the number of its first row."""
        yield from batches_between(self._stream, self._layout, self.part.start, self.part.end)

    def _sliced(self, start: int, batch: Any) -> Iterator[tuple[int, Any]]:
        """A batch in slices whose values can be held."""
        places = list(columnar.indices(batch, self._layout.wanted).values())
        for piece in parts(batch, places):
            yield start, piece
            start += piece.num_rows

    def at(self, offset: int, line: int, number: int) -> RawRow | None:
        """A row of the batch at hand, in the order of the rows; `None` where the file cannot be read on."""
        if self.is_over:
            return None
        while self._slice[1] is None or offset >= self._slice[0] + self._slice[1].num_rows:
            self._slice, self._values = next(self._slices), None
        if self._values is None:
            self.is_over = True
            with columnar.telling(self._reading, "no sound Parquet file"):
                self._values = columnar.columns_of_part(self._slice[1], self._layout.wanted, self._texts)
                self.is_over = False
        if self._values is None:
            return None
        return columnar.row_of(self._reading, self._layout.header, number, self._values, offset - self._slice[0])

    def finish(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Let go of the rows."""
        self._slices, self._slice, self._values = iter(()), (0, None), None

    # --- As frames -------------------------------------------------------------------------------------------------

    def framed(self) -> Any:
        """A `structure.Framed` for some rows after others; `None` where the part has to be read row by row."""
        header = self._layout.header
        required = {column.name for column in columns_of(MODELS[header.table]) if column.required}
        if header.told or not required <= set(header.columns):
            return None  # no row can be sound
        return self._frames()

    def _frames(self) -> Iterator[Any]:
        from karabakh_data.validation.large.structure import LINE, OFFSET, ROW, Framed

        pl = require("polars", "fast")
        batches = ((start + at, batch.slice(at, FRAMED)) for start, batch in self._batches() for at in _steps(batch))
        while not self.is_over:
            found = None
            self.is_over = True
            with columnar.telling(self._reading, "no sound Parquet file"):
                found = next(batches, None)
                self.is_over = False
            if found is None:
                return
            start, batch = found
            self._slices, self._slice, self._values = self._sliced(start, batch), (0, None), None
            first = start - self.part.start
            self.numbered = first + batch.num_rows
            cells, odd = self._cells(batch)
            row = pl.int_range(batch.num_rows, eager=True, dtype=pl.UInt64)
            places = [(row + start).alias(OFFSET), (row * 0).alias(LINE), (row + first + 1).alias(ROW)]
            frame = pl.DataFrame([*cells, *places])
            others = frame.filter(odd).select(OFFSET, LINE, ROW).rows()
            yield Framed(frame.filter(~odd), others, self.numbered, self.part.end, 0)

    def _cells(self, batch: Any) -> tuple[list[Any], Any]:
        """The columns of a batch as texts, and which rows hold values that the reader has to read."""
        pl = require("polars", "fast")
        columns = {column.name: column for column in columns_of(MODELS[self._layout.header.table])}
        places = columnar.indices(batch, self._layout.wanted)
        is_odd = not _is_held(batch, list(places.values()))
        odd = pl.repeat(is_odd, batch.num_rows, dtype=pl.Boolean, eager=True)
        found = []
        for name, place in places.items():
            column = columns[self._layout.wanted[name]]
            texts = None if is_odd else _texts_of(column, batch.column(place))
            if texts is None:
                texts = pl.repeat("", batch.num_rows, dtype=pl.String, eager=True)
                odd = odd | pl.Series(batch.column(place).is_valid().to_pylist(), dtype=pl.Boolean)
            else:
                odd = odd | texts.is_null()
            found.append(texts.fill_null("").alias(column.name))
        return found, odd

    def to_be_read(self, frame: Any) -> Any:
        """No row has to be read for the sake of the file's structure."""
        return require("polars", "fast").repeat(False, frame.height, eager=True)


def _steps(batch: Any) -> range:
    return range(0, batch.num_rows, FRAMED)


# --- Rows of a file ------------------------------------------------------------------------------------------------


def batches_between(stream: BinaryIO, layout: Layout, start: int, end: int) -> Iterator[tuple[int, Any]]:
    """The batches of the rows between two, each with the number of its first row."""
    first, last = bisect_right(layout.ends, start), bisect_right(layout.ends, end - 1)
    at = layout.ends[first - 1] if first else 0
    groups = range(first, last + 1)
    for batch in columnar.batches_of(stream, layout.shape, layout.batching, list(layout.wanted), groups):
        behind = at + batch.num_rows
        if behind > layout.ends[last]:
            raise ValueError("holds more rows than its footer says")
        if behind > start:
            left = max(0, start - at)
            yield at + left, batch.slice(left, min(behind, end) - at - left)
        at = behind
        if at >= end:
            return


class Rows:
    """Single rows of a file: its groups are read once, and kept in a temporary folder, batch by batch."""

    def __init__(self, spec: FileSpec) -> None:
        self._spec = spec
        self._layout: Layout = spec.layout
        self._folder = tempfile.TemporaryDirectory(prefix="karabakh-data-")
        self._starts: dict[int, list[int]] = {}
        """The rows at which the batches of each group begin that was read."""

    def row(self, place: Place) -> RawRow | None:
        """The row at a place."""
        group = bisect_right(self._layout.ends, place.offset)
        if group not in self._starts:
            self._keep(group)
        start = self._starts[group][bisect_right(self._starts[group], place.offset) - 1]
        pa = require("pyarrow", "arrow")
        with pa.memory_map(str(self._path(start))) as kept:
            batch = pa.ipc.open_file(kept).get_batch(0).slice(place.offset - start, 1)
            columns = columnar.columns_of_part(batch, self._layout.wanted, Texts())
        return columnar.row_of(Reading(self._spec.input(), []), self._layout.header, place.row, columns, 0)

    def close(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()

    def _path(self, start: int) -> Path:
        return Path(self._folder.name) / f"{start}.arrow"

    def _keep(self, group: int) -> None:
        pa = require("pyarrow", "arrow")
        ends = self._layout.ends
        starts = self._starts[group] = []
        with self._spec.path.open("rb") as stream:
            for start, batch in batches_between(stream, self._layout, ends[group - 1] if group else 0, ends[group]):
                with pa.ipc.new_file(str(self._path(start)), batch.schema) as out:
                    out.write_batch(batch)
                starts.append(start)


# --- Columns as texts ----------------------------------------------------------------------------------------------


def _is_held(batch: Any, places: Sequence[int]) -> bool:
    """Whether all texts are UTF-8, and no text or list is longer than it is read to."""
    pa = require("pyarrow", "arrow")
    columns = [batch.column(place) for place in places]
    try:
        for column in columns:
            column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return all(map(_is_short, columns)) and sum(map(_weight, columns)) <= HELD


def _is_short(array: Any) -> bool:
    """Whether no text or list of an array, and no word of its dictionary, is too long."""
    pa, compute = require("pyarrow", "arrow"), require("pyarrow.compute", "arrow")
    if pa.types.is_dictionary(array.type):
        array = array.dictionary
    if _is_list(array.type):
        longest = compute.max(compute.list_value_length(array)).as_py() or 0
        return longest <= ELEMENTS and _is_short(array.flatten())
    return not _is_text(array.type) or (compute.max(compute.binary_length(array)).as_py() or 0) <= MAX_TEXT


def _weight(array: Any) -> int:
    """Bytes of the texts of an array, where each word of a dictionary counts wherever it stands."""
    pa, compute = require("pyarrow", "arrow"), require("pyarrow.compute", "arrow")
    if _is_list(array.type):
        return _weight(array.flatten())
    if pa.types.is_dictionary(array.type) and _is_text(array.type.value_type):
        lengths = compute.binary_length(array.dictionary).cast(pa.int64()).take(array.indices)
    elif _is_text(array.type):
        lengths = compute.binary_length(array)
    else:
        return 0
    return int(compute.sum(lengths).as_py() or 0)


def _is_list(type_: Any) -> bool:
    types = require("pyarrow", "arrow").types
    return bool(types.is_list(type_) or types.is_large_list(type_))


def _is_text(type_: Any) -> bool:
    types = require("pyarrow", "arrow").types
    return bool(types.is_string(type_) or types.is_large_string(type_))


def _texts_of(column: Column, array: Any) -> Any:
    """The cells of a column as texts, null where the reader has to read the row; `None` where it has to read all."""
    pa, pl = require("pyarrow", "arrow"), require("polars", "fast")
    types, type_ = pa.types, array.type
    if types.is_null(type_):
        return pl.repeat("", len(array), dtype=pl.String, eager=True)
    if types.is_dictionary(type_):
        array, type_ = array.dictionary_decode(), type_.value_type
    if _is_text(type_):
        return pl.Series(pl.from_arrow(array), dtype=pl.String).fill_null("")
    if _is_list(type_):
        value = type_.value_type
        word = value.value_type if types.is_dictionary(value) else value
        return _list_texts(array.cast(pa.list_(word))) if column.is_list and _is_text(word) else None
    write = _written(column, type_)
    if write is None or column.is_list:
        return None
    values = array.to_pylist()
    texts = {value: write(value) for value in {*values} - {None}}
    return pl.Series([texts.get(value, "") for value in values], dtype=pl.String)


def _written(column: Column, type_: Any) -> Callable[[Any], str | None] | None:
    """What makes texts of the values of a type in a column."""
    types = require("pyarrow", "arrow").types
    if types.is_boolean(type_):
        return column.write if column.kind is Kind.BOOLEAN else None
    if types.is_date32(type_):
        return column.write if column.kind is Kind.DAY else None
    if column.kind not in (Kind.INTEGER, Kind.NUMBER):
        return None
    if types.is_integer(type_):
        return column.write
    if not (types.is_float32(type_) or types.is_float64(type_)):
        return None
    whole = column.kind is Kind.INTEGER
    return lambda value: "" if math.isnan(value) else _whole(value) if whole else column.write(value)


def _whole(value: float) -> str | None:
    """The text of a whole number that is given with a decimal point, as pandas does where values are missing."""
    return str(int(value)) if value.is_integer() else None


def _list_texts(array: Any) -> Any:
    """Lists of texts, joined; null where an element is none, or holds what separates them."""
    pl = require("polars", "fast")
    lists = pl.Series(pl.from_arrow(array))
    texts = lists.list.join(SEPARATOR, ignore_nulls=False)
    count = texts.str.count_matches(SEPARATOR, literal=True)
    element = pl.element()
    is_odd = lists.list.eval((element == "").fill_null(True)).list.any() | (count != lists.list.len() - 1)
    is_empty = lists.is_null() | (lists.list.len() == 0)
    frame = pl.DataFrame({"text": texts, "odd": is_odd.fill_null(True), "empty": is_empty})
    text = pl.when("empty").then(pl.lit("")).when("odd").then(None).otherwise("text")
    return frame.select(text.alias("text")).to_series()
