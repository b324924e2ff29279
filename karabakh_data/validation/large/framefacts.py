"""Facts of the rows of a frame that are clean: what is to be compared with other rows, as frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from karabakh_data.validation.checks import parent_columns
from karabakh_data.validation.known import SUGGESTED_FROM
from karabakh_data.validation.large.distinct import Unknown
from karabakh_data.validation.large.facts import DIGEST, content_digest, content_digests
from karabakh_data.validation.large.parts import LINE_FACTOR, Kind, Outcome, part_base
from karabakh_data.validation.large.screen import Screen
from karabakh_data.validation.large.setting import content_columns
from karabakh_data.validation.large.structure import LINE, OFFSET, ROW
from karabakh_data.validation.resemblance import WITH_ID
from karabakh_data.vocabulary import SpeechAct


def add_facts(
    screen: Screen, frame: Any, clean: Any, unknown: Mapping[str, Unknown], part: int, outcome: Outcome
) -> None:
    """Add the facts of clean rows to those of a part.

    Args:
        screen: What passed them.
        frame: The cells of all rows as text, and their places.
        clean: Which rows are clean.
        unknown: The ids in cells of these rows, or of others too, that are not known; by column.
        part: The number of the part.
        outcome: Where the facts are added.
    """
    if screen.facts is None:
        screen.facts = _Facts(screen)
    screen.facts.add(frame, clean, unknown, part, outcome)


class _Facts:
    """What is asked of the rows of a table, all in one selection: each selection takes a while, however small."""

    def __init__(self, screen: Screen) -> None:
        pl, setting = screen.pl, screen.setting
        self._pl = pl
        self._screen = screen
        self._asked = {"at": pl.col(OFFSET), "number": pl.col(LINE) * LINE_FACTOR + pl.col(ROW)}
        self._facts: list[tuple[Kind, str | None, dict[str, str]]] = []
        self._others: dict[tuple[str, ...], int] = {}
        self._fact(Kind.KEYS, digest=self._digest(screen.key))
        for name in screen.ids:
            if name != screen.key:
                known = setting.known_ids(screen.columns[name].reference or "")
                self._fact(Kind.REFERENCES, self._other_than(name, known), digest=self._digest(name))
        if screen.table in WITH_ID:
            self._fact(Kind.CONTENTS, digest=self._ask("contents", _contents(screen, texts=True)))
            if alike := setting.alike(screen.table):
                said = content_digests(sorted(alike), setting.seed, framed=True)
                self._fact(Kind.ALIKE, self._ask("alike", _contents(screen, texts=False).is_in(said)))
        for name in parent_columns(screen.table):
            if name in screen.given:
                named = self._other_than(name, [] if setting.update else setting.published.ids(screen.table))
                self._fact(Kind.PARENTS, named, digest=self._digest(screen.key), parent=self._digest(name))
        claimed = setting.claimed.difference(setting.published.ids(screen.table))  # rows with those are suspect
        if screen.table == "incidents" and "part_of_id" in screen.given and claimed:
            named = screen.filled("part_of_id") & pl.col(screen.key).is_in(sorted(claimed))
            self._fact(Kind.BESIDE, self._ask("claimed", named), digest=self._digest("part_of_id"))
        if screen.table == "statements" and "responds_to_id" in screen.given:
            retracts = screen.is_in("speech_act", [SpeechAct.RETRACT])
            self._fact(Kind.BESIDE, self._ask("retracts", retracts), digest=self._digest("responds_to_id"))

    def _ask(self, name: str, expression: Any) -> str:
        """Ask for something of each row, once however often it is asked for; the name that it goes by."""
        self._asked[name] = expression
        return name

    def _digest(self, name: str) -> str:
        """The digests of the cells of a column."""
        return self._ask(f"digest {name}", self._pl.col(name).hash(self._screen.setting.seed) & DIGEST)

    def _other_than(self, name: str, known: Sequence[str]) -> str:
        """Which cells of a column hold an id besides these."""
        pl = self._pl
        ids = sorted(set(known))
        number = self._others.setdefault((name, *ids), len(self._others))
        is_known = pl.col(name).is_in(pl.Series(ids, dtype=pl.String).implode())
        return self._ask(f"other {number}", self._screen.filled(name) & ~is_known)

    def _fact(self, kind: Kind, which: str | None = None, **digests: str) -> None:
        """Ask for facts of all clean rows, or of some."""
        self._facts.append((kind, which, digests))

    def add(self, frame: Any, clean: Any, unknown: Mapping[str, Unknown], part: int, outcome: Outcome) -> None:
        """Make them of a frame."""
        pl, screen = self._pl, self._screen
        unknown = {name: found.copy() for name, found in unknown.items()}  # other threads add to them
        is_unknown = [pl.col(name).is_in(list(found)) for name, found in unknown.items()]
        made = frame.select(**self._asked, unknown=pl.any_horizontal(is_unknown) if unknown else pl.lit(False))
        at, number = made["at"] + part_base(part), made["number"]
        places = {"at": at.filter(clean), "number": number.filter(clean)}
        for kind, mark, names in self._facts:
            which = clean if mark is None else made[mark] & clean
            digests = {name: made[known].filter(which) for name, known in names.items()}
            of_these = places if mark is None else {"at": at.filter(which), "number": number.filter(which)}
            _add(outcome, kind, pl.DataFrame({**digests, **of_these}))
        rows = (made["unknown"] & clean).arg_true()
        ids: list[str] = []
        named: list[int] = []
        for name, found in unknown.items() if len(rows) else ():
            for row, cell in zip(rows, frame[name].gather(rows), strict=True):
                of_cell = found.get(cell, ())
                ids += of_cell
                named += [row] * len(of_cell)
        if ids:
            digest = pl.Series(ids).hash(screen.setting.seed) & DIGEST
            where = pl.Series(named, dtype=pl.UInt32)
            references = {"digest": digest, "at": at.gather(where), "number": number.gather(where)}
            _add(outcome, Kind.REFERENCES, pl.DataFrame(references))
        _add_ids(outcome, frame[screen.key], frame[ROW], clean)


def _add(outcome: Outcome, kind: Kind, rows: Any) -> None:
    if rows.height:
        outcome.add(kind, rows)


def _add_ids(outcome: Outcome, keys: Any, rows: Any, clean: Any) -> None:
    """Add the ids of clean rows to those that may be suggested, as long as they are few."""
    if outcome.ids is None:
        return
    few = 2 * SUGGESTED_FROM
    if keys.head(few).filter(clean.head(few)).n_unique() > SUGGESTED_FROM:
        outcome.ids = None
        return
    keys = keys.filter(clean)
    if keys.n_unique() > SUGGESTED_FROM:
        outcome.ids = None
    else:
        outcome.add_ids(zip(rows.filter(clean), keys, strict=True))


def _contents(screen: Screen, *, texts: bool) -> Any:
    cells = [screen.text(column.name) for column in content_columns(screen.table, texts=texts)]
    return content_digest(screen.pl, cells, screen.setting.seed)
