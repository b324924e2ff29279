"""Screen: which rows of a frame of texts may be at fault in any way; only they go to the models.

The models are the rule book. Each distinct cell of a closed, parsed, numeric, list or derived column is judged once, by
the column's own judge; ids and free text by an expression made of their pattern; rules and checks by their screens.
The screen may suspect too much, and must never pass what the models do not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from karabakh_data.columns import SEPARATOR, Column, columns_of
from karabakh_data.columns import Kind as ColumnKind
from karabakh_data.frames import require
from karabakh_data.models import Record
from karabakh_data.models.types import BROKEN, Origin
from karabakh_data.rules import screen_of
from karabakh_data.tables import MODELS
from karabakh_data.validation import repairs
from karabakh_data.validation.cells import ColumnJudge, judge_cell, judges_of
from karabakh_data.validation.large import screens
from karabakh_data.validation.large.dates import day_text
from karabakh_data.validation.large.distinct import UNCLEAN, Cells, DateCells, Unknown, attribute_name
from karabakh_data.validation.large.setting import Setting
from karabakh_data.validation.large.structure import OTHER, RAGGED
from karabakh_data.validation.large.wordsearch import pattern_of
from karabakh_data.validation.raw import Notation, Raw
from karabakh_data.validation.texts import NUMBERS

SHORT = 10
"""Characters of a free text up to which it may stand for no value."""

_ODD = r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f]"
_QUOTATION_MARKS = "“„\"«‘'"


def _number_name(column: str) -> str:
    return attribute_name(column, "number")


def _short_name(column: str) -> str:
    return attribute_name(column, "short")


class Screened(NamedTuple):
    """What a screen says of a frame."""

    suspect: Any
    """Which rows may be at fault, as a series of truth values."""
    unknown: dict[str, Unknown]
    """Column -> the ids in cells that are not known."""


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
        self.signs: dict[str, list[str]] = {name: [] for name in (*self.ids, *self.texts)}
        """Regular expressions of what makes an id or a free text suspect, by its column."""
        self.words_of: dict[str, set[str]] = {name: set() for name in self.texts}
        """Case-folded words that make a free text suspect wherever they stand in it, by its column."""
        self._expressions = [
            *(bad for name in self.signs for bad in self._bad_form(name)),
            *([self.is_in(self.key, setting.published.ids(table))] if self.key in given else []),
            *(screen_of(rule, self) for rule in self.model.RULES),
            *self._derived(),
            *screens.of_checks(self),
            *(bad for name in self.signs for bad in self._signs_in(name)),
        ]

    def _cells(self, column: Column) -> Cells:
        kind = DateCells if _is_all_in_its_type(self.model, column) else Cells
        return kind(self.pl, column, self._judges[column.name], self.setting.is_known)

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
        """The number in a cell, or null where it is not clean; `None` where the column holds no numbers."""
        if self.columns[name].kind not in NUMBERS:
            return None
        number = self.attribute(name, "value", lambda value: value, self.pl.Float64)
        return self.pl.lit(None, self.pl.Float64) if number is None else number

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

    def screened(self, frame: Any) -> Screened:
        """Screen rows.

        Args:
            frame: The cells as text, empty ones as empty text.
        """
        pl = self.pl
        numbers, tables, unknown = self._looked_up(frame)
        bad = list(self._expressions)
        bad += [pl.col(attribute_name(name, UNCLEAN)) for name, (_, has_unclean) in tables.items() if has_unclean]
        for name in self.texts:
            bad += self._bad_short(frame[name].filter(numbers[_short_name(name)]))
        bad += [pl.col(name).str.contains(_ODD) for name in frame.columns if name.startswith(OTHER)]
        bad += [pl.col(RAGGED)] if RAGGED in frame.columns else []
        asked = frame.hstack(numbers).lazy().with_columns(self._attributes(tables))
        found = asked.select(pl.any_horizontal(bad).fill_null(True))
        return Screened(found.collect(optimizations=self._as_it_stands).to_series(), unknown)

    def _attributes(self, tables: dict[str, tuple[Any, bool]]) -> list[Any]:
        """Expressions for what was asked of each cell, by its number; none that is the same for all."""
        return [
            self.pl.lit(one).gather(self.pl.col(_number_name(name)))
            for name, (table, has_unclean) in tables.items()
            for one in table.get_columns()
            if has_unclean or one.name != attribute_name(name, UNCLEAN)
        ]

    def _looked_up(self, frame: Any) -> tuple[Any, dict[str, tuple[Any, bool]], dict[str, Unknown]]:
        """The number of each cell, which texts are short, and what is known of the cells, by their numbers.

        Each table has an attribute for a column; with it stands whether any of its cells is unclean. Last come the ids
        in cells that are not known.
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
            tables = {name: (cells.table, cells.has_unclean) for name, cells in self.cells.items()}
            return numbers, tables, {name: cells.unknown for name, cells in self.cells.items() if cells.unknown}

    # --- Ids and texts ---------------------------------------------------------------------------------------------

    def _bad_form(self, name: str) -> list[Any]:
        """Ids and free texts that their pattern refuses, or that may be told as not meant so."""
        column, judge, text = self.columns[name], self._judges[name], self.text(name)
        broken = BROKEN.get(column.pattern or "")
        if broken is None:
            bad = ~text.str.contains(column.pattern)
            found = [bad if column.required else bad & self.filled(name)]
        else:
            self.signs[name].append(broken)
            found = [text == ""] if column.required else []
        if judge.is_ours and name in self.texts:
            self.signs[name].append(repairs.HIDDEN.pattern)
        if name == "quote":
            self.signs[name].append(f"^[{_QUOTATION_MARKS}]")
        return found

    def _signs_in(self, name: str) -> Iterator[Any]:
        """What makes a text suspect, looked for all at once."""
        words = sorted(self.words_of.get(name, ()))
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
            if name in bounds:
                stem, end = bounds[name]
                expected = self.bounds(stem, end, partial(self._bound, end))
            else:
                expected = self._following(column)
            differs = self.pl.lit(True) if expected is None else (self.text(name) != expected).fill_null(True)
            found.append(self.filled(name) & differs)
        return found

    def _following(self, column: Column) -> Any:
        """The cells of a derived column that follows from whether a free text is given; `None` of any other."""
        for name, judge in self._judges.items():
            if judge.is_free and not judge.column.is_list:
                given, absent = (self.model.row_derived({name: value}) for value in ("a", None))
                if column.name in absent:
                    cells = [self.pl.lit(column.write(made[column.name])) for made in (given, absent)]
                    return self.pl.when(self.filled(name)).then(cells[0]).otherwise(cells[1])
        return None


def _is_all_in_its_type(model: type[Record], column: Column) -> bool:
    """Whether a value of the column is sound if its reader gives one: nothing but its type is asked of it."""
    marks = model.model_fields[column.name].metadata
    return column.kind is ColumnKind.EDTF and not column.is_list and all(isinstance(mark, Origin) for mark in marks)
