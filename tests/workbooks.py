"""Workbooks for tests: sound ones by openpyxl, others by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import openpyxl

from karabakh_data.validation.finding import Finding
from karabakh_data.validation.raw import Input, Notation, RawRow, Reading
from karabakh_data.validation.readers.workbook import read_workbook

COLUMNS = ("incident_id", "name", "incident_type", "date", "place_ids", "background", "summary", "source_ids")
VALUES = ("incident-a", "A", "shelling", "2020-10", "place-a", "true", "Text.", "source-a")


def read(data: bytes, hint: str | None = None, table: str | None = None) -> tuple[list[RawRow], list[Finding]]:
    """The rows and the findings, in the order of reports."""
    findings: list[Finding] = []
    reading = Reading(Input("file.xlsx", 3, Notation.SHEET), findings, table)
    rows = list(read_workbook(reading, data, hint=hint))
    return rows, sorted(findings, key=lambda finding: finding.sort_key)


def told(findings: Iterable[Finding]) -> list[tuple[str, str | None, str | None]]:
    return [(finding.code, finding.cell, finding.field) for finding in findings]


def written(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


Change = Callable[[Any], object]


def incidents(change: Change = lambda sheet: None, rows: int = 1, title: str = "incidents") -> bytes:
    """A workbook of sound incidents in the rows from 2 on, changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append(COLUMNS)
    for number in range(rows):
        sheet.append((f"incident-{number}", *VALUES[1:]))
    change(sheet)
    return written(book)


def put(**cells: Any) -> Change:
    """Sets cells to values; a pair is a value and its number format."""

    def change(sheet: Any) -> None:
        for ref, value in cells.items():
            sheet[ref] = value[0] if isinstance(value, tuple) else value
            if isinstance(value, tuple):
                sheet[ref].number_format = value[1]

    return change


# --- Workbooks by hand ---------------------------------------------------------------------------------------------

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADER = '<row r="1"><c r="A1" t="str"><v>incident_id</v></c><c r="B1" t="str"><v>name</v></c></row>'
SHEET = '<sheet name="incidents" sheetId="1" r:id="rId1"/>'


def related(*targets: tuple[str, str]) -> str:
    relations = (
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f"<Relationships>{''.join(relations)}</Relationships>"


def packed(rows: str = "", *, after: str = "", sheets: str = SHEET, parts: dict[str, str] | None = None) -> bytes:
    """A workbook of one worksheet with these rows below the header."""
    own = {
        "_rels/.rels": related(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": related(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "/xl/sharedStrings.xml"), ("styles", "styles.xml")
        ),
        "xl/sharedStrings.xml": "<sst/>",
        "xl/styles.xml": "<styleSheet/>",
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{HEADER}{rows}</sheetData>{after}</worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in (own | (parts or {})).items():
            archive.writestr(name, content)
    return out.getvalue()


def cells_of(data: bytes) -> dict[str, Any]:
    """The values below the header by reference."""
    rows, _ = read(data)
    return {raw.ref or "": raw.value for row in rows for raw in row.cells.values() if raw.value is not None}


def sheets(**tables: Iterable[Iterable[Any]]) -> bytes:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return written(book)


def archive(**parts: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()
