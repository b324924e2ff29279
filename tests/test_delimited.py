"""What `karabakh_data.validation.readers.delimited` promises: exact places, and one fault costs one record."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.raw import Input, Notation, Raw, RawRow, Reading, make_finding
from karabakh_data.validation.readers import quoting
from karabakh_data.validation.readers.delimited import COLUMN_LIMIT, read_delimited
from karabakh_data.validation.readers.lines import CHUNK, LINE_LIMIT
from karabakh_data.validation.readers.quoting import CELL_LIMIT

HEADER = "place_id,name,place_type,description\n"
NAMES = HEADER.strip().split(",")
FINE = "place-a,A,town,One.\n"


class Outcome(NamedTuple):
    rows: list[RawRow]
    findings: list[Finding]
    source: Input

    @property
    def told(self) -> list[tuple[str, int | None, int | None]]:
        """Code, line and column of every finding, in their order."""
        return [(f.code, f.line, f.column) for f in self.findings]

    @property
    def cells(self) -> list[dict[str, Any]]:
        return [{name: cell.value for name, cell in row.cells.items()} for row in self.rows]

    @property
    def places(self) -> list[dict[str, tuple[int | None, int | None]]]:
        return [{name: (cell.line, cell.column) for name, cell in row.cells.items()} for row in self.rows]


def read(data: str | bytes, hint: str | None = "places", delimiter: str = ",", table: str | None = None) -> Outcome:
    source = Input("places.csv", 0, Notation.TEXT)
    findings: list[Finding] = []
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    rows = list(read_delimited(Reading(source, findings, table), stream, delimiter=delimiter, hint=hint))
    return Outcome(rows, sorted(findings, key=lambda finding: finding.sort_key), source)


def record(text: str) -> Outcome:
    """What is made of a record below the header, whose lines are 2 and up."""
    return read(HEADER + text)


def pointed_at(finding: Finding) -> tuple[str, str, str]:
    """The label of a finding's excerpt, its text, and the part of it that is underlined."""
    assert finding.excerpt is not None
    label, text, start, length, *_ = finding.excerpt
    return label, text, text[start : start + length]


# ---- Records and places ----


def test_a_record_is_its_cells_under_the_names_of_the_header() -> None:
    outcome = record("place-a,Stepanakert,town,A town.\nplace-b,Shusha,town,\n")
    assert outcome.findings == []
    assert outcome.cells == [
        {"place_id": "place-a", "name": "Stepanakert", "place_type": "town", "description": "A town."},
        {"place_id": "place-b", "name": "Shusha", "place_type": "town", "description": None},
    ]
    assert [(row.table, row.row, row.line, row.column, row.broken) for row in outcome.rows] == [
        ("places", 1, 2, 1, False),
        ("places", 2, 3, 1, False),
    ]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a,b,c,d\n", [(2, 1), (2, 3), (2, 5), (2, 7)]),
        ("a,b,c,d", [(2, 1), (2, 3), (2, 5), (2, 7)]),
        ("a,b,c,d\r\n", [(2, 1), (2, 3), (2, 5), (2, 7)]),
        ("a,,,\n", [(2, 1), (2, 3), (2, 4), (2, 5)]),
        (",,,d\n", [(2, 1), (2, 2), (2, 3), (2, 4)]),
        ('"a","",c,"d"\n', [(2, 1), (2, 5), (2, 8), (2, 10)]),
        ('a,"b, ""b""",c,d\n', [(2, 1), (2, 3), (2, 14), (2, 16)]),
        ('a,"b\nb",c,d\n', [(2, 1), (2, 3), (3, 4), (3, 6)]),
        ('a,"b\r\nb",c,d\r\n', [(2, 1), (2, 3), (3, 4), (3, 6)]),
        ('a,"\n\n",c,"\n"\n', [(2, 1), (2, 3), (4, 3), (4, 5)]),
        ('"a\n""b""\n,c","""",c,d\n', [(2, 1), (4, 5), (4, 10), (4, 12)]),
        ("é,漢字,𝄞𝄞,d\n", [(2, 1), (2, 3), (2, 6), (2, 9)]),
        ("e\u0301e\u0301,b,c,d\n", [(2, 1), (2, 6), (2, 8), (2, 10)]),
        ("\u2028a,b\u0085,c\x0b,d\n", [(2, 1), (2, 4), (2, 7), (2, 10)]),
    ],
)
def test_columns_count_code_points_in_the_physical_line_on_which_a_cell_starts(
    text: str, places: list[tuple[int, int]]
) -> None:
    source = Input("x.csv", 0, Notation.TEXT)
    (row,) = read_delimited(Reading(source, []), io.BytesIO((HEADER + text).encode()), hint="places")
    expected = dict(zip(NAMES, places, strict=True))
    assert {n: (c.line, c.column) for n, c in row.cells.items()} == {
        name: place for name, place in expected.items() if name not in row.told
    }


def test_records_after_quoted_line_breaks_keep_their_lines() -> None:
    outcome = record('place-a,"A\nB\r\nC",town,"\n"\nplace-b,B,town,b\n')
    assert [row.line for row in outcome.rows] == [2, 6]
    assert outcome.cells[0] == {"place_id": "place-a", "name": "A\nB\nC", "place_type": "town", "description": "\n"}


def test_a_byte_order_mark_is_no_column() -> None:
    outcome = read(b"\xef\xbb\xbf" + (HEADER + FINE).encode())
    assert outcome.findings == []
    assert outcome.places[0]["place_id"] == (2, 1)
    assert read(b"\xef\xbb\xbf" + b"place_id,nam,place_type,description\n" + FINE.encode()).told == [("KD131", 1, 10)]


def test_line_ends_may_be_mixed_and_the_last_may_be_missing() -> None:
    mixed = read(HEADER.replace("\n", "\r\n") + FINE + FINE.replace("\n", "\r\n") + FINE.strip())
    assert mixed.findings == []
    assert len(mixed.rows) == 3


def test_quoted_names_of_the_header_are_names() -> None:
    outcome = read('"place_id","name",place_type,"description"\nplace-a,A,town,One.\n')
    assert outcome.findings == []
    assert list(outcome.cells[0]) == NAMES


def test_tabs_separate_tsv_and_commas_are_text_there() -> None:
    outcome = read((HEADER + 'place-a,"A; b",town,One.\n').replace(",", "\t").replace(";", ","), delimiter="\t")
    assert outcome.findings == []
    assert outcome.cells[0]["name"] == "A, b"


def test_chunks_leave_no_seams() -> None:
    rows = "".join(f'place-{i},"é{i}\nß",town,"{"漢" * (i % 97)}"\r\n' for i in range(6000))
    assert len(rows.encode()) > 3 * CHUNK
    outcome = record(rows)
    assert outcome.findings == []
    assert [row.line for row in outcome.rows] == list(range(2, 12002, 2))
    assert [cells["name"] for cells in outcome.cells] == [f"é{i}\nß" for i in range(6000)]


# ---- Encodings ----


def test_bytes_that_are_not_utf_8_are_told_once_at_the_first_of_them() -> None:
    outcome = read(
        (HEADER + "place-a,Ağdam,town,é\nplace-b,B,town,").encode() + b"caf\xe9, \xff\nplace-\xe9,C,town,c\n"
    )
    assert outcome.told == [("KD124", 3, 1), ("KD103", 3, 19)]
    assert "0xE9" in outcome.findings[1].message
    assert "“é” in windows-1252" in outcome.findings[1].message
    assert pointed_at(outcome.findings[1]) == ("3", "place-b,B,town,caf\ufffd, \ufffd", "\ufffd")


def test_a_cell_with_bytes_that_are_no_text_is_told_and_the_others_are_judged() -> None:
    outcome = read((HEADER + "place-a,").encode() + b'"caf\xe9\n\xe9",town,\xa0x\n')
    assert outcome.told == [("KD103", 2, 13)]
    assert list(outcome.cells[0]) == ["place_id", "place_type"]
    assert outcome.rows[0].told >= {"name", "description"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"\x96", "the byte 0x96 is not UTF-8, but would be “–” in windows-1252"),
        ("Шуша".encode("cp1251"), "the bytes 0xD8 0xF3 0xF8 0xE0 are not UTF-8, but would be “Шуша” in windows-1251"),
        (b"\xd0", "the byte 0xD0 is not UTF-8, but would be “Ð” in windows-1252"),
        (b"\x81", "the byte 0x81 is not UTF-8;"),
        (b"\xed\xa0\x80", "the bytes 0xED 0xA0 0x80 are not UTF-8;"),
        (b"\xff\xfe\xfd\xfc\x98", "the bytes 0xFF 0xFE 0xFD 0xFC … are not UTF-8;"),
    ],
)
def test_the_finding_says_what_the_bytes_would_be_where_that_is_plausible(given: bytes, words: str) -> None:
    outcome = read((HEADER + "place-a,").encode() + given + b",town,a\n")
    assert outcome.told == [("KD103", 2, 9)]
    assert words in outcome.findings[0].message
    assert outcome.findings[0].message.endswith("save the file as UTF-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_told_once_and_judged(encoding: str) -> None:
    outcome = read((HEADER + "place-a,𝄞é,town,a,b\n").encode(encoding))
    if encoding == "utf-32":
        assert "UTF-32" in outcome.findings[0].message
    assert outcome.told == [("KD103", 1, 1), ("KD124", 2, 1)]


def test_half_a_surrogate_pair_in_utf_16_is_a_control_character() -> None:
    data = (HEADER + "place-a,x\ud800,town,a\n").encode("utf-16-le", "surrogatepass")
    assert read(b"\xff\xfe" + data).told == [("KD103", 1, 1), ("KD104", 2, 9)]
    assert read(b"\xff\xfe" + data + b"x").told == [("KD103", 1, 1), ("KD104", 2, 9)]


# ---- Control characters ----


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x0b", "\x1a", "\x1f", "\x7f", "\x85", "\x9f", "\r"])
def test_a_control_character_is_told_at_its_cell_with_the_character_underlined(sign: str) -> None:
    for cell, line in ((f"ab{sign}c{sign}", "2"), (f'"a""b{sign}"', "2"), (f'"a\n{sign}"', "3")):
        outcome = record(f"place-a,{cell},town,One.\n" + FINE)
        assert outcome.told == [("KD104", 2, 9)]
        (finding,) = outcome.findings
        assert f"U+{ord(sign):04X}" in finding.message
        assert (finding.field, finding.row, finding.record_id) == ("name", 1, "place-a")
        assert pointed_at(finding)[0] == line
        assert pointed_at(finding)[2] == sign
        assert "name" in outcome.rows[0].told
        assert list(outcome.cells[0]) == ["place_id", "place_type", "description"]
        assert list(outcome.cells[1]) == NAMES


def test_tabs_and_line_feeds_are_for_the_cells_to_judge() -> None:
    assert record('place-a,A\tb,town,"One.\nTwo."\n').findings == []


def test_a_row_of_nothing_but_control_characters_is_no_record() -> None:
    outcome = record(FINE + "\0\0\0\0\0\n" + FINE + "\x1a")
    assert outcome.told == [("KD104", 3, 1), ("KD104", 5, 1)]
    assert [row.row for row in outcome.rows] == [1, 2]


def test_a_control_character_in_a_name_of_the_header_is_the_only_fault() -> None:
    assert read(HEADER.replace("name", "na\0me") + FINE).told == [("KD104", 1, 10)]
    assert read(HEADER.encode().replace(b"name", b"name\xa0") + FINE.encode()).told == [("KD103", 1, 14)]


# ---- Line ends ----


def test_lone_carriage_returns_are_told_once_and_taken_for_line_ends() -> None:
    outcome = read((HEADER + 'place-a,"A\nB",town,One.\nplace-b,B,town\n').replace("\n", "\r"))
    assert outcome.told == [("KD126", 1, len(HEADER)), ("KD124", 4, 1)]
    assert outcome.cells[0]["name"] == "A\nB"
    assert outcome.places[0]["place_type"] == (3, 4)


def test_line_feeds_in_quoted_cells_do_not_hide_lone_carriage_returns() -> None:
    outcome = read(HEADER.replace("\n", "\r") + 'place-a,"A\nB",town,One.\rplace-b,B,town,b\r')
    assert outcome.told == [("KD126", 1, len(HEADER))]
    assert [row.line for row in outcome.rows] == [2, 4]


def test_a_line_end_with_two_carriage_returns_is_told_once() -> None:
    outcome = read((HEADER + FINE + FINE).replace("\n", "\r\r\n"))
    assert outcome.told == [("KD126", 1, len(HEADER))]
    assert "two carriage returns" in outcome.findings[0].message
    assert len(outcome.rows) == 2


# ---- Delimiters ----


@pytest.mark.parametrize(("sign", "words"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_another_delimiter_is_told_once_and_judged_by(sign: str, words: str) -> None:
    outcome = read((HEADER + FINE + FINE).replace(",", sign))
    assert outcome.told == [("KD121", 1, 1)]
    assert f"separated by {words}, expected commas" in outcome.findings[0].message
    assert outcome.cells[0] == {"place_id": "place-a", "name": "A", "place_type": "town", "description": "One."}


def test_commas_in_tsv_are_told() -> None:
    outcome = read(HEADER + FINE, delimiter="\t")
    assert outcome.told == [("KD121", 1, 1)]
    assert len(outcome.cells[0]) == 4


def test_names_count_for_more_than_cells() -> None:
    outcome = read('place_id;"name";place_type;description;latitude, if known\nplace-a;A;town;One.;\n')
    assert outcome.told == [("KD121", 1, 1), ("KD131", 1, 40)]


def test_the_delimiter_is_told_at_the_header_below_blank_rows() -> None:
    assert read("\n;;;\n" + (HEADER + FINE).replace(",", ";")).told == [("KD125", 1, 1), ("KD121", 3, 1)]


def test_a_header_of_one_column_has_no_delimiter() -> None:
    outcome = read("place_id\nplace-a\n")
    assert {finding.code for finding in outcome.findings} == {"KD133"}
    assert outcome.cells == [{"place_id": "place-a"}]


# ---- Quotation marks ----


@pytest.mark.parametrize(
    ("text", "column", "line", "words"),
    [
        ('place-a,5" gun,town,One.', 9, '5" gun', "inside an unquoted cell"),
        ('place-a,a "b" c,town,One.', 9, 'a "b" c', "inside an unquoted cell"),
        ('place-a,"b" c,town,One.', 9, '"b" c', "after a closing quotation mark"),
        ('place-a,"b ""c"" "d",town,One.', 9, "", "after a closing quotation mark"),
        ('place-a, "b",town,One.', 9, "", "a blank stands before"),
        ('place-a,"b" ,town,One.', 9, "", "a blank stands after"),
        ('place-a,A,town,a"', 16, "", "inside an unquoted cell"),
    ],
)
def test_a_mark_out_of_place_is_told_at_its_cell(text: str, column: int, line: str, words: str) -> None:
    outcome = record(text + "\n" + FINE)
    assert outcome.told == [("KD122", 2, column)]
    (finding,) = outcome.findings
    assert words in finding.message
    assert (finding.record_id, finding.row) == ("place-a", 1)
    assert finding.field == ("description" if column == 16 else "name")
    assert pointed_at(finding)[2] == '"'
    assert [row.broken for row in outcome.rows] == [True, False]
    assert outcome.cells[0] == {"place_id": "place-a"}


@pytest.mark.parametrize(
    ("cell", "mark"), [('a "b"', 10), ('"b" c', 10), ('"b ""c"" "d"', 17), (' "b"', 9), ('"b" ', 10), ('"" ""x', 9)]
)
def test_the_mark_that_is_out_of_place_is_underlined(cell: str, mark: int) -> None:
    (finding,) = record(f"place-a,{cell},town,One.\n").findings
    assert finding.excerpt is not None
    assert (finding.excerpt.start, finding.excerpt.length) == (mark, 1)


def test_a_fault_on_a_later_line_of_its_cell_is_told_at_the_cell_and_shown_on_its_line() -> None:
    outcome = record('place-a,"He said\n""no"" and "stop" twice",town,One.\n' + FINE)
    assert outcome.told == [("KD122", 2, 9)]
    assert pointed_at(outcome.findings[0])[:2] == ("3", '""no"" and "stop" twice",town,One.')
    assert outcome.findings[0].excerpt is not None
    assert outcome.findings[0].excerpt.start == 11
    assert [row.line for row in outcome.rows] == [2, 4]


def test_a_key_after_the_fault_is_not_read() -> None:
    outcome = read('name,place_id,place_type,description\na"b,place-a,town,One.\n')
    assert outcome.told == [("KD122", 2, 1)]
    assert outcome.cells == [{}]
    assert outcome.findings[0].record_id is None


def test_a_stray_opening_mark_costs_its_own_line_only() -> None:
    outcome = record('place-a,"A,town,One.\n' + "".join(f'place-{i},"B, b",town,"x ""y"""\n' for i in range(9)))
    assert outcome.told == [("KD123", 2, 9)]
    assert pointed_at(outcome.findings[0]) == ("2", 'place-a,"A,town,One.', '"')
    assert [(row.row, row.line, row.broken) for row in outcome.rows] == [(i + 1, i + 2, i == 0) for i in range(10)]
    assert outcome.cells[1] == {"place_id": "place-0", "name": "B, b", "place_type": "town", "description": 'x "y"'}


def test_a_stray_mark_at_the_end_of_the_file_leaves_the_records_before_it() -> None:
    outcome = record(FINE + 'place-b,B,town,"One.')
    assert outcome.told == [("KD123", 3, 16)]
    assert outcome.cells[1] == {"place_id": "place-b"}


def test_a_text_that_is_cut_off_at_the_end_of_the_file_is_one_record() -> None:
    outcome = record(FINE + 'place-b,B,town,"One.\nTwo, three.\n\nFour.')
    assert outcome.told == [("KD123", 3, 16)]
    assert len(outcome.rows) == 2


def test_a_stray_mark_that_another_happens_to_close_costs_its_own_line_only() -> None:
    outcome = record('place-a,"A,town,One.\n' + FINE + 'place-b,",",town,One.\n' + FINE)
    assert outcome.told == [("KD123", 2, 9)]
    assert [row.line for row in outcome.rows] == [2, 3, 4, 5]


def test_a_stray_mark_is_told_by_the_next_one_that_opens_a_cell() -> None:
    outcome = record('place-a,"A,town,One.\nplace-b,B\nplace-c,"C\nc" x,town,One.\n' + FINE)
    assert outcome.told == [("KD123", 2, 9), ("KD124", 3, 1), ("KD122", 4, 9)]
    assert [row.line for row in outcome.rows] == [2, 3, 4, 6]


def test_a_stray_mark_behind_a_cell_of_several_lines_leaves_that_cell() -> None:
    outcome = record('place-a,"A\nB",town,"One.\n' + FINE + FINE)
    assert outcome.told == [("KD123", 3, 9)]
    assert outcome.cells[0] == {"place_id": "place-a"}
    assert [row.line for row in outcome.rows] == [2, 4, 5]


def test_several_stray_marks_are_several_faults() -> None:
    outcome = record('place-a,"A,town,One.\n' + FINE + 'place-b,"A,town,One.\n' + FINE + 'place-c,C,"town,One.\n')
    assert outcome.told == [("KD123", 2, 9), ("KD123", 4, 9), ("KD123", 6, 11)]
    assert [row.broken for row in outcome.rows] == [True, False, True, False, True]


def test_the_end_of_a_quoted_cell_is_looked_for_in_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoting, "CELL_LIMIT", 1000)
    outcome = record('place-a,"A,town,One.\n' + FINE * 100)
    assert outcome.told == [("KD123", 2, 9)]
    assert len(outcome.rows) == 101
    text = "One more line of a text.\n" * 100
    outcome = record(f'place-a,"{text}",town,One.\n' + FINE)
    assert outcome.told == [("KD107", 2, 9)]
    assert [row.line for row in outcome.rows] == [2, 103]
    outcome = record(f'place-a,"{text}')
    assert outcome.told == [("KD123", 2, 9)]


def test_a_mark_out_of_place_in_the_header_leaves_its_names() -> None:
    outcome = read('place_id,"name,place_type,description\n' + FINE)
    assert outcome.told == [("KD123", 1, 10)]
    assert list(outcome.cells[0]) == NAMES
    assert read('place_id, "name",place_type,description\n' + FINE).told == [("KD122", 1, 10)]


# ---- Rows ----


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("place-a,A,town", "3 cells, but the header has 4; keep the commas"),
        ("place-a", "1 cell, but the header has 4"),
        ("place-a,A, b,town,One.", "5 cells, but the header has 4; put a text with commas in quotation marks"),
        ('place-a,"A\nB",town', "3 cells"),
        ('place-a,"A",b,town,One.', "5 cells"),
    ],
)
def test_a_ragged_row_is_told_at_its_start_and_only_its_key_is_kept(text: str, words: str) -> None:
    outcome = record(FINE + text + "\n" + FINE)
    assert outcome.told == [("KD124", 3, 1)]
    assert words in outcome.findings[0].message
    assert (outcome.findings[0].row, outcome.findings[0].record_id) == (2, "place-a")
    assert outcome.cells[1] == {"place_id": "place-a"}
    assert [row.broken for row in outcome.rows] == [False, True, False]


def test_ragged_rows_with_control_characters_are_told_for_their_cells_alone() -> None:
    outcome = record("place\0-a,A,town\n")
    assert outcome.told == [("KD124", 2, 1)]
    assert outcome.cells == [{}]


def test_blank_rows_that_stand_together_are_told_once() -> None:
    outcome = record(FINE + "\n , \t,,\n\u00a0\n" + FINE + '"","",,\n' + FINE + "\n\n")
    assert outcome.told == [("KD125", 3, 1), ("KD125", 7, 1), ("KD125", 9, 1)]
    assert [finding.message[:12] for finding in outcome.findings] == ["3 blank rows", "a blank row;", "2 blank rows"]
    assert [(row.row, row.line) for row in outcome.rows] == [(1, 2), (2, 6), (3, 8)]
    assert pointed_at(outcome.findings[1])[1] == '"","",,'


def test_one_line_end_after_the_last_record_is_no_blank_row() -> None:
    assert record(FINE).findings == []
    assert record(FINE + "\n").told == [("KD125", 3, 1)]
    assert record(FINE + "  ").told == [("KD125", 3, 1)]


def test_blank_rows_above_the_header_are_told() -> None:
    outcome = read("\n,,,\n" + HEADER + FINE)
    assert outcome.told == [("KD125", 1, 1)]
    assert outcome.rows[0].line == 4


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_told(data: bytes) -> None:
    assert read(data).told == [("KD106", None, None)]


def test_a_file_of_blank_rows_is_told_once() -> None:
    outcome = read("\n,,\n\n")
    assert outcome.told == [("KD106", None, None)]
    assert "blank rows" in outcome.findings[0].message


@pytest.mark.parametrize("data", [HEADER, HEADER.strip(), "\ufeff" + HEADER])
def test_a_header_without_records_is_told(data: str) -> None:
    assert read(data).told == [("KD106", 1, 1)]


# ---- The header ----


def test_a_first_row_that_is_no_header_is_one_finding() -> None:
    assert read("place-a,Stepanakert,town,A town.\n" + FINE).told == [("KD134", 1, 1)]
    assert read("place-a;Stepanakert;town;A town.\n" + FINE).told == [("KD134", 1, 1)]
    assert read("# Places\n" + HEADER + FINE).told == [("KD134", 1, 1)]
    assert read(FINE, hint=None).told == [("KD105", 1, 1)]
    assert read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe\0", table="places").told == [("KD134", 1, 1)]


def test_names_in_another_form_are_still_a_header() -> None:
    outcome = read("Place ID,Name,Place-Type,Description\n" + FINE)
    assert {finding.code for finding in outcome.findings} == {"KD131"}
    assert [finding.suggestion for finding in outcome.findings] == NAMES
    assert read("placeid,nam,placetyp,descriptio\n" + FINE).told == [("KD131", 1, c) for c in (1, 9, 13, 22)]


def test_a_column_without_a_name_is_told_at_the_header_once_something_stands_under_it() -> None:
    outcome = read(HEADER.strip() + ",, \nplace-a,A,town,One.,,\nplace-b,B,town,One.,,x\nplace-c,C,town,One.,,y\n")
    assert outcome.told == [("KD131", 1, 39)]
    assert pointed_at(outcome.findings[0])[:2] == ("1", HEADER.strip() + ",, ")
    assert not any(row.broken for row in outcome.rows)


def test_a_column_that_stands_twice_is_told_with_both_places() -> None:
    outcome = read(HEADER.strip() + ",name\nplace-a,A,town,One.,B\n")
    assert outcome.told == [("KD132", 1, 38)]
    assert "1:10" in outcome.findings[0].message
    assert outcome.cells[0]["name"] == "A"


# ---- Sizes ----


def test_a_line_that_is_too_long_is_broken_and_reading_goes_on() -> None:
    outcome = record("place-a," + "x" * (LINE_LIMIT + 5) + ",town,One.\n" + FINE)
    assert outcome.told == [("KD107", 2, 1)]
    assert [row.broken for row in outcome.rows] == [True, False]
    assert outcome.cells[0] == {"place_id": "place-a"}
    assert outcome.rows[1].line == 3
    assert read(HEADER.strip() + "," + "x" * LINE_LIMIT + "\n" + FINE).told == [("KD107", 1, 1)]


def test_a_long_line_behind_an_open_mark_ends_the_search() -> None:
    outcome = record('place-a,"A,town\n' + "x" * (LINE_LIMIT + 5) + "\n" + FINE)
    assert outcome.told[0] == ("KD123", 2, 9)
    assert len(outcome.rows) == 1
    outcome = record('place-a,"A,town,One.\n' + FINE + "x" * (LINE_LIMIT + 5) + "\n" + FINE)
    assert outcome.told == [("KD123", 2, 9), ("KD107", 4, 1)]
    assert [row.line for row in outcome.rows] == [2, 3, 4, 5]


def test_a_cell_that_is_too_long_is_told_and_the_others_are_judged() -> None:
    for cell in ("x" * (CELL_LIMIT + 1), f'"{"x" * (CELL_LIMIT + 1)}"'):
        outcome = record(f"place-a,{cell},town,One.\n")
        assert outcome.told == [("KD107", 2, 9)]
        assert outcome.findings[0].field == "name"
        assert list(outcome.cells[0]) == ["place_id", "place_type", "description"]
        assert "name" in outcome.rows[0].told
    assert record(f"place-a,{'x' * CELL_LIMIT},town,One.\n").findings == []


def test_a_record_of_many_long_cells_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoting, "LINE_LIMIT", 5000)
    outcome = record("place-a" + ',"x\nx"' * 4000 + "\n" + FINE)
    assert outcome.told[0][0] == "KD107"
    assert outcome.cells[-1]["place_id"] == "place-a"


def test_columns_are_bounded() -> None:
    outcome = read(HEADER.strip() + "," * COLUMN_LIMIT + "\n" + FINE)
    assert outcome.told == [("KD107", 1, 1)]
    assert outcome.rows == []


def test_a_row_of_a_million_cells_is_one_ragged_row() -> None:
    outcome = record("x" + "," * 1_000_000 + "\n" + 'x,""' + ',""' * 400_000 + "\n")
    assert outcome.told == [("KD124", 2, 1), ("KD124", 3, 1)]
    assert "1,000,001" in outcome.findings[0].message or "1000001" in outcome.findings[0].message


MEASURED = """
import io, sys
from karabakh_data.validation.raw import Input, Notation, Reading
from karabakh_data.validation.readers.delimited import read_delimited

class Repeated(io.RawIOBase):
    def __init__(self, head, chunk, times):
        self.head, self.chunk, self.times = head, chunk, times
    def read(self, size=-1):
        if self.head:
            head, self.head = self.head, b""
            return head
        self.times -= 1
        return self.chunk if self.times >= 0 else b""

MiB = 1024 * 1024
header = b"place_id,name,place_type,description\\n"
for head, chunk, times in (
    (header, b"x" * MiB, 200),
    (header + b'place-a,"', b"x" * 999 + b"\\n" + b"x" * (MiB // 4 - 1000), 60),
    (header + b'place-a,"', (b"A long text of many lines.\\n" * 40000)[:MiB], 3),
    (header, b"place-a,A,town,One.\\n" * 1000, 20),
    (b"", b"x," * (MiB // 2), 10),
):
    findings = []
    source = Input("x.csv", 0, Notation.TEXT)
    rows = sum(1 for _ in read_delimited(Reading(source, findings), Repeated(head, chunk, times), hint="places"))
    print(rows, *(finding.code for finding in findings))
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is told by Linux alone")
def test_memory_does_not_grow_with_the_file() -> None:
    # the child reads its own peak: the one that `wait4` gives counts the pages of the process that started it
    done = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    *outcomes, peak = done.stdout.split("\n")[:-1]
    assert outcomes == ["1 KD107", "1 KD123", "1 KD123", "20000", "0 KD107"]
    assert int(peak) < 100 * 1024


# ---- Excerpts ----


def test_excerpts_of_a_record_can_be_made_after_all_records_are_read() -> None:
    far = "x, " * 2000
    outcome = record(f'place-a,"A\n{far}",town,One.\n' + FINE * 3)
    first = outcome.rows[0]
    said = codes.nothing_there("x")
    late = make_finding(outcome.source, codes.nothing_there, said, first.cells["description"], first)
    assert (late.line, late.column) == (3, len(far) + 8)
    assert pointed_at(late)[2] == "One."
    assert pointed_at(late)[1].startswith("…")
    inside = (len("A\nx"), 1)
    part = make_finding(outcome.source, codes.nothing_there, said, first.cells["name"], first, underline=inside)
    assert pointed_at(part)[::2] == ("3", ",")


@pytest.mark.parametrize(
    ("cell", "underline", "marked"),
    [
        ("a;bc;d", (2, 2), "bc"),
        ('"a;bc;d"', (2, 2), "bc"),
        ('"a""x"";b""c;d"', (5, 3), 'b""c'),
        ('"a;bc;d"', None, '"a;bc;d"'),
        ('"a""b"', None, '"a""b"'),
        ("abc", None, "abc"),
        ('"a\nb;cd"', (4, 2), "cd"),
        ('"a\nb;cd"', None, '"a'),
        ('"ab', None, '"ab'),
    ],
)
def test_the_part_of_a_cell_that_is_meant_is_underlined_where_it_stands(
    cell: str, underline: tuple[int, int] | None, marked: str
) -> None:
    row = RawRow("places", Input("x", 0, Notation.TEXT), 1, 7, 1, lines=tuple(f"p,{cell},q".split("\n")))
    value = cell.strip('"').replace('""', '"')
    said = codes.nothing_there("x")
    finding = make_finding(row.source, codes.nothing_there, said, Raw(value, 7, 3), row, underline=underline)
    if cell != '"ab':
        assert pointed_at(finding)[2] == marked


def test_nothing_in_a_finding_resists_being_written() -> None:
    data = HEADER.encode().replace(b"name", b"\xffname\xff,n\xfe") + b'place-\xff,"\xff"x,\xff,\xff,\n'
    for finding in read(data).findings:
        assert finding.excerpt is None or finding.excerpt.text.encode()
        assert str(finding).encode()


# ---- Properties ----

texts = st.text(
    st.sampled_from(' ,;"\n\té́漢𝄞\u2028\ufeffab') | st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]),
    max_size=8,
)


def is_blank(row: list[str]) -> bool:
    return not any(cell.strip(" \t\xa0\n") for cell in row)


@given(
    st.lists(st.lists(texts, min_size=4, max_size=4), max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from([",", "\t"]),
)
@example([["a", 'x"\n""y', "", "\n"]], "\r\n", csv.QUOTE_MINIMAL, ",")
def test_what_csv_writes_is_read_back_with_the_place_of_every_cell(
    rows: list[list[str]], end: str, quoting_: Any, delimiter: str
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting_).writerows([NAMES, *rows])
    text = out.getvalue()
    outcome = read(text, delimiter=delimiter)
    assert {finding.code for finding in outcome.findings} <= {"KD125", "KD106"}
    full = [row for row in rows if not is_blank(row)]
    assert [[cell.value or "" for cell in row.cells.values()] for row in outcome.rows] == full
    assert [row.row for row in outcome.rows] == list(range(1, len(full) + 1))
    lines = text.split("\n")
    for row in outcome.rows:
        assert (row.line, row.column) == (row.cells["place_id"].line, 1)
        assert [lines[row.line - 1 + i].removesuffix("\r") for i in range(len(row.lines))] == list(row.lines)
        for cell in row.cells.values():
            value = (cell.value or "").split("\n")[0]
            there = lines[cell.line - 1][cell.column - 1 :]
            assert there.startswith((value, '"' + value.replace('"', '""')))
            assert cell.column == 1 or lines[cell.line - 1][cell.column - 2] == delimiter


pieces = st.sampled_from(
    [b",", b'"', b"\n", b"\r\n", b"a", b"place-b", b" ", b'""', FINE.encode(), HEADER.encode(), "é漢".encode()]
)
wild = pieces | st.sampled_from([b"\r", b"\0", b"\xff", b"\xe9", b"\xef\xbb\xbf", b"\xff\xfe", b";", b"\t"])
heads = st.sampled_from([b"", HEADER.encode(), b"\xef\xbb\xbf" + HEADER.encode(), HEADER.encode("utf-16"), b"name\r"])


def is_inside(data: bytes, line: int, column: int) -> bool:
    """Whether a file has this place, in one of the encodings and with one of the line ends that it may have."""
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        text = data.decode(encoding, "surrogateescape" if encoding == "utf-8-sig" else "replace")
        for lines in (text.split("\n"), re.split("\r\n|\r|\n", text)):
            if 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1:
                return True
    return False


def judged(data: bytes) -> Outcome:
    outcome = read(data)
    for finding in outcome.findings:
        assert (finding.line is None) == (finding.column is None)
        assert finding.line is None or is_inside(data, finding.line, finding.column or 0)
        assert str(finding).encode()
        if finding.excerpt is not None:
            label, text, start, length, *_ = finding.excerpt
            assert label.isdecimal()
            assert 0 <= start <= len(text)
            assert length >= 1
            assert text.encode() is not None
    numbers = [row.row for row in outcome.rows]
    assert numbers == list(range(1, len(numbers) + 1))
    starts = [row.line or 0 for row in outcome.rows]
    assert starts == sorted(set(starts))
    assert all(not row.broken or set(row.cells) <= {"place_id"} for row in outcome.rows)
    if any(row.broken for row in outcome.rows) or (not outcome.rows):
        assert outcome.findings
    return outcome


@given(heads, st.lists(wild, max_size=30).map(b"".join) | st.binary(max_size=60))
@settings(max_examples=400)
@example(HEADER.encode(), b'a,"\n"\n"')
@example(b"", b"\xff\xfe\0\xdc\n")
@example(HEADER.encode("utf-16"), b"\0")
def test_arbitrary_bytes_give_findings_inside_the_file_and_never_an_error(head: bytes, rest: bytes) -> None:
    judged(head + rest)


@given(st.lists(pieces, max_size=30).map(b"".join))
@settings(max_examples=400)
def test_what_is_clean_means_the_same_to_csv(rest: bytes) -> None:
    outcome = read(HEADER.encode() + rest)
    if {finding.code for finding in outcome.findings} <= {"KD125", "KD106"}:
        text = (HEADER.encode() + rest).decode().replace("\r\n", "\n")
        _, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        assert [[cell.value or "" for cell in row.cells.values()] for row in outcome.rows] == [
            row for row in rows if not is_blank(row)
        ]


words = st.text(st.sampled_from("ab é,"), min_size=1, max_size=5).map(lambda text: f"x{text}x")


@given(st.lists(st.lists(words, min_size=4, max_size=4), min_size=1, max_size=8), st.data())
def test_a_stray_mark_is_one_finding_at_its_cell_and_every_other_record_is_whole(
    rows: list[list[str]], data: st.DataObject
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    lines = out.getvalue().split("\n")[:-1]
    hit, place = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 3))
    plain = [cell.replace(",", "") for cell in rows[hit]]
    plain[place] = '"' + plain[place]
    lines[hit] = ",".join(plain)
    outcome = record("\n".join(lines) + "\n")
    assert outcome.told == [("KD123", hit + 2, sum(map(len, plain[:place])) + place + 1)]
    assert [row.broken for row in outcome.rows] == [i == hit for i in range(len(rows))]
    for row, cells in zip(outcome.rows, rows, strict=True):
        assert row.broken or [cell.value for cell in row.cells.values()] == cells
