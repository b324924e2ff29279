"""What `karabakh_data.validation.rows` promises: a row is judged as its model judges it; each broken record rule is one
finding at the field to mend, and none where a cell that it needs is at fault already.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from slips import kinds_of, messy_cells, place_of, plain_value, row_of
from strategies import COLUMNS, named, reads, records

from karabakh_data.columns import CellError, Column, Kind, columns_of
from karabakh_data.edtf import EDTF
from karabakh_data.models import Record
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
)
from karabakh_data.tables import MODELS
from karabakh_data.validation.codes.records import BY_RULE
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.raw import Notation, Raw, RawRow
from karabakh_data.validation.rows import Judged, judge_row

Cells = dict[str, str]

BY_NAME = {named(column): column for column in COLUMNS}
PLAIN = {
    "actors.actor_type": "state",
    "crosswalk.subject_id": "speech_act:accuse",
    "crosswalk.predicate_id": "skos:closeMatch",
    "crosswalk.object_id": "cameo:112",
    "crosswalk.object_source": "scheme:cameo",
    "crosswalk.mapping_justification": "semapv:ManualMappingCuration",
    "evidence.start": "1",
    "evidence.end": "2",
    "identifiers.scheme": "gw",
    "identifiers.value": "373",
}
"""Cells of plain records where it matters which."""


def plain_cell(column: Column) -> str:
    """A valid cell of which no record rule has anything to say; ids of two columns differ."""
    if named(column) in PLAIN:
        return PLAIN[named(column)]
    if column.vocabulary is not None:
        words = column.vocabulary.values()
        return "unspecified" if "unspecified" in words else words[0]
    if kinds_of(column):
        return f"{kinds_of(column)[0]}-{column.name.replace('_', '-')}"
    return column._write_one(plain_value(column))


def plain_row(model: type[Record]) -> Cells:
    """The cells of a plain valid record, with what is needed and nothing else."""
    return {column.name: plain_cell(column) for column in columns_of(model) if column.required}


def judged(table: str, cells: Cells, **more: Any) -> tuple[Judged, list[Finding]]:
    return judge_row(row_of(table, cells, **more))


def told(table: str, cells: Cells) -> list[tuple[str, str | None]]:
    """The findings on a row, as (code, field)."""
    return [(finding.code, finding.field) for finding in judged(table, cells)[1]]


@pytest.mark.parametrize("model", MODELS.values(), ids=named)
def test_a_plain_row_is_a_record_and_no_finding(model: type[Record]) -> None:
    row, found = judged(model.TABLE, plain_row(model))
    assert found == []
    assert row.errors == 0
    assert row.record is not None
    assert row.key == row.record.key


# ---- Each record rule ----


def holding(model: type[Record], condition: Is | Filled) -> Cells:
    """Cells with which a condition holds."""
    if isinstance(condition, Is):
        return {condition.field: str(condition.values[0])}
    return {condition.field: plain_cell(BY_NAME[f"{model.TABLE}.{condition.field}"])}


def breaking(model: type[Record], rule: Rule) -> list[tuple[Cells, str]]:
    """Cells that break a rule, with the field at which it is told."""
    columns = {column.name: column for column in columns_of(model)}
    if isinstance(rule, Ordered):
        wrong = ("2021", "2020") if columns[rule.first].kind is Kind.EDTF else ("3", "3" if rule.strict else "2")
        return [({rule.first: wrong[0], rule.second: wrong[1]}, rule.first)]
    if isinstance(rule, RequiredWhen):
        return [(dict.fromkeys(rule.required, "") | holding(model, rule.condition), rule.required[0])]
    if isinstance(rule, ValueWhen):
        words = columns[rule.field].vocabulary
        assert words is not None
        wrong_word = next(word for word in words.values() if word not in rule.values)
        return [({rule.field: wrong_word, **holding(model, rule.condition)}, rule.field)]
    if isinstance(rule, Together):
        return [({name: plain_cell(columns[name])}, _next(rule.names, name)) for name in rule.names]
    if isinstance(rule, Distinct):
        shared = plain_cell(columns[rule.names[0]])
        return [({rule.names[0]: shared, name: shared}, name) for name in rule.names[1:]]
    if isinstance(rule, StandsAlone):
        return [({rule.field: f"other;{word}"}, rule.field) for word in rule.words]
    if isinstance(rule, ContainsWhen):
        return [({rule.field: word, **holding(model, rule.condition)}, rule.field) for word in rule.not_these]
    if isinstance(rule, WordLimit):
        return [({rule.field: " ".join(["word"] * (rule.limit + 1))}, rule.field)]
    assert isinstance(rule, MatchesScheme)
    return [({rule.scheme: "wikidata", rule.value: "q7"}, rule.value)]


def _next(names: tuple[str, ...], given: str) -> str:
    """The first of the names that is not given."""
    return next(name for name in names if name != given)


def with_all_else_kept(model: type[Record], rule: Rule, cells: Cells) -> Cells:
    """A row in which only this rule is broken: what other rules miss is filled in."""
    row = plain_row(model) | cells
    for _ in model.RULES:
        values = {c.name: c.read(row[c.name]) for c in columns_of(model) if row.get(c.name)}
        for other in model.RULES:
            for fault in other.faults(values):
                if other is not rule and fault.field not in cells:
                    row[fault.field] = plain_cell(BY_NAME[f"{model.TABLE}.{fault.field}"])
    return row


BROKEN = [
    pytest.param(model, rule, with_all_else_kept(model, rule, cells), field, id=f"{model.TABLE}: {rule}, {field}")
    for model in MODELS.values()
    for rule in model.RULES
    for cells, field in breaking(model, rule)
]
each_broken_rule = pytest.mark.parametrize(("model", "rule", "cells", "field"), BROKEN)


@each_broken_rule
def test_a_broken_rule_is_one_finding_at_the_field_to_mend(
    model: type[Record], rule: Rule, cells: Cells, field: str
) -> None:
    row, (finding,) = judged(model.TABLE, cells)
    assert (finding.code, finding.field) == (BY_RULE[rule.code].number, field)
    assert (finding.line, finding.column) == place_of(row.raw, field)
    assert finding.record_id is not None
    assert finding.record_id == row.name
    assert finding.table == model.TABLE
    assert row.record is None
    assert row.errors == 1


@each_broken_rule
def test_a_rule_is_silent_where_a_cell_that_it_needs_is_at_fault(
    model: type[Record], rule: Rule, cells: Cells, field: str
) -> None:
    for name in rule.fields:
        good = cells.get(name) or plain_cell(BY_NAME[f"{model.TABLE}.{name}"])
        assert told(model.TABLE, cells | {name: f"{good}\x07"}) == [("KD104", name)]


@each_broken_rule
def test_a_rule_is_told_beside_a_fault_of_a_cell_that_it_does_not_need(
    model: type[Record], rule: Rule, cells: Cells, field: str
) -> None:
    needed = {name for other in model.RULES for name in other.fields} | set(rule.fields)
    other = next((name for name in cells if name not in needed), None)
    if other is not None:
        found = told(model.TABLE, cells | {other: f"{cells[other]}\x07"})
        assert sorted(found) == sorted([("KD104", other), (BY_RULE[rule.code].number, field)])


def test_every_kind_of_rule_is_broken_by_a_case() -> None:
    assert {BY_RULE[case.values[1].code].number for case in BROKEN} == {  # type: ignore[union-attr]
        made.number for made in BY_RULE.values() if made.function.__name__ != "derived_differs"
    }


# ---- One fault, one finding ----


@pytest.mark.parametrize(
    ("table", "cells", "expected"),
    [
        ("ceasefires", {"declared": "2020-10", "effective": "2020-11", "ended": "2019"}, [("KD401", "ended")]),
        ("ceasefires", {"declared": "2021", "effective": "2020-10", "ended": "2020-11"}, [("KD401", "declared")]),
        ("ceasefires", {"declared": "2020-10", "effective": "2021", "ended": "2020-11"}, [("KD401", "effective")]),
        (
            "ceasefires",
            {"declared": "2020-12", "effective": "2020-11", "ended": "2020-10"},
            [("KD401", "declared"), ("KD401", "effective")],
        ),
        (
            "statements",
            {"speech_act": "report_figures", "figure_low": "2", "figure_high": "3", "figure_words": "a few"},
            [("KD402", "figure_of")],
        ),
        ("evidence", {"basis": "inferred", "stance": "contradicts", "value": "x"}, [("KD402", "note")]),
        (
            "evidence",
            {"basis": "inferred", "stance": "contradicts", "start": "9"},
            [("KD401", "start"), ("KD402", "note"), ("KD402", "value")],
        ),
        ("ceasefires", {"mechanisms": "none;unspecified;other"}, [("KD406", "mechanisms")]),
        ("places", {"latitude": "40", "name": "=x"}, [("KD211", "name"), ("KD404", "longitude")]),
        ("places", {"latitude": "40", "longitude": "400"}, [("KD209", "longitude")]),
    ],
)
def test_one_fault_is_one_finding_and_two_are_two(table: str, cells: Cells, expected: list[tuple[str, str]]) -> None:
    assert sorted(told(table, plain_row(MODELS[table]) | cells)) == sorted(expected)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"date_earliest": "2020-09-27", "date_latest": "2020-09-27"}, []),
        ({"date_latest": "2020-09-28"}, [("KD410", "date_latest")]),
        ({"date": "2020-09-27/..", "date_latest": "2020-09-28"}, [("KD410", "date_latest")]),
        ({"date": "27.9.2020", "date_latest": "2020-09-28"}, [("KD205", "date")]),
        ({"date_latest": "2020-9-28"}, [("KD208", "date_latest")]),
    ],
)
def test_a_derived_value_is_compared_where_what_it_follows_from_is_sound(
    cells: Cells, expected: list[tuple[str, str]]
) -> None:
    assert told("incidents", plain_row(MODELS["incidents"]) | cells) == expected


def test_attribution_follows_from_the_quote() -> None:
    row = plain_row(MODELS["statements"])
    assert told("statements", row | {"attribution": "direct_quote"}) == [("KD410", "attribution")]
    assert told("statements", row | {"attribution": "direct_quote", "quote": "Stop."}) == []
    assert told("statements", row | {"attribution": "direct_quote", "quote": "=x"}) == [("KD211", "quote")]


# ---- Places ----


def test_an_id_in_two_columns_is_told_at_its_second_place() -> None:
    cells = {"speaker_ids": "actor-a;actor-b", "addressee_ids": "actor-long-name;actor-b"}
    row = row_of("statements", plain_row(MODELS["statements"]) | cells)
    _, (finding,) = judge_row(row)
    assert (finding.field, finding.value) == ("addressee_ids", "actor-b")
    places = judge_row(row)[0].part("addressee_ids", "actor-b")
    assert places == (row.cells["addressee_ids"], (16, 7))


def test_an_element_in_brackets_is_told_at_its_own_place() -> None:
    cells: dict[str, Any] = {
        column.name: [plain_cell(column)] if column.is_list else plain_cell(column)
        for column in columns_of(MODELS["statements"])
        if column.required
    }
    cells |= {"speaker_ids": ["actor-a"], "addressee_ids": ["actor-c", "actor-a"]}
    row = row_of("statements", cells, Notation.JSON)
    _, (finding,) = judge_row(row)
    assert (finding.code, finding.column) == ("KD405", row.cells["addressee_ids"].value[1].column)


def test_the_first_of_equal_elements_is_found_quickly_in_a_long_list() -> None:
    many = 100_000
    text = ";".join(f"actor-{number}" for number in range(many)) + ";actor-1"
    row, _ = judged("incidents", plain_row(MODELS["incidents"]) | {"participant_ids": text})
    assert row.part("participant_ids", "actor-1") == (row.raw.cells["participant_ids"], (8, 7))
    for number in range(many):
        _, place = row.part("participant_ids", f"actor-{number}")
        assert place is not None
    assert row.part("participant_ids", "actor-x") == (row.raw.cells["participant_ids"], None)


def test_a_missing_value_is_told_at_its_cell_or_at_the_row_that_has_none() -> None:
    cells = plain_row(MODELS["incidents"])
    del cells["name"]
    row, found = judged("incidents", cells | {"summary": ""})
    assert [(finding.code, finding.field) for finding in found] == [("KD201", "name"), ("KD201", "summary")]
    assert (found[0].line, found[0].column) == (row.raw.line, row.raw.column)
    assert (found[1].line, found[1].column) == place_of(row.raw, "summary")
    assert found[0].value is None


# ---- Whose finding it is ----


def test_a_finding_names_its_record_unless_the_key_itself_is_at_fault() -> None:
    cells = plain_row(MODELS["incidents"])
    _, (finding,) = judged("incidents", cells | {"summary": "=x"})
    assert finding.record_id == cells["incident_id"]
    _, found = judged("incidents", cells | {"summary": "=x", "incident_id": "Incident X"})
    assert [finding.record_id for finding in found] == [None, None]


def test_a_key_of_several_columns_names_the_record_as_a_whole() -> None:
    cells = plain_row(MODELS["evidence"]) | {"value": "N/A", "sha256": "x"}
    _, found = judged("evidence", cells)
    names = {finding.record_id for finding in found}
    assert names == {" ".join([cells["record_id"], cells["field"], "N/A", cells["source_id"], "1", "2"])}
    assert [finding.code for finding in found] == ["KD219", "KD213"]


def test_a_key_without_an_optional_part_is_still_a_key() -> None:
    row, _ = judged("evidence", plain_row(MODELS["evidence"]) | {"basis": "zzz"})
    assert row.key is not None
    assert row.key[2] is None


# ---- What is told already ----


def test_a_column_that_is_told_already_is_not_told_again() -> None:
    cells = plain_row(MODELS["ceasefires"]) | {"declared": "2021", "ended": "2020"}
    del cells["name"]
    row, found = judged("ceasefires", cells, told={"name", "ended"})
    assert found == []
    assert row.record is None
    assert row.errors


def test_of_a_broken_row_only_the_key_counts() -> None:
    row, found = judged("incidents", {"incident_id": "incident-x", "date": "May"}, broken=True)
    assert found == []
    assert (row.key, row.record) == (("incident-x",), None)
    assert row.errors
    row, found = judged("incidents", {"incident_id": "Incident X"}, broken=True)
    assert (row.key, found) == (None, [])
    row, found = judged("incidents", {}, broken=True)
    assert (row.key, found) == (None, [])


def test_a_warning_does_not_keep_a_row_from_being_a_record() -> None:
    row, (finding,) = judged("incidents", plain_row(MODELS["incidents"]) | {"summary": "Fire\u00a0near"})
    assert (finding.code, row.errors) == ("KD216", 0)
    assert row.record is not None
    assert row.record.summary == "Fire\u00a0near"  # type: ignore[attr-defined]


# ---- The same verdict as the models ----


def by_model(model: type[Record], cells: Cells) -> tuple[set[str], bool]:
    """The fields whose cells the columns or the model refuse, and whether the model takes the record."""
    columns = columns_of(model)
    faulty = {column.name for column in columns if not reads(column, cells[column.name])}
    try:
        model.model_validate({column.name: column.read(cells[column.name]) for column in columns})
    except (CellError, ValidationError):
        return faulty, False
    return faulty, True


@pytest.mark.parametrize("model", MODELS.values(), ids=named)
def test_a_row_is_a_record_exactly_where_columns_and_model_make_it_one(model: type[Record]) -> None:
    columns = columns_of(model)
    changes = st.one_of([st.tuples(st.just(column.name), messy_cells(column)) for column in columns])

    @settings(max_examples=40, deadline=None)
    @given(records(model), st.lists(changes, max_size=3))
    def check(record: Record, changed: list[tuple[str, str]]) -> None:
        cells = {column.name: column.write(getattr(record, column.name)) for column in columns} | dict(changed)
        faulty, taken = by_model(model, cells)
        row, found = judged(model.TABLE, cells)
        errors = [finding for finding in found if finding.severity == "error"]
        assert {finding.field for finding in errors if not finding.code.startswith("KD4")} == faulty
        assert row.unsound == faulty
        assert (row.record is not None) is taken is (not errors)
        assert row.errors == len(errors)
        for finding in found:
            assert (finding.line, finding.column) == place_of(row.raw, finding.field)

    check()


# ---- Size ----


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("statements", {"quote": "word " * 200_000 + "word"}),
        ("statements", {"speaker_ids": "actor-" + "x" * 10**6, "addressee_ids": "actor-" + "x" * 10**6}),
        ("ceasefires", {"declared": "[" + "2021," * 10_000 + "2022]", "ended": "2020"}),
        ("ceasefires", {"declared": "[" + ",".join(map(str, range(2001, 9000))) + "]", "ended": "2000"}),
        ("identifiers", {"value": "x" * 10**6}),
        ("identifiers", {"value": "é̱" * 10**5}),
        ("incidents", {"incident_id": "incident-" + "x" * 10**6, "summary": "=x"}),
        ("incidents", {"deaths_low": "9" * 4_000, "deaths_high": "1"}),
    ],
)
def test_findings_stay_short_whatever_the_size_of_the_record(table: str, cells: Cells) -> None:
    _, found = judged(table, plain_row(MODELS[table]) | cells)
    assert len(found) == 1
    for finding in found:
        assert len(finding.message) <= 600
        assert finding.message.isprintable()
        assert len(finding.record_id or "") <= 600
        assert len(finding.value or "") <= 600


def test_values_of_a_record_stay_what_they_are() -> None:
    row, _ = judged("incidents", plain_row(MODELS["incidents"]) | {"deaths_low": "0", "background": "false"})
    assert row.values["deaths_low"] == 0
    assert row.values["background"] is False
    assert row.values["date"] == EDTF("2020-09-27")
    assert "deaths_high" not in row.values


def test_a_list_of_raws_in_a_native_row_keeps_their_values() -> None:
    row = row_of("incidents", plain_row(MODELS["incidents"]) | {"place_ids": ["place-a", "place-b"]}, Notation.NATIVE)
    assert isinstance(row.cells["place_ids"].value[0], Raw)
    assert isinstance(row, RawRow)
    assert judge_row(row)[0].elements["place_ids"] == ("place-a", "place-b")
