"""Files that are cut into parts: whatever their structure and wherever the cuts, the report is that of the whole."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from efforts import assert_equal, content, efforts, report_of, whole
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from karabakh_data.validation.large import formats
from karabakh_data.validation.large.delimited_part import DelimitedPart
from karabakh_data.validation.large.parts import Part, bytes_of_next
from karabakh_data.validation.raw import Input, Notation, Reading

pytest.importorskip("polars")

COLUMNS = (
    "incident_id,name,incident_type,date,place_ids,part_of_id,deaths_low,deaths_high,background,summary,source_ids"
)
HEADER = COLUMNS + "\n"


def row(number: int, *, sign: str = ",", **cells: str) -> str:
    """A line of an incident that is sound, but for the cells that are given as they are to stand in the file."""
    values = {
        "incident_id": f"incident-made-up-{number}",
        "name": f"Event {number}",
        "incident_type": "shelling",
        "date": "2020-10-05",
        "place_ids": "place-nagorno-karabakh",
        "part_of_id": "",
        "deaths_low": "",
        "deaths_high": "",
        "background": "false",
        "summary": f"What is told of day {number}.",
        "source_ids": "source-putin-pashinyan",
    }
    return sign.join({**values, **cells}.values())


def file(tmp_path: Path, text: str | bytes, name: str = "incidents.csv") -> Path:
    """A file with this text, in which lone surrogates stand for bytes."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
    return path


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    """Two processes."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


LOOKS_LIKE_RECORDS = f'"A text\n{row(90)}\n{row(91)}\nand its end."'
"""A cell some of whose lines are whole records by themselves."""

PIECES = {
    "sound": row(1) + "\n",
    "too few cells": ",".join(row(2).split(",")[:4]) + "\n",
    "too many cells": row(3) + ",,\n",
    "a word misspelt": row(4, incident_type="shellling") + "\n",
    "quoted": row(5, name='"A, ""b"""') + "\n",
    "a break in a cell": row(6, summary='"First.\nSecond."') + "\n",
    "a break and a fault": row(7, summary='"First.\n\nLast."', date="5 October") + "\n",
    "lines like records": row(8, summary=LOOKS_LIKE_RECORDS) + "\n",
    "lines like records, and double marks": row(9, summary=f'"A ""text\n{row(92)}\n""and its"" end."') + "\n",
    "a bare mark": row(10, name='An "event"') + "\n",
    "a mark behind a blank": row(11, name=' "Event"') + "\n",
    "text behind a mark": row(12, name='"Event" 12') + "\n",
    "a stray mark": row(13, summary='"It never ends.') + "\n" + row(14) + "\n",
    "a stray mark that seems to end": row(15, name='"Stray') + "\n" + row(16, name='"Sound, too"') + "\n",
    "a lone carriage return": row(17, name="Event\r17") + "\n",
    "CRLF": row(18) + "\r\n",
    "CRLF in a cell": row(19, summary='"First.\r\nSecond."') + "\r\n",
    "two carriage returns": row(20) + "\r\r\n",
    "blank lines": "\n\n \n\t\n",
    "delimiters": ",,,,,,,,,,\n,,\n",
    "blanks in marks": '"","",,,,,,,,," "\n',
    "breaks in marks": '"\n\n",,,,,,,,,,\n',
    "a byte that is no text": row(21, name="Event \udcff") + "\n",
    "such bytes in quotes": row(22, summary='"\udcc4\udcd6,\n\udcff"') + "\n",
    "NUL": row(23, name="Event\0") + "\n",
    "NUL alone": "\0\n",
    "a control character": row(24, summary="A \x85 text") + "\n",
    "a control character in a cell over lines": row(25, summary='"A \x9c\ntext"') + "\n",
    "a line separator": row(26, name="Event\u2028two", summary="A\u2028text") + "\n",
    "a mark of byte order": "\ufeff" + row(27) + "\n",
    "a mark of byte order, and quotes": "\ufeff" + row(28, name='"A, b"') + "\n",
    "blanks at ends": row(29, name=" Event") + " \n",
    "a repeated id": row(1, name="Another") + "\n",
    "an unknown id": row(30, part_of_id="incident-made-up-99") + "\n",
    "a known id": row(31, part_of_id="incident-made-up-6") + "\n",
    "no id": row(32, incident_id="") + "\n",
    "an id of another kind": row(33, part_of_id="actor-made-up-99") + "\n",
}
"""What lines of a file may be."""

CORPUS = HEADER + "".join(PIECES.values())

# --- Each kind of line by itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_each_kind_of_line(piece: str, tmp_path: Path) -> None:
    text = HEADER + row(50) + "\n" + piece + piece + row(51, background="no") + "\n"
    assert_equal(file(tmp_path, text), 1 << 40, 150)


def test_all_kinds_of_lines_in_every_way(pool: Executor, tmp_path: Path) -> None:
    truth = assert_equal(file(tmp_path, CORPUS), 1 << 40, 3_000, 300, executor=pool)
    codes = {finding.code for finding in truth.findings}
    assert {"KD103", "KD104", "KD122", "KD123", "KD124", "KD125", "KD126", "KD301", "KD303"} <= codes
    assert truth.records


# --- Cuts ----------------------------------------------------------------------------------------------------------


def cut_at(monkeypatch: pytest.MonkeyPatch, places: list[int]) -> None:
    """Cut files at these bytes, wherever they lie."""

    def cuts(stream: Any, spec: Any, start: int, size: int, step: int) -> list[int]:
        return sorted({start, size, *(place for place in places if start < place < size)})

    monkeypatch.setattr(formats, "cuts", cuts)


CYCLE = 16


@pytest.mark.parametrize("first", range(CYCLE))
def test_a_cut_at_any_byte_is_mended(first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEADER + "".join(PIECES[name] for name in WHERE_CUTS_MATTER)
    path = file(tmp_path, text)
    expected = content(whole(path))
    # neighbouring cuts lie so far apart that the longest record has several of them, and every byte has one in turn
    cut_at(monkeypatch, list(range(first, path.stat().st_size, CYCLE)))
    for name, effort in efforts(1, threads=False):
        assert content(report_of(path, effort)) == expected, name


WHERE_CUTS_MATTER = (
    "sound",
    "lines like records, and double marks",
    "a stray mark",
    "CRLF in a cell",
    "blank lines",
    "breaks in marks",
    "delimiters",
    "such bytes in quotes",
)


@pytest.mark.parametrize("end", ["\n", "\r\n", ""], ids=["LF", "CRLF", "no end"])
def test_cuts_at_every_line(end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = CORPUS.removesuffix("\n").replace("\r\n", "\n").replace("\n", end or "\n") + end
    data = text.encode("utf-8", "surrogateescape")
    path = file(tmp_path, data)
    expected = content(whole(path))
    cut_at(monkeypatch, [at + 1 for at, byte in enumerate(data) if byte == 0x0A])
    for name, effort in efforts(1, threads=False):
        assert content(report_of(path, effort)) == expected, name


def test_a_run_of_blank_rows_is_told_once_wherever_it_is_cut(tmp_path: Path) -> None:
    text = "name,place_id,place_type,description\nTown,place-made-up,settlement,D.\n" + ",,,\n" * 50
    truth = assert_equal(file(tmp_path, text, "places.csv"), 20, 33)
    assert [finding.message for finding in truth.findings if finding.code == "KD125"] == ["50 blank rows; delete them"]


def test_parts_begin_where_a_record_likely_begins(tmp_path: Path) -> None:
    text = HEADER + "".join(row(number, summary='"One,\ntwo,\nthree."') + "\n" for number in range(50))
    path = file(tmp_path, text)
    data = path.read_bytes()
    spec = _spec(path)
    with path.open("rb") as stream:
        found = formats.cuts(stream, spec, spec.start, spec.size, 500)
    assert len(found) > 8
    assert all(end - begin >= bytes_of_next(500, len(data) - begin) for begin, end in pairwise(found[:-1]))
    assert all(data[place:].startswith(b"incident-") for place in found[:-1])


def test_the_last_parts_are_smaller() -> None:
    sizes, left = [], 10_000
    while left > 0:
        sizes.append(bytes_of_next(1_000, left))
        left -= sizes[-1]
    assert sizes[:6] == [1_000] * 6
    assert sizes == sorted(sizes, reverse=True)
    assert set(sizes[-4:]) == {250}


@pytest.mark.parametrize("name", ["incidents.csv", "incidents.jsonl"])
def test_a_part_lets_go_of_its_text(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(HEADER + row(1) + "\n" if name.endswith("csv") else '{"incident_id": "incident-1"}\n')
    spec = formats.surveyed(Reading(Input(name, 0, Notation.TEXT), []), path, path.suffix[1:], "incidents", None)
    assert spec is not None
    with formats.opened(Part(0, spec, spec.start, spec.size), []) as reader:
        lines: Any = reader.lines if isinstance(reader, DelimitedPart) else reader._lines  # type: ignore[attr-defined]
        assert len(list(reader.rows())) == 1
        assert lines.data
    assert not lines.data


def _spec(path: Path) -> Any:
    return formats.surveyed(Reading(Input(str(path), 0, Notation.TEXT), []), path, "csv", "incidents", None)


# --- Headers and ends ----------------------------------------------------------------------------------------------

BODY = row(1) + "\n" + row(2, background="no") + "\n" + row(3, summary='"A\nb"') + "\n" + row(4, name="\udcff") + "\n"

FILES = {
    "a mark of byte order": "\ufeff" + HEADER + BODY,
    "two of them": "\ufeff" + HEADER + "\ufeff" + BODY,
    "blank lines first": "\n ,\n" + HEADER + BODY,
    "a header in quotes over lines": HEADER.replace("name", '"na\nme"') + BODY,
    "an unknown column": HEADER.replace("part_of_id", "colour") + BODY.replace("false", "no"),
    "a control character under an unknown column": HEADER.replace("part_of_id", "colour") + row(1, part_of_id="\x07"),
    "a nameless column": HEADER.replace("part_of_id", "") + BODY,
    "a nameless column that holds something": HEADER.replace("part_of_id", "")
    + BODY
    + row(9, part_of_id=" ")
    + "\n"
    + row(10, part_of_id="x")
    + "\n"
    + row(11, part_of_id="y"),
    "a column twice": HEADER.replace("part_of_id", "name") + BODY,
    "a column misspelt": HEADER.replace("summary", "sumary") + BODY,
    "a column in capitals": HEADER.replace("summary", "SUMMARY") + BODY,
    "a column missing": HEADER.replace(",summary", "") + BODY,
    "a key missing": HEADER.replace("incident_id", "other") + BODY,
    "a key in the second place": "name,incident_id,summary\nA,incident-a,B\n,incident-b,\n,,\nA,,B\n",
    "bad bytes in the header and below": HEADER.replace("part_of_id", "p\udcff") + BODY,
    "two carriage returns behind the header and below": COLUMNS + "\r\r\n" + row(1) + "\r\r\n",
    "two carriage returns below, behind a fault": HEADER + row(1, date="x") + "\n" + row(2) + "\r\r\n",
    "semicolons": HEADER.replace(",", ";") + BODY.replace(",", ";"),
    "tabs": HEADER.replace(",", "\t") + BODY.replace(",", "\t"),
    "CRLF": (HEADER + BODY).replace("\n", "\r\n"),
    "CRLF, but for one": (HEADER + BODY).replace("\n", "\r\n") + row(5) + "\n" + row(6) + "\r\n",
    "carriage returns alone": (HEADER + BODY).replace("\n", "\r"),
    "no last line end": HEADER + row(1) + "\n" + row(2),
    "a carriage return at the end": HEADER + row(1) + "\r\n" + row(2) + "\r",
    "an open mark at the end": HEADER + row(1) + "\n" + row(2, summary='"It never ends.'),
    "an open mark, and an unknown id": HEADER + row(1, part_of_id="incident-x") + "\n" + row(2, summary='"Open'),
    "a header alone": HEADER,
    "a header and blank rows": HEADER + "\n,,\n\n",
    "a header and NUL": HEADER + "\0\n",
    "half a header": "incident_id",
    "nothing": "",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_headers_and_ends(text: str, tmp_path: Path) -> None:
    assert_equal(file(tmp_path, text), 1 << 40, 100)


def test_tsv(tmp_path: Path) -> None:
    text = (HEADER + "".join(PIECES.values())).replace(",", "\t")
    assert_equal(file(tmp_path, text, "incidents.tsv"), 1 << 40, 700)


def test_texts_at_their_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are the same for both; those of lines and cells are lowered, so that the file stays small."""
    from karabakh_data.validation.large import chunklines, delimited_part, structure
    from karabakh_data.validation.readers import delimited, lines, quoting

    assert delimited_part.Lines is lines.Lines
    monkeypatch.setattr(structure, "LONG", 400)
    for module in (quoting, delimited):
        monkeypatch.setattr(module, "CELL_LIMIT", 400)
    for module in (lines, quoting, chunklines):
        monkeypatch.setattr(module, "LINE_LIMIT", 1_000)
    for module in (lines, chunklines):
        monkeypatch.setattr(module, "CUT", 200)
    monkeypatch.setattr(chunklines, "_ENDLESS", 4_000)
    monkeypatch.setattr(chunklines, "_MORE", 700)
    text = HEADER
    for size in (380, 398, 400, 402, 420, 900, 1_100, 5_000):
        text += row(size, summary="a" * size) + "\n" + row(size + 1, summary=f'"{"é" * size}"') + "\n"
        text += row(size + 2, summary='"' + "a\n" * (size // 2) + 'b"') + "\n" + row(size + 3, date="x") + "\n"
    assert_equal(file(tmp_path, text), 1 << 40, 3_000, 500)


def test_a_long_cell_over_lines(tmp_path: Path) -> None:
    text = HEADER + row(1, summary='"' + "a line\n" * 30_000 + 'and its end"') + "\n" + row(2) + "\n"
    truth = assert_equal(file(tmp_path, text), 1 << 40)
    assert truth.ok


# --- Anything ------------------------------------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [
        *PIECES.values(),
        *(
            '"',
            '""',
            ",",
            "\n",
            "\r\n",
            "\r",
            "\r\r\n",
            " ",
            "\t",
            "\0",
            "\x85",
            "\u2028",
            "\ufeff",
            "\udcff",
            "\udcc3",
        ),
        *("incident-made-up-1", "incident-made-up-2", "x", "é", "no", ",,,,,,,,,,", '"\n', '\n"', '",', ',"', "&amp;"),
    ]
)


@given(pieces=st.lists(FRAGMENTS, max_size=12), size=st.integers(60, 700), end=st.sampled_from(["", "\n"]))
@example(pieces=['"\n', '"', ",,,,,,,,,,", "\n"], size=60, end="\n")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file(pieces: list[str], size: int, end: str, tmp_path: Path) -> None:
    assert_equal(file(tmp_path, HEADER + row(40) + "\n" + "".join(pieces) + end + row(41) + end), size)
