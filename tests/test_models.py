"""What every model promises: strict, frozen, all faults at once, derived fields that must agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import singledispatch
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from strategies import COLUMNS, accepts, example_of, filled_values, given_values, named, records

from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.edtf import EDTF
from karabakh_data.models import Actor, Ceasefire, Evidence, Incident, Place, Record, Source, Statement
from karabakh_data.models.docs import attribute_docs
from karabakh_data.models.types import Origin
from karabakh_data.rules import (
    Condition,
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
)
from karabakh_data.tables import MODELS
from karabakh_data.vocabulary import Attribution

quickly = settings(max_examples=15, deadline=None)
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=named)


def errors(model: type[Record], values: dict[str, Any]) -> list[tuple[str, str]]:
    """The (field, type) pairs of all errors."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    return [(str(error["loc"][0]), error["type"]) for error in caught.value.errors()]


def of_kind(*kinds: Kind) -> tuple[Column, ...]:
    return tuple(column for column in COLUMNS if column.kind in kinds)


def columns(chosen: tuple[Column, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("column", chosen, ids=named)


def put(column: Column, one: Any) -> Any:
    """The value as the column holds it: alone, or in a list."""
    return (one,) if column.is_list else one


# --- All models ----------------------------------------------------------------------------------------------------


@every_model
def test_every_model_has_a_docstring_and_describes_every_field(model: type[Record]) -> None:
    assert model.__doc__
    for column in columns_of(model):
        assert column.description.rstrip('"').endswith((".", "open.")), column.name


@every_model
def test_a_record_is_frozen(model: type[Record]) -> None:
    record = example_of(model)
    for column in columns_of(model):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(record, column.name, getattr(record, column.name))


@every_model
def test_a_record_can_be_hashed_and_equals_its_like(model: type[Record]) -> None:
    record = example_of(model)
    again = model.model_validate(given_values(record))
    assert again == record
    assert len({again, record}) == 1


@every_model
def test_a_field_that_the_model_does_not_have_is_refused(model: type[Record]) -> None:
    values = given_values(example_of(model))
    assert errors(model, {**values, "colour": "red"}) == [("colour", "extra_forbidden")]


@every_model
def test_a_missing_field_is_told_by_its_name(model: type[Record]) -> None:
    needed = [column.name for column in columns_of(model) if column.required]
    assert errors(model, {}) == [(name, "missing") for name in needed]


@every_model
def test_the_primary_key_names_required_fields_or_such_as_may_be_empty_in_evidence(model: type[Record]) -> None:
    by_name = {column.name: column for column in columns_of(model)}
    optional = [name for name in model.PRIMARY_KEY if not by_name[name].required]
    assert optional == (["value"] if model is Evidence else [])
    assert example_of(model).key == tuple(getattr(example_of(model), name) for name in model.PRIMARY_KEY)


@every_model
def test_json_gives_the_record_back(model: type[Record]) -> None:
    @quickly
    @given(records(model))
    def check(record: Record) -> None:
        assert model.model_validate_json(record.model_dump_json()) == record
        assert model.model_validate(record.model_dump()) == record
        assert model.model_validate(record.model_dump(mode="json")) == record

    check()


# --- Strict values -------------------------------------------------------------------------------------------------


@columns(COLUMNS)
def test_a_valid_value_is_taken(column: Column) -> None:
    @quickly
    @given(filled_values(column))
    def check(value: Any) -> None:
        assert accepts(column, value)
        assert not column.is_list or accepts(column, list(value))

    check()


@columns(COLUMNS)
def test_nothing_stands_only_where_no_value_is_required(column: Column) -> None:
    assert accepts(column, () if column.is_list else None) is not column.required


@columns(of_kind(Kind.INTEGER, Kind.NUMBER))
@pytest.mark.parametrize("value", ["1", "1.5", b"1", True, float("nan"), float("inf")], ids=repr)
def test_a_number_is_neither_text_nor_truth_nor_beyond_counting(column: Column, value: Any) -> None:
    assert accepts(column, 1)
    assert not accepts(column, value)


@columns(of_kind(Kind.INTEGER))
@pytest.mark.parametrize("value", [1.0, 1.5, Decimal(1)], ids=repr)
def test_a_whole_number_is_no_other_number(column: Column, value: Any) -> None:
    assert not accepts(column, value)


@columns(tuple(column for column in COLUMNS if column.minimum is not None or column.maximum is not None))
def test_a_number_keeps_to_its_bounds_inclusive(column: Column) -> None:
    for bound, beyond in ((column.minimum, -1), (column.maximum, 1)):
        if bound is not None:
            assert accepts(column, bound)
            assert not accepts(column, bound + beyond)


@columns(of_kind(Kind.BOOLEAN))
@pytest.mark.parametrize("value", [0, 1, 1.0, "true", "yes", "on", "t", "1"], ids=repr)
def test_truth_is_neither_number_nor_text(column: Column, value: Any) -> None:
    assert accepts(column, True)
    assert not accepts(column, value)


@columns(of_kind(Kind.DAY))
@pytest.mark.parametrize(
    "value",
    ["2020-9-27", "20200927", "2020-09-27T00:00:00", "2021-02-29", "２０２０-09-27", " 2020-09-27", "1601164800", "0",
     0, 1601164800, 1601164800.0, datetime(2020, 9, 27), "2020-W39-7"],
    ids=repr,
)  # fmt: skip
def test_a_day_is_a_date_or_its_iso_form(column: Column, value: Any) -> None:
    assert accepts(column, date(2020, 9, 27))
    assert accepts(column, "2020-09-27")
    assert not accepts(column, value)


@columns(of_kind(Kind.EDTF))
@pytest.mark.parametrize("value", [2020, date(2020, 9, 27), b"2020", "", " 2020", "2020-9", "27.09.2020"], ids=repr)
def test_a_date_is_edtf_text(column: Column, value: Any) -> None:
    assert accepts(column, "2020")
    assert accepts(column, EDTF.parse("2020"))
    assert not accepts(column, value)


class Foreign(StrEnum):
    """Another program's words."""

    WRONG = "no_such_word"


@columns(of_kind(Kind.WORD))
def test_a_word_is_one_of_its_vocabulary_to_the_letter(column: Column) -> None:
    assert column.vocabulary is not None
    word = column.vocabulary.values()[0]
    assert accepts(column, put(column, word))
    for wrong in (word.upper(), f" {word}", f"{word}\n", word[:-1], "", 0, True, Foreign.WRONG, "no_such_word"):
        assert not accepts(column, put(column, wrong)), wrong


@columns(of_kind(Kind.TEXT))
@pytest.mark.parametrize("value", [1, 1.5, True, b"a", ["a"], date(2020, 9, 27)], ids=repr)
def test_a_text_is_nothing_but_text(column: Column, value: Any) -> None:
    assert not accepts(column, put(column, value))


@columns(of_kind(Kind.TEXT))
@pytest.mark.parametrize(
    "spoil",
    ["", "={}", "+{}", "-{}", "@{}", "\t{}", "{}\x00", "\x1b{}", "{}\x7f", "{}\x85", "{}\r", " {}", "{} ", "\n{}",
     "{}\n", "\u00a0{}", "{}\u00a0", "\u2003{}", "{}\u3000", "\u2028{}", "{}\u2029", "\ufeff{}", "{}\ud800"],
    ids=ascii,
)  # fmt: skip
def test_a_text_is_not_empty_nor_run_by_a_spreadsheet_nor_blank_at_its_edges(column: Column, spoil: str) -> None:
    value = getattr(example_of(MODELS[column.table]), column.name) or "actor-a"
    text = value[0] if column.is_list else value
    assert not accepts(column, put(column, spoil.format(text)))


@columns(tuple(column for column in of_kind(Kind.TEXT) if accepts(column, put(column, "a, b"))))
def test_a_free_text_may_hold_signs_inside(column: Column) -> None:
    for text in ("a = b", "a+b-c@d", 'he said "no"', "a,b", "Nagorno‐Karabakh’s 漢字", "𝄞", "“a”", "'a'", "(a)", "1"):
        assert accepts(column, put(column, text)), text
    assert accepts(column, put(column, "a; b")) is not column.is_list


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.name in ("summary", "description", "note")], ids=named)
def test_prose_may_have_several_lines_and_a_line_may_not(column: Column) -> None:
    assert accepts(column, "One.\n\nTwo.")
    assert not accepts(column, "One.\r\nTwo.")
    assert not accepts(next(c for c in COLUMNS if c.name == "name"), "One\nTwo")


# --- Lists ---------------------------------------------------------------------------------------------------------

LISTS = tuple(column for column in COLUMNS if column.is_list)


def two_of(column: Column) -> tuple[Any, Any]:
    if column.vocabulary is not None:
        first, second, *_ = column.vocabulary
        return first, second
    kind = {"sources": "source", "places": "place", "ceasefires": "ceasefire", "incidents": "incident"}
    return tuple(f"{kind.get(column.reference or '', 'actor')}-{slug}" for slug in "ab")  # type: ignore[return-value]


@columns(LISTS)
def test_a_list_is_a_tuple_or_a_list(column: Column) -> None:
    first, second = two_of(column)
    assert accepts(column, (first, second))
    assert accepts(column, [second, first])
    for wrong in ({first}, frozenset({first}), {first: 1}, iter([first]), str(first), f"{first};{second}", None):
        assert not accepts(column, wrong), wrong


@columns(LISTS)
def test_a_list_keeps_its_order_and_takes_no_element_twice(column: Column) -> None:
    first, second = two_of(column)
    record = given_values(example_of(MODELS[column.table]))
    assert not accepts(column, (first, second, first))
    assert not accepts(column, (first, str(first)))
    for order in ((first, second), (second, first)):
        kept = MODELS[column.table].model_construct(**{**record, column.name: order})
        assert getattr(kept, column.name) == order


@columns(tuple(column for column in LISTS if column.kind is Kind.TEXT))
def test_an_element_of_a_list_holds_no_separator(column: Column) -> None:
    first, second = two_of(column)
    for wrong in (f"{first};{second}", f"{first};", ";", f"{first}; {second}"):
        assert not accepts(column, (wrong,)), wrong


# --- Record rules --------------------------------------------------------------------------------------------------

Broken = tuple[dict[str, Any], str]
"""Values that break a rule, and the field at which it is to be told."""


def other_word(model: type[Record], name: str, words: tuple[str, ...]) -> Any:
    column = next(column for column in columns_of(model) if column.name == name)
    assert column.vocabulary is not None
    return next(word for word in column.vocabulary if word not in words)


def some_value(model: type[Record], name: str) -> Any:
    column = next(column for column in columns_of(model) if column.name == name)
    if column.kind is Kind.TEXT and column.is_list:
        return two_of(column)[:1]
    if column.reference:
        return getattr(example_of(model), model.PRIMARY_KEY[0]) + "-other"
    words = column.vocabulary
    return put(column, next(iter(words)) if words else 1 if column.kind is Kind.NUMBER else "word")


def nothing(model: type[Record], name: str) -> Any:
    return () if next(column for column in columns_of(model) if column.name == name).is_list else None


def met(condition: Condition, model: type[Record]) -> dict[str, Any]:
    if isinstance(condition, Is):
        return {condition.field: condition.values[0]}
    assert isinstance(condition, Filled)
    return {condition.field: some_value(model, condition.field)}


@singledispatch
def broken(rule: Rule, model: type[Record]) -> Broken:
    raise NotImplementedError(rule)


@broken.register
def _(rule: Ordered, model: type[Record]) -> Broken:
    is_date = next(c for c in columns_of(model) if c.name == rule.first).kind is Kind.EDTF
    low, high = ("2020", "2021") if is_date else (1, 1) if rule.strict else (1, 2)
    return {rule.first: high, rule.second: low}, rule.first


@broken.register
def _(rule: RequiredWhen, model: type[Record]) -> Broken:
    return {name: nothing(model, name) for name in rule.required} | met(rule.condition, model), rule.required[0]


@broken.register
def _(rule: ValueWhen, model: type[Record]) -> Broken:
    return {rule.field: other_word(model, rule.field, rule.values)} | met(rule.condition, model), rule.field


@broken.register
def _(rule: Together, model: type[Record]) -> Broken:
    first, *rest = rule.names
    return {first: some_value(model, first)} | {name: nothing(model, name) for name in rest}, rest[0]


@broken.register
def _(rule: Distinct, model: type[Record]) -> Broken:
    first, second = (next(c for c in columns_of(model) if c.name == name) for name in rule.names[:2])
    mine = getattr(example_of(model), first.name) or "actor-a"
    one = mine[0] if first.is_list else mine
    return {first.name: put(first, one), second.name: put(second, one)}, second.name


@broken.register
def _(rule: StandsAlone, model: type[Record]) -> Broken:
    return {rule.field: (rule.words[0], other_word(model, rule.field, rule.words))}, rule.field


@broken.register
def _(rule: ContainsWhen, model: type[Record]) -> Broken:
    return {rule.field: (rule.not_these[0],)} | met(rule.condition, model), rule.field


@broken.register
def _(rule: WordLimit, model: type[Record]) -> Broken:
    return {rule.field: " ".join(["word"] * (rule.limit + 1))}, rule.field


@broken.register
def _(rule: MatchesScheme, model: type[Record]) -> Broken:
    return {rule.value: "of no form at all"}, rule.value


RULES = [pytest.param(model, rule, id=f"{model.TABLE}: {rule}") for model in MODELS.values() for rule in model.RULES]


@pytest.mark.parametrize(("model", "rule"), RULES)
def test_a_broken_record_rule_is_told_at_its_field(model: type[Record], rule: Rule) -> None:
    values, field = broken(rule, model)
    assert (field, rule.code) in errors(model, given_values(example_of(model)) | values)


@pytest.mark.parametrize(("model", "rule"), RULES)
def test_a_record_rule_is_told_beside_the_fault_of_a_field_that_it_does_not_need(
    model: type[Record], rule: Rule
) -> None:
    values, field = broken(rule, model)
    found = errors(model, {**given_values(example_of(model)), **values, "colour": "red"})
    assert ("colour", "extra_forbidden") in found
    assert (field, rule.code) in found


@pytest.mark.parametrize(("model", "rule"), RULES)
def test_a_record_rule_waits_where_a_field_that_it_needs_is_unsound(model: type[Record], rule: Rule) -> None:
    values, _ = broken(rule, model)
    for needed in rule.fields:
        found = errors(model, {**given_values(example_of(model)), **values, needed: object()})
        assert [name for name, _ in found].count(needed) == 1  # its own fault alone


def test_the_errors_of_fields_are_in_plain_words_with_the_likely_repair() -> None:
    wrong = {
        "speech_act": "apeal",
        "topics": [],
        "speaker_ids": "actor-a;actor-b",
        "summary": "",
        "sumary": "x",
        "source_ids": ["source-a", "source-a"],
    }
    values = {**given_values(example_of(Statement)), **wrong}
    values.pop("said")
    with pytest.raises(ValidationError) as caught:
        Statement(**values)
    told = {str(e["loc"][0]): e["msg"] for e in caught.value.errors()}
    assert told["speech_act"].startswith("'apeal' is none of assert, ")
    assert told["speech_act"].endswith("; did you mean 'appeal'?")
    assert told["topics"] == "needs at least one value"
    assert told["speaker_ids"] == "expected a list such as ['a', 'b'], not text"
    assert told["summary"].startswith("is empty; leave it out: ")
    assert told["sumary"] == "statements has no column 'sumary'; did you mean 'summary'?"
    assert told["source_ids"] == "source-a stands twice; list it once"
    assert told["said"] == "is needed"


def test_several_broken_rules_are_told_all_at_once_each_at_its_field() -> None:
    wrong = {
        "speech_act": "retract",
        "figure_low": 2,
        "figure_high": 1,
        "incident_ids": ["incident-a"],
        "relayed_by_ids": ["actor-a"],
        "speaker_ids": ["actor-a"],
        "quote": " ".join(["word"] * 26),
        "said": "2020-10-10",
        "said_latest": "2020-10-11",
    }
    assert sorted(errors(Statement, given_values(example_of(Statement)) | wrong)) == [
        ("figure_low", "ordered"),
        ("figure_of", "required_when"),
        ("figure_of", "required_when"),
        ("quote", "word_limit"),
        ("relayed_by_ids", "distinct"),
        ("responds_to_id", "required_when"),
        ("said_latest", "derived_differs"),
        ("stance", "together"),
    ]


def test_an_error_of_a_rule_carries_the_value_and_a_sentence() -> None:
    with pytest.raises(ValidationError) as caught:
        Incident.model_validate(given_values(example_of(Incident)) | {"deaths_low": 9, "deaths_high": 2})
    (error,) = caught.value.errors()
    assert (error["input"], error["msg"]) == (
        9,
        "`deaths_low` (9) is greater than `deaths_high` (2); swap or correct them",
    )


@pytest.mark.parametrize(("count", "taken"), [(25, True), (26, False)])
def test_a_quote_has_at_most_25_words(count: int, taken: bool) -> None:
    values = given_values(example_of(Statement)) | {"quote": "  ".join(["word"] * count)}
    if taken:
        assert Statement.model_validate(values).attribution is Attribution.DIRECT_QUOTE
    else:
        assert errors(Statement, values) == [("quote", "word_limit")]


# --- Derived row fields --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Derived:
    """A derived row field, values from which it follows, and a value that does not follow."""

    model: type[Record]
    name: str
    values: dict[str, Any]
    expected: Any
    wrong: Any


def derived() -> list[Derived]:
    found = []
    for column in COLUMNS:
        if column.origin is Origin.DERIVED_ROW and column.kind is Kind.DAY:
            stem, _, end = column.name.rpartition("_")
            expected = date(2020, 2, 1) if end == "earliest" else date(2020, 2, 29)
            found.append(Derived(MODELS[column.table], column.name, {stem: "2020-02?"}, expected, date(2020, 2, 2)))
    direct, indirect = Attribution.DIRECT_QUOTE, Attribution.INDIRECT_SPEECH
    found.append(Derived(Statement, "attribution", {"quote": "We agree"}, direct, indirect))
    found.append(Derived(Statement, "attribution", {"quote": None}, indirect, direct))
    return found


every_derived = pytest.mark.parametrize("case", derived(), ids=lambda case: f"{case.model.TABLE}.{case.name}")


def test_no_derived_row_field_is_left_out_here() -> None:
    named_here = {(case.model.TABLE, case.name) for case in derived()}
    assert named_here == {(c.table, c.name) for c in COLUMNS if c.origin is Origin.DERIVED_ROW}


@every_derived
def test_a_derived_field_is_filled_when_left_out_and_taken_when_right(case: Derived) -> None:
    values = given_values(example_of(case.model)) | case.values
    assert getattr(case.model.model_validate(values), case.name) == case.expected
    assert getattr(case.model.model_validate({**values, case.name: case.expected}), case.name) == case.expected


@every_derived
def test_a_derived_field_is_refused_when_wrong(case: Derived) -> None:
    values = given_values(example_of(case.model)) | case.values
    assert errors(case.model, {**values, case.name: case.wrong}) == [(case.name, "derived_differs")]


@every_derived
def test_a_derived_field_is_refused_where_nothing_follows(case: Derived) -> None:
    if case.wrong is not Attribution.INDIRECT_SPEECH and case.name != "attribution":
        stem, _, end = case.name.rpartition("_")
        open_end = {"earliest": "../2020", "latest": "2020/.."}[end]
        values = given_values(example_of(case.model)) | {stem: open_end}
        assert getattr(case.model.model_validate(values), case.name) is None
        assert errors(case.model, {**values, case.name: case.wrong}) == [(case.name, "derived_differs")]


@every_model
def test_every_bound_is_that_of_its_date(model: type[Record]) -> None:
    @quickly
    @given(records(model))
    def check(record: Record) -> None:
        for column in columns_of(model):
            if column.kind is Kind.EDTF:
                when = getattr(record, column.name)
                bounds = tuple(getattr(record, f"{column.name}_{end}") for end in ("earliest", "latest"))
                assert bounds == ((when.earliest, when.latest) if when else (None, None))

    check()


# --- Single models -------------------------------------------------------------------------------------------------


def test_a_crowd_a_medium_or_a_format_is_on_no_side() -> None:
    values = given_values(example_of(Actor))
    for actor_type in ("population_group", "media_organization", "mediation_format", "collective"):
        assert errors(Actor, {**values, "actor_type": actor_type, "side": "armenian"}) == [("side", "value_when")]
    assert Actor.model_validate({**values, "actor_type": "unattributed", "side": "armenian"}).side == "armenian"


def test_a_ceasefire_with_a_mechanism_names_one() -> None:
    values = given_values(example_of(Ceasefire)) | {"ceasefire_type": "ceasefire_with_mechanism"}
    for mechanisms in (["none"], ["unspecified"]):
        assert errors(Ceasefire, {**values, "mechanisms": mechanisms}) == [("mechanisms", "contains_when")]
    assert Ceasefire.model_validate({**values, "mechanisms": ["hotline"]})


def test_a_place_with_a_point_has_a_radius_above_zero() -> None:
    values = given_values(example_of(Place)) | {"latitude": 39.8, "longitude": 46.75}
    assert errors(Place, {**values, "radius_km": None}) == [("radius_km", "together")]
    assert errors(Place, {**values, "radius_km": 0.0}) == [("radius_km", "greater_than_equal")]


@given(st.sampled_from(["a/b.txt", "../a.txt", "C:\\a.txt", ".a", "a.", "a b.txt", "-a.txt", "a\x00.txt", "é.txt"]))
def test_a_document_is_a_bare_file_name(name: str) -> None:
    assert errors(Source, given_values(example_of(Source)) | {"document": name})[0][0] == "document"


@given(st.sampled_from(["javascript:alert(1)", "http:/a", "https://", "ftp://a", "https://a b", "https://é", "//a"]))
def test_an_address_is_http_in_plain_characters(url: str) -> None:
    assert errors(Source, given_values(example_of(Source)) | {"url": url})[0][0] == "url"


def test_a_misspelt_column_is_one_error_and_not_a_missing_one_too() -> None:
    values = given_values(example_of(Statement))
    values["speech_akt"] = values.pop("speech_act")
    with pytest.raises(ValidationError) as caught:
        Statement(**values)
    assert [e["msg"] for e in caught.value.errors()] == [
        "statements has no column 'speech_akt'; did you mean 'speech_act'?"
    ]


# --- What fields mean ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.TABLE)
def test_a_json_schema_describes_the_fields_as_the_columns_do(model: type[Record]) -> None:
    properties = model.model_json_schema()["properties"]
    for column in columns_of(model):
        assert properties[column.name].get("description", column.description) == column.description
        assert "description" in properties[column.name] or column.name.endswith(("_earliest", "_latest"))


def test_a_field_that_is_inherited_is_described_where_it_was_made() -> None:
    class Plainer(Source):
        title: str
        """Another title."""

    assert attribute_docs(Plainer) == attribute_docs(Source) | {"title": "Another title."}


def test_a_class_without_source_says_nothing() -> None:
    assert attribute_docs(type("Made", (BaseModel,), {})) == {}
