"""Writes a file of incident rows and the truth about it: `python -m benchmarks.generate N OUT [--seed S] [--form F]`.

The same seed, size and options give the same bytes. One row in 500 is at fault, in a known way and at a known place.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import IO, get_args

from benchmarks import columnar, jsonlines
from benchmarks.faults import Form
from benchmarks.plan import Places, Plan, planted
from benchmarks.published import COLUMNS
from benchmarks.sound import Cells
from benchmarks.texts import Texts
from benchmarks.truth import Truth, beside

EVERY = 500
"""One row in so many is at fault."""

_BUFFER = 2_000
"""Rows that are written at once."""

# --- CSV and TSV ---------------------------------------------------------------------------------------------------


def _written(cells: Cells, delimiter: str) -> list[str]:
    """The cells as CSV has them: in quotation marks where that is needed."""
    return [
        f'"{cell.replace(chr(34), chr(34) * 2)}"' if '"' in cell or delimiter in cell or "\n" in cell else cell
        for cell in cells
    ]


def _places(written: list[str], line: int) -> Places:
    """Where each written cell starts, and the row: line and column, both from 1, in code points."""
    places: Places = {None: (line, 1)}
    column = 1
    for name, text in zip(COLUMNS, written, strict=False):
        places[name] = line, column
        line += text.count("\n")
        column = len(text) - text.rfind("\n") if "\n" in text else column + len(text)
        column += 1
    return places


def _write_delimited(stream: IO[str], rows: int, seed: int, plan: Plan, delimiter: str, truth: Truth) -> None:
    stream.write(delimiter.join(COLUMNS) + "\n")
    line = 2
    texts: list[str] = []
    for cells, fault in planted(rows, seed, plan):
        text = delimiter.join(cells)
        if fault is not None or '"' in text or "\n" in text or text.count(delimiter) != len(COLUMNS) - 1:
            written = _written(cells, delimiter)
            if fault is not None:
                if fault.kind.break_up is not None:
                    fault.kind.break_up(written, delimiter)
                if fault.kind.special == "blank":
                    written[0] = "\n" + written[0]
                fault.tell(truth, cells, _places(written, line))
            text = delimiter.join(written)
        texts.append(text + "\n")
        line += text.count("\n") + 1
        if len(texts) == _BUFFER:
            stream.writelines(texts)
            texts.clear()
    stream.writelines(texts)


# --- Any format ----------------------------------------------------------------------------------------------------


def generate(
    rows: int, out: Path, *, seed: int = 1, form: Form = "csv", every: int = EVERY, structural: bool = True
) -> Truth:
    """Write a file of incident rows, row by row, and return the truth about it.

    Args:
        rows: How many rows.
        out: The file.
        seed: Of the randomness.
        form: The format.
        every: One row in so many is at fault.
        structural: Whether some faults make the file no well-formed table, as unclosed quotation marks do.
    """
    truth = Truth(rows, seed, form)
    plan = Plan(form, every, structural=structural)
    if form == "parquet":
        columnar.write(out, rows, seed, plan, truth)
    else:
        with out.open("w", encoding="utf-8", newline="\n") as stream:
            if form == "jsonl":
                jsonlines.write(stream, rows, seed, plan, truth)
            else:
                _write_delimited(stream, rows, seed, plan, "," if form == "csv" else "\t", truth)
    return truth


def main(arguments: list[str] | None = None) -> int:
    """Write the file that is asked for, with its truth beside it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=get_args(Form), default="csv")
    parser.add_argument("--every", type=int, default=EVERY, help="one row in so many is at fault")
    parser.add_argument("--well-formed", action="store_true", help="no faults of structure")
    given = parser.parse_args(arguments)
    truth = generate(
        given.rows,
        given.out,
        seed=given.seed,
        form=given.form,
        every=given.every,
        structural=not given.well_formed,
    )
    truth.write(beside(given.out))
    Texts.of_package().write(given.out)
    print(f"{given.out}: {given.rows:,} rows, {len(truth.faulty_rows):,} at fault, {len(truth.findings):,} findings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
