"""JSON with positions: a reader in which every key and value knows its line and column, and a tree of them.

The grammar is RFC 8259's. What other readers take each in their own way is marked on the value and reading goes on:
numbers that none can hold, control characters, halves of surrogate pairs. Keys that stand twice are all kept. Nesting
is bounded, and so is the number of values: a file is read, never trusted.
"""

from __future__ import annotations

import json
import math
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from karabakh_data.position import Kind, Positions, TextError

MAX_DEPTH = 64

MAX_TEXT = 1024 * 1024
"""Characters of a text."""

MAX_DIGITS = 308
"""Characters of a number: a whole number of more digits is beyond what a double holds."""

CUT = 1000
"""Characters that are kept of a text that is too long."""

_BLANK = " \t\r\n"
_NEXT = re.compile(r"[^ \t\r\n]")
_PLAIN_TEXT = re.compile(r'"([^"\\\x00-\x1f\x7f-\x9f\ud800-\udfff]*+)"')
_ANY_TEXT = re.compile(r'"(?:[^"\\\r\n]++|\\[^\r\n])*+"')
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}|(.))')
_LONGEST_ESCAPE = 12
"""Characters that stand for one: two escaped halves of a surrogate pair."""
_WORD = re.compile(r'[^\x00-\x20,:\[\]{}"]+')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_LITERALS = {"true": True, "false": False, "null": None}
_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
_MEANT = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "yes": "true", "no": "false"} | (
    dict.fromkeys(("None", "Null", "NULL", "nil", "undefined"), "null")
)
_TYPOGRAPHIC = "“”„«»‘’‚`´"

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""A character that no text may hold: a control character other than tab and line ends, or half of a surrogate pair."""


class Fault(Enum):
    """What is wrong with a value that could be read."""

    NUMBER = "number"
    """It is no number that can be kept; the value is its text."""
    CHARACTER = "character"
    """It holds a control character, as it is or escaped, or half of a surrogate pair."""
    LENGTH = "length"
    """It is longer than `MAX_TEXT`; the value is its beginning."""


@dataclass(slots=True)
class Key:
    """The key of a value."""

    text: str
    line: int
    column: int


@dataclass(slots=True)
class Scalar:
    """A text, a number, a truth value or null."""

    value: str | int | float | bool | None
    line: int
    column: int
    fault: Fault | None = None


@dataclass(slots=True)
class Sequence:
    """A list."""

    items: list[Node]
    line: int
    column: int


@dataclass(slots=True)
class Mapping:
    """Keys and values, in order; a key may stand twice."""

    pairs: list[tuple[Key, Node]]
    line: int
    column: int


Node: TypeAlias = Scalar | Sequence | Mapping


def parse(text: str) -> Node | None:
    """The tree of a JSON text; `None` where it is empty.

    Raises:
        TextError: The text is no JSON, or is nested too deep.
    """
    cursor = Cursor(text)
    root = cursor.value() if cursor.peek() else None
    cursor.end()
    return root


class Cursor:
    """Reads a JSON text value by value, so that what was read can be dropped before the next.

    Args:
        text: The text.
        first: The number of its first line.
        most: How many values it may hold.
        kept: How many values of one that `value` reads are kept; what is more is read and counted.
    """

    def __init__(self, text: str, *, first: int = 1, most: int = sys.maxsize, kept: int = sys.maxsize) -> None:
        self.positions = Positions(text, first)
        self.current: Sequence | Mapping | None = None
        """The list or mapping that `value` has read, as far as it came if it raised an error."""
        self.size = 0
        """The number of values in what `value` has read last."""
        self._text = text
        self._at = int(text.startswith("\ufeff"))
        self._depth = 0
        self._left = most
        self._most = most
        self._kept = kept

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of what comes next; `peek` moves up to it."""
        return self.positions.place(self._at)

    def peek(self) -> str:
        """The first character of what comes next; empty at the end."""
        sign = self._text[self._at : self._at + 1]
        if sign in _BLANK:
            found = _NEXT.search(self._text, self._at)
            self._at = found.start() if found else len(self._text)
            sign = found[0] if found else ""
        return sign

    def end(self) -> None:
        """Make sure that nothing comes next."""
        if self.peek():
            raise self._slip(
                "the value ends before this; records stand in a list, or one on each line of a .jsonl file"
            )

    def value(self) -> Node:
        """The next value with all that is in it."""
        self.size = 0
        self.current = None
        return self._value()

    def _value(self) -> Node:
        sign = self.peek()
        self.size += 1
        self._left -= 1
        if self._left < 0:
            what = f"{self._most:,} values"
            raise TextError(f"the text holds more than {what}", *self.place, Kind.LARGE, what)
        if sign == '"':
            return self._text_value()
        if sign == "[":
            return self._list()
        return self._mapping() if sign == "{" else self._word_value()

    def _list(self) -> Sequence:
        node = Sequence([], *self.place)
        self.current = self.current or node
        for _ in self.each_item():
            is_kept = self.size < self._kept
            item = self._value()
            if is_kept:
                node.items.append(item)
        return node

    def _mapping(self) -> Mapping:
        node = Mapping([], *self.place)
        self.current = self.current or node
        for key in self.each_key():
            is_kept = self.size < self._kept
            item = self._value()
            if is_kept:
                node.pairs.append((key, item))
        return node

    # --- Lists and mappings ----------------------------------------------------------------------------------------

    def each_item(self) -> Iterator[None]:
        """Before each item of the list that comes next; whoever asks for the next item has read the one before."""
        opening = self._enter()
        if self.peek() != "]":
            yield
            while self.peek() == ",":
                self._after_comma("]")
                yield
        self._leave("]", opening)

    def each_key(self) -> Iterator[Key]:
        """Each key of the mapping that comes next; whoever asks for the next key has read the value before."""
        opening = self._enter()
        if self.peek() != "}":
            yield self._key(opening)
            while self.peek() == ",":
                self._after_comma("}")
                yield self._key(opening)
        self._leave("}", opening)

    def _enter(self) -> int:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            what = f"nesting deeper than {MAX_DEPTH}"
            raise TextError(f"{what} is not accepted here", *self.place, Kind.REFUSED, what)
        self._at += 1
        return self._at - 1

    def _after_comma(self, closing: str) -> None:
        comma = self._at
        self._at += 1
        if self.peek() == closing:
            self._at = comma
            raise self._error(f"a comma before {closing}, after which nothing comes; delete it")

    def _leave(self, closing: str, opening: int) -> None:
        sign = self._text[self._at : self._at + 1]
        if sign != closing:
            if sign and sign not in "]}":
                raise self._slip(self._instead_of_comma(sign, closing))
            raise self._unclosed(closing, opening)
        self._at += 1
        self._depth -= 1

    def _instead_of_comma(self, sign: str, closing: str) -> str:
        if sign == ":":
            return "a colon in a list; keys and values stand in { }" if closing == "]" else "a second colon; delete it"
        if self._text[self._at - 1] == '"':
            return 'the text ends before this; a quotation mark inside a text is written \\"'
        return f"a comma is missing before this, or {closing}"

    def _unclosed(self, closing: str, opening: int) -> TextError:
        what = "the list" if closing == "]" else "the mapping"
        if not self.peek():
            self._at = opening
            return self._error(f"{what} that opens here is never closed; add {closing}")
        line, column = self.positions.place(opening)
        return self._error(f"{self.peek()} does not close {what} that opens at {line}:{column}; expected {closing}")

    def _key(self, opening: int) -> Key:
        sign = self.peek()
        if sign != '"':
            if not sign or sign in "]}":
                raise self._unclosed("}", opening)
            word = _WORD.match(self._text, self._at)
            raise self._slip(
                f"the key {_short(word[0])} stands without quotation marks; put it in double ones"
                if word
                else f"a key is missing before {sign}"
                if sign in ":,"
                else f"{sign} stands where a key is expected"
            )
        text = self._text_value()
        if self.peek() != ":":
            raise self._slip("a colon is missing between key and value")
        self._at += 1
        return Key(str(text.value), text.line, text.column)

    # --- Texts, numbers and words ----------------------------------------------------------------------------------

    def _text_value(self) -> Scalar:
        line, column = self.positions.place(self._at)
        plain = _PLAIN_TEXT.match(self._text, self._at)
        if plain is not None and plain.end() - self._at <= MAX_TEXT:
            self._at = plain.end()
            return Scalar(plain[1], line, column)
        start = self._at
        match = _ANY_TEXT.match(self._text, start)
        if match is None:
            raise self._error('the text that opens here is not closed on its line; add ", or write a line break as \\n')
        self._at = match.end()
        if match.end() - start - 2 > MAX_TEXT * _LONGEST_ESCAPE:
            return Scalar(self._text[start + 1 : start + 1 + CUT], line, column, Fault.LENGTH)
        try:
            value = str(json.loads(match[0], strict=False))
        except json.JSONDecodeError:
            wrong = next(escape for escape in _ESCAPE.finditer(self._text, start) if escape[1])
            self._at = wrong.start()
            what = "\\u takes four hexadecimal digits" if wrong[1] == "u" else f"{wrong[0]} is no escape"
            raise self._error(f"{what}; write a backslash as \\\\") from None
        if len(value) > MAX_TEXT:
            return Scalar(value[:CUT], line, column, Fault.LENGTH)
        is_odd = CONTROL.search(value) is not None or "\t" in match[0]
        return Scalar(value, line, column, Fault.CHARACTER if is_odd else None)

    def _word_value(self) -> Scalar:
        match = _WORD.match(self._text, self._at)
        word = match[0] if match else ""
        line, column = self.positions.place(self._at)
        if word in _LITERALS:
            self._at += len(word)
            return Scalar(_LITERALS[word], line, column)
        number = _NUMBER.fullmatch(word)
        if number is None and word not in _NO_NUMBERS:
            raise self._no_value(word)
        self._at += len(word)
        if number is None or len(word) > MAX_DIGITS:
            return Scalar(word, line, column, Fault.NUMBER)
        if number[1] is None and number[2] is None:
            return Scalar(int(word), line, column)
        value = float(word)
        return Scalar(value, line, column) if math.isfinite(value) else Scalar(word, line, column, Fault.NUMBER)

    # --- Slips -----------------------------------------------------------------------------------------------------

    def _error(self, message: str) -> TextError:
        return TextError(message, *self.place)

    def _slip(self, otherwise: str) -> TextError:
        """The error of what comes next, by the slip that is likely."""
        sign = self.peek()
        if (sign == "/" and self._text[self._at + 1 : self._at + 2] in ("/", "*")) or sign == "#":
            return self._error("a comment; JSON has none, delete it")
        if sign == "'":
            return self._error("a text in single quotation marks; JSON takes double ones")
        if sign and sign in _TYPOGRAPHIC:
            return self._error(f'the quotation mark {sign}; JSON takes only the plain one, "')
        if sign and (sign < " " or (sign > "~" and not sign.isalnum())):
            name = unicodedata.name(sign, "").lower()
            return self._error(f"the character U+{ord(sign):04X}{f' ({name})' if name else ''} stands between values")
        return self._error(otherwise)

    def _no_value(self, word: str) -> TextError:
        sign = self.peek()
        if not word:
            where = f"before {sign}" if sign and sign in ",:]}" else "at the end of the text"
            return self._slip(f"a value is missing {where}")
        if word in _MEANT:
            return self._error(f"{word} is written {_MEANT[word]} in JSON")
        if word[0] in "+-.0123456789":
            example = "a number is written as in 12 or -3.5, and a text or a date stands in quotation marks"
            return self._slip(f"{_short(word)} is no number; {example}")
        return self._slip(f"{_short(word)} stands without quotation marks; a text needs them")


def _short(word: str) -> str:
    return word if len(word) <= 40 else word[:39] + "…"
