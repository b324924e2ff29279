"""Checks across records: keys, references, citations, affiliations, neutral names and wording.

Each check is a generator over the tables of a data set and yields what it finds; `problems` runs them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from karabakh_data.claims import camps
from karabakh_data.columns import Column, Kind, column_named, columns_of, columns_with
from karabakh_data.derive import carrying_sources, derive_incidents, publication_order
from karabakh_data.models import (
    Actor,
    Affiliation,
    Ceasefire,
    Evidence,
    Identifier,
    Incident,
    Place,
    Record,
    Source,
    Statement,
)
from karabakh_data.models.types import Origin
from karabakh_data.neutrality import SIDE_WORDS, Names, loaded_words, names_in
from karabakh_data.suggest import nearest
from karabakh_data.tables import DERIVED_TABLES, MODELS, references
from karabakh_data.validation.check import Check, Problem, Tables, check
from karabakh_data.validation.codes import keys
from karabakh_data.validation.finding import Severity
from karabakh_data.validation.retired import ids_are_not_retired, retired_ids, told
from karabakh_data.vocabulary import (
    ActorType,
    AttributionStatus,
    EvidenceStance,
    IncidentType,
    PlaceType,
    Scheme,
    SpeechAct,
)

ERROR = Severity.ERROR


def problems(tables: Tables) -> list[Problem]:
    """Everything that does not hold between the records of the published data set, check by check."""
    found = [*keys_are_unique(tables), *references_resolve(tables)]
    for one in CHECKS:
        found += [problem._replace(severity=one.published) for problem in one(tables)]
    return found


def _of(tables: Tables, model: type[Any]) -> list[Any]:
    return [record for record in tables.get(model.TABLE, ()) if isinstance(record, model)]


def _contributed(tables: Tables) -> Tables:
    """The tables of a contribution, or all where there is none."""
    contributed: Tables = getattr(tables, "batch", tables)
    return contributed


def _with_id(tables: Tables) -> dict[str, Record]:
    return {
        str(record.identity): record
        for name, model in MODELS.items()
        if model.has_id()
        for record in tables.get(name, ())
    }


# --- Keys and references -------------------------------------------------------------------------------------------


def keys_are_unique(tables: Tables) -> Iterator[Problem]:
    """No two rows of a table share their primary key; derived tables only repeat the others."""
    for table, records in tables.items():
        if table in DERIVED_TABLES:
            continue
        for key, count in Counter(record.key for record in records).items():
            if count > 1:
                record = next(record for record in records if record.key == key)
                message = f"{count} rows have this key"
                yield Problem(record, record.PRIMARY_KEY[0], message, code=keys.repeated_key.number)


def references_resolve(tables: Tables) -> Iterator[Problem]:
    """Every id that a record refers to exists, list elements one by one."""
    everything = _with_id(tables)
    ids = {name: [str(r.identity) for r in tables.get(name, ())] for name, model in MODELS.items() if model.has_id()}
    ids["nodes"] = list(everything)
    known = {name: set(values) for name, values in ids.items()}
    retired = retired_ids(tables)
    for records in tables.values():
        for record in records:
            for column, target in references(record):
                table = column.reference or ""
                if column.is_key and record.identity == target:
                    continue
                if target not in known[table] and target in retired:
                    message = told(retired[target]).message
                    yield Problem(record, column.name, message, code=ids_are_not_retired.number)
                elif target not in known[table]:
                    said = keys.unknown_reference(target, table, ids[table])
                    hint = f"; did you mean {said.suggestion!r}?" if said.suggestion else ""
                    yield Problem(record, column.name, said.message + hint, code=keys.unknown_reference.number)


@check("KD305", ERROR, ("actors", "incidents", "ceasefires", "statements"), together=True)
def parents_make_no_circle(tables: Tables) -> Iterator[Problem]:
    """Following `part_of_id`, `supersedes_id`, `renews_id` or `responds_to_id` leads back to the record itself.

    A part cannot hold its whole, nor a later truce be renewed by an earlier one. Told once for a circle, at the last of
    its records. Cut the circle at the wrong step.
    """
    for table in MODELS:
        for name in parent_columns(table):
            yield from _circles(tables.get(table, ()), name)


def parent_columns(table: str) -> tuple[str, ...]:
    """The columns that name another record of the same table, from which nothing may lead back to the record."""
    columns = columns_of(MODELS[table])
    return tuple(c.name for c in columns if c.reference == table and not c.is_key and not c.is_list)


def _circles(records: Sequence[Record], name: str) -> Iterator[Problem]:
    """Each circle of a column that refers to one record of the same table."""
    named = {str(record.identity): record for record in records}
    up = {one: str(parent) for one, record in named.items() if (parent := getattr(record, name))}
    order = {one: number for number, one in enumerate(up)}
    seen: set[str] = set()
    for start in up:
        path: list[str] = []
        current = start
        while current in up and current not in seen:
            seen.add(current)
            path.append(current)
            current = up[current]
        if current in path:
            last = max(path[path.index(current) :], key=order.__getitem__)
            yield Problem(named[last], name, f"leads back to the record itself{_by_way_of(last, up)}")


def _by_way_of(start: str, up: Mapping[str, str]) -> str:
    """The other records of a circle, for a message; no more than a few."""
    between: list[str] = []
    current = up[start]
    while current != start and len(between) < 5:
        between.append(current)
        current = up[current]
    more = ", …" if current != start else ""
    return f", by way of {', '.join(between)}{more}" if between else ""


# --- Actors --------------------------------------------------------------------------------------------------------


@check("KD413", ERROR, ("actors", "affiliations"), absent="affiliations", together=True)
def persons_have_an_affiliation(tables: Tables) -> Iterator[Problem]:
    """A person has no dated affiliation.

    Who speaks for whom changes with the office. Add a row to `affiliations`: the member, the body, the role as held
    then, and the date.
    """
    members = {affiliation.member_id for affiliation in _of(tables, Affiliation)}
    for actor in _of(tables, Actor):
        if actor.actor_type is ActorType.PERSON and actor.actor_id not in members:
            yield Problem(actor, "actor_type", "a person needs an affiliation: the office, its body and a date")


@check("KD414", ERROR, ("actors", "affiliations"), together=True)
def sides_equal_their_parents(tables: Tables) -> Iterator[Problem]:
    """An actor is on another side than the actor it is part of, or than the body whose office it holds.

    `side` says for whom someone speaks or acts, and follows from where they belong. Correct the side or the parent.
    """
    actors = {actor.actor_id: actor for actor in _of(tables, Actor)}
    for actor in actors.values():
        parent = actors.get(actor.part_of_id or "")
        if parent and parent.side is not actor.side:
            yield Problem(actor, "side", f"is {actor.side}, but its parent {parent.actor_id} has {parent.side}")
    for affiliation in _of(tables, Affiliation):
        member, body = actors.get(affiliation.member_id), actors.get(affiliation.organisation_id)
        if member and body and member.actor_type is ActorType.PERSON and member.side is not body.side:
            yield Problem(
                member, "side", f"is {member.side}, but {body.actor_id}, whose office it holds, has {body.side}"
            )


@check("KD415", ERROR, ("statements",), together=True, consults=("actors",))
def retractions_are_of_ones_own(tables: Tables) -> Iterator[Problem]:
    """A `retract` withdraws another camp's statement.

    Only those who made a statement, or on whose behalf it was made, can take it back. A contradiction by others is a
    `deny`.
    """
    actors = {actor.actor_id: actor for actor in _of(tables, Actor)}
    statements = {statement.statement_id: statement for statement in _of(tables, Statement)}
    for statement in statements.values():
        target = statements.get(statement.responds_to_id or "")
        if statement.speech_act is not SpeechAct.RETRACT or target is None:
            continue
        if not {*target.speaker_ids, *statement.speaker_ids} <= actors.keys():
            continue  # told by the reference
        own = {*camps(statement, actors), *statement.on_behalf_of_ids}
        if own.isdisjoint({*camps(target, actors), *target.speaker_ids, *target.on_behalf_of_ids}):
            yield Problem(statement, "responds_to_id", f"withdraws {target.statement_id}, which is another camp's")


# --- Citations -----------------------------------------------------------------------------------------------------

UNSPECIFIED = "unspecified"

SOUGHT = 500
"""Evidence without its value, and values of a cell, that are compared for what was meant."""


def elements(record: Record, column: Column) -> list[tuple[str | None, str]]:
    """The (list element or `None`, text) pairs of a cell that need a citation: not empty, not `unspecified`."""
    value = getattr(record, column.name)
    if value is None:
        return []
    pairs = [(text, text) for text in map(str, value)] if column.is_list else [(None, column.write(value))]
    return [pair for pair in pairs if pair[1] != UNSPECIFIED]


@check("KD601", ERROR, ("evidence",), absent="evidence", together=True, consults=tuple(MODELS))
def source_cells_are_cited(tables: Tables) -> Iterator[Problem]:
    """A value read in a source has no passage to support it.

    Every source cell that is neither empty nor `unspecified` is cited, list elements one by one. Add rows to
    `evidence`; `karabakh-data cite FILE "words"` gives the positions.
    """
    everything = _with_id(tables)
    supported = {(e.record_id, e.field, e.value) for e in _of(tables, Evidence) if e.stance is EvidenceStance.SUPPORTS}
    astray = set(_meant_by_evidence_astray(tables, everything))
    for record_id, record in everything.items():
        for column in columns_of(type(record)):
            if column.origin is Origin.SOURCE and (record_id, column.name) not in astray:
                for element, text in elements(record, column):
                    if (record_id, column.name, element) not in supported:
                        yield Problem(record, column.name, f"{text} is not cited")


@check("KD602", ERROR, ("evidence",), together=True, consults=tuple(MODELS))
def evidence_fits_its_record(tables: Tables) -> Iterator[Problem]:
    """Evidence does not fit its record: no such column, no such value in it, or positions past the document's end.

    `field` is a filled column of the record; `value` repeats the element where the column is a list and stays empty
    where it is not. The cell that was meant is not told as uncited too.
    """
    everything = _with_id(tables)
    lengths = {source.source_id: source.document_chars for source in _of(tables, Source)}
    known: dict[tuple[str, str], dict[str | None, None]] = {}
    misfits = 0
    for evidence in _of(tables, Evidence):
        length = lengths.get(evidence.source_id)
        if length is not None and evidence.end > length:
            yield Problem(evidence, "end", f"lies past the document's end ({length})")
        record = everything.get(evidence.record_id)
        if record is None:
            continue  # told by the reference
        column = column_named(type(record), evidence.field)
        if column is None:
            near = _column_meant(evidence.field, type(record))
            yield Problem(evidence, "field", f"{record.TABLE} has no column {evidence.field}", suggestion=near)
        elif evidence.stance is EvidenceStance.SUPPORTS:
            cell = evidence.record_id, evidence.field
            if cell not in known:
                known[cell] = dict.fromkeys(element for element, _ in elements(record, column))
            if evidence.value not in known[cell]:
                misfits += 1
                texts = [text for text in known[cell] if text] if misfits <= SOUGHT else []
                near = next(iter(nearest(evidence.value or "", texts[:SOUGHT], 1)), None)
                message = f"`{evidence.field}` of {evidence.record_id} holds no such value"
                yield Problem(evidence, "value", message, suggestion=near)


def _column_meant(name: str, model: type[Record]) -> str | None:
    return next(iter(nearest(name, [column.name for column in columns_of(model)], 1)), None)


def _meant_by_evidence_astray(tables: Tables, everything: Mapping[str, Record]) -> Iterator[tuple[str, str]]:
    """The (record, column) pairs that evidence is meant for, though it does not fit them, which is told."""
    for problem in evidence_fits_its_record(tables):
        evidence = problem.record
        assert isinstance(evidence, Evidence)
        column = problem.suggestion if problem.field == "field" else evidence.field
        if column is not None and problem.field != "end":
            yield evidence.record_id, column


@check("KD603", ERROR, ("evidence",), absent="evidence", together=True, consults=tuple(MODELS))
def sources_agree_with_evidence(tables: Tables) -> Iterator[Problem]:
    """`source_ids` is not what follows from the evidence.

    It names every source that carries the record, in order of publication; a source cited only for a date does not
    carry it.
    """
    order = [source.source_id for source in sorted(_of(tables, Source), key=publication_order)]
    cited: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for evidence in _of(tables, Evidence):
        cited[evidence.record_id].append((evidence.field, evidence.source_id))
    rank = {source: number for number, source in enumerate(order)}
    for record_id, record in _with_id(tables).items():
        given = getattr(record, "source_ids", None)
        if given is None or not cited[record_id]:
            continue
        carrying = carrying_sources(type(record), cited[record_id])
        expected = tuple(sorted(carrying & rank.keys(), key=rank.__getitem__))
        if given != expected:
            follows = ";".join(expected)
            message = f"is {';'.join(given)}, but by the evidence it is carried by {follows or 'none'}"
            yield Problem(record, "source_ids", message, suggestion=follows or None)


@check("KD306", ERROR, ("identifiers",), together=True)
def identifiers_are_told_once(tables: Tables) -> Iterator[Problem]:
    """Two records claim the same authority id.

    An authority's id stands for one thing in the world. Look which record it belongs to, or whether the two are one.
    """
    seen: dict[tuple[str, str], Identifier] = {}
    for identifier in _of(tables, Identifier):
        first = seen.setdefault((identifier.scheme, identifier.value), identifier)
        if first.record_id != identifier.record_id and identifier.scheme not in SHARED_SCHEMES:
            yield Problem(identifier, "value", f"also stands at {first.record_id}")


@check("KD416", ERROR, ("places", "identifiers"), absent="identifiers", consults=("identifiers",))
def coordinates_are_vouched_for(tables: Tables) -> Iterator[Problem]:
    """The coordinates of a place are not those of its `geo` identifier.

    Coordinates come from an authority, which the identifier names. Give both, with the same numbers, or none.
    """
    given = {i.record_id: i.value for i in _of(tables, Identifier) if i.scheme is Scheme.GEO}
    for place in _of(tables, Place):
        cells = {column.name: column.write(getattr(place, column.name)) for column in columns_of(Place)}
        expected = f"geo:{cells['latitude']},{cells['longitude']}" if cells["latitude"] else None
        if expected != given.get(place.place_id):
            vouched = given.get(place.place_id)
            held = vouched or "none: add one"
            message = f"{expected or 'no point'} is given, but the identifiers of scheme geo have {held}"
            yield Problem(place, "latitude", message)


SHARED_SCHEMES = frozenset({"gw", "cow", "ucdp-actor", "ucdp-conflict"})
"""Schemes that give a successor state the id of its predecessor, or a conflict's id to its parties and territory."""


# --- Neutrality ----------------------------------------------------------------------------------------------------


NAMED = 20
"""Names that a finding tells."""


@check("KD417", ERROR, ("incidents", "ceasefires"), lone=True, consults=("actors", "places"))
def names_are_neutral(tables: Tables) -> Iterator[Problem]:
    """The id or name of an incident or ceasefire names a side or an actor.

    A name would give a verdict wherever it is shown. Name the day, the place and the kind of event:
    `incident-2016-04-02-shelling-a`. A place of the same name is not meant.
    """
    banned = _names(tuple(names_of_parties(tables)))
    for model in (Incident, Ceasefire):
        for record in _of(_contributed(tables), model):
            for field, text in ((model.PRIMARY_KEY[0], str(record.identity)), ("name", record.name or "")):
                found = banned.within(text)[:NAMED]
                whole = [name for name in found if not any(names_in(other, [name]) for other in found if other != name)]
                if found:
                    yield Problem(record, field, f"names {' and '.join(whole or found)}; an id or name takes no side")


_names = lru_cache(maxsize=4)(Names)


def names_of_parties(tables: Tables) -> list[str]:
    """The names that no incident or ceasefire may have in its own: of sides and actors, unless a place has them too."""
    actors = {
        name
        for actor in _of(tables, Actor)
        for name in (actor.name, *actor.aliases)
        if name and actor.actor_type is not ActorType.COLLECTIVE  # a record at fault may have no name
    }
    places = {
        name
        for place in tables.get("places", ())
        if getattr(place, "place_type", None) is not PlaceType.COUNTRY
        for name in (getattr(place, "name", ""), *getattr(place, "aliases", ()))
    }
    return sorted((actors - places) | set(SIDE_WORDS))


@check("KD506", Severity.WARNING, tuple(MODELS), published=ERROR, lone=True)
def our_words_are_neutral(tables: Tables) -> Iterator[Problem]:
    """A text of ours holds a loaded word, such as liberated, occupied, terrorist, regime.

    Such words take a side. Tell it plainly; in `quote`, `title`, `role` and `aliases` the source's own words stand.
    """
    for records in _contributed(tables).values():
        for record in records:
            for column in columns_with(type(record), Kind.TEXT, Origin.EDITORIAL):
                value = getattr(record, column.name)
                if value and not column.is_list:
                    for word in dict.fromkeys(loaded_words(value)):
                        yield Problem(record, column.name, f"holds the loaded word {word!r}")


@check("KD508", Severity.WARNING, ("incidents",), together=True, consults=("statements", "actors"))
def umbrellas_tell_their_blame(tables: Tables) -> Iterator[Problem]:
    """An episode has no blame of its own, while its parts are blamed on both sides.

    An accusation that says who began or carries on the whole is linked to the whole. Look whether one was linked to a
    part only. A whole conflict is no episode.
    """
    actors = {actor.actor_id: actor for actor in _of(tables, Actor)}
    incidents = _of(tables, Incident)
    derived = incidents
    statements = statements_of_known_actors(tables)
    if statements and (hasattr(tables, "batch") or any(incident.attribution_status is None for incident in incidents)):
        derived = list(derive_incidents(incidents, statements, actors))  # a contribution may leave them out
    blamed: dict[str, set[str]] = defaultdict(set)
    for incident in derived:
        if incident.part_of_id:
            blamed[incident.part_of_id].update(actors[a].side.value for a in incident.blamed_ids if a in actors)
    for given, incident in zip(incidents, derived, strict=True):
        sides = sorted(blamed[incident.incident_id] - {"none"})
        if incident.incident_type is IncidentType.CONFLICT:
            continue
        if incident.attribution_status is AttributionStatus.NONE and len(sides) > 1:
            message = f"nobody is blamed for the whole, but its parts are blamed on {' and '.join(sides)}"
            yield Problem(given, "attribution_status", message)


def statements_of_known_actors(tables: Tables) -> list[Statement]:
    """The statements from which the standing of claims can be derived."""
    known = {actor.actor_id for actor in _of(tables, Actor)}
    return [
        statement
        for statement in _of(tables, Statement)
        if known.issuperset(
            (*statement.speaker_ids, *statement.relayed_by_ids, *statement.accused_ids, *statement.on_behalf_of_ids)
        )
    ]


CHECKS: tuple[Check, ...] = (
    parents_make_no_circle,
    persons_have_an_affiliation,
    sides_equal_their_parents,
    retractions_are_of_ones_own,
    source_cells_are_cited,
    evidence_fits_its_record,
    sources_agree_with_evidence,
    identifiers_are_told_once,
    coordinates_are_vouched_for,
    names_are_neutral,
    our_words_are_neutral,
    umbrellas_tell_their_blame,
    ids_are_not_retired,
)
"""Every check across records besides keys and references, in the order in which findings are reported."""
