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
from typing import Any

from karabakh_data.columns import columns_of
from karabakh_data.edtf import EDTF
from karabakh_data.frames import require
from karabakh_data.models import Record
from karabakh_data.models.types import Origin
from karabakh_data.suggest import nearest
from karabakh_data.tables import MODELS
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
    pa, parquet = require("pyarrow", "arrow"), require("pyarrow.parquet", "arrow")
    try:
        with path.open("rb") if isinstance(path, Path) else contextlib.nullcontext(path) as stream:
            size = stream.seek(0, io.SEEK_END)
            check_footer(stream, size)
            stream.seek(0)
            with parquet.ParquetFile(stream) as file:
                metadata, schema = file.metadata, file.schema_arrow
            groups = groups_of(metadata)
            _check_shape(metadata, groups, size)

            def batches(names: list[str]) -> Iterator[Any]:
                cost = cost_of(stream, size, metadata.schema, groups, names)
                stream.seek(0)
                # without a buffer, or with one made beforehand, all columns of a group of rows are held as they lie
                options = {"read_dictionary": cost.as_words(), "buffer_size": BUFFER, "pre_buffer": False}
                with parquet.ParquetFile(stream, metadata=metadata, **options) as file:
                    rows = int(max(1, min(MOST_ROWS, BATCH_BYTES / cost.row)))
                    yield from _no_more(metadata.num_rows, file.iter_batches(batch_size=rows, columns=names))

            yield from _read_batches(reading, schema, batches, hint)
    except LimitError as error:
        reading.tell(codes.too_large, *error.said)
    except (pa.ArrowException, OSError, ValueError, OverflowError, UnicodeDecodeError) as error:
        reading.tell(codes.unreadable, f"no sound Parquet file ({_first_line(error)})")


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
    try:
        with pa.RecordBatchReader.from_stream(frame) as batches:
            yield from _read_batches(reading, batches.schema, lambda names: batches, hint)
    except LimitError as error:
        reading.tell(codes.too_large, *error.said)
    except (pa.ArrowException, ValueError, OverflowError, UnicodeDecodeError) as error:
        reading.tell(codes.unreadable, f"the frame cannot be read ({_first_line(error)})")


def _read_batches(
    reading: Reading, schema: Any, batches: Callable[[list[str]], Iterable[Any]], hint: str | None
) -> Iterator[RawRow]:
    """The rows of batches, which are asked for by the names of the columns that count."""
    names = ["" if re.fullmatch(r"__index_level_\d+__", name) else name for name in schema.names]  # of pandas
    header = read_header(reading, [Raw(name) for name in names], hint)
    if header is None:
        return
    number = 0
    wanted = {name: column for name, column in zip(names, header.columns, strict=True) if column is not None}
    texts = Texts()
    for batch in batches(list(wanted)):
        at = {name: batch.schema.names.index(name) for name in wanted}  # the first of its name is meant
        for part in parts(batch, list(at.values())):
            columns = {wanted[name]: values_of(part.column(index), texts) for name, index in at.items()}
            for row in range(part.num_rows):
                number += 1
                yield _row(reading, header, number, {name: values[row] for name, values in columns.items()})
    if not number:
        reading.tell(codes.nothing_there, "holds columns and no records")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


# --- Python --------------------------------------------------------------------------------------------------------


def read_records(reading: Reading, records: Sequence[Any], *, hint: str | None = None) -> Iterator[RawRow]:
    """Records given as mappings from column names to values, or as models of ours."""
    if not records:
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


def _row(reading: Reading, header: Header, number: int, values: Mapping[str, Any]) -> RawRow:
    return RawRow(
        header.table,
        reading.source,
        number,
        cells={name: _raw(value) for name, value in values.items()},
        told=set(header.told),
    )


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
