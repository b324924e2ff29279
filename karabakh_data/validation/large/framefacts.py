"""Facts of the rows of a frame that are clean: what is to be compared with other rows, as frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def add_facts(
    screen: Screen, clean: Any, part: int, outcome: Outcome, unknown: Mapping[str, Mapping[str, Sequence[str]]]
) -> None:
    """Add the facts of clean rows to those of a part.

    Args:
        screen: What passed them.
        clean: Their cells as text, and their places.
        part: The number of the part.
        outcome: Where the facts are added.
        unknown: The list cells with ids that are not known besides the large files, and those ids, by column.
    """
    pl, setting = screen.pl, screen.setting
    if not clean.height:
        return
    places = clean.select(at=pl.col(OFFSET) + part_base(part), number=pl.col(LINE) * LINE_FACTOR + pl.col(ROW))

    def digest(cells: Any) -> Any:
        return cells.hash(setting.seed) & DIGEST

    key = digest(clean[screen.key]).alias("digest")
    outcome.add(Kind.KEYS, places.insert_column(0, key))
    places = places.select("at", "number")
    if outcome.ids is not None:
        if clean.height > SUGGESTED_FROM and clean[screen.key].n_unique() > SUGGESTED_FROM:
            outcome.ids = None
        else:
            outcome.add_ids(zip(clean[ROW].to_list(), clean[screen.key].to_list(), strict=True))
    for name in screen.ids:
        if name != screen.key:
            _add_reference(screen, name, clean, places, outcome)
    for name, cells in unknown.items():
        pairs = [(cell, one) for cell, ids in cells.items() for one in ids]
        if pairs:
            table = pl.DataFrame(pairs, schema={"cell": pl.String, "id": pl.String}, orient="row")
            found = places.with_columns(cell=clean[name]).join(table, on="cell")
            outcome.add(Kind.REFERENCES, found.with_columns(digest=digest(found["id"])))
    if screen.table in WITH_ID:
        _add_contents(screen, clean, places, outcome)
    for name in parent_columns(screen.table):
        if name in screen.given:
            parent = clean[name]
            named = parent != ""
            if not setting.update:
                named = named & ~parent.is_in(setting.published.ids(screen.table))
            frame = places.with_columns(digest=key, parent=digest(parent)).filter(named)
            outcome.add(Kind.PARENTS, frame)
    if screen.table == "incidents" and "part_of_id" in screen.given and setting.claimed:
        parent = clean["part_of_id"]
        claimed = (parent != "") & clean[screen.key].is_in(list(setting.claimed))
        outcome.add(Kind.BESIDE, places.with_columns(digest=digest(parent)).filter(claimed))
    if screen.table == "statements" and "responds_to_id" in screen.given:
        beside = places.with_columns(digest=digest(clean["responds_to_id"]))
        outcome.add(Kind.BESIDE, beside.filter(clean["speech_act"] == SpeechAct.RETRACT.value))


def _add_reference(screen: Screen, name: str, clean: Any, places: Any, outcome: Outcome) -> None:
    """The references of a column to ids that are not known besides the large files."""
    column = screen.columns[name]
    assert column.reference is not None
    cells = clean[name]
    unknown = (cells != "") & ~cells.is_in(screen.setting.known_ids(column.reference))
    digest = cells.hash(screen.setting.seed) & DIGEST
    outcome.add(Kind.REFERENCES, places.with_columns(digest=digest).filter(unknown))


def _add_contents(screen: Screen, clean: Any, places: Any, outcome: Outcome) -> None:
    pl, setting = screen.pl, screen.setting

    def digest(*, texts: bool) -> Any:
        total = pl.lit(0, pl.UInt64)
        for number, column in enumerate(content_columns(screen.table, texts=texts)):
            total = total + (screen.text(column.name).hash(setting.seed + number + 1) & DIGEST)
        return total & DIGEST

    whole = clean.select(digest=digest(texts=True))["digest"]
    outcome.add(Kind.CONTENTS, places.with_columns(digest=whole))
    alike = setting.alike(screen.table)
    if alike:
        known = content_digests(sorted(alike), setting)
        found = clean.select(digest=digest(texts=False))["digest"].is_in(known)
        outcome.add(Kind.ALIKE, places.filter(found))
