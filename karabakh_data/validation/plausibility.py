"""KD5: what is allowed and yet probably not what was meant, and likely duplicates. Each check looks at the contribution
beside the published data set.
"""

from __future__ import annotations

import contextlib
import datetime
import html
import re
from collections.abc import Iterator
from typing import Any

from karabakh_data.columns import Kind, columns_with
from karabakh_data.models import Actor, Incident, Place, Record, Statement
from karabakh_data.models.record import bounded_dates
from karabakh_data.models.types import Origin
from karabakh_data.tables import MODELS
from karabakh_data.validation.check import Check, Problem, check
from karabakh_data.validation.finding import Severity
from karabakh_data.validation.world import World
from karabakh_data.vocabulary import Side, SpeechAct

WARNING = Severity.WARNING

CONFLICT_BEGAN = datetime.date(1988, 1, 1)
"""The year in which the articles let the conflict begin."""

DATED = tuple(name for name, model in MODELS.items() if bounded_dates(model))
"""Tables with dates that were read in a source."""

COMPARED = 5_000
"""Characters of a quote and of a summary that are compared; neither is that long where it is as it should be."""

REPEATED_WORDS = 6
"""As many words of a quote in a row, or a whole quote of four, are more than chance."""


def _batch(world: World, model: type[Any]) -> list[Any]:
    return list(world.batch.get(model.TABLE, ()))


def _dates(world: World) -> Iterator[tuple[Record, str, Any]]:
    """The dates of the contribution that were read in a source."""
    for records in world.batch.values():
        for record in records:
            for column in columns_with(type(record), Kind.EDTF, Origin.SOURCE):
                value = getattr(record, column.name)
                if value is not None:
                    yield record, column.name, value


@check("KD501", WARNING, DATED, lone=True)
def dates_follow_the_beginning(world: World) -> Iterator[Problem]:
    """A date lies before the conflict began.

    The articles let it begin in 1988. A slip in the year is likely: 1920 for 2020.
    """
    for record, field, date in _dates(world):
        if date.latest is not None and date.latest < CONFLICT_BEGAN:
            yield Problem(record, field, f"{date} lies before the conflict began in {CONFLICT_BEGAN.year}")


@check("KD502", WARNING, DATED, lone=True)
def dates_have_come(world: World) -> Iterator[Problem]:
    """A date lies in the future.

    Nothing can be reported yet of a day that has not come. Only an occasion may be planned.
    """
    for record, field, date in _dates(world):
        planned = getattr(record, "occasion_status", None) not in (None, "held")
        if date.earliest is not None and date.earliest > world.today and not planned:
            yield Problem(record, field, f"{date} lies in the future (today is {world.today})")


@check("KD503", WARNING, ("incidents",))
def incidents_are_new(world: World) -> Iterator[Problem]:
    """An incident looks like a published one: the same type, the same day or days, a place in common.

    Compare the two (`karabakh-data show ID`). If they are one, link statements to the published incident; if they are
    two, nothing needs to be changed.
    """
    known: dict[tuple[Any, ...], list[Incident]] = {}
    for published in world.known("incidents"):
        assert isinstance(published, Incident)
        days = (published.incident_type, published.date_earliest, published.date_latest)
        known.setdefault(days, []).append(published)
    ids = {incident.incident_id for incidents in known.values() for incident in incidents}
    for incident in _batch(world, Incident):
        if incident.incident_id in ids:
            continue  # a correction
        days = (incident.incident_type, incident.date_earliest, incident.date_latest)
        others = [o.incident_id for o in known.get(days, ()) if not {*o.place_ids}.isdisjoint(incident.place_ids)]
        if others:
            message = f"looks like the published {' and '.join(others)} by type, day and place"
            yield Problem(incident, "incident_id", message, suggestion=others[0])


@check("KD504", WARNING, ("statements",), consults=("actors",))
def accusations_have_a_side(world: World) -> Iterator[Problem]:
    """An accusation in which no belligerent is accused.

    Whoever is blamed is usually on a side of the belligerency; where the article says only “the other side”, the
    speaker's side tells which. Look whether `accused_ids` names a medium, a mediator or a place in place of a party.
    """
    sides = {actor.identity: getattr(actor, "side", Side.NONE) for actor in world["actors"]}
    for statement in _batch(world, Statement):
        if statement.speech_act is not SpeechAct.ACCUSE:
            continue
        who = statement.accused_ids or statement.speaker_ids
        if all(sides.get(actor, Side.NONE) is Side.NONE for actor in who):
            word = "accused" if statement.accused_ids else "named or accused"
            yield Problem(statement, "accused_ids", f"an accusation, but nobody on a side of the conflict is {word}")


@check("KD505", WARNING, ("statements",), lone=True)
def summaries_are_our_own_words(world: World) -> Iterator[Problem]:
    """A summary repeats the quote.

    The summary tells in our own words what was said; the quote holds the speaker's.
    """
    for statement in _batch(world, Statement):
        run = repeated_words(statement.quote or "", statement.summary or "")
        if run is not None:
            yield Problem(statement, "summary", f"repeats the quote ({run!r}); tell it in other words")


def repeated_words(quote: str, summary: str) -> str | None:
    """The first words of a quote in a row that a summary repeats, if they are more than chance."""
    words = quote[:COMPARED].casefold().split()
    needed = min(REPEATED_WORDS, max(4, len(words)))
    told = f" {' '.join(summary[:COMPARED].casefold().split())} "
    runs = (" ".join(words[start : start + needed]) for start in range(len(words) - needed + 1))
    return next((run for run in runs if f" {run}" in told), None)


@check("KD507", WARNING, ("actors", "places"), lone=True)
def names_are_not_taken(world: World) -> Iterator[Problem]:
    """A new actor or place has a name or alias of a published one.

    One real-world entity has one record; other spellings are its `aliases`. If they are two of the same name, nothing
    needs to be changed.
    """
    for model in (Actor, Place):
        taken: dict[str, Record] = {}
        if world.batch.get(model.TABLE):
            for published in world.known(model.TABLE):
                taken.update((name.casefold(), published) for name in _names(published))
        for record in _batch(world, model):
            for field, names in (("name", (record.name or "",)), ("aliases", record.aliases)):
                for name in names:
                    other = taken.get(name.casefold())
                    if other is not None and other.identity != record.identity:
                        message = f"{name!r} is a name of the published {other.identity}"
                        element = name if field == "aliases" else None
                        yield Problem(record, field, message, element, other.identity)


RESIDUE = re.compile(
    r"&(?:[a-zA-Z]+|#[0-9]+);|</?[a-zA-Z][^<>]*>|[\u00c2\u00c3][\u0080-\u00bf\u0152-\u2122]|\u00e2\u20ac|\ufffd"
)
"""HTML entities and tags, and UTF-8 that was read as windows-1252."""


@check("KD512", WARNING, tuple(MODELS), lone=True)
def texts_are_clean(world: World) -> Iterator[Problem]:
    """A text holds HTML, or letters that were read in the wrong encoding: `&quot;`, `<b>`, `Ã¼`.

    Web pages and programs leave them behind. Write the letters themselves.
    """
    for records in world.batch.values():
        for record in records:
            for column in columns_with(type(record), Kind.TEXT):
                value = getattr(record, column.name)
                if isinstance(value, str) and (match := RESIDUE.search(value)):
                    plain = html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", value))
                    with contextlib.suppress(UnicodeError):
                        plain = plain.encode("cp1252").decode("utf-8")
                    fit = plain if plain.strip() and not RESIDUE.search(plain) else None
                    yield Problem(record, column.name, f"holds {match[0]!r}, left by a web page or program", None, fit)


GAP = re.compile(r"\.\.\.|\u2026|\[[^\[\]]*\]")
"""Where something is left out of a quote, or put in."""


@check("KD513", WARNING, ("statements",), lone=True)
def quotes_are_in_one_piece(world: World) -> Iterator[Problem]:
    """A quote holds an ellipsis or square brackets.

    A quote is one contiguous piece of direct speech, with nothing left out, joined or put in. Keep the clause that
    carries the act.
    """
    for statement in _batch(world, Statement):
        match = GAP.search(statement.quote or "")
        if match:
            yield Problem(statement, "quote", f"holds {match[0]!r}; a quote is one contiguous piece")


def _names(record: Any) -> tuple[str, ...]:
    return (record.name, *record.aliases)


PLAUSIBILITY: tuple[Check, ...] = (
    dates_follow_the_beginning,
    dates_have_come,
    incidents_are_new,
    accusations_have_a_side,
    summaries_are_our_own_words,
    names_are_not_taken,
    texts_are_clean,
    quotes_are_in_one_piece,
)
"""Every check of plausibility of a contribution; that of loaded words and of umbrellas stand with the others."""
