"""`ds.claims`: who says what of an incident, for which camp, cited."""

from __future__ import annotations

import dataclasses
import json

import pytest

import karabakh_data as kd
from karabakh_data.claim import Claim, range_text
from karabakh_data.models import Statement
from karabakh_data.vocabulary import SpeechAct, StatementStance

APRIL = "incident-2016-04-02-escalation"


def with_statements(ds: kd.Dataset, *more: Statement) -> kd.Dataset:
    """The published data set with more statements."""
    return kd.Dataset({name: ds.table(name) for name in ds} | {"statements": [*ds.statements, *more]})


def retraction(of: Statement) -> Statement:
    kept = {"occasion_id", "speaker_ids", "topics", "source_ids"}
    values = {name: value for name, value in of.model_dump().items() if name in kept}
    day = str(of.said.latest or "2021-01-01")
    own = {
        "statement_id": "statement-made-up-retraction",
        "speech_act": "retract",
        "said": day,
        "summary": "Takes it back.",
    }
    return Statement.model_validate(values | own | {"responds_to_id": of.statement_id})


def test_of_2_april_2016_each_side_accuses_the_other_with_citations(ds: kd.Dataset) -> None:
    accusing = [claim for claim in ds.claims(APRIL) if claim.speech_act is SpeechAct.ACCUSE and claim.counted]
    for side, other in (("armenian", "azerbaijani"), ("azerbaijani", "armenian")):
        of_side = [claim for claim in accusing if claim.camps == (side,)]
        assert of_side
        for claim in of_side:
            assert all(name.endswith(f"({other})") for name in claim.accused)
            assert claim.citations
            assert all(row.record_id == claim.statement_id for row in claim.citations)


def test_claims_are_in_the_order_of_their_days_and_cover_every_linked_statement(ds: kd.Dataset) -> None:
    for incident in ds.incidents:
        claims = ds.claims(incident)
        linked = ds.statements.where(incident_ids=incident.incident_id)
        assert {claim.statement_id for claim in claims} == {statement.statement_id for statement in linked}
        assert [claim.said for claim in claims] == sorted(claim.said for claim in claims)
        assert claims == ds.claims(incident.incident_id)


def test_a_mention_is_there_and_does_not_count(ds: kd.Dataset) -> None:
    mentions = [claim for claim in ds.claims(APRIL) if claim.stance is StatementStance.MENTIONS]
    assert mentions
    assert not any(claim.counted for claim in mentions)
    assert "not counted: a mention" in repr(mentions[0])


def test_a_withdrawn_statement_is_there_and_says_by_what(ds: kd.Dataset) -> None:
    first = next(claim for claim in ds.claims(APRIL) if claim.counted)
    made = with_statements(ds, retraction(first.statement))
    (found,) = [claim for claim in made.claims(APRIL) if claim.statement_id == first.statement_id]
    assert not found.counted
    assert found.uncounted_because == "withdrawn by statement-made-up-retraction"


def test_a_claim_is_frozen_and_turns_into_plain_values_and_html(ds: kd.Dataset) -> None:
    claim = ds.claims(APRIL)[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        claim.incident_id = "incident-x"  # type: ignore[misc]
    for one in ds.claims(APRIL):
        assert json.loads(json.dumps(one.to_dict())) == one.to_dict()
    assert claim.head in repr(claim)
    markup = dataclasses.replace(claim, speakers=("<b>Somebody</b>",))._repr_html_()
    assert "<b>Somebody" not in markup
    assert "&lt;b&gt;Somebody" in markup
    assert "Claim, not fact" in markup


def test_a_figure_is_told_with_its_bounds_or_its_words(ds: kd.Dataset) -> None:
    claims = [claim for incident in ds.incidents for claim in ds.claims(incident) if claim.figure]
    told = {claim.statement_id: str(claim.figure) for claim in claims}
    assert told["statement-lavrov-fighters-figure-2020-11-03"] == "fighters: approaching 2,000"
    figures = {claim.statement_id: claim.figure for claim in claims}
    assert figures["statement-lavrov-fighters-figure-2020-11-03"].high == 2000  # type: ignore[union-attr]
    assert [range_text(*bounds) for bounds in ((3, 3), (3, 5), (3, None), (None, 5.5), (None, None))] == [
        "3",
        "3 to 5",
        "at least 3",
        "up to 5.5",
        "no number",
    ]


def test_an_incident_that_is_none_is_told(ds: kd.Dataset) -> None:
    with pytest.raises(KeyError, match="no incident 'incident-2016-04-02-escalatio'; did you mean"):
        ds.claims("incident-2016-04-02-escalatio")
    with pytest.raises(TypeError, match="expected an incident or its id, not int"):
        ds.claims(7)  # type: ignore[arg-type]


def test_silence_is_an_empty_tuple(ds: kd.Dataset) -> None:
    assert ds.claims("incident-1988-conflict") == ()
    assert all(isinstance(claim, Claim) for claim in ds.claims(APRIL))
