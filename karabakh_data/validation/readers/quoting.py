"""Physical lines put together to the records of a CSV file (RFC 4180, strictly).

Quotation marks decide where a record ends, so a stray one would swallow what follows. Where a record of several lines
ends in a fault, the lines are looked at one by one: if one of them is a whole record, or the next mark opens a cell by
itself, the mark was stray, only its line is at fault, and the next ones are read again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from karabakh_data.validation.codes import Code, Said
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.raw import Raw
from karabakh_data.validation.readers.lines import LINE_LIMIT, Cut, Source

CELL_LIMIT = 1024 * 1024
"""Characters of a cell; the end of a quoted cell is looked for so far."""

BLANK = " \t\xa0"
"""What a blank row may hold besides delimiters."""

LINE_TOO_LONG = ("the line is too long", f"{LINE_LIMIT:,} characters", "look for a missing line end")
CELL_TOO_LONG = ("the cell is too long", f"{CELL_LIMIT:,} characters", "look for a missing quotation mark")

_INSIDE = re.compile(r'[^"]*+(?:""[^"]*+)*+')


class Fault(NamedTuple):
    """What is wrong with the structure of a record: the code, its arguments, and where."""

    code: Code[Any, Said]
    args: tuple[str, ...]
    at: Raw | tuple[int, int]
    underline: tuple[int, int] | None


@dataclass(slots=True)
class Record:
    """A record as it stands in the file; of one at fault, the part before the fault."""

    number: int
    """Of its first physical line."""
    lines: list[str]
    cells: list[Raw] = field(default_factory=list)
    """Its first cells, no more than are of use."""
    count: int = 0
    """How many cells there are, the one at fault being the last; 0 where that is not known."""
    fault: Fault | None = None
    size: int = 0
    """Characters of the lines after the first."""
    opened: list[tuple[int, Raw]] = field(default_factory=list)
    """The first and last cell that goes over a line's end, and how many of the lines there are up to its start."""

    @property
    def is_blank(self) -> bool:
        """Whether its cells are empty, quoted or not."""
        blank = not any(cell.value and cell.value.strip(BLANK + "\n") for cell in self.cells)
        return blank and self.fault is None and self.count == len(self.cells)

    def blame(self, cell: Raw, code: Code[Any, Said], *args: str, mark: int | None = None) -> None:
        """Put the record at fault: at a sign of a cell, or as a whole at the cell's start."""
        if mark is None:
            self.fault = Fault(code, args, (cell.line or 0, cell.column or 0), None)
        else:
            self.fault = Fault(code, args, cell, (mark, 1))


class Records:
    """The records of a file, one by one."""

    def __init__(self, lines: Source) -> None:
        self._lines = lines
        self.delimiter = ","
        self.expected: int | None = None
        """Cells of a whole record, once the header is known."""
        self.kept = 0
        """How many cells of a record are of use."""

    def take(self) -> Record | None:
        """The next record; `None` at the end of the file."""
        text = self._lines.take()
        if text is None:
            return None
        number = self._lines.number
        if isinstance(text, Cut):
            record = self._walk(str(text), number, alone=True)
            if record.fault is None:
                record.cells = record.cells[: record.count - 1]  # where the last one ends is not known
            record.count = 0
            record.blame(Raw(None, number, 1), codes.too_large, *LINE_TOO_LONG)
            return record
        if '"' not in text:
            return self.plain(text, number)
        pieces = self._pieces(text)
        if pieces is not None:
            return self._simple(text, number, pieces, len(pieces))
        record = self._walk(text, number)
        if record.fault is not None or record.count != (self.expected or record.count):
            self._without_stray_mark(record)
        return record

    def plain(self, text: str, number: int) -> Record:
        """The record of a line in which quotation marks mean nothing."""
        pieces = text.split(self.delimiter, self.kept)
        return self._simple(text, number, pieces, text.count(self.delimiter) + 1)

    def _simple(self, text: str, number: int, pieces: list[str], count: int) -> Record:
        cells = []
        column = 1
        for piece in pieces[: self.kept]:
            value = piece[1:-1].replace('""', '"') if piece[:1] == '"' else piece
            cells.append(Raw(value or None, number, column))
            column += len(piece) + 1
        return Record(number, [text], cells, count)

    def _pieces(self, text: str) -> list[str] | None:
        """The cells of a line that is a whole record, with their quotation marks; `None` where it is not."""
        if len(text) > CELL_LIMIT:
            return None
        pieces: list[str] = _cell(self.delimiter).findall(text)
        return pieces if sum(map(len, pieces)) + len(pieces) == len(text) + 1 else None  # else something was left out

    def _walk(self, text: str, number: int, *, alone: bool = False) -> Record:
        """The record that begins with a line, or what it is without the following ones."""
        record = Record(number, [text])
        at = 0
        while True:
            cell = Raw(None, number + len(record.lines) - 1, at + 1)
            record.count += 1
            if text.startswith('"', at):
                at = self._quoted(record, cell, at + 1, alone)
                text = record.lines[-1]
            else:
                at = self._unquoted(record, cell, at)
            if record.fault is not None:
                return record
            if record.count <= self.kept:
                record.cells.append(cell)
            if at >= len(text):
                return record
            at += 1

    # --- Cells -----------------------------------------------------------------------------------------------------

    def _unquoted(self, record: Record, cell: Raw, start: int) -> int:
        """Read a cell up to where it ends."""
        text = record.lines[-1]
        end = text.find(self.delimiter, start)
        end = len(text) if end < 0 else end
        value = text[start:end]
        cell.value = value or None
        mark = value.find('"')
        if mark >= 0 and value[:mark].strip(BLANK):
            record.blame(cell, codes.bare_quote, "a quotation mark stands inside an unquoted cell", mark=mark)
        elif mark >= 0:
            what = "a blank stands before the quotation mark that opens the cell", "delete the blank"
            record.blame(cell, codes.bare_quote, *what, mark=mark)
        return end

    def _quoted(self, record: Record, cell: Raw, start: int, alone: bool) -> int:
        """Read a quoted cell up to where it ends, taking as many lines as it goes over."""
        text, kept, parts = record.lines[-1], len(record.lines), []
        size = 0
        while (end := _to_mark(text, start)) == len(text):
            if alone:
                record.blame(cell, codes.open_quote)
                return end
            if kept == len(record.lines):
                record.opened[1:] = [(kept, cell)]
            parts.append(text[start:])
            size += len(parts[-1]) + 1
            following = self._lines.take()
            if following is None:
                record.blame(cell, codes.open_quote)
                return end
            record.lines.append(following)
            record.size += len(following)
            if size > CELL_LIMIT or record.size > LINE_LIMIT or isinstance(following, Cut):
                self._endless(record, cell)
                return end
            text, start = following, 0
        parts.append(text[start:end])
        value = "\n".join(parts).replace('""', '"')
        cell.value = value or None
        end += 1
        if end < len(text) and text[end] != self.delimiter:
            if len(record.lines) > kept and text[: end - 1].endswith(self.delimiter):
                self._shorten(record, kept, cell)  # the mark that would close the cell opens one by itself
            elif text[end:].split(self.delimiter, 1)[0].strip(BLANK):
                record.blame(cell, codes.bare_quote, "text stands after a closing quotation mark", mark=len(value))
            else:
                what = "a blank stands after the quotation mark that closes the cell", "delete the blank"
                record.blame(cell, codes.bare_quote, *what, mark=len(value))
        return end

    def _endless(self, record: Record, cell: Raw) -> None:
        """A quoted cell is too long: its mark is stray, or what is left of it is passed over."""
        self._without_stray_mark(record)
        if record.fault is not None:
            return
        record.opened.clear()
        record.blame(cell, codes.too_large, *CELL_TOO_LONG)
        text: str | None = record.lines[-1]
        while text is not None and _to_mark(text, 0) == len(text):
            text = self._lines.take()
        if text is None:
            record.blame(cell, codes.open_quote)

    # --- Stray marks -----------------------------------------------------------------------------------------------

    def _without_stray_mark(self, record: Record) -> None:
        """If one of the lines that a quoted cell takes is a record by itself, give them back."""
        end = record.opened[-1][0] if len(record.opened) > 1 else None
        for (kept, cell), lines_end in zip(record.opened, (end, None), strict=False):
            if self.expected is None or any(map(self._is_record, record.lines[kept:lines_end])):
                self._shorten(record, kept, cell)
                return

    def _shorten(self, record: Record, kept: int, cell: Raw) -> None:
        self._lines.give_back(record.lines[kept:])
        del record.lines[kept:]
        place = cell.line or 0, cell.column or 0
        record.cells = [one for one in record.cells if (one.line or 0, one.column or 0) < place]
        record.count = len(record.cells) + 1
        record.opened.clear()
        record.blame(cell, codes.open_quote)

    def _is_record(self, line: str) -> bool:
        if isinstance(line, Cut):
            return False
        if '"' not in line:
            return line.count(self.delimiter) + 1 == self.expected
        pieces = self._pieces(line)
        return pieces is not None and len(pieces) == self.expected


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    sign = re.escape(delimiter)
    return re.compile(rf'(?:^|{sign})("[^"]*+(?:""[^"]*+)*+"|[^"{sign}]*+)')


def _to_mark(text: str, start: int) -> int:
    """Where the quotation mark stands that closes a cell; the line's end where none does."""
    match = _INSIDE.match(text, start)
    return match.end() if match else len(text)
