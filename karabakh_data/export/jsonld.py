"""JSON-LD, for RDF tools: the records in terms of PROV-O, Web Annotation, SKOS and schema.org, and in our own.

Every column is a property of our own, so nothing is lost: a reference is the property of its relation (`occasion`), a
list is an RDF list (`speaker_ids`) and, where it refers, also plain triples (`speaker`). What a vocabulary of the field
has a term for stands once more under that term. A statement is a `prov:Entity` attributed to its speakers; what a party
alleges stays a statement, and an incident is no `schema:Event`. Nothing is fetched: the context stands in the file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from karabakh_data import __version__
from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.derive import relation_of
from karabakh_data.descriptor import CONTRIBUTORS, DESCRIPTION, KEYWORDS, LICENSES, TITLE
from karabakh_data.display import data_citation
from karabakh_data.export import ExportError
from karabakh_data.export.about import meaning, meaning_of
from karabakh_data.models import Edge, Evidence, Node, Record, Term
from karabakh_data.tables import MODELS

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset

BASE = "urn:karabakh-data:"
"""What every IRI of ours begins with: a name that needs no host and changes with no version.

Below it lie `id/<id>` (records with an id), `row/<table>/<digest>` (other rows, by the digest of their key),
`schema/<name>` (properties and classes), `vocabulary/<vocabulary>/<word>` and `dataset`.
"""

EDTF_TYPE = "http://id.loc.gov/datatypes/edtf/EDTF"
"""The datatype of dates, by the Library of Congress."""

STANDARD = {
    "dcterms": "http://purl.org/dc/terms/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

CLASSES = {
    "sources": ("prov:Entity", "schema:NewsArticle"),
    "actors": ("prov:Agent",),
    "places": ("schema:Place",),
    "occasions": ("prov:Activity",),
    "evidence": ("oa:Annotation",),
}
"""Table -> what its records are in standard vocabularies; every other record with an id is a `prov:Entity`."""

ALSO = {
    ("sources", "title"): "schema:headline",
    ("sources", "published"): "schema:datePublished",
    ("sources", "language"): "schema:inLanguage",
    ("sources", "url"): "schema:url",
    ("sources", "publisher_id"): "schema:publisher",
    ("actors", "name"): "schema:name",
    ("actors", "aliases"): "schema:alternateName",
    ("places", "name"): "schema:name",
    ("places", "aliases"): "schema:alternateName",
    ("places", "latitude"): "schema:latitude",
    ("places", "longitude"): "schema:longitude",
    ("occasions", "participant_ids"): "prov:wasAssociatedWith",
    ("statements", "occasion_id"): "prov:wasGeneratedBy",
    ("statements", "speaker_ids"): "prov:wasAttributedTo",
}
"""(Table, column) -> the standard property under which its values stand once more."""

SOURCES = "source_ids"
"""The column, in whatever table, whose values are also `prov:hadPrimarySource`."""

OTHERWISE = frozenset({Node.TABLE, Edge.TABLE, Term.TABLE})
"""Tables that RDF holds in its own way: labels of the records, triples between them, concepts."""

_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]*(?<=[/#:])")


def write(ds: Dataset, target: Path, *, base: str = BASE) -> None:
    """Write the file: the context, then a node on each line.

    Raises:
        ExportError: `base` is no absolute IRI that ends in `/`, `#` or `:`.
    """
    if not _BASE.fullmatch(base):
        raise ExportError(
            f"{base!r} is no base of IRIs; expected one such as https://example.org/karabakh/ (with the /)"
        )
    lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes(ds))
    head = json.dumps(context(base), ensure_ascii=False, indent=2)
    target.write_text(f'{{"@context": {head},\n"@graph": [\n{lines}\n]}}\n', encoding="utf-8", newline="\n")


def context(base: str = BASE) -> dict[str, Any]:
    """The context: what names and prefixes stand for."""
    ours = {"kd": f"{base}id/", "kdrow": f"{base}row/", "kdschema": f"{base}schema/", "kdword": f"{base}vocabulary/"}
    return {"@version": 1.1, "kdbase": base, "@vocab": f"{base}schema/", **ours, **STANDARD}


def nodes(ds: Dataset) -> Iterator[dict[str, Any]]:
    """Every node of the graph: the data set, the schema, the vocabularies, the records."""
    yield _dataset(ds)
    yield from _schema()
    yield from _concepts(ds.vocabularies)
    labels = {node.id: node.label for node in ds.nodes}
    for name in MODELS:
        if name not in OTHERWISE:
            for record in ds.table(name):
                yield _node(record, labels)


def _dataset(ds: Dataset) -> dict[str, Any]:
    articles = [_link(f"kd:{source.source_id}") for source in ds.sources]
    return {
        "@id": "kdbase:dataset",
        "@type": "schema:Dataset",
        "schema:name": TITLE,
        "schema:description": DESCRIPTION,
        "schema:version": __version__,
        "schema:keywords": list(KEYWORDS),
        "schema:inLanguage": "en",
        "schema:license": _link(str(LICENSES[0]["path"])),
        "schema:creator": {"@type": "schema:Organization", "schema:name": str(CONTRIBUTORS[0]["title"])},
        "schema:creditText": data_citation(),
        "schema:isBasedOn": articles,
        "prov:wasDerivedFrom": articles,
    }


# --- Schema and vocabularies ---------------------------------------------------------------------------------------


def _schema() -> Iterator[dict[str, Any]]:
    """What our classes and properties mean."""
    meanings: dict[str, dict[str, None]] = {}
    for name, model in MODELS.items():
        if name in OTHERWISE:
            continue
        yield {"@id": f"kdschema:{model.__name__}", "@type": "rdfs:Class", "rdfs:comment": meaning(model)}
        for column in columns_of(model):
            for term in properties(column):
                meanings.setdefault(term, {})[meaning_of(column)] = None
    for term, comments in meanings.items():
        yield {"@id": f"kdschema:{term}", "@type": "rdf:Property", "rdfs:comment": list(comments)}


def properties(column: Column) -> tuple[str, ...]:
    """Our properties that hold a column's values."""
    if column.reference is None:
        return (column.name,)
    relation = relation_of(column.name)
    return (column.name, relation) if column.is_list else (relation,)


def _concepts(terms: Iterable[Term]) -> Iterator[dict[str, Any]]:
    schemes: set[str] = set()
    for term in terms:
        if term.vocabulary not in schemes:
            schemes.add(term.vocabulary)
            yield {"@id": f"kdword:{term.vocabulary}", "@type": "skos:ConceptScheme", "rdfs:label": term.vocabulary}
        yield {
            "@id": f"kdword:{term.vocabulary}/{term.value}",
            "@type": "skos:Concept",
            "skos:inScheme": _link(f"kdword:{term.vocabulary}"),
            "skos:notation": term.value,
            "skos:prefLabel": {"@value": term.value.replace("_", " "), "@language": "en"},
            "skos:definition": {"@value": term.definition, "@language": "en"},
        }


# --- Records -------------------------------------------------------------------------------------------------------


def _node(record: Record, labels: dict[str, str]) -> dict[str, Any]:
    model = type(record)
    node: dict[str, Any] = {"@id": iri(record)}
    classes = CLASSES.get(model.TABLE, ("prov:Entity",) if model.has_id() else ())
    node["@type"] = [model.__name__, *classes]
    if record.identity in labels:
        node["rdfs:label"] = labels[record.identity]
    for column in columns_of(model):
        value = getattr(record, column.name)
        if value is None or value == ():
            continue
        values = [_value(column, one) for one in (value if column.is_list else (value,))]
        for term in properties(column):
            node[term] = {"@list": values} if column.is_list and term == column.name else _alone(values)
        also = "prov:hadPrimarySource" if column.name == SOURCES else ALSO.get((model.TABLE, column.name))
        if also:
            node[also] = _alone(values)
    return node | _annotation(record) if isinstance(record, Evidence) else node


def iri(record: Record) -> str:
    """The compact IRI of a record: by its id, else by its key."""
    if record.identity is not None:
        return f"kd:{record.identity}"
    cells = [None if part is None else str(part) for part in record.key]
    digest = hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode("utf-8")).hexdigest()
    return f"kdrow:{record.TABLE}/{digest[:32]}"


def _value(column: Column, value: Any) -> Any:
    """One value as JSON-LD writes it, without loss."""
    if column.reference:
        return _link(f"kd:{value}")
    if column.vocabulary:
        return _link(f"kdword:{column.vocabulary.name_in_tables()}/{value}")
    if column.kind is Kind.EDTF:
        return {"@type": EDTF_TYPE, "@value": str(value)}
    if column.kind is Kind.DAY:
        return {"@type": "xsd:date", "@value": str(value)}
    if column.kind is Kind.NUMBER:
        return {"@type": "xsd:decimal", "@value": column.write((value,) if column.is_list else value)}
    return value


def _annotation(evidence: Evidence) -> dict[str, Any]:
    """The passage as the target of a Web Annotation whose body is the record."""
    ends = {"oa:start": evidence.start, "oa:end": evidence.end}
    points = {name: {"@type": "xsd:nonNegativeInteger", "@value": str(at)} for name, at in ends.items()}
    return {
        "oa:motivatedBy": _link("oa:linking"),
        "oa:hasBody": _link(f"kd:{evidence.record_id}"),
        "oa:hasTarget": {
            "@type": "oa:SpecificResource",
            "oa:hasSource": _link(f"kd:{evidence.source_id}"),
            "oa:hasSelector": {"@type": "oa:TextPositionSelector", **points},
        },
    }


def _link(target: str) -> dict[str, str]:
    return {"@id": target}


def _alone(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
