"""Dates in bulk: which of many texts the reader of dates accepts, and their bounds.

Dates of the same shape, which differ only in the days that they name, are put to the reader once for the shape: with
days that ascend it says whether the shape is a date, and which of its days bound it. Texts whose days do not ascend, or
whose shape the reader refuses or bounds by another day than one of its own, are put to it one by one.
"""

from __future__ import annotations

import datetime
from typing import Any

from karabakh_data.columns import CellError, Column

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
MARK = "\u0001"
"""What stands for a day in a shape; no date that is accepted holds it."""

_SAMPLES = (("1993-04-02", "1993-04-03"), ("2016-02-29", "2020-12-31"), ("0001-01-01", "9998-12-31"))
"""Days that ascend: next to each other, years apart, and at the ends of the calendar that the reader knows."""

_FIRST_KNOWN, _LAST_KNOWN = 1, datetime.date(9998, 12, 31).toordinal()

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
        self._shapes: dict[str, tuple[int, int] | None] = {}
        """Which day of a shape is its first and which its last, -1 for none; `None`: to be read one by one."""
        cell = pl.col("cell")
        self._taken_apart = [
            cell,
            cell.str.replace_all(DAY, MARK).alias("shape"),
            *(
                day.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).cast(pl.Int64).add(_EPOCH).alias(name)
                for name, day in (("one", cell.str.extract(f"({DAY})")), ("two", cell.str.extract(f"{DAY}.*({DAY})")))
            ),
        ]
        self._read: list[Any] = []

    def read(self, cells: Any) -> Any:
        """A frame of `unclean`, `first` and `last` for a series of distinct texts.

        The empty text is clean where no date is required.
        """
        frame = self._pl.DataFrame({"cell": cells}).select(self._taken_apart)
        new = {shape for shape in frame["shape"].unique() if MARK in shape and shape not in self._shapes}
        if new or not self._read:
            self._shapes |= {shape: self._probed(shape) for shape in new}
            self._read = self._reading()
        return self._one_by_one(frame.select(self._read))

    def _reading(self) -> list[Any]:
        """Expressions for the cell, whether its shape and its days are sound, and its bounds."""
        pl = self._pl
        known = {shape: found for shape, found in self._shapes.items() if found is not None}
        begin, end = (
            pl.col("shape").replace_strict(
                list(known), [found[at] for found in known.values()], default=None, return_dtype=pl.Int8
            )
            for at in (0, 1)
        )
        one, two = pl.col("one"), pl.col("two")
        sound = (
            begin.is_not_null()
            & ~pl.col("cell").str.contains(MARK, literal=True)
            & one.is_between(_FIRST_KNOWN, _LAST_KNOWN)
            & (
                ~pl.col("shape").str.contains(f"{MARK}.*{MARK}")
                | (two > one) & two.is_between(_FIRST_KNOWN, _LAST_KNOWN)
            )
        )
        return [
            "cell",
            sound.fill_null(False).alias("sound"),
            _chosen(pl, begin).alias("first"),
            _chosen(pl, end).alias("last"),
        ]

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

    def _probed(self, shape: str) -> tuple[int, int] | None:
        """Which days bound a shape, if the reader says the same of every sample."""
        count = shape.count(MARK)
        if not 1 <= count <= 2:
            return None
        found: set[tuple[int, int]] = set()
        for sample in _SAMPLES:
            text = shape
            for day in sample[:count]:
                text = text.replace(MARK, day, 1)
            bounds = self._bounds(text)
            if bounds is None:
                return None
            days = [datetime.date.fromisoformat(day).toordinal() for day in sample[:count]]
            if any(bound is not None and bound not in days for bound in bounds):
                return None
            found.add(tuple(-1 if bound is None else days.index(bound) for bound in bounds))  # type: ignore[arg-type]
        return found.pop() if len(found) == 1 else None


_EPOCH = datetime.date(1970, 1, 1).toordinal()


def _chosen(pl: Any, which: Any) -> Any:
    """The day that a shape names as a bound."""
    nothing = pl.lit(None, pl.Int64)
    return pl.when(which == 0).then(pl.col("one")).when(which == 1).then(pl.col("two")).otherwise(nothing)


def day_text(pl: Any, ordinal: Any) -> Any:
    """A day from its ordinal as its column writes it; empty where there is none."""
    return (ordinal - _EPOCH).cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%d").fill_null("")
