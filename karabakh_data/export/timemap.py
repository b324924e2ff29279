"""TimeMap, Forensic Architecture's map with a timeline: incidents, ceasefires and statements as events.

The three files are what its settings EVENTS_EXT, ASSOCIATIONS_EXT and SOURCES_EXT fetch. TimeMap knows days only and
takes no field that it does not know: an event stands at the first day that its date can mean (the last, where the first
is open), and `time_display` holds the date as it was read. What it cannot show is left out; this is a view, not a copy.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from karabakh_data import display
from karabakh_data.columns import Kind, columns_of
from karabakh_data.descriptor import to_json
from karabakh_data.edtf import EDTF
from karabakh_data.explorer.content import CAMP_NAMES
from karabakh_data.models import Ceasefire, Incident, Place, Record, Source, Statement
from karabakh_data.models.types import Origin
from karabakh_data.tables import row_is
from karabakh_data.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset

SHOWN: dict[type[Record], str] = {Incident: "incident_type", Ceasefire: "ceasefire_type", Statement: "speech_act"}
"""The models that become events, with the column that says of what type one is."""


def write(ds: Dataset, target: Path) -> None:
    """Write the folder."""
    target.mkdir()
    shown = [record for model in SHOWN for record in ds.table(model.TABLE)]
    (target / "events.json").write_bytes(to_json(list(_events(ds, shown))))
    (target / "associations.json").write_bytes(to_json(list(_associations(ds, shown))))
    (target / "sources.json").write_bytes(to_json({one.source_id: _source(ds, one) for one in ds.sources}))


def _events(ds: Dataset, records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    for record in records:
        date = _date(record)
        day = (date.earliest or date.latest) if date else None
        if date is None or day is None:
            continue  # TimeMap drops an event without a day
        places = _places(ds, record)
        point = next((place for place in places if place.latitude is not None), None)
        yield {
            "id": str(record.identity),
            "description": _description(ds, record),
            "date": _day(day),
            "time": "",
            "time_precision": str(date.precision),
            "time_display": str(date),
            "location": "; ".join(place.name for place in places),
            "latitude": f"{point.latitude}" if point else "",
            "longitude": f"{point.longitude}" if point else "",
            "type": str(_type(record)),
            "category": record.TABLE,
            "associations": [one["id"] for one in _of(ds, record)],
            "sources": list(getattr(record, "source_ids", ())),
            "comments": _comments(record),
        }


def _date(record: Record) -> EDTF | None:
    """The first date read in the sources that the record fills."""
    for column in columns_of(type(record)):
        if column.kind is Kind.EDTF and column.origin is Origin.SOURCE:
            date: EDTF | None = getattr(record, column.name)
            if date is not None:
                return date
    return None


def _day(day: datetime.date) -> str:
    return f"{day.month:02}/{day.day:02}/{day.year:04}"


def _places(ds: Dataset, record: Record) -> list[Place]:
    """Where: of a statement, where its occasion took place."""
    if isinstance(record, Statement):
        place_id = ds.occasions[record.occasion_id].place_id
        return [ds.places[place_id]] if place_id else []
    return [ds.places[one] for one in getattr(record, "place_ids", ())]


def _description(ds: Dataset, record: Record) -> str:
    said = display.gist(ds, record)
    summary = str(getattr(record, "summary", ""))
    return said if summary in said else f"{said}: {summary}"


def _comments(record: Record) -> str:
    """How the claims about an incident stand; never without who speaks."""
    if not isinstance(record, Incident) or record.occurrence_status is None:
        return ""
    voices = [("affirmed by", record.affirmed_by), ("denied by", record.denied_by)]
    told = "; ".join(f"{word} {', '.join(camps)}" for word, camps in voices if camps)
    return f"{record.occurrence_status.definition}{f' ({told})' if told else ''}"


def _type(record: Record) -> Vocabulary:
    word: Vocabulary = getattr(record, SHOWN[type(record)])
    return word


def _associations(ds: Dataset, records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """Every association that an event has, once."""
    told: set[str] = set()
    for record in records:
        for one in _of(ds, record):
            if one["id"] not in told:
                told.add(one["id"])
                yield one


def _of(ds: Dataset, record: Record) -> list[dict[str, Any]]:
    """What an event is associated with: its table as category; its type and, of a statement, its camps, as filters."""
    model, word = type(record), _type(record)
    found = [_association(model.TABLE, model.TABLE.capitalize(), row_is(model), "CATEGORY")]
    found.append(_filter(SHOWN[model], word.label, word.definition))
    if isinstance(record, Statement):
        voices = display.by_camp(ds, [record])
        found += [_filter("camp", *CAMP_NAMES[camp]) for camp, made in voices.items() if made]
    return found


def _filter(group: str, label: str, definition: str) -> dict[str, Any]:
    path = [group.replace("_", " "), label]
    return {**_association(" / ".join(path), path[-1], definition, "FILTER"), "filter_paths": path}


def _association(name: str, title: str, words: str, mode: str) -> dict[str, Any]:
    return {"id": name, "title": title, "desc": words, "mode": mode}


def _source(ds: Dataset, source: Source) -> dict[str, Any]:
    publisher = ds.actors.get(source.publisher_id or "")
    return {
        "id": source.source_id,
        "title": source.title or source.summary,
        "paths": [],
        "type": "Document",
        "url": source.url or "",
        "description": source.summary,
        "author": publisher.name if publisher else "",
        "date": str(source.published),
    }
