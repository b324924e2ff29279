"""frictionless: a package descriptor with the published table schema, its primary key and its foreign key.

A foreign key refers to one resource, so the published ids and those of the file are put into a second one. Lists are
texts with a pattern: their elements cannot be looked up. `limit_errors` is lifted from its default of 1,000.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path
from typing import Any

import frictionless
from frictionless import Checklist, Package, system

from benchmarks.published import ids
from benchmarks.rules import answer, table_schema

RULES = ("required", "types", "range", "vocabulary", "pattern", "key", "reference")

OWN_CODE = (
    *("published key", "list references", "distinct", "order", "own parent", "calendar", "bounds", "circles"),
    *("wording", "plausible dates", "twins", "likeness"),
)
"""Rules for which frictionless takes a class of Python code that looks at each row."""


def _known(path: str, out: Path) -> None:
    """Write the ids that `part_of_id` may name, each once."""
    with open(path, encoding="utf-8", newline="") as stream:
        known = dict.fromkeys([*ids("incidents"), *(row["incident_id"] for row in csv.DictReader(stream))])
    out.write_text("incident_id\n" + "".join(f'"{one}"\n' for one in known), encoding="utf-8")


def main(path: str) -> None:
    """Validate the package of the file and the known ids."""
    with tempfile.TemporaryDirectory() as folder:
        _known(path, Path(folder, "known.csv"))
        schema = table_schema()
        schema["foreignKeys"] = [
            {"fields": ["part_of_id"], "reference": {"resource": "known", "fields": ["incident_id"]}}
        ]
        dialect = {"delimiter": ",", "csv": {"delimiter": ",", "doubleQuote": True}}
        table = {"type": "table", "scheme": "file", "format": "csv", "encoding": "utf-8", "dialect": dialect}
        names = {"fields": [{"name": "incident_id", "type": "string"}]}
        with system.use_context(trusted=True):
            package = Package.from_descriptor(
                {
                    "name": "contribution",
                    "resources": [
                        {"name": "incidents", "path": path, **table, "schema": schema},
                        {"name": "known", "path": str(Path(folder, "known.csv")), **table, "schema": names},
                    ],
                }
            )
            report = package.get_resource("incidents").validate(Checklist(), limit_errors=1_000_000_000)
    found: list[Any] = report.flatten(["rowNumber", "type"])
    rows = [row - 1 for row, _ in found if row is not None]
    answer(RULES, rows, len(found), own_code=OWN_CODE, version=frictionless.__version__)


if __name__ == "__main__":
    main(sys.argv[1])
