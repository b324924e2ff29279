"""Evidence merged into the text of a record: new entries are added, and only what differs is written anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from karabakh_data import yamledit, yamltree
from karabakh_data.columns import Column, columns_of
from karabakh_data.models import Evidence, Record
from karabakh_data.seed_writer import by_element, elements_of, entry_node, evidence_node, field_node, keys_of
from karabakh_data.validation.checks import elements
from karabakh_data.vocabulary import EvidenceStance


class Entry(NamedTuple):
    """What an entry of a record and field says."""

    value: str | None
    source: str | None
    start: int
    end: int
    stance: str
    basis: str
    note: str | None

    @classmethod
    def of(cls, row: Evidence) -> Entry:
        return cls(row.value, row.source_id, row.start, row.end, row.stance.value, row.basis.value, row.note)


# --- Which rows ----------------------------------------------------------------------------------------------------


def merged_rows(old: Record, new: Record, before: Sequence[Evidence], given: Sequence[Evidence]) -> list[Evidence]:
    """The evidence of a record that is corrected from `old` to `new`.

    Rows that are given stand beside those before, or in their place where their key is the same. For a corrected
    field they replace all that stood there (of a list, what stood at the same elements); where none are given the rows
    before stay, as far as the field still holds a value that they can support.
    """
    rows: list[Evidence] = []
    for column in columns_of(type(new)):
        kept = [row for row in before if row.field == column.name]
        now = [row for row in given if row.field == column.name]
        if column.write(getattr(old, column.name)) != column.write(getattr(new, column.name)):
            kept = [row for row in kept if _outlasts(row, column, new, now)]
        rows += ({row.key: row for row in kept} | {row.key: row for row in now}).values()
    return rows


def _outlasts(row: Evidence, column: Column, new: Record, given: Sequence[Evidence]) -> bool:
    if not column.is_list:
        return not given and bool(elements(new, column))
    held = row.value in elements_of(new, column)
    supports = row.stance is EvidenceStance.SUPPORTS
    return held == supports and row.value not in [one.value for one in given]


# --- Which lines ---------------------------------------------------------------------------------------------------


def merge_evidence(
    editor: yamledit.Editor, node: yamltree.Mapping, record: Record, rows: Sequence[Evidence], source: str | None
) -> None:
    """Change the evidence of a record so that it reads as `rows`.

    Args:
        editor: Of the text in which the record stands.
        node: The record.
        record: Its values, as they will be.
        rows: All its evidence, as it shall be.
        source: The article whose entries need not name it.

    Raises:
        karabakh_data.yamledit.EditError: A comment would be lost.
    """
    if isinstance(block := node.get("evidence"), yamltree.Mapping) and block.pairs:
        _Merger(editor, node, block, record, rows, source).merge()
    elif block is not None and rows:
        editor.replace(node, "evidence", evidence_node(record, rows, source))
    elif rows:
        keys = keys_of(type(record))
        editor.add(node, keys[: keys.index("evidence")], "evidence", evidence_node(record, rows, source))


class _Merger:
    def __init__(
        self,
        editor: yamledit.Editor,
        node: yamltree.Mapping,
        block: yamltree.Mapping,
        record: Record,
        rows: Sequence[Evidence],
        source: str | None,
    ) -> None:
        self.editor, self.node, self.block, self.record, self.rows = editor, node, block, record, rows
        self.source = source
        self.columns = {column.name: column for column in columns_of(type(record))}
        self.names = {key.text: [name.strip() for name in key.text.split(",")] for key, _ in block.pairs}
        self.standing: dict[str, list[Entry]] = defaultdict(list)
        for key, value in block.pairs:
            for name in self.names[key.text]:
                self.standing[name] += self._read(name, value)
        self.wanted = {name: self._in_order(name) for name in self.columns}

    def _read(self, name: str, value: yamltree.Node) -> Iterator[Entry]:
        if isinstance(value, yamltree.Mapping):
            for element, entries in value.pairs:
                yield from self._entries(entries, element.text)
        else:
            keys: list[str | None] = [*elements_of(self.record, self.columns[name])] or [None]
            for one in keys:
                yield from self._entries(value, one)

    def _entries(self, node: yamltree.Node, element: str | None) -> Iterator[Entry]:
        for item in node.items if isinstance(node, yamltree.Sequence) else ():
            pairs = item.pairs if isinstance(item, yamltree.Mapping) else ()
            cells = {key.text: value.text for key, value in pairs if isinstance(value, yamltree.Scalar)}
            start, end = cells["at"].split("-")
            value, source = cells.get("value", element), cells.get("source", self.source)
            stance = cells.get("stance", EvidenceStance.SUPPORTS.value)
            yield Entry(value, source, int(start), int(end), stance, cells["basis"], cells.get("note"))

    def _in_order(self, name: str) -> list[Evidence]:
        """The rows of a field, those that stand there already in their present order."""
        places = {entry[:4]: place for place, entry in reversed([*enumerate(self.standing[name])])}
        own = [row for row in self.rows if row.field == name]
        return sorted(own, key=lambda row: places.get(Entry.of(row)[:4], len(places)))

    # --- Merging ---------------------------------------------------------------------------------------------------

    def merge(self) -> None:
        more: dict[str, list[Evidence]] = {}
        anew: list[str] = []
        for name in self.columns:
            standing, wanted = Counter(self.standing[name]), Counter(map(Entry.of, self.wanted[name]))
            if standing <= wanted:
                more[name] = [row for row in self.wanted[name] if Entry.of(row) not in standing]
            else:
                anew.append(name)
        gone = [key for key, names in self.names.items() if self._goes(names, anew)]
        if len(gone) == len(self.names):
            self._replace_all()
            return
        for key in gone:
            self.editor.remove(self.block, key)
        for name in self._rewrite([key for key in self.names if key not in gone], anew):
            self._add(name, self.wanted[name])
        for name, rows in more.items():
            if rows and [name] in self.names.values():
                self._extend(name, rows)
            elif rows:
                self._add(name, rows)

    def _goes(self, names: list[str], anew: list[str]) -> bool:
        """Whether a key loses every field that it serves."""
        if not all(name in anew for name in names):
            return False
        return not self.wanted[names[0]] if len(names) == 1 else not self._shared(names)

    def _shared(self, names: list[str]) -> bool:
        """Whether fields that share their entries shall go on sharing them."""
        told = [[Entry.of(row) for row in self.wanted[name]] for name in names]
        lists = any(self.columns[name].is_list or [name] in self.names.values() for name in names)
        return bool(told[0]) and all(one == told[0] for one in told) and not lists

    def _replace_all(self) -> None:
        if self.rows:
            self.editor.replace(self.node, "evidence", evidence_node(self.record, self.rows, self.source))
        else:
            self.editor.remove(self.node, "evidence")

    def _rewrite(self, keys: list[str], anew: list[str]) -> list[str]:
        """Write fields anew where they stand; those that now need a key of their own are returned."""
        done: set[str] = set()
        for key in keys:
            names = self.names[key]
            dropped = [name for name in names if name in anew]
            value = self.block.get(key)
            if len(dropped) == len(names):
                if isinstance(value, yamltree.Mapping):
                    self._by_element(names[0], value)
                else:
                    self.editor.replace(self.block, key, self._value(names[0], self.wanted[names[0]]))
                done.update(names)
            elif dropped:
                rest = ", ".join(name for name in names if name not in dropped)
                self.editor.rename(self.block, key, rest)
        return [name for name in anew if name not in done and self.wanted[name]]

    def _add(self, name: str, rows: Sequence[Evidence]) -> None:
        order = list(self.columns)
        before = {key for key, names in self.names.items() if order.index(names[0]) < order.index(name)}
        self.editor.add(self.block, before, name, self._value(name, rows))

    def _value(self, name: str, rows: Sequence[Evidence]) -> yamledit.Node:
        return field_node(self.record, self.columns[name], rows, self.source)

    def _extend(self, name: str, rows: Sequence[Evidence]) -> None:
        """Add entries to a field that has a key of its own."""
        value = self.block.get(name)
        if isinstance(value, yamltree.Mapping):
            self._by_element(name, value)
            return
        elements = elements_of(self.record, self.columns[name])
        groups = by_element(elements, rows)
        texts = [[yamledit.inline(self._entry(row, element)) for row in own] for element, own in groups]
        if len(groups) == max(len(elements), 1) and all(text == texts[0] for text in texts):
            element, own = groups[0]
            self.editor.append(self.block, name, [self._entry(row, element) for row in own])
        else:
            self.editor.replace(self.block, name, self._value(name, self.wanted[name]))

    def _entry(self, row: Evidence, element: str | None) -> yamledit.Node:
        return entry_node(row, element, self.source)

    def _by_element(self, name: str, value: yamltree.Mapping) -> None:
        """Change the entries of a list column, element by element."""
        standing = {key.text: [*self._entries(entries, key.text)] for key, entries in value.pairs}
        wanted = self._placed(name, standing)
        if not standing.keys() & wanted.keys():
            self.editor.replace(self.block, name, self._value(name, self.wanted[name]))
            return
        for element, entries in standing.items():
            rows = wanted.get(element, [])
            counted = Counter(map(Entry.of, rows))
            if not rows:
                self.editor.remove(value, element)
            elif Counter(entries) <= counted:
                if more := [row for row in rows if Entry.of(row) not in entries]:
                    self.editor.append(value, element, [self._entry(row, element) for row in more])
            else:
                self.editor.replace(value, element, yamledit.sequence(self._entry(row, element) for row in rows))
        order = elements_of(self.record, self.columns[name])
        for element in order:
            if element in wanted and element not in standing:
                new = yamledit.sequence(self._entry(row, element) for row in wanted[element])
                self.editor.add(value, order[: order.index(element)], element, new)

    def _placed(self, name: str, standing: Mapping[str, Sequence[Entry]]) -> dict[str, list[Evidence]]:
        """The rows by the element under which they stand, or shall stand."""
        order = elements_of(self.record, self.columns[name])
        placed: dict[str, list[Evidence]] = defaultdict(list)
        for row in self.wanted[name]:
            present = next((key for key in standing if key in order and Entry.of(row) in standing[key]), None)
            placed[present or (row.value if row.value in order else order[0]) or ""].append(row)
        return placed
