"""Occasion: the call, meeting, interview or text in which acts are performed."""

from typing import Annotated, ClassVar

from karabakh_data.models.record import Record
from karabakh_data.models.types import (
    ROW,
    SET,
    ActorId,
    Date,
    Day,
    E,
    List,
    OccasionId,
    PlaceId,
    Prose,
    S,
    SomeOf,
    SourceId,
)
from karabakh_data.vocabulary import OccasionStatus, OccasionType


class Occasion(Record):
    """A setting in which acts are performed; also one planned, ruled out or without reported content."""

    TABLE: ClassVar[str] = "occasions"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("occasion_id",)

    occasion_id: OccasionId
    """Id of the occasion."""
    occasion_type: Annotated[OccasionType, S]
    """What kind of setting it is."""
    occasion_status: Annotated[OccasionStatus, S]
    """Whether it took place."""
    date: Annotated[Date, S]
    """When it took place or is to take place."""
    date_earliest: Annotated[Day | None, ROW] = None
    date_latest: Annotated[Day | None, ROW] = None
    place_id: Annotated[PlaceId | None, S] = None
    """Where."""
    participant_ids: Annotated[List[ActorId], S] = ()
    """Who takes part."""
    initiator_ids: Annotated[List[ActorId], S] = ()
    """On whose initiative."""
    summary: Annotated[Prose, E]
    """What the occasion was, in our words."""
    source_ids: Annotated[SomeOf[SourceId], SET]
    """Every source that carries the record, in order of publication; not one cited only for its date."""
