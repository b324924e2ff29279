"""What the package promises: light to import, valid for frictionless, whole in its wheel."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import Any

import frictionless
import pytest

import karabakh_data as kd
from karabakh_data.dataset import DATA
from karabakh_data.tables import MODELS

HEAVY = ("frictionless", "polars", "pandas", "numpy", "pyarrow", "duckdb", "yaml", "click")
"""What a plain import does not need."""


# ---- The Frictionless package ----


def test_the_package_is_valid_for_every_table() -> None:
    package = kd.package()
    assert isinstance(package, frictionless.Package)
    assert package.resource_names == list(MODELS)
    report = package.validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])
    assert [task.name for task in report.tasks] == list(MODELS)


def test_the_package_has_the_rows_of_the_data_set(ds: kd.Dataset) -> None:
    for resource in kd.package().resources:
        assert len(resource.read_rows()) == len(ds.table(resource.name)), resource.name
        assert resource.schema.field_names == [c.name for c in ds.table(resource.name).columns]


def test_the_package_finds_a_table_that_was_changed() -> None:
    package = kd.package()
    resource = package.get_resource("places")
    resource.hash = "sha256:" + "0" * 64
    assert not package.validate().valid


def test_the_descriptor_of_the_checkout_is_valid_too(root: Path) -> None:
    assert frictionless.Package(str(root / "datapackage.json")).validate().valid


def test_the_descriptor_of_the_checkout_vouches_for_the_tables(root: Path) -> None:
    for resource in json.loads((root / "datapackage.json").read_bytes())["resources"]:
        data = (root / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(data), "sha256:" + hashlib.sha256(data).hexdigest())


# ---- Light to import ----


def loaded_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running some code."""
    script = f"{code}\nimport sys; print(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("heavy", HEAVY)
def test_the_import_and_a_look_at_the_data_load_nothing_heavy(loaded: set[str], heavy: str) -> None:
    assert "karabakh_data" in loaded
    assert heavy not in loaded


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return loaded_after(
        "import karabakh_data as kd\n"
        "ds = kd.load()\n"
        "record = ds.statements[0]\n"
        "ds.related(record), ds.citations(record), ds.cite(record), ds.statements.where(speech_act='appeal')\n"
        "ds._repr_html_(), ds.statements._repr_html_(), record._repr_html_(), ds.statements.to_dicts()"
    )


def test_each_library_is_loaded_by_what_needs_it() -> None:
    assert "frictionless" in loaded_after("import karabakh_data as kd; kd.package()")
    found = loaded_after("import karabakh_data as kd; kd.load().sources.to_polars()")
    assert "polars" in found
    assert {"pandas", "frictionless", "click"}.isdisjoint(found)


def test_the_command_line_loads_no_frames_and_no_frictionless() -> None:
    found = loaded_after("from karabakh_data.cli import main\ntry: main(['ls'])\nexcept SystemExit: pass")
    assert {"frictionless", "polars", "pandas", "pyarrow", "yaml"}.isdisjoint(found)


# ---- The wheel ----


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without any network."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(root)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel and, by reference, the libraries that it depends on.

    The `.pth` file adds the folder of this environment's libraries, but Python reads no `.pth` in there: the checkout,
    which is installed that way, is out of reach.
    """
    folder = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    site = Path(paths["purelib"])
    (site / "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install"]
    done = subprocess.run(
        [*pip, "--no-deps", "--no-index", "--force-reinstall", "--ignore-installed", str(wheel)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return python


def run(python: Path, code: str, cwd: Path) -> Any:
    """What a script in the environment prints, as JSON."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([python, "-c", code], cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_wheel_holds_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    package = DATA.parent
    expected = {
        f"karabakh_data/{path.relative_to(package).as_posix()}"
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == expected
    assert {"karabakh_data/py.typed", *(f"karabakh_data/data/{name}.csv" for name in MODELS)} <= names


def test_the_wheel_tells_version_licences_and_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA")).rpartition("/")[0]
        metadata = message_from_bytes(archive.read(f"{info}/METADATA"))
        entries = archive.read(f"{info}/entry_points.txt").decode()
        licences = {name.partition("/licenses/")[2] for name in archive.namelist() if "/licenses/" in name}
    assert (metadata["Name"], metadata["Version"]) == ("karabakh-data", kd.__version__)
    assert metadata["License-Expression"] == "MIT AND CC-BY-4.0 AND ISC"
    assert licences == {"LICENSE", "LICENSE-DATA", "karabakh_data/explorer/vendor/d3/LICENSE"}
    assert "karabakh-data = karabakh_data.__main__:run" in entries


def test_the_installed_wheel_is_what_is_imported(installed: Path, root: Path, tmp_path: Path) -> None:
    found = run(
        installed, "import json, sys, karabakh_data as kd; print(json.dumps([kd.__file__, sys.path]))", tmp_path
    )
    file, path = found
    assert Path(file).is_relative_to(installed.parent.parent)
    assert str(root) not in path


def test_the_installed_wheel_loads_the_same_data(installed: Path, ds: kd.Dataset, tmp_path: Path) -> None:
    code = (
        "import json, karabakh_data as kd\nfrom karabakh_data.tables import MODELS\nds = kd.load()\n"
        "print(json.dumps({name: [repr(r) for r in ds.table(name)] for name in MODELS}))"
    )
    assert run(installed, code, tmp_path) == {name: [repr(r) for r in ds.table(name)] for name in MODELS}


def test_the_installed_wheel_gives_a_valid_package(installed: Path, tmp_path: Path) -> None:
    code = (
        "import json, karabakh_data as kd\nreport = kd.package().validate()\n"
        "print(json.dumps([report.valid, [task.name for task in report.tasks]]))"
    )
    assert run(installed, code, tmp_path) == [True, list(MODELS)]


def test_the_installed_command_runs_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    command = installed.parent / "karabakh-data"
    listed = subprocess.run([command, "ls", "--format", "json"], cwd=tmp_path, capture_output=True, text=True)
    assert listed.returncode == 0, listed.stderr
    assert [row["table"] for row in json.loads(listed.stdout)] == list(MODELS)
    built = subprocess.run([command, "build", "--check"], cwd=tmp_path, capture_output=True, text=True)
    assert (built.returncode, built.stdout) == (2, "")
    assert "is no checkout of karabakh_data" in built.stderr
