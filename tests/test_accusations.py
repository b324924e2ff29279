"""What `Dataset.first_accusations` promises: bounds that hold whatever the days were, and no side put first."""

from __future__ import annotations

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mirrored import swapped

import karabakh_data as kd
from karabakh_data.accusations import FirstAccusation, _days, _may_be_first
from karabakh_data.claims import SIDES


def by_id(found: tuple[FirstAccusation, ...]) -> dict[str, FirstAccusation]:
    return {one.ceasefire.ceasefire_id: one for one in found}


def with_statements(ds: kd.Dataset, *more: kd.Statement) -> kd.Dataset:
    tables = {name: list(ds.table(name)) for name in ds}
    tables["statements"] += more
    return kd.Dataset(tables)


def accusation(name: str, said: str, **other: object) -> kd.Statement:
    values: dict[str, object] = {
        "statement_id": f"statement-{name}",
        "occasion_id": "occasion-2016-04-02-azerbaijan-statement",
        "speaker_ids": ["actor-azerbaijan"],
        "speech_act": "accuse",
        "topics": ["ceasefire_violation"],
        "said": said,
        "ceasefire_ids": ["ceasefire-2020-11-09"],
        "incident_ids": ["incident-2021-05-border-incident"],
        "stance": "affirms",
        "summary": "Says that it was broken.",
        "source_ids": ["source-putin-pashinyan"],
    }
    return kd.Statement.model_validate(values | other)


def test_the_published_answers(ds: kd.Dataset) -> None:
    found = {
        name.removeprefix("ceasefire-"): (one.days_least, one.days_most, one.camps)
        for name, one in by_id(ds.first_accusations()).items()
    }
    assert found == {
        "1994": (7549, 7942, SIDES),
        "2016-04-05": (0, 1, ("armenian",)),
        "2020-10-10": (0, 18, SIDES),
        "2020-10-second": (0, 17, SIDES),
        "2020-10-third": (0, 17, SIDES),
        "2020-11-09": (None, None, ()),
    }
    assert (datetime.date(2015, 9, 1) - datetime.date(1994, 12, 31)).days == 7549


def test_one_camp_alone(ds: kd.Dataset) -> None:
    found = by_id(ds.first_accusations(camp="azerbaijani"))
    assert found["ceasefire-2016-04-05"].statements == ()
    assert found["ceasefire-2020-10-10"].camps == ("azerbaijani",)
    assert {s.speaker_ids for one in found.values() for s in one.statements} == {("actor-azerbaijan",)}


def test_without_a_date_to_count_from_there_are_no_days(ds: kd.Dataset) -> None:
    late = with_statements(ds, accusation("late", "2021-05-12"))
    one = by_id(late.first_accusations(since="effective"))["ceasefire-2020-11-09"]
    assert (one.since, one.days_least, one.days_most) == (None, None, None)
    assert [s.statement_id for s in one.statements] == ["statement-late"]


def test_only_those_count_that_may_be_the_first(ds: kd.Dataset) -> None:
    more = with_statements(
        ds,
        accusation("early", "2020-11-12/2020-11-20"),
        accusation("overlapping", "2020-11-20"),
        accusation("later", "2020-11-21"),
        accusation("before-the-truce", "2020-11-08"),
        accusation("a-denial", "2020-11-10", speech_act="deny", stance="denies_occurrence"),
        accusation("of-another-thing", "2020-11-10", topics=["casualties"]),
        accusation("mentioned", "2020-11-10", stance="mentions"),
    )
    one = by_id(more.first_accusations())["ceasefire-2020-11-09"]
    assert [s.statement_id for s in one.statements] == ["statement-early", "statement-overlapping"]
    assert (one.days_least, one.days_most) == (3, 11)


def test_what_is_withdrawn_does_not_count(ds: kd.Dataset) -> None:
    said = accusation("said", "2020-11-10")
    taken_back = accusation(
        "taken-back", "2020-11-11", speech_act="retract", responds_to_id="statement-said", incident_ids=[], stance=None
    )
    assert by_id(with_statements(ds, said).first_accusations())["ceasefire-2020-11-09"].days_least == 1
    assert by_id(with_statements(ds, said, taken_back).first_accusations())["ceasefire-2020-11-09"].statements == ()


@pytest.mark.parametrize(
    ("start", "said", "expected"),
    [
        ("2020-10-10", ["2020-10-10"], (0, 0)),
        ("2020-10-10", ["2020-10-12/.."], (2, None)),
        ("2020-10-10", ["2020-10-12/..", "2020-11"], (2, 51)),
        ("2020-10-10", ["[..2020-10-12]"], (0, 2)),
        ("2020-10", ["2020-11"], (1, 60)),
        ("[..2020-10-10]", ["2020-10-12"], (2, None)),
        ("2020-10-10/..", ["2020-10-12"], (0, 2)),
        ("2020-10", ["2020-10"], (0, 30)),
    ],
)
def test_days_from_and_to_dates_of_any_precision(
    start: str, said: list[str], expected: tuple[int | None, int | None]
) -> None:
    assert _days(kd.EDTF(start), [kd.EDTF(one) for one in said]) == expected


@given(
    st.lists(st.tuples(st.integers(1, 28), st.integers(0, 20)), min_size=1, max_size=4),
    st.integers(0, 10),
    st.randoms(use_true_random=False),
)
def test_the_true_number_of_days_lies_between_the_bounds(
    spans: list[tuple[int, int]], wide: int, chance: random.Random
) -> None:
    origin = datetime.date(2020, 1, 1)

    def date(first: int, days: int) -> str:
        return f"{origin + datetime.timedelta(first)}/{origin + datetime.timedelta(first + days)}"

    said = [accusation(str(i), date(10 + first, days)) for i, (first, days) in enumerate(spans)]
    start = kd.EDTF(date(0, wide))
    least, most = _days(start, [one.said for one in _may_be_first(said)])
    began = chance.randint(0, wide)
    happened = min(chance.randint(10 + first, 10 + first + days) for first, days in spans)
    assert least is not None
    assert most is not None
    assert least <= happened - began <= most


def test_swapping_the_sides_swaps_the_camps_and_leaves_the_days(ds: kd.Dataset) -> None:
    other = dict(zip(SIDES, reversed(SIDES), strict=True))
    for one, mirrored in zip(ds.first_accusations(), swapped(ds).first_accusations(), strict=True):
        assert mirrored.camps == tuple(sorted(other[camp] for camp in one.camps))
        assert (mirrored.days_least, mirrored.days_most) == (one.days_least, one.days_most)
        assert mirrored.statements == one.statements


def test_a_wrong_word_is_told(ds: kd.Dataset) -> None:
    with pytest.raises(ValueError, match=r"since is never 'declare'.*did you mean 'declared'"):
        ds.first_accusations(since="declare")
    with pytest.raises(ValueError, match=r"no statement is made by the camp 'armenia'; did you mean .*'armenian'"):
        ds.first_accusations(camp="armenia")
