"""What templates promise: the columns that a contributor gives, each explained, and cells that stay as typed."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

import karabakh_data as kd
from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.frames import MissingExtraError
from karabakh_data.tables import DERIVED_TABLES, KEPT_TABLES, MODELS
from karabakh_data.template import (
    HELPER_SHEETS,
    PREPARED,
    columns_to_fill,
    form_of,
    note_of,
    tables_to_fill,
    template_csv,
    template_xlsx,
)
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.raw import Input, Notation, RawRow, Reading
from karabakh_data.validation.readers.workbook import read_workbook

TABLES = tables_to_fill()
COLUMNS = [pytest.param(column, id=f"{table}.{column.name}") for table in TABLES for column in columns_to_fill(table)]


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.fixture(scope="module")
def data() -> bytes:
    """The template of all tables."""
    return template_xlsx()


@pytest.fixture(scope="module")
def book(data: bytes) -> Any:
    return opened(data)


def read(given: bytes, table: str | None = None) -> tuple[list[RawRow], list[Finding]]:
    findings: list[Finding] = []
    rows = list(read_workbook(Reading(Input("filled.xlsx", 0, Notation.SHEET), findings, table), given))
    return rows, findings


# --- Columns -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_a_csv_is_the_header_of_the_columns_that_are_given(table: str) -> None:
    text = template_csv(table).decode("utf-8")
    (header,) = csv.reader(io.StringIO(text, newline=""))
    assert text == ",".join(header) + "\n"
    columns = columns_of(MODELS[table])
    assert header == [column.name for column in columns if column.name in header]
    left_out = {column.name for column in columns} - set(header)
    assert all(c.origin is not None and c.origin.is_derived and not c.required for c in columns if c.name in left_out)
    assert {column.name for column in columns if column.required} <= set(header)


def test_what_is_computed_is_left_out_and_what_every_record_needs_stays() -> None:
    assert [column.name for column in columns_to_fill("status_reports")] == [
        "report_id",
        "ceasefire_id",
        "as_of",
        "ceasefire_status",
        "reported_by_ids",
        "source_ids",
    ]
    assert "sha256" not in [column.name for column in columns_to_fill("evidence")]


def test_only_tables_that_take_contributions_have_a_template() -> None:
    assert set(TABLES) == set(MODELS) - DERIVED_TABLES - KEPT_TABLES
    for make in (template_csv, lambda table: template_xlsx([table])):
        with pytest.raises(ValueError, match=r"^nodes is derived from the other tables; nobody fills it in$"):
            make("nodes")
        with pytest.raises(ValueError, match=r"^crosswalk is kept by the maintainers, in seeds/crosswalk.yaml; "):
            make("crosswalk")
        with pytest.raises(KeyError, match="no table 'incident'; did you mean 'incidents'"):
            make("incident")


# --- The workbook --------------------------------------------------------------------------------------------------


def test_there_is_a_sheet_for_each_table_and_the_helpers_come_last(book: Any) -> None:
    assert book.sheetnames == [*TABLES, "_vocabularies", "_ids"]
    assert set(book.sheetnames) - set(TABLES) == HELPER_SHEETS
    assert opened(template_xlsx(["places", "actors", "places"])).sheetnames == [
        "places",
        "actors",
        "_vocabularies",
        "_ids",
    ]
    assert opened(template_xlsx(["affiliations"])).sheetnames == ["affiliations", "_ids"]


@pytest.mark.parametrize("table", TABLES)
def test_the_header_is_bold_frozen_and_shows_what_is_required(book: Any, table: str) -> None:
    sheet = book[table]
    columns = columns_to_fill(table)
    assert [cell.value for cell in sheet[1]] == [column.name for column in columns]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes in ("A2", "B2")
    fills = {cell.fill.fgColor.rgb: column.required for cell, column in zip(sheet[1], columns, strict=True)}
    assert sorted(fills.values()) == sorted({column.required for column in columns})
    for cell, column in zip(sheet[1], columns, strict=True):
        assert fills[cell.fill.fgColor.rgb] is column.required
        assert cell.comment.text == note_of(column)
        assert sheet.column_dimensions[cell.column_letter].width >= len(column.name)


@pytest.mark.parametrize("table", TABLES)
def test_every_cell_is_text_whatever_is_typed(book: Any, table: str) -> None:
    sheet = book[table]
    for number in range(1, len(columns_to_fill(table)) + 1):
        assert sheet.column_dimensions[get_column_letter(number)].number_format == "@"
        assert {sheet.cell(row, number).number_format for row in range(1, PREPARED + 2)} == {"@"}
    assert sheet.max_row == PREPARED + 1


@pytest.mark.parametrize("column", COLUMNS)
def test_a_note_says_what_a_column_is_and_takes(column: Column) -> None:
    note = note_of(column)
    assert note.startswith(column.description + "\n")
    assert ("\nRequired.\n" in note) is column.required
    assert ("\nOptional; " in note) is not column.required
    assert (";b;" in note) is column.is_list
    assert form_of(column) != "text"
    assert "`" not in note.removeprefix(column.description)


def test_notes_name_forms_and_rules() -> None:
    notes = {c.name: note_of(c) for c in columns_to_fill("statements")}
    assert "Form: a date in EDTF: 2020-10-09 (a day), 2020-10 (a month)" in notes["said"]
    assert notes["figure_low"].endswith("Rule: figure_low is not after (of numbers: not greater than) figure_high.")
    assert "Form: a number such as 12 or 3.5, 0 or more." in notes["figure_low"]
    assert "Rule: responds_to_id is given when speech_act is retract." in notes["responds_to_id"]
    assert "Form: an id of the form statement-slug, in the characters a-z, 0-9 and -." in notes["statement_id"]


# --- Drop-downs ----------------------------------------------------------------------------------------------------


def drop_downs(sheet: Worksheet) -> dict[str, Any]:
    """Header -> the data validation of the column below it."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        left, top, right, bottom = range_boundaries(str(rule.sqref))
        assert (left, top, bottom) == (right, 2, 1_048_576)
        found[str(sheet.cell(1, left or 0).value)] = rule
    return found


def listed(book: Any, rule: Any) -> list[str]:
    """The values that a drop-down shows."""
    name, _, cells = rule.formula1.partition("!")
    return [cell.value for (cell,) in book[name][cells.replace("$", "")]]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_drop_down_shows_the_words_or_ids_of_its_column(book: Any, ds: kd.Dataset, column: Column) -> None:
    rule = drop_downs(book[column.table]).get(column.name)
    if column.vocabulary:
        assert listed(book, rule) == list(column.vocabulary.values())
    elif column.kind is Kind.BOOLEAN:
        assert listed(book, rule) == ["true", "false"]
    elif column.reference:
        assert listed(book, rule) == [node.id for node in ds.nodes if column.reference in (node.table, "nodes")]
    else:
        assert (rule is not None) is column.is_list
        assert rule is None or rule.type is None
    if rule is None:
        return
    # New ids and several values must be typeable; of a closed list nothing else may be.
    assert bool(rule.showErrorMessage) is (column.reference is None and not column.is_list)
    assert bool(rule.showInputMessage) is column.is_list
    assert not rule.showDropDown  # which in the format means: hide the arrow
    assert not column.is_list or "joined by ;" in rule.prompt
    # Excel's own limits, beyond which it calls the file damaged
    assert len(rule.promptTitle or "") <= 32
    assert len(rule.errorTitle or "") <= 32
    assert len(rule.prompt or "") <= 255
    assert len(rule.error or "") <= 255


def test_beside_words_and_ids_stands_what_they_mean(book: Any, ds: kd.Dataset) -> None:
    words, ids = book["_vocabularies"], book["_ids"]
    heads = {words.cell(1, column).value: column for column in range(1, words.max_column, 2)}
    for term in ds.vocabularies:
        if term.vocabulary in heads:
            column = heads[term.vocabulary]
            pairs = [(words.cell(row, column).value, words.cell(row, column + 1).value) for row in range(2, 60)]
            assert (term.value, term.definition) in pairs
    heads = {ids.cell(1, column).value: column for column in range(1, ids.max_column, 2)}
    labels = {ids.cell(row, heads["places"]).value: ids.cell(row, heads["places"] + 1).value for row in range(2, 60)}
    assert all(labels[node.id] == node.label for node in ds.nodes if node.table == "places")


# --- Filling in ----------------------------------------------------------------------------------------------------


def filled(ds: kd.Dataset, data: bytes) -> tuple[bytes, dict[str, list[dict[str, str | None]]]]:
    """The template with every published record, as text, and what was written."""
    book = opened(data)
    given: dict[str, list[dict[str, str | None]]] = {}
    for table in TABLES:
        sheet = book[table]
        for row, record in enumerate(ds.table(table), 2):
            cells = {c.name: c.write(getattr(record, c.name)) or None for c in columns_to_fill(table)}
            given.setdefault(table, []).append(cells)
            for number, text in enumerate(cells.values(), 1):
                sheet.cell(row, number).value = text
                sheet.cell(row, number).number_format = "@"  # as the column's format makes it below the prepared rows
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), given


def test_a_filled_in_template_reads_as_it_was_filled_in_and_validates(
    ds: kd.Dataset, data: bytes, tmp_path: Path
) -> None:
    content, given = filled(ds, data)
    rows, findings = read(content)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.table, []).append({name: raw.value for name, raw in row.cells.items()})
    assert found == given
    assert findings == []
    path = tmp_path / "filled.xlsx"
    path.write_bytes(content)
    report = kd.validate(path, against=None)
    assert list(report.findings) == []
    assert len(report.records) == len(rows)


def test_an_empty_template_is_told_as_such_and_one_sheet_is_enough(ds: kd.Dataset, data: bytes) -> None:
    for empty in (data, template_xlsx(["places"])):
        assert [finding.code for finding in read(empty)[1]] == ["KD106"]
    book = opened(data)
    place = next(iter(ds.places))
    for number, column in enumerate(columns_to_fill("places"), 1):
        book["places"].cell(2, number).value = column.write(getattr(place, column.name)) or None
    out = io.BytesIO()
    book.save(out)
    rows, findings = read(out.getvalue())
    assert findings == []
    assert [(row.table, row.cells["place_id"].value) for row in rows] == [("places", place.place_id)]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_template_survives_libreoffice(ds: kd.Dataset, data: bytes, tmp_path: Path) -> None:
    content, given = filled(ds, data)
    (tmp_path / "filled.xlsx").write_bytes(content)
    command = ["soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "out", "filled.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    rows, findings = read((tmp_path / "out" / "filled.xlsx").read_bytes())
    assert findings == []
    assert len(rows) == sum(map(len, given.values()))


# --- The file ------------------------------------------------------------------------------------------------------


def test_the_same_template_has_the_same_bytes() -> None:
    script = "import sys, karabakh_data.template as t; sys.stdout.buffer.write(t.template_xlsx(['evidence']))"
    made = [
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1] == template_xlsx(["evidence"])


def test_no_time_of_making_stands_in_it(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = archive.read("docProps/core.xml").decode()
    assert properties.count("1980-01-01T00:00:00Z") == 2
    assert ">20" not in properties


def test_without_openpyxl_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'karabakh-data\[xlsx\]'"):
        template_xlsx(["places"])
    assert template_csv("places")
