"""What the JSON Lines export promises: a record on each line, valid as a contribution, the same records."""

from __future__ import annotations

import json

import pytest
from exported import whole

import karabakh_data as kd
from karabakh_data.tables import MODELS


@pytest.fixture(scope="module")
def folder(exported_set, tmp_path_factory):
    """The exported folder."""
    return exported_set.export("jsonl", tmp_path_factory.mktemp("jsonl") / "karabakh")


def test_it_is_a_valid_contribution_of_the_same_records(exported_set, folder):
    report = kd.validate(str(folder), against="none")
    found = {name: [] for name in MODELS}
    for record in report.records:
        found[record.TABLE].append(record)
    assert found == whole(exported_set)


def test_each_line_is_one_record(exported_set, folder):
    for name in MODELS:
        lines = (folder / f"{name}.jsonl").read_bytes().removesuffix(b"\n").split(b"\n")
        rows = [json.loads(line) for line in lines if line]
        assert len(rows) == len(exported_set.table(name))
        assert [row[MODELS[name].PRIMARY_KEY[0]] for row in rows] == [r.key[0] for r in exported_set.table(name)]
