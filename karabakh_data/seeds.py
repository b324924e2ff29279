"""The hand-written seeds: YAML beside the articles, read into records and their evidence.

`seeds/README.md` describes the layout. Every problem is collected with file, line and column, and raised once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from karabakh_data import yamltree
from karabakh_data.columns import Column, columns_of
from karabakh_data.derive import carrying_sources, publication_order
from karabakh_data.evidence import Digests, Span
from karabakh_data.models import Evidence, Record, Source
from karabakh_data.models.types import Origin
from karabakh_data.suggest import did_you_mean
from karabakh_data.tables import MODELS
from karabakh_data.vocabulary import EvidenceStance

FILES = ("sources", "actors", "places", "ceasefires", "incidents")
"""Tables with a file of their own; occasions and statements lie in `statements/<source_id>.yaml`."""

NESTED: dict[str, dict[str, str]] = {
    "actors": {"affiliations": "member_id"},
    "ceasefires": {"status_reports": "ceasefire_id"},
    "occasions": {"statements": "occasion_id"},
}
"""Table -> nested table -> the nested record's column that holds the parent's id."""

_AT = re.compile(r"(0|[1-9][0-9]*)-([1-9][0-9]*)", re.ASCII)
_ENTRY_KEYS = ("at", "source", "basis", "note", "stance", "value")


class Problem(NamedTuple):
    """What is wrong in a seed file, and where (line and column count from 1)."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class SeedError(ValueError):
    """The seeds are no data set; `problems` lists everything found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class Uncited(NamedTuple):
    """A span that supports no record, and why."""

    span: Span
    reason: str


@dataclass
class RawEntry:
    """One evidence entry for one field, and one element of it where the field is a list."""

    field: str
    element: str | None
    values: dict[str, Any]
    line: int
    column: int
    sound: bool = True
    """Whether each of its keys could be read; what could not is told already."""


@dataclass
class RawRecord:
    """A record as it stands in a seed file."""

    table: str
    file: str
    line: int
    column: int
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    entries: list[RawEntry] = field(default_factory=list)
    identifiers: list[RawRecord] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    """Fields whose fault is told already, or is the parent's to tell."""

    @property
    def identity(self) -> str:
        return str(self.values.get(MODELS[self.table].PRIMARY_KEY[0], "?"))

    def at(self, name: str | None) -> tuple[int, int]:
        """Where a field stands; the record's own place where it is left out."""
        return self.places.get(name or "", (self.line, self.column))


# --- Reading -------------------------------------------------------------------------------------------------------


class SeedReader:
    """Reads a folder of seeds into raw records; `problems` collects what is wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records: list[RawRecord] = []
        self.uncited: dict[str, list[Uncited]] = {}
        self.problems: list[Problem] = []

    def read(self) -> SeedReader:
        """Read every file of the folder."""
        for table in FILES:
            self._read_list(self.folder / f"{table}.yaml", table, None)
        for path in sorted((self.folder / "statements").glob("*.yaml")):
            self._read_list(path, "occasions", path.stem)
        self._read_uncited(self.folder / "uncited.yaml")
        return self

    def _problem(self, file: str, node: Any, message: str) -> None:
        self.problems.append(Problem(file, node.line, node.column, message))

    def _parse(self, path: Path) -> tuple[str, yamltree.Node | None]:
        file = path.relative_to(self.folder.parent).as_posix()
        try:
            return file, yamltree.parse(path.read_text(encoding="utf-8"))
        except yamltree.YamlError as error:
            self.problems.append(Problem(file, error.line, error.column, str(error)))
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(Problem(file, 1, 1, f"cannot be read: {error}"))
        return file, None

    def _read_list(self, path: Path, table: str, source: str | None) -> None:
        file, root = self._parse(path)
        if root is None:
            return
        for item in self._items(file, root, f"a list of {table}"):
            self._read_record(file, item, table, source, {})

    def _items(self, file: str, node: yamltree.Node, expected: str) -> Iterator[yamltree.Mapping]:
        if not isinstance(node, yamltree.Sequence):
            self._problem(file, node, f"expected {expected}")
            return
        for item in node.items:
            if isinstance(item, yamltree.Mapping):
                yield item
            else:
                self._problem(file, item, "expected a record: `name: value` lines")

    def _read_record(
        self, file: str, node: yamltree.Mapping, table: str, source: str | None, parent: dict[str, Any]
    ) -> RawRecord:
        model = MODELS[table]
        columns = {column.name: column for column in columns_of(model)}
        record = RawRecord(table, file, node.line, node.column, dict(parent), told=set(parent))
        if model.has_id():
            self.records.append(record)
        nested = NESTED.get(table, {})
        later: list[tuple[str, yamltree.Node]] = []
        for key, value in node.pairs:
            name = key.text
            if name in nested or (name in ("evidence", "identifiers") and model.has_id()):
                later.append((name, value))
            elif name not in columns:
                hint = did_you_mean(name, [*columns, *nested])
                self._problem(file, key, f"{table} has no column {name!r}{hint}")
            else:
                record.places[name] = (value.line, value.column)
                record.told.discard(name)
                self._read_value(record, columns[name], value)
        for name, value in later:
            if name == "evidence":
                self._read_evidence(record, value, record.identity if table == "sources" else source)
            elif name == "identifiers":
                for item in self._items(file, value, "a list of identifiers"):
                    about = {"record_id": record.identity}
                    record.identifiers.append(self._read_record(file, item, "identifiers", None, about))
            else:
                for item in self._items(file, value, f"a list of {name}"):
                    self._read_record(file, item, name, source, {nested[name]: record.identity})
        return record

    def _read_value(self, record: RawRecord, column: Column, node: yamltree.Node) -> None:
        if column.is_list:
            items = node.items if isinstance(node, yamltree.Sequence) else (node,)
            values = [self._read_scalar(record, column, item) for item in items]
        else:
            values = [self._read_scalar(record, column, node)]
        if None in values:
            record.told.add(column.name)
        else:
            record.values[column.name] = tuple(values) if column.is_list else values[0]

    def _read_scalar(self, record: RawRecord, column: Column, node: yamltree.Node) -> Any:
        if not isinstance(node, yamltree.Scalar):
            self._problem(record.file, node, f"{record.identity}: `{column.name}` takes one value, not a structure")
            return None
        try:
            return column.read_one(node.text)
        except ValueError as error:
            hint = did_you_mean(node.text, column.vocabulary.values()) if column.vocabulary else ""
            self._problem(record.file, node, f"{record.identity}: `{column.name}`: {error}{hint}")
            return None

    # --- Evidence --------------------------------------------------------------------------------------------------

    def _read_evidence(self, record: RawRecord, node: yamltree.Node, source: str | None) -> None:
        columns = {column.name: column for column in columns_of(MODELS[record.table])}
        if not isinstance(node, yamltree.Mapping):
            self._problem(record.file, node, "expected `field: [entries]` lines")
            return
        for key, value in node.pairs:
            for name in (part.strip() for part in key.text.split(",")):
                column = columns.get(name)
                if column is None:
                    self._problem(
                        record.file, key, f"{record.table} has no column {name!r}{did_you_mean(name, columns)}"
                    )
                    continue
                cell = record.values.get(name)
                elements = [column.write((one,)) for one in cell] if column.is_list and cell else [None]
                if isinstance(value, yamltree.Mapping):
                    for element, entries in value.pairs:
                        if element.text not in elements and name not in record.told:
                            message = f"{record.identity}: {element.text!r} is no element of `{name}`"
                            self._problem(record.file, element, message)
                        self._read_entries(record, name, [element.text], entries, source)
                else:
                    self._read_entries(record, name, elements, value, source)

    def _read_entries(
        self, record: RawRecord, name: str, elements: list[Any], node: yamltree.Node, source: str | None
    ) -> None:
        for item in self._items(record.file, node, "a list of entries"):
            values: dict[str, Any] = {"source_id": source, "stance": EvidenceStance.SUPPORTS}
            before = len(self.problems)
            for key, value in item.pairs:
                if key.text not in _ENTRY_KEYS:
                    hint = did_you_mean(key.text, _ENTRY_KEYS)
                    self._problem(record.file, key, f"an entry has no key {key.text!r}{hint}")
                elif not isinstance(value, yamltree.Scalar):
                    self._problem(record.file, value, f"`{key.text}` takes one value")
                elif key.text == "at":
                    span = self._span(record.file, value)
                    if span:
                        values["start"], values["end"] = span
                else:
                    values["source_id" if key.text == "source" else key.text] = self._entry_value(record, key, value)
            if item.get("at") is None:
                self._problem(record.file, item, f"{record.identity}: the entry needs `at: start-end`")
            if values["source_id"] is None:
                self._problem(record.file, item, f"{record.identity}: the entry needs a `source`")
            sound = len(self.problems) == before
            for element in elements:
                record.entries.append(RawEntry(name, element, dict(values), item.line, item.column, sound))

    def _entry_value(self, record: RawRecord, key: yamltree.Scalar, value: yamltree.Scalar) -> Any:
        column = next((c for c in columns_of(Evidence) if c.name == key.text), None)
        return self._read_scalar(record, column, value) if column else value.text

    def _span(self, file: str, node: yamltree.Scalar) -> Span | None:
        match = _AT.fullmatch(node.text)
        if not match or int(match[1]) >= int(match[2]):
            self._problem(file, node, f"{node.text!r} is no span such as 120-164 (start inclusive, end exclusive)")
            return None
        return Span(int(match[1]), int(match[2]))

    def _read_uncited(self, path: Path) -> None:
        if not path.exists():
            return
        file, root = self._parse(path)
        if root is None:
            return
        if not isinstance(root, yamltree.Mapping):
            self._problem(file, root, "expected `source id: [spans]` lines")
            return
        for source, value in root.pairs:
            for item in self._items(file, value, "a list of spans"):
                at, reason = item.get("at"), item.get("reason")
                if not isinstance(at, yamltree.Scalar) or not isinstance(reason, yamltree.Scalar) or not reason.text:
                    self._problem(file, item, "expected `at: start-end` and a `reason`")
                elif span := self._span(file, at):
                    self.uncited.setdefault(source.text, []).append(Uncited(span, reason.text))


# --- Records -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seeds:
    """The records of the seeds, table by table, and the spans declared uncited by source."""

    tables: dict[str, list[Record]]
    uncited: dict[str, list[Uncited]]


def load_seeds(folder: Path, digests: Digests | None = None) -> Seeds:
    """The records of a folder of seeds.

    Args:
        folder: Holds `sources.yaml`, `actors.yaml`, … and `statements/`.
        digests: Gives the digests of documents and spans; without it they stay empty.

    Raises:
        SeedError: Anything is wrong with a file, a record or an entry; lists everything found.
    """
    reader = SeedReader(folder).read()
    maker = _Maker(reader, digests)
    tables = maker.make()
    if maker.problems:
        raise SeedError(maker.problems)
    return Seeds(tables, reader.uncited)


def source_documents(folder: Path) -> dict[str, str]:
    """Source id -> file name of its document, as far as `sources.yaml` can be read."""
    reader = SeedReader(folder)
    reader._read_list(folder / "sources.yaml", "sources", None)
    return {r.identity: str(r.values["document"]) for r in reader.records if "document" in r.values}


def read_uncited(path: Path) -> dict[str, list[Uncited]]:
    """The spans that a file such as `seeds/uncited.yaml` declares uncited, by source.

    Raises:
        SeedError: The file cannot be read.
    """
    reader = SeedReader(path.parent)
    reader._read_uncited(path)
    if reader.problems:
        raise SeedError(reader.problems)
    return reader.uncited


class _Maker:
    """Turns raw records into models."""

    def __init__(self, reader: SeedReader, digests: Digests | None) -> None:
        self.reader = reader
        self.problems = list(reader.problems)
        self.digests = digests
        self.order: dict[str, int] = {}
        self.undigested: list[Problem] = []

    def make(self) -> dict[str, list[Record]]:
        tables: dict[str, list[Record]] = {name: [] for name in MODELS}
        sources = [raw for raw in self.reader.records if raw.table == "sources"]
        self._tell_unknown_sources({raw.identity for raw in sources})
        for raw in sources:
            self._add_document(raw)
        made = [self._model(raw, raw.values) for raw in sources]
        dated = sorted((record for record in made if isinstance(record, Source)), key=publication_order)
        self.order = {source.source_id: position for position, source in enumerate(dated)}
        tables["sources"] = list(dated)
        for raw in self.reader.records:
            if raw.table != "sources" and (record := self._model(raw, self._with_sources(raw))):
                tables[raw.table].append(record)
        for raw in sorted(self.reader.records, key=lambda raw: list(MODELS).index(raw.table)):
            tables["evidence"].extend(self._evidence(raw))
            for identifier in raw.identifiers:
                if record := self._model(identifier, identifier.values):
                    tables["identifiers"].append(record)
        self._tell_undigested()
        return tables

    def _model(self, raw: RawRecord, values: Mapping[str, Any], where: str = "") -> Record | None:
        try:
            return MODELS[raw.table].model_validate(dict(values))
        except ValidationError as error:
            for fault in error.errors():
                name = str(fault["loc"][0]) if fault["loc"] else None
                if name in raw.told:
                    continue
                line, column = raw.at(name)
                missing = fault["type"] == "missing"
                message = f"`{name}` is needed" if missing else f"`{name}`: {fault['msg']}"
                self.problems.append(Problem(raw.file, line, column, f"{where or raw.identity}: {message}"))
            return None

    def _tell_unknown_sources(self, known: set[str]) -> None:
        """An entry of a file that is named for no source has one cause with all the others there."""
        for raw in self.reader.records:
            for entry in raw.entries:
                source = entry.values["source_id"]
                if source is not None and source not in known:
                    entry.sound = False
                    of_file = raw.file.endswith(f"statements/{source}.yaml")
                    line, column = (1, 1) if of_file else (entry.line, entry.column)
                    message = f"{source!r} is not among the sources{did_you_mean(source, known)}"
                    who = "the file's name" if of_file else f"{raw.identity}: evidence"
                    self.problems.append(Problem(raw.file, line, column, f"{who}: {message}"))

    def _add_document(self, raw: RawRecord) -> None:
        found = self.digests.of_document(raw.identity) if self.digests else None
        if found:
            raw.values["document_sha256"], raw.values["document_chars"] = found
        elif self.digests:
            self.undigested.append(Problem(raw.file, raw.line, raw.column, raw.identity))

    def _tell_undigested(self) -> None:
        """One finding for all passages without a digest: they share one repair."""
        if self.undigested:
            first = min(self.undigested)
            message = (
                f"{first.message}: a passage is new, and its digest needs the article: build once with "
                f"--documents DIR, the folder of the articles ({len(self.undigested)} such places in all)"
            )
            self.problems.append(first._replace(message=message))

    def _with_sources(self, raw: RawRecord) -> dict[str, Any]:
        if "source_ids" not in MODELS[raw.table].model_fields:
            return raw.values
        cited = carrying_sources(MODELS[raw.table], ((e.field, e.values["source_id"]) for e in raw.entries))
        known = sorted(cited & self.order.keys(), key=self.order.__getitem__)
        if raw.entries and not known:
            raw.told.add("source_ids")  # the entries tell what is wrong with their sources
        return raw.values | ({"source_ids": tuple(known)} if known else {})

    def _evidence(self, raw: RawRecord) -> Iterator[Record]:
        columns = [column.name for column in columns_of(MODELS[raw.table])]
        ordered = sorted(
            raw.entries,
            key=lambda entry: (
                columns.index(entry.field),
                self._position(raw, entry),
                self.order.get(entry.values["source_id"], len(self.order)),
                entry.values.get("start", 0),
            ),
        )
        for entry in ordered:
            values = {"record_id": raw.identity, "field": entry.field, "value": entry.element, **entry.values}
            if not entry.sound:
                continue
            told = {"record_id", "source_id", *(() if entry.element is None else ("value",))}
            where = RawRecord("evidence", raw.file, entry.line, entry.column, told=told)
            if self.digests:
                values["sha256"] = self.digests.of_span(values["source_id"], values["start"], values["end"])
                if values["sha256"] is None:
                    self.undigested.append(Problem(raw.file, entry.line, entry.column, raw.identity))
                    continue
            if record := self._model(where, values, f"{raw.identity}: evidence"):
                yield record

    def _position(self, raw: RawRecord, entry: RawEntry) -> int:
        cell = raw.values.get(entry.field)
        if not isinstance(cell, tuple) or entry.element is None:
            return 0
        texts = [str(one) for one in cell]
        return texts.index(entry.element) if entry.element in texts else len(texts)


def declared_spans(uncited: Mapping[str, Iterable[Uncited]], source_id: str) -> list[Span]:
    """The spans of a source that are declared uncited."""
    return [one.span for one in uncited.get(source_id, ())]


def cited_columns(model: type[Record]) -> tuple[Column, ...]:
    """The columns whose values are read in a source and must be cited."""
    return tuple(column for column in columns_of(model) if column.origin is Origin.SOURCE)
