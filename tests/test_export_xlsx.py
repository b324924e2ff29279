"""What the XLSX export promises: the same records, nothing that is run, a header that explains itself."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest
from exported import record_of, whole

import karabakh_data as kd
from karabakh_data.columns import columns_of
from karabakh_data.export import ExportError, xlsx
from karabakh_data.tables import MODELS


@pytest.fixture(scope="module")
def path(exported_set, tmp_path_factory):
    """The exported workbook."""
    return exported_set.export("xlsx", tmp_path_factory.mktemp("xlsx") / "karabakh.xlsx")


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def test_pandas_reads_the_same_records(exported_set, path):
    frames = pd.read_excel(path, sheet_name=None, dtype=object, keep_default_na=False, na_values=[""])
    found = {}
    for name in MODELS:
        rows = frames[name].to_dict("records")
        found[name] = [record_of(name, {k: None if pd.isna(v) else v for k, v in row.items()}) for row in rows]
    assert found == whole(exported_set)


def test_no_cell_is_a_formula(book):
    for sheet in book:
        assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_every_header_is_frozen_filtered_and_explained(book):
    for name, model in MODELS.items():
        sheet = book[name]
        assert sheet.freeze_panes in ("A2", "B2")
        assert sheet.auto_filter.ref == sheet.dimensions
        for number, column in enumerate(columns_of(model), 1):
            head = sheet.cell(1, number)
            assert head.value == column.name
            assert head.comment.text.startswith(column.description)
            assert sheet.column_dimensions[head.column_letter].width >= len(column.name)


def test_the_first_sheet_tells_what_it_is_and_how_to_cite_it(book):
    assert book.sheetnames == ["_about", *MODELS]
    said = {row[0]: row[1] for row in book["_about"].iter_rows(values_only=True)}
    assert kd.__version__ in said["cite as"]
    assert "CC BY" in said["cite as"]
    assert "Attribution 4.0" in said["licence"]
    assert set(MODELS) <= set(said)


def test_it_is_a_valid_contribution(ds, tmp_path):
    report = kd.validate(str(ds.export("xlsx", tmp_path / "x.xlsx")), against="none")
    assert report.ok
    assert len(report.records) == sum(len(ds.table(name)) for name in MODELS)


def test_a_text_longer_than_a_cell_is_refused(exported_set, tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "LONGEST", 10)
    with pytest.raises(ExportError, match=r"sources, row 2: .* a cell of a spreadsheet holds 10"):
        exported_set.export("xlsx", tmp_path / "x.xlsx")
