"""Derived columns and tables of a contribution, compared with what follows from the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from karabakh_data.columns import Column, columns_of
from karabakh_data.derive import derive_ceasefires, derive_edges, derive_incidents, derive_nodes, derive_terms
from karabakh_data.models import Actor, Ceasefire, Incident, Record, StatusReport
from karabakh_data.models.types import Origin
from karabakh_data.rules import is_filled
from karabakh_data.tables import DERIVED_TABLES, MODELS
from karabakh_data.validation.check import Check, Problem, check
from karabakh_data.validation.checks import statements_of_known_actors
from karabakh_data.validation.finding import Severity
from karabakh_data.validation.world import World

BASIS = {"incidents": "statements", "ceasefires": "status_reports"}
"""Table -> the table that its derived columns follow from."""


def set_columns(table_columns: Sequence[Column]) -> list[Column]:
    """The columns that follow from other tables and may be left out."""
    return [column for column in table_columns if column.origin is Origin.DERIVED_SET and not column.required]


def at_hand(world: World, table: str) -> bool:
    """Whether what the table's derived columns follow from can be seen: published or contributed."""
    return world.published is not None or bool(world.batch.get(BASIS[table]))


@check("KD411", Severity.ERROR, ("incidents",), absent="statements", consults=("statements", "actors"))
def incident_statuses_follow(world: World) -> Iterator[Problem]:
    """A status of an incident is given and does not follow from the statements that link it.

    `occurrence_status`, `attribution_status` and what belongs to them are derived by published rules and nothing else
    decides them. Leave the columns out.
    """
    yield from _differing(world, "incidents")


@check("KD419", Severity.ERROR, ("ceasefires",), absent="status_reports", consults=("status_reports",))
def ceasefire_statuses_follow(world: World) -> Iterator[Problem]:
    """The last reported status of a ceasefire is given and does not follow from its status reports.

    The report whose day reaches furthest decides. Leave the columns out.
    """
    yield from _differing(world, "ceasefires")


def _differing(world: World, table: str) -> Iterator[Problem]:
    records = world.batch.get(table, ())
    if not records or not at_hand(world, table):
        return
    if not any(is_filled(getattr(r, c.name)) for r in records for c in set_columns(columns_of(type(r)))):
        return
    for record, derived in zip(records, _derived(world, table), strict=True):
        for column in set_columns(columns_of(type(record))):
            given, follows = getattr(record, column.name), getattr(derived, column.name)
            if is_filled(given) and given != follows:
                message = f"is {column.write(given)}, but {column.write(follows) or 'nothing'} follows; leave it out"
                yield Problem(record, column.name, message, suggestion=column.write(follows) or None)


def _derived(world: World, table: str) -> Iterator[Record]:
    if table == "ceasefires":
        ceasefires = [record for record in world.batch[table] if isinstance(record, Ceasefire)]
        reports = [record for record in world["status_reports"] if isinstance(record, StatusReport)]
        yield from derive_ceasefires(ceasefires, reports)
        return
    incidents = [record for record in world.batch[table] if isinstance(record, Incident)]
    actors = {record.actor_id: record for record in world["actors"] if isinstance(record, Actor)}
    yield from derive_incidents(incidents, statements_of_known_actors(world), actors)


@check("KD418", Severity.ERROR, tuple(sorted(DERIVED_TABLES)), together=True, consults=tuple(MODELS))
def derived_rows_follow(world: World) -> Iterator[Problem]:
    """A row of a derived table (nodes, edges, vocabularies) does not follow from the other tables.

    These tables are made when the data set is built. Leave them out of a contribution.
    """
    tables: dict[str, Any] = {name: world[name] for name in world if name not in DERIVED_TABLES}
    makers: dict[str, Any] = {"nodes": derive_nodes, "edges": derive_edges, "vocabularies": lambda _: derive_terms()}
    for table, make in makers.items():
        if given := world.batch.get(table):
            following = {record.key: record for record in make(tables)}
            for record in given:
                if following.get(record.key) != record:
                    yield Problem(record, record.PRIMARY_KEY[0], "does not follow from the other tables; leave it out")


DERIVED: tuple[Check, ...] = (incident_statuses_follow, ceasefire_statuses_follow, derived_rows_follow)
"""Every check of derived columns and tables."""
