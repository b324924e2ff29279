"""What `karabakh_data.agreement` promises: units first, then cells, the same whatever the second coding's ids are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_seeds import write_seeds

import karabakh_data as kd
from karabakh_data.agreement import ORDER, Agreement, Cells, Units, compare, compare_tables, nominal_alpha, to_markdown
from karabakh_data.cli import main
from karabakh_data.columns import columns_of
from karabakh_data.derive import with_values
from karabakh_data.tables import MODELS

Tables = dict[str, list[Any]]


@pytest.fixture
def coding(ds: kd.Dataset) -> Tables:
    """The published tables as one coding."""
    return {name: list(ds.table(name)) for name in MODELS}


def renamed(tables: Tables) -> Tables:
    """The same coding under other ids; sources keep theirs."""
    ids = {str(r.identity) for name in ORDER if name != "sources" for r in tables[name]}

    def new(text: str) -> str:
        return f"{text}-b" if text in ids else text

    made: Tables = dict(tables)
    for name in (*ORDER, "evidence"):
        model = MODELS[name]
        made[name] = []
        for record in tables[name]:
            values = {}
            for column in columns_of(model):
                value = getattr(record, column.name)
                if column.reference or column.name in (model.PRIMARY_KEY[0], "value"):
                    value = (
                        tuple(map(new, value)) if column.is_list else new(value) if isinstance(value, str) else value
                    )
                values[column.name] = value
            made[name].append(model.model_construct(**values))
    return made


def units_of(agreement: Agreement, table: str) -> Units:
    return next(units for units in agreement.units if units.table == table)


def cells_of(agreement: Agreement, table: str, column: str) -> Cells:
    return next(cells for cells in agreement.cells if (cells.table, cells.column) == (table, column))


# ---- Alpha ----


def letters(first: str, second: str) -> list[tuple[str | None, str | None]]:
    return [(a if a != "." else None, b if b != "." else None) for a, b in zip(first, second, strict=True)]


@pytest.mark.parametrize(
    ("first", "second", "alpha"),
    [
        ("0100000010", "1110010000", 1 - 19 * 8 / (20**2 - 14**2 - 6**2)),  # Krippendorff: 0.095
        ("aabbdcccedda", "babbbccceddd", 1 - 23 * 6 / (24**2 - 4**2 - 6**2 - 6**2 - 6**2 - 2**2)),
        ("ab", "ba", 1 - 3 * 4 / (16 - 4 - 4)),
        ("aab", "aab", 1.0),
        ("aabx.", "aab.x", 1.0),  # units with one value are no pairs
    ],
)
def test_alpha_agrees_with_the_coincidence_matrix_worked_by_hand(first: str, second: str, alpha: float) -> None:
    assert nominal_alpha(letters(first, second)) == pytest.approx(alpha)


def test_alpha_agrees_with_published_examples() -> None:
    """Krippendorff, Computing Krippendorff's alpha-reliability (2011): examples A and B."""
    assert nominal_alpha(letters("0100000010", "1110010000")) == pytest.approx(0.095, abs=0.0005)
    assert nominal_alpha(letters("aabbdcccedda", "babbbccceddd")) == pytest.approx(0.692, abs=0.0005)


@pytest.mark.parametrize("pairs", [[], [("a", "a"), ("a", "a")], [(None, "a"), ("b", None)]])
def test_alpha_is_undefined_where_nothing_varies(pairs: list[tuple[str | None, str | None]]) -> None:
    assert nominal_alpha(pairs) is None


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=20))
def test_alpha_is_symmetric_and_one_only_for_full_agreement(pairs: list[tuple[str, str]]) -> None:
    alpha = nominal_alpha(pairs)
    assume(alpha is not None)
    assert alpha == nominal_alpha([(b, a) for a, b in pairs])
    assert alpha is not None
    assert alpha <= 1
    assert (alpha == 1) == all(a == b for a, b in pairs)


# ---- Identical codings ----


def is_full(agreement: Agreement) -> bool:
    return all(u.share == 1.0 and u.first == u.second == u.matched for u in agreement.units) and all(
        c.equal == c.compared and c.likeness == 1.0 and c.alpha in (None, 1.0) for c in agreement.cells
    )


def test_identical_codings_agree_fully(coding: Tables) -> None:
    agreement = compare_tables(coding, coding)
    assert is_full(agreement)
    assert (agreement.only_first, agreement.only_second, agreement.differences) == ((), (), ())
    assert agreement.pairs == {i: i for i in agreement.pairs}
    assert [u.table for u in agreement.units] == list(ORDER)
    assert [u.first for u in agreement.units] == [len(coding[name]) for name in ORDER]


def test_the_ids_of_the_second_coding_may_be_others(coding: Tables) -> None:
    agreement = compare_tables(coding, renamed(coding))
    assert is_full(agreement)
    assert (agreement.only_first, agreement.only_second, agreement.differences) == ((), (), ())
    for theirs, mine in agreement.pairs.items():
        assert theirs == (mine if mine.startswith("source-") else f"{mine}-b")


def test_empty_codings_agree() -> None:
    nothing: Tables = {name: [] for name in MODELS}
    agreement = compare_tables(nothing, nothing)
    assert is_full(agreement)
    assert agreement.cells == ()


# ---- Differences of units ----


@pytest.mark.parametrize("table", [name for name in ORDER if name != "sources"])
def test_a_dropped_record_stands_in_one_coding_only(coding: Tables, table: str) -> None:
    gone = coding[table][-1]
    fewer = {**coding, table: coding[table][:-1]}
    agreement = compare_tables(coding, fewer)
    units = units_of(agreement, table)
    assert (units.first, units.second, units.matched) == (
        len(coding[table]),
        len(coding[table]) - 1,
        len(coding[table]) - 1,
    )
    assert units.share == pytest.approx(2 * units.matched / (units.first + units.second))
    assert (agreement.only_first, agreement.only_second) == ((gone.identity,), ())
    swapped = compare_tables(fewer, coding)
    assert (swapped.only_first, swapped.only_second) == ((), (gone.identity,))


def without_evidence(tables: Tables, record_ids: Iterable[str]) -> Tables:
    gone = set(record_ids)
    return {**tables, "evidence": [e for e in tables["evidence"] if e.record_id not in gone]}


def test_records_on_other_passages_are_not_the_same_unit(coding: Tables) -> None:
    record = coding["statements"][0]
    start = max(e.end for e in coding["evidence"])
    elsewhere = [
        with_values(e, {"start": start + e.start, "end": start + e.end}) if e.record_id == record.identity else e
        for e in coding["evidence"]
    ]
    agreement = compare_tables(coding, {**coding, "evidence": elsewhere})
    assert (agreement.only_first, agreement.only_second) == ((record.identity,), (record.identity,))


def test_actors_and_places_that_share_a_name_are_the_same_unit_on_any_passage(coding: Tables) -> None:
    moved = without_evidence(coding, {r.identity for name in ("actors", "places") for r in coding[name]})
    agreement = compare_tables(coding, renamed(moved))
    assert units_of(agreement, "actors").share == units_of(agreement, "places").share == 1.0


def test_the_common_passages_are_told_as_their_mean_share(coding: Tables) -> None:
    record = coding["incidents"][0]
    (one, *_), rest = _split(coding, record.identity)
    size = one.end - one.start
    assert size > 1
    first = {**coding, "incidents": [record], "evidence": [*rest, one]}
    second = {**first, "evidence": [*rest, with_values(one, {"end": one.end + size})]}
    assert units_of(compare_tables(first, second), "incidents").overlap == 0.5


def _split(coding: Tables, record_id: str | None) -> tuple[list[kd.Evidence], list[kd.Evidence]]:
    mine = [e for e in coding["evidence"] if e.record_id == record_id]
    return mine, [e for e in coding["evidence"] if e.record_id != record_id]


# ---- Differences of cells ----


def test_a_changed_word_is_told_as_one_unequal_cell(coding: Tables) -> None:
    first, *others = coding["occasions"]
    word = "social_media" if first.occasion_type != "social_media" else "interview"
    changed = with_values(first, {"occasion_type": word})
    agreement = compare_tables(coding, {**coding, "occasions": [changed, *others]})
    cells = cells_of(agreement, "occasions", "occasion_type")
    assert (cells.compared, cells.equal) == (len(coding["occasions"]), len(coding["occasions"]) - 1)
    assert cells.likeness == pytest.approx(cells.equal / cells.compared)
    assert cells.alpha is not None
    assert cells.alpha < 1
    assert [(d.record_id, d.column, d.first, d.second) for d in agreement.differences] == [
        (first.identity, "occasion_type", str(first.occasion_type), word)
    ]
    assert is_full(agreement) is False


def test_a_list_is_as_like_as_its_common_elements_whatever_their_order(coding: Tables) -> None:
    place = next(i for i, o in enumerate(coding["occasions"]) if len(o.participant_ids) == 2)
    both = coding["occasions"][place]
    alone = {**coding, "occasions": [both]}
    turned = {**coding, "occasions": [with_values(both, {"participant_ids": both.participant_ids[::-1]})]}
    cells = cells_of(compare_tables(alone, turned), "occasions", "participant_ids")
    assert (cells.equal, cells.likeness, cells.alpha) == (1, 1.0, None)
    half = {**coding, "occasions": [with_values(both, {"participant_ids": both.participant_ids[:1]})]}
    cells = cells_of(compare_tables(alone, half), "occasions", "participant_ids")
    assert (cells.equal, cells.likeness) == (0, 0.5)


@pytest.mark.parametrize(
    ("other", "equal", "likeness"), [("2016-04", 0, 1.0), ("2017", 0, 0.0), ("2016-04-05", 1, 1.0)]
)
def test_dates_are_alike_where_they_may_be_the_same(coding: Tables, other: str, equal: int, likeness: float) -> None:
    record = coding["occasions"][0]
    first, second = (
        {**coding, "occasions": [with_values(record, {"date": kd.EDTF(text)})]} for text in ("2016-04-05", other)
    )
    cells = cells_of(compare_tables(first, second), "occasions", "date")
    assert (cells.compared, cells.equal, cells.likeness) == (1, equal, likeness)


def test_cells_that_both_codings_leave_empty_are_not_compared(coding: Tables) -> None:
    agreement = compare_tables(coding, coding)
    for cells in agreement.cells:
        filled = [r for r in coding[cells.table] if getattr(r, cells.column) not in (None, ())]
        assert cells.compared == len(filled)


def test_free_text_and_what_is_derived_are_not_compared(coding: Tables) -> None:
    compared = {(c.table, c.column) for c in compare_tables(coding, coding).cells}
    assert compared.isdisjoint({("statements", "summary"), ("statements", "quote"), ("statements", "attribution")})
    assert compared.isdisjoint({("incidents", "occurrence_status"), ("incidents", "source_ids"), ("actors", "name")})
    assert {("statements", "speech_act"), ("statements", "said"), ("statements", "speaker_ids")} <= compared


# ---- Seeds and the command ----


@pytest.fixture
def codings(tmp_path: Path) -> tuple[Path, Path]:
    """The small seeds, and a second coding of them with one other word and a place less."""
    first = write_seeds(tmp_path / "first")
    second = write_seeds(tmp_path / "second", incidents=("incident_type: shelling", "incident_type: missile_strike"))
    return first, second


def test_two_folders_of_seeds_are_compared(codings: tuple[Path, Path]) -> None:
    first, second = codings
    assert is_full(compare(first, first))
    assert [(d.column, d.first, d.second) for d in compare(first, second).differences] == [
        ("incident_type", "shelling", "missile_strike")
    ]


def run(*arguments: Any) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["agreement", *map(str, arguments)])
    return result.exit_code, result.output


def test_the_command_prints_units_and_cells(codings: tuple[Path, Path]) -> None:
    code, text = run(*codings)
    assert code == 0
    assert text.rstrip("\n") == to_markdown(compare(*codings))
    assert "| `incidents` | 1 | 1 | 1 | 100 % | 100 % |" in text
    assert "| `incidents.incident_type` | 1 | 0 % | 0 % |" in text
    assert "Only in" not in text


def test_the_command_lists_the_differences(codings: tuple[Path, Path]) -> None:
    first, second = codings
    places = second / "actors.yaml"
    places.write_text(places.read_text(encoding="utf-8") + _further_actor(), encoding="utf-8")
    code, text = run(first, second, "--differences")
    assert code == 0
    assert "shelling  |  missile_strike" in text
    assert "Only in the second:\n- actor-further" in text


def _further_actor() -> str:
    entry = "[{at: 0-5, source: source-daily, basis: classified}]"
    return (
        "- actor_id: actor-further\n  name: Pause\n  actor_type: other\n  side: none\n  description: One more.\n"
        f"  evidence: {{name: {entry}}}\n"
    )


def test_the_command_prints_json_for_programs(codings: tuple[Path, Path]) -> None:
    code, text = run(*codings, "--format", "json")
    found = json.loads(text)
    assert code == 0
    assert {"units", "cells", "differences", "pairs", "only_first", "only_second"} == found.keys()
    assert [unit["table"] for unit in found["units"]] == list(ORDER)


def test_the_command_tells_of_faulty_seeds_and_missing_folders(codings: tuple[Path, Path], tmp_path: Path) -> None:
    (codings[1] / "places.yaml").write_text("- [", encoding="utf-8")
    code, text = run(*codings)
    assert code == 2
    assert "second/places.yaml:1:" in text
    assert run(tmp_path / "first", tmp_path / "nowhere")[0] == 2


SCRIPT = "import sys; from karabakh_data.cli import main; main(sys.argv[1:])"


def test_the_same_output_comes_out_under_any_hash_seed(codings: tuple[Path, Path]) -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, "agreement", *map(str, codings), "--differences"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(told) == 1
