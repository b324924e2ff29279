"""Table: the records of one table, to look up, filter and hand over to data frames."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, overload

from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.edtf import EDTF
from karabakh_data.models.record import Record
from karabakh_data.models.types import Origin, iso_day
from karabakh_data.suggest import did_you_mean
from karabakh_data.vocabulary import Vocabulary

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

FEW = 12
"""Words of a vocabulary that a message has room for."""

R = TypeVar("R", bound=Record)
When: TypeAlias = str | EDTF | datetime.date


class Table(Generic[R]):
    """The records of one table, in order; looked up by id, filtered, and handed over to data frames."""

    def __init__(self, model: type[R], records: Iterable[R]) -> None:
        self._model = model
        self._records = tuple(records)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise AttributeError(f"a Table is frozen: {name} cannot be set")
        super().__setattr__(name, value)

    @property
    def model(self) -> type[R]:
        """The model of its records."""
        return self._model

    @property
    def name(self) -> str:
        """The table's name."""
        return self.model.TABLE

    @property
    def columns(self) -> tuple[Column, ...]:
        """What each column is."""
        return columns_of(self.model)

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[R]:
        return iter(self._records)

    def __contains__(self, item: object) -> bool:
        return item in self._by_key or item in self._by_key.values() if _hashable(item) else False

    @cached_property
    def _by_key(self) -> dict[Any, R]:
        single = len(self.model.PRIMARY_KEY) == 1
        return {record.key[0] if single else record.key: record for record in self._records}

    @overload
    def __getitem__(self, key: slice) -> Table[R]: ...
    @overload
    def __getitem__(self, key: int) -> R: ...
    @overload
    def __getitem__(self, key: str | tuple[Any, ...]) -> R: ...
    def __getitem__(self, key: Any) -> R | Table[R]:
        """The record with this id (or primary key, as a tuple), or at this position; of a slice, the table of them.

        Raises:
            KeyError: No record has the id; names the nearest ones.
            IndexError: The position lies past the end.
        """
        if isinstance(key, slice):
            return Table(self.model, self._records[key])
        if isinstance(key, int):
            return self._records[key]
        try:
            return self._by_key[key]
        except KeyError:
            hint = did_you_mean(key, [k for k in self._by_key if isinstance(k, str)]) if isinstance(key, str) else ""
            raise KeyError(f"{self.name} has no record {key!r}{hint}") from None

    def get(self, key: str | tuple[Any, ...]) -> R | None:
        """The record with this id, or `None`."""
        return self._by_key.get(key)

    def where(self, **conditions: Any) -> Table[R]:
        """The records that meet every condition.

        A condition names a column and a value; for a list column it holds when the value is an element. Several values
        (a list, tuple or set) mean any of them; `None` means empty. Dates and days may be given as text.

        Raises:
            TypeError: A name is no column, or a value is not of the column's type, so that nothing could ever meet it.
            ValueError: A word is not in the vocabulary (names the nearest ones), a date is no EDTF date or day,
                or an id is of another kind.
        """
        tests = [(self._column(name), value) for name, value in conditions.items()]
        for column, value in tests:
            _check_condition(column, value)
        return Table(self.model, (r for r in self._records if all(_meets(r, c, value) for c, value in tests)))

    def between(
        self, start: When, end: When | None = None, *, certain: bool = False, on: str | None = None
    ) -> Table[R]:
        """The records dated from `start` to `end` (EDTF; the whole of both; `end` defaults to `start`).

        Args:
            start: First day, month, …
            end: Last day, month, …
            certain: Only records whose date surely lies inside; otherwise also those that may.
            on: The date column to choose; by default the first that a record fills (of a ceasefire: `declared`, else
                `effective`, else `ended`).

        Raises:
            TypeError: The table has no such date, or none at all.
            ValueError: `end` lies before `start`, or a bound is no EDTF date (EDTFError).
        """
        first = _edtf(start)
        last = first if end is None else _edtf(end)
        if last.certainly_before(first):
            raise ValueError(f"the end ({last}) lies before the start ({first})")
        every = [c for c in self.columns if c.kind is Kind.EDTF]
        dates = [c for c in every if (c.origin is Origin.SOURCE if on is None else c.name == on)]
        if not dates:
            names = [c.name for c in every]
            hint = f"its dates are {', '.join(names)}" if names else "it has none"
            raise TypeError(f"{self.name} has no date {on!r}: {hint}" if on else f"{self.name} has no date")

        def inside(record: R) -> bool:
            date = next((d for column in dates if (d := getattr(record, column.name)) is not None), None)
            if date is None:
                return False
            if certain:
                return not _may_precede(date, first) and not _may_follow(date, last)
            return may_lie(date, first, last)

        return Table(self.model, filter(inside, self._records))

    def _column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise TypeError(f"{self.name} has no column {name!r}{did_you_mean(name, [c.name for c in self.columns])}")

    # --- Frames ----------------------------------------------------------------------------------------------------

    def to_dicts(self) -> list[dict[str, Any]]:
        """The records as plain Python values: EDTF dates and words as text, days as `date`, lists as lists."""
        return [{c.name: _plain(getattr(record, c.name)) for c in self.columns} for record in self._records]

    def to_polars(self) -> polars.DataFrame:
        """A Polars frame with typed columns; lists are lists. Needs the extra `polars`."""
        from karabakh_data import frames

        return frames.to_polars(self)

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas frame with nullable types; lists are Python lists. Needs the extra `pandas`."""
        from karabakh_data import frames

        return frames.to_pandas(self)

    def to_arrow(self) -> pyarrow.Table:
        """An Arrow table with typed columns; lists are lists. Needs the extra `arrow`."""
        from karabakh_data import frames

        return frames.to_arrow(self)

    def __repr__(self) -> str:
        return f"<Table {self.name}: {len(self)} records>"

    def _repr_html_(self) -> str:
        from karabakh_data import display

        return display.table_html(self)


def may_lie(date: EDTF, first: EDTF, last: EDTF) -> bool:
    """Whether a day that the date may mean lies from `first` to `last` (the whole of both); open ends reach on."""
    return not date.certainly_before(first) and not date.certainly_after(last)


def _edtf(value: Any) -> EDTF:
    if isinstance(value, EDTF):
        return value
    if isinstance(value, str | datetime.date):
        return EDTF.parse(str(value))
    raise TypeError(f"expected a date such as '2020-10', not {value!r}")


def _hashable(item: object) -> bool:
    try:
        hash(item)
    except TypeError:
        return False
    return True


def _may_precede(date: EDTF, bound: EDTF) -> bool:
    return bound.earliest is not None and (date.earliest is None or date.earliest < bound.earliest)


def _may_follow(date: EDTF, bound: EDTF) -> bool:
    return bound.latest is not None and (date.latest is None or date.latest > bound.latest)


def _wanted(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


_TYPES: dict[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.WORD: (str,),
    Kind.EDTF: (str, EDTF),
    Kind.BOOLEAN: (bool,),
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.DAY: (datetime.date, str),
}


def _check_condition(column: Column, value: Any) -> None:
    for one in _wanted(value):
        if one is None:
            continue
        if not isinstance(one, _TYPES[column.kind]) or (isinstance(one, bool) and column.kind is not Kind.BOOLEAN):
            expected = " or ".join(kind.__name__ for kind in _TYPES[column.kind])
            raise TypeError(f"{column.name} is compared with {expected}, not {type(one).__name__} {one!r}")
        if column.vocabulary is not None and one not in column.vocabulary.values():
            raise ValueError(f"{column.name} is never {one!r}{_expected(str(one), column.vocabulary)}")
        if isinstance(one, str) and column.kind is Kind.EDTF:
            EDTF.parse(one)
        elif isinstance(one, str) and column.kind is Kind.DAY:
            iso_day(one)
        elif column.pattern and column.reference and not re.search(column.pattern, str(one)):
            raise ValueError(f"{column.name} is never {one!r}: it holds ids of {column.reference}")


def _expected(typed: str, vocabulary: type[Vocabulary]) -> str:
    """What may be meant, as the end of a message: the nearest words, all of few, or where all of them stand."""
    words = vocabulary.values()
    return did_you_mean(typed, words) or (
        f": expected {', '.join(words)}"
        if len(words) <= FEW
        else f"; `ds.vocabularies.where(vocabulary={vocabulary.name_in_tables()!r})` lists the {len(words)} words"
    )


def _meets(record: Record, column: Column, value: Any) -> bool:
    cell = getattr(record, column.name)
    for one in _wanted(value):
        if one is None:
            if cell is None or cell == ():
                return True
        elif column.is_list:
            if one in cell:
                return True
        elif cell == one or (isinstance(cell, EDTF | datetime.date) and str(cell) == str(one)):
            return True
    return False


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, EDTF | str) else value
