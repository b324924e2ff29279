"""The physical lines of a piece of a file, from any byte on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.readers.lines import CUT, LINE_LIMIT, Cut, Note

_MORE = 256 * 1024
_ENDLESS = 4 * (LINE_LIMIT + 1)
"""Bytes of a line that are held: so many are more characters than a line may have."""

HELD = 64 << 20
"""Bytes that are read beforehand: a part is only larger where a line goes on without end."""


class ChunkLines:
    """Lines as `readers.lines.Lines` gives them, of UTF-8 text whose lines end in line feeds, from any byte on.

    Args:
        stream: The file, which can be rewound.
        start: The byte at which the piece begins, always that of a line.
        end: Where it ends; a record that goes on behind it is read on.
        line: The number of the first line.
    """

    def __init__(self, stream: BinaryIO, start: int, end: int, line: int = 1) -> None:
        self.has_bytes = True
        self.notes: list[Note] = []
        self._stream = stream
        stream.seek(start)
        self.data = stream.read(min(end - start, HELD))
        self._base = start
        self._at = 0
        self._told = False
        self._starts: list[int] = []
        """Where the lines that were taken begin, which may be given back."""
        self._left_out: list[tuple[int, int]] = []
        """Where bytes of an endless line are left out of `data`, and how many."""
        self.number = line - 1

    @property
    def position(self) -> int:
        """The byte of the file at which the next line begins."""
        return self._base + self._at + sum(count for at, count in self._left_out if at <= self._at)

    def seek(self, position: int, line: int) -> None:
        """Go to the byte of the file at which the line of this number begins."""
        at = position - self._base
        for place, count in self._left_out:
            at -= count if at >= place + count else 0
        self._at = at
        self.number = line - 1
        self._starts.clear()

    @property
    def state(self) -> tuple[int, int, bool, list[Note]]:
        """Where it stands, and what is noted so far."""
        return self.position, self.number + 1, self._told, self.notes.copy()

    def restore(self, state: tuple[int, int, bool, list[Note]]) -> None:
        """Go back to where it stood; what was noted since will be noted again."""
        position, line, self._told, self.notes[:] = state
        self.seek(position, line)

    def finish_line(self) -> int:
        """Read to the end of the last line; the byte of the file behind it."""
        if self.data and not self.data.endswith(b"\n"):
            before, self._at = self._at, self.data.rfind(b"\n") + 1
            end = self._read_on()
            self.data = self.data[: end + 1]
            self._at = before
        return self._base + len(self.data) + sum(count for _, count in self._left_out)

    def take(self) -> str | None:
        """The next line; `None` at the end of the file."""
        end = self.data.find(b"\n", self._at)
        if end < 0:
            end = self._read_on()
        if end == self._at == len(self.data):
            return None
        self._starts.append(self._at)
        self.number += 1
        piece = self.data[self._at : min(end, self._at + _ENDLESS)]
        self._at = min(end + 1, len(self.data))
        line = piece.rstrip(b"\r")
        # at the end of the file no line feed follows, and nothing is taken off
        text = (line if end < len(self.data) else piece).decode("utf-8", "surrogateescape")
        if len(piece) - len(line) > 1 and not self._told and end < len(self.data) and len(text) <= LINE_LIMIT:
            self._told = True
            at = self.number, len(text) + 1
            self.notes.append(Note(codes.line_ends, ("two carriage returns and a line feed",), at))
        return text if len(text) <= LINE_LIMIT else Cut(text[:CUT])

    def give_back(self, lines: Sequence[str]) -> None:
        """Undo taking the last lines."""
        if lines:
            self._at = self._starts[-len(lines)]
            del self._starts[-len(lines) :]
            self.number -= len(lines)

    def close(self) -> None:
        """Let go of the text."""
        self.data = b""

    def _read_on(self) -> int:
        """Read to the end of the line; where it ends in `data`."""
        parts, size = [self.data], len(self.data)
        self._stream.seek(self._base + size + sum(count for _, count in self._left_out))
        found, left_out = -1, 0
        while found < 0 and (more := self._stream.read(_MORE)):
            found = more.find(b"\n")
            if size - self._at > _ENDLESS:  # enough to know that it is too long, and all that is shown of it
                kept = len(more) if found < 0 else found
                left_out += kept
                more, found = more[kept:], found if found < 0 else 0
            parts.append(more)
            size += len(more)
        self.data = b"".join(parts)
        end = size - len(parts[-1]) + found if found >= 0 else size
        if left_out:
            self._left_out.append((end, left_out))
        return end
