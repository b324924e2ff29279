"""Folders of generated incidents, and the ways in which they can be judged."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.faults import Form
from benchmarks.generate import generate
from karabakh_data.dataset import load
from karabakh_data.validation.contribution import judged
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.large.effort import Effort
from karabakh_data.validation.pipeline import Pipeline
from karabakh_data.validation.readers.inputs import Inputs
from karabakh_data.validation.report import Report
from karabakh_data.validation.store import Findings

WHOLE = 1 << 60
"""More bytes than any file has."""

SEEDS = 7
"""With this, no id of a generated row stands in two of the first five files of 600 rows of each form."""

Found = Counter[tuple[str, str, int | None, str | None]]
"""What is wrong: file, code, row and field."""


def partitions(folder: Path, *, rows: int = 600, **forms: int) -> Found:
    """Write files of incidents, so many of each form, into a folder; what is wrong with them."""
    folder.mkdir(exist_ok=True)
    planted: Found = Counter()
    published: set[str | None] = set()
    """Published ids that were taken before: from then on they are taken twice."""
    for number in range(max(forms.values())):
        for form in sorted(name for name, count in forms.items() if number < count):
            path = folder / f"incidents-{number}.{form}"
            truth = generate(rows, path, seed=ord(form[0]) * SEEDS + number, form=_form(form), every=15)
            for one in truth.findings:
                again = one.code == "KD304" and one.record_id in published
                published |= {one.record_id} if one.code == "KD304" else set()
                planted[str(path), "KD303" if again else one.code, one.row, one.field] += 1
    return planted


def _form(name: str) -> Form:
    form: Any = name
    return form


def found(report: Report) -> Found:
    """What a report finds wrong, to be compared with what was planted."""
    return Counter((one.file, one.code, one.row, one.field) for one in report.findings)


def judge(source: Any, effort: Effort) -> Report:
    """Judge with so much effort."""
    findings = Findings()
    return judged(Pipeline(load(), findings), Inputs(findings), source, effort)


def said(report: Report) -> tuple[Any, ...]:
    """All that a report says."""
    return [_all_of(one) for one in report.findings], report.rows, list(report.records), report.files, report.changes


def _all_of(finding: Finding) -> dict[str, Any]:
    return dataclasses.asdict(finding) | {"excerpt": finding.excerpt}
