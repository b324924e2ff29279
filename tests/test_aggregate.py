"""What each policy says of the claims about an incident, and that it treats both sides alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_claims import ACTORS, claim

import karabakh_data as kd
from karabakh_data.aggregate import Aggregated, Aggregation, Answer, Policy, aggregate
from karabakh_data.models import Incident, Statement
from karabakh_data.vocabulary import Side

ARM, AZE = "armenian", "azerbaijani"
OTHER = {ARM: AZE, AZE: ARM}

INCIDENT = Incident.model_validate(
    {
        "incident_id": "incident-a",
        "name": "An event",
        "incident_type": "shelling",
        "date": "2020-10-10",
        "place_ids": ("place-a",),
        "background": False,
        "summary": "One.",
        "source_ids": ("source-a",),
    }
)


def figure(*speakers: str, low: float | None = None, high: float | None = None, name: str) -> Statement:
    """A claim of deaths; without bounds it has words only."""
    made = claim(*speakers, name=name, act="report_figures").model_dump()
    given_ = {"figure_low": low, "figure_high": high, "figure_words": None if low or high else "dozens"}
    kept = {k: v for k, v in made.items() if not k.startswith("said_") and k != "attribution"}
    return Statement.model_validate(kept | given_)


def data_set(*claims: Statement, actors: Any = None) -> kd.Dataset:
    return kd.Dataset({"actors": list((actors or ACTORS).values()), "statements": claims, "incidents": [INCIDENT]})


def one(policy: str, *claims: Statement) -> Aggregated:
    (row,) = aggregate(data_set(*claims), policy)
    return row


AFFIRMS, DENIES = "affirms", "denies_occurrence"


# ---- Occurrence ----


@pytest.mark.parametrize(
    ("claims", "conservative", "informative"),
    [
        ((), Answer.NOT_CLAIMED, Answer.NOT_CLAIMED),
        ((claim("ARM", name="a"),), Answer.INDETERMINATE, Answer.AFFIRMED),
        ((claim("ARM", name="a"), claim("AZE", name="b")), Answer.AFFIRMED, Answer.AFFIRMED),
        ((claim("RUS", name="a"),), Answer.INDETERMINATE, Answer.AFFIRMED),
        ((claim("anon", name="a"),), Answer.INDETERMINATE, Answer.INDETERMINATE),
        ((claim("ARM", name="a"), claim("AZE", stance=DENIES, name="b")), Answer.INDETERMINATE, Answer.INDETERMINATE),
        ((claim("ARM", stance=DENIES, name="a"),), Answer.INDETERMINATE, Answer.DENIED),
        (
            (claim("ARM", stance=DENIES, name="a"), claim("AZE", stance=DENIES, name="b")),
            Answer.DENIED,
            Answer.DENIED,
        ),
        (
            (claim("ARM", name="a"), claim("AZE", name="b"), claim("RUS", stance=DENIES, name="c")),
            Answer.INDETERMINATE,
            Answer.INDETERMINATE,
        ),
        ((claim("ARM", stance="mentions", name="a"),), Answer.NOT_CLAIMED, Answer.NOT_CLAIMED),
    ],
)
def test_whether_it_happened(claims: tuple[Statement, ...], conservative: Answer, informative: Answer) -> None:
    assert one("conservative", *claims).occurrence is conservative
    assert one("informative", *claims).occurrence is informative


def test_by_claimant_has_a_row_for_each_camp_and_puts_nothing_together() -> None:
    made = data_set(claim("ARM", name="a", accused=["AZE"]), claim("AZE", stance=DENIES, name="b"))
    first, second = aggregate(made)
    assert (first.camp, first.occurrence, first.blame, first.blamed) == (ARM, "affirmed", "named", (AZE,))
    assert (second.camp, second.occurrence, second.blame, second.blamed) == (AZE, "denied", "denied", ())


# ---- Blame ----


def test_blame_of_one_camp_is_named_only_where_more_is_to_be_told() -> None:
    accused = claim("ARM", name="a", accused=["AZE"])
    assert one("informative", accused).blamed == (AZE,)
    assert one("conservative", accused).blame is Answer.INDETERMINATE
    mutual = (accused, claim("AZE", name="b", accused=["ARM"]))
    refused = (accused, claim("AZE", name="b", stance="denies_blame"))
    owned = (accused, claim("AZE", name="b", accused=["AZE"]))
    for policy in ("conservative", "informative"):
        assert one(policy, *mutual).blame is Answer.INDETERMINATE
        assert one(policy, *mutual).blamed == ()
        assert one(policy, *refused).blame is Answer.INDETERMINATE
        assert one(policy, *owned).blamed == (AZE,)
        assert one(policy, claim("ARM", name="a")).blame is Answer.NOT_CLAIMED


# ---- Figures ----


def deaths(policy: str, *claims: Statement) -> tuple[Answer, float | None, float | None]:
    (found,) = one(policy, *claims).figures
    return found.answer, found.low, found.high


def test_a_figure_of_one_camp_is_never_taken_over_by_conservative() -> None:
    alone = (figure("ARM", low=30, high=40, name="a"), figure("RUS", low=30, high=40, name="b"))
    assert deaths("conservative", *alone) == (Answer.INDETERMINATE, None, None)
    assert deaths("informative", *alone) == (Answer.CLAIMED, 30, 40)


@pytest.mark.parametrize(
    ("armenian", "azerbaijani", "conservative", "informative"),
    [
        ((10, 20), (15, 30), (15, 20), (10, 30)),
        ((10, 12), (20, 30), None, (10, 30)),
        ((10, None), (15, 30), (15, None), (10, None)),
        ((30, None), (3, 3), None, (3, None)),
        ((None, 2), (10, 10), None, (None, 10)),
        ((None, 12), (20, None), None, None),
        ((None, None), (20, 30), None, (20, 30)),
    ],
)
def test_ranges(armenian: Any, azerbaijani: Any, conservative: Any, informative: Any) -> None:
    claims = (
        figure("ARM", low=armenian[0], high=armenian[1], name="a"),
        figure("AZE", low=azerbaijani[0], high=azerbaijani[1], name="b"),
    )
    for policy, expected in (("conservative", conservative), ("informative", informative)):
        found = deaths(policy, *claims)
        assert found == ((Answer.CLAIMED, *expected) if expected else (Answer.INDETERMINATE, None, None))


def test_two_claims_of_one_camp_make_a_range_that_holds_both() -> None:
    claims = (figure("ARM", low=30, name="a"), figure("ARM", low=3, high=3, name="b"))
    assert deaths("by_claimant", *claims) == (Answer.CLAIMED, 3, None)
    both = (*claims, figure("AZE", low=3, high=3, name="c"))
    assert deaths("conservative", *both) == (Answer.CLAIMED, 3, None)


def test_a_range_is_by_those_whose_numbers_make_it() -> None:
    claims = (
        figure("RUS", low=100, high=100, name="a"),
        figure("ARM", low=3, high=3, name="b"),
        figure("AZE", low=3, high=3, name="c"),
    )
    (found,) = one("conservative", *claims).figures
    assert str(found) == "deaths 3, by armenian and azerbaijani"
    (found,) = one("conservative", *claims[:2]).figures
    assert str(found) == "deaths indeterminate, by armenian and actor-rus", "no range: all who give a figure"
    (found,) = one("informative", figure("ARM", name="d"), claims[2]).figures
    assert str(found) == "deaths 3, by azerbaijani", "words make no range"


def test_words_without_a_number_give_no_range() -> None:
    for policy in Policy:
        (row,) = aggregate(data_set(figure("ARM", name="a")), policy)
        assert [(f.answer, f.low, f.high) for f in row.figures] == [(Answer.INDETERMINATE, None, None)]


# ---- Both sides alike ----

FACTS = st.tuples(
    st.sampled_from(["ARM", "AZE", "NKRforces", "RUS", "anon"]),
    st.sampled_from(["affirms", "presupposes", "denies_occurrence", "denies_blame", "mentions"]),
    st.sampled_from([(), ("ARM",), ("AZE",), ("RUS",)]),
    st.sampled_from(["2020-10-10", "2020-10-11", "2020-10"]),
    st.one_of(st.none(), st.tuples(st.integers(1, 9), st.integers(10, 20))),
)


def statement(fact: Any, number: int) -> Statement:
    speaker, stance, accused, said, bounds = fact
    if bounds is not None and stance in ("affirms", "presupposes"):
        return figure(speaker, low=bounds[0], high=bounds[1], name=f"n{number}")
    return claim(speaker, stance=stance, accused=accused, said=said, name=f"n{number}")


def swapped(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: swapped(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((swapped(one) for one in value), key=str)
    return OTHER.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("policy", Policy)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=st.lists(FACTS, max_size=5))
def test_swapping_the_sides_swaps_the_sides_and_nothing_else(policy: Policy, facts: list[Any]) -> None:
    claims = [statement(fact, number) for number, fact in enumerate(facts)]
    mirrored = {
        key: actor.model_copy(update={"side": Side(OTHER.get(actor.side, actor.side))}) for key, actor in ACTORS.items()
    }
    straight = aggregate(data_set(*claims), policy).to_dicts()
    crossed = aggregate(data_set(*claims, actors=mirrored), policy).to_dicts()
    assert swapped(straight) == sorted((swapped(swapped(row)) for row in crossed), key=str)


# ---- The result ----


def test_the_result_converts_to_dicts_and_frames(ds: kd.Dataset) -> None:
    for policy in Policy:
        found = ds.aggregate(policy)
        assert isinstance(found, Aggregation)
        assert json.loads(json.dumps(found.to_dicts())) == found.to_dicts()
        assert found.to_polars().to_dicts() == found.to_dicts()
        assert len(found.to_pandas()) == len(found)
        assert str(policy) in repr(found[:2])
        assert "not what is the case" in found._repr_html_()
    assert [row.incident_id for row in ds.aggregate("conservative")] == [i.incident_id for i in ds.incidents]
    assert ds.aggregate().of("incident-1988-conflict") == ()


def test_what_both_sides_say_of_april_2016_is_affirmed_and_blame_stays_open(ds: kd.Dataset) -> None:
    for policy in ("conservative", "informative"):
        (row,) = ds.aggregate(policy).of("incident-2016-04-02-escalation")
        assert (row.occurrence, row.blame, row.blamed) == (Answer.AFFIRMED, Answer.INDETERMINATE, ())


def test_the_rows_of_an_incident_are_asked_for_by_record_or_id(ds: kd.Dataset) -> None:
    rows = ds.aggregate()
    april = ds.incidents["incident-2016-04-02-escalation"]
    assert rows.of(april) == rows.of(april.incident_id) != ()
    assert rows[:0].of(april) == (), "an incident of the data set, with no row in the slice"
    for wrong in ("incident-2016-04-02-escalatoin", ds.statements[0].statement_id):
        with pytest.raises(KeyError, match=f"no incident '{wrong}'"):
            rows.of(wrong)
    with pytest.raises(KeyError, match="did you mean 'incident-2016-04-02-escalation'"):
        rows.of("incident-2016-04-02-escalatoin")
    with pytest.raises(TypeError, match="expected an incident or its id, not Place"):
        rows.of(ds.places[0])  # type: ignore[arg-type]


def test_a_misspelt_policy_names_the_nearest(ds: kd.Dataset) -> None:
    with pytest.raises(ValueError, match="no policy 'informativ'; did you mean 'informative'"):
        ds.aggregate("informativ")
    with pytest.raises(ValueError, match="the policies are by_claimant, conservative, informative"):
        ds.aggregate("best")
