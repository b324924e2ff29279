"""Effort: in how many threads and processes the parts are judged, and what is shown of it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from karabakh_data.frames import require
from karabakh_data.validation.large.cores import core_of_each, is_ours, keep_to, kept_to, take_share
from karabakh_data.validation.large.parts import PART_BYTES, Outcome, Part
from karabakh_data.validation.large.setting import Setting, packed
from karabakh_data.validation.large.work import judge_packed, judge_part
from karabakh_data.validation.raw import RawRow

LARGE = 1 << 18
"""Bytes of the files of a table from which on they are judged in parts; to import Polars for less would not pay."""

SPAWNED_FROM = 384 << 20
"""Bytes from which on new processes are worth their start; up to there, threads share the work."""

FORKED_FROM = 24 << 20
"""Bytes from which on copies of this process are."""

OFTEN = 200
"""Rows after which the progress of a file that is judged as a whole is told."""

PATIENCE = 15 * 60
"""Seconds in which some part must be finished, or all are given up."""

LOOK = 2
"""Seconds after which it is looked whether our processes live."""

WINDOW = 32
"""Parts that an executor of unknown size is given at a time."""

MANY = 56
"""Parts that are many."""

AHEAD = 3
"""How many times as many outcomes as are handed out may wait for the first of them."""


SELDOM = 20_000, 10, 10
"""How often the collector looks for circles meanwhile: a part makes many objects that last, and few circles."""


class WorkerLostError(RuntimeError):
    """What judged a part ended before it was done; nothing can be said of the rest."""


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
        part_bytes: Bytes of the first parts of a file, the largest; by default `PART_BYTES`, fewer row by row.
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
    _ending: threading.Thread | None = None
    """Waits for the end of what judged the parts."""
    _kept: ExitStack = field(default_factory=ExitStack)
    """Keeps this thread to its core while parts are judged."""
    _collected: tuple[int, ...] = ()
    """How often the collector looked, while it looks seldom."""

    @property
    def bytes_of_part(self) -> int:
        """Bytes of the first parts of a file."""
        return self.part_bytes or (PART_BYTES if self.framed else PART_BYTES // 64)

    def outcomes(self, parts: Iterator[Part], setting: Setting) -> Iterator[tuple[Part, Outcome]]:
        """Judge parts, and hand on what became of them in their order.

        Raises:
            WorkerLostError: A process ended before its part was done, or none finishes any.
            WorkerError: A worker is of another version.
            OSError: A worker cannot read the file, or sees another one.
        """
        pool = self._chosen()
        if pool is None:
            for part in parts:
                yield part, judge_part(part, setting)
            return
        data = setting if isinstance(pool, ThreadPoolExecutor) else packed(setting)
        work: Callable[[Part, Any], Outcome] = judge_part if isinstance(data, Setting) else judge_packed
        ours = pool is self._pool
        window = 0 if ours else _window(pool)
        waiting: deque[tuple[Part, Future[Outcome]]] = deque()
        try:
            for part in parts:
                most = self._at_hand * (self.jobs - 1) if ours else window
                held = AHEAD * most if ours else most
                if ours and sum(not one.done() for _, one in waiting) >= most:
                    waiting.append((part, _done(judge_part(part, setting))))  # all others are busy
                else:
                    with _loss_told(part):
                        waiting.append((part, pool.submit(work, part, data)))
                while waiting and (waiting[0][1].done() or len(waiting) >= held):
                    yield self._first(waiting)
            while waiting:
                yield self._first(waiting)
            if ours:
                self._ending = threading.Thread(target=pool.shutdown)  # what is still to be told needs nobody else
                self._ending.start()
        finally:
            self._kept.close()
            for _, future in waiting if pool is not self._processes else ():
                future.cancel()

    @property
    def _at_hand(self) -> int:
        """Parts that each process of ours has at a time.

        While many are to come it need not wait for this one, which writes facts too; then this one not long for it.
        """
        return 3 if self.total - self._done.bytes > MANY * self.bytes_of_part else 2

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

    def _first(self, waiting: deque[tuple[Part, Future[Outcome]]]) -> tuple[Part, Outcome]:
        """The first of the parts with its outcome, once it is there; others may come before it."""
        part, future = waiting[0]
        with _loss_told(part):
            while not future.done():
                self._wait({one for _, one in waiting if not one.done()})
            outcome = future.result()
        waiting.popleft()
        return part, outcome

    def _wait(self, futures: set[Future[Outcome]]) -> None:
        """Wait until some part is done."""
        ours = self._processes
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            is_lost = ours is not None and _has_lost(ours)
            if wait(futures, PATIENCE if ours is None else min(LOOK, PATIENCE), FIRST_COMPLETED).done:
                return
            if is_lost:
                raise BrokenExecutor
        raise WorkerLostError(f"no part was judged for {_spelt(PATIENCE)}: no worker is left, or all of them hang")

    def _chosen(self) -> Executor | None:
        if self.executor is not None:
            return self.executor
        return self._pool

    @property
    def _processes(self) -> ProcessPoolExecutor | None:
        """The pool, if it is one of processes."""
        return self._pool if isinstance(self._pool, ProcessPoolExecutor) else None

    def __enter__(self) -> Effort:
        self._look_seldom()
        if self.framed:
            _keep_memory()
        try:
            if self.executor is None and self.jobs > 1:
                self._start()
        except BaseException:
            self._look_as_before()
            self._kept.close()
            raise
        return self

    def _start(self) -> None:
        """Start what judges the parts besides this thread."""
        others = self.jobs - 1
        forks = _is_single()  # a fork hangs once Polars has been used
        enough = (FORKED_FROM if forks else SPAWNED_FROM) if self.framed else self.large
        if self.spawns and self.total >= enough:
            if forks and is_ours():
                take_share(self.jobs)
            context = multiprocessing.get_context("fork" if forks else "spawn")
            own = context.SimpleQueue()
            here, *there = [[core] for core in core_of_each(self.jobs)] or [[]] * self.jobs
            for core in there:
                own.put(core)
            self._pool = ProcessPoolExecutor(others, mp_context=context, initializer=_begin, initargs=(self.jobs, own))
            for _ in range(others):
                self._pool.submit(_warm, self.framed)
            if is_ours():
                self._kept.enter_context(kept_to(here))
        elif self.framed:
            self._pool = ThreadPoolExecutor(others)

    def _look_seldom(self) -> None:
        """Let the collector look seldom; what is there stays, and copies of this process need not own it."""
        if not gc.get_freeze_count():
            gc.freeze()
            self._collected = gc.get_threshold()
            gc.set_threshold(*SELDOM)

    def _look_as_before(self) -> None:
        if self._collected:
            gc.set_threshold(*self._collected)
            gc.unfreeze()
            self._collected = ()

    def __exit__(self, *error: object) -> None:
        self._look_as_before()
        self._kept.close()
        if self._ending is not None:
            self._ending.join()
        if self._pool is not None:
            ours = self._processes
            if ours is not None and error[0] is not None:
                _kill(ours)  # nobody waits for what is being judged
            self._pool.shutdown(wait=True, cancel_futures=ours is None)  # a pool that ends trips over what is cancelled
            self._pool = None


def _window(pool: Executor) -> int:
    """How many parts to hand out at a time: so many that no worker waits, so few that their outcomes can be held."""
    workers = getattr(pool, "_max_workers", None)
    if workers is None:
        ask: Any = getattr(getattr(pool, "_client", None), "nthreads", dict)  # of Dask
        threads = ask()
        workers = max(WINDOW, sum(threads.values()) if isinstance(threads, dict) else 0)
    return int(workers) + 2


@contextmanager
def _loss_told(part: Part) -> Iterator[None]:
    """Tell the end of what judges the parts in plain words."""
    try:
        yield
    except BrokenExecutor:
        message = "a process that judged a part ended too early (killed, or out of memory); try again with fewer jobs"
        raise WorkerLostError(message) from None
    except CancelledError:
        message = f"{part.file.name} was not judged to its end: the executor was shut down, or its scheduler is gone"
        raise WorkerLostError(message) from None
    except Exception as error:
        if type(error).__name__ != "KilledWorker":  # Dask's, which need not be installed
            raise
        message = f"{part.file.name}: the workers that judged it died one after the other; they may need more memory"
        raise WorkerLostError(message) from None


def _has_lost(pool: ProcessPoolExecutor) -> bool:
    """Whether a process has ended, be it that the pool has not noticed."""
    return any(not one.is_alive() for one in list((pool._processes or {}).values()))


def _kill(pool: ProcessPoolExecutor) -> None:
    """End all processes of a pool, even in the middle of sending an outcome.

    The pool would wait for the rest of it for ever, and whoever shuts it down, for the pool.
    """
    for one in list((pool._processes or {}).values()):
        one.kill()
    queue: Any = getattr(pool, "_result_queue", None)
    if queue is not None:
        queue._writer.close()


def _spelt(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 60 else f"{seconds:g} seconds"


def _done(outcome: Outcome) -> Future[Outcome]:
    """An outcome that is there already."""
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future


def _is_single() -> bool:
    """Whether this process has but one thread, so that a copy of it has all it needs; `False` where none can tell."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _warm(framed: bool) -> None:
    """Do in a process of ours, while the file is looked at, what the first part would have to wait for."""
    if framed:
        from karabakh_data.validation.large import framefacts, structure

        assert framefacts, structure
        require("polars", "fast")


def _keep_memory() -> None:
    """Let the C library keep the memory of a part for the next one.

    glibc takes memory of a size that was never freed before from the system and gives it back at once, and to touch it
    anew for each part is dear. This takes and frees more than any part needs (up to 32 MiB count), and touches none.
    """
    bytes(2 * PART_BYTES)


def _begin(jobs: int, own: Any) -> None:
    """What a process of ours does first: leave Ctrl-C to the one that started it, and take its share of the cores."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    take_share(jobs)
    keep_to(own.get())
    _keep_memory()


__all__ = ["Effort", "Progress", "WorkerLostError"]
