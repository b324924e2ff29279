"""Did you mean: the nearest names are those that `difflib` finds, whatever is left out beforehand."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from karabakh_data.suggest import did_you_mean, nearest

NAME = st.text("aAbßİ-ı", max_size=8)


@given(
    typed=NAME, names=st.lists(NAME, max_size=8), count=st.integers(1, 4), cutoff=st.sampled_from([0, 0.5, 0.6, 0.7, 1])
)
def test_nothing_is_left_out_that_resembles(typed: str, names: list[str], count: int, cutoff: float) -> None:
    folded = {name.casefold(): name for name in names}
    expected = difflib.get_close_matches(typed.casefold(), folded, n=count, cutoff=cutoff)
    assert nearest(typed, names, count, cutoff) == [folded[one] for one in expected]


def test_a_very_long_name_resembles_nothing() -> None:
    assert nearest("a" * 201, ["a" * 201]) == []


def test_the_clause_is_empty_where_nothing_resembles() -> None:
    assert did_you_mean("incidnets", ["incidents", "actors"]) == "; did you mean 'incidents'?"
    assert did_you_mean("x", ["incidents"]) == ""
