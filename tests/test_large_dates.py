"""Dates in bulk: what the screen reads of many dates at once is what their reader says of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import edtf_texts

from karabakh_data.columns import column_named
from karabakh_data.edtf import EDTF, EDTFError
from karabakh_data.models import Incident

pl = pytest.importorskip("polars")

from karabakh_data.validation.large.dates import MARK, UNITS, Dates  # noqa: E402 - it needs Polars

COLUMN = column_named(Incident, "date")
assert COLUMN is not None

UNIT_TEXTS = st.builds(
    lambda year, month, day: f"{year:04}-{month:02}" + (f"-{day:02}" if day else ""),
    st.sampled_from((0, 1, 1999, 2000, 2020, 2021, 9998, 9999)),
    st.integers(0, 13),
    st.integers(0, 32),
)
"""Days and months, some of which are in no calendar."""

JOINTS = st.sampled_from(("", "/", "..", ",", "[", "]", "?", "~", "%", "-", "-XX", " ", "0", MARK))

MADE_UP = st.lists(st.tuples(JOINTS, UNIT_TEXTS), max_size=UNITS + 1).map(
    lambda pieces: "".join(joint + unit for joint, unit in pieces)
)
INTERVALS = st.builds("/".join, st.tuples(UNIT_TEXTS, UNIT_TEXTS))
SETS = st.builds(
    lambda units, joint, begin, end: f"[{begin}{joint.join(units)}{end}]",
    st.lists(UNIT_TEXTS, min_size=1, max_size=UNITS + 1).map(sorted),
    st.sampled_from((",", "..")),
    st.sampled_from(("", "..")),
    st.sampled_from(("", "..")),
)


def read(texts: Sequence[str], dates: Dates | None = None) -> list[tuple[bool, int | None, int | None]]:
    """What is read in bulk."""
    found = (dates or Dates(pl, COLUMN)).read(pl.Series(texts, dtype=pl.String))
    return list(zip(*(found[name] for name in ("unclean", "first", "last")), strict=True))


def said(text: str) -> tuple[bool, Any, Any]:
    """What the reader says of one."""
    try:
        date = EDTF.parse(text)
    except EDTFError:
        return True, None, None
    return False, *(None if day is None else day.toordinal() for day in (date.earliest, date.latest))


@given(st.lists(st.one_of(edtf_texts(), MADE_UP, INTERVALS, SETS), min_size=1, max_size=30, unique=True))
@example(["2020-09-27/2020-09", "2020-10/2020-09-27", "2020-09/2020-09-01", "2020-09/2020-08-31"])
@example(["[2020-09-27..2020-09]", "[2020-09-01,2020-09-02..2020-10-01,2020-11]", "[2020-09,2020-09-30]"])
@example(["0001-01-01", "0001-01/0001-01-01", "9998-12-31", "9998-12", "9999-01-01", "0000-12-31/0001-01-01"])
@example(["2020-1020-10-10", "2020-10-1010-10", "12020-10-10", "2020-10-101", f"{MARK}2020-10-10", MARK])
def test_many_are_read_as_each_is(texts: list[str]) -> None:
    assert read(texts) == [said(text) for text in texts]


def test_what_was_learnt_of_some_holds_of_others() -> None:
    dates = Dates(pl, COLUMN)
    for texts in (["2020-09-27/2020-09-28"], ["2020-09-27/2020-09-26", "2020-10/2020-10"], ["[2020-09-27,2020-09]"]):
        assert read(texts, dates) == [said(text) for text in texts]


def test_sound_dates_of_one_shape_are_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    dates = Dates(pl, COLUMN)
    days = [f"2020-09-{day:02}" for day in range(1, 29)]
    for shape in ("{0}", "{0}?", "{0}/{1}", "{0}/2020-10", "[{0}..{1}]", "[{0},2020-10..2020-11,2021-01-01]"):
        texts = [shape.format(day, f"2020-09-{at + 2:02}") for at, day in enumerate(days)]
        read(texts[:1], dates)
        with monkeypatch.context() as patch:
            patch.setattr(Dates, "_bounds", None)  # what reads them one by one
            assert read(texts, dates) == [said(text) for text in texts]


def test_no_date_is_clean_where_none_is_required() -> None:
    assert read([""]) == [(COLUMN.required, None, None)]
