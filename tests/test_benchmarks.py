"""The generated files of the benchmarks: their truth is what the validator finds, and a difference is told."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

import karabakh_data as kd
from benchmarks import page
from benchmarks.faults import KINDS, Form
from benchmarks.generate import generate, main
from benchmarks.machine import described
from benchmarks.measure import Run, run
from benchmarks.race import Result, TruthError, compare_other, compare_ours, once
from benchmarks.runners import Runner, UnavailableError, check, chosen, pythons
from benchmarks.texts import Texts
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


# --- The harness ---------------------------------------------------------------------------------------------------


def result() -> Result:
    return Result("jobs-1", "ours, 1 job", 200, is_ours=True, floor=False)


def test_our_report_must_equal_the_truth(tmp_path: Path) -> None:
    truth = generate(200, tmp_path / "incidents.csv", every=10)
    exact = [one._asdict() for one in truth.findings]
    ours = result()
    compare_ours(ours, {"findings": exact}, truth)
    assert (ours.found, ours.findings) == (20, len(exact))
    with pytest.raises(TruthError, match=r"jobs-1 did not find exactly the truth:\nmissed \("):
        compare_ours(result(), {"findings": exact[1:]}, truth)


def test_of_others_the_rows_are_compared(tmp_path: Path) -> None:
    truth = generate(200, tmp_path / "incidents.csv", every=10)
    right, wrong = sorted(truth.faulty_rows)[:3], 1
    other = result()
    told = {"rules": ["key"], "own_code": [], "rows": [*right, *truth.partners[:1], wrong], "findings": 9}
    compare_other(other, told, truth)
    assert (other.found, other.false_alarms, other.findings) == (3, 1, 9)


@pytest.mark.parametrize("module", ["csv_reader", "pydantic_rows", "polars_parse", "frictionless_package"])
def test_others_blame_no_sound_row(tmp_path: Path, module: str) -> None:
    path = tmp_path / "incidents.csv"
    truth = generate(500, path, every=5, structural=False)
    runner = Runner(module, module, module=module)
    other = Result(module, module, 500, is_ours=False, floor=False)
    done = once(runner, sys.executable, path, truth, other)
    assert done.code == 0
    assert other.false_alarms in (0, None)
    assert not other.rules or 0.5 < (other.found or 0) / other.planted < 1


def test_words_are_found_by_others_where_we_find_them(tmp_path: Path) -> None:
    pl = pytest.importorskip("polars")
    from benchmarks.contenders import polars_rules

    path = tmp_path / "incidents.csv"
    truth = generate(500, path, every=5, structural=False)
    Texts.of_package().write(path)
    rules = [*polars_rules.of_texts(Texts.read(str(path))), *polars_rules.twins()]
    frame = polars_rules.read(str(path)).with_row_index("number", offset=1)
    found = set(frame.filter(~pl.all_horizontal(rule.fill_null(True) for _, rule in rules))["number"])
    kinds = {"placeholder", "hidden_character", "loaded_word", "residue_of_a_page", "name_names_a_side", "twin"}
    kinds |= {"id_names_a_side", "several"}
    assert found - set(truth.partners) == {one.row for one in truth.findings if one.kind in kinds}


def test_a_process_is_measured_with_all_that_it_starts() -> None:
    child = "held = bytearray(64 << 20); import time; time.sleep(0.3)"
    program = f"import subprocess, sys; print(subprocess.run([sys.executable, '-c', {child!r}]).returncode)"
    done = run([sys.executable, "-c", program])
    assert (done.code, done.stdout) == (0, "0\n")
    assert done.peak > 64 << 20
    assert done.seconds > 0.3


def test_what_cannot_be_run_is_told_plainly() -> None:
    with pytest.raises(UnavailableError, match=r"there is no 'fast'; there are jobs-1"):
        chosen(["fast"], [])
    missing = Runner("peer", "a peer", module="peer", needs="no_such_package")
    with pytest.raises(UnavailableError, match=r"needs no_such_package .*pip install 'karabakh-data\[bench\]'"):
        check(missing, sys.executable)
    with pytest.raises(UnavailableError, match="no --no-such-option"):
        check(Runner("ours", "ours", ("--no-such-option",)), sys.executable)
    with pytest.raises(UnavailableError, match="write NAME=PATH"):
        pythons(["pandera"])


def test_results_stand_between_the_markers(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{page.BEGIN}\nsuperseded\n{page.END}\nafter\n")
    ours, other = result(), Result("csv", "csv.reader", 200, is_ours=False, floor=True)
    for one, seconds in ((ours, 2.0), (other, 1.0)):
        one.add(Run(seconds, seconds, 1 << 20, 0, "", ""))
        one.add(Run(seconds + 1, seconds, 1 << 20, 0, "", ""))
    race = {"machine": described(), "busy": None, "rows": 200, "rounds": 2, "rounds_slow": 1, "megabytes": 0.04}
    page.rewrite(path, {"race": race | {"results": [ours.to_dict(), other.to_dict()]}}, None)
    text = path.read_text()
    assert text.startswith(f"before\n{page.BEGIN}\n\n### 200 rows")
    assert text.endswith(f"{page.END}\nafter\n")
    assert "| ours, 1 job | 2.50 | 2.00–3.00 | 1.0× |" in text
    assert "superseded" not in text
