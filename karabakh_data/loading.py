"""The one line with which another tool loads a table with the right types.

Plain loads need help: pandas makes nullable integers floats, the sqlite3 shell imports everything as text, DuckDB and
R guess from content, and an empty cell is no value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.tables import MODELS

FOLDER = "karabakh_data/data"


@dataclass(frozen=True)
class Tool:
    """A tool that loads CSV files."""

    language: str
    """What the line is written in: `python`, `r`, `sql` or `sh`."""
    make: Callable[[str, str, tuple[Column, ...]], str]

    def line(self, table: str, folder: str = FOLDER) -> str:
        """The line that loads a table from a folder of CSV files."""
        return self.make(f"{folder}/{table}.csv", table, columns_of(MODELS[table]))


def _kind(column: Column) -> Kind:
    return Kind.TEXT if column.is_list else column.kind


def _pandas(path: str, table: str, columns: tuple[Column, ...]) -> str:
    names = {Kind.INTEGER: "Int64", Kind.NUMBER: "Float64", Kind.BOOLEAN: "boolean"}
    days = [column.name for column in columns if _kind(column) is Kind.DAY]
    types = {c.name: names.get(_kind(c), "string") for c in columns if c.name not in days}
    dates = f", parse_dates={days}" if days else ""
    return f'pd.read_csv("{path}", keep_default_na=False, na_values=[""], dtype={types}{dates})'


def _polars(path: str, table: str, columns: tuple[Column, ...]) -> str:
    names = {Kind.INTEGER: "Int64", Kind.NUMBER: "Float64", Kind.BOOLEAN: "Boolean", Kind.DAY: "Date"}
    types = ", ".join(f'"{c.name}": pl.{names.get(_kind(c), "String")}' for c in columns)
    return f'pl.read_csv("{path}", schema={{{types}}})'


def _r(path: str, table: str, columns: tuple[Column, ...]) -> str:
    names = {Kind.INTEGER: "integer", Kind.NUMBER: "numeric", Kind.BOOLEAN: "logical", Kind.DAY: "Date"}
    types = ", ".join(f'{c.name} = "{names.get(_kind(c), "character")}"' for c in columns)
    return f'{table} <- read.csv("{path}", na.strings = "", encoding = "UTF-8", colClasses = c({types}))'


_SQL = {Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN", Kind.DAY: "DATE"}


def _duckdb(path: str, table: str, columns: tuple[Column, ...]) -> str:
    types = ", ".join(f"'{c.name}': '{_SQL.get(_kind(c), 'VARCHAR')}'" for c in columns)
    return (
        f"CREATE TABLE {table} AS FROM read_csv('{path}', header = true, delim = ',', quote = '\"', escape = '\"', "
        f"nullstr = '', columns = {{{types}}});"
    )


def _sqlite(path: str, table: str, columns: tuple[Column, ...]) -> str:
    names = {Kind.INTEGER: "INTEGER", Kind.NUMBER: "REAL", Kind.BOOLEAN: "INTEGER"}
    declared = ", ".join(f"[{c.name}] {names.get(_kind(c), 'TEXT')}" for c in columns)
    cells = ", ".join(_sqlite_cell(c) for c in columns)
    sql = f"CREATE TABLE {table} ({declared}) STRICT; INSERT INTO {table} SELECT {cells} FROM raw; DROP TABLE raw;"
    return f"""sqlite3 karabakh.sqlite ".import --csv '{path}' raw" "{sql}\""""


def _sqlite_cell(column: Column) -> str:
    # Brackets and single quotes: shells since 3.41 take a double-quoted text for a column.
    name = f"nullif([{column.name}], '')"
    return f"{name} = 'true'" if _kind(column) is Kind.BOOLEAN else name


TOOLS: dict[str, Tool] = {
    "pandas": Tool("python", _pandas),
    "polars": Tool("python", _polars),
    "r": Tool("r", _r),
    "duckdb": Tool("sql", _duckdb),
    "sqlite": Tool("sh", _sqlite),
}
"""Name as `karabakh-data ls --types` takes it -> tool."""
