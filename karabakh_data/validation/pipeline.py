"""Validation of a contribution: read, judge each row, then keys, references, and what holds across records."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from karabakh_data.columns import columns_of
from karabakh_data.dataset import Dataset
from karabakh_data.models import Record
from karabakh_data.rules import is_filled
from karabakh_data.tables import DERIVED_TABLES, KIND_OF, MODELS, references, table_of
from karabakh_data.validation.check import Problem
from karabakh_data.validation.checks import source_cells_are_cited
from karabakh_data.validation.citations import against_documents, records_have_evidence
from karabakh_data.validation.codes import Said, catalogue, keys
from karabakh_data.validation.codes.records import derived_not_compared
from karabakh_data.validation.derived import BASIS, at_hand, set_columns
from karabakh_data.validation.finding import Severity
from karabakh_data.validation.known import SUGGESTED_FROM, Doubtful, Hints, Published, wrong_kind_meant
from karabakh_data.validation.raw import RawRow
from karabakh_data.validation.readers.formats import by_name
from karabakh_data.validation.readers.headers import table_named
from karabakh_data.validation.report import Change, Interrupted, Report
from karabakh_data.validation.retired import ids_are_not_retired, told
from karabakh_data.validation.rows import Judged, judge_row
from karabakh_data.validation.store import Findings
from karabakh_data.validation.suite import ALL_CHECKS
from karabakh_data.validation.world import World


class Pipeline:
    """One validation.

    Args:
        published: The data set that the contribution is judged against; `None` for none.
        findings: What the readers found; everything else is added.
        update: Rows with published ids are proposed corrections.
        documents: The folder of the articles, if they are at hand.
        today: The day of judgement.
    """

    def __init__(
        self,
        published: Dataset | None,
        findings: Findings,
        *,
        update: bool = False,
        documents: Path | None = None,
        today: datetime.date | None = None,
    ) -> None:
        self.published = Published(published)
        self.replaced: dict[str, set[Any]] = defaultdict(set)
        self.update = update
        self.documents = documents
        self.today = today
        self.findings = findings
        self.rows: list[Judged] = []
        self.seen = 0
        self._codes = catalogue()
        self.tables: dict[int, set[str]] = defaultdict(set)
        """The tables of which each input brought records."""
        self._doubtful, self.doubtful_alone = Doubtful(), Doubtful()
        """Rows at fault by anything, and by themselves."""
        self.changes: list[Change] = []
        self._first: dict[tuple[str, tuple[Any, ...]], Judged | str] = {}
        """The row in which each key stands first; its place, where the row is not kept."""
        self.ids: dict[str, dict[str, Judged | None]] = {name: {} for name in KIND_OF}
        self._uncited: set[str] = set()
        self._by_record: dict[int, Judged] = {}
        self.elsewhere: Callable[[str, str], bool] = lambda target, table: False
        """Whether an id stands in a large file, which is judged by other means."""
        self._referring: dict[str, Judged] | None = None
        """The first row that refers to an id, once that is asked for."""
        self._hints = Hints(self._known_ids)
        self.published_hints = Hints(self.published.ids)

    def run(self, rows: Iterable[RawRow], files: list[str]) -> Report:
        """Judge the rows; `files` may still grow while they are read."""
        try:
            for raw in rows:
                self.take(raw)
            self.conclude()
        except KeyboardInterrupt:
            raise Interrupted(self._report(files, (), stopped=True)) from None
        return self._report(files, tuple(self.records()))

    def _report(self, files: list[str], records: Sequence[Record], *, stopped: bool = False) -> Report:
        return Report(
            findings=self.findings.in_order(),
            records=records,
            changes=tuple(self.changes),
            files=tuple(files),
            rows=self.seen,
            stopped=stopped,
        )

    def take(self, raw: RawRow) -> None:
        """Judge a row by itself, and keep it for what holds across records."""
        judged, found = judge_row(raw, self.published.corrected_by(raw) if self.update else None)
        for finding in found:
            self.findings.append(wrong_kind_meant(finding, self.published_hints))
        self.seen += 1
        self.tables[raw.source.order].add(raw.table)
        self._key(judged)
        if raw.broken:
            self._doubtful.add(judged)  # nothing else is left to be said of it
            self.doubtful_alone.add(judged)
        else:
            judged.let_go()
            self.rows.append(judged)

    def conclude(self) -> None:
        """Tell what can be told only when all rows are there."""
        self.references()
        self.across()

    def records(self) -> Iterator[Record]:
        """The valid records."""
        return (judged.record for judged in self.rows if judged.record is not None and not judged.errors)

    def tell(self, judged: Judged, code: Any, said: Said, column: str, element: Any = None) -> None:
        """Add a finding about a row."""
        at, underline = judged.part(column, element)
        self.findings.append(judged.tell(code, said, column, at, element, underline))

    # --- Keys ------------------------------------------------------------------------------------------------------

    def _key(self, judged: Judged) -> None:
        key, table = judged.key, judged.raw.table
        if key is None:
            return
        kept = None if judged.raw.broken else judged
        earlier = self._first.get((table, key))
        if earlier is not None:
            said = keys.repeated_key(judged.name or "", earlier if isinstance(earlier, str) else place_of(earlier.raw))
            self.tell(judged, keys.repeated_key, said, judged.model.PRIMARY_KEY[0])
            return
        self._first[table, key] = kept or place_of(judged.raw)
        if judged.model.has_id():
            self.ids[table][key[0]] = kept
        published = self.published.get(table, key) if table not in DERIVED_TABLES else None
        if published is not None or kept is None:
            self.replaced[table].add(key)
        if published is not None:
            self.meets_published(judged, published)

    def meets_published(self, judged: Judged, published: Record) -> None:
        """Tell that a row has the key of a published record, and what it changes of it."""
        column, name = judged.model.PRIMARY_KEY[0], judged.name or ""
        changes = list(differences(judged, published)) if judged.record is not None else []
        same = judged.record is not None and not changes
        if not self.update:
            self.tell(judged, keys.already_published, keys.already_published(name, same), column)
            return
        self.changes += changes
        if same:
            self.tell(judged, keys.nothing_changes, keys.nothing_changes(name), column)

    # --- References ------------------------------------------------------------------------------------------------

    def unread(self) -> frozenset[str]:
        """Tables of which records may stand in what was not read, so that their ids are not told as unknown."""
        unread: set[str] = set()
        for order, name in self.findings.cut_off.items():
            path = PurePosixPath(name)
            hint = table_named(path.stem)
            tables = self.tables[order] | ({hint} if hint else set())
            one_each = by_name(path.suffix) in ("csv", "tsv", "jsonl", "parquet")
            unread |= tables if tables and (one_each or tables == {hint}) else MODELS.keys()
        return frozenset(unread)

    def references(self) -> None:
        """Tell references to nothing known."""
        unread = self.unread()
        for judged in self.rows:
            for column, table, target in unresolved(judged, self._is_known):
                self.unknown(judged, column, table, target, unread)

    def unknown(self, judged: Judged, column: str, table: str, target: str, unread: frozenset[str]) -> None:
        """Tell a reference that is to nothing known."""
        if (retired := self.published.retired.get(target)) is not None:
            self.tell(judged, ids_are_not_retired, told(retired), column, target)
            return
        if (table_of(target) or table) in unread:
            judged.errors += 1  # it may stand in what was not read: the record is not sound, and nothing is told of it
            return
        said = keys.unknown_reference(target, table, self._hints.near(target, table))
        self.tell(judged, keys.unknown_reference, said, column, target)

    def _is_known(self, target: str, table: str) -> bool:
        if table == "nodes":
            known = any(target in ids for ids in self.ids.values()) or self.published.table_of(target) is not None
        else:
            known = target in self.ids[table] or self.published.table_of(target) == table
        return known or self.elsewhere(target, table)

    def _known_ids(self, table: str) -> list[str]:
        """The ids of a table that a wrong one may mean, once all of the contribution is read."""
        known = self.published.ids(table)
        for name, ids in self.ids.items():
            if table in (name, "nodes") and len(ids) <= SUGGESTED_FROM:
                known += ids
        return known

    # --- Across records --------------------------------------------------------------------------------------------

    def across(self) -> None:
        """Tell what does not hold across records, once references are told."""
        sound: dict[str, list[Record]] = defaultdict(list)
        own: dict[str, list[Record]] = defaultdict(list)
        each: dict[str, list[Record]] = defaultdict(list)
        for judged in self.rows:
            table = judged.raw.table
            record = judged.record
            if record is not None and not judged.errors:
                sound[table].append(record)
            else:
                self._doubtful.add(judged)
                if judged.key is not None:
                    self.replaced[table].add(judged.key)
            if record is not None and judged.is_sound:
                own[table].append(record)
            else:
                self.doubtful_alone.add(judged)
            record = record or judged.part_of_record()
            each[table].append(record)
            self._by_record[id(record)] = judged
        world = World(self.published.dataset, sound, self.replaced, self.today, self.documents)
        alone = World(self.published.dataset, own, self.replaced, self.today)
        lone = World(self.published.dataset, each, self.replaced, self.today)
        for check in ALL_CHECKS:
            seen, doubtful = (world, self._doubtful) if check.together else (alone, self.doubtful_alone)
            seen = lone if check.lone else seen
            if any(seen.batch.get(table) for table in check.watches):
                for problem in check(seen):
                    if not (check.absent and doubtful.may_miss(check.absent, problem.record_id)):
                        self._problem(problem)
        if self.documents is not None:
            for problem in against_documents(world):
                self._problem(problem)
        self._not_compared(world)

    def _problem(self, problem: Problem) -> None:
        judged, message, column = self._by_record.get(id(problem.record)), problem.message, problem.field
        if judged is None:
            if problem.severity is not Severity.ERROR:
                return
            judged = self._cause(problem.record)
            if judged is None:
                return
            message = f"with this record, {column} of the published {problem.record_id} {message}"
            column = judged.model.PRIMARY_KEY[0]
        made = self._codes[problem.code]
        if made is source_cells_are_cited and problem.record_id in self._uncited:
            return  # told once for the record
        if made is records_have_evidence:
            self._uncited.add(problem.record_id)
        self.tell(judged, made, Said(message, problem.suggestion), column, problem.element)

    def _cause(self, record: Record) -> Judged | None:
        """The contributed record that stands next to a published one."""
        for _, target in references(record):
            for ids in self.ids.values():
                if (judged := ids.get(target)) is not None:
                    return judged
        if self._referring is None:
            self._referring = {}
            for judged in self.rows:
                if judged.record is not None:
                    for _, target in references(judged.record):
                        self._referring.setdefault(target, judged)
        return self._referring.get(record.identity or "")

    def _not_compared(self, world: World) -> None:
        told: set[tuple[str, str]] = set()
        for judged in self.rows:
            table = judged.raw.table
            if table in BASIS and not at_hand(world, table):
                for column in set_columns(columns_of(judged.model)):
                    if is_filled(judged.values.get(column.name)) and (table, column.name) not in told:
                        told.add((table, column.name))
                        said = derived_not_compared(column.name, BASIS[table])
                        self.tell(judged, derived_not_compared, said, column.name)


def unresolved(judged: Judged, is_known: Callable[[str, str], bool]) -> Iterator[tuple[str, str, str]]:
    """The references of a row that are to nothing known: column, table and id."""
    if judged.raw.broken or judged.raw.table in DERIVED_TABLES:
        return
    for column in columns_of(judged.model):
        if column.reference is not None:
            for target in judged.elements.get(column.name, ()):
                if not is_known(target, column.reference):
                    yield column.name, column.reference, target


def place_of(raw: RawRow) -> str:
    """Where a row stands, for a message about another."""
    if raw.ref is not None:
        return f"{raw.source.name}:{raw.source.sheet}!{raw.ref}"
    if raw.line is not None:
        return f"{raw.source.name}:{raw.line}:{raw.column}"
    return f"{raw.source.name}:row {raw.row}"


def differences(judged: Judged, published: Record) -> Iterator[Change]:
    """What a row proposes to change of a published record, field by field.

    Columns that follow from others are compared only where they are given.
    """
    for column in columns_of(judged.model):
        derived = column.origin is not None and column.origin.is_derived
        if derived and (column.required or column.name not in judged.values):
            continue  # `source_ids` follows from the evidence
        old, new = getattr(published, column.name), getattr(judged.record, column.name)
        if old != new:
            at = judged.raw.cells.get(column.name)
            place = judged.tell(keys.nothing_changes, Said(""), column.name, at).place
            written = (column.write(old) or None, column.write(new) or None)
            yield Change(str(judged.name), judged.raw.table, column.name, *written, place)
