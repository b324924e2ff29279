"""Screen: which rows of a frame of texts may be at fault in any way; only they go to the models.

The models are the rule book. Each distinct cell of a closed, parsed, numeric, list or derived column is judged once, by
the column's own judge; ids and free text by an expression made of their pattern; rules and checks by their screens.
The screen may suspect too much, and must never pass what the models do not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from karabakh_data.columns import SEPARATOR, Column, columns_of
from karabakh_data.columns import Kind as ColumnKind
from karabakh_data.frames import require
from karabakh_data.models import Record
from karabakh_data.models.types import BROKEN_TEXT, Origin
from karabakh_data.rules import screen_of
from karabakh_data.tables import MODELS
from karabakh_data.validation import repairs
from karabakh_data.validation.cells import ColumnJudge, judge_cell, judges_of
from karabakh_data.validation.large import screens
from karabakh_data.validation.large.dates import Dates, day_text
from karabakh_data.validation.large.setting import Setting
from karabakh_data.validation.large.structure import OTHER, RAGGED
from karabakh_data.validation.large.wordsearch import pattern_of
from karabakh_data.validation.raw import Notation, Raw
from karabakh_data.validation.texts import NUMBERS

UNCLEAN = "unclean"
"""The attribute of every cell: whether it is not clean."""

REMEMBERED = 150_000
"""Distinct cells of a column whose judgement is kept."""

SHORT = 10
"""Characters of a free text up to which it may stand for no value."""

EXACT = 15
"""Characters of a number up to which its text is compared exactly as a number."""

_ODD = r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f]"
_QUOTATION_MARKS = "“„\"«‘'"


class Cells:
    """The distinct cells of one column, numbered as they come: which are clean, and what screens ask of their values.

    Args:
        pl: Polars.
        column: The column.
        judge: Gives whether a cell is clean, and its value.
    """

    def __init__(self, pl: Any, column: Column, judge: Callable[[str], tuple[bool, Any]]) -> None:
        self.column = column
        self._asked: dict[str, tuple[Callable[[Any], Any], Any]] = {}
        """What is made of each value, and its type."""
        self.unknown: dict[str, tuple[str, ...]] = {}
        """The ids in a cell that are known neither from the published data nor from the small tables."""
        self._pl = pl
        self._judge = judge
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

    @property
    def number(self) -> Any:
        """An expression for the number of each cell."""
        return self._pl.col(self.column.name).cast(self._numbers).to_physical()

    def make_room(self) -> None:
        """Forget the cells if they are too many, before any is numbered."""
        if self._numbers is None or self.table.height > REMEMBERED:
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
        verdicts = [self._judge(text) for text in texts.to_list()]
        found = {UNCLEAN: self._pl.Series([not clean for clean, _ in verdicts], dtype=self._pl.Boolean)}
        for key, (made, dtype) in self._asked.items():
            values = [made(value) if clean else None for clean, value in verdicts]
            found[key] = self._pl.Series(values, dtype=dtype)
        return self._pl.DataFrame({attribute_name(self.column.name, key): series for key, series in found.items()})

    def ask(self, key: str, made: Callable[[Any], Any], dtype: Any) -> None:
        """Note what is to be made of each value, before any cell is seen."""
        self._asked[key] = made, dtype


class DateCells(Cells):
    """The distinct cells of a column of dates, read in bulk."""

    def __init__(self, pl: Any, column: Column) -> None:
        self._bounds: dict[str, Callable[[Any, Any], Any]] = {}
        self._dates = Dates(pl, column)
        super().__init__(pl, column, lambda text: (False, None))

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


def _number_name(column: str) -> str:
    return attribute_name(column, "number")


def _short_name(column: str) -> str:
    return attribute_name(column, "short")


class Screen:
    """Screens frames of one table.

    Args:
        setting: What the rows are judged by.
        table: Their table.
        columns: The columns that the file gives.
    """

    def __init__(self, setting: Setting, table: str, columns: Iterable[str]) -> None:
        self.pl: Any = require("polars", "fast")
        self.setting = setting
        self.table = table
        self.model = MODELS[table]
        self.columns = {column.name: column for column in columns_of(self.model)}
        given = set(columns)
        self.given = [name for name in self.columns if name in given]
        self.key = self.model.PRIMARY_KEY[0]
        self._judges = judges_of(table)
        self._lock = threading.Lock()
        self._as_it_stands = self.pl.QueryOptFlags.none()
        self.facts: Any = None
        """What makes facts of the rows that it passes, once there are any; see `framefacts`."""
        self.ids = [name for name in self.given if self._is_id(self.columns[name])]
        self.texts = [name for name in self.given if self._judges[name].is_free and not self.columns[name].is_list]
        judged = [name for name in self.given if name not in {*self.ids, *self.texts, *self._bounds()}]
        self.cells = {name: self._cells(self.columns[name]) for name in judged}
        self.signs: dict[str, list[str]] = {name: [] for name in self.texts}
        """Regular expressions of what makes a free text suspect, by its column."""
        self.words_of: dict[str, set[str]] = {name: set() for name in self.texts}
        """Case-folded words that make a free text suspect wherever they stand in it, by its column."""
        self._expressions = [
            *map(self._bad_id, self.ids),
            *(bad for name in self.texts for bad in self._bad_text(name)),
            *(screen_of(rule, self) for rule in self.model.RULES),
            *self._derived(),
            *screens.of_checks(self),
            *(bad for name in self.texts for bad in self._signs_in(name)),
        ]

    def _cells(self, column: Column) -> Cells:
        if _is_all_in_its_type(self.model, column):
            return DateCells(self.pl, column)
        return Cells(self.pl, column, partial(self._judged, column.name))

    def _is_id(self, column: Column) -> bool:
        return column.name == self.key or (column.reference is not None and not column.is_list)

    # --- Expressions, for rules and checks -------------------------------------------------------------------------

    def text(self, name: str) -> Any:
        """The cells of a column, empty where the file does not give it."""
        return self.pl.col(name) if name in self.given else self.pl.lit("")

    def filled(self, name: str) -> Any:
        """Whether a cell has a value."""
        return self.pl.col(name) != "" if name in self.given else self.pl.lit(False)

    def is_in(self, name: str, values: Iterable[str]) -> Any:
        """Whether a cell is one of these texts."""
        return self.text(name).is_in([str(value) for value in values])

    def number(self, name: str) -> Any:
        """The number in a cell, or null; `None` where the column holds no numbers."""
        if self.columns[name].kind not in NUMBERS:
            return None
        return self.text(name).cast(self.pl.Float64, strict=False)

    def elements(self, name: str) -> Any:
        """The elements of a cell."""
        return self.text(name).str.split(SEPARATOR)

    def share(self, first: str, second: str) -> Any:
        """Whether two cells that are filled have an element in common."""
        if not (self.columns[first].is_list or self.columns[second].is_list):
            return self.text(first) == self.text(second)
        return self.elements(first).list.set_intersection(self.elements(second)).list.len() > 0

    def words(self, name: str) -> Any:
        """How many words a cell holds."""
        return self.text(name).str.count_matches(r"\S+")

    def attribute(self, name: str, key: str, made: Callable[[Any], Any], dtype: Any) -> Any:
        """An expression for what is made of the value of each cell; `None` where the cells have no values at hand."""
        if name not in self.cells:
            return None
        self.cells[name].ask(key, made, dtype)
        return self.pl.col(attribute_name(name, key))

    def bounds(self, name: str, key: str, made: Callable[[Any, Any], Any]) -> Any:
        """An expression for what is made of the first and last day of each date, as ordinals, null where open."""
        cells = self.cells.get(name)
        if not isinstance(cells, DateCells):
            return None
        cells.ask_bounds(key, made)
        return self.pl.col(attribute_name(name, key))

    # --- Suspects --------------------------------------------------------------------------------------------------

    def suspects(self, frame: Any) -> Any:
        """Which rows may be at fault, as a series of truth values.

        Args:
            frame: The cells as text, empty ones as empty text.
        """
        pl = self.pl
        numbers, tables = self._looked_up(frame)
        bad, attributes = list(self._expressions), []
        for name, (table, has_unclean) in tables.items():
            number, unclean = pl.col(_number_name(name)), attribute_name(name, UNCLEAN)
            attributes += [
                pl.lit(one).gather(number) for one in table.get_columns() if has_unclean or one.name != unclean
            ]
            bad += [pl.col(unclean)] if has_unclean else []
        for name in self.texts:
            bad += self._bad_short(frame[name].filter(numbers[_short_name(name)]))
        bad += [pl.col(name).str.contains(_ODD) for name in frame.columns if name.startswith(OTHER)]
        bad += [pl.col(RAGGED)] if RAGGED in frame.columns else []
        asked = frame.hstack(numbers).lazy().with_columns(attributes).select(pl.any_horizontal(bad).fill_null(True))
        return asked.collect(optimizations=self._as_it_stands).to_series()

    def _looked_up(self, frame: Any) -> tuple[Any, dict[str, tuple[Any, bool]]]:
        """The number of each cell, which texts are short, and what is known of the cells, by their numbers.

        Each table has an attribute for a column; with it stands whether any of its cells is unclean.
        """
        pl = self.pl
        short = {
            _short_name(name): (pl.col(name).str.len_chars() <= SHORT) & (pl.col(name) != "") for name in self.texts
        }
        with self._lock:  # parts may be screened in several threads: numbers are given in the order of the tables
            for cells in self.cells.values():
                cells.make_room()
            numbers = frame.select(**{_number_name(name): cells.number for name, cells in self.cells.items()}, **short)
            greatest = numbers.select(pl.col(_number_name(name)).max() for name in self.cells).row(0)
            for (name, cells), most in zip(self.cells.items(), greatest, strict=True):
                cells.learn(numbers[_number_name(name)], frame[name], most)
            return numbers, {name: (cells.table, cells.has_unclean) for name, cells in self.cells.items()}

    def _judged(self, name: str, text: str) -> tuple[bool, Any]:
        """Whether a cell is clean (sound, written in the one way that is written), and its value."""
        column, judge = self.columns[name], self._judges[name]
        elements: tuple[Any, ...]
        if text and not column.is_list:
            verdict = judge.judged(text)
            is_sound, value, elements = verdict.sound and verdict.code is None, verdict.value, (verdict.value,)
        else:
            cell = judge_cell(judge, Raw(text or None), Notation.TEXT)
            is_sound, value, elements = cell.sound and not cell.faults, cell.value, cell.elements
        if not is_sound or column.write(value) != text:
            return False, None
        if column.kind in NUMBERS and len(text) > EXACT:
            return False, None
        if column.reference is not None:
            unknown = tuple(one for one in elements if not self.setting.is_known(one, column.reference))
            if unknown:
                self.cells[name].unknown[text] = unknown
        return True, value

    # --- Ids and texts ---------------------------------------------------------------------------------------------

    def _bad_id(self, name: str) -> Any:
        column = self.columns[name]
        bad = ~self.text(name).str.contains(column.pattern)
        if name == self.key:
            return bad | self.is_in(name, self.setting.published.ids(self.table))
        return bad if column.required else bad & self.filled(name)

    def _bad_text(self, name: str) -> list[Any]:
        """Free text that its pattern refuses, or that may be told as not meant so."""
        column, judge, text = self.columns[name], self._judges[name], self.text(name)
        broken = BROKEN_TEXT.get(column.pattern or "")
        if broken is None:
            bad = ~text.str.contains(column.pattern)
            found = [bad if column.required else bad & self.filled(name)]
        else:
            self.signs[name].append(broken)
            found = [text == ""] if column.required else []
        if judge.is_ours:
            self.signs[name].append(repairs.HIDDEN.pattern)
        if name == "quote":
            self.signs[name].append(f"^[{_QUOTATION_MARKS}]")
        return found

    def _signs_in(self, name: str) -> Iterator[Any]:
        """What makes a text suspect, looked for all at once."""
        words = sorted(self.words_of[name])
        signs = self.signs[name] + ([pattern_of(words)] if words else [])
        if signs:
            yield self.text(name).str.contains("|".join(f"(?:{one})" for one in signs))

    def _bad_short(self, cells: Any) -> list[Any]:
        """Short free texts that are not clean: each is judged once."""
        judge: ColumnJudge = self._judges[cells.name]
        bad = [text for text in cells.unique() if judge_cell(judge, Raw(text), Notation.TEXT).faults]
        return [self.pl.col(cells.name).is_in(bad)] if bad else []

    # --- Derived columns -------------------------------------------------------------------------------------------

    def _bounds(self) -> dict[str, tuple[str, str]]:
        """The given bounds of given dates: the date's column, and which of its bounds. Only what follows is clean."""
        parts = {name: name.rpartition("_") for name in self.given}
        ends = {name: (stem, end) for name, (stem, _, end) in parts.items() if end in ("earliest", "latest")}
        return {name: found for name, found in ends.items() if found[0] in self.given}

    def _bound(self, end: str, first: Any, last: Any) -> Any:
        return day_text(self.pl, first if end == "earliest" else last)

    def _derived(self) -> list[Any]:
        """Given derived columns: bounds of dates that do not follow, and any other that is given."""
        found, bounds = [], self._bounds()
        for name in self.given:
            column = self.columns[name]
            if column.origin is None or not column.origin.is_derived or column.required:
                continue
            differs = self.pl.lit(True)
            if name in bounds:
                stem, end = bounds[name]
                expected = self.bounds(stem, end, partial(self._bound, end))
                differs = self.pl.lit(True) if expected is None else (self.text(name) != expected).fill_null(True)
            found.append(self.filled(name) & differs)
        return found


def _is_all_in_its_type(model: type[Record], column: Column) -> bool:
    """Whether a value of the column is sound if its reader gives one: nothing but its type is asked of it."""
    marks = model.model_fields[column.name].metadata
    return column.kind is ColumnKind.EDTF and not column.is_list and all(isinstance(mark, Origin) for mark in marks)
