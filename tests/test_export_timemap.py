"""What the TimeMap export promises: files of the form that TimeMap checks when it loads them (its own Joi schemas)."""

from __future__ import annotations

import json
import re

import pytest

from karabakh_data.claims import SIDES, camps
from karabakh_data.display import told_apart
from karabakh_data.palette import VOICES

EVENT = {
    *("id", "description", "date", "time", "time_precision", "location", "latitude", "longitude", "type", "category"),
    *("category_full", "associations", "sources", "comments", "time_display", "narrative___stepStyles", "shape"),
    "colour",
}
ASSOCIATION = {"id", "title", "desc", "mode", "colour", "type", "display", "filter_paths"}
SOURCE = {
    *("id", "title", "thumbnail", "paths", "type", "affil_s", "url", "description", "parent", "author", "date"),
    "notes",
}
LISTS = {"associations", "sources", "paths", "filter_paths"}


@pytest.fixture(scope="module")
def made(exported_set, tmp_path_factory):
    """The three files, by name."""
    folder = exported_set.export("timemap", tmp_path_factory.mktemp("timemap") / "karabakh")
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.iterdir()}


def has_form(item, keys):
    return set(item) <= keys and all(isinstance(v, list if k in LISTS else str) for k, v in item.items())


def test_every_item_has_only_the_fields_that_timemap_knows(made):
    assert all(has_form(event, EVENT) for event in made["events"])
    assert all(has_form(one, ASSOCIATION) for one in made["associations"])
    assert all(has_form(source, SOURCE) and name == source["id"] for name, source in made["sources"].items())


def test_every_event_has_a_day_and_both_coordinates_or_none(made):
    for event in made["events"]:
        assert re.fullmatch(r"(0[1-9]|1[0-2])/([0-3][0-9])/[0-9]{4}", event["date"])
        assert bool(event["latitude"]) == bool(event["longitude"])


def test_what_an_event_names_is_there(made):
    known = [one["id"] for one in made["associations"]]
    assert len(known) == len(set(known))
    for event in made["events"]:
        assert event["associations"]
        assert set(event["associations"]) <= set(known)
        assert set(event["sources"]) <= set(made["sources"])


def test_every_dated_record_is_an_event_at_its_first_day(exported_set, made):
    events = {event["id"]: event for event in made["events"]}
    for statement in exported_set.statements:
        day = statement.said_earliest or statement.said_latest
        month, date, year = map(int, events[statement.statement_id]["date"].split("/"))
        assert (year, month, date) == (day.year, day.month, day.day)
        assert events[statement.statement_id]["time_display"] == str(statement.said)
    assert {one.incident_id for one in exported_set.incidents} <= set(events)


def test_places_with_a_point_put_incidents_on_the_map(exported_set, made):
    events = {event["id"]: event for event in made["events"]}
    for incident in exported_set.incidents:
        points = [p for p in map(exported_set.places.__getitem__, incident.place_ids) if p.latitude is not None]
        latitude = events[incident.incident_id]["latitude"]
        assert (float(latitude) == points[0].latitude) if points else (latitude == "")


def test_a_status_is_told_with_who_speaks(exported_set, made):
    events = {event["id"]: event for event in made["events"]}
    for incident in exported_set.incidents:
        said = events[incident.incident_id]["comments"]
        assert all(camp in said for camp in (*incident.affirmed_by, *incident.denied_by))


def test_a_statement_stands_under_the_camps_that_make_it_and_not_under_a_side_of_the_unnamed(exported_set, made):
    actors = {actor.actor_id: actor for actor in exported_set.actors}
    events = {event["id"]: event for event in made["events"]}
    for statement in exported_set.statements:
        told = {one for one in events[statement.statement_id]["associations"] if one.startswith("camp / ")}
        assert told == {f"camp / {VOICES[camp].label}" for camp in told_apart(camps(statement, actors))}


def test_the_published_set_has_an_unnamed_speaker_placed_on_a_side(ds):
    """So that the test above is put to the proof."""
    placed = {a.actor_id for a in ds.actors if a.actor_type == "unattributed" and a.side in SIDES}
    assert any(placed & set(statement.speaker_ids) for statement in ds.statements)
