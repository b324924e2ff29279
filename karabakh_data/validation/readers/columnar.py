"""Parquet, Arrow-compatible frames and lists of Python records: input without text, whose rows have numbers only."""

from __future__ import annotations

import datetime
import enum
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from karabakh_data.validation.readers.headers import Header, read_header, table_of

BATCH = 1_000
"""Rows that are held at a time."""

MAX_TEXT = 1 << 20
"""Characters or bytes of one value."""

MAX_COLUMNS = 1_000


# --- Arrow ---------------------------------------------------------------------------------------------------------


def read_parquet(reading: Reading, path: Path | Any, *, hint: str | None = None) -> Iterator[RawRow]:
    """The records of a Parquet file, given by its path or as a binary stream.

    Raises:
        karabakh_data.frames.MissingExtraError: PyArrow is not installed.
    """
    pa, parquet = require("pyarrow", "arrow"), require("pyarrow.parquet", "arrow")
    try:
        with parquet.ParquetFile(path) as file:
            size = path.stat().st_size if isinstance(path, Path) else path.getbuffer().nbytes
            if not _plausible(reading, file.metadata, size):
                return
            texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
        with parquet.ParquetFile(path, read_dictionary=texts) as file:
            yield from _read_batches(reading, file.schema_arrow, file.iter_batches(batch_size=BATCH), hint)
    except (pa.ArrowException, OSError, ValueError, OverflowError, UnicodeDecodeError) as error:
        reading.tell(codes.unreadable, f"no sound Parquet file ({_first_line(error)})")


def _plausible(reading: Reading, metadata: Any, size: int) -> bool:
    """A few bytes can claim billions of rows; each row of ours has an id of its own and so at least a byte."""
    if metadata.num_rows > size:
        reading.tell(codes.too_large, f"claims {metadata.num_rows:,} rows in {size:,} bytes", "a file can hold")
        return False
    if metadata.num_columns > MAX_COLUMNS:
        reading.tell(codes.too_large, f"{metadata.num_columns:,} columns", f"{MAX_COLUMNS:,}")
        return False
    return True


def read_frame(reading: Reading, frame: Any, *, hint: str | None = None) -> Iterator[RawRow]:
    """The records of any object with the Arrow C stream interface: Polars, pandas, PyArrow, DuckDB, ...

    Raises:
        karabakh_data.frames.MissingExtraError: PyArrow is not installed.
    """
    pa = require("pyarrow", "arrow")
    try:
        with pa.RecordBatchReader.from_stream(frame) as batches:
            yield from _read_batches(reading, batches.schema, batches, hint)
    except (pa.ArrowException, ValueError, OverflowError, UnicodeDecodeError) as error:
        reading.tell(codes.unreadable, f"the frame cannot be read ({_first_line(error)})")


def _read_batches(reading: Reading, schema: Any, batches: Iterable[Any], hint: str | None) -> Iterator[RawRow]:
    names = ["" if re.fullmatch(r"__index_level_\d+__", name) else name for name in schema.names]  # of pandas
    header = read_header(reading, [Raw(name) for name in names], hint)
    if header is None:
        return
    number = 0
    wanted = [index for index, name in enumerate(header.columns) if name is not None]
    for batch in batches:
        for start in range(0, batch.num_rows, BATCH):
            part = batch.slice(start, BATCH)
            columns = {index: _values(part.column(index)) for index in wanted}
            for row in range(part.num_rows):
                number += 1
                yield _row(reading, header, number, {header.columns[i] or "": columns[i][row] for i in wanted})
    if not number:
        reading.tell(codes.nothing_there, "holds columns and no records")


def _values(array: Any) -> list[Any]:
    """The values of an Arrow array; of a dictionary each value is made once."""
    pa = require("pyarrow", "arrow")
    if pa.types.is_dictionary(array.type):
        words = _values(array.dictionary)
        return [None if index is None else words[index] for index in array.indices.to_pylist()]
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type) or pa.types.is_binary(array.type):
        longest = (
            require("pyarrow.compute", "arrow").max(require("pyarrow.compute", "arrow").binary_length(array)).as_py()
        )
        if longest is not None and longest > MAX_TEXT:
            raise ValueError(f"a value of {longest:,} bytes, more than {MAX_TEXT:,}")
    values: list[Any] = array.to_pylist()
    return values


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
