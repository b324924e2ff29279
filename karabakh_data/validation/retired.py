"""Ids that were released and are no longer used: they are neither referred to nor given to another record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from karabakh_data.models import RetiredId
from karabakh_data.tables import KIND_OF
from karabakh_data.validation.check import ERROR, Problem, Tables, check
from karabakh_data.validation.codes import Said


def retired_ids(tables: Tables) -> Mapping[str, RetiredId]:
    """The retired ids of a data set."""
    return {record.id: record for record in tables.get(RetiredId.TABLE, ()) if isinstance(record, RetiredId)}


def told(retired: RetiredId) -> Said:
    """What is said where a retired id is used: since when it is, why, and what stands in its place."""
    others = retired.replaced_by_ids
    return Said(retired.told, others[0] if len(others) == 1 else None)


@check("KD308", ERROR, tuple(KIND_OF), lone=True, consults=(RetiredId.TABLE,))
def ids_are_not_retired(tables: Tables) -> Iterator[Problem]:
    """An id was released once and is retired: nothing refers to it, and no other record gets it.

    The message tells since when, why, and what stands in its place. Refer to that; give a new record an id of its own.
    `karabakh-data ls retired` lists them.
    """
    retired = retired_ids(tables)
    for table in KIND_OF if retired else ():
        for record in tables.get(table, ()):
            found = retired.get(record.identity or "")
            if found is not None:
                said = f"{found.told}; a retired id is never given to another record"
                yield Problem(record, record.PRIMARY_KEY[0], said)
