"""SARIF: valid under the schema, with rules, exact regions, stable fingerprints, and fixes only where they are sure."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft4Validator
from report_samples import HOSTILE, any_report, cell, finding, hostile_report, pointed, suynik

from karabakh_data.validation.codes import catalogue
from karabakh_data.validation.finding import Excerpt, Finding
from karabakh_data.validation.report import Report
from karabakh_data.validation.reports.sarif import FINGERPRINT, uri

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
MEMBER = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
SHA256 = "2d99159ae54a3eea97f81781cff48780548657c35949f4b7f25e99a2ba4de4f8"
"""The schema of SARIF 2.1.0 as Microsoft's own validator ships it; no package of Python holds it."""


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Draft4Validator:
    """The schema's validator; fetched once with npm and kept in the virtual environment."""
    kept = Path(sys.prefix) / "share" / "karabakh_data-tests" / "sarif-2.1.0.json"
    if not kept.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip(f"npm, which fetches the schema of SARIF ({PACKAGE}), is not at hand")
        folder = tmp_path_factory.mktemp("sarif")
        command = [npm, "pack", PACKAGE, "--silent", "--pack-destination", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder, check=False)
        archives = list(folder.glob("*.tgz"))
        if done.returncode or not archives:
            pytest.skip(f"npm cannot fetch {PACKAGE}: {done.stderr.strip()[-200:]}")
        with tarfile.open(archives[0]) as archive:
            member = archive.extractfile(MEMBER)
            assert member is not None
            (folder / "schema.json").write_bytes(member.read())
        kept.parent.mkdir(parents=True, exist_ok=True)
        os.replace(shutil.copy(folder / "schema.json", kept.with_suffix(f".{os.getpid()}")), kept)
    data = kept.read_bytes()
    assert hashlib.sha256(data).hexdigest() == SHA256
    return Draft4Validator(json.loads(data))


def run_of(*findings: Finding, **fields: Any) -> dict[str, Any]:
    log = Report(findings=list(findings), **fields).to_sarif()
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    return log["runs"][0]  # type: ignore[no-any-return]


def result(found: Finding) -> dict[str, Any]:
    return run_of(found)["results"][0]  # type: ignore[no-any-return]


def place(found: Finding) -> dict[str, Any]:
    return result(found)["locations"][0]["physicalLocation"]  # type: ignore[no-any-return]


# ---- The schema ----


def test_the_schema_tells_right_from_wrong(judge: Draft4Validator) -> None:
    log = Report(findings=[suynik()]).to_sarif()
    assert judge.is_valid(log)
    del log["runs"][0]["results"][0]["message"]["text"]
    assert not judge.is_valid(log)


@pytest.mark.parametrize(
    "report",
    [
        Report(),
        Report(rows=3, files=("a.csv", "a.csv", "b c.csv")),
        Report(findings=[suynik(), cell(), finding(line=None, row=3), finding(severity="note", code="KD109")]),
        Report(findings=[finding(code=code) for code in catalogue()]),
    ],
)
def test_reports_are_valid(judge: Draft4Validator, report: Report) -> None:
    judge.validate(report.to_sarif())


@given(report=any_report())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_report_is_valid(judge: Draft4Validator, report: Report) -> None:
    judge.validate(json.loads(json.dumps(report.to_sarif())))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_leave_it_valid_and_plain(judge: Draft4Validator, text: str) -> None:
    log = hostile_report(text).to_sarif()
    judge.validate(log)
    written = json.dumps(log, ensure_ascii=False)
    written.encode()
    assert not set(written) & set("\x1b\x9b\u202e\u2066\u2028")
    for one in log["runs"][0]["results"]:
        assert "](" not in one["message"]["text"]


# ---- Rules and results ----


def test_the_rules_are_those_that_occur_with_what_explain_prints() -> None:
    run = run_of(suynik(), finding("KD204"), finding("KD109", "note"), suynik(line=20))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["KD109", "KD204", "KD301"]
    code = catalogue()["KD301"]
    assert rules[2]["name"] == "unknown-reference"
    assert rules[2]["shortDescription"]["text"] == code.title
    assert code.explanation in rules[2]["help"]["text"]
    assert (rules[0]["defaultConfiguration"]["level"], rules[2]["defaultConfiguration"]["level"]) == ("note", "error")
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]


def test_a_result_says_what_the_text_says() -> None:
    one = result(suynik())
    assert (one["ruleId"], one["level"]) == ("KD301", "error")
    assert one["message"]["text"] == (
        'incidents.place_ids: "place-suynik" is not a known place (did you mean place-syunik-province?)'
    )


def test_columns_are_code_points_and_every_file_is_named() -> None:
    run = run_of(suynik(), files=("incidents.csv", "folder/actors.csv"))
    assert run["columnKind"] == "unicodeCodePoints"
    assert [one["location"]["uri"] for one in run["artifacts"]] == ["incidents.csv", "folder/actors.csv"]
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert run["artifacts"][location["index"]]["location"]["uri"] == location["uri"] == "incidents.csv"


def test_braces_and_links_are_literal() -> None:
    assert result(finding(message="{0} [a](b) }"))["message"]["text"].endswith("{{0}} [a] (b) }}")


# ---- Places ----


def test_a_region_is_where_the_value_is() -> None:
    assert place(suynik())["region"] == {"startLine": 14, "startColumn": 39, "endColumn": 51}
    assert place(finding(line=3))["region"] == {"startLine": 3}
    assert place(suynik(excerpt=None))["region"] == {"startLine": 14, "startColumn": 39}


def test_an_element_of_a_list_is_a_point_at_the_cell() -> None:
    found = suynik(column=3, value="b", excerpt=Excerpt("14", "x,a;b,c", 4, 1, 5))
    assert place(found)["region"] == {"startLine": 14, "startColumn": 3}


def test_workbooks_and_frames_have_logical_places() -> None:
    assert "region" not in place(cell())
    logical = result(cell())["locations"][0]["logicalLocations"]
    assert logical[0] == {"name": "C14", "fullyQualifiedName": "incidents!C14", "kind": "cell"}
    assert logical[1]["fullyQualifiedName"] == "incidents.place_ids"
    row = result(finding(row=3))["locations"][0]["logicalLocations"][0]
    assert row == {"name": "row 3", "fullyQualifiedName": "incidents row 3", "kind": "row"}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("incidents.csv", "incidents.csv"),
        ("a folder/Şuşa #1?.csv", "a%20folder/%C5%9Eu%C5%9Fa%20%231%3F.csv"),
        ("a:b%20.csv", "a%3Ab%2520.csv"),
        ("../x.csv", "../x.csv"),
        ("/tmp/a b.csv", "file:///tmp/a%20b.csv"),
        ("<stdin>", "%3Cstdin%3E"),
        ("\ud800.csv", "%ED%A0%80.csv"),
    ],
)
def test_file_names_are_uris(name: str, written: str) -> None:
    assert uri(name) == written
    assert re.fullmatch(r"[A-Za-z0-9%._~/:-]+", written)


# ---- Fingerprints ----


def prints(*findings: Finding) -> list[str]:
    return [one["partialFingerprints"][FINGERPRINT] for one in run_of(*findings)["results"]]


def test_a_fingerprint_survives_lines_that_come_and_go() -> None:
    assert prints(suynik()) == prints(suynik(line=900, row=850, column=3, excerpt=None))
    assert len({*prints(suynik()), *prints(suynik(value="x")), *prints(suynik(code="KD302"))}) == 3


def test_equal_faults_are_told_apart_by_their_order() -> None:
    first, second = prints(suynik(), suynik(line=20))
    assert first != second
    assert prints(suynik(line=3), suynik(line=7)) == [first, second]


# ---- Fixes ----


def fixed(found: Finding, text: str) -> str | None:
    """The line after the fix, as a tool would apply it."""
    fixes = result(found).get("fixes")
    if fixes is None:
        return None
    (change,) = fixes[0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    assert region["startLine"] == found.line
    new: str = replacement["insertedContent"]["text"]
    return text[: region["startColumn"] - 1] + new + text[region["endColumn"] - 1 :]


@pytest.mark.parametrize(
    ("line", "part", "value", "suggestion", "after"),
    [
        ("a,place-x,c", "place-x", "place-x", "place-y", "a,place-y,c"),
        ('a,"place-x",c', '"place-x"', "place-x", "place-y", 'a,"place-y",c'),
        ("a,12.5.2021,c", "12.5.2021", "12.5.2021", "2021-05-12", "a,2021-05-12,c"),
        ("a,place-x;place-z,c", "place-z", "place-z", "place-y", "a,place-x;place-y,c"),
        ("日本,place-x", "place-x", "place-x", "place-y", "日本,place-y"),
    ],
)
def test_a_sure_repair_is_a_fix(line: str, part: str, value: str, suggestion: str, after: str) -> None:
    assert fixed(pointed(line, part, value=value, suggestion=suggestion), line) == after


@pytest.mark.parametrize(
    ("line", "part", "fields"),
    [
        ("a,place-x,c", "place-x", {}),
        ("a,place-x,c", "place-x", {"suggestion": "place-x"}),
        ("a,place-x,c", "place-x", {"suggestion": "two, with a comma"}),
        ("a,place-x,c", "place-x", {"suggestion": "=x"}),
        ("a,place-x;place-z,c", "place-x;place-z", {"suggestion": "place-y"}),
        ("a,place-x,c", "place-x", {"suggestion": "place-y", "value": "place-x and more"}),
        ('{"date": 20211012}', "20211012", {"suggestion": "2021-10-12", "file": "a.json"}),
        ('{"flag": "yes"}', "yes", {"suggestion": "true", "file": "a.json"}),
        ("- say what", "say what", {"suggestion": "true", "file": "-"}),
    ],
)
def test_an_unsure_repair_is_no_fix(line: str, part: str, fields: dict[str, Any]) -> None:
    assert fixed(pointed(line, part, **fields), line) is None


def test_text_in_json_is_mended_between_its_quotation_marks() -> None:
    line = '{"place_ids": ["place-x"]}'
    assert fixed(pointed(line, "place-x", suggestion="place-y", file="a.json"), line) == '{"place_ids": ["place-y"]}'
    assert fixed(pointed(line, '"place-x"', value="place-x", suggestion="place-y", file="a.json"), line) is not None


def test_a_workbook_has_no_fix() -> None:
    assert "fixes" not in result(cell(suggestion="x"))
