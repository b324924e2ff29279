"""From a raw row to a record: its cells, then the rules between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from karabakh_data.models import Record
from karabakh_data.rules import Fault as RuleFault
from karabakh_data.tables import MODELS
from karabakh_data.validation.cells import judge_cell, judges_of
from karabakh_data.validation.codes import Code, Said, cells, records
from karabakh_data.validation.finding import Finding, Severity
from karabakh_data.validation.raw import Raw, RawRow, make_finding

_UNREAD = object()
"""Stands for a value whose fault is told already, so that no rule looks at it."""


@dataclass(eq=False)
class Judged:
    """A row with what became of it."""

    raw: RawRow
    values: dict[str, Any] = field(default_factory=dict)
    """The sound values that are not empty."""
    elements: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """The sound elements of each given column, also where others of the list are at fault."""
    unsound: set[str] = field(default_factory=set)
    """Columns whose fault is told."""
    record: Record | None = None
    """The record, if its own fields and rules hold."""
    errors: int = 0

    @property
    def model(self) -> type[Record]:
        """The model of the row's table."""
        return MODELS[self.raw.table]

    @property
    def key(self) -> tuple[Any, ...] | None:
        """The primary key, as far as its values are sound."""
        names = self.model.PRIMARY_KEY
        if not self.unsound.isdisjoint(names):
            return None
        if len(names) == 1 and names[0] not in self.values:
            return None
        return tuple(self.values.get(name) for name in names)

    @property
    def name(self) -> str | None:
        """The id, or the parts of the key, for messages."""
        key = self.key
        return None if key is None else " ".join(str(part) for part in key if part is not None)

    def tell(
        self,
        code: Code[Any, Any],
        said: Said,
        column: str | None,
        at: Raw | None = None,
        value: Any = None,
        underline: tuple[int, int] | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding about this row, at the column's cell where the row has one."""
        if at is None and column is not None:
            at = self.raw.cells.get(column)
        found = make_finding(
            self.raw.source,
            code,
            said,
            at or self.raw,
            self.raw,
            record_id=self.name,
            field=column,
            value=value,
            underline=underline,
        )
        self.errors += (severity or code.severity) is Severity.ERROR
        return found

    def part(self, column: str, element: Any) -> tuple[Raw | None, tuple[int, int] | None]:
        """Where an element of a list column stands: its own place, or (start, length) in the cell."""
        raw = self.raw.cells.get(column)
        if raw is None or element is None:
            return raw, None
        text = str(element)
        if isinstance(raw.value, list):
            return next((one for one in raw.value if str(one.value) == text), raw), None
        if isinstance(raw.value, str):
            start = 0
            for one in raw.value.split(";"):
                if one == text:
                    return raw, (start, max(1, len(one)))
                start += len(one) + 1
        return raw, None


def judge_row(raw: RawRow) -> tuple[Judged, list[Finding]]:
    """Judge a row by itself: each cell, then the rules whose cells are sound."""
    judged = Judged(raw, unsound=set(raw.told), errors=bool(raw.told or raw.broken))
    found = list(_judge_cells(judged))
    if raw.broken:
        judged.unsound.update(name for name in judges_of(raw.table) if name not in judged.values)
        return judged, found
    found += _judge_rules(judged)
    return judged, found


def _judge_cells(judged: Judged) -> Iterator[Finding]:
    raw = judged.raw
    judges = judges_of(raw.table)
    for name in judged.model.PRIMARY_KEY if raw.broken else judges:
        if name in raw.told:
            continue
        given = raw.cells.get(name)
        if given is None:
            if judges[name].column.required and not raw.broken:
                judged.unsound.add(name)
                yield judged.tell(cells.missing_value, cells.missing_value(), name)
            continue
        cell = judge_cell(judges[name], given, raw.source.notation)
        judged.elements[name] = cell.elements
        if not cell.sound:
            judged.unsound.add(name)
        elif cell.value not in (None, ()):
            judged.values[name] = cell.value
        if not raw.broken:
            for fault in cell.faults:
                yield judged.tell(fault.code, fault.said, name, fault.at, fault.text, fault.underline)


def _judge_rules(judged: Judged) -> Iterator[Finding]:
    model = judged.model
    values = judged.values | dict.fromkeys(judged.unsound & model.model_fields.keys(), _UNREAD)
    try:
        judged.record = model.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            name = str(detail["loc"][0]) if detail["loc"] else ""
            if name in judged.unsound:
                continue
            code = records.BY_RULE[detail["type"]]
            yield judged.tell(code, code(RuleFault(name, detail["type"], detail["msg"])), name)
