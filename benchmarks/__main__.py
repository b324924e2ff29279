"""One command that measures everything: `python -m benchmarks`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import page, tables
from benchmarks.files import generated
from benchmarks.machine import busy, described
from benchmarks.plot import plot
from benchmarks.race import RunError, TruthError, race
from benchmarks.runners import EXTRA, RUNNERS, Runner, UnavailableError, check, chosen, pythons
from benchmarks.scaling import scaling
from benchmarks.startup import startup

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE / "results"


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for; 1 where our validator did not find the truth, 2 where something cannot be run."""
    given = _parser().parse_args(arguments)
    try:
        return _measure(given)
    except TruthError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except (RunError, UnavailableError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join(runner.name for runner in RUNNERS)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rounds-slow", type=int, default=1, help="rounds of those that take long")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help=f"some of {names}")
    parser.add_argument("--skip", nargs="+", default=[], metavar="NAME", help="leave some out")
    parser.add_argument(
        "--python-of", nargs="+", default=[], metavar="NAME=PATH", help="another interpreter for one of them"
    )
    parser.add_argument("--scaling", action="store_true", help="instead: ours at 1, 5 and 10 times the rows")
    parser.add_argument("--startup", action="store_true", help="instead: imports and loading")
    parser.add_argument(
        "--out",
        type=Path,
        default=PUBLISHED,
        help="folder of results.json and the picture; the page shows those of benchmarks/results",
    )
    return parser


def _measure(given: argparse.Namespace) -> int:
    warning = busy()
    if warning is not None:
        print(warning, file=sys.stderr)
    found: dict[str, Any] = {"machine": described(), "busy": warning}
    if given.startup:
        found |= {"results": startup(given.rounds)}
        name, head, rows = "startup", tables.STARTUP_HEAD, tables.startup
    elif given.scaling:
        check(Runner("scaling", "", ("--jobs",)), sys.executable)
        found |= {"results": scaling(sys.executable, rows=given.rows, seed=given.seed)}
        name, head, rows = "scaling", tables.SCALING_HEAD, tables.scaling
    else:
        found |= _race(given)
        name, head, rows = "race", tables.RACE_HEAD, tables.race
    results = _written(given.out, name, found)
    print(f"\n{tables.plain(head, rows(results))}")
    _show(given, results)
    return 0


def _race(given: argparse.Namespace) -> dict[str, Any]:
    runners = chosen(given.only, given.skip)
    interpreters = pythons(given.python_of)
    for runner in runners:
        check(runner, interpreters[runner.name])
    path, _ = generated(given.rows, given.seed, broken=False)
    options = {"rows": given.rows, "seed": given.seed, "rounds": given.rounds, "rounds_slow": given.rounds_slow}
    results = race(runners, interpreters, **options)
    return options | {"megabytes": path.stat().st_size / 1e6, "results": [one.to_dict() for one in results]}


def _written(folder: Path, name: str, found: dict[str, Any]) -> dict[str, Any]:
    """All results, of earlier calls too, with what was found now."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "results.json"
    earlier: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    results = earlier | {name: found}
    path.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return results


def _show(given: argparse.Namespace, results: dict[str, Any]) -> None:
    """Draw the picture and rewrite the page."""
    picture = given.out / "results.svg"
    if "race" in results:
        try:
            plot(results, picture)
        except ModuleNotFoundError as error:
            raise UnavailableError(f"the picture needs {error.name}: {EXTRA}") from None
    if given.out == PUBLISHED:
        link = picture.relative_to(HERE).as_posix() if picture.exists() else None
        page.rewrite(HERE / "README.md", results, link)


if __name__ == "__main__":
    sys.exit(main())
