"""What the explorer's page shows, as plain values for JSON: every record with claims, neighbours and citations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from karabakh_data import __version__, display
from karabakh_data.claims import AFFIRMS, DENIES, SIDES, UNATTRIBUTED, camp_of, camps, withdrawn
from karabakh_data.columns import Kind, columns_of
from karabakh_data.derive import label_of
from karabakh_data.descriptor import DESCRIPTION, TITLE
from karabakh_data.edtf import EDTF
from karabakh_data.models import Actor, Affiliation, Ceasefire, Incident, Occasion, Record, Statement, StatusReport
from karabakh_data.palette import VOICES
from karabakh_data.tables import MODELS, row_is
from karabakh_data.vocabulary import VOCABULARIES, Side, StatementStance

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset
    from karabakh_data.explorer.passages import Passages

_BELONGING = {
    SIDES[0]: Side.ARMENIAN.definition,
    SIDES[1]: Side.AZERBAIJANI.definition,
    display.OUTSIDE: "Identified speakers of neither side, taken together.",
    UNATTRIBUTED: "Speakers whom the article does not identify.",
}
CAMP_NAMES = {camp: (VOICES[camp].label, _BELONGING[camp]) for camp in display.CAMPS}
"""Camp -> what it is called on the page, and who belongs to it."""

MAIN = ("statements", "ceasefires", "incidents")
"""The tables that the page opens with, and the timeline shows."""

RELATIONS = {"addresses": "addressee_ids", "accuses": "accused_ids", "speaks for": "on_behalf_of_ids"}
"""What leads from a speaker to another in the network -> the column of statements that says so."""

_WORD = {
    "sources": "language",
    "actors": "actor_type",
    "affiliations": "role",
    "places": "place_type",
    "occasions": "occasion_type",
    "statements": "speech_act",
    "ceasefires": "ceasefire_type",
    "status_reports": "ceasefire_status",
    "incidents": "incident_type",
}
"""Table -> the column that says in a word what a record is."""

SHOWN = tuple(name for name in MODELS if name in _WORD)
"""The tables whose records have a panel of their own."""


def content(ds: Dataset, passages: Passages | None = None) -> dict[str, Any]:
    """All that the page shows.

    Args:
        ds: The data set; every reference leads to a record.
        passages: The articles of a reader who has them; without them citations are positions only.
    """
    gone = withdrawn(ds.statements)
    actors = {actor.actor_id: actor for actor in ds.actors}
    unborne = passages.unborne if passages else frozenset()
    return {
        "version": __version__,
        "title": TITLE,
        "description": DESCRIPTION,
        "tables": {name: {"rows": len(ds.table(name)), "is": row_is(MODELS[name])} for name in SHOWN},
        "main": MAIN,
        "camps": {camp: CAMP_NAMES[camp] for camp in display.CAMPS},
        "relations": RELATIONS,
        "columns": {
            name: {
                column.name: {
                    "says": column.description,
                    "words": column.vocabulary.name_in_tables() if column.vocabulary else None,
                }
                for column in columns_of(MODELS[name])
            }
            for name in SHOWN
        },
        "words": {
            vocabulary.name_in_tables(): {word.value: word.definition for word in vocabulary}
            for vocabulary in VOCABULARIES
        },
        "labels": {word.value: word.label for vocabulary in VOCABULARIES for word in vocabulary},
        "records": {
            str(record.identity): _record(ds, record, actors, gone, unborne)
            for name in SHOWN
            for record in ds.table(name)
        },
        "articles": passages.texts if passages else {},
    }


def _record(
    ds: Dataset,
    record: Record,
    actors: Mapping[str, Actor],
    gone: frozenset[str],
    unborne: frozenset[tuple[str, str, str, int, int]],
) -> dict[str, Any]:
    name = record.TABLE
    shown: dict[str, Any] = {
        "table": name,
        "label": label_of(record),
        "word": str(getattr(record, _WORD[name])),
        "camps": sorted(display.told_apart(_camps_in(record, actors)), key=display.CAMPS.index),
        "cells": {column: _values(record, column) for column, _ in display.filled(record)[1:]},
        "dates": {
            column.name: _date(value)
            for column in columns_of(type(record))
            if column.kind is Kind.EDTF and (value := getattr(record, column.name)) is not None
        },
        "listed": str(display.date_of(record) or ""),
        "related": {relation: [one.identity for one in found] for relation, found in ds.related(record).items()},
        "citations": [
            [
                e.field,
                e.value,
                e.source_id,
                e.start,
                e.end,
                e.basis,
                e.stance,
                e.note,
                (e.record_id, e.field, e.source_id, e.start, e.end) not in unborne,
            ]
            for e in ds.citations(record)
        ],
        "identifiers": [
            [i.scheme, i.value, i.verified_in] for i in ds.identifiers.where(record_id=str(record.identity))
        ],
        "citation": ds.cite(record),
    }
    if isinstance(record, Statement) and record.statement_id in gone:
        shown["withdrawn"] = True
    if isinstance(record, Incident):
        shown["claims"] = _claims(ds, record)
    if isinstance(record, Ceasefire):
        reports = ds.status_reports.where(ceasefire_id=record.ceasefire_id)
        shown["reports"] = [
            report.report_id for report in sorted(reports, key=lambda report: (report.as_of, report.report_id))
        ]
    return shown


def _values(record: Record, name: str) -> list[str]:
    column = next(column for column in columns_of(type(record)) if column.name == name)
    value = getattr(record, name)
    return [str(one) for one in value] if column.is_list else [column.write(value)]


def _date(date: EDTF) -> dict[str, Any]:
    """A date with its bounds; `lasts` where it is a stretch of time and not one day somewhere in it."""
    return {
        "text": date.text,
        "from": date.earliest.isoformat() if date.earliest else None,
        "to": date.latest.isoformat() if date.latest else None,
        "uncertain": date.uncertain,
        "approximate": date.approximate,
        "lasts": "/" in date.text,
    }


def _camps_in(record: Record, actors: Mapping[str, Actor]) -> Iterable[str]:
    """The camps that a record can be filtered by: who speaks, who affirms or denies, who takes part."""
    if isinstance(record, Statement):
        return camps(record, actors)
    if isinstance(record, Incident):
        return (*record.affirmed_by, *record.denied_by)
    if isinstance(record, Ceasefire):
        return _camps_of(record.party_ids + record.signatory_ids + record.mediator_ids, actors)
    if isinstance(record, StatusReport):
        return _camps_of(record.reported_by_ids, actors)
    if isinstance(record, Occasion):
        return _camps_of(record.participant_ids + record.initiator_ids, actors)
    if isinstance(record, Affiliation):
        return _camps_of((record.member_id,), actors)
    return _camps_of((record.actor_id,), actors) if isinstance(record, Actor) else ()


def _camps_of(actor_ids: Iterable[str], actors: Mapping[str, Actor]) -> Iterable[str]:
    return (camp_of(actor_id, actors) for actor_id in actor_ids)


def _claims(ds: Dataset, incident: Incident) -> dict[str, Any]:
    """The claims for and against, by day, and how many each camp makes."""
    linked = display.claims_about(ds, incident)

    def ids(stances: Iterable[StatementStance | None]) -> list[str]:
        chosen = tuple(stances)
        return [statement.statement_id for statement in linked if statement.stance in chosen]

    return {
        "for": ids(AFFIRMS),
        "against": ids(DENIES),
        "mentions": ids((StatementStance.MENTIONS, None)),
        "voices": display.voices(ds, linked),
    }
