"""What the workbooks that we write have in common: headers with notes, widths, and always the same bytes."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from karabakh_data.columns import Column, Kind
from karabakh_data.frames import require

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

AS_TEXT = "@"
"""The number format of cells that stay text, whatever they look like."""

ABOUT = "_about"
"""The sheet of an exported workbook that says what it is."""

_STAMP = datetime.datetime(1980, 1, 1)
"""The time in every archive entry and property, so that the same workbook has the same bytes."""
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def new(title: str) -> Any:
    """A workbook without sheets.

    Raises:
        karabakh_data.frames.MissingExtraError: openpyxl is not installed.
    """
    book = require("openpyxl", "xlsx").Workbook()
    book.remove(book.active)
    book.properties.creator = "karabakh_data"
    book.properties.title = title
    book.properties.created = _STAMP
    return book


def freeze(sheet: Worksheet, columns: Sequence[Column]) -> None:
    """Keep the header in sight, and the record's own id."""
    sheet.freeze_panes = "B2" if columns[0].is_key and not columns[0].reference else "A2"


def head(sheet: Worksheet, number: int, column: Column, note: str, *, marked: bool) -> None:
    """The header cell of a column, with its note, and the column's width.

    Args:
        sheet: The sheet.
        number: Number of the column, from 1.
        column: The column.
        note: What the note says.
        marked: Whether the cell stands out.
    """
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.column_dimensions[get_column_letter(number)].width = width(column)
    cell = sheet.cell(1, number, column.name)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="FFE699" if marked else "EDEDED")
    cell.number_format = AS_TEXT
    lines = sum(1 + len(line) // 55 for line in note.split("\n"))
    cell.comment = Comment(note, "karabakh_data", width=400, height=20 + 18 * lines)


def width(column: Column) -> float:
    """The width of a column, in characters."""
    if column.vocabulary or column.kind is not Kind.TEXT:
        wide = 24 if column.vocabulary or column.kind is Kind.EDTF else 12
    elif column.reference or column.is_key:
        wide = 36
    else:
        wide = 60 if column.name in ("summary", "description", "note", "quote", "terms") else 30
    return max(wide, len(column.name) + 2)


def saved(book: Any) -> bytes:
    """The bytes of a workbook, the same for the same content."""
    out = io.BytesIO()
    book.save(out)
    return _without_times(out.getvalue())


def _without_times(data: bytes) -> bytes:
    """The archive with the same time at every entry and property."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
        for info in given.infolist():
            content = given.read(info)
            if info.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + _STAMP.isoformat().encode() + b"Z", content)
            entry = zipfile.ZipInfo(info.filename, _STAMP.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            made.writestr(entry, content)
    return out.getvalue()
