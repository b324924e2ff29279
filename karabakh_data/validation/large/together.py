"""What holds between rows of large files: keys, references, circles, repetitions; told at rows that are read anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from typing import Any

from karabakh_data.models import Record
from karabakh_data.tables import MODELS
from karabakh_data.validation.check import Check, Problem
from karabakh_data.validation.checks import (
    parent_columns,
    parents_make_no_circle,
    retractions_are_of_ones_own,
    umbrellas_tell_their_blame,
)
from karabakh_data.validation.codes import keys
from karabakh_data.validation.large import formats
from karabakh_data.validation.large.alone import told
from karabakh_data.validation.large.facts import Facts, digests
from karabakh_data.validation.large.parts import FileSpec, Kind, Place, line_of_file
from karabakh_data.validation.large.setting import Setting
from karabakh_data.validation.pipeline import Pipeline, place_of, unresolved
from karabakh_data.validation.raw import RawRow
from karabakh_data.validation.resemblance import records_are_told_once
from karabakh_data.validation.rows import Judged, judge_row
from karabakh_data.validation.world import World

SLICE = 2_000
"""Rows of a repetition that are compared at a time."""

HANDLED: tuple[Check, ...] = (
    parents_make_no_circle,
    records_are_told_once,
    retractions_are_of_ones_own,
    umbrellas_tell_their_blame,
)
"""The checks between records of large tables."""


class Bits:
    """A set of numbers, a bit for each."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self.count = 0

    def add(self, number: int) -> None:
        """Add a number."""
        place, bit = divmod(number, 8)
        if place >= len(self._bytes):
            self._bytes.extend(bytes(place + 1 - len(self._bytes) + 4096))
        self.count += not self._bytes[place] >> bit & 1
        self._bytes[place] |= 1 << bit

    def __contains__(self, number: int) -> bool:
        place, bit = divmod(number, 8)
        return place < len(self._bytes) and bool(self._bytes[place] >> bit & 1)


class Rows:
    """The rows of all parts, to be read anew."""

    def __init__(self) -> None:
        self.sources: dict[int, FileSpec | list[RawRow]] = {}
        """The file of each part, or its rows where they are held in memory."""
        self.before: dict[int, int] = {}
        """How many rows of the file stand before each part."""
        self.lines: dict[int, int] = {}
        """How many lines of the file do."""
        self.faulty: dict[tuple[int, str], Bits] = defaultdict(Bits)
        """The rows that are not valid, by the position of the file among the inputs, and the table."""
        self.refused: dict[tuple[int, str], Bits] = defaultdict(Bits)
        """Those whose key or a reference is at fault, so that they are not compared with others."""
        self.turns: dict[int, int] = {}
        """When each row that is held in memory was read, among all rows that do not stand in large files."""
        self._files = ExitStack()
        self._open: dict[int, Callable[[Place], RawRow | None]] = {}

    def raw(self, place: Place) -> RawRow | None:
        """The row at a place."""
        source = self.sources[place.part]
        if isinstance(source, list):
            return source[place.offset]
        if source.order not in self._open:
            self._open[source.order] = self._files.enter_context(formats.rows_of(source))
        line = line_of_file(place.line, self.lines[place.part])
        raw = self._open[source.order](Place.of(place.part, place.offset, line, place.row))
        if raw is not None:
            raw.row += self.before[place.part]
        return raw

    def _number(self, place: Place) -> tuple[tuple[int, str], int]:
        """The position of a row's file among the inputs and its table, and its number there."""
        source = self.sources[place.part]
        if isinstance(source, list):
            raw = source[place.offset]
            return (raw.source.order, raw.table), raw.row
        return (source.order, source.table), place.row + self.before[place.part]

    def turn(self, place: Place) -> tuple[int, int]:
        """The position of a row's file among the inputs, and its turn there."""
        source = self.sources[place.part]
        if isinstance(source, list):
            raw = source[place.offset]
            return raw.source.order, self.turns[id(raw)]
        return source.order, place.at

    def is_refused(self, place: Place) -> bool:
        """Whether the row's key or a reference is at fault."""
        file, row = self._number(place)
        return row in self.refused[file]

    def blame(self, place: Place) -> None:
        """Take a row as not valid."""
        file, row = self._number(place)
        self.faulty[file].add(row)

    def refuse(self, place: Place) -> None:
        """Take a row as not valid, and as not to be compared."""
        file, row = self._number(place)
        self.faulty[file].add(row)
        self.refused[file].add(row)

    def close(self) -> None:
        """Close the files."""
        self._files.close()
        self._open.clear()


class Together:
    """Tells what holds between rows of large files.

    Args:
        pipeline: The validation that they belong to, which has judged everything else.
        setting: What the rows were judged by.
        facts: What is known of all rows.
        rows: The rows.
    """

    def __init__(self, pipeline: Pipeline, setting: Setting, facts: Facts, rows: Rows) -> None:
        self._pipeline = pipeline
        self._setting = setting
        self._facts = facts
        self._rows = rows
        self._context: Mapping[str, Sequence[Record]] = {}
        self._apart = -1
        """The number of a part that stands for what lies in no large file."""

    def tell_others(self, context: Mapping[str, Sequence[Record]]) -> None:
        """Tell what holds between sound records, once keys and references are told.

        Args:
            context: The valid records of the small tables.
        """
        self._context = context
        self._repetitions()
        self._circles()
        self._beside()
        self._rows.close()

    def _judged(self, place: Place) -> Judged | None:
        """The row at a place, judged anew; what is wrong with it by itself is told already."""
        raw = self._rows.raw(place)
        if raw is None:
            return None
        corrects = self._setting.published.corrected_by(raw) if self._setting.update else None
        return judge_row(raw, corrects)[0]

    def _judged_all(self, places: Iterable[Place]) -> Iterator[tuple[Place, Judged]]:
        for place in places:
            judged = self._judged(place)
            if judged is not None:
                yield place, judged

    # --- Keys ------------------------------------------------------------------------------------------------------

    def tell_keys(self, changed: Callable[[int, int], None]) -> None:
        """Tell keys that stand twice or are published.

        Args:
            changed: Called after each row that may bring changes: the position of its file, and its turn in it.
        """
        repeated: set[Place] = set()
        for group in self._facts.repeated(Kind.KEYS):
            first: dict[Any, str] = {}
            for place, judged in self._judged_all(group):
                earlier = first.setdefault(judged.key, place_of(judged.raw))
                if earlier != place_of(judged.raw):
                    said = keys.repeated_key(judged.name or "", earlier)
                    self._pipeline.tell(judged, keys.repeated_key, said, judged.model.PRIMARY_KEY[0])
                    self._rows.refuse(place)
                    if self._setting.published.get(judged.raw.table, judged.key or ()) is not None:
                        repeated.add(place)
        for place, judged in self._judged_all(self._facts.places(Kind.PUBLISHED)):
            table, key = judged.raw.table, judged.key
            published = self._setting.published.get(table, key) if key is not None else None
            if published is not None and place not in repeated:
                self._pipeline.replaced[table].add(key)
                before = judged.errors
                self._pipeline.meets_published(judged, published)
                changed(*self._rows.turn(place))
                if judged.errors > before:
                    self._rows.refuse(place)

    # --- References ------------------------------------------------------------------------------------------------

    def tell_references(self, apart: int) -> set[int]:
        """Tell all references to nothing known but those of the small tables, which lie in the part `apart`.

        Returns:
            The digests of the ids that those refer to and that are nowhere.
        """
        self._apart = apart
        missing: set[int] = set()
        unread = self._pipeline.unread()
        for place, pairs in groupby(self._facts.missing(), key=lambda pair: pair[1]):
            unknown = {digest for digest, _ in pairs}
            if place.part == apart:
                missing |= unknown
                continue
            judged = self._judged(place)
            if judged is None:
                continue
            found = list(unresolved(judged, self._setting.is_known))
            targets = sorted({target for _, _, target in found})
            if len(targets) > len(unknown):  # some are in the contribution
                seed, framed = self._setting.seed, self._setting.framed
                made = zip(targets, digests(targets, seed, framed=framed), strict=True)
                targets = [target for target, digest in made if digest in unknown]
            for column, table, target in found:
                if target in targets:
                    self._pipeline.unknown(judged, column, table, target, unread)
                    self._rows.refuse(place)
        return missing

    # --- Sound records ---------------------------------------------------------------------------------------------

    def _sound(self, places: Iterable[Place]) -> dict[int, tuple[Place, Judged]]:
        """The records of rows that are sound in every way, by their identity, in order."""
        found: dict[int, tuple[Place, Judged]] = {}
        for place, judged in self._judged_all(place for place in places if not self._rows.is_refused(place)):
            if judged.is_sound and judged.record is not None:
                found[id(judged.record)] = place, judged
        return found

    def _run(self, check: Check, judged: dict[int, tuple[Place, Judged]]) -> Iterator[tuple[Place, Judged, Problem]]:
        """What a check says of rows, beside the published data set and the small tables."""
        batch: dict[str, list[Record]] = {name: list(records) for name, records in self._context.items()}
        for _, one in judged.values():
            if one.record is not None:
                batch.setdefault(one.raw.table, []).append(one.record)
        world = World(self._setting.dataset, batch, self._pipeline.replaced, self._setting.today)
        for problem in check(world):
            found = judged.get(id(problem.record))
            if found is not None:
                yield *found, problem

    def _tell(self, place: Place, judged: Judged, problem: Problem) -> None:
        before = judged.errors
        self._pipeline.findings.append(told(judged, problem))
        if judged.errors > before:
            self._rows.blame(place)

    def _repetitions(self) -> None:
        later: set[Place] = set()
        alike = set(self._facts.places(Kind.ALIKE))
        for group in self._facts.repeated(Kind.CONTENTS):
            sound = [place for place in group if not self._rows.is_refused(place)]
            for start in range(1, len(sound), SLICE):
                rows = self._sound([sound[0], *sound[start : start + SLICE]])
                for place, judged, problem in self._run(records_are_told_once, rows):
                    if place != sound[0] and "of the contribution" in problem.message:
                        self._tell(place, judged, problem)
                        later.update({place} & alike)
        for place in sorted(alike - later):
            for found in self._run(records_are_told_once, self._sound([place])):
                self._tell(*found)

    def _circles(self) -> None:
        if self._setting.update:
            self._note_published_parents()
        rows = self._sound(place for place in self._facts.circles() if place.part != self._apart)
        if rows:
            for found in self._run(parents_make_no_circle, rows):
                self._tell(*found)

    def _note_published_parents(self) -> None:
        """Note the parents of published records that stay as they are: by way of them a correction may lead back."""
        dataset, setting = self._setting.dataset, self._setting
        if dataset is None:
            return
        for table in MODELS:
            for name in parent_columns(table):
                pairs = [
                    (record.identity or "", parent)
                    for record in dataset.table(table)
                    if record.key not in self._pipeline.replaced[table]
                    and (parent := getattr(record, name)) is not None
                ]
                found = [digests(ids, setting.seed, framed=setting.framed) for ids in zip(*pairs, strict=True)]
                place = Place.of(self._apart, 0, 0, 0)
                if pairs:
                    self._facts.add(Kind.PARENTS, [(*pair, *place) for pair in zip(*found, strict=True)])

    def _beside(self) -> None:
        places = set(self._facts.places(Kind.BESIDE))
        places.update(self._facts.holders(self._facts.values(Kind.BESIDE)))
        rows = self._sound(sorted(places))
        for check in (umbrellas_tell_their_blame, retractions_are_of_ones_own):
            if rows and any(judged.raw.table in check.watches for _, judged in rows.values()):
                for found in self._run(check, rows):
                    self._tell(*found)


def handles(tables: Iterable[str], large: Iterable[str]) -> bool:
    """Whether the large tables of a contribution of these tables can be judged part by part.

    They can unless a check compares each of their records with other large ones.
    """
    from karabakh_data.validation.suite import ALL_CHECKS

    given, big = set(tables), set(large)
    if not all(MODELS[table].has_id() for table in big):
        return False
    for check in ALL_CHECKS:
        if given.isdisjoint(check.watches):
            continue
        looks = set(check.consults)
        if check.together and check not in HANDLED:
            looks |= set(check.watches)
        if not big.isdisjoint(looks):
            return False
    return True
