"""The generated rows as Parquet, typed and in row groups; a place in it is the number of a row."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.jsonlines import LISTS, NUMBERS, typed
from benchmarks.plan import Places, Plan, planted
from benchmarks.published import COLUMNS
from benchmarks.truth import Truth

GROUP = 50_000
"""Rows of a row group."""


def write(out: Path, rows: int, seed: int, plan: Plan, truth: Truth) -> None:
    """Write the rows and add what is wrong with them to the truth."""
    import pyarrow as pa
    from pyarrow import parquet

    types: dict[str, Any] = dict.fromkeys(COLUMNS, pa.string()) | {"background": pa.bool_()}
    types |= dict.fromkeys(LISTS, pa.list_(pa.string())) | dict.fromkeys(NUMBERS, pa.int64())
    schema = pa.schema(list(types.items()))
    nowhere: Places = dict.fromkeys([None, *COLUMNS], (None, None))
    source = planted(rows, seed, plan)
    with parquet.ParquetWriter(out, schema) as writer:
        while group := list(islice(source, GROUP)):
            for cells, fault in group:
                if fault is not None:
                    fault.tell(truth, cells, nowhere)
            columns = zip(*(cells for cells, _ in group), strict=True)
            arrays = [
                pa.array([typed(name, cell) for cell in column], types[name])
                for name, column in zip(COLUMNS, columns, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
