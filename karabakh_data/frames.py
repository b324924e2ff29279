"""Typed data frames of a table; each library is imported on use and belongs to an extra."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from karabakh_data.columns import Kind

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from karabakh_data.table import Table


class MissingExtraError(ImportError):
    """A library that an optional extra brings is not installed; the message names the extra."""


def require(module: str, extra: str) -> Any:
    """Import a library of an extra.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise MissingExtraError(
            f"{module} is not installed: pip install 'karabakh-data[{extra}]'", name=module
        ) from None


def to_polars(table: Table[Any]) -> polars.DataFrame:
    """A Polars frame: String, Int64, Float64, Boolean, Date, and List(String) for lists.

    Raises:
        MissingExtraError: Polars is not installed.
    """
    pl = require("polars", "polars")
    types = {Kind.INTEGER: pl.Int64, Kind.NUMBER: pl.Float64, Kind.BOOLEAN: pl.Boolean, Kind.DAY: pl.Date}
    schema = {c.name: pl.List(pl.String) if c.is_list else types.get(c.kind, pl.String) for c in table.columns}
    frame: polars.DataFrame = pl.DataFrame(table.to_dicts(), schema=schema, orient="row")
    return frame


def to_arrow(table: Table[Any]) -> pyarrow.Table:
    """An Arrow table: string, int64, double, bool, date32, and list<string> for lists.

    Raises:
        MissingExtraError: PyArrow is not installed.
    """
    pa = require("pyarrow", "arrow")
    types = {Kind.INTEGER: pa.int64(), Kind.NUMBER: pa.float64(), Kind.BOOLEAN: pa.bool_(), Kind.DAY: pa.date32()}
    schema = pa.schema(
        [
            pa.field(c.name, pa.list_(pa.string()) if c.is_list else types.get(c.kind, pa.string()), not c.published)
            for c in table.columns
        ]
    )
    made: pyarrow.Table = pa.Table.from_pylist(table.to_dicts(), schema=schema)
    return made


def to_pandas(table: Table[Any]) -> pandas.DataFrame:
    """A pandas frame: string, Int64, Float64, boolean, datetime64 for days, and Python lists for lists.

    Raises:
        MissingExtraError: pandas is not installed.
    """
    pd = require("pandas", "pandas")
    types = {Kind.INTEGER: "Int64", Kind.NUMBER: "Float64", Kind.BOOLEAN: "boolean"}
    rows = table.to_dicts()
    columns = {}
    for c in table.columns:
        cells = [row[c.name] for row in rows]
        if c.is_list:
            columns[c.name] = pd.Series(cells, dtype=object)
        elif c.kind is Kind.DAY:
            columns[c.name] = pd.Series(pd.array(cells, dtype="datetime64[s]"))
        else:
            columns[c.name] = pd.Series(cells, dtype=types.get(c.kind, "string"))
    frame: pandas.DataFrame = pd.DataFrame(columns)
    return frame
