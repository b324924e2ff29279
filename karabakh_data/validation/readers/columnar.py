"""Parquet, Arrow-compatible frames and lists of Python records: input without text, whose rows have numbers only."""

from __future__ import annotations

import contextlib
import datetime
import enum
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from karabakh_data.columns import columns_of
from karabakh_data.edtf import EDTF
from karabakh_data.frames import require
from karabakh_data.models import Record
from karabakh_data.models.types import Origin
from karabakh_data.suggest import nearest
from karabakh_data.tables import KEPT_TABLES, MODELS
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.raw import Raw, RawRow, Reading
from karabakh_data.validation.readers.arrowvalues import Texts, parts, values_of
from karabakh_data.validation.readers.headers import Header, read_header, table_of
from karabakh_data.validation.readers.parquetfooter import COLUMNS, MIB, Group, LimitError, check_footer, groups_of
from karabakh_data.validation.readers.parquetpages import cost_of

MOST_ROWS = 1 << 16
"""Rows that Arrow reads at a time: for each time it makes the dictionaries anew."""

BATCH_BYTES = 16 * MIB
"""Bytes of the rows that Arrow reads at a time."""

BUFFER = 1 << 16


# --- Arrow ---------------------------------------------------------------------------------------------------------


def read_parquet(reading: Reading, path: Path | Any, *, hint: str | None = None) -> Iterator[RawRow]:
    """The records of a Parquet file, given by its path or as a binary stream.

    Raises:
        karabakh_data.frames.MissingExtraError: PyArrow is not installed.
    """
    with (
        telling(reading, "no sound Parquet file"),
        path.open("rb") if isinstance(path, Path) else contextlib.nullcontext(path) as stream,
    ):
        shape = shape_of(stream)

        def batches(names: list[str]) -> Iterator[Any]:
            found = batches_of(stream, shape, batching_of(stream, shape, names), names)
            yield from _no_more(shape.metadata.num_rows, found)

        yield from _read_batches(reading, shape.schema, batches, hint)


@contextlib.contextmanager
def telling(reading: Reading, what: str) -> Iterator[None]:
    """Tell what keeps Arrow from reading on."""
    pa = require("pyarrow", "arrow")
    try:
        yield
    except LimitError as error:
        reading.tell(codes.too_large, *error.said)
    except (pa.ArrowException, OSError, ValueError, OverflowError, UnicodeDecodeError) as error:
        reading.tell(codes.unreadable, f"{what} ({_first_line(error)})")


class Shape(NamedTuple):
    """What the footer of a Parquet file says, as Arrow has it and as it stands there."""

    metadata: Any
    schema: Any
    groups: list[Group]
    size: int
    """Bytes of the file."""


class Batching(NamedTuple):
    """How some columns of a Parquet file are read."""

    rows: int
    """At a time."""
    row: float
    """Bytes of a row where they are largest."""
    words: list[str]
    """Columns that are read as dictionaries."""


def shape_of(stream: Any) -> Shape:
    """What the footer says, once it was looked at.

    Raises:
        LimitError: It claims more than is read.
        ValueError: It is damaged.
    """
    parquet = require("pyarrow.parquet", "arrow")
    size = stream.seek(0, io.SEEK_END)
    check_footer(stream, size)
    stream.seek(0)
    with parquet.ParquetFile(stream) as file:
        metadata, schema = file.metadata, file.schema_arrow
    groups = groups_of(metadata)
    _check_shape(metadata, groups, size)
    return Shape(metadata, schema, groups, size)


def batching_of(stream: Any, shape: Shape, names: Sequence[str]) -> Batching:
    """How columns are read, once their pages were looked at.

    Raises:
        LimitError: They take more than is given to a file.
        ValueError: What the headers of the pages say cannot be.
    """
    cost = cost_of(stream, shape.size, shape.metadata.schema, shape.groups, names)
    return Batching(int(max(1, min(MOST_ROWS, BATCH_BYTES / cost.row))), cost.row, cost.as_words())


def batches_of(
    stream: Any, shape: Shape, batching: Batching, names: Sequence[str], groups: Sequence[int] | None = None
) -> Iterator[Any]:
    """The rows of some groups, or of all, as Arrow reads them: each by itself, since it cannot join lists of words."""
    parquet = require("pyarrow.parquet", "arrow")
    stream.seek(0)
    # without a buffer, or with one made beforehand, all columns of a group of rows are held as they lie
    options = {"read_dictionary": batching.words, "buffer_size": BUFFER, "pre_buffer": False}
    with parquet.ParquetFile(stream, metadata=shape.metadata, **options) as file:
        for group in range(len(shape.groups)) if groups is None else groups:
            yield from file.iter_batches(batch_size=batching.rows, row_groups=[group], columns=list(names))


def _check_shape(metadata: Any, groups: list[Group], size: int) -> None:
    """A few bytes can claim billions of rows; each row of ours has an id of its own and so at least a byte."""
    rows = max(metadata.num_rows, sum(group.rows for group in groups))
    if rows > size:
        raise LimitError(f"claims {rows:,} rows in {size:,} bytes", "a file can hold")
    if metadata.num_columns > COLUMNS:
        raise LimitError(f"{metadata.num_columns:,} columns", f"{COLUMNS:,}")


def _no_more(rows: int, batches: Iterable[Any]) -> Iterator[Any]:
    """Batches, as long as they hold no more rows than there are: pages go on for as long as they say themselves."""
    for batch in batches:
        rows -= batch.num_rows
        if rows < 0:
            raise ValueError("holds more rows than its footer says")
        yield batch


def read_frame(reading: Reading, frame: Any, *, hint: str | None = None) -> Iterator[RawRow]:
    """The records of any object with the Arrow C stream interface: Polars, pandas, PyArrow, DuckDB, ...

    Raises:
        karabakh_data.frames.MissingExtraError: PyArrow is not installed.
    """
    pa = require("pyarrow", "arrow")
    with telling(reading, "the frame cannot be read"), pa.RecordBatchReader.from_stream(frame) as batches:
        yield from _read_batches(reading, batches.schema, lambda names: batches, hint)


def _read_batches(
    reading: Reading, schema: Any, batches: Callable[[list[str]], Iterable[Any]], hint: str | None
) -> Iterator[RawRow]:
    """The rows of batches, which are asked for by the names of the columns that count."""
    layout = header_of(reading, schema, hint)
    if layout is None:
        return
    header, wanted = layout
    number = 0
    texts = Texts()
    for batch in batches(list(wanted)):
        for part in parts(batch, list(indices(batch, wanted).values())):
            columns = columns_of_part(part, wanted, texts)
            for row in range(part.num_rows):
                number += 1
                yield row_of(reading, header, number, columns, row)
    if not number and header.table not in KEPT_TABLES:
        reading.tell(codes.nothing_there, "holds columns and no records")


def header_of(reading: Reading, schema: Any, hint: str | None) -> tuple[Header, dict[str, str]] | None:
    """The header, and the table's column for the name of each that counts; `None` where nothing can be judged."""
    names = ["" if re.fullmatch(r"__index_level_\d+__", name) else name for name in schema.names]  # of pandas
    header = read_header(reading, [Raw(name) for name in names], hint)
    if header is None:
        return None
    return header, {name: column for name, column in zip(names, header.columns, strict=True) if column is not None}


def indices(batch: Any, wanted: Mapping[str, str]) -> dict[str, int]:
    """Where each wanted column stands in a batch: the first of its name is meant."""
    return {name: batch.schema.names.index(name) for name in wanted}


def columns_of_part(part: Any, wanted: Mapping[str, str], texts: Texts) -> dict[str, list[Any]]:
    """The values of part of a batch, by the table's columns."""
    return {wanted[name]: values_of(part.column(index), texts) for name, index in indices(part, wanted).items()}


def row_of(reading: Reading, header: Header, number: int, columns: Mapping[str, Sequence[Any]], at: int) -> RawRow:
    """A row of columns of values."""
    cells = {name: _raw(values[at]) for name, values in columns.items()}
    return RawRow(header.table, reading.source, number, cells=cells, told=set(header.told))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


# --- Python --------------------------------------------------------------------------------------------------------


def read_records(reading: Reading, records: Sequence[Any], *, hint: str | None = None) -> Iterator[RawRow]:
    """Records given as mappings from column names to values, or as models of ours."""
    if not records:
        if (reading.table or hint) not in KEPT_TABLES:
            reading.tell(codes.nothing_there, "an empty list: no records")
        return
    models = {type(record).TABLE for record in records if isinstance(record, Record)}
    names = dict.fromkeys(str(name) for record in records if isinstance(record, Mapping) for name in record)
    first = models.pop() if len(models) == 1 else None
    table = first or table_of(reading, names, hint)
    if table is None:
        return
    known = [column.name for column in columns_of(MODELS[table])]
    for number, record in enumerate(records, 1):
        cells = _fields(record) if isinstance(record, Record) and table == record.TABLE else record
        row = RawRow(table, reading.source, number)
        if not isinstance(cells, Mapping):
            what = f"a record of {record.TABLE}" if isinstance(record, Record) else f"a {type(record).__name__}"
            reading.tell(codes.structure, what, f"a mapping from the columns of {table} to values", at=row)
            continue
        for key, value in cells.items():
            if key in known:
                row.cells[key] = _raw(value)
            else:
                absent = [name for name in known if name not in cells]
                reading.tell(codes.unknown_column, str(key), table, absent, at=row, value=str(key))
                row.told.update(nearest("_".join(str(key).split()), absent, 1))
        yield row


def _fields(record: Record) -> dict[str, Any]:
    return {
        column.name: getattr(record, column.name)
        for column in columns_of(type(record))
        if column.origin is not Origin.DERIVED_ROW
    }


# --- Values --------------------------------------------------------------------------------------------------------


def _raw(value: Any) -> Raw:
    if isinstance(value, enum.Enum):
        return Raw(value.value)
    if isinstance(value, EDTF):
        return Raw(str(value))
    if isinstance(value, float) and math.isnan(value):
        return Raw(None)
    if isinstance(value, list | tuple | set | frozenset):
        return Raw([_raw(one) for one in value])
    if value is None or isinstance(value, str | bool | int | float | datetime.date):
        return Raw(value)
    if hasattr(value, "tolist"):  # an array or a number of NumPy
        return _raw(value.tolist())
    return Raw(value)
