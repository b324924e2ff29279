"""SQLite: STRICT tables with the models' constraints, and a metadata file for Datasette beside it.

A list column is kept as text, as in the CSV, and once more as a table `<table>_<column>` with a row for each element,
so that every element has its foreign key or its vocabulary. A view `<table>_named` shows labels beside ids.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.derive import relation_of
from karabakh_data.descriptor import DESCRIPTION, LICENSES, TITLE, is_own_key, table_schema, to_json
from karabakh_data.export import ExportError
from karabakh_data.export.about import ABOUT, about, meaning, meaning_of
from karabakh_data.export.sqlite_checks import TYPES, check, declaration, quoted
from karabakh_data.models import Record
from karabakh_data.tables import MODELS

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset

NEEDED = (3, 37)
"""The version of SQLite that brought STRICT tables."""

METADATA = ".metadata.json"
"""Ending of the file for Datasette, in place of the database's own."""


def write(ds: Dataset, target: Path) -> None:
    """Write the database and, beside it, the metadata for Datasette.

    Raises:
        ExportError: The SQLite of this Python is older than STRICT tables.
    """
    if sqlite3.sqlite_version_info < NEEDED:
        needed = ".".join(map(str, NEEDED))
        raise ExportError(
            f"SQLite {needed} or newer is needed, and this Python has {sqlite3.sqlite_version}: use another, or duckdb"
        )
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("BEGIN")
        for statement in statements():
            connection.execute(statement)
        connection.executemany(f"INSERT INTO {ABOUT} VALUES (?, ?)", about(ds).items())
        for name, model in MODELS.items():
            _insert(connection, name, (row_of(record) for record in ds.table(name)), len(columns_of(model)))
        for column in linked_columns():
            key = MODELS[column.table].PRIMARY_KEY
            _insert(connection, link_table(column), _elements(ds.table(column.table), column), len(key) + 2)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    target.with_name(target.stem + METADATA).write_bytes(to_json(metadata(target.stem)))


def row_of(record: Record) -> list[Any]:
    """A record as a row: numbers and truth values as numbers, everything else as the text of its CSV cell."""
    return [_cell(column, getattr(record, column.name)) for column in columns_of(type(record))]


def _cell(column: Column, value: Any) -> Any:
    if value is None or value == ():
        return None
    if column.is_list or column.kind not in TYPES:
        return column.write(value)
    return float(value) if column.kind is Kind.NUMBER else int(value)


def _elements(records: Iterable[Record], column: Column) -> Iterator[list[Any]]:
    for record in records:
        for position, value in enumerate(getattr(record, column.name), 1):
            yield [*record.key, position, str(value)]


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[list[Any]], width: int) -> None:
    connection.executemany(f"INSERT INTO {quoted(table)} VALUES ({', '.join('?' * width)})", rows)


# --- Schema --------------------------------------------------------------------------------------------------------


def statements() -> Iterator[str]:
    """The SQL that makes the empty database."""
    yield f"CREATE TABLE {ABOUT} (heading TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL) STRICT"
    for name, model in MODELS.items():
        yield from _table(name, model)
    for column in linked_columns():
        yield from _link_table(column)
    for name, model in MODELS.items():
        yield from _view(name, model)


def _table(name: str, model: type[Record]) -> Iterator[str]:
    schema = table_schema(model)
    parts = [(f"{quoted(column.name)} {declaration(column)}", meaning_of(column)) for column in columns_of(model)]
    key = [column for column in columns_of(model) if column.is_key]
    # A key column of a STRICT table takes no NULL, and a cited cell that is no list has no `value`.
    has_empty = not all(column.published for column in key)
    names = ", ".join(map(quoted, model.PRIMARY_KEY))
    if not has_empty:
        parts.append((f"PRIMARY KEY ({names})", ""))
    foreign = schema.get("foreignKeys", [])
    for one in foreign:
        target = one["reference"]["resource"] or name
        parts.append((_foreign(one["fields"][0], target, one["reference"]["fields"][0]), ""))
    yield _create(name, meaning(model), parts)
    if has_empty:
        empty = {column.name for column in key if not column.published}
        made = [f"ifnull({quoted(part)}, '')" if part in empty else quoted(part) for part in model.PRIMARY_KEY]
        yield f"CREATE UNIQUE INDEX {quoted(f'{name}_key')} ON {quoted(name)} ({', '.join(made)})"
    for one in foreign:
        yield _index(name, one["fields"][0])


def linked_columns() -> tuple[Column, ...]:
    """The list columns whose elements have a table: all of records whose key is always filled."""
    every = {name: columns_of(model) for name, model in MODELS.items()}
    whole = [columns for columns in every.values() if all(c.published for c in columns if c.is_key)]
    return tuple(column for columns in whole for column in columns if column.is_list)


def link_table(column: Column) -> str:
    """The table that holds a list column's elements, a row for each."""
    return f"{column.table}_{column.name}"


def element_name(column: Column) -> str:
    """The column that holds the element: the singular of the list's name where it refers, else `value`."""
    name = f"{relation_of(column.name)}_id"
    return name if column.reference and name not in MODELS[column.table].PRIMARY_KEY else "value"


def _link_table(column: Column) -> Iterator[str]:
    model = MODELS[column.table]
    element = element_name(column)
    names = ", ".join(map(quoted, model.PRIMARY_KEY))
    own = {one.name: one for one in columns_of(model)}
    parts = [(f"{quoted(part)} {TYPES.get(own[part].kind, 'TEXT')} NOT NULL", "") for part in model.PRIMARY_KEY]
    parts += [
        ("position INTEGER NOT NULL CHECK (position >= 1)", "Place in the list, from 1."),
        (f"{quoted(element)} TEXT NOT NULL{check(element, column)}", meaning_of(column)),
        (f"PRIMARY KEY ({names}, position)", ""),
        (f"UNIQUE ({names}, {quoted(element)})", ""),
        (f"FOREIGN KEY ({names}) REFERENCES {quoted(column.table)} ({names}) DEFERRABLE INITIALLY DEFERRED", ""),
    ]
    if column.reference:
        parts.append((_foreign(element, column.reference, MODELS[column.reference].PRIMARY_KEY[0]), ""))
    name = link_table(column)
    yield _create(name, f"The elements of {column.table}.{column.name}.", parts)
    yield _index(name, element)


def _foreign(column: str, table: str, key: str) -> str:
    reference = f"REFERENCES {quoted(table)} ({quoted(key)}) DEFERRABLE INITIALLY DEFERRED"
    return f"FOREIGN KEY ({quoted(column)}) {reference}"


def _create(name: str, comment: str, parts: list[tuple[str, str]]) -> str:
    """A table whose definition, as the shell's `.schema` prints it, tells what each column is."""
    lines = [f"CREATE TABLE {quoted(name)} (", f"  -- {comment}"]
    for number, (part, words) in enumerate(parts, 1):
        end = "," if number < len(parts) else ""
        lines.append(f"  {part}{end}" + (f" -- {words}" if words else ""))
    return "\n".join([*lines, ") STRICT"])


def _index(table: str, column: str) -> str:
    return f"CREATE INDEX {quoted(f'{table}_by_{column}')} ON {quoted(table)} ({quoted(column)})"


def _view(name: str, model: type[Record]) -> Iterator[str]:
    """The table with the labels of what it refers to."""
    labels = []
    linked = linked_columns()
    for column in columns_of(model):
        if column.reference is None or is_own_key(column) or (column.is_list and column not in linked):
            continue
        relation = relation_of(column.name)
        if column.is_list:
            element = element_name(column)
            same = " AND ".join(f"l.{quoted(part)} = t.{quoted(part)}" for part in model.PRIMARY_KEY)
            chosen = (
                f"SELECT group_concat(label, '; ') FROM (SELECT n.label FROM {quoted(link_table(column))} l "
                f"JOIN nodes n ON n.id = l.{quoted(element)} WHERE {same} ORDER BY l.position)"
            )
        else:
            chosen = f"SELECT label FROM nodes WHERE id = t.{quoted(column.name)}"
        labels.append(f"  ({chosen}) AS {quoted(relation + ('_labels' if column.is_list else '_label'))}")
    if labels:
        select = ",\n".join(["SELECT t.*", *labels])
        yield f"CREATE VIEW {quoted(f'{name}_named')} AS\n{select}\nFROM {quoted(name)} t"


# --- Datasette -----------------------------------------------------------------------------------------------------


def metadata(database: str) -> dict[str, Any]:
    """What Datasette shows beside the data: titles, descriptions of tables and columns, the licence."""
    tables: dict[str, Any] = {}
    for name, model in MODELS.items():
        columns = {column.name: meaning_of(column) for column in columns_of(model)}
        tables[name] = {"description": meaning(model), "columns": columns}
        tables[f"{name}_named"] = {"description": f"{name} with the labels of what it refers to.", "columns": columns}
    for column in linked_columns():
        words = {"position": "Place in the list, from 1.", element_name(column): meaning_of(column)}
        described = {"description": f"The elements of {column.table}.{column.name}.", "columns": words}
        tables[link_table(column)] = {**described, "hidden": True}
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "license": LICENSES[0]["title"],
        "license_url": LICENSES[0]["path"],
        "databases": {database: {"description": DESCRIPTION, "tables": tables}},
    }
