"""What the Parquet export promises: the same typed records in Polars, DuckDB and PyArrow, described."""

from __future__ import annotations

import json

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exported import record_of, whole

import karabakh_data as kd
from karabakh_data.columns import Kind, columns_of
from karabakh_data.descriptor import table_schema
from karabakh_data.export.parquet import SCHEMA
from karabakh_data.tables import MODELS


@pytest.fixture(scope="module")
def folder(exported_set, tmp_path_factory):
    """The exported folder."""
    return exported_set.export("parquet", tmp_path_factory.mktemp("parquet") / "karabakh")


def by_polars(path):
    return pl.read_parquet(path).to_dicts()


def by_pyarrow(path):
    return pq.read_table(path).to_pylist()


def by_duckdb(path):
    with duckdb.connect() as connection:
        cursor = connection.execute(f"FROM '{path}'")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("read", [by_polars, by_pyarrow, by_duckdb])
def test_every_table_gives_the_same_records(exported_set, folder, read):
    found = {name: [record_of(name, row) for row in read(folder / f"{name}.parquet")] for name in MODELS}
    assert found == whole(exported_set)


def test_columns_are_typed(folder):
    types = {Kind.INTEGER: pa.int64(), Kind.NUMBER: pa.float64(), Kind.BOOLEAN: pa.bool_(), Kind.DAY: pa.date32()}
    for name, model in MODELS.items():
        schema = pq.read_schema(folder / f"{name}.parquet")
        for column in columns_of(model):
            expected = pa.list_(pa.string()) if column.is_list else types.get(column.kind, pa.string())
            assert schema.field(column.name).type == expected


def test_the_metadata_tells_what_it_is(folder):
    for name, model in MODELS.items():
        schema = pq.read_schema(folder / f"{name}.parquet")
        assert json.loads(schema.metadata[SCHEMA.encode()]) == table_schema(model)
        assert schema.metadata[b"version"].decode() == kd.__version__
        for column in columns_of(model):
            assert schema.field(column.name).metadata[b"description"].decode() == column.description


def test_it_is_a_valid_contribution(ds, tmp_path):
    report = kd.validate(str(ds.export("parquet", tmp_path / "x")), against="none")
    assert report.ok
    assert len(report.records) == sum(len(ds.table(name)) for name in MODELS)
