"""What is known besides a contribution: the published keys, and what rows at fault may be about."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from karabakh_data.columns import column_named, columns_of
from karabakh_data.dataset import Dataset
from karabakh_data.models import Record, RetiredId
from karabakh_data.suggest import LONGEST, Index
from karabakh_data.tables import KIND_OF, MODELS
from karabakh_data.validation.codes import keys
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.raw import RawRow
from karabakh_data.validation.rows import Judged

SUGGESTED_FROM = 5_000
"""Up to so many ids of a table of the contribution are searched for the nearest."""

SOUGHT = 1_000
"""Different ids that are not known for which the nearest is sought."""


class Published:
    """The keys of the published data set; of tables without ids a table is read when it is asked for."""

    def __init__(self, dataset: Dataset | None) -> None:
        self.dataset = dataset
        self._tables: dict[str, str] = {node.id: node.table for node in dataset.nodes} if dataset is not None else {}
        self._keyed: dict[str, dict[tuple[Any, ...], Record]] = {}
        self.retired: dict[str, RetiredId] = dataset.retired_ids if dataset is not None else {}
        """The ids that were released and are no longer used."""

    def table_of(self, record_id: str) -> str | None:
        """The table of a published id; `None` where no record has it."""
        return self._tables.get(record_id)

    def ids(self, table: str) -> list[str]:
        """The published ids of a table; of `nodes`, all."""
        return [one for one, of in self._tables.items() if table in (of, "nodes")]

    def get(self, table: str, key: tuple[Any, ...]) -> Record | None:
        """The published record with this key."""
        if self.dataset is None or (MODELS[table].has_id() and self.table_of(key[0]) != table):
            return None
        if table not in self._keyed:
            self._keyed[table] = {record.key: record for record in self.dataset.table(table)}
        return self._keyed[table].get(key)

    def corrected_by(self, raw: RawRow) -> Record | None:
        """The published record that a row corrects, by its id."""
        given = raw.cells.get(MODELS[raw.table].PRIMARY_KEY[0])
        if given is None or not isinstance(given.value, str) or raw.table not in KIND_OF:
            return None
        return self.get(raw.table, (given.value,))


class Hints:
    """The ids that may be meant by ids that are not known; each is sought once, and not more than some.

    Args:
        ids_of: The known ids of a table; they are asked for once.
    """

    def __init__(self, ids_of: Callable[[str], list[str]]) -> None:
        self._ids_of = ids_of
        self._indices: dict[str, Index] = {}
        self._found: dict[tuple[str, str], list[str]] = {}

    def near(self, target: str, table: str) -> list[str]:
        """The id of the table that may be meant, if any."""
        found = self._found.get((target, table))
        if found is None:
            if len(self._found) == SOUGHT or len(target) > LONGEST:
                return []
            if table not in self._indices:
                self._indices[table] = Index(self._ids_of(table))
            meant = keys.nearest_id(target, self._indices[table].like(target))
            found = self._found[target, table] = [] if meant is None else [meant]
        return found


def wrong_kind_meant(finding: Finding, hints: Hints) -> Finding:
    """A finding about an id of another kind, with the published id that may be meant; any other as it is."""
    if finding.code != keys.wrong_kind.number or finding.table is None:
        return finding
    column = column_named(MODELS[finding.table], finding.field or "")
    table = (column.reference if column else None) or finding.table
    if table not in KIND_OF:
        return finding
    value, kind = finding.value or "", KIND_OF[table]
    said = keys.wrong_kind(value, kind, table, hints.near(f"{kind}-{value.partition('-')[2]}", table))
    return dataclasses.replace(finding, suggestion=said.suggestion)


class Doubtful:
    """Which records a row at fault may be about, so that nothing is told as missing that is only at fault."""

    def __init__(self) -> None:
        self._about: dict[str, set[str]] = defaultdict(set)
        self._anything: set[str] = set()

    def add(self, judged: Judged) -> None:
        """Take a row at fault into account."""
        table = judged.raw.table
        if table in self._anything:
            return
        for column in columns_of(judged.model):
            if column.reference is not None:
                self._about[table].update(judged.elements.get(column.name, ()))
                if judged.raw.broken or column.name in judged.unsound:
                    self._anything.add(table)

    def may_miss(self, table: str, record_id: str) -> bool:
        """Whether a row at fault in the table may be the one that a record misses."""
        return table in self._anything or record_id in self._about[table]
