"""Texts judged by the column that they are meant for: the value, or the one thing that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic import ValidationError

from karabakh_data.columns import SEPARATOR, CellError, Column, Kind
from karabakh_data.edtf import EDTF, EDTFError
from karabakh_data.models.record import field_reader, plain_words
from karabakh_data.models.types import KINDS, Origin, id_pattern
from karabakh_data.tables import KIND_OF, MODELS
from karabakh_data.validation import repairs
from karabakh_data.validation.codes import Code, Said, cells, keys, reading
from karabakh_data.validation.raw import SHOWN

REMEMBERED = 50_000
"""Distinct texts of a column whose judgement is kept."""

SHORT = 200
"""Characters of a text up to which its judgement is kept."""


class Verdict(NamedTuple):
    """The value of a text, or of a typed value, and what is wrong with it; a warning leaves the value standing."""

    value: Any
    code: Code[Any, Said] | None = None
    said: Said | None = None
    sound: bool = True
    part: tuple[int, int] | None = None
    """(start, length) of what is wrong inside the text."""


def printable(value: Any, limit: int = 60) -> str:
    """A value in quotation marks for a message, cut where it is long, control characters escaped."""
    text = str(value)
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def refused(code: Code[Any, Said], said: Said, part: tuple[int, int] | None = None) -> Verdict:
    """The verdict on a value that is not accepted."""
    return Verdict(None, code, said, sound=False, part=part)


_SIGN = re.compile(r"[^\W_]")
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNFIT = {
    "\n": "a line break; write it on one line",
    "\t": "a tab; write a blank",
    "\u2028": "a line separator (U+2028); write a blank",
    "\u2029": "a paragraph separator (U+2029); write a blank",
    ";": "a semicolon, which separates the elements of a list; give each as an element of its own",
}
"""Signs that some texts cannot hold: what they are called, and the repair."""
_EMPTY = "; leave it empty where there is no value"
_VAGUE = "; a date that is not known is as wide as what is: 2020-XX, [..2020-11-08]"
_ANY_ID = re.compile(id_pattern(*KINDS))
NUMBERS = (Kind.INTEGER, Kind.NUMBER)


class TextJudge:
    """Judges the texts of one column, each distinct text once."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.model = MODELS[column.table]
        self._reader = field_reader(self.model, column.name)
        self._texts: dict[str, Verdict] = {}
        self._last: tuple[str, Any] = ("", None)
        self.is_free = column.kind is Kind.TEXT and self.takes("a, b")
        """Whether it holds free text, in the words of a source or of ours."""
        self.is_ours = self.is_free and column.origin is Origin.EDITORIAL
        """Whether it holds free text in our own words."""

    def text(self, text: str) -> Verdict:
        """The verdict on a text (of a list, on one element)."""
        if self.is_free or len(text) > SHORT:
            return self.judged(text)
        found = self._texts.get(text)
        if found is None:
            if len(self._texts) >= REMEMBERED:
                self._texts.clear()
            found = self._texts[text] = self.judged(text)
        return found

    def takes(self, text: str) -> bool:
        """Whether the text is a value of the column."""
        return not isinstance(self._read(text), Exception)

    def is_nothing(self, text: str) -> bool:
        """Whether the text holds no value: only blanks, or marks around nothing."""
        return not _SIGN.search(text) and not repairs.tidied(text) and not self.takes(text)

    def fit(self, candidates: Iterable[str | None], instead_of: str) -> str | None:
        """The first candidate that the column takes; none that is longer than what a finding shows."""
        for text in candidates:
            if text and text != instead_of and len(text) <= SHOWN and self.takes(text):
                return text
        return None

    def listed(self, text: str) -> list[str]:
        """The elements that a text lists in another form than with `;`, if the column takes each of them."""
        if len(text) > repairs.LONG:
            return []
        if self.is_free:
            guesses = [[part.strip() for part in text.split(SEPARATOR)]]
        else:
            guesses = list(repairs.parts_of(text, loose=self._has_no_blanks))
        return next((parts for parts in guesses if parts and all(map(self.takes, parts))), [])

    @property
    def _has_no_blanks(self) -> bool:
        """Whether its values are ids or words, so that blanks, commas and slashes can only stand between them."""
        column = self.column
        return column.is_list or column.kind is Kind.WORD or column.reference is not None or self._is_own_id

    @property
    def _is_own_id(self) -> bool:
        return self.column.is_key and self.model.has_id()

    def _read(self, text: str) -> Any:
        """The value of a text, or the error that refuses it."""
        last, found = self._last
        if found is None or text != last:
            try:
                found = self._validated(self.column.read_one(text))
            except (CellError, ValidationError) as error:
                found = _without_traces(error)
            self._last = text, found
        return found

    def _validated(self, value: Any) -> Any:
        self._reader.validate_python((value,) if self.column.is_list else value)
        return value

    def judged(self, text: str) -> Verdict:
        """As `text`, without keeping the verdict."""
        value = self._read(text)
        if isinstance(value, Exception):
            return self._explained(text)
        return self._looked_at(text, value) if self.is_free else Verdict(value)

    def _looked_at(self, text: str, value: Any) -> Verdict:
        """The verdict on a free text that is accepted and may not be meant so."""
        derived = self.column.origin is not None and self.column.origin.is_derived  # there `none` is a word like any
        if repairs.is_placeholder(text) and text.casefold() != "unknown" and not derived:
            return Verdict(value, cells.placeholder, cells.placeholder(printable(text)))
        if self.column.name == "quote" and (inner := repairs.inside_quotes(text)) is not None:
            return Verdict(value, cells.quoted_quote, cells.quoted_quote(self.fit([inner], text)))
        if self.is_ours and (plain := repairs.without_hidden(text)) is not None:
            said = cells.hidden_characters(repairs.hidden_names(text), self.fit([plain], text))
            return Verdict(value, cells.hidden_characters, said)
        return Verdict(value)

    # --- What is wrong with it -------------------------------------------------------------------------------------

    def _explained(self, text: str) -> Verdict:
        """The one thing that is wrong with a text that the column does not take."""
        core = repairs.stripped(text)
        if self.is_nothing(text):
            return refused(cells.stray_blanks, cells.stray_blanks(printable(text), alone=True))
        if core != text and self.takes(core):
            names = repairs.names_of(text.partition(core)[0] + text.rpartition(core)[2])
            return self._looks_right(text, core, names)
        if match := _CONTROL.search(text):
            said = reading.control_character(match[0], self.fit(repairs.in_lines(text), text))
            return refused(reading.control_character, said, (match.start(), 1))
        plain = core if self.is_free else repairs.tidied(core)
        if plain != text and self.takes(plain):
            return self._looks_right(text, plain, repairs.names_of(text))
        if not self.is_free and len(self.listed(plain)) > 1:
            return refused(reading.wrong_type, reading.wrong_type("several values", "one"))
        verdict = self._not_such_a_text(text, core) if self.is_free else self._not_such_a_value(text, core, plain)
        if verdict.said is not None and repairs.is_placeholder(plain):
            vague = _VAGUE if self.column.kind is Kind.EDTF else ""
            repair = vague if self.column.required else _EMPTY
            verdict = verdict._replace(said=verdict.said._replace(message=verdict.said.message + repair))
        return verdict

    def _looks_right(self, text: str, plain: str, names: str) -> Verdict:
        """The verdict on a text that is right but for signs that look right, or cannot be seen."""
        if not names and plain == text.strip():
            return refused(cells.stray_blanks, cells.stray_blanks(printable(text), self.fit([plain], text)))
        return refused(cells.look_alikes, cells.look_alikes(printable(text), names, self.fit([plain], text)))

    def _not_such_a_text(self, text: str, core: str) -> Verdict:
        given = printable(text)
        if core.startswith(("=", "+", "-", "@")):
            rest = core.lstrip("=+-@ ") if not core.startswith("=") else None
            said = cells.runs_in_a_spreadsheet(given, self.fit([rest], text))
            return refused(cells.runs_in_a_spreadsheet, said)
        for sign, name in _UNFIT.items():
            if sign in core and not self.takes(f"a{sign}b"):
                said = cells.text_form(given, f"holds {name}", self.fit(repairs.in_lines(core), text))
                return refused(cells.text_form, said, (text.index(sign), 1))
        return refused(cells.text_form, cells.text_form(given, self._words(self._read(core)), None))

    def _not_such_a_value(self, text: str, core: str, plain: str) -> Verdict:
        kind, given = self.column.kind, printable(text)
        error = self._read(plain if kind in NUMBERS else core)
        if isinstance(error, ValidationError):
            return refused(*self._of_pydantic(error, text, plain))
        if kind is Kind.WORD:
            return refused(cells.unknown_word, cells.unknown_word(given, plain, self.column._words))
        if kind is Kind.BOOLEAN:
            truth = repairs.TRUTH.get(plain.casefold())
            said = cells.not_a_truth_value(f"{given} is neither true nor false", truth)
            return refused(cells.not_a_truth_value, said)
        if kind in NUMBERS:
            return self._not_a_number(text, plain, str(error))
        if serial := repairs.day_of_serial(plain):
            message = f"{given} is how a spreadsheet counts the day {serial}; format the column as text, type it again"
            if kind is Kind.DAY:
                return refused(cells.not_a_day, cells.not_a_day(message, serial))
            return refused(cells.not_a_date, cells.not_a_date(message, None))  # it may have been a month
        if kind is Kind.EDTF:
            message = str(error).rpartition("; did you mean")[0] if error.suggestion else str(error)
            return refused(cells.not_a_date, cells.not_a_date(message, self.fit([error.suggestion], text)))
        message = given + str(error).removeprefix(repr(core))
        return refused(cells.not_a_day, cells.not_a_day(message, self.fit([_day_meant(plain)], text)))

    def _not_a_number(self, text: str, plain: str, message: str) -> Verdict:
        if not message.startswith(repr(plain)):  # Python's own: it reads no integers of thousands of digits
            return refused(reading.unusable_number, reading.unusable_number(f"a number of {len(plain):,} digits"))
        reason = message.removeprefix(repr(plain))
        if len(plain) > SHORT:
            return refused(cells.not_a_number, cells.not_a_number(printable(text) + reason))
        meant = list(repairs.numbers(plain, whole=self.column.kind is Kind.INTEGER))
        if self.column.minimum is not None and self.column.minimum < 0:
            meant += repairs.degrees(plain, of_latitude=self.column.maximum == 90)
        said = cells.not_a_number(printable(text) + reason, self.fit(meant, text))
        return refused(cells.not_a_number, said)

    def _of_pydantic(self, error: ValidationError, text: str, plain: str) -> tuple[Code[Any, Said], Said]:
        """The code for a constraint that does not hold: pydantic's error types, in one table."""
        kind, given = str(error.errors(include_url=False)[0]["type"]), printable(text)
        if kind == "greater_than_equal":
            return cells.out_of_range, cells.out_of_range(given, f"at least {self.column.minimum:g}")
        if kind == "less_than_equal":
            return cells.out_of_range, cells.out_of_range(given, f"at most {self.column.maximum:g}")
        if kind == "finite_number":
            return reading.unusable_number, reading.unusable_number(given)
        if kind != "id_form":
            fit = self.fit(repairs.forms(plain, kind), text) if len(plain) <= repairs.LONG else None
            return cells.other_form, cells.other_form(given, self._words(error), fit)
        own = self.column.reference or self.column.table
        if own != "nodes" and _ANY_ID.fullmatch(text):
            return keys.wrong_kind, keys.wrong_kind(text, self.kind_of_id, own, ())
        meant = repairs.ids(plain, None if own == "nodes" else self.kind_of_id) if len(plain) <= SHORT else ()
        return cells.not_an_id, cells.not_an_id(given, self._words(error), self.fit(meant, text))

    def _words(self, error: ValidationError) -> str:
        detail: Any = {**error.errors(include_url=False)[0], "loc": (self.column.name,)}
        return plain_words(self.model, detail)

    @property
    def kind_of_id(self) -> str:
        """The first word of the ids that the column holds."""
        return KIND_OF.get(self.column.reference or self.column.table, "kind")


def _day_meant(text: str) -> str | None:
    try:
        EDTF.parse(text)
    except EDTFError as error:
        return error.suggestion
    return None


def _without_traces(error: Exception) -> Exception:
    """An error to be kept, without what would keep all that its callers hold."""
    one: BaseException | None = error
    while one is not None:
        one.__traceback__ = None
        one = one.__cause__ or one.__context__
    return error
