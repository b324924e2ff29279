"""Records as seeds: the canonical form that `seeds/README.md` describes, column by column, entry by entry.

Derived columns and the parent's id of a nested record are left out; neighbouring columns with the same entries share
them; under a list, entries that serve every element stand once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import yaml

from karabakh_data import yamledit
from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.models import Evidence, Identifier, Occasion, Record
from karabakh_data.seed_reader import FILES, NESTED
from karabakh_data.vocabulary import EvidenceStance

JOURNAL = "seeds/.adopting"
"""Names the seed files that are being written, while they are."""

PARENT = {child: (table, column) for table, children in NESTED.items() for child, column in children.items()}
"""Nested table -> its parent's table, and the column that holds the parent's id."""

R = TypeVar("R", bound=Record)


def written_columns(model: type[Record]) -> list[Column]:
    """The columns of a record that stand in the seeds."""
    parent = PARENT.get(model.TABLE, ("", "record_id" if model is Identifier else ""))[1]
    return [
        column
        for column in columns_of(model)
        if column.name != parent and not (column.origin and column.origin.is_derived)
    ]


def keys_of(model: type[Record]) -> list[str]:
    """Every key that a record may have in the seeds, in canonical order."""
    own = [column.name for column in written_columns(model)]
    return [*own, "identifiers", "evidence", *NESTED.get(model.TABLE, {})]


class Parts:
    """What stands inside other records: nested records, identifiers and evidence, by the id of what holds them."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.nested: dict[tuple[str, str], list[Record]] = defaultdict(list)
        self.identifiers: dict[str, list[Identifier]] = defaultdict(list)
        self.evidence: dict[str, list[Evidence]] = defaultdict(list)
        for record in records:
            if isinstance(record, Evidence):
                self.evidence[record.record_id].append(record)
            elif isinstance(record, Identifier):
                self.identifiers[record.record_id].append(record)
            elif record.TABLE in PARENT:
                self.nested[record.TABLE, getattr(record, PARENT[record.TABLE][1])].append(record)


# --- Records -------------------------------------------------------------------------------------------------------


def record_node(record: Record, parts: Parts, source: str | None) -> yaml.MappingNode:
    """A record with all that stands inside it.

    Args:
        record: Of any table that has a place in the seeds.
        parts: Holds what belongs to it.
        source: The article whose entries need not name it: that of the file.
    """
    return yamledit.mapping(_pairs(record, parts, source))


def _pairs(record: Record, parts: Parts, source: str | None) -> Iterator[yamledit.Pair]:
    for column in written_columns(type(record)):
        value = getattr(record, column.name)
        if value is not None and value != ():
            yield column.name, value_node(column, value)
    if not type(record).has_id():
        return
    identity = str(record.identity)
    if identifiers := parts.identifiers.get(identity):
        yield "identifiers", yamledit.sequence(record_node(one, parts, None) for one in identifiers)
    if rows := parts.evidence.get(identity):
        yield "evidence", evidence_node(record, rows, own_source(record, source))
    for table in NESTED.get(record.TABLE, {}):
        if children := parts.nested.get((table, identity)):
            yield table, yamledit.sequence(record_node(child, parts, source) for child in children)


def own_source(record: Record, source: str | None) -> str | None:
    """The article whose entries need not name it: of an article, itself."""
    return record.identity if record.TABLE == "sources" else source


def value_node(column: Column, value: object) -> yaml.Node:
    """A cell's value; a list stands in brackets."""
    if column.is_list and isinstance(value, tuple):
        return yamledit.sequence((yamledit.scalar(column.write((one,))) for one in value), flow=True)
    return yamledit.scalar(column.write(value), boolean=column.kind is Kind.BOOLEAN)


# --- Evidence ------------------------------------------------------------------------------------------------------


def elements_of(record: Record, column: Column) -> list[str]:
    """The elements of a list cell as evidence names them; none where the column is no list."""
    return [column.write((one,)) for one in getattr(record, column.name)] if column.is_list else []


def evidence_node(record: Record, rows: Sequence[Evidence], source: str | None) -> yaml.MappingNode:
    """The evidence of a record, in the order of its columns."""
    by_field: dict[str, list[Evidence]] = defaultdict(list)
    for row in rows:
        by_field[row.field].append(row)
    merged: list[tuple[list[str], str, yaml.Node]] = []
    for column in columns_of(type(record)):
        if column.name in by_field:
            value = field_node(record, column, by_field[column.name], source)
            text = yamledit.inline(value)
            if merged and not column.is_list and merged[-1][1] == text:
                merged[-1][0].append(column.name)
            else:
                merged.append(([column.name], "" if column.is_list else text, value))
    return yamledit.mapping((", ".join(names), value) for names, _, value in merged)


def field_node(record: Record, column: Column, rows: Sequence[Evidence], source: str | None) -> yaml.Node:
    """The entries of one column: a list of them, or under a list column one for each element where they differ."""
    elements = elements_of(record, column)
    grouped = {
        element: [entry_node(row, element, source) for row in own] for element, own in by_element(elements, rows)
    }
    texts = [[yamledit.inline(entry) for entry in entries] for entries in grouped.values()]
    if len(grouped) == max(len(elements), 1) and all(text == texts[0] for text in texts):
        return yamledit.sequence(next(iter(grouped.values())))
    return yamledit.mapping((element or "", yamledit.sequence(entries)) for element, entries in grouped.items())


def by_element(elements: Sequence[str], rows: Iterable[Evidence]) -> list[tuple[str | None, list[Evidence]]]:
    """The rows by the element under which they stand, in the order of the list; one group where there is none.

    What contradicts a list with a value that it does not hold stands under its first element.
    """
    keys: list[str | None] = [*elements] or [None]
    groups: dict[str | None, list[Evidence]] = {key: [] for key in keys}
    for row in rows:
        groups[row.value if row.value in groups else keys[0]].append(row)
    return [(element, own) for element, own in groups.items() if own]


def entry_node(row: Evidence, element: str | None, source: str | None) -> yaml.MappingNode:
    """One entry; `value` where the place does not tell it, `source` where the file does not."""
    pairs = [("at", f"{row.start}-{row.end}")]
    if row.source_id != source:
        pairs.append(("source", row.source_id))
    pairs.append(("basis", row.basis.value))
    if row.stance is not EvidenceStance.SUPPORTS:
        pairs.append(("stance", row.stance.value))
    if row.value is not None and row.value != element:
        pairs.append(("value", row.value))
    if row.note is not None:
        pairs.append(("note", row.note))
    return yamledit.mapping(((key, yamledit.scalar(text)) for key, text in pairs), flow=True)


# --- Files ---------------------------------------------------------------------------------------------------------


def statements_file(source_id: str) -> str:
    """The file that holds the occasions of an article, within the folder of seeds."""
    return f"statements/{source_id}.yaml"


def home_of(record: Record) -> tuple[str, str | None]:
    """The file in which a record that stands in no other has its place, and the article of that file.

    An occasion stands with the first article that carries it.
    """
    if isinstance(record, Occasion):
        return statements_file(record.source_ids[0]), record.source_ids[0]
    return f"{record.TABLE}.yaml", None


def write_seeds(records: Iterable[Record], homes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Seed files (path within the folder -> text) that hold these records and nothing else.

    Args:
        records: Of any tables; derived ones are left out.
        homes: Occasion id -> the article in whose file it stands, where that is not the first that carries it.
    """
    everything = list(records)
    parts = Parts(everything)
    made: dict[str, list[str]] = {f"{table}.yaml": [] for table in FILES}
    for record in everything:
        if record.TABLE in FILES or record.TABLE == "occasions":
            file, source = home_of(record)
            if elsewhere := (homes or {}).get(str(record.identity)):
                file, source = statements_file(elsewhere), elsewhere
            made.setdefault(file, []).append(yamledit.block(yamledit.sequence([record_node(record, parts, source)])))
    return {file: "\n".join(texts) for file, texts in made.items()}
