"""DuckDB: typed tables with lists, days and enumerations, constraints, and comments on tables and columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from karabakh_data.columns import SEPARATOR, Column, Kind, columns_of
from karabakh_data.descriptor import is_own_key, list_pattern, table_schema
from karabakh_data.export.about import ABOUT, about, meaning, meaning_of
from karabakh_data.frames import require
from karabakh_data.models import Record
from karabakh_data.table import Table
from karabakh_data.tables import MODELS
from karabakh_data.vocabulary import VOCABULARIES

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset

_TYPES = {Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN", Kind.DAY: "DATE"}


def write(ds: Dataset, target: Path) -> None:
    """Write the database.

    Raises:
        karabakh_data.frames.MissingExtraError: DuckDB or PyArrow is not installed.
    """
    duckdb = require("duckdb", "export")
    require("pyarrow", "export")
    with duckdb.connect() as connection:
        # Each table and index takes whole blocks, which are 256 KiB unless told.
        connection.execute(f"ATTACH {_text(str(target))} AS made (BLOCK_SIZE 16384)")
        connection.execute("USE made")
        for statement in statements():
            connection.execute(statement)
        connection.executemany(f"INSERT INTO {ABOUT} VALUES (?, ?)", list(about(ds).items()))
        for name in in_order():
            for generation in generations(ds.table(name)):
                connection.register("_rows", generation.to_arrow())
                connection.execute(f"INSERT INTO {_name(name)} FROM _rows")
                connection.unregister("_rows")
        connection.execute("CHECKPOINT made")


def in_order() -> list[str]:
    """The tables, each after those that it refers to: DuckDB compares foreign keys at once."""
    wanted = {name: _referred(model) - {name} for name, model in MODELS.items()}
    found: list[str] = []
    while wanted:
        name = next(name for name, others in wanted.items() if others.isdisjoint(wanted))
        found.append(name)
        del wanted[name]
    return found


def _referred(model: type[Record]) -> set[str]:
    return {one["reference"]["resource"] or model.TABLE for one in table_schema(model).get("foreignKeys", ())}


def generations(table: Table[Any]) -> Iterator[Table[Any]]:
    """The records of a table in groups, each referring only to groups before it."""
    parents = [c.name for c in table.columns if c.reference == table.name and not c.is_list and not is_own_key(c)]
    there: set[str] = set()
    waiting = list(table)
    while waiting:
        ready = [r for r in waiting if all(getattr(r, name) is None or getattr(r, name) in there for name in parents)]
        yield Table(table.model, ready)
        there |= {str(record.identity) for record in ready}
        waiting = [record for record in waiting if str(record.identity) not in there] if parents else []


# --- Schema --------------------------------------------------------------------------------------------------------


def statements() -> Iterator[str]:
    """The SQL that makes the empty database."""
    for vocabulary in VOCABULARIES:
        words = ", ".join(map(_text, vocabulary.values()))
        yield f"CREATE TYPE {_name(vocabulary.name_in_tables())} AS ENUM ({words})"
    yield f"CREATE TABLE {ABOUT} (heading VARCHAR PRIMARY KEY, text VARCHAR NOT NULL)"
    for name in in_order():
        yield from _table(name, MODELS[name])


def _table(name: str, model: type[Record]) -> Iterator[str]:
    columns = columns_of(model)
    parts = [_column(column) for column in columns]
    empty = {column.name for column in columns if column.is_key and not column.published}
    if not empty:
        parts.append(f"PRIMARY KEY ({', '.join(map(_name, model.PRIMARY_KEY))})")
    for one in table_schema(model).get("foreignKeys", ()):
        target = one["reference"]["resource"] or name
        reference = f"{_name(target)} ({_name(one['reference']['fields'][0])})"
        parts.append(f"FOREIGN KEY ({_name(one['fields'][0])}) REFERENCES {reference}")
    yield f"CREATE TABLE {_name(name)} ({', '.join(parts)})"
    if empty:  # a primary key takes no NULL
        key = [f"coalesce({_name(part)}, '')" if part in empty else _name(part) for part in model.PRIMARY_KEY]
        yield f"CREATE UNIQUE INDEX {_name(f'{name}_key')} ON {_name(name)} ({', '.join(key)})"
    yield f"COMMENT ON TABLE {_name(name)} IS {_text(meaning(model))}"
    for column in columns:
        yield f"COMMENT ON COLUMN {_name(name)}.{_name(column.name)} IS {_text(meaning_of(column))}"


def type_of(column: Column) -> str:
    """The type of a column: of a list VARCHAR[], of a word its vocabulary's ENUM."""
    one = _name(column.vocabulary.name_in_tables()) if column.vocabulary else _TYPES.get(column.kind, "VARCHAR")
    return f"{one}[]" if column.is_list else one


def _column(column: Column) -> str:
    name = _name(column.name)
    checks = []
    if column.is_list:
        if column.published:
            checks.append(f"len({name}) > 0")
        if column.vocabulary is None:
            whole = _matches(f"array_to_string({name}, {_text(SEPARATOR)})", list_pattern(column))
            checks.append(f"(len({name}) = 0 OR {whole})")
    elif column.pattern:
        checks.append(_matches(name, column.pattern))
    if column.minimum is not None:
        checks.append(f"{name} >= {column.minimum:g}")
    if column.maximum is not None:
        checks.append(f"{name} <= {column.maximum:g}")
    filled = " NOT NULL" if column.published else ""
    check = f" CHECK ({' AND '.join(checks)})" if checks else ""
    return f"{name} {type_of(column)}{filled}{check}"


def _matches(expression: str, pattern: str) -> str:
    pattern = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", pattern)  # as RE2 writes a code point
    return f"regexp_matches({expression}, {_text(pattern)})"


def _name(name: str) -> str:
    return f'"{name}"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
