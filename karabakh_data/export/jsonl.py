"""JSON Lines: a file for each table, a record on each line; `karabakh-data validate` reads it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from karabakh_data.tables import MODELS

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset


def write(ds: Dataset, target: Path) -> None:
    """Write the folder: lists as arrays, empty cells as `null`, dates and days as text."""
    target.mkdir()
    for name in MODELS:
        lines = [json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in ds.table(name).to_dicts()]
        (target / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
