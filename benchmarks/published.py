"""The columns of incidents, and the published records that generated rows refer to, read as text."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

COLUMNS = (
    *("incident_id", "name", "incident_type", "date", "date_earliest", "date_latest"),
    *("place_ids", "participant_ids", "target_ids", "part_of_id"),
    *("deaths_low", "deaths_high", "background", "summary", "source_ids"),
)
"""The columns of a generated file: those of incidents that contributors fill."""

ROOT = Path(__file__).resolve().parent.parent


@cache
def published(table: str) -> tuple[dict[str, str], ...]:
    """The rows of a published table, read as text."""
    with (ROOT / "karabakh_data" / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


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
