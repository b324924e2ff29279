"""The text of a report: places, carets under the right characters, nothing that commands a terminal, and its bounds."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import HOSTILE, any_report, cell, finding, hostile_report, pointed, suynik

import karabakh_data as kd
from karabakh_data.validation.finding import Excerpt, Finding
from karabakh_data.validation.report import Change, Report
from karabakh_data.validation.reports.printable import harmless, marked, visible, width, wrapped

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def text_of(*findings: Finding, **options: Any) -> str:
    return Report(findings=list(findings), rows=14, files=("incidents.csv",)).to_text(**options)


# ---- What a finding looks like ----


def test_a_finding_looks_as_in_the_design() -> None:
    assert text_of(suynik()) == (
        'incidents.csv:14:39  error KD301  incidents.place_ids: "place-suynik" is not a known place\n'
        "                     did you mean place-syunik-province?\n"
        "   14 | incident-2021-05-12-x,border_crossing,place-suynik,2021-05-12\n"
        "      |                                       ^^^^^^^^^^^^\n"
        "\n"
        "1 file, 14 records: 1 error; 0 records valid\n"
        "`karabakh-data explain KD301` says more"
    )


def test_a_finding_without_line_field_or_suggestion() -> None:
    found = finding("KD109", "note", "notes.txt; not read", file="notes.txt", table=None, field=None)
    assert text_of(found).splitlines()[0] == "notes.txt  note KD109  notes.txt; not read"


def test_a_cell_of_a_workbook_and_a_row_of_a_frame_are_named() -> None:
    assert text_of(cell()).startswith(
        "book.xlsx:incidents!C14  error KD202  incidents.place_ids: is wrong\n  C14 |  x\n"
    )
    assert text_of(finding(file="a.parquet", row=3)).startswith("a.parquet:row 3  error")


def test_a_long_label_keeps_the_lines_aligned() -> None:
    lines = text_of(cell(excerpt=Excerpt("AB1048576", "x y", 2, 1))).splitlines()
    assert lines[1:3] == ["AB1048576 | x y", "          |   ^"]


def test_long_messages_are_wrapped_at_words() -> None:
    words = ", ".join(f"word_{number}" for number in range(40))
    lines = text_of(suynik(message=f"is none of {words}")).splitlines()
    head = lines[: lines.index("                     did you mean place-syunik-province?")]
    assert len(head) > 3
    assert all(len(line) <= 100 for line in head)
    assert all(line.startswith(" " * 21 + "word_") for line in head[1:])
    assert len(text_of(suynik(message=f"is none of {words}"), width=None).splitlines()[0]) > 300


def test_a_place_wider_than_the_terminal_leaves_room_for_the_message() -> None:
    lines = text_of(suynik(file="folder/" * 20 + "incidents.csv"), width=80).splitlines()
    assert lines[1].startswith('    incidents.place_ids: "place-suynik"')


def test_a_suggestion_that_is_a_whole_text_is_cut() -> None:
    assert "x…?" in text_of(suynik(suggestion="x" * 5000))
    assert len(text_of(suynik(suggestion="x" * 5000))) < 1000


# ---- The excerpt ----


def above_carets(found: Finding) -> str:
    """What stands above the carets, where every character takes one column."""
    line, below = text_of(found).splitlines()[1:3]
    return line[below.index("^") : below.rindex("^") + 1]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("a,b,c", "b"),
        ("a,b", "a"),
        ("Mingəçevir,Xocalı,1", "Xocalı"),
        ("Գյումրի,Ստեփանակերտ,1", "Ստեփանակերտ"),
    ],
)
def test_carets_stand_under_the_part_that_is_meant(line: str, part: str) -> None:
    assert above_carets(pointed(line, part)) == part


def carets(line: str, part: str) -> tuple[int, int]:
    """Columns before the carets, and how many there are."""
    row = text_of(pointed(line, part)).splitlines()[2]
    return row.index("^") - len("      | "), row.count("^")


@pytest.mark.parametrize(
    ("line", "part", "before", "count"),
    [
        ("日本,東京,x", "東京", 5, 4),
        ("日本,東京,x", "x", 10, 1),
        ("cafe\u0301,x", "x", 5, 1),
        ("cafe\u0301,x", "cafe\u0301", 0, 4),
        ("a\u200db,x", "x", 3, 1),
        ("a\tb,x", "x", 4, 1),
        ("a\tb,x", "\t", 1, 1),
        ("a\u202eb,x", "x", 11, 1),
        ("\u1112\u1161\u11ab,x", "x", 3, 1),
        ("Ａ，x", "x", 4, 1),
        ("e\u0301", "\u0301", 1, 1),
    ],
)
def test_carets_count_columns_of_the_terminal(line: str, part: str, before: int, count: int) -> None:
    assert carets(line, part) == (before, count)


def test_a_long_line_is_cut_around_the_part_that_is_meant() -> None:
    found = pointed("x" * 400 + ",here," + "y" * 400, "here")
    for columns in (40, 60, 100):
        line, below = text_of(found, width=columns).splitlines()[-5:-3]
        assert max(len(line), len(below)) <= columns
        assert line[below.index("^") : below.rindex("^") + 1] == "here"
        assert line.endswith("y…")


def test_a_part_longer_than_the_terminal_shows_its_beginning() -> None:
    line, below = text_of(pointed("ab," + "here" * 200, "here" * 200), width=60).splitlines()[-5:-3]
    assert line.startswith("   14 | ab,hereherehere")
    assert line.endswith("…")
    assert below.count("^") > 40


@pytest.mark.parametrize(("start", "length"), [(-5, 2), (99, 1), (0, 0), (2, 500), (3, -2)])
def test_an_excerpt_that_points_outside_still_shows(start: int, length: int) -> None:
    assert "^" in text_of(finding(line=1, column=1, excerpt=Excerpt("1", "a,b", start, length)))


@given(st.text(st.characters(), max_size=80), st.integers(-2, 90), st.integers(-2, 90), st.integers(20, 60))
def test_a_cut_excerpt_fits_and_keeps_what_is_marked(text: str, start: int, length: int, columns: int) -> None:
    shown = marked(text, start, length, columns)
    assert sum(map(width, shown)) <= columns
    whole = marked(text, start, length)
    assert "".join(whole) == visible(text)
    if width(whole.marked) <= columns // 2:
        assert shown.marked == whole.marked


# ---- Colours ----


def test_colours_only_where_asked() -> None:
    plain, coloured = text_of(suynik()), text_of(suynik(), color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31m" in coloured
    assert ANSI.sub("", coloured) == plain


@given(any_report())
def test_colours_change_nothing_but_colours(report: Report) -> None:
    assert ANSI.sub("", report.to_text(color=True)) == report.to_text()


# ---- Hostile values ----


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_reach_no_terminal_and_no_log(text: str) -> None:
    shown = hostile_report(text).to_text(max_shown=0)
    shown.encode()
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char != "\n"]
    assert "##[" not in shown
    assert not [line for line in shown.splitlines() if line.lstrip().startswith("::")]


@given(any_report())
def test_nothing_of_the_input_is_hidden_or_obeyed(report: Report) -> None:
    for line in report.to_text(width=60).split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
        assert not [char for char in line if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, Şuşa: “x”", "plain, Şuşa: “x”"),
        ("a\tb\nc\r", "a␉b␊c␍"),
        ("\x1b[31m\x7f\x9b", "␛[31m␡<U+009B>"),
        ("\u202ex\u2066\u2028", "<U+202E>x<U+2066><U+2028>"),
        ("\ud800\ufeff\ufffe\ue000", "<U+D800><U+FEFF><U+FFFE><U+E000>"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("##[x] #[x]", "##<U+005B>x] #[x]"),
    ],
)
def test_every_hidden_character_is_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_text_is_cut_to_its_limit() -> None:
    assert visible("abcdef", 4) == "abc…"
    assert visible("abcd", 4) == "abcd"


@pytest.mark.parametrize(("line", "safe"), [("  ::x::", "  <U+003A>:x::"), ("a ::x", "a ::x"), ("", "")])
def test_no_line_begins_as_a_command(line: str, safe: str) -> None:
    assert harmless(line) == safe


@given(st.text(st.sampled_from("ab 日"), max_size=60), st.integers(4, 30), st.integers(0, 30))
def test_wrapping_loses_no_word(text: str, columns: int, first: int) -> None:
    lines = wrapped(text, columns, first)
    assert " ".join(lines).split() == text.split()
    for line in lines[1:]:
        assert width(line) <= columns or " " not in line.strip()


# ---- Bounds and summary ----


def test_a_bounded_text_says_how_many_more_and_where() -> None:
    report = Report(findings=[finding(line=line) for line in range(1, 281)], rows=300)
    text = report.to_text(max_shown=50)
    assert text.count("is wrong") == 50
    assert "… and 230 more; --max-shown 0 shows all, --format json has them all" in text
    assert "300 records: 280 errors" in text
    for everything in (report.to_text(), report.to_text(max_shown=0), report.to_text(max_shown=280)):
        assert everything.count("is wrong") == 280
        assert "more;" not in everything


@pytest.mark.parametrize("rows", [1, 2])
def test_a_clean_report_reads_well(ds: kd.Dataset, rows: int) -> None:
    records = tuple(ds.actors)[:rows]
    said = {1: "1 record: nothing found wrong; 1 record valid", 2: "2 records: nothing found wrong; all 2 valid"}
    assert str(Report(records=records, rows=rows, files=("a.csv",))) == f"1 file, {said[rows]}"
    assert str(Report(records=records, rows=rows)) == said[rows]


def test_the_summary_names_only_what_was_found(ds: kd.Dataset) -> None:
    found = [finding(severity="warning"), *(finding(line=line) for line in range(1, 1201))]
    report = Report(findings=found, rows=3000, files=("a", "b"), records=tuple(ds.actors)[:1])
    assert report.summary == "2 files, 3,000 records: 1,200 errors, 1 warning; 1 record valid"


def test_of_records_that_are_mostly_published_the_end_says_how_else_to_judge_them(ds: kd.Dataset) -> None:
    def text(report: Report) -> str:
        return " ".join(str(report).split())

    places = ds.places.to_dicts()
    hint = "--against none judges the records by themselves, --update takes them as corrections"
    wrong = [{**places[0], "place_id": f"place-example-{n}", "name": "Example", "place_type": "vilage"} for n in "abc"]
    assert hint in text(kd.validate(places))
    assert hint in text(kd.validate({"places": places[:2], "nodes": ds.nodes.to_dicts()[:1]}))
    assert hint not in text(kd.validate([*wrong, *places[:3]]))
    assert hint not in text(kd.validate(places[:1]))
    assert hint not in text(kd.validate(places, update=True))
    assert hint not in text(kd.validate(places, against=None))


# ---- Proposed corrections ----


def test_changes_are_shown_record_by_record_and_field_by_field() -> None:
    changes = (
        Change("actor-a", "actors", "name", "Old", "New", "actors.csv:2:9"),
        Change("actor-a", "actors", "native_name", None, "Yeni", "actors.csv:2:20"),
        Change("place-b", "places", "name", "Old", None, "places.csv:3:9"),
    )
    assert Report(changes=changes, rows=2, files=("actors.csv", "places.csv")).to_text() == (
        "Proposed corrections: 2 records, 3 fields\n"
        "\n"
        "actors.csv:2:9  actors actor-a\n"
        "  name         Old -> New\n"
        "  native_name  (empty) -> Yeni\n"
        "\n"
        "places.csv:3:9  places place-b\n"
        "  name  Old -> (empty)\n"
        "\n"
        "2 files, 2 records: nothing found wrong; 0 records valid"
    )


def test_long_values_stand_under_each_other() -> None:
    change = Change("statement-x", "statements", "summary", "old " * 40, "new " * 40, "s.yaml:3:1")
    lines = Report(changes=(change,), rows=1).to_text(width=80).splitlines()[3:-2]
    assert lines[0].startswith("  summary     old old")
    assert next(line for line in lines if "new" in line).startswith("           -> new new")
    assert all(len(line) <= 80 for line in lines)
    assert sum(line.count("new") for line in lines) == 40


def test_changes_are_bounded_like_findings() -> None:
    changes = tuple(Change("actor-a", "actors", f"field_{n}", "1", "2", "a.csv:1:1") for n in range(9))
    text = Report(changes=changes, rows=1).to_text(max_shown=4)
    assert text.count("1 -> 2") == 4
    assert "… and 5 more fields" in text
