"""Records merged into the text of the seeds: which lines to insert, which values to replace.

A record that is not there yet goes to the end of its list. Of one that is there, only the fields, entries and
identifiers that differ are changed. What cannot be done without losing something is told, with its place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from karabakh_data import yamledit, yamltree
from karabakh_data.columns import Column, column_named, columns_of
from karabakh_data.evidence_merge import merge_evidence, merged_rows
from karabakh_data.models import Evidence, Identifier, Occasion, Record
from karabakh_data.models.types import Origin, id_pattern
from karabakh_data.seed_reader import NESTED
from karabakh_data.seed_writer import (
    PARENT,
    Parts,
    elements_of,
    entry_node,
    home_of,
    keys_of,
    own_source,
    record_node,
    value_node,
    written_columns,
)
from karabakh_data.seeds import Seeds
from karabakh_data.suggest import did_you_mean
from karabakh_data.tables import CONTRIBUTED_TABLES, KEPT_TABLES, MODELS, not_contributed
from karabakh_data.validation.checks import elements
from karabakh_data.vocabulary import EvidenceStance

_VERIFIED_IN = next(column for column in columns_of(Identifier) if column.name == "verified_in")
_SOURCE = re.compile(id_pattern("source"))
Key: TypeAlias = tuple[Any, ...]
BY_HAND = "make this change by hand"


class AdoptError(Exception):
    """Records cannot become seeds; `faults` lists everything found, and nothing was written."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def told(record: Record) -> dict[str, str]:
    """What a record says by itself, column by column as text; derived columns are left out."""
    return {
        column.name: column.write(getattr(record, column.name))
        for column in columns_of(type(record))
        if not (column.origin and column.origin.is_derived)
    }


class _Site(NamedTuple):
    """Where a record stands."""

    file: str
    source: str | None
    node: yamltree.Mapping


class Merge:
    """The seeds with records merged into them.

    Args:
        folder: The seeds as they are.
        seeds: What they hold.
        given: The records to merge, sound and complete; rows of derived tables are passed over.
        update: Whether what stands there with other values may be corrected.

    Raises:
        AdoptError: A record has no place, lacks evidence, or can only be merged by hand.
    """

    def __init__(self, folder: Path, seeds: Seeds, given: Iterable[Record], *, update: bool) -> None:
        self.added: dict[str, list[str]] = defaultdict(list)
        """File -> ids of the records that are new in it."""
        self.corrected: dict[str, list[str]] = defaultdict(list)
        """File -> ids of the records in it that change."""
        self._folder = folder
        self._seeds = seeds
        self._faults: list[str] = []
        self._editors: dict[str, yamledit.Editor] = {}
        self._sites: dict[str, _Site] = {}
        standing = [record for rows in seeds.tables.values() for record in rows]
        brought = list(given)
        self._faults += _of_maintainers(brought, standing)
        records = self._once(record for record in brought if record.TABLE in CONTRIBUTED_TABLES)
        self._given, self._new = Parts(records), _by_id(records)
        self._standing, self._old = Parts(standing), _by_id(standing)
        self.records = self._old | self._new
        """Every record that the seeds shall hold, by id."""
        self.evidence = {identity: self._rows_of(identity) for identity in self.records}
        """The evidence that they shall hold, by the id of the record."""
        self.identifiers = {
            identity: {one.key: one for parts in (self._standing, self._given) for one in parts.identifiers[identity]}
            for identity in self.records
        }
        """The identifiers that they shall hold, by the id of the record and their own key."""
        self._check()
        if not update:
            self._faults += self._corrections(records, standing)
        self._raise()
        self._merge()
        self._raise()

    def texts(self) -> dict[str, str]:
        """File -> text, for the files that change."""
        made = {}
        for file, editor in self._editors.items():
            with self._telling(file, "several changes"):
                if editor.changes:
                    made[file] = editor.result()
        self._raise()
        return made

    def _raise(self) -> None:
        if self._faults:
            raise AdoptError(self._faults)

    def _once(self, given: Iterable[Record]) -> list[Record]:
        records: dict[Key, Record] = {}
        for record in given:
            first = records.setdefault(_key(record), record)
            if told(first) != told(record):
                self._faults.append(f"{_name(record)}: is given twice, with different values; give it once")
        return list(records.values())

    def _rows_of(self, identity: str) -> list[Evidence]:
        given = [row.model_copy(update={"sha256": None}) for row in self._given.evidence[identity]]
        new = self.records[identity]
        return merged_rows(self._old.get(identity, new), new, self._standing.evidence[identity], given)

    # --- What has no place -----------------------------------------------------------------------------------------

    def _check(self) -> None:
        for record in self._new.values():
            self._faults += self._homeless(record)
            if identity := record.identity:
                self._faults += self._uncited(identity, record)
        for parts in (self._given.evidence, self._given.identifiers):
            for identity in parts:
                if parts[identity] and identity not in self.records:
                    hint = did_you_mean(identity, list(self.records))
                    self._faults.append(f"{_name(parts[identity][0])}: {identity} is not among the records{hint}")
        for identity, rows in self._given.evidence.items():
            if holder := self.records.get(identity):
                for row in rows:
                    self._faults += self._misplaced(row, holder)

    def _homeless(self, record: Record) -> Iterator[str]:
        if record.TABLE in PARENT:
            table, name = PARENT[record.TABLE]
            parent = getattr(record, name)
            old = self._old.get(str(record.identity))
            if old and getattr(old, name) != parent:
                place = self._seeds.place_of(str(record.identity), name)
                change = f"{getattr(old, name)} -> {parent}"
                yield f"{place}{record.identity}, `{name}`: {change}: the record stands with another; {BY_HAND}"
            elif parent not in self.records:
                yield f"{record.identity}, `{name}`: {parent} is not among the {table}"
        elif isinstance(record, Occasion) and not (record.source_ids and _SOURCE.fullmatch(record.source_ids[0])):
            yield f"{record.identity}, `source_ids`: no id of a source, so that no file can be named for it"

    def _uncited(self, identity: str, record: Record) -> Iterator[str]:
        rows = self.evidence[identity]
        supported = {(row.field, row.value) for row in rows if row.stance is EvidenceStance.SUPPORTS}
        missing = [
            f"`{column.name}`" if element is None else f"`{column.name}` ({element})"
            for column in columns_of(type(record))
            if column.origin is Origin.SOURCE
            for element, _ in elements(record, column)
            if (column.name, element) not in supported
        ]
        if missing or (not rows and "source_ids" in type(record).model_fields):
            yield (
                f"{self._seeds.place_of(identity, '')}{identity}: not cited: {', '.join(missing) or 'any field'}; add "
                f"rows of evidence with record_id {identity}, the field (of a list, the element as value) and the "
                "passage; `karabakh-data cite` finds its position"
            )

    def _misplaced(self, row: Evidence, record: Record) -> Iterator[str]:
        column = column_named(type(record), row.field)
        if column is None:
            hint = did_you_mean(row.field, list(type(record).model_fields))
            yield f"{_name(row)}: {record.TABLE} has no column {row.field!r}{hint}"
        elif row.value is None and elements_of(record, column):
            yield f"{_name(row)}: `{row.field}` is a list; give the element that the passage supports as value"
        source = self.records.get(row.source_id)
        if source is None or source.TABLE != "sources":
            yield f"{_name(row)}: {row.source_id} is not among the sources"

    def _corrections(self, given: Iterable[Record], standing: Iterable[Record]) -> Iterator[str]:
        """What stands there with other values."""
        known = {_key(record): record for record in standing}
        for record in given:
            old = known.get(_key(record), record)
            for column in written_columns(type(record)):
                if told(old)[column.name] != told(record)[column.name]:
                    place = self._seeds.place_of(record.identity or str(record.key[0]), column.name)
                    change = _change(column, old, record)
                    yield f"{place}{_name(record)}, {change}: stands there otherwise; --update corrects it"

    # --- What changes ----------------------------------------------------------------------------------------------

    def _merge(self) -> None:
        at_the_end: dict[str, list[yamledit.Node]] = defaultdict(list)
        for record in self._new.values():
            if record.identity in self._old:
                continue
            if record.TABLE not in PARENT:
                file, source = home_of(record)
                at_the_end[file].append(record_node(record, self._given, source))
                self.added[file] += _within(record, self._given)
        for file, nodes in at_the_end.items():
            with self._telling(file, "records at the end"):
                self._editor(file).append_to_root(nodes)
        touched = [*self._new, *self._given.evidence, *self._given.identifiers, *(i for _, i in self._given.nested)]
        for identity in dict.fromkeys(touched):
            if identity in self._old:
                self._correct(identity, self._old[identity], self.records[identity])

    def _correct(self, identity: str, old: Record, new: Record) -> None:
        before, after = told(old), told(new)
        differing = [column for column in written_columns(type(new)) if before[column.name] != after[column.name]]
        rows, standing = self.evidence[identity], self._standing.evidence[identity]
        known = {one.key: one for one in self._standing.identifiers[identity]}
        identifiers = [one for key, one in self.identifiers[identity].items() if one != known.get(key)]
        if differing or identifiers or _said(rows) != _said(standing):
            site = self._site(identity)
            self.corrected[site.file].append(identity)
            for column in sorted(differing, key=lambda column: after[column.name] != ""):  # what goes is no anchor
                with self._telling(site.file, f"{identity}, {_change(column, old, new)}"):
                    self._set(site, new, column)
            self._identify(site, new, known, identifiers)
            with self._telling(site.file, f"{identity}, evidence: {_changes(rows, standing)}"):
                merge_evidence(self._editor(site.file), site.node, new, rows, own_source(new, site.source))
        for table in NESTED.get(new.TABLE, {}):
            children = [child for child in self._given.nested[table, identity] if child.identity not in self._old]
            if children:
                site = self._site(identity)
                self.added[site.file] += [name for child in children for name in _within(child, self._given)]
                nodes = [record_node(child, self._given, site.source) for child in children]
                with self._telling(site.file, f"{identity}, {table}"):
                    self._append(site, new, table, nodes)

    def _set(self, site: _Site, new: Record, column: Column) -> None:
        editor, value = self._editor(site.file), getattr(new, column.name)
        if value is None or value == ():
            editor.remove(site.node, column.name)
        elif site.node.get(column.name) is not None:
            editor.replace(site.node, column.name, value_node(column, value))
        else:
            keys = keys_of(type(new))
            editor.add(site.node, keys[: keys.index(column.name)], column.name, value_node(column, value))

    def _identify(
        self, site: _Site, record: Record, known: Mapping[Key, Identifier], changed: Sequence[Identifier]
    ) -> None:
        """Merge identifiers that are new, or that stand there otherwise."""
        if new := [record_node(one, self._given, None) for one in changed if one.key not in known]:
            with self._telling(site.file, f"{record.identity}, identifiers"):
                self._append(site, record, "identifiers", new)
        standing = site.node.get("identifiers")
        nodes = [node for node in getattr(standing, "items", ()) if isinstance(node, yamltree.Mapping)]
        for one in changed:
            for node in nodes:
                if _texts(node, ("scheme", "value")) == [*map(str, one.key[1:])]:
                    with self._telling(site.file, f"{_name(one)}, {_change(_VERIFIED_IN, known[one.key], one)}"):
                        self._set(site._replace(node=node), one, _VERIFIED_IN)

    def _append(self, site: _Site, record: Record, key: str, nodes: Sequence[yamledit.Node]) -> None:
        if site.node.get(key) is not None:
            self._editor(site.file).append(site.node, key, nodes)
        else:
            keys = keys_of(type(record))
            self._editor(site.file).add(site.node, keys[: keys.index(key)], key, yamledit.sequence(nodes))

    # --- Where -----------------------------------------------------------------------------------------------------

    def _editor(self, file: str) -> yamledit.Editor:
        if file not in self._editors:
            path = self._folder / file
            self._editors[file] = yamledit.Editor(path.read_bytes().decode("utf-8") if path.exists() else "")
        return self._editors[file]

    def _site(self, identity: str) -> _Site:
        if identity not in self._sites:
            file = self._seeds.raw[identity].file.removeprefix(f"{self._folder.name}/")
            table, source = (file.removesuffix(".yaml"), None) if "/" not in file else ("occasions", Path(file).stem)
            self._find(file, source, self._editor(file).root, table)
        return self._sites[identity]

    def _find(self, file: str, source: str | None, node: yamltree.Node | None, table: str) -> None:
        for item in node.items if isinstance(node, yamltree.Sequence) else ():
            if isinstance(item, yamltree.Mapping):
                self._sites[_texts(item, MODELS[table].PRIMARY_KEY)[0]] = _Site(file, source, item)
                for nested in NESTED.get(table, {}):
                    self._find(file, source, item.get(nested), nested)

    @contextmanager
    def _telling(self, file: str, what: str) -> Iterator[None]:
        """Tell what cannot be changed, where and why."""
        try:
            yield
        except yamledit.EditError as error:
            place = f"{self._folder.name}/{file}:{error.line}:{error.column}"
            self._faults.append(f"{place}: {what}: {error}; {BY_HAND}")


def _by_id(records: Iterable[Record]) -> dict[str, Record]:
    return {record.identity: record for record in records if record.identity}


def _of_maintainers(brought: Iterable[Record], standing: Iterable[Record]) -> list[str]:
    """That rows of the tables that the maintainers keep are brought, unless they stand there as they are."""
    kept = {record for record in standing if record.TABLE in KEPT_TABLES}
    new = dict.fromkeys(one.TABLE for one in brought if one.TABLE in KEPT_TABLES and one not in kept)
    return [not_contributed(table) for table in new]


def _key(record: Record) -> Key:
    return (record.TABLE, *record.key)


def _within(record: Record, parts: Parts) -> Iterator[str]:
    """The ids of a record and of those that stand in it."""
    yield str(record.identity)
    for table in NESTED.get(record.TABLE, {}):
        for child in parts.nested[table, str(record.identity)]:
            yield from _within(child, parts)


def _texts(node: yamltree.Mapping, keys: Sequence[str]) -> list[str]:
    values = [node.get(key) for key in keys]
    return [value.text if isinstance(value, yamltree.Scalar) else "" for value in values]


def _name(record: Record) -> str:
    """A record for people: its id, or its table and key."""
    return record.identity or " ".join([record.TABLE, *(str(part) for part in record.key if part is not None)])


def _said(rows: Iterable[Evidence]) -> set[tuple[str, ...]]:
    return {tuple(told(row).values()) for row in rows}


def _change(column: Column, old: Record, new: Record) -> str:
    """What a cell holds and shall hold, as YAML has it."""
    cells = []
    for value in (getattr(old, column.name), getattr(new, column.name)):
        empty = value is None or value == ()
        cells.append("empty" if empty else yamledit.inline(yamledit.sequence([value_node(column, value)]))[1:-1])
    return f"`{column.name}`: {cells[0]} -> {cells[1]}"


def _changes(rows: Sequence[Evidence], standing: Sequence[Evidence]) -> str:
    """The entries that go and those that come, field by field."""
    was, now = _said(standing), _said(rows)
    parts = []
    for field in dict.fromkeys(row.field for row in (*standing, *rows)):
        gone = [r for r in standing if r.field == field and tuple(told(r).values()) not in now]
        new = [r for r in rows if r.field == field and tuple(told(r).values()) not in was]
        if gone or new:
            texts = [", ".join(yamledit.inline(entry_node(row, None, None)) for row in some) for some in (gone, new)]
            parts.append(f"`{field}`: {texts[0] or 'nothing'} -> {texts[1] or 'nothing'}")
    return "; ".join(parts) or "as it stands"
