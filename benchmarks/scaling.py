"""How time and memory of our validator grow with the rows and with the cores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from benchmarks.files import generated
from benchmarks.race import Result, once
from benchmarks.runners import Runner

TIMES = ((1, 1), (1, 2), (5, 1), (5, 2), (10, 2))
"""(rows, as a multiple; jobs) of each run."""


def scaling(python: str, *, rows: int, seed: int) -> list[dict[str, Any]]:
    """One run for each size and number of jobs; the findings must equal the truth in each.

    Raises:
        benchmarks.race.TruthError: They do not.
    """
    return [asdict(result) | {"jobs": jobs} for jobs, result in _runs(python, rows, seed)]


def _runs(python: str, rows: int, seed: int) -> Iterator[tuple[int, Result]]:
    for times, jobs in TIMES:
        runner = Runner(f"jobs-{jobs}", f"karabakh-data, {jobs} jobs", ("--jobs", str(jobs)), broken=True)
        result = Result(runner.name, runner.title, times * rows, is_ours=True, floor=False)
        done = once(runner, python, *generated(times * rows, seed, broken=True), result)
        print(f"{times * rows:>12,} rows, {jobs} jobs {done.seconds:9.2f} s{done.peak / 2**20:9.0f} MiB", flush=True)
        yield jobs, result
