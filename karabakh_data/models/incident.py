"""Incident: an event or measure that is reported to have happened."""

from typing import Annotated, ClassVar

from karabakh_data.models.record import Record
from karabakh_data.models.types import (
    PUBLISHED,
    ROW,
    SET,
    ActorId,
    Camp,
    CeasefireId,
    Count,
    Date,
    Day,
    E,
    IncidentId,
    Line,
    List,
    PlaceId,
    Prose,
    S,
    SomeOf,
    SourceId,
)
from karabakh_data.rules import Distinct, Ordered, Rule
from karabakh_data.vocabulary import AttributionStatus, IncidentType, OccurrenceStatus


class Incident(Record):
    """What is reported to have happened, including what only one party alleges; the allegation is a Statement."""

    TABLE: ClassVar[str] = "incidents"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("incident_id",)
    RULES: ClassVar[tuple[Rule, ...]] = (
        Ordered("deaths_low", "deaths_high"),
        Distinct(("incident_id", "part_of_id")),
    )

    incident_id: IncidentId
    """Id of the incident; names no side and no actor."""
    name: Annotated[Line, E]
    """A name for it, in our words; names no side and no actor."""
    incident_type: Annotated[IncidentType, S]
    """What is reported to have happened."""
    date: Annotated[Date, S]
    """When."""
    date_earliest: Annotated[Day | None, ROW] = None
    date_latest: Annotated[Day | None, ROW] = None
    place_ids: Annotated[SomeOf[PlaceId], S]
    """Where."""
    participant_ids: Annotated[List[ActorId], S] = ()
    """Who is said to have taken part."""
    target_ids: Annotated[List[ActorId], S] = ()
    """Whom it is said to have struck."""
    part_of_id: Annotated[IncidentId | None, E] = None
    """The episode that it belongs to."""
    deaths_low: Annotated[Count | None, S] = None
    """Least number of deaths that an article gives in its own voice; claimed figures are statements."""
    deaths_high: Annotated[Count | None, S] = None
    """Greatest number of deaths that an article gives in its own voice."""
    background: Annotated[bool, E]
    """True only if every citing article merely recalls it."""
    occurrence_status: Annotated[OccurrenceStatus | None, SET, PUBLISHED] = None
    """Who says that it happened."""
    attribution_status: Annotated[AttributionStatus | None, SET, PUBLISHED] = None
    """How those who blame and are blamed stand to each other."""
    affirmed_by: Annotated[List[Camp], SET] = ()
    """The camps that say it happened: a side, an outsider's actor id, or `unattributed`."""
    denied_by: Annotated[List[Camp], SET] = ()
    """The camps that say it did not happen: a side, an outsider's actor id, or `unattributed`."""
    blamed_ids: Annotated[List[ActorId], SET] = ()
    """Everyone accused of it by a counted statement."""
    alleged_breach_of_ids: Annotated[List[CeasefireId], SET] = ()
    """The ceasefires that a counted statement on a violation says it breached."""
    summary: Annotated[Prose, E]
    """What is reported, in our words, with who says so."""
    source_ids: Annotated[SomeOf[SourceId], SET]
    """Every source that carries the record, in order of publication; not one cited only for its date."""
