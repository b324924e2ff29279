"""Every way to judge large files, and the comparison of their reports with that of the plain path, the truth."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from concurrent.futures import Executor
from functools import cache
from typing import Any

from karabakh_data.dataset import Dataset, load
from karabakh_data.validation.contribution import judged
from karabakh_data.validation.large.effort import Effort
from karabakh_data.validation.pipeline import Pipeline
from karabakh_data.validation.readers.inputs import Inputs
from karabakh_data.validation.report import Report
from karabakh_data.validation.store import Findings

TODAY = datetime.date(2026, 1, 1)


@cache
def published() -> Dataset:
    """The published data set, read once for all reports."""
    return load()


def report_of(
    path: Any, effort: Effort, *, update: bool = False, against: Dataset | str | None = "published"
) -> Report:
    """What is found with so much effort."""
    findings = Findings()
    inputs = Inputs(findings, is_update=update)
    dataset = published() if isinstance(against, str) else against
    pipeline = Pipeline(dataset, findings, update=update, today=TODAY)
    return judged(pipeline, inputs, path, effort)


def whole(path: Any, **options: Any) -> Report:
    """The report of the plain path."""
    return report_of(path, Effort(large=1 << 60), **options)


def efforts(part_bytes: int, *, executor: Executor | None = None, threads: bool = True) -> Iterator[tuple[str, Effort]]:
    """Every way to judge part by part, with its name."""
    yield "row by row", Effort(large=0, part_bytes=part_bytes)
    yield "screened", Effort(large=0, framed=True, part_bytes=part_bytes)
    if threads:
        yield "in threads", Effort(large=0, framed=True, part_bytes=part_bytes, jobs=2)
    if executor is not None:
        yield "in processes, row by row", Effort(large=0, part_bytes=part_bytes, executor=executor)
        yield "in processes, screened", Effort(large=0, framed=True, part_bytes=part_bytes, executor=executor)


def content(report: Report) -> dict[str, Any]:
    """All that a report says, in its order; findings with their excerpts."""
    return {
        "findings": [{**dataclasses.asdict(one), "excerpt": one.excerpt} for one in report.findings],
        "records": list(report.records),
        "count": len(report.records),
        "changes": report.changes,
        "files": report.files,
        "rows": report.rows,
    }


def assert_equal(path: Any, *part_bytes: int, executor: Executor | None = None, **options: Any) -> Report:
    """Compare the reports of all ways, with parts of each of these sizes; the plain one is given back.

    Threads, too, are tried where processes are: both are slow to start.
    """
    truth = whole(path, **options)
    expected = content(truth)
    for size in part_bytes:
        for name, effort in efforts(size, executor=executor, threads=executor is not None):
            found = content(report_of(path, effort, **options))
            for key, value in expected.items():
                assert found[key] == value, f"{name}, parts of {size} bytes: other {key}{_first(value, found[key])}"
    return truth


def _first(expected: Any, found: Any) -> str:
    """The first difference of two sequences, for a message."""
    if not isinstance(expected, list | tuple):
        return f": {found}, not {expected}"
    for at, (one, other) in enumerate(zip(expected, found, strict=False)):
        if one != other:
            return f" at {at}:\n  {other}\nnot\n  {one}"
    longer = expected if len(expected) > len(found) else found
    return f": {len(found)}, not {len(expected)}; the next is\n  {longer[min(len(expected), len(found))]}"
