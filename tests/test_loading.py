"""What `karabakh_data.loading` promises: the line printed for each tool loads the models' values and types."""

from __future__ import annotations

import csv
import datetime
import os
import shlex
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner

import karabakh_data as kd
from karabakh_data.cli import main
from karabakh_data.columns import Column, Kind
from karabakh_data.dataset import DATA
from karabakh_data.loading import TOOLS
from karabakh_data.tables import MODELS, write_csv

TABLES = list(MODELS)
AWKWARD = [
    "NA",
    "null",
    "NULL",
    "nan",
    "None",
    "true",
    "1",
    "01",
    "1.0",
    "2020-01-01",
    'a "b" c',
    "a,b",
    "a;b",
    "'",
    "é𝄞",
]
"""Texts that a loader likes to take for something else."""


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tables that fills columns which the published one leaves empty, with texts that mislead loaders."""
    folder = tmp_path_factory.mktemp("awkward")
    made: dict[str, list[Any]] = {name: [] for name in MODELS}
    made["places"] = [
        kd.Place(place_id=f"place-{i}", name=text, place_type="site", description=f"{text}\nsecond line")
        for i, text in enumerate(AWKWARD)
    ] + [
        kd.Place(
            place_id="place-x",
            name="x",
            place_type="site",
            aliases=["NA", "b c"],
            latitude=-40.5,
            longitude=1e-05,
            radius_km=20,
            description="x",
        )
    ]
    made["statements"] = [
        kd.Statement(
            statement_id="statement-a",
            occasion_id="occasion-a",
            speaker_ids=["actor-a", "actor-b"],
            speech_act="report_figures",
            topics=["casualties"],
            said=kd.EDTF("[..0044-03-15]"),
            figure_of="deaths",
            figure_low=0,
            figure_high=12.5,
            summary="Figures.",
            source_ids=["source-a"],
        )
    ]
    made["identifiers"] = [kd.Identifier(record_id="place-x", scheme="geonames", value="007"[2:], verified_in="x")]
    for name, model in MODELS.items():
        (folder / f"{name}.csv").write_bytes(write_csv(model, made[name]))
    return folder


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines are printed and run outside the checkout, so that their paths are whole."""
    monkeypatch.chdir(tmp_path)


def lines(tool: str, folder: Path) -> dict[str, str]:
    """The printed line for each table."""
    result = CliRunner().invoke(main, ["ls", "--types", tool, "--data", str(folder)])
    assert result.exit_code == 0, result.output
    return dict(zip(TABLES, result.output.splitlines(), strict=True))


def kind_of(column: Column) -> Kind:
    return Kind.TEXT if column.is_list or column.kind in (Kind.EDTF, Kind.WORD) else column.kind


def expected(ds: kd.Dataset, name: str) -> list[dict[str, Any]]:
    """The cells as these tools give them: a list as the text of its cell."""
    rows = []
    for record in ds.table(name):
        row = {}
        for column in ds.table(name).columns:
            value = getattr(record, column.name)
            text = kind_of(column) is Kind.TEXT
            row[column.name] = (column.write(value) or None) if text else value
        rows.append(row)
    return rows


@pytest.fixture(scope="module", params=["published", "awkward"])
def folder(request: pytest.FixtureRequest, awkward: Path) -> Path:
    return DATA if request.param == "published" else awkward


def test_a_line_is_printed_for_each_table_or_for_one() -> None:
    for tool in TOOLS:
        printed = lines(tool, DATA)
        assert all(f"{name}.csv" in line for name, line in printed.items())
        one = CliRunner().invoke(main, ["ls", "places", "--types", tool, "--data", str(DATA)])
        assert one.output.rstrip("\n") == printed["places"]


def test_paths_are_short_under_the_current_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA.parent)
    assert (
        CliRunner()
        .invoke(main, ["ls", "places", "--types", "polars"])
        .output.startswith('pl.read_csv("data/places.csv"')
    )


# ---- Python ----


def test_pandas_loads_every_table(folder: Path) -> None:
    ds = kd.load(folder)
    types = {Kind.INTEGER: "Int64", Kind.NUMBER: "Float64", Kind.BOOLEAN: "boolean", Kind.TEXT: "string"}
    for name, line in lines("pandas", folder).items():
        frame = eval(line, {"pd": pd})
        rows = expected(ds, name)
        assert len(frame) == len(rows)
        for column in ds.table(name).columns:
            series = frame[column.name]
            if kind_of(column) is Kind.DAY:
                found = [None if pd.isna(value) else value.date() for value in pd.to_datetime(series)]
                if series.notna().any():
                    assert pd.api.types.is_datetime64_dtype(series.dtype), (name, column.name)
            else:
                assert series.dtype == types[kind_of(column)], (name, column.name)
                found = [None if pd.isna(value) else value for value in series]
            assert found == [row[column.name] for row in rows], (name, column.name)


def test_polars_loads_every_table(folder: Path) -> None:
    ds = kd.load(folder)
    types = {Kind.INTEGER: pl.Int64, Kind.NUMBER: pl.Float64, Kind.BOOLEAN: pl.Boolean, Kind.DAY: pl.Date}
    for name, line in lines("polars", folder).items():
        frame = eval(line, {"pl": pl})
        assert dict(frame.schema) == {c.name: types.get(kind_of(c), pl.String) for c in ds.table(name).columns}
        assert frame.to_dicts() == expected(ds, name)


# ---- R ----

needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")

BACK_TO_TEXT = """
for (name in c(%s)) {
  frame <- get(name)
  types <- data.frame(as.list(vapply(frame, function(x) class(x)[1], "")))
  exactly <- function(x) ifelse(is.na(x), NA, sprintf("%%.17g", x))
  frame[] <- lapply(frame, function(x) if (is.numeric(x)) exactly(x) else as.character(x))
  write.csv(rbind(types, frame), paste0(name, ".csv"), na = "", row.names = FALSE, qmethod = "double")
}
"""


@needs_r
def test_r_loads_every_table(folder: Path, tmp_path: Path) -> None:
    ds = kd.load(folder)
    types = {Kind.INTEGER: "integer", Kind.NUMBER: "numeric", Kind.BOOLEAN: "logical", Kind.DAY: "Date"}
    script = "\n".join([*lines("r", folder).values(), BACK_TO_TEXT % ", ".join(f'"{name}"' for name in TABLES)])
    (tmp_path / "load.R").write_text(script, encoding="utf-8")
    command = ["Rscript", "--vanilla", "load.R"]
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in TABLES:
        found = list(csv.DictReader((tmp_path / f"{name}.csv").open(encoding="utf-8", newline="")))
        rows = expected(ds, name)
        assert len(found) == len(rows) + 1
        for column in ds.table(name).columns:
            assert found[0][column.name] == types.get(kind_of(column), "character"), (name, column.name)
            cells = [from_r(column, row[column.name]) for row in found[1:]]
            assert cells == [row[column.name] for row in rows], (name, column.name)


def from_r(column: Column, text: str) -> Any:
    kind = kind_of(column)
    if not text:
        return None
    if kind is Kind.BOOLEAN:
        return {"FALSE": False, "TRUE": True}[text]
    if kind in (Kind.INTEGER, Kind.NUMBER):
        return float(text)
    # R writes the year 44 without zeros.
    return datetime.date.fromisoformat(text.rjust(10, "0")) if kind is Kind.DAY else text


# ---- SQL ----


def test_duckdb_loads_every_table(folder: Path) -> None:
    ds = kd.load(folder)
    types = {Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN", Kind.DAY: "DATE"}
    with duckdb.connect() as connection:
        for name, line in lines("duckdb", folder).items():
            connection.execute(line)
            described = connection.execute(f"DESCRIBE {name}").fetchall()
            assert {row[0]: row[1] for row in described} == {
                c.name: types.get(kind_of(c), "VARCHAR") for c in ds.table(name).columns
            }
            cursor = connection.execute(f"FROM {name}")
            names = [column.name for column in ds.table(name).columns]
            assert [dict(zip(names, row, strict=True)) for row in cursor.fetchall()] == expected(ds, name)


needs_sqlite3 = pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 shell is not installed")


def sqlite_rows(ds: kd.Dataset, database: Path, name: str) -> list[dict[str, Any]]:
    columns = ds.table(name).columns
    with sqlite3.connect(database) as connection:
        found = connection.execute(f"SELECT * FROM {name}").fetchall()
    connection.close()
    return [{c.name: from_sqlite(c, value) for c, value in zip(columns, row, strict=True)} for row in found]


def from_sqlite(column: Column, value: Any) -> Any:
    kind = kind_of(column)
    if value is None:
        return None
    assert type(value) is {Kind.INTEGER: int, Kind.NUMBER: float, Kind.BOOLEAN: int}.get(kind, str)
    if kind is Kind.BOOLEAN:
        return {0: False, 1: True}[value]
    return datetime.date.fromisoformat(value) if kind is Kind.DAY else value


@needs_sqlite3
def test_the_sqlite3_shell_loads_every_table(folder: Path, tmp_path: Path) -> None:
    ds = kd.load(folder)
    for line in lines("sqlite", folder).values():
        done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), line
    declared = {Kind.INTEGER: "INTEGER", Kind.NUMBER: "REAL", Kind.BOOLEAN: "INTEGER"}
    for name in TABLES:
        assert sqlite_rows(ds, tmp_path / "karabakh.sqlite", name) == expected(ds, name)
        with sqlite3.connect(tmp_path / "karabakh.sqlite") as connection:
            info = connection.execute(f"PRAGMA table_info({name})").fetchall()
        connection.close()
        assert {row[1]: row[2] for row in info} == {
            c.name: declared.get(kind_of(c), "TEXT") for c in ds.table(name).columns
        }


@needs_sqlite3
def test_the_line_for_the_sqlite3_shell_works_where_double_quotes_mean_columns(awkward: Path, tmp_path: Path) -> None:
    words = shlex.split(lines("sqlite", awkward)["places"])
    strict = [words[0], "-cmd", ".dbconfig dqs_dml off", "-cmd", ".dbconfig dqs_ddl off", *words[1:]]
    subprocess.run(strict, cwd=tmp_path, capture_output=True, check=True)
    assert sqlite_rows(kd.load(awkward), tmp_path / "karabakh.sqlite", "places") == expected(kd.load(awkward), "places")


@needs_sqlite3
def test_the_line_for_the_sqlite3_shell_takes_a_folder_with_a_blank(awkward: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(awkward, tmp_path / "my data")
    subprocess.run(["sh", "-c", lines("sqlite", folder)["places"]], cwd=tmp_path, capture_output=True, check=True)
    assert sqlite_rows(kd.load(folder), tmp_path / "karabakh.sqlite", "places") == expected(kd.load(folder), "places")


@pytest.mark.parametrize("tool", ["pandas", "polars", "duckdb"])
def test_the_other_lines_take_a_folder_with_a_blank(awkward: Path, tmp_path: Path, tool: str) -> None:
    folder = shutil.copytree(awkward, tmp_path / "my data")
    line = lines(tool, folder)["places"]
    count = (
        duckdb.connect().execute(line).execute("SELECT count(*) FROM places").fetchall()[0][0]
        if tool == "duckdb"
        else len(eval(line, {"pd": pd, "pl": pl}))
    )
    assert count == len(kd.load(folder).places)


# ---- Any reader ----


@pytest.mark.parametrize("name", TABLES)
def test_the_csv_module_reads_the_same_cells(ds: kd.Dataset, name: str) -> None:
    data = (DATA / f"{name}.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data
    rows = list(csv.DictReader(data.decode("utf-8").splitlines(keepends=True), strict=True))
    columns = ds.table(name).columns
    assert rows == [{c.name: c.write(getattr(r, c.name)) for c in columns} for r in ds.table(name)]
