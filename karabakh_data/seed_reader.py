"""Reading the hand-written seeds: YAML files into raw records with their places.

`seeds/README.md` describes the layout. Every problem is collected with file, line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from karabakh_data import yamltree
from karabakh_data.columns import Column, column_named, columns_of
from karabakh_data.evidence import Span, Uncited
from karabakh_data.models import Evidence, Source
from karabakh_data.models.types import Origin
from karabakh_data.suggest import did_you_mean, nearest
from karabakh_data.tables import MODELS
from karabakh_data.vocabulary import EvidenceStance

FILES = ("sources", "actors", "places", "ceasefires", "incidents")
"""Tables with a file of their own; occasions and statements lie in `statements/<source_id>.yaml`."""

KEPT = ("retired", "crosswalk", "code-lists")
"""Files that the maintainers keep beside the records; each may be absent."""

BESIDE = ("README.md", "statements", "first-coding", "second-coding")
"""What may lie in a folder of seeds besides."""

NESTED: dict[str, dict[str, str]] = {
    "actors": {"affiliations": "member_id"},
    "ceasefires": {"status_reports": "ceasefire_id"},
    "occasions": {"statements": "occasion_id"},
}
"""Table -> nested table -> the nested record's column that holds the parent's id."""

_NEVER_WRITTEN = (Origin.DERIVED_SET, Origin.DERIVED_DOCUMENT)
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
        """Those with an id."""
        self.kept: list[RawRecord] = []
        """The rows of the tables that the maintainers keep."""
        self.uncited: dict[str, list[Uncited]] = {}
        self.problems: list[Problem] = []

    def read(self) -> SeedReader:
        """Read every file of the folder."""
        for table in FILES:
            self._read_list(self.folder / f"{table}.yaml", table, None)
        for path in sorted((self.folder / "statements").glob("*.yaml")):
            self._read_list(path, "occasions", path.stem)
        self._read_uncited(self.folder / "uncited.yaml")
        if (self.folder / "retired.yaml").exists():
            self._read_list(self.folder / "retired.yaml", "retired", None)
        self._tell_strangers()
        return self

    def _tell_strangers(self) -> None:
        """A file that nothing reads would be data lost in silence."""
        expected = [f"{name}.yaml" for name in (*FILES, *KEPT, "uncited")]
        strangers = [(path, expected) for path in self.folder.iterdir() if path.name not in (*expected, *BESIDE)]
        strangers += [(path, []) for path in (self.folder / "statements").glob("*") if path.suffix != ".yaml"]
        for path, names in strangers:
            if not path.name.startswith("."):
                hint = did_you_mean(path.name, names) or "; statements lie in statements/<source_id>.yaml"
                self.problems.append(Problem(self._name(path), 1, 1, f"nothing reads this file{hint}"))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder.parent).as_posix()

    def problem(self, file: str, node: Any, message: str) -> None:
        """Note what is wrong at a node of a file."""
        self.problems.append(Problem(file, node.line, node.column, message))

    def parse(self, path: Path) -> tuple[str, yamltree.Node | None]:
        """The file's name for messages, and its tree; `None` where it is empty or no YAML, which is noted."""
        file = self._name(path)
        try:
            return file, yamltree.parse(path.read_text(encoding="utf-8"))
        except yamltree.YamlError as error:
            self.problems.append(Problem(file, error.line, error.column, str(error)))
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(Problem(file, 1, 1, f"cannot be read: {error}"))
        return file, None

    def _read_list(self, path: Path, table: str, source: str | None) -> None:
        file, root = self.parse(path)
        if root is None:
            return
        for item in self._items(file, root, f"a list of {table}"):
            self._read_record(file, item, table, source, {})

    def _items(self, file: str, node: yamltree.Node, expected: str) -> Iterator[yamltree.Mapping]:
        if not isinstance(node, yamltree.Sequence):
            self.problem(file, node, f"expected {expected}")
            return
        for item in node.items:
            if isinstance(item, yamltree.Mapping):
                yield item
            else:
                self.problem(file, item, "expected a record: `name: value` lines")

    def _read_record(
        self, file: str, node: yamltree.Mapping, table: str, source: str | None, parent: dict[str, Any]
    ) -> RawRecord:
        model = MODELS[table]
        columns = {column.name: column for column in columns_of(model)}
        record = RawRecord(table, file, node.line, node.column, dict(parent), told=set(parent))
        if model.has_id():
            self.records.append(record)
        elif table in KEPT:
            self.kept.append(record)
        nested = NESTED.get(table, {})
        later: list[tuple[str, yamltree.Node]] = []
        for key, value in node.pairs:
            name = key.text
            if name in nested or (name in ("evidence", "identifiers") and model.has_id()):
                later.append((name, value))
            elif name not in columns:
                hint = did_you_mean(name, [*columns, *nested])
                self.problem(file, key, f"{table} has no column {name!r}{hint}")
                record.told.update(nearest(name, columns, 1))  # misspelt, it is not missing as well
            elif columns[name].origin in _NEVER_WRITTEN:
                self.problem(file, key, f"`{name}` is derived from the whole data set; leave it out")
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
            self.problem(record.file, node, f"{record.identity}: `{column.name}` takes one value, not a structure")
            return None
        try:
            return column.read_one(node.text)
        except ValueError as error:
            hint = did_you_mean(node.text, column.vocabulary.values()) if column.vocabulary else ""
            self.problem(record.file, node, f"{record.identity}: `{column.name}`: {error}{hint}")
            return None

    # --- Evidence --------------------------------------------------------------------------------------------------

    def _read_evidence(self, record: RawRecord, node: yamltree.Node, source: str | None) -> None:
        columns = {column.name: column for column in columns_of(MODELS[record.table])}
        if not isinstance(node, yamltree.Mapping):
            self.problem(record.file, node, "expected `field: [entries]` lines")
            return
        for key, value in node.pairs:
            for name in (part.strip() for part in key.text.split(",")):
                column = columns.get(name)
                if column is None:
                    self.problem(
                        record.file, key, f"{record.table} has no column {name!r}{did_you_mean(name, columns)}"
                    )
                    continue
                cell = record.values.get(name)
                elements = [column.write((one,)) for one in cell] if column.is_list and cell else [None]
                if isinstance(value, yamltree.Mapping):
                    for element, entries in value.pairs:
                        if element.text not in elements and name not in record.told:
                            message = f"{record.identity}: {element.text!r} is no element of `{name}`"
                            self.problem(record.file, element, message)
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
                    self.problem(record.file, key, f"an entry has no key {key.text!r}{hint}")
                elif not isinstance(value, yamltree.Scalar):
                    self.problem(record.file, value, f"`{key.text}` takes one value")
                elif key.text == "at":
                    span = self._span(record.file, value)
                    if span:
                        values["start"], values["end"] = span
                else:
                    values["source_id" if key.text == "source" else key.text] = self._entry_value(record, key, value)
            if item.get("at") is None:
                self.problem(record.file, item, f"{record.identity}: the entry needs `at: start-end`")
            if values["source_id"] is None:
                self.problem(record.file, item, f"{record.identity}: the entry needs a `source`")
            sound = len(self.problems) == before
            for element in elements:
                record.entries.append(RawEntry(name, element, dict(values), item.line, item.column, sound))

    def _entry_value(self, record: RawRecord, key: yamltree.Scalar, value: yamltree.Scalar) -> Any:
        column = column_named(Evidence, key.text)
        return self._read_scalar(record, column, value) if column else value.text

    def _span(self, file: str, node: yamltree.Scalar) -> Span | None:
        match = _AT.fullmatch(node.text)
        if not match or int(match[1]) >= int(match[2]):
            self.problem(file, node, f"{node.text!r} is no span such as 120-164 (start inclusive, end exclusive)")
            return None
        return Span(int(match[1]), int(match[2]))

    def _read_uncited(self, path: Path) -> None:
        if not path.exists():
            return
        file, root = self.parse(path)
        if root is None:
            return
        if not isinstance(root, yamltree.Mapping):
            self.problem(file, root, "expected `source id: [spans]` lines")
            return
        known = [record.identity for record in self.records if record.table == "sources"]
        for source, value in root.pairs:
            if source.text not in known:
                message = f"{source.text!r} is not among the sources{did_you_mean(source.text, known)}"
                self.problem(file, source, message)
            for item in self._items(file, value, "a list of spans"):
                at, reason = item.get("at"), item.get("reason")
                if not isinstance(at, yamltree.Scalar) or not isinstance(reason, yamltree.Scalar) or not reason.text:
                    self.problem(file, item, "expected `at: start-end` and a `reason`")
                elif span := self._span(file, at):
                    self.uncited.setdefault(source.text, []).append(Uncited(span, reason.text))


# --- Parts of a folder ---------------------------------------------------------------------------------------------


def source_documents(folder: Path) -> dict[str, str]:
    """Source id -> file name of its document, as far as `sources.yaml` can be read; bare names only, no paths."""
    reader = SeedReader(folder)
    reader._read_list(folder / "sources.yaml", "sources", None)
    bare = next(column.pattern or "" for column in columns_of(Source) if column.name == "document")
    documents = {record.identity: str(record.values.get("document", "")) for record in reader.records}
    return {source_id: name for source_id, name in documents.items() if re.fullmatch(bare, name)}
