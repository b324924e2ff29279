"""What follows from the whole data set: last reports, nodes, edges, terms, labels."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import collected, example_of, given_values, named, records

from karabakh_data import Dataset, load
from karabakh_data.columns import SEPARATOR, columns_of
from karabakh_data.derive import derive, derive_nodes, label_of, publication_order, relation_of
from karabakh_data.models import (
    Actor,
    Affiliation,
    Ceasefire,
    Edge,
    Incident,
    Node,
    Record,
    Source,
    Statement,
    StatusReport,
)
from karabakh_data.models.types import Origin
from karabakh_data.tables import DERIVED_TABLES, MODELS, write_csv
from karabakh_data.vocabulary import VOCABULARIES

WITH_ID = [model for model in MODELS.values() if model.has_id()]


def made(model: type[Record], **values: Any) -> Any:
    """A plain record with these values."""
    return model.model_validate(given_values(example_of(model)) | values)


def tables_of(ds: Dataset) -> dict[str, list[Record]]:
    return {name: list(ds.table(name)) for name in MODELS}


# --- Last reports --------------------------------------------------------------------------------------------------

QUIET, BREACHED, ENDED = "in_force_no_breach_alleged", "in_force_violations_alleged", "collapsed"


def truce(*reports: tuple[str, str], **values: Any) -> Ceasefire:
    """A ceasefire as derived from reports: (as of, status)."""
    ceasefire = made(Ceasefire, ceasefire_id="ceasefire-a", **values)
    rows = [
        made(StatusReport, report_id=f"report-{n}", ceasefire_id="ceasefire-a", as_of=as_of, ceasefire_status=status)
        for n, (as_of, status) in enumerate(reports)
    ]
    of_another = {"report_id": "report-x", "ceasefire_id": "ceasefire-b", "as_of": "2030", "ceasefire_status": ENDED}
    derived = derive({"ceasefires": [ceasefire], "status_reports": [*rows, made(StatusReport, **of_another)]})
    (found,) = derived["ceasefires"]
    assert isinstance(found, Ceasefire)
    return found


@pytest.mark.parametrize(
    ("reports", "as_of", "status", "contested"),
    [
        ([("2020-10-10", QUIET)], "2020-10-10", QUIET, False),
        ([("2020-10-10", QUIET), ("2020-10-11", BREACHED)], "2020-10-11", BREACHED, False),
        ([("2020-10-11", BREACHED), ("2020-10-10", QUIET)], "2020-10-11", BREACHED, False),
        ([("2020-10-10", QUIET), ("2020-10-10", BREACHED)], "2020-10-10", BREACHED, True),
        ([("2020-10-10", QUIET), ("2020-10-10", QUIET)], "2020-10-10", QUIET, False),
        ([("2020-10-10", QUIET), ("2020-10", BREACHED)], "2020-10", BREACHED, True),
        (
            [("2020-10-10", QUIET), ("2020-10-12", BREACHED), ("2020-10-11/2020-10-12", ENDED)],
            "2020-10-12",
            BREACHED,
            True,
        ),
        ([("2020-10-10", QUIET), ("2020-10-12", BREACHED), ("2020-10-12", BREACHED)], "2020-10-12", BREACHED, False),
        ([("[2020-10-10..]", QUIET), ("2021", BREACHED)], "[2020-10-10..]", QUIET, True),
        ([("[..2020-10-10]", QUIET), ("2020-10-10?", BREACHED)], "2020-10-10?", BREACHED, True),
    ],
)
def test_the_last_report_is_the_one_that_reaches_furthest(
    reports: list[tuple[str, str]], as_of: str, status: str, contested: bool
) -> None:
    found = truce(*reports)
    assert str(found.last_reported_as_of) == as_of
    assert found.last_reported_status == status
    assert found.status_contested is contested


def test_a_last_report_brings_its_bounds() -> None:
    found = truce(("2020-10", QUIET))
    assert (str(found.last_reported_as_of_earliest), str(found.last_reported_as_of_latest)) == (
        "2020-10-01",
        "2020-10-31",
    )


def test_a_new_report_takes_the_place_of_an_older_one() -> None:
    before = truce(("2020-10", QUIET))
    after = truce(
        ("2020-11-09", ENDED), **{n: getattr(before, n) for n in ("last_reported_status", "last_reported_as_of")}
    )
    assert (after.last_reported_status, str(after.last_reported_as_of_latest)) == (ENDED, "2020-11-09")


@pytest.mark.parametrize(
    "stale", [{}, {"last_reported_status": QUIET, "last_reported_as_of": "2020"}], ids=["none", "stale"]
)
def test_without_a_report_nothing_is_last_reported(stale: dict[str, Any]) -> None:
    found = truce(**stale)
    last = (
        found.last_reported_status,
        found.last_reported_as_of,
        found.last_reported_as_of_latest,
        found.status_contested,
    )
    assert last == (None, None, None, None)


@settings(max_examples=40, deadline=None)
@given(st.permutations([("2020-10-10", QUIET), ("2020-10", BREACHED), ("2020-10-31", ENDED), ("2020-10-31?", QUIET)]))
def test_the_order_of_the_reports_does_not_matter(reports: list[tuple[str, str]]) -> None:
    found = truce(*reports)
    assert (str(found.last_reported_as_of), found.status_contested) == ("2020-10-31?", True)


# --- Incidents -----------------------------------------------------------------------------------------------------


def test_an_incident_takes_its_standing_from_every_statement_that_links_it() -> None:
    actors = [
        made(Actor, actor_id=f"actor-{side}", actor_type="state", side=side) for side in ("armenian", "azerbaijani")
    ]
    incidents = [made(Incident, incident_id=f"incident-{n}", occurrence_status="both_sides") for n in "abc"]
    links = [("a", "armenian", ("incident-a", "incident-b")), ("b", "azerbaijani", ("incident-b",))]
    statements = [
        made(
            Statement, statement_id=f"statement-{n}", speaker_ids=(f"actor-{side}",), incident_ids=to, stance="affirms"
        )
        for n, side, to in links
    ]
    derived = derive({"actors": actors, "incidents": incidents, "statements": statements})["incidents"]
    assert [record.occurrence_status for record in derived] == ["one_side", "both_sides", "narrated"]  # type: ignore[attr-defined]


def test_a_statement_can_be_withdrawn_by_one_that_links_no_incident() -> None:
    claim = {"speaker_ids": ("actor-a",), "said": "2020"}
    statements = [
        made(Statement, statement_id="statement-a", incident_ids=("incident-a",), stance="affirms", **claim),
        made(Statement, statement_id="statement-b", speech_act="retract", responds_to_id="statement-a", **claim),
    ]
    tables = {
        "actors": [made(Actor, actor_id="actor-a")],
        "incidents": [made(Incident, incident_id="incident-a")],
        "statements": statements,
    }
    (incident,) = derive(tables)["incidents"]
    assert isinstance(incident, Incident)
    assert incident.occurrence_status == "narrated"


# --- The whole -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published() -> dict[str, list[Record]]:
    return tables_of(load())


def test_the_published_tables_are_what_derive_makes_of_them(published: dict[str, list[Record]]) -> None:
    assert derive(published) == published


def test_derived_tables_and_columns_are_made_anew(published: dict[str, list[Record]]) -> None:
    def bare(record: Record) -> Record:
        columns = columns_of(type(record))
        kept = [c.name for c in columns if c.required or c.origin not in (Origin.DERIVED_SET, Origin.DERIVED_ROW)]
        return type(record).model_validate({name: getattr(record, name) for name in kept})

    bared = {name: list(map(bare, rows)) for name, rows in published.items() if name not in DERIVED_TABLES}
    assert any(bared[name] != published[name] for name in bared)
    assert derive(bared) == published


def test_derive_leaves_what_it_is_given_as_it_was(published: dict[str, list[Record]]) -> None:
    before = {name: list(rows) for name, rows in published.items()}
    derive(published)
    assert published == before


def test_of_nothing_follow_the_terms_alone() -> None:
    derived = derive({})
    assert list(derived) == list(MODELS)
    assert {name for name, rows in derived.items() if rows} == {"vocabularies"}


# --- Nodes ---------------------------------------------------------------------------------------------------------


def test_a_node_for_every_record_with_an_id_in_the_order_of_the_tables(published: dict[str, list[Record]]) -> None:
    expected = [(record.key[0], name) for name, rows in published.items() for record in rows if type(record).has_id()]
    nodes = [node for node in published["nodes"] if isinstance(node, Node)]
    assert [(node.id, node.table) for node in nodes] == expected
    assert len({node.id for node in nodes}) == len(nodes) > 0


@pytest.mark.parametrize("model", WITH_ID, ids=named)
def test_every_valid_record_has_a_label_that_a_node_can_carry(model: type[Record]) -> None:
    @settings(max_examples=25, deadline=None)
    @given(records(model))
    def check(record: Record) -> None:
        label = label_of(record)
        assert 1 <= len(label) <= 80
        assert label == " ".join(label.split())
        (node,) = derive_nodes({model.TABLE: [record]})
        assert (node.id, node.label) == (record.identity, label)

    check()


@pytest.mark.parametrize(
    ("record", "label"),
    [
        (made(Actor, name="A name", description="A description."), "A name"),
        (made(Source, title="A title", summary="A summary."), "A title"),
        (made(Source, title=None, summary="A summary."), "A summary."),
        (made(Affiliation, role="Co-chair"), "Co-chair"),
        (made(StatusReport, ceasefire_status=ENDED), ENDED),
        (made(Statement, summary="One.\n\nTwo."), "One. Two."),
        (made(Statement, summary="x" * 80), "x" * 80),
        (made(Statement, summary="x" * 81), "x" * 79 + "…"),
        (made(Statement, summary="x" * 78 + " yz"), "x" * 78 + "…"),
    ],
)
def test_a_label_is_the_name_or_the_title_or_the_role_or_the_summary_cut_short(record: Record, label: str) -> None:
    assert label_of(record) == label


# --- Edges ---------------------------------------------------------------------------------------------------------


def references_in_csv(model: type[Record], rows: list[Record]) -> list[tuple[str, str, str]]:
    """Every reference of a table as its CSV shows it: by the names of the columns, split at the separator."""
    lines = csv.DictReader(write_csv(model, rows).decode().splitlines(keepends=True))
    return [
        (line[model.PRIMARY_KEY[0]], name.removesuffix("_ids").removesuffix("_id"), target)
        for line in lines
        for name, cell in line.items()
        if name.endswith(("_id", "_ids")) and name != model.PRIMARY_KEY[0]
        for target in cell.split(SEPARATOR)
        if target
    ]


def test_every_reference_is_an_edge_exactly_once_list_elements_included(published: dict[str, list[Record]]) -> None:
    expected = [edge for model in WITH_ID for edge in references_in_csv(model, published[model.TABLE])]
    found = [edge.key for edge in published["edges"]]
    assert Counter(found) == Counter(expected)
    assert max(Counter(found).values()) == 1


def test_every_element_of_a_generated_list_is_an_edge() -> None:
    for model in (StatusReport, Source, Affiliation):
        for record in collected(records(model), 20):
            derived = derive({model.TABLE: [record]})["edges"]
            assert [edge.key for edge in derived] == references_in_csv(model, [record])


def test_every_edge_joins_two_nodes(published: dict[str, list[Record]]) -> None:
    ids = {node.key[0] for node in published["nodes"]}
    for edge in published["edges"]:
        assert isinstance(edge, Edge)
        assert {edge.subject_id, edge.object_id} <= ids


@pytest.mark.parametrize("model", MODELS.values(), ids=named)
def test_a_relation_names_one_column_of_a_table(model: type[Record]) -> None:
    relations = [relation_of(column.name) for column in columns_of(model) if column.reference]
    assert len(set(relations)) == len(relations)
    assert not any(relation.endswith(("_id", "_ids")) for relation in relations)


# --- Terms and order -----------------------------------------------------------------------------------------------


def test_every_word_of_every_vocabulary_is_a_term_in_the_order_of_definition(
    published: dict[str, list[Record]],
) -> None:
    expected = [(v.name_in_tables(), word.value, word.definition) for v in VOCABULARIES for word in v]
    assert [tuple(term.model_dump().values()) for term in published["vocabularies"]] == expected


def test_sources_are_ordered_by_publication_and_then_by_id() -> None:
    drawn = [("source-b", "2020"), ("source-a", "2020"), ("source-c", "2014-10")]
    sources = [made(Source, source_id=source_id, published=published) for source_id, published in drawn]
    assert [s.source_id for s in sorted(sources, key=publication_order)] == ["source-c", "source-a", "source-b"]
