"""Source: an article that records were read from."""

from typing import Annotated, ClassVar

from karabakh_data.models.record import Record
from karabakh_data.models.types import (
    DOCUMENT,
    PUBLISHED,
    ROW,
    A,
    ActorId,
    Count,
    Date,
    Day,
    E,
    FileName,
    Language,
    Line,
    PlaceId,
    Prose,
    S,
    Sha256,
    SourceId,
    Url,
)
from karabakh_data.rules import Distinct, Rule
from karabakh_data.vocabulary import Translation


class Source(Record):
    """An article: who published it, when, and the document that its positions refer to."""

    TABLE: ClassVar[str] = "sources"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("source_id",)
    RULES: ClassVar[tuple[Rule, ...]] = (Distinct(("publisher_id", "republisher_id")),)

    source_id: SourceId
    """Id of the article."""
    title: Annotated[Line | None, S] = None
    """Headline as the text has it; empty where the text has none."""
    publisher_id: Annotated[ActorId | None, S] = None
    """The agency or outlet that wrote the text; empty where none is named."""
    republisher_id: Annotated[ActorId | None, S] = None
    """The site that carried another's text."""
    published: Annotated[Date, S]
    """Day of publication, as the article itself supports it."""
    published_earliest: Annotated[Day | None, ROW] = None
    published_latest: Annotated[Day | None, ROW] = None
    dateline_place_id: Annotated[PlaceId | None, S] = None
    """Place named in the dateline."""
    language: Annotated[Language, E]
    """Language of the text, as a BCP 47 tag."""
    translation: Annotated[Translation, E]
    """Whether the text is a translation, as far as it shows."""
    url: Annotated[Url | None, A] = None
    """Address of the article, where one is on record."""
    document: Annotated[FileName, E]
    """File name of the document whose code points the evidence counts."""
    document_sha256: Annotated[Sha256 | None, DOCUMENT, PUBLISHED] = None
    """SHA-256 of the document's bytes, in lower-case hexadecimal digits."""
    document_chars: Annotated[Count | None, DOCUMENT, PUBLISHED] = None
    """Length of the document in Unicode code points, decoded as UTF-8 with nothing normalised."""
    summary: Annotated[Prose, E]
    """What the article reports, in our words."""
