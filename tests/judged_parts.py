"""The same contribution judged as a whole and part by part, to hold the reports against each other."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from batches import batches
from slips import as_json

import karabakh_data as kd
from karabakh_data.columns import Column, columns_of
from karabakh_data.models import Record
from karabakh_data.tables import MODELS
from karabakh_data.validation.contribution import judged
from karabakh_data.validation.large import run
from karabakh_data.validation.large.effort import Effort
from karabakh_data.validation.pipeline import Pipeline
from karabakh_data.validation.readers.inputs import Inputs
from karabakh_data.validation.store import Findings

TABLES = ("sources", "places", "statements", "ceasefires", "status_reports", "incidents")
"""The tables that are judged part by part."""

WHOLE = 1 << 60
"""More bytes than any file has."""


@cache
def _published() -> kd.Dataset:
    return kd.load()


def report_on(path: Path, *, update: bool = False, **effort: Any) -> kd.Report:
    findings = Findings()
    pipeline = Pipeline(_published(), findings, update=update, today=datetime.date(2026, 1, 1))
    with Effort(**effort) as one:
        return judged(pipeline, Inputs(findings, is_update=update), path, one)


def said(report: kd.Report) -> dict[str, Any]:
    """Everything that a report says."""
    return {
        "findings": [(finding, finding.excerpt) for finding in report.findings],
        "rows": report.rows,
        "count": len(report.records),
        "records": list(report.records),
        "changes": report.changes,
        "files": report.files,
    }


def assert_same(path: Path, sizes: Iterable[int], *, update: bool = False) -> kd.Report:
    """Check that the parts make the report that the whole makes, plain and screened; that report."""
    whole = report_on(path, update=update, large=WHOLE)
    expected = said(whole)
    for size in sizes:
        for framed in (False, True):
            report = report_on(path, update=update, large=0, framed=framed, part_bytes=size)
            assert isinstance(report.records, run.LazyRecords), "the file was judged part by part"
            found = said(report)
            for key, value in expected.items():
                assert found[key] == value, (key, size, framed)
    return whole


def is_cut(path: Path) -> bool:
    """Whether a file can be judged part by part."""
    return isinstance(report_on(path, large=0).records, run.LazyRecords)


def sound_records(table: str, count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Records that are sound, each with an id of its own, as JSON has them."""
    found: list[dict[str, Any]] = []
    for made in batches(Random(seed), count):
        for record in made[table]:
            values = as_values(record)
            values[MODELS[table].PRIMARY_KEY[0]] += f"-{len(found)}"
            found.append(values)
            if len(found) == count:
                return found
    raise AssertionError("too few batches")


def as_values(record: Record) -> dict[str, Any]:
    """The values of a record that are not empty, as JSON has them."""
    values = ((column, getattr(record, column.name)) for column in columns_of(type(record)))
    return {column.name: as_json(column, value) for column, value in values if value not in (None, ())}


def columns_for(table: str) -> dict[str, Column]:
    return {column.name: column for column in columns_of(MODELS[table])}


__all__ = ["TABLES", "assert_same", "columns_for", "is_cut", "report_on", "sound_records"]
