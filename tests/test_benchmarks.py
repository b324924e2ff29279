"""The generated files of the benchmarks: their truth is what the validator finds, and a difference is told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import karabakh_data as kd
from benchmarks.faults import KINDS, Form
from benchmarks.generate import generate, main
from benchmarks.truth import Truth, beside, differences


def found_in(path: Path) -> list[dict[str, object]]:
    return [finding.to_dict() for finding in kd.validate(path, table="incidents").findings]


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, form: Form) -> None:
    files = [tmp_path / f"{name}.{form}" for name in "abc"]
    truths = [generate(600, path, seed=seed, form=form, every=10) for path, seed in zip(files, (1, 1, 2), strict=True)]
    first, again, other = (path.read_bytes() for path in files)
    assert first == again != other
    assert truths[0] == truths[1] != truths[2]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_validator_finds_exactly_the_truth(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "incidents.csv"
    truth = generate(3_000, path, seed=seed, every=20)
    assert {one.kind for one in truth.findings} == {kind.name for kind in KINDS}
    assert differences(truth, found_in(path)) == []


@pytest.mark.parametrize("form", ["tsv", "jsonl"])
def test_the_truth_holds_in_other_formats(tmp_path: Path, form: Form) -> None:
    path = tmp_path / f"incidents.{form}"
    truth = generate(600, path, form=form, every=5)
    assert {one.kind for one in truth.findings} == {kind.name for kind in KINDS if kind.fits(form)}
    assert differences(truth, found_in(path)) == []


def test_the_truth_about_parquet_is_by_row(tmp_path: Path) -> None:
    path = tmp_path / "incidents.parquet"
    truth = generate(600, path, form="parquet", every=5)
    names = ("code", "row", "field", "record_id")
    expected = Counter(tuple(one._asdict()[name] for name in names) for one in truth.findings)
    assert Counter(tuple(one[name] for name in names) for one in found_in(path)) == expected


def test_sound_rows_give_nothing(tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    truth = generate(2_000, path, seed=3, every=3_000)
    assert truth.findings == []
    assert found_in(path) == []


def test_without_faults_of_structure_every_line_is_well_formed(tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    truth = generate(1_000, path, every=5, structural=False)
    codes = {one.code for one in truth.findings}
    assert codes.isdisjoint({"KD122", "KD123", "KD124", "KD125"})
    assert differences(truth, found_in(path)) == []


def test_neighbours_of_a_faulty_row_are_sound(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="4 is the least"):
        generate(10, tmp_path / "incidents.csv", every=3)


def test_the_truth_is_written_beside_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "incidents.csv"
    assert main(["200", str(path), "--seed", "4", "--every", "10"]) == 0
    assert "20 at fault" in capsys.readouterr().out
    truth = Truth.read(beside(path))
    assert truth == generate(200, path, seed=4, every=10)
    assert truth.rows == 200


def test_a_difference_is_told(tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    truth = generate(200, path, every=10)
    exact = [one._asdict() for one in truth.findings]
    assert differences(truth, exact) == []
    missing = truth.findings[3]
    assert differences(truth, exact[:3] + exact[4:]) == [f"missed ({missing.kind}): {missing.place}"]
    assert differences(truth, [*exact, exact[0]]) == [f"not in the truth: {truth.findings[0].place}"]
    moved = [*exact[:-1], exact[-1] | {"column": 99}]
    assert len(differences(truth, moved)) == 2
