"""A column is read off its model, and is the only reader and writer of its cell."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import (
    COLUMNS,
    LAX_CELLS,
    collected,
    faulty_cells,
    filled_values,
    named,
    reads,
    values,
)

from karabakh_data.columns import SEPARATOR, CellError, Column, Kind, columns_of
from karabakh_data.edtf import EDTF_PATTERN
from karabakh_data.models import Statement
from karabakh_data.models.types import Origin, id_pattern
from karabakh_data.tables import MODELS
from karabakh_data.vocabulary import SpeechAct

quickly = settings(max_examples=15, deadline=None)
every_column = pytest.mark.parametrize("column", COLUMNS, ids=named)


def the(table: str, name: str) -> Column:
    return next(column for column in COLUMNS if (column.table, column.name) == (table, name))


# One column of each kind that is no list.
OF_KIND = {column.kind: column for column in COLUMNS if not column.is_list}
CLOSED = [kind for kind in Kind if kind is not Kind.TEXT]


# --- Lossless ------------------------------------------------------------------------------------------------------


@every_column
def test_a_cell_gives_its_value_back(column: Column) -> None:
    @quickly
    @given(values(column))
    def check(value: Any) -> None:
        again = column.read(column.write(value))
        assert again == value
        assert type(again) is type(value)

    check()


@every_column
def test_only_nothing_makes_an_empty_cell_and_no_cell_is_run_by_a_spreadsheet(column: Column) -> None:
    for value in collected(filled_values(column), 10):
        cell = column.write(value)
        assert cell
        assert not cell.startswith(("=", "+", "@", "\t"))
        assert not cell.startswith("-") or column.kind is Kind.NUMBER
    assert column.write(() if column.is_list else None) == ""
    assert column.read("") == (() if column.is_list else None)


@every_column
def test_a_field_refuses_what_is_drawn_as_faulty_and_takes_what_is_drawn_as_valid(column: Column) -> None:
    assert not any(reads(column, cell) for cell in collected(faulty_cells(column), 10))
    assert all(reads(column, column.write(value)) for value in collected(filled_values(column), 10))


# --- Numbers -------------------------------------------------------------------------------------------------------


@quickly
@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1e22)
@example(1e-7)
@example(5e-324)
@example(-0.0)
@example(1.7976931348623157e308)
def test_a_number_is_written_without_an_exponent_and_comes_back_to_the_bit(number: float) -> None:
    column = OF_KIND[Kind.NUMBER]
    cell = column.write(number)
    assert set(cell) <= set("-.0123456789")
    assert not cell.endswith((".", ".0"))
    assert column.read(cell).hex() == number.hex()


@pytest.mark.parametrize(("number", "cell"), [(2000.0, "2000"), (0.1, "0.1"), (1e16, "10000000000000000"), (3, "3")])
def test_a_number_is_written_as_people_write_it(number: float, cell: str) -> None:
    assert OF_KIND[Kind.NUMBER].write(number) == cell


@quickly
@given(st.integers())
def test_a_whole_number_may_have_any_length(number: int) -> None:
    column = OF_KIND[Kind.INTEGER]
    assert column.read(column.write(number)) == number


# --- Strict --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "cell"), [(kind, cell) for kind in CLOSED for cell in LAX_CELLS[kind]])
def test_lax_forms_are_refused(kind: Kind, cell: str) -> None:
    assert not reads(OF_KIND[kind], cell)


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (Kind.INTEGER, "１２"), (Kind.INTEGER, "1_000"), (Kind.INTEGER, "+1"), (Kind.INTEGER, "1.0"),
        (Kind.NUMBER, "１２"), (Kind.NUMBER, "1_000"), (Kind.NUMBER, "+1"), (Kind.NUMBER, "NaN"), (Kind.NUMBER, "1e3"),
        (Kind.BOOLEAN, "TRUE"), (Kind.BOOLEAN, "1"), (Kind.DAY, "2020-9-27"), (Kind.DAY, "2021-02-29"),
        (Kind.EDTF, "2020-9-27"), (Kind.INTEGER, "1\n"), (Kind.EDTF, "2020\n"), (Kind.WORD, "no_such_word"),
    ],
)  # fmt: skip
def test_a_cell_of_another_form_is_refused_in_words_that_quote_it(kind: Kind, cell: str) -> None:
    with pytest.raises(CellError) as caught:
        OF_KIND[kind].read(cell)
    assert repr(cell) in str(caught.value)


def test_an_unknown_word_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CellError, match=r"none of assert, .*appeal"):
        the("statements", "speech_act").read("apeal")


@pytest.mark.parametrize("cell", [";", "a;", ";a", "a;;b", "a; b", "a ;b", "a;a"])
def test_a_list_cell_has_neither_gaps_nor_blanks_nor_duplicates(cell: str) -> None:
    assert reads(the("actors", "aliases"), "a;b")
    assert not reads(the("actors", "aliases"), cell)


def test_constraints_are_left_to_the_model() -> None:
    assert the("incidents", "deaths_low").read("-1") == -1
    assert the("places", "latitude").read("91") == 91
    assert the("actors", "name").read(" =x") == " =x"


# --- What a column is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS.values(), ids=named)
def test_the_columns_are_the_fields_in_their_order(model: Any) -> None:
    assert [column.name for column in columns_of(model)] == list(model.model_fields)
    assert {column.table for column in columns_of(model)} == {model.TABLE}


@every_column
def test_whether_a_column_is_a_list_or_a_reference_shows_in_its_name(column: Column) -> None:
    if column.is_list and column.reference:
        assert column.name.endswith("_ids")
    if column.reference and not column.is_list:
        assert column.name.endswith("_id") or column.name == "id"
    if column.table == "crosswalk":
        return  # its columns have the names of SSSOM, and hold terms of vocabularies
    if column.name.endswith(("_id", "_ids")) and not (column.is_key and column.origin is None):
        assert column.reference in {*MODELS}


@every_column
def test_a_reference_takes_the_ids_of_its_table(column: Column) -> None:
    if column.reference and column.reference != "nodes":
        target = columns_of(MODELS[column.reference])[0]
        assert target.is_key
        assert target.pattern == column.pattern


@every_column
def test_only_the_id_of_a_record_has_no_origin(column: Column) -> None:
    assert (column.origin is None) == (column.is_key and MODELS[column.table].has_id())


@every_column
def test_a_required_column_is_published_and_a_derived_one_can_be_left_out(column: Column) -> None:
    assert not column.required or column.published
    if column.origin in (Origin.DERIVED_ROW, Origin.DERIVED_DOCUMENT):
        assert not column.required


@every_column
def test_a_text_has_a_pattern_and_a_number_finite_bounds(column: Column) -> None:
    assert (column.pattern is not None) == (column.kind in (Kind.TEXT, Kind.EDTF))
    assert (column.vocabulary is not None) == (column.kind is Kind.WORD)
    assert (column.minimum is not None) == (column.kind in (Kind.INTEGER, Kind.NUMBER))
    assert column.maximum is None or math.isfinite(column.maximum)


def test_a_column_says_all_that_its_field_says() -> None:
    speakers = the("statements", "speaker_ids")
    assert speakers == columns_of(Statement)[2]
    assert (speakers.kind, speakers.is_list, speakers.required) == (Kind.TEXT, True, True)
    assert (speakers.reference, speakers.origin) == ("actors", Origin.SOURCE)
    assert speakers.pattern == id_pattern("actor")
    assert the("statements", "speech_act").vocabulary is SpeechAct
    assert the("statements", "said").pattern == EDTF_PATTERN
    latitude = the("places", "latitude")
    assert (latitude.minimum, latitude.maximum, latitude.required) == (-90, 90, False)
    assert the("statements", "attribution").published
    assert not the("statements", "attribution").required
    assert SEPARATOR not in speakers.pattern
