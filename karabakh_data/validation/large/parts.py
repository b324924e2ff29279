"""Parts: the pieces of large files that are judged by themselves, in any process, and what comes back of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from karabakh_data.validation.finding import Finding
from karabakh_data.validation.known import SUGGESTED_FROM
from karabakh_data.validation.raw import Input, Notation, RawRow

PART_BYTES = 14 << 20
"""Bytes of a part of a text file."""

SMALLEST = 4
"""Into how many of its size a part is divided towards the end of a file, so that no worker waits long for the last."""


def bytes_of_next(size: int, left: int) -> int:
    """Bytes of the next part of a file of which so many are left, where the first parts have `size`."""
    return max(size // SMALLEST, min(size, left // SMALLEST), 1)


IN_PART = 1 << 31
"""Where the numbers of lines begin in a part: which ones of the file they are is known once those before are judged."""


def line_of_file(line: int, before: int) -> int:
    """The number of a line in the file, if it is one in a part; so many lines of the file stand before the part."""
    return line - IN_PART + before if line > IN_PART else line


_OFFSET_BITS = 40
_ROW_BITS = 31


class Place(NamedTuple):
    """Where a row stands: two numbers that sort as the rows do.

    `at` packs the number of the part and the byte of the file (of Parquet, the row) at which the row begins, `number`
    its physical line and its 1-based row in the part.
    """

    at: int
    number: int

    @classmethod
    def of(cls, part: int, offset: int, line: int, row: int) -> Place:
        """The place of a row."""
        return cls(part_base(part) + offset, (line << _ROW_BITS) + row)

    @property
    def part(self) -> int:
        """The number of the part."""
        return self.at >> _OFFSET_BITS

    @property
    def offset(self) -> int:
        """The byte, or row, of the file."""
        return self.at & ((1 << _OFFSET_BITS) - 1)

    @property
    def line(self) -> int:
        """The physical line, see `IN_PART`; 0 where there is none."""
        return self.number >> _ROW_BITS

    @property
    def row(self) -> int:
        """The row in the part, from 1."""
        return self.number & ((1 << _ROW_BITS) - 1)


def part_base(part: int) -> int:
    """What is added to the offset of a row to make `Place.at`."""
    return part << _OFFSET_BITS


LINE_FACTOR = 1 << _ROW_BITS
"""By which a line is multiplied before the row is added, to make `Place.number`."""


class Kind(StrEnum):
    """What a fact says; each has the columns `COLUMNS`."""

    KEYS = "keys"
    """A row has this key."""
    REFERENCES = "refs"
    """A row refers to an id that is not known besides the large files."""
    CONTENTS = "contents"
    """A sound row says this, apart from its key."""
    PARENTS = "parents"
    """A sound row names another of its table as what it is part of, renews, supersedes or answers."""
    BESIDE = "beside"
    """A sound row has to be judged beside the record with this id."""
    PUBLISHED = "published"
    """A row has the key of a published record."""
    ALIKE = "alike"
    """A sound row says the same as a published record."""


COLUMNS: dict[Kind, tuple[str, ...]] = {
    Kind.KEYS: ("digest", "at", "number"),
    Kind.REFERENCES: ("digest", "at", "number"),
    Kind.CONTENTS: ("digest", "at", "number"),
    Kind.PARENTS: ("digest", "parent", "at", "number"),
    Kind.BESIDE: ("digest", "at", "number"),
    Kind.PUBLISHED: ("at", "number"),
    Kind.ALIKE: ("at", "number"),
}


@dataclass(frozen=True)
class FileSpec:
    """A large file, as every part of it needs to know it."""

    path: Path
    name: str
    """As findings show it."""
    order: int
    kind: str
    notation: Notation
    table: str
    layout: Any
    """What the reader of the format needs to begin anywhere in the file."""
    is_update: bool = False
    start: int = 0
    """The byte at which its records begin."""
    line: int = 1
    """The line of that byte."""
    size: int = 0
    """Bytes of the file."""
    weight: float = 0
    """Bytes of the file for each row, where parts are cut by rows."""

    def input(self) -> Input:
        """What rows of the file have as their source."""
        return Input(self.name, self.order, self.notation, is_update=self.is_update)


@dataclass(frozen=True)
class Part:
    """A piece of a file: bytes `start` to `end` (of Parquet, rows), cut where a record likely begins."""

    number: int
    """Among the parts of all files, in the order of the input."""
    file: FileSpec
    start: int
    end: int

    @property
    def bytes(self) -> int:
        """About how many bytes of the file it is."""
        return int((self.end - self.start) * (self.file.weight or 1))


class Positioned(NamedTuple):
    """A row with its place in its part."""

    row: RawRow
    offset: int
    line: int


@dataclass
class Outcome:
    """What became of a part."""

    number: int
    end: int
    """Where its last record really ends; the next part must begin there."""
    lines: int = 0
    """Physical lines up to there; 0 where there are none."""
    rows: int = 0
    numbered: int = 0
    """Rows and what has the number of one and could not be read as a record."""
    findings: list[Finding] = field(default_factory=list)
    """With the numbers that rows and lines have in the part."""
    faulty: list[int] = field(default_factory=list)
    """Rows of the part that are not valid."""
    facts: dict[Kind, list[Any]] = field(default_factory=dict)
    """What is to be compared with other rows: of each kind, lists of tuples, and frames."""
    not_compared: dict[str, Finding] = field(default_factory=dict)
    """What is told of derived columns if what they follow from turns out to be nowhere, at the first that is given."""
    ids: dict[str, int] | None = field(default_factory=dict)
    """Ids and their first rows, as long as there are so few that they may be suggested; `None` in place of more."""

    def add(self, kind: Kind, rows: Any) -> None:
        """Add facts of a kind: tuples, or a frame."""
        self.facts.setdefault(kind, []).append(rows)

    def add_ids(self, ids: Iterable[tuple[int, str]]) -> None:
        """Add rows and ids."""
        for row, one in ids:
            if self.ids is None:
                return
            self.ids[one] = min(row, self.ids.get(one, row))
            if len(self.ids) > SUGGESTED_FROM:
                self.ids = None

    is_empty: bool = True
    """Whether there is nothing in it but blank rows."""
    is_last: bool = False
    """Whether the file cannot be read on behind it."""
