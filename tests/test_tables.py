"""Tables as CSV: a record is a row, lossless, and what is no table of ours is told with table and line."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import example_of, named, records

from karabakh_data import load
from karabakh_data.columns import columns_of
from karabakh_data.models import Actor, Affiliation, Evidence, Place, Record, Statement
from karabakh_data.models.types import KINDS
from karabakh_data.tables import DERIVED_TABLES, MODELS, read_csv, references, write_csv

quickly = settings(max_examples=20, deadline=None)
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=named)


def complaint(model: type[Record], data: bytes) -> str:
    with pytest.raises(ValueError, match=r"^\w+") as caught:
        list(read_csv(model, data))
    return str(caught.value)


def table_of(*rows: dict[str, str]) -> bytes:
    """A table of places whose rows differ from a valid one by these cells."""
    valid = {"place_id": "place-{}", "name": "A", "place_type": "site", "description": "A post."}
    names = [column.name for column in columns_of(Place)]
    lines = [",".join({**valid, **row}.get(name, "").format(n) for name in names) for n, row in enumerate(rows)]
    return "\n".join([",".join(names), *lines, ""]).encode()


# --- Lossless ------------------------------------------------------------------------------------------------------


@every_model
def test_records_come_back_from_csv_as_they_were(model: type[Record]) -> None:
    @quickly
    @given(st.lists(records(model), max_size=3))
    def check(some: list[Record]) -> None:
        data = write_csv(model, some)
        assert list(read_csv(model, data)) == some
        assert write_csv(model, read_csv(model, data)) == data

    check()


@every_model
def test_another_reader_finds_the_same_cells(model: type[Record]) -> None:
    @quickly
    @given(st.lists(records(model), max_size=2))
    def check(some: list[Record]) -> None:
        rows = list(csv.DictReader(io.StringIO(write_csv(model, some).decode(), newline=""), strict=True))
        assert rows == [{c.name: c.write(getattr(record, c.name)) for c in columns_of(model)} for record in some]

    check()


def test_csv_is_utf_8_without_mark_and_has_line_feeds_and_quotes_only_where_needed() -> None:
    rows = [
        Actor(actor_id="actor-a", name='Say "é", 漢', actor_type="person", side="none", description="One.\nTwo."),
        Actor(
            actor_id="actor-b", name="It's; fine", actor_type="person", side="none", aliases=("a", "b"), description="B"
        ),
    ]
    assert write_csv(Actor, rows).decode("utf-8") == (
        "actor_id,name,actor_type,side,part_of_id,aliases,description\n"
        'actor-a,"Say ""é"", 漢",person,none,,,"One.\nTwo."\n'
        "actor-b,It's; fine,person,none,,a;b,B\n"
    )


@every_model
def test_an_empty_table_has_its_header(model: type[Record]) -> None:
    data = write_csv(model, [])
    assert data == ",".join(model.model_fields).encode() + b"\n"
    assert list(read_csv(model, data)) == []


@every_model
def test_the_published_table_is_written_as_it_is_read(model: type[Record]) -> None:
    folder = load().folder
    assert folder is not None
    data = (folder / f"{model.TABLE}.csv").read_bytes()
    assert write_csv(model, read_csv(model, data)) == data


# --- Complaints ----------------------------------------------------------------------------------------------------


@every_model
@pytest.mark.parametrize(
    "spoil",
    [
        lambda names: [*names, "colour"],
        lambda names: names[:-1],
        lambda names: names[::-1],
        lambda names: [names[0].upper(), *names[1:]],
        lambda names: ["\ufeff" + names[0], *names[1:]],
        lambda names: [],
    ],
    ids=["one more", "one less", "another order", "upper case", "byte order mark", "none"],
)
def test_another_header_is_refused_with_the_table_and_what_was_expected(model: type[Record], spoil: Any) -> None:
    names = list(model.model_fields)
    words = complaint(model, (",".join(spoil(names)) + "\n").encode())
    assert words.startswith(f"{model.TABLE}: the header is")
    assert str(names) in words


def test_a_ragged_row_is_told_by_table_and_line() -> None:
    whole = table_of({}, {}).decode()
    assert complaint(Place, (whole + "place-c,C\n").encode()) == "places, line 4: 2 cells, expected 8"
    assert complaint(Place, (whole + "\n").encode()).startswith("places, line 4: 0 cells")
    assert complaint(Place, whole.replace("post.\nplace-1", "post.,x\nplace-1").encode()).startswith(
        "places, line 2: 9"
    )


def test_a_faulty_cell_is_told_by_table_line_and_words() -> None:
    words = complaint(Place, table_of({}, {"place_type": "hill"}))
    assert words.startswith("places, line 3: 'hill' is none of site,")


def test_a_faulty_record_is_told_by_table_line_and_field() -> None:
    words = complaint(Place, table_of({}, {}, {"latitude": "91", "longitude": "0", "radius_km": "1"}))
    assert words == "places, line 4: `latitude`: Input should be less than or equal to 90"


def test_lines_are_those_of_the_file_also_after_a_quoted_line_break() -> None:
    words = complaint(Place, table_of({"description": '"One.\nTwo."'}, {"place_type": "hill"}))
    assert words.startswith("places, line 4:")


@pytest.mark.parametrize("cell", ['"A"b', '"A'], ids=["text after a quote", "quote never closed"])
def test_a_cell_that_is_no_csv_is_told_by_table_and_line(cell: str) -> None:
    assert complaint(Place, table_of({}, {"name": cell})).startswith("places, line 3: ")


def test_bytes_that_are_no_utf_8_are_told_by_table_and_line() -> None:
    data = table_of({}, {"name": "é"}).decode().encode("latin-1")
    assert complaint(Place, data).startswith("places, line 3: no UTF-8")


def test_rows_before_the_fault_are_read() -> None:
    rows = read_csv(Place, table_of({}, {}, {"place_type": "hill"}))
    assert [next(rows).identity, next(rows).identity] == ["place-0", "place-1"]


# --- Tables and references -----------------------------------------------------------------------------------------


def test_a_table_has_a_model_and_a_primary_key_of_its_columns() -> None:
    assert all(name == model.TABLE for name, model in MODELS.items())
    assert all(set(model.PRIMARY_KEY) <= set(model.model_fields) for model in MODELS.values())
    assert set(MODELS) > DERIVED_TABLES


@every_model
def test_an_id_has_the_prefix_of_its_kind(model: type[Record]) -> None:
    record = example_of(model)
    if model.has_id():
        assert record.identity == record.key[0]
        assert str(record.identity).split("-")[0] == model.PRIMARY_KEY[0].removesuffix("_id")
    else:
        assert record.identity is None


def test_every_kind_of_id_belongs_to_one_table() -> None:
    assert sorted(m.PRIMARY_KEY[0].removesuffix("_id") for m in MODELS.values() if m.has_id()) == sorted(KINDS)


def test_references_name_every_id_with_its_column_but_not_the_record_s_own() -> None:
    statement = Statement(
        statement_id="statement-a", occasion_id="occasion-a", speaker_ids=("actor-b", "actor-a"), speech_act="appeal",
        topics=("ceasefire",), said="2020", responds_to_id="statement-b", summary="A.", source_ids=("source-a",),
    )  # fmt: skip
    assert [(column.name, target) for column, target in references(statement)] == [
        ("occasion_id", "occasion-a"),
        ("speaker_ids", "actor-b"),
        ("speaker_ids", "actor-a"),
        ("responds_to_id", "statement-b"),
        ("source_ids", "source-a"),
    ]


def test_a_record_without_an_id_refers_as_well() -> None:
    evidence = example_of(Evidence)
    assert {column.name for column, _ in references(evidence)} == {"record_id", "source_id"}
    member = Affiliation(
        affiliation_id="affiliation-a", member_id="actor-a", organisation_id="actor-b", role="Chair", as_of="2020"
    )
    assert [target for _, target in references(member)] == ["actor-a", "actor-b"]
