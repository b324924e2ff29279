"""A floor: Python's `csv.reader` reads every row and judges nothing."""

from __future__ import annotations

import csv
import sys

from benchmarks.rules import answer


def main(path: str) -> None:
    """Count the rows."""
    with open(path, encoding="utf-8", newline="") as stream:
        rows = sum(1 for row in csv.reader(stream) if row) - 1
    answer((), None, 0, rows_read=rows)


if __name__ == "__main__":
    main(sys.argv[1])
