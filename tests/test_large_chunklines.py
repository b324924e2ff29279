"""Lines of a part of a file: those that the whole file has, from whatever line on."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from karabakh_data.validation.large import chunklines
from karabakh_data.validation.large.chunklines import ChunkLines
from karabakh_data.validation.readers import lines
from karabakh_data.validation.readers.lines import Cut, Lines

LIMIT, KEPT = 12, 5


@pytest.fixture(autouse=True)
def _short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of lines that a few bytes go beyond."""
    for module in (lines, chunklines):
        monkeypatch.setattr(module, "LINE_LIMIT", LIMIT)
        monkeypatch.setattr(module, "CUT", KEPT)
    monkeypatch.setattr(lines, "CHUNK", 16)
    monkeypatch.setattr(chunklines, "_ENDLESS", 4 * LIMIT)
    monkeypatch.setattr(chunklines, "_MORE", 7)


PIECES = [b"\n", b"\r\n", b"\r\r\n", b"\r", b"a", b"bc", "é".encode(), "漢".encode(), b"\xff", b"\xc3", b'"', b"\0"]
LONG = [b"x" * 11, b"x" * 12, b"x" * 13, b"y" * 40, b"z" * 90, b"x" * 12 + b"\r"]
BYTES = st.lists(st.sampled_from([*PIECES, *LONG]) | st.binary(max_size=4), max_size=14).map(b"".join)


def taken(source: Any) -> list[tuple[int, str, bool]]:
    """All lines that are left: their numbers, texts, and whether they are cut."""
    found = []
    while (line := source.take()) is not None:
        found.append((source.number, str(line), isinstance(line, Cut)))
    return found


def line_starts(data: bytes) -> list[int]:
    """Where lines begin."""
    return [0, *(at + 1 for at, byte in enumerate(data) if byte == 0x0A)]


def whole(data: bytes) -> Lines | None:
    """The lines of a whole file, if they are those of UTF-8 that end in line feeds."""
    source = Lines(io.BytesIO(data))
    return source if source.has_bytes and source.ends_in_feeds and not data.startswith(b"\xef\xbb\xbf") else None


@given(data=BYTES, choice=st.data())
@example(data=b"x" * 13 + b"\r\r\n" + b"y" * 90 + b"\na\n", choice=None)
@example(data=b"a\n" + b"y" * 200, choice=None)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_from_any_line_on_are_those_of_the_whole(data: bytes, choice: Any) -> None:
    source = whole(data)
    if source is None:
        return
    expected = taken(source)
    starts = line_starts(data)
    at = choice.draw(st.integers(0, len(starts) - 1)) if choice is not None else 0
    end = choice.draw(st.integers(starts[at], len(data))) if choice is not None else 0
    part = ChunkLines(io.BytesIO(data), starts[at], max(end, starts[at]), at + 1)
    assert taken(part) == expected[at:]
    assert part.position == len(data)
    if at == 0:
        assert part.notes == source.notes


@given(data=BYTES, choice=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_position_is_that_of_the_next_line(data: bytes, choice: Any) -> None:
    source = whole(data)
    if source is None:
        return
    expected = taken(source)
    starts = line_starts(data)
    end = choice.draw(st.integers(0, len(data)))
    part = ChunkLines(io.BytesIO(data), 0, end)
    for number, *_ in expected:
        assert part.position == starts[number - 1]
        assert part.number == number - 1
        part.take()


@given(data=BYTES, choice=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_that_were_given_back_come_again(data: bytes, choice: Any) -> None:
    source = whole(data)
    if source is None:
        return
    expected = taken(source)
    part = ChunkLines(io.BytesIO(data), 0, choice.draw(st.integers(0, len(data))))
    taken_so_far: list[str] = []
    for _ in range(20):
        if taken_so_far and choice.draw(st.booleans()):
            back: Sequence[str] = taken_so_far[-choice.draw(st.integers(1, len(taken_so_far))) :]
            part.give_back(back)
            del taken_so_far[-len(back) :]
        elif (line := part.take()) is not None:
            taken_so_far.append(line)
            assert (part.number, str(line), isinstance(line, Cut)) == expected[len(taken_so_far) - 1]
    assert taken(part) == expected[len(taken_so_far) :]


@given(data=BYTES, choice=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_goes_back_to_where_it_stood(data: bytes, choice: Any) -> None:
    """With its notes, so that what is read again is noted again."""
    part = ChunkLines(io.BytesIO(data), 0, choice.draw(st.integers(0, len(data))))
    for _ in range(choice.draw(st.integers(0, 3))):
        part.take()
    state = part.state
    first = taken(part), list(part.notes)
    part.restore(state)
    assert (taken(part), list(part.notes)) == first


@given(data=BYTES, choice=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_line_that_was_begun_is_read_to_its_end(data: bytes, choice: Any) -> None:
    end = choice.draw(st.integers(0, len(data)))
    part = ChunkLines(io.BytesIO(data), 0, end)
    starts = line_starts(data)
    assert part.finish_line() == (end if end in starts else next((one for one in starts if one > end), len(data)))
    source = whole(data)
    if source is not None:
        assert taken(part) == taken(source)
