"""What Parquet files judged part by part promise: the report of the file judged as a whole, wherever it is cut."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judged_parts import TABLES, assert_same, columns_for, is_cut, report_on, sound_records
from slips import in_text
from strategies import raw_cells

from karabakh_data.columns import Column, Kind
from karabakh_data.validation.large import parquet_part
from karabakh_data.validation.readers import columnar

TEXT = pa.string()


def array(column: Column, values: list[Any]) -> pa.Array:
    """Valid values of a column in its own type."""
    kinds = {Kind.INTEGER: pa.int64(), Kind.NUMBER: pa.float64(), Kind.BOOLEAN: pa.bool_()}
    type_ = kinds.get(column.kind, TEXT)
    return pa.array(values, pa.list_(type_) if column.is_list else type_)


def table_of(table: str, records: list[dict[str, Any]], **replaced: Any) -> pa.Table:
    """Records as an Arrow table with all columns that any of them gives."""
    columns = columns_for(table)
    given = {name: None for record in records for name in record}
    arrays = {name: array(columns[name], [record.get(name) for record in records]) for name in given}
    return pa.table(arrays | replaced)


def write(path: Path, table: pa.Table, group: int = 7, **options: Any) -> Path:
    pq.write_table(table, path, row_group_size=group, **options)
    return path


# ---- Values ----


@pytest.mark.parametrize("table", TABLES)
def test_sound_records_are_judged_alike_down_to_one_in_a_part(table: str, tmp_path: Path) -> None:
    records = sound_records(table, 25)
    for group, size in ((7, 1), (25, 30), (2, 60)):
        assert_same(write(tmp_path / f"{table}.parquet", table_of(table, records), group), [size])


@pytest.mark.parametrize("table", TABLES)
def test_every_slip_in_a_text_is_told_in_parts_as_in_the_whole(table: str, tmp_path: Path) -> None:
    columns = columns_for(table)
    bases = sound_records(table, 5)
    key = next(iter(columns))
    records: list[dict[str, Any]] = []
    for name, column in columns.items():
        for slip in in_text(column):
            text = {one: columns[one].write(value) if one != name else value for one, value in bases[0].items()}
            text = {one: ";".join(value) if isinstance(value, list) else value for one, value in text.items()}
            records.append(text | {key: f"{bases[0][key]}-{len(records)}", name: slip.typed})
    records = [record for record in records if all("\ud800" not in str(value) for value in record.values())][::3]
    cells = {name: pa.array([record.get(name) for record in records], TEXT) for name in columns}
    report = assert_same(write(tmp_path / f"{table}.parquet", pa.table(cells), 60), [1 << 12])
    assert report.findings


def odd_arrays(column: Column, count: int) -> list[pa.Array]:
    """Values of types that a column may be given in."""
    day = datetime.date(2020, 9, 27)
    found = [
        pa.nulls(count),
        pa.array([None, 5, 10**15 + 1, -3, 0] * count, pa.int64())[:count],
        pa.array([None, 5, 200, 0] * count, pa.uint8())[:count],
        pa.array([None, 5.0, 2.5, float("nan"), float("inf"), -0.0, 1e22, 1e-7] * count, pa.float64())[:count],
        pa.array([0.1, None, 3.0] * count, pa.float32())[:count],
        pa.array([True, None, False] * count, pa.bool_())[:count],
        pa.array([day, None] * count, pa.date32())[:count],
        pa.array([datetime.datetime(2020, 9, 27, 1), None] * count, pa.timestamp("us"))[:count],
        pa.array([Decimal("1.50"), None] * count, pa.decimal128(9, 2))[:count],
        pa.array([b"a", None, b"\xff"] * count, pa.binary())[:count],
        pa.array([{"a": 1}, None] * count)[:count],
        pa.array(["", None, "x", "a;b", " a", "a\u0007", "5", "true", "2020"] * count, pa.large_string())[:count],
        pa.array(["x", None, "x"] * count, TEXT)[:count].dictionary_encode(),
        pa.array([[], None, ["a"], ["a", "b"], ["a;b"], [""], ["a", None], ["a", "a"]] * count, pa.list_(TEXT))[:count],
        pa.array([["a"], None, ["b", "c"]] * count, pa.large_list(TEXT))[:count],
        pa.array([["a", "b"], None] * count, pa.list_(TEXT, 2))[:count],
        pa.array([[1], None, []] * count, pa.list_(pa.int64()))[:count],
        pa.array([[["a"]], None, []] * count, pa.list_(pa.list_(TEXT)))[:count],
    ]
    return found if column.kind is not Kind.DAY else [*found, pa.array(["2020-09-27", "2020-9-27"] * count)[:count]]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_columns_of_any_type_are_judged_alike(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    name = data.draw(st.sampled_from(TABLES))
    columns = columns_for(name)
    records = sound_records(name, 12)
    replaced: dict[str, Any] = {}
    for column in data.draw(st.lists(st.sampled_from([*columns.values()]), max_size=4)):
        cells = st.lists(raw_cells(column).filter(lambda cell: "\ud800" not in cell), min_size=12, max_size=12)
        odd = st.sampled_from(odd_arrays(column, 12))
        replaced[column.name] = data.draw(odd | cells.map(lambda made: pa.array(made, TEXT)))
    table = table_of(name, records, **replaced)
    path = write(
        tmp_path_factory.mktemp("any") / f"{name}.parquet",
        table,
        data.draw(st.integers(1, 12)),
        use_dictionary=data.draw(st.booleans()),
        data_page_size=data.draw(st.sampled_from([10, 1 << 20])),
    )
    assert_same(path, [data.draw(st.integers(1, 60))])


# ---- Files ----


def test_columns_that_are_misspelt_missing_or_there_twice_are_told_once(tmp_path: Path) -> None:
    table = table_of("places", sound_records("places", 20))
    for changed in (
        table.rename_columns([{"name": "nmae"}.get(name, name) for name in table.column_names]),
        table.drop_columns(["name"]),
        table.append_column("Name", table["name"]),
        table.append_column("name", pa.array(["B"] * 20)),
        table.append_column("__index_level_0__", pa.array(range(20))),
        table.append_column("other", pa.array(range(20))),
    ):
        assert_same(write(tmp_path / "places.parquet", changed), [1, 1 << 20])


def test_places_of_other_rows_are_counted_over_parts(tmp_path: Path) -> None:
    records = sound_records("places", 20)
    records[17]["place_id"] = records[5]["place_id"]
    records[18] = records[12] | {"place_id": "place-other"}
    path = write(tmp_path / "places.parquet", table_of("places", records))
    report = assert_same(path, [1, 1 << 20])
    (repeated,) = [finding for finding in report.findings if finding.code == "KD303"]
    assert repeated.row == 18
    assert ":row 6" in repeated.message


def test_corrections_are_proposed_alike(tmp_path: Path) -> None:
    table = pa.table({"place_id": ["place-shusha", "place-baku", "place-x"], "description": ["Another.", None, "New."]})
    assert_same(write(tmp_path / "places.parquet", table, 1), [1, 1 << 20], update=True)


@pytest.mark.parametrize("at", [0, 11, 23])
@pytest.mark.parametrize(
    "value", ["x" * ((1 << 20) + 1), ["a"] * 10_001], ids=["a text that is too long", "a list that is too long"]
)
def test_a_value_that_is_too_long_ends_the_file_alike(at: int, value: Any, tmp_path: Path) -> None:
    records = sound_records("places", 24)
    records[at]["aliases" if isinstance(value, list) else "description"] = value
    path = write(tmp_path / "places.parquet", table_of("places", records), 1000)
    report = assert_same(path, [1 << 40])
    assert "KD107" in {finding.code for finding in report.findings}
    cut = report_on(path, large=0, framed=True, part_bytes=1)
    assert [finding.code for finding in cut.findings].count("KD107") == 1


def test_texts_that_are_no_text_end_the_file_alike(tmp_path: Path) -> None:
    table = table_of("places", sound_records("places", 20))
    bad = pa.array([b"A"] * 15 + [b"\xff"] * 5).view(TEXT)
    at = table.column_names.index("name")
    path = write(tmp_path / "places.parquet", table.set_column(at, "name", bad), 1000)
    assert "KD101" in {finding.code for finding in assert_same(path, [1 << 40]).findings}


def test_a_word_that_stands_in_every_row_is_not_held_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_part, "HELD", 100)
    records = [one | {"description": "word " * 30} for one in sound_records("places", 20)]
    assert_same(write(tmp_path / "places.parquet", table_of("places", records)), [1, 1 << 20])


def test_large_groups_are_cut_and_small_ones_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_part, "UNPACKED", 1)
    batching = columnar.Batching(1, 1, [])
    for ends, size, expected in (
        ([10], 4, [0, 4, 8, 10]),
        ([2, 4, 6, 8], 5, [0, 4, 8]),
        ([2, 12, 13], 5, [0, 2, 7, 12, 13]),
        ([5], 9, [0, 5]),
    ):
        assert parquet_part.cuts(parquet_part.Layout(None, {}, None, batching, ends), size) == expected  # type: ignore[arg-type]


def test_batches_of_any_size_give_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "places.parquet", table_of("places", sound_records("places", 30)), 11)
    for most in (1, 4, 1000):
        monkeypatch.setattr(columnar, "MOST_ROWS", most)
        assert_same(path, [1, 40, 1 << 20])


def test_what_cannot_be_cut_is_read_as_a_whole(tmp_path: Path) -> None:
    table = table_of("places", sound_records("places", 20))
    path = write(tmp_path / "places.parquet", table)
    assert is_cut(path)
    for data in (path.read_bytes()[:-9], path.read_bytes()[:50], b"PAR1"):
        path.write_bytes(data)
        assert not is_cut(path)
    assert not is_cut(write(path, table[:0]))
    assert not is_cut(write(path, pa.table({"a": ["b"]})))
    path = write(tmp_path / "any.parquet", pa.table({"a": ["b"]}))
    assert not is_cut(path)
