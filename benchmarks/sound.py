"""Sound incident rows: realistic, without any finding, and each a function of the seed, the size and what went before.

The id of a row follows from its number alone, so that rows can refer to earlier and later ones of the same file.
"""

from __future__ import annotations

import calendar
import datetime
import random
from bisect import bisect_left
from collections.abc import Callable
from functools import cache
from itertools import combinations

from benchmarks import wording
from benchmarks.published import COLUMNS, ids, look_alikes, published

AT = {name: number for number, name in enumerate(COLUMNS)}

Cells = list[str]
Dated = tuple[str, str, str]
"""An EDTF text with its earliest and latest day; empty where there is none."""

FIRST, LAST = datetime.date(1988, 2, 1), datetime.date(2021, 5, 14)
"""The days that rows are about; the last is that of the latest published article."""


# --- Days and dates ------------------------------------------------------------------------------------------------


def _days() -> list[datetime.date]:
    """Every day, those of the last years more often, as articles have it."""
    every = [FIRST + datetime.timedelta(n) for n in range((LAST - FIRST).days + 1)]
    return every + 2 * [day for day in every if day.year >= 2014]


DAYS = _days()
_ISO = [day.isoformat() for day in DAYS]


def incident_id(number: int, seed: int) -> str:
    """The id of the row of this number, counted from 0; nothing but the two decides it."""
    return f"incident-{_ISO[_mixed(number, seed)]}-{number:07d}"


def _mixed(number: int, seed: int) -> int:
    mixed = (number * 0x9E3779B97F4A7C15 + seed * 0xD1B54A32D192ED03 + 1) & 0xFFFFFFFFFFFFFFFF
    return ((mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9 >> 20 & 0xFFFFFFFF) % len(DAYS)


@cache
def _month(year: int, month: int) -> tuple[str, str]:
    """First and last day of a month; month 13 is the next January."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return f"{year}-{month:02}-01", f"{year}-{month:02}-{calendar.monthrange(year, month)[1]}"


def _later(day: datetime.date, days: int) -> str:
    return (day + datetime.timedelta(days)).isoformat()


def _season(day: datetime.date) -> Dated:
    year = day.year - 1 if day.month < 3 else day.year
    number = (day.month - 3) // 3 if day.month >= 3 else 3
    return f"{year}-{21 + number}", _month(year, 3 + 3 * number)[0], _month(year, 5 + 3 * number)[1]


def _in_month(mark: str) -> Callable[[datetime.date, int], Dated]:
    def dated(day: datetime.date, _: int) -> Dated:
        return f"{day.year}-{day.month:02}{mark}", *_month(day.year, day.month)

    return dated


def _in_year(mark: str) -> Callable[[datetime.date, int], Dated]:
    return lambda day, _: (f"{day.year}{mark}", f"{day.year}-01-01", f"{day.year}-12-31")


def _on_day(before: str, after: str, *, start: bool = True, end: bool = True) -> Callable[[datetime.date, int], Dated]:
    def dated(day: datetime.date, _: int) -> Dated:
        iso = day.isoformat()
        return f"{before}{iso}{after}", iso if start else "", iso if end else ""

    return dated


def _until(joint: str, before: str = "", after: str = "") -> Callable[[datetime.date, int], Dated]:
    """From a day to one up to a week later."""

    def dated(day: datetime.date, n: int) -> Dated:
        end = _later(day, n)
        return f"{before}{day}{joint}{end}{after}", day.isoformat(), end

    return dated


def _to_month(day: datetime.date, _: int) -> Dated:
    return f"{day}/{day.year}-{day.month:02}", day.isoformat(), _month(day.year, day.month)[1]


def _to_season(day: datetime.date, _: int) -> Dated:
    text, _earliest, latest = _season(day)
    return f"{day.year // 10}X/{text}", f"{day.year // 10}0-01-01", latest


def _months(before: str, after: str) -> Callable[[datetime.date, int], Dated]:
    """One of two months of a year."""

    def dated(day: datetime.date, n: int) -> Dated:
        year, first, second = max(FIRST.year, day.year - 1), 1 + n % 6, 7 + n % 6
        latest = "" if after.startswith("..") else _month(year, second)[1]
        return f"{before}{year}-{first:02},{year}-{second:02}{after}", f"{year}-{first:02}-01", latest

    return dated


def _three(day: datetime.date, n: int) -> Dated:
    end = _later(day, n + 9)
    return f"[{day},{_later(day, 2)}..{_later(day, 4)},{end}]", day.isoformat(), end


FORMS: tuple[tuple[int, Callable[[datetime.date, int], Dated]], ...] = (
    (148, _on_day("", "")),
    (3, _on_day("", "?")),
    (2, _on_day("", "~")),
    (1, _on_day("", "%")),
    (9, _in_month("")),
    (2, _in_month("?")),
    (1, _in_month("~")),
    (1, _in_month("-XX")),
    (3, _in_year("")),
    (1, _in_year("~")),
    (1, _in_year("%")),
    (1, _in_year("-XX")),
    (1, _in_year("-XX-XX")),
    (3, lambda day, _: _season(day)),
    (1, lambda day, _: (f"{day.year // 10}X", f"{day.year // 10}0-01-01", f"{day.year // 10}9-12-31")),
    (1, lambda day, _: (f"{day.year // 100}XX", f"{day.year // 100}00-01-01", f"{day.year // 100}99-12-31")),
    (6, _until("/")),
    (2, _until("?/", after="~")),
    (1, _to_month),
    (1, _to_season),
    (1, _on_day("", "/..", end=False)),
    (1, _on_day("../", "", start=False)),
    (1, _on_day("", "/", end=False)),
    (1, _on_day("/", "", start=False)),
    (3, _until("..", "[", "]")),
    (1, _until(",", "[", "]")),
    (1, _months("[", "]")),
    (1, _months("[", "..]")),
    (1, _on_day("[..", "]", start=False)),
    (1, _on_day("[", "..]", end=False)),
    (1, _three),
)
"""Every accepted form of EDTF with its share; exact days are three quarters, about as in event data sets.

None begins after the day that it is made of, but for some of 1988.
"""

_FORMS = [form for share, form in FORMS for _ in range(share)]

# --- Rows ----------------------------------------------------------------------------------------------------------


class Sound:
    """Makes the sound rows of one file, in order.

    Args:
        seed: Of the file.
        rows: How many rows the file has.
        referable: Whether the row of a number stands under its own id and may be a parent.
    """

    def __init__(self, seed: int, rows: int, referable: Callable[[int], bool]) -> None:
        self.seed, self.rows = seed, rows
        self._referable = referable
        self._random = random.Random(seed).random
        order = sorted(published("sources"), key=lambda row: row["published_latest"])
        self._published = [row["published_latest"] for row in order]
        names = [row["source_id"] for row in order]
        some = [
            one
            for size, share in ((1, 20), (2, 2), (3, 1))
            for one in combinations(range(len(names)), size)
            for _ in range(share)
        ]
        self._sources = [  # by the number of the first source that is late enough
            [";".join(names[n] for n in one) for one in some if one[-1] >= least] for least in range(len(names))
        ]
        self._away = next(one for one in ids("places") if all(one not in of for of in look_alikes().values()))

    def row(self, number: int) -> Cells:
        """The cells of the row of this number, as they are meant."""
        rnd = self._random
        at = _mixed(number, self.seed)
        day = DAYS[at]
        text, earliest, latest = _FORMS[int(rnd() * len(_FORMS))](day, 1 + int(rnd() * 7))
        kind = wording.TYPES[int(rnd() * len(wording.TYPES))]
        places = self._some(ids("places"), 0.9)
        alike = look_alikes().get((kind, earliest, latest))
        if alike and not alike.isdisjoint(places.split(";")):
            places = self._away
        low = high = ""
        if (chance := rnd()) < 0.3:
            low = str(int(rnd() * 40))
            high = str(int(low) + int(rnd() * 12)) if chance < 0.2 else ""
        given = rnd() < 0.4
        sources = self._sources[bisect_left(self._published, day.isoformat())]
        return [
            f"incident-{_ISO[at]}-{number:07d}",
            wording.name(number, kind, day, rnd),
            kind,
            text,
            earliest if given else "",
            latest if given else "",
            places,
            self._some(ids("actors"), 0.8) if rnd() < 0.3 else "",
            self._some(ids("actors"), 0.9) if rnd() < 0.15 else "",
            self._parent(number),
            low,
            high,
            "true" if rnd() < 0.2 else "false",
            wording.summary(rnd),
            sources[int(rnd() * len(sources))],
        ]

    def _some(self, among: tuple[str, ...], alone: float) -> str:
        """One to three different ids, joined."""
        rnd = self._random
        first = int(rnd() * len(among))
        if (chance := rnd()) < alone:
            return among[first]
        second = (first + 1 + int(rnd() * (len(among) - 2))) % len(among)
        if chance < 1 - (1 - alone) / 3:
            return f"{among[first]};{among[second]}"
        third = (second + 1) % len(among)
        return ";".join(dict.fromkeys((among[first], among[second], among[third])))

    def _parent(self, number: int) -> str:
        """The id of the episode that a row belongs to: an earlier or later row, or a published one; mostly none.

        Rows of a number that divides by 8 have no parent, those of the next number have such a one, all others either:
        so no way leads back to its start.
        """
        rnd = self._random
        level = number % 8
        if level == 0 or (chance := rnd()) >= 0.23:
            return ""
        if chance < 0.03:
            return ids("incidents")[int(rnd() * len(ids("incidents")))]
        parent = int(rnd() * self.rows) // 8 * 8 + (1 if level > 1 and chance < 0.07 else 0)
        if parent >= self.rows or not self._referable(parent):
            return ""
        return incident_id(parent, self.seed)
