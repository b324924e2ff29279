"""What needs the whole data set: standings of claims, last reports, nodes, edges, vocabularies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from karabakh_data.claims import Actors, standing, withdrawn
from karabakh_data.columns import Kind, columns_of
from karabakh_data.models import (
    Ceasefire,
    Edge,
    Incident,
    Node,
    Record,
    Source,
    Statement,
    StatusReport,
    Term,
)
from karabakh_data.tables import DERIVED_TABLES, MODELS, references
from karabakh_data.vocabulary import VOCABULARIES

Tables = Mapping[str, Sequence[Record]]
R = TypeVar("R", bound=Record)


def publication_order(source: Source) -> tuple[Any, ...]:
    """Sort key of sources: by publication, then id."""
    return (source.published, source.source_id)


def carrying_sources(model: type[Record], cited: Iterable[tuple[str, str]]) -> set[str]:
    """The sources that carry a record, from the (column, source) pairs of its evidence.

    A source that is cited only for a date helps to date the record and does not carry it.
    """
    dates = {column.name for column in columns_of(model) if column.kind is Kind.EDTF}
    pairs = list(cited)
    return {source for column, source in pairs if column not in dates} or {source for _, source in pairs}


def with_values(record: R, values: Mapping[str, Any]) -> R:
    """A copy of the record with other values, validated; derived row fields follow anew."""
    kept = {name: getattr(record, name) for name in type(record).model_fields}
    stale = type(record).row_derived(kept)
    return type(record).model_validate({**{n: v for n, v in kept.items() if n not in stale}, **values})


def derive_incidents(
    incidents: Iterable[Incident], statements: Iterable[Statement], actors: Actors
) -> Iterator[Incident]:
    """The incidents with their claim statuses filled in from the statements that link them."""
    linked: dict[str, list[Statement]] = defaultdict(list)
    everything = list(statements)
    for statement in everything:
        for incident_id in statement.incident_ids:
            linked[incident_id].append(statement)
    gone = withdrawn(everything)
    for incident in incidents:
        yield with_values(incident, vars(standing(linked[incident.incident_id], actors, gone)))


def derive_ceasefires(ceasefires: Iterable[Ceasefire], reports: Iterable[StatusReport]) -> Iterator[Ceasefire]:
    """The ceasefires with their last report: the one whose day reaches furthest.

    `status_contested` holds where another report, not certainly of an earlier time, gives another status.
    """
    by_ceasefire: dict[str, list[StatusReport]] = defaultdict(list)
    for report in reports:
        by_ceasefire[report.ceasefire_id].append(report)
    for ceasefire in ceasefires:
        yield with_values(ceasefire, _last_report(by_ceasefire[ceasefire.ceasefire_id]))


def _last_report(reports: Sequence[StatusReport]) -> dict[str, Any]:
    if not reports:
        return dict.fromkeys(("last_reported_status", "last_reported_as_of", "status_contested"))
    last = max(reports, key=lambda report: (_reach(report), report.as_of, report.report_id))
    current = {r.ceasefire_status for r in reports if not r.as_of.certainly_before(last.as_of)}
    return {
        "last_reported_status": last.ceasefire_status,
        "last_reported_as_of": last.as_of,
        "status_contested": len(current) > 1,
    }


def _reach(report: StatusReport) -> tuple[bool, Any]:
    latest = report.as_of.latest
    return (latest is None, latest or 0)


# --- Derived tables ------------------------------------------------------------------------------------------------


def label_of(record: Record) -> str:
    """A short text for people: name or title, else the role, else the summary up to some 80 characters."""
    for name in ("name", "title", "role", "summary", "ceasefire_status"):
        value = getattr(record, name, None)
        if value:
            text = " ".join(str(value).split())
            return text if len(text) <= 80 else text[:79].rsplit(" ", 1)[0].rstrip() + "…"
    return str(record.identity)


def derive_nodes(tables: Tables) -> Iterator[Node]:
    """A node for every record that has an id."""
    for name, model in MODELS.items():
        if model.has_id():
            for record in tables.get(name, ()):
                yield Node(id=str(record.identity), table=name, label=label_of(record))


def relation_of(column_name: str) -> str:
    """The relation that a referring column stands for: its name without `_id` or `_ids`."""
    return column_name.removesuffix("_ids").removesuffix("_id")


def derive_edges(tables: Tables) -> Iterator[Edge]:
    """An edge for every reference of a record that has an id, list elements one by one."""
    for name, model in MODELS.items():
        if model.has_id():
            for record in tables.get(name, ()):
                for column, target in references(record):
                    yield Edge(subject_id=str(record.identity), relation=relation_of(column.name), object_id=target)


def derive_terms() -> Iterator[Term]:
    """Every word of every vocabulary with its definition."""
    for vocabulary in VOCABULARIES:
        for word in vocabulary:
            yield Term(vocabulary=vocabulary.name_in_tables(), value=word.value, definition=word.definition)


def derive(tables: Tables) -> dict[str, list[Record]]:
    """All tables, with what follows from the whole filled in; the derived tables are made anew.

    Raises:
        KeyError: A statement's speaker, relay or accused is no actor of the data set.
        pydantic.ValidationError: A derived value breaks a rule.
    """
    full: dict[str, list[Record]] = {name: list(tables.get(name, ())) for name in MODELS if name not in DERIVED_TABLES}
    actors: dict[str, Any] = {actor.identity or "": actor for actor in full["actors"]}
    statements = [record for record in full["statements"] if isinstance(record, Statement)]
    incidents = [record for record in full["incidents"] if isinstance(record, Incident)]
    ceasefires = [record for record in full["ceasefires"] if isinstance(record, Ceasefire)]
    reports = [record for record in full["status_reports"] if isinstance(record, StatusReport)]
    full["incidents"] = list(derive_incidents(incidents, statements, actors))
    full["ceasefires"] = list(derive_ceasefires(ceasefires, reports))
    full["nodes"] = list(derive_nodes(full))
    full["edges"] = list(derive_edges(full))
    full["vocabularies"] = list(derive_terms())
    return {name: full[name] for name in MODELS}
