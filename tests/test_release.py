"""What a release promises: one version, a changelog in form that counts the rows, sdist and wheel whole."""

from __future__ import annotations

import csv
import datetime
import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import karabakh_data as kd
from karabakh_data.changes import SECTIONS, Changes, changes, to_changelog
from karabakh_data.cli import main
from karabakh_data.dataset import DATA
from karabakh_data.tables import DERIVED_TABLES, MODELS, TableError

KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""The sections of Keep a Changelog 1.1."""


# ---- The changelog ----


@dataclass
class Release:
    """A release as the changelog tells it."""

    version: str
    date: datetime.date | None
    sections: dict[str, list[str]]

    def rows(self, happening: str) -> Counter[str]:
        """How many rows of each table were added, corrected or retired."""
        lines = [e for e in self.sections.get(SECTIONS[happening], ()) if e.startswith(f"Data rows {happening}: ")]
        assert len(lines) <= 1
        return Counter({table: int(count) for line in lines for table, count in re.findall(r"`(\w+)` (\d+)", line)})


class ChangelogError(ValueError):
    """A changelog is not in the form of Keep a Changelog 1.1; the message names the line."""


def parse(text: str) -> list[Release]:
    """The releases of a changelog, the latest first.

    Raises:
        ChangelogError: It is not in form.
    """
    lines = text.splitlines()
    if lines[:1] != ["# Changelog"]:
        raise ChangelogError("line 1: the title is '# Changelog'")
    found: list[Release] = []
    entries: list[str] | None = None
    for number, line in enumerate(lines[1:], 2):
        if line.startswith("## "):
            named = re.fullmatch(r"## \[(Unreleased|\d+\.\d+\.\d+)\](?: - (\d{4}-\d{2}-\d{2}))?", line)
            if not named or (named[1] == "Unreleased") != (named[2] is None):
                raise ChangelogError(f"line {number}: '## [Unreleased]' or '## [1.2.3] - 2026-01-31'")
            found.append(Release(named[1], datetime.date.fromisoformat(named[2]) if named[2] else None, {}))
            entries = None
        elif line.startswith("#"):
            kind = line.removeprefix("### ")
            if kind not in KINDS or not found or kind in found[-1].sections:
                raise ChangelogError(f"line {number}: once in a release, '### ' and one of {', '.join(KINDS)}")
            entries = found[-1].sections.setdefault(kind, [])
        elif line.startswith("- ") and entries is not None:
            entries.append(line[2:])
        elif line.startswith("  ") and entries:
            entries[-1] += " " + line.strip()
        elif line and found:
            raise ChangelogError(f"line {number}: no entry of a section")
    for release in found:
        if empty := [kind for kind, of_kind in release.sections.items() if not of_kind]:
            raise ChangelogError(f"{release.version}: {empty[0]} is empty")
    return found


@pytest.fixture(scope="module")
def changelog(root: Path) -> list[Release]:
    return parse((root / "CHANGELOG.md").read_text(encoding="utf-8"))


def test_the_changelog_is_in_the_form_of_keep_a_changelog(changelog: list[Release]) -> None:
    assert changelog[0].version == "Unreleased"
    released = changelog[1:]
    dates = [release.date or datetime.date.max for release in released]
    assert dates == sorted(dates, reverse=True)
    numbers = [tuple(map(int, release.version.split("."))) for release in released]
    assert numbers == sorted(set(numbers), reverse=True)
    assert not released or released[0].version == kd.__version__


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# Changes\n", "line 1"),
        ("# Changelog\n\n## Unreleased\n", "line 3"),
        ("# Changelog\n## [1.0.0]\n", "line 2"),
        ("# Changelog\n## [Unreleased] - 2026-01-01\n", "line 2"),
        ("# Changelog\n## [Unreleased]\n### New\n- x\n", "line 3"),
        ("# Changelog\n## [Unreleased]\n### Added\n- x\n### Added\n- y\n", "line 5"),
        ("# Changelog\n## [Unreleased]\nSome text.\n", "line 3"),
        ("# Changelog\n## [Unreleased]\n### Added\n", "Added is empty"),
    ],
)
def test_a_changelog_out_of_form_is_refused(text: str, fault: str) -> None:
    with pytest.raises(ChangelogError, match=fault):
        parse(text)


def test_the_rows_of_all_releases_add_up_to_the_published_tables(changelog: list[Release], ds: kd.Dataset) -> None:
    total: Counter[str] = Counter()
    for release in changelog:
        total.update(release.rows("added"))
        total.subtract(release.rows("retired"))
    published = {name: len(ds.table(name)) for name in MODELS if name not in DERIVED_TABLES}
    assert {t: n for t, n in total.items() if n} == {t: n for t, n in published.items() if n}, (
        "count with `karabakh-data changes` and mend CHANGELOG.md"
    )


# ---- What changed in the data ----


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The tables of an earlier release: a place more and one less, two summaries otherwise, a table less."""
    folder = tmp_path / "older"
    folder.mkdir()
    for name in MODELS:
        (folder / f"{name}.csv").write_bytes((DATA / f"{name}.csv").read_bytes())
    (folder / "identifiers.csv").unlink()
    places = (folder / "places.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "places.csv").write_text(
        "".join([places[0], *places[2:]]) + "place-gone,Gone,site,,,,,A place that is gone.\n", encoding="utf-8"
    )
    table = (folder / "incidents.csv").read_text(encoding="utf-8")
    assert ",both_sides," in table  # derived: what follows from elsewhere is no correction
    table = table.replace(",both_sides,", ",narrated,").replace("A flare-up of violence", "A flare up of violence")
    (folder / "incidents.csv").write_text(table, encoding="utf-8")
    return folder


def test_rows_added_corrected_and_retired_are_counted(older: Path, ds: kd.Dataset) -> None:
    found = {change.table: change for change in changes(DATA, older)}
    assert found["places"] == Changes("places", added=1, corrected=0, retired=1)
    assert found["incidents"] == Changes("incidents", added=0, corrected=2, retired=0)
    assert found["identifiers"] == Changes("identifiers", added=len(ds.identifiers), corrected=0, retired=0)
    assert not set(found) & DERIVED_TABLES
    assert to_changelog(tuple(found.values())) == (
        f"### Added\n\n- Data rows added: `places` 1, `identifiers` {len(ds.identifiers)}.\n\n"
        "### Fixed\n\n- Data rows corrected: `incidents` 2.\n\n### Removed\n\n- Data rows retired: `places` 1."
    )


def test_a_column_that_is_new_corrects_nothing(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("place_id,name\nplace-syunik-province,Syunik\n", encoding="utf-8")
    places = next(change for change in changes(DATA, tmp_path) if change.table == "places")
    assert (places.corrected, places.retired) == (1, 0), "the name differs; what it did not have does not count"


def test_the_command_prints_lines_that_the_changelog_takes(older: Path) -> None:
    done = CliRunner().invoke(main, ["changes", "--since", str(older)])
    (release,) = parse(f"# Changelog\n\n## [Unreleased]\n\n{done.output}")
    assert release.rows("corrected") == Counter(incidents=2)
    as_json = CliRunner().invoke(main, ["changes", "--since", str(older), "--format", "json"])
    assert json.loads(as_json.output) == [asdict(change) for change in changes(DATA, older)]
    same = CliRunner().invoke(main, ["changes", "--since", str(DATA)])
    assert (same.exit_code, same.output) == (0, "no row was added, corrected or retired\n")


def test_a_folder_without_tables_and_a_broken_table_are_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["changes", "--since", str(tmp_path)])
    assert done.exit_code == 2
    assert f"{tmp_path} holds none of the published tables" in done.stderr
    (tmp_path / "places.csv").write_text("place_id,name\nplace-a\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"places\.csv, line 2: the row has not as many cells"):
        changes(DATA, tmp_path)
    (tmp_path / "places.csv").write_text("name\nA\n", encoding="utf-8")
    with pytest.raises(TableError, match="no column place_id"):
        changes(DATA, tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert CliRunner().invoke(main, ["changes", "--data", str(empty)]).exit_code == 2


@pytest.mark.parametrize(
    "data",
    [
        b'place_id,"na\n',
        b"\xff\xfe",
        b"place_id," + b"n" * 200_000,
        b'place_id,name\nplace-a,"A\n',
        b"place_id\n\xff\n",
    ],
    ids=["open quote", "no UTF-8", "long name", "open quote below", "no UTF-8 below"],
)
def test_a_file_that_is_no_csv_is_told_by_its_name(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "places.csv").write_bytes(data)
    before = csv.field_size_limit(131_072)  # which other libraries raise for the whole process
    try:
        done = CliRunner().invoke(main, ["changes", "--since", str(tmp_path)])
    finally:
        csv.field_size_limit(before)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"karabakh-data: {tmp_path / 'places.csv'}")
    assert "after line 0" not in done.stderr


# ---- One version ----


def test_the_version_stands_in_one_place(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"] == {"path": "karabakh_data/__init__.py"}
    assert yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["version"] == kd.__version__
    assert json.loads((root / "datapackage.json").read_bytes())["version"] == kd.__version__
    again = [p for p in (root / "karabakh_data").rglob("*.py") if kd.__version__ in p.read_text(encoding="utf-8")]
    assert again == [root / "karabakh_data/__init__.py"]


# ---- What is uploaded ----


@pytest.fixture(scope="module")
def dist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist of the checkout, and the wheel made from the sdist; without any network."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(root)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def test_twine_accepts_sdist_and_wheel(dist: Path) -> None:
    made = sorted(dist.iterdir())
    assert [path.name for path in made] == [
        f"karabakh_data-{kd.__version__}-py3-none-any.whl",
        f"karabakh_data-{kd.__version__}.tar.gz",
    ]
    command = [sys.executable, "-m", "twine", "--no-color", "check", "--strict", *map(str, made)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2


def test_the_wheel_from_the_sdist_holds_the_data_and_no_tests(dist: Path) -> None:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        held = {name: archive.read(f"karabakh_data/data/{name}.csv") for name in MODELS}
    assert held == {name: (DATA / f"{name}.csv").read_bytes() for name in MODELS}
    assert "karabakh_data/py.typed" in names
    assert {name.partition("/")[0] for name in names} == {"karabakh_data"}
    assert [name for name in names if "test" in name.rpartition("/")[2]] == []


def test_the_sdist_holds_all_that_a_checkout_needs(dist: Path, root: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("no git checkout, so nobody says which files belong to it")
    beside = (".ci/", ".pre-commit", ".gitattributes")
    assert {name for name in tracked.stdout.splitlines() if not name.startswith(beside)} - names == set()
    strange = {name for name in names if re.search(r"(^|/)(\.venv|__pycache__|dist|\.hypothesis)(/|$)", name)}
    assert strange == set()
