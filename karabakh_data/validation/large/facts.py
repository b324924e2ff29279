"""Facts: what is kept of every row to compare it with the others, as digests on disk once there are many.

A fact has a `Kind`; its columns are integers: the digest of a text, and the place of the row (`parts.Place`). Digests
have 63 bits and are seeded anew for each validation, so that nobody can make two ids that meet; what they bring
together is compared as text before anything is told. With Polars facts are frames, else rows of an SQLite data base;
what is many lies in a temporary folder that ends with the store.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

from karabakh_data.frames import require
from karabakh_data.validation.large.parts import COLUMNS, Kind, Place

DIGEST = (1 << 63) - 1


Group = list[Place]


def new_seed() -> int:
    """A seed for digests that nobody can foresee."""
    return secrets.randbits(62)


# --- Digests -------------------------------------------------------------------------------------------------------


def digests(texts: Sequence[str], seed: int, *, framed: bool) -> list[int]:
    """The digests of texts.

    Args:
        texts: The texts.
        seed: That of the validation.
        framed: Whether Polars makes the digests of this validation.
    """
    if framed:
        pl = require("polars", "fast")
        found: list[int] = (pl.Series(texts, dtype=pl.String).hash(seed) & DIGEST).to_list()
        return found
    key = seed.to_bytes(8, "big")
    return [
        int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, key=key).digest()) & DIGEST
        for text in texts
    ]


def content_digest(pl: Any, cells: Iterable[Any], seed: int) -> Any:
    """An expression of Polars for the digests of what rows say: those of their cells, added up, each with its seed."""
    total = pl.lit(0, pl.UInt64)
    for number, cell in enumerate(cells):
        total = total + cell.hash(seed + number + 1)  # what is carried over is lost
    return total & DIGEST


def content_digests(contents: Sequence[tuple[str, ...]], seed: int, *, framed: bool) -> list[int]:
    """The same of the cells of records."""
    if framed:
        pl = require("polars", "fast")
        columns = {
            str(number): pl.Series(cells, dtype=pl.String) for number, cells in enumerate(zip(*contents, strict=True))
        }
        made = pl.DataFrame(columns).select(content_digest(pl, map(pl.col, columns), seed))
        found: list[int] = made.to_series().to_list()
        return found
    total = [0] * len(contents)
    for number, cells in enumerate(zip(*contents, strict=True)):
        found = digests(cells, seed + number + 1, framed=False)
        total = [(one + other) & DIGEST for one, other in zip(total, found, strict=True)]
    return total


# --- Stores --------------------------------------------------------------------------------------------------------


class Facts(ABC):
    """Facts of all parts, and what follows from them."""

    @abstractmethod
    def add(self, kind: Kind, rows: Any) -> None:
        """Add facts of a kind: tuples, or a frame, with its columns."""

    @abstractmethod
    def look_ahead(self) -> None:
        """Begin to look for what will be asked, in another thread, once all facts are there."""

    @abstractmethod
    def repeated(self, kind: Kind) -> Iterator[Group]:
        """The places that share a digest, two or more, each group in the order of the input."""

    @abstractmethod
    def missing(self) -> Iterator[tuple[int, Place]]:
        """The references whose digest is no key's, in the order of the input."""

    @abstractmethod
    def holders(self, sought: Iterable[int]) -> Iterator[Place]:
        """The places of the keys with these digests."""

    @abstractmethod
    def places(self, kind: Kind) -> Iterator[Place]:
        """The places of a kind, in the order of the input."""

    @abstractmethod
    def values(self, kind: Kind) -> Iterator[int]:
        """The digests of a kind."""

    @abstractmethod
    def circles(self) -> Iterator[Place]:
        """The places of rows that lie on a circle of parents, or between two."""


class Rows(Facts):
    """Facts in a data base of SQLite."""

    def __init__(self) -> None:
        import sqlite3  # takes long, and Polars does without

        self._folder = tempfile.TemporaryDirectory(prefix="karabakh-data-")
        self._base = sqlite3.connect(Path(self._folder.name) / "facts.sqlite", check_same_thread=False)
        self._base.execute("pragma journal_mode = off")
        self._base.execute("pragma synchronous = off")
        for kind, columns in COLUMNS.items():
            self._base.execute(f"create table {kind} ({', '.join(f'{name} integer' for name in columns)})")

    def add(self, kind: Kind, rows: Any) -> None:
        marks = ", ".join("?" * len(COLUMNS[kind]))
        self._base.executemany(f"insert into {kind} values ({marks})", rows)

    def look_ahead(self) -> None:
        """The data base answers one question at a time."""

    def repeated(self, kind: Kind) -> Iterator[Group]:
        self._base.execute(f"create index if not exists {kind}_digest on {kind} (digest)")
        found = self._base.execute(
            f"select digest, at, number from {kind} where digest in"
            f" (select digest from {kind} group by digest having count(*) > 1) order by digest, at"
        )
        for _, group in groupby(found, key=itemgetter(0)):
            yield [Place(at, number) for _, at, number in group]

    def missing(self) -> Iterator[tuple[int, Place]]:
        self._base.execute("create index if not exists keys_digest on keys (digest)")
        found = self._base.execute(
            "select digest, at, number from refs where digest not in (select digest from keys) order by at"
        )
        return ((digest, Place(at, number)) for digest, at, number in found)

    def holders(self, sought: Iterable[int]) -> Iterator[Place]:
        self._base.execute("create index if not exists keys_digest on keys (digest)")
        for digest in sought:
            for at, number in self._base.execute("select at, number from keys where digest = ?", (digest,)):
                yield Place(at, number)

    def places(self, kind: Kind) -> Iterator[Place]:
        return (Place(*row) for row in self._base.execute(f"select at, number from {kind} order by at"))

    def values(self, kind: Kind) -> Iterator[int]:
        return (row[0] for row in self._base.execute(f"select distinct digest from {kind}"))

    def circles(self) -> Iterator[Place]:
        execute = self._base.execute
        execute("create index if not exists parents_digest on parents (digest)")
        execute("create index if not exists parents_parent on parents (parent)")
        for _ in range(_ROUNDS):  # what has no parent among the others, or is none of theirs, lies on no circle
            before = self._base.total_changes
            execute("delete from parents where parent not in (select digest from parents)")
            execute("delete from parents where digest not in (select parent from parents)")
            if self._base.total_changes == before:
                return self.places(Kind.PARENTS)
        edges = execute("select digest, parent, at, number from parents order by at").fetchall()
        lasting = _lasting([edge[0] for edge in edges], [edge[1] for edge in edges])
        return (Place(*edge[2:]) for edge, is_left in zip(edges, lasting, strict=True) if is_left)


HELD = 1_200_000
"""Facts of a kind that are held in memory."""

TUPLES = 20_000
"""Facts of a kind that are held as tuples, each of which takes several times the memory that it takes in a frame."""

SHARES = 16
"""Into how many files facts are written by their digests, so that each can be compared by itself."""


class Frames(Facts):
    """Facts as frames of Polars."""

    def __init__(self, held: int = HELD) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="karabakh-data-")
        self._most = dict.fromkeys(Kind, held)
        self._held: dict[Kind, list[Any]] = {kind: [] for kind in Kind}
        self._rows: dict[Kind, list[tuple[int, ...]]] = {kind: [] for kind in Kind}
        """Facts that came as tuples, which make one frame later: to make many small ones takes long."""
        self._counts = dict.fromkeys(Kind, 0)
        self._files: dict[Kind, list[list[Path]]] = {kind: [[] for _ in range(SHARES)] for kind in Kind}
        self._ahead: dict[Any, Future[list[Any]]] = {}
        """The frames that were asked for beforehand, by what asks for them."""

    @cached_property
    def _pl(self) -> Any:
        return require("polars", "fast")  # imported once other processes have something to do

    def add(self, kind: Kind, rows: Any) -> None:
        self._ahead.clear()
        if isinstance(rows, self._pl.DataFrame):
            self._held[kind].append(rows if rows.columns == list(COLUMNS[kind]) else rows.select(COLUMNS[kind]))
        else:
            self._rows[kind] += rows
            if len(self._rows[kind]) > TUPLES:
                self._settle(kind)
        self._counts[kind] += len(rows)
        if self._counts[kind] >= self._most[kind]:
            self._spill(kind)

    def _settle(self, kind: Kind) -> None:
        """Make a frame of the facts that came as tuples."""
        if self._rows[kind]:
            self._held[kind].append(self._pl.DataFrame(self._rows[kind], schema=self._schema(kind), orient="row"))
            self._rows[kind].clear()

    def _schema(self, kind: Kind) -> dict[str, Any]:
        return dict.fromkeys(COLUMNS[kind], self._pl.UInt64)

    def _spill(self, kind: Kind) -> None:
        """Write what is held to files."""
        pl = self._pl
        self._settle(kind)
        share = pl.col(COLUMNS[kind][0]) % SHARES
        frame = pl.concat(self._held[kind])
        self._held[kind].clear()
        frame = frame.sort(share)
        self._counts[kind] = 0
        self._most[kind] = min(self._most[kind], HELD // 8)  # there are so many that to hold more saves nothing
        numbers = pl.Series(range(SHARES + 1), dtype=pl.UInt64)
        bounds = frame.select(share).to_series().search_sorted(numbers).to_list()
        for number, (begin, end) in enumerate(pairwise(bounds)):
            files = self._files[kind][number]
            files.append(Path(self._folder.name) / f"{kind}-{number}-{len(files)}.arrows")
            frame[begin:end].write_ipc_stream(files[-1])

    def _shares(self, *kinds: Kind) -> Iterator[list[Any]]:
        """Facts of some kinds, a share at a time: what has the same digest is in the same share."""
        for kind in kinds:
            self._settle(kind)
        if not any(self._files[kind][0] for kind in kinds):
            yield [self._joined(kind, self._held[kind]) for kind in kinds]
            return
        for kind in kinds:
            if self._held[kind]:
                self._spill(kind)
        for number in range(SHARES):
            yield [
                self._joined(kind, [self._pl.read_ipc_stream(path) for path in self._files[kind][number]])
                for kind in kinds
            ]

    def _joined(self, kind: Kind, frames: list[Any]) -> Any:
        return self._pl.concat(frames) if frames else self._pl.DataFrame(schema=self._schema(kind))

    def look_ahead(self) -> None:
        if any(files[0] for files in self._files.values()):
            return  # what lies on disk is compared share by share, each of them when it is asked for
        for kind in Kind:
            self._settle(kind)
        asks = [(self._repeated, Kind.CONTENTS), (self._missing,), (self._circles,)]
        pool = ThreadPoolExecutor(1)
        self._ahead = {ask: pool.submit(lambda make, *of: list(make(*of)), *ask) for ask in asks}
        pool.shutdown(wait=False)

    def _found(self, make: Callable[..., Iterable[Any]], *of: Kind) -> Iterable[Any]:
        """The frames that a method makes, which may be there already."""
        ahead = self._ahead.pop((make, *of), None)
        return make(*of) if ahead is None else ahead.result()

    def repeated(self, kind: Kind) -> Iterator[Group]:
        for found in self._found(self._repeated, kind):
            for _, group in groupby(found.iter_rows(), key=itemgetter(0)):
                yield [Place(at, number) for _, at, number in group]

    def _repeated(self, kind: Kind) -> Iterator[Any]:
        for (frame,) in self._shares(kind):
            digests = frame["digest"].sort()
            twice = digests.filter((digests == digests.shift(1)).fill_null(False)).unique()
            if len(twice):
                yield frame.filter(frame["digest"].is_in(twice.implode())).sort("digest", "at")

    def missing(self) -> Iterator[tuple[int, Place]]:
        found = list(self._found(self._missing))
        if found:
            for digest, at, number in self._pl.concat(found).sort("at").iter_rows():
                yield digest, Place(at, number)

    def _missing(self) -> Iterator[Any]:
        for references, keys in self._shares(Kind.REFERENCES, Kind.KEYS):
            if references.height:
                # a table of the references is smaller than one of the keys
                held = keys["digest"].filter(keys["digest"].is_in(references["digest"].unique().implode()))
                unknown = references.filter(~references["digest"].is_in(held.implode()))
                if unknown.height:
                    yield unknown

    def holders(self, sought: Iterable[int]) -> Iterator[Place]:
        digests = self._pl.Series(list(sought), dtype=self._pl.UInt64)
        for (frame,) in self._shares(Kind.KEYS) if len(digests) else ():
            for _, at, number in frame.filter(frame["digest"].is_in(digests.implode())).iter_rows():
                yield Place(at, number)

    def places(self, kind: Kind) -> Iterator[Place]:
        frames = (frame.select("at", "number") for (frame,) in self._shares(kind))
        return iter(sorted(Place(*row) for frame in frames for row in frame.iter_rows()))

    def values(self, kind: Kind) -> Iterator[int]:
        for (frame,) in self._shares(kind):
            yield from frame["digest"].unique().to_list()

    def circles(self) -> Iterator[Place]:
        (edges,) = self._found(self._circles)
        return iter(sorted(Place(*row) for row in edges.select("at", "number").iter_rows()))

    def _circles(self) -> Iterator[Any]:
        pl = self._pl
        edges = pl.concat([frame for (frame,) in self._shares(Kind.PARENTS)])
        for _ in range(_ROUNDS):  # what has no parent among the others, or is none of theirs, lies on no circle
            before = edges.height
            edges = edges.join(edges.select(parent="digest"), on="parent", how="semi")
            edges = edges.join(edges.select(digest="parent"), on="digest", how="semi")
            if edges.height == before:
                break
        else:
            edges = edges.filter(pl.Series(_lasting(edges["digest"].to_list(), edges["parent"].to_list())))
        yield edges


_ROUNDS = 40
"""Rounds after which the chains of parents are so long that they are walked one by one."""


def _lasting(children: Sequence[int], parents: Sequence[int]) -> list[bool]:
    """Of each pair, whether it lies on a circle, or between two.

    A child may have several parents. What has no parent among the others, or is none of theirs, is taken away, again
    and again.
    """
    lasting = [True] * len(children)
    for lower, upper in ((children, parents), (parents, children)):
        left = Counter(one for one, is_left in zip(lower, lasting, strict=True) if is_left)
        below: defaultdict[int, list[int]] = defaultdict(list)
        for at, (one, is_left) in enumerate(zip(upper, lasting, strict=True)):
            if is_left:
                below[one].append(at)
        ended = [one for one in below if one not in left]
        while ended:
            for at in below[ended.pop()]:
                lasting[at] = False
                left[lower[at]] -= 1
                if not left[lower[at]]:
                    ended.append(lower[at])
    return lasting
