"""Rows in the column layout of another data set."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


def write_layout(target: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows as CSV: UTF-8, LF, in these columns; what a row does not give is empty.

    Raises:
        ValueError: A row gives what is no column.
    """
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    target.write_text(out.getvalue(), encoding="utf-8", newline="\n")


def several(values: Iterable[Any]) -> str:
    """Several values in one cell, as UCDP separates them.

    Each keeps its place, so that the lists of a row can be read side by side: `None` is an empty place, and a `;`
    inside a value becomes a comma.
    """
    return ";".join("" if value is None else str(value).replace(";", ",") for value in values)
