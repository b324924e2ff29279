"""From the values of a JSON or YAML text to records: which keys are columns, and which values a column can hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any, Protocol, TypeAlias

from karabakh_data import jsontree, yamltree
from karabakh_data.columns import Column, columns_of
from karabakh_data.columns import Kind as ColumnKind
from karabakh_data.jsontree import CONTROL, MAX_TEXT, Fault
from karabakh_data.position import Kind, TextError
from karabakh_data.suggest import nearest
from karabakh_data.tables import MODELS
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.raw import Raw, RawRow, Reading, shown
from karabakh_data.validation.readers.lines import ESCAPED

MAX_RECORD = 10_000
"""Values in one record."""

MANY = 100
"""Keys of a record that are no columns, from which on they are told together."""

LONGEST_NAME = 100
"""Characters of a key that may be a slip of the pen for a column."""

SLIPS = 1000
"""Different misspelt keys of an input that the nearest column is searched for."""

TOO_LARGE = "the file is too large to be held in memory"

RECORD = "a record: a mapping from column names to values"

Scalar: TypeAlias = jsontree.Scalar | yamltree.Scalar
Sequence: TypeAlias = jsontree.Sequence | yamltree.Sequence
Mapping: TypeAlias = jsontree.Mapping | yamltree.Mapping
Key: TypeAlias = jsontree.Key | yamltree.Scalar
Node: TypeAlias = Scalar | Sequence | Mapping


class Cursor(Protocol):
    """Goes through a text value by value, as `jsontree.Cursor` does."""

    current: Any
    size: int

    @property
    def place(self) -> tuple[int, int]: ...
    def peek(self) -> str: ...
    def end(self) -> None: ...
    def value(self) -> Any: ...
    def each_item(self) -> Iterator[None]: ...
    def each_key(self) -> Iterator[Any]: ...


class TreeCursor:
    """Goes through a YAML tree as `jsontree.Cursor` goes through a text; raises the tree's error where it ends."""

    def __init__(self, tree: yamltree.Tree) -> None:
        self.current: yamltree.Node | None = None
        self.size = 0
        self._next = tree.root
        self._error = tree.error

    @property
    def place(self) -> tuple[int, int]:
        return (self._next.line, self._next.column) if self._next else (1, 1)

    def peek(self) -> str:
        if isinstance(self._next, yamltree.Scalar):
            return '"'
        return "" if self._next is None else "[" if isinstance(self._next, yamltree.Sequence) else "{"

    def end(self) -> None:
        if self._error is not None:
            raise self._error

    def value(self) -> yamltree.Node:
        node = self._next
        assert node is not None
        self.current = node
        self.size = _size(node)
        self._unless_whole(node)
        return node

    def each_item(self) -> Iterator[None]:
        node = self._next
        assert isinstance(node, yamltree.Sequence)
        for item in node.items:
            self._next = item
            yield
        self._unless_whole(node)

    def each_key(self) -> Iterator[yamltree.Scalar]:
        node = self._next
        assert isinstance(node, yamltree.Mapping)
        for key, value in node.pairs:
            self._next = value
            yield key
        self._unless_whole(node)

    def _unless_whole(self, node: yamltree.Node) -> None:
        if not isinstance(node, yamltree.Scalar) and not node.whole:
            self.end()


def _size(node: yamltree.Node) -> int:
    if isinstance(node, yamltree.Scalar):
        return 1
    inner = node.items if isinstance(node, yamltree.Sequence) else [value for _, value in node.pairs]
    return 1 + sum(map(_size, inner))


def value_of(node: Scalar) -> Any:
    """What stands there; in YAML all is text, whatever it looks like, but nothing, `~` and `null` are no value."""
    if isinstance(node, jsontree.Scalar):
        return node.value
    if node.plain:
        return None if node.text in ("", "~", "null") else node.text
    return node.text.removesuffix("\n") if node.block else node.text  # a line break ends every block


def described(node: Node) -> str:
    """What kind of value it is, for messages."""
    if isinstance(node, Mapping):
        return "a mapping" if node.pairs else "an empty mapping"
    if isinstance(node, Sequence):
        return "a list"
    value = value_of(node)
    if value is None:
        return "no value"
    if isinstance(value, bool):
        return "a truth value"
    is_number = not isinstance(value, str) or (isinstance(node, jsontree.Scalar) and node.fault is Fault.NUMBER)
    return "a number" if is_number else "a text"


def tell_error(reading: Reading, error: TextError, too_large: str = TOO_LARGE) -> None:
    """Tell what keeps a text from being read on."""
    at = error.line, error.column
    if error.kind is Kind.REFUSED:
        reading.tell(codes.refused, error.what, at=at)
    elif error.kind is Kind.CHARACTER:
        reading.tell(codes.control_character, error.what, at=at)
    elif error.kind is Kind.STRUCTURE:
        reading.tell(codes.structure, "a list or mapping as a key", "the name of a column", at=at)
    elif error.kind is Kind.LARGE:
        reading.tell(codes.too_large, too_large, error.what, at=at)
    else:
        rest = "" if reading.source.name.endswith((".jsonl", ".ndjson")) else "; what follows is not judged"
        reading.tell(codes.syntax, f"{error}{rest}", at=at)


@cache
def _columns(table: str) -> dict[str, Column]:
    return {column.name: column for column in columns_of(MODELS[table])}


class Records:
    """Makes rows of mappings, and tells what is wrong with their structure.

    Args:
        reading: Where findings are told.
        has_bytes: Whether lone surrogates stand for bytes that could not be decoded, which is told already.
    """

    def __init__(self, reading: Reading, *, has_bytes: bool = False) -> None:
        self.counts: Counter[str | None] = Counter()
        """How many items each table has had."""
        self._reading = reading
        self._has_bytes = has_bytes
        self._strays: tuple[Node, int] | None = None
        self._near: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    def line_text(self, line: int) -> str | None:
        """The physical line of this number."""
        return self._reading.source.line_text(line)

    def take(self, cursor: Cursor, table: str | None, lines: tuple[str, ...] = ()) -> Iterator[RawRow]:
        """The record that comes next, if it is one and its table is known.

        Where an error ends it, its key is handed on before the error is raised.
        """
        self.counts[table] += 1
        try:
            node: Node = cursor.value()
        except TextError:
            if table is not None and isinstance(cursor.current, Mapping):
                yield self._broken(cursor.current, table, lines)
            raise
        if not isinstance(node, Mapping) or not node.pairs:
            self._strays = self._strays or (node, 0)
            self._strays = self._strays[0], self._strays[1] + 1
            return
        self.tell_strays()
        if table is not None:
            yield self.row(node, table, lines, cursor.size)

    def tell_strays(self) -> None:
        """Tell items that stand together and are no records, at the first of them."""
        if self._strays is not None:
            node, count = self._strays
            what = described(node)
            what = what if count == 1 else f"{count:,} values that are no records, the first {what}"
            value = value_of(node) if isinstance(node, Scalar) else None
            self._reading.tell(codes.structure, what, RECORD, at=(node.line, node.column), value=value)
            self._strays = None

    def row(self, node: Mapping, table: str, lines: tuple[str, ...], size: int) -> RawRow:
        """The record of a mapping that holds so many values."""
        if size > MAX_RECORD:
            row = self._broken(node, table, lines)
            args = f"the record holds {size:,} values", f"{MAX_RECORD:,}", "begin a mapping for each record"
            self._reading.tell(codes.too_large, *args, at=row)
            return row
        return _Row(self, node, self._new(node, table, lines)).read()

    def _new(self, node: Mapping, table: str, lines: tuple[str, ...]) -> RawRow:
        source, number = self._reading.source, self.counts[table]
        return RawRow(table, source, number, node.line, node.column, lines=lines)

    def _broken(self, node: Mapping, table: str, lines: tuple[str, ...]) -> RawRow:
        row = self._new(node, table, lines)
        row.broken = True
        for key, value in node.pairs:
            if key.text in MODELS[table].PRIMARY_KEY and isinstance(value, Scalar) and not fault_of(value):
                row.cells.setdefault(key.text, Raw(value_of(value), value.line, value.column))
        return row

    def tell(self, *args: Any, **about: Any) -> None:
        """As `Reading.tell`."""
        self._reading.tell(*args, **about)

    def nearest(self, name: str, candidates: list[str]) -> list[str]:
        """The column that a key means, if any; each different key is searched for once, and not without end."""
        key = name, tuple(candidates)
        found = self._near.get(key)
        if found is None:
            if len(self._near) >= SLIPS or len(name) > LONGEST_NAME:
                return []
            found = self._near[key] = nearest("_".join(name.split()), candidates, 1)
        return found

    def is_told(self, text: str) -> bool:
        """Whether the characters that no text may hold are bytes, which are told for the whole input."""
        return self._has_bytes and not CONTROL.search(ESCAPED.sub("", text))


class _Row:
    """One record while it is read."""

    def __init__(self, records: Records, node: Mapping, row: RawRow) -> None:
        self._records = records
        self._node = node
        self._row = row
        model = MODELS[row.table]
        ids = [value for key, value in node.pairs if key.text == model.PRIMARY_KEY[0] and isinstance(value, Scalar)]
        self._id = shown(value_of(ids[0])) if ids and model.has_id() else None

    @cached_property
    def _absent(self) -> list[str]:
        """The columns that are not given, which a misspelt key may mean."""
        given = {key.text for key, _ in self._node.pairs}
        return [name for name in _columns(self._row.table) if name not in given]

    def read(self) -> RawRow:
        """The row; what is wrong with its keys and values is told."""
        columns = _columns(self._row.table)
        first: dict[str, Key] = {}
        repeated: dict[str, Key] = {}
        for key, value in self._node.pairs:
            if first.setdefault(key.text, key) is not key:
                repeated.setdefault(key.text, key)
            elif key.text in columns:
                self._cell(columns[key.text], value)
        unknown = [key for name, key in first.items() if name not in columns]
        if len(unknown) > MANY:
            what = f"a mapping with {len(unknown):,} keys that are no columns of {self._row.table}"
            self._tell(codes.structure, what, RECORD, at=self._row)
            repeated = {name: key for name, key in repeated.items() if name in columns}
        else:
            for key in unknown:
                self._unknown(key)
        self._row.at_fault = bool(repeated)
        for name, key in repeated.items():
            place, field = Raw(name, key.line, key.column), name if name in columns else None
            self._tell(codes.repeated_column, name, place_beside(first[name], key), at=place, field=field)
        return self._row

    def _tell(self, *args: Any, **about: Any) -> None:
        self._records.tell(*args, row=self._row, record_id=self._id, **about)

    def _unknown(self, key: Key) -> None:
        """Tell a key that is no column, and take the column that it means as told."""
        plain = CONTROL.sub("", key.text)
        at = Raw(key.text[:LONGEST_NAME], key.line, key.column)
        meant = [] if plain in MODELS else self._records.nearest(plain, self._absent)
        self._row.told.update(meant)
        if plain == key.text:
            self._tell(codes.unknown_column, key.text[: LONGEST_NAME + 1], self._row.table, meant, at=at)
        elif not self._records.is_told(key.text):
            self._tell(codes.control_character, _odd(key.text), at=at)

    def _cell(self, column: Column, node: Node) -> None:
        raw: Raw | None
        if isinstance(node, Sequence):
            items = [self._raw(column, item, "one value") for item in node.items]
            raw = Raw(items, node.line, node.column) if all(items) else None
        else:
            raw = self._raw(column, node, "a list of values" if column.is_list else "one value")
        if raw is None:
            self._row.told.add(column.name)
        else:
            self._row.cells[column.name] = raw

    def _raw(self, column: Column, node: Node, expected: str) -> Raw | None:
        """One value; `None` where its fault is told."""
        if isinstance(node, Mapping | Sequence):
            what = "a mapping" if isinstance(node, Mapping) else "a list inside a list"
            at = Raw(None, node.line, node.column)
            self._tell(codes.structure, what, expected, at=at, field=column.name)
            return None
        raw = Raw(value_of(node), node.line, node.column)
        fault = fault_of(node)
        if isinstance(node, yamltree.Scalar) and node.plain and column.kind is ColumnKind.TEXT and not column.reference:
            line = self._records.line_text(node.line) or ""
            comment = re.fullmatch(r"\s+#\s*(.*)", line[node.column - 1 + len(node.text) :])
            if comment and comment[1] and line.startswith(node.text, node.column - 1):
                self._tell(codes.comment_behind, node.text[:60], at=raw, field=column.name)
        if fault is Fault.NUMBER:
            self._tell(codes.unusable_number, _cut(raw.value), at=raw, field=column.name)
        elif fault is Fault.LENGTH:
            limit = f"{MAX_TEXT:,} characters", "shorten it"
            self._tell(codes.too_large, "the text is too long", *limit, at=raw, field=column.name)
        elif fault is Fault.CHARACTER and not self._records.is_told(raw.value):
            self._tell(codes.control_character, _odd(raw.value), at=raw, field=column.name)
        return raw if fault is None else None


def fault_of(node: Scalar) -> Fault | None:
    """What is wrong with a value, whatever column it stands in."""
    if isinstance(node, jsontree.Scalar):
        return node.fault
    if len(node.text) > MAX_TEXT:
        return Fault.LENGTH
    return Fault.CHARACTER if CONTROL.search(node.text) else None


def place_beside(key: Key, other: Key) -> str:
    """Where a key stands, for whoever looks at another one: the line is only told if it is not the same."""
    return f"column {key.column} of this line" if key.line == other.line else f"{key.line}:{key.column}"


def _odd(text: str) -> str:
    """The first character that no text may hold; a tab where there is none other, which JSON does not allow bare."""
    match = CONTROL.search(text)
    return match[0] if match else "\t"


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
