"""The data package itself, in a folder that stands alone: `datapackage.json`, its schemas, its CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from karabakh_data.descriptor import datapackage, schema_path, table_schema, to_json
from karabakh_data.tables import MODELS, write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset

FOLDER = "data"
"""Where the CSV files lie, relative to the descriptor."""


def tables_as_csv(ds: Dataset) -> dict[str, bytes]:
    """The published CSV of every table (table -> bytes)."""
    return {name: write_csv(model, ds.table(name)) for name, model in MODELS.items()}


def write(ds: Dataset, target: Path) -> None:
    """Write the folder."""
    data = tables_as_csv(ds)
    made = {f"{FOLDER}/{name}.csv": content for name, content in data.items()}
    made |= {schema_path(name): to_json(table_schema(model)) for name, model in MODELS.items()}
    made["datapackage.json"] = to_json(datapackage(data, ds.sources, folder=FOLDER))
    for name, content in made.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
