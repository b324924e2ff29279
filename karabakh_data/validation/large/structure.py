"""The structure of a part of a CSV file, proved line by line, so that the bulk of it can be read by Polars.

Polars alone pads short rows in silence and fails a whole file on one stray quotation mark. So each physical line is
proved first to be a whole record: without quotation marks it is if its cells add up to it, with them if a regular
expression says so. What is not proved (quoted line breaks, stray marks, blank rows, bytes that are no text) is cut out
and walked, record by record, by the reader of the format itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from karabakh_data.frames import require
from karabakh_data.tables import MODELS
from karabakh_data.validation.large.delimited_part import DelimitedPart
from karabakh_data.validation.readers.delimited import Layout
from karabakh_data.validation.readers.quoting import BLANK, cells_of

if TYPE_CHECKING:
    import polars

OFFSET, LINE, ROW = "#offset", "#line", "#row"
"""Columns of a frame besides those of the table: where each row begins, and its number in the part."""

RAGGED = "#ragged"
"""Whether a row has too few or too many cells."""

OTHER = "#other"
"""How columns begin that are none of the table's."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

LONG = 32 * 1024
"""Bytes of a line up to which it is proved; Polars takes a hundred times the memory of a line of delimiters."""

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
        self._first = part.part.line
        self._base = part.part.start
        self._text = part.lines.data
        self._crlf = False
        self._has_returns = False
        """Whether there are carriage returns besides those of line ends; NUL stands in their place."""
        self._end = part.part.end

    def framed(self) -> Framed | None:
        pl = self._pl
        begin = self._part.lines.state
        lines = self._lines()
        if lines is None:
            return None
        size = lines.str.len_bytes()
        quoted = lines.str.contains('"', literal=True)
        bad = (size == 0) | (size > LONG)
        if quoted.any():
            marked = quoted.arg_true()
            proved = lines.gather(marked).str.contains(_whole(self._layout.delimiter, self._layout.width))
            bad = bad.scatter(marked.filter(~proved), True) if not proved.all() else bad
        if self._has_returns:
            bad = bad | lines.str.contains("\0", literal=True)
        if _BYTE_ORDER_MARK in self._text:  # at the beginning of what it reads, Polars takes it off
            bad = bad | lines.str.starts_with("\ufeff")
        ends = (size.cast(pl.UInt64) + 1).cum_sum()
        starts = ends - size - 1
        self._line_starts = starts
        left_out, over, walked, blank = self._walk(bad.arg_true().to_list(), starts)
        kept = self._kept(len(lines), left_out)
        frame = self._parsed(starts, ends, left_out)
        if frame is None or frame.height != (len(lines) if kept is None else len(kept)):
            return None
        number = pl.int_range(len(lines), eager=True, dtype=pl.UInt64) if kept is None else kept
        frame = frame.with_columns(
            self._ragged(frame, size, quoted, kept).alias(RAGGED),
            (starts if kept is None else starts.gather(kept)).alias(OFFSET),
            number.alias(LINE),
        )
        found = self._numbered(frame, over, walked, blank)
        self._part.lines.restore(begin)  # what was only walked is read again where it is told
        return found

    # --- Lines -----------------------------------------------------------------------------------------------------

    def _lines(self) -> Any:
        """The physical lines, without their ends; `None` where some end otherwise than the others."""
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
        try:
            lines = self._pl.read_lines(text)
        except self._pl.exceptions.ComputeError:
            self._text = text = _scrubbed(text)
            lines = self._pl.read_lines(text)
        series = lines.to_series()
        return series if len(series) == text.count(b"\n") + (not text.endswith(b"\n")) else None

    def _offset(self, line: int, start: int) -> int:
        """The byte of the file at which a line begins."""
        return self._base + start + (line if self._crlf else 0)

    # --- What is not proved ----------------------------------------------------------------------------------------

    def _walk(
        self, unproved: list[int], starts: Any
    ) -> tuple[list[tuple[int, int]], list[tuple[int, list[str]]], list[int], list[int]]:
        """The records that begin with an unproved line.

        Returns:
            The runs of lines that they take, the cells of those that are sound, and the lines of the others: of rows,
            and of those in which there is nothing.
        """
        left_out: list[tuple[int, int]] = []
        over: list[tuple[int, list[str]]] = []
        walked: list[int] = []
        blank: list[int] = []
        pattern = _over_lines(self._layout.delimiter, self._layout.width)
        after = 0
        for line in unproved:
            if line < after:
                continue
            start = starts[line]
            match = pattern.match(self._text, start)
            cells = None
            if match is not None and match.end() - start <= LONG and b"\xc2" not in match[0]:
                cells = cells_of(match[0].decode("utf-8")[:-1], self._layout.delimiter)
            if match is not None and cells is not None and any(cell.strip(BLANK + "\n") for cell in cells):
                after = line + match[0].count(b"\n")
                over.append((line, cells))
            else:
                self._part.lines.seek(self._offset(line, start), self._first + line)
                record = self._part.reader.take()
                assert record is not None
                after = max(self._part.lines.number - self._first + 1, line + 1)
                self._end = max(self._end, self._part.end)
                (walked if self._part.reader.is_row(record) else blank).append(line)
            left_out.append((line, after))
        return left_out, over, walked, blank

    def _kept(self, count: int, left_out: list[tuple[int, int]]) -> Any:
        """The numbers of the lines that are not left out; `None` for all."""
        if not left_out:
            return None
        pl = self._pl
        runs, after = [], 0
        for first, end in left_out:
            runs.append(pl.int_range(after, first, eager=True, dtype=pl.UInt64))
            after = end
        runs.append(pl.int_range(after, max(after, count), eager=True, dtype=pl.UInt64))
        return pl.concat(runs)

    # --- Cells -----------------------------------------------------------------------------------------------------

    def _parsed(self, starts: Any, ends: Any, left_out: list[tuple[int, int]]) -> Any:
        """The cells of all lines but those that are left out."""
        text, pieces, at = self._text, [], 0
        for first, end in left_out:
            pieces.append(text[at : starts[first]])
            at = ends[end - 1] if end - 1 < len(ends) else len(text)
        rest = b"".join([*pieces, text[at:]]) if left_out else text
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

    def _ragged(self, frame: Any, size: Any, quoted: Any, kept: Any) -> Any:
        """Which rows without quotation marks do not add up to their lines."""
        pl = self._pl
        total = frame.select(pl.sum_horizontal(pl.all().str.len_bytes()) + (self._layout.width - 1)).to_series()
        if kept is not None:
            size, quoted = size.gather(kept), quoted.gather(kept)
        return (total != size) & ~quoted

    # --- Rows ------------------------------------------------------------------------------------------------------

    def _numbered(self, frame: Any, over: list[tuple[int, list[str]]], walked: list[int], blank: list[int]) -> Framed:
        pl = self._pl
        key = MODELS[self._layout.header.table].PRIMARY_KEY[0]
        columns = [key] if key in frame.columns else self._names()
        hollow = frame.select(pl.all_horizontal(pl.col(columns).str.contains(_BLANK))).to_series()
        for at in hollow.arg_true().to_list():  # a row without its key, or nothing at all
            line = frame[LINE][at]
            self._part.lines.seek(self._offset(line, frame[OFFSET][at]), self._first + line)
            record = self._part.reader.take()
            assert record is not None
            (walked if self._part.reader.is_row(record) else blank).append(line)
        if hollow.any():
            frame = frame.filter(~hollow)
        starts = self._line_starts
        if over:
            rows = [(*cells, False, starts[line], line) for line, cells in over]
            frame = pl.concat([frame, pl.DataFrame(rows, schema=frame.schema, orient="row")])
        every = pl.concat([frame[LINE], pl.Series(walked, dtype=pl.UInt64)]).sort()
        number = every.search_sorted(frame[LINE]).cast(pl.UInt64) + 1
        shift = pl.col(LINE) if self._crlf else pl.lit(0, pl.UInt64)
        frame = frame.with_columns(
            number.alias(ROW),
            pl.col(OFFSET) + shift + self._base,
            pl.col(LINE) + self._first,
        )
        rank = dict(zip(walked, every.search_sorted(pl.Series(walked, dtype=pl.UInt64)).to_list(), strict=True))
        others = [
            (self._offset(line, starts[line]), line + self._first, rank[line] + 1 if line in rank else 0)
            for line in sorted(walked + blank)
        ]
        return Framed(frame, others, len(every), self._end)


def _scrubbed(text: bytes) -> bytes:
    """The text with NUL in place of every byte that is not UTF-8, so that its line goes to the reader."""
    whole = text.decode("utf-8", "surrogateescape")
    return re.sub("[\udc80-\udcff]", "\0", whole).encode("utf-8")
