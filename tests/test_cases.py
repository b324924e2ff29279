"""What `tests/cases/<code>/` promises: every finding code has a contribution that shows it, exactly placed, and one
without the fault.

A folder holds `bad` and `good`, each a file or a folder, `expected.txt` with what is found in `bad` (place, code,
column, suggestion), and where needed `options.json` for `kd.validate` (`retired`: ids that are retired in the published
data set), and `documents/`. A workbook is kept as its description, `bad.xlsx.json`.
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from case_formats import WRITERS, build_workbook, read_case

import karabakh_data as kd
from karabakh_data.validation.codes import catalogue
from karabakh_data.validation.finding import Finding, Severity
from karabakh_data.validation.report import Report

CASES = Path(__file__).parent / "cases"
CODES = list(catalogue())

IN_EVERY_FORMAT = [code for code in CODES if code >= "KD2"]
"""The codes of what stands in the cells, whatever the format is."""

FORMATS = {"KD218": ["xlsx"]}
"""The other formats that a fault occurs in, where not in all.

JSON and YAML have lists of their own; a text in place of one is KD156.
"""

IN_ONE_CELL = {"KD215": "source-putin-pashinyan"}
"""What is suggested where a list is one cell, if it is something else than where each element stands by itself.

A superfluous separator is a fault of the whole cell, an empty element in brackets has no other value.
"""

NO_REPAIR = ("KD503", "KD507")
"""The codes whose suggestion is no value to write: of likely duplicates it is the other record."""


class Told(NamedTuple):
    """What a line of `expected.txt` says of a finding."""

    place: str
    code: str
    column: str
    suggestion: str

    def __str__(self) -> str:
        return " ".join(self)


def told(finding: Finding) -> Told:
    column = ".".join(name for name in (finding.table, finding.field) if name)
    return Told(finding.place, finding.code, column or "-", finding.suggestion or "-")


def expected(code: str) -> list[Told]:
    file = CASES / code / "expected.txt"
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    return [Told(*line.split(" ", 3)) for line in lines]


@cache
def published() -> kd.Dataset:
    """The published data set, read once for all cases."""
    return kd.load()


def judged(code: str, source: Any) -> Report:
    """The report on a contribution, with the options of the case."""
    folder = CASES / code
    options = json.loads((folder / "options.json").read_text("utf-8")) if (folder / "options.json").is_file() else {}
    if "documents" in options:
        options["documents"] = folder / options["documents"]
    if "today" in options:
        options["today"] = datetime.date.fromisoformat(options["today"])
    against = with_retired(options.pop("retired")) if "retired" in options else published()
    return kd.validate(source, **{"against": against} | options)


def with_retired(ids: list[dict[str, Any]]) -> kd.Dataset:
    """The published data set with retired ids, as it may come to be."""
    kept = {name: published().table(name) for name in published()}
    return kd.Dataset(kept | {"retired": [kd.RetiredId(**one) for one in ids]})


@pytest.fixture
def report_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Report]:
    """The report on the `bad` or `good` contribution of a code."""

    def report(code: str, which: str) -> Report:
        folder = tmp_path / code
        shutil.copytree(CASES / code, folder, ignore=shutil.ignore_patterns("expected.txt"))
        for description in folder.glob("*.xlsx.json"):
            build_workbook(json.loads(description.read_text("utf-8")), folder / description.stem)
            description.unlink()
        (given,) = folder.glob(f"{which}*")
        monkeypatch.chdir(folder)
        return judged(code, given.relative_to(folder))

    return report


# ---- Every code ----


def test_every_code_has_a_folder_and_every_folder_a_code() -> None:
    assert sorted(folder.name for folder in CASES.iterdir()) == CODES


@pytest.mark.parametrize("code", CODES)
def test_the_failing_contribution_gives_just_this_finding(code: str, report_on: Callable[..., Report]) -> None:
    found = [told(finding) for finding in report_on(code, "bad").findings]
    assert [str(one) for one in found] == [str(one) for one in expected(code)]
    assert {one.code for one in found} == {code}


@pytest.mark.parametrize("code", CODES)
def test_the_passing_contribution_gives_none(code: str, report_on: Callable[..., Report]) -> None:
    report = report_on(code, "good")
    assert [str(one) for one in report.findings if one.code == code or one.severity is not Severity.NOTE] == []
    assert report.rows


# ---- The same in every format ----


def converted() -> Iterator[tuple[str, str]]:
    for code in IN_EVERY_FORMAT:
        for form in FORMATS.get(code, list(WRITERS)):
            yield code, form


@pytest.mark.parametrize(("code", "form"), list(converted()))
def test_a_fault_is_told_alike_in_every_format(
    code: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables, stands = read_case(CASES / code)
    written = WRITERS[form](tmp_path, tables)
    there = []
    for one in expected(code):
        at = stands[one.place]
        field = at.column or one.column.partition(".")[2]
        repair = IN_ONE_CELL.get(code, one.suggestion) if form != "json" else one.suggestion
        there.append(one._replace(place=written.place(at._replace(column=field)), suggestion=repair))
    monkeypatch.chdir(tmp_path)
    found = [told(finding) for finding in judged(code, written.path).findings]
    assert sorted(map(str, found)) == sorted(map(str, there))


def suggested() -> Iterator[tuple[str, Told]]:
    for code in IN_EVERY_FORMAT:
        for one in expected(code):
            if one.suggestion != "-" and code not in NO_REPAIR:
                yield code, one


@pytest.mark.parametrize(("code", "one"), list(suggested()))
def test_what_is_suggested_mends_the_fault(code: str, one: Told, tmp_path: Path) -> None:
    tables, stands = read_case(CASES / code)
    at = stands[one.place]
    assert at.column is not None
    record = tables[at.table][at.record]
    record[at.column] = one.suggestion.split(";") if isinstance(record[at.column], list) else one.suggestion
    written = WRITERS["xlsx"](tmp_path, tables)
    assert [str(finding) for finding in judged(code, tmp_path / written.path).findings] == []
