"""What every part of a validation is judged by: the published data set, and the small tables of the contribution."""

from __future__ import annotations

import datetime
import pickle
import platform
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from importlib import metadata
from typing import Any

from karabakh_data import __version__
from karabakh_data.columns import Column, columns_of
from karabakh_data.dataset import DATA, Dataset, load
from karabakh_data.models import Record, Statement
from karabakh_data.tables import MODELS
from karabakh_data.validation.known import Doubtful, Published
from karabakh_data.validation.resemblance import NAMED, content


@dataclass(frozen=True)
class Setting:
    """What every part is judged by.

    It goes to other processes, so that nothing in it is a file of this machine.
    """

    dataset: Dataset | None
    today: datetime.date
    context: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    """The sound records of the tables that are not large."""
    each: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    """All records of those tables; of those at fault what is sound of them."""
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The ids of all records of those tables, also of those at fault."""
    replaced: Mapping[str, set[Any]] = field(default_factory=dict)
    """Keys of published records that those tables replace."""
    doubtful: Doubtful = field(default_factory=Doubtful)
    """What rows at fault of those tables may be about."""
    update: bool = False
    framed: bool = False
    """Whether rows are screened with Polars."""
    seed: int = 0
    """Of the digests."""

    def __getstate__(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}  # without what is cached

    @cached_property
    def screens(self) -> dict[Any, Any]:
        """The screens that were made so far in this process."""
        return {}

    @cached_property
    def lock(self) -> threading.Lock:
        """Held by the thread that makes a screen."""
        return threading.Lock()

    @cached_property
    def published(self) -> Published:
        """The keys of the published data set."""
        return Published(self.dataset)

    def is_known(self, target: str, table: str) -> bool:
        """Whether a reference is to a published record, or to one of the small tables."""
        if table == "nodes":
            return any(target in ids for ids in self.ids.values()) or self.published.table_of(target) is not None
        return target in self.ids.get(table, ()) or self.published.table_of(target) == table

    def known_ids(self, table: str) -> list[str]:
        """The ids that a reference to the table may name, besides those of the large files."""
        return [*self.published.ids(table), *self.ids.get(table, ())]

    @cached_property
    def claimed(self) -> frozenset[str]:
        """The incidents that statements outside the large files are about."""
        statements = [*(self.dataset.statements if self.dataset is not None else ())]
        statements += [record for record in self.context.get("statements", ()) if isinstance(record, Statement)]
        return frozenset(one for statement in statements for one in statement.incident_ids)

    def alike(self, table: str) -> frozenset[tuple[str, ...]]:
        """What the published records of a table say, in cells, where a new record may say the same."""
        if table in NAMED or self.dataset is None:
            return frozenset()
        if table not in self._alike:  # every part asks for it
            columns = content_columns(table, texts=False)
            self._alike[table] = frozenset(
                tuple(column.write(getattr(record, column.name)) for column in columns)
                for record in self.dataset.table(table)
            )
        return self._alike[table]

    @cached_property
    def _alike(self) -> dict[str, frozenset[tuple[str, ...]]]:
        return {}


@lru_cache(maxsize=64)
def content_columns(table: str, *, texts: bool) -> tuple[Column, ...]:
    """The columns that tell what a record says; see `resemblance.content`."""
    return tuple(column for column in columns_of(MODELS[table]) if content(column, texts=texts))


class WorkerError(RuntimeError):
    """A worker cannot judge: another version of this library or of Polars is installed there."""


def packed(setting: Setting) -> bytes:
    """A setting for another process, which has the installed data set itself.

    No two are the same, so that what was judged by one is never taken for what is judged by another.
    """
    dataset = setting.dataset
    is_installed = dataset is not None and dataset.folder == DATA
    if dataset is not None and not is_installed:  # the other process may not see the folder
        dataset = Dataset({name: list(dataset.table(name)) for name in dataset})
    alone = replace(setting, dataset=None if is_installed else dataset)
    return pickle.dumps((_versions(framed=setting.framed), is_installed, pickle.dumps(alone)))


@lru_cache(maxsize=4)
def unpacked(data: bytes) -> Setting:
    """The setting that came to this process; each is made once.

    Raises:
        WorkerError: It comes from another version.
    """
    versions, is_installed, pickled = pickle.loads(data)
    here = _versions(framed="polars" in versions)
    for name, wanted in versions.items():
        if here[name] != wanted:
            worker = f"a worker on {platform.node()} has {name} {here[name] or '(not installed)'}"
            raise WorkerError(f"{worker}, and this validation was started with {wanted}: they must be the same")
    setting: Setting = pickle.loads(pickled)
    return replace(setting, dataset=load()) if is_installed else setting


def _versions(*, framed: bool) -> dict[str, str | None]:
    """What is to be the same in all processes."""
    found: dict[str, str | None] = {"karabakh-data": __version__}
    if framed:
        try:
            found["polars"] = metadata.version("polars")  # to import it for this would keep others waiting
        except metadata.PackageNotFoundError:
            found["polars"] = None
    return found
