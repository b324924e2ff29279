"""The distinct cells of a column: each judged once by the column's own judge, and known by a number from then on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from karabakh_data.columns import SEPARATOR, Column
from karabakh_data.validation.cells import ELEMENTS, ColumnJudge, judge_cell
from karabakh_data.validation.large.dates import Dates
from karabakh_data.validation.raw import Notation, Raw
from karabakh_data.validation.texts import NUMBERS

UNCLEAN = "unclean"
"""The attribute of every cell: whether it is not clean."""

NUMBERED = 150_000
"""Distinct cells of a column that are known at a time."""

EXACT = 15
"""Characters of a number up to which its text is compared exactly as a number."""


Unknown = dict[str, tuple[str, ...]]
"""Cells, and the ids in each that are known neither from the published data nor from the small tables."""


class Cells:
    """The distinct cells of one column, numbered as they come: which are clean, and what screens ask of their values.

    Args:
        pl: Polars.
        column: The column.
        judge: Its judge.
        is_known: Whether a reference to a table is known besides the large files.
    """

    def __init__(self, pl: Any, column: Column, judge: ColumnJudge, is_known: Callable[[str, str], bool]) -> None:
        self.column = column
        self._asked: dict[str, tuple[Callable[[Any], Any], Any]] = {}
        """What is made of each value, and its type."""
        self.unknown: Unknown = {}
        """Those of the cells in the table."""
        self._pl = pl
        self._judge = judge
        self._is_known = is_known
        self._elements: dict[str, Any] = {}
        """Elements that are clean, of lists, and their values."""
        self._numbers: Any = None
        self.table: Any = None
        """What was asked of each cell, in the order of their numbers."""
        self.has_unclean = False
        """Whether any cell in the table is not clean."""

    def _begin(self) -> None:
        """Know no cell, and number the first that comes with 0."""
        self._numbers = self._pl.Categorical(self._pl.Categories.random())
        self._kept = self._pl.Series([], dtype=self._numbers)  # numbers last as long as a series that has them
        self.table = self._made(self._pl.Series([], dtype=self._pl.String))
        self.has_unclean = False
        self.unknown = {}  # another thread may still ask for those in the last one

    @property
    def number(self) -> Any:
        """An expression for the number of each cell."""
        return self._pl.col(self.column.name).cast(self._numbers).to_physical()

    def make_room(self) -> None:
        """Forget the cells if they are too many, before any is numbered."""
        if self._numbers is None or self.table.height > NUMBERED:
            self._begin()

    def learn(self, numbers: Any, cells: Any, greatest: int | None) -> None:
        """Judge the cells that were not seen before.

        Args:
            numbers: The number of each cell.
            cells: The cells.
            greatest: The greatest of the numbers.
        """
        known = self.table.height
        if greatest is None or greatest < known:
            return
        pl = self._pl
        is_new = numbers >= known
        new = pl.DataFrame({"number": numbers.filter(is_new), "cell": cells.filter(is_new)})
        new = new.filter(new["number"].is_first_distinct())
        made = self._made((new if new["number"].is_sorted() else new.sort("number"))["cell"])
        self.table = pl.concat([self.table, made], rechunk=True)
        self.has_unclean = self.has_unclean or made[attribute_name(self.column.name, UNCLEAN)].any()

    def _made(self, texts: Any) -> Any:
        """Cells that were not seen before, judged: a frame of what is asked of them."""
        verdicts = [self._judged(text) for text in texts.to_list()]
        found = {UNCLEAN: self._pl.Series([not clean for clean, _ in verdicts], dtype=self._pl.Boolean)}
        for key, (made, dtype) in self._asked.items():
            values = [made(value) if clean else None for clean, value in verdicts]
            found[key] = self._pl.Series(values, dtype=dtype)
        return self._pl.DataFrame({attribute_name(self.column.name, key): series for key, series in found.items()})

    def _judged(self, text: str) -> tuple[bool, Any]:
        """Whether a cell is clean (sound, written in the one way that is written), and its value."""
        column = self.column
        if not text or not column.is_list:
            return self._judged_anew(text)
        parts = text.split(SEPARATOR)
        if len(set(parts)) == len(parts) <= ELEMENTS and self._elements.keys() >= set(parts):
            return True, tuple(map(self._elements.__getitem__, parts))
        clean, value = self._judged_anew(text)
        if clean and text not in self.unknown:
            if len(self._elements) > NUMBERED:
                self._elements.clear()
            self._elements.update(zip(parts, value, strict=True))
        return clean, value

    def _judged_anew(self, text: str) -> tuple[bool, Any]:
        column = self.column
        elements: tuple[Any, ...]
        if text and not column.is_list:
            verdict = self._judge.judged(text)
            is_sound, value, elements = verdict.sound and verdict.code is None, verdict.value, (verdict.value,)
        else:
            cell = judge_cell(self._judge, Raw(text or None), Notation.TEXT)
            is_sound, value, elements = cell.sound and not cell.faults, cell.value, cell.elements
        if not is_sound or column.write(value) != text:
            return False, None
        if column.kind in NUMBERS and len(text) > EXACT:
            return False, None
        if column.reference is not None:
            unknown = tuple(one for one in elements if not self._is_known(one, column.reference))
            if unknown:
                self.unknown[text] = unknown
        return True, value

    def ask(self, key: str, made: Callable[[Any], Any], dtype: Any) -> None:
        """Note what is to be made of each value, before any cell is seen."""
        self._asked[key] = made, dtype


class DateCells(Cells):
    """The distinct cells of a column of dates, read in bulk."""

    def __init__(self, pl: Any, column: Column, judge: ColumnJudge, is_known: Callable[[str, str], bool]) -> None:
        super().__init__(pl, column, judge, is_known)
        self._bounds: dict[str, Callable[[Any, Any], Any]] = {}
        self._dates = Dates(pl, column)

    def _made(self, texts: Any) -> Any:
        first, last = self._pl.col("first"), self._pl.col("last")
        found = {UNCLEAN: self._pl.col("unclean"), **{key: made(first, last) for key, made in self._bounds.items()}}
        named = {attribute_name(self.column.name, key): made for key, made in found.items()}
        return self._dates.read(texts).select(**named)

    def ask_bounds(self, key: str, made: Callable[[Any, Any], Any]) -> None:
        """Note what is to be made of first and last day, before any cell is seen."""
        self._bounds[key] = made


def attribute_name(column: str, key: str) -> str:
    """What the attribute of a column's cells is called in a frame."""
    return f"#{column}#{key}"
