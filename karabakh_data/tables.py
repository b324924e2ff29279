"""Which model is which table, and what the tables refer to."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from karabakh_data import models
from karabakh_data.columns import Column, columns_of
from karabakh_data.models.record import Record

MODELS: dict[str, type[Record]] = {
    model.TABLE: model
    for model in (
        models.Source,
        models.Actor,
        models.Affiliation,
        models.Place,
        models.Occasion,
        models.Statement,
        models.Ceasefire,
        models.StatusReport,
        models.Incident,
        models.Evidence,
        models.Identifier,
        models.Node,
        models.Edge,
        models.Term,
        models.Correspondence,
        models.RetiredId,
    )
}
"""Every table of the data package, in the order of publication."""

DERIVED_TABLES = frozenset({"nodes", "edges", "vocabularies"})
"""Tables whose every row follows from the others or from the models."""

KEPT_TABLES = frozenset({"crosswalk", "retired"})
"""Tables that the maintainers keep in the seeds; a contribution brings no rows of them, and they may have none."""

CONTRIBUTED_TABLES = tuple(name for name in MODELS if name not in DERIVED_TABLES | KEPT_TABLES)
"""Tables that take contributions, in order."""

KIND_OF = {model.TABLE: model.PRIMARY_KEY[0].removesuffix("_id") for model in MODELS.values() if model.has_id()}
"""Table -> the first word of its ids."""

COLUMN_NAMES = frozenset(name for model in MODELS.values() for name in model.model_fields)
"""The names of all columns."""


class TableError(ValueError):
    """A file is not a published table; the message names table and line."""


def table_of(record_id: str) -> str | None:
    """The table whose ids have the kind of this one; `None` where none has."""
    kind = record_id.partition("-")[0]
    return next((table for table, of in KIND_OF.items() if of == kind), None)


def not_contributed(table: str) -> str:
    """Why a table takes no contributions, in a sentence."""
    if table in DERIVED_TABLES:
        return f"{table} is derived from the other tables; nobody fills it in"
    return f"{table} is kept by the maintainers, in seeds/{table}.yaml; a contribution brings no rows of it"


def row_is(model: type[Record]) -> str:
    """What one row of the table is: the first line of the model's docstring."""
    return (model.__doc__ or "").split("\n")[0]


def references(record: Record) -> Iterator[tuple[Column, str]]:
    """Every id that a record refers to, with its column; list elements one by one."""
    for column in columns_of(type(record)):
        if column.reference is None:
            continue
        value = getattr(record, column.name)
        for target in value if column.is_list else (value,):
            if target is not None:
                yield column, target


def write_csv(model: type[Record], records: Iterable[Record]) -> bytes:
    """The table as CSV: UTF-8 without BOM, LF, comma, minimal quoting (RFC 4180)."""
    columns = columns_of(model)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    for record in records:
        writer.writerow([column.write(getattr(record, column.name)) for column in columns])
    return out.getvalue().encode("utf-8")


def read_csv(model: type[Record], data: bytes) -> Iterator[Record]:
    """The records of a published table.

    Raises:
        TableError: The header is not the model's, or a row is no record; the message names table and line.
    """
    columns = columns_of(model)
    names = [column.name for column in columns]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(f"{model.TABLE}, line {line}: no UTF-8: {error}") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = _rows(model, reader)
    _, header = next(rows, (1, []))
    if header != names:
        raise TableError(f"{model.TABLE}: the header is {header}, expected {names}")
    for line, cells in rows:
        try:
            if len(cells) != len(names):
                raise ValueError(f"{len(cells)} cells, expected {len(names)}")
            yield model.model_validate({c.name: c.read(cell) for c, cell in zip(columns, cells, strict=True)})
        except ValueError as error:
            raise TableError(f"{model.TABLE}, line {line}: {_in_short(error)}") from error


def _rows(model: type[Record], reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the physical line on which it starts."""
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableError(f"{model.TABLE}, line {line}: {error}") from None


def _in_short(error: ValueError) -> str:
    """A cell's complaint as it is; a model's errors on one line each, without pydantic's frame."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(f"`{'.'.join(map(str, e['loc']))}`: {e['msg']}" for e in error.errors(include_url=False))
