"""Statement: one speech act."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from karabakh_data.models.record import Record
from karabakh_data.models.types import (
    PUBLISHED,
    ROW,
    SET,
    ActorId,
    CeasefireId,
    Date,
    Day,
    E,
    IncidentId,
    Line,
    List,
    OccasionId,
    Prose,
    Quantity,
    S,
    SomeOf,
    SourceId,
    StatementId,
)
from karabakh_data.rules import Distinct, Filled, Is, Ordered, RequiredWhen, Rule, Together, WordLimit, is_filled
from karabakh_data.vocabulary import Attribution, FigureOf, Mechanism, SpeechAct, StatementStance, Topic

_FIGURES = ("figure_low", "figure_high", "figure_words")


class Statement(Record):
    """Who said what, to whom, about which truce or incident: one speech act (Searle)."""

    TABLE: ClassVar[str] = "statements"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("statement_id",)
    RULES: ClassVar[tuple[Rule, ...]] = (
        RequiredWhen(("accused_ids", "incident_ids", "ceasefire_ids"), Is("speech_act", (SpeechAct.ACCUSE,))),
        RequiredWhen(("responds_to_id",), Is("speech_act", (SpeechAct.RETRACT,))),
        RequiredWhen(("figure_of",), Is("speech_act", (SpeechAct.REPORT_FIGURES,))),
        RequiredWhen(_FIGURES, Filled("figure_of")),
        *(RequiredWhen(("figure_of",), Filled(name)) for name in _FIGURES),
        Together(("stance", "incident_ids")),
        Ordered("figure_low", "figure_high"),
        Distinct(("speaker_ids", "on_behalf_of_ids", "relayed_by_ids", "addressee_ids")),
        Distinct(("statement_id", "responds_to_id")),
        WordLimit("quote", 25),
    )

    statement_id: StatementId
    """Id of the statement."""
    occasion_id: Annotated[OccasionId, E]
    """The occasion on which it was made."""
    speaker_ids: Annotated[SomeOf[ActorId], S]
    """Who uttered it; several only for a joint statement."""
    on_behalf_of_ids: Annotated[List[ActorId], S] = ()
    """For whom the speaker spoke: the principal of a spokesperson or representative."""
    addressee_ids: Annotated[List[ActorId], S] = ()
    """To whom it was said, or who is called upon."""
    relayed_by_ids: Annotated[List[ActorId], S] = ()
    """Through whom it is known, from first to last hand, without the article's own publisher."""
    speech_act: Annotated[SpeechAct, S]
    """What was done by saying it."""
    attribution: Annotated[Attribution | None, ROW, PUBLISHED] = None
    """How the article gives the words: `direct_quote` exactly where `quote` is given."""
    topics: Annotated[SomeOf[Topic], E]
    """What it is about."""
    said: Annotated[Date, S]
    """When it was said: the day of the act, not of the article."""
    said_earliest: Annotated[Day | None, ROW] = None
    said_latest: Annotated[Day | None, ROW] = None
    ceasefire_ids: Annotated[List[CeasefireId], S] = ()
    """The ceasefires that it is about."""
    incident_ids: Annotated[List[IncidentId], S] = ()
    """The incidents that it is about."""
    stance: Annotated[StatementStance | None, S] = None
    """How it stands to those incidents; two stances are two rows."""
    accused_ids: Annotated[List[ActorId], S] = ()
    """Whom it blames."""
    figure_of: Annotated[FigureOf | None, S] = None
    """What its number counts."""
    figure_low: Annotated[Quantity | None, S] = None
    """Least number given, in the unit of `figure_of`."""
    figure_high: Annotated[Quantity | None, S] = None
    """Greatest number given, in the unit of `figure_of`; “approaching 2,000” has only this."""
    figure_words: Annotated[Line | None, E] = None
    """The quantity in words, such as “dozens”."""
    proposed_mechanisms: Annotated[List[Mechanism], S] = ()
    """Means of keeping a ceasefire that it proposes; not agreed ones."""
    responds_to_id: Annotated[StatementId | None, S] = None
    """The statement that it answers or withdraws."""
    quote: Annotated[Line | None, S] = None
    """Direct speech of the speaker: one contiguous span of at most 25 words, without its quotation marks."""
    summary: Annotated[Prose, E]
    """What was said, in our words."""
    source_ids: Annotated[SomeOf[SourceId], SET]
    """Every source that carries the record, in order of publication; not one cited only for its date."""

    @classmethod
    def row_derived(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        derived = super().row_derived(values)
        if "quote" in values:
            quoted = is_filled(values["quote"])
            derived["attribution"] = Attribution.DIRECT_QUOTE if quoted else Attribution.INDIRECT_SPEECH
        return derived
