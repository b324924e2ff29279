"""Facts of the rows of a frame that are clean: what is to be compared with other rows, as frames."""

from __future__ import annotations

from typing import Any

from karabakh_data.validation.checks import parent_columns
from karabakh_data.validation.known import SUGGESTED_FROM
from karabakh_data.validation.large.alone import content_digests
from karabakh_data.validation.large.facts import DIGEST
from karabakh_data.validation.large.parts import LINE_FACTOR, Kind, Outcome, part_base
from karabakh_data.validation.large.screen import Screen
from karabakh_data.validation.large.setting import content_columns
from karabakh_data.validation.large.structure import LINE, OFFSET, ROW
from karabakh_data.validation.resemblance import WITH_ID
from karabakh_data.vocabulary import SpeechAct


def add_facts(screen: Screen, frame: Any, clean: Any, part: int, outcome: Outcome) -> None:
    """Add the facts of clean rows to those of a part.

    Args:
        screen: What passed them.
        frame: The cells of all rows as text, and their places.
        clean: Which rows are clean.
        part: The number of the part.
        outcome: Where the facts are added.
    """
    pl, setting = screen.pl, screen.setting
    # numbers are made of all rows: to filter them is cheaper than to filter texts
    places = frame.select(at=pl.col(OFFSET) + part_base(part), number=pl.col(LINE) * LINE_FACTOR + pl.col(ROW))

    def digest(cells: Any) -> Any:
        return cells.hash(setting.seed) & DIGEST

    def add(kind: Kind, which: Any = clean, **digests: Any) -> None:
        outcome.add(kind, places.with_columns(**digests).filter(which))

    key = digest(frame[screen.key])
    add(Kind.KEYS, digest=key)
    if outcome.ids is not None:
        ids = frame.select(ROW, screen.key).filter(clean)
        if ids.height > SUGGESTED_FROM and ids[screen.key].n_unique() > SUGGESTED_FROM:
            outcome.ids = None
        else:
            outcome.add_ids(ids.rows())
    for name in screen.ids:
        if name != screen.key:
            known = setting.known_ids(screen.columns[name].reference or "")
            add(Kind.REFERENCES, clean & (frame[name] != "") & ~frame[name].is_in(known), digest=digest(frame[name]))
    for name, cells in screen.cells.items():
        unknown = cells.unknown.copy()  # other threads add to it
        if unknown:
            pairs = [(cell, one) for cell, ids in unknown.items() for one in ids]
            table = pl.DataFrame(pairs, schema={"cell": pl.String, "id": pl.String}, orient="row")
            found = places.with_columns(cell=frame[name]).filter(clean).join(table, on="cell")
            outcome.add(Kind.REFERENCES, found.with_columns(digest=digest(found["id"])))
    if screen.table in WITH_ID:
        add(Kind.CONTENTS, digest=_contents(screen, frame, texts=True))
        alike = setting.alike(screen.table)
        if alike:
            said = content_digests(sorted(alike), setting)
            add(Kind.ALIKE, clean & _contents(screen, frame, texts=False).is_in(said))
    for name in parent_columns(screen.table):
        if name in screen.given:
            named = clean & (frame[name] != "")
            if not setting.update:
                named = named & ~frame[name].is_in(setting.published.ids(screen.table))
            add(Kind.PARENTS, named, digest=key, parent=digest(frame[name]))
    if screen.table == "incidents" and "part_of_id" in screen.given and setting.claimed:
        claimed = (frame["part_of_id"] != "") & frame[screen.key].is_in(list(setting.claimed))
        add(Kind.BESIDE, clean & claimed, digest=digest(frame["part_of_id"]))
    if screen.table == "statements" and "responds_to_id" in screen.given:
        retracts = clean & (frame["speech_act"] == SpeechAct.RETRACT.value)
        add(Kind.BESIDE, retracts, digest=digest(frame["responds_to_id"]))


def _contents(screen: Screen, frame: Any, *, texts: bool) -> Any:
    """The digests of what the rows say, as `alone.content_digests` makes them."""
    pl = screen.pl
    total = pl.lit(0, pl.UInt64)
    for number, column in enumerate(content_columns(screen.table, texts=texts)):
        total = total + (screen.text(column.name).hash(screen.setting.seed + number + 1) & DIGEST)
    return frame.select(digest=total & DIGEST)["digest"]
