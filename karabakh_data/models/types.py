"""The types that fields are made of, and the marks that a field carries in its annotation.

A mark (`Origin`, `Reference`, `PUBLISHED`) stands in `Annotated[...]`; `karabakh_data.columns` reads it back. Patterns
keep to the syntax that Rust's regex, Python's `re` and ECMAScript share.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from karabakh_data.edtf import EDTF

# --- Marks ---------------------------------------------------------------------------------------------------------


class Origin(Enum):
    """Where the values of a column come from."""

    SOURCE = "source"
    """Read in a source; must be cited."""
    EDITORIAL = "editorial"
    """The coder's own words or grouping."""
    AUTHORITY = "authority"
    """From an authority outside the sources."""
    DERIVED_ROW = "derived_row"
    """Computed from the record's other fields; may be left out, must agree if given."""
    DERIVED_SET = "derived_set"
    """Computed from the whole data set; `None` or empty on a lone record."""
    DERIVED_DOCUMENT = "derived_document"
    """Computed from a source's document."""

    @property
    def is_derived(self) -> bool:
        """Whether the library computes the value."""
        return self.value.startswith("derived")


S = Origin.SOURCE
E = Origin.EDITORIAL
A = Origin.AUTHORITY
ROW = Origin.DERIVED_ROW
SET = Origin.DERIVED_SET
DOCUMENT = Origin.DERIVED_DOCUMENT


@dataclass(frozen=True)
class Reference:
    """The field holds ids of records in `table`."""

    table: str


class Mark(Enum):
    """Marks without a value of their own."""

    PUBLISHED = "published"
    """A derived column that is filled in every published row."""
    LIST = "list"
    """A list column, its elements unique."""


PUBLISHED = Mark.PUBLISHED

# --- Text ----------------------------------------------------------------------------------------------------------
# An empty cell is `None`, so no text is empty. A first `=`, `+`, `-` or `@` would make a spreadsheet run the cell.

_CONTROL = r"\u0000-\u001f\u007f-\u009f"
_EDGE = rf"{_CONTROL} \u00a0\u2028\u2029\ufeff"
_LINE = rf"[^{_EDGE}=+@\-](?:[^{_CONTROL}\u2028\u2029]*[^{_EDGE}])?"
_PROSE = rf"[^{_EDGE}=+@\-](?:(?:[^{_CONTROL}\u2028\u2029]|\n)*[^{_EDGE}])?"
_ELEMENT = rf"[^{_EDGE}=+@\-;](?:[^{_CONTROL}\u2028\u2029;]*[^{_EDGE};])?"


def whole(pattern: str) -> str:
    """`pattern` anchored at both ends; the group keeps `|` inside for engines that only add `^` and `$`."""
    return f"^(?:{pattern})$"


Line = Annotated[str, StringConstraints(pattern=whole(_LINE))]
Prose = Annotated[str, StringConstraints(pattern=whole(_PROSE))]
Element = Annotated[str, StringConstraints(pattern=whole(_ELEMENT))]
Language = Annotated[str, StringConstraints(pattern=whole(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"))]
Url = Annotated[str, StringConstraints(pattern=whole(r"https?://[!-~]+"))]
FileName = Annotated[str, StringConstraints(pattern=whole(r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_])?"))]
FieldName = Annotated[str, StringConstraints(pattern=whole(r"[a-z][a-z0-9_]*"))]
Sha256 = Annotated[str, StringConstraints(pattern=whole(r"[0-9a-f]{64}"))]

# --- Numbers and dates ---------------------------------------------------------------------------------------------

Count = Annotated[int, Field(ge=0)]
Quantity = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Kilometres = Annotated[float, Field(ge=0.001, le=20038, allow_inf_nan=False)]

Date = EDTF


def iso_day(value: Any) -> Any:
    """A `date` from text of the form `YYYY-MM-DD`; anything else is left to the type to judge.

    Raises:
        ValueError: The text has that form but names no day of the calendar, or has another form.
    """
    if not isinstance(value, str):
        return value
    if len(value) != 10 or not value.isascii() or value[4] != "-" or value[7] != "-":
        raise ValueError(f"{value!r} is no day of the form YYYY-MM-DD")
    return datetime.date.fromisoformat(value)


Day = Annotated[datetime.date, BeforeValidator(iso_day)]

# --- Ids -----------------------------------------------------------------------------------------------------------

_SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
KINDS = ("source", "actor", "affiliation", "place", "occasion", "statement", "ceasefire", "report", "incident")


def id_pattern(*kinds: str) -> str:
    """Pattern of the ids of these kinds: `<kind>-<slug>`."""
    return whole(rf"(?:{'|'.join(kinds)})-{_SLUG}")


SourceId = Annotated[str, Reference("sources"), StringConstraints(pattern=id_pattern("source"))]
ActorId = Annotated[str, Reference("actors"), StringConstraints(pattern=id_pattern("actor"))]
AffiliationId = Annotated[str, Reference("affiliations"), StringConstraints(pattern=id_pattern("affiliation"))]
PlaceId = Annotated[str, Reference("places"), StringConstraints(pattern=id_pattern("place"))]
OccasionId = Annotated[str, Reference("occasions"), StringConstraints(pattern=id_pattern("occasion"))]
StatementId = Annotated[str, Reference("statements"), StringConstraints(pattern=id_pattern("statement"))]
CeasefireId = Annotated[str, Reference("ceasefires"), StringConstraints(pattern=id_pattern("ceasefire"))]
ReportId = Annotated[str, Reference("status_reports"), StringConstraints(pattern=id_pattern("report"))]
IncidentId = Annotated[str, Reference("incidents"), StringConstraints(pattern=id_pattern("incident"))]
NodeId = Annotated[str, Reference("nodes"), StringConstraints(pattern=id_pattern(*KINDS))]
Camp = Annotated[str, StringConstraints(pattern=whole(rf"armenian|azerbaijani|unattributed|actor-{_SLUG}"))]
"""One who stands for or against a claim: a side, an outsider's actor id, or `unattributed`."""

# --- Lists ---------------------------------------------------------------------------------------------------------

T = TypeVar("T")


def _unique(values: tuple[T, ...]) -> tuple[T, ...]:
    seen: set[T] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{value} stands twice; list it once")
        seen.add(value)
    return values


def _as_tuple(value: Any) -> Any:
    # Strict mode refuses a list for a tuple; a set is refused on purpose, its order being none.
    return tuple(value) if isinstance(value, list) else value


List = Annotated[tuple[T, ...], BeforeValidator(_as_tuple), AfterValidator(_unique), Mark.LIST]
"""A list cell: a tuple of unique elements; a list is taken too."""
SomeOf = Annotated[tuple[T, ...], Field(min_length=1), BeforeValidator(_as_tuple), AfterValidator(_unique), Mark.LIST]
"""A list cell with at least one element."""
