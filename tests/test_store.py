"""Many findings: in memory that does not grow with them, in the order of reports, complete."""

from __future__ import annotations

import pickle
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import any_report, finding

import karabakh_data as kd
from karabakh_data.validation import store
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.report import Report
from karabakh_data.validation.store import Findings


def numbered(*lines: int, **fields: Any) -> list[Finding]:
    return [finding(line=line, column=1, message=f"fault {line}", **fields) for line in lines]


def in_order(found: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda one: one.sort_key))


@given(any_report(), st.integers(1, 5), st.randoms())
def test_what_is_spilled_comes_back_in_order_and_whole(report: Report, held: int, rng: random.Random) -> None:
    found = [*report.findings] * 3
    rng.shuffle(found)
    kept = Findings(found, held=held)
    assert tuple(kept) == in_order(found)
    assert [one.excerpt for one in kept] == [one.excerpt for one in in_order(found)]
    assert len(kept) == len(found)
    assert kept.counts == Report(findings=found).counts


def test_it_is_a_sequence() -> None:
    found = numbered(*range(1, 31))
    kept = Findings(reversed(found), held=7)
    assert (kept[0], kept[29], kept[-1]) == (found[0], found[29], found[29])
    for part in (slice(None), slice(5), slice(3, -2, 4), slice(None, None, -1), slice(20, 5, -3), slice(9, 9)):
        assert kept[part] == tuple(found[part]), part
    assert found[12] in kept
    assert kept.index(found[12]) == 12
    with pytest.raises(IndexError):
        kept[30]


def test_it_can_be_read_in_turns_and_added_to() -> None:
    kept = Findings(numbered(1, 3, 5, 7, 2, 4, 6, 8), held=2)
    assert [(one.line, other.line) for one, other in zip(kept, kept, strict=True)] == [(n, n) for n in range(1, 9)]
    kept.append(numbered(0)[0])
    assert [one.line for one in kept] == list(range(9))


def test_few_findings_are_a_tuple() -> None:
    assert Findings(numbered(2, 1)).in_order() == tuple(numbered(1, 2))
    assert Findings().in_order() == ()
    many = Findings(numbered(2, 1, 3), held=2)
    assert many.in_order() is many


def test_findings_that_come_in_order_are_not_merged() -> None:
    kept = Findings(numbered(*range(1000)), held=10)
    assert len(kept._chains) == 1
    kept = Findings([*numbered(*range(1000)), *numbered(*range(1000), code="KD302")], held=10)
    assert len(kept._chains) == 2


def test_many_findings_can_be_sent_elsewhere() -> None:
    kept = Findings(numbered(*range(9)), held=2)
    assert tuple(pickle.loads(pickle.dumps(kept))) == tuple(kept)


def test_a_report_on_many_faults_is_the_same_as_if_they_were_few(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [{"place_id": f"place-{n % 7}", "name": "", "place_type": "hamlet", "colour": "red"} for n in range(40)]
    few = kd.validate(places)
    monkeypatch.setattr(store, "HELD", 10)
    many = kd.validate(places)
    assert isinstance(few.findings, tuple)
    assert isinstance(many.findings, Findings)
    for form in ("to_json", "to_text", "to_sarif", "to_github", "to_html", "__str__", "_repr_html_"):
        assert getattr(many, form)() == getattr(few, form)(), form
    assert many.counts == few.counts
    assert not many.ok
