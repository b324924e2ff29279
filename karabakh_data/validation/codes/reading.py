"""KD1: what is wrong with a file before any value is judged."""

from __future__ import annotations

from collections.abc import Iterable

from karabakh_data.suggest import nearest
from karabakh_data.tables import MODELS
from karabakh_data.validation.codes import Said, code
from karabakh_data.validation.finding import Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

FORMATS = "CSV, TSV, JSON, JSON Lines, YAML, XLSX or Parquet"
"""What can be read, for messages."""


def short(name: str) -> str:
    """A name in quotation marks for a message, cut where it is long."""
    return repr(name if len(name) <= 60 else name[:59] + "…")


def listed(names: Iterable[str]) -> str:
    """Names for a message."""
    return ", ".join(names)


# --- The file ------------------------------------------------------------------------------------------------------


@code("KD101", ERROR)
def unreadable(reason: str) -> Said:
    """The input cannot be read.

    It does not exist, may not be opened, or is damaged so that its format's own reader gives up. The message says what
    that reader found. Look at the path; export the file anew.
    """
    return Said(f"cannot be read: {reason}")


@code("KD102", ERROR)
def unknown_format(what: str, repair: str = f"give {FORMATS}") -> Said:
    """The format is not one that is read, or is not the one that the name says.

    Accepted are CSV (.csv), TSV (.tsv), JSON (.json), JSON Lines (.jsonl), YAML (.yaml, .yml), XLSX (.xlsx), Parquet
    (.parquet), a directory of them and a datapackage.json. An old .xls workbook or an .ods sheet can be saved as XLSX.
    """
    return Said(f"{what}; {repair}")


@code("KD103", ERROR)
def not_utf8(what: str, repair: str = "save the file as UTF-8") -> Said:
    """The text is not encoded in UTF-8.

    Told once for a file, at the first character that is not UTF-8. A spreadsheet offers “CSV UTF-8” when saving. A byte
    order mark at the start of a UTF-8 file is accepted.
    """
    return Said(f"{what}; {repair}")


@code("KD104", ERROR)
def control_character(character: str, suggestion: str | None = None) -> Said:
    """A control character, such as NUL, or half of a surrogate pair stands in the file.

    No tool shows them, several cut the text there, and none means anything in a record. Delete the character.
    """
    return Said(f"holds the control character U+{ord(character):04X}; delete it", suggestion)


@code("KD105", ERROR)
def unknown_table(what: str, names: Iterable[str] = ()) -> Said:
    """It cannot be told which table the records belong to.

    The table is told from `--table`, from the name of the file, sheet or key (`incidents.csv`), or from the columns.
    """
    near = nearest(what, MODELS, 1) if what else []
    given = f"{what!r} is none of the tables {listed(MODELS)}" if what else "the table cannot be told"
    fit = f"; the columns fit {' and '.join(names)}" if names else ""
    return Said(f"{given}{fit}; name the file or sheet after its table, or take it out", near[0] if near else None)


@code("KD111", ERROR)
def other_table(named: str, fits: str) -> Said:
    """The name of a file or sheet says one table, and its columns are those of another.

    The records are judged by their columns. Rename the file or sheet.
    """
    return Said(f"is named after {named}, but the columns are those of {fits}; rename it", fits)


@code("KD106", ERROR)
def nothing_there(what: str) -> Said:
    """The file, sheet or list holds no records, or a table has no header.

    An empty file passes no judgement on anything, so it is told instead of passing as clean.
    """
    return Said(what)


@code("KD107", ERROR)
def too_large(what: str, limit: str, repair: str = "for many records use CSV, JSON Lines or Parquet") -> Said:
    """The file is larger than its format is read to.

    JSON, YAML and XLSX are held in memory and have limits; cells and lines have limits in every format. For many
    records use CSV, JSON Lines or Parquet, which are read record by record.
    """
    return Said(f"{what}, more than {limit}; {repair}")


@code("KD108", ERROR)
def outside(what: str) -> Said:
    """A path leads out of the folder or package that was given, or is a symbolic link or an address.

    A contribution is read where it lies and nowhere else. Put a copy of the file into the folder.
    """
    return Said(f"{what}; put the file itself into the folder")


@code("KD109", NOTE)
def not_read(what: str) -> Said:
    """A file of the folder, or a part of the input, holds no records and is passed over.

    Told so that nothing is lost in silence; there is nothing to mend if it was not meant as records.
    """
    return Said(f"{what}; not read")


@code("KD110", ERROR)
def not_as_described(what: str) -> Said:
    """A file of a data package is not what `datapackage.json` says: its size or hash differs, or it is missing.

    Either the file was changed after the package was made, or the descriptor was. Make the package anew.
    """
    return Said(f"{what}; make datapackage.json anew, or restore the file")


# --- Delimited text ------------------------------------------------------------------------------------------------


@code("KD121", ERROR)
def wrong_delimiter(found: str, expected: str) -> Said:
    """The cells are separated by something else than the format's delimiter.

    CSV has commas, TSV has tabs. Spreadsheets of some countries write semicolons: choose comma on export. The file is
    judged as if it had the right delimiter, so that everything else is told as well.
    """
    return Said(f"the cells are separated by {found}, expected {expected}; export the file with {expected}")


@code("KD122", ERROR)
def bare_quote(what: str, repair: str = "put the whole cell in quotation marks and double those inside it") -> Said:
    """A quotation mark stands where CSV (RFC 4180) allows none.

    A cell with a comma, a line break or a quotation mark is put in quotation marks as a whole, and every mark inside
    it is doubled: `"he said ""stop"", twice"`. The record is read to the end of its line and not judged further.
    """
    return Said(f"{what}; {repair}")


@code("KD123", ERROR)
def open_quote() -> Said:
    """A quotation mark opens a cell and none closes it.

    Everything after it would be one cell, up to the end of the file or to the next mark. Close the cell; if the mark
    belongs to the text, put the whole cell in quotation marks and double it. Where the lines after it are records of
    their own, they are judged, and only the one line is not.
    """
    return Said("the quotation mark opens a cell that is never closed; close it, or quote the cell and double the mark")


@code("KD124", ERROR)
def ragged_row(cells: int, expected: int) -> Said:
    """A row has more or fewer cells than the header.

    Too many: a comma in a text that is not in quotation marks. Too few: an empty cell left out; empty cells keep their
    commas. The row is not judged further, since its cells may stand under the wrong columns.
    """
    repair = "put a text with commas in quotation marks" if cells > expected else "keep the commas of empty cells"
    return Said(f"{cells} cell{'s' if cells != 1 else ''}, but the header has {expected}; {repair}")


@code("KD125", WARNING)
def blank_row(count: int) -> Said:
    """One or several rows are blank.

    Other readers take a blank row for the end of the table or for a record of nothing. Delete it.
    """
    return Said("a blank row; delete it" if count == 1 else f"{count:,} blank rows; delete them")


@code("KD126", ERROR)
def line_ends(ends: str = "a lone carriage return") -> Said:
    """The lines end in lone carriage returns, as on very old systems, or in two of them and a line feed.

    Other readers see one long line, or a blank row after each. Told once; save the file with LF or CRLF line ends. (In
    Python, open a file that `csv` writes with `newline=""`.)
    """
    return Said(f"the lines end in {ends}; save with LF or CRLF line ends")


# --- Columns -------------------------------------------------------------------------------------------------------


@code("KD131", ERROR)
def unknown_column(name: str, table: str, candidates: Iterable[str]) -> Said:
    """The table has no column of this name.

    Names are lower-case with underscores, exactly as in the data dictionary. Nothing in such a column would be kept, so
    it is told once, at its name. Where one of the table's columns is meant, its absence is not told as well.
    """
    if not name.strip():
        return Said(f"a column without a name holds values; give it the name of a column of {table}")
    if name in MODELS:
        return Said(f"{table} has no column {name!r}: its records are a table of their own, beside {table}, not in it")
    near = nearest("_".join(name.split()), candidates, 1)
    return Said(f"{table} has no column {short(name)}", near[0] if near else None)


@code("KD132", ERROR)
def repeated_column(name: str, first: str) -> Said:
    """A column or key stands twice.

    Only the first is judged. Keep one.
    """
    return Said(f"{short(name)} stands twice, first at {first}; keep one")


@code("KD133", ERROR)
def missing_column(name: str, table: str) -> Said:
    """A column that every record needs is missing from the header.

    Told once, not for every row. `karabakh-data template TABLE` writes the header.
    """
    return Said(f"the column {name} is missing, which every row of {table} needs; add it")


@code("KD134", ERROR)
def no_header(table: str) -> Said:
    """The first row is no header: none of its cells is the name of a column.

    The header names the columns and stands before all records, with nothing above it. Nothing can be judged without it.
    `karabakh-data template TABLE` writes it.
    """
    return Said(f"the first row names no column of {table}; put the header first")


# --- JSON, YAML ----------------------------------------------------------------------------------------------------


@code("KD141", ERROR)
def syntax(reason: str) -> Said:
    """The text is no JSON or no YAML from this place on.

    Reading stops there: what follows cannot be told apart. In JSON Lines only the one line is lost.
    """
    return Said(reason)


@code("KD142", ERROR)
def structure(what: str, expected: str) -> Said:
    """The values are not arranged as records.

    Expected is a list of records, or a mapping from table names to lists of records; a record maps column names to
    values, and only list columns hold lists.
    """
    return Said(f"{what}, expected {expected}")


@code("KD143", ERROR)
def refused(what: str) -> Said:
    """A construct that is not accepted from a file: YAML anchors, aliases and tags, nesting deeper than 64.

    They can make a small file explode in memory or run code, and a list of records needs none of them. The XML of a
    workbook may hold no document type, for the same reason.
    """
    return Said(f"{what} is not accepted here; write the values out")


@code("KD144", ERROR)
def unusable_number(text: str) -> Said:
    """A number that no other program reads the same: NaN, Infinity, or one beyond what numbers can hold.

    Leave the value out where it is not known.
    """
    return Said(f"{text} is no number that can be kept; write a plain number or leave it out")


@code("KD145", WARNING)
def comment_behind(kept: str) -> Said:
    """In YAML, a text without quotation marks is followed by a blank and `#`, where a comment begins.

    What stands behind the sign is not part of the value. Put the text in quotation marks if it belongs to it; put a
    comment on a line of its own.
    """
    return Said(f"only {kept!r} is kept: behind # stands a comment; put the text in quotation marks if # belongs to it")


# --- Typed cells ---------------------------------------------------------------------------------------------------


@code("KD151", ERROR)
def merged_cells(ref: str) -> Said:
    """Cells are merged.

    Only the first of them holds the value, the others are empty to every program. Undo the merging and repeat the value
    where it belongs.
    """
    return Said(f"the cells {ref} are merged; undo the merging and write the value into each cell that it belongs to")


@code("KD152", ERROR)
def formula(text: str) -> Said:
    """A cell holds a formula.

    A formula is not a value: it gives another result, or none, in another program. Paste the cell as values.
    """
    return Said(f"holds the formula {text[:60]!r}; paste it as a value")


@code("KD153", ERROR)
def error_cell(text: str) -> Said:
    """A cell holds a spreadsheet's error, such as `#N/A` or `#DIV/0!`.

    Write the value, or leave the cell empty.
    """
    return Said(f"holds the error {text}; write the value or leave the cell empty")


@code("KD154", ERROR)
def typed_as_date(iso: str) -> Said:
    """A date column holds a cell that the program turned into a day.

    Spreadsheets and data frames turn `2020-10` and `10/11/2020` into one day, and what was typed is lost. Format the
    column as text and type the date again, in EDTF: `2020-10`, `2020-10-10`, `2020-10?`.
    """
    return Said(f"was turned into the day {iso}, so that what was typed is lost; format as text and type it again")


@code("KD155", WARNING)
def number_as_text(text: str) -> Said:
    """A number or truth value is given as text.

    Told of a workbook. It is taken as meant, but a program that trusts the types will not count it. Enter it as a
    number, or format the cell as text.
    """
    return Said(f"{short(text)} is given as text; give it its own type")


@code("KD156", ERROR)
def wrong_type(given: str, expected: str, suggestion: str | None = None) -> Said:
    """A value has another type than its column: a number where text is expected, a list or several values where one
    value is, or text for a list.

    JSON tells text, numbers and lists apart: dates and ids are text in quotation marks, a list stands in brackets.
    """
    return Said(f"is {given}, expected {expected}", suggestion)


@code("KD157", WARNING)
def number_format(form: str, value: str) -> Said:
    """A workbook shows a number otherwise than it is stored: as a percentage, a currency, rounded.

    The stored number is what counts. Look whether it is what was meant, and format the cell as General or text.
    """
    return Said(f"is shown in the format {form!r}, but {value} is stored; check the value and format it as text")
