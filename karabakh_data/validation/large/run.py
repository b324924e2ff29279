"""A validation of large files: part by part, then what holds between their rows."""

from __future__ import annotations

import dataclasses
import datetime
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Any, overload

from karabakh_data.models import Record
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.derived import BASIS
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.known import SUGGESTED_FROM, wrong_kind_meant
from karabakh_data.validation.large import formats
from karabakh_data.validation.large.alone import Alone
from karabakh_data.validation.large.effort import Effort
from karabakh_data.validation.large.facts import Facts, Frames, digests, new_seed
from karabakh_data.validation.large.facts import Rows as FactRows
from karabakh_data.validation.large.parts import FileSpec, Kind, Outcome, Part, Place, line_of_file
from karabakh_data.validation.large.setting import Setting
from karabakh_data.validation.large.together import Rows, Together
from karabakh_data.validation.large.work import judge_part
from karabakh_data.validation.pipeline import Pipeline, unresolved
from karabakh_data.validation.raw import RawRow
from karabakh_data.validation.report import Change, Interrupted, Report
from karabakh_data.validation.rows import judge_row

_ONCE = frozenset({codes.not_utf8.number, codes.line_ends.number})
"""Codes that are told once for a file."""


class LargeRun:
    """One validation of files that are too large to hold their rows.

    Args:
        pipeline: What judges all rows that do not stand in large files.
        tables: The tables that are judged part by part.
        files: Their large files, in the order of the input; found while the others are read.
        effort: How the work is done.
        source: What was given; kept as long as the valid records may be read.
    """

    def __init__(
        self, pipeline: Pipeline, tables: Collection[str], files: Sequence[FileSpec], effort: Effort, source: Any = None
    ) -> None:
        self._source = source
        self._pipeline = pipeline
        self._files = files
        self._effort = effort
        self._tables = set(tables)
        self._beside: dict[tuple[int, str], list[RawRow]] = defaultdict(list)
        """Rows of large tables in other files, by the position of the file among the inputs, and their table."""
        self._turns: list[int] = []
        """When each row that the pipeline keeps was read, among all rows that do not stand in large files."""
        self._changes = Changes(pipeline)
        self._not_compared: dict[tuple[str, str], Finding] = {}
        self._held: dict[tuple[int, str], int] = {}
        """The numbers that these rows have among the parts, by the position of the file and their table."""
        self._facts: Facts = Frames() if effort.framed else FactRows()
        self._rows = Rows()
        self._told: set[tuple[Any, ...]] = set()
        self._ids: dict[str, dict[str, None] | None] = {table: {} for table in self._tables}
        self._counts: dict[int, int] = defaultdict(int)
        """Rows of each file."""
        self._numbered: dict[int, int] = defaultdict(int)
        """Row numbers that are given out in each file."""
        self._lines: dict[int, int] = {}
        """Physical lines of each file that stand before what is still to be judged."""

    def run(self, rows: Iterable[RawRow], files: list[str]) -> Report:
        """Judge everything.

        Args:
            rows: The rows of the files that are not large.
            files: The names of all files; may still grow while those are read.

        Raises:
            Interrupted: The validation was stopped.
            karabakh_data.validation.large.effort.WorkerLostError: A process that judged a part was killed.
        """
        try:
            return self._report(files, self._judged(rows))
        except KeyboardInterrupt:
            raise Interrupted(self._report(files, (), stopped=True)) from None

    def _judged(self, rows: Iterable[RawRow]) -> Sequence[Record]:
        """Judge everything, and give the valid records."""
        for number, raw in enumerate(rows):
            if raw.table in self._tables:
                self._beside[raw.source.order, raw.table].append(raw)
                self._rows.turns[id(raw)] = number
            else:
                self._pipeline.take(raw)
                self._changes.take(raw.source.order, number)
                if not raw.broken:
                    self._turns.append(number)
        self._note_told()
        # a worker, or whoever goes through the records later, may stand in another folder
        self._files = [dataclasses.replace(spec, path=spec.path.absolute()) for spec in self._files]
        setting = self._setting()
        for outcome in self._outcomes(setting):
            self._merge(outcome)
        for spec in self._files:
            if self._counts[spec.order]:
                self._pipeline.tables[spec.order].add(spec.table)
            elif spec.order not in self._filled:
                formats.tell_empty(spec, self._pipeline.findings)
        apart = self._numbers
        self._note_small(setting, apart)
        if self._effort.jobs > 1:
            self._facts.look_ahead()
        for table, ids in self._ids.items():
            self._pipeline.ids[table] = {**(ids or {})}
        together = Together(self._pipeline, setting, self._facts, self._rows)
        together.tell_keys(self._changes.take)
        self._pipeline.elsewhere = self._elsewhere(setting, together.tell_references(apart))
        self._pipeline.references()
        together.tell_others(self._sound())
        self._tell_not_compared()
        self._pipeline.across()
        count = sum(self._counts.values())
        records = LazyRecords(self._pipeline, self._turns, setting, self._parts_in_order, self._rows, count)
        records.source = self._source
        return records

    def _report(self, files: list[str], records: Sequence[Record], *, stopped: bool = False) -> Report:
        return Report(
            findings=self._pipeline.findings.in_order(),
            records=records,
            changes=self._changes.in_order(),
            files=tuple(files),
            rows=self._pipeline.seen + sum(self._counts.values()),
            stopped=stopped,
        )

    def _setting(self) -> Setting:
        pipeline = self._pipeline
        context: dict[str, list[Record]] = defaultdict(list)
        each: dict[str, list[Record]] = defaultdict(list)
        for judged in pipeline.rows:
            each[judged.raw.table].append(judged.record or judged.part_of_record())
            if judged.is_sound and judged.record is not None:
                context[judged.raw.table].append(judged.record)
            else:
                pipeline.doubtful_alone.add(judged)
        return Setting(
            dataset=pipeline.published.dataset,
            today=pipeline.today or datetime.date.today(),
            context=dict(context),
            each=dict(each),
            ids={table: frozenset(ids) for table, ids in pipeline.ids.items() if ids},
            replaced=dict(pipeline.replaced),
            doubtful=pipeline.doubtful_alone,
            update=pipeline.update,
            framed=self._effort.framed,
            seed=new_seed(),
        )

    # --- Parts -----------------------------------------------------------------------------------------------------

    def _outcomes(self, setting: Setting) -> Iterator[Outcome]:
        """What became of each part, in the order of the input, each checked to begin where the one before ends."""
        self._numbers = 0
        self._filled: set[int] = set()
        self._parts_in_order: list[Part | list[RawRow]] = []
        held = deque(sorted(self._beside, key=itemgetter(0)))
        expected: dict[int, int] = {}
        for cut, found in self._effort.outcomes(self._cuts(), setting):
            part, outcome, order = cut, found, cut.file.order
            while held and held[0][0] < order:
                yield self._judge_held(*held.popleft(), setting)
            if part.start != expected.get(order, part.start):
                # the cut went through a record: the part is judged again from where the record really ends
                if part.end <= expected[order]:
                    continue  # nothing is left of it
                part = dataclasses.replace(cut, start=expected[order])
                outcome = judge_part(part, setting)
            expected[order] = sys.maxsize if outcome.is_last else outcome.end
            self._rows.sources[part.number] = part.file
            self._parts_in_order.append(part)
            yield outcome
            self._effort.advance(part, outcome)
        for one in held:
            yield self._judge_held(*one, setting)

    def _cuts(self) -> Iterator[Part]:
        """The parts of all files, so that none waits for the end of another; rows that are held count as one."""
        large = {spec.order: spec for spec in self._files}
        for order in sorted({*large, *(order for order, _ in self._beside)}):
            if order in large:
                for part in formats.parts(large[order], self._numbers, self._effort.bytes_of_part):
                    self._numbers = part.number + 1
                    yield part
            for held in self._beside:
                if held[0] == order:
                    self._held[held] = self._numbers
                    self._numbers += 1

    def _judge_held(self, order: int, table: str, setting: Setting) -> Outcome:
        """Judge the rows of a table in a file that are held in memory."""
        rows, number = self._beside[order, table], self._held[order, table]
        self._rows.sources[number] = rows
        self._parts_in_order.append(rows)
        outcome = Outcome(number, 0, rows=len(rows), is_empty=False)
        alone = Alone(setting, table, outcome)
        for at, raw in enumerate(rows):
            alone.take(raw, Place.of(number, at, raw.line or 0, at + 1))
        alone.finish()
        return outcome

    def _merge(self, outcome: Outcome) -> None:
        source = self._rows.sources[outcome.number]
        if isinstance(source, list):
            order, before, lines, table = source[0].source.order, 0, 0, source[0].table
            for row in outcome.faulty:
                self._rows.faulty[order, table].add(source[row - 1].row)
            self._pipeline.tables[order].add(table)
        else:
            order, before, table = source.order, self._numbered[source.order], source.table
            lines = self._rows.lines[outcome.number] = self._lines.get(order, source.line - 1)
            self._lines[order] = lines + outcome.lines
            for row in outcome.faulty:
                self._rows.faulty[order, table].add(row + before)
        self._rows.before[outcome.number] = before
        self._counts[order] += outcome.rows
        self._numbered[order] += outcome.numbered
        if not outcome.is_empty:
            self._filled.add(order)
        for finding in outcome.findings:
            self._add(_moved(finding, before, lines))
        for name, finding in outcome.not_compared.items():
            self._not_compared.setdefault((table, name), _moved(finding, before, lines))
        for kind, found in outcome.facts.items():
            for rows in found:
                self._facts.add(kind, rows)
        self._suggest(table, outcome)

    def _add(self, finding: Finding) -> None:
        once: tuple[Any, ...] | None = None
        if finding.code in _ONCE:
            once = finding.file_order, finding.code
        elif finding.code == codes.unknown_column.number and not finding.value and finding.row is None:
            once = finding.file_order, finding.code, finding.line, finding.column
        if once is not None and once in self._told:
            return
        if once is not None:
            self._told.add(once)
        self._pipeline.findings.append(wrong_kind_meant(finding, self._pipeline.published_hints))

    def _note_told(self) -> None:
        """Note what is told once for a file and was told at its header."""
        large = {spec.order for spec in self._files}
        for finding in self._pipeline.findings:
            if finding.code in _ONCE and finding.file_order in large:
                self._told.add((finding.file_order, finding.code))

    def _suggest(self, table: str, outcome: Outcome) -> None:
        ids = self._ids[table]
        if ids is None or outcome.ids is None:
            self._ids[table] = None
            return
        ids.update(dict.fromkeys(sorted(outcome.ids, key=outcome.ids.__getitem__)))
        if len(ids) > SUGGESTED_FROM:
            self._ids[table] = None

    # --- The small tables ------------------------------------------------------------------------------------------

    def _note_small(self, setting: Setting, apart: int) -> None:
        """Note the references of the small tables that may be to rows of the large ones."""
        noted = []
        for at, judged in enumerate(self._pipeline.rows):
            for _, table, target in unresolved(judged, setting.is_known):
                if table in self._tables or table == "nodes":
                    noted.append((target, Place.of(apart, at, 0, at + 1)))
        found = digests([target for target, _ in noted], setting.seed, framed=setting.framed)
        rows = [(digest, *place) for digest, (_, place) in zip(found, noted, strict=True)]
        if rows:
            self._facts.add(Kind.REFERENCES, rows)
        self._rows.sources[apart] = []

    def _elsewhere(self, setting: Setting, missing: set[int]) -> Callable[[str, str], bool]:
        def elsewhere(target: str, table: str) -> bool:
            if table not in self._tables and table != "nodes":
                return False
            return digests([target], setting.seed, framed=setting.framed)[0] not in missing

        return elsewhere

    def _sound(self) -> dict[str, list[Record]]:
        """The valid records of the small tables, once keys and references are told."""
        sound: dict[str, list[Record]] = defaultdict(list)
        for judged in self._pipeline.rows:
            if judged.record is not None and not judged.errors:
                sound[judged.raw.table].append(judged.record)
        return sound

    def _tell_not_compared(self) -> None:
        sound = self._sound()
        for (table, _), finding in self._not_compared.items():
            if not sound.get(BASIS[table]):
                self._pipeline.findings.append(finding)


def _moved(finding: Finding, rows: int, lines: int) -> Finding:
    """A finding of a part before which so many rows and lines stand."""
    changes: dict[str, Any] = {}
    if rows and finding.row is not None:
        changes["row"] = finding.row + rows
    if finding.line is not None:
        changes["line"] = line_of_file(finding.line, lines)
    if finding.excerpt is not None and finding.excerpt.label.isdecimal():
        label = line_of_file(int(finding.excerpt.label), lines)
        changes["excerpt"] = finding.excerpt._replace(label=str(label))
    return dataclasses.replace(finding, **changes) if changes else finding


class Changes:
    """The changes that a pipeline notes, in the order of the input whenever they are noted."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._turns: list[tuple[int, int]] = []

    def take(self, order: int, turn: int) -> None:
        """Note what row brought the last changes: the position of its file, and its turn among the rows of the file."""
        new = len(self._pipeline.changes) - len(self._turns)
        self._turns += [(order, turn)] * new

    def in_order(self) -> tuple[Change, ...]:
        """All of them."""
        found = zip(self._turns, self._pipeline.changes, strict=False)  # the last may have been interrupted
        return tuple(change for _, change in sorted(found, key=itemgetter(0)))


class LazyRecords(Sequence[Record]):
    """The valid records, read from the files whenever they are gone through, in the order of the input."""

    def __init__(
        self,
        pipeline: Pipeline,
        turns: Sequence[int],
        setting: Setting,
        parts: Sequence[Part | list[RawRow]],
        rows: Rows,
        count: int,
    ) -> None:
        self.source: Any = None
        """What was given, if it ends with the object that stands for it."""
        self._small: dict[int, list[tuple[int, Record]]] = defaultdict(list)
        for turn, judged in zip(turns, pipeline.rows, strict=True):
            if judged.record is not None and not judged.errors:
                self._small[judged.raw.source.order].append((turn, judged.record))
        self._parts: dict[int, list[Part | list[RawRow]]] = defaultdict(list)
        for part in parts:
            self._parts[part[0].source.order if isinstance(part, list) else part.file.order].append(part)
        self._setting = setting
        self._rows = rows
        self._count = count - sum(bits.count for bits in rows.faulty.values()) + sum(map(len, self._small.values()))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Record]:
        for order in sorted({*self._small, *self._parts}):
            held = [self._small.get(order, [])]  # of a file that was read as a whole: its tables in turns
            for part in self._parts.get(order, ()):
                if isinstance(part, list):
                    held.append([(self._rows.turns[id(raw)], record) for raw, record in self._valid(part, 0)])
                else:
                    with formats.opened(part, []) as reader:
                        rows = (one.row for one in reader.rows())
                        for _, record in self._valid(rows, self._rows.before[part.number]):
                            yield record
            for _, record in merge(*held, key=itemgetter(0)):
                yield record

    def _valid(self, rows: Iterable[RawRow], before: int) -> Iterator[tuple[RawRow, Record]]:
        for raw in rows:
            if raw.row + before not in self._rows.faulty[raw.source.order, raw.table]:
                corrects = self._setting.published.corrected_by(raw) if self._setting.update else None
                record = judge_row(raw, corrects)[0].record
                if record is not None:
                    yield raw, record

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        at = range(len(self))[index]
        if isinstance(at, int):
            return next(islice(self, at, None))
        wanted = set(at)
        found = {number: record for number, record in enumerate(self) if number in wanted}
        return tuple(found[number] for number in at)
