"""Findings in bounded memory: a few are a list, more of them are sorted runs in a temporary file, merged when read."""

from __future__ import annotations

import heapq
import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import islice
from operator import attrgetter
from typing import IO, Any, Protocol, overload

from karabakh_data.validation.finding import Finding, Severity

HELD = 20_000
"""Findings that are held in memory."""

CUT_OFF = frozenset({"KD101", "KD102", "KD105", "KD107", "KD141", "KD143"})
"""Codes after which a file, or a record of it, is not read: what it would have brought is not known."""

BLOCK = 250
"""Findings that are read back at a time, of each chain of runs."""


class Collector(Protocol):
    """Takes findings, in any order: a list, or `Findings`."""

    def append(self, finding: Finding, /) -> None:
        """Add one."""


@dataclass
class _Chain:
    """Runs of which each begins where the one before ends, or later: one long run."""

    last: tuple[Any, ...]
    """The sort key of its last finding."""
    blocks: list[tuple[int, int]] = field(default_factory=list)
    """Offset and size of each in the file."""


class Findings(Sequence[Finding]):
    """Findings in their order, however they came; millions of them take no more memory than thousands.

    Args:
        held: How many are held in memory, by default `HELD`; more are written to a temporary file that ends with this
            object.
    """

    def __init__(self, found: Iterable[Finding] = (), *, held: int | None = None) -> None:
        self.counts = dict.fromkeys((severity.value for severity in Severity), 0)
        """How many there are of each severity."""
        self.cut_off: dict[int, str] = {}
        """The files that were not read to their end, by their position among the inputs."""
        self._held = held or HELD
        self._latest: list[Finding] = []
        self._is_sorted = True
        self._chains: list[_Chain] = []
        self._file: IO[bytes] | None = None
        for finding in found:
            self.append(finding)

    def append(self, finding: Finding, /) -> None:
        """Add one."""
        self.counts[finding.severity.value] += 1
        if finding.code in CUT_OFF and finding.field is None:
            self.cut_off[finding.file_order] = finding.file
        self._latest.append(finding)
        self._is_sorted = False
        if len(self._latest) >= self._held:
            self._spill()

    def in_order(self) -> Sequence[Finding]:
        """All of them: as a tuple where they are few."""
        return self if self._chains else tuple(self._sorted())

    # --- A sequence ------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[Finding]:
        runs = [*map(self._read, self._chains), iter(self._sorted())]
        return heapq.merge(*runs, key=attrgetter("sort_key")) if len(runs) > 1 else runs[0]

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        at = range(len(self))[index]
        if isinstance(at, int):
            return next(islice(self, at, None))
        if at.step > 0:
            return tuple(islice(self, at.start, at.stop, at.step))
        return self[at[-1] : at[0] + 1 : -at.step][::-1] if at else ()

    def __reduce__(self) -> tuple[Any, ...]:
        return Findings, (tuple(self),)

    # --- The file --------------------------------------------------------------------------------------------------

    def _sorted(self) -> list[Finding]:
        if not self._is_sorted:
            self._latest.sort(key=attrgetter("sort_key"))
            self._is_sorted = True
        return self._latest

    def _spill(self) -> None:
        """Write what is held to the file as a run, at the end of a chain where it fits."""
        run = self._sorted()
        first, last = run[0].sort_key, run[-1].sort_key
        chain = next((one for one in self._chains if one.last <= first), None)
        if chain is None:
            chain = _Chain(last)
            self._chains.append(chain)
        chain.last = last
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the findings
        at = self._file.seek(0, 2)
        for start in range(0, len(run), BLOCK):
            size = self._file.write(pickle.dumps([_VALUES(one) for one in run[start : start + BLOCK]], protocol=5))
            chain.blocks.append((at, size))
            at += size
        self._latest = []

    def _read(self, chain: _Chain) -> Iterator[Finding]:
        assert self._file is not None
        for at, size in chain.blocks:
            self._file.seek(at)  # several are read in turns
            for values in pickle.loads(self._file.read(size)):
                yield Finding(*values)


_VALUES = attrgetter(*(one.name for one in fields(Finding)))
