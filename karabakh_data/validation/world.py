"""World: the published data set with a contribution laid over it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from karabakh_data.dataset import Dataset
from karabakh_data.derive import derive_nodes
from karabakh_data.models import Record
from karabakh_data.tables import MODELS


class World(Mapping[str, Sequence[Record]]):
    """All tables as they would be with the contribution; a published table is read when first used.

    Args:
        published: The data set that the contribution is judged against; `None` for none.
        batch: The contributed records that are sound.
        replaced: Keys of published records, by table, that the contribution replaces or that are at fault in it.
        today: The day of judgement.
        documents: The folder of the articles, if they are at hand.
    """

    def __init__(
        self,
        published: Dataset | None,
        batch: Mapping[str, Sequence[Record]],
        replaced: Mapping[str, set[object]] | None = None,
        today: datetime.date | None = None,
        documents: Path | None = None,
    ) -> None:
        self.published = published
        self.batch = batch
        self.today = today or datetime.date.today()
        self.documents = documents
        self._replaced = replaced or {}
        self._tables: dict[str, list[Record]] = {}

    def __getitem__(self, table: str) -> list[Record]:
        if table not in MODELS:
            raise KeyError(table)
        if table not in self._tables:
            replaced = self._replaced.get(table, set())
            kept = [record for record in self.known(table) if record.key not in replaced]
            self._tables[table] = [*kept, *self.batch.get(table, ())]
        return self._tables[table]

    def __iter__(self) -> Iterator[str]:
        return iter(MODELS)

    def __len__(self) -> int:
        return len(MODELS)

    def known(self, table: str) -> Iterable[Record]:
        """The published records of a table, also those that the contribution replaces."""
        return self.published.table(table) if self.published is not None else ()

    @cached_property
    def dataset(self) -> Dataset:
        """The world as a data set, to navigate in."""
        tables: dict[str, list[Record]] = {name: self[name] for name, model in MODELS.items() if model.has_id()}
        return Dataset({**tables, "evidence": self["evidence"], "nodes": list(derive_nodes(tables))})
