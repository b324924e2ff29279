"""Parquet: a typed file for each table, with its Table Schema and what each column means in the metadata."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from karabakh_data import __version__
from karabakh_data.columns import columns_of
from karabakh_data.descriptor import LICENSES, TITLE, table_schema
from karabakh_data.display import data_citation
from karabakh_data.export.about import meaning, meaning_of
from karabakh_data.frames import require
from karabakh_data.tables import MODELS

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset

SCHEMA = "tableschema"
"""The key of the metadata that holds the table's Table Schema, the one of the CSV: there a list is a string."""


def write(ds: Dataset, target: Path) -> None:
    """Write the folder.

    Raises:
        karabakh_data.frames.MissingExtraError: PyArrow is not installed.
    """
    arrow = require("pyarrow", "arrow")
    parquet = require("pyarrow.parquet", "arrow")
    target.mkdir()
    for name, model in MODELS.items():
        table = ds.table(name).to_arrow()
        fields = [
            table.schema.field(column.name).with_metadata({"description": meaning_of(column)})
            for column in columns_of(model)
        ]
        about = {
            "name": name,
            "title": TITLE,
            "description": meaning(model),
            "version": __version__,
            "license": str(LICENSES[0]["name"]),
            "citation": data_citation(),
            SCHEMA: json.dumps(table_schema(model), ensure_ascii=False),
        }
        table = table.cast(arrow.schema(fields, about))
        parquet.write_table(table, target / f"{name}.parquet", compression="zstd")
