"""The record rules: each holds, and fails at the field that a contributor would mend."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from strategies import named

from karabakh_data.edtf import EDTF
from karabakh_data.rules import (
    ContainsWhen,
    Distinct,
    Filled,
    Is,
    MatchesScheme,
    Ordered,
    RequiredWhen,
    Rule,
    StandsAlone,
    Together,
    ValueWhen,
    WordLimit,
    faults,
    is_filled,
)
from karabakh_data.tables import MODELS
from karabakh_data.vocabulary import Scheme

ORDERED = Ordered("low", "high")
BEFORE = Ordered("start", "end", strict=True)
DATED = Ordered("declared", "ended")
REQUIRED = RequiredWhen(("note", "value"), Is("basis", ("inferred", "guessed")))
VALUE = ValueWhen("side", ("none",), Filled("crowd"))
TOGETHER = Together(("latitude", "longitude", "radius"))
DISTINCT = Distinct(("speaker_ids", "relayed_by_ids", "answers_id"))
ALONE = StandsAlone("mechanisms", ("none", "unspecified"))
CONTAINS = ContainsWhen("mechanisms", ("none", "unspecified"), Is("type", ("with_mechanism",)))
LIMIT = WordLimit("quote", 3)
SCHEME = MatchesScheme("scheme", "value")

day = EDTF.parse

HOLDS: list[tuple[Rule, dict[str, Any]]] = [
    (ORDERED, {"low": 1, "high": 2}),
    (ORDERED, {"low": 2, "high": 2}),
    (ORDERED, {"low": 2, "high": None}),
    (ORDERED, {"low": None, "high": 0}),
    (ORDERED, {}),
    (BEFORE, {"start": 0, "end": 1}),
    (DATED, {"declared": day("2020-10-09"), "ended": day("2020-10-10")}),
    (DATED, {"declared": day("2020-10-10"), "ended": day("2020-10")}),
    (DATED, {"declared": day("2020-10-10"), "ended": day("[..2020-10-12]")}),
    (DATED, {"declared": day("2020-10-10"), "ended": day("../2021")}),
    (REQUIRED, {"basis": "verbatim", "note": None}),
    (REQUIRED, {"basis": "inferred", "note": "so"}),
    (REQUIRED, {"basis": "guessed", "value": 0}),
    (REQUIRED, {"basis": None}),
    (VALUE, {"crowd": (), "side": "armenian"}),
    (VALUE, {"crowd": ("a",), "side": "none"}),
    (VALUE, {"crowd": ("a",), "side": None}),
    (TOGETHER, {}),
    (TOGETHER, {"latitude": 0.0, "longitude": 0.0, "radius": 1.0}),
    (DISTINCT, {"speaker_ids": ("a",), "relayed_by_ids": ("b", "c"), "answers_id": "b"}),
    (DISTINCT, {"speaker_ids": (), "answers_id": None}),
    (ALONE, {"mechanisms": ("none",)}),
    (ALONE, {"mechanisms": ("hotline", "observers")}),
    (ALONE, {"mechanisms": ()}),
    (CONTAINS, {"type": "with_mechanism", "mechanisms": ("hotline",)}),
    (CONTAINS, {"type": "other", "mechanisms": ("none",)}),
    (LIMIT, {"quote": "one two  three"}),
    (LIMIT, {"quote": None}),
    (SCHEME, {"scheme": Scheme.WIKIDATA, "value": "Q229"}),
    (SCHEME, {"scheme": Scheme.GW, "value": "371"}),
    (SCHEME, {"scheme": Scheme.GW, "value": None}),
]

BREAKS: list[tuple[Rule, dict[str, Any], str]] = [
    (ORDERED, {"low": 2, "high": 1}, "low"),
    (ORDERED, {"low": 1, "high": 0}, "low"),
    (BEFORE, {"start": 1, "end": 1}, "start"),
    (BEFORE, {"start": 2, "end": 1}, "start"),
    (DATED, {"declared": day("2020-11"), "ended": day("2020-10")}, "declared"),
    (DATED, {"declared": day("[2020-11-01..]"), "ended": day("[..2020-10-31]")}, "declared"),
    (REQUIRED, {"basis": "inferred"}, "note"),
    (REQUIRED, {"basis": "guessed", "note": (), "value": ""}, "note"),
    (VALUE, {"crowd": ("a",), "side": "armenian"}, "side"),
    (TOGETHER, {"latitude": 0.0}, "longitude"),
    (TOGETHER, {"longitude": 0.0, "radius": 1.0}, "latitude"),
    (DISTINCT, {"speaker_ids": ("a", "b"), "relayed_by_ids": ("c", "b")}, "relayed_by_ids"),
    (DISTINCT, {"speaker_ids": ("a",), "answers_id": "a"}, "answers_id"),
    (ALONE, {"mechanisms": ("none", "hotline")}, "mechanisms"),
    (ALONE, {"mechanisms": ("hotline", "unspecified")}, "mechanisms"),
    (CONTAINS, {"type": "with_mechanism", "mechanisms": ("unspecified",)}, "mechanisms"),
    (CONTAINS, {"type": "with_mechanism", "mechanisms": ()}, "mechanisms"),
    (LIMIT, {"quote": "one two\nthree four"}, "quote"),
    (SCHEME, {"scheme": Scheme.WIKIDATA, "value": "229"}, "value"),
    (SCHEME, {"scheme": Scheme.ISO3166_1_ALPHA3, "value": "AM"}, "value"),
]

IN_USE = sorted({rule for model in MODELS.values() for rule in model.RULES}, key=str)


@pytest.mark.parametrize(("rule", "record"), HOLDS, ids=str)
def test_it_holds(rule: Rule, record: dict[str, Any]) -> None:
    assert list(rule.faults(record)) == []


@pytest.mark.parametrize(("rule", "record", "field"), BREAKS, ids=str)
def test_it_fails_once_at_the_field_to_mend(rule: Rule, record: dict[str, Any], field: str) -> None:
    (fault,) = rule.faults(record)
    assert (fault.field, fault.code) == (field, rule.code)
    assert f"`{field}`" in fault.message or repr(record[field]) in fault.message


def test_every_kind_of_rule_is_tried_both_ways() -> None:
    kinds = set(get_args(Rule))
    assert {type(rule) for rule, _ in HOLDS} == {type(rule) for rule, _, _ in BREAKS} == kinds
    assert len({kind.code for kind in kinds}) == len(kinds), "a code names one kind of rule"


@pytest.mark.parametrize(("rule", "record", "field"), BREAKS, ids=str)
def test_a_rule_names_the_fields_that_it_reads(rule: Rule, record: dict[str, Any], field: str) -> None:
    assert field in rule.fields
    assert set(record) <= set(rule.fields)


# --- Together ------------------------------------------------------------------------------------------------------


def test_faults_of_several_rules_come_together_in_their_order() -> None:
    found = faults((LIMIT, ORDERED, ALONE), {"quote": "a b c d", "low": 2, "high": 1, "mechanisms": ("none",)})
    assert [fault.code for fault in found] == ["word_limit", "ordered"]


@pytest.mark.parametrize(("rule", "record", "field"), BREAKS, ids=str)
def test_a_rule_is_left_out_when_any_field_that_it_needs_is_unsound(
    rule: Rule, record: dict[str, Any], field: str
) -> None:
    assert faults((rule,), record, frozenset({"another"}))
    for needed in rule.fields:
        assert faults((rule,), record, frozenset({needed})) == []


def test_one_unsound_field_does_not_silence_the_rules_on_others() -> None:
    record = {"low": 2, "high": 1, "quote": "a b c d"}
    assert [fault.field for fault in faults((ORDERED, LIMIT), record, frozenset({"high"}))] == ["quote"]


# --- Words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [*IN_USE, *dict.fromkeys(rule for rule, _ in HOLDS)], ids=str)
def test_a_rule_reads_as_a_sentence_that_names_its_fields(rule: Rule) -> None:
    words = str(rule)
    assert re.search(r"\b(is|are|has|have|stands|holds)\b", words)
    assert all(f"`{field}`" in words for field in rule.fields)
    assert not re.search(r"[A-Z(]\w+\(|<|None|\[|\.$", words), "neither Python nor a full stop"


@pytest.mark.parametrize("model", MODELS.values(), ids=named)
def test_the_rules_of_a_model_name_its_columns_and_differ(model: Any) -> None:
    assert all(field in model.model_fields for rule in model.RULES for field in rule.fields)
    assert len({str(rule) for rule in model.RULES}) == len(model.RULES)


@pytest.mark.parametrize(
    ("value", "filled"), [(None, False), ((), False), ("", False), (0, True), (False, True), (0.0, True), ("a", True)]
)
def test_zero_and_false_are_values_and_nothing_is_not(value: object, filled: bool) -> None:
    assert is_filled(value) is filled
