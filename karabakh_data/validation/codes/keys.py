"""KD3: keys and references."""

from __future__ import annotations

from collections.abc import Iterable

from karabakh_data.suggest import nearest
from karabakh_data.validation.codes import Said, code
from karabakh_data.validation.codes.reading import short
from karabakh_data.validation.finding import Severity

ERROR, NOTE = Severity.ERROR, Severity.NOTE

SOUGHT = 200
"""Characters of an id up to which the nearest is sought."""


def nearest_id(target: str, known: Iterable[str]) -> str | None:
    """The id that resembles `target`, if any: the kind, which all ids of a table share, makes none alike."""
    if len(target) > SOUGHT:
        return None
    kind, _, slug = target.partition("-")
    slugs = {one.removeprefix(f"{kind}-"): one for one in known}
    near = nearest(slug, slugs, 1, cutoff=0.7)  # words joined by hyphens resemble each other by chance
    return slugs[near[0]] if near else None


@code("KD301", ERROR)
def unknown_reference(target: str, table: str, known: Iterable[str]) -> Said:
    """An id names no record, neither of the contribution nor of the published data set.

    `karabakh-data ls TABLE` lists the published ids. A record that is new has to be part of the contribution; a record
    that is at fault elsewhere still counts as known.
    """
    kind = "record" if table == "nodes" else f"record of {table}"
    return Said(f"{short(target)} is not a known {kind}", nearest_id(target, known))


@code("KD302", ERROR)
def wrong_kind(target: str, kind: str, table: str, known: Iterable[str]) -> Said:
    """An id of another kind stands where this column refers to one table only.

    The kind of an id is its first word: a column that refers to actors takes `actor-...` alone.
    """
    likely = nearest_id(f"{kind}-{target.partition('-')[2]}", known)
    return Said(f"{short(target)} is no id of {table}, expected one of the form {kind}-slug", likely)


@code("KD303", ERROR)
def repeated_key(key: str, first: str) -> Said:
    """Two rows of the contribution have the same primary key.

    Told at the later one; the message names the place of the first. Two records need two ids; where they are the same
    record, delete one.
    """
    return Said(f"{key} stands already at {first}; give the record an id of its own, or delete one")


@code("KD304", ERROR)
def already_published(key: str, same: bool = False) -> Said:
    """The key is that of a published record.

    A new record needs a new id. Where the row is meant to correct the published record, validate with `--update`: then
    it is judged and shown field by field as old -> new. A row that is published just so can be left out.
    """
    if same:
        return Said(f"{key} is published already, just as it stands; leave the row out")
    return Said(f"{key} is published already; give a new record another id, or propose a correction with --update")


@code("KD307", NOTE)
def nothing_changes(key: str) -> Said:
    """With `--update`: the row is the published record as it stands.

    It proposes nothing and can be left out.
    """
    return Said(f"{key} is published just so; the row changes nothing")
