"""From raw values to the values of a record's fields, each judged by its column alone."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from functools import cache
from typing import Any, NamedTuple

from pydantic import ValidationError

from karabakh_data.columns import SEPARATOR, CellError, Column, Kind, columns_of
from karabakh_data.models.record import field_reader, plain_words
from karabakh_data.models.types import KINDS, Origin, id_pattern
from karabakh_data.tables import MODELS
from karabakh_data.validation.codes import Code, Said, cells, keys, reading
from karabakh_data.validation.raw import Notation, Raw

REMEMBERED = 50_000
"""Distinct texts of a column whose judgement is kept."""


class Verdict(NamedTuple):
    """The value of a text, or of a typed value, and what is wrong with it; a warning leaves the value standing."""

    value: Any
    code: Code[Any, Said] | None = None
    said: Said | None = None
    sound: bool = True


class Fault(NamedTuple):
    """What is wrong with a cell or an element of it: what to tell, and where."""

    code: Code[Any, Said]
    said: Said
    at: Raw
    text: Any
    """What stands there."""
    underline: tuple[int, int] | None
    """The element's (start, length) in the cell."""


class Cell(NamedTuple):
    """A judged cell."""

    value: Any
    sound: bool
    faults: list[Fault]
    elements: tuple[Any, ...]
    """The sound elements, where it is a list; else the sound value alone."""


def printable(value: Any, limit: int = 60) -> str:
    """A value in quotation marks for a message, cut where it is long, control characters escaped."""
    text = str(value)
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


# --- Signs that only look right ------------------------------------------------------------------------------------

_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_PLAIN = str.maketrans(
    dict.fromkeys(_BLANKS, " ")
    | dict.fromkeys(_INVISIBLE)
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"')
    | dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'")
)
_MARKS = "\"'"
_HIDDEN = re.compile(f"[{_BLANKS.replace(chr(9), '')}{_INVISIBLE}]")
_QUOTED = re.compile("[“„\"«‘'](.*)[”“\"»’']", re.DOTALL)


def tidied(text: str) -> str:
    """The text in plain signs: no blanks or quotation marks around it, nothing invisible, ASCII dashes and digits."""
    plain = unicodedata.normalize("NFKC", text.translate(_PLAIN)).strip()
    while len(plain) > 1 and plain[0] == plain[-1] and plain[0] in _MARKS:
        plain = plain[1:-1].strip()
    return plain


def _hidden_names(text: str) -> str:
    found = dict.fromkeys(_HIDDEN.findall(text))
    return " and ".join(f"{unicodedata.name(sign).lower()} (U+{ord(sign):04X})" for sign in found)


# --- One value -----------------------------------------------------------------------------------------------------


class ColumnJudge:
    """Judges values of one column, each distinct text once."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.model = MODELS[column.table]
        self._reader = field_reader(self.model, column.name)
        self._texts: dict[str, Verdict] = {}
        self._is_ours = column.origin is Origin.EDITORIAL and column.kind is Kind.TEXT and column.reference is None

    def text(self, text: str) -> Verdict:
        """The verdict on a text (of a list, on one element)."""
        found = self._texts.get(text)
        if found is None:
            if len(self._texts) >= REMEMBERED:
                self._texts.clear()
            found = self._texts[text] = self._judge_text(text)
        return found

    def _judge_text(self, text: str) -> Verdict:
        verdict = self._plainly(text)
        if not verdict.sound:
            return self._repaired(text) or verdict
        if self.column.name == "quote" and (match := _QUOTED.fullmatch(text)) and match[1].strip():
            return verdict._replace(code=cells.quoted_quote, said=cells.quoted_quote(match[1].strip()))
        if self._is_ours and _HIDDEN.search(text):
            plain = text.translate(str.maketrans(dict.fromkeys(_BLANKS, " ") | dict.fromkeys(_INVISIBLE)))
            said = cells.hidden_characters(_hidden_names(text), plain)
            return verdict._replace(code=cells.hidden_characters, said=said)
        return verdict

    def _plainly(self, text: str) -> Verdict:
        try:
            value = self.column.read_one(text)
        except CellError as error:
            return self._unread(text, error)
        return self.constrained(value, text)

    def constrained(self, value: Any, text: str) -> Verdict:
        """The verdict of the field's constraints on a value."""
        try:
            self._reader.validate_python((value,) if self.column.is_list else value)
        except ValidationError as error:
            detail: Any = {**error.errors(include_url=False)[0], "loc": (self.column.name,)}
            code, said = self._of_pydantic(detail, text)
            return Verdict(None, code, said, sound=False)
        return Verdict(value)

    def _repaired(self, text: str) -> Verdict | None:
        """Where plain signs would make the text right, that is its fault."""
        plain = tidied(text)
        if not plain:
            return Verdict(None, cells.stray_blanks, cells.stray_blanks(printable(text), None), sound=False)
        if plain == text or not self._plainly(plain).sound:
            return None
        code = cells.stray_blanks if plain == text.strip(" \t\r\n") else cells.look_alikes
        return Verdict(None, code, code(printable(text), plain), sound=False)

    def _unread(self, text: str, error: CellError) -> Verdict:
        kind, message = self.column.kind, str(error)
        code: Code[Any, Said]
        if kind is Kind.WORD:
            code, said = cells.unknown_word, cells.unknown_word(printable(text), text, self.column._words)
        elif kind is Kind.EDTF:
            message = message.partition("; did you mean")[0] if error.suggestion else message
            code, said = cells.not_a_date, cells.not_a_date(message, error.suggestion)
        elif kind is Kind.BOOLEAN:
            truth = _TRUTH.get(text.strip().casefold())
            code, said = cells.not_a_truth_value, cells.not_a_truth_value(message, truth)
        elif kind is Kind.DAY:
            code, said = cells.not_a_day, cells.not_a_day(message)
        else:
            code, said = cells.not_a_number, cells.not_a_number(message, self._number_meant(text))
        return Verdict(None, code, said, sound=False)

    def _number_meant(self, text: str) -> str | None:
        plain = tidied(text).replace("_", "").removeprefix("+")
        if re.fullmatch(r"[0-9]{1,3}(?:[, '][0-9]{3})+", plain):
            plain = re.sub(r"[, ']", "", plain)
        plain = re.sub(r"^0+(?=[0-9])", "", plain)
        if self.column.kind is Kind.INTEGER:
            plain = re.sub(r"\.0*$", "", plain)
        return plain if plain != text and self._plainly(plain).sound else None

    def _of_pydantic(self, detail: Any, text: str) -> tuple[Code[Any, Said], Said]:
        """The code for a constraint that does not hold: pydantic's error types, in one table."""
        kind, given = str(detail["type"]), printable(text)
        message = plain_words(self.model, detail)
        if kind in ("greater_than_equal", "less_than_equal"):
            return cells.out_of_range, cells.out_of_range(given, message[:1].lower() + message[1:])
        if kind == "finite_number":
            return reading.unusable_number, reading.unusable_number(text)
        if kind == "id_form":
            return self._id_fault(text, given, message)
        if kind == "text_form":
            if text[:1] in ("=", "+", "-", "@"):
                rest = text.lstrip("=+-@ ")
                fit = rest if self._plainly(rest).sound else None
                return cells.runs_in_a_spreadsheet, cells.runs_in_a_spreadsheet(given, fit)
            line = " ".join(text.split())
            fit = line if line != text and self._plainly(line).sound else None
            return cells.text_form, cells.text_form(given, message, fit)
        return cells.other_form, cells.other_form(given, message)

    def _id_fault(self, text: str, given: str, message: str) -> tuple[Code[Any, Said], Said]:
        own = self.column.reference or self.column.table
        kind = self.kind_of_id
        if own != "nodes" and re.fullmatch(id_pattern(*KINDS), text):
            return keys.wrong_kind, keys.wrong_kind(text, kind, own, ())
        slug = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", tidied(text)).casefold()).strip("-")
        likely = slug if slug.startswith(f"{kind}-") or own == "nodes" else f"{kind}-{slug}"
        fit = likely if slug and self._plainly(likely).sound else None
        return cells.not_an_id, cells.not_an_id(given, message, fit)

    @property
    def kind_of_id(self) -> str:
        """The first word of the ids that the column holds."""
        return KIND_OF.get(self.column.reference or self.column.table, "kind")

    # --- Typed values ----------------------------------------------------------------------------------------------

    def typed(self, raw: Raw, notation: Notation) -> Verdict:
        """The verdict on one value that is no list."""
        value, kind = raw.value, self.column.kind
        if isinstance(value, str):
            return self._given_as_text(value, raw, notation)
        if isinstance(value, bool):
            return Verdict(value) if kind is Kind.BOOLEAN else self._wrong_type("a truth value", _written(value))
        if isinstance(value, datetime.date):
            return self._given_as_day(value)
        if isinstance(value, float) and not math.isfinite(value):
            text = str(value)
            return Verdict(None, reading.unusable_number, reading.unusable_number(text), sound=False)
        if isinstance(value, int | float):
            return self._given_as_number(value, notation)
        return self._wrong_type(f"of type {type(value).__name__}", None)

    def _given_as_text(self, text: str, raw: Raw, notation: Notation) -> Verdict:
        verdict = self.text(text)
        if not verdict.sound or self.column.kind not in (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN):
            return verdict
        if notation is Notation.JSON:
            what = "a truth value" if self.column.kind is Kind.BOOLEAN else "a number"
            said = reading.wrong_type("text", f"{what} without quotation marks", text)
            return Verdict(None, reading.wrong_type, said, sound=False)
        if notation is Notation.SHEET and not raw.as_text:
            return verdict._replace(code=reading.number_as_text, said=reading.number_as_text(text))
        return verdict

    def _given_as_day(self, value: datetime.date) -> Verdict:
        day = value.date() if isinstance(value, datetime.datetime) else value
        if self.column.kind is Kind.DAY:
            return Verdict(day)
        if self.column.kind is Kind.EDTF:
            said = reading.typed_as_date(day.isoformat())
            return Verdict(None, reading.typed_as_date, said, sound=False)
        return self._wrong_type("a day", day.isoformat())

    def _given_as_number(self, value: int | float, notation: Notation) -> Verdict:
        kind, text = self.column.kind, _written(value)
        if kind is Kind.BOOLEAN:
            return self._unread(text, CellError(f"{text} is neither true nor false"))
        if kind is Kind.INTEGER and isinstance(value, float):
            if not value.is_integer() or notation is Notation.JSON:
                whole = str(int(value)) if value.is_integer() else None
                said = cells.not_a_number(f"{value} is no whole number", whole)
                return Verdict(None, cells.not_a_number, said, sound=False)
            return self.constrained(int(value), text)
        if kind is Kind.INTEGER:
            return self.constrained(value, text)
        if kind is Kind.NUMBER:
            try:
                return self.constrained(float(value), text)
            except OverflowError:
                return Verdict(None, reading.unusable_number, reading.unusable_number(text[:40] + "…"), sound=False)
        if notation is Notation.SHEET and kind is not Kind.DAY:
            return self.text(text)
        return self._wrong_type("a number", text)

    def _wrong_type(self, given: str, text: str | None) -> Verdict:
        kind = self.column.kind
        expected = _EXPECTED.get(kind, "text")
        fit = text if text is not None and self.text(text).sound else None
        return Verdict(None, reading.wrong_type, reading.wrong_type(given, expected, fit), sound=False)


KIND_OF = {model.TABLE: model.PRIMARY_KEY[0].removesuffix("_id") for model in MODELS.values() if model.has_id()}
"""Table -> the first word of its ids."""

_TRUTH = dict.fromkeys(("true", "t", "yes", "y", "1", "on", "wahr", "vrai"), "true") | dict.fromkeys(
    ("false", "f", "no", "n", "0", "off", "falsch", "faux"), "false"
)
_EXPECTED = {
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "true or false",
    Kind.DAY: "a day YYYY-MM-DD",
    Kind.EDTF: "a date as text, in EDTF",
    Kind.WORD: "a word as text",
}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        # Python refuses to write integers of thousands of digits
        return str(value) if value.bit_length() < 4000 else f"an integer of {value.bit_length()} bits"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


# --- Whole cells ---------------------------------------------------------------------------------------------------


@cache
def judges_of(table: str) -> dict[str, ColumnJudge]:
    """The judges of a table's columns, by name."""
    return {column.name: ColumnJudge(column) for column in columns_of(MODELS[table])}


def is_empty(raw: Raw) -> bool:
    """Whether a cell has no value: nothing, an empty text, an empty list, or a number that is none (NaN) in a frame."""
    value = raw.value
    return value is None or value == "" or value == [] or (isinstance(value, float) and math.isnan(value))


def judge_cell(judge: ColumnJudge, raw: Raw, notation: Notation) -> Cell:
    """The value of a cell; a required one that is empty, and every element that is at fault, gives a fault."""
    column = judge.column
    if is_empty(raw):
        if column.required:
            fault = Fault(cells.missing_value, cells.missing_value(), raw, None, None)
            return Cell(None, False, [fault], ())
        return Cell(() if column.is_list else None, True, [], ())
    if not column.is_list:
        if isinstance(raw.value, list):
            said = reading.wrong_type("a list", "one value")
            return Cell(None, False, [Fault(reading.wrong_type, said, raw, None, None)], ())
        verdict = judge.typed(raw, notation)
        faults = _told(verdict, raw, raw.value, None)
        return Cell(verdict.value, verdict.sound, faults, (verdict.value,) if verdict.sound else ())
    return _judge_list(judge, raw, notation)


def _told(verdict: Verdict, raw: Raw, text: Any, underline: tuple[int, int] | None) -> list[Fault]:
    if verdict.code is None or verdict.said is None:
        return []
    return [Fault(verdict.code, verdict.said, raw, text, underline)]


def _judge_list(judge: ColumnJudge, raw: Raw, notation: Notation) -> Cell:
    if isinstance(raw.value, list):
        parts: list[tuple[Raw, tuple[int, int] | None]] = [(one, None) for one in raw.value]
    elif isinstance(raw.value, str) and (notation is Notation.JSON or (notation is Notation.YAML and ";" in raw.value)):
        written = ", ".join(part.strip() for part in raw.value.split(SEPARATOR) if part.strip())
        said = reading.wrong_type("text", "a list", f"[{written}]")
        return Cell(None, False, [Fault(reading.wrong_type, said, raw, raw.value, None)], ())
    elif isinstance(raw.value, str) and not raw.value.strip():
        verdict = judge.text(raw.value)
        return Cell(None, False, _told(verdict, raw, raw.value, None), ())
    elif isinstance(raw.value, str):
        parts = []
        start = 0
        for text in raw.value.split(SEPARATOR):
            element = Raw(text, raw.line, raw.column, raw.ref, as_text=True)
            parts.append((element, (start, max(1, len(text)))))
            start += len(text) + 1
    else:
        parts = [(raw, None)]
    faults: list[Fault] = []
    values: list[Any] = []
    seen: set[Any] = set()
    for element, underline in parts:
        at = raw if underline else element
        if isinstance(element.value, list):
            said = reading.wrong_type("a list", "one value")
            faults.append(Fault(reading.wrong_type, said, at, None, underline))
        elif is_empty(element):
            faults.append(Fault(cells.empty_element, cells.empty_element(), at, None, underline))
        else:
            verdict = judge.typed(element, notation)
            faults += _told(verdict, at, element.value, underline)
            if verdict.sound and verdict.value in seen:
                said = cells.repeated_element(printable(element.value))
                faults.append(Fault(cells.repeated_element, said, at, element.value, underline))
            elif verdict.sound:
                values.append(verdict.value)
                seen.add(verdict.value)
    sound = all(fault.code.severity is not cells.ERROR for fault in faults)
    return Cell(tuple(values) if sound else None, sound, faults, tuple(values))
