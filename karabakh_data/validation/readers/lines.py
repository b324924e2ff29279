"""Text files as physical lines: encodings, line ends and limits, so that reading goes on whatever the bytes are."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple, Protocol

from karabakh_data.validation.codes import Code, Said
from karabakh_data.validation.codes import reading as codes

LINE_LIMIT = 8 * 1024 * 1024
"""Characters of a physical line; what is longer is not held in memory."""

CUT = 64 * 1024
"""Characters that are kept of a longer line."""

CHUNK = 256 * 1024

ESCAPED = re.compile("[\udc80-\udcff]+")
"""Bytes that are not UTF-8, as they stand in a line."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "surrogateescape"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "replace"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "replace"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "surrogatepass"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "surrogatepass"),
)
_ENDS_AND_QUOTED = re.compile('"[^"]*+"?|\r\n|\r|\n')
_TYPOGRAPHIC = frozenset("€‚„…‘’“”•–—«»°§· ")


class Note(NamedTuple):
    """What is wrong with the file as a whole, for the reader to tell."""

    code: Code[Any, Said]
    args: tuple[str, ...]
    at: tuple[int, int]


class Cut(str):
    """The first characters of a line that is longer than `LINE_LIMIT`; the others are not kept."""

    __slots__ = ()


class Source(Protocol):
    """Gives physical lines, one after another: those of a whole file, or of a part of it."""

    number: int
    """The number of the line that was taken last."""
    notes: list[Note]
    """What is to be told of the file; whoever tells it empties the list."""
    has_bytes: bool
    """Whether lone surrogates stand for bytes; in other encodings they stand in the file as such."""

    def take(self) -> str | None:
        """The next line; `None` at the end of the file."""

    def give_back(self, lines: Sequence[str]) -> None:
        """Undo taking the last lines, which are given in their order."""


class Lines:
    """The physical lines of a text file, without their ends, in bounded memory.

    Bytes that are not UTF-8 stand in a line as lone surrogates, each of them one character. A byte order mark is not
    part of the first line.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.number = 0
        """The number of the line that was taken last."""
        self.notes: list[Note] = []
        """What is to be told of the file; whoever tells it empties the list."""
        self._returned: deque[str] = deque()
        head = b""
        while len(head) < CHUNK and (more := stream.read(CHUNK - len(head))):
            head += more
        encoding, errors, mark = encoding_of(head)
        self.has_bytes = encoding == "utf-8"
        """Whether lone surrogates stand for bytes; in other encodings they stand in the file as such."""
        if encoding != "utf-8":
            what = f"the file is in {encoding[:6].upper()}"
            self.notes.append(Note(codes.not_utf8, (what,), (1, 1)))
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._head = self._decoder.decode(head[mark:])
        self._returns = _ends_in_returns(self._head)
        self._told = False
        self._lines = self._split()

    @property
    def ends_in_feeds(self) -> bool:
        """Whether the lines end in line feeds, as they should."""
        return not self._returns

    def take(self) -> str | None:
        """The next line; `None` at the end of the file."""
        line = self._returned.popleft() if self._returned else next(self._lines, None)
        if line is not None:
            self.number += 1
        return line

    def give_back(self, lines: Sequence[str]) -> None:
        """Undo taking the last lines, which are given in their order."""
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)

    def _texts(self) -> Iterator[str]:
        yield self._head
        self._head = ""
        while chunk := self._stream.read(CHUNK):
            yield self._decoder.decode(chunk)
        if self.has_bytes:  # half a character at the end of UTF-16 is told with the encoding, and cannot be decoded
            yield self._decoder.decode(b"", final=True)

    def _unified(self, texts: Iterator[str]) -> Iterator[str]:
        held = ""
        for text in texts:
            whole = held + text
            held = "\r" if whole.endswith("\r") else ""  # a line feed may follow in the next chunk
            yield whole[: len(whole) - len(held)].replace("\r\n", "\n").replace("\r", "\n")
        yield "\n" if held else ""

    def _split(self) -> Iterator[str]:
        rest, skipping, count = "", False, 0
        for text in self._unified(self._texts()) if self._returns else self._texts():
            pieces = text.split("\n")
            if skipping:
                if len(pieces) == 1:
                    continue
                del pieces[0]
                skipping = False
            pieces[0] = rest + pieces[0]
            rest = pieces.pop()
            for piece in pieces:
                count += 1
                line = piece.rstrip("\r") if piece[-1:] == "\r" else piece
                is_odd = self._returns or (len(piece) - len(line) > 1 and len(line) <= LINE_LIMIT)
                if is_odd and not self._told:
                    self._told = True
                    ends = () if self._returns else ("two carriage returns and a line feed",)
                    self.notes.append(Note(codes.line_ends, ends, (count, len(line) + 1)))
                yield line if len(line) <= LINE_LIMIT else Cut(line[:CUT])
            # returns at its end may be part of the line's end, whose feed stands in the next chunk
            if len(rest) > LINE_LIMIT and (len(rest) > 2 * LINE_LIMIT or len(rest.rstrip("\r")) > LINE_LIMIT):
                count += 1
                yield Cut(rest[:CUT])
                rest, skipping = "", True
        if rest:
            yield rest if len(rest) <= LINE_LIMIT else Cut(rest[:CUT])


def encoding_of(head: bytes) -> tuple[str, str, int]:
    """The encoding of a text, how it treats what it cannot decode, and the length of the byte order mark."""
    for mark, encoding, errors in _MARKS:
        if head.startswith(mark):
            return encoding, errors, len(mark)
    first = head[:64]
    if len(first) >= 8:  # a header is ASCII: in UTF-16 without a mark every other byte is NUL
        even, odd = first[::2].count(0), first[1::2].count(0)
        if not even and odd * 10 >= len(first) // 2 * 9:
            return "utf-16-le", "surrogatepass", 0
        if not odd and even * 10 >= len(first) // 2 * 9:
            return "utf-16-be", "surrogatepass", 0
    return "utf-8", "surrogateescape", 0


def _ends_in_returns(text: str) -> bool:
    """Whether lone carriage returns end the lines: there are some outside quotation marks, and no line feeds."""
    if "\r" not in text:
        return False
    found = {match[0] for match in _ENDS_AND_QUOTED.finditer(text) if match[0][0] != '"'}
    return found == {"\r"} or "\n" not in text


def undecoded(text: str, index: int) -> tuple[str, int]:
    """What the bytes at an index are that are not UTF-8, for a message, and how many stand there."""
    run = ESCAPED.match(text, index)
    given = bytes(ord(sign) - 0xDC00 for sign in run[0]) if run else b""
    shown = " ".join(f"0x{byte:02X}" for byte in given[:4]) + (" …" if len(given) > 4 else "")
    what = f"the byte {shown} is not UTF-8" if len(given) == 1 else f"the bytes {shown} are not UTF-8"
    guess = _guess(given)
    return (f"{what}, but would be “{guess[1]}” in {guess[0]}" if guess else what), len(given)


def _guess(given: bytes) -> tuple[str, str] | None:
    """The encoding in which bytes are likely text, and that text."""
    for encoding, least, most in (("windows-1251", 3, 40), ("windows-1252", 1, 2)):
        text = given.decode(encoding, "replace")
        cyrillic = encoding == "windows-1251"
        if least <= len(text) <= most and all(
            "\u0400" <= sign <= "\u04ff" if cyrillic else sign.isalpha() or sign in _TYPOGRAPHIC for sign in text
        ):
            return encoding, text
    return None
