"""The footer of a Parquet file: what it takes to be read, and where it says that pages lie.

Arrow makes objects many times the size of the footer, and follows a schema as deep as it goes: both are looked at
before. Where pages lie is then taken from what Arrow has read, which is the footer that counts.
"""

from __future__ import annotations

from typing import Any, BinaryIO, NamedTuple

from karabakh_data.frames import require
from karabakh_data.validation.readers.thrift import BINARY, I32, I64, LIST, STRUCT, Compact, Fields

MIB = 1 << 20

REPAIR = "write it with smaller groups of rows and smaller pages"

FOOTER = 16 * MIB
"""Bytes of the footer."""

OBJECTS = 192 * MIB
"""Bytes that the objects take which Arrow makes of it."""

COLUMNS = 1_000

_OBJECT, _SMALL = 1024, 64
"""Bytes of an object: of a group of rows, a column in it and the like, and of what stands in lists of those."""

_LISTS = {2: I32, 3: BINARY, 8: STRUCT, 13: STRUCT}
"""Lists of a column: encodings, path, remarks, encodings of pages. Arrow reads them so, whatever they say they are."""

_COLUMN = 6
"""How deep these lists stand."""

_SCHEMA, _GROUPS = 2, 4


class LimitError(ValueError):
    """The records take more than is given to them; `said` is what, how much is given, and what to do."""

    def __init__(self, *said: str) -> None:
        super().__init__(", more than ".join(said[:2]))
        self.said = said


def bounded(count: int, limit: int, what: str) -> None:
    """Raise where there is more of something than is read.

    Raises:
        LimitError: There is.
    """
    if count > limit:
        raise LimitError(f"{count:,} {what}", f"{limit:,}", REPAIR)


class Chunk(NamedTuple):
    """Where a column of a group of rows lies."""

    values: int
    start: int
    codec: int


class Group(NamedTuple):
    """A group of rows."""

    rows: int
    chunks: list[Chunk]


class _Footer(Compact):
    """A footer, whose groups are kept."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.objects = 0

    def check_list(self, depth: int, lists: int, number: int, kind: int, count: int) -> None:
        expected = [I32, I64]  # of statistics
        if lists < 2:
            expected = [STRUCT]
        elif depth == _COLUMN and number in _LISTS:
            expected = [_LISTS[number]]
        if kind not in expected and count:
            raise ValueError("a list of what it cannot hold")
        self.objects += count * (_OBJECT if lists < 2 else _SMALL)
        if self.objects > OBJECTS:
            raise LimitError("the footer holds more", f"fits into {OBJECTS // MIB} MiB", REPAIR)
        if lists == 0 and number == _SCHEMA:
            bounded(count, 4 * COLUMNS, "columns and groups of them")

    def element(self, lists: int, fields: Fields) -> Any:
        if lists == 0 and (LIST, 1) in fields:
            return Group(fields.get((I64, 3), 0), fields[LIST, 1])
        about = fields.get((STRUCT, 3)) if lists == 1 else None
        if about is None:
            return None
        start, words = about.get((I64, 9), 0), about.get((I64, 11), 0)
        return Chunk(about.get((I64, 5), 0), min(start, words) if words > 0 else start, about.get((I32, 4), 0))


def check_footer(stream: BinaryIO, size: int) -> None:
    """Look at the footer before Arrow does.

    Raises:
        LimitError: It is larger than it is read to.
        ValueError: It is damaged.
    """
    stream.seek(max(0, size - 8))
    end = stream.read(8)
    length = int.from_bytes(end[:4], "little")
    if end[4:] == b"PAR1" and length + 8 <= size:  # else Arrow says best what is wrong with it
        bounded(length, FOOTER, "bytes of footer")
        stream.seek(size - 8 - length)
        _read(stream.read(length))


def groups_of(metadata: Any) -> list[Group]:
    """The groups of rows as Arrow has read them. (To ask it for each column ends the process where one is damaged.)

    Raises:
        ValueError: A group lacks columns.
    """
    out = require("pyarrow", "arrow").BufferOutputStream()
    metadata.write_metadata_file(out)
    groups: list[Group] = _read(out.getvalue().to_pybytes()[4:]).get((LIST, _GROUPS), [])
    if not all(group and len(group.chunks) == metadata.num_columns and all(group.chunks) for group in groups):
        raise ValueError("a group of rows has other columns than the file")
    return groups


def _read(data: bytes) -> Fields:
    try:
        return _Footer(data).struct()
    except IndexError:
        raise ValueError("the footer is damaged") from None
