"""What the reader of workbooks promises: every value with its cell, and every fault at its cell."""

from __future__ import annotations

import datetime
import io
import re
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import COLUMNS, VALUES, Change, cells_of, incidents, packed, put, read, sheets, told, written

from karabakh_data.validation.raw import Input, Notation, Raw, RawRow
from karabakh_data.validation.readers.numberformat import day_of, is_date, is_shown_otherwise

# --- Values --------------------------------------------------------------------------------------------------------


def test_each_value_knows_its_row_column_and_cell() -> None:
    rows, findings = read(incidents(rows=2))
    assert findings == []
    assert [(row.table, row.row, row.line, row.column, row.ref) for row in rows] == [
        ("incidents", 1, 2, 1, "A2"),
        ("incidents", 2, 3, 1, "A3"),
    ]
    assert rows[1].cells["date"] == Raw("2020-10", 3, 4, "D3")
    assert list(rows[0].cells) == list(COLUMNS)
    assert rows[0].source == Input("file.xlsx", 3, Notation.SHEET, rows[0].source.line_text, "incidents")


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("text", "text"),
        ("two\nlines", "two\nlines"),
        (" blanks ", " blanks "),
        ("Bayramov, “Ceyhun”", "Bayramov, “Ceyhun”"),
        (7, 7),
        (7.0, 7),
        (-2.5, -2.5),
        (1e300, 1e300),
        (True, True),
        (False, False),
        (datetime.date(2020, 10, 9), datetime.date(2020, 10, 9)),
        (datetime.datetime(2020, 10, 9), datetime.date(2020, 10, 9)),
        (datetime.datetime(2020, 10, 9, 12, 30), datetime.datetime(2020, 10, 9, 12, 30)),
        (datetime.date(1900, 1, 1), datetime.date(1900, 1, 1)),
        (datetime.date(1900, 3, 1), datetime.date(1900, 3, 1)),
        (datetime.date(9999, 12, 31), datetime.date(9999, 12, 31)),
        ((44113, "dd.mm.yyyy"), datetime.date(2020, 10, 9)),
        ((44113, "[$-40C]d mmmm yyyy;@"), datetime.date(2020, 10, 9)),
    ],
)
def test_a_cell_gives_the_value_that_was_typed(given: Any, value: Any) -> None:
    rows, findings = read(incidents(put(D2=given)))
    assert findings == []
    assert rows[0].cells["date"].value == value
    assert type(rows[0].cells["date"].value) is type(value)


def test_an_empty_cell_of_a_record_has_its_place_too() -> None:
    rows, findings = read(incidents(put(D2=None, G2="")))
    assert findings == []
    assert rows[0].cells["date"] == Raw(None, 2, 4, "D2")
    assert rows[0].cells["summary"] == Raw(None, 2, 7, "G2")


def test_a_cell_formatted_as_text_says_so() -> None:
    rows, findings = read(incidents(put(D2=("2020", "@"), E2=(5, "@"))))
    assert findings == []
    assert rows[0].cells["date"] == Raw("2020", 2, 4, "D2", as_text=True)
    assert rows[0].cells["place_ids"] == Raw(5, 2, 5, "E2", as_text=True)
    assert not rows[0].cells["name"].as_text


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.title = "incidents"
    sheet.append(COLUMNS)
    sheet.append((*VALUES[:3], datetime.date(2020, 10, 9), *VALUES[4:]))
    assert read(written(book))[0][0].cells["date"].value == datetime.date(2020, 10, 9)


def test_strings_are_read_however_they_are_written() -> None:
    strings = (
        "<sst><si><t>shared</t></si>"
        "<si><r><t>in </t></r><r><rPr><b/></rPr><t>pieces</t></r><rPh><t>furigana</t></rPh></si>"
        "<si><t>_x0041__x005F_x0042__xD83D__xDE00_</t></si></sst>"
    )
    rows = (
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>'
        '<c r="B4" t="str"><v>c</v></c></row>'
        '<row><c t="s"><v>2</v></c><c t="d"><v>2020-10-09</v></c></row>'
    )
    assert cells_of(packed(rows, parts={"xl/sharedStrings.xml": strings})) == {
        "A2": "shared",
        "B2": "in pieces",
        "A4": "ab",
        "B4": "c",
        "A5": "A_x0042_😀",
        "B5": datetime.datetime(2020, 10, 9),
    }


def test_prefixed_names_of_xml_mean_the_same() -> None:
    sheet = '<x:worksheet xmlns:x="u"><x:sheetData><x:row><x:c t="str"><x:v>incident_id</x:v></x:c></x:row>'
    sheet += '<x:row r="2"><x:c t="str"><x:v>a</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    assert cells_of(packed(parts={"xl/worksheets/sheet1.xml": sheet})) == {"A2": "a"}


def test_the_values_are_those_that_openpyxl_reads() -> None:
    days = [
        datetime.datetime(1900, 1, 1) + datetime.timedelta(days=day, hours=day % 5) for day in range(0, 60_000, 997)
    ]
    numbers = [0.1, 1 / 3, 123456789012, -1e-7, 2.5e20, 3]

    def change(sheet: Any) -> None:
        for row, value in enumerate([*days, *numbers], 2):
            sheet.cell(row, 1, f"incident-{row}")
            sheet.cell(row, 4, value)

    data = incidents(change)
    rows, _ = read(data)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["incidents"]
    for row in rows:
        expected, found = sheet.cell(row.line or 0, 4).value, row.cells["date"].value
        if isinstance(found, datetime.date) and not isinstance(found, datetime.datetime):
            found = datetime.datetime.combine(found, datetime.time())
        assert found == expected
    assert len(rows) == len(days) + len(numbers)


# --- Faults of cells -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put(G2="=A1&B1"), ("KD152", "incidents!G2", "summary")),
        (put(G2="#N/A"), ("KD153", "incidents!G2", "summary")),
        (put(G2="#DIV/0!"), ("KD153", "incidents!G2", "summary")),
        (put(G2="a\x7fb"), ("KD104", "incidents!G2", "summary")),
        (put(G2="a\x85b"), ("KD104", "incidents!G2", "summary")),
        (put(G2="a_x0000_b"), ("KD104", "incidents!G2", "summary")),
        (put(G2="a_x000D_\nb"), ("KD104", "incidents!G2", "summary")),
        (put(G2="a_xD800_b"), ("KD104", "incidents!G2", "summary")),
        (lambda sheet: sheet.merge_cells("G2:H2"), ("KD151", "incidents!G2", "summary")),
    ],
)
def test_a_faulty_cell_is_told_at_its_place_and_judged_no_further(
    change: Change, expected: tuple[str, str, str]
) -> None:
    rows, findings = read(incidents(change, rows=2))
    assert told(findings) == [expected]
    (finding,) = findings
    assert (finding.line, finding.column, finding.row) == (2, 7, 1)
    assert (finding.table, finding.file, finding.file_order) == ("incidents", "file.xlsx", 3)
    assert len(rows) == 2
    assert rows[0].told
    assert not rows[0].told & rows[0].cells.keys()
    assert rows[0].told | rows[0].cells.keys() == set(COLUMNS)
    assert rows[1].told == set()


def test_the_message_of_a_formula_shows_it() -> None:
    _, findings = read(incidents(put(G2="=VLOOKUP(A2,B:C,2)")))
    assert findings[0].message == "holds the formula '=VLOOKUP(A2,B:C,2)'; paste it as a value"
    assert findings[0].value == "=VLOOKUP(A2,B:C,2)"


def test_a_formula_shared_with_a_cell_above_shows_that_formula() -> None:
    rows = (
        '<row r="2"><c r="A2" t="str"><v>a</v></c><c r="B2"><f t="shared" ref="B2:B3" si="0">A2+1</f><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="str"><v>b</v></c><c r="B3"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    _, findings = read(packed(rows))
    assert [(f.cell, f.value) for f in findings if f.code == "KD152"] == [
        ("incidents!B2", "=A2+1"),
        ("incidents!B3", "=A2+1"),
    ]


def test_formulas_drawn_down_below_the_last_record_are_told_and_nothing_else_is_missing() -> None:
    rows, findings = read(incidents(put(G3="=A3", G4="=A4")))
    assert told(findings) == [("KD152", "incidents!G3", "summary"), ("KD152", "incidents!G4", "summary")]
    assert [row.row for row in rows] == [1, 2, 3]
    assert rows[1].cells == {}
    assert set(COLUMNS) < rows[1].told


@pytest.mark.parametrize("text", ["NaN", "1e999", "12a", "1_000", "１", "0x10", "9" * 500])
def test_a_number_that_is_none_is_told(text: str) -> None:
    _, findings = read(packed(f'<row r="2"><c r="A2" t="str"><v>a</v></c><c r="B2"><v>{text}</v></c></row>'))
    assert told(f for f in findings if f.code != "KD133") == [("KD144", "incidents!B2", "name")]


@pytest.mark.parametrize(
    ("number", "form", "expected"),
    [
        (0.25, "0%", "is shown in the format '0%', but 0.25 is stored; check the value and format it as text"),
        (2.5, "0", "is shown in the format '0', but 2.5 is stored; check the value and format it as text"),
        (12, '#,##0.00 "€"', "is shown in the format '#,##0.00 \"€\"', but 12 is stored; "),
        (0.5, "h:mm", "is shown in the format 'h:mm', but 0.5 is stored; "),
    ],
)
def test_a_number_that_is_shown_otherwise_is_a_warning_and_judged(number: float, form: str, expected: str) -> None:
    rows, findings = read(incidents(put(D2=(number, form))))
    assert told(findings) == [("KD157", "incidents!D2", "date")]
    assert findings[0].severity == "warning"
    assert findings[0].message.startswith(expected)
    assert rows[0].cells["date"].value == number
    assert rows[0].told == set()


@pytest.mark.parametrize(
    ("number", "form", "otherwise"),
    [
        (5, "General", False),
        (5, "0", False),
        (5, "0.00", False),
        (5.25, "0.00", False),
        (5.255, "0.00", True),
        (1234, "#,##0", False),
        (1234.5, "#,##0.0_);(#,##0.0)", False),
        (-1234.5, "#,##0.0_);(#,##0.0)", True),
        (-3, "0;[Red]-0", False),
        (0, '0;-0;"-"', False),
        (0, '0;-0;"none"', True),
        (42, "00000", True),
        (1.5e-9, "0.00E+00", True),
        (1e300, "0.00", False),
        (5, "0,", True),
        (5, '0" km"', True),
        (5, "[$€-407] 0", True),
        (5, "# ?/?", True),
        (5, "@", False),
        (44113, "[h]:mm", True),
    ],
)
def test_which_formats_show_another_number(number: float, form: str, otherwise: bool) -> None:
    assert is_shown_otherwise(number, form) is otherwise


@pytest.mark.parametrize(
    ("form", "date"),
    [
        ("yyyy-mm-dd", True),
        ("d/m/yy h:mm", True),
        ("[$-F800]dddd, mmmm dd, yyyy", True),
        ("[Red]yyyy", True),
        ("[h]:mm:ss", False),
        ("General", False),
        ('0 "days"', False),
        ("0\\d", False),
        ("0_d", False),
        ("[$USD] 0", False),
        ("@", False),
    ],
)
def test_which_formats_are_dates(form: str, date: bool) -> None:
    assert is_date(form) is date
    assert (day_of(44113, form) == datetime.date(2020, 10, 9)) is date


@pytest.mark.parametrize("number", [-1, 0, 0.5, 60, 2_958_466, 1e300])
def test_a_number_that_is_no_day_of_the_calendar_stays_a_number(number: float) -> None:
    assert day_of(number, "yyyy-mm-dd") is None


def test_a_text_longer_than_any_cell_is_told() -> None:
    longer = (
        f'<row r="2"><c r="A2" t="str"><v>{"a" * 100_001}</v></c><c r="B2" t="str"><v>{"b" * 100_000}</v></c></row>'
    )
    rows, findings = read(packed(longer))
    (finding,) = (f for f in findings if f.code != "KD133")
    assert (finding.code, finding.cell) == ("KD107", "incidents!A2")
    assert finding.message == "the text is too long, more than 100,000 characters; shorten the text"
    assert len(rows[0].cells["name"].value) == 100_000


# --- Merged cells --------------------------------------------------------------------------------------------------


def test_of_merged_cells_the_first_is_judged_and_the_others_are_told() -> None:
    def change(sheet: Any) -> None:
        sheet.merge_cells("D2:E3")

    rows, findings = read(incidents(change, rows=3))
    assert told(findings) == [("KD151", "incidents!D2", "date")]
    assert findings[0].message.startswith("the cells D2:E3 are merged; ")
    assert [row.told for row in rows] == [{"place_ids"}, {"date", "place_ids"}, set()]
    assert rows[0].cells["date"].value == "2020-10"


def test_values_left_under_merged_cells_are_not_read() -> None:
    rows = '<row r="2"><c r="A2" t="str"><v>a</v></c><c r="B2" t="str"><v>left</v></c></row>'
    read_rows, findings = read(packed(rows, after='<mergeCells><mergeCell ref="A2:B2"/></mergeCells>'))
    assert told(f for f in findings if f.code != "KD133") == [("KD151", "incidents!A2", "incident_id")]
    assert read_rows[0].cells == {"incident_id": Raw("a", 2, 1, "A2")}


def test_each_merged_range_is_told_once_and_those_beside_the_table_are_not() -> None:
    def change(sheet: Any) -> None:
        for ref in ("A2:A4", "C3:D3", "H2:J2", "L1:M2", "A9:B12", "K3:K3"):
            sheet.merge_cells(ref)

    _, findings = read(incidents(change, rows=3))
    assert [f.cell for f in findings if f.code == "KD151"] == ["incidents!A2", "incidents!H2", "incidents!C3"]


def test_a_merged_header_is_told_once() -> None:
    def change(sheet: Any) -> None:
        sheet["I2"] = "under the merged header"
        sheet.merge_cells("H1:I1")

    rows, findings = read(incidents(change))
    assert told(findings) == [("KD151", "incidents!H1", "source_ids")]
    assert rows[0].cells["source_ids"].value == "source-a"


# --- Rows ----------------------------------------------------------------------------------------------------------


def test_runs_of_blank_rows_are_told_once_each() -> None:
    def change(sheet: Any) -> None:
        for row in (3, 6, 7):
            for cell in sheet[row]:
                cell.value = None
        sheet["C6"].number_format = "@"
        sheet["B7"] = "  "

    rows, findings = read(incidents(change, rows=7))
    assert told(findings) == [("KD125", "incidents!A3", None), ("KD125", "incidents!A6", None)]
    assert [f.message for f in findings] == ["a blank row; delete it", "2 blank rows; delete them"]
    assert [(row.row, row.line) for row in rows] == [(1, 2), (2, 4), (3, 5), (4, 8)]


def test_rows_below_the_last_record_that_are_only_formatted_are_nothing() -> None:
    def change(sheet: Any) -> None:
        for row in range(3, 50):
            sheet.cell(row, 1).number_format = "@"
        sheet["B60"] = " "

    assert read(incidents(change))[1] == []


def test_hidden_rows_and_columns_are_read_like_others() -> None:
    def change(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["D"].hidden = True

    rows, findings = read(incidents(change, rows=2))
    assert findings == []
    assert rows[0].cells["date"].value == "2020-10"


# --- Columns -------------------------------------------------------------------------------------------------------


def test_values_beyond_the_header_are_told_once_for_each_column() -> None:
    rows, findings = read(incidents(put(J2="note", J3="note", L3=5), rows=2))
    assert told(findings) == [("KD131", "incidents!J2", None), ("KD131", "incidents!L3", None)]
    assert findings[0].message == "a column without a name holds values; give it the name of a column of incidents"
    assert len(rows) == 2


def test_a_row_with_values_beside_the_table_only_is_no_record() -> None:
    rows, findings = read(incidents(put(J5="Total", K5="=SUM(A1:A4)")))
    assert [row.line for row in rows] == [2]
    assert told(findings) == [
        ("KD125", "incidents!A3", None),
        ("KD131", "incidents!J5", None),
        ("KD131", "incidents!K5", None),
    ]


def test_faults_of_the_header_are_told_at_its_cells() -> None:
    rows, findings = read(incidents(put(B1="nmae", E1="date", F1="=A1", G1="summa\x7fry")))
    assert told(findings) == [
        ("KD133", "incidents!A1", "background"),
        ("KD133", "incidents!A1", "place_ids"),
        ("KD131", "incidents!B1", None),
        ("KD132", "incidents!E1", "date"),
        ("KD152", "incidents!F1", None),
        ("KD104", "incidents!G1", None),
    ]
    assert rows[0].cells.keys() == {"incident_id", "incident_type", "date", "summary", "source_ids"}


def test_a_header_may_stand_anywhere() -> None:
    def change(sheet: Any) -> None:
        sheet.insert_cols(1, 2)
        sheet.insert_rows(1, 3)

    rows, findings = read(incidents(change))
    assert told(findings) == [("KD125", "incidents!A1", None)]
    assert findings[0].message == "3 blank rows; delete them"
    assert (rows[0].line, rows[0].column, rows[0].ref) == (5, 3, "C5")
    assert rows[0].cells["date"] == Raw("2020-10", 5, 6, "F5")


def test_titles_above_the_header_are_told_and_passed_over() -> None:
    def change(sheet: Any) -> None:
        sheet.insert_rows(1, 3)
        sheet["A1"] = "Incidents of 2020"
        sheet.merge_cells("A1:F1")
        sheet["B3"] = "collected by the desk"

    rows, findings = read(incidents(change))
    assert told(findings) == [
        ("KD109", "incidents!A1", None),
        ("KD125", "incidents!A2", None),
        ("KD109", "incidents!B3", None),
    ]
    assert findings[0].message == "row 1 stands above the header; not read"
    assert findings[0].value == "Incidents of 2020"
    assert rows[0].ref == "A5"


def test_a_first_row_that_is_neither_header_nor_title_is_told() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "incidents"
    for row in (VALUES, VALUES):
        sheet.append(row)
    rows, findings = read(written(book))
    assert rows == []
    assert told(findings) == [("KD134", "incidents!A1", None)]


def test_a_header_of_too_many_columns_is_refused() -> None:
    names = "".join(f'<c t="str"><v>column_{number}</v></c>' for number in range(1001))
    rows, findings = read(packed(parts={"xl/worksheets/sheet1.xml": f"<worksheet><row>{names}</row></worksheet>"}))
    assert rows == []
    assert [(f.code, f.message.split(";")[0]) for f in findings] == [
        ("KD107", "1,001 columns in the sheet 'incidents', more than 1,000")
    ]


# --- Sheets --------------------------------------------------------------------------------------------------------


INCIDENTS = (COLUMNS, VALUES)
PLACES = (("place_id", "name", "place_type", "description"), ("place-a", "A", "settlement", "A place."))


def tables_of(rows: list[RawRow]) -> list[tuple[str, int, str | None]]:
    return [(row.table, row.row, row.source.sheet) for row in rows]


def test_every_sheet_is_a_table_told_from_its_name() -> None:
    rows, findings = read(sheets(Incidents=INCIDENTS, places=PLACES, **{"incidents (2)": INCIDENTS}))
    assert findings == []
    assert tables_of(rows) == [
        ("incidents", 1, "Incidents"),
        ("places", 1, "places"),
        ("incidents", 2, "incidents (2)"),
    ]


def test_a_sheet_without_a_telling_name_is_told_from_its_columns() -> None:
    rows, findings = read(sheets(Sheet1=INCIDENTS, Sheet2=PLACES), hint="places")
    assert findings == []
    assert [row.table for row in rows] == ["incidents", "places"]


def test_of_a_single_sheet_the_name_of_the_file_and_the_caller_tell_the_table() -> None:
    short = (("name", "description"), ("A", "A place."))
    assert [row.table for row in read(sheets(Sheet1=short), hint="places")[0]] == ["places"]
    assert [row.table for row in read(sheets(Sheet1=short, Sheet2=()), hint="places")[0]] == ["places"]
    rows, findings = read(sheets(incidents=short), table="places")
    assert [row.table for row in rows] == ["places"]
    assert {finding.table for finding in findings} == {"places"}
    assert [row.table for row in read(sheets(a=INCIDENTS, b=PLACES), table="incidents")[0]] == ["incidents", "places"]


def test_a_sheet_whose_table_cannot_be_told_is_told_and_the_others_are_read() -> None:
    rows, findings = read(sheets(Notes=(("see", "mail"), ("of", "Monday")), Sheet2=PLACES))
    assert told(findings) == [("KD105", "Notes!A1", None)]
    assert [row.table for row in rows] == ["places"]


def test_sheets_without_content_and_those_of_a_template_are_passed_over() -> None:
    rows, findings = read(
        sheets(
            Sheet1=(),
            _ids=(("places", "label"), ("place-a", "A")),
            places=PLACES,
            actors=(("actor_id", "name", "actor_type", "side", "description"),),
        )
    )
    assert findings == []
    assert tables_of(rows) == [("places", 1, "places")]


def test_hidden_sheets_are_read_like_others() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheets(incidents=INCIDENTS, places=PLACES)))
    book["places"].sheet_state = "veryHidden"
    assert [row.table for row in read(written(book))[0]] == ["incidents", "places"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (sheets(incidents=()), "the workbook holds no records"),
        (sheets(_ids=(("places",), ("place-a",))), "the workbook holds no records"),
        (sheets(incidents=(COLUMNS,)), "the workbook holds columns and no records"),
        (sheets(incidents=(COLUMNS,), places=PLACES[:1]), "the workbook holds columns and no records"),
        (b"", "the file is empty"),
    ],
)
def test_a_workbook_without_records_is_told(data: bytes, message: str) -> None:
    rows, findings = read(data)
    assert rows == []
    assert [(f.code, f.message, f.cell) for f in findings] == [("KD106", message, None)]


# --- Any text, any bytes -------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]) | st.just("\n"), max_size=12).filter(
    lambda text: not re.search("_x[0-9A-Fa-f]{4}_", text)
)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_as_it_was_written(grid: list[tuple[str, str, str]]) -> None:
    def change(sheet: Any) -> None:
        for number, texts in enumerate(grid, 2):
            for column, text in zip((1, 4, 7), texts, strict=True):
                cell = sheet.cell(number, column, "")
                cell._value, cell.data_type = text, "s"  # a text that begins with = is no formula here

    rows, findings = read(incidents(change, rows=0))
    expected = {
        number: {name: text or None for name, text in zip(("incident_id", "date", "summary"), texts, strict=True)}
        for number, texts in enumerate(grid, 2)
        if any(text.strip() for text in texts)
    }
    found = {row.line: {name: row.cells[name].value for name in ("incident_id", "date", "summary")} for row in rows}
    assert found == expected
    assert {finding.code for finding in findings} <= ({"KD125"} if expected else {"KD106"})
