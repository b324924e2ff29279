"""Dates in bulk: which of many texts the reader of dates accepts, and their bounds.

Dates of the same shape, which differ only in the days and months that they name, are put to the reader once for the
shape: with days and months that ascend it says whether the shape is a date, and whether its first and its last bound
it. Texts whose days and months do not ascend, or whose shape the reader refuses or bounds otherwise, are put to it one
by one.
"""

from __future__ import annotations

import datetime
from calendar import monthrange
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from karabakh_data.columns import CellError, Column

UNIT = r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?"
"""A day or a month."""

MARK = "\u0001"
"""What stands for a unit in a shape; no date that is accepted holds it."""

UNITS = 4
"""Days and months in a date that is not read by itself."""


_DAY, _MONTH = len("2020-09-27"), len("2020-09")
_FIRST_KNOWN, _LAST_KNOWN = datetime.date.min, datetime.date(9998, 12, 31)
_ONE = datetime.timedelta(1)
_EPOCH = datetime.date(1970, 1, 1).toordinal()

Bounds = tuple[int | None, int | None] | None
"""First and last day as ordinals, `None` where a bound is open; no tuple where the text is no date."""


class Dates:
    """Reads the dates of one column.

    Args:
        pl: Polars.
        column: The column, whose reader decides.
    """

    def __init__(self, pl: Any, column: Column) -> None:
        self._pl = pl
        self._column = column
        self._shapes: dict[str, int | None] = {}
        """What is known of each shape, `BEGINS`, `ENDS` and `MEETS` added up; `None`: to be read one by one."""
        self._steps: list[list[Any]] = []
        cell = pl.col("cell")
        self._taken_apart = [
            cell,
            cell.str.replace_all(UNIT, MARK).alias("shape"),
            cell.str.extract_all(UNIT).alias("units"),
        ]

    def read(self, cells: Any) -> Any:
        """A frame of `unclean`, `first` and `last` for a series of distinct texts.

        The empty text is clean where no date is required.
        """
        frame = self._pl.DataFrame({"cell": cells}).select(self._taken_apart)
        new = [shape for shape in frame["shape"].unique() if MARK in shape and shape not in self._shapes]
        if new or not self._steps:
            self._shapes |= {shape: self._probed(shape) for shape in new}
            self._steps = self._reading()
        read = frame.lazy()
        for step in self._steps:
            read = read.with_columns(step)
        read = read.select("cell", "sound", "first", "last")
        return self._one_by_one(read.collect(optimizations=self._pl.QueryOptFlags.none()))

    def _reading(self) -> list[list[Any]]:
        """Expressions for whether the shape of cells and their units are sound, and for their bounds, step by step."""
        pl, col = self._pl, self._pl.col
        known = {shape: ends for shape, ends in self._shapes.items() if ends is not None}
        ends = col("shape").replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Int8)
        places = range(UNITS)
        units = [col("units").list.get(at, null_on_oob=True).alias(f"unit{at}") for at in places]
        begins = [
            (col(f"unit{at}") + "-01").str.slice(0, _DAY).str.to_date("%Y-%m-%d", strict=False).alias(f"begin{at}")
            for at in places
        ]
        is_month = [col(f"unit{at}").str.len_bytes() == _MONTH for at in places]
        stops = [
            pl.when(is_month[at]).then(col(f"begin{at}").dt.month_end()).otherwise(col(f"begin{at}")).alias(f"end{at}")
            for at in places
        ]
        last = pl.coalesce(f"end{at}" for at in reversed(places))
        before = [pl.when(col("ends") & MEETS > 0).then(col("begin0") - _ONE).otherwise(col("end0"))]
        before += [col(f"end{at}") for at in places[1:]]
        after = [pl.when(col("ends") & MEETS > 0).then(col("end1")).otherwise(col("begin1"))]
        after += [col(f"begin{at}") for at in places[2:]]
        ascend = [
            (later > earlier).fill_null(col(f"unit{at}").is_null())
            for at, earlier, later in zip(places[1:], before, after, strict=False)
        ]
        sound = pl.all_horizontal(
            col("ends").is_not_null(),
            ~col("cell").str.contains(MARK, literal=True),
            (col("begin0") >= _FIRST_KNOWN).fill_null(False),
            (last <= _LAST_KNOWN).fill_null(False),
            *ascend,
        )
        bounds = [
            _ordinal(pl, pl.when(col("ends") & BEGINS > 0).then(col("begin0"))).alias("first"),
            _ordinal(pl, pl.when(col("ends") & ENDS > 0).then(last)).alias("last"),
        ]
        return [[ends.alias("ends"), *units], begins, stops, [sound.alias("sound"), *bounds]]

    def _one_by_one(self, frame: Any) -> Any:
        """Read the texts whose shape does not decide."""
        pl = self._pl
        is_sound, first, last = frame["sound"], frame["first"], frame["last"]
        unclean = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        if not is_sound.all():
            rest = (~is_sound).arg_true()
            bounds = [self._bounds(text) for text in frame["cell"].gather(rest)]
            first = first.scatter(rest, [one[0] if one else None for one in bounds])
            last = last.scatter(rest, [one[1] if one else None for one in bounds])
            unclean = unclean.scatter(rest, [one is None for one in bounds])
        return pl.DataFrame({"unclean": unclean, "first": first, "last": last})

    def _bounds(self, text: str) -> Bounds:
        """What the reader says of a text."""
        if not text:
            return None if self._column.required else (None, None)
        try:
            date = self._column.read_one(text)
        except CellError:
            return None
        return tuple(None if day is None else day.toordinal() for day in (date.earliest, date.latest))  # type: ignore[return-value]

    def _probed(self, shape: str) -> int | None:
        """What the reader says of a shape, if it says the same of all samples."""
        count = shape.count(MARK)
        if count > UNITS:
            return None
        found = {self._ends(shape, sample) for sample in _samples(count)}
        ends = found.pop()
        if found or ends is None:
            return None
        meets = count == 2 and all(self._ends(shape, sample) == ends for sample in _meeting())
        return ends | (MEETS if meets else 0)

    def _ends(self, shape: str, units: Sequence[Unit]) -> int | None:
        """Which of these units bound a date of the shape: the first, the last; `None` if it is none, or others do."""
        text = shape
        for unit, _, _ in units:
            text = text.replace(MARK, unit, 1)
        bounds = self._bounds(text)
        if bounds is None or bounds[0] not in (None, units[0][1]) or bounds[1] not in (None, units[-1][2]):
            return None
        return (BEGINS if bounds[0] is not None else 0) | (ENDS if bounds[1] is not None else 0)


BEGINS, ENDS, MEETS = 1, 2, 4
"""What is known of a shape: its first unit begins the date, its last ends it, and two may meet, as in an interval."""

Unit = tuple[str, int, int]
"""A day or a month, and its first and last day as ordinals."""


def _samples(count: int) -> Iterator[list[Unit]]:
    """So many units that ascend, each a day or a month: next to each other, apart, and at the ends of the calendar."""
    late = [datetime.date(9998, month, monthrange(9998, month)[1]) for month in range(13 - count, 13)]
    for lengths in product((_DAY, _MONTH), repeat=count):
        yield _ascending(lengths, datetime.date(1993, 4, 2), 1)
        yield _ascending(lengths, datetime.date(2016, 2, 29), 700)
        yield [_unit(day, length) for day, length in zip(late, lengths, strict=True)]
        yield [_unit(day, length) for day, length in zip([_FIRST_KNOWN, *late[1:]], lengths, strict=True)]


def _meeting() -> Iterator[list[Unit]]:
    """Two units with days in common, of which the second ends on or after the first day of the first."""
    for year, month in ((2020, 2), (1, 1), (9998, 12)):
        days = [datetime.date(year, month, day) for day in (1, 15, monthrange(year, month)[1])]
        for day, (one, other) in product(days, product((_DAY, _MONTH), repeat=2)):
            yield [_unit(day, one), _unit(day, other)]


def _ascending(lengths: Sequence[int], begin: datetime.date, step: int) -> list[Unit]:
    """Units from a day on, so many days apart or as few more as it takes to begin a month."""
    found: list[Unit] = []
    day = begin
    for length in lengths:
        while length == _MONTH and day.day > 1:
            day += datetime.timedelta(1)
        found.append(_unit(day, length))
        day = datetime.date.fromordinal(found[-1][2] + step)
    return found


def _unit(day: datetime.date, length: int) -> Unit:
    """A day, or the month that it is in."""
    if length == _DAY:
        return day.isoformat(), day.toordinal(), day.toordinal()
    first = day.replace(day=1).toordinal()
    return day.isoformat()[:length], first, first + monthrange(day.year, day.month)[1] - 1


def _ordinal(pl: Any, day: Any) -> Any:
    return day.cast(pl.Int32).cast(pl.Int64) + _EPOCH


def day_text(pl: Any, ordinal: Any) -> Any:
    """A day from its ordinal as its column writes it; empty where there is none."""
    return (ordinal - _EPOCH).cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%d").fill_null("")
