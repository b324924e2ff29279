"""Rows of a part judged by themselves: each row, then the checks that need no other large record, and its facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from karabakh_data.columns import columns_of
from karabakh_data.models import Incident, Record, Statement
from karabakh_data.rules import is_filled
from karabakh_data.validation.check import Check, Problem
from karabakh_data.validation.checks import parent_columns
from karabakh_data.validation.codes import Said, numbered
from karabakh_data.validation.codes.records import derived_not_compared
from karabakh_data.validation.derived import BASIS, set_columns
from karabakh_data.validation.large.facts import content_digests, digests
from karabakh_data.validation.large.parts import Kind, Outcome, Place
from karabakh_data.validation.large.setting import Setting, content_columns
from karabakh_data.validation.pipeline import unresolved
from karabakh_data.validation.raw import RawRow
from karabakh_data.validation.resemblance import WITH_ID
from karabakh_data.validation.rows import Judged, judge_row
from karabakh_data.validation.suite import ALL_CHECKS
from karabakh_data.validation.world import World
from karabakh_data.vocabulary import SpeechAct

GROUP = 2_000
"""Rows that are held at a time."""


class Alone:
    """Judges rows of one table, wherever they stand, and notes what is to be compared later.

    Args:
        setting: What they are judged by.
        table: Their table.
        outcome: Where everything is added that is found.
    """

    def __init__(self, setting: Setting, table: str, outcome: Outcome) -> None:
        self._setting = setting
        self._table = table
        self._outcome = outcome
        self._group: list[Judged] = []
        self._rows: list[int] = []
        self._checks = [one for one in ALL_CHECKS if table in one.watches and not one.together]
        self._texts: dict[Kind, list[tuple[Any, ...]]] = {kind: [] for kind in Kind}
        self._alike = setting.alike(table)

    def take(self, raw: RawRow, place: Place) -> Judged:
        """Judge a row; whatever depends on itself alone is told now or with the group."""
        judged, found = judge_row(raw, self._setting.published.corrected_by(raw) if self._setting.update else None)
        for finding in found:
            self._outcome.findings.append(finding)
        self._note(judged, place)
        self._group.append(judged)
        self._rows.append(place.row)
        if len(self._group) >= GROUP:
            self._finish_group()
        return judged

    def finish(self) -> None:
        """Judge the last group, and make facts of what was noted."""
        self._finish_group()
        for kind, rows in _digested(self._texts, self._setting):
            self._outcome.add(kind, rows)
        for noted in self._texts.values():
            noted.clear()

    # --- Checks ----------------------------------------------------------------------------------------------------

    def _finish_group(self) -> None:
        if self._group:
            compare(self._setting, self._table, self._group, self._checks, self._outcome.findings.append)
            self._outcome.faulty += [
                row for row, one in zip(self._rows, self._group, strict=True) if one.errors or one.record is None
            ]
            self._group.clear()
            self._rows.clear()

    # --- Facts -----------------------------------------------------------------------------------------------------

    def _note(self, judged: Judged, place: Place) -> None:
        setting, noted, table = self._setting, self._texts, self._table
        key = judged.key
        if key is not None:
            noted[Kind.KEYS].append((key[0], *place))
            self._outcome.add_ids([(place.row, key[0])])
            if setting.published.get(table, key) is not None:
                noted[Kind.PUBLISHED].append(tuple(place))
        if judged.raw.broken:
            return
        for _, _, target in unresolved(judged, setting.is_known):
            noted[Kind.REFERENCES].append((target, *place))
        if table in BASIS and setting.dataset is None:
            for column in set_columns(columns_of(judged.model)):
                if is_filled(judged.values.get(column.name)) and column.name not in self._outcome.not_compared:
                    said = derived_not_compared(column.name, BASIS[table])
                    self._outcome.not_compared[column.name] = judged.tell(derived_not_compared, said, column.name)
        record = judged.record
        if not judged.is_sound or record is None:
            return
        if table in WITH_ID:
            noted[Kind.CONTENTS].append((_cells(record, texts=True), *place))
            if self._alike and _cells(record, texts=False) in self._alike:
                noted[Kind.ALIKE].append(tuple(place))
        for name in parent_columns(table):
            parent = getattr(record, name)
            if parent is not None and (setting.update or setting.published.table_of(parent) is None):
                noted[Kind.PARENTS].append((record.identity, parent, *place))
        beside = beside_of(setting, record)
        if beside is not None:
            noted[Kind.BESIDE].append((beside, *place))


def beside_of(setting: Setting, record: Record) -> str | None:
    """The id of the record of its table beside which a record has to be judged, if any.

    An incident with blame stands beside its whole (KD508), a retraction beside what it withdraws (KD415).
    """
    if isinstance(record, Incident) and (record.blamed_ids or record.incident_id in setting.claimed):
        return record.part_of_id
    if isinstance(record, Statement) and record.speech_act is SpeechAct.RETRACT:
        return record.responds_to_id
    return None


def _cells(record: Record, *, texts: bool) -> tuple[str, ...]:
    columns = content_columns(record.TABLE, texts=texts)
    return tuple(column.write(getattr(record, column.name)) for column in columns)


def _digested(
    texts: Mapping[Kind, Sequence[tuple[Any, ...]]], setting: Setting
) -> Iterator[tuple[Kind, Sequence[tuple[int, ...]]]]:
    """Facts with digests in place of their texts."""
    plain = [(kind, _WIDTH[kind]) for kind in texts if kind in _WIDTH]
    cells = [row[at] for kind, width in plain for at in range(width) for row in texts[kind]]
    found = iter(digests(cells, setting.seed, framed=setting.framed) if cells else ())
    made = {kind: [list(islice(found, len(texts[kind]))) for _ in range(width)] for kind, width in plain}
    if contents := texts[Kind.CONTENTS]:
        made[Kind.CONTENTS] = [content_digests([row[0] for row in contents], setting.seed, framed=setting.framed)]
    for kind, noted in texts.items():
        if noted:
            columns = [*made.get(kind, ()), *([row[at] for row in noted] for at in (-2, -1))]
            yield kind, list(zip(*columns, strict=True))


_WIDTH = {Kind.KEYS: 1, Kind.REFERENCES: 1, Kind.PARENTS: 2, Kind.BESIDE: 1}
"""How many texts there are to a fact of a kind."""


# --- Checks that need no other large record ------------------------------------------------------------------------


def compare(setting: Setting, table: str, group: Sequence[Judged], checks: Sequence[Check], add: Any) -> None:
    """Run checks on rows, each of which is judged as if it came alone."""
    by_record: dict[int, Judged] = {}
    each, own = [], []
    for judged in group:
        if not judged.raw.broken:
            record = judged.record or judged.part_of_record()
            by_record[id(record)] = judged
            each.append(record)
            if judged.is_sound:
                own.append(record)
    today, replaced = setting.today, setting.replaced
    worlds = {
        True: World(setting.dataset, {**setting.each, table: each}, replaced, today),
        False: World(setting.dataset, {**setting.context, table: own}, replaced, today),
    }
    for check in checks:
        for problem in check(worlds[check.lone]):
            found = by_record.get(id(problem.record))
            missed = check.absent and setting.doubtful.may_miss(check.absent, problem.record_id)
            if found is not None and not missed:
                add(told(found, problem))


def told(judged: Judged, problem: Problem) -> Any:
    """The finding of a problem at a row."""
    made = numbered(problem.code)
    at, underline = judged.part(problem.field, problem.element)
    said = Said(problem.message, problem.suggestion)
    return judged.tell(made, said, problem.field, at, problem.element, underline)
