"""Cores: how many there are, and how the processes of a validation share them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

_THREADS = "POLARS_MAX_THREADS"

_SET: list[str] = []
"""What this process, ours alone, has set in its environment to share the cores."""


def cores() -> int:
    """The cores that this process may use."""
    return len(_usable()) or os.cpu_count() or 1


def _usable() -> list[int]:
    """The numbers of these cores; none where no process can be kept to some."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def share_cores(jobs: int | None) -> int:
    """How many cores to use, by default all; a process that is ours alone keeps Polars to them too."""
    jobs = jobs or cores()
    if _THREADS not in os.environ:
        os.environ[_THREADS] = str(jobs)
        _SET.append(_THREADS)
    return jobs


def is_ours() -> bool:
    """Whether this process is ours alone, and how Polars uses the cores is ours to say."""
    return bool(_SET)


def take_share(jobs: int) -> None:
    """Keep Polars, where it is not imported yet, to the share of one of so many processes."""
    os.environ[_THREADS] = str(max(1, cores() // jobs))


def core_of_each(jobs: int) -> list[int]:
    """A core for each of so many processes; none where others would have to do without, or could not be kept to it.

    Polars and the thread that asks it wait for each other in turns. Wherever one of them wakes up on the core on which
    another process works, a core lies idle.
    """
    usable = _usable()
    return usable if len(usable) == jobs else []


def keep_to(numbers: Collection[int]) -> None:
    """Keep this thread, and those that it starts, to some cores, where the system allows it."""
    if numbers:
        with suppress(OSError, AttributeError):
            os.sched_setaffinity(0, numbers)


@contextmanager
def kept_to(numbers: Collection[int]) -> Iterator[None]:
    """Keep this thread, and those that it starts, to some cores for a while."""
    before = _usable() if numbers else []
    keep_to(numbers)
    try:
        yield
    finally:
        keep_to(before)
