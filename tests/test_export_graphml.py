"""What the GraphML export promises: every record with an id, every reference, as networkx and Gephi read them."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import networkx as nx
import pytest
from exported import record_of

import karabakh_data as kd
from karabakh_data.tables import MODELS

KEY = "{http://graphml.graphdrawing.org/xmlns}key"


@pytest.fixture(scope="module")
def path(exported_set, tmp_path_factory):
    """The exported file."""
    return exported_set.export("graphml", tmp_path_factory.mktemp("graphml") / "karabakh.graphml")


@pytest.fixture(scope="module")
def graph(path):
    return nx.read_graphml(path)


def test_nodes_give_the_same_records(exported_set, graph):
    found = []
    for name, model in MODELS.items():
        if model.has_id():
            for record in exported_set.table(name):
                cells = dict(graph.nodes[record.identity])
                assert cells.pop("table") == name
                label = cells.pop("label")
                assert record_of(name, cells) == record
                found.append(kd.Node(id=record.identity, table=name, label=label))
    assert found == list(exported_set.nodes)
    assert len(graph) == len(found)


def test_edges_are_directed_and_tell_the_relation(exported_set, graph):
    assert graph.is_directed()
    found = {(subject, cells["relation"], target) for subject, target, cells in graph.edges(data=True)}
    assert found == {edge.key for edge in exported_set.edges}
    assert graph.number_of_edges() == len(exported_set.edges)


def test_names_in_the_file_are_unique_as_gephi_wants_them(path):
    root = ET.parse(path).getroot()
    keys = [key.get("id") for key in root.iter(KEY)]
    edges = [edge.get("id") for edge in root.iter("{http://graphml.graphdrawing.org/xmlns}edge")]
    attributes = [(key.get("for"), key.get("attr.name")) for key in root.iter(KEY)]
    for names in (keys, edges, attributes):
        assert len(names) == len(set(names))
    assert ("node", "label") in attributes
    assert ("edge", "label") in attributes
