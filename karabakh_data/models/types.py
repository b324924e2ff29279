"""The types that fields are made of, and the marks that a field carries in its annotation.

A mark (`Origin`, `Reference`, `PUBLISHED`) stands in `Annotated[...]`; `karabakh_data.columns` reads it back. Patterns
keep to the syntax that Rust's regex, Python's `re` and ECMAScript share.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

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


@dataclass(frozen=True)
class Expected:
    """What a value must look like, in words: replaces the error of a pattern that nobody reads."""

    code: str
    words: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        message = f"expected {self.words}"
        return core_schema.custom_error_schema(handler(source), self.code, custom_error_message=message)


class Mark(Enum):
    """Marks without a value of their own."""

    PUBLISHED = "published"
    """A derived column that is filled in every published row."""
    SOME = "some"
    """A list column with at least one element."""
    LIST = "list"
    """A list column, its elements unique."""


PUBLISHED = Mark.PUBLISHED

# --- Text ----------------------------------------------------------------------------------------------------------
# An empty cell is `None`, so no text is empty. A first `=`, `+`, `-` or `@` would make a spreadsheet run the cell.

_CONTROL = r"\u0000-\u001f\u007f-\u009f"
_EDGE = rf"{_CONTROL} \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE = rf"[^{_EDGE}=+@\-](?:[^{_CONTROL}\u2028\u2029]*[^{_EDGE}])?"
_PROSE = rf"[^{_EDGE}=+@\-](?:(?:[^{_CONTROL}\u2028\u2029]|\n)*[^{_EDGE}])?"
_ELEMENT = rf"[^{_EDGE}=+@\-;](?:[^{_CONTROL}\u2028\u2029;]*[^{_EDGE};])?"


def whole(pattern: str) -> str:
    """`pattern` anchored at both ends; the group keeps `|` inside for engines that only add `^` and `$`."""
    return f"^(?:{pattern})$"


BROKEN = {
    whole(_LINE): rf"^[{_EDGE}=+@\-]|[{_EDGE}]$|[{_CONTROL}\u2028\u2029]",
    whole(_PROSE): rf"^[{_EDGE}=+@\-]|[{_EDGE}]$|[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]",
}
"""Pattern -> what is found in every text that does not match it and is not empty, so that both are looked for at once
with what else makes a text suspect."""

_PLAIN = (
    "text without control characters or blanks at its ends, and no = + - @ at its start (a spreadsheet would run it)"
)

Line = Annotated[str, StringConstraints(pattern=whole(_LINE)), Expected("text_form", f"one line of {_PLAIN}")]
Prose = Annotated[str, StringConstraints(pattern=whole(_PROSE)), Expected("text_form", _PLAIN)]
Element = Annotated[
    str, StringConstraints(pattern=whole(_ELEMENT)), Expected("text_form", f"one line of {_PLAIN}, and without ;")
]
Language = Annotated[
    str,
    StringConstraints(pattern=whole(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")),
    Expected("language_form", "a BCP 47 language tag such as en"),
]
Url = Annotated[
    str,
    StringConstraints(pattern=whole(r"https?://[!-~]+")),
    Expected("url_form", "an address that begins with https://"),
]
FileName = Annotated[
    str,
    StringConstraints(pattern=whole(r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_])?")),
    Expected("file_name_form", "a bare file name such as article.txt"),
]
FieldName = Annotated[
    str, StringConstraints(pattern=whole(r"[a-z][a-z0-9_]*")), Expected("field_name_form", "a name such as speech_act")
]
Sha256 = Annotated[
    str, StringConstraints(pattern=whole(r"[0-9a-f]{64}")), Expected("sha256_form", "64 hexadecimal digits, lower case")
]

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
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is no day of the calendar") from None


Day = Annotated[datetime.date, BeforeValidator(iso_day)]

# --- Ids -----------------------------------------------------------------------------------------------------------

_SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
KINDS = ("source", "actor", "affiliation", "place", "occasion", "statement", "ceasefire", "report", "incident")


def id_pattern(*kinds: str) -> str:
    """Pattern of the ids of these kinds: `<kind>-<slug>`."""
    return whole(rf"(?:{'|'.join(kinds)})-{_SLUG}")


def _begins_otherwise(beginning: str) -> str:
    """What is found in every text, unless it is empty, that does not begin so."""
    found = ""
    for sign in reversed(beginning):
        found = f"(?:[^{sign}]|{sign}(?:$|{found}))" if found else f"[^{sign}]"
    return "^" + found


BROKEN |= {id_pattern(kind): rf"{_begins_otherwise(kind + '-')}|[^a-z0-9-]|--|-$" for kind in KINDS}


def _id_form(kind: str) -> Expected:
    return Expected("id_form", f"an id of the form {kind}-slug, in the characters a-z, 0-9 and -")


SourceId = Annotated[str, Reference("sources"), StringConstraints(pattern=id_pattern("source")), _id_form("source")]
ActorId = Annotated[str, Reference("actors"), StringConstraints(pattern=id_pattern("actor")), _id_form("actor")]
AffiliationId = Annotated[
    str, Reference("affiliations"), StringConstraints(pattern=id_pattern("affiliation")), _id_form("affiliation")
]
PlaceId = Annotated[str, Reference("places"), StringConstraints(pattern=id_pattern("place")), _id_form("place")]
OccasionId = Annotated[
    str, Reference("occasions"), StringConstraints(pattern=id_pattern("occasion")), _id_form("occasion")
]
StatementId = Annotated[
    str, Reference("statements"), StringConstraints(pattern=id_pattern("statement")), _id_form("statement")
]
CeasefireId = Annotated[
    str, Reference("ceasefires"), StringConstraints(pattern=id_pattern("ceasefire")), _id_form("ceasefire")
]
ReportId = Annotated[
    str, Reference("status_reports"), StringConstraints(pattern=id_pattern("report")), _id_form("report")
]
IncidentId = Annotated[
    str, Reference("incidents"), StringConstraints(pattern=id_pattern("incident")), _id_form("incident")
]
NodeId = Annotated[str, Reference("nodes"), StringConstraints(pattern=id_pattern(*KINDS)), _id_form("kind")]
Camp = Annotated[
    str,
    StringConstraints(pattern=whole(rf"armenian|azerbaijani|unattributed|actor-{_SLUG}")),
    Expected("camp_form", "armenian, azerbaijani, unattributed or an actor's id"),
]
"""One who stands for or against a claim: a side, an outsider's actor id, or `unattributed`."""

# --- Lists ---------------------------------------------------------------------------------------------------------

T = TypeVar("T")


def _unique(values: tuple[T, ...]) -> tuple[T, ...]:
    seen: set[T] = set()
    for value in values:
        if value in seen:
            raise PydanticCustomError("repeated_element", "{value} stands twice; list it once", {"value": str(value)})
        seen.add(value)
    return values


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise PydanticCustomError("too_short", "needs at least one value")
    return values


def _as_tuple(value: Any) -> Any:
    # Strict mode refuses a list for a tuple; a set is refused on purpose, its order being none.
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str):
        raise PydanticCustomError("list_form", "expected a list such as ['a', 'b'], not text")
    return value


List = Annotated[tuple[T, ...], BeforeValidator(_as_tuple), AfterValidator(_unique), Mark.LIST]
"""A list cell: a tuple of unique elements; a list is taken too."""
SomeOf = Annotated[
    tuple[T, ...], BeforeValidator(_as_tuple), AfterValidator(_unique), AfterValidator(_some), Mark.LIST, Mark.SOME
]
"""A list cell with at least one element."""
