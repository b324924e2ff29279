"""Evidence: a stand-off annotation; Identifier: an id in an authority's scheme."""

from typing import Annotated, ClassVar

from karabakh_data.models.record import Record
from karabakh_data.models.types import (
    DOCUMENT,
    PUBLISHED,
    A,
    Count,
    E,
    FieldName,
    Line,
    NodeId,
    Prose,
    S,
    Sha256,
    SourceId,
)
from karabakh_data.rules import Is, MatchesScheme, Ordered, RequiredWhen, Rule
from karabakh_data.vocabulary import Basis, EvidenceStance, Scheme


class Evidence(Record):
    """The passage of a source that a value was read from, by position: a stand-off annotation."""

    TABLE: ClassVar[str] = "evidence"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("record_id", "field", "value", "source_id", "start", "end")
    RULES: ClassVar[tuple[Rule, ...]] = (
        Ordered("start", "end", strict=True),
        RequiredWhen(("note",), Is("basis", (Basis.INFERRED,))),
        RequiredWhen(("note",), Is("stance", (EvidenceStance.CONTRADICTS,))),
        RequiredWhen(("value",), Is("stance", (EvidenceStance.CONTRADICTS,))),
    )

    record_id: Annotated[NodeId, E]
    """The record that is cited."""
    field: Annotated[FieldName, E]
    """The cited column."""
    value: Annotated[Line | None, S] = None
    """The list element, where the column is a list; what the source says instead, where it contradicts."""
    source_id: Annotated[SourceId, E]
    """The article."""
    start: Annotated[Count, E]
    """First code point of the passage, counted from 0, inclusive."""
    end: Annotated[Count, E]
    """Code point after the passage, exclusive."""
    sha256: Annotated[Sha256 | None, DOCUMENT, PUBLISHED] = None
    """SHA-256 of the passage's UTF-8 text, in lower-case hexadecimal digits."""
    stance: Annotated[EvidenceStance, E]
    """Whether the passage supports or contradicts the value."""
    basis: Annotated[Basis, E]
    """How the value follows from the passage."""
    note: Annotated[Prose | None, E] = None
    """The reasoning, in our words; needed when inferred or contradicting."""


class Identifier(Record):
    """The id of a record in an authority's scheme, and where it was verified."""

    TABLE: ClassVar[str] = "identifiers"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("record_id", "scheme", "value")
    RULES: ClassVar[tuple[Rule, ...]] = (MatchesScheme("scheme", "value"),)

    record_id: Annotated[NodeId, E]
    """The record that is identified."""
    scheme: Annotated[Scheme, E]
    """The authority's scheme."""
    value: Annotated[Line, A]
    """The id in that scheme."""
    verified_in: Annotated[Line, E]
    """The publication in which the id was verified."""
