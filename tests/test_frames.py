"""What `karabakh_data.frames` promises: frames hold the models' values with typed columns, and nulls stay null."""

from __future__ import annotations

import datetime
import sys
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import karabakh_data as kd
from karabakh_data.columns import Column, Kind
from karabakh_data.frames import MissingExtraError, require
from karabakh_data.tables import MODELS

TABLES = list(MODELS)


def kind_of(column: Column) -> str:
    if column.is_list:
        return "list"
    return column.kind.value if column.kind in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN, Kind.DAY) else "text"


POLARS = {
    "list": pl.List(pl.String),
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "day": pl.Date,
    "text": pl.String,
}
ARROW = {
    "list": pa.list_(pa.string()),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "day": pa.date32(),
    "text": pa.string(),
}
PANDAS = {"list": "object", "integer": "Int64", "number": "Float64", "boolean": "boolean", "text": "string"}


def tables(ds: kd.Dataset, name: str) -> list[kd.Table[Any]]:
    """A published table, and one without rows."""
    return [ds.table(name), kd.Table(MODELS[name], ())]


@pytest.mark.parametrize("name", TABLES)
def test_polars_frames_hold_the_values_and_types_of_the_models(ds: kd.Dataset, name: str) -> None:
    for table in tables(ds, name):
        frame = table.to_polars()
        assert dict(frame.schema) == {c.name: POLARS[kind_of(c)] for c in table.columns}
        assert frame.to_dicts() == table.to_dicts()


@pytest.mark.parametrize("name", TABLES)
def test_arrow_tables_hold_the_values_and_types_of_the_models(ds: kd.Dataset, name: str) -> None:
    for table in tables(ds, name):
        made = table.to_arrow()
        assert {f.name: f.type for f in made.schema} == {c.name: ARROW[kind_of(c)] for c in table.columns}
        assert [f.nullable for f in made.schema] == [not c.published for c in table.columns]
        assert made.to_pylist() == table.to_dicts()
        made.validate(full=True)


def plain(value: Any) -> Any:
    """A cell of pandas as a plain Python value."""
    if isinstance(value, list):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        assert value == value.normalize()
        return value.date()
    return value.item() if hasattr(value, "item") else value


@pytest.mark.parametrize("name", TABLES)
def test_pandas_frames_hold_the_values_and_types_of_the_models(ds: kd.Dataset, name: str) -> None:
    for table in tables(ds, name):
        frame = table.to_pandas()
        assert list(frame.columns) == [c.name for c in table.columns]
        assert len(frame) == len(table)
        for column in table.columns:
            series = frame[column.name]
            if kind_of(column) == "day":
                assert pd.api.types.is_datetime64_dtype(series.dtype)
            else:
                assert series.dtype == PANDAS[kind_of(column)]
            assert [plain(value) for value in series] == [row[column.name] for row in table.to_dicts()]


def test_days_and_numbers_at_the_edges_survive_every_frame() -> None:
    place = {"place_type": "settlement", "description": "A place.", "radius_km": 0.001}
    made = kd.Table(
        kd.Place,
        [
            kd.Place(place_id="place-a", name="0", latitude=-90, longitude=1e-07, **place),
            kd.Place(place_id="place-b", name="NA", latitude=12.345678901234567, longitude=180, **place),
            kd.Place(
                place_id="place-c", name="null", place_type="site", description='None\n, "quoted" text; and more.'
            ),
        ],
    )
    rows = made.to_dicts()
    assert made.to_polars().to_dicts() == rows
    assert made.to_arrow().to_pylist() == rows
    frame = made.to_pandas()
    assert [{c: plain(row[c]) for c in frame.columns} for _, row in frame.iterrows()] == rows
    occasions = kd.Table(
        kd.Occasion,
        [
            kd.Occasion(
                occasion_id=f"occasion-{i}",
                occasion_type="other",
                occasion_status="held",
                date=kd.EDTF(date),
                summary="An occasion.",
                source_ids=["source-a"],
            )
            for i, date in enumerate(("0001-01-01", "9998-12-31", "2020/.."))
        ],
    )
    days = [row["date_earliest"] for row in occasions.to_dicts()]
    assert days == [datetime.date(1, 1, 1), datetime.date(9998, 12, 31), datetime.date(2020, 1, 1)]
    assert occasions.to_polars()["date_earliest"].to_list() == days
    assert occasions.to_arrow()["date_earliest"].to_pylist() == days
    assert [plain(value) for value in occasions.to_pandas()["date_earliest"]] == days
    assert occasions.to_pandas()["date_latest"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("module", "extra", "method"),
    [("polars", "polars", "to_polars"), ("pandas", "pandas", "to_pandas"), ("pyarrow", "arrow", "to_arrow")],
)
def test_a_missing_library_is_told_with_the_extra_that_brings_it(
    ds: kd.Dataset, monkeypatch: pytest.MonkeyPatch, module: str, extra: str, method: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError) as caught:
        getattr(ds.sources, method)()
    assert str(caught.value) == f"{module} is not installed: pip install 'karabakh-data[{extra}]'"
    assert caught.value.name == module
    assert isinstance(caught.value, ImportError)


def test_a_library_that_lacks_one_of_its_own_is_not_told_as_missing(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lame_frames.py").write_text("import no_such_module_at_all\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_module_at_all") as caught:
        require("lame_frames", "lame")
    assert not isinstance(caught.value, MissingExtraError)
