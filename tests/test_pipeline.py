"""The pipeline: a contribution is judged as a whole, beside the published data set; one fault gives one finding."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import karabakh_data as kd
from karabakh_data.tables import MODELS

SOURCE = "source-putin-pashinyan"


def report_on(*given: dict[str, Any], **options: Any) -> kd.Report:
    tables: dict[str, list[dict[str, Any]]] = {}
    for record in given:
        tables.setdefault(record["table"], []).append({k: v for k, v in record.items() if k != "table"})
    return kd.validate(tables, **{"today": datetime.date(2026, 1, 1), **options})


def told(report: kd.Report) -> list[tuple[str, str | None, str | None]]:
    return [(finding.code, finding.record_id, finding.field) for finding in report.findings]


def actor(slug: str, **more: Any) -> dict[str, Any]:
    fixed = {"table": "actors", "actor_id": f"actor-{slug}", "name": f"Example {slug}", "description": "Made up."}
    return {**fixed, "actor_type": "other", "side": "none", **more}


def affiliation(member: str, **more: Any) -> dict[str, Any]:
    fixed = {"table": "affiliations", "affiliation_id": f"affiliation-{member}", "member_id": f"actor-{member}"}
    return {**fixed, "organisation_id": "actor-osce", "role": "member", "as_of": "2020", **more}


def incident(name: str, **more: Any) -> dict[str, Any]:
    fixed = {"table": "incidents", "incident_id": f"incident-{name}", "name": f"Example {name}", "date": "2020-10-31"}
    rest = {"place_ids": ["place-moscow"], "background": False, "summary": "Made up.", "source_ids": [SOURCE]}
    return {**fixed, **rest, "incident_type": "protest", **more}


def statement(name: str, **more: Any) -> dict[str, Any]:
    fixed = {"table": "statements", "statement_id": f"statement-{name}", "occasion_id": OCCASION, "summary": "Made up."}
    rest = {"speaker_ids": ["actor-osce"], "speech_act": "assert", "topics": ["ceasefire"], "said": "2020-11-03"}
    return {**fixed, **rest, "source_ids": [SOURCE], **more}


OCCASION = "occasion-2020-11-03-lavrov-kommersant-interview"


# ---- References ----


def test_records_may_refer_to_each_other_and_to_published_ones() -> None:
    report = report_on(actor("a"), actor("b", part_of_id="actor-a"), actor("c", part_of_id="actor-osce"))
    assert report.findings == ()
    assert [record.identity for record in report.records] == ["actor-a", "actor-b", "actor-c"]


def test_a_record_at_fault_elsewhere_still_counts_as_known() -> None:
    report = report_on(actor("a", actor_type="person_"), actor("b", part_of_id="actor-a"))
    assert told(report) == [("KD204", "actor-a", "actor_type")]


def test_a_record_whose_id_is_at_fault_is_not_known() -> None:
    report = report_on(actor("a", actor_id="Actor A"), actor("b", part_of_id="actor-a"))
    assert told(report) == [("KD210", None, "actor_id"), ("KD301", "actor-b", "part_of_id")]


def test_each_unknown_element_of_a_list_is_told() -> None:
    report = report_on(incident("a", target_ids=["actor-osce", "actor-oscee", "actor-nobody-at-all"]))
    found = [(f.code, f.value, f.suggestion) for f in report.findings]
    assert found == [("KD301", "actor-nobody-at-all", None), ("KD301", "actor-oscee", "actor-osce")]


def test_ids_of_the_contribution_are_suggested_too() -> None:
    report = report_on(actor("singular"), actor("b", part_of_id="actor-singulr"))
    assert [(f.code, f.suggestion) for f in report.findings] == [("KD301", "actor-singular")]


def test_an_id_of_another_kind_suggests_the_record_of_that_name() -> None:
    (finding,) = report_on(incident("a", place_ids=["actor-moscow"])).findings
    assert (finding.code, finding.suggestion) == ("KD302", "place-moscow")


def test_what_may_stand_in_the_unread_rest_of_a_file_is_not_told_as_unknown(tmp_path: Path) -> None:
    (tmp_path / "actors.yaml").write_text("- {actor_id: actor-a, name: Someone}\n- {actor_id: [\n")
    given = incident("a", target_ids=["actor-b", "actor-osce"], part_of_id="incident-b")
    (tmp_path / "incidents.json").write_text(json.dumps([{k: v for k, v in given.items() if k != "table"}]))
    codes = [(f.code, f.field) for f in kd.validate(tmp_path).findings if f.file.endswith("incidents.json")]
    assert codes == [("KD301", "part_of_id")]


def test_one_lost_line_of_json_lines_leaves_references_to_other_tables_judged(tmp_path: Path) -> None:
    (tmp_path / "places.jsonl").write_text('{"place_id": "place-a"\n')
    given = incident("a", target_ids=["actor-b"], place_ids=["place-a"])
    (tmp_path / "incidents.json").write_text(json.dumps([{k: v for k, v in given.items() if k != "table"}]))
    codes = [(f.code, f.field) for f in kd.validate(tmp_path).findings if f.file.endswith("incidents.json")]
    assert codes == [("KD301", "target_ids")]


# ---- Keys ----


def test_a_repeated_id_is_told_at_the_later_record_with_the_place_of_the_first() -> None:
    (finding,) = report_on(actor("a"), actor("a")).findings
    assert (finding.code, finding.row) == ("KD303", 2)
    assert "<actors>:row 1" in finding.message


def test_a_published_id_is_refused_unless_it_is_a_correction(ds: kd.Dataset) -> None:
    published = next(iter(ds.places.to_dicts()))
    changed = {**published, "table": "places", "description": "Another text."}
    assert told(report_on(changed)) == [("KD304", published["place_id"], "place_id")]
    report = report_on(changed, update=True)
    assert report.ok
    (change,) = report.changes
    assert (change.record_id, change.field, change.old, change.new) == (
        published["place_id"],
        "description",
        published["description"],
        "Another text.",
    )


def test_a_correction_is_judged_like_any_other_record(ds: kd.Dataset) -> None:
    published = next(iter(ds.places.to_dicts()))
    wrong = {**published, "table": "places", "place_type": "town"}
    assert told(report_on(wrong, update=True)) == [("KD204", published["place_id"], "place_type")]


def test_a_row_that_changes_nothing_is_told_so(ds: kd.Dataset) -> None:
    published = {**next(iter(ds.places.to_dicts())), "table": "places"}
    assert [(f.code, f.severity) for f in report_on(published, update=True).findings] == [("KD307", "note")]
    assert "just as it stands" in report_on(published).findings[0].message


def test_every_published_record_is_its_own_correction_of_nothing(ds: kd.Dataset) -> None:
    report = kd.validate({name: ds.table(name).to_dicts() for name in MODELS}, update=True)
    assert {finding.code for finding in report.findings} <= {"KD307"}
    assert report.changes == ()


# ---- Across records ----


def test_a_person_needs_an_affiliation_in_the_contribution_or_among_the_published() -> None:
    assert told(report_on(actor("a", actor_type="person"))) == [("KD413", "actor-a", "actor_type")]
    assert told(report_on(actor("a", actor_type="person"), affiliation("a"))) == []


@pytest.mark.parametrize("fault", [{"as_of": "2020-13"}, {"member_id": "actor a"}, {"organisation_id": "actor-nobody"}])
def test_what_a_row_at_fault_may_bring_is_not_told_as_missing(fault: dict[str, Any]) -> None:
    report = report_on(actor("a", actor_type="person"), affiliation("a", **fault))
    assert [finding.table for finding in report.findings] == ["affiliations"]


def test_a_child_is_not_told_for_the_fault_of_its_parent() -> None:
    parent = actor("a", side="armenien", actor_type="state")
    report = report_on(parent, actor("b", side="armenian", actor_type="government_body", part_of_id="actor-a"))
    assert told(report) == [("KD204", "actor-a", "side")]


def test_a_correction_that_breaks_a_published_record_is_told_at_the_correction(ds: kd.Dataset) -> None:
    armenia = {**ds.actors.where(actor_id="actor-armenia").to_dicts()[0], "table": "actors", "side": "none"}
    report = report_on(armenia, update=True)
    assert {(f.code, f.record_id) for f in report.findings} == {("KD414", "actor-armenia")}
    assert all("with this record" in finding.message for finding in report.findings)


def test_single_columns_of_a_record_at_fault_are_still_looked_at() -> None:
    report = report_on(incident("a", incident_type="protst", summary="An enemy.", date="1920"))
    assert sorted(told(report)) == [
        ("KD204", "incident-a", "incident_type"),
        ("KD501", "incident-a", "date"),
        ("KD506", "incident-a", "summary"),
    ]


def test_a_date_to_come_is_told_by_the_day_of_judgement() -> None:
    planned = incident("a", date="2021-03")
    assert told(report_on(planned, today=datetime.date(2021, 1, 1))) == [("KD502", "incident-a", "date")]
    assert told(report_on(planned)) == []


# ---- Derived columns ----


def test_a_derived_status_is_compared_with_what_follows() -> None:
    linked = statement("a", incident_ids=["incident-a"], stance="affirms")
    assert told(report_on(incident("a", occurrence_status="outside"), linked)) == []
    (finding,) = report_on(incident("a", occurrence_status="both_sides"), linked).findings
    assert (finding.code, finding.field, finding.suggestion) == ("KD411", "occurrence_status", "outside")


def test_a_derived_status_is_not_compared_while_a_statement_about_it_is_at_fault() -> None:
    linked = statement("a", incident_ids=["incident-a"], stance="affirmed")
    assert told(report_on(incident("a", occurrence_status="both_sides"), linked)) == [
        ("KD204", "statement-a", "stance")
    ]


def test_a_derived_status_without_anything_to_follow_from_is_passed_over_with_a_note(ds: kd.Dataset) -> None:
    rest = {name: list(ds.table(name)) for name in ("places", "sources", "actors", "affiliations", "identifiers")}
    given = {key: value for key, value in incident("a").items() if key != "table"}
    report = kd.validate({**rest, "incidents": [{**given, "occurrence_status": "both_sides"}] * 1}, against="none")
    assert [(f.code, f.severity, f.field) for f in report.findings] == [("KD412", "note", "occurrence_status")]


# ---- The report ----


def test_only_records_without_an_error_are_handed_over() -> None:
    report = report_on(actor("a"), actor("b", part_of_id="actor-nobody"), actor("c", actor_type="person"))
    assert [record.identity for record in report.records] == ["actor-a"]
    assert report.rows == 3


def test_a_warning_leaves_the_record_valid() -> None:
    report = report_on(actor("a", name="Moscow"))
    assert told(report) == [("KD507", "actor-a", "name")]
    assert [record.identity for record in report.records] == ["actor-a"]


def test_raise_for_errors_raises_with_the_report() -> None:
    report_on(actor("a")).raise_for_errors()
    with pytest.raises(kd.ValidationFailed, match="KD204") as caught:
        report_on(actor("a", side="south")).raise_for_errors()
    assert caught.value.report.counts["error"] == 1


def shuffled(records: Iterable[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    mixed = list(records)
    random.Random(seed).shuffle(mixed)
    return mixed


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_records_does_not_change_what_is_found(seed: int) -> None:
    given = [
        actor("a", part_of_id="actor-b"),
        actor("b", part_of_id="actor-a"),
        actor("c", actor_type="person"),
        actor("d", part_of_id="actor-nobody"),
        incident("e", date="1900", target_ids=["actor-d"]),
        statement("f", incident_ids=["incident-e"], stance="affirms", responds_to_id="statement-g"),
        statement("g", speech_act="retract"),
    ]
    plain, mixed = report_on(*given), report_on(*shuffled(given, seed))
    assert {code for code, *_ in told(plain)} == {"KD305", "KD413", "KD301", "KD501", "KD402"}
    assert sorted(code for code, *_ in told(mixed)) == sorted(code for code, *_ in told(plain))


# ---- Corrections ----


def test_a_correction_may_leave_out_what_stays_as_it_is(ds: kd.Dataset, tmp_path: Path) -> None:
    short = {"incident_id": "incident-1992-1994-war", "summary": "Another text."}
    (tmp_path / "incidents.csv").write_text("incident_id,summary\nincident-1992-1994-war,Another text.\n")
    for given in ({"incidents": [short]}, tmp_path):
        report = kd.validate(given, update=True)
        assert report.findings == ()
        assert [(c.field, c.new) for c in report.changes] == [("summary", "Another text.")]
        published = ds.incidents["incident-1992-1994-war"]
        (corrected,) = report.records
        assert corrected.model_dump(exclude={"summary"}) == {
            **published.model_dump(exclude={"summary"}),
            **{name: getattr(corrected, name) for name in DERIVED},
        }


DERIVED = (
    "occurrence_status",
    "attribution_status",
    "affirmed_by",
    "denied_by",
    "blamed_ids",
    "alleged_breach_of_ids",
)


def test_an_empty_cell_of_a_correction_deletes(ds: kd.Dataset) -> None:
    (row,) = ds.statements.where(statement_id=next(s.statement_id for s in ds.statements if s.quote)).to_dicts()
    report = kd.validate({"statements": [{"statement_id": row["statement_id"], "quote": None}]}, update=True)
    assert [(c.field, c.old, c.new) for c in report.changes if c.field == "quote"] == [("quote", row["quote"], None)]


def test_a_new_record_beside_corrections_needs_everything(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("place_id,description\nplace-moscow,Another text.\nplace-new,New.\n")
    report = kd.validate(tmp_path, update=True)
    assert [(f.code, f.line, f.field) for f in report.findings] == [("KD201", 3, "name"), ("KD201", 3, "place_type")]


def test_the_rules_are_tried_on_the_corrected_record() -> None:
    short = {"statement_id": "statement-lavrov-mechanisms-needed-2020-11-03", "speech_act": "retract"}
    assert [(f.code, f.field) for f in kd.validate({"statements": [short]}, update=True).findings] == [
        ("KD402", "responds_to_id")
    ]


def test_a_record_with_a_key_given_twice_is_not_valid(tmp_path: Path) -> None:
    text = '[{"place_id": "place-a", "name": "A", "name": "B", "place_type": "site", "description": "Made up."}]'
    (tmp_path / "places.json").write_text(text)
    report = kd.validate(tmp_path)
    assert ([f.code for f in report.findings], report.records) == (["KD132"], ())
