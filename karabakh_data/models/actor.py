"""Actor, and Affiliation: which office a member holds at a time."""

from typing import Annotated, ClassVar

from karabakh_data.models.record import Record
from karabakh_data.models.types import ROW, ActorId, AffiliationId, Date, Day, E, Element, Line, List, Prose, S
from karabakh_data.rules import Distinct, Is, Rule, ValueWhen
from karabakh_data.vocabulary import ActorType, Side

_NEVER_ON_A_SIDE = (
    ActorType.POPULATION_GROUP,
    ActorType.MEDIA_ORGANIZATION,
    ActorType.HUMANITARIAN_ORGANIZATION,
    ActorType.INTERGOVERNMENTAL_ORGANIZATION,
    ActorType.MEDIATION_FORMAT,
    ActorType.COLLECTIVE,
)


class Actor(Record):
    """One who speaks or acts: a state, an organ, a person, a collective; one record for each real-world entity."""

    TABLE: ClassVar[str] = "actors"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("actor_id",)
    RULES: ClassVar[tuple[Rule, ...]] = (
        ValueWhen("side", (Side.NONE,), Is("actor_type", _NEVER_ON_A_SIDE)),
        Distinct(("actor_id", "part_of_id")),
    )

    actor_id: ActorId
    """Id of the actor."""
    name: Annotated[Line, S]
    """Name as a source uses it; of an unnamed source, the words that describe it."""
    actor_type: Annotated[ActorType, E]
    """What the actor is."""
    side: Annotated[Side, E]
    """A coding device: on whose side of the belligerency it speaks or acts. Equals its parent's."""
    part_of_id: Annotated[ActorId | None, E] = None
    """The actor whose organ, force or part it is."""
    aliases: Annotated[List[Element], S] = ()
    """Other spellings and names in the sources."""
    description: Annotated[Prose, E]
    """What the actor is, in our words."""


class Affiliation(Record):
    """The office or membership of an actor at a time."""

    TABLE: ClassVar[str] = "affiliations"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("affiliation_id",)
    RULES: ClassVar[tuple[Rule, ...]] = (Distinct(("member_id", "organisation_id")),)

    affiliation_id: AffiliationId
    """Id of the affiliation."""
    member_id: Annotated[ActorId, S]
    """Who holds the office or is a member."""
    organisation_id: Annotated[ActorId, S]
    """The body or state that the office belongs to."""
    role: Annotated[Line, S]
    """The office as held then, in the source's words."""
    as_of: Annotated[Date, S]
    """When the source reports the office as held."""
    as_of_earliest: Annotated[Day | None, ROW] = None
    as_of_latest: Annotated[Day | None, ROW] = None
