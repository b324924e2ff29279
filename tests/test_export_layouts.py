"""Incidents and ceasefires in the columns of other data sets: what follows is filled in, and nothing else."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

import karabakh_data as kd
from karabakh_data.export import eth_prio, ucdp_ged
from karabakh_data.export.layout import several, write_layout

GED_25_1 = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,"
    "dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,"
    "source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,"
    "where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,"
    "date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob"
)
"""The header of a release of GED."""


def exported(ds: kd.Dataset, name: str, folder: Path) -> list[dict[str, str]]:
    with ds.export(name, folder / "x.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def changed(ds: kd.Dataset, table: str, record_id: str, **values: Any) -> kd.Dataset:
    """The published data set with another record in place of one."""
    old = ds.table(table)[record_id]
    kept = {n: v for n, v in old.model_dump().items() if n not in values and not n.endswith(("_earliest", "_latest"))}
    new = type(old).model_validate(kept | values)
    return kd.Dataset({n: ds.table(n) for n in ds} | {table: [new if r is old else r for r in ds.table(table)]})


def row_of(rows: Any, column: str, value: str) -> dict[str, Any]:
    (found,) = [row for row in rows if row[column] == value]
    return dict(found)


# ---- UCDP GED ----


def test_the_columns_are_those_of_ged(ds: kd.Dataset, tmp_path: Path) -> None:
    assert ",".join(ucdp_ged.COLUMNS) == GED_25_1
    rows = exported(ds, "ucdp-ged", tmp_path)
    assert [row["id"] for row in rows] == [incident.incident_id for incident in ds.incidents]
    assert ",".join(rows[0]) == GED_25_1


def test_dates_and_places_have_the_codes_of_the_crosswalk(ds: kd.Dataset) -> None:
    row = row_of(ucdp_ged.rows(ds), "id", "incident-2016-04-02-shelling-a")
    assert (str(row["date_start"]), str(row["date_end"]), row["date_prec"], row["year"]) == (
        "2016-04-02",
        "2016-04-02",
        None,
        2016,
    ), "an article is uncertain of the day"
    assert (row["where_prec"], row["where_coordinates"]) == ("4", "Nagorno-Karabakh")
    assert row["geom_wkt"] == "POINT (46.690788 39.889851)"
    longer = row_of(ucdp_ged.rows(ds), "id", "incident-1992-1994-war")
    assert (longer["year"], longer.get("date_prec")) == (None, None), "it spans years"


@pytest.mark.parametrize(
    ("date", "code"), [("2016-04-02", "1"), ("2016-04", "4"), ("2016-04-02?", None), ("2016-04~", None)]
)
def test_a_date_that_may_be_off_has_no_precision(ds: kd.Dataset, date: str, code: str | None) -> None:
    made = changed(ds, "incidents", "incident-2016-04-02-shelling-a", date=kd.EDTF(date))
    row = row_of(ucdp_ged.rows(made), "id", "incident-2016-04-02-shelling-a")
    assert row["date_prec"] == code
    assert row["date_start"] == made.incidents[row["id"]].date_earliest


def test_the_lists_of_articles_keep_step(ds: kd.Dataset) -> None:
    first, second, third = (source.source_id for source in ds.sources[:3])
    made = changed(ds, "sources", second, publisher_id=None, title="One; two")
    made = changed(made, "incidents", "incident-2016-04-02-shelling-a", source_ids=[first, second, third])
    row = row_of(ucdp_ged.rows(made), "id", "incident-2016-04-02-shelling-a")
    for column in ("source_article", "source_office", "source_date", "source_headline"):
        assert row[column].count(";") == 2, column
    assert row["source_office"].split(";")[1] == ""
    assert row["source_headline"].split(";")[1] == "One, two"
    assert several(["TASS", None, "TASS"]) == "TASS;;TASS"


def test_of_several_places_no_coordinates_are_chosen(ds: kd.Dataset) -> None:
    row = row_of(ucdp_ged.rows(ds), "id", "incident-2016-04-02-escalation")
    assert row["where_description"].count(";") == 1
    assert not {"where_prec", "latitude", "geom_wkt"} & row.keys()


def test_deaths_are_those_of_the_articles_own_voice_and_best_only_where_they_agree(ds: kd.Dataset) -> None:
    assert all(row["best"] is None and row["low"] is None for row in ucdp_ged.rows(ds)), "claimed figures stand nowhere"
    for low, high, best in ((3, 3, 3), (3, 5, None)):
        made = changed(ds, "incidents", "incident-2016-04-02-shelling-a", deaths_low=low, deaths_high=high)
        row = row_of(ucdp_ged.rows(made), "id", "incident-2016-04-02-shelling-a")
        assert (row["low"], row["high"], row["best"]) == (low, high, best)


def test_the_type_of_violence_follows_where_there_is_one_code(ds: kd.Dataset) -> None:
    rows = list(ucdp_ged.rows(ds))
    assert row_of(rows, "id", "incident-2020-09-27-hostilities")["type_of_violence"] == "1"
    assert row_of(rows, "id", "incident-2016-04-02-shelling-a")["type_of_violence"] is None, "1 or 3"
    fire = "incident-2016-04-05-fire-a"
    assert row_of(rows, "id", fire)["type_of_violence"] is None, "nobody is said to have been killed"
    deadly = changed(ds, "incidents", fire, deaths_low=1, deaths_high=1)
    assert row_of(ucdp_ged.rows(deadly), "id", fire)["type_of_violence"] == "1"


def test_no_side_no_country_and_no_dyad_is_filled_in(ds: kd.Dataset, tmp_path: Path) -> None:
    for row in exported(ds, "ucdp-ged", tmp_path):
        assert not any(row[c] for c in ("side_a", "side_b", "dyad_name", "country", "adm_1", "deaths_a", "deaths_b"))


# ---- ETH/PRIO ----


def test_each_party_of_each_ceasefire_is_a_row(ds: kd.Dataset, tmp_path: Path) -> None:
    rows = exported(ds, "eth-prio", tmp_path)
    assert len(rows) == sum(max(1, len(one.party_ids)) for one in ds.ceasefires)
    assert len({row["uniq_id"] for row in rows}) == len(rows)
    assert tuple(rows[0]) == eth_prio.COLUMNS
    assert {row["ucdp_actor_id"] for row in rows if row["actor_name"] == "Azerbaijan"} == {"64"}


def test_a_part_of_a_date_is_given_where_all_its_days_share_it(ds: kd.Dataset) -> None:
    def parts(ceasefire_id: str, stem: str) -> list[int]:
        row = next(row for row in eth_prio.rows(ds) if row["cf_id"] == ceasefire_id)
        return [row[f"{stem}_{part}"] for part in ("yr", "month", "day")]

    assert parts("ceasefire-1994", "cf_dec") == [1994, -1, -1]
    assert parts("ceasefire-2016-04-05", "cf_dec") == [2016, 4, 5]
    assert parts("ceasefire-2020-10-10", "end") == [2020, 10, -1]
    assert parts("ceasefire-2020-11-09", "end") == [-1, -1, -1], "no source says that it ended"


def test_classes_purposes_and_mediation_have_the_codes_of_the_crosswalk(ds: kd.Dataset) -> None:
    row = next(row for row in eth_prio.rows(ds) if row["cf_id"] == "ceasefire-2020-10-10")
    assert (row["ceasefire_class"], row["mediator_nego"], row["written"]) == ("1", "1", "-1")
    assert [row[f"p_{name}"] for name in ("humanitarian", "peaceprocess", "unclear")] == [1, 0, 0]
    second = next(row for row in eth_prio.rows(ds) if row["cf_id"] == "ceasefire-2020-11-09")
    assert (second["ceasefire_class"], second["written"]) == ("2", None), "signed texts have a code not confirmed"
    assert second["p_unclear"] == 1
    assert "p_humanitarian" not in second


# ---- Both ----


def test_a_value_without_a_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dict contains fields not in fieldnames"):
        write_layout(tmp_path / "x.csv", ["a"], [{"b": 1}])
