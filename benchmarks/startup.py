"""How long it takes until the first record is at hand: each a whole process, in interleaved rounds."""

from __future__ import annotations

import sys
from typing import Any

from benchmarks.measure import run
from benchmarks.published import ROOT
from benchmarks.race import MIB, RunError, median

_DATA = "import karabakh_data as kd; data = kd.load()"
_PACKAGE = "from frictionless import Package; package = Package('datapackage.json')"

PROGRAMS = {
    "Python itself": "pass",
    "import karabakh_data": "import karabakh_data",
    "load, read the incidents": f"{_DATA}; print(len(list(data.incidents)))",
    "load, read every table": f"{_DATA}; print(sum(len(list(data.table(name))) for name in data))",
    "import pydantic": "from pydantic import BaseModel",
    "import polars": "import polars",
    "import pandas": "import pandas",
    "frictionless, read the incidents": f"{_PACKAGE}; print(len(package.get_resource('incidents').read_rows()))",
    "frictionless, read every table": f"{_PACKAGE}; print(sum(len(one.read_rows()) for one in package.resources))",
}


def startup(rounds: int) -> list[dict[str, Any]]:
    """Time and memory of each program; the first round warms the caches and is not counted.

    Raises:
        benchmarks.race.RunError: A program ended with an error.
    """
    found: dict[str, dict[str, list[float]]] = {name: {"seconds": [], "peak": []} for name in PROGRAMS}
    for number in range(rounds + 1):
        for name, program in PROGRAMS.items():
            done = run([sys.executable, "-c", program], cwd=ROOT)
            if done.code:
                raise RunError(f"{name} ended with exit code {done.code}:\n{done.stderr[-500:]}")
            if number:
                found[name]["seconds"].append(round(done.seconds, 4))
                found[name]["peak"].append(round(done.peak / MIB, 1))
    return [
        {"name": name, **values, "median": {key: median(all_) for key, all_ in values.items()}}
        for name, values in found.items()
    ]
