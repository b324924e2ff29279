"""The truth about a generated file: every expected finding with its place, to be compared with what was found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

SHOWN = 10
"""Differences of each sort that a message tells."""


class Expected(NamedTuple):
    """One finding that must be made; `line` and `column` are `None` where the format has none."""

    code: str
    line: int | None
    column: int | None
    field: str | None
    record_id: str | None
    row: int | None
    """1-based number of the record; `None` where it is about no record."""
    kind: str
    """The kind of fault that it follows from."""

    @property
    def place(self) -> tuple[Any, ...]:
        """What must agree with a finding."""
        return (self.code, self.line, self.column, self.field, self.record_id)


@dataclass
class Truth:
    """What is wrong with a file."""

    rows: int
    seed: int
    form: str
    findings: list[Expected] = field(default_factory=list)
    partners: list[int] = field(default_factory=list)
    """Rows that are sound, and that another validator may blame in place of, or beside, the faulty one."""

    @property
    def faulty_rows(self) -> set[int]:
        """The numbers of the rows at fault."""
        return {one.row for one in self.findings if one.row is not None}

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        told = asdict(self) | {"findings": [one._asdict() for one in self.findings]}
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Truth:
        """Read what `write` wrote."""
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(**told | {"findings": [Expected(**one) for one in told["findings"]]})


def beside(path: Path) -> Path:
    """Where the truth about a file stands."""
    return path.with_name(f"{path.name}.truth.json")


def differences(truth: Truth, findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """What was missed and what was found beside the truth; nothing where both agree exactly.

    Args:
        truth: The truth.
        findings: What was found, each as the JSON report has it.
    """
    expected = Counter(one.place for one in truth.findings)
    names = ("code", "line", "column", "field", "record_id")
    found = Counter(tuple(one[name] for name in names) for one in findings)
    kinds = {one.place: one.kind for one in truth.findings}
    missed = [f"missed ({kinds[place]}): {place}" for place in sorted((expected - found).elements(), key=str)]
    beyond = [f"not in the truth: {place}" for place in sorted((found - expected).elements(), key=str)]
    return [*_cut(missed), *_cut(beyond)]


def _cut(told: list[str]) -> list[str]:
    return told if len(told) <= SHOWN else [*told[:SHOWN], f"... and {len(told) - SHOWN:,} more"]
