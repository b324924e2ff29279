"""Records for people: text for the terminal, HTML for notebooks, citations."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from karabakh_data import __version__
from karabakh_data.claim import Claim, name_of
from karabakh_data.claims import SIDES, UNATTRIBUTED, camps, withdrawn
from karabakh_data.columns import columns_of
from karabakh_data.derive import carrying_sources, label_of
from karabakh_data.models import (
    Affiliation,
    Ceasefire,
    Evidence,
    Incident,
    Record,
    Source,
    Statement,
    StatusReport,
)
from karabakh_data.models.types import Origin
from karabakh_data.tables import MODELS, row_is
from karabakh_data.vocabulary import StatementStance

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset
    from karabakh_data.table import Table

OUTSIDE = "outside"


def filled(record: Record) -> list[tuple[str, str]]:
    """The (column, text) pairs of a record's filled cells; lists are joined by commas, date bounds left out."""
    pairs = []
    for column in columns_of(type(record)):
        value = getattr(record, column.name)
        is_bound = column.origin is Origin.DERIVED_ROW and column.name.endswith(("_earliest", "_latest"))
        if value is None or value == () or is_bound:
            continue
        text = ", ".join(map(str, value)) if isinstance(value, tuple) else column.write(value)
        pairs.append((column.name, text))
    return pairs


# --- Claims --------------------------------------------------------------------------------------------------------


def claims_about(ds: Dataset, incident: Incident) -> list[Statement]:
    """The statements that link an incident, by day."""
    return [claim.statement for claim in ds.claims(incident)]


def by_camp(ds: Dataset, statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    """The statements under the camps that make them, none left out; a joint one stands under each.

    Identified outsiders are taken together.
    """
    actors = {actor.actor_id: actor for actor in ds.actors}
    found: dict[str, list[Statement]] = {camp: [] for camp in (*SIDES, OUTSIDE, UNATTRIBUTED)}
    for statement in statements:
        for camp in dict.fromkeys(camp if camp in found else OUTSIDE for camp in camps(statement, actors)):
            found[camp].append(statement)
    return found


def voices(ds: Dataset, statements: Iterable[Statement]) -> dict[str, int]:
    """How many claims each camp makes; mentions and what was withdrawn count nowhere."""
    gone = withdrawn(ds.statements)
    counted = (s for s in statements if s.stance is not StatementStance.MENTIONS and s.statement_id not in gone)
    return {camp: len(made) for camp, made in by_camp(ds, counted).items()}


# --- Text ----------------------------------------------------------------------------------------------------------


def aligned(rows: Sequence[Sequence[str]], indent: str = "", width: int = 100) -> str:
    """Rows in aligned columns; the last column is wrapped to `width`."""
    if not rows:
        return ""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    lead = sum(widths) + 2 * len(widths) + len(indent)
    lines = []
    for row in rows:
        start = indent + "".join(f"{cell:<{size}}  " for cell, size in zip(row, widths, strict=False))
        parts = [
            p
            for line in row[-1].split("\n")
            for p in textwrap.wrap(line, max(30, width - lead), break_on_hyphens=False) or [""]
        ] or [""]
        lines.append((start + parts[0]).rstrip())
        lines += [" " * lead + part for part in parts[1:]]
    return "\n".join(lines)


def line_of(record: Record) -> tuple[str, str]:
    """A record on one line: its id (or key) and a label, with its date where it has one."""
    name = record.identity or " ".join(str(part) for part in record.key if part is not None)
    dates = (getattr(record, field, None) for field in ("published", "date", "said", "declared", "effective", "as_of"))
    date = next((str(found) for found in dates if found is not None), "")
    label = label_of(record) if record.identity else str(getattr(record, "definition", None) or "")
    return name, " · ".join(part for part in (date, label) if part)


def shown_path(folder: Path | None) -> str:
    """A folder as a person would type it: relative where it lies under the current folder."""
    if folder is None:
        return "."
    try:
        return folder.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return folder.as_posix()


def record_text(ds: Dataset, record: Record, width: int = 100) -> str:
    """A record with its claims, neighbours and citations."""
    parts = [f"{record.identity}  ({record.TABLE})", aligned(filled(record), "  ", width)]
    if isinstance(record, Incident):
        parts.append(_claims_text(ds, record, width))
    if isinstance(record, Ceasefire):
        parts.append(_reports_text(ds, record, width))
    related = [
        (relation, "\n".join(f"{one.identity}  {label_of(one)}" for one in records))
        for relation, records in ds.related(record).items()
        if relation != "source"
    ]
    if related:
        parts.append("Related\n" + aligned(related, "  ", width))
    ids = [
        (str(i.scheme), i.value, f"verified in {i.verified_in}")
        for i in ds.identifiers.where(record_id=record.identity)
    ]
    if ids:
        parts.append("Identifiers\n" + aligned(ids, "  ", width))
    parts.append(
        "Citations (article, characters, how the value follows)\n" + citations_text(ds.citations(record), width)
    )
    parts.append(citation(ds, record))
    return "\n\n".join(part for part in parts if part)


def citations_text(evidence: Iterable[Evidence], width: int = 100) -> str:
    """Evidence as aligned lines."""
    rows = [
        (
            e.field,
            e.source_id.removeprefix("source-"),
            f"{e.start}-{e.end}",
            str(e.basis) if e.stance == "supports" else f"{e.basis}, contradicts",
            " · ".join(part for part in (e.value, e.note) if part),
        )
        for e in evidence
    ]
    return aligned(rows, "  ", width) or "  none"


def _claims_text(ds: Dataset, incident: Incident, width: int) -> str:
    claims = {claim.statement_id: claim for claim in ds.claims(incident)}
    statements = [claim.statement for claim in claims.values()]
    status = incident.occurrence_status, incident.attribution_status
    standing = [
        (name, f"{word}: {word.definition}" if word else "not derived")
        for name, word in zip(("occurrence", "blame"), status, strict=True)
    ]
    standing.append(("claims by", ", ".join(f"{camp} {count}" for camp, count in voices(ds, statements).items())))
    if mentions := sum(claim.stance is StatementStance.MENTIONS for claim in claims.values()):
        standing.append(("mentions", f"{mentions}, which say not whether it happened and count nowhere"))
    lines = [
        "How the claims stand (derived by published rules; no judgement of who is right)",
        aligned(standing, "  ", width),
    ]
    for camp, made in by_camp(ds, statements).items():
        if made:
            lines.append(f"\nClaims by {camp}")
            lines += [_claim_text(claims[statement.statement_id], width) for statement in made]
    parts = ds.incidents.where(part_of_id=incident.incident_id)
    if len(parts):
        rows = [
            (part.incident_id, f"{part.name}; {part.occurrence_status}, {part.attribution_status}") for part in parts
        ]
        lines.append("\nParts of it\n" + aligned(rows, "  ", width))
    return "\n".join(lines)


def _claim_text(claim: Claim, width: int) -> str:
    head = textwrap.wrap(f"• {claim.head}", width, initial_indent="  ", subsequent_indent="    ")
    return "\n".join([*head, aligned(claim.details, "      ", width)])


def _reports_text(ds: Dataset, ceasefire: Ceasefire, width: int) -> str:
    reports = sorted(ds.status_reports.where(ceasefire_id=ceasefire.ceasefire_id), key=lambda r: (r.as_of, r.report_id))
    rows = [
        (
            str(r.as_of),
            str(r.ceasefire_status),
            " and ".join(name_of(ds.actors[one]) for one in r.reported_by_ids) or "in the article's own voice",
        )
        for r in reports
    ]
    return "What is reported of it\n" + (aligned(rows, "  ", width) or "  nothing")


# --- Citations -----------------------------------------------------------------------------------------------------


def source_text(ds: Dataset, source: Source) -> str:
    """An article as in a list of references."""
    publisher = ds.actors.get(source.publisher_id or "")
    carrier = ds.actors.get(source.republisher_id or "")
    names = [actor.name for actor in (publisher, carrier) if actor]
    title = f"“{source.title}”" if source.title else "[untitled article]"
    return ", ".join([title, *names, str(source.published)])


def data_citation() -> str:
    """A citation of the whole data set, with its version."""
    from karabakh_data.descriptor import CONTRIBUTORS, TITLE

    return f"{CONTRIBUTORS[0]['title']}, karabakh_data: {TITLE}, version {__version__}, CC BY 4.0"


def citation(ds: Dataset, record: Record) -> str:
    """A citation for people: what the record says, the articles that carry it, and the data set with its version."""
    dataset = data_citation()
    if isinstance(record, Source):
        return f"{source_text(ds, record)}. {record.identity} in {dataset}."
    cited = carrying_sources(type(record), ((e.field, e.source_id) for e in ds.citations(record)))
    ids = getattr(record, "source_ids", None) or [s.source_id for s in ds.sources if s.source_id in cited]
    carried = "; ".join(source_text(ds, ds.sources[source]) for source in ids)
    return f"{gist(ds, record).rstrip('.')}. From {carried}. {record.identity} in {dataset}."


def gist(ds: Dataset, record: Record) -> str:
    """What a record says, in one sentence that stands alone."""

    def name(actor_id: str) -> str:
        return ds.actors[actor_id].name

    if isinstance(record, Statement):
        speakers = " and ".join(map(name, record.speaker_ids))
        return f"{speakers} ({record.speech_act}, {record.said}): {record.summary}"
    if isinstance(record, Affiliation):
        return f"{name(record.member_id)}, {record.role}, {name(record.organisation_id)} ({record.as_of})"
    if isinstance(record, StatusReport):
        reporters = " and ".join(map(name, record.reported_by_ids)) or "the article's own voice"
        ceasefire = ds.ceasefires[record.ceasefire_id].name
        return f"{ceasefire}, {record.ceasefire_status} as of {record.as_of} by {reporters}"
    return label_of(record) if getattr(record, "name", None) else str(getattr(record, "summary", label_of(record)))


# --- HTML ----------------------------------------------------------------------------------------------------------


_SHORT = 45
"""Longest text that is kept on one line of an HTML table."""


def _cell_html(cell: str) -> str:
    style = "white-space:nowrap" if len(cell) <= _SHORT else "min-width:22em"
    return f"<td style='text-align:left;vertical-align:top;padding-right:1em;{style}'>{html.escape(cell)}</td>"


def _table_html(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th style='text-align:left'>{html.escape(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(map(_cell_html, row))}</tr>" for row in rows)
    return f"<div style='overflow-x:auto'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def record_html(record: Record) -> str:
    """A record as an HTML table; every value escaped."""
    caption = html.escape(f"{type(record).__name__} {record.identity or ''}".strip())
    return f"<p><b>{caption}</b></p>{_table_html(('column', 'value'), filled(record))}"


def titled_table_html(title: str, about: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table under a title as HTML; every value escaped."""
    return f"<p><b>{html.escape(title)}</b>: {html.escape(about)}</p>{_table_html(header, rows)}"


def claim_html(claim: Claim) -> str:
    """A claim as an HTML table; every value escaped."""
    rows = [("camp", " and ".join(claim.camps)), *claim.details]
    return f"<p><b>{html.escape(claim.head)}</b></p>{_table_html(('', 'Claim, not fact'), rows)}"


def table_html(table: Table[Any], shown: int = 20) -> str:
    """The first records of a table as HTML, without columns that they leave empty; every value escaped."""
    cells = [dict(filled(record)) for record in list(table)[:shown]]
    names = [column.name for column in table.columns if any(column.name in row for row in cells)]
    rows = [[textwrap.shorten(row.get(name, ""), 120, placeholder="…") for name in names] for row in cells]
    more = f"<p>… and {len(table) - shown} more</p>" if len(table) > shown else ""
    return f"<p><b>{html.escape(table.name)}</b>: {len(table)} records</p>{_table_html(names, rows)}{more}"


def dataset_html(ds: Dataset) -> str:
    """The tables with their sizes and what one row is."""
    rows = [(name, f"{len(ds.table(name)):,}", row_is(model)) for name, model in MODELS.items()]
    return f"<p><b>karabakh_data {__version__}</b></p>{_table_html(('table', 'rows', 'one row is'), rows)}"
