"""Checks across records: keys, references, citations, affiliations, neutral names and wording.

Each check is a generator over the tables of a data set and yields what it finds; `problems` runs them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from karabakh_data.claims import camps
from karabakh_data.columns import Column, Kind, column_named, columns_of
from karabakh_data.derive import carrying_sources, publication_order
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
from karabakh_data.neutrality import SIDE_WORDS, loaded_words, names_in
from karabakh_data.tables import DERIVED_TABLES, MODELS, references
from karabakh_data.validation.codes import Code, add, keys
from karabakh_data.validation.finding import Severity
from karabakh_data.vocabulary import (
    ActorType,
    AttributionStatus,
    EvidenceStance,
    IncidentType,
    PlaceType,
    Scheme,
    SpeechAct,
)

Tables = Mapping[str, Sequence[Record]]
ERROR = Severity.ERROR


class Problem(NamedTuple):
    """What does not hold, and at which record and field (of a list, at which element)."""

    record: Record
    field: str
    message: str
    element: str | None = None
    suggestion: str | None = None
    code: str = ""
    severity: Severity = Severity.ERROR

    @property
    def table(self) -> str:
        """The record's table."""
        return self.record.TABLE

    @property
    def record_id(self) -> str:
        """The record's id, or the parts of its key."""
        return self.record.identity or " ".join(str(part) for part in self.record.key if part is not None)

    def __str__(self) -> str:
        return f"{self.severity} {self.code} {self.table} {self.record_id}, {self.field}: {self.message}"


@dataclass(frozen=True)
class Check(Code[[Tables], Iterator[Problem]]):
    """A check across records: a finding code whose function yields problems.

    `watches` names the tables a new record of which can break it. `absent` names a table in which it misses rows, so
    that a row at fault there may be the one that is missed. `published` is its severity in the published data set.
    `lone`: it looks at each record alone.
    """

    watches: tuple[str, ...] = ()
    absent: str | None = None
    published: Severity = ERROR
    lone: bool = False

    def __call__(self, tables: Tables) -> Iterator[Problem]:
        for problem in self.function(tables):
            yield problem._replace(code=self.number, severity=self.severity)


def check(
    number: str,
    severity: Severity,
    watches: Sequence[str],
    *,
    absent: str | None = None,
    published: Severity | None = None,
    lone: bool = False,
) -> Callable[[Callable[[Any], Iterator[Problem]]], Check]:
    """Make a generator of problems the check of a finding code; see `Check`."""

    def register(function: Callable[[Any], Iterator[Problem]]) -> Check:
        made = Check(number, severity, function, tuple(watches), absent, published or severity, lone)
        add(made)
        return made

    return register


def problems(tables: Tables) -> list[Problem]:
    """Everything that does not hold between the records of the published data set, check by check."""
    found = [*keys_are_unique(tables), *references_resolve(tables)]
    for one in CHECKS:
        found += [problem._replace(severity=one.published) for problem in one(tables)]
    return found


def _of(tables: Tables, model: type[Any]) -> list[Any]:
    return [record for record in tables.get(model.TABLE, ()) if isinstance(record, model)]


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
    for records in tables.values():
        for record in records:
            for column, target in references(record):
                table = column.reference or ""
                if column.is_key and record.identity == target:
                    continue
                if target not in known[table]:
                    said = keys.unknown_reference(target, table, ids[table])
                    hint = f"; did you mean {said.suggestion!r}?" if said.suggestion else ""
                    yield Problem(record, column.name, said.message + hint, code=keys.unknown_reference.number)


@check("KD305", ERROR, ("actors", "incidents", "ceasefires", "statements"))
def parents_make_no_circle(tables: Tables) -> Iterator[Problem]:
    """Following `part_of_id`, `supersedes_id`, `renews_id` or `responds_to_id` never leads back."""
    for name in ("part_of_id", "supersedes_id", "renews_id", "responds_to_id"):
        up = {
            str(record.identity): parent
            for records in tables.values()
            for record in records
            if record.identity and (parent := getattr(record, name, None))
        }
        for start in up:
            seen, current = {start}, up.get(start)
            while current is not None and current not in seen:
                seen.add(current)
                current = up.get(current)
            if current == start:
                yield Problem(_with_id(tables)[start], name, "leads back to the record itself")


# --- Actors --------------------------------------------------------------------------------------------------------


@check("KD413", ERROR, ("actors", "affiliations"), absent="affiliations")
def persons_have_an_affiliation(tables: Tables) -> Iterator[Problem]:
    """A person has at least one dated affiliation."""
    members = {affiliation.member_id for affiliation in _of(tables, Affiliation)}
    for actor in _of(tables, Actor):
        if actor.actor_type is ActorType.PERSON and actor.actor_id not in members:
            yield Problem(actor, "actor_type", "a person needs an affiliation: the office, its body and a date")


@check("KD414", ERROR, ("actors", "affiliations"))
def sides_equal_their_parents(tables: Tables) -> Iterator[Problem]:
    """An organ or force is on its parent's side; an office-holder on that of the body whose office it is."""
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


@check("KD415", ERROR, ("statements",))
def retractions_are_of_ones_own(tables: Tables) -> Iterator[Problem]:
    """A `retract` withdraws a statement of the same camp, or of one for whom it is made; nobody else's."""
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


def elements(record: Record, column: Column) -> list[tuple[str | None, str]]:
    """The (list element or `None`, text) pairs of a cell that need a citation: not empty, not `unspecified`."""
    value = getattr(record, column.name)
    if value is None:
        return []
    pairs = [(text, text) for text in map(str, value)] if column.is_list else [(None, column.write(value))]
    return [pair for pair in pairs if pair[1] != UNSPECIFIED]


@check("KD601", ERROR, ("evidence",), absent="evidence")
def source_cells_are_cited(tables: Tables) -> Iterator[Problem]:
    """Every source cell that is neither empty nor `unspecified` has a supporting passage, list elements one by one."""
    supported = {(e.record_id, e.field, e.value) for e in _of(tables, Evidence) if e.stance is EvidenceStance.SUPPORTS}
    for record_id, record in _with_id(tables).items():
        for column in columns_of(type(record)):
            if column.origin is Origin.SOURCE:
                for element, text in elements(record, column):
                    if (record_id, column.name, element) not in supported:
                        yield Problem(record, column.name, f"{text} is not cited")


@check("KD602", ERROR, ("evidence",))
def evidence_fits_its_record(tables: Tables) -> Iterator[Problem]:
    """Evidence names a filled column of its record (of a list, an element) and ends inside the document."""
    everything = _with_id(tables)
    lengths = {source.source_id: source.document_chars for source in _of(tables, Source)}
    for evidence in _of(tables, Evidence):
        record = everything.get(evidence.record_id)
        length = lengths.get(evidence.source_id)
        if length is not None and evidence.end > length:
            yield Problem(evidence, "end", f"lies past the document's end ({length})")
        if record is None:
            continue  # told by the reference
        column = column_named(type(record), evidence.field)
        if column is None:
            yield Problem(evidence, "field", f"{record.TABLE} has no column {evidence.field}")
        elif evidence.stance is EvidenceStance.SUPPORTS:
            texts = [element for element, _ in elements(record, column)]
            if evidence.value not in texts:
                yield Problem(evidence, "value", f"`{evidence.field}` of {evidence.record_id} holds no such value")


@check("KD603", ERROR, ("evidence",), absent="evidence")
def sources_agree_with_evidence(tables: Tables) -> Iterator[Problem]:
    """`source_ids` names exactly the sources that carry the record by its evidence, in order of publication."""
    order = [source.source_id for source in sorted(_of(tables, Source), key=publication_order)]
    cited: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for evidence in _of(tables, Evidence):
        cited[evidence.record_id].append((evidence.field, evidence.source_id))
    for record_id, record in _with_id(tables).items():
        given = getattr(record, "source_ids", None)
        carrying = carrying_sources(type(record), cited[record_id])
        expected = tuple(source for source in order if source in carrying)
        if given is not None and cited[record_id] and given != expected:
            yield Problem(
                record, "source_ids", f"is {';'.join(given)}, but by the evidence it is carried by {';'.join(expected)}"
            )


@check("KD306", ERROR, ("identifiers",))
def identifiers_are_told_once(tables: Tables) -> Iterator[Problem]:
    """No two records claim the same authority id."""
    seen: dict[tuple[str, str], Identifier] = {}
    for identifier in _of(tables, Identifier):
        first = seen.setdefault((identifier.scheme, identifier.value), identifier)
        if first.record_id != identifier.record_id and identifier.scheme not in SHARED_SCHEMES:
            yield Problem(identifier, "value", f"also stands at {first.record_id}")


@check("KD416", ERROR, ("places", "identifiers"), absent="identifiers")
def coordinates_are_vouched_for(tables: Tables) -> Iterator[Problem]:
    """The coordinates of a place are those of its `geo` identifier."""
    given = {i.record_id: i.value for i in _of(tables, Identifier) if i.scheme is Scheme.GEO}
    for place in _of(tables, Place):
        cells = {column.name: column.write(getattr(place, column.name)) for column in columns_of(Place)}
        expected = f"geo:{cells['latitude']},{cells['longitude']}" if cells["latitude"] else None
        if expected != given.get(place.place_id):
            message = f"is {expected or 'empty'}, but the identifier of scheme geo is {given.get(place.place_id)}"
            yield Problem(place, "latitude", message)


SHARED_SCHEMES = frozenset({"gw", "cow", "ucdp-actor", "ucdp-conflict"})
"""Schemes that give a successor state the id of its predecessor, or a conflict's id to its parties and territory."""


# --- Neutrality ----------------------------------------------------------------------------------------------------


@check("KD417", ERROR, ("incidents", "ceasefires"))
def names_are_neutral(tables: Tables) -> Iterator[Problem]:
    """Ids and names of incidents and ceasefires name no side and no actor; a place of the same name is not meant."""
    actors = {
        name
        for actor in _of(tables, Actor)
        for name in (actor.name, *actor.aliases)
        if actor.actor_type is not ActorType.COLLECTIVE
    }
    places = {
        name
        for place in tables.get("places", ())
        if getattr(place, "place_type", None) is not PlaceType.COUNTRY
        for name in (getattr(place, "name", ""), *getattr(place, "aliases", ()))
    }
    banned = sorted((actors - places) | set(SIDE_WORDS))
    for model in (Incident, Ceasefire):
        for record in _of(tables, model):
            for field, text in ((model.PRIMARY_KEY[0], str(record.identity)), ("name", record.name)):
                for name in names_in(text, banned):
                    yield Problem(record, field, f"names {name}; an id or name takes no side")


@check("KD506", Severity.WARNING, tuple(MODELS), published=ERROR, lone=True)
def our_words_are_neutral(tables: Tables) -> Iterator[Problem]:
    """No loaded word stands in an editorial column."""
    for records in tables.values():
        for record in records:
            for column in columns_of(type(record)):
                value = getattr(record, column.name)
                if column.origin is Origin.EDITORIAL and column.kind is Kind.TEXT and value and not column.is_list:
                    for word in loaded_words(value):
                        yield Problem(record, column.name, f"holds the loaded word {word!r}")


@check("KD508", Severity.WARNING, ("incidents",))
def umbrellas_tell_their_blame(tables: Tables) -> Iterator[Problem]:
    """Warns of an episode without blame whose parts are blamed on both sides; a whole conflict is no episode."""
    actors = {actor.actor_id: actor for actor in _of(tables, Actor)}
    blamed: dict[str, set[str]] = defaultdict(set)
    for incident in _of(tables, Incident):
        if incident.part_of_id:
            blamed[incident.part_of_id].update(actors[a].side.value for a in incident.blamed_ids if a in actors)
    for incident in _of(tables, Incident):
        sides = sorted(blamed[incident.incident_id] - {"none"})
        if incident.incident_type is IncidentType.CONFLICT:
            continue
        if incident.attribution_status is AttributionStatus.NONE and len(sides) > 1:
            message = f"nobody is blamed for the whole, but its parts are blamed on {' and '.join(sides)}"
            yield Problem(incident, "attribution_status", message)


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
)
"""Every check across records besides keys and references, in the order in which findings are reported."""
