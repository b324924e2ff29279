"""Records without text: Parquet, frames and Python records are read row by row, and only rows are told."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import karabakh_data as kd
from karabakh_data.tables import MODELS

GOOD = {
    "report_id": "report-example",
    "ceasefire_id": "ceasefire-1994",
    "as_of": "2016-04",
    "ceasefire_status": "holding_with_breaches",
    "reported_by_ids": ["actor-russia"],
    "source_ids": ["source-putin-pashinyan"],
}


def told(report: kd.Report) -> list[tuple[Any, ...]]:
    return [(f.code, f.file, f.row, f.line, f.field) for f in report.findings]


@pytest.fixture
def words(ds: kd.Dataset) -> dict[str, Any]:
    """A sound record of `status_reports`."""
    return {**GOOD, "ceasefire_status": next(iter(ds.status_reports)).ceasefire_status.value}


# ---- What is accepted ----


def test_every_published_table_is_clean_as_python_records_and_as_models(ds: kd.Dataset) -> None:
    for given in (
        {name: ds.table(name).to_dicts() for name in MODELS},
        {name: list(ds.table(name)) for name in MODELS},
    ):
        report = kd.validate(given, against="none")
        assert report.findings == ()
        assert len(report.records) == report.rows


@pytest.mark.parametrize("form", ["polars", "pandas", "arrow"])
def test_every_published_table_survives_each_frame(ds: kd.Dataset, form: str) -> None:
    report = kd.validate({name: getattr(ds.table(name), f"to_{form}")() for name in MODELS}, against="none")
    assert [str(finding) for finding in report.findings] == []
    assert list(report.records) == [record for name in MODELS for record in ds.table(name)]


def test_lists_may_be_text_joined_by_semicolons_as_in_a_loaded_csv(words: dict[str, Any]) -> None:
    frame = pl.DataFrame(
        [{**words, "reported_by_ids": "actor-russia;actor-armenia", "source_ids": words["source_ids"][0]}]
    )
    (record,) = kd.validate(frame, table="status_reports").records
    assert record.reported_by_ids == ("actor-russia", "actor-armenia")


def test_what_pandas_makes_of_missing_numbers_is_no_fault(ds: kd.Dataset) -> None:
    frame = pd.DataFrame(ds.incidents.to_dicts()).drop(columns=["date_earliest", "date_latest"])
    frame["deaths_low"] = frame["deaths_low"].astype("float64")
    report = kd.validate({"incidents": frame}, update=True)
    assert {finding.code for finding in report.findings} == {"KD307"}


def test_the_index_that_pandas_hands_over_is_no_column(ds: kd.Dataset) -> None:
    frame = ds.places.to_pandas().sort_values("place_type")
    assert {finding.code for finding in kd.validate(frame, update=True).findings} == {"KD307"}


def test_one_record_may_stand_alone(words: dict[str, Any]) -> None:
    assert kd.validate(words).records == kd.validate([words]).records == (kd.StatusReport.model_validate(words),)


# ---- What is told ----


def test_a_fault_is_told_at_its_row(words: dict[str, Any]) -> None:
    wrong = {**words, "report_id": "report-other", "as_of": "2016-13"}
    for given in ([words, wrong], pl.DataFrame([words, wrong]), pa.Table.from_pylist([words, wrong])):
        (finding,) = kd.validate(given).findings
        assert (finding.code, finding.row, finding.line, finding.column, finding.field) == (
            "KD205",
            2,
            None,
            None,
            "as_of",
        )
        assert finding.place.endswith(":row 2")


def test_a_column_that_a_frame_turned_into_days_is_told(words: dict[str, Any]) -> None:
    frame = pl.DataFrame([{**words, "as_of": datetime.date(2016, 4, 1)}])
    (finding,) = kd.validate(frame).findings
    assert (finding.code, finding.suggestion) == ("KD154", None)


def test_a_misspelt_column_is_told_once_for_a_frame_and_for_each_record_of_a_list(words: dict[str, Any]) -> None:
    misspelt = [{("as_off" if key == "as_of" else key): value for key, value in words.items()}] * 2
    assert told(kd.validate(pl.DataFrame(misspelt)))[0][0] == "KD131"
    report = kd.validate([misspelt[0], {**misspelt[1], "report_id": "report-two"}])
    assert [(f.code, f.row, f.suggestion) for f in report.findings] == [("KD131", 1, "as_of"), ("KD131", 2, "as_of")]


def test_a_missing_column_of_a_frame_is_told_once(words: dict[str, Any]) -> None:
    del words["as_of"]
    report = kd.validate(pl.DataFrame([words, {**words, "report_id": "report-two"}]))
    assert [(f.code, f.field, f.row) for f in report.findings] == [("KD133", "as_of", None)]


@pytest.mark.parametrize("given", [[], pl.DataFrame({"report_id": []})])
def test_nothing_is_told(given: Any) -> None:
    assert [f.code for f in kd.validate(given, table="status_reports").findings if f.code == "KD106"] == ["KD106"]


@pytest.mark.parametrize("record", [3, "text", None, ["a"], kd.EDTF.parse("2020")])
def test_a_record_that_is_no_mapping_is_told(words: dict[str, Any], record: Any) -> None:
    report = kd.validate([words, record], table="status_reports")
    assert [(f.code, f.row) for f in report.findings] == [("KD142", 2)]
    assert len(report.records) == 1


@pytest.mark.parametrize("value", [object(), b"bytes", {"a": 1}, 1j, float("inf"), 10**400, datetime.time(1)])
@pytest.mark.parametrize("field", ["as_of", "report_id", "ceasefire_status", "reported_by_ids"])
def test_a_value_of_a_strange_type_is_told_once(words: dict[str, Any], field: str, value: Any) -> None:
    (finding,) = kd.validate([{**words, field: value}]).findings
    assert finding.field == field
    assert finding.code[:3] in ("KD1", "KD2")
    assert finding.row == 1


def test_an_unknown_table_of_a_mapping_is_told_with_the_nearest(words: dict[str, Any]) -> None:
    report = kd.validate({"status_report": [words], "status_reports": [words]})
    assert [(f.code, f.suggestion) for f in report.findings] == [("KD105", "status_reports")]


def test_what_cannot_be_read_at_all_raises() -> None:
    with pytest.raises(TypeError, match="cannot validate a int"):
        kd.validate(3)
    with pytest.raises(ValueError, match="no table 'incident'; did you mean 'incidents'"):
        kd.validate([], table="incident")
    with pytest.raises(ValueError, match="no format 'exel'"):
        kd.validate([], kind="exel")


# ---- Parquet ----


def written(tmp_path: Path, table: pa.Table, name: str = "status_reports.parquet") -> Path:
    path = tmp_path / name
    pq.write_table(table, path)
    return path


def test_a_parquet_file_is_read_and_told_by_row(tmp_path: Path, words: dict[str, Any]) -> None:
    first = datetime.date(2010, 1, 1)
    rows = [{**words, "report_id": f"report-{n}", "as_of": str(first + datetime.timedelta(n))} for n in range(3_000)]
    rows[1_500]["as_of"] = "2016-13"
    path = written(tmp_path, pa.Table.from_pylist(rows))
    report = kd.validate(path)
    assert told(report) == [("KD205", path.as_posix(), 1_501, None, "as_of")]
    assert len(report.records) == 2_999


def test_a_damaged_parquet_file_is_told(tmp_path: Path, words: dict[str, Any]) -> None:
    whole = written(tmp_path, pa.Table.from_pylist([words])).read_bytes()
    for cut in (5, len(whole) // 2, len(whole) - 4):
        path = tmp_path / "status_reports.parquet"
        path.write_bytes(whole[:cut])
        assert [f.code for f in kd.validate(path).findings] == ["KD101"]


def test_a_parquet_that_claims_more_rows_than_bytes_is_refused(tmp_path: Path) -> None:
    nothing = pa.table({"report_id": pa.nulls(5_000_000, pa.string())})
    path = written(tmp_path, nothing)
    assert path.stat().st_size < 100_000
    assert [f.code for f in kd.validate(path).findings] == ["KD107"]


def test_a_huge_value_in_a_parquet_dictionary_is_refused_before_it_is_copied(
    tmp_path: Path, words: dict[str, Any]
) -> None:
    rows = [{**words, "report_id": "report-" + "x" * 3_000_000}] * 2
    assert [f.code for f in kd.validate(written(tmp_path, pa.Table.from_pylist(rows))).findings] == ["KD101"]


def test_parquet_from_a_stream(words: dict[str, Any]) -> None:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([words]), out)
    out.seek(0)
    report = kd.validate(out, table="status_reports")
    assert (report.findings, report.rows) == ((), 1)
