"""Node, Edge and Term: the derived tables that make references and vocabularies loadable as they stand."""

from typing import Annotated, ClassVar

from karabakh_data.models.record import Record
from karabakh_data.models.types import SET, FieldName, Line, NodeId, Prose


class Node(Record):
    """A record with an id of its own."""

    TABLE: ClassVar[str] = "nodes"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("id",)

    id: Annotated[NodeId, SET]
    """The record's id."""
    table: Annotated[FieldName, SET]
    """The table in which it stands."""
    label: Annotated[Line, SET]
    """A short text for people: its name, title or summary."""


class Edge(Record):
    """A reference from one record to another."""

    TABLE: ClassVar[str] = "edges"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("subject_id", "relation", "object_id")

    subject_id: Annotated[NodeId, SET]
    """The record that refers."""
    relation: Annotated[FieldName, SET]
    """The column that refers, without `_id` or `_ids`."""
    object_id: Annotated[NodeId, SET]
    """The record referred to."""


class Term(Record):
    """A word of a controlled vocabulary."""

    TABLE: ClassVar[str] = "vocabularies"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("vocabulary", "value")

    vocabulary: Annotated[FieldName, SET]
    """Name of the vocabulary."""
    value: Annotated[Line, SET]
    """The word."""
    definition: Annotated[Prose, SET]
    """What it means."""
