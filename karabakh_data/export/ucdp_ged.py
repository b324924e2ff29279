"""Incidents in the columns of the UCDP Georeferenced Event Dataset (GED, version 25.1), one row for each.

Only what follows is filled in, and nothing more: codes by the crosswalk (`ds.crosswalk("ucdp")`), the rest as below.
Every other cell is empty.

- `id`: ours, as text; GED's are whole numbers. `year`: where all days of the date lie in one.
- `type_of_violence`, `event_clarity`, `where_prec`, `date_prec`: by the crosswalk, where it gives one code; precision
  of the place where there is just one place. Of fire by one side the type follows only where somebody was killed.
- `date_start`, `date_end`: the first and the last day that the date can mean. Of one that is uncertain or approximate
  (`2016-04-02?`) `date_prec` is empty: no source says by how much it may be off, so no code of GED is true of it.
- `latitude`, `longitude`, `geom_wkt`: of the one place, a point inside whose radius it lies; mind `where_prec`.
- `low`, `high`: deaths that an article gives in its own voice; `best` where both are the same number. What a camp
  claims is no fact and stands in no cell: see `ds.claims` and `ds.aggregate`.
- `source_article`, `source_office`, `source_date`, `source_headline`, `number_of_sources`: the articles, in one order;
  what is not known of one is an empty place (`TASS;;TASS`).

Not comparable: GED holds lethal events of organised violence that its coders found to have happened. An incident of
ours is reported or alleged, need not have killed, and may be an umbrella of others. Sides, dyads and countries are
left empty: no column of ours says whose a place is, and participants are not put into GED's order of sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from karabakh_data import crosswalk
from karabakh_data.display import source_text
from karabakh_data.export.layout import Row, several, write_layout
from karabakh_data.models import Incident
from karabakh_data.vocabulary import IncidentType

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset

COLUMNS = (
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
)
"""The 49 columns of GED 25.1, in order."""

_ANY = ("exact", "close", "broad", "related")

LETHAL = (IncidentType.ONE_SIDED_FIRE,)
"""Types of incident whose type of violence follows only where they killed."""


def write(ds: Dataset, target: Path) -> None:
    """Write the incidents as CSV."""
    write_layout(target, COLUMNS, rows(ds))


def rows(ds: Dataset) -> Iterator[Row]:
    """Each incident in the columns of GED."""
    violence = crosswalk.codes(ds, "incident_type", "ucdp_type_of_violence", _ANY)
    clarity = crosswalk.codes(ds, "incident_type", "ucdp_event_clarity", _ANY)
    where = crosswalk.codes(ds, "place_type", "ucdp_where_prec", _ANY)
    when = crosswalk.codes(ds, "date_precision", "ucdp_date_prec")
    for incident in ds.incidents:
        first, last = incident.date_earliest, incident.date_latest
        may_be_off = incident.date.uncertain or incident.date.approximate
        kills = bool(incident.deaths_low)
        same_year = first is not None and last is not None and first.year == last.year
        yield {
            "id": incident.incident_id,
            "year": first.year if same_year and first is not None else None,
            "type_of_violence": violence.get(incident.incident_type)
            if kills or incident.incident_type not in LETHAL
            else None,
            "event_clarity": clarity.get(incident.incident_type),
            "date_prec": None if may_be_off else when.get(incident.date.precision),
            "date_start": first,
            "date_end": last,
            "low": incident.deaths_low,
            "high": incident.deaths_high,
            "best": incident.deaths_low if incident.deaths_low == incident.deaths_high else None,
            **_sources(ds, incident),
            **_place(ds, incident, where),
        }


def _sources(ds: Dataset, incident: Incident) -> Row:
    sources = [ds.sources[one] for one in incident.source_ids]
    publishers = [ds.actors.get(source.publisher_id or "") for source in sources]
    return {
        "number_of_sources": len(sources),
        "source_article": several(source_text(ds, source) for source in sources),
        "source_office": several(publisher.name if publisher else None for publisher in publishers),
        "source_date": several(source.published for source in sources),
        "source_headline": several(source.title for source in sources),
    }


def _place(ds: Dataset, incident: Incident, codes: dict[str, str]) -> Row:
    places = [ds.places[one] for one in incident.place_ids]
    described = {"where_description": several(place.name for place in places)}
    if len(places) > 1:
        return described
    (place,) = places
    located = {} if place.latitude is None else {"geom_wkt": f"POINT ({place.longitude} {place.latitude})"}
    return {
        **described,
        **located,
        "where_coordinates": place.name,
        "where_prec": codes.get(place.place_type),
        "latitude": place.latitude,
        "longitude": place.longitude,
    }
