"""Parquet files written byte by byte, so that their headers can say what no library would write."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

MIB = 1 << 20
PLAIN, PLAIN_DICTIONARY, DELTA_LENGTH, DELTA = 0, 2, 6, 7
CODECS = {None: 0, "snappy": 1, "gzip": 2, "zstd": 6}


# ---- Thrift ----


class Long(int):
    """A whole number of 64 bits."""


def unsigned(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _kind(value: Any) -> int:
    kinds = {Long: 6, int: 5, bytes: 8, str: 8, list: 9, dict: 12}
    return kinds[type(value)]


def thrift(value: Any) -> bytes:
    """A struct given as field -> value, or what may stand in it, in the compact protocol."""
    if isinstance(value, int):
        return unsigned(value << 1 if value >= 0 else (-value << 1) - 1)
    if isinstance(value, str | bytes):
        data = value.encode() if isinstance(value, str) else value
        return unsigned(len(data)) + data
    if isinstance(value, list):
        head = b"" if len(value) < 15 else unsigned(len(value))
        kind = _kind(value[0]) if value else 5
        return bytes([min(len(value), 15) << 4 | kind]) + head + b"".join(map(thrift, value))
    out, last = [], 0
    for number, one in value.items():
        out.append(bytes([(number - last) << 4 | _kind(one)]) + thrift(one))
        last = number
    return b"".join(out) + b"\0"


# ---- Pages ----


class Page(NamedTuple):
    """A page: what its header says, and its body as it lies in the file."""

    values: int
    unpacked: int
    body: bytes
    encoding: int = PLAIN
    type: int = 0

    def packed(self) -> bytes:
        about = {1: self.values, 2: self.encoding}
        if self.type == 0:
            about |= {3: 3, 4: 3}
        field = {0: 5, 2: 7}.get(self.type, 5)
        return thrift({1: self.type, 2: self.unpacked, 3: len(self.body), field: about}) + self.body


def squeezed(codec: str, pieces: Iterable[bytes]) -> bytes:
    """What pieces are when packed, without ever being held together."""
    if codec == "gzip":
        squeezer = zlib.compressobj(1, wbits=31)
        return b"".join(map(squeezer.compress, pieces)) + squeezer.flush()
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, codec) as stream:
        for piece in pieces:
            stream.write(piece)
    data: bytes = out.getvalue().to_pybytes()
    return data


def words(codec: str, word: bytes, count: int, type_: int = 0) -> Page:
    """A page of the same word over and over."""
    one = struct.pack("<I", len(word)) + word
    many = max(1, MIB // len(one))
    pieces = (one * min(many, count - at) for at in range(0, count, many))
    return Page(count, len(one) * count, squeezed(codec, pieces), type=type_)


def run(count: int) -> bytes:
    """Indices of a dictionary: the first word, so many times."""
    return b"\1" + unsigned(count << 1) + b"\0"


# ---- Files ----


def parquet(
    path: Path, columns: dict[str, list[Page]], *, rows: int, codec: str | None = None, groups: int = 1, **how: Any
) -> Path:
    """A file of columns of texts, each given by its pages.

    Args:
        groups: How many groups of rows it has; all but the first lie where the first does.
        how: `lists`: columns that repeat; `claimed`: values that the footer says a column holds; `padding`: bytes
            that belong to no column.
    """
    out, chunks = bytearray(b"PAR1") + bytes(how.get("padding", 0)), []
    for name, pages in columns.items():
        start, data = len(out), None
        for page in pages:
            if page.type != 2 and data is None:
                data = len(out)
            out += page.packed()
        held = how.get("claimed") or sum(page.values for page in pages if page.type != 2)
        about = {1: 6, 2: [0, 2, 3], 3: [name], 4: CODECS[codec], 5: Long(held)}
        about |= {6: Long(len(out) - start), 7: Long(len(out) - start), 9: Long(data or start)}
        if pages[0].type == 2:
            about |= {11: Long(start)}
        chunks.append({2: Long(start), 3: about})
    leaves = [{1: 6, 3: 2 if name in how.get("lists", ()) else 0, 4: name, 6: 0} for name in columns]
    group = {1: chunks, 2: Long(len(out)), 3: Long(rows)}
    footer = {1: 1, 2: [{4: "schema", 5: len(columns)}, *leaves], 3: Long(rows * groups), 4: [group] * groups}
    return sealed(path, bytes(out), thrift(footer))


def sealed(path: Path, data: bytes, footer: bytes) -> Path:
    path.write_bytes(data + footer + struct.pack("<I", len(footer)) + b"PAR1")
    return path
