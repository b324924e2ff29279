"""What JSON Lines files judged part by part promise: the report of the file judged as a whole, wherever it is cut."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judged_parts import TABLES, assert_same, columns_for, is_cut, report_on, sound_records
from slips import in_json
from strategies import raw_cells

from karabakh_data.tables import MODELS
from karabakh_data.validation.large import chunklines, jsonlines_part

PLACE = {"place_id": "place-a", "name": "A", "place_type": "settlement", "location_precision": "exact"}


def line(values: Any, **more: Any) -> bytes:
    return json.dumps(values | more, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def write(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"".join(lines))
    return path


# ---- Values ----


def slipped(table: str) -> Iterator[dict[str, Any]]:
    """Records each of which has a slip in one of its values."""
    bases = sound_records(table, 5)
    for number, (name, slip) in enumerate(
        (column.name, slip) for column in columns_for(table).values() for slip in in_json(column)
    ):
        key = MODELS[table].PRIMARY_KEY[0]
        record = bases[number % 5] | {key: f"{bases[0][key]}-{number}"}
        yield record | {name: slip.typed}


@pytest.mark.parametrize("table", TABLES)
def test_every_slip_in_a_value_is_told_in_parts_as_in_the_whole(table: str, tmp_path: Path) -> None:
    records = [*slipped(table)]
    random = sound_records(table, 40, seed=2)
    mixed = [line(random[at // 10 % 40]) if at % 10 == 0 else line(one) for at, one in enumerate(records)]
    report = assert_same(write(tmp_path / f"{table}.jsonl", *mixed[::3]), [60_000])
    assert report.findings


@pytest.mark.parametrize("table", TABLES)
def test_sound_records_are_judged_alike_down_to_one_in_a_part(table: str, tmp_path: Path) -> None:
    records = sound_records(table, 25)
    assert_same(write(tmp_path / f"{table}.jsonl", *map(line, records)), [1, 700, 1 << 40])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_records_with_any_values_are_judged_alike(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = data.draw(st.sampled_from(TABLES))
    columns = columns_for(table)
    records = sound_records(table, 8)
    for record in records:
        for name in data.draw(st.lists(st.sampled_from([*columns]), max_size=3)):
            cells = raw_cells(columns[name])
            record[name] = data.draw(
                cells
                | st.lists(cells, max_size=3)
                | st.sampled_from([slip.typed for slip in in_json(columns[name])])
                | st.sampled_from([None, [], [None], True, 0, -0.0, 1e22, 12.50, 10**20, {}, {"a": 1}])
            )
    lines = [json.dumps(one, ensure_ascii=data.draw(st.booleans())) for one in records]
    lines = [*lines, *data.draw(st.lists(st.sampled_from([*lines, "", "  ", "{}", "[1]", lines[0][:30]]), max_size=4))]
    lines = [lines[0], *data.draw(st.permutations(lines[1:]))]
    text = data.draw(st.sampled_from(["\n", "\r\n"])).join(lines)
    path = tmp_path_factory.mktemp("any") / f"{table}.jsonl"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert_same(path, [data.draw(st.integers(1, 3000))])


# ---- Lines ----

ODD = [
    b"\n",
    b"  \t\n\n",
    b"\n\n\n",
    b"{}\n",
    b"[]\n",
    b"null\n",
    b"12\n",
    b'[{"place_id": "place-x"}]\n',
    b'{"place_id": "place-open"\n',
    b'{"place_id": "place-trailing"} {}\n',
    b'{"place_id": "place-comma",}\n',
    b'{"place_id": "place-twice", "name": "A", "name": "B"}\n',
    b'{"place_id": "place-twice", "place_id": "place-twice-2", "name": "B"}\n',
    b'{"place_id": "place-misspelt", "nmae": "B", "x": 1}\n',
    b'{"place_id": "place-nan", "latitude": NaN}\n',
    b'{"place_id": "place-far", "latitude": 1e999, "longitude": -Infinity}\n',
    b'{"place_id": "place-digits", "latitude": ' + b"1" * 5000 + b"}\n",
    b'{"place_id": "place-zero", "latitude": -0, "longitude": -0.0, "radius_km": 1E0}\n',
    b'{"place_id": "place-control", "name": "A\\u0007", "description": "A\\tB\\u009f"}\n',
    b'{"place_id": "place-half", "name": "A\\ud83d"}\n',
    b'{"place_id": "place-pair", "name": "A\\ud83d\\ude00"}\n',
    b'{"place_id": "place-raw", "name": "A\x07", "description": "A\x7f\xc2\x9f"}\n',
    b'{"place_id": "place-tab", "name": "A\tB"}\n',
    b'{"place_id": "place-escape", "name": "A\\x"}\n',
    b'\xef\xbb\xbf{"place_id": "place-mark", "name": "A"}\n',
    b'  {"place_id": "place-indented", "name": "A"}  \n',
    b'\x0b{"place_id": "place-tabbed", "name": "A"}\n',
    b'{"place_id": "place-bytes", "name": "\xcc\xe0\xf0\xe3"}\n',
    b'{"place_id": "place-bytes-2", "name": "\xff"}\n',
    b"\xff\n",
    b'{"place_id": "place-comment"} // as it was\n',
    b"{'place_id': 'place-single'}\n",
    b'{"place_id": "place-deep", "name": ' + b"[" * 70 + b"]" * 70 + b"}\n",
    b"[" * 9_000 + b"\n",
    b'{"place_id": "place-many", "aliases": [' + b",".join([b'"a"'] * 10_001) + b"]}\n",
    b'{"place_id": "place-most", "aliases": [' + b",".join([b"1"] * 9_998) + b"]}\n",
    b'{"place_id": "place-long", "name": "' + b"a" * 30_000 + b'"}\n',
    b'{"place_id": "place-a"}\n',
    b'{"place_id": "place-a", "parent_id": "place-nowhere", "aliases": "a;b"}\n',
    b'{"place_id": "place-lists", "aliases": ["a", "a"], "name": ["b"]}\n',
    b'{"place_id": "place-semicolon", "aliases": ["a;b"]}\n',
    b'{"place_id": "place-empty", "aliases": ["", "b"]}\n',
    b'{"place_id": 12, "aliases": [1, null, true]}\n',
    b'{"place_id": "place-crlf", "name": "A"}\r\n',
    b"\r\n",
]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    odd=st.lists(st.sampled_from(range(len(ODD))), max_size=9),
    size=st.integers(1, 2_000),
    ended=st.booleans(),
    marked=st.booleans(),
    blank=st.integers(0, 2),
)
def test_odd_lines_are_told_alike_wherever_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, odd: list[int], size: int, *, ended: bool, marked: bool, blank: int
) -> None:
    found: list[bytes] = [b"\n" * blank, line(PLACE)]
    for number, at in enumerate(odd):
        found.append(ODD[at])
        found += [line(PLACE, place_id=f"place-{number}-{also}") for also in range(number % 3)]
    data = b"\xef\xbb\xbf" * marked + b"".join(found)
    path = tmp_path_factory.mktemp("odd") / "places.jsonl"
    path.write_bytes(data if ended else data.rstrip(b"\r\n"))
    assert_same(path, [size])


def test_all_odd_lines_together(tmp_path: Path) -> None:
    path = write(tmp_path / "places.jsonl", line(PLACE), *ODD, line(PLACE, place_id="place-last"))
    report = assert_same(path, [1, 300, 5_000, 1 << 40])
    assert {"KD107", "KD141", "KD144"} <= {finding.code for finding in report.findings}


def test_corrections_are_proposed_alike(tmp_path: Path) -> None:
    lines = [line({"place_id": "place-shusha", "description": "Another text."}), line(PLACE), line(PLACE, name="B")]
    report = assert_same(write(tmp_path / "places.jsonl", *lines), [1, 1 << 40], update=True)
    assert report.rows == 3


# ---- Where files are cut ----


@pytest.mark.parametrize(
    "data",
    [
        b"[\n",
        b"{\n",
        b"\n\n",
        b'{"a": 1}\n',
        b"[1]\n" + line(PLACE),
        line(PLACE) + b'{"place_id": "place-b"}\r{"place_id": "place-c"}\n',
        line(PLACE) + b"\r",
        line(PLACE).replace(b"\n", b"\r\r\n") * 2,
        line(PLACE).decode().encode("utf-16"),
    ],
)
def test_what_cannot_be_cut_is_read_as_a_whole(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "any.jsonl").write_bytes(data)
    assert not is_cut(tmp_path / "any.jsonl")


def test_parts_begin_at_records_and_never_at_blank_lines() -> None:
    data = b"{1}\n\n \t\n{2}\n{3}\n\n\n"
    for step in range(1, len(data) + 1):
        found = jsonlines_part.cuts(io.BytesIO(data), 0, len(data), step)
        assert found[0] == 0
        assert found[-1] == len(data)
        assert all(data[at : at + 1] == b"{" for at in found[:-1])
    assert jsonlines_part.cuts(io.BytesIO(data), 0, len(data), 1) == [0, 8, 12, len(data)]


def test_a_record_is_found_behind_more_blank_lines_than_are_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines_part, "WINDOW", 7)
    for blank in range(30):
        data = b"{1}" + b" " * blank + b"\n" * blank + b" " * blank + b"\n{2}\n"
        assert jsonlines_part.cuts(io.BytesIO(data), 0, len(data), 1)[1:] == [data.index(b"{2}") or 0, len(data)]


@pytest.mark.parametrize("tail", [b"", b"\n" * 500, b" \n" * 500 + b"  ", b" " * 500])
def test_a_part_that_goes_on_without_end_is_not_held(
    tail: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunklines, "HELD", 400)
    monkeypatch.setattr(jsonlines_part, "BLOCK", 64)
    lines = [line(PLACE, place_id=f"place-{number}", description="x" * 10 * number) for number in range(9)]
    long = line(PLACE, place_id="place-long", description="y" * 900)
    for data in (lines, [*lines, long], [long, *lines]):
        assert_same(write(tmp_path / "places.jsonl", *data, tail), [1, 350])
        assert_same(write(tmp_path / "places.jsonl", *data, tail, *lines[:2]), [1, 350])


def test_a_line_that_is_longer_than_any_may_be_is_told_alike(tmp_path: Path) -> None:
    path = tmp_path / "places.jsonl"
    with path.open("wb") as stream:
        stream.write(line(PLACE) + b'{"place_id": "place-endless", "description": "')
        for _ in range(9):
            stream.write(b"x" * (1 << 20))
        stream.write(b'"}\n' + line(PLACE, place_id="place-b"))
    report = assert_same(path, [1000, 1 << 22])
    assert [(finding.code, finding.line) for finding in report.findings if finding.line == 2] == [("KD107", 2)]


def test_rows_are_numbered_over_records_that_cannot_be_read(tmp_path: Path) -> None:
    lines = [line(PLACE), b"[\n", b"\n", b"1\n", line(PLACE, place_id="place-b", place_type="town")]
    path = write(tmp_path / "places.jsonl", *lines)
    assert_same(path, [1])
    report = report_on(path, large=0, part_bytes=1)
    assert [finding.row for finding in report.findings if finding.code == "KD204"] == [4]
    assert report.rows == 2
