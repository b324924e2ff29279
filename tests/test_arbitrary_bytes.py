"""Whatever bytes stand under whatever extension: a report, never an exception, and findings that lie in the file."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import jsonschema
import pytest
from case_formats import build_workbook
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import karabakh_data as kd
from karabakh_data.validation.codes import catalogue
from karabakh_data.validation.readers.formats import FORMATS
from karabakh_data.validation.reports.schema import report_schema

EXTENSIONS = tuple(form.extensions[0] for form in FORMATS.values())
EXAMPLES = Path(__file__).parent / "cases"
TEXTS = sorted(path for path in EXAMPLES.rglob("bad*") if path.suffix in (".csv", ".tsv", ".json", ".jsonl", ".yaml"))

signs = ['"', ",", ";", "\n", "\r\n", "\r", "\t", "- ", ": ", "{", "}", "[", "]", "#", "&a ", "*a", "!!x ", "|\n", "=1"]
words = ["place_id", "name", "places", "incidents", "place-a", "2020-10", "null", "true"]
scraps = st.sampled_from([*signs, *words, "\ufeff", "\x00", "\ud800", "é", "\u2028"])
texts = st.lists(scraps, max_size=40).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))
SLIPS = (b'"', b",", b"\n", b"\x00", b"\xff", b"{", b"- ", b": ", b"")
quick = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def judged(path: Path, data: bytes) -> None:
    """Judge the bytes and look whether the report is one."""
    path.write_bytes(data)
    report = kd.validate(path, against="none")
    keys = [finding.sort_key for finding in report.findings]
    assert keys == sorted(keys)
    assert {finding.code for finding in report.findings} <= set(catalogue())
    assert report.findings or report.rows
    lines = len(re.findall(b"\r\n|\r|\n", data)) + 1
    for finding in report.findings:
        if finding.line is not None and path.suffix != ".xlsx":
            assert 1 <= finding.line <= 4 * lines + 1  # in UTF-16 and UTF-32 a line end may not look like one
            assert (finding.column or 1) >= 1
    jsonschema.validate(json.loads(report.to_json()), report_schema())
    report.to_text(), report.to_github(), report.to_html(), report.to_sarif()


@pytest.mark.parametrize("extension", EXTENSIONS)
@quick
@given(data=st.binary(max_size=300) | texts)
def test_arbitrary_bytes_are_judged(extension: str, data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    judged(tmp_path_factory.getbasetemp() / f"places{extension}", data)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(EXAMPLES).as_posix())
def test_damaged_files_are_judged(path: Path, tmp_path: Path) -> None:
    whole, chance = path.read_bytes(), random.Random(path.as_posix())
    for _ in range(3):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.choice((0, 1, 3))] = chance.choice(
                (b'"', b",", b"\n", b"\x00", b"\xff", b"{", b"- ", b": ", b"")
            )
        judged(tmp_path / path.name, bytes(data))


def test_damaged_workbooks_are_judged(tmp_path: Path) -> None:
    description = json.loads((EXAMPLES / "KD157" / "bad.xlsx.json").read_text("utf-8"))
    build_workbook(description, tmp_path / "whole.xlsx")
    whole, chance = (tmp_path / "whole.xlsx").read_bytes(), random.Random(3)
    for _ in range(40):
        data = bytearray(whole)
        data[chance.randrange(len(data))] = chance.randrange(256)
        judged(tmp_path / "damaged.xlsx", bytes(data[: chance.choice((len(data), chance.randrange(len(data))))]))
