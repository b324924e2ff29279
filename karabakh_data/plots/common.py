"""What the charts share: which statements are drawn, checks of what was asked for, the look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from typing import TYPE_CHECKING, Any, TypeAlias

from karabakh_data.edtf import EDTF
from karabakh_data.models import Record, Statement
from karabakh_data.palette import INK, LINE, SOFT, VOICES
from karabakh_data.suggest import did_you_mean
from karabakh_data.table import Table, When

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset

Period: TypeAlias = When | tuple[When, When]
"""A time to draw: an EDTF date, or the first and the last."""

FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"

LETTER = 0.49
"""Mean width of a letter, as a share of the font size."""

CONFIG: dict[str, Any] = {
    "background": "white",
    "font": FONT,
    "view": {"stroke": None},
    "title": {
        "anchor": "start",
        "color": INK,
        "fontSize": 16,
        "fontWeight": 600,
        "subtitleColor": SOFT,
        "subtitleFontSize": 12,
        "subtitleLineHeight": 16,
        "subtitlePadding": 6,
        "offset": 14,
    },
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "titleFontWeight": "normal",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
    },
    "legend": {
        "labelColor": INK,
        "titleColor": SOFT,
        "titleFontWeight": "normal",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "orient": "top",
        "direction": "horizontal",
        "labelLimit": 300,
        "titleLimit": 400,
    },
}


def chosen(name: str, given: str | Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The words of `known` that were asked for, in the order of `known`.

    Raises:
        ValueError: One is unknown (names the nearest), or none is given.
    """
    known = tuple(known)
    words = (given,) if isinstance(given, str) else tuple(given)
    for word in words:
        if word not in known:
            raise ValueError(f"{name} is never {word!r}: expected {', '.join(known)}{did_you_mean(str(word), known)}")
    if not words:
        raise ValueError(f"{name} is empty: expected some of {', '.join(known)}")
    return tuple(word for word in known if word in words)


def wide_enough(name: str, pixels: int, least: int) -> None:
    """Refuse a chart too small to be read.

    Raises:
        ValueError: It is.
    """
    if pixels < least:
        raise ValueError(f"{name} is {pixels} pixels, expected at least {least}")


def ends(between: Period) -> tuple[When, When | None]:
    """The first and the last date of a period, as `Table.between` takes them.

    Raises:
        ValueError: It is neither a date nor a pair of dates.
    """
    if isinstance(between, tuple | list):
        if len(between) != 2:
            raise ValueError(f"between takes a date or a pair of dates, first and last, not {len(between)} of them")
        return between[0], between[1]
    return between, None


def statements_of(ds: Dataset, between: Period | None, conditions: Mapping[str, Any]) -> Table[Statement]:
    """The statements of a time that meet the conditions.

    Raises:
        ValueError: A word or a date is unknown.
        TypeError: Statements have no such column.
    """
    found = ds.statements.where(**conditions)
    return found if between is None else found.between(*ends(between))


def something(found: Sized, what: str, between: Period | None, conditions: Mapping[str, Any]) -> None:
    """Refuse an empty chart.

    Raises:
        ValueError: Nothing was found.
    """
    if not len(found):
        raise ValueError(
            " ".join(part for part in ("nothing to draw: no", what, described(between, conditions)) if part)
        )


def described(between: Period | None, conditions: Mapping[str, Any]) -> str:
    """What was asked for, as the end of a message."""
    parts = [] if between is None else [f"of {_period(between)}"]
    if conditions:
        parts.append("with " + ", ".join(f"{name} {_listed(value)}" for name, value in conditions.items()))
    return " ".join(parts)


def heading(text: str, between: Period | None, conditions: Mapping[str, Any]) -> str:
    """A title that tells what was chosen."""
    parts = [text] if between is None else [f"{text}, {_period(between)}"]
    return "; ".join(parts + [f"{words(name)}: {words(_listed(value))}" for name, value in conditions.items()])


def _period(between: Period) -> str:
    first, last = ends(between)
    return str(first) if last is None else f"{first} to {last}"


def _listed(value: Any) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else str(value)


def names(ds: Dataset, actor_ids: Iterable[str]) -> str:
    """The names of actors, joined for people."""
    return ", ".join(ds.actors[one].name for one in actor_ids)


def span(date: EDTF) -> str:
    """A date in plain words: its days, what is not known of it, and the sources' doubt."""
    first, last = date.earliest, date.latest
    if first == last:
        days = str(first)
    elif first is None:
        days = f"not after {last}"
    elif last is None:
        days = f"from {first} on"
    else:
        days = f"{first} to {last}"
    doubt = [word for word, holds in (("uncertain", date.uncertain), ("approximate", date.approximate)) if holds]
    return f"{days} ({', '.join(doubt)})" if doubt else days


def words(text: str) -> str:
    """The name of a column or table, or what was asked of it, as people write it."""
    return text.replace("_", " ")


def told(record: Record) -> str:
    """What a record tells, in our words."""
    return str(getattr(record, "summary", "") or "")


def voice_scale(alt: Any, voices: Iterable[str]) -> Any:
    """The colour scale of these voices, in the order of the palette."""
    used = [voice for key, voice in VOICES.items() if key in set(voices)]
    return alt.Scale(domain=[voice.label for voice in used], range=[voice.colour for voice in used])
