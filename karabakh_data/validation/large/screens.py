"""Screens of checks: which rows of a frame a check that looks at records one by one may have something to say of.

Each is a generator of expressions, any of which suspects a row. A check without one suspects every row. They need not
be exact, only never pass a row that the check would tell of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from karabakh_data.columns import Kind
from karabakh_data.models import Actor, Incident, Occasion, RetiredId, Source
from karabakh_data.models.types import Origin
from karabakh_data.neutrality import LOADED_WORDS, name_words
from karabakh_data.validation import checks, derived, plausibility, resemblance, retired
from karabakh_data.validation.check import Check
from karabakh_data.validation.suite import ALL_CHECKS
from karabakh_data.validation.world import World
from karabakh_data.vocabulary import IncidentType, Side, SpeechAct

if TYPE_CHECKING:
    from karabakh_data.validation.large.screen import Screen

Made: TypeAlias = Callable[["Screen"], Iterator[Any]]

_SCREENS: dict[str, Made] = {}


def of_checks(screen: Screen) -> list[Any]:
    """Expressions that suspect at least every row that a check has something to say of by itself."""
    found: list[Any] = []
    for check in ALL_CHECKS:
        if screen.table in check.watches and not check.together:
            made = _SCREENS.get(check.number)
            found += [screen.pl.lit(True)] if made is None else made(screen)
    return found


def _screens(check: Check) -> Callable[[Made], Made]:
    def register(made: Made) -> Made:
        _SCREENS[check.number] = made
        return made

    return register


# --- Ids ---------------------------------------------------------------------------------------------------------


@_screens(retired.ids_are_not_retired)
def _retired(screen: Screen) -> Iterator[Any]:
    yield screen.is_in(screen.key, [one.id for one in _of(screen, "retired", RetiredId)])


# --- Texts ---------------------------------------------------------------------------------------------------------


@_screens(checks.names_are_neutral)
def _names(screen: Screen) -> Iterator[Any]:
    """Ids and names that hold the longest word of a name."""
    setting = screen.setting
    names = checks.names_of_parties(World(setting.dataset, setting.each, setting.replaced, setting.today))
    longest = {max(words, key=len) for name in names if (words := name_words(name))}
    if screen.key in screen.given:
        screen.signs[screen.key] += sorted(filter(str.isascii, longest))  # an id is ASCII in lower case
    if "name" in screen.given:
        screen.words_of["name"] |= longest
    yield from ()


@_screens(checks.our_words_are_neutral)
def _our_words(screen: Screen) -> Iterator[Any]:
    """Free text; in an id no word stands by itself."""
    for name in screen.texts:
        if screen.columns[name].origin is Origin.EDITORIAL:
            screen.words_of[name].update(LOADED_WORDS)
    yield from ()


@_screens(plausibility.texts_are_clean)
def _residue(screen: Screen) -> Iterator[Any]:
    for name in screen.texts:
        screen.signs[name].append(plausibility.RESIDUE.pattern)
    for name in screen.cells:  # an address may hold some too
        if screen.columns[name].kind is Kind.TEXT and not screen.columns[name].is_list:
            yield screen.attribute(name, "residue", _has_residue, screen.pl.Boolean)


def _has_residue(text: str | None) -> bool:
    return text is not None and plausibility.RESIDUE.search(text) is not None


@_screens(plausibility.summaries_are_our_own_words)
def _quotes(screen: Screen) -> Iterator[Any]:
    """Summaries that the check itself finds fault with: only the two texts are looked at, in rows with a quote."""
    pl = screen.pl

    def repeats(both: Any) -> Any:
        quotes, summaries = (both.struct.field(name) for name in ("quote", "summary"))
        quoted = (quotes != "").arg_true()
        texts = zip(quoted, quotes.gather(quoted), summaries.gather(quoted), strict=True)
        found = [row for row, quote, summary in texts if plausibility.repeated_words(quote, summary) is not None]
        return pl.repeat(False, len(both), dtype=pl.Boolean, eager=True).scatter(found, True)

    if {"quote", "summary"} <= set(screen.given):
        yield pl.struct("quote", "summary").map_batches(repeats, return_dtype=pl.Boolean)


@_screens(plausibility.quotes_are_in_one_piece)
def _gaps(screen: Screen) -> Iterator[Any]:
    if "quote" in screen.signs:
        screen.signs["quote"].append(plausibility.GAP.pattern)
    yield from ()


# --- Dates ---------------------------------------------------------------------------------------------------------


def _dates(screen: Screen) -> Iterator[tuple[Any, Any]]:
    """The first and last day of each date that was read in a source, as ordinals."""
    for name in screen.given:
        column = screen.columns[name]
        if column.kind is Kind.EDTF and column.origin is Origin.SOURCE:
            yield _bounds(screen, name)


def _bounds(screen: Screen, name: str) -> tuple[Any, Any]:
    """The first and last day of the dates of a column."""
    first = screen.bounds(name, "first", lambda first, last: first)
    last = screen.bounds(name, "last", lambda first, last: last)
    return first, last


@_screens(plausibility.dates_follow_the_beginning)
def _too_early(screen: Screen) -> Iterator[Any]:
    for _, last in _dates(screen):
        yield (last < plausibility.CONFLICT_BEGAN.toordinal()).fill_null(False)


@_screens(plausibility.dates_have_come)
def _to_come(screen: Screen) -> Iterator[Any]:
    for first, _ in _dates(screen):
        yield (first > screen.setting.today.toordinal()).fill_null(False)


# --- Derived columns: every row that gives one is suspected already ------------------------------------------------


@_screens(derived.incident_statuses_follow)
@_screens(derived.ceasefire_statuses_follow)
def _statuses(screen: Screen) -> Iterator[Any]:
    yield from ()


# --- Beside other records ------------------------------------------------------------------------------------------


def _of(screen: Screen, table: str, model: type[Any]) -> list[Any]:
    world = World(screen.setting.dataset, screen.setting.context, screen.setting.replaced, screen.setting.today)
    return [record for record in world[table] if isinstance(record, model)]


@_screens(plausibility.incidents_are_new)
def _look_alikes(screen: Screen) -> Iterator[Any]:
    """Incidents of the type and date of a published one."""
    pl = screen.pl
    published = screen.setting.dataset.incidents if screen.setting.dataset is not None else ()
    types: dict[int, int] = defaultdict(int)
    for incident in published:
        assert isinstance(incident, Incident)
        days = _ordinal(incident.date_earliest) * _MANY + _ordinal(incident.date_latest)
        types[days] |= _bit(incident.incident_type)

    def alike(first: Any, last: Any) -> Any:
        days = first.fill_null(0) * _MANY + last.fill_null(0)
        return days.replace_strict(list(types), list(types.values()), default=0, return_dtype=pl.UInt64)

    known = screen.bounds("date", "alike", alike) if types else None
    given = screen.attribute("incident_type", "bit", _bit, pl.UInt64)
    if known is not None and given is not None:
        yield (known & given) != 0


_MANY = 10_000_000
"""More days than any calendar here has."""


def _ordinal(day: Any) -> int:
    return day.toordinal() if day is not None else 0


def _bit(incident_type: IncidentType) -> int:
    """A number for a type, which is added to those of others."""
    return 1 << list(IncidentType).index(incident_type)


@_screens(resemblance.sources_come_after)
def _sources(screen: Screen) -> Iterator[Any]:
    """Dates after the day on which the last of the sources was published."""
    published = {source.source_id: source.published.latest for source in _of(screen, "sources", Source)}

    def last(sources: Any) -> int | None:
        days = [published[one] for one in sources or () if one in published]
        return max(day.toordinal() for day in days) if days and None not in days else None

    latest = screen.attribute("source_ids", "published", last, screen.pl.Int64)
    if latest is not None:
        for first, _ in _dates(screen):
            yield (first > latest).fill_null(False)


@_screens(plausibility.accusations_have_a_side)
def _accusations(screen: Screen) -> Iterator[Any]:
    """Accusations of, or else by, nobody on a side."""
    sided = {a.actor_id for a in _of(screen, "actors", Actor) if a.side is not Side.NONE}

    def has_side(actors: Any) -> bool:
        return not sided.isdisjoint(actors or ())

    pl = screen.pl
    accused = screen.attribute("accused_ids", "sided", has_side, pl.Boolean)
    speakers = screen.attribute("speaker_ids", "sided", has_side, pl.Boolean)
    if accused is None or speakers is None:
        yield pl.lit(True)
    else:
        stands = pl.when(screen.filled("accused_ids")).then(accused).otherwise(speakers)
        yield screen.is_in("speech_act", (SpeechAct.ACCUSE,)) & ~stands


@_screens(resemblance.statements_fall_on_their_occasion)
def _occasions(screen: Screen) -> Iterator[Any]:
    """Statements outside the bounds of their occasion's date."""
    pl = screen.pl
    if screen.table != "statements":
        return
    occasions = {o.occasion_id: o.date for o in _of(screen, "occasions", Occasion)}
    first, last = _bounds(screen, "said")
    if first is None or not occasions:
        yield pl.lit(bool(occasions))
        return
    names = list(occasions)

    def first_of(date: Any) -> int | None:
        return date.earliest.toordinal() if date.earliest is not None else None

    def last_of(date: Any) -> int | None:
        return date.latest.toordinal() if date.latest is not None else None

    begins, ends = (
        screen.text("occasion_id").replace_strict(
            names, [of(occasions[n]) for n in names], default=None, return_dtype=pl.Int64
        )
        for of in (first_of, last_of)
    )
    known = screen.is_in("occasion_id", tuple(names))
    yield known & ((first > ends).fill_null(False) | (last < begins).fill_null(False))
