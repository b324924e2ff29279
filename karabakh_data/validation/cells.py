"""From raw values to the values of a record's fields, each judged by its column alone."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from pydantic import ValidationError

from karabakh_data.columns import SEPARATOR, Column, Kind, columns_of
from karabakh_data.tables import MODELS
from karabakh_data.validation import repairs
from karabakh_data.validation.codes import Code, Said, cells, reading
from karabakh_data.validation.raw import SHOWN, Notation, Raw
from karabakh_data.validation.texts import NUMBERS, REMEMBERED, SHORT, TextJudge, Verdict, printable, refused

ELEMENTS = 10_000
"""Elements of a list."""


class Fault(NamedTuple):
    """What is wrong with a cell or an element of it: what to tell, and where."""

    code: Code[Any, Said]
    said: Said
    at: Raw
    text: Any
    """What stands there: the suggestion would take its place. `None`: the whole cell."""
    underline: tuple[int, int] | None
    """(start, length) of what is meant, in the cell."""


class Cell(NamedTuple):
    """A judged cell."""

    value: Any
    sound: bool
    faults: list[Fault]
    elements: tuple[Any, ...]
    """The sound elements, where it is a list; else the sound value alone."""


# --- Typed values --------------------------------------------------------------------------------------------------


class ColumnJudge(TextJudge):
    """Judges values of one column, of every type."""

    def __init__(self, column: Column) -> None:
        super().__init__(column)
        self._clean: dict[str, Cell] = {}

    def remembered(self, text: str) -> Cell | None:
        """What became of a whole cell of a text file, if nothing was wrong with it."""
        return self._clean.get(text)

    def remember(self, text: str, cell: Cell) -> None:
        """Keep what became of a whole cell of a text file, if it is clean and may well come again."""
        if cell.sound and not cell.faults and len(text) <= SHORT and not self.is_free and not self.column.is_key:
            if len(self._clean) >= REMEMBERED:
                self._clean.clear()
            self._clean[text] = cell

    def typed(self, raw: Raw, notation: Notation) -> Verdict:
        """The verdict on one value that is no list."""
        value, kind = raw.value, self.column.kind
        if isinstance(value, str):
            return self._given_as_text(str.__str__(value), raw, notation)
        if isinstance(value, bool):
            return Verdict(value) if kind is Kind.BOOLEAN else self._wrong_type("a truth value", None)
        if isinstance(value, datetime.date):
            return self._given_as_day(value)
        if isinstance(value, int | float | Decimal):
            number = _plain_number(value, kind)
            if number is None:
                shown = _BEYOND if isinstance(value, int) else str(value)
                return refused(reading.unusable_number, reading.unusable_number(shown))
            return self._given_as_number(number, notation)
        return self._wrong_type(next((name for of, name in _KINDS if isinstance(value, of)), "of another kind"), None)

    def _given_as_text(self, text: str, raw: Raw, notation: Notation) -> Verdict:
        verdict, kind = self.text(text), self.column.kind
        if not verdict.sound or kind not in (*NUMBERS, Kind.BOOLEAN):
            return verdict
        if notation is Notation.JSON:
            what = "a truth value" if kind is Kind.BOOLEAN else "a number"
            said = reading.wrong_type("text", f"{what} without quotation marks", self.fit([text], ""))
            return refused(reading.wrong_type, said)
        if notation is Notation.SHEET and not raw.as_text:
            return verdict._replace(code=reading.number_as_text, said=reading.number_as_text(text[:SHORT]))
        return verdict

    def _given_as_day(self, value: datetime.date) -> Verdict:
        day = value.date() if isinstance(value, datetime.datetime) else value
        if self.column.kind is Kind.EDTF:
            return refused(reading.typed_as_date, reading.typed_as_date(day.isoformat()))
        if self.column.kind is not Kind.DAY:
            return self._wrong_type("a day", day.isoformat())
        if isinstance(value, datetime.datetime) and value.time() != datetime.time.min:
            said = cells.not_a_day(f"{value.isoformat(' ')} is a time, not a day", day.isoformat())
            return refused(cells.not_a_day, said)
        return Verdict(day)

    def _given_as_number(self, value: int | float, notation: Notation) -> Verdict:
        kind, text = self.column.kind, _written(value)
        if kind is Kind.BOOLEAN:
            return self._explained(text)
        if kind is Kind.INTEGER and isinstance(value, float):
            if not value.is_integer() or notation is Notation.JSON:
                whole = text if value.is_integer() else None
                said = cells.not_a_number(f"{value} is no whole number", self.fit([whole], ""))
                return refused(cells.not_a_number, said)
            value = int(value)
        if kind in NUMBERS:
            number = float(value) if kind is Kind.NUMBER else value
            try:
                return Verdict(self._validated(number))
            except ValidationError as error:
                return refused(*self._of_pydantic(error, text, text))
        if notation is Notation.SHEET and kind is not Kind.DAY:
            return self.text(text)
        return self._wrong_type("a number", text)

    def _wrong_type(self, given: str, text: str | None) -> Verdict:
        expected = _EXPECTED.get(self.column.kind, "text")
        return refused(reading.wrong_type, reading.wrong_type(given, expected, self.fit([text], "")))


_EXPECTED = {
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.DAY: "a day YYYY-MM-DD",
    Kind.EDTF: "a date as text, in EDTF",
    Kind.WORD: "a word as text",
}
_KINDS: tuple[tuple[type, str], ...] = (
    (dict, "a mapping"),
    (bytes, "bytes"),
    (datetime.time, "a time of day"),
    (datetime.timedelta, "a stretch of time"),
)


_BEYOND = "a number of so many digits"


def _plain_number(value: int | float | Decimal, kind: Kind) -> int | float | None:
    """The number as a column holds it; `None` where it is none, or too large to be kept."""
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        value = int(value) if value.adjusted() < 4_000 else math.inf
    if isinstance(value, int):  # Python writes and reads up to 4,300 digits
        return int(value) if value.bit_length() < (1_023 if kind is Kind.NUMBER else 14_000) else None
    return float(value) if math.isfinite(value) else None


def _written(value: int | float) -> str:
    return str(int(value)) if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15) else repr(value)


# --- Whole cells ---------------------------------------------------------------------------------------------------


@cache
def judges_of(table: str) -> dict[str, ColumnJudge]:
    """The judges of a table's columns, by name."""
    return {column.name: ColumnJudge(column) for column in columns_of(MODELS[table])}


def is_empty(raw: Raw) -> bool:
    """Whether a cell has no value: nothing, an empty text, or what frames put in place of a missing value."""
    value = raw.value
    if value is None or isinstance(value, str):
        return not value
    return type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float | Decimal) and math.isnan(value))


def judge_cell(judge: ColumnJudge, raw: Raw, notation: Notation) -> Cell:
    """The value of a cell; a required one that is empty, and every element that is at fault, gives a fault."""
    if notation is not Notation.TEXT or not isinstance(raw.value, str):
        return _judged(judge, raw, notation)
    cell = judge.remembered(raw.value)
    if cell is None:
        cell = _judged(judge, raw, notation)
        judge.remember(raw.value, cell)
    return cell


def _judged(judge: ColumnJudge, raw: Raw, notation: Notation) -> Cell:
    column, value = judge.column, raw.value
    if is_empty(raw) or (column.is_list and value == []):
        if column.required:
            return _faulty(raw, cells.missing_value, cells.missing_value())
        return Cell(() if column.is_list else None, True, [], ())
    if column.is_list:
        return _judge_list(judge, raw, notation)
    if isinstance(value, list):
        only = value[0].value if len(value) == 1 else None
        fit = judge.fit([only], "") if isinstance(only, str) else None
        return _faulty(raw, reading.wrong_type, reading.wrong_type("a list", "one value", fit))
    verdict = judge.typed(raw, notation)
    if column.required and _is_nothing(judge, verdict, value):
        return _faulty(raw, cells.missing_value, cells.missing_value())
    faults = _told(verdict, raw, value, verdict.part if notation in _AS_IT_STANDS else None)
    return Cell(verdict.value, verdict.sound, faults, (verdict.value,) if verdict.sound else ())


_AS_IT_STANDS = (Notation.TEXT, Notation.SHEET, Notation.NATIVE)
"""Notations in which a text stands as it is, so that a part of it has a place."""


def _is_nothing(judge: ColumnJudge, verdict: Verdict, value: Any) -> bool:
    """Whether a text that is refused holds no value."""
    return verdict.code is cells.stray_blanks and isinstance(value, str) and judge.is_nothing(value)


def _faulty(raw: Raw, code: Code[Any, Said], said: Said) -> Cell:
    return Cell(None, False, [Fault(code, said, raw, None, None)], ())


def _told(verdict: Verdict, raw: Raw, text: Any, underline: tuple[int, int] | None) -> list[Fault]:
    if verdict.code is None or verdict.said is None:
        return []
    return [Fault(verdict.code, verdict.said, raw, text, underline)]


# --- Lists ---------------------------------------------------------------------------------------------------------


def _judge_list(judge: ColumnJudge, raw: Raw, notation: Notation) -> Cell:
    value = raw.value
    if isinstance(value, list):
        if len(value) > ELEMENTS:
            return _too_many(raw, len(value))
        return _judge_elements(judge, raw, [(one, None) for one in value], notation)
    if not isinstance(value, str):
        return _judge_elements(judge, raw, [(raw, None)], notation)
    if notation is not Notation.JSON and not value.replace(SEPARATOR, "").strip():
        if judge.column.required:
            return _faulty(raw, cells.missing_value, cells.missing_value())
        if SEPARATOR in value:
            return _faulty(raw, cells.empty_element, cells.empty_element())
        return _faulty(raw, cells.stray_blanks, cells.stray_blanks(printable(value), alone=True))
    parts = judge.listed(value) if notation in (Notation.JSON, Notation.YAML) else []
    if notation is Notation.JSON or (notation is Notation.YAML and (SEPARATOR in value or len(parts) > 1)):
        fit = repairs.as_json(parts) if parts and len(value) <= SHOWN else None
        return _faulty(raw, reading.wrong_type, reading.wrong_type("text", "a list", fit))
    if notation is Notation.YAML:
        return _judge_elements(judge, raw, [(raw, None)], notation)
    if value.count(SEPARATOR) >= ELEMENTS:
        return _too_many(raw, value.count(SEPARATOR) + 1)
    elements: list[tuple[Raw, tuple[int, int] | None]] = []
    start = 0
    for text in value.split(SEPARATOR):
        elements.append((Raw(text, raw.line, raw.column, raw.ref, as_text=True), (start, max(1, len(text)))))
        start += len(text) + 1
    cell = _judge_elements(judge, raw, elements, notation)
    if any(fault.code is reading.wrong_type for fault in cell.faults) and len(parts := judge.listed(value)) > 1:
        fit = SEPARATOR.join(parts) if len(value) <= SHOWN else None
        return _faulty(raw, cells.list_form, cells.list_form(printable(value), fit))
    return cell


def _too_many(raw: Raw, count: int) -> Cell:
    said = reading.too_large(f"the list holds {count:,} elements", f"{ELEMENTS:,}", "give only those of the record")
    return _faulty(raw, reading.too_large, said)


def _judge_elements(
    judge: ColumnJudge, raw: Raw, elements: list[tuple[Raw, tuple[int, int] | None]], notation: Notation
) -> Cell:
    faults: list[Fault] = []
    values: list[Any] = []
    seen: set[Any] = set()
    empties = 0
    was_empty = False
    for element, place in elements:
        at, value = raw if place else element, element.value
        if isinstance(value, list):
            verdict = refused(reading.wrong_type, reading.wrong_type("a list", "one value"))
        else:
            verdict = Verdict(None) if is_empty(element) else judge.typed(element, notation)
        is_nothing = is_empty(element) or _is_nothing(judge, verdict, value)
        if not is_nothing:
            text = None if isinstance(value, list) else value
            faults += _told(verdict, at, text, _within(place, verdict.part, notation))
            if verdict.sound and verdict.value in seen:
                said = cells.repeated_element(printable(value))
                faults.append(Fault(cells.repeated_element, said, at, value, place))
            elif verdict.sound:
                values.append(verdict.value)
                seen.add(verdict.value)
        elif not was_empty:
            empties += 1
            faults.append(Fault(cells.empty_element, cells.empty_element(), at, None, place))
        was_empty = is_nothing
    if empties and empties == len(faults) and isinstance(raw.value, str) and len(raw.value) <= SHOWN:
        said = cells.empty_element(judge.column.write(values) or None)
        faults = [fault._replace(said=said) for fault in faults]
    sound = all(fault.code.severity is not cells.ERROR for fault in faults)
    return Cell(tuple(values) if sound else None, sound, faults, tuple(values))


def _within(place: tuple[int, int] | None, part: tuple[int, int] | None, notation: Notation) -> tuple[int, int] | None:
    """The place of a part of an element in its cell."""
    if part is None or notation not in _AS_IT_STANDS:
        return place
    return (place[0] if place else 0) + part[0], part[1]
