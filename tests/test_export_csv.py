"""What the CSV export promises: a data package that stands alone, the same for everyone who opens it."""

from __future__ import annotations

import frictionless
import pytest

import karabakh_data as kd
from karabakh_data.tables import MODELS, write_csv


@pytest.fixture(scope="module")
def folder(exported_set, tmp_path_factory):
    """The exported folder."""
    return exported_set.export("csv", tmp_path_factory.mktemp("csv") / "karabakh")


def test_frictionless_validates_it_from_anywhere(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])[:5]


def test_its_tables_are_the_published_ones(exported_set, folder):
    for name, model in MODELS.items():
        assert (folder / f"data/{name}.csv").read_bytes() == write_csv(model, exported_set.table(name))


def test_it_loads_as_a_data_set(exported_set, folder):
    again = kd.load(folder / "data")
    assert all(list(again.table(name)) == list(exported_set.table(name)) for name in MODELS)


def test_nothing_in_it_leads_out_of_the_folder(folder):
    package = frictionless.Package(str(folder / "datapackage.json"))
    assert all((folder / resource.path).is_file() for resource in package.resources)
