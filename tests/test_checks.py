"""What `karabakh_data.validation.checks` promises: each check passes on sound tables and finds one tampered record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import karabakh_data as kd
from karabakh_data.build import build
from karabakh_data.columns import columns_of
from karabakh_data.derive import derive, with_values
from karabakh_data.models.types import Origin
from karabakh_data.seeds import load_seeds
from karabakh_data.tables import CONTRIBUTED_TABLES, KEPT_TABLES, MODELS
from karabakh_data.validation import checks
from karabakh_data.validation.check import Check
from karabakh_data.validation.checks import CHECKS, problems
from karabakh_data.validation.finding import Severity

Tables = dict[str, list[Any]]

NOBODY = "nobody"


@pytest.fixture
def published(ds: kd.Dataset) -> Tables:
    """The published tables."""
    return {name: list(ds.table(name)) for name in MODELS}


@pytest.fixture(scope="module")
def tale(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The small tables, with digests."""
    from small_seeds import write_checkout, write_documents

    folder = tmp_path_factory.mktemp("tale")
    build(write_checkout(folder / "checkout"), write_documents(folder / "articles"))
    made = kd.load(folder / "checkout" / "karabakh_data" / "data")
    return {name: list(made.table(name)) for name in MODELS}


def forged(record: kd.Record, **values: Any) -> Any:
    """A copy with other values, whatever the record's own rules say."""
    kept = {name: getattr(record, name) for name in type(record).model_fields}
    return type(record).model_construct(**{**kept, **values})


def with_record(tables: Tables, record: kd.Record, *instead: kd.Record) -> Tables:
    """The tables with a record replaced."""
    changed = [i for one in tables[record.TABLE] for i in (instead if one is record else (one,))]
    return {**tables, record.TABLE: changed}


def with_more(tables: Tables, *records: kd.Record) -> Tables:
    """The tables with further records."""
    more = dict(tables)
    for record in records:
        more[record.TABLE] = [*more[record.TABLE], record]
    return more


def first(tables: Tables, table: str, is_meant: Callable[[Any], Any] = lambda record: True) -> Any:
    return next(record for record in tables[table] if is_meant(record))


def found(check: Check, tables: Tables) -> list[tuple[str, str, str]]:
    """What a check finds, as (record, field, message)."""
    return [(p.record_id, p.field, p.message) for p in check(tables)]


# ---- All of them ----


def test_the_published_data_set_has_no_errors(published: Tables) -> None:
    assert [str(p) for p in problems(published) if p.severity is Severity.ERROR] == []


def test_the_small_data_set_has_no_problem(tale: Tables) -> None:
    assert problems(tale) == []


def test_every_check_of_the_module_is_run_and_documented() -> None:
    assert set(CHECKS) == {one for one in vars(checks).values() if isinstance(one, Check)}
    assert all(one.title.endswith(".") for one in CHECKS)


def test_problems_are_told_in_the_order_of_the_checks(tale: Tables) -> None:
    actor = first(tale, "actors", lambda a: a.actor_type == "person")
    broken = with_record({**tale, "affiliations": []}, actor, forged(actor, description="An enemy."))
    told = [problem.field for problem in problems(broken)]
    assert told.index("actor_type") < told.index("description")


def test_a_problem_reads_as_a_line(tale: Tables) -> None:
    place = first(tale, "places")
    (problem,) = checks.our_words_are_neutral(with_record(tale, place, forged(place, description="Puppets.")))
    assert str(problem) == "warning KD506 places place-midtown, description: holds the loaded word 'puppets'"


# ---- Keys and references ----


@pytest.mark.parametrize("table", CONTRIBUTED_TABLES)
def test_a_repeated_key_is_found_once(tale: Tables, table: str) -> None:
    record = first(tale, table)
    repeated = with_more(tale, record, record)
    assert [(p.table, p.field, p.message) for p in checks.keys_are_unique(repeated)] == [
        (table, record.PRIMARY_KEY[0], "3 rows have this key")
    ]


def test_a_repeated_record_is_not_told_again_for_its_node_and_edges(tale: Tables) -> None:
    statement = first(tale, "statements", lambda s: s.responds_to_id)
    found_keys = list(checks.keys_are_unique(derive(with_more(tale, statement))))
    assert [(p.table, p.record_id) for p in found_keys] == [("statements", statement.statement_id)]


def referring() -> Iterator[tuple[str, str]]:
    for name, model in MODELS.items():
        for column in columns_of(model):
            elsewhere = name == "nodes" or name in KEPT_TABLES  # see test_retired
            if column.reference and not (column.is_key and model.has_id()) and not elsewhere:
                yield name, column.name


@pytest.mark.parametrize(("table", "field"), list(referring()))
def test_a_reference_to_nothing_is_found_in_every_referring_column(tale: Tables, table: str, field: str) -> None:
    record = first(tale, table)
    column = next(c for c in columns_of(MODELS[table]) if c.name == field)
    old = getattr(record, field)
    broken = forged(record, **{field: (*old, NOBODY) if column.is_list else NOBODY})
    (problem,) = checks.references_resolve(with_record(tale, record, broken))
    assert (problem.table, problem.field) == (table, field)
    kind = "record" if column.reference == "nodes" else f"record of {column.reference}"
    assert problem.message.startswith(f"'{NOBODY}' is not a known {kind}")


def test_a_reference_to_a_record_of_another_table_is_found(tale: Tables) -> None:
    statement = first(tale, "statements")
    broken = with_record(tale, statement, forged(statement, speaker_ids=("place-midtown",)))
    assert [message for _, _, message in found(checks.references_resolve, broken)] == [
        "'place-midtown' is not a known record of actors"
    ]


def test_a_misspelt_reference_is_told_with_the_nearest_id(published: Tables) -> None:
    statement = first(published, "statements")
    speaker = statement.speaker_ids[0]
    broken = with_record(published, statement, forged(statement, speaker_ids=(speaker[:-1] + "x",)))
    ((_, _, message),) = found(checks.references_resolve, broken)
    assert f"did you mean {speaker!r}" in message


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ("incidents", "part_of_id"),
        ("actors", "part_of_id"),
        ("ceasefires", "supersedes_id"),
        ("ceasefires", "renews_id"),
        ("statements", "responds_to_id"),
    ],
)
def test_a_circle_is_found_once_at_the_last_record_on_it(tale: Tables, table: str, field: str) -> None:
    model = MODELS[table]
    record, key = first(tale, table), MODELS[table].PRIMARY_KEY[0]
    kind = record.identity.split("-")[0]
    ids = [f"{kind}-{letter}" for letter in "abc"]
    chain = [forged(record, **{key: ids[0], field: ids[1]}), forged(record, **{key: ids[1], field: ids[2]})]
    tail = forged(record, **{key: f"{kind}-tail", field: ids[0]})
    straight = {name: [] for name in MODELS} | {
        model.TABLE: [*chain, tail, forged(record, **{key: ids[2], field: None})]
    }
    assert found(checks.parents_make_no_circle, straight) == []
    closed = {**straight, model.TABLE: [*chain, tail, forged(record, **{key: ids[2], field: ids[0]})]}
    assert found(checks.parents_make_no_circle, closed) == [
        (ids[2], field, f"leads back to the record itself, by way of {ids[0]}, {ids[1]}")
    ]


# ---- Actors ----


def test_a_person_without_an_affiliation_is_found(published: Tables) -> None:
    person = first(published, "actors", lambda a: a.actor_type == "person")
    alone = [a for a in published["affiliations"] if a.member_id != person.actor_id]
    assert [
        (p.record_id, p.field) for p in checks.persons_have_an_affiliation({**published, "affiliations": alone})
    ] == [(person.actor_id, "actor_type")]


def test_a_state_needs_no_affiliation(tale: Tables) -> None:
    state = first(tale, "actors", lambda a: a.actor_type == "state")
    assert all(a.member_id != state.actor_id for a in tale["affiliations"])
    assert found(checks.persons_have_an_affiliation, tale) == []


def test_an_organ_on_another_side_than_its_parent_is_found(tale: Tables) -> None:
    state = first(tale, "actors", lambda a: a.side == "armenian" and a.actor_type == "state")
    organ = with_values(
        state, {"actor_id": "actor-ministry", "part_of_id": state.actor_id, "actor_type": "government_body"}
    )
    assert found(checks.sides_equal_their_parents, with_more(tale, organ)) == []
    turned = with_values(organ, {"side": "none"})
    assert found(checks.sides_equal_their_parents, with_more(tale, turned)) == [
        ("actor-ministry", "side", f"is none, but its parent {state.actor_id} has armenian")
    ]


def test_an_office_holder_on_another_side_than_the_body_is_found(tale: Tables) -> None:
    person = first(tale, "actors", lambda a: a.actor_type == "person")
    turned = with_record(tale, person, with_values(person, {"side": "azerbaijani"}))
    ((record_id, field, message),) = found(checks.sides_equal_their_parents, turned)
    assert (record_id, field) == (person.actor_id, "side")
    assert "whose office it holds, has armenian" in message


def test_a_state_in_a_format_keeps_its_own_side(tale: Tables) -> None:
    member = first(tale, "affiliations")
    state = first(tale, "actors", lambda a: a.side == "azerbaijani")
    joined = with_values(member, {"affiliation_id": "affiliation-state", "member_id": state.actor_id})
    assert found(checks.sides_equal_their_parents, with_more(tale, joined)) == []


# ---- Citations ----


def cited_cells() -> list[tuple[str, str]]:
    return [(n, c.name) for n, m in MODELS.items() if m.has_id() for c in columns_of(m) if c.origin is Origin.SOURCE]


def test_every_published_source_cell_needs_its_citation(published: Tables) -> None:
    for table, field in cited_cells():
        rows = [e for e in published["evidence"] if e.field == field and e.record_id.startswith(_kind(table))]
        if not rows:
            continue
        record_id = rows[0].record_id
        kept = [e for e in published["evidence"] if (e.record_id, e.field) != (record_id, field)]
        supported = [e for e in rows if e.record_id == record_id and e.stance == "supports"]
        told = found(checks.source_cells_are_cited, {**published, "evidence": kept})
        assert [(r, f) for r, f, _ in told] == [(record_id, field)] * len({e.value for e in supported})


def _kind(table: str) -> str:
    return MODELS[table].PRIMARY_KEY[0].removesuffix("_id") + "-"


def test_each_element_of_a_list_needs_its_own_citation(tale: Tables) -> None:
    row = first(tale, "evidence", lambda e: e.field == "party_ids" and e.value == "actor-southland")
    uncited = {**tale, "evidence": [e for e in tale["evidence"] if e is not row]}
    assert found(checks.source_cells_are_cited, uncited) == [
        ("ceasefire-2001-05", "party_ids", "actor-southland is not cited")
    ]


def test_a_contradicting_passage_is_no_citation(tale: Tables) -> None:
    row = first(tale, "evidence", lambda e: (e.record_id, e.field) == ("place-midtown", "name"))
    against = with_values(row, {"stance": "contradicts", "value": "Uptown", "note": "For the test."})
    assert found(checks.source_cells_are_cited, with_record(tale, row, against)) == [
        ("place-midtown", "name", "Midtown is not cited")
    ]


def test_empty_and_unspecified_cells_need_no_citation(tale: Tables) -> None:
    ceasefire = first(tale, "ceasefires")
    assert ceasefire.form == "unspecified"
    assert ceasefire.ended is None
    assert found(checks.source_cells_are_cited, tale) == []
    told = with_record(tale, ceasefire, with_values(ceasefire, {"form": "verbal"}))
    assert found(checks.source_cells_are_cited, told) == [(ceasefire.ceasefire_id, "form", "verbal is not cited")]


def evidence_changed(tale: Tables, **values: Any) -> Tables:
    row = first(tale, "evidence", lambda e: e.field == "party_ids")
    return with_record(tale, row, forged(row, **values))


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"field": "speed"}, "field", "ceasefires has no column speed"),
        ({"value": "actor-ana-bell"}, "value", "`party_ids` of ceasefire-2001-05 holds no such value"),
        ({"value": None}, "value", "`party_ids` of ceasefire-2001-05 holds no such value"),
        ({"field": "ended", "value": None}, "value", "`ended` of ceasefire-2001-05 holds no such value"),
        ({"field": "form", "value": None}, "value", "`form` of ceasefire-2001-05 holds no such value"),
        ({"field": "declared"}, "value", "`declared` of ceasefire-2001-05 holds no such value"),
    ],
)
def test_evidence_for_what_the_record_does_not_hold_is_found(
    tale: Tables, values: dict[str, Any], field: str, message: str
) -> None:
    assert [f[1:] for f in found(checks.evidence_fits_its_record, evidence_changed(tale, **values))] == [
        (field, message)
    ]


def test_evidence_for_a_misspelt_column_or_value_names_the_one_that_is_meant(tale: Tables) -> None:
    misspelt = evidence_changed(tale, field="party_id")
    (problem,) = checks.evidence_fits_its_record(misspelt)
    assert problem.suggestion == "party_ids"
    row = first(tale, "evidence", lambda e: e.field == "party_ids")
    (problem,) = checks.evidence_fits_its_record(evidence_changed(tale, value=f"{row.value}s"))
    assert problem.suggestion == row.value


@pytest.mark.parametrize("values", [{"field": "party_id"}, {"value": "actor-nobody"}, {"value": None}])
def test_a_value_whose_evidence_is_astray_is_not_uncited_too(tale: Tables, values: dict[str, Any]) -> None:
    assert found(checks.source_cells_are_cited, evidence_changed(tale, **values)) == []


def test_evidence_past_the_end_of_the_document_is_found(tale: Tables) -> None:
    length = first(tale, "sources", lambda s: s.source_id == "source-daily").document_chars
    assert found(checks.evidence_fits_its_record, evidence_changed(tale, end=length)) == []
    ((_, field, message),) = found(checks.evidence_fits_its_record, evidence_changed(tale, end=length + 1))
    assert (field, message) == ("end", f"lies past the document's end ({length})")


def test_evidence_of_an_unknown_record_is_told_only_as_a_reference(tale: Tables) -> None:
    astray = evidence_changed(tale, record_id="ceasefire-nowhere")
    assert found(checks.evidence_fits_its_record, astray) == []
    assert [f[1] for f in found(checks.references_resolve, astray)] == ["record_id"]


@pytest.mark.parametrize(
    "given",
    [("source-weekly", "source-daily"), ("source-daily",), ("source-weekly",), ("source-daily", "source-nowhere")],
)
def test_source_ids_that_disagree_with_the_evidence_are_found(tale: Tables, given: tuple[str, ...]) -> None:
    incident = first(tale, "incidents")
    other = with_record(tale, incident, forged(incident, source_ids=given))
    ((record_id, field, message),) = found(checks.sources_agree_with_evidence, other)
    assert (record_id, field) == (incident.incident_id, "source_ids")
    assert message.startswith(f"is {';'.join(given)}, but ")
    assert message.endswith(" source-daily;source-weekly")


def test_a_source_cited_only_for_a_date_does_not_carry_the_record(tale: Tables) -> None:
    incident = first(tale, "incidents")
    weekly = [e for e in tale["evidence"] if (e.record_id, e.source_id) == (incident.incident_id, "source-weekly")]
    moved = {**tale, "evidence": [forged(e, field="date") if e in weekly else e for e in tale["evidence"]]}
    assert [f[1] for f in found(checks.sources_agree_with_evidence, moved)] == ["source_ids"]
    alone = with_record(moved, incident, forged(incident, source_ids=("source-daily",)))
    assert found(checks.sources_agree_with_evidence, alone) == []


def test_without_any_evidence_the_source_ids_stand_as_given(tale: Tables) -> None:
    assert found(checks.sources_agree_with_evidence, {**tale, "evidence": []}) == []


# ---- Authorities ----


def identifier(record_id: str, scheme: str, value: str) -> kd.Identifier:
    return kd.Identifier(record_id=record_id, scheme=scheme, value=value, verified_in="The gazetteer")


def test_an_identifier_that_two_records_claim_is_found(tale: Tables) -> None:
    twice = with_more(
        tale, identifier("actor-northland", "wikidata", "Q1"), identifier("actor-southland", "wikidata", "Q1")
    )
    ((record_id, field, message),) = found(checks.identifiers_are_told_once, twice)
    assert (field, message) == ("value", "also stands at actor-northland")
    assert "actor-southland" in record_id


def test_the_same_value_in_two_schemes_or_in_a_shared_scheme_is_no_fault(tale: Tables) -> None:
    shared = [
        identifier(f"actor-{name}", scheme, "365") for name in ("northland", "southland") for scheme in ("gw", "cow")
    ]
    other = identifier("actor-northland", "geonames", "365")
    assert found(checks.identifiers_are_told_once, with_more(tale, *shared, other)) == []


@pytest.mark.parametrize("values", [{"latitude": 40.25}, {"longitude": None, "latitude": None}, {"longitude": 7.0}])
def test_coordinates_other_than_the_identifier_says_are_found(tale: Tables, values: dict[str, Any]) -> None:
    place = first(tale, "places", lambda p: p.latitude is not None)
    moved = with_record(tale, place, forged(place, **values))
    assert [f[:2] for f in found(checks.coordinates_are_vouched_for, moved)] == [(place.place_id, "latitude")]


def test_coordinates_without_an_identifier_are_found(tale: Tables) -> None:
    kept = [i for i in tale["identifiers"] if i.scheme != "geo"]
    assert [f[1] for f in found(checks.coordinates_are_vouched_for, {**tale, "identifiers": kept})] == ["latitude"]


# ---- Neutrality ----


@pytest.mark.parametrize("table", ["incidents", "ceasefires"])
@pytest.mark.parametrize("name", ["Southland shelling", "The SHELLING by southland", "Azerbaijani fire", "Azeris fire"])
def test_a_side_or_an_actor_in_a_name_is_found(tale: Tables, table: str, name: str) -> None:
    record = first(tale, table)
    named = with_record(tale, record, with_values(record, {"name": name}))
    ((record_id, field, message),) = found(checks.names_are_neutral, named)
    assert (record_id, field) == (record.identity, "name")
    assert message.endswith("; an id or name takes no side")


def test_a_name_inside_a_longer_one_is_not_told_by_itself(published: Tables) -> None:
    incident = first(published, "incidents")
    name = "Fire of the Armenian armed forces, told by TASS"
    named = with_record(published, incident, with_values(incident, {"name": name}))
    assert found(checks.names_are_neutral, named) == [
        (incident.incident_id, "name", "names Armenian armed forces and TASS; an id or name takes no side")
    ]


@pytest.mark.parametrize("table", ["incidents", "ceasefires"])
def test_a_side_or_an_actor_in_an_id_is_found(tale: Tables, table: str) -> None:
    record = first(tale, table)
    key = record.PRIMARY_KEY[0]
    taken = f"{key.removesuffix('_id')}-2001-southland-fire"
    named = with_record(tale, record, with_values(record, {key: taken}))
    assert [f[:2] for f in found(checks.names_are_neutral, named)] == [(taken, key)]


def test_a_place_in_a_name_is_no_fault_even_if_an_actor_has_its_name(tale: Tables) -> None:
    incident = first(tale, "incidents")
    namesake = with_values(first(tale, "actors"), {"actor_id": "actor-midtown", "name": "Midtown"})
    named = with_record(with_more(tale, namesake), incident, with_values(incident, {"name": "Shelling of Midtown"}))
    assert found(checks.names_are_neutral, named) == []


def test_the_names_of_collectives_and_parts_of_words_are_no_fault(tale: Tables) -> None:
    incident = first(tale, "incidents")
    for name in ("Fire that both armies report", "Southlandish fire"):
        assert found(checks.names_are_neutral, with_record(tale, incident, with_values(incident, {"name": name}))) == []


def test_every_published_incident_would_be_found_with_a_side_in_its_name(published: Tables) -> None:
    for incident in published["incidents"]:
        named = with_record(published, incident, with_values(incident, {"name": "Armenian fire"}))
        assert incident.incident_id in {f[0] for f in found(checks.names_are_neutral, named)}


def editorial_texts() -> list[tuple[str, str]]:
    return [
        (name, column.name)
        for name, model in MODELS.items()
        if name not in KEPT_TABLES  # of which the tale has no rows
        for column in columns_of(model)
        if column.origin is Origin.EDITORIAL and column.kind == "text" and not column.reference
    ]


@pytest.mark.parametrize(("table", "field"), editorial_texts())
def test_a_loaded_word_is_found_in_every_text_of_ours(tale: Tables, table: str, field: str) -> None:
    record = first(tale, table)
    worded = with_record(tale, record, forged(record, **{field: "The so-called pause."}))
    assert [f[1:] for f in found(checks.our_words_are_neutral, worded)] == [
        (field, "holds the loaded word 'so-called'")
    ]


def test_each_loaded_word_of_a_text_is_told_once(tale: Tables) -> None:
    place = first(tale, "places")
    worded = with_record(tale, place, forged(place, description="The enemy, the regime and the enemy."))
    assert [message for _, _, message in found(checks.our_words_are_neutral, worded)] == [
        "holds the loaded word 'enemy'",
        "holds the loaded word 'regime'",
    ]


@pytest.mark.parametrize(("table", "field"), [("statements", "quote"), ("sources", "title"), ("affiliations", "role")])
def test_a_loaded_word_of_a_source_is_no_fault(tale: Tables, table: str, field: str) -> None:
    record = first(tale, table)
    worded = with_record(tale, record, forged(record, **{field: "The enemy is a terrorist."}))
    assert found(checks.our_words_are_neutral, worded) == []


def umbrella(tale: Tables, *blamed: tuple[str, ...], status: str = "none") -> Tables:
    """An umbrella, and a part of it for each list of the blamed."""
    record = first(tale, "incidents")
    whole = forged(
        record,
        incident_id="incident-whole",
        attribution_status=kd.Incident.model_validate(_cells(record, status)).attribution_status,
    )
    parts = [
        with_values(record, {"incident_id": f"incident-part-{i}", "part_of_id": "incident-whole", "blamed_ids": ids})
        for i, ids in enumerate(blamed)
    ]
    return {**tale, "incidents": [whole, *parts]}


def _cells(record: kd.Record, status: str) -> dict[str, Any]:
    cells = {name: getattr(record, name) for name in type(record).model_fields}
    return {**cells, "attribution_status": status}


def test_an_umbrella_without_blame_over_parts_blamed_on_both_sides_is_a_warning(tale: Tables) -> None:
    (problem,) = checks.umbrellas_tell_their_blame(umbrella(tale, ("actor-northland",), ("actor-southland",)))
    assert problem.severity is Severity.WARNING
    assert (problem.record_id, problem.field) == ("incident-whole", "attribution_status")
    assert problem.message.endswith("blamed on armenian and azerbaijani")


@pytest.mark.parametrize(
    ("blamed", "status"),
    [
        ([("actor-northland",), ("actor-ana-bell",)], "none"),
        ([("actor-northland",), ("actor-daily-record",)], "none"),
        ([("actor-northland",), ()], "none"),
        ([("actor-northland",), ("actor-southland",)], "disputed"),
    ],
)
def test_an_umbrella_blamed_itself_or_over_parts_of_one_side_is_no_warning(
    tale: Tables, blamed: list[tuple[str, ...]], status: str
) -> None:
    assert found(checks.umbrellas_tell_their_blame, umbrella(tale, *blamed, status=status)) == []


def test_the_blame_of_incidents_without_statuses_is_derived_from_the_statements(tale: Tables) -> None:
    part = first(tale, "incidents")
    bare = {"occurrence_status": None, "attribution_status": None, "affirmed_by": (), "denied_by": (), "blamed_ids": ()}
    whole = forged(part, **bare, incident_id="incident-whole")
    parts = [forged(part, **bare, incident_id=f"incident-{n}", part_of_id="incident-whole") for n in (1, 2)]
    accusation = first(tale, "statements", lambda s: s.speech_act == "accuse")
    blames = [
        forged(accusation, statement_id=f"statement-{n}", incident_ids=(f"incident-{n}",), accused_ids=(accused,))
        for n, accused in ((1, "actor-northland"), (2, "actor-southland"))
    ]
    tables = {**tale, "incidents": [whole, *parts], "statements": blames}
    assert [f[:2] for f in found(checks.umbrellas_tell_their_blame, tables)] == [
        ("incident-whole", "attribution_status")
    ]
    assert found(checks.umbrellas_tell_their_blame, {**tables, "statements": blames[:1]}) == []


def test_the_checks_run_on_tables_before_anything_is_derived(tmp_path: Path) -> None:
    from small_seeds import write_seeds

    tables = load_seeds(write_seeds(tmp_path / "seeds")).tables
    assert [p for check in CHECKS for p in check(tables) if p.severity is Severity.ERROR] == []


# ---- Retractions ----


def retraction(tale: Tables, target: Any, speaker: str, **values: Any) -> Any:
    return with_values(
        target,
        {
            "statement_id": "statement-withdrawal",
            "speaker_ids": (speaker,),
            "on_behalf_of_ids": (),
            "relayed_by_ids": (),
            "addressee_ids": (),
            "speech_act": "retract",
            "responds_to_id": target.statement_id,
            "quote": None,
            **values,
        },
    )


def test_one_may_withdraw_what_ones_own_camp_said(tale: Tables) -> None:
    target = first(tale, "statements")
    more = with_more(tale, retraction(tale, target, target.speaker_ids[0]))
    assert found(checks.retractions_are_of_ones_own, more) == []


def test_nobody_withdraws_what_another_camp_said(tale: Tables) -> None:
    target = first(tale, "statements")
    own = first(tale, "actors", lambda actor: actor.actor_id == target.speaker_ids[0])
    stranger = with_values(
        own, {"actor_id": "actor-stranger", "side": "none", "part_of_id": None, "actor_type": "state"}
    )
    forged_own = forged(own, side=kd.Actor.model_fields["side"].annotation("armenian"))
    tables = with_more(with_record(tale, own, forged_own), stranger, retraction(tale, target, stranger.actor_id))
    message = f"withdraws {target.statement_id}, which is another camp's"
    assert found(checks.retractions_are_of_ones_own, tables) == [("statement-withdrawal", "responds_to_id", message)]
