"""Inputs: what was given is told apart by name and content; folders and packages are read file by file."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import karabakh_data as kd
from karabakh_data.validation.readers.formats import FORMATS, by_content, by_name, told_from

HEADER = "place_id,name,place_type,description\n"
PLACE = "place-example,Example,settlement,A place made up for a test.\n"
JSON = [{"place_id": "place-json", "name": "Example", "place_type": "settlement", "description": "A place made up."}]


def told(report: kd.Report) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in report.findings]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the test stands in, so that places are short."""
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "given"
    made.mkdir()
    return Path("given")


# ---- Formats ----


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b'[{"place_id": 1}]', "json"),
        (b'\xef\xbb\xbf  {"places": [\n{}]}', "json"),
        (b'{"place_id": 1}\n{"place_id": 2}\n', "jsonl"),
        (b"- place_id: a\n", "yaml"),
        (b"places:\n  - place_id: a\n", "yaml"),
        (b"# a comment\nplaces:\n", "yaml"),
        (b"place_id,name\n", "csv"),
        (b"place_id\tname\n", "tsv"),
        (b"", "csv"),
        (b"\xff\xfep\0l\0", "csv"),
        (b"PK\x03\x04....", "xlsx"),
        (b"PAR1....", "parquet"),
        (b"\x1f\x8b\x08", "a gzip archive"),
    ],
)
def test_content_without_a_name_is_told_from_its_first_bytes(head: bytes, kind: str) -> None:
    assert told_from(head) == kind


def test_every_extension_names_one_format() -> None:
    extensions = [extension for form in FORMATS.values() for extension in form.extensions]
    assert len(set(extensions)) == len(extensions)
    assert {by_name(extension.upper()) for extension in extensions} == set(FORMATS)
    assert by_name(".doc") is None
    assert by_content(b"place_id,name") is None


# ---- Files ----


def test_a_file_is_judged_by_the_format_of_its_name(folder: Path) -> None:
    (folder / "places.csv").write_text(HEADER + PLACE)
    (folder / "places.tsv").write_text((HEADER + PLACE).replace(",", "\t"))
    for name in ("places.csv", "places.tsv"):
        report = kd.validate(folder / name)
        assert (report.findings, report.files, report.rows) == ((), (f"given/{name}",), 1)


def test_several_files_are_one_batch(folder: Path) -> None:
    (folder / "a.csv").write_text(HEADER + PLACE)
    (folder / "b.csv").write_text(HEADER + PLACE)
    report = kd.validate([folder / "a.csv", folder / "b.csv"])
    (finding,) = report.findings
    assert (finding.code, finding.place) == ("KD303", "given/b.csv:2:1")
    assert "given/a.csv:2:1" in finding.message


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("places.doc", b"", "KD102", ".doc is no known format"),
        ("places", b"", "KD102", "a name without extension"),
        ("places.csv", b"\xd0\xcf\x11\xe0\xa1\xb1", "KD102", "an old Excel workbook"),
        ("places.csv.gz", b"\x1f\x8b\x08", "KD102", "a gzip archive"),
        ("places.csv", b"", "KD106", ""),
        ("places.parquet", b"PAR1", "KD101", "no sound Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(folder: Path, name: str, content: bytes, code: str, words: str) -> None:
    (folder / name).write_bytes(content)
    (finding,) = kd.validate(folder / name).findings
    assert finding.code == code
    assert words in finding.message


def test_a_workbook_under_another_name_is_told_and_judged(folder: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "places"
    for line in (HEADER, PLACE):
        book.active.append(line.strip().split(","))
    book.save(folder / "places.csv")
    report = kd.validate(folder / "places.csv")
    assert [f.code for f in report.findings] == ["KD102"]
    assert "rename the file to end in .xlsx" in report.findings[0].message
    assert report.rows == 1


def test_the_format_may_be_named(folder: Path) -> None:
    (folder / "places.dat").write_text(HEADER + PLACE)
    assert kd.validate(folder / "places.dat", kind="csv").findings == ()


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir])
def test_what_is_no_file_is_told(folder: Path, make: Callable[[Path], Any]) -> None:
    make(folder / "places.csv")
    (finding,) = kd.validate(folder / "places.csv").findings
    assert finding.code in ("KD101", "KD106")


def test_a_pipe_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "places.csv")
    assert told(kd.validate(folder)) == [("KD101", "given/places.csv")]


# ---- Streams ----


def test_standard_input_is_read_once_through_and_named_so() -> None:
    class OneWay(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self.inner = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            data = self.inner.read(min(7, len(buffer)))
            buffer[: len(data)] = data
            return len(data)

    rows = "".join(f"place-{n},Example {n},settlement,Made up.\n" for n in range(500))
    report = kd.validate(OneWay((HEADER + rows + "place-x,,settlement,Text\n").encode()))
    assert report.rows == 501
    assert told(report) == [("KD201", "<stdin>:502:9")]


def test_a_text_stream_is_refused() -> None:
    with pytest.raises(TypeError, match="binary stream"):
        kd.validate(io.StringIO(HEADER))


# ---- Folders ----


def test_a_folder_is_read_by_name_and_tells_what_it_passes_over(folder: Path) -> None:
    (folder / "b.csv").write_text(HEADER + PLACE)
    (folder / "a.json").write_text(json.dumps(JSON))
    (folder / "README.md").write_text("text")
    (folder / ".hidden.csv").write_text("x")
    (folder / "plot.png").write_bytes(b"")
    (folder / "~$b.xlsx").write_text("the lock of an open workbook")
    (folder / "more" / "empty").mkdir(parents=True)
    (folder / "more" / "c.csv").write_text(HEADER + PLACE.replace("xample", "lsewhere"))
    report = kd.validate(folder)
    assert report.files == ("given/a.json", "given/b.csv", "given/more/c.csv")
    assert [(f.code, f.severity, f.place) for f in report.findings] == [("KD109", "note", "given/plot.png")]
    assert report.ok


@pytest.mark.parametrize("name", ["old.xls", "sheet.ods", "all.zip", "more.csv.gz"])
def test_a_file_that_may_hold_records_is_not_passed_over(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    (folder / "a.csv").write_text(HEADER + PLACE)
    assert told(kd.validate(folder)) == [("KD102", f"given/{name}")]


def test_the_same_file_given_twice_is_read_once(folder: Path) -> None:
    (folder / "a.csv").write_text(HEADER + PLACE)
    assert kd.validate([folder / "a.csv", folder / ".." / "given" / "a.csv"]).rows == 1


@pytest.mark.parametrize("given", [("", "a.csv"), ("a.csv", ""), ("", "more"), ("more", ""), ("", "more/b.csv")])
def test_a_file_given_beside_its_folder_is_read_once(folder: Path, given: tuple[str, str]) -> None:
    (folder / "more").mkdir()
    (folder / "a.csv").write_text(HEADER + PLACE)
    (folder / "more" / "b.csv").write_text(HEADER + PLACE.replace("xample", "lsewhere"))
    report = kd.validate([folder / name for name in given])
    assert (report.findings, report.rows, sorted(report.files)) == ((), 2, ["given/a.csv", "given/more/b.csv"])


def test_text_in_place_of_a_path_is_told_apart() -> None:
    for text in (HEADER + PLACE, json.dumps(JSON), " {}"):
        with pytest.raises(ValueError, match="this is text, not a path"):
            kd.validate(text)


def test_a_file_named_after_another_table_is_judged_by_its_columns(folder: Path) -> None:
    (folder / "incidents.csv").write_text(HEADER + PLACE)
    report = kd.validate(folder / "incidents.csv")
    assert [(f.code, f.suggestion) for f in report.findings] == [("KD111", "places")]
    assert report.rows == 1


@pytest.mark.parametrize(
    ("header", "fit"),
    [
        ("id,year,country,best\n", None),
        ("record_id,year,country\n", None),
        ("id\n", "nodes and retired"),
        ("id,table,country\n", "nodes and retired"),
        ("record_id,value,year,country\n", "evidence and identifiers"),
    ],
)
def test_one_column_in_common_among_many_makes_no_fit(folder: Path, header: str, fit: str | None) -> None:
    (folder / "events.csv").write_text(header + ",".join("x" * len(header.split(","))) + "\n")
    (finding,) = kd.validate(folder / "events.csv").findings
    assert finding.code == "KD105"
    assert (f"the columns fit {fit};" in finding.message) if fit else ("fit" not in finding.message)


def test_columns_that_differ_in_case_or_blanks_are_told_and_judged(folder: Path) -> None:
    (folder / "places.csv").write_text("Place ID,Name,Place-Type,description\nplace-a,A,town,Made up.\n")
    report = kd.validate(folder / "places.csv")
    assert [(f.code, f.suggestion) for f in report.findings[:3]] == [
        ("KD131", "place_id"),
        ("KD131", "name"),
        ("KD131", "place_type"),
    ]
    assert [(f.code, f.place) for f in report.findings[3:]] == [("KD204", "given/places.csv:2:11")]


def test_an_empty_folder_is_told(folder: Path) -> None:
    assert told(kd.validate(folder)) == [("KD106", "given")]


def test_a_symbolic_link_in_a_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text(HEADER + PLACE)
    (folder / "places.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "a.csv").write_text(HEADER + PLACE)
    report = kd.validate(folder)
    assert told(report) == [("KD108", "given/places.csv")]
    assert report.rows == 1


# ---- Data packages ----


def package(folder: Path, *resources: Any, data: str = HEADER + PLACE) -> Path:
    (folder / "places.csv").write_text(data)
    path = folder / "datapackage.json"
    path.write_text(json.dumps({"name": "given", "resources": list(resources)}, indent=2))
    return path


def described(data: str = HEADER + PLACE, **more: Any) -> dict[str, Any]:
    encoded = data.encode()
    digest = "sha256:" + hashlib.sha256(encoded).hexdigest()
    return {"name": "places", "path": "places.csv", "bytes": len(encoded), "hash": digest, **more}


def test_a_package_is_read_resource_by_resource(folder: Path) -> None:
    path = package(folder, described())
    for given in (path, folder):
        report = kd.validate(given)
        assert report.findings == ()
        assert report.files[-1] == "given/places.csv"


@pytest.mark.parametrize("records", [1, 9_000], ids=["small", "judged in parts"])
def test_a_package_with_its_tables_in_a_folder_is_read_once(folder: Path, records: int) -> None:
    rows = [PLACE.replace("place-example,Example", f"place-example-{n},Example {n}") for n in range(records)]
    (folder / "data").mkdir()
    (folder / "schemas").mkdir()
    (folder / "data" / "list.csv").write_text((HEADER + "".join(rows)).replace(",", ";"))
    (folder / "schemas" / "places.json").write_text(json.dumps({"fields": [{"name": "place_id"}]}))
    (folder / "croissant.json").write_text(json.dumps({"@type": "sc:Dataset", "distribution": []}))
    resource = {"path": "data/list.csv", "schema": "schemas/places.json", "dialect": {"delimiter": ";"}}
    package(folder, described(**resource, bytes=None, hash="")).parent.joinpath("places.csv").unlink()
    for given in (folder, [folder, folder / "datapackage.json"], [folder / "datapackage.json", folder]):
        report = kd.validate(given)
        assert (report.findings, report.rows) == ((), records)
        assert [name for name in report.files if name.endswith(".csv")] == ["given/data/list.csv"]


def test_a_table_is_not_hidden_as_a_schema(folder: Path) -> None:
    package(folder, {"name": "none", "path": "nowhere.csv", "schema": "places.csv"})
    assert "given/places.csv" in kd.validate(folder).files


def test_an_exported_package_validates_as_it_is(ds: kd.Dataset, folder: Path) -> None:
    for name in ("csv", "croissant"):
        report = kd.validate(ds.export(name, folder / name), against=None)
        assert (report.findings, report.rows) == ((), sum(len(ds.table(table)) for table in ds))


def test_the_table_and_the_delimiter_are_those_of_the_resource(folder: Path) -> None:
    data = (HEADER + PLACE).replace(",", ";")
    (folder / "list.csv").write_text(data)
    path = package(folder, {"name": "places", "path": "list.csv", "dialect": {"delimiter": ";"}})
    report = kd.validate(path)
    assert report.findings == ()
    assert report.rows == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"bytes": 7}, "not 7"),
        ({"hash": "sha256:" + "0" * 64}, "another sha256 hash"),
        ({"hash": "0" * 32}, "another md5 hash"),
        ({"path": "nowhere.csv"}, "nowhere.csv is missing"),
    ],
)
def test_a_file_that_is_not_as_described_is_told_at_its_path(folder: Path, changed: dict[str, Any], words: str) -> None:
    (finding, *more) = kd.validate(package(folder, described(**changed))).findings
    assert (finding.code, finding.place, more) == ("KD110", "given/datapackage.json:6:15", [])
    assert words in finding.message


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../outside.csv", "a/../../outside.csv", "C:\\data.csv", "https://example.org/a.csv", "..\\a.csv"],
)
def test_a_path_that_leads_out_is_refused(folder: Path, path: str) -> None:
    (finding,) = kd.validate(package(folder, described(path=path))).findings
    assert (finding.code, finding.value) == ("KD108", path)


def test_a_link_inside_a_package_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "places.csv").write_text(HEADER + PLACE)
    (folder / "in").symlink_to(tmp_path / "away")
    (finding,) = kd.validate(package(folder, described(path="in/places.csv"))).findings
    assert finding.code == "KD108"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "KD141"),
        ("{", "KD141"),
        ("[]", "KD142"),
        ("{}", "KD142"),
        ('{"resources": {}}', "KD142"),
        ('{"resources": [1]}', "KD142"),
        ('{"resources": [{"path": ""}]}', "KD142"),
        ('{"resources": [{"path": 3}]}', "KD142"),
        ("[" * 100_000, "KD143"),
        ('{"resources": ' + "1" * 10_000 + "}", "KD143"),
    ],
)
def test_a_descriptor_that_is_none_is_told(folder: Path, text: str, code: str) -> None:
    path = folder / "datapackage.json"
    path.write_text(text)
    assert [finding.code for finding in kd.validate(path).findings] == [code]


def test_a_descriptor_that_is_not_utf8_is_told(folder: Path) -> None:
    path = folder / "datapackage.json"
    path.write_bytes(b'{"name": "\xe9"}')
    assert [finding.code for finding in kd.validate(path).findings] == ["KD103"]


# ---- Against ----


def test_against_nothing_a_published_reference_is_unknown(folder: Path) -> None:
    statement = {"report_id": "report-x", "ceasefire_id": "ceasefire-1994", "as_of": "2016", "source_ids": []}
    codes = {f.field: f.code for f in kd.validate([statement], against="none").findings}
    assert codes["ceasefire_id"] == "KD301"
    assert "ceasefire_id" not in {f.field for f in kd.validate([statement]).findings}


def test_against_may_be_a_data_set_or_its_folder(ds: kd.Dataset) -> None:
    places = ds.places.to_dicts()
    for against in (ds, ds.folder, str(ds.folder), "published"):
        report = kd.validate(places, against=against)
        assert {finding.code for finding in report.findings} == {"KD304"}
    with pytest.raises(FileNotFoundError, match="expected the published tables"):
        kd.validate(places, against="nowhere")


def test_more_records_than_can_be_held_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("karabakh_data.validation.contribution.MAX_HELD", 2)
    Path("places.csv").write_text(
        HEADER + PLACE + PLACE.replace("example", "second") + PLACE.replace("example", "third")
    )
    report = kd.validate("places.csv")
    assert told(report)[-1] == ("KD107", "places.csv:4:1")
    assert (report.rows, report.ok) == (2, False)


def test_a_long_stream_is_judged_in_parts_under_its_own_name(folder: Path) -> None:
    rows = [PLACE.replace("place-example,Example", f"place-example-{n},Example {n}") for n in range(9_000)]
    data = (HEADER + "".join(rows) + PLACE.replace("settlement", "vilage")).encode()
    assert len(data) > 1 << 18
    report = kd.validate(io.BytesIO(data))
    assert [finding.place for finding in report.findings if finding.code == "KD204"] == ["<stdin>:9002:23"]
    assert (report.files, report.rows) == (("<stdin>",), 9_001)
    assert report.records[-1].identity == "place-example-8999"
