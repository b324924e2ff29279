"""Templates to fill in: a table's header as CSV, or a workbook with notes, drop-downs and cells that stay text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from pydantic import StringConstraints

from karabakh_data import dataset, workbook
from karabakh_data.columns import SEPARATOR, Column, Kind, columns_of
from karabakh_data.models import types
from karabakh_data.suggest import did_you_mean
from karabakh_data.tables import CONTRIBUTED_TABLES, MODELS, not_contributed
from karabakh_data.workbook import AS_TEXT

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WORDS = "_vocabularies"
IDS = "_ids"
HELPER_SHEETS = frozenset({WORDS, IDS})
"""Sheets of a template that the drop-downs take their values from; they hold no records."""

PREPARED = 200
"""Rows whose cells are formatted as text one by one, for programs that pass over the format of whole columns."""

LAST_ROW = 1_048_576
BOOLEAN = "boolean"


def tables_to_fill() -> tuple[str, ...]:
    """The tables that take contributions, in order."""
    return CONTRIBUTED_TABLES


def columns_to_fill(table: str) -> tuple[Column, ...]:
    """The columns of a table that a contributor gives: those that are not derived, or that every record needs.

    Raises:
        KeyError: There is no such table; names the nearest ones.
        ValueError: The table takes no contributions.
    """
    if table not in MODELS:
        raise KeyError(f"no table {table!r}{did_you_mean(table, tables_to_fill())}")
    if table not in CONTRIBUTED_TABLES:
        raise ValueError(not_contributed(table))
    columns = columns_of(MODELS[table])
    return tuple(c for c in columns if c.required or c.origin is None or not c.origin.is_derived)


def template_csv(table: str) -> bytes:
    """The header line of a table.

    Raises:
        KeyError: There is no such table.
        ValueError: The table takes no contributions.
    """
    return (",".join(column.name for column in columns_to_fill(table)) + "\n").encode("utf-8")


# --- What a cell takes ---------------------------------------------------------------------------------------------


@cache
def _forms() -> dict[str, str]:
    """Pattern -> what it demands, in the words of the models' own types."""
    found: dict[str, str] = {}
    for name in vars(types):
        parts = get_args(getattr(types, name))
        patterns = [str(part.pattern) for part in parts if isinstance(part, StringConstraints)]
        words = [part.words for part in parts if isinstance(part, types.Expected)]
        found.update(zip(patterns, words, strict=False))
    return found


_DATE = (
    "a date in EDTF: 2020-10-09 (a day), 2020-10 (a month), 2020 (a year), 2020-10-09? (uncertain), 2020-10-09~ "
    "(approximate), 2020-10-09/2020-10-12 (from, to), 2020/.. (open), [2020-10-09..2020-10-12] (one of these days)"
)


def form_of(column: Column) -> str:
    """What one value of a column looks like, in words."""
    if column.vocabulary:
        return f"a word from the drop-down; the sheet {WORDS} defines each"
    if column.reference:
        table = "any table" if column.reference == "nodes" else column.reference
        return f"the id of a record of {table}: a published one from the drop-down, or one that you add"
    if column.kind is Kind.EDTF:
        return _DATE
    if column.kind is Kind.BOOLEAN:
        return "true or false"
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        kind = "a whole number" if column.kind is Kind.INTEGER else "a number such as 12 or 3.5"
        least = f", {column.minimum:g} or more" if column.minimum is not None else ""
        most = f", {column.maximum:g} or less" if column.maximum is not None else ""
        return f"{kind}{least}{most}"
    return _forms().get(column.pattern or "", "text")


def note_of(column: Column) -> str:
    """All that a contributor needs to know of a column."""
    form = form_of(column)
    lines = [
        column.description,
        "Required." if column.required else "Optional; leave the cell empty where nothing is known.",
        f"Form: {form}.",
    ]
    if column.is_list:
        lines.append(f"Takes several values, joined by {SEPARATOR} without blanks: a{SEPARATOR}b{SEPARATOR}c")
    rules = [str(rule).replace("`", "") for rule in MODELS[column.table].RULES if column.name in rule.fields]
    return "\n".join([*lines, *(f"Rule: {rule}." for rule in rules)])


# --- Workbook ------------------------------------------------------------------------------------------------------


def template_xlsx(tables: Sequence[str] = ()) -> bytes:
    """A workbook with a sheet for each table (all that take contributions where none is named); always the same bytes.

    Raises:
        KeyError: There is no such table.
        ValueError: A table is derived from the others.
        karabakh_data.frames.MissingExtraError: openpyxl is not installed.
    """
    chosen = {table: columns_to_fill(table) for table in tables or tables_to_fill()}
    book = workbook.new(f"Template for {', '.join(chosen)}")
    sheets = {table: book.create_sheet(table) for table in chosen}
    columns = [column for group in chosen.values() for column in group]
    sources = _add_words(book, columns) | _add_ids(book, columns)
    for table, sheet in sheets.items():
        _fill(sheet, chosen[table], sources)
    return workbook.saved(book)


def _fill(sheet: Worksheet, columns: Sequence[Column], sources: dict[str, str]) -> None:
    from openpyxl.utils import get_column_letter

    workbook.freeze(sheet, columns)
    for number, column in enumerate(columns, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].number_format = AS_TEXT
        workbook.head(sheet, number, column, note_of(column), marked=column.required)
        for row in range(2, PREPARED + 2):
            sheet.cell(row, number).number_format = AS_TEXT
        _add_drop_down(sheet, column, f"{letter}2:{letter}{LAST_ROW}", sources.get(_source(column) or ""))


def _source(column: Column) -> str | None:
    """The name of the list that a column's drop-down shows."""
    if column.vocabulary:
        return f"{WORDS}.{column.vocabulary.name_in_tables()}"
    if column.kind is Kind.BOOLEAN:
        return f"{WORDS}.{BOOLEAN}"
    return f"{IDS}.{column.reference}" if column.reference else None


def _add_drop_down(sheet: Worksheet, column: Column, cells: str, source: str | None) -> None:
    """A drop-down; the program refuses other values only where one of a closed list is asked for."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if source is None and not column.is_list:
        return
    is_closed = column.reference is None and not column.is_list
    rule = DataValidation(
        type="list" if source else None, formula1=source, allow_blank=True, showErrorMessage=is_closed, sqref=cells
    )
    if is_closed:
        rule.errorTitle = "Not in the list"
        rule.error = f"{column.name} takes one of the words of the drop-down. The sheet {WORDS} defines them."
    if column.is_list:
        rule.showInputMessage = True
        rule.promptTitle = column.name
        example = f"a{SEPARATOR}b{SEPARATOR}c"
        chosen = " Choose one from the list, or type several." if source else ""
        rule.prompt = f"Takes several values, joined by {SEPARATOR} without blanks: {example}.{chosen}"
    sheet.add_data_validation(rule)


# --- Helper sheets -------------------------------------------------------------------------------------------------


def _add_words(book: Any, columns: Iterable[Column]) -> dict[str, str]:
    lists: dict[str, list[tuple[str, str]]] = {}
    for column in columns:
        if column.vocabulary:
            words = [(word.value, word.definition) for word in column.vocabulary]
            lists[column.vocabulary.name_in_tables()] = words
        elif column.kind is Kind.BOOLEAN:
            lists[BOOLEAN] = [("true", "Yes."), ("false", "No.")]
    return _add_lists(book, WORDS, "definition", lists)


def _add_ids(book: Any, columns: Iterable[Column]) -> dict[str, str]:
    wanted = {column.reference for column in columns if column.reference}
    if not wanted:
        return {}
    nodes = dataset.load().nodes
    lists = {
        table: [(node.id, node.label) for node in nodes if table in (node.table, "nodes")]
        for table in MODELS
        if table in wanted
    }
    return _add_lists(book, IDS, "label", lists)


def _add_lists(book: Any, name: str, beside: str, lists: dict[str, list[tuple[str, str]]]) -> dict[str, str]:
    """A helper sheet with two columns for each list; returns the ranges of the values by `sheet.list`."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    if not lists:
        return {}
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    ranges = {}
    for index, (title, rows) in enumerate(lists.items()):
        column = 2 * index + 1
        for offset, (head, width) in enumerate(((title, 36), (beside, 60))):
            cell = sheet.cell(1, column + offset, head)
            cell.font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(column + offset)].width = width
        for row, pair in enumerate(rows, 2):
            for offset, text in enumerate(pair):
                cell = sheet.cell(row, column + offset, text)
                cell.number_format = AS_TEXT
        letter = get_column_letter(column)
        ranges[f"{name}.{title}"] = f"{name}!${letter}$2:${letter}${len(rows) + 1}"
    return ranges
