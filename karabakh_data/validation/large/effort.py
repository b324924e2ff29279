"""Effort: in how many threads and processes the parts are judged, and what is shown of it."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NothingCame
from dataclasses import dataclass, field
from typing import Any

from karabakh_data.validation.large.parts import PART_BYTES, Outcome, Part
from karabakh_data.validation.large.setting import Setting, packed
from karabakh_data.validation.large.work import judge_packed, judge_part
from karabakh_data.validation.raw import RawRow

LARGE = 1 << 20
"""Bytes of the files of a table from which on they are judged in parts; to import Polars for less would not pay."""

PROCESSES_FROM = 384 << 20
"""Bytes from which on processes are worth their start; up to there, threads share the work."""

OFTEN = 200
"""Rows after which the progress of a file that is judged as a whole is told."""

PATIENCE = 15 * 60
"""Seconds after which a part that nobody finishes is given up."""


class WorkerLostError(RuntimeError):
    """A process that judged a part ended before it was done; nothing can be said of the rest."""


@dataclass
class Progress:
    """How far a validation has come."""

    bytes: int = 0
    total: int = 0
    """Bytes of the large files."""
    rows: int = 0


@dataclass
class Effort:
    """How a validation is done; the report does not depend on it.

    Args:
        framed: Whether Polars screens the rows.
        jobs: How many cores to use.
        executor: What judges the parts in place of threads and processes of ours.
        large: Bytes of the files of a table from which on they are judged in parts.
        part_bytes: Bytes of a part; by default as many as take about a second.
        progress: Called after each part.
    """

    framed: bool = False
    jobs: int = 1
    executor: Executor | None = None
    spawns: bool = False
    """Whether processes may be started."""
    large: int = LARGE
    part_bytes: int | None = None
    progress: Callable[[Progress], None] | None = None
    total: int = 0
    _done: Progress = field(default_factory=Progress)
    _pool: Executor | None = None

    @property
    def bytes_of_part(self) -> int:
        """Bytes of a part."""
        return self.part_bytes or (PART_BYTES if self.framed else PART_BYTES // 32)

    def outcomes(self, parts: Iterator[Part], setting: Setting) -> Iterator[tuple[Part, Outcome]]:
        """Judge parts, and hand on what became of them in their order.

        Raises:
            WorkerLostError: A process ended before its part was done, or none finishes any.
        """
        pool = self._chosen()
        if pool is None:
            for part in parts:
                yield part, judge_part(part, setting)
            return
        data = setting if isinstance(pool, ThreadPoolExecutor) else packed(setting)
        work: Callable[[Part, Any], Outcome] = judge_part if isinstance(data, Setting) else judge_packed
        most = (getattr(pool, "_max_workers", None) or 32) + 2
        waiting: deque[tuple[Part, Future[Outcome]]] = deque()
        try:
            for part in parts:
                waiting.append((part, pool.submit(work, part, data)))
                if len(waiting) >= most:
                    yield _result(waiting)
            while waiting:
                yield _result(waiting)
        finally:
            for _, future in waiting:
                future.cancel()

    def advance(self, part: Part, outcome: Outcome) -> None:
        """Take a part as done."""
        self._done.total = self.total
        self._done.bytes += part.bytes
        self._done.rows += outcome.rows
        if self.progress is not None:
            self.progress(self._done)

    def watched(self, rows: Iterable[RawRow]) -> Iterator[RawRow]:
        """Hand on rows that are judged as a whole, and tell the progress now and then."""
        for raw in rows:
            yield raw
            self._done.rows += 1
            self._done.bytes += sum(map(len, raw.lines)) + len(raw.lines)
            if self.progress is not None and self._done.rows % OFTEN == 0:
                self._done.total = self.total
                self.progress(self._done)

    def _chosen(self) -> Executor | None:
        if self.executor is not None:
            return self.executor
        return self._pool

    def __enter__(self) -> Effort:
        if self.executor is None and self.jobs > 1:
            if self.spawns and self.total >= (PROCESSES_FROM if self.framed else self.large):
                context = multiprocessing.get_context("spawn")  # a fork hangs once Polars has been used
                self._pool = ProcessPoolExecutor(
                    self.jobs, mp_context=context, initializer=_begin, initargs=(self.jobs,)
                )
            elif self.framed:
                self._pool = ThreadPoolExecutor(self.jobs)
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool is not None:
            if error[0] is not None:  # nobody waits for what is being judged
                for process in list((getattr(self._pool, "_processes", None) or {}).values()):
                    process.terminate()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _result(waiting: deque[tuple[Part, Future[Outcome]]]) -> tuple[Part, Outcome]:
    part, future = waiting[0]
    try:
        outcome = future.result(PATIENCE)
    except BrokenExecutor:
        message = "a process that judged a part ended too early (killed, or out of memory); try again with fewer jobs"
        raise WorkerLostError(message) from None
    except NothingCame:
        raise WorkerLostError(f"nothing was judged for {PATIENCE // 60} minutes: no worker is left") from None
    waiting.popleft()
    return part, outcome


def _begin(jobs: int) -> None:
    """What a process of ours does first: leave Ctrl-C to the one that started it, and take its share of the cores."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["POLARS_MAX_THREADS"] = str(max(1, cores() // jobs))


def share_cores(jobs: int | None) -> int:
    """How many cores to use, by default all; a process that is ours alone keeps Polars to them too."""
    jobs = jobs or cores()
    os.environ.setdefault("POLARS_MAX_THREADS", str(jobs))
    return jobs


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


__all__ = ["Effort", "Progress", "WorkerLostError", "cores", "share_cores"]
