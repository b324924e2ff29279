"""What changed in the data between two releases: rows added, corrected and retired, table by table."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from karabakh_data.columns import columns_of
from karabakh_data.models.record import Record
from karabakh_data.models.types import Origin
from karabakh_data.tables import DERIVED_TABLES, KEPT_TABLES, MODELS, TableError

DERIVED = (Origin.DERIVED_ROW, Origin.DERIVED_SET, Origin.DERIVED_DOCUMENT)

SECTIONS = {"added": "Added", "corrected": "Fixed", "retired": "Removed"}
"""What may happen to a row, and the section of the changelog that tells it."""


@dataclass(frozen=True)
class Changes:
    """How many rows of a table were added, corrected and retired."""

    table: str
    added: int
    corrected: int
    retired: int


def changes(new: Path, old: Path | None = None) -> tuple[Changes, ...]:
    """What changed from the folder `old` of published tables to the folder `new`; without `old`, all rows are added.

    Rows are the same by their primary key. A row is corrected if a cell differs in a column that both have and that is
    not derived, for what follows from a correction elsewhere is none. Derived tables are left out.

    Raises:
        OSError: A table of `new` cannot be read.
        TableError: A file is no table: its key or a cell is missing; or `old` holds no table at all.
    """
    if old is not None and not any((old / f"{name}.csv").is_file() for name in MODELS):
        raise TableError(f"{old} holds none of the published tables, such as {next(iter(MODELS))}.csv")
    return tuple(_compared(model, new, old) for name, model in MODELS.items() if name not in DERIVED_TABLES)


def _compared(model: type[Record], new: Path, old: Path | None) -> Changes:
    name = f"{model.TABLE}.csv"
    after = {} if model.TABLE in KEPT_TABLES and not (new / name).exists() else _rows(model, new / name)
    before = _rows(model, old / name) if old is not None and (old / name).is_file() else {}
    corrected = sum(
        any(row[column] != before[key][column] for column in row.keys() & before[key].keys())
        for key, row in after.items()
        if key in before
    )
    return Changes(
        table=model.TABLE,
        added=len(after.keys() - before.keys()),
        corrected=corrected,
        retired=len(before.keys() - after.keys()),
    )


def _rows(model: type[Record], path: Path) -> dict[tuple[str, ...], dict[str, str]]:
    """The cells of a table by primary key, as text and without derived columns; other releases had other columns."""
    derived = {column.name for column in columns_of(model) if column.origin in DERIVED}
    with path.open(encoding="utf-8", newline="") as stream:
        return dict(_keyed(model, path, csv.DictReader(stream, strict=True), derived - set(model.PRIMARY_KEY)))


def _keyed(
    model: type[Record], path: Path, reader: csv.DictReader[str], derived: set[str]
) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    try:
        missing = [column for column in model.PRIMARY_KEY if column not in (reader.fieldnames or ())]
        if missing:
            raise TableError(f"{path}: no column {missing[0]}, the key of {model.TABLE}")
        for row in reader:
            if None in row or None in row.values():
                raise TableError(f"{path}, line {reader.line_num}: the row has not as many cells as the header")
            kept = {column: cell for column, cell in row.items() if column not in derived}
            yield tuple(row[column] for column in model.PRIMARY_KEY), kept
    except (csv.Error, UnicodeDecodeError) as error:
        place = f", after line {reader.line_num}" if reader.line_num else ""
        raise TableError(f"{path}{place}: {error}") from None


def to_changelog(found: tuple[Changes, ...]) -> str:
    """The lines for the changelog, each under its section; empty where nothing changed."""
    parts = []
    for happening, section in SECTIONS.items():
        counts = [(change.table, getattr(change, happening)) for change in found]
        listed = ", ".join(f"`{table}` {count}" for table, count in counts if count)
        if listed:
            parts.append(f"### {section}\n\n- Data rows {happening}: {listed}.")
    return "\n\n".join(parts)
