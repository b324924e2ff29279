"""Text of unknown origin made fit to show: nothing hidden, nothing that commands a terminal or a log, and its width."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

JOINERS = "\u200c\u200d"
"""Format characters that words of some scripts need; they reorder and hide nothing."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_COMMAND = re.compile(r"(?<=##)\[")  # build logs take `##[name]` for a command wherever it stands in a line
_AT_START = re.compile(r"^((?:\s|\x1b\[[0-9;]*m)*)::")


def visible(text: str, limit: int | None = None) -> str:
    """The text on one line with a visible sign for every character that is hidden, reorders text or is a control.

    Controls become their pictures (`␊`, `␛`), everything else its number (`<U+202E>`). Where it is longer than `limit`
    characters it is cut.
    """
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "…"
    if not text.isprintable():
        text = "".join(map(_sign, text))
    return _COMMAND.sub("<U+005B>", text) if "##[" in text else text


def harmless(line: str) -> str:
    """A line of our own making that no build log takes for a command, whatever stands at its start."""
    return _AT_START.sub(r"\1<U+003A>:", line)


def width(text: str) -> int:
    """Columns of a terminal that a visible text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(4096)
def _sign(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    nothing = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    if nothing or (unicodedata.category(char) in _HIDDEN and char not in JOINERS):
        return f"<U+{code:04X}>"
    return char


@lru_cache(4096)
def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me") or char in JOINERS or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Marked(NamedTuple):
    """A visible text in three parts, the middle one underlined."""

    before: str
    marked: str
    after: str


def marked(text: str, start: int, length: int, columns: int | None = None) -> Marked:
    """The visible text with `length` characters from `start` marked, cut around them to `columns` of a terminal."""
    start = min(max(start, 0), len(text))
    end = min(max(start + length, start), len(text))
    signs = [visible(char) for char in text]
    for match in _COMMAND.finditer(text):
        signs[match.start()] = "<U+005B>"
    left, right = 0, len(signs)
    if columns is not None and sum(map(width, signs)) > columns:
        left, right = _window([width(sign) for sign in signs], start, end, max(1, columns - 2))
    head, tail = ("…" if left else ""), ("…" if right < len(signs) else "")
    return Marked(
        head + "".join(signs[left:start]),
        "".join(signs[start : min(end, right)]),
        "".join(signs[min(end, right) : right]) + tail,
    )


def _window(widths: list[int], start: int, end: int, columns: int) -> tuple[int, int]:
    """The part of a line to show: the start of what is marked with a third of the room before it."""
    left, room = start, columns - min(sum(widths[start:end]), columns * 2 // 3)
    used = 0
    while left > 0 and used + widths[left - 1] <= min(room, columns // 3):
        left -= 1
        used += widths[left]
    right = start
    while right < len(widths) and used + widths[right] <= columns:
        used += widths[right]
        right += 1
    while left > 0 and used + widths[left - 1] <= columns:
        left -= 1
        used += widths[left]
    return left, right


def wrapped(text: str, columns: int, first: int | None = None) -> list[str]:
    """The words of a visible text on lines of at most so many terminal columns; a longer word has a line of its own.

    Args:
        first: Columns of the first line, which stays empty where no word fits.
    """
    lines: list[str] = []
    line, used, room = "", 0, columns if first is None else first
    for position, word in enumerate(text.split(" ")):
        size = width(word)
        if used + bool(position and line) + size > room and (line or room < columns):
            lines.append(line)
            line, used, room = word, size, columns
            continue
        gap = " " if line else ""
        line, used = line + gap + word, used + len(gap) + size
    return [*lines, line]
