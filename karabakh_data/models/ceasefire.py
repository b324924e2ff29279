"""Ceasefire, and StatusReport: what is reported of a ceasefire over time."""

from typing import Annotated, ClassVar

from karabakh_data.models.record import Record
from karabakh_data.models.types import (
    ROW,
    SET,
    ActorId,
    CeasefireId,
    Date,
    Day,
    E,
    Line,
    List,
    Prose,
    ReportId,
    S,
    SomeOf,
    SourceId,
)
from karabakh_data.rules import ContainsWhen, Distinct, Filled, Is, Ordered, RequiredWhen, Rule, StandsAlone, ValueWhen
from karabakh_data.vocabulary import (
    CeasefireStatus,
    CeasefireType,
    Form,
    Initiation,
    Mechanism,
    Mediation,
    Purpose,
)


class Ceasefire(Record):
    """An arrangement to stop fire; not a call for one, nor a text that only reaffirms one."""

    TABLE: ClassVar[str] = "ceasefires"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("ceasefire_id",)
    RULES: ClassVar[tuple[Rule, ...]] = (
        Ordered("declared", "effective"),
        Ordered("declared", "ended"),
        Ordered("effective", "ended"),
        RequiredWhen(("renews_id",), Is("ceasefire_type", (CeasefireType.RENEWAL,))),
        ValueWhen("mediation", (Mediation.MEDIATED,), Filled("mediator_ids")),
        ValueWhen("form", (Form.WRITTEN_SIGNED,), Filled("signatory_ids")),
        StandsAlone("mechanisms", (Mechanism.NONE, Mechanism.UNSPECIFIED)),
        StandsAlone("purposes", (Purpose.UNSPECIFIED,)),
        ContainsWhen(
            "mechanisms",
            (Mechanism.NONE, Mechanism.UNSPECIFIED),
            Is("ceasefire_type", (CeasefireType.CEASEFIRE_WITH_MECHANISM,)),
        ),
        Distinct(("ceasefire_id", "supersedes_id", "renews_id")),
    )

    ceasefire_id: CeasefireId
    """Id of the ceasefire."""
    name: Annotated[Line, E]
    """A name for it, in our words; names no side."""
    ceasefire_type: Annotated[CeasefireType, S]
    """Its design class."""
    initiation: Annotated[Initiation, S]
    """From how many parties it comes."""
    purposes: Annotated[SomeOf[Purpose], S]
    """What it is said to be for."""
    form: Annotated[Form, S]
    """The form in which it was made."""
    mediation: Annotated[Mediation, S]
    """Whether a third party brokered it."""
    mechanisms: Annotated[SomeOf[Mechanism], S]
    """Agreed means of watching over or keeping it."""
    declared: Annotated[Date | None, S] = None
    """When it was declared or agreed."""
    declared_earliest: Annotated[Day | None, ROW] = None
    declared_latest: Annotated[Day | None, ROW] = None
    effective: Annotated[Date | None, S] = None
    """When it was to begin."""
    effective_earliest: Annotated[Day | None, ROW] = None
    effective_latest: Annotated[Day | None, ROW] = None
    ended: Annotated[Date | None, S] = None
    """When it ended, as far as the sources say; may be a bound."""
    ended_earliest: Annotated[Day | None, ROW] = None
    ended_latest: Annotated[Day | None, ROW] = None
    party_ids: Annotated[List[ActorId], S] = ()
    """Whose fire is to stop."""
    signatory_ids: Annotated[List[ActorId], S] = ()
    """Who signed it."""
    mediator_ids: Annotated[List[ActorId], S] = ()
    """Who is said to have brokered it."""
    terms: Annotated[Prose | None, E] = None
    """Its terms as reported, in our words."""
    supersedes_id: Annotated[CeasefireId | None, S] = None
    """The ceasefire whose place it took."""
    renews_id: Annotated[CeasefireId | None, S] = None
    """The ceasefire that it extends or restates."""
    last_reported_status: Annotated[CeasefireStatus | None, SET] = None
    """Status in the latest report."""
    last_reported_as_of: Annotated[Date | None, SET] = None
    """Day of the latest report."""
    last_reported_as_of_earliest: Annotated[Day | None, ROW] = None
    last_reported_as_of_latest: Annotated[Day | None, ROW] = None
    status_contested: Annotated[bool | None, SET] = None
    """Whether reports that may be of the same time give different statuses."""
    summary: Annotated[Prose, E]
    """What the arrangement was, in our words."""
    source_ids: Annotated[SomeOf[SourceId], SET]
    """Every source that carries the record, in order of publication; not one cited only for its date."""


class StatusReport(Record):
    """What is reported of a ceasefire at a time, and by whom."""

    TABLE: ClassVar[str] = "status_reports"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("report_id",)

    report_id: ReportId
    """Id of the report."""
    ceasefire_id: Annotated[CeasefireId, S]
    """The ceasefire that it is about."""
    as_of: Annotated[Date, S]
    """The time that it speaks of."""
    as_of_earliest: Annotated[Day | None, ROW] = None
    as_of_latest: Annotated[Day | None, ROW] = None
    ceasefire_status: Annotated[CeasefireStatus, S]
    """What is reported."""
    reported_by_ids: Annotated[List[ActorId], S] = ()
    """Who reports it; empty for the article's own voice."""
    source_ids: Annotated[SomeOf[SourceId], SET]
    """Every source that carries the record, in order of publication; not one cited only for its date."""
