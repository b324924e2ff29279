"""Every runner on the same rows, in interleaved rounds; what each found is held against the truth."""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.files import generated
from benchmarks.measure import Run, run
from benchmarks.published import ROOT
from benchmarks.runners import Runner
from benchmarks.truth import Truth, differences

MIB = 1 << 20


class TruthError(Exception):
    """Our validator did not find exactly the truth; the message tells the differences."""


class RunError(Exception):
    """A runner ended with an error; the message tells it."""


@dataclass
class Result:
    """All rounds of one runner."""

    name: str
    title: str
    rows: int
    is_ours: bool
    floor: bool
    variant: bool = False
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    """MiB."""
    rules: list[str] = field(default_factory=list)
    own_code: list[str] = field(default_factory=list)
    """Rules that it could only be taught by code of one's own."""
    version: str | None = None
    planted: int = 0
    """Rows at fault in its file."""
    found: int | None = None
    """How many of them it found; `None` where it does not tell."""
    false_alarms: int | None = None
    """Rows without a fault that it found at fault."""
    findings: int | None = None

    def add(self, done: Run) -> None:
        """Add a round."""
        self.seconds.append(round(done.seconds, 3))
        self.cpu.append(round(done.cpu, 3))
        self.peak.append(round(done.peak / MIB, 1))

    def to_dict(self) -> dict[str, Any]:
        """As `results.json` has it."""
        return asdict(self) | {"median": {name: median(getattr(self, name)) for name in ("seconds", "cpu", "peak")}}


def median(values: Sequence[float]) -> float:
    """The median, as exact as the values are."""
    return round(statistics.median(values), 3)


def race(
    runners: Sequence[Runner], pythons: dict[str, str], *, rows: int, seed: int, rounds: int, rounds_slow: int
) -> list[Result]:
    """Run every runner in each round, one after the other; the slow ones in the first rounds only.

    Raises:
        TruthError: Our validator did not find exactly the truth.
        RunError: A runner ended with an error.
    """
    files = {one.name: generated(min(rows, one.at_most or rows), seed, broken=one.broken) for one in runners}
    results = {}
    for one in runners:
        truth = files[one.name][1]
        told = (one.name, one.title, truth.rows, one.is_ours, one.floor, one.variant)
        results[one.name] = Result(*told, rules=list(one.rules))
    for number in range(max(rounds, rounds_slow)):
        for one in runners:
            if number < (rounds_slow if one.slow else rounds):
                done = once(one, pythons[one.name], *files[one.name], results[one.name])
                print(f"{number + 1}  {one.name:<14}{done.seconds:9.2f} s{done.peak / MIB:9.0f} MiB", flush=True)
    return list(results.values())


def once(runner: Runner, python: str, file: Path, truth: Truth, result: Result) -> Run:
    """One process: measured, and what it found compared."""
    _read(file)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        done = run(runner.command(python, file, report), cwd=ROOT)
        if done.code not in ((0, 1) if runner.is_ours else (0,)) or (runner.is_ours and not report.exists()):
            tail = "\n".join(done.stderr.strip().splitlines()[-8:])
            raise RunError(f"{runner.name} ended with exit code {done.code}:\n{tail}")
        result.add(done)
        result.planted = len(truth.faulty_rows)
        if runner.is_ours:
            compare_ours(result, json.loads(report.read_text(encoding="utf-8")), truth)
        else:
            compare_other(result, json.loads(done.stdout), truth)
    return done


def _read(file: Path) -> None:
    """Read a file once, so that it is in memory and no disk is measured."""
    with file.open("rb") as stream:
        while stream.read(MIB):
            pass


def compare_ours(result: Result, report: dict[str, Any], truth: Truth) -> None:
    """Hold our report against the truth, exactly.

    Raises:
        TruthError: They differ.
    """
    different = differences(truth, report["findings"])
    if different:
        raise TruthError(f"{result.name} did not find exactly the truth:\n" + "\n".join(different))
    result.found, result.false_alarms = len(truth.faulty_rows), 0
    result.findings = len(report["findings"])


def compare_other(result: Result, told: dict[str, Any], truth: Truth) -> None:
    """Hold the rows that another blames against those at fault."""
    result.rules, result.version, result.findings = told["rules"], told.get("version"), told["findings"]
    result.own_code = told["own_code"]
    if told["rows"] is not None:
        rows = set(told["rows"])
        result.found = len(rows & truth.faulty_rows)
        result.false_alarms = len(rows - truth.faulty_rows - set(truth.partners))
