"""The published records that generated rows refer to, read as text."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib import resources


@cache
def published(table: str) -> tuple[dict[str, str], ...]:
    """The rows of a published table, read as text."""
    path = resources.files("karabakh_data") / "data" / f"{table}.csv"
    return tuple(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


@cache
def ids(table: str) -> tuple[str, ...]:
    """The published ids of a table."""
    return tuple(next(iter(row.values())) for row in published(table))


@cache
def look_alikes() -> dict[tuple[str, str, str], set[str]]:
    """(type, earliest, latest) of the published incidents -> their places: a row with all of it is a likeness."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for row in published("incidents"):
        key = row["incident_type"], row["date_earliest"], row["date_latest"]
        found.setdefault(key, set()).update(row["place_ids"].split(";"))
    return found
