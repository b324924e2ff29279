"""GitHub annotations: one command per finding, which the runner reads back as it was meant."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from report_samples import HOSTILE, any_report, cell, finding, hostile_report, suynik

from karabakh_data.validation.finding import Excerpt
from karabakh_data.validation.report import Report

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def read_back(line: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner takes it: its name, its properties, its message."""
    match = COMMAND.fullmatch(line)
    assert match, line
    properties = dict(pair.split("=", 1) for pair in match[2].split(","))
    return match[1], {name: unescaped(value) for name, value in properties.items()}, unescaped(match[3])


def unescaped(text: str) -> str:
    for sign, written in ((":", "%3A"), (",", "%2C"), ("\r", "%0D"), ("\n", "%0A"), ("%", "%25")):
        text = text.replace(written, sign)
    return text


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    return [read_back(line) for line in report.to_github().splitlines()]


def test_an_annotation_has_place_title_message_and_suggestion() -> None:
    line = Report(findings=[suynik()]).to_github()
    assert line == (
        "::error file=incidents.csv,line=14,col=39,endColumn=51,title=KD301 incidents.place_ids::"
        'incidents.csv:14:39: KD301 incidents.place_ids: "place-suynik" is not a known place'
        " (did you mean place-syunik-province?)"
    )


@pytest.mark.parametrize(("severity", "command"), [("error", "error"), ("warning", "warning"), ("note", "notice")])
def test_each_severity_has_its_command(severity: str, command: str) -> None:
    assert commands(Report(findings=[finding(severity=severity)]))[0][0] == command


def test_a_cell_is_named_in_the_message_and_has_no_line() -> None:
    _, properties, message = commands(Report(findings=[cell()]))[0]
    assert properties == {"file": "book.xlsx", "title": "KD202 incidents.place_ids"}
    assert message.startswith("book.xlsx:incidents!C14: ")


def test_an_end_is_given_only_where_it_is_known() -> None:
    element = suynik(value="b", excerpt=Excerpt("14", "x,a;b,c", 4, 1, 5), column=3)
    for found in (element, suynik(excerpt=None), suynik(value="another"), suynik(excerpt=Excerpt("15", "a", 0, 1, 1))):
        assert "endColumn" not in commands(Report(findings=[found]))[0][1]


def test_nothing_is_written_where_nothing_is_found() -> None:
    assert Report(rows=3).to_github() == ""


def test_every_finding_is_written() -> None:
    report = Report(findings=[finding(line=line) for line in range(1, 301)])
    assert [properties["line"] for _, properties, _ in commands(report)] == [str(line) for line in range(1, 301)]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_make_no_command_of_their_own(text: str) -> None:
    report = hostile_report(text)
    assert [name for name, _, _ in commands(report)] == [
        {"error": "error", "warning": "warning", "note": "notice"}[one.severity] for one in report.findings
    ]


def test_signs_of_the_command_language_come_back_as_they_were() -> None:
    _, properties, message = commands(Report(findings=[finding(file="a,b:c%3A.csv", message="100% %0A, a::b")]))[0]
    assert properties["file"] == "a,b:c%3A.csv"
    assert message.endswith("incidents.place_ids: 100% %0A, a::b")


@given(any_report())
def test_any_report_is_one_command_per_finding(report: Report) -> None:
    lines = report.to_github().split("\n") if report.findings else []
    assert len([read_back(line) for line in lines]) == len(report.findings)
