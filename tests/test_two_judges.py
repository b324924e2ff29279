"""The models and frictionless give the same verdict on the same rows, field by field, where they share the rules.

Shared are the rules of a Table Schema: types, required, enum, pattern, minimum and maximum. Record rules, keys and
references are not compared, nor whether a derived value is the right one. Where the two are known to differ, the
difference has a name here and a test that tells when it is gone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import pytest
from frictionless import Dialect, Resource, Schema
from pydantic import ValidationError
from strategies import (
    COLUMNS,
    LAX_CELLS,
    collected,
    example_of,
    faulty_cells,
    faulty_fields,
    named,
    raw_cells,
    reads,
    records,
)

from karabakh_data.columns import SEPARATOR, CellError, Column, Kind, columns_of
from karabakh_data.descriptor import table_schema
from karabakh_data.models import Record
from karabakh_data.tables import MODELS

Row = dict[str, str]
ROWS = 300
"""Rows for each model."""

every_model = pytest.mark.parametrize("model", MODELS.values(), ids=named)


# --- The two judges ------------------------------------------------------------------------------------------------


def by_models(model: type[Record], row: Row) -> set[str]:
    """The fields of a row that the column or the model refuses; a published row has every published column."""
    values, faulty = {}, set()
    for column in columns_of(model):
        cell = row[column.name]
        if column.published and cell == "":
            faulty.add(column.name)
        try:
            values[column.name] = column.read(cell)
        except CellError:
            faulty.add(column.name)
    try:
        model.model_validate(values)
    except ValidationError as error:
        faulty |= faulty_fields(error)
    return faulty


def by_frictionless(model: type[Record], rows: list[Row], folder: Path) -> list[set[str]]:
    """The fields that frictionless refuses, row by row, in one call; what holds between rows is left out."""
    path = folder / f"{model.TABLE}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(model.model_fields), lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    descriptor = table_schema(model, ())
    del descriptor["primaryKey"]
    for field in descriptor["fields"]:
        field.get("constraints", {}).pop("unique", None)
    resource = Resource(
        path=path.name,
        basepath=str(folder),
        schema=Schema.from_descriptor(descriptor),
        dialect=Dialect.from_descriptor({"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True}),
        encoding="utf-8",
    )
    report = resource.validate(limit_errors=1_000_000)
    faulty: list[set[str]] = [set() for _ in rows]
    assert report.errors == []
    for error in report.tasks[0].errors:
        assert error.type in ("type-error", "constraint-error"), error.message
        faulty[error.row_number - 2].add(error.field_name)  # type: ignore[attr-defined]
    return faulty


# --- Where they differ ---------------------------------------------------------------------------------------------

NUMBERS = (Kind.INTEGER, Kind.NUMBER)


@dataclass(frozen=True)
class Divergence:
    """Cells that frictionless takes and this library refuses."""

    why: str
    covers: Callable[[Column, str], bool]
    samples: tuple[tuple[str, str, str], ...]
    """(table, column, cell)."""


def of(kinds: Iterable[Kind], pattern: str) -> Callable[[Column, str], bool]:
    chosen = tuple(kinds)
    return lambda column, cell: not column.is_list and column.kind in chosen and re.search(pattern, cell) is not None


def repeats(column: Column, cell: str) -> bool:
    elements = cell.split(SEPARATOR)
    return column.is_list and len(set(elements)) < len(elements)


def has_the_shape_of_edtf_alone(column: Column, cell: str) -> bool:
    return column.kind is Kind.EDTF and re.fullmatch(column.pattern or "", cell) is not None and not reads(column, cell)


def ends_in_a_line_feed(column: Column, cell: str) -> bool:
    return (column.pattern is not None or column.is_list) and cell.endswith("\n")


DIVERGENCES = (
    Divergence(
        "digits of other scripts",
        of((*NUMBERS, Kind.DAY), r"(?=.*\d)(?=.*[^\x00-\x7f])"),
        (
            ("incidents", "deaths_low", "１２"),
            ("places", "latitude", "٣"),
            ("incidents", "date_latest", "２０２０-09-27"),
        ),
    ),
    Divergence(
        "underscores between digits",
        of(NUMBERS, r"\d_\d"),
        (("incidents", "deaths_low", "1_000"), ("statements", "figure_low", "1_000")),
    ),
    Divergence(
        "a plus sign", of(NUMBERS, r"\+\d"), (("incidents", "deaths_low", "+1"), ("statements", "figure_low", "+1"))
    ),
    Divergence(
        "leading zeros",
        of(NUMBERS, r"^-?0\d"),
        (("incidents", "deaths_low", "01"), ("statements", "figure_low", "01.5")),
    ),
    Divergence(
        "blanks at the edges of a number",
        of(NUMBERS, r"^\s|\s$"),
        (("incidents", "deaths_low", " 1"), ("statements", "figure_low", "1\n")),
    ),
    Divergence("an exponent", of([Kind.NUMBER], r"\d[eE]"), (("statements", "figure_low", "1e3"),)),
    Divergence(
        "a point without digits on both sides",
        of([Kind.NUMBER], r"(^|\D)\.\d|\d\.$"),
        (("statements", "figure_low", ".5"), ("statements", "figure_low", "1.")),
    ),
    Divergence("infinity", of([Kind.NUMBER], r"(?i)inf"), (("statements", "figure_low", "inf"),)),
    Divergence(
        "a month or day of one digit",
        of([Kind.DAY], r"-\d(-|$)"),
        (("incidents", "date_latest", "2020-9-27"), ("incidents", "date_latest", "2020-12-7")),
    ),
    Divergence(
        "a line feed before the end of a pattern",
        ends_in_a_line_feed,
        (("actors", "name", "A\n"), ("actors", "actor_id", "actor-a\n"), ("statements", "topics", "ceasefire\n")),
    ),
    Divergence("an element of a list twice", repeats, (("statements", "topics", "ceasefire;ceasefire"),)),
    Divergence(
        "the sense of a date in EDTF",
        has_the_shape_of_edtf_alone,
        (("incidents", "date", "2021-02-29"), ("incidents", "date", "2021/2020"), ("incidents", "date", "[2020,2020]")),
    ),
)
SAMPLES = [
    pytest.param(*sample, id=f"{divergence.why}: {sample[1]} {sample[2]!a}")
    for divergence in DIVERGENCES
    for sample in divergence.samples
]


def known(column: Column, cell: str) -> bool:
    return any(divergence.covers(column, cell) for divergence in DIVERGENCES)


# --- Rows ----------------------------------------------------------------------------------------------------------


@cache
def valid_rows(model: type[Record]) -> tuple[Row, ...]:
    return tuple(
        {column.name: column.write(getattr(record, column.name)) for column in columns_of(model)}
        for record in collected(records(model, published=True), 15)
    )


@cache
def cells(column: Column) -> tuple[str, ...]:
    """Raw cells, of which about half are faulty at the least."""
    return (*LAX_CELLS[column.kind], *collected(raw_cells(column), 12), *collected(faulty_cells(column), 12))


def mixed_rows(model: type[Record]) -> list[Row]:
    """Valid rows in which none, one or several cells are replaced by raw ones; the same in every run."""
    random = Random(model.TABLE)
    columns = columns_of(model)
    found = []
    for _ in range(ROWS):
        row = dict(random.choice(valid_rows(model)))
        for column in random.sample(columns, random.choice([0, 1, 1, 2, 3])):
            row[column.name] = random.choice(cells(column))
        found.append(row)
    return found


# --- The verdicts --------------------------------------------------------------------------------------------------


@every_model
def test_both_judges_refuse_the_same_fields_of_the_same_rows(model: type[Record], tmp_path: Path) -> None:
    rows = mixed_rows(model)
    faulty = 0
    for row, second in zip(rows, by_frictionless(model, rows, tmp_path), strict=True):
        compared = {column.name for column in columns_of(model) if not known(column, row[column.name])}
        first = by_models(model, row)
        assert first & compared == second & compared, row
        faulty += bool(first & second)
    assert len(rows) / 3 <= faulty <= len(rows) * 0.9, "at least a third is faulty by both, and not all"


@every_model
def test_both_judges_refuse_faulty_cells_of_every_column(model: type[Record], tmp_path: Path) -> None:
    columns = columns_of(model)
    faulty = [(c, cell) for c in columns for cell in cells(c) if not reads(c, cell) and not known(c, cell)]
    assert {column for column, _ in faulty} == set(columns)
    rows = [{**valid_rows(model)[0], column.name: cell} for column, cell in faulty]
    for (column, cell), fields in zip(faulty, by_frictionless(model, rows, tmp_path), strict=True):
        assert fields == {column.name}, cell


@every_model
def test_both_judges_take_every_valid_row(model: type[Record], tmp_path: Path) -> None:
    rows = list(valid_rows(model))
    assert [by_models(model, row) for row in rows] == [set()] * len(rows)
    assert by_frictionless(model, rows, tmp_path) == [set()] * len(rows)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="frictionless takes what this library refuses")
@pytest.mark.parametrize(("table", "name", "cell"), SAMPLES)
def test_both_judges_agree_also_on(table: str, name: str, cell: str, tmp_path: Path) -> None:
    row = {**valid_rows(MODELS[table])[0], name: cell}
    (second,) = by_frictionless(MODELS[table], [row], tmp_path)
    assert by_models(MODELS[table], row) == second


@pytest.mark.parametrize(("table", "name", "cell"), SAMPLES)
def test_this_library_is_the_stricter_where_they_differ(table: str, name: str, cell: str) -> None:
    column = next(column for column in COLUMNS if (column.table, column.name) == (table, name))
    assert known(column, cell)
    assert name in by_models(MODELS[table], {**valid_rows(MODELS[table])[0], name: cell})


def test_a_known_divergence_covers_no_valid_cell() -> None:
    for column in COLUMNS:
        value = getattr(example_of(MODELS[column.table]), column.name)
        assert value in (None, ()) or not known(column, column.write(value))
