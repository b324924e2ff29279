"""Claims: what each statement says of an incident, with who speaks, for which camp, and where it is cited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from karabakh_data.claims import SIDES, Actors, camps, withdrawals
from karabakh_data.edtf import EDTF
from karabakh_data.models import Actor, Evidence, Incident, Statement
from karabakh_data.suggest import did_you_mean
from karabakh_data.vocabulary import FigureOf, SpeechAct, StatementStance

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset


@dataclass(frozen=True)
class Figure:
    """A number that a claim gives; a bound that it does not give is `None`."""

    of: FigureOf
    """What it counts or measures; a distance is in kilometres."""
    low: float | None
    high: float | None
    words: str | None
    """The quantity in words, such as “dozens”."""

    def __str__(self) -> str:
        return f"{self.of}: {self.words or range_text(self.low, self.high)}"


def range_text(low: float | None, high: float | None) -> str:
    """A range in words: `3`, `3 to 5`, `at least 3`, `up to 5`."""
    first, last = (None if bound is None else f"{bound:g}" for bound in (low, high))
    if first is None or last is None:
        return f"at least {first}" if first is not None else f"up to {last}" if last is not None else "no number"
    return first if first == last else f"{first} to {last}"


@dataclass(frozen=True)
class Claim:
    """What one statement says of one incident. It is a claim, never a fact: the library does not say who is right.

    `counted` tells whether it counts towards the incident's statuses: a mention does not, nor does what was withdrawn.
    """

    statement: Statement
    incident_id: str
    camps: tuple[str, ...]
    """For which camps it speaks: a side, an outsider's actor id, or `unattributed`; several for a joint statement."""
    speakers: tuple[str, ...]
    """Who says it, by name, with the side where there is one."""
    accused: tuple[str, ...]
    """Whom it blames, in the same way."""
    relayed_by: tuple[str, ...]
    """Through whom it is known, from first to last hand."""
    citations: tuple[Evidence, ...]
    """The passages that the act was read from."""
    withdrawn_by: tuple[str, ...] = ()
    """The statements that withdraw it."""

    @property
    def statement_id(self) -> str:
        """Id of the statement."""
        return self.statement.statement_id

    @property
    def said(self) -> EDTF:
        """When it was said."""
        return self.statement.said

    @property
    def speech_act(self) -> SpeechAct:
        """What was done by saying it."""
        return self.statement.speech_act

    @property
    def stance(self) -> StatementStance:
        """How it stands to the incident."""
        return self.statement.stance or StatementStance.MENTIONS

    @property
    def accused_ids(self) -> tuple[str, ...]:
        """Whom it blames, by id."""
        return self.statement.accused_ids

    @property
    def figure(self) -> Figure | None:
        """The number that it gives, if any."""
        s = self.statement
        return None if s.figure_of is None else Figure(s.figure_of, s.figure_low, s.figure_high, s.figure_words)

    @property
    def uncounted_because(self) -> str | None:
        """Why it does not count; `None` where it does."""
        if self.withdrawn_by:
            return f"withdrawn by {' and '.join(self.withdrawn_by)}"
        if self.stance is StatementStance.MENTIONS:
            return "a mention: it does not say whether it happened"
        return None

    @property
    def counted(self) -> bool:
        """Whether it counts towards the statuses of the incident."""
        return self.uncounted_because is None

    @property
    def places(self) -> tuple[str, ...]:
        """Where it is cited: article and characters."""
        return tuple(f"{one.source_id} {one.start}-{one.end}" for one in self.citations)

    @property
    def head(self) -> str:
        """Who, what, how and when, on one line."""
        return f"{' and '.join(self.speakers)} · {self.speech_act} · {self.stance} · {self.said}"

    @property
    def details(self) -> list[tuple[str, str]]:
        """What else is told of it: (what, text), what is empty left out."""
        rows = [
            ("accuses", ", ".join(self.accused)),
            ("figure", str(self.figure) if self.figure else ""),
            ("says", self.statement.summary),
            ("quote", f"“{self.statement.quote}”" if self.statement.quote else ""),
            ("through", ", ".join(self.relayed_by)),
            ("cited", "; ".join(self.places)),
            ("counts", f"not counted: {self.uncounted_because}" if not self.counted else ""),
            ("record", self.statement_id),
        ]
        return [(what, text) for what, text in rows if text]

    def to_dict(self) -> dict[str, Any]:
        """The claim as plain values that JSON can hold."""
        s, figure = self.statement, self.figure
        return {
            "incident_id": self.incident_id,
            "statement_id": s.statement_id,
            "camps": list(self.camps),
            "speaker_ids": list(s.speaker_ids),
            "speakers": list(self.speakers),
            "said": str(s.said),
            "speech_act": s.speech_act.value,
            "stance": self.stance.value,
            "accused_ids": list(s.accused_ids),
            "accused": list(self.accused),
            "figure": None
            if figure is None
            else {"of": figure.of.value, "low": figure.low, "high": figure.high, "words": figure.words},
            "relayed_by_ids": list(s.relayed_by_ids),
            "summary": s.summary,
            "quote": s.quote,
            "counted": self.counted,
            "uncounted_because": self.uncounted_because,
            "citations": [{"source_id": one.source_id, "start": one.start, "end": one.end} for one in self.citations],
        }

    def __repr__(self) -> str:
        lines = [f"<Claim by {' and '.join(self.camps)}: {self.head}", *(f"  {a:<8} {b}" for a, b in self.details)]
        return "\n".join(lines) + ">"

    def _repr_html_(self) -> str:
        from karabakh_data import display

        return display.claim_html(self)


def name_of(actor: Actor) -> str:
    """An actor's name, with the side where there is one."""
    return f"{actor.name} ({actor.side})" if actor.side in SIDES else actor.name


def incident_id_of(incident: Incident | str, known: Iterable[str]) -> str:
    """The id of an incident, which may be given as a record or by its id and must be among those `known`.

    Raises:
        KeyError: There is no such incident; names the nearest ones.
        TypeError: Neither an incident nor an id is given.
    """
    if not isinstance(incident, Incident | str):
        raise TypeError(f"expected an incident or its id, not {type(incident).__name__}")
    incident_id = incident if isinstance(incident, str) else incident.incident_id
    names = list(known)
    if incident_id not in names:
        raise KeyError(f"no incident {incident_id!r}{did_you_mean(incident_id, names)}")
    return incident_id


def claims(ds: Dataset, incident: Incident | str) -> tuple[Claim, ...]:
    """What is claimed about an incident, by day; mentions and withdrawn statements are there and say so.

    Raises:
        KeyError: There is no such incident; names the nearest ones.
        TypeError: Neither an incident nor an id is given.
    """
    incident_id = incident_id_of(incident, (one.incident_id for one in ds.incidents))
    linked = ds.statements.where(incident_ids=incident_id)
    return tuple(_claims(ds, incident_id, linked, withdrawals(ds.statements), {a.actor_id: a for a in ds.actors}))


def _claims(
    ds: Dataset, incident_id: str, linked: Iterable[Statement], gone: dict[str, tuple[str, ...]], actors: Actors
) -> Iterable[Claim]:
    def names(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(name_of(actors[one]) for one in ids)

    for statement in sorted(linked, key=lambda one: (one.said, one.statement_id)):
        yield Claim(
            statement,
            incident_id,
            camps=camps(statement, actors),
            speakers=names(statement.speaker_ids),
            accused=names(statement.accused_ids),
            relayed_by=names(statement.relayed_by_ids),
            citations=tuple(ds.citations(statement, "speech_act")),
            withdrawn_by=gone.get(statement.statement_id, ()),
        )
