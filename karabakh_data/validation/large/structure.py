"""The structure of a part of a CSV file, proved line by line, so that the bulk of it can be read by Polars.

Polars alone pads short rows in silence and fails a whole file on one stray quotation mark. So each physical line is
proved first to be a whole record: without quotation marks it is if its cells add up to it, with them if a regular
expression says so, and another says which lines make one record whose cells go over lines. What is not proved (stray
marks, blank rows, bytes that are no text) is cut out and walked, record by record, by the reader of the format itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from karabakh_data.frames import require
from karabakh_data.tables import KIND_OF, MODELS
from karabakh_data.validation.large.delimited_part import DelimitedPart
from karabakh_data.validation.large.parts import IN_PART
from karabakh_data.validation.readers.delimited import Layout

if TYPE_CHECKING:
    import polars

OFFSET, LINE, ROW = "#offset", "#line", "#row"
"""Columns of a frame besides those of the table: where each row begins, and its number in the part."""

RAGGED = "#ragged"
"""Whether a row has too few or too many cells."""

OTHER = "#other"
"""How columns begin that are none of the table's."""

LONG = 32 * 1024
"""Bytes of a line up to which it is proved; Polars takes a hundred times the memory of a line of delimiters."""

_FIRST = IN_PART + 1
"""The number of the first line of a part."""

_DOUBTFUL = "#doubtful"
"""Whether a row may have no key."""

_FILLED = re.compile(b"[0-9A-Za-z]")
_BLANK = r"^[\s\u0000-\u001f\u007f-\u00a0]*$"


@dataclass
class Framed:
    """A part as a frame of texts, and what could not be put into it."""

    frame: polars.DataFrame
    others: list[tuple[int, int, int]]
    """Offset, line and row of each record that the reader has to read, in order; row 0 where nothing stands there."""
    numbered: int
    """Records that have a row number."""
    end: int
    """The byte at which the last record ends."""
    lines: int
    """Physical lines up to there; 0 where there are none."""


def framed(part: DelimitedPart, layout: Layout) -> Framed | None:
    """A part as a frame; `None` where Polars does not see the lines that the reader sees."""
    return _Structure(part, layout).framed()


@cache
def _whole(sign: str, width: int) -> str:
    """What a line with quotation marks looks like that is a whole record, for Polars."""
    cell = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{re.escape(sign)}]*)'
    return rf"^{cell}(?:{re.escape(sign)}{cell}){{{width - 1}}}$"


@cache
def _over_lines(sign: str, width: int) -> re.Pattern[bytes]:
    """What a record looks like some of whose cells go over lines, and which is sound otherwise."""
    text = rb'"[^"\x00-\x09\x0b-\x1f\x7f]*+(?:""[^"\x00-\x09\x0b-\x1f\x7f]*+)*+"'
    cell = rb"(?:" + text + rb'|[^"\n\x00-\x1f\x7f' + re.escape(sign.encode()) + rb"]*+)"
    return re.compile(cell + rb"(?:" + re.escape(sign.encode()) + cell + rb"){%d}\n" % (width - 1))


class _Structure:
    def __init__(self, part: DelimitedPart, layout: Layout) -> None:
        self._pl: Any = require("polars", "fast")
        self._part = part
        self._layout = layout
        self._base = part.part.start
        self._text = part.lines.data
        self._crlf = False
        self._has_returns = False
        """Whether there are carriage returns besides those of line ends; NUL stands in their place."""
        self._stop = part.part.end, 0
        """The byte at which the last record ends, and how many lines stand before it."""
        self._starts: Any = None
        """Where the lines begin in the text."""

    def framed(self) -> Framed | None:
        # each selection takes a while, however small: as much as possible is asked for at once
        begin = self._part.lines.state
        lines = self._lines()
        if lines is None:
            return None
        self._stop = self._part.part.end, lines.height
        left_out, over, walked, blank = self._walk(self._unproved(lines), lines["start"])
        is_kept, is_row = self._marks(lines.height, left_out, over, walked)
        rank = is_row.cum_sum().cast(self._pl.UInt64)
        rows = lines.select("size", "quoted", LINE, "start", rank.alias(ROW)).filter(is_kept)
        lines = lines.select("start", "end")  # their text is read anew, and need not be held twice
        cells = self._parsed(lines["start"], lines["end"], left_out)
        if cells is None or cells.height != rows.height:
            return None
        found = self._numbered(self._placed(cells, rows), rank, is_row, walked, blank)
        self._part.lines.restore(begin)  # what was only walked is read again where it is told
        return found

    # --- Lines -----------------------------------------------------------------------------------------------------

    def _lines(self) -> Any:
        """The physical lines, without their ends, and where they stand; `None` where some end otherwise."""
        pl = self._pl
        text = self._text
        if b"\r" in text:
            pairs = text.count(b"\r\n")
            if pairs and pairs != text.count(b"\n"):
                return None
            self._crlf = bool(pairs)
            if pairs:
                text = text.replace(b"\r\n", b"\n")
            self._has_returns = b"\r" in text
            self._text = text = text.replace(b"\r", b"\0")  # Polars takes them off the ends of lines
        if not text:
            return None
        try:
            lines = pl.read_lines(text, name="line")
        except pl.exceptions.ComputeError:
            self._text = text = _scrubbed(text)
            lines = pl.read_lines(text, name="line")
        if not lines.height:
            return None
        line, size = pl.col("line"), pl.col("line").str.len_bytes()
        bad = (size == 0) | (size > LONG) | line.str.starts_with("\ufeff")  # Polars takes such a mark off
        if self._has_returns:
            bad = bad | line.str.contains("\0", literal=True)
        end = (size.cast(pl.UInt64) + 1).cum_sum()
        lines = lines.rechunk().select(
            line,
            size.alias("size"),
            line.str.contains('"', literal=True).alias("quoted"),
            bad.alias("bad"),
            (end - size - 1).alias("start"),
            end.alias("end"),
            pl.int_range(pl.len(), dtype=pl.UInt64).alias(LINE),
        )
        self._starts = lines["start"]
        return lines if lines["end"][-1] - (not text.endswith(b"\n")) == len(text) else None

    def _unproved(self, lines: Any) -> list[int]:
        """The lines that are not proved to be a record each."""
        bad, quoted = lines["bad"], lines["quoted"]
        if quoted.any():
            proved = lines["line"].filter(quoted).str.contains(_whole(self._layout.delimiter, self._layout.width))
            if not proved.all():
                bad = bad.scatter(lines[LINE].filter(quoted).filter(~proved), True)
        found: list[int] = lines[LINE].filter(bad).to_list()
        return found

    def _offset(self, line: int, start: int) -> int:
        """The byte of the file at which a line begins."""
        return self._base + start + (line if self._crlf else 0)

    # --- What is not proved ----------------------------------------------------------------------------------------

    def _walk(
        self, unproved: list[int], starts: Any
    ) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[int], list[int]]:
        """The records that begin with an unproved line.

        Returns:
            The runs of lines that the reader has to read, those of sound records that go over lines, and the lines at
            which the reader finds rows, and nothing.
        """
        left_out: list[tuple[int, int]] = []
        over: list[tuple[int, int]] = []
        walked: list[int] = []
        blank: list[int] = []
        pattern = _over_lines(self._layout.delimiter, self._layout.width)
        after = 0
        for line, start in zip(unproved, starts.gather(unproved).to_list(), strict=True):
            if line < after:
                continue
            match = pattern.match(self._text, start)
            record = match[0] if match is not None else b""
            count = record.count(b"\n")
            if count > 1 and len(record) <= LONG and b"\xc2" not in record and _FILLED.search(record):
                after = line + count
                over.append((line, after))
                continue
            self._part.lines.seek(self._offset(line, start), _FIRST + line)
            taken = self._part.reader.take()
            assert taken is not None
            after = max(self._part.lines_read, line + 1)
            self._stop = max(self._stop, (self._part.end, after))
            (walked if self._part.reader.is_row(taken) else blank).append(line)
            first = left_out.pop()[0] if left_out and left_out[-1][1] == line else line
            left_out.append((first, after))
        return left_out, over, walked, blank

    def _marks(
        self, count: int, left_out: list[tuple[int, int]], over: list[tuple[int, int]], walked: list[int]
    ) -> tuple[Any, Any]:
        """With which lines a record begins that Polars reads, and with which a row."""
        pl = self._pl
        if not left_out and not over:
            kept = pl.repeat(True, count, dtype=pl.Boolean, eager=True)
            return kept, kept
        without = [*left_out, *((line + 1, after) for line, after in over)]
        steps = pl.repeat(0, count + 1, dtype=pl.Int32, eager=True)
        steps = steps.scatter([first for first, _ in without], 1)
        ends = pl.Series([min(end, count) for _, end in without], dtype=pl.UInt32)
        steps = steps.scatter(ends, steps.gather(ends) - 1)  # the next may begin where one ends
        kept = (steps.cum_sum() == 0).head(count)
        return kept, kept.clone().scatter(walked, True) if walked else kept

    # --- Cells -----------------------------------------------------------------------------------------------------

    def _parsed(self, starts: Any, ends: Any, left_out: list[tuple[int, int]]) -> Any:
        """The cells of all lines but those that are left out."""
        rest = self._text
        if left_out:
            begins = [*starts.gather([first for first, _ in left_out]).to_list(), len(rest)]
            stops = [0, *ends.gather([min(end, len(ends)) - 1 for _, end in left_out]).to_list()]
            view = memoryview(rest)
            rest = b"".join(view[at:to] for at, to in zip(stops, begins, strict=True))
        names = self._names()
        schema = dict.fromkeys(names, self._pl.String)
        if not rest:
            return self._pl.DataFrame(schema=schema)
        try:
            return self._pl.read_csv(
                rest,
                has_header=False,
                schema=schema,
                separator=self._layout.delimiter,
                empty_string_is_null=False,
                extra_columns="ignore",
                missing_columns="insert",
            )
        except self._pl.exceptions.PolarsError:
            return None

    def _names(self) -> list[str]:
        return [name or f"{OTHER}{place}" for place, name in enumerate(self._layout.header.columns)]

    # --- Rows ------------------------------------------------------------------------------------------------------

    def _placed(self, cells: Any, rows: Any) -> Any:
        """The cells with the places of their rows, which of them are ragged, and whose key may be missing."""
        pl = self._pl
        total = pl.sum_horizontal(pl.col(cells.columns).str.len_bytes()) + (self._layout.width - 1)
        ragged = (total != pl.col("size")) & ~pl.col("quoted")
        key = MODELS[self._layout.header.table].PRIMARY_KEY[0]
        if key in cells.columns:
            kind = KIND_OF.get(self._layout.header.table, "")
            doubtful = ~pl.col(key).str.starts_with(f"{kind}-")
        else:
            doubtful = pl.all_horizontal(pl.col(self._names()).str.contains(_BLANK))
        shift = pl.col(LINE) if self._crlf else pl.lit(0, pl.UInt64)
        frame = cells.rechunk().hstack(rows)  # in pieces, every selection would put them together anew
        return frame.select(
            *cells.columns,
            (pl.col("start") + shift + self._base).alias(OFFSET),
            pl.col(LINE) + _FIRST,
            ROW,
            ragged.alias(RAGGED),
            doubtful.alias(_DOUBTFUL),
        )

    def _numbered(self, frame: Any, rank: Any, is_row: Any, walked: list[int], blank: list[int]) -> Framed:
        """The rows of a frame, without those in which there is nothing, and all others, each with its number."""
        pl = self._pl
        empty = []
        for at in self._hollow(frame):
            line = frame[LINE][at] - _FIRST
            self._part.lines.seek(frame[OFFSET][at], frame[LINE][at])
            record = self._part.reader.take()
            assert record is not None
            if not self._part.reader.is_row(record):  # else it is a row without its key, which is suspect
                empty.append(at)
                blank.append(line)
                is_row = is_row.scatter(line, False)
        if empty:
            frame = frame.filter(~pl.int_range(frame.height, eager=True).is_in(empty))
            rank = is_row.cum_sum().cast(pl.UInt64)
            frame = frame.with_columns(rank.gather(frame[LINE] - _FIRST).alias(ROW))
        rows = set(walked)
        others = [
            (self._offset(line, self._starts[line]), line + _FIRST, rank[line] if line in rows else 0)
            for line in sorted(walked + blank)
        ]
        return Framed(frame.drop(_DOUBTFUL), others, rank[-1], *self._stop)

    def _hollow(self, frame: Any) -> list[int]:
        """The numbers of the rows whose key is blank, or all of whose cells are where the file gives no key."""
        if not frame[_DOUBTFUL].any():
            return []
        key = MODELS[self._layout.header.table].PRIMARY_KEY[0]
        doubtful = frame[_DOUBTFUL].arg_true()
        if key in frame.columns:
            doubtful = doubtful.filter(frame[key].gather(doubtful).str.contains(_BLANK))
        found: list[int] = doubtful.to_list()
        return found


def _scrubbed(text: bytes) -> bytes:
    """The text with NUL in place of every byte that is not UTF-8, so that its line goes to the reader."""
    whole = text.decode("utf-8", "surrogateescape")
    return re.sub("[\udc80-\udcff]", "\0", whole).encode("utf-8")
