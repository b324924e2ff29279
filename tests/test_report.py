"""A report: its order, its counts, its exception, and its JSON, which is as its schema says."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from report_samples import HOSTILE, any_report, cell, finding, hostile_report, suynik

import karabakh_data as kd
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.report import SHOWN, Change, Report, ValidationFailed
from karabakh_data.validation.reports.schema import MEANINGS, report_schema

CHANGE = Change("actor-x", "actors", "name", "Old", "New", "actors.csv:2:9")


def mixed() -> Report:
    found = [
        finding("KD109", "note", file="z.txt", file_order=2, table=None, field=None),
        finding("KD201", line=3, column=1),
        finding("KD205", "warning", line=2, column=9),
        finding("KD204", line=2, column=9),
        cell(file_order=1),
    ]
    return Report(findings=found, files=("incidents.csv", "book.xlsx"), rows=14, changes=(CHANGE,))


def many(number: int) -> Report:
    return Report(findings=[finding(line=line) for line in range(1, number + 1)], rows=number)


# ---- Findings ----


def test_findings_are_in_the_order_of_file_line_column_code() -> None:
    assert [one.code for one in mixed().findings] == ["KD204", "KD205", "KD201", "KD202", "KD109"]


def test_the_order_in_which_findings_were_made_does_not_matter() -> None:
    found = list(mixed().findings)
    again = Report(findings=found[::-1], files=mixed().files, rows=14, changes=(CHANGE,))
    assert (str(again), again.to_json()) == (str(mixed()), mixed().to_json())
    assert (again.to_html(), again.to_sarif(), again.to_github()) == (
        mixed().to_html(),
        mixed().to_sarif(),
        mixed().to_github(),
    )


class Spilled(Sequence[Finding]):
    """Findings that are not all in memory."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, at: Any) -> Any:
        if not 0 <= at < self.number:
            raise IndexError(at)
        return finding(line=at + 1)


def test_any_sequence_of_findings_is_taken_as_it_is() -> None:
    report = Report(findings=Spilled(120), rows=120)
    assert isinstance(report.findings, Spilled)
    assert report.counts == {"error": 120, "warning": 0, "note": 0}
    assert "… and 70 more" in str(report)
    assert len(json.loads(report.to_json())["findings"]) == 120


def test_counts_are_complete_and_name_every_severity() -> None:
    assert mixed().counts == {"error": 3, "warning": 1, "note": 1}
    assert Report().counts == {"error": 0, "warning": 0, "note": 0}


@pytest.mark.parametrize(("severity", "ok"), [("error", False), ("warning", True), ("note", True)])
def test_a_report_is_ok_unless_it_holds_an_error(severity: str, ok: bool) -> None:
    assert Report(findings=[finding(severity=severity)]).ok is ok


def test_a_report_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Report().rows = 3  # type: ignore[misc]


def test_it_is_shown_in_one_line_among_other_values() -> None:
    assert repr(mixed()) == f"<Report: {mixed().summary}>"
    assert mixed().summary == "2 files, 14 records: 3 errors, 1 warning, 1 note; 0 records valid"


# ---- Raising ----


def test_nothing_is_raised_without_errors() -> None:
    Report(findings=[finding(severity="warning")]).raise_for_errors()


def test_errors_are_raised_with_the_bounded_text_and_the_whole_report() -> None:
    report = many(SHOWN + 7)
    with pytest.raises(ValidationFailed) as caught:
        report.raise_for_errors()
    assert isinstance(caught.value, ValueError)
    assert caught.value.report is report
    assert str(caught.value) == str(report)
    assert str(report).count("is wrong") == SHOWN
    assert "… and 7 more; `.findings` has them all" in str(report)


def test_what_is_raised_can_be_sent_to_another_process() -> None:
    again = pickle.loads(pickle.dumps(ValidationFailed(mixed())))
    assert str(again) == str(mixed())
    assert again.report.findings == mixed().findings


# ---- Notebook ----


def test_a_notebook_shows_the_first_findings_and_how_many_more() -> None:
    shown = many(SHOWN + 3)._repr_html_()
    assert shown.count("<tr>") == SHOWN + 1
    assert "… and 3 more" in shown
    assert "… and" not in many(SHOWN)._repr_html_()
    assert "place-syunik-province" in Report(findings=[suynik()])._repr_html_()
    assert "1 field of published records would change" in mixed()._repr_html_()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_notebook_shows_hostile_values_as_text(text: str) -> None:
    shown = hostile_report(text)._repr_html_()
    shown.encode()
    assert "<script" not in shown
    assert "<img" not in shown


# ---- JSON ----


def test_json_is_as_the_design_says() -> None:
    written = json.loads(Report(findings=[suynik(), cell(file_order=1)], rows=14).to_json())
    assert list(written) == ["ok", "stopped", "counts", "files", "records", "findings", "changes"]
    assert (written["ok"], written["counts"]) == (False, {"error": 2, "warning": 0, "note": 0})
    plain, of_workbook = written["findings"]
    names = "code severity message file line column row table record_id field value suggestion"
    assert list(plain) == names.split()
    assert list(of_workbook) == names.replace("row ", "row cell ").split()
    assert (plain["line"], plain["column"], plain["row"]) == (14, 39, 13)
    assert of_workbook["cell"] == "incidents!C14"


def test_json_counts_the_records_and_tells_the_changes(ds: kd.Dataset) -> None:
    report = Report(records=tuple(ds.actors)[:2], rows=3, changes=(CHANGE,), files=("actors.csv",))
    written = json.loads(report.to_json())
    assert written["records"] == {"read": 3, "valid": 2}
    assert written["files"] == ["actors.csv"]
    assert written["changes"] == [CHANGE._asdict()]


def test_each_finding_has_a_line_of_its_own() -> None:
    lines = mixed().to_json().splitlines()
    assert sum(line.startswith('    {"code"') for line in lines) == len(mixed().findings)


@pytest.mark.parametrize("report", [Report(), mixed(), Report(findings=[finding()]), Report(changes=(CHANGE,))])
def test_json_is_what_the_dictionary_holds(report: Report) -> None:
    assert json.loads(report.to_json()) == report.to_dict()


def test_the_schema_is_a_schema_and_explains_everything() -> None:
    schema = report_schema()
    Draft202012Validator.check_schema(schema)
    listed = schema["properties"]
    assert set(MEANINGS) == {*listed["findings"]["items"]["properties"], *listed["changes"]["items"]["properties"]}
    assert all("description" in one for one in listed.values() if one["type"] != "boolean")


@pytest.mark.parametrize(
    ("name", "value"), [("severity", "fatal"), ("code", "KD999"), ("line", 0), ("line", "3"), ("extra", 1)]
)
def test_the_schema_refuses_what_no_finding_holds(name: str, value: Any) -> None:
    written = mixed().to_dict()
    judge = Draft202012Validator(report_schema())
    assert judge.is_valid(written)
    written["findings"][0][name] = value
    assert not judge.is_valid(written)


@given(any_report())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_report_can_be_written_and_fits_the_schema(report: Report) -> None:
    written = report.to_json()
    assert json.loads(written.encode()) == report.to_dict()
    Draft202012Validator(report_schema()).validate(json.loads(written))
    for text in (str(report), report.to_github(), report.to_html(), report._repr_html_(), repr(report)):
        text.encode()
    json.dumps(report.to_sarif(), ensure_ascii=False).encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_json_holds_hostile_values_exactly_and_commands_no_terminal(text: str) -> None:
    report = hostile_report(text)
    written = report.to_json()
    assert json.loads(written)["findings"][0]["value"] == text
    assert not set(written) & set(map(chr, [*range(10), *range(11, 32), *range(0x7F, 0xA0), 0x202E, 0x2028]))
    assert "##[" not in written


@given(any_report())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_report_in_pieces_is_the_whole(report: Report) -> None:
    assert "".join(report.pieces("json")) == report.to_json()
    assert "".join(report.pieces("github")) == report.to_github()
    assert "".join(report.pieces("html")) == report.to_html()
    assert "".join(report.pieces("text", True, 1, 80)) == report.to_text(color=True, max_shown=1, width=80)
    assert "".join(report.pieces("sarif")) == json.dumps(report.to_sarif(), ensure_ascii=False, indent=2)
