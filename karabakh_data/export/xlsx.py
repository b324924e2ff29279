"""XLSX: a sheet for each table with notes at the header, and a first sheet that says what the workbook is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from karabakh_data import workbook
from karabakh_data.columns import SEPARATOR, Column, Kind, columns_of
from karabakh_data.descriptor import TITLE, is_own_key
from karabakh_data.export import ExportError
from karabakh_data.export.about import ABOUT, about, meaning, meaning_of
from karabakh_data.models import Record
from karabakh_data.tables import MODELS
from karabakh_data.workbook import AS_TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from karabakh_data.dataset import Dataset

LONGEST = 32_767
"""Characters that a cell of a spreadsheet takes."""

_TYPED = (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)


def write(ds: Dataset, target: Path) -> None:
    """Write the workbook. Numbers and truth values are such cells; everything else is text, days too.

    A spreadsheet knows no day before 1900, no day that is only a month, and no list.

    Raises:
        karabakh_data.frames.MissingExtraError: openpyxl is not installed.
        ExportError: A text is longer than a cell can hold.
    """
    book = workbook.new(TITLE)
    _tell(book.create_sheet(ABOUT), ds)
    for name, model in MODELS.items():
        _fill(book.create_sheet(name), columns_of(model), ds.table(name))
    target.write_bytes(workbook.saved(book))


def _fill(sheet: Worksheet, columns: tuple[Column, ...], records: Iterable[Record]) -> None:
    workbook.freeze(sheet, columns)
    for number, column in enumerate(columns, 1):
        workbook.head(sheet, number, column, note_of(column), marked=column.is_key)
    for row, record in enumerate(records, 2):
        for number, column in enumerate(columns, 1):
            value = getattr(record, column.name)
            if value is not None and value != ():
                _put(sheet, row, number, column, value)
    sheet.auto_filter.ref = sheet.dimensions


def _put(sheet: Worksheet, row: int, number: int, column: Column, value: Any) -> None:
    if column.kind in _TYPED and not column.is_list:
        sheet.cell(row, number, value)
        return
    text = column.write(value)
    if len(text) > LONGEST:
        raise ExportError(
            f"{column.table}, row {row}: `{column.name}` has {len(text):,} characters, and a cell of a spreadsheet "
            f"holds {LONGEST:,}; choose another format"
        )
    cell = sheet.cell(row, number, text)
    cell.data_type = "s"  # whatever it begins with, it is never run
    cell.number_format = AS_TEXT


def note_of(column: Column) -> str:
    """What a column means and which form its cells have."""
    lines = [meaning_of(column)]
    if column.vocabulary:
        lines.append(f"A word of {column.vocabulary.name_in_tables()}; the sheet vocabularies defines each.")
    if column.reference and not is_own_key(column):
        lines.append(f"Refers to the sheet {column.reference}.")
    if column.is_list:
        lines.append(f"Several values are joined by {SEPARATOR}")
    if column.kind is Kind.EDTF:
        lines.append("A date in EDTF (ISO 8601-2), as text.")
    elif column.kind is Kind.DAY:
        lines.append("A day as text, YYYY-MM-DD.")
    return "\n".join(lines)


def _tell(sheet: Worksheet, ds: Dataset) -> None:
    """The first sheet: the data set in a few lines, then what each sheet holds."""
    from openpyxl.styles import Alignment, Font

    rows = [*about(ds).items(), ("", ""), *((name, meaning(model)) for name, model in MODELS.items())]
    sheet.column_dimensions["A"].width = 20
    sheet.column_dimensions["B"].width = 110
    for number, (heading, text) in enumerate(rows, 1):
        sheet.cell(number, 1, heading or None).font = Font(bold=True)
        cell = sheet.cell(number, 2, text or None)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(number, 1).alignment = Alignment(vertical="top")
