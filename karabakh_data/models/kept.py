"""Correspondence and RetiredId: what maintainers keep beside the records, a crosswalk and the ids no longer used."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from karabakh_data.models.record import Record
from karabakh_data.models.types import (
    KINDS,
    PUBLISHED,
    SET,
    A,
    E,
    Expected,
    FieldName,
    Line,
    List,
    NodeId,
    Prose,
    id_pattern,
    whole,
)

_CODE = r"[A-Za-z0-9\-][A-Za-z0-9_.\-]*(?:/[A-Za-z0-9][A-Za-z0-9_.\-]*)*"

NO_TERM = "sssom:NoTermFound"
"""What SSSOM writes for the object where the other scheme has no counterpart."""

SubjectId = Annotated[
    str,
    StringConstraints(pattern=whole(r"[a-z][a-z0-9_]*:[a-z0-9][a-z0-9_\-]*")),
    Expected("term_form", "a word of a vocabulary such as speech_act:accuse"),
]
ObjectId = Annotated[
    str,
    StringConstraints(pattern=whole(rf"[a-z][a-z0-9_]*:{_CODE}|{NO_TERM}")),
    Expected("code_form", f"a code of another scheme such as cameo:112, or {NO_TERM}"),
]
SchemeId = Annotated[
    str,
    StringConstraints(pattern=whole(r"scheme:[a-z][a-z0-9_]*")),
    Expected("scheme_form", "a scheme such as scheme:cameo"),
]
MatchId = Annotated[
    str,
    StringConstraints(pattern=whole("skos:(?:exact|close|broad|narrow|related)Match")),
    Expected("match_form", "a SKOS relation such as skos:broadMatch"),
]
JustificationId = Annotated[
    str,
    StringConstraints(pattern=whole("semapv:(?:ManualMappingCuration|MappingReview)")),
    Expected("justification_form", "semapv:ManualMappingCuration or semapv:MappingReview"),
]
FormerId = Annotated[
    str,
    StringConstraints(pattern=id_pattern(*KINDS)),
    Expected("id_form", "an id of the form kind-slug, in the characters a-z, 0-9 and -"),
]


class Correspondence(Record):
    """How a word of ours stands to a term of another scheme: a mapping in the columns of SSSOM."""

    TABLE: ClassVar[str] = "crosswalk"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("subject_id", "object_source", "object_id")

    subject_id: Annotated[SubjectId, E]
    """The word, with its vocabulary: `speech_act:accuse`; the vocabulary as a whole: `vocabulary:initiation`."""
    predicate_id: Annotated[MatchId, E]
    """The SKOS relation. `skos:broadMatch`: their term is the broader one."""
    object_id: Annotated[ObjectId, A]
    """The code of the other scheme, with its list: `cameo:112`; `sssom:NoTermFound` where it has no counterpart."""
    object_label: Annotated[Line | None, A] = None
    """What the other scheme calls it, in its words; empty where it has no counterpart."""
    object_source: Annotated[SchemeId, E]
    """The other scheme: `scheme:cameo`."""
    mapping_justification: Annotated[JustificationId, E]
    """How the mapping came about, in the words of the Semantic Mapping Vocabulary (SEMAPV)."""
    comment: Annotated[Prose | None, E] = None
    """What else a user has to know, in our words."""


class RetiredId(Record):
    """An id that was released and is no longer used; it is never given to another record."""

    TABLE: ClassVar[str] = "retired"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("id",)

    id: Annotated[FormerId, E]
    """The id."""
    table: Annotated[FieldName | None, SET, PUBLISHED] = None
    """The table in which its record stood."""
    version: Annotated[Line, E]
    """The version of the data set from which it is no longer used."""
    reason: Annotated[Prose, E]
    """Why, in our words."""
    replaced_by_ids: Annotated[List[NodeId], E] = ()
    """The records that say now what it said."""

    @property
    def told(self) -> str:
        """Since when it is retired, why, and what stands in its place."""
        instead = (
            f"write {' or '.join(self.replaced_by_ids)}" if self.replaced_by_ids else "nothing stands in its place"
        )
        return f"{self.id} is retired since version {self.version} ({self.reason.rstrip('.')}); {instead}"
