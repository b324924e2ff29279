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
from karabakh_data.tables import MODELS
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.raw import Notation, RawRow
from karabakh_data.validation.report import Report
from karabakh_data.validation.rows import Judged, judge_row

Cells = dict[str, Any]
Tables = dict[str, list[Cells]]

HARMLESS = {"KD216", "KD217", "KD219"}
"""Warnings that free text of any signs may give."""

every_model = pytest.mark.parametrize("model", MODELS.values(), ids=named)
every_notation = pytest.mark.parametrize("notation", Notation)


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


# ---- Rows ----


@every_model
@every_notation
def test_a_valid_record_gives_no_finding_and_comes_back(model: type[Record], notation: Notation) -> None:
    @settings(max_examples=30, deadline=None)
    @given(records(model))
    def check(record: Record) -> None:
        _, row, found = judged(model.TABLE, written(record, notation), notation)
        assert found == []
        assert row.record == record
        assert row.errors == 0

    check()


@every_model
@every_notation
def test_a_slip_is_one_finding_with_its_code_at_its_place(model: type[Record], notation: Notation) -> None:
    slips = st.one_of([st.tuples(st.just(c.name), st.sampled_from(slips_of(c, notation))) for c in columns_of(model)])

    @settings(max_examples=50, deadline=None)
    @given(records(model), slips)
    def check(record: Record, slipped: tuple[str, Slip]) -> None:
        name, slip = slipped
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


@every_model
@every_notation
def test_two_slips_are_two_findings(model: type[Record], notation: Notation) -> None:
    def slips(columns: Sequence[Column]) -> st.SearchStrategy[tuple[Any, ...]]:
        return st.tuples(*[st.tuples(st.just(c.name), st.sampled_from(slips_of(c, notation))) for c in columns])

    two = st.lists(st.sampled_from(columns_of(model)), min_size=2, max_size=2, unique_by=lambda column: column.name)

    @settings(max_examples=25, deadline=None)
    @given(records(model), two.flatmap(slips))
    def check(record: Record, slipped: tuple[tuple[str, Slip], ...]) -> None:
        typed = {name: slip.typed for name, slip in slipped}
        _, _, found = judged(model.TABLE, written(record, notation) | typed, notation)
        assert sorted((f.code, f.field) for f in found) == sorted((slip.code, name) for name, slip in slipped)

    check()


# ---- Whole contributions ----

FORMS = {"records": Notation.NATIVE, "csv": Notation.TEXT, "json": Notation.JSON, "yaml": Notation.YAML}
TODAY = datetime.date(2026, 1, 1)


class Written(NamedTuple):
    """A contribution as `kd.validate` is given it, and where each value of its last records stands."""

    source: Any
    places: dict[tuple[str, str], tuple[int, int] | None]


def in_form(form: str, tables: Tables, folder: Path) -> Written:
    """Write tables as files, or leave them as the lists that they are."""
    if form == "records":
        return Written(tables, {(table, name): None for table, rows in tables.items() for name in rows[-1]})
    if form == "csv":
        return _in_csv(tables, folder)
    return _in_lines(tables, folder / f"contribution.{form}")


def _in_csv(tables: Tables, folder: Path) -> Written:
    places: dict[tuple[str, str], tuple[int, int] | None] = {}
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
    places: dict[tuple[str, str], tuple[int, int] | None] = {}
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
def sound_batch() -> Batch:
    """A contribution without a fault, the same in every test."""
    return batch(Random("sound"))


def stays(value: Any, form: str) -> bool:
    """Whether a value comes out of its file as it is: nested ones are refused there, line ends made one in CSV."""
    nested = isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, list) for one in value))
    return not nested and not (form == "csv" and "\r" in str(value))


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.table in TABLES], ids=named)
def test_a_slip_in_a_contribution_is_one_finding_at_its_place(column: Column, tmp_path: Path) -> None:
    random = Random(named(column))
    for form, notation in FORMS.items():
        tables = as_cells(sound_batch(), notation)
        row = tables[column.table][-1]
        name = MODELS[column.table].PRIMARY_KEY[0]
        record_id = row[name] if MODELS[column.table].has_id() and column.name != name else None
        for slip in random.sample([slip for slip in slips_of(column, notation) if stays(slip.typed, form)], 2):
            row[column.name] = slip.typed
            source, places = in_form(form, tables, tmp_path)
            report = report_on(source)
            (finding,) = report.findings
            assert (finding.code, finding.table, finding.field) == (slip.code, column.table, column.name)
            assert finding.row == len(tables[column.table])
            assert record_id is None or finding.record_id == record_id
            assert len(report.records) == sum(map(len, tables.values())) - 1
            place = places[column.table, column.name]
            assert finding.line == (place[0] if place else None)
            if place is not None and not isinstance(slip.typed, list):
                assert finding.column == place[1]
