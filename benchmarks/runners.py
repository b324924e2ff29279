"""Who takes part: how each is started, what it needs, and which file it is given."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import run
from benchmarks.published import ROOT
from benchmarks.rules import RULES

EXTRA = "pip install 'karabakh-data[bench]'"
"""What installs everything that is compared."""


@dataclass(frozen=True)
class Runner:
    """One that takes part."""

    name: str
    title: str
    options: tuple[str, ...] = ()
    """Of `karabakh-data validate`, where it is ours; else of the module."""
    module: str | None = None
    """Of `benchmarks.contenders`, where it is not."""
    needs: str | None = None
    """The package that it needs besides ours."""
    slow: bool = False
    """Whether it takes so long that fewer rounds are run."""
    broken: bool = False
    """Whether it is given the file with faults of structure, which stop others."""
    at_most: int | None = None
    """The most rows that it is given, since its memory grows with them."""
    floor: bool = False
    """Whether it only reads the file."""
    variant: bool = False
    """Whether another stands for it in the table of rules."""

    @property
    def is_ours(self) -> bool:
        """Whether it is this library's validator, whose findings must equal the truth."""
        return self.module is None

    def command(self, python: str, file: Path, report: Path) -> list[str]:
        """The command that judges a file; ours writes its report, the others print what they found."""
        if self.module is not None:
            return [python, "-m", f"benchmarks.contenders.{self.module}", str(file), *self.options]
        return [*ours(python), str(file), "--format", "json", "-o", str(report), *self.options]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that ours judges by: all. Others tell theirs."""
        return tuple(RULES) if self.is_ours else ()


def ours(python: str) -> list[str]:
    """How our validator is started."""
    return [python, "-m", "karabakh_data", "validate", "--table", "incidents"]


RUNNERS = (
    Runner("jobs-1", "karabakh-data, 1 job", ("--jobs", "1")),
    Runner("jobs-2", "karabakh-data, 2 jobs", ("--jobs", "2")),
    Runner("broken", "karabakh-data, 2 jobs, with broken rows", ("--jobs", "2"), broken=True),
    Runner("no-screen", "karabakh-data, every row by the models", ("--no-screen",), slow=True, at_most=50_000),
    Runner("duckdb", "DuckDB, SQL", module="duckdb_sql", needs="duckdb"),
    Runner("dataframely", "dataframely", module="dataframely_schema", needs="dataframely"),
    Runner(
        *("dataframely-few", "dataframely, without wording and twins", ("--few",)),
        module="dataframely_schema",
        needs="dataframely",
        variant=True,
    ),
    Runner("pandera", "pandera on Polars", module="pandera_polars", needs="pandera"),
    Runner("pydantic", "pydantic, row by row", module="pydantic_rows", slow=True),
    Runner("frictionless", "frictionless", module="frictionless_package", slow=True),
    Runner("polars", "Polars, parse only", module="polars_parse", needs="polars", floor=True),
    Runner("csv", "csv.reader, parse only", module="csv_reader", floor=True),
)


class UnavailableError(Exception):
    """One that is asked for cannot be run; the message says what to do."""


def chosen(only: list[str], skip: list[str]) -> list[Runner]:
    """The runners that are asked for.

    Raises:
        UnavailableError: There is none of a name.
    """
    names = [runner.name for runner in RUNNERS]
    for name in (*only, *skip):
        if name not in names:
            raise UnavailableError(f"there is no {name!r}; there are {', '.join(names)}")
    return [one for one in RUNNERS if one.name not in skip and (not only or one.name in only)]


def check(runner: Runner, python: str) -> None:
    """See whether a runner can be started.

    Raises:
        UnavailableError: What it needs is not installed, or our validator has not the option.
    """
    if runner.needs is not None:
        done = run([python, "-c", f"import {runner.needs}"], cwd=ROOT)
        if done.code:
            reason = done.stderr.strip().splitlines()[-1]
            raise UnavailableError(
                f"{runner.name} needs {runner.needs} ({reason}): {EXTRA}, leave it out with --skip {runner.name}, "
                f"or name another interpreter with --python-of {runner.name}=PATH"
            )
    if runner.is_ours:
        done = run([*ours(python), "--help"], cwd=ROOT)
        for option in runner.options:
            if option.startswith("--") and option not in done.stdout:
                raise UnavailableError(
                    f"karabakh-data validate has no {option}; leave it out with --skip {runner.name}"
                )


def pythons(given: list[str]) -> dict[str, str]:
    """The interpreters that `NAME=PATH` names; this one for all others.

    Raises:
        UnavailableError: It has another form, or there is no such runner.
    """
    found = dict.fromkeys((runner.name for runner in RUNNERS), sys.executable)
    for text in given:
        name, _, path = text.partition("=")
        if not path or name not in found:
            raise UnavailableError(f"--python-of {text}: write NAME=PATH, NAME one of {', '.join(found)}")
        found[name] = path
    return found
