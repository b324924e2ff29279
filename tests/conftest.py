"""Fixtures that several modules share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from exported import awkward
from small_seeds import write_checkout, write_documents

import karabakh_data as kd
from karabakh_data.evidence import DOCUMENTS_VARIABLE

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout that the tests stand in."""
    return ROOT


@pytest.fixture(scope="session")
def ds() -> kd.Dataset:
    """The published data set."""
    return kd.load()


@pytest.fixture(scope="session")
def documents() -> Path:
    """The folder of the articles, which the project does not carry."""
    named = os.environ.get(DOCUMENTS_VARIABLE)
    folder = Path(named) if named else ROOT.parent / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip(f"the articles are not at hand: no folder {folder}; set ${DOCUMENTS_VARIABLE}")
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of all that `build` reads and writes."""
    root = tmp_path / "checkout"
    for name in ("seeds", "docs", "karabakh_data/data", "schemas"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "datapackage.json", root)
    return root


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A checkout of the small data set, not yet built."""
    return write_checkout(tmp_path / "small")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """The folder of the small data set's articles."""
    return write_documents(tmp_path / "articles")


@pytest.fixture(autouse=True)
def _no_folder_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the caller's shell says about documents must not leak into a test; the fixture `documents` has read it."""
    monkeypatch.delenv(DOCUMENTS_VARIABLE, raising=False)


@pytest.fixture(scope="session", params=["published", "awkward"])
def exported_set(request: pytest.FixtureRequest, ds: kd.Dataset) -> kd.Dataset:
    """The published data set, and one of values that formats stumble over."""
    return ds if request.param == "published" else awkward()
