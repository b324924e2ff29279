"""What `karabakh_data.seeds` promises: the layout of the seeds, and a placed message for every mistake, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_seeds import DAILY, WEEKLY, at, write_seeds, yaml

from karabakh_data.evidence import Digests, Document, Span, Uncited
from karabakh_data.models import Evidence
from karabakh_data.seed_reader import Problem, SeedError, source_documents
from karabakh_data.seeds import Seeds, load_seeds

NOTHING = Digests({}, {}, {})


@pytest.fixture
def loaded(tmp_path: Path) -> Seeds:
    return load_seeds(write_seeds(tmp_path / "seeds"))


def span(words: str, text: str = DAILY) -> Span:
    start, end = at(words, text).split("-")
    return Span(int(start), int(end))


def rows(seeds: Seeds, record_id: str, field: str) -> list[Evidence]:
    return [
        e for e in seeds.tables["evidence"] if isinstance(e, Evidence) and (e.record_id, e.field) == (record_id, field)
    ]


def faults(tmp_path: Path, **changes: tuple[str, str]) -> list[Problem]:
    """The problems of the small seeds after some changes."""
    with pytest.raises(SeedError) as caught:
        load_seeds(write_seeds(tmp_path / "seeds", **changes))
    return caught.value.problems


def one_fault(tmp_path: Path, **changes: tuple[str, str]) -> tuple[str, str]:
    """The only problem, as its message and as the text that stands at its place."""
    (problem,) = faults(tmp_path, **changes)
    line = (tmp_path / problem.file).read_text(encoding="utf-8").split("\n")[problem.line - 1]
    return problem.message, line[problem.column - 1 :]


# ---- The layout ----


def test_every_table_is_read_from_its_file_or_from_under_its_parent(loaded: Seeds) -> None:
    sizes = {name: len(records) for name, records in loaded.tables.items() if records}
    assert sizes.pop("evidence") > 40
    assert sizes == {
        "sources": 2,
        "actors": 6,
        "affiliations": 1,
        "places": 1,
        "occasions": 1,
        "statements": 3,
        "ceasefires": 1,
        "status_reports": 1,
        "incidents": 1,
        "identifiers": 2,
    }


def test_nested_records_take_the_id_of_their_parent(loaded: Seeds) -> None:
    assert [r.member_id for r in loaded.tables["affiliations"]] == ["actor-ana-bell"]
    assert [r.ceasefire_id for r in loaded.tables["status_reports"]] == ["ceasefire-2001-05"]
    assert {r.occasion_id for r in loaded.tables["statements"]} == {"occasion-2001-05-remarks"}
    assert {r.record_id for r in loaded.tables["identifiers"]} == {"place-midtown"}


def test_sources_stand_in_order_of_publication(loaded: Seeds) -> None:
    assert [r.source_id for r in loaded.tables["sources"]] == ["source-daily", "source-weekly"]


def test_source_ids_follow_from_the_evidence_in_order_of_publication(loaded: Seeds) -> None:
    (incident,) = loaded.tables["incidents"]
    assert incident.source_ids == ("source-daily", "source-weekly")
    assert [e.source_id for e in rows(loaded, "incident-2001-05-03-shelling", "incident_type")] == [
        "source-daily",
        "source-weekly",
    ]


def test_a_source_cited_only_for_a_date_does_not_carry_the_record(tmp_path: Path) -> None:
    entry = f"{{at: {at('4 May 2001')}, source: source-daily, basis: normalised}}"
    other = f"{{at: {at('3 May 2001', WEEKLY)}, source: source-weekly, basis: inferred, note: A day before.}}"
    seeds = load_seeds(write_seeds(tmp_path / "seeds", ceasefires=(entry, f"{entry}, {other}")))
    assert {e.source_id for e in rows(seeds, "ceasefire-2001-05", "declared")} == {"source-daily", "source-weekly"}
    assert seeds.tables["ceasefires"][0].source_ids == ("source-daily",)


def test_a_list_column_takes_one_value_without_brackets(loaded: Seeds) -> None:
    assert loaded.tables["incidents"][0].place_ids == ("place-midtown",)


def test_joined_field_keys_give_a_row_for_each_field(loaded: Seeds) -> None:
    ceasefire, status = (rows(loaded, "report-2001-05", field) for field in ("ceasefire_id", "ceasefire_status"))
    assert len(ceasefire) == len(status) == 1
    assert (ceasefire[0].start, ceasefire[0].end) == (status[0].start, status[0].end) == span("It is in force.")


def test_one_entry_list_under_a_list_field_serves_every_element(loaded: Seeds) -> None:
    party = rows(loaded, "ceasefire-2001-05", "party_ids")
    assert [e.value for e in party] == ["actor-northland", "actor-southland"]
    assert party[0].start == party[1].start


def test_entries_under_an_element_serve_that_element(tmp_path: Path) -> None:
    both = at("Northland and Southland agreed on a pause of fire")
    old = f"party_ids:\n    - {{at: {both}, source: source-daily, basis: normalised}}"
    new = (
        "party_ids:\n"
        f"      actor-southland: [{{at: {at('Southland')}, source: source-daily, basis: verbatim}}]\n"
        f"      actor-northland: [{{at: {at('Northland')}, source: source-daily, basis: verbatim}}]"
    )
    seeds = load_seeds(write_seeds(tmp_path / "seeds", ceasefires=(old, new)))
    party = rows(seeds, "ceasefire-2001-05", "party_ids")
    assert [(e.value, e.start) for e in party] == [
        ("actor-northland", span("Northland").start),
        ("actor-southland", span("Southland").start),
    ]


def test_the_source_of_an_entry_defaults_to_the_file_name_and_of_a_source_to_itself(loaded: Seeds) -> None:
    assert {e.source_id for e in rows(loaded, "statement-bell-appeal", "quote")} == {"source-daily"}
    assert {e.source_id for e in rows(loaded, "source-weekly", "published")} == {"source-weekly"}


def test_an_entry_may_name_another_source_than_its_file(tmp_path: Path) -> None:
    entry = f"{{at: {at('Ana Bell')}, basis: verbatim}}"
    other = f"{{at: {at('Midtown', WEEKLY)}, basis: inferred, source: source-weekly, note: For the test.}}"
    changed = (f"speaker_ids: [{entry}]", f"speaker_ids: [{entry}, {other}]")
    seeds = load_seeds(write_seeds(tmp_path / "seeds", statements=changed))
    cited = rows(seeds, "statement-bell-appeal", "speaker_ids")
    assert [e.source_id for e in cited] == ["source-daily", "source-weekly"]
    assert next(s for s in seeds.tables["statements"] if s.identity == "statement-bell-appeal").source_ids == (
        "source-daily",
        "source-weekly",
    )


def test_an_entry_may_contradict_with_the_value_that_its_source_gives(tmp_path: Path) -> None:
    entry = f"{{at: {at('4 May 2001')}, source: source-daily, basis: normalised}}"
    other = (
        f"{{at: {at('3 May 2001', WEEKLY)}, source: source-weekly, basis: normalised, stance: contradicts,"
        " value: 2001-05-03, note: A day earlier.}"
    )
    seeds = load_seeds(write_seeds(tmp_path / "seeds", ceasefires=(entry, f"{entry}, {other}")))
    assert [(e.stance, e.value) for e in rows(seeds, "ceasefire-2001-05", "declared")] == [
        ("supports", None),
        ("contradicts", "2001-05-03"),
    ]


def test_digests_are_taken_where_they_are_given(tmp_path: Path) -> None:
    documents = {
        "source-daily": Document("daily.txt", DAILY, "a" * 64),
        "source-weekly": Document("weekly.txt", WEEKLY, "b" * 64),
    }
    seeds = load_seeds(write_seeds(tmp_path / "seeds"), Digests(documents, {}, {}))
    assert [(s.document_sha256, s.document_chars) for s in seeds.tables["sources"]] == [
        ("a" * 64, len(DAILY)),
        ("b" * 64, len(WEEKLY)),
    ]
    for e in seeds.tables["evidence"]:
        assert isinstance(e, Evidence)
        assert e.sha256 == documents[e.source_id].digest(e.start, e.end)


def test_without_digests_they_stay_empty(loaded: Seeds) -> None:
    assert {e.sha256 for e in loaded.tables["evidence"]} == {None}
    assert {s.document_sha256 for s in loaded.tables["sources"]} == {None}


def test_spans_declared_uncited_are_read_with_their_reason(loaded: Seeds) -> None:
    expected = {"source-daily": [Uncited(span("Print this page"), "Page furniture.")]}
    assert loaded.uncited == expected


def test_the_documents_of_the_sources_can_be_told_before_all_else_is_sound(tmp_path: Path) -> None:
    folder = write_seeds(tmp_path / "seeds", sources=("document: daily.txt", "document: daily.txt\n  nonsense: 1"))
    assert source_documents(folder) == {"source-daily": "daily.txt", "source-weekly": "weekly.txt"}


# ---- Each mistake gives one message at its place ----


def test_an_unknown_column_is_told_with_the_nearest(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, places=("radius_km: 3.25", "radius: 3.25\n  radius_km: 3.25"))
    assert message == "places has no column 'radius'; did you mean 'radius_km'?"
    assert place == "radius: 3.25"


def test_a_nested_table_is_suggested_too(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, ceasefires=("status_reports:", "statusreports:"))
    assert "did you mean 'status_reports' or " in message
    assert place == "statusreports:"


def test_a_bad_word_is_told_with_the_nearest(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, statements=("speech_act: appeal", "speech_act: apeal"))
    assert message.startswith("statement-bell-appeal: `speech_act`: 'apeal' is none of ")
    assert message.endswith("; did you mean 'appeal'?")
    assert place == "apeal"


def test_a_bad_word_in_a_list_is_told_at_the_element(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, ceasefires=("purposes: unspecified", "purposes: [unspecified, holyday]"))
    assert "did you mean 'holiday'?" in message
    assert place == "holyday]"


def test_a_bad_date_is_told_with_what_to_write(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, ceasefires=("declared: 2001-05-04", "declared: 2001-5-04"))
    assert message.startswith("ceasefire-2001-05: `declared`: ")
    assert "2001-05-04" in message
    assert place == "2001-5-04"


@pytest.mark.parametrize("wrong", ["5-5", "7-3", "05-9", "1", "1-2-3", "-1-2", "١-٢", "1 - 2", ""])
def test_a_bad_span_is_told_at_its_place(tmp_path: Path, wrong: str) -> None:
    right = f"at: {at('4 May 2001')}, source"
    message, place = one_fault(tmp_path, ceasefires=(right, f"at: '{wrong}', source"))
    assert message == f"{wrong!r} is no span such as 120-164 (start inclusive, end exclusive)"
    assert place.startswith(f"'{wrong}', source")


def test_an_element_that_is_not_in_the_list_is_told(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, actors=("aliases: {Daily Record:", "aliases: {Dayly Record:"))
    assert message == "actor-daily-record: 'Dayly Record' is no element of `aliases`"
    assert place.startswith("Dayly Record: [")


def test_an_entry_without_a_source_is_told(tmp_path: Path) -> None:
    entry = f"{{at: {at('4 May 2001')}, source: source-daily, basis: normalised}}"
    message, place = one_fault(tmp_path, ceasefires=(entry, entry.replace("source: source-daily, ", "")))
    assert message == "ceasefire-2001-05: the entry needs a `source`"
    assert place.startswith("{at: ")


def test_an_unknown_source_is_told_with_the_nearest(tmp_path: Path) -> None:
    entry = f"{at('4 May 2001')}, source: source-daily"
    message, place = one_fault(tmp_path, ceasefires=(entry, entry.replace("daily", "dayly")))
    expected = "ceasefire-2001-05: evidence: 'source-dayly' is not among the sources; did you mean 'source-daily' or "
    assert message.startswith(expected)
    assert place.startswith("{at: ")


def test_a_file_named_for_no_source_is_one_finding(tmp_path: Path) -> None:
    folder = write_seeds(tmp_path / "seeds")
    (folder / "statements" / "source-daily.yaml").rename(folder / "statements" / "source-dayly.yaml")
    with pytest.raises(SeedError) as caught:
        load_seeds(folder)
    (problem,) = caught.value.problems
    assert problem[:3] == ("seeds/statements/source-dayly.yaml", 1, 1)
    assert problem.message.startswith("the file's name: 'source-dayly' is not among the sources; did you mean 'source-")


def test_an_entry_without_a_span_is_one_finding(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, ceasefires=(f"at: {at('4 May 2001')}, source", "source"))
    assert message == "ceasefire-2001-05: the entry needs `at: start-end`"
    assert place.startswith("{source: ")


def test_an_unknown_key_of_an_entry_is_told_with_the_nearest(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, ceasefires=("note: The day", "notes: The day"))
    assert message == "an entry has no key 'notes'; did you mean 'note'?"
    assert place.startswith("notes: The day")


def test_a_bad_basis_is_one_finding_though_it_serves_many_fields(tmp_path: Path) -> None:
    entry = f"{{at: {at('Southland denies the shelling.')}, basis: normalised}}"
    message, place = one_fault(tmp_path, statements=(entry, entry.replace("normalised", "normalized")))
    assert message.endswith("; did you mean 'normalised'?")
    assert place == "normalized}"


def test_a_missing_basis_is_one_finding_though_it_serves_many_fields(tmp_path: Path) -> None:
    entry = f"{{at: {at('Southland denies the shelling.')}, basis: normalised}}"
    message, place = one_fault(tmp_path, statements=(entry, entry.replace(", basis: normalised", "")))
    assert message == "statement-southland-denial: evidence: `basis` is needed"
    assert place.startswith("{at: ")


def test_evidence_for_an_unknown_column_is_told_with_the_nearest(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, places=("    name: [", "    names: ["))
    assert message == "places has no column 'names'; did you mean 'name'?"
    assert place.startswith("names: [")


def test_a_missing_field_is_told_at_the_record(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, places=("  place_type: settlement\n", ""))
    assert message == "place-midtown: `place_type` is needed"
    assert place == "place_id: place-midtown"


def test_a_missing_id_is_one_finding_whatever_hangs_on_it(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, actors=("- actor_id: actor-ana-bell\n  name:", "- name:"))
    assert message == "?: `actor_id` is needed"
    assert place == "name: Ana Bell"


def test_a_bad_id_is_one_finding_whatever_hangs_on_it(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, ceasefires=("ceasefire_id: ceasefire-2001-05", "ceasefire_id: Ceasefire-2001"))
    assert message.startswith("Ceasefire-2001: `ceasefire_id`: ")
    assert place == "Ceasefire-2001"


def test_a_bad_id_of_the_parent_that_a_nested_record_gives_itself_is_told(tmp_path: Path) -> None:
    changed = ("role: Envoy\n", "role: Envoy\n    member_id: Ana\n")
    message, place = one_fault(tmp_path, actors=changed)
    assert message.startswith("affiliation-ana-bell: `member_id`: ")
    assert place == "Ana"


def test_a_missing_source_id_is_one_finding(tmp_path: Path) -> None:
    problems = faults(tmp_path, sources=("- source_id: source-weekly\n  publisher_id:", "- publisher_id:"))
    assert [p.message for p in problems if p.file == "seeds/sources.yaml"] == ["?: `source_id` is needed"]


def test_a_broken_record_rule_is_told_at_the_field_to_mend(tmp_path: Path) -> None:
    changed = ("initiation: bilateral", "initiation: bilateral\n  supersedes_id: ceasefire-2001-05")
    message, place = one_fault(tmp_path, ceasefires=changed)
    assert message.startswith("ceasefire-2001-05: `supersedes_id`: ")
    assert place == "ceasefire-2001-05"


def test_an_inferred_entry_without_its_reasoning_is_told(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, statements=(", note: Said before the report.", ""))
    assert message.startswith("statement-bell-appeal: evidence: `note`: ")
    assert place.startswith("{at: ")


def test_a_record_without_evidence_is_told_to_need_sources(tmp_path: Path) -> None:
    record = (
        "- place_id: place-uptown\n  name: Uptown\n  place_type: settlement\n  description: Another town.\n"
        "- place_id: place-midtown"
    )
    load_seeds(write_seeds(tmp_path / "place", places=("- place_id: place-midtown", record)))
    incident = (
        "- incident_id: incident-2\n  name: Another\n  incident_type: shelling\n  date: 2001\n"
        "  place_ids: place-midtown\n  background: false\n  summary: Nothing is cited.\n"
        "- incident_id: incident-2001-05-03-shelling"
    )
    message, place = one_fault(tmp_path, incidents=("- incident_id: incident-2001-05-03-shelling", incident))
    assert message == "incident-2: `source_ids` is needed"
    assert place == "incident_id: incident-2"


def test_a_duplicate_key_is_told_at_the_second(tmp_path: Path) -> None:
    message, place = one_fault(tmp_path, places=("radius_km: 3.25", "radius_km: 3.25\n  name: Again"))
    assert message == "the key 'name' stands twice"
    assert place == "name: Again"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            ("side: none\n  aliases", "side: {a: b}\n  aliases"),
            "actor-daily-record: `side` takes one value, not a structure",
        ),
        (("aliases: [Daily Record]", "aliases: [[Daily Record]]"), "actor-daily-record: `aliases` takes one value"),
        (("affiliations:\n  - affiliation_id", "affiliations:\n    affiliation_id"), ""),
    ],
)
def test_a_structure_in_the_wrong_place_is_one_finding(tmp_path: Path, changed: tuple[str, str], message: str) -> None:
    found = faults(tmp_path, actors=changed)
    assert len(found) == 1
    assert message in found[0].message


def test_a_file_that_is_no_list_is_told(tmp_path: Path) -> None:
    folder = write_seeds(tmp_path / "seeds")
    (folder / "places.yaml").write_text("place_id: place-midtown\n", encoding="utf-8")
    with pytest.raises(SeedError, match=r"^seeds/places\.yaml:1:1: expected a list of places$"):
        load_seeds(folder)


def test_an_item_that_is_no_record_is_told(tmp_path: Path) -> None:
    found = faults(tmp_path, places=("- place_id: place-midtown", "- place-uptown\n- place_id: place-midtown"))
    assert [str(p) for p in found] == ["seeds/places.yaml:1:3: expected a record: `name: value` lines"]


def test_a_missing_file_and_bytes_that_are_not_utf8_are_told(tmp_path: Path) -> None:
    folder = write_seeds(tmp_path / "seeds")
    (folder / "places.yaml").unlink()
    (folder / "incidents.yaml").write_bytes(b"- \xff")
    with pytest.raises(SeedError) as caught:
        load_seeds(folder)
    assert [p.file for p in caught.value.problems] == ["seeds/incidents.yaml", "seeds/places.yaml"]
    assert all("cannot be read" in p.message for p in caught.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (", reason: Page furniture.", "", "expected `at: start-end` and a `reason`"),
        ("reason: Page furniture.", "reason: ''", "expected `at: start-end` and a `reason`"),
        (f"at: {at('Print this page')}", "at: 9-3", "'9-3' is no span such as 120-164"),
        ("source-daily:\n- {", "- {source: source-daily, ", "expected `source id: [spans]` lines"),
        ("source-daily:", "source-dayly:", "'source-dayly' is not among the sources; did you mean 'source-daily'"),
    ],
)
def test_a_mistake_among_the_uncited_spans_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    (problem,) = faults(tmp_path, uncited=(old, new))
    assert message in problem.message


# ---- All at once ----


def test_all_mistakes_of_all_files_are_told_at_once_in_order(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        sources=("published: 2001-05-05", "published: yesterday"),
        actors=("actor_type: person", "actor_type: persons"),
        places=("radius_km: 3.25", "radius_km: wide"),
        statements=("quote: We call", "quotes: We call"),
    )
    assert [p.file for p in found] == [
        "seeds/actors.yaml",
        "seeds/places.yaml",
        "seeds/sources.yaml",
        "seeds/statements/source-daily.yaml",
    ]
    for problem in found:
        assert str(problem) == f"{problem.file}:{problem.line}:{problem.column}: {problem.message}"


def test_a_file_that_cannot_be_parsed_hides_no_mistake_elsewhere(tmp_path: Path) -> None:
    found = faults(
        tmp_path, places=("- place_id", "- - place_id: [\n- x"), ceasefires=("form: unspecified", "form: oral")
    )
    assert [p.file for p in found] == ["seeds/ceasefires.yaml", "seeds/places.yaml"]


def test_missing_digests_are_one_finding_that_names_the_repair(tmp_path: Path) -> None:
    with pytest.raises(SeedError) as caught:
        load_seeds(write_seeds(tmp_path / "seeds"), NOTHING)
    (problem,) = caught.value.problems
    places = len(load_seeds(tmp_path / "seeds").tables["evidence"]) + 2  # and the two documents
    assert "--documents DIR" in problem.message
    assert f"({places} such places in all)" in problem.message


def test_the_published_seeds_can_be_read(checkout: Path) -> None:
    seeds = load_seeds(checkout / "seeds")
    assert seeds.tables["statements"]
    assert seeds.uncited.keys() <= {s.identity for s in seeds.tables["sources"]}


def test_the_small_seeds_hold_every_nested_table() -> None:
    assert "affiliations:" in yaml("actors")
    assert "identifiers:" in yaml("places")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("actor.yaml", "nothing reads this file; did you mean 'actors.yaml' or 'places.yaml' or 'uncited.yaml'?"),
        ("statements/source-daily.yml", "nothing reads this file; statements lie in statements/<source_id>.yaml"),
    ],
)
def test_a_file_that_nothing_reads_is_told(tmp_path: Path, name: str, message: str) -> None:
    folder = write_seeds(tmp_path / "seeds")
    (folder / name).write_text("[]\n", encoding="utf-8")
    with pytest.raises(SeedError) as caught:
        load_seeds(folder)
    assert [(p.file, p.message) for p in caught.value.problems] == [(f"seeds/{name}", message)]


def test_a_document_is_named_by_a_bare_file_name_and_no_path_is_followed(tmp_path: Path) -> None:
    folder = write_seeds(tmp_path / "seeds", sources=("document: daily.txt", "document: ../secret.txt"))
    assert source_documents(folder) == {"source-weekly": "weekly.txt"}


def test_a_misspelt_column_is_one_finding_and_not_a_missing_one_too(tmp_path: Path) -> None:
    (problem,) = faults(tmp_path, places=("description: A town", "descripton: A town"))
    assert problem.message == "places has no column 'descripton'; did you mean 'description'?"
