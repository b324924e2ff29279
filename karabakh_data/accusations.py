"""How long after each ceasefire the first accusation of a breach came, as far as the dates tell, and from whom."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from karabakh_data.claims import alleges_breach, camps, withdrawn
from karabakh_data.edtf import EDTF
from karabakh_data.models import Ceasefire, Statement
from karabakh_data.suggest import did_you_mean
from karabakh_data.vocabulary import SpeechAct

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset

SINCE = ("declared", "effective")
"""The dates of a ceasefire that can be counted from."""


@dataclass(frozen=True)
class FirstAccusation:
    """The first accusation of a breach of one ceasefire that the sources carry.

    No accusation in the sources is not observance, and an accusation is not a breach.
    """

    ceasefire: Ceasefire
    since: EDTF | None
    """The date counted from; `None` where the sources tell none."""
    statements: tuple[Statement, ...]
    """Those that may be the first: each may have been said before every other. Empty where there is no accusation."""
    camps: tuple[str, ...]
    """The camps that make them: a side, an outsider's actor id, or `unattributed`."""
    days_least: int | None
    """Least number of days from `since` to the first; 0 is the same day. `None` without a date or accusation."""
    days_most: int | None
    """Greatest number of days; `None` also where a bound that it needs is open."""


def first_accusations(ds: Dataset, *, since: str = "declared", camp: str | None = None) -> tuple[FirstAccusation, ...]:
    """See `Dataset.first_accusations`."""
    if since not in SINCE:
        raise ValueError(f"since is never {since!r}: expected {' or '.join(SINCE)}{did_you_mean(since, SINCE)}")
    actors = {actor.actor_id: actor for actor in ds.actors}
    made_by = {statement.statement_id: camps(statement, actors) for statement in ds.statements}
    speaking = {one for of_one in made_by.values() for one in of_one}
    if camp is not None and camp not in speaking:
        raise ValueError(f"no statement is made by the camp {camp!r}{did_you_mean(camp, sorted(speaking))}")
    gone = withdrawn(ds.statements)
    accusations = [
        statement
        for statement in ds.statements
        if statement.speech_act is SpeechAct.ACCUSE
        and alleges_breach(statement)
        and statement.statement_id not in gone
        and (camp is None or camp in made_by[statement.statement_id])
    ]
    found = []
    for ceasefire in ds.ceasefires:
        start: EDTF | None = getattr(ceasefire, since)
        first = _may_be_first(
            [
                statement
                for statement in accusations
                if ceasefire.ceasefire_id in statement.ceasefire_ids
                and not (start is not None and statement.said.certainly_before(start))
            ]
        )
        least, most = _days(start, [statement.said for statement in first])
        who = tuple(sorted({one for s in first for one in made_by[s.statement_id] if camp in (None, one)}))
        found.append(FirstAccusation(ceasefire, start, tuple(first), who, least, most))
    return tuple(found)


def _may_be_first(statements: list[Statement]) -> list[Statement]:
    """Those that no other certainly precedes, by date and id."""
    return sorted(
        (one for one in statements if not any(other.said.certainly_before(one.said) for other in statements)),
        key=lambda statement: (statement.said, statement.statement_id),
    )


def _days(start: EDTF | None, said: list[EDTF]) -> tuple[int | None, int | None]:
    """The least and the most days from the start to the earliest of some dates; none lies before the start."""
    if start is None or not said:
        return None, None
    earliest = min(date.earliest or datetime.date.min for date in said)
    latest = min(date.latest or datetime.date.max for date in said)
    least = 0 if start.latest is None else max(0, (earliest - start.latest).days)
    most = None if start.earliest is None or latest == datetime.date.max else (latest - start.earliest).days
    return least, most
