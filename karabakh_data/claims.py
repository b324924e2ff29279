"""How the claims about an incident stand to each other, by published rules; never who is right.

The claims are the statements that link the incident. `mentions` counts nowhere, nor does a statement that a later
`retract` withdraws. What counts is the *camp* that speaks: a side, an identified outsider (each its own camp), or the
unnamed speakers. `docs/codebook.md` gives the rules in full; `tests/claim_cases.json` gives worked cases.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from karabakh_data.edtf import EDTF
from karabakh_data.models import Actor, Statement
from karabakh_data.vocabulary import (
    ActorType,
    AttributionStatus,
    OccurrenceStatus,
    Side,
    SpeechAct,
    StatementStance,
    Topic,
)

Actors = Mapping[str, Actor]

UNATTRIBUTED = "unattributed"
SIDES = (Side.ARMENIAN.value, Side.AZERBAIJANI.value)
AFFIRMS = (StatementStance.AFFIRMS, StatementStance.PRESUPPOSES)
DENIES = (StatementStance.DENIES_OCCURRENCE, StatementStance.DENIES_BLAME)


def alleges_breach(statement: Statement) -> bool:
    """Whether a statement says of the ceasefires that it links that they were breached."""
    return statement.stance in AFFIRMS and Topic.CEASEFIRE_VIOLATION in statement.topics


@dataclass(frozen=True)
class Standing:
    """What follows from the statements linked to one incident."""

    occurrence_status: OccurrenceStatus
    attribution_status: AttributionStatus
    affirmed_by: tuple[str, ...]
    denied_by: tuple[str, ...]
    blamed_ids: tuple[str, ...]
    alleged_breach_of_ids: tuple[str, ...]


def camps(statement: Statement, actors: Actors) -> tuple[str, ...]:
    """The camps that make a statement: one for each speaker, without repetition."""
    return tuple(dict.fromkeys(camp_of(speaker, actors, statement.relayed_by_ids) for speaker in statement.speaker_ids))


def camp_of(speaker_id: str, actors: Actors, relay_ids: Sequence[str] = ()) -> str:
    """The camp of one speaker: its side, its own id outside the sides, or `unattributed` where it is not named."""
    speaker = actors[speaker_id]
    if speaker.side in SIDES:
        for relay_id in relay_ids:
            relay = actors[relay_id].side
            if relay in SIDES and relay != speaker.side:
                return relay.value  # known only through an organ of the other side
    if speaker.actor_type is ActorType.UNATTRIBUTED:
        return UNATTRIBUTED
    return speaker.side.value if speaker.side in SIDES else speaker_id


def blamed_camp(actor_id: str, actors: Actors) -> str:
    """On whom blame of an actor falls: its side, or the actor itself where it has none."""
    side = actors[actor_id].side
    return side.value if side in SIDES else actor_id


def withdrawals(statements: Iterable[Statement]) -> dict[str, tuple[str, ...]]:
    """Ids of the statements that a later `retract` withdraws -> the retractions that do, in the order given.

    A retraction that is itself withdrawn withdraws nothing, nor does one that is certainly earlier than its target.
    """
    by_id = {statement.statement_id: statement for statement in statements}
    target_of = {
        s.statement_id: s.responds_to_id
        for s in by_id.values()
        if s.speech_act is SpeechAct.RETRACT
        and s.responds_to_id in by_id
        and not s.said.certainly_before(by_id[s.responds_to_id].said)
    }
    gone: set[str] = set()
    holding: set[str] = set()
    unjudged = Counter(target_of.values())
    ready = [retraction for retraction in target_of if not unjudged[retraction]]
    while ready:  # each retraction is judged after all that may withdraw it, whatever their days
        retraction = ready.pop()
        target = target_of[retraction]
        if retraction not in gone:
            gone.add(target)
            holding.add(retraction)
        unjudged[target] -= 1
        if target in target_of and not unjudged[target]:
            ready.append(target)
    found: dict[str, tuple[str, ...]] = {}
    for retraction, target in target_of.items():
        if retraction in holding:
            found[target] = (*found.get(target, ()), retraction)
    return found


def withdrawn(statements: Iterable[Statement]) -> frozenset[str]:
    """Ids of the statements that a later `retract` withdraws; see `withdrawals`."""
    return frozenset(withdrawals(statements))


Pair = tuple[str, Statement]
"""A camp, and a statement that it makes."""


@dataclass(frozen=True)
class Positions:
    """What each camp says of one incident; a camp that certainly contradicts itself is taken at its latest."""

    counted: tuple[Pair, ...]
    """What counts, by day."""
    affirmed_by: tuple[str, ...]
    denied_by: tuple[str, ...]
    blaming: tuple[Pair, ...]
    """What counts and may blame somebody."""
    blame: Mapping[str, set[frozenset[str]]]
    """Camp -> on whom it lays the blame, claim by claim."""
    refused_by: frozenset[str]
    """The camps that deny that it happened, or that they did it."""


def positions(linked: Iterable[Statement], actors: Actors, gone: frozenset[str] = frozenset()) -> Positions:
    """What each camp says in `linked`, the statements about one incident; those in `gone` are withdrawn.

    Raises:
        KeyError: A speaker, relay or accused is not among `actors`.
    """
    counted = [
        (camp, statement)
        for statement in sorted(linked, key=lambda s: (s.said, s.statement_id))
        if statement.statement_id not in gone and statement.stance not in (None, StatementStance.MENTIONS)
        for camp in camps(statement, actors)
    ]

    blamed = {
        statement.statement_id: frozenset(blamed_camp(actor, actors) for actor in statement.accused_ids)
        for statement in _statements(counted)
    }

    def names_itself(camp: str, statement: Statement) -> bool:
        return camp in blamed[statement.statement_id]

    # Two questions on which a camp may contradict itself: did it happen, and did we do it.
    affirming, denying = _latest(
        counted,
        yes=lambda camp, s: s.stance in AFFIRMS,
        no=lambda camp, s: s.stance is StatementStance.DENIES_OCCURRENCE,
    )
    owning, refusing = _latest(
        counted,
        yes=lambda camp, s: s.stance in AFFIRMS and names_itself(camp, s),
        no=lambda camp, s: s.stance in DENIES,
    )
    sound = _ids([*affirming, *denying])
    counted = [pair for pair in counted if _id(pair) in sound or pair[1].stance is StatementStance.DENIES_BLAME]
    owned, left = _ids(owning), _ids(counted)
    blaming = [
        pair
        for pair in counted
        if pair[1].stance is not StatementStance.DENIES_OCCURRENCE and (_id(pair) in owned or not names_itself(*pair))
    ]
    blame: dict[str, set[frozenset[str]]] = {}
    for camp, statement in blaming:
        if statement.accused_ids:
            blame.setdefault(camp, set()).add(blamed[statement.statement_id])
    return Positions(
        counted=tuple(counted),
        affirmed_by=in_order(camp for camp, _ in affirming),
        denied_by=in_order(camp for camp, _ in denying),
        blaming=tuple(blaming),
        blame=blame,
        refused_by=frozenset(pair[0] for pair in refusing if _id(pair) in left),
    )


def standing(linked: Iterable[Statement], actors: Actors, gone: frozenset[str] = frozenset()) -> Standing:
    """How the claims in `linked`, the statements about one incident, stand; those in `gone` are withdrawn.

    Raises:
        KeyError: A speaker, relay or accused is not among `actors`.
    """
    found = positions(linked, actors, gone)
    claims = _statements(found.blaming)
    breaches = [s for s in claims if alleges_breach(s)]
    return Standing(
        occurrence_status=_occurrence(found.affirmed_by, found.denied_by),
        attribution_status=_attribution(found.blame, found.refused_by),
        affirmed_by=found.affirmed_by,
        denied_by=found.denied_by,
        blamed_ids=tuple(dict.fromkeys(actor for s in claims for actor in s.accused_ids)),
        alleged_breach_of_ids=tuple(dict.fromkeys(one for s in breaches for one in s.ceasefire_ids)),
    )


def _id(pair: Pair) -> tuple[str, str]:
    return pair[0], pair[1].statement_id


def _ids(pairs: Iterable[Pair]) -> set[tuple[str, str]]:
    return set(map(_id, pairs))


def _statements(pairs: Iterable[Pair]) -> list[Statement]:
    """Each statement once, in order."""
    return list({statement.statement_id: statement for _, statement in pairs}.values())


def _latest(
    counted: list[Pair], yes: Callable[[str, Statement], bool], no: Callable[[str, Statement], bool]
) -> tuple[list[Pair], list[Pair]]:
    """The pairs that answer yes and no, each without those that the same camp certainly answered otherwise later."""
    yeses = [pair for pair in counted if yes(*pair)]
    noes = [pair for pair in counted if no(*pair)]

    def last(pairs: list[Pair], opposed: list[Pair]) -> list[Pair]:
        later: dict[str, EDTF] = {}
        for camp, statement in sorted(opposed, key=lambda pair: pair[1].said.earliest or datetime.date.min):
            later[camp] = statement.said  # whatever is certainly before any of the camp is before the last to begin
        return [pair for pair in pairs if pair[0] not in later or not pair[1].said.certainly_before(later[pair[0]])]

    return last(yeses, noes), last(noes, yeses)


def in_order(camps: Iterable[str]) -> tuple[str, ...]:
    """Sides first, then outsiders by id, then the unnamed."""
    return tuple(sorted(set(camps), key=lambda camp: (camp == UNATTRIBUTED, camp not in SIDES, camp)))


def _occurrence(affirmed_by: tuple[str, ...], denied_by: tuple[str, ...]) -> OccurrenceStatus:
    if any(denier != affirmer for denier in denied_by for affirmer in affirmed_by):
        return OccurrenceStatus.CONTESTED
    if denied_by and not affirmed_by:
        return OccurrenceStatus.DENIAL_ONLY
    sides = [camp for camp in affirmed_by if camp in SIDES]
    outside = [camp for camp in affirmed_by if camp not in SIDES and camp != UNATTRIBUTED]
    if len(sides) == 2:
        return OccurrenceStatus.BOTH_SIDES
    if sides:
        return OccurrenceStatus.ONE_SIDE_AND_OUTSIDE if outside else OccurrenceStatus.ONE_SIDE
    if outside:
        return OccurrenceStatus.OUTSIDE
    return OccurrenceStatus.UNATTRIBUTED if affirmed_by else OccurrenceStatus.NARRATED


def _attribution(blame: Mapping[str, set[frozenset[str]]], refusing: Set[str]) -> AttributionStatus:
    if not blame:
        return AttributionStatus.NONE
    sets = [frozenset().union(*of) for of in set(map(frozenset, blame.values()))]
    if any(first.isdisjoint(second) for i, first in enumerate(sets) for second in sets[i + 1 :]):
        return AttributionStatus.DISPUTED
    if set().union(*sets) & refusing:
        return AttributionStatus.REJECTED
    if any(camp in blamed for camp, of in blame.items() for blamed in of):
        return AttributionStatus.ACCEPTED
    return AttributionStatus.ONE_WAY
