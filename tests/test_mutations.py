"""Valid records give no finding in any notation; each slip of a contributor in one of their fields gives exactly one,
with its code, at its place; two slips give two.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from batches import TABLES, Batch, batch, batches
from hypothesis import given, settings
from hypothesis import strategies as st
from slips import Slip, in_json, in_notation, in_sheets, in_text, place_of, row_of
from strategies import COLUMNS, named, records

import karabakh_data as kd
from karabakh_data.columns import SEPARATOR, Column, columns_of
from karabakh_data.models import Record
from karabakh_data.tables import KEPT_TABLES, MODELS
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.raw import Notation, RawRow
from karabakh_data.validation.report import Report
from karabakh_data.validation.rows import Judged, judge_row

Cells = dict[str, Any]
Tables = dict[str, list[Cells]]

HARMLESS = {"KD216", "KD217", "KD219"}
"""Warnings that free text of any signs may give."""

every_model = pytest.mark.parametrize("model", MODELS.values(), ids=named)
every_model_that_is_contributed = pytest.mark.parametrize(
    "model", [model for model in MODELS.values() if model.TABLE not in KEPT_TABLES], ids=named
)


def judged(table: str, cells: Cells, notation: Notation) -> tuple[RawRow, Judged, list[Finding]]:
    """A row judged by itself, without the harmless warnings of its free texts."""
    raw = row_of(table, cells, notation)
    row, found = judge_row(raw)
    return raw, row, [finding for finding in found if finding.code not in HARMLESS]


def written(record: Record, notation: Notation) -> Cells:
    """The cells of a record as inputs of a notation have them."""
    values = {c.name: in_notation(c, getattr(record, c.name), notation) for c in columns_of(type(record))}
    if notation is Notation.TEXT:
        return {name: value or "" for name, value in values.items()}
    return {name: value for name, value in values.items() if value is not None}


def slips_of(column: Column, notation: Notation) -> Sequence[Slip]:
    """What goes wrong in a column in inputs of a notation; without warnings that leave another value standing."""
    if notation is Notation.JSON:
        return in_json(column)
    if notation is Notation.SHEET:
        return [slip for slip in (*in_text(column), *in_sheets(column)) if slip.code != "KD155"]
    if notation is Notation.YAML:
        return [slip for slip in in_text(column) if SEPARATOR not in slip.typed and slip.code != "KD218"]
    return in_text(column)


def slips_in(columns: Sequence[Column], notation: Notation) -> st.SearchStrategy[dict[str, Slip]]:
    """A slip in each of the columns."""
    return st.fixed_dictionaries({c.name: st.sampled_from(slips_of(c, notation)) for c in columns})


@cache
def slipped(model: type[Record], count: int) -> st.SearchStrategy[tuple[Notation, dict[str, Slip]]]:
    """A notation, and slips in so many columns."""
    columns = st.lists(st.sampled_from(columns_of(model)), min_size=count, max_size=count, unique_by=named)
    return st.sampled_from(Notation).flatmap(
        lambda notation: st.tuples(st.just(notation), columns.flatmap(lambda some: slips_in(some, notation)))
    )


# ---- Rows ----


@every_model
def test_a_valid_record_gives_no_finding_and_comes_back_in_every_notation(model: type[Record]) -> None:
    @settings(max_examples=30, deadline=None)
    @given(records(model))
    def check(record: Record) -> None:
        for notation in Notation:
            _, row, found = judged(model.TABLE, written(record, notation), notation)
            assert found == []
            assert row.record == record
            assert row.errors == 0

    check()


@every_model_that_is_contributed
def test_a_slip_is_one_finding_with_its_code_at_its_place(model: type[Record]) -> None:
    @settings(max_examples=60, deadline=None)
    @given(records(model), slipped(model, 1))
    def check(record: Record, made: tuple[Notation, dict[str, Slip]]) -> None:
        notation, ((name, slip),) = made[0], made[1].items()
        raw, row, found = judged(model.TABLE, written(record, notation) | {name: slip.typed}, notation)
        assert [(finding.code, finding.field) for finding in found] == [(slip.code, name)]
        assert (found[0].line, found[0].column) in places_in(raw, name)
        assert found[0].row == 1
        assert found[0].record_id == (None if name in model.PRIMARY_KEY else row.name)
        assert row.record is None
        assert row.errors == 1

    check()


def places_in(raw: RawRow, name: str) -> list[tuple[int | None, int | None]]:
    """The place of a value, and those of its elements."""
    value = raw.cells[name].value
    elements = value if isinstance(value, list) else []
    return [place_of(raw, name), *[(one.line, one.column) for one in elements]]


@every_model_that_is_contributed
def test_two_slips_are_two_findings(model: type[Record]) -> None:
    @settings(max_examples=40, deadline=None)
    @given(records(model), slipped(model, 2))
    def check(record: Record, made: tuple[Notation, dict[str, Slip]]) -> None:
        notation, slips = made
        typed = {name: slip.typed for name, slip in slips.items()}
        _, _, found = judged(model.TABLE, written(record, notation) | typed, notation)
        assert sorted((f.code, f.field) for f in found) == sorted((slip.code, name) for name, slip in slips.items())

    check()


# ---- Whole contributions ----

FORMS = {"records": Notation.NATIVE, "csv": Notation.TEXT, "json": Notation.JSON, "yaml": Notation.YAML}
TODAY = datetime.date(2026, 1, 1)


class Written(NamedTuple):
    """A contribution as `kd.validate` is given it, and where each value of its last records stands."""

    source: Any
    places: dict[tuple[str, str], tuple[int, int]]


def in_form(form: str, tables: Tables, folder: Path) -> Written:
    """Write tables as files, or leave them as the lists that they are."""
    if form == "records":
        return Written(tables, {})
    if form == "csv":
        return _in_csv(tables, folder)
    return _in_lines(tables, folder / f"contribution.{form}")


def _in_csv(tables: Tables, folder: Path) -> Written:
    places: dict[tuple[str, str], tuple[int, int]] = {}
    for table, rows in tables.items():
        names = list(MODELS[table].model_fields)
        text = ",".join(names) + "\n"
        for row in rows:
            for name in names:
                places[table, name] = text.count("\n") + 1, len(text) - text.rfind("\n")
                cell = row.get(name, "")
                text += cell if not set(cell) & set('",\r\n') else '"' + cell.replace('"', '""') + '"'
                text += "\n" if name == names[-1] else ","
        (folder / f"{table}.csv").write_text(text, encoding="utf-8", newline="")
    return Written([folder / f"{table}.csv" for table in tables], places)


def _in_lines(tables: Tables, path: Path) -> Written:
    """As JSON, which is YAML too, with a value on each line."""
    places: dict[tuple[str, str], tuple[int, int]] = {}
    lines = ["{"]
    for table, rows in tables.items():
        lines.append(f'"{table}": [')
        for row in rows:
            lines.append("{")
            for name, value in row.items():
                places[table, name] = len(lines) + 1, len(name) + 5
                lines.append(f'"{name}": {json.dumps(value, ensure_ascii=False)},')
            lines[-1] = lines[-1][:-1]
            lines.append("},")
        lines[-1] = "}"
        lines.append("],")
    lines[-1] = "]"
    path.write_text("\n".join([*lines, "}"]) + "\n", encoding="utf-8")
    return Written(path, places)


def as_cells(made: Batch, notation: Notation) -> Tables:
    return {table: [written(record, notation) for record in made[table]] for table in TABLES}


def report_on(source: Any) -> Report:
    return kd.validate(source, against="none", today=TODAY)


def test_a_thousand_valid_batches_give_no_finding(tmp_path: Path) -> None:
    for number, made in enumerate(batches(Random("a thousand"), 1_000)):
        source: Any = made
        if number % 20 == 0:  # the others as records of ours, which is quicker
            form = list(FORMS)[number // 20 % len(FORMS)]
            source = in_form(form, as_cells(made, FORMS[form]), tmp_path).source
        report = report_on(source)
        assert report.findings == ()
        assert set(report.records) == {record for table in TABLES for record in made[table]}


@cache
def sound(form: str) -> Tables:
    """A contribution without a fault, the same in every test."""
    return as_cells(batch(Random("sound")), FORMS[form])


def stays(value: Any, form: str) -> bool:
    """Whether a value comes out of its file as it is: nested ones are refused there, line ends made one in CSV."""
    nested = isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, list) for one in value))
    return not nested and not (form == "csv" and "\r" in str(value))


CONTRIBUTED = [column for column in COLUMNS if column.table in TABLES]
IN_FORMS = [
    pytest.param(column, form, id=f"{named(column)}-{form}")
    for number, column in enumerate(CONTRIBUTED)
    for form in (list(FORMS)[number % 4], list(FORMS)[(number + 1) % 4])
]
"""Each column in two of the forms."""


@pytest.mark.parametrize(("column", "form"), IN_FORMS)
def test_a_slip_in_a_contribution_is_one_finding_at_its_place(column: Column, form: str, tmp_path: Path) -> None:
    slips = [slip for slip in slips_of(column, FORMS[form]) if stays(slip.typed, form)]
    slip = Random(f"{form} {named(column)}").choice(slips)
    *others, last = sound(form)[column.table]
    tables = sound(form) | {column.table: [*others, last | {column.name: slip.typed}]}
    source, places = in_form(form, tables, tmp_path)
    report = report_on(source)
    (finding,) = report.findings
    assert (finding.code, finding.table, finding.field) == (slip.code, column.table, column.name)
    assert finding.row == len(tables[column.table])
    if MODELS[column.table].has_id() and not column.is_key:
        assert finding.record_id == last[MODELS[column.table].PRIMARY_KEY[0]]
    assert len(report.records) == sum(map(len, tables.values())) - 1
    place = places.get((column.table, column.name))
    assert finding.line == (place[0] if place else None)
    if place is not None and not isinstance(slip.typed, list):
        assert finding.column == place[1]
