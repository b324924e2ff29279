"""What `karabakh_data.validation.cells` promises: a cell is judged as the models judge it, each fault is told once and
in words that a contributor can act on, and what is suggested is right.
"""

from __future__ import annotations

import datetime
import gc
import json
import weakref
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slips import ANY, Slip, as_raw, has_lines, in_json, in_sheets, in_text, is_free, kinds_of, messy_cells
from strategies import COLUMNS, LAX_CELLS, named, reads

from karabakh_data.columns import SEPARATOR, Column, Kind, columns_of
from karabakh_data.tables import KEPT_TABLES, MODELS
from karabakh_data.validation.cells import ELEMENTS, Cell, Fault, judge_cell, judges_of
from karabakh_data.validation.raw import SHOWN, Notation, Raw

TEXT, SHEET, YAML, JSON, NATIVE = Notation

HARMLESS = {"KD216", "KD217", "KD219"}
"""Warnings of free text, which may stand in any that is accepted."""

every_table = pytest.mark.parametrize("table", MODELS)
every_column = pytest.mark.parametrize("column", COLUMNS, ids=named)
every_column_that_is_contributed = pytest.mark.parametrize(
    "column", [column for column in COLUMNS if column.table not in KEPT_TABLES], ids=named
)


def column_of(name: str) -> Column:
    table, _, field = name.partition(".")
    return next(column for column in columns_of(MODELS[table]) if column.name == field)


def judged(column: Column, value: Any, notation: Notation = TEXT) -> Cell:
    return judge_cell(judges_of(column.table)[column.name], as_raw(value, 3, 5), notation)


def told(name: str, value: Any, notation: Notation = TEXT) -> list[tuple[str, str | None]]:
    """The faults of a value, as (code, suggestion)."""
    return [(fault.code.number, fault.said.suggestion) for fault in judged(column_of(name), value, notation).faults]


def message(name: str, value: Any, notation: Notation = TEXT) -> str:
    (fault,) = judged(column_of(name), value, notation).faults
    return fault.said.message


def for_cells_of(table: str, count: int, check: Callable[[Column, str], None]) -> None:
    """Check some columns of the table with messy cells."""
    cells = [st.tuples(st.just(column), messy_cells(column)) for column in columns_of(MODELS[table])]

    @settings(max_examples=count, deadline=None)
    @given(st.one_of(cells))
    def judge(drawn: tuple[Column, str]) -> None:
        check(*drawn)

    judge()


def is_told(slip: Slip, cell: Cell) -> bool:
    """Whether a cell has just the fault of a slip."""
    found = [(fault.code.number, fault.said.suggestion) for fault in cell.faults]
    return found == [(slip.code, found[0][1] if slip.suggestion is ANY else slip.suggestion)]


# ---- Every slip is one fault, with its code and the likely repair ----


@every_column_that_is_contributed
def test_a_slip_in_a_cell_of_text_is_one_fault(column: Column) -> None:
    for notation in (TEXT, SHEET, NATIVE):
        assert [slip for slip in in_text(column) if not is_told(slip, judged(column, slip.typed, notation))] == []


@every_column_that_is_contributed
def test_a_slip_in_a_json_value_is_one_fault(column: Column) -> None:
    assert [slip for slip in in_json(column) if not is_told(slip, judged(column, slip.typed, JSON))] == []


@every_column_that_is_contributed
def test_a_slip_in_a_typed_cell_of_a_workbook_is_one_fault(column: Column) -> None:
    assert [slip for slip in in_sheets(column) if not is_told(slip, judged(column, slip.typed, SHEET))] == []


@every_column_that_is_contributed
def test_a_slip_in_a_yaml_scalar_is_one_fault(column: Column) -> None:
    slips = [slip for slip in in_text(column) if SEPARATOR not in slip.typed and slip.code != "KD218"]
    assert [slip for slip in slips if not is_told(slip, judged(column, slip.typed, YAML))] == []


# ---- The same verdict as the models ----


@every_table
def test_a_text_is_sound_exactly_where_column_and_model_accept_it(table: str) -> None:
    def check(column: Column, text: str) -> None:
        cell = judged(column, text)
        assert cell.sound is reads(column, text)
        assert not cell.sound or cell.value == column.read(text)
        assert cell.sound is ({fault.code.number for fault in cell.faults} <= HARMLESS)
        for fault in cell.faults:
            assert_readable(fault)

    for_cells_of(table, 80, check)


@every_column
def test_forms_that_lax_readers_take_are_judged_as_the_models_do(column: Column) -> None:
    for text in LAX_CELLS[column.kind]:
        assert judged(column, text).sound is reads(column, text), text


@every_column
def test_an_optional_cell_may_be_empty_in_every_notation(column: Column) -> None:
    nothing: list[Any] = [None, "", float("nan"), Decimal("NaN"), *([[]] if column.is_list else [])]
    for value in nothing:
        for notation in Notation:
            cell = judged(column, value, notation)
            assert cell.sound is not column.required
            assert [fault.code.number for fault in cell.faults] == (["KD201"] if column.required else [])
            assert cell.sound is False or cell.value == (() if column.is_list else None)


# ---- What is suggested is right ----


def with_suggestion(cell: str, fault: Fault) -> str:
    """The cell with the suggestion in place of what is at fault."""
    assert fault.said.suggestion is not None
    if fault.text is None or fault.text == cell:
        return fault.said.suggestion
    assert fault.underline is not None
    elements = cell.split(SEPARATOR)
    place = cell.count(SEPARATOR, 0, fault.underline[0])
    assert elements[place] == fault.text
    return SEPARATOR.join([*elements[:place], fault.said.suggestion, *elements[place + 1 :]])


@every_table
def test_a_suggestion_makes_its_fault_go_away(table: str) -> None:
    def check(column: Column, text: str) -> None:
        faults = judged(column, text).faults
        for fault in faults:
            if fault.said.suggestion is not None:
                after = [one.code.number for one in judged(column, with_suggestion(text, fault)).faults]
                left = len(faults) - 1 if fault.text is not None else 0
                # of two spellings of one value the second is now seen to be the same
                assert len([code for code in after if code not in {*HARMLESS, "KD214"}]) <= left
                assert fault.code.number not in HARMLESS or fault.code.number not in after

    for_cells_of(table, 80, check)


@every_column
def test_a_suggestion_for_a_json_value_is_accepted_as_it_is(column: Column) -> None:
    for slip in in_json(column):
        (fault,) = judged(column, slip.typed, JSON).faults
        if fault.said.suggestion is not None:
            typed = column.is_list and fault.text is None
            typed = typed or column.kind in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)
            value = json.loads(fault.said.suggestion) if typed else fault.said.suggestion
            if column.is_list and fault.text is not None:
                value = [value]
            assert judged(column, value, JSON).faults == [], slip


def test_a_suggestion_is_never_longer_than_the_value_that_a_finding_shows() -> None:
    assert told("incidents.summary", " " + "a" * SHOWN) == [("KD202", "a" * SHOWN)]
    assert told("incidents.summary", " " + "a" * (SHOWN + 1)) == [("KD202", None)]


# ---- What people type in practice ----


@pytest.mark.parametrize(
    ("name", "typed", "code", "suggestion"),
    [
        ("statements.figure_low", "2,000", "KD206", "2000"),
        ("statements.figure_low", "1.234,5", "KD206", "1234.5"),
        ("statements.figure_low", "about 20", "KD206", None),
        ("statements.figure_low", "20-30", "KD206", None),
        ("incidents.deaths_low", "2.000", "KD206", None),
        ("incidents.deaths_low", "1.0", "KD206", "1"),
        ("incidents.deaths_low", "-99", "KD209", None),
        ("places.latitude", "39°49′03″N", "KD206", "39.8175"),
        ("places.longitude", "46.75 E", "KD206", "46.75"),
        ("places.longitude", "46°45′S", "KD206", None),
        ("places.longitude", "W 46,5", "KD206", "-46.5"),
        ("places.latitude", "91", "KD209", None),
        ("actors.actor_id", "İlham Əliyev", "KD210", "actor-ilham-aliyev"),
        ("actors.actor_id", "Nikol Pashinyan's office", "KD210", "actor-nikol-pashinyans-office"),
        ("actors.actor_id", "Пашинян", "KD210", None),
        ("incidents.incident_type", "Armed clash", "KD204", "armed_clash"),
        ("incidents.incident_type", "armed_clash;shelling", "KD156", None),
        ("incidents.incident_type", "?", "KD204", "unspecified"),
        ("identifiers.scheme", "ISO3166 1 Alpha3", "KD204", "iso3166-1-alpha3"),
        ("incidents.date", "'2020-10", "KD203", "2020-10"),
        ("incidents.date", '="2020-10"', "KD203", "2020-10"),
        ("incidents.place_ids", "place-a and place-b", "KD218", "place-a;place-b"),
        ("incidents.place_ids", "place-a place-b", "KD218", "place-a;place-b"),
        ("incidents.place_ids", 'c("place-a", "place-b")', "KD218", "place-a;place-b"),
        ("statements.topics", "ceasefire / casualties", "KD218", "ceasefire;casualties"),
        ("statements.occasion_id", "occasion-a;occasion-b", "KD156", None),
        ("statements.quote", "“Stop firing.”", "KD217", "Stop firing."),
        ("statements.quote", "“‘Stop firing.’”", "KD217", "Stop firing."),
        ("statements.quote", "“The word ‘stop’ is clear”", "KD217", "The word ‘stop’ is clear"),
        ("statements.quote", "'Don't stop'", "KD217", "Don't stop"),
        ("statements.quote", "N/A", "KD219", None),
        ("statements.figure_words", "TBD", "KD219", None),
        ("incidents.summary", "Fire near\u00a0the town", "KD216", "Fire near the town"),
        ("incidents.summary", "Fire\u200b", "KD216", "Fire"),
        ("incidents.summary", "“Fire” near the town ", "KD202", "“Fire” near the town"),
        ("incidents.name", "Fire\nnear the town", "KD212", "Fire near the town"),
        ("sources.url", "HTTPS://Example.org/A", "KD213", "https://Example.org/A"),
        ("sources.language", "en_US", "KD213", "en-us"),
    ],
)
def test_what_people_type(name: str, typed: str, code: str, suggestion: str | None) -> None:
    assert told(name, typed) == [(code, suggestion)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("actors.aliases", "Aliyev, I.;“Ilham”;Ali/yev"),
        ("actors.name", "Nagorno–Karabakh\u00a0army"),
        ("statements.quote", "“Stop” and “fire”"),
        ("statements.quote", "‘Stop,’ he said, ‘now’"),
        ("statements.quote", "'Stop' is 'stop'"),
        ("statements.figure_words", "unknown"),
        ("vocabularies.value", "none"),
        ("incidents.summary", "Fire near the town.\nIt is denied; nobody answers."),
        ("sources.title", "“Stop”"),
        ("places.latitude", "-0.5"),
        ("evidence.start", "0"),
    ],
)
def test_what_is_accepted_without_a_word(name: str, typed: str) -> None:
    assert told(name, typed) == []


@pytest.mark.parametrize("typed", ["N/A", "-", "null", "None", "?", "unknown", "TBD"])
def test_a_word_for_no_value_is_answered_with_how_to_give_none(typed: str) -> None:
    assert message("incidents.deaths_low", typed).endswith("leave it empty where there is no value")
    assert message("ceasefires.declared", typed).endswith("leave it empty where there is no value")
    assert "[..2020-11-08]" in message("incidents.date", typed), "a needed date may be vague"
    assert told("incidents.incident_type", typed) == [("KD204", "unspecified")]


def test_a_day_number_of_a_spreadsheet_is_explained() -> None:
    assert "the day 2020-09-27" in message("incidents.date", "44101")
    assert told("incidents.date_latest", "44101") == [("KD208", "2020-09-27")]


def test_hidden_signs_are_named() -> None:
    assert "no-break space (U+00A0)" in message("incidents.date", "\u00a02020")
    assert "en dash (U+2013)" in message("incidents.date", "2020–10–01")
    assert "zero width space (U+200B)" in message("incidents.summary", "Fi\u200bre")


def test_a_long_vocabulary_is_not_listed_but_the_nearest_words_are() -> None:
    assert "mediated, unmediated, unspecified" in message("ceasefires.mediation", "by Russia")
    found = message("incidents.incident_type", "strike")
    assert "missile_strike" in found
    assert "ls vocabularies" in found


@every_column
def test_a_scrap_is_at_most_one_fault(column: Column) -> None:
    for typed in ("a, b", "12.5", "Yes", "2020 or 2021", "x.y.z", "'", '"', "[]", "()", ",", "/", "'='"):
        assert len(judged(column, typed).faults) <= 1, typed


# ---- Lists ----


def places(name: str, typed: Any, notation: Notation = TEXT) -> list[tuple[str, tuple[int, int] | None]]:
    return [(fault.code.number, fault.underline) for fault in judged(column_of(name), typed, notation).faults]


def test_each_element_at_fault_is_told_at_its_place() -> None:
    typed = "actor-a;Actor B;actor-c; actor-d;actor-a;place-x"
    assert places("incidents.participant_ids", typed) == [
        ("KD210", (8, 7)),
        ("KD202", (24, 8)),
        ("KD214", (33, 7)),
        ("KD302", (41, 7)),
    ]


def test_sound_elements_of_a_list_at_fault_count_for_references() -> None:
    cell = judged(column_of("incidents.participant_ids"), "actor-a;Actor B;actor-c")
    assert (cell.sound, cell.value, cell.elements) == (False, None, ("actor-a", "actor-c"))


def test_separators_that_stand_together_are_one_fault() -> None:
    assert places("actors.aliases", "a;;;b; ;c") == [("KD215", (2, 1)), ("KD215", (6, 1))]
    assert places("actors.aliases", [None, None, "a"], JSON) == [("KD215", None)]


def test_a_control_character_is_underlined_alone() -> None:
    assert places("actors.aliases", "abc;d\x07e") == [("KD104", (5, 1))]
    assert places("actors.name", "d\x07e", SHEET) == [("KD104", (1, 1))]
    assert places("actors.name", "d\x07e", JSON) == [("KD104", None)], "there it is written as an escape"


def test_elements_of_a_list_in_brackets_have_places_of_their_own() -> None:
    cell = judged(column_of("incidents.participant_ids"), ["actor-a", "Actor B"], JSON)
    assert [(fault.at.column, fault.text) for fault in cell.faults] == [(7, "Actor B")]


def test_a_list_may_be_one_scalar_in_yaml_and_one_cell_in_frames() -> None:
    column = column_of("incidents.participant_ids")
    assert judged(column, "actor-a", YAML).value == ("actor-a",)
    assert judged(column, "actor-a;actor-b", NATIVE).value == ("actor-a", "actor-b")
    assert told("incidents.participant_ids", "actor-a;actor-b", YAML) == [("KD156", '["actor-a", "actor-b"]')]
    assert told("incidents.participant_ids", "actor-a, actor-b", YAML) == [("KD156", '["actor-a", "actor-b"]')]
    assert told("actors.aliases", "Aliyev, I.", YAML) == []


# ---- Typed values ----


class NAType:
    """Stands for what pandas gives for a missing value."""


@pytest.mark.parametrize(
    ("name", "value", "notation", "expected"),
    [
        ("incidents.deaths_low", 5, JSON, 5),
        ("incidents.deaths_low", 5.0, SHEET, 5),
        ("incidents.deaths_low", 5.0, NATIVE, 5),
        ("incidents.deaths_low", Decimal("5.0"), NATIVE, 5),
        ("incidents.deaths_low", "5", NATIVE, 5),
        ("incidents.deaths_low", "5", YAML, 5),
        ("statements.figure_low", 5, JSON, 5.0),
        ("statements.figure_low", Decimal("0.1"), NATIVE, 0.1),
        ("incidents.background", False, SHEET, False),
        ("incidents.background", "false", YAML, False),
        ("incidents.date", 2020, SHEET, "2020"),
        ("identifiers.value", 373, SHEET, "373"),
        ("incidents.date_latest", datetime.date(2020, 9, 27), NATIVE, datetime.date(2020, 9, 27)),
        ("incidents.date_latest", datetime.datetime(2020, 9, 27), SHEET, datetime.date(2020, 9, 27)),
        ("incidents.deaths_low", NAType(), NATIVE, None),
    ],
)
def test_a_typed_value_is_taken_as_meant(name: str, value: Any, notation: Notation, expected: Any) -> None:
    cell = judged(column_of(name), value, notation)
    assert cell.faults == []
    assert cell.value == expected or str(cell.value) == expected
    assert type(cell.value) is type(expected) or isinstance(expected, str)


def test_a_number_of_a_workbook_given_as_text_is_a_warning_unless_the_cell_is_text() -> None:
    judge = judges_of("incidents")["deaths_low"]
    assert [fault.code.number for fault in judge_cell(judge, Raw("5"), SHEET).faults] == ["KD155"]
    assert judge_cell(judge, Raw("5"), SHEET).value == 5
    assert judge_cell(judge, Raw("5", as_text=True), SHEET).faults == []


@pytest.mark.parametrize("name", ["incidents.deaths_low", "statements.figure_low"])
def test_a_number_that_no_program_can_keep_is_refused(name: str) -> None:
    for value in (10**5_000, float("inf"), Decimal("Infinity"), Decimal("1E+5000")):
        assert told(name, value, JSON) == [("KD144", None)]
    assert told("statements.figure_low", 10**400, JSON) == [("KD144", None)], "as the same digits as text"
    assert told("incidents.deaths_low", 10**400, JSON) == told("incidents.deaths_low", "1" + "0" * 400) == []


@every_column
def test_a_value_of_no_type_of_ours_is_one_fault(column: Column) -> None:
    for value in ({"a": 1}, b"x", datetime.time(10), datetime.timedelta(1), object(), 1j, {1}):
        for notation in (JSON, NATIVE, SHEET):
            (fault,) = judge_cell(judges_of(column.table)[column.name], Raw(value), notation).faults
            assert fault.code.number == "KD156"
            assert not {"dict", "timedelta", "object", "complex", "set"} & set(fault.said.message.split())


# ---- Messages ----

FOREIGN = ("Input should", "pydantic", "type=", "input_value", "<class", "Kind.", "Notation.", "Error", "sys.", "regex")
"""What only a programmer would understand."""


def assert_readable(fault: Fault) -> None:
    assert fault.said.message.isprintable(), "no control characters"
    assert len(fault.said.message) <= 600
    assert not any(words in fault.said.message for words in FOREIGN), fault.said.message
    assert fault.said.suggestion is None or len(fault.said.suggestion) <= SHOWN


@every_column
def test_messages_are_readable(column: Column) -> None:
    for slips, notation in ((in_text, TEXT), (in_json, JSON), (in_sheets, SHEET)):
        for slip in slips(column):
            for fault in judged(column, slip.typed, notation).faults:
                assert_readable(fault)


# ---- Size ----

HUGE = 10**6

SORTS = {
    (column.kind, is_free(column), has_lines(column), column.is_list, bool(kinds_of(column))): column
    for column in COLUMNS
    if column.name != "quote"
}
"""A column of each sort that is judged in a way of its own."""


@pytest.mark.parametrize("column", [*SORTS.values(), column_of("statements.quote")], ids=named)
@pytest.mark.parametrize("piece", ["x", "9", '"', "\u0301\u0323", "-1,000", "\u00a0"])
def test_a_huge_cell_is_judged_in_few_words(column: Column, piece: str) -> None:
    cell = judged(column, piece * (HUGE // len(piece)))
    for fault in cell.faults:
        assert_readable(fault)
    assert len(cell.faults) <= 1


@pytest.mark.parametrize(
    ("element", "faults", "sound"),
    [
        ("actor-{}", 0, ELEMENTS),
        ("actor-a", ELEMENTS - 1, 1),
        ("Actor {}", ELEMENTS, 0),
        ("", 1, 0),
    ],
)
def test_a_list_of_many_elements_is_judged_one_by_one(element: str, faults: int, sound: int) -> None:
    typed = [element.format(number) for number in range(ELEMENTS)]
    for value, notation in ((SEPARATOR.join(typed), TEXT), (typed, JSON)):
        cell = judged(column_of("incidents.participant_ids"), value, notation)
        assert (len(cell.faults), len(cell.elements)) == (faults, sound)


@pytest.mark.parametrize("element", ["actor-{}", "Actor {}", "a;"])
def test_a_list_of_too_many_elements_is_one_fault(element: str) -> None:
    typed = [element.format(number) for number in range(10 * ELEMENTS)]
    for value, notation in ((SEPARATOR.join(typed), TEXT), (typed, JSON)):
        assert [code for code, _ in told("incidents.participant_ids", value, notation)] == ["KD107"]


def test_judgements_of_texts_are_kept_but_not_of_long_ones() -> None:
    judge = judges_of("incidents")["place_ids"]
    judge_cell(judge, Raw("place-" + "x" * 1_000), TEXT)
    judge_cell(judge, Raw("place-seen-before"), TEXT)
    assert "place-seen-before" in judge._texts
    assert not any(len(text) > 500 for text in judge._texts)


def test_a_refusal_that_is_remembered_keeps_nothing_of_its_callers() -> None:
    """An error holds the frames that it went through, and with them all that they hold, such as a part of a file."""

    class Part:
        """Stands for what is large."""

    def told_beside_a_part() -> weakref.ref[Part]:
        part = Part()
        for column, value in (("date", "c. 2020"), ("place_ids", "Place X"), ("incident_type", "drone")):
            assert judge_cell(judges_of("incidents")[column], Raw(value), TEXT).faults
        return weakref.ref(part)

    gc.disable()
    try:
        assert told_beside_a_part()() is None
    finally:
        gc.enable()


def test_a_clean_cell_of_text_is_judged_once_and_for_texts_alone() -> None:
    judge = judges_of("incidents")["deaths_low"]
    first = judge_cell(judge, Raw("12"), Notation.TEXT)
    assert judge_cell(judge, Raw("12"), Notation.TEXT) is first
    assert [fault.code.number for fault in judge_cell(judge, Raw("12"), Notation.JSON).faults] == ["KD156"]


@pytest.mark.parametrize(("name", "text"), [("deaths_low", "012"), ("summary", "Shots fell."), ("place_ids", ";")])
def test_free_texts_and_what_is_at_fault_are_judged_whenever_they_come(name: str, text: str) -> None:
    judge = judges_of("incidents")[name]
    first = judge_cell(judge, Raw(text), Notation.TEXT)
    again = judge_cell(judge, Raw(text), Notation.TEXT)
    assert again is not first
    assert [(fault.code, fault.said) for fault in again.faults] == [(fault.code, fault.said) for fault in first.faults]
