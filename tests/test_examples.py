"""The examples of contributions do what the docs say of them."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import karabakh_data as kd
from karabakh_data import cli

EXPECTED = Path(__file__).with_name("contribution-bad.txt")


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.main, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A copy of the checkout, to be changed."""
    for name in ("seeds", "karabakh_data", "schemas", "docs"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "datapackage.json", tmp_path)
    return tmp_path


def test_the_good_contribution_is_clean(root: Path) -> None:
    code, out, _ = run("validate", root / "examples/contribution-good", "--strict")
    assert code == 0
    assert "5 files, 19 records: nothing found wrong; all 19 valid" in out


def test_the_bad_contribution_is_told_place_by_place(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "examples/contribution-bad")
    report = kd.validate(".", today=datetime.date(2026, 11, 22))
    found = [f"{f.place}  {f.code}  {f.table or '-'}.{f.field or '-'}  {f.suggestion or '-'}" for f in report.findings]
    assert found == EXPECTED.read_text(encoding="utf-8").splitlines()
    assert len({finding.code for finding in report.findings}) >= 25
    assert run("validate", ".")[0] == 1


def test_the_good_contribution_becomes_part_of_the_data_set(checkout: Path, root: Path) -> None:
    good = root / "examples/contribution-good"
    code, out, err = run("adopt", good, "--root", checkout, "--dry-run")
    assert (code, err) == (0, "")
    assert "+- incident_id: incident-2016-04-02-example-shelling" in out
    code, out, _ = run("adopt", good, "--root", checkout)
    assert code == 0
    assert "seeds/incidents.yaml: new incident-2016-04-02-example-shelling" in out
    assert run("build", "--root", checkout)[0] == 0
    assert run("build", "--root", checkout, "--check")[:2] == (0, "")
    ds = kd.load(checkout / "karabakh_data/data")
    assert ds["incident-2016-04-02-example-shelling"].occurrence_status == "outside"
    report = kd.validate(checkout / "datapackage.json", against="none")
    assert report.findings == ()
    program = "import frictionless, sys; sys.exit(not frictionless.Package('datapackage.json').validate().valid)"
    assert subprocess.run([sys.executable, "-c", program], cwd=checkout).returncode == 0


def test_a_correction_is_adopted_where_it_was_asked_for(checkout: Path, tmp_path: Path) -> None:
    (row,) = kd.load().places.where(place_id="place-moscow").to_dicts()
    given = tmp_path / "places.json"
    given.write_text(json.dumps([{**row, "description": "The capital of Russia, where talks took place."}]))
    assert run("adopt", given, "--root", checkout)[0] == 1
    code, out, _ = run("adopt", given, "--root", checkout, "--update")
    assert (code, out) == (0, "seeds/places.yaml: changed place-moscow\n")
    assert "description: The capital of Russia, where talks took place." in (checkout / "seeds/places.yaml").read_text()
    assert run("build", "--root", checkout)[0] == 0


def test_a_changed_source_value_is_not_adopted_without_its_passage(checkout: Path, tmp_path: Path) -> None:
    given = tmp_path / "incidents.json"
    given.write_text(json.dumps([{"incident_id": "incident-1992-1994-war", "date": "1991/1994"}]))
    code, _, err = run("adopt", given, "--root", checkout, "--update")
    assert code == 1
    assert "incident-1992-1994-war date" in err


def test_the_bad_contribution_is_not_adopted(checkout: Path, root: Path) -> None:
    before = {path: path.read_bytes() for path in (checkout / "seeds").rglob("*.yaml")}
    code, _, err = run("adopt", root / "examples/contribution-bad", "--root", checkout)
    assert code == 1
    assert "nothing is adopted" in err
    assert {path: path.read_bytes() for path in (checkout / "seeds").rglob("*.yaml")} == before


def test_the_hook_and_the_workflow_call_commands_that_exist(root: Path) -> None:
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"].split()[0] == "karabakh-data"
    assert hook["entry"].split()[1] in cli.main.commands
    extensions = {"csv", "tsv", "json", "jsonl", "yaml", "yml", "xlsx", "parquet"}
    assert hook["pass_filenames"] is False
    assert {e for e in extensions if re.search(hook["files"], f"contributions/a.{e}")} == extensions
    workflow = yaml.safe_load((root / "examples/ci/validate-contributions.yml").read_text(encoding="utf-8"))
    runs = [step["run"] for step in workflow["jobs"]["validate"]["steps"] if "run" in step]
    assert [line.split()[:2] for line in runs[1:]] == [["karabakh-data", "validate"]] * 2
