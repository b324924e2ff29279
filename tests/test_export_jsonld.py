"""What the JSON-LD export promises: RDF in which the records, their claims and their passages are found again."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rdflib
from exported import by_key, record_of, whole
from rdflib.collection import Collection
from rdflib.namespace import PROV, RDF, RDFS, SKOS

import karabakh_data as kd
from karabakh_data.columns import Column, columns_of
from karabakh_data.derive import relation_of
from karabakh_data.export import ExportError, jsonld
from karabakh_data.tables import MODELS

ID, SCHEMA, WORD = (rdflib.Namespace(f"{jsonld.BASE}{part}/") for part in ("id", "schema", "vocabulary"))
OA = rdflib.Namespace(jsonld.STANDARD["oa"])


@pytest.fixture(scope="module")
def graph(exported_set, tmp_path_factory):
    """The export, loaded by rdflib."""
    path = exported_set.export("jsonld", tmp_path_factory.mktemp("jsonld") / "karabakh.jsonld")
    return rdflib.Graph().parse(path)


def text(column: Column, node: Any) -> str:
    """The text of a cell's value."""
    if isinstance(node, rdflib.URIRef):
        return str(node).rsplit("/", 1)[1]
    return str(node)


def read(graph: rdflib.Graph, table: str, subject: Any) -> Any:
    """A record, from the triples about it."""
    values: dict[str, Any] = {}
    for column in columns_of(MODELS[table]):
        single = column.reference is not None and not column.is_list
        found = graph.value(subject, SCHEMA[relation_of(column.name) if single else column.name])
        if found is not None:
            nodes = Collection(graph, found) if column.is_list else [found]
            texts = [text(column, node) for node in nodes]
            values[column.name] = texts if column.is_list else texts[0]
    return record_of(table, values)


def test_every_record_is_found_again(exported_set, graph):
    tables = [name for name in MODELS if name not in jsonld.OTHERWISE]
    found = {}
    for name in tables:
        subjects = graph.subjects(RDF.type, SCHEMA[MODELS[name].__name__])
        found[name] = [read(graph, name, subject) for subject in subjects]
    expected = by_key(whole(exported_set))
    assert by_key(found) == {name: expected[name] for name in tables}


def test_nodes_edges_and_vocabularies_are_found_again(exported_set, graph):
    tables = {MODELS[node.table].__name__: node.table for node in exported_set.nodes}
    nodes, edges, terms = set(), set(), set()
    for subject, label in graph.subject_objects(RDFS.label):
        if subject in ID:
            kinds = {str(kind).removeprefix(SCHEMA) for kind in graph.objects(subject, RDF.type)}
            (table,) = {tables[kind] for kind in kinds & tables.keys()}
            nodes.add((str(subject).removeprefix(ID), table, str(label)))
    relations = {edge.relation for edge in exported_set.edges}
    for relation in relations:
        for subject, target in graph.subject_objects(SCHEMA[relation]):
            if subject in ID:
                edges.add((str(subject).removeprefix(ID), relation, str(target).removeprefix(ID)))
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        scheme = str(graph.value(concept, SKOS.inScheme)).removeprefix(WORD)
        notation, definition = graph.value(concept, SKOS.notation), graph.value(concept, SKOS.definition)
        terms.add((scheme, str(notation), str(definition)))
    assert nodes == {(node.id, node.table, node.label) for node in exported_set.nodes}
    assert edges == {edge.key for edge in exported_set.edges}
    assert terms == {(term.vocabulary, term.value, term.definition) for term in exported_set.vocabularies}


def test_sparql_gives_the_statements_with_their_speakers(exported_set, graph):
    query = """
        PREFIX kd: <urn:karabakh-data:schema/>
        PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?statement ?speaker ?said WHERE {
            ?statement a kd:Statement ; prov:wasAttributedTo ?speaker ; kd:said ?said .
        }"""
    found = {tuple(str(part).removeprefix(ID) for part in row) for row in graph.query(query)}
    assert found == {(s.statement_id, one, str(s.said)) for s in exported_set.statements for one in s.speaker_ids}


def test_a_list_keeps_its_order_in_sparql(exported_set, graph):
    query = "SELECT ?topic WHERE { ?s kd:topics/rdf:rest*/rdf:first ?topic }"
    statement = max(exported_set.statements, key=lambda one: len(one.topics))
    found = graph.query(query, initNs={"kd": SCHEMA, "rdf": RDF}, initBindings={"s": ID[statement.statement_id]})
    assert {str(row[0]).rsplit("/", 1)[1] for row in found} == set(statement.topics)


def test_evidence_is_a_web_annotation_of_positions(exported_set, graph):
    found = set()
    for annotation in graph.subjects(RDF.type, OA.Annotation):
        target = graph.value(annotation, OA.hasTarget)
        selector = graph.value(target, OA.hasSelector)
        assert (selector, RDF.type, OA.TextPositionSelector) in graph
        ends = (graph.value(selector, OA.start).toPython(), graph.value(selector, OA.end).toPython())
        record, source = graph.value(annotation, OA.hasBody), graph.value(target, OA.hasSource)
        digest = str(graph.value(annotation, SCHEMA.sha256))
        found.add((str(record).removeprefix(ID), str(source).removeprefix(ID), *ends, digest))
    assert found == {(e.record_id, e.source_id, e.start, e.end, e.sha256) for e in exported_set.evidence}


def test_dates_have_the_datatype_of_edtf(exported_set, graph):
    for literal in graph.objects(None, SCHEMA.said):
        assert str(literal.datatype) == jsonld.EDTF_TYPE
        kd.EDTF.parse(str(literal))


def test_what_carries_a_record_is_its_primary_source(exported_set, graph):
    for incident in exported_set.incidents:
        carried = set(graph.objects(ID[incident.incident_id], PROV.hadPrimarySource))
        assert carried == {ID[source] for source in incident.source_ids}


def test_an_incident_is_not_said_to_have_happened(exported_set, graph):
    for incident in exported_set.incidents:
        kinds = set(graph.objects(ID[incident.incident_id], RDF.type))
        assert kinds == {SCHEMA.Incident, PROV.Entity}


def test_the_data_set_describes_itself_and_its_terms(graph):
    subject = rdflib.URIRef(f"{jsonld.BASE}dataset")
    assert (subject, RDF.type, rdflib.URIRef("https://schema.org/Dataset")) in graph
    assert str(graph.value(subject, rdflib.URIRef("https://schema.org/version"))) == kd.__version__
    for column in columns_of(kd.Statement):
        for term in jsonld.properties(column):
            assert column.description in {str(one) for one in graph.objects(SCHEMA[term], RDFS.comment)}


def test_the_base_can_be_chosen(ds, tmp_path):
    path = ds.export("jsonld", tmp_path / "x.jsonld", base="https://example.org/karabakh/")
    made = json.loads(path.read_text(encoding="utf-8"))
    assert made["@context"]["kd"] == "https://example.org/karabakh/id/"
    assert "urn:karabakh-data" not in path.read_text(encoding="utf-8")
    with pytest.raises(ExportError, match="expected one such as https"):
        ds.export("jsonld", tmp_path / "y.jsonld", base="https://example.org/karabakh")


def test_no_context_is_fetched(ds, tmp_path):
    made = json.loads(ds.export("jsonld", tmp_path / "x.jsonld").read_text(encoding="utf-8"))
    assert isinstance(made["@context"], dict)
    assert "@import" not in made["@context"]


def test_the_mapping_names_columns_that_there_are():
    for table, name in jsonld.ALSO:
        assert name in {column.name for column in columns_of(MODELS[table])}
    assert set(jsonld.CLASSES) <= set(MODELS)
    assert any(column.name == jsonld.SOURCES for model in MODELS.values() for column in columns_of(model))


def test_no_property_stands_for_two_columns_or_for_a_prefix():
    prefixes = set(jsonld.context())
    for model in MODELS.values():
        terms = [term for column in columns_of(model) for term in jsonld.properties(column)]
        assert len(terms) == len(set(terms))
        assert not prefixes & set(terms)
