"""What the Croissant export promises: a descriptor without fault, through which the records load."""

from __future__ import annotations

import math
from typing import Any

import pytest
from exported import by_key, record_of, whole

from karabakh_data.columns import Kind, columns_of
from karabakh_data.tables import MODELS

mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed: pip install mlcroissant")


@pytest.fixture(scope="module")
def dataset(ds, tmp_path_factory):
    """The published data set, opened from its export."""
    folder = ds.export("croissant", tmp_path_factory.mktemp("croissant") / "karabakh")
    return mlcroissant.Dataset(jsonld=folder / "croissant.json")


def plain(value: Any) -> Any:
    """A value as mlcroissant gives it, without its wrapping."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, list):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def test_mlcroissant_finds_no_fault(dataset):
    issues = dataset.metadata.ctx.issues
    assert not issues.errors
    assert all("datePublished" in warning for warning in issues.warnings)  # the project has no day of publication yet


@pytest.mark.parametrize("table", MODELS)
def test_every_record_loads(ds, dataset, table):
    rows = [{name.split("/")[1]: plain(value) for name, value in row.items()} for row in dataset.records(table)]
    assert [record_of(table, row) for row in rows] == whole(ds)[table]


def test_every_field_has_its_type_and_meaning(dataset):
    types = {Kind.INTEGER: "Integer", Kind.NUMBER: "Float", Kind.BOOLEAN: "Boolean", Kind.DAY: "Date"}
    for record_set in dataset.metadata.record_sets:
        fields = {field.name: field for field in record_set.fields}
        for column in columns_of(MODELS[record_set.name]):
            kind = "Text" if column.is_list else types.get(column.kind, "Text")
            assert [str(one).rsplit("/", 1)[1] for one in fields[column.name].data_types] == [kind]
            assert fields[column.name].description.startswith(column.description)
            assert bool(fields[column.name].repeated) == column.is_list


def test_files_are_named_with_their_digests(ds, dataset):
    assert len(dataset.metadata.distribution) == len(by_key(whole(ds)))
    assert all(len(one.sha256) == 64 for one in dataset.metadata.distribution)
