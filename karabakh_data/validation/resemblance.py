"""KD5: records that say the same as others, or do not agree with the records beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from karabakh_data.columns import Column, Kind, columns_of, columns_with
from karabakh_data.dataset import Dataset
from karabakh_data.models import Occasion, Record, Source, Statement
from karabakh_data.models.types import Origin
from karabakh_data.tables import DERIVED_TABLES, MODELS
from karabakh_data.validation.check import Check, Problem, check
from karabakh_data.validation.finding import Severity
from karabakh_data.validation.world import World

WARNING = Severity.WARNING

WITH_ID = tuple(name for name, model in MODELS.items() if model.has_id() and name not in DERIVED_TABLES)
NAMED = ("actors", "places", "incidents")
"""Tables whose look-alikes among the published are told by their names, or by type, day and place."""


def content(column: Column, *, texts: bool) -> bool:
    """Whether a column tells what a record says: every one but the key and the derived ones.

    Args:
        column: The column.
        texts: Whether what is told in our words counts too.
    """
    if column.is_key or (column.origin is not None and column.origin.is_derived):
        return False
    return texts or column.origin is not Origin.EDITORIAL or column.kind is not Kind.TEXT or bool(column.reference)


def _content(record: Record, *, texts: bool) -> tuple[Any, ...]:
    """What a record says; `texts`: also what is told in our words."""
    return tuple(getattr(record, one.name) for one in columns_of(type(record)) if content(one, texts=texts))


@lru_cache(maxsize=len(WITH_ID))
def _by_content(published: Dataset, table: str) -> dict[tuple[Any, ...], Record]:
    """The published records of a table by what they say besides texts: the check is asked of single rows too."""
    return {_content(record, texts=False): record for record in published.table(table)}


@check("KD509", WARNING, WITH_ID, together=True)
def records_are_told_once(world: World) -> Iterator[Problem]:
    """A record says the same as another: as a published one in all but its id and texts, or as an earlier one of the
    contribution in all but its id.

    Told once, a record counts once. Leave it out, and let others refer to the one that is there; if they are two, tell
    in `summary` what sets them apart.
    """
    for table, records in world.batch.items():
        if table not in WITH_ID:
            continue
        published = world.published if table not in NAMED else None
        alike = {} if published is None else _by_content(published, table)
        earlier: dict[tuple[Any, ...], Record] = {}
        for record in records:
            whole = _content(record, texts=True)
            first = earlier.setdefault(whole, record)
            is_new = published is None or published.table(table).get(record.key[0]) is None
            other = alike.get(_content(record, texts=False)) if is_new else None
            if first is not record:
                yield Problem(record, record.PRIMARY_KEY[0], f"says the same as {first.identity} of the contribution")
            elif other is not None:
                message = f"says the same as the published {other.identity}"
                yield Problem(record, record.PRIMARY_KEY[0], message, suggestion=other.identity)


@check(
    "KD510", WARNING, ("occasions", "statements", "ceasefires", "status_reports", "incidents"), consults=("sources",)
)
def sources_come_after(world: World) -> Iterator[Problem]:
    """A record is dated after all its sources were published.

    No article tells what has not happened yet; only an occasion may be planned. Look at the date, or at `source_ids`.
    """
    published = {s.source_id: s.published for s in _of(world["sources"], Source)}
    for records in world.batch.values():
        for record in records:
            days = [published[one].latest for one in getattr(record, "source_ids", ()) if one in published]
            if not days or None in days or getattr(record, "occasion_status", "held") != "held":
                continue
            for column in columns_with(type(record), Kind.EDTF, Origin.SOURCE):
                date = getattr(record, column.name)
                if date is not None and date.earliest is not None and max(days) < date.earliest <= world.today:
                    yield Problem(record, column.name, f"{date} lies after its sources were published ({max(days)})")


@check("KD511", WARNING, ("statements", "occasions"), consults=("occasions",))
def statements_fall_on_their_occasion(world: World) -> Iterator[Problem]:
    """A statement was not said on the day of its occasion.

    `said` is the day of the act: that of the call, meeting or interview. Correct the date, or name another occasion.
    """
    occasions = {o.occasion_id: o for o in _of(world["occasions"], Occasion)}
    for statement in world.batch.get("statements", ()):
        assert isinstance(statement, Statement)
        occasion = occasions.get(statement.occasion_id)
        if occasion is not None and not statement.said.may_overlap(occasion.date):
            message = f"{statement.said} is not the time of its occasion ({occasion.date})"
            yield Problem(statement, "said", message)


def _of(records: Sequence[Record], model: type[Any]) -> list[Any]:
    return [record for record in records if isinstance(record, model)]


RESEMBLANCE: tuple[Check, ...] = (records_are_told_once, sources_come_after, statements_fall_on_their_occasion)
"""Every check of this module."""
