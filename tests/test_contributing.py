"""The commands for contributors: what they print, where, and with which exit code."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from karabakh_data import cli
from karabakh_data.contributing import KINDS
from karabakh_data.validation.codes import catalogue
from karabakh_data.validation.readers.formats import FORMATS
from karabakh_data.validation.reports.schema import report_schema

HEADER = "place_id,name,place_type,description\n"
GOOD = HEADER + "place-example,Example,settlement,Made up.\n"
BAD = HEADER + "place-example,Example,town,Made up.\n"
WARNED = HEADER + "place-example,Moscow,settlement,Made up.\n"


def run(*arguments: object, given: bytes | None = None) -> Result:
    return CliRunner().invoke(cli.main, [str(one) for one in arguments], input=given)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a good, a bad and a warned contribution."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("good.csv", GOOD), ("bad.csv", BAD), ("warned.csv", WARNED)):
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


# ---- validate ----


def test_exit_codes(folder: Path) -> None:
    assert run("validate", "good.csv").exit_code == 0
    assert run("validate", "bad.csv").exit_code == 1
    assert run("validate", "warned.csv").exit_code == 0
    assert run("validate", "warned.csv", "--strict").exit_code == 1
    for name in ("empty.doc", "places.csv"):
        Path(name).write_text("")
        assert run("validate", name).exit_code == 2


def test_the_text_tells_place_code_repair_and_excerpt(folder: Path) -> None:
    result = run("validate", "bad.csv")
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].startswith("bad.csv:2:23  error KD204  places.place_type: 'town' is none of")
    assert "    2 | place-example,Example,town,Made up." in lines
    assert "      |                       ^^^^" in lines
    assert lines[-2:] == ["1 file, 1 record: 1 error; 0 records valid", "`karabakh-data explain KD204` says more"]


def test_a_wrong_path_names_the_nearest_file(folder: Path) -> None:
    result = run("validate", "god.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "god.csv: no such file or folder; did you mean 'good.csv'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--table", "place"], "no table 'place'; did you mean 'places'"),
        (["--type", "exel"], "'exel' is not one of"),
        (["--against", "nowhere"], "nowhere holds no sources.csv"),
        (["--documents", "nowhere"], "no such folder of documents"),
        (["--max-shown", "-1"], "-1 is not in the range"),
        (["--frmat", "json"], "No such option"),
    ],
)
def test_wrong_usage_exits_with_2_and_a_plain_message(folder: Path, arguments: list[str], words: str) -> None:
    result = run("validate", "good.csv", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.stderr


def test_standard_input(folder: Path) -> None:
    result = run("validate", "-", "--table", "places", given=BAD.encode())
    assert result.exit_code == 1
    assert result.stdout.startswith("<stdin>:2:23  error KD204")
    assert run("validate", "-", "good.csv", given=b"").exit_code == 2


def test_a_real_pipe(folder: Path) -> None:
    program = [sys.executable, "-m", "karabakh_data", "validate", "-", "--table", "places"]
    done = subprocess.run(program, input=GOOD.encode(), capture_output=True, cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"nothing found wrong" in done.stdout


def test_max_shown_bounds_the_text_and_says_how_many_more(folder: Path) -> None:
    rows = "".join(f"place-{n},Example {n},town,Made up.\n" for n in range(60))
    Path("many.csv").write_text(HEADER + rows)
    assert run("validate", "many.csv").stdout.count("error KD204") == 50
    assert "and 10 more" in run("validate", "many.csv").stdout
    assert run("validate", "many.csv", "--max-shown", "0").stdout.count("error KD204") == 60
    assert len(json.loads(run("validate", "many.csv", "--format", "json", "--max-shown", "1").stdout)["findings"]) == 60


def test_json_follows_its_schema(folder: Path) -> None:
    report = json.loads(run("validate", "bad.csv", "good.csv", "--format", "json").stdout)
    jsonschema.validate(report, report_schema())
    assert (report["ok"], report["counts"]["error"]) == (False, 2)
    keys = ["code", "severity", "message", "file", "line", "column", "row", "table", "record_id", "field", "value"]
    assert list(report["findings"][0]) == [*keys, "suggestion"]


@pytest.mark.parametrize(
    ("name", "start"), [("a.html", "<!doctype html>"), ("a.sarif", "{"), ("a.json", "{"), ("a.txt", "bad.csv:2:23")]
)
def test_the_form_is_told_from_the_name_of_the_output(folder: Path, name: str, start: str) -> None:
    result = run("validate", "bad.csv", "-o", name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{name} written: 1 file, 1 record: 1 error" in result.stderr
    assert Path(name).read_text(encoding="utf-8").lower().startswith(start)


def test_a_report_never_overwrites_what_is_judged(folder: Path) -> None:
    Path("given").mkdir()
    Path("given/places.json").write_text("[]")
    for path, output in (("good.csv", "good.csv"), ("./good.csv", "good.csv"), ("given", "given/places.json")):
        result = run("validate", path, "--format", "json", "-o", output)
        assert result.exit_code == 2
        assert "is part of what is judged" in result.stderr
    assert (Path("good.csv").read_text(), Path("given/places.json").read_text()) == (GOOD, "[]")


def test_a_template_never_overwrites_a_file_unasked(folder: Path) -> None:
    result = run("template", "places", "-o", "good.csv")
    assert (result.exit_code, Path("good.csv").read_text()) == (2, GOOD)
    assert "is there already" in result.stderr
    assert run("template", "places", "-o", "good.csv", "--force").exit_code == 0
    assert "no template ends in .ods" in run("template", "places", "-o", "a.ods").stderr


def test_a_report_of_an_unknown_form_is_refused(folder: Path) -> None:
    result = run("validate", "good.csv", "-o", "report.pdf")
    assert result.exit_code == 2
    assert "no form of a report ends in .pdf" in result.stderr


def test_an_output_that_cannot_be_written_is_told(folder: Path) -> None:
    result = run("validate", "good.csv", "-o", "nowhere/a.html")
    assert (result.exit_code, "Traceback" in result.stderr) == (2, False)
    assert "nowhere/a.html" in result.stderr


def test_github_annotations_are_one_command_for_each_finding(folder: Path) -> None:
    out = run("validate", "bad.csv", "--format", "github").stdout
    assert out.startswith("::error file=bad.csv,line=2,col=23,")
    assert out.count("\n") == 1
    assert run("validate", "good.csv", "--format", "github").stdout.strip() == ""


def test_the_formats_offered_are_those_that_are_read() -> None:
    assert set(KINDS) == set(FORMATS)


# ---- explain ----


@pytest.mark.parametrize("code", catalogue())
def test_every_code_is_explained_by_number_and_by_name(code: str) -> None:
    made = catalogue()[code]
    for asked in (code, code.lower(), made.name, made.name.replace("-", "_")):
        result = run("explain", asked)
        assert result.exit_code == 0
        assert result.stdout.startswith(f"{code}  {made.name}  ({made.severity}, {made.family})")
    assert made.title.endswith(".")
    assert len(made.explanation) > 20, "a code says why it is a fault, and the repair"


def test_every_code_stands_in_the_list_and_in_the_page(root: Path) -> None:
    listed = run("explain").stdout
    page = (root / "docs/generated/finding-codes.md").read_text(encoding="utf-8")
    for code, made in catalogue().items():
        assert f"  {code}  {made.severity}" in listed
        assert f"### {code}\n\n`{made.name}`, {made.severity}. {made.title}" in page
    shown = json.loads(run("explain", "--format", "json").stdout)
    assert [one["code"] for one in shown] == list(catalogue())


def test_an_unknown_code_names_the_nearest() -> None:
    result = run("explain", "KD20l")
    assert result.exit_code == 2
    assert "no code 'KD20l'; did you mean 'KD2" in result.stderr


# ---- template ----


def test_a_template_as_csv_is_a_header_that_is_read(folder: Path) -> None:
    header = run("template", "places").stdout
    assert header == "place_id,name,place_type,aliases,latitude,longitude,radius_km,description\n"
    filled = header + "place-example,Example,settlement,,,,,Made up.\n"
    assert run("validate", "-", "--table", "places", given=filled.encode()).exit_code == 0


def test_a_template_as_a_workbook_is_filled_in_and_valid(folder: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    result = run("template", "places", "incidents", "-o", "mine.xlsx")
    assert result.exit_code == 0
    assert "karabakh-data validate mine.xlsx" in result.stderr
    book = openpyxl.load_workbook("mine.xlsx")
    for column, value in (("A", "place-example"), ("B", "Example"), ("C", "settlement"), ("H", "Made up.")):
        book["places"][f"{column}2"] = value
    book.save("mine.xlsx")
    assert run("validate", "mine.xlsx", "--strict").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["incidens"], "no table 'incidens'; did you mean 'incidents'"),
        (["nodes"], "nodes is derived"),
        (["incidents", "places"], "a CSV holds one table"),
        ([], "a CSV holds one table"),
    ],
)
def test_a_template_that_cannot_be_is_told(arguments: list[str], words: str) -> None:
    result = run("template", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    result = run("template", "places", "-o", "a.xlsx")
    assert result.exit_code == 2
    assert "karabakh-data[xlsx]" in result.stderr
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    Path("places.parquet").write_bytes(b"PAR1")
    result = run("validate", "places.parquet")
    assert result.exit_code == 2
    assert "karabakh-data[arrow]" in result.stderr


# ---- adopt ----


def test_adopt_outside_a_checkout_is_told(folder: Path) -> None:
    result = run("adopt", "good.csv")
    assert result.exit_code == 2
    assert "no checkout of karabakh_data" in result.stderr


def test_a_stream_in_python_is_read_like_standard_input() -> None:
    import karabakh_data as kd

    assert kd.validate(io.BytesIO(GOOD.encode())).findings == ()
