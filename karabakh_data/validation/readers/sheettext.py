"""The text of workbooks: pieces put together, escapes undone, and no more of it than a cell may hold."""

from __future__ import annotations

import re

from karabakh_data.validation.readers.ooxml import bounded

TEXT = 100_000
"""Characters of one cell (spreadsheets hold 32,767); one more is kept, so that the excess can be told."""
STRINGS = 1_000_000
CHARACTERS = 50_000_000
"""Characters of the shared strings; of all other text."""

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_", re.ASCII)


def unescaped(text: str) -> str:
    """What a string of a workbook stands for: `_x000D_` is a carriage return, `_x005F_` an underscore."""
    if "_x" not in text:
        return text
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    try:  # two escapes may make one character beyond the basic plane
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return text


class TextHandler:
    """Gathers the text of the elements that hold any, without furigana; cut where it exceeds a cell."""

    holders = frozenset({"t"})

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._taking = False
        self._phonetic = False

    def text(self, data: str) -> None:
        if self._taking and self._length <= TEXT:
            self._pieces.append(data)
            self._length += len(data)

    def take(self) -> str:
        text = unescaped("".join(self._pieces))
        self._pieces = []
        self._length = 0
        return text[: TEXT + 1]

    def open_text(self, tag: str) -> None:
        if tag == "rPh":
            self._phonetic = True
        self._taking = tag in self.holders and not self._phonetic

    def close_text(self, tag: str) -> None:
        if tag == "rPh":
            self._phonetic = False
        self._taking = False


class StringsHandler(TextHandler):
    """Collects the shared strings."""

    def __init__(self, strings: list[str]) -> None:
        super().__init__()
        self._strings = strings
        self._characters = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.open_text(tag)

    def end(self, tag: str) -> None:
        self.close_text(tag)
        if tag == "si":
            text = self.take()
            self._strings.append(text)
            self._characters += len(text)
            bounded(len(self._strings), STRINGS, "shared strings")
            bounded(self._characters, CHARACTERS, "characters of text")
