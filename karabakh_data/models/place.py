"""Place: where something is said to have happened."""

from typing import Annotated, ClassVar

from karabakh_data.models.record import Record
from karabakh_data.models.types import A, E, Element, Kilometres, Latitude, Line, List, Longitude, PlaceId, Prose, S
from karabakh_data.rules import Rule, Together
from karabakh_data.vocabulary import PlaceType


class Place(Record):
    """A named place. No column says whose it is."""

    TABLE: ClassVar[str] = "places"
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = ("place_id",)
    RULES: ClassVar[tuple[Rule, ...]] = (Together(("latitude", "longitude", "radius_km")),)

    place_id: PlaceId
    """Id of the place."""
    name: Annotated[Line, S]
    """Name as a source uses it."""
    place_type: Annotated[PlaceType, E]
    """What kind of place it is, and so how precise."""
    aliases: Annotated[List[Element], S] = ()
    """Other spellings and names in the sources."""
    latitude: Annotated[Latitude | None, A] = None
    """Degrees north (WGS 84) of a point inside `radius_km` of which the place lies."""
    longitude: Annotated[Longitude | None, A] = None
    """Degrees east (WGS 84)."""
    radius_km: Annotated[Kilometres | None, A] = None
    """How far from the point the place may reach, in kilometres; never a bare centroid."""
    description: Annotated[Prose, E]
    """What the place is, in our words."""
