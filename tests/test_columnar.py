"""Records without text: Parquet, frames and Python records are read row by row, and only rows are told."""

from __future__ import annotations

import datetime
import io
import random
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import parquetfiles
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from parquetfiles import (
    DELTA_LENGTH,
    MIB,
    PLAIN_DICTIONARY,
    Long,
    Page,
    parquet,
    run,
    sealed,
    squeezed,
    thrift,
    unsigned,
)

import karabakh_data as kd
from karabakh_data.tables import MODELS
from karabakh_data.validation.raw import Input, Notation, Reading
from karabakh_data.validation.readers import parquetpages
from karabakh_data.validation.readers.columnar import read_parquet
from karabakh_data.validation.readers.parquetfooter import groups_of

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


def test_lists_in_several_groups_of_rows_are_read(tmp_path: Path, words: dict[str, Any]) -> None:
    rows = [{**words, "report_id": f"report-{n}", "as_of": f"2016-0{n}"} for n in range(1, 8)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "status_reports.parquet", row_group_size=3)
    report = kd.validate(tmp_path / "status_reports.parquet")
    assert (told(report), report.rows) == ([], 7)


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
    assert [f.code for f in kd.validate(written(tmp_path, pa.Table.from_pylist(rows))).findings] == ["KD107"]


def test_parquet_from_a_stream(words: dict[str, Any]) -> None:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([words]), out)
    out.seek(0)
    report = kd.validate(out, table="status_reports")
    assert (report.findings, report.rows) == ((), 1)


# ---- Parquet that takes more than it is ----

CHILD = """
import sys
from pathlib import Path
from karabakh_data.validation.raw import Input, Notation, Reading
from karabakh_data.validation.readers.columnar import read_parquet
findings = []
reading = Reading(Input("x", 0, Notation.NATIVE), findings)
rows = sum(1 for _ in read_parquet(reading, Path(sys.argv[1]), hint="places"))
print(rows, ",".join(sorted({f.code for f in findings} - {"KD133"})) or "-", end=" ")
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""


def judged(path: Path) -> tuple[str, int]:
    """The rows and the codes of a file, and the MiB that a process takes to read it, by its own word."""
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    rows, told_codes, peak = done.stdout.split()
    return f"{rows} {told_codes}", int(peak) // 1024


def codes_of(path: Path | io.BytesIO) -> tuple[int, list[str]]:
    """The rows and the codes of a file, in this process."""
    findings: list[Any] = []
    rows = sum(1 for _ in read_parquet(Reading(Input("x", 0, Notation.NATIVE), findings), path, hint="places"))
    return rows, [finding.code for finding in findings if finding.code != "KD133"]


def used(count: int, codec: str) -> Page:
    """The first word of a dictionary, so many times."""
    return Page(count, len(run(count)), squeezed(codec, [run(count)]), PLAIN_DICTIONARY)


def levels(count: int) -> bytes:
    """What says that all elements stand in one row."""
    repeated, there = unsigned(2) + b"\0" + unsigned(count - 1 << 1) + b"\1", unsigned(count << 1) + b"\1"
    return b"".join(struct.pack("<I", len(one)) + one for one in (repeated, there))


WORD = Page(1, 5, b"\1\0\0\0a", type=2)
linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is told by Linux alone")


@linux
@pytest.mark.parametrize("codec", ["zstd", "gzip"])
@pytest.mark.parametrize("is_dictionary", [True, False])
def test_a_page_that_unpacks_to_a_gibibyte_is_never_unpacked(tmp_path: Path, codec: str, is_dictionary: bool) -> None:
    page = parquetfiles.words(codec, b"x" * MIB, 1024, 2 if is_dictionary else 0)
    pages = [page, used(1024, codec)] if is_dictionary else [page]
    path = parquet(tmp_path / "places.parquet", {"place_id": pages}, rows=1024, codec=codec)
    assert path.stat().st_size < 8 * MIB
    outcome, peak = judged(path)
    assert (outcome, peak < 150) == ("0 KD107", True), peak


@linux
def test_a_million_elements_in_one_row_are_read_within_bounds(tmp_path: Path) -> None:
    for count, most in ((8_000_000, 350), (2_000_000_000, 150)):
        body = levels(count) + run(count)
        pages = [WORD, Page(count, len(body), body, PLAIN_DICTIONARY)]
        path = parquet(tmp_path / "places.parquet", {"aliases": pages}, rows=1, lists=["aliases"])
        outcome, peak = judged(path)
        assert (outcome, peak < most) == ("0 KD107", True), peak


@linux
def test_a_long_word_that_stands_in_every_row_is_held_once(tmp_path: Path) -> None:
    pages = [parquetfiles.words("zstd", b"x" * 1_000_000, 1, 2), used(100_000, "zstd")]
    path = parquet(tmp_path / "places.parquet", {"place_id": pages}, rows=100_000, codec="zstd", padding=200_000)
    outcome, peak = judged(path)
    assert (outcome, peak < 200) == ("100000 -", True), peak


@linux
def test_groups_of_rows_are_held_one_at_a_time(tmp_path: Path) -> None:
    page = parquetfiles.words("zstd", b"x" * 1000, 30_000)
    path = parquet(
        tmp_path / "places.parquet", {"place_id": [page]}, rows=30_000, codec="zstd", groups=40, padding=2 * MIB
    )
    outcome, peak = judged(path)
    assert (outcome, peak < 300) == ("1200000 -", True), peak


@linux
def test_a_group_of_a_million_rows_of_fifteen_columns_is_read(tmp_path: Path) -> None:
    draw = random.Random(3)
    texts = [
        pa.array([f"{column}-{draw.randrange(100_000 << column):012d}" for _ in range(100_000)] * 10)
        for column in range(15)
    ]
    table = pa.table({f"column_{number}": array for number, array in enumerate(texts[1:])} | {"place_id": texts[0]})
    path = tmp_path / "places.parquet"
    pq.write_table(table, path, row_group_size=1 << 20)
    metadata = pq.read_metadata(path)
    assert metadata.num_row_groups == 1
    names = table.column_names
    with path.open("rb") as stream:
        cost = parquetpages.cost_of(stream, path.stat().st_size, metadata.schema, groups_of(metadata), names)
    assert cost.unpacked > 20 * MIB
    outcome, peak = judged(path)
    assert outcome.startswith("1000000 ")
    assert peak < 300, peak


@pytest.mark.parametrize("claimed", [None, 100])
def test_a_run_of_billions_of_values_is_no_row_more(tmp_path: Path, claimed: int | None) -> None:
    many = (1 << 31) - 1
    pages = [WORD, Page(many, len(run(many)), run(many), PLAIN_DICTIONARY)]
    path = parquet(tmp_path / "places.parquet", {"place_id": pages}, rows=100, claimed=claimed)
    assert codes_of(path) == (0, ["KD101"])


def test_lengths_that_a_page_claims_by_itself_are_not_trusted(tmp_path: Path) -> None:
    body = unsigned(1 << 30) + unsigned(1) + unsigned(1_000_000_000) + bytes(3)
    path = parquet(tmp_path / "places.parquet", {"place_id": [Page(9, len(body), body, DELTA_LENGTH)]}, rows=9)
    assert codes_of(path) == (0, ["KD101"])


LONG = Long(4)
COLUMN = [{4: "schema", 5: 1}, {1: 6, 3: 0, 4: "place_id", 6: 0}]


@linux
@pytest.mark.parametrize(
    ("footer", "expected"),
    [
        ({1: 1, 2: COLUMN, 3: LONG, 4: [{1: [{2: LONG}] * 1000}] * 1000}, "0 KD107"),
        ({1: 1, 2: COLUMN, 3: LONG, 4: [{1: [{2: LONG}]}] * 200_000}, "0 KD107"),
        ({1: 1, 2: COLUMN, 3: LONG, 5: [{1: "key", 2: "v" * (17 * MIB)}]}, "0 KD107"),
        ({1: 1, 2: [{4: "group", 5: 1}] * 50_000 + COLUMN[1:], 3: LONG}, "0 KD107"),
        ({1: 1, 2: COLUMN, 3: LONG, 4: [{1: [{2: LONG}]}]}, "0 KD101"),
    ],
    ids=["columns", "groups", "bytes", "depth", "incomplete"],
)
def test_a_footer_is_read_as_far_as_its_objects_can_be_held(
    tmp_path: Path, footer: dict[int, Any], expected: str
) -> None:
    outcome, peak = judged(sealed(tmp_path / "places.parquet", b"PAR1" + bytes(1000), thrift(footer)))
    assert (outcome, peak < 250) == (expected, True), peak


@pytest.mark.parametrize(
    "page",
    [
        Page(3, 15, b"\1\0\0\0a" * 3, type=1),
        Page(3, 15, b"\1\0\0\0a" * 3, type=9),
        Page(-3, 15, b"\1\0\0\0a" * 3),
        Page(3, -15, b"\1\0\0\0a" * 3),
        Page(901, 900, b"\1\0\0\0a" * 3, type=2),
        Page(3, 15, b"", encoding=77),
    ],
)
def test_a_page_that_is_not_understood_is_told(tmp_path: Path, page: Page) -> None:
    path = parquet(tmp_path / "places.parquet", {"place_id": [page]}, rows=3, claimed=3)
    assert codes_of(path) == (0, ["KD101"])


def test_columns_that_lie_over_each_other_are_told(tmp_path: Path) -> None:
    pages = [Page(1, 2004, struct.pack("<I", 2000) + b"x" * 2000)]
    path = parquet(tmp_path / "places.parquet", {"place_id": pages}, rows=1, groups=50)
    assert codes_of(path) == (0, ["KD101"])


def test_whatever_stands_in_a_parquet_file_is_told_or_read(tmp_path: Path, words: dict[str, Any]) -> None:
    whole = written(tmp_path, pa.Table.from_pylist([words] * 20)).read_bytes()
    draw = random.Random(11)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(draw.choice([1, 1, 3])):
            data[draw.randrange(4, len(data) - 8)] = draw.randrange(256)
        rows, told_codes = codes_of(io.BytesIO(bytes(data)))
        assert rows == 20 or set(told_codes) & {"KD101", "KD105", "KD106", "KD107", "KD134", "KD136"}, told_codes


def test_a_column_is_read_by_its_name_in_the_file(tmp_path: Path) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"Place ID": ["place-a"], "name": ["A"], "other.place": [1]}), out)
    out.seek(0)
    reading = Reading(Input("x", 0, Notation.NATIVE), [])
    (row,) = read_parquet(reading, out, hint="places")
    assert {name: cell.value for name, cell in row.cells.items()} == {"place_id": "place-a", "name": "A"}
