"""Where things stand in a text: lines and columns as editors count them, and errors that know their place.

LF, CRLF and a lone CR end a line; a column is a 1-based code point; a byte order mark is no column.
"""

from __future__ import annotations

import re
import sys
from array import array
from enum import Enum

_END = re.compile(r"\r\n|\r|\n")
_STRIDE = 64
_LINES = re.compile(rf"(?:[^\r\n]*+(?>\r\n|\r|\n)){{{_STRIDE}}}")


class Kind(Enum):
    """What keeps a text from being read."""

    SYNTAX = "syntax"
    """It does not follow the grammar."""
    REFUSED = "refused"
    """It uses a construct that is not accepted."""
    REPEATED = "repeated"
    """A key stands twice."""
    CHARACTER = "character"
    """It holds a character that no text may hold."""
    STRUCTURE = "structure"
    """It follows the grammar, but not the form that values have here."""
    LARGE = "large"
    """It holds more values than are read."""


class TextError(ValueError):
    """Text that cannot be read on from a place; `line` and `column` count from 1.

    `what` names the construct, character or number of values that is at fault, for messages of others.
    """

    def __init__(self, message: str, line: int, column: int, kind: Kind = Kind.SYNTAX, what: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.kind = kind
        self.what = what


class Positions:
    """Lines and columns of a text that may be one line of 30 million characters or 30 million lines.

    Args:
        text: The text.
        first: The number of its first line.
    """

    def __init__(self, text: str, first: int = 1) -> None:
        self._text = text
        self._first = first
        self._marked = text.startswith("\ufeff")
        self._starts: array[int] | None = None
        self._shown: tuple[int, str] | None = None
        self._line, self._start, self._end = self._top()

    def place(self, index: int) -> tuple[int, int]:
        """Line and column of an index; quick where the indices mostly rise."""
        if index < self._start:
            self._line, self._start, self._end = self._top()
        if index >= self._end:
            self._move(index)
        return self._line, max(1, index - self._start + 1)

    def _top(self) -> tuple[int, int, int]:
        start = int(self._marked)
        return self._first, start, self._after(start)

    def _move(self, index: int) -> None:
        text, start = self._text, self._start
        until = index - 1 if text.startswith("\r\n", index - 1) else index  # CR LF ends a line behind both
        ends = text.count("\n", start, until) + text.count("\r", start, until) - text.count("\r\n", start, until)
        self._line += ends
        self._start = max(text.rfind("\n", start, until), text.rfind("\r", start, until)) + 1
        self._end = self._after(self._start)

    def _after(self, start: int) -> int:
        """Where the line after that begins."""
        end = _END.search(self._text, start)
        return end.end() if end else sys.maxsize

    def line(self, number: int) -> str | None:
        """The line of this number without its end; `None` where there is none."""
        if self._shown is None or self._shown[0] != number:
            text = self._find(number - self._first)
            if text is None:
                return None
            self._shown = number, text  # findings come in swarms, and a line may be very long
        return self._shown[1]

    def _find(self, number: int) -> str | None:
        if self._starts is None:
            self._starts = array("Q", [int(self._marked)])
            while lines := _LINES.match(self._text, self._starts[-1]):
                self._starts.append(lines.end())
        if not 0 <= number // _STRIDE < len(self._starts):
            return None
        start = self._starts[number // _STRIDE]
        for _ in range(number % _STRIDE):
            end = _END.search(self._text, start)
            if end is None:
                return None
            start = end.end()
        end = _END.search(self._text, start)
        return self._text[start : end.start() if end else len(self._text)]
