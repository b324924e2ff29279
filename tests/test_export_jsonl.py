"""What the JSON Lines export promises: a record on each line, valid as a contribution, the same records."""

from __future__ import annotations

import json

import pytest
from exported import record_of, whole

import karabakh_data as kd
from karabakh_data.tables import MODELS


@pytest.fixture(scope="module")
def folder(exported_set, tmp_path_factory):
    """The exported folder."""
    return exported_set.export("jsonl", tmp_path_factory.mktemp("jsonl") / "karabakh")


def test_it_is_a_valid_contribution_of_the_same_records(ds, tmp_path):
    report = kd.validate(str(ds.export("jsonl", tmp_path / "x")), against="none")
    assert report.ok
    found = {name: [] for name in MODELS}
    for record in report.records:
        found[record.TABLE].append(record)
    assert found == whole(ds)


def test_each_line_is_one_record(exported_set, folder):
    lines = {name: (folder / f"{name}.jsonl").read_bytes().split(b"\n")[:-1] for name in MODELS}
    found = {name: [record_of(name, json.loads(line)) for line in lines[name]] for name in MODELS}
    assert found == whole(exported_set)
