"""A plain pydantic model in a loop over `csv.DictReader`, with sets for keys and references.

The field types are those of the library's own model, so that the rules are the same; nothing else of it is used.
"""

from __future__ import annotations

import csv
import re
import sys
from typing import Annotated, Any, Self

import pydantic
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from benchmarks.published import ids
from benchmarks.rules import COMMON, answer
from karabakh_data.models.types import ActorId, Date, Day, IncidentId, Line, List, PlaceId, Prose, SomeOf, SourceId
from karabakh_data.vocabulary import IncidentType

RULES = (*COMMON, "calendar")

OWN_CODE = ("bounds", "circles", "wording", "plausible dates", "twins", "likeness")

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)").fullmatch

LISTS = {"place_ids": "places", "participant_ids": "actors", "target_ids": "actors", "source_ids": "sources"}


def _split(cell: Any) -> Any:
    return cell.split(";") if isinstance(cell, str) else cell


def _truth(cell: Any) -> Any:
    return {"true": True, "false": False}.get(cell, cell)


def _whole(cell: Any) -> Any:
    if isinstance(cell, str) and not _INTEGER(cell):
        raise ValueError("no whole number")
    return cell


class Row(BaseModel):
    """One incident, from a row of text without its empty cells."""

    model_config = ConfigDict(extra="forbid")

    incident_id: IncidentId
    name: Line
    incident_type: IncidentType
    date: Date
    date_earliest: Day | None = None
    date_latest: Day | None = None
    place_ids: Annotated[SomeOf[PlaceId], BeforeValidator(_split)]
    participant_ids: Annotated[List[ActorId], BeforeValidator(_split)] = ()
    target_ids: Annotated[List[ActorId], BeforeValidator(_split)] = ()
    part_of_id: IncidentId | None = None
    deaths_low: Annotated[int | None, Field(ge=0), BeforeValidator(_whole)] = None
    deaths_high: Annotated[int | None, Field(ge=0), BeforeValidator(_whole)] = None
    background: Annotated[bool, Field(strict=True), BeforeValidator(_truth)]
    summary: Prose
    source_ids: Annotated[SomeOf[SourceId], BeforeValidator(_split)]

    @model_validator(mode="after")
    def _rules(self) -> Self:
        if self.deaths_low is not None and self.deaths_high is not None and self.deaths_low > self.deaths_high:
            raise ValueError("deaths_low is greater than deaths_high")
        if self.part_of_id == self.incident_id:
            raise ValueError("part of itself")
        return self


def main(path: str) -> None:
    """Judge each row; keys at once, references to rows when all are read."""
    published = frozenset(ids("incidents"))
    known = {name: frozenset(ids(table)) for name, table in LISTS.items()}
    seen: set[str] = set()
    parents: list[tuple[int, str]] = []
    at_fault: set[int] = set()
    findings = 0
    judge = Row.model_validate
    with open(path, encoding="utf-8", newline="") as stream:
        for number, cells in enumerate(csv.DictReader(stream), 1):
            own = cells["incident_id"]
            if own in seen or own in published:
                findings += 1
                at_fault.add(number)
            seen.add(own)
            try:
                row = judge({name: cell for name, cell in cells.items() if cell})
            except ValidationError as error:
                findings += error.error_count()
                at_fault.add(number)
                continue
            if row.part_of_id:
                parents.append((number, row.part_of_id))
            for name, targets in known.items():
                if not targets.issuperset(getattr(row, name)):
                    findings += 1
                    at_fault.add(number)
    for number, parent in parents:
        if parent not in seen and parent not in published:
            findings += 1
            at_fault.add(number)
    answer(RULES, at_fault, findings, own_code=OWN_CODE, version=pydantic.VERSION)


if __name__ == "__main__":
    main(sys.argv[1])
