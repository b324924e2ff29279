"""The compact protocol of Thrift, skimmed: how the footer and the page headers of Parquet are written.

Only whole numbers and structs are kept. Arrow makes objects of whatever it reads; this tells beforehand how many.
"""

from __future__ import annotations

from typing import Any

DEPTH = 12
"""Structs and lists within each other; those of Parquet go to 7."""

BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, STRUCT = 3, 4, 5, 6, 7, 8, 9, 10, 12
"""The kinds of values that count here; 1 and 2 are true and false."""

Fields = dict[tuple[int, int], Any]
"""(kind, number) -> value, as what has another kind than it should is passed over by Arrow."""


class Compact:
    """Bytes that begin with a struct; they may go on behind it, or end within it.

    Attributes:
        at: Where reading goes on.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def element(self, lists: int, fields: Fields) -> Any:
        """What is kept of a struct that stands in a list, which stands in so many others."""
        return None

    def check_list(self, depth: int, lists: int, number: int, kind: int, count: int) -> None:
        """Raise an error where a list is not wanted: a field of this number, so deep, in so many other lists."""

    def struct(self, depth: int = 0, lists: int = 0) -> Fields:
        """The fields: whole numbers, structs as their fields, lists as what is kept of their structs.

        Raises:
            IndexError: The bytes end within it.
            ValueError: It is damaged.
        """
        if depth > DEPTH:
            raise ValueError("Thrift within Thrift, too deep")
        fields: Fields = {}
        seen = set()
        number = 0
        while head := self.data[self.at]:
            self.at += 1
            number = number + (head >> 4) if head >> 4 else self._signed()
            if number in seen or not 0 < number < 1 << 15:  # Arrow would see another field, or the first of two
                raise ValueError("a field that is repeated or without a number in Thrift")
            seen.add(number)
            kind = head & 15
            if kind > 2:  # else it is the value itself
                fields[kind, number] = self._value(kind, number, depth, lists)
        self.at += 1
        return fields

    def _value(self, kind: int, number: int, depth: int, lists: int) -> Any:
        if kind in (I16, I32, I64):
            return self._signed()
        if kind == STRUCT:
            return self.struct(depth + 1, lists)
        if kind in (LIST, SET):
            return self._list(number, depth + 1, lists)
        if kind == BINARY:
            length = self._unsigned()
            self.at += length
        elif kind in (1, 2, BYTE):
            self.at += 1
        elif kind == DOUBLE:
            self.at += 8
        else:
            raise ValueError(f"no kind {kind} in Thrift")
        return None

    def _list(self, number: int, depth: int, lists: int) -> list[Any]:
        if depth > DEPTH:
            raise ValueError("Thrift within Thrift, too deep")
        head = self.data[self.at]
        self.at += 1
        count, kind = head >> 4, head & 15
        if count == 15:
            count = self._unsigned()
        if self.at + count > len(self.data):  # an element takes a byte at least
            raise IndexError("a list goes on behind the end")
        self.check_list(depth, lists, number, kind, count)
        if kind == STRUCT:
            return [self.element(lists, self.struct(depth + 1, lists + 1)) for _ in range(count)]
        for _ in range(count):
            self._value(kind, number, depth, lists + 1)
        return []

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("a number without end in Thrift")

    def _signed(self) -> int:
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)
