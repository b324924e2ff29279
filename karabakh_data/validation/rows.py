"""From a raw row to a record: its cells, then the rules between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeAlias

from pydantic import ValidationError

from karabakh_data.columns import SEPARATOR
from karabakh_data.models import Record
from karabakh_data.rules import Distinct, Ordered, Rule, StandsAlone, faults
from karabakh_data.rules import Fault as RuleFault
from karabakh_data.tables import MODELS
from karabakh_data.validation.cells import Fault, judge_cell, judges_of
from karabakh_data.validation.codes import Code, Said, cells, records
from karabakh_data.validation.finding import Finding, Severity
from karabakh_data.validation.raw import Raw, RawRow, make_finding

Place: TypeAlias = tuple[Raw | None, tuple[int, int] | None]
"""A value, and (start, length) of the part of it that is meant."""

KEPT = 1_000
"""Characters of a text at fault that are kept once it is told."""

LONGEST = 300
"""Characters of a record's name, and of a message of a rule, that are kept."""


@dataclass(eq=False, slots=True)
class Judged:
    """A row with what became of it."""

    raw: RawRow
    values: dict[str, Any] = field(default_factory=dict)
    """The sound values that are not empty."""
    elements: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """The sound ids of each given column that refers to records, also where others of the list are at fault."""
    unsound: set[str] = field(default_factory=set)
    """Columns whose fault is told."""
    record: Record | None = None
    """The record, if its own fields and rules hold."""
    errors: int = 0
    is_sound: bool = False
    """Whether its fields and rules hold, whatever keys, references and other records say."""
    _places: dict[str, dict[str, Place]] | None = None

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
        return None if key is None else _cut(" ".join(str(part) for part in key if part is not None))

    def let_go(self) -> None:
        """Forget long texts that are at fault, of which everything is told: a row may be held for long."""
        for name in self.unsound:
            cell = self.raw.cells.get(name)
            if (
                cell is not None
                and isinstance(cell.value, str)
                and len(cell.value) > KEPT
                and not self.elements.get(name)
            ):
                self.raw.cells[name] = replace(cell, value=cell.value[:KEPT])

    def part_of_record(self) -> Record:
        """What is sound of a record at fault, for checks that look at single columns; the rest is empty."""
        return _empty(self.raw.table).model_copy(update=self.values)

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

    def part(self, column: str, element: Any) -> Place:
        """Where an element of a list column stands."""
        raw = self.raw.cells.get(column)
        if raw is None or element is None:
            return raw, None
        if self._places is None:
            self._places = {}
        if column not in self._places:
            self._places[column] = dict(_places(raw))
        return self._places[column].get(str(element), (raw, None))


@cache
def _empty(table: str) -> Record:
    """A record of a table in which nothing is given."""
    empty: dict[str, Any] = {name: () if judge.column.is_list else None for name, judge in judges_of(table).items()}
    return MODELS[table].model_construct(**empty)


def _places(raw: Raw) -> Iterator[tuple[str, Place]]:
    """Each element of a list cell with its place, the last first, so that of equal ones the first is kept."""
    if isinstance(raw.value, list):
        for one in reversed(raw.value):
            yield str(one.value), (one, None)
    elif isinstance(raw.value, str):
        end = len(raw.value)
        for text in reversed(raw.value.split(SEPARATOR)):
            start = end - len(text)
            yield text, (raw, (start, max(1, len(text))))
            end = start - 1


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def judge_row(raw: RawRow, published: Record | None = None) -> tuple[Judged, list[Finding]]:
    """Judge a row by itself: each cell, then the rules whose cells are sound.

    Args:
        raw: The row.
        published: The record that it corrects: a column that the row leaves out stays as it is there.
    """
    judged = Judged(raw, unsound=set(raw.told), errors=bool(raw.told or raw.at_fault or raw.broken))
    if published is not None:
        _keep(judged, published)
    told = _judge_cells(judged)  # all of them first, since a key of several columns names the record
    if raw.broken:
        judged.unsound.update(name for name in judged.model.PRIMARY_KEY if name not in judged.values)
        return judged, []
    found = []
    for name, fault in told:
        at = fault.at if name in raw.cells else None
        found.append(judged.tell(fault.code, fault.said, name, at, fault.text, fault.underline))
    found += _judge_rules(judged)
    judged.is_sound = judged.record is not None and not judged.errors
    return judged, found


def _keep(judged: Judged, published: Record) -> None:
    for name, judge in judges_of(judged.raw.table).items():
        origin = judge.column.origin
        kept = origin is None or not origin.is_derived or judge.column.required
        value = getattr(published, name)
        if kept and name not in judged.raw.cells and name not in judged.raw.told and value not in (None, ()):
            judged.values[name] = value


def _judge_cells(judged: Judged) -> list[tuple[str, Fault]]:
    raw = judged.raw
    judges = judges_of(raw.table)
    told: list[tuple[str, Fault]] = []
    for name in judged.model.PRIMARY_KEY if raw.broken else judges:
        if name in raw.told:
            continue
        given = raw.cells.get(name)
        if given is None and (raw.broken or name in judged.values):
            continue
        judge = judges[name]
        if (given is None or given.value is None or given.value == "") and not judge.column.required:
            continue  # most cells of most rows
        cell = judge_cell(judge, given or Raw(None), raw.source.notation)
        if given is not None and cell.elements and judge.column.reference is not None:
            judged.elements[name] = cell.elements
        if not cell.sound:
            judged.unsound.add(name)
        elif cell.value not in (None, ()):
            judged.values[name] = cell.value
        told += [(name, fault) for fault in cell.faults]
    return told


# --- Rules ---------------------------------------------------------------------------------------------------------


def _judge_rules(judged: Judged) -> Iterator[Finding]:
    model, values, unsound = judged.model, judged.values, judged.unsound
    refused: list[Any] = []
    if not unsound:
        try:
            judged.record = model.model_validate(values)
        except ValidationError as error:
            refused = error.errors(include_url=False)
        else:
            return
    broken = [(rule, fault) for rule in model.RULES for fault in faults((rule,), values, frozenset(unsound))]
    for rule, fault in _once(broken):
        element = _element(rule, fault, values)
        at, underline = judged.part(fault.field, element)
        code = records.BY_RULE[fault.code]
        said = code(fault._replace(message=_short(fault.message)))
        yield judged.tell(code, said, fault.field, at, element, underline)
    sound = {name: values.get(name) for name in model.model_fields if name not in unsound}
    for fault in model._differing(sound, model.row_derived(sound)):
        yield judged.tell(records.derived_differs, records.derived_differs(fault), fault.field)
    for detail in refused:
        if detail["type"] not in records.BY_RULE:  # judged by its column alone, it was accepted
            yield judged.tell(cells.other_form, Said(_short(detail["msg"])), str(detail["loc"][0]))


def _once(broken: list[tuple[Rule, RuleFault]]) -> Iterator[tuple[Rule, RuleFault]]:
    """One fault for each value to mend: rules that miss the same value, or compare the same date, tell it once."""
    dates = Counter(name for rule, _ in broken if isinstance(rule, Ordered) for name in rule.fields)
    told: set[tuple[str, str]] = set()
    for rule, fault in broken:
        names: tuple[str, ...] = rule.fields if isinstance(rule, Ordered) else (fault.field,)
        if told.isdisjoint((fault.code, name) for name in names):
            meant = max(names, key=dates.__getitem__)
            told.add((fault.code, meant))
            yield rule, fault._replace(field=meant)


def _element(rule: Rule, fault: RuleFault, values: dict[str, Any]) -> Any:
    """The element of a list that a rule is about."""
    value = values.get(fault.field)
    if isinstance(rule, Distinct):
        first = values[rule.names[0]]
        among = first if isinstance(first, tuple) else (first,)
        return min(set(among).intersection(value if isinstance(value, tuple) else (value,)))
    if isinstance(rule, StandsAlone):
        return next(word for word in rule.words if value and word in value)
    return None


def _short(message: str) -> str:
    """A message in which no word is as long as a value may be."""
    return _cut(re.sub(r"\S{100,}", lambda match: match[0][:60] + "…", message))
