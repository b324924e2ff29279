"""Aggregation: what may be said of each incident once the claims about it are put together, under a stated policy.

To put several reports of one event into one row is a choice that shapes results (Cook and Weidmann 2019), so it is made
by name; `conservative` and `informative` take up the models of van Baalen and Höglund (2026) for claims of camps. A
question to which the policy gives no answer is answered `indeterminate`, never guessed; one on which nobody makes a
counted claim is `not_claimed`. An answer is what is claimed, not what is the case.

Counted is what `karabakh_data.claims` counts: no mention, nothing withdrawn, and a camp that certainly contradicts
itself is taken at its latest. The voices are the camps: the two sides, each identified outsider, the unnamed. The
article's own voice is no camp; what it narrates stands in the incident's own columns.

`by_claimant`: a row for each camp that speaks of an incident, with what it claims; nothing is put together across
camps. A figure is the narrowest range that holds every number that the camp gives, open where one of its claims is.

`conservative`: a row for each incident, with what both sides say and no more. It is affirmed (denied) where both
sides affirm (deny) it and no camp says otherwise. Blame falls on those whom both sides blame and who do not refuse
it. A figure is the range on which the ranges of both sides overlap, a bound that only one of them gives left open.
What only one camp says is never taken over.

`informative`: a row for each incident, with the most that no camp contradicts. It is affirmed (denied) where an
identified camp affirms (denies) it and no camp says otherwise. Blame falls on all who are blamed, unless one of them
refuses it or two camps blame disjoint sets. A figure is the narrowest range that holds every number of any camp, open
where a claim is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, overload

from karabakh_data.claim import incident_id_of, range_text
from karabakh_data.claims import AFFIRMS, SIDES, UNATTRIBUTED, Pair, Positions, in_order, positions, withdrawn
from karabakh_data.frames import require
from karabakh_data.models import Incident, Statement
from karabakh_data.suggest import did_you_mean
from karabakh_data.vocabulary import FigureOf

if TYPE_CHECKING:
    import pandas
    import polars

    from karabakh_data.dataset import Dataset


class Policy(StrEnum):
    """How claims are put together; see the module."""

    BY_CLAIMANT = "by_claimant"
    CONSERVATIVE = "conservative"
    INFORMATIVE = "informative"


class Answer(StrEnum):
    """What a policy answers to a question about an incident."""

    AFFIRMED = "affirmed"
    """It is claimed to have happened."""
    DENIED = "denied"
    """It is claimed not to have happened; of blame: whoever is asked refuses it."""
    NAMED = "named"
    """Of blame: somebody is blamed."""
    CLAIMED = "claimed"
    """Of a figure: a number is claimed."""
    INDETERMINATE = "indeterminate"
    """The policy gives no answer: the claims conflict, are open, or are too few."""
    NOT_CLAIMED = "not_claimed"
    """Nobody makes a counted claim about it."""


@dataclass(frozen=True)
class FigureRange:
    """What is claimed of one quantity; a bound that is open is `None`."""

    of: FigureOf
    """What it counts or measures; a distance is in kilometres."""
    answer: Answer
    low: float | None
    high: float | None
    camps: tuple[str, ...]
    """Whose numbers make the range; where there is none, who gives a figure."""

    def __str__(self) -> str:
        said = range_text(self.low, self.high) if self.answer is Answer.CLAIMED else self.answer
        return f"{self.of} {said}, by {' and '.join(self.camps)}"


@dataclass(frozen=True)
class Aggregated:
    """What a policy says of an incident, or of what one camp claims of it."""

    incident_id: str
    camp: str | None
    """Whose claims they are; `None` where those of all camps are put together."""
    occurrence: Answer
    affirmed_by: tuple[str, ...]
    denied_by: tuple[str, ...]
    blame: Answer
    blamed: tuple[str, ...]
    """On whom the blame is laid: a side, or an actor's id; empty unless `blame` is `named`."""
    figures: tuple[FigureRange, ...]

    def to_dict(self) -> dict[str, Any]:
        """The row as plain values that JSON can hold."""
        return {
            "incident_id": self.incident_id,
            "camp": self.camp,
            "occurrence": self.occurrence.value,
            "affirmed_by": list(self.affirmed_by),
            "denied_by": list(self.denied_by),
            "blame": self.blame.value,
            "blamed": list(self.blamed),
            "figures": [
                {"of": f.of.value, "answer": f.answer.value, "low": f.low, "high": f.high, "camps": list(f.camps)}
                for f in self.figures
            ],
        }


class Aggregation(Sequence[Aggregated]):
    """The rows of an aggregation, in the order of the incidents; converts to dicts and frames."""

    def __init__(self, policy: Policy, rows: Iterable[Aggregated], incident_ids: Iterable[str]) -> None:
        self._policy = policy
        self._rows = tuple(rows)
        self._incident_ids = tuple(incident_ids)

    @property
    def policy(self) -> Policy:
        """How the claims were put together."""
        return self._policy

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Aggregated: ...
    @overload
    def __getitem__(self, index: slice) -> Aggregation: ...
    def __getitem__(self, index: int | slice) -> Aggregated | Aggregation:
        if isinstance(index, slice):
            return Aggregation(self._policy, self._rows[index], self._incident_ids)
        return self._rows[index]

    def of(self, incident: Incident | str) -> tuple[Aggregated, ...]:
        """The rows of one incident, given as a record or by its id; none where `by_claimant` finds nobody who speaks.

        Raises:
            KeyError: The data set has no such incident; names the nearest ones.
            TypeError: Neither an incident nor an id is given.
        """
        incident_id = incident_id_of(incident, self._incident_ids)
        return tuple(row for row in self._rows if row.incident_id == incident_id)

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as plain values that JSON can hold."""
        return [row.to_dict() for row in self._rows]

    def to_polars(self) -> polars.DataFrame:
        """A Polars frame; camps are lists, figures lists of structs. Needs the extra `polars`."""
        pl = require("polars", "polars")
        words = pl.List(pl.String)
        figure = {"of": pl.String, "answer": pl.String, "low": pl.Float64, "high": pl.Float64, "camps": words}
        schema = {
            "incident_id": pl.String,
            "camp": pl.String,
            "occurrence": pl.String,
            "affirmed_by": words,
            "denied_by": words,
            "blame": pl.String,
            "blamed": words,
            "figures": pl.List(pl.Struct(figure)),
        }
        frame: polars.DataFrame = pl.DataFrame(self.to_dicts(), schema=schema, orient="row")
        return frame

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas frame; camps and figures are Python lists. Needs the extra `pandas`."""
        pd = require("pandas", "pandas")
        columns = list(Aggregated.__dataclass_fields__)
        frame: pandas.DataFrame = pd.DataFrame(self.to_dicts(), columns=columns)
        return frame

    def cells(self) -> list[tuple[str, ...]]:
        """The rows as text, for people."""
        return [
            (
                row.incident_id,
                *([row.camp or ""] if self.policy is Policy.BY_CLAIMANT else []),
                row.occurrence,
                f"{row.blame}: {', '.join(row.blamed)}" if row.blamed else row.blame,
                "; ".join(map(str, row.figures)),
            )
            for row in self._rows
        ]

    @property
    def header(self) -> tuple[str, ...]:
        """What the cells are."""
        camp = ("camp",) if self.policy is Policy.BY_CLAIMANT else ()
        return ("incident", *camp, "occurrence", "blame", "figures")

    def __repr__(self) -> str:
        from karabakh_data import display

        title = f"<Aggregation {self.policy}: {len(self)} rows; what is claimed, not what is the case>"
        return f"{title}\n{display.aligned([self.header, *self.cells()], '  ', 140)}"

    def _repr_html_(self) -> str:
        from karabakh_data import display

        return display.titled_table_html(
            f"Aggregation {self.policy}", "what is claimed, not what is the case", self.header, self.cells()
        )


def aggregate(ds: Dataset, policy: str = Policy.BY_CLAIMANT) -> Aggregation:
    """Put together the claims about every incident.

    Raises:
        ValueError: There is no such policy; names the nearest ones.
    """
    names = [one.value for one in Policy]
    if policy not in names:
        hint = did_you_mean(str(policy), names) or f"; the policies are {', '.join(names)}"
        raise ValueError(f"no policy {policy!r}{hint}")
    chosen = Policy(policy)
    linked: dict[str, list[Statement]] = defaultdict(list)
    for statement in ds.statements:
        for incident_id in statement.incident_ids:
            linked[incident_id].append(statement)
    actors, gone = {actor.actor_id: actor for actor in ds.actors}, withdrawn(ds.statements)
    rows: list[Aggregated] = []
    for incident in ds.incidents:
        found = positions(linked[incident.incident_id], actors, gone)
        rows += _RULES[chosen](incident.incident_id, found)
    return Aggregation(chosen, rows, (incident.incident_id for incident in ds.incidents))


# --- The policies --------------------------------------------------------------------------------------------------


def _by_claimant(incident_id: str, found: Positions) -> Iterator[Aggregated]:
    for camp in in_order(camp for camp, _ in found.counted):
        affirms, denies = camp in found.affirmed_by, camp in found.denied_by
        blamed = _blamed_by(found, camp)
        refuses = camp in found.refused_by
        yield Aggregated(
            incident_id,
            camp,
            _either(affirms, denies),
            (camp,) if affirms else (),
            (camp,) if denies else (),
            Answer.NAMED if blamed else Answer.DENIED if refuses else Answer.NOT_CLAIMED,
            blamed,
            tuple(_range(of, pairs, _span(pairs)) for of, pairs in _figures(found, {camp})),
        )


def _conservative(incident_id: str, found: Positions) -> Iterator[Aggregated]:
    sides = set(SIDES)
    first, second = (set(_blamed_by(found, side)) for side in SIDES)
    shared = (first & second) - found.refused_by
    yield Aggregated(
        incident_id,
        None,
        _agreed(found, sides <= set(found.affirmed_by), sides <= set(found.denied_by)),
        found.affirmed_by,
        found.denied_by,
        Answer.NAMED if shared else _unanswered(found.blame),
        in_order(shared),
        tuple(_range(of, pairs, _overlap(pairs), SIDES) for of, pairs in _figures(found)),
    )


def _informative(incident_id: str, found: Positions) -> Iterator[Aggregated]:
    by_camp = [set(_blamed_by(found, camp)) for camp in found.blame]
    everybody: set[str] = set().union(*by_camp)
    disputed = any(one.isdisjoint(other) for at, one in enumerate(by_camp) for other in by_camp[at + 1 :])
    named = bool(everybody) and not disputed and not everybody & found.refused_by
    affirmed, denied = (any(camp != UNATTRIBUTED for camp in of) for of in (found.affirmed_by, found.denied_by))
    yield Aggregated(
        incident_id,
        None,
        _agreed(found, affirmed, denied),
        found.affirmed_by,
        found.denied_by,
        Answer.NAMED if named else _unanswered(found.blame),
        in_order(everybody) if named else (),
        tuple(_range(of, pairs, _span(pairs)) for of, pairs in _figures(found)),
    )


_RULES = {
    Policy.BY_CLAIMANT: _by_claimant,
    Policy.CONSERVATIVE: _conservative,
    Policy.INFORMATIVE: _informative,
}


def _either(affirms: bool, denies: bool) -> Answer:
    if affirms and denies:
        return Answer.INDETERMINATE
    return Answer.AFFIRMED if affirms else Answer.DENIED if denies else Answer.NOT_CLAIMED


def _agreed(found: Positions, affirmed: bool, denied: bool) -> Answer:
    """Whether it happened, where enough say so and nobody says otherwise."""
    if not found.affirmed_by and not found.denied_by:
        return Answer.NOT_CLAIMED
    if affirmed and not found.denied_by:
        return Answer.AFFIRMED
    return Answer.DENIED if denied and not found.affirmed_by else Answer.INDETERMINATE


def _unanswered(claims: Any) -> Answer:
    return Answer.INDETERMINATE if claims else Answer.NOT_CLAIMED


def _blamed_by(found: Positions, camp: str) -> tuple[str, ...]:
    return in_order(one for group in found.blame.get(camp, ()) for one in group)


# --- Figures -------------------------------------------------------------------------------------------------------

Bounds = tuple[float | None, float | None]
"""The least and the greatest number; `None` where it is open."""
Span = Bounds | None
"""`None` where there is no answer."""


def _figures(found: Positions, camps: Iterable[str] | None = None) -> Iterator[tuple[FigureOf, list[Pair]]]:
    """The claims that give a figure, quantity by quantity; of `other` no two need mean the same."""
    wanted = None if camps is None else set(camps)
    for of in FigureOf:
        pairs = [
            (camp, s)
            for camp, s in found.counted
            if s.figure_of is of and s.stance in AFFIRMS and (wanted is None or camp in wanted)
        ]
        if pairs:
            yield of, pairs


def _range(of: FigureOf, pairs: Sequence[Pair], span: Span, asked: Collection[str] | None = None) -> FigureRange:
    """The figure that a policy gives: `span`, made by the numbers of the camps `asked`, by default of all."""
    several = of is FigureOf.OTHER and len({s.statement_id for _, s in pairs}) > 1
    if span is None or span == (None, None) or several:
        return FigureRange(of, Answer.INDETERMINATE, None, None, in_order(camp for camp, _ in pairs))
    made_by = in_order(camp for camp, s in pairs if _numbers(s) and (asked is None or camp in asked))
    return FigureRange(of, Answer.CLAIMED, *span, made_by)


def _span(pairs: Iterable[Pair]) -> Bounds:
    """The narrowest range that holds every claim with a number: open where one of them is."""
    statements = [s for _, s in pairs if _numbers(s)]
    if not statements:
        return None, None
    lows, highs = [s.figure_low for s in statements], [s.figure_high for s in statements]
    least = None if None in lows else min(_given(lows))
    return least, None if None in highs else max(_given(highs))


def _overlap(pairs: Sequence[Pair]) -> Span:
    """What the ranges of both sides have in common, bound by bound where both give it; `None` where nothing is."""
    lows, highs = zip(*(_span(pair for pair in pairs if pair[0] == side) for side in SIDES), strict=True)
    least, greatest = max(_given(lows), default=None), min(_given(highs), default=None)
    if least is not None and greatest is not None and least > greatest:
        return None
    return (None if None in lows else least, None if None in highs else greatest)


def _numbers(statement: Statement) -> bool:
    """Whether a figure gives a number, and not words only."""
    return statement.figure_low is not None or statement.figure_high is not None


def _given(bounds: Iterable[float | None]) -> Iterator[float]:
    """The bounds that are given."""
    return (bound for bound in bounds if bound is not None)
