"""Did you mean: the nearest names, whatever their case."""

from __future__ import annotations

from karabakh_data.suggest import LONGEST, did_you_mean, nearest


def test_the_nearest_come_first_as_they_are_written() -> None:
    assert nearest("actros", ["Actors", "ACTRO", "places"]) == ["ACTRO", "Actors"]
    assert nearest("actros", ["Actors", "ACTRO", "places"], 1) == ["ACTRO"]


def test_a_very_long_name_resembles_nothing() -> None:
    assert nearest("a" * LONGEST, ["a" * LONGEST]) == ["a" * LONGEST]
    assert nearest("a" * (LONGEST + 1), ["a" * (LONGEST + 1)]) == []


def test_the_clause_is_empty_where_nothing_resembles() -> None:
    assert did_you_mean("incidnets", ["incidents", "actors"]) == "; did you mean 'incidents'?"
    assert did_you_mean("x", ["incidents"]) == ""
