"""What the readers of JSON, JSON Lines and YAML promise: exact places, every fault told once, and nothing trusted."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from karabakh_data.validation.codes.reading import syntax
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.raw import Input, Notation, Raw, RawRow, Reading, make_finding
from karabakh_data.validation.readers import nodes, structured
from karabakh_data.validation.readers.lines import LINE_LIMIT

ACTOR = '{"actor_id": "actor-a", "name": "A", "aliases": ["x", "y"]}'


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
        return [{name: bare(cell) for name, cell in row.cells.items()} for row in self.rows]

    @property
    def places(self) -> list[dict[str, tuple[int | None, int | None]]]:
        return [{name: (cell.line, cell.column) for name, cell in row.cells.items()} for row in self.rows]

    @property
    def one(self) -> Finding:
        (finding,) = self.findings
        return finding


def bare(cell: Raw) -> Any:
    return [one.value for one in cell.value] if isinstance(cell.value, list) else cell.value


def read(form: str, data: str | bytes, hint: str | None = None, table: str | None = None) -> Outcome:
    source = Input(f"file.{form}", 0, Notation.YAML if form == "yaml" else Notation.JSON)
    findings: list[Finding] = []
    reading = Reading(source, findings, table)
    given = data.encode() if isinstance(data, str) else data
    if form == "jsonl":
        rows = list(structured.read_json_lines(reading, io.BytesIO(given), hint=hint))
    else:
        read_whole = structured.read_yaml if form == "yaml" else structured.read_json
        rows = list(read_whole(reading, given, hint=hint))
    return Outcome(rows, sorted(findings, key=lambda finding: finding.sort_key), source)


def read_json(data: str | bytes, hint: str | None = "actors", table: str | None = None) -> Outcome:
    return read("json", data, hint, table)


def read_yaml(data: str | bytes, hint: str | None = "actors", table: str | None = None) -> Outcome:
    return read("yaml", data, hint, table)


def read_lines(data: str | bytes, hint: str | None = "actors", table: str | None = None) -> Outcome:
    return read("jsonl", data, hint, table)


# ---- Rows ----


def test_a_json_record_is_a_row_of_places_and_typed_values() -> None:
    found = read_json('[\n  {"actor_id": "actor-a", "name": null,\n   "aliases": ["é", 2, true]}\n]')
    (row,) = found.rows
    assert (row.table, row.row, row.line, row.column, row.told, row.broken) == ("actors", 1, 2, 3, set(), False)
    assert row.cells == {
        "actor_id": Raw("actor-a", 2, 16),
        "name": Raw(None, 2, 35),
        "aliases": Raw([Raw("é", 3, 16), Raw(2, 3, 21), Raw(True, 3, 24)], 3, 15),
    }
    assert found.findings == []


def test_a_yaml_record_is_a_row_of_places_and_texts() -> None:
    found = read_yaml(
        "- actor_id: actor-a\n  name: 2020\n  aliases: [é, 'x', yes]\n  description: |\n    Two\n    lines\n"
    )
    (row,) = found.rows
    assert (row.table, row.row, row.line, row.column) == ("actors", 1, 1, 3)
    assert row.cells == {
        "actor_id": Raw("actor-a", 1, 13),
        "name": Raw("2020", 2, 9),
        "aliases": Raw([Raw("é", 3, 13), Raw("x", 3, 16), Raw("yes", 3, 21)], 3, 12),
        "description": Raw("Two\nlines", 4, 16),
    }
    assert found.findings == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("'null'", "null"),
        ('"~"', "~"),
        ("''", ""),
        ("Null", "Null"),
        ("no", "no"),
    ],
)
def test_in_yaml_only_nothing_tilde_and_null_are_no_value(value: str, expected: str | None) -> None:
    assert read_yaml(f"- name: {value}\n").cells == [{"name": expected}]


def test_each_line_is_a_record_with_its_line() -> None:
    found = read_lines(f'{ACTOR}\n{{"actor_id": "actor-b"}}\n')
    assert [(row.row, row.line, row.column) for row in found.rows] == [(1, 1, 1), (2, 2, 1)]
    assert found.rows[1].lines == ('{"actor_id": "actor-b"}',)
    assert found.places[1] == {"actor_id": (2, 14)}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_as_in_editors(end: str) -> None:
    found = read_json(end.join(["[", ACTOR, ",", '{"actor_id": "actor-b",', '"nme": 1}]']))
    assert [row.line for row in found.rows] == [2, 4]
    assert found.told == [("KD131", 5, 1)]
    found = read_yaml(end.join(["- actor_id: actor-a", "- actor_id: actor-b", "  nme: 1", ""]))
    assert [row.line for row in found.rows] == [1, 2]
    assert found.told == [("KD131", 3, 3)]
    found = read_lines(end.join([ACTOR, '{"nme": 1}', ""]))
    assert [row.line for row in found.rows] == [1, 2]
    assert ("KD131", 2, 2) in found.told


def test_a_lone_return_between_lines_of_json_lines_ends_a_line() -> None:
    found = read_lines(f'{ACTOR}\n{ACTOR}\r{ACTOR}\n{{"nme": 1}}\n')
    assert [row.line for row in found.rows] == [1, 2, 3, 4]
    assert found.told == [("KD131", 4, 2)]


@pytest.mark.parametrize("form", ["json", "jsonl", "yaml"])
def test_a_byte_order_mark_is_accepted_and_is_no_column(form: str) -> None:
    found = read(form, "\ufeff" + ('[{"actor_id": "x"}]' if form == "json" else '{"actor_id": "x"}'))
    assert found.places == [{"actor_id": (1, 15 if form == "json" else 14)}]
    assert found.findings == []


@pytest.mark.parametrize("sign", ["\u2028", "\x85"])
def test_in_yaml_too_only_what_editors_break_at_ends_a_line(sign: str) -> None:
    found = read_yaml(f'- actor_id: "a{sign}b"\n  nme: 1\n')
    assert ("KD131", 2, 3) in found.told


# ---- Layout ----


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("json", f"[{ACTOR}]"),
        ("json", ACTOR),
        ("json", f'{{"actors": [{ACTOR}]}}'),
        ("jsonl", ACTOR),
        ("yaml", f"- {ACTOR}"),
        ("yaml", ACTOR),
        ("yaml", f"actors:\n- {ACTOR}"),
    ],
)
def test_a_list_a_single_record_and_tables_are_told_apart(form: str, text: str) -> None:
    found = read(form, text)
    assert [(row.table, row.row) for row in found.rows] == [("actors", 1)]
    assert found.cells == [{"actor_id": "actor-a", "name": "A", "aliases": ["x", "y"]}]
    assert found.findings == []


def test_rows_are_counted_table_by_table() -> None:
    found = read_json('{"actors": [{"name": "a"}, 1, {"name": "b"}], "places": [{"name": "c"}]}', hint=None)
    assert [(row.table, row.row) for row in found.rows] == [("actors", 1), ("actors", 3), ("places", 1)]


def test_the_table_of_a_list_is_told_from_all_of_its_records() -> None:
    text = '[{"name": "a"}, {"name": "b", "side": "none"}, {"actor_id": "c", "actor_type": "state"}]'
    assert [row.table for row in read_json(text, hint=None).rows] == ["actors"] * 3


def test_the_named_table_goes_before_the_columns_but_not_before_the_keys() -> None:
    assert [row.table for row in read_json('[{"name": "a"}]', hint="actors", table="places").rows] == ["places"]
    assert [row.table for row in read_json('{"actors": [{"name": "a"}]}', table="places").rows] == ["actors"]


@pytest.mark.parametrize(("form", "text"), [("json", '\n[ {"q": 1}, {"q": 2}]'), ("jsonl", '\n{"q": 1}\n{"q": 2}')])
def test_a_table_that_cannot_be_told_is_told_once(form: str, text: str) -> None:
    found = read(form, text)
    assert [code for code in found.told if code[0] != "KD125"] == [("KD105", 2, 3 if form == "json" else 1)]
    assert found.rows == []


def test_an_unknown_table_is_told_at_its_key_and_the_others_are_read() -> None:
    found = read_json(f'{{"incdents": [{{"q": 1}}],\n "actors": [{ACTOR}]}}', hint=None)
    assert (found.told, found.one.suggestion) == ([("KD105", 1, 2)], "incidents")
    assert [row.table for row in found.rows] == ["actors"]
    assert read_yaml("data:\n- {q: 1}\n", hint=None).told == [("KD105", 1, 1)]


def test_a_table_that_stands_twice_is_told_at_the_second() -> None:
    found = read_json('{"actors": [{"name": "a"}], "actors": [{"name": "b"}], "actors": []}')
    assert (found.told, found.cells) == ([("KD132", 1, 29)], [{"name": "a"}])
    assert "first at column 2 of this line;" in found.one.message
    assert "first at 1:2;" in read_json(f'{{"actors": [{ACTOR}],\n "actors": []}}').one.message


@pytest.mark.parametrize(
    ("form", "text", "line", "column"),
    [
        ("json", "", None, None),
        ("json", " \r\n", None, None),
        ("json", "null", None, None),
        ("json", "\n []", 2, 2),
        ("json", "{}", 1, 1),
        ("json", '{"actors": [], "places": null}', 1, 1),
        ("jsonl", "", None, None),
        ("jsonl", "\n \n", None, None),
        ("yaml", "", None, None),
        ("yaml", "# nothing\n", None, None),
        ("yaml", "---\n...\n", None, None),
        ("yaml", "~", None, None),
        ("yaml", "[]", 1, 1),
        ("yaml", "actors:\n", 1, 1),
    ],
)
def test_where_there_are_no_records_that_is_told(form: str, text: str, line: int | None, column: int | None) -> None:
    assert read(form, text).told == [("KD106", line, column)]


def test_an_empty_table_beside_others_is_only_noted() -> None:
    found = read_yaml("places:\nactors:\n- actor_id: a\n")
    assert (found.told, found.one.severity) == ([("KD109", 1, 1)], "note")


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ('"text"', 1, 1, "a text"),
        ("12", 1, 1, "a number"),
        ("NaN", 1, 1, "a number"),
        ("true", 1, 1, "a truth value"),
        ('{"incident-a": {"name": "x"}, "incident-b": {"name": "y"}}', 1, 1, "a mapping from keys to mappings"),
        ('{"type": "FeatureCollection", "features": [1]}', 1, 1, "a mapping without a table or column"),
    ],
)
def test_what_is_no_arrangement_of_records_is_told_once(text: str, line: int, column: int, what: str) -> None:
    found = read_json(text)
    assert (found.told, found.rows) == ([("KD142", line, column)], [])
    assert found.one.message.startswith(f"{what}, expected a list of records")


@pytest.mark.parametrize(
    ("form", "text", "line", "column", "what"),
    [
        ("json", '{"actors": {"actor_id": "a"}}', 1, 12, "a mapping, expected a list of records"),
        ("json", '{"actors": "a"}', 1, 12, "a text, expected a list of records"),
        ("yaml", "actors:\n  actor_id: a\n", 2, 3, "a mapping, expected a list of records"),
        ("json", '["a", {"name": "b"}]', 1, 2, "a text, expected a record"),
        ("json", '[{"name": "b"}, {}]', 1, 17, "an empty mapping, expected a record"),
        ("json", '[{"name": "b"}, null]', 1, 17, "no value, expected a record"),
        ("json", '[{"name": "b"},\n[1], 2, "c"]', 2, 1, "3 values that are no records, the first a list"),
        ("yaml", "- name: b\n-\n-\n", 2, 2, "2 values that are no records, the first no value"),
        ("jsonl", '{"name": "b"}\n [{"name": "c"}]', 2, 2, "a list, expected a record"),
        ("yaml", "- ? [name]\n  : b\n", 1, 5, "a list or mapping as a key"),
    ],
)
def test_what_is_no_record_is_told_at_its_place(form: str, text: str, line: int, column: int, what: str) -> None:
    found = read(form, text, "actors")
    assert found.told == [("KD142", line, column)]
    assert found.one.message.startswith(what)


def test_json_over_several_lines_is_no_json_lines() -> None:
    found = read_lines(json.dumps([json.loads(ACTOR)], indent=1))
    assert (found.told, found.rows) == ([("KD102", 1, 1)], [])


# ---- Keys ----


def test_a_misspelt_key_is_told_with_the_column_that_is_then_not_missing() -> None:
    found = read_json('[{"actor_id": "actor-a",\n  "Actor Type": "state"}]')
    assert (found.told, found.one.suggestion) == ([("KD131", 2, 3)], "actor_type")
    assert (found.one.table, found.one.record_id, found.one.row) == ("actors", "actor-a", 1)
    assert found.rows[0].told == {"actor_type"}


def test_a_finding_names_its_record_by_its_id() -> None:
    found = read_json(
        '[{"nme": 1, "actor_id": "actor-a"}, {"nme": 1, "actor_id": null}, {"nme": 1, "actor_id": ["x"]}]'
    )
    assert [one.record_id for one in found.findings] == ["actor-a", None, None]
    assert len(read_json(f'[{{"nme": 1, "actor_id": "{"x" * 10_000}"}}]').one.record_id or "") < 1000


def test_a_misspelt_key_means_no_column_that_is_given() -> None:
    found = read_yaml("- name: A\n  nam: B\n")
    assert (found.one.suggestion, found.rows[0].told) == (None, set())


def test_an_unknown_key_is_told_in_every_record() -> None:
    assert read_yaml("- {name: A, nme: x}\n- {name: B, nme: x}\n").told == [("KD131", 1, 13), ("KD131", 2, 13)]
    assert read_json('[{"": 1, "name": "A"}]').one.message.startswith("a column without a name")


@pytest.mark.parametrize("key", ["evidence", "identifiers", "affiliations", "statements", "status_reports"])
def test_records_inside_a_record_are_told_as_a_table_of_their_own(key: str) -> None:
    found = read_yaml(f"- actor_id: actor-a\n  {key}:\n    - x: [{{}}]\n      y: &z 1\n".replace("&z ", ""))
    assert (found.told, found.one.suggestion) == ([("KD131", 2, 3)], None)
    assert "a table of their own" in found.one.message


@pytest.mark.parametrize(
    ("form", "text", "line", "column"),
    [
        ("json", '[{"name": "A", "side": 1,\n "name": "B"}]', 2, 2),
        ("jsonl", '\r\n{"name": "A", "name": "B", "side": 1}', 2, 15),
        ("yaml", "- name: A\n  side: 1\n  'name': B\n", 3, 3),
    ],
)
def test_of_a_key_that_stands_twice_the_first_is_judged(form: str, text: str, line: int, column: int) -> None:
    found = read(form, text, "actors")
    (finding,) = [one for one in found.findings if one.code != "KD125"]
    assert (finding.code, finding.line, finding.column, finding.field) == ("KD132", line, column, "name")
    assert found.cells[0]["name"] == "A"


def test_a_key_that_stands_many_times_is_told_once() -> None:
    assert read_json('[{"name": "A", "name": "B", "nme": 1, "name": "C", "nme": 2, "nme": 3}]').told == [
        ("KD132", 1, 16),
        ("KD131", 1, 29),
        ("KD132", 1, 52),
    ]


def test_very_many_keys_that_are_no_columns_are_told_together() -> None:
    unknown = ", ".join(f'"k{number}": 1' for number in range(nodes.MANY + 1))
    found = read_json(f'[\n{{"name": "A", {unknown}, "k1": 2}}]')
    assert (found.told, found.cells) == ([("KD142", 2, 1)], [{"name": "A"}])
    assert found.one.message.startswith("a mapping with 101 keys that are no columns of actors")


# ---- Values ----


@pytest.mark.parametrize(
    ("value", "column", "code", "field"),
    [
        ('{"a": 1}', 11, "KD142", "name"),
        ("NaN", 11, "KD144", "name"),
        ("-Infinity", 11, "KD144", "name"),
        ("1e999", 11, "KD144", "name"),
        ("9" * 5000, 11, "KD144", "name"),
        (r'"a\ud800"', 11, "KD104", "name"),
        (r'"\u0000"', 11, "KD104", "name"),
        ('"a\tb"', 11, "KD104", "name"),
        ('"\0"', 11, "KD104", "name"),
        (f'"{"x" * (1024 * 1024 + 1)}"', 11, "KD107", "name"),
    ],
)
def test_a_value_at_fault_is_told_and_reading_goes_on(value: str, column: int, code: str, field: str) -> None:
    found = read_json(f'[{{"name": {value}, "side": 1}},\n{ACTOR}]')
    assert found.told == [(code, 1, column)]
    assert found.one.field == field
    assert len(found.one.message) < 200
    assert (found.rows[0].told, found.cells[0]) == ({"name"}, {"side": 1})
    assert len(found.rows) == 2


def test_each_element_at_fault_is_told_and_the_list_is_not_judged() -> None:
    found = read_json('[{"aliases": ["a", ["b"], {"c": 1},\n "\\u0007", NaN], "name": "A"}]')
    assert found.told == [("KD142", 1, 20), ("KD142", 1, 27), ("KD104", 2, 2), ("KD144", 2, 12)]
    assert (found.rows[0].told, found.cells) == ({"aliases"}, [{"name": "A"}])


def test_in_yaml_a_text_with_a_control_character_is_told_at_its_place() -> None:
    found = read_yaml('- name: a\0b\n  side: "\\x07"\n  description: "\\ud800"\n  actor_id: fine\n- {name: \x1b}\n')
    assert found.told == [("KD104", 1, 9), ("KD104", 2, 9), ("KD104", 3, 16), ("KD104", 5, 10)]
    signs = ["U+0000", "U+0007", "U+D800", "U+001B"]
    assert [one.message for one in found.findings] == [
        f"holds the control character {sign}; delete it" for sign in signs
    ]
    assert found.cells == [{"actor_id": "fine"}, {}]


def test_in_yaml_a_structure_in_place_of_a_value_is_told() -> None:
    found = read_yaml("- name: {a: b}\n  aliases:\n    - x\n    - [y]\n  side:\n    a: b\n")
    assert found.told == [("KD142", 1, 9), ("KD142", 4, 7), ("KD142", 6, 5)]


def test_a_key_with_a_control_character_is_told_and_means_its_column() -> None:
    found = read_json(r'[{"na\u0000me": "A", "side": 1}]')
    assert (found.told, found.rows[0].told) == ([("KD104", 1, 3)], {"name"})


def test_a_list_stays_a_list_whatever_the_column_takes() -> None:
    assert read_json('[{"name": ["A"], "aliases": "x"}]').cells == [{"name": ["A"], "aliases": "x"}]
    assert read_yaml("- name: [A]\n  aliases: x\n").cells == [{"name": ["A"], "aliases": "x"}]


# ---- Errors ----


@pytest.mark.parametrize(
    ("form", "text", "code", "line", "column"),
    [
        ("json", f"[{ACTOR},\n]", "KD141", 1, len(ACTOR) + 2),
        ("json", f"[{ACTOR},\n'x']", "KD141", 2, 1),
        ("json", f"[{ACTOR}", "KD141", 1, 1),
        ("json", f"[{ACTOR}] x", "KD141", 1, len(ACTOR) + 4),
        ("json", f"[{ACTOR}, {'[' * 70}", "KD143", 1, len(ACTOR) + 4 + 63),
        ("yaml", f"- {ACTOR}\n- a: b: c", "KD141", 2, 7),
        ("yaml", f"- {ACTOR}\n- b:\n\t- a", "KD141", 3, 1),
        ("yaml", f'- {ACTOR}\n- "open\n- x\n', "KD141", 2, 3),
        ("yaml", f"- {ACTOR}\n- [open\n", "KD141", 2, 3),
        ("yaml", f"- {ACTOR}\n- &a {{b: 1}}", "KD143", 2, 3),
        ("yaml", f"- {ACTOR}\n- *a", "KD143", 2, 3),
        ("yaml", f"- {ACTOR}\n- !!str a", "KD143", 2, 3),
        ("yaml", f"- {ACTOR}\n---\n- a", "KD143", 2, 1),
        ("yaml", f"- {ACTOR}\n- {'[' * 70}", "KD143", 2, 66),
        ("yaml", f'- {ACTOR}\n- "\\q"', "KD141", 2, 5),
    ],
)
def test_records_before_an_error_are_read(form: str, text: str, code: str, line: int, column: int) -> None:
    found = read(form, text)
    assert found.told == [(code, line, column)]
    assert [row.broken for row in found.rows if row.cells] == [False]
    assert found.cells[:1] == [{"actor_id": "actor-a", "name": "A", "aliases": ["x", "y"]}]


@pytest.mark.parametrize(
    ("form", "text", "line", "column"),
    [
        ("json", f'[{ACTOR},\n{{"actor_id": "actor-b", "nme": 1, "name": None}}]', 2, 43),
        ("json", '{"actor_id": "actor-b", "nme": 1, "name": None}', 1, 43),
        ("json", '{"actors": [{"actor_id": "actor-b", "nme": 1, "name": None}]}', 1, 55),
        ("jsonl", f'{ACTOR}\n{{"actor_id": "actor-b", "nme": 1, "name": None}}', 2, 43),
        ("jsonl", f'{ACTOR}\n{{"actor_id": "actor-b"}} None', 2, 25),
        ("yaml", "- actor_id: actor-b\n  nme: 1\n  name: @x\n", 3, 9),
        ("yaml", "actors:\n- actor_id: actor-b\n  nme: 1\n  name: *x\n", 4, 9),
    ],
)
def test_of_the_record_that_an_error_ends_the_key_counts(form: str, text: str, line: int, column: int) -> None:
    found = read(form, text, "actors")
    assert [(one.line, one.column) for one in found.findings] == [(line, column)]
    assert found.one.code in ("KD141", "KD143")
    row = found.rows[-1]
    assert (row.broken, {name: cell.value for name, cell in row.cells.items()}) == (True, {"actor_id": "actor-b"})


def test_an_error_in_json_lines_loses_its_line_alone() -> None:
    found = read_lines(f"{ACTOR}\n{{\"name\": 'x'}}\n[1\n{ACTOR},\n{ACTOR}\n")
    assert found.told == [("KD141", 2, 10), ("KD141", 3, 1), ("KD141", 4, len(ACTOR) + 1)]
    assert [(row.row, row.line, row.broken) for row in found.rows if not row.broken] == [(1, 1, False), (5, 5, False)]


def test_an_error_before_the_first_record_is_told_alone() -> None:
    assert read_json("[{'name': 1}]", hint=None).told == [("KD141", 1, 3)]
    assert read_yaml("- @x\n", hint=None).told == [("KD141", 1, 3)]
    assert read_lines("{'name': 1}\n", hint=None).told == [("KD141", 1, 2)]


# ---- Blank lines ----


def test_blank_lines_that_stand_together_are_told_once() -> None:
    found = read_lines(f"\n{ACTOR}\n\n \t\n\r\n{ACTOR}\n\n")
    assert found.told == [("KD125", 1, 1), ("KD125", 3, 1), ("KD125", 7, 1)]
    assert [one.message for one in found.findings][1].startswith("3 blank rows")
    assert [(row.row, row.line) for row in found.rows] == [(1, 2), (2, 6)]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_last_line_end_is_no_blank_line(end: str) -> None:
    assert read_lines(ACTOR + end).findings == []


# ---- Encodings ----


@pytest.mark.parametrize("form", ["json", "jsonl", "yaml"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_other_encodings_are_told_once_and_read(form: str, encoding: str) -> None:
    found = read(form, ('{"actor_id": "é𝄞", "name": "A"}\n').encode(encoding))
    assert found.told == [("KD103", 1, 1)]
    assert encoding[:6].upper() in found.one.message
    assert found.cells == [{"actor_id": "é𝄞", "name": "A"}]


@pytest.mark.parametrize("form", ["json", "jsonl", "yaml"])
def test_bytes_that_are_not_utf8_are_told_once_and_their_values_not_judged(form: str) -> None:
    text = b'{"name": "\xc3\xa9 \xe9", "side": "\xfc", "description": "fine", "nam\xe9": 1}'
    found = read(form, text, "actors")
    assert found.told == [("KD103", 1, 13)]
    assert "0xE9" in found.one.message
    assert "é” in windows-1252" in found.one.message
    assert found.cells == [{"description": "fine"}]
    assert found.rows[0].told >= {"name", "side"}


def test_half_a_character_at_the_end_of_utf_16_is_passed_over() -> None:
    assert read_json('[{"'.encode("utf-16") + b"\0").told == [("KD103", 1, 1), ("KD141", 1, 3)]


# ---- Limits ----


def test_a_file_that_is_too_large_is_not_read() -> None:
    found = read_json(b" " * (structured.JSON_LIMIT + 1))
    assert (found.told, found.one.message.split(";")[0]) == (
        [("KD107", None, None)],
        "the file is too large to be held in memory, more than 32 MiB of JSON",
    )
    assert read_yaml(b" " * (structured.YAML_LIMIT + 1)).told == [("KD107", None, None)]


def test_values_beyond_the_limit_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structured, "JSON_VALUES", 6)
    monkeypatch.setattr(structured, "YAML_VALUES", 10)
    for found in (read_json(f"[{ACTOR}, {ACTOR}]"), read_yaml(f"[{ACTOR}, {ACTOR}]")):
        assert found.told == [("KD107", 1, len(ACTOR) + 4)]
        assert found.cells == [{"actor_id": "actor-a", "name": "A", "aliases": ["x", "y"]}]
        assert "values; for many records use" in found.one.message


@pytest.mark.parametrize("form", ["json", "jsonl", "yaml"])
def test_of_a_record_of_very_many_values_the_key_counts(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structured, "MAX_RECORD", 10)
    monkeypatch.setattr(nodes, "MAX_RECORD", 10)
    found = read(form, f'{{"actor_id": "actor-a", "aliases": [{"1, " * 10}2], "nme": 3}}', "actors")
    assert [code for code, *_ in found.told] == ["KD107"]
    assert [(row.broken, list(row.cells)) for row in found.rows] == [(True, ["actor_id"])]


def test_a_mapping_of_very_many_keys_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structured, "MAX_RECORD", 10)
    unknown = ", ".join(f'"k{number}": 1' for number in range(20))
    assert read_json(f"{{{unknown}}}").told == [("KD142", 1, 1)]
    assert read_json(f'{{"name": 1, {unknown}}}').told == [("KD142", 1, 1)]
    tables = read_json(f'{{"actors": [{ACTOR}], {unknown}}}')
    assert tables.told.count(("KD142", 1, 1)) == 1
    assert len(tables.told) == 11


def test_a_line_that_is_too_long_is_lost_alone() -> None:
    found = read_lines(f'{ACTOR}\n{{"name": "{"x" * LINE_LIMIT}"}}\n{ACTOR}\n')
    assert found.told == [("KD107", 2, 1)]
    assert [row.line for row in found.rows] == [1, 3]


# ---- Excerpts ----


@pytest.mark.parametrize("form", ["json", "jsonl", "yaml"])
def test_an_excerpt_is_at_hand_while_reading_and_later(form: str) -> None:
    found = read(form, '{"actor_id": "actor-a",   "nme": "x"}\n' * (2 if form == "jsonl" else 1))
    excerpt = found.findings[-1].excerpt
    assert excerpt is not None
    assert excerpt.text[excerpt.start :].startswith('"nme')
    first = found.rows[0]
    later = make_finding(found.source, syntax, syntax("x"), first.cells["actor_id"], first)
    assert later.excerpt is not None
    assert (later.excerpt.label, later.excerpt.text[later.excerpt.start :][:8]) == ("1", '"actor-a')


# ---- Any input ----

NAMES = st.sampled_from(["actor_id", "name", "side", "aliases", "description"])
TEXTS = st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("é𝄞 :#-\"'\\\n"), max_size=12)
RECORDS = st.lists(
    st.dictionaries(NAMES, TEXTS | st.lists(TEXTS, max_size=3), min_size=1, max_size=5), min_size=1, max_size=4
)


@settings(deadline=None, max_examples=60)
@given(RECORDS, st.booleans(), st.sampled_from([None, 1, "\t"]), st.booleans())
def test_records_come_back_from_json_each_value_at_its_place(
    records: list[dict[str, Any]], ascii_only: bool, indent: Any, is_tables: bool
) -> None:
    text = json.dumps({"actors": records} if is_tables else records, ensure_ascii=ascii_only, indent=indent)
    found = read_json(text)
    assert (found.cells, found.findings) == (records, [])
    lines = text.split("\n")
    for row in found.rows:
        for cell in row.cells.values():
            for one in [cell, *(cell.value if isinstance(cell.value, list) else [])]:
                assert one.line
                assert one.column
                rest = "\n".join([lines[one.line - 1][one.column - 1 :], *lines[one.line :]])
                assert json.JSONDecoder().raw_decode(rest)[0] == bare(one)


@settings(deadline=None, max_examples=60)
@given(RECORDS, st.booleans(), st.sampled_from([None, True, False]), st.integers(20, 100), st.sampled_from("\n\r"))
def test_records_come_back_from_yaml_each_value_at_its_place(
    records: list[dict[str, Any]], allow_unicode: bool, flow: bool | None, width: int, end: str
) -> None:
    text = yaml.safe_dump(records, allow_unicode=allow_unicode, default_flow_style=flow, width=width, line_break=end)
    found = read_yaml(text)
    assert (found.cells, found.findings) == (records, [])
    lines = text.split(end)
    for row in found.rows:
        for cell in row.cells.values():
            for one in cell.value if isinstance(cell.value, list) else [cell]:
                assert one.line
                assert one.column
                there = lines[one.line - 1][one.column - 1 :]
                if there[:1] in ("'", '"'):
                    there = there[1:].replace("''", "'")
                begin = str(one.value)[:1]
                assert there.startswith(begin) or begin == "\n" or there[:1] == "\\" or not there.strip("'\"")


@settings(deadline=None, max_examples=30)
@given(RECORDS)
def test_records_come_back_from_json_lines(records: list[dict[str, Any]]) -> None:
    found = read_lines("".join(json.dumps(record) + "\n" for record in records))
    assert (found.cells, found.findings) == (records, [])
    assert [row.line for row in found.rows] == list(range(1, len(records) + 1))


PIECES = st.sampled_from(
    [
        *(b'[]{}:,-&*!|>#%@`?~ \n\r\t"' + b"'").decode(),
        '"actor_id": "actor-a"',
        '"actors": [',
        '"aliases": [1, "x"]',
        "- actor_id: a\n  ",
        "actors:\n",
        "null",
        "NaN",
        "\\u0000",
        "\\ud800",
        "---\n",
        "\ufeff",
        "\0",
    ]
).map(str.encode)


@settings(deadline=None, max_examples=250)
@given(st.sampled_from(["json", "jsonl", "yaml"]), st.lists(PIECES | st.binary(max_size=3), max_size=25).map(b"".join))
@example("yaml", b'- "\\UFFFFFFFF"')
@example("json", b"\xff\xfe\x00")
@example("jsonl", b"\xff\xfe\x00\xd8")
@example("yaml", "- \U000f0000\0".encode())
def test_any_bytes_give_rows_and_placed_findings(form: str, data: bytes) -> None:
    found = read(form, data)
    for finding in found.findings:
        assert finding.message.encode()
        assert finding.line is None or (finding.line >= 1 and (finding.column or 0) >= 1)
    for row in found.rows:
        assert row.line is not None
        assert row.told.isdisjoint(row.cells)
    if not found.rows:
        assert found.findings


# ---- Hostile files, each in a process of its own ----

JUDGE = """
import io, sys
from karabakh_data.validation.raw import Input, Notation, Reading
from karabakh_data.validation.readers import structured
form, data = sys.argv[1], eval(sys.argv[2])
findings = []
reading = Reading(Input("x", 0, Notation.YAML if form == "yaml" else Notation.JSON), findings)
if form == "jsonl":
    rows = structured.read_json_lines(reading, io.BytesIO(data))
else:
    rows = getattr(structured, "read_" + form)(reading, data, hint="actors")
print(sum(1 for row in rows), sorted({finding.code for finding in findings}))
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""
"""It tells its own peak: what the system counts for a child begins at its parent's."""


@pytest.mark.parametrize(
    ("form", "data", "expected"),
    [
        ("json", "b'[' * (16 << 20)", "0 ['KD143']"),
        ("json", "b'[' + b'1,' * 300_000", "0 ['KD141', 'KD142']"),
        ("json", "b'[{' + b','.join(b'\"k%d\":1' % i for i in range(100_000)) + b'}]'", "1 ['KD107']"),
        ("json", "b'[{\"name\": \"' + '𝄞'.encode() + b'\\\\n' * (13 << 20) + b'\"}]'", "1 ['KD107']"),
        ("json", "b'\\xff' * (8 << 20)", "0 ['KD103', 'KD141']"),
        ("yaml", "b'[' + b'a,' * 30_000 + b'\\0' * (1 << 20)", "0 ['KD141', 'KD142']"),
        ("yaml", "b'- ' * (2 << 20)", "0 ['KD143']"),
        ("jsonl", "(b'[' + b'1,' * 4_000_000 + b'\\n') * 4", "0 ['KD107']"),
        ("jsonl", "b'x' * (100 << 20)", "0 ['KD107']"),
    ],
)
def test_a_hostile_file_ends_in_findings_within_bounds(form: str, data: str, expected: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", JUDGE, form, data], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said, peak = process.stdout.read().split("\n")[:2]
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert (process.returncode, said) == (0, expected)
    assert int(peak) < 400 * 1024
    assert usage.ru_utime < 20
