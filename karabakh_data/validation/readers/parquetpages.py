"""What the pages of a Parquet file take to be read, before Arrow is let loose on them.

A few kilobytes can unpack to gigabytes, and the footer need not say so: the headers of pages are what Arrow goes by.
Bounded is what is held at a time, a page and a dictionary of each column; a file may be as large as it likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from karabakh_data.frames import require
from karabakh_data.validation.readers.parquetfooter import MIB, Chunk, Group, bounded
from karabakh_data.validation.readers.thrift import I32, STRUCT, Compact

HELD = 256 * MIB
"""Bytes that the largest pages of all columns of a group of rows take together."""

DICTIONARY = 4
"""How often a dictionary of texts is held: as a page, decoded, to look words up, and as an Arrow array."""

WORD = 48
"""Bytes that a word of a dictionary takes beside its text."""

ELEMENT = 16
"""Bytes that an element of a list takes beside its value."""

VALUE = 8
"""Bytes that a value takes at least: it may be one of many in a run, or stand in a dictionary."""

TOTAL = 8 << 30
"""Bytes that a file of any size may unpack to, page after page: they are not held and still take their time."""

LOOKED_THROUGH = 8 * MIB
"""Bytes of a dictionary whose words are looked at."""

LEAST = 8
"""Bytes of the header of a page at least."""

RATIO = 1_000
"""How many times its own size a larger one may unpack to."""

_FIRST, _HEADER = 256, MIB
"""Bytes in which the header of a page is looked for: most take 50, those with long statistics more."""

_DATA, _DICTIONARY, _DATA_2 = 0, 2, 3
_ABOUT = {_DATA: 5, _DICTIONARY: 7, _DATA_2: 8}
"""The field that tells of a page of each type."""

_CODECS = {0: "", 1: "snappy", 2: "gzip", 4: "brotli", 6: "zstd", 7: "lz4_raw"}

_WORDS = (2, 8)
"""Encodings by the words of a dictionary."""

_DELTAS = (6, 7)
"""Encodings of texts by their lengths and beginnings, whose number stands in the page: Arrow trusts it blindly."""


class Page(NamedTuple):
    """What the header of a page says."""

    type: int
    unpacked: int
    packed: int
    values: int
    encoding: int
    body: int = 0
    """Where its body begins."""


@dataclass
class Cost:
    """What it takes to read some columns."""

    row: float = 1
    """Bytes of a row where they are largest."""
    unpacked: int = 0
    packed: int = 0
    words: dict[str, list[tuple[Page, int, float]]] = field(default_factory=dict)
    """The dictionaries of columns of texts: each with its codec, and how many words a row has."""
    plain: set[str] = field(default_factory=set)
    """Columns of texts that have pages without a dictionary."""

    def as_words(self) -> list[str]:
        """Columns that are read as dictionaries, so that a word that stands in all rows is held once.

        Not those that also have pages without one: Arrow would keep all texts of a group of rows, to look them up.
        """
        return sorted(set(self.words) - self.plain)


def cost_of(stream: BinaryIO, size: int, schema: Any, groups: Sequence[Group], wanted: Iterable[str]) -> Cost:
    """What it takes to read some columns, by their names.

    Raises:
        LimitError: It is more than is given to a file.
        ValueError: What the headers of the pages say cannot be.
    """
    names = set(wanted)
    columns = [(index, schema.column(index)) for index in range(len(schema))]
    columns = [(index, column) for index, column in columns if column.path.split(".")[0] in names]
    cost = Cost()
    for group in groups:
        held, row = 0, 0.0
        for index, column in columns:
            chunk_held, chunk_row = _chunk(stream, size, column, group.chunks[index], group.rows, cost)
            held, row = held + chunk_held, row + chunk_row
        bounded(held, HELD, "bytes to hold in one group of rows")
        cost.row = max(cost.row, row)
        if cost.packed > size:
            raise ValueError("columns lie over each other")
        bounded(cost.unpacked, max(TOTAL, RATIO * size), "bytes when unpacked")
    for path in cost.plain & set(cost.words):  # each row has a copy of its word
        cost.row += max(_longest(stream, page, codec) * times for page, codec, times in cost.words[path])
    return cost


def _chunk(stream: BinaryIO, size: int, column: Any, chunk: Chunk, rows: int, cost: Cost) -> tuple[int, float]:
    """The bytes of one column of a group of rows that are held at a time, and those of a row where they are largest."""
    is_text, is_list = column.physical_type == "BYTE_ARRAY", column.max_repetition_level > 0
    dictionary = largest = unpacked = values = 0
    value = float(max(VALUE, column.length or 0))
    times = max(1, chunk.values / max(1, rows)) if is_list else 1
    for page in _pages(stream, size, chunk):
        cost.unpacked += page.unpacked
        cost.packed += page.packed + LEAST
        if page.encoding in _DELTAS:
            raise ValueError("texts encoded by what differs; write them as they are, or with dictionaries")
        if page.type == _DICTIONARY:
            if page.values > page.unpacked:
                raise ValueError(f"a dictionary of {page.values:,} words in {page.unpacked:,} bytes")
            dictionary = max(dictionary, DICTIONARY * page.unpacked + (WORD * page.values if is_text else 0))
            if is_text:
                cost.words.setdefault(column.path, []).append((page, chunk.codec, times))
            continue
        if is_text and page.encoding not in _WORDS:
            cost.plain.add(column.path)
        largest = max(largest, page.unpacked, page.packed)
        unpacked, values = unpacked + page.unpacked, values + page.values
        value = max(value, page.unpacked / max(1, page.values))
    if not is_list:
        if values > rows:
            raise ValueError(f"{values:,} values of a column in {rows:,} rows")
        return dictionary + largest, value
    # one row may hold all elements
    return dictionary + unpacked + ELEMENT * max(0, values - rows), value * times


def _longest(stream: BinaryIO, page: Page, codec: int) -> int:
    """The bytes of the longest word of a dictionary."""
    if codec not in _CODECS or page.unpacked > LOOKED_THROUGH:
        return page.unpacked
    stream.seek(page.body)
    body = stream.read(page.packed)
    if codec:
        body = require("pyarrow", "arrow").decompress(body, page.unpacked, _CODECS[codec], asbytes=True)
    at = longest = 0
    for _ in range(page.values):
        length = int.from_bytes(body[at : at + 4], "little")
        longest, at = max(longest, length), at + 4 + length
    return min(longest, page.unpacked)


def _pages(stream: BinaryIO, size: int, chunk: Chunk) -> Iterator[Page]:
    """The headers of the pages of a column, up to those that hold all its values: so far goes Arrow."""
    at, seen = chunk.start, 0
    while seen < chunk.values:
        page, length = _header(stream, at)
        at += length + page.packed
        if at > size:
            raise ValueError("a page goes on behind the end of the file")
        yield page._replace(body=at - page.packed)
        seen += page.values if page.type != _DICTIONARY else 0


def _header(stream: BinaryIO, at: int) -> tuple[Page, int]:
    for length in (_FIRST, _HEADER):
        stream.seek(at)
        header = Compact(stream.read(length))
        try:
            fields = header.struct()
        except IndexError:
            continue
        type_, unpacked, packed = (fields.get((I32, number), -1) for number in (1, 2, 3))
        about = fields.get((STRUCT, _ABOUT.get(type_, 0)), {})
        values, encoding = about.get((I32, 1), -1), about.get((I32, 4 if type_ == _DATA_2 else 2), -1)
        if all(0 <= number < 1 << 31 for number in (unpacked, packed, values, encoding)):
            return Page(type_, unpacked, packed, values, encoding), header.at
        break
    raise ValueError("the header of a page is damaged, encrypted or of a type that is not known")
