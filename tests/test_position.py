"""What `karabakh_data.position` promises: lines and columns as editors count them, however long the text is."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from karabakh_data.position import Positions

END = re.compile("\r\n|\r|\n")
TEXTS = st.lists(st.sampled_from(["\r", "\n", "\r\n", "a", "é𝄞", "\u2028", "\x85", "\ufeff"]), max_size=300).map(
    "".join
)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_end_begins_a_line(end: str) -> None:
    text = f"ab{end}c{end}{end}d"
    positions = Positions(text)
    assert [positions.place(text.index(sign)) for sign in "abcd"] == [(1, 1), (1, 2), (2, 1), (4, 1)]
    assert [positions.line(number) for number in range(6)] == [None, "ab", "c", "", "d", None]


def test_signs_that_editors_do_not_break_at_end_no_line() -> None:
    assert Positions("a\x85b\u2028c\u2029\x0bd\x0ce").place(10) == (1, 11)


def test_a_column_is_a_code_point() -> None:
    assert Positions("é𝄞e\u0301x").place(4) == (1, 5)


def test_a_byte_order_mark_is_no_column() -> None:
    positions = Positions("\ufeffab\nc")
    assert [positions.place(index) for index in (0, 1, 2, 4)] == [(1, 1), (1, 1), (1, 2), (2, 1)]
    assert positions.line(1) == "ab"


def test_the_end_of_the_text_has_a_place() -> None:
    assert Positions("").place(0) == (1, 1)
    assert Positions("ab").place(2) == (1, 3)
    assert Positions("ab\n").place(3) == (2, 1)


def test_lines_count_from_the_first() -> None:
    positions = Positions("a\nb", first=7)
    assert positions.place(2) == (8, 1)
    assert [positions.line(number) for number in (6, 7, 8, 9)] == [None, "a", "b", None]


@given(TEXTS, st.lists(st.floats(0, 1), max_size=20), st.integers(1, 5))
@example("\r\n" * 64 + "a", [1.0, 0.0], 1)
@example("\n" * 63 + "\r", [1.0, 0.5], 1)
def test_places_and_lines_in_any_order(text: str, shares: list[float], first: int) -> None:
    positions = Positions(text, first)
    begin = int(text.startswith("\ufeff"))
    starts = [begin, *(end.end() for end in END.finditer(text, begin))]
    for share in shares:
        index = begin + int(share * (len(text) - begin))
        line = max(number for number, start in enumerate(starts) if start <= index)
        assert positions.place(index) == (first + line, index - starts[line] + 1)
    lines = END.split(text[begin:])
    order = sorted(range(-1, len(lines) + 2), key=lambda number: (number * 7) % 5)
    for number in order:
        assert positions.line(first + number) == (lines[number] if 0 <= number < len(lines) else None)


@pytest.mark.parametrize("text", ["[" * 3_000_000, "\n" * 3_000_000, "\r\n" * 1_500_000, "a\n" * 1_500_000])
def test_neither_one_long_line_nor_very_many_take_long(text: str) -> None:
    began = time.process_time()
    positions = Positions(text)
    for index in range(0, len(text), 1000):
        positions.place(index)
    lines = positions.place(len(text))[0]
    assert positions.line(lines) is not None
    assert positions.line(lines + 1) is None
    assert positions.line(1) is not None
    assert time.process_time() - began < 3
