"""What the tests of exports share: a data set of values that formats stumble over, and records of what was read."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import karabakh_data as kd
from karabakh_data.columns import Column, columns_of
from karabakh_data.derive import derive
from karabakh_data.models import Record
from karabakh_data.tables import MODELS

LINES = (
    "He said \"no\", 'twice'",
    "comma, semicolon; and tab-less",
    "<b>&amp;]]></b>",
    "_x0041_ and \\n and \\u0041",
    "NA",
    "null",
    "true",
    "01",
    "1.0",
    "2020-01-01",
    "'=1+1",
    "شوشا Շուշի Şuşa",
    "e\u0301 is not é",
    "𝄞\u200bx",
    "{{x}} %s $1 {0} ?",
    "DROP TABLE statements; --",
)
"""Texts of one line that a format likes to take for something else."""

PROSE = 'First line, with "quotes"\n\nThird line; the end.\n  Indented \\ “𝄞”'

FIRST = {"source_ids": ["source-a"]}


def awkward() -> kd.Dataset:
    """A data set in which every table and column kind holds awkward values, the longest list among them."""
    actors = [
        kd.Actor(actor_id=f"actor-{n}", name=line, actor_type="person", side="none", description=PROSE)
        for n, line in enumerate(LINES)
    ]
    actors += [
        kd.Actor(
            actor_id=f"actor-many-{n}",
            name=f"Many {n}",
            actor_type="other",
            side="none",
            part_of_id=f"actor-many-{n + 1}" if n < 3 else None,  # the child stands before its parent
            description="One of many.",
            aliases=[line for line in LINES if ";" not in line] if n == 0 else [],
        )
        for n in range(300)
    ]
    digest = "0" * 64
    tables: dict[str, list[Record]] = {
        "sources": [
            kd.Source(
                source_id="source-a",
                title=LINES[0],
                publisher_id="actor-0",
                published=kd.EDTF("[..0044-03-15]"),
                language="en",
                translation="none",
                url="https://example.org/?a=1&b='x'",
                document="a.txt",
                document_sha256=digest,
                document_chars=0,
                summary=PROSE,
            )
        ],
        "actors": actors,
        "affiliations": [
            kd.Affiliation(
                affiliation_id="affiliation-a",
                member_id="actor-0",
                organisation_id="actor-1",
                role=LINES[1],
                as_of=kd.EDTF("2020-23~"),
            )
        ],
        "places": [
            kd.Place(
                place_id="place-a",
                name=LINES[2],
                place_type="site",
                latitude=-0.1,
                longitude=1e-05,
                radius_km=20038,
                description=PROSE,
            ),
            kd.Place(place_id="place-b", name=LINES[3], place_type="country", description="Without a point."),
        ],
        "occasions": [
            kd.Occasion(
                occasion_id="occasion-a",
                occasion_type="meeting",
                occasion_status="held",
                date=kd.EDTF("1988-02/.."),
                place_id="place-a",
                summary=PROSE,
                **FIRST,
            )
        ],
        "statements": [
            kd.Statement(
                statement_id="statement-b",
                occasion_id="occasion-a",
                speaker_ids=[f"actor-many-{n}" for n in reversed(range(300))],
                speech_act="report_figures",
                topics=["casualties", "ceasefire"],
                said=kd.EDTF("9998-12-31"),
                figure_of="deaths",
                figure_low=0,
                figure_high=12.5,
                responds_to_id="statement-c",
                quote=LINES[0],
                summary=PROSE,
                **FIRST,
            ),
            kd.Statement(
                statement_id="statement-c",
                occasion_id="occasion-a",
                speaker_ids=["actor-1"],
                speech_act="deny",
                topics=["ceasefire"],
                said=kd.EDTF("2020-XX"),
                incident_ids=["incident-a"],
                stance="denies_occurrence",
                summary=PROSE,
                **FIRST,
            ),
        ],
        "ceasefires": [
            kd.Ceasefire(
                ceasefire_id="ceasefire-a",
                name=LINES[4],
                ceasefire_type="unspecified",
                initiation="unspecified",
                purposes=["humanitarian", "peace_process"],
                form="unspecified",
                mediation="unspecified",
                mechanisms=["unspecified"],
                summary=PROSE,
                **FIRST,
            )
        ],
        "status_reports": [
            kd.StatusReport(
                report_id="report-a",
                ceasefire_id="ceasefire-a",
                as_of=kd.EDTF("2020?"),
                ceasefire_status="collapsed",
                **FIRST,
            )
        ],
        "incidents": [
            kd.Incident(
                incident_id="incident-a",
                name=LINES[5],
                incident_type="other",
                date=kd.EDTF("[2016-04-05..2016-04-06]"),
                place_ids=["place-b", "place-a"],
                deaths_low=0,
                deaths_high=1_000_000,
                background=False,
                summary=PROSE,
                **FIRST,
            )
        ],
        "evidence": [
            kd.Evidence(
                record_id="statement-b",
                field="said",
                value=value,
                source_id="source-a",
                start=0,
                end=1,
                sha256=digest,
                stance="supports",
                basis="inferred",
                note=PROSE,
            )
            for value in (None, *LINES)
        ],
        "identifiers": [
            kd.Identifier(record_id="place-a", scheme="geonames", value="7", verified_in=LINES[0]),
        ],
    }
    return kd.Dataset(derive(tables))


def whole(ds: kd.Dataset) -> dict[str, list[Record]]:
    """Every record, table by table."""
    return {name: list(ds.table(name)) for name in MODELS}


def by_key(tables: Mapping[str, Iterable[Record]]) -> dict[str, dict[Any, Record]]:
    """Every record by its key, for formats that keep no order."""
    return {name: {record.key: record for record in records} for name, records in tables.items()}


def record_of(table: str, values: Mapping[str, Any]) -> Record:
    """The record of a row that was read: values of the columns' own types, or the text of their cells."""
    columns = columns_of(MODELS[table])
    assert set(values) <= {column.name for column in columns}
    return MODELS[table].model_validate({c.name: _value(c, values.get(c.name)) for c in columns})


def _value(column: Column, value: Any) -> Any:
    if value is None:
        return () if column.is_list else None
    if isinstance(value, str):
        return column.read(value)
    if isinstance(value, list | tuple):
        return tuple(column.read_one(one) for one in value)
    if isinstance(value, datetime.datetime):
        return value.date()
    return value
