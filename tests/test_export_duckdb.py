"""What the DuckDB export promises: the same records, typed, with constraints and comments."""

from __future__ import annotations

import duckdb
import pytest
from exported import record_of, whole

from karabakh_data.columns import columns_of
from karabakh_data.export.duckdb import type_of
from karabakh_data.tables import MODELS


@pytest.fixture(scope="module")
def connection(exported_set, tmp_path_factory):
    """The exported database, opened."""
    path = exported_set.export("duckdb", tmp_path_factory.mktemp("duckdb") / "karabakh.duckdb")
    with duckdb.connect(str(path)) as opened:
        yield opened


def rows(connection, table):
    cursor = connection.execute(f'FROM "{table}"')
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_every_table_gives_the_same_records(exported_set, connection):
    for name, records in whole(exported_set).items():
        found = {record.key: record for record in (record_of(name, row) for row in rows(connection, name))}
        assert found == {record.key: record for record in records}


def test_columns_have_the_types_of_the_models(connection):
    for name, model in MODELS.items():
        types = {row[0]: row[1] for row in connection.execute(f'DESCRIBE "{name}"').fetchall()}
        for column in columns_of(model):
            if column.vocabulary:
                words = ", ".join(f"'{word}'" for word in column.vocabulary.values())
                assert types[column.name] == f"ENUM({words})" + "[]" * column.is_list
            else:
                assert types[column.name] == type_of(column)


def test_tables_and_columns_have_comments(connection):
    tables = dict(connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    found = connection.execute("SELECT table_name, column_name, comment FROM duckdb_columns()").fetchall()
    columns = {(table, name): comment for table, name, comment in found}
    for name, model in MODELS.items():
        assert tables[name].startswith(model.__doc__.split("\n")[0])
        assert all(columns[name, column.name] == column.description for column in columns_of(model))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE places SET latitude = 91",
        "UPDATE actors SET name = '=1+1'",
        "UPDATE actors SET aliases = ['a', '-b']",
        "UPDATE actors SET side = 'nobody'",
        "UPDATE statements SET topics = []",
        "UPDATE statements SET said = '5 April'",
        "UPDATE statements SET summary = NULL",
        "INSERT INTO evidence FROM evidence LIMIT 1",
        "INSERT INTO affiliations SELECT 'affiliation-x', 'actor-of-nobody', organisation_id, role, as_of, NULL, NULL "
        "FROM affiliations LIMIT 1",
    ],
)
def test_what_the_models_refuse_is_refused(connection, change):
    with pytest.raises((duckdb.ConstraintException, duckdb.ConversionException)):
        connection.execute(change)
