"""What the SQLite export promises: the same records, the models' constraints, names beside ids, Datasette."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest
from exported import record_of, whole
from hypothesis import given, settings
from strategies import COLUMNS, named, reads, single_values

from karabakh_data.columns import Kind, columns_of
from karabakh_data.export import ExportError, sqlite
from karabakh_data.export.demands import complement, demands, union
from karabakh_data.export.sqlite_checks import check
from karabakh_data.tables import MODELS


@pytest.fixture(scope="module")
def database(exported_set, tmp_path_factory):
    """The exported file."""
    return exported_set.export("sqlite", tmp_path_factory.mktemp("sqlite") / "karabakh.sqlite")


@pytest.fixture
def connection(database):
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("PRAGMA foreign_keys = ON")
        yield opened


def rows(connection, table):
    cursor = connection.execute(f"SELECT * FROM [{table}] ORDER BY rowid")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def from_sqlite(table, row):
    bools = {column.name for column in columns_of(MODELS[table]) if column.kind is Kind.BOOLEAN}
    return {name: bool(value) if name in bools and value is not None else value for name, value in row.items()}


def test_every_table_gives_the_same_records(exported_set, connection):
    found = {name: [record_of(name, from_sqlite(name, row)) for row in rows(connection, name)] for name in MODELS}
    assert found == whole(exported_set)


def test_the_tables_of_lists_hold_every_element_in_order(exported_set, connection):
    for column in sqlite.linked_columns():
        key = MODELS[column.table].PRIMARY_KEY
        found = {}
        for row in rows(connection, sqlite.link_table(column)):
            found.setdefault(tuple(row[part] for part in key), []).append(row[sqlite.element_name(column)])
        expected = {record.key: list(getattr(record, column.name)) for record in exported_set.table(column.table)}
        assert found == {key: elements for key, elements in expected.items() if elements}


def test_nothing_is_broken(connection):
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_every_table_is_strict_and_every_reference_is_a_foreign_key_with_an_index(connection):
    strict = {row[1]: row[5] for row in connection.execute("PRAGMA table_list") if row[2] == "table"}
    assert all(strict[name] for name in MODELS)
    for model in MODELS.values():
        for column in columns_of(model):
            if column.reference is None or (column.table, column.name) == ("nodes", "id"):
                continue
            table = sqlite.link_table(column) if column.is_list else column.table
            name = sqlite.element_name(column) if column.is_list else column.name
            keys = {(row[3], row[2]) for row in connection.execute(f"PRAGMA foreign_key_list([{table}])")}
            assert (name, column.reference) in keys
            indexes = [row[1] for row in connection.execute(f"PRAGMA index_list([{table}])")]
            first = {connection.execute(f"PRAGMA index_info([{index}])").fetchone()[2] for index in indexes}
            assert name in first


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE statements SET speech_act = 'shout'",
        "UPDATE statements SET said_earliest = '2020-02-30'",
        "UPDATE statements SET figure_low = -1",
        "UPDATE statements SET summary = NULL",
        "UPDATE statements SET summary = ' a blank at the start'",
        "UPDATE statements SET summary = 'a bell' || char(7) || ' inside'",
        "UPDATE actors SET name = '=1+1'",
        "UPDATE incidents SET background = 2",
        "UPDATE sources SET document_sha256 = 'ABC'",
        "UPDATE places SET latitude = 91",
        "UPDATE places SET latitude = 'north'",
        "UPDATE statements_topics SET value = 'weather'",
        "UPDATE statements_speaker_ids SET speaker_id = 'place-x'",
        "INSERT INTO evidence SELECT * FROM evidence LIMIT 1",
        "INSERT INTO actors SELECT * FROM actors LIMIT 1",
    ],
)
def test_what_the_models_refuse_is_refused(connection, change):
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(change)


def test_a_reference_that_leads_nowhere_is_refused(connection):
    connection.execute("INSERT INTO edges SELECT subject_id, relation, 'actor-of-nobody' FROM edges LIMIT 1")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        connection.commit()


def test_the_views_show_labels_beside_ids(exported_set, connection):
    labels = {node.id: node.label for node in exported_set.nodes}
    found = {row["statement_id"]: row for row in rows_of(connection, "statements_named")}
    for statement in exported_set.statements:
        row = found[statement.statement_id]
        assert row["speaker_labels"] == "; ".join(labels[one] for one in statement.speaker_ids)
        assert row["occasion_label"] == labels[statement.occasion_id]
    places = {row["incident_id"]: row["place_labels"] for row in rows_of(connection, "incidents_named")}
    for incident in exported_set.incidents:
        assert places[incident.incident_id] == "; ".join(labels[one] for one in incident.place_ids)


def rows_of(connection, view):
    connection.row_factory = sqlite3.Row
    return connection.execute(f"SELECT * FROM [{view}]").fetchall()


def test_the_definition_tells_what_each_column_is(connection):
    text = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'statements'").fetchone()[0]
    for column in columns_of(MODELS["statements"]):
        assert f"-- {column.description}" in text


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 shell is not installed")
def test_the_sqlite3_shell_opens_it(database):
    query = "SELECT count(*) FROM statements; PRAGMA foreign_key_check;"
    done = subprocess.run(["sqlite3", str(database), query], capture_output=True, text=True)
    with closing(sqlite3.connect(database)) as connection:
        count = connection.execute("SELECT count(*) FROM statements").fetchone()[0]
    assert (done.stdout, done.stderr) == (f"{count}\n", "")


def test_datasette_shows_it_with_its_metadata(database):
    app = pytest.importorskip("datasette.app", reason="Datasette is not installed: pip install datasette")
    metadata = json.loads(database.with_name("karabakh.metadata.json").read_text(encoding="utf-8"))
    datasette = app.Datasette([str(database)], metadata=metadata)

    async def pages():
        paths = ("/", "/karabakh", "/karabakh/statements", "/karabakh/statements_named", "/karabakh/statements.json")
        return [await datasette.client.get(path) for path in paths]

    found = asyncio.run(pages())
    assert [page.status_code for page in found] == [200] * len(found)
    assert metadata["title"] in found[0].text
    assert "Who said what, to whom" in found[2].text
    assert columns_of(MODELS["statements"])[1].description in found[2].text
    assert "statements_topics" in {table["name"] for table in _tables(datasette) if table["hidden"]}


def _tables(datasette):
    async def get():
        return (await datasette.client.get("/karabakh.json")).json()["tables"]

    return asyncio.run(get())


def test_an_sqlite_too_old_is_told(ds, tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(ExportError, match=r"SQLite 3\.37 or newer is needed"):
        ds.export("sqlite", tmp_path / "x.sqlite")
    assert not list(tmp_path.iterdir())


# ---- Constraints ----


def held(column, value):
    """Whether the column's CHECK takes a text."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE t (v TEXT{check('v', column)}) STRICT")
        try:
            connection.execute("INSERT INTO t VALUES (?)", [value])
        except sqlite3.IntegrityError:
            return False
        return True


TEXTS = [column for column in COLUMNS if column.kind in (Kind.TEXT, Kind.EDTF, Kind.DAY, Kind.WORD)]
BY_CHECK = list({check("v", column): column for column in TEXTS}.values())


@pytest.mark.parametrize("column", BY_CHECK, ids=named)
def test_a_constraint_is_never_stricter_than_the_model(column):
    @settings(max_examples=25, deadline=None)
    @given(single_values(column))
    def holds(value):
        assert held(column, column._write_one(value))

    holds()


@pytest.mark.parametrize("column", BY_CHECK, ids=named)
def test_a_constraint_refuses_what_is_plainly_something_else(column):
    for text in ("", " x", "=x", "\x07", "x\x85y"):
        assert not reads(column, text) or text == ""
        assert not held(column, text), text


def test_what_a_pattern_demands_follows_from_it():
    found = demands("^(?:(?:ab|ac)-[x-z]{2}d?)$")
    assert found.beginnings == ("ab-", "ac-")
    assert (found.shortest, found.longest) == (5, 6)
    assert found.last == ((100, 100), (120, 122))
    assert not found.may_be_empty
    assert demands("^(?:a*)$").may_be_empty
    assert demands("^(?:[^a]+)$").signs == complement(((97, 97),))
    assert demands(r"^(?:\d+)$").signs == union(((0, 0x10FFFF),))  # a class that it does not know demands nothing
