"""From Arrow arrays to Python values, so many at a time as can be held: Arrow shares words, Python copies them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from karabakh_data.frames import require
from karabakh_data.validation.cells import ELEMENTS
from karabakh_data.validation.readers.parquetfooter import MIB, LimitError

ROWS = 1_000
"""Rows whose values are made at a time."""

HELD = 8 * MIB
"""Bytes of the values that are made at a time, unless one row takes more."""

VALUE = 64
"""Bytes that a value takes beside its text."""

MAX_TEXT = 1 << 20
"""Characters or bytes of one value."""

LONG = 1_000
"""Characters of a text from which on equal ones are kept once."""

LONG_HELD = 32 * MIB
"""Characters of the texts that are kept for this."""


class Texts:
    """Long texts that were met, each of which is kept once: a word of a dictionary may stand in every row."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._held = 0

    def once(self, text: Any) -> Any:
        """A text equal to one given before, or the one given."""
        if not isinstance(text, str) or len(text) < LONG:
            return text
        known = self._known.get(text)
        if known is not None:
            return known
        self._held += len(text)
        if self._held > LONG_HELD:
            self._known.clear()
            self._held = len(text)
        self._known[text] = text
        return text


def parts(batch: Any, columns: Sequence[int]) -> Iterator[Any]:
    """A record batch in parts whose values in these columns can be held."""
    for start in range(0, batch.num_rows, ROWS):
        yield from _halved(batch.slice(start, ROWS), columns)


def _halved(part: Any, columns: Sequence[int]) -> Iterator[Any]:
    half = part.num_rows // 2
    if half and sum(_weight(part.column(index)) for index in columns) > HELD:
        yield from _halved(part.slice(0, half), columns)
        yield from _halved(part.slice(half), columns)
    else:
        yield part


def _weight(array: Any) -> int:
    """About how many bytes the values of an array take."""
    pa, compute = require("pyarrow", "arrow"), require("pyarrow.compute", "arrow")
    weight = VALUE * len(array)
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        weight += _weight(array.flatten())
    elif _has_length(array.type):
        weight += compute.sum(compute.binary_length(array)).as_py() or 0
    return weight


def _has_length(type_: Any) -> bool:
    types = require("pyarrow", "arrow").types
    tests = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    return any(test(type_) for test in tests)


def values_of(array: Any, texts: Texts) -> list[Any]:
    """The values of an Arrow array; of a dictionary each value that is used is made once.

    Raises:
        LimitError: A text or a list is longer than it is read to.
    """
    pa, compute = require("pyarrow", "arrow"), require("pyarrow.compute", "arrow")
    types = pa.types
    if types.is_dictionary(array.type):
        used = array.indices.unique().drop_null()
        words = dict(zip(used.to_pylist(), values_of(array.dictionary.take(used), texts), strict=True))
        return [words.get(index) for index in array.indices.to_pylist()]
    if types.is_struct(array.type) or types.is_map(array.type) or types.is_union(array.type):
        return [{} if valid else None for valid in array.is_valid().to_pylist()]  # that it is none of ours is enough
    if types.is_fixed_size_list(array.type):
        array = array.cast(pa.list_(array.type.value_type))
    if types.is_list(array.type) or types.is_large_list(array.type):
        return _lists_of(array, texts)
    if _has_length(array.type):
        longest = compute.max(compute.binary_length(array)).as_py() or 0
        if longest > MAX_TEXT:
            raise LimitError(f"a value of {longest:,} bytes", f"{MAX_TEXT:,}", "shorten it")
        if longest >= LONG:
            return [texts.once(value) for value in array.to_pylist()]
    values: list[Any] = array.to_pylist()
    return values


def _lists_of(array: Any, texts: Texts) -> list[Any]:
    compute = require("pyarrow.compute", "arrow")
    lengths = compute.list_value_length(array)
    most = compute.max(lengths).as_py() or 0
    if most > ELEMENTS:
        raise LimitError(f"a list of {most:,} elements", f"{ELEMENTS:,}", "give only those of the record")
    elements, at = values_of(array.flatten(), texts), 0
    values: list[Any] = []
    for length in lengths.to_pylist():
        values.append(None if length is None else elements[at : at + length])
        at += length or 0
    return values
