"""Evidence of a contribution: what is derived from it, and what the documents say, where they are at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from karabakh_data.columns import Kind, column_named, columns_of
from karabakh_data.evidence import Document, DocumentError, fold
from karabakh_data.models import Evidence, Record, Source
from karabakh_data.models.types import Origin
from karabakh_data.tables import MODELS
from karabakh_data.validation.check import Problem, check
from karabakh_data.validation.codes import evidence as codes
from karabakh_data.validation.finding import Severity
from karabakh_data.validation.world import World
from karabakh_data.verify import faults_of

COPIED_WORDS = 12
"""As many words of an article in a row are copied, not told."""


@check("KD604", Severity.WARNING, ("evidence",), absent="evidence", together=True, consults=tuple(MODELS))
def records_have_evidence(world: World) -> Iterator[Problem]:
    """A record of the contribution has no evidence, while others have.

    It can be judged without, but not adopted: every value read in a source needs the passage that it was read from.
    """
    cited = {evidence.record_id for evidence in world["evidence"] if isinstance(evidence, Evidence)}
    for records in world.batch.values():
        for record in records:
            sourced = any(column.origin is Origin.SOURCE for column in columns_of(type(record)))
            if record.identity is not None and sourced and record.identity not in cited:
                yield Problem(record, record.PRIMARY_KEY[0], "has no evidence, while other records have")


def documents_of(world: World) -> Iterator[tuple[Source, Document | None]]:
    """The sources that the contribution brings or cites, each with its document where it is at hand."""
    if world.documents is None:
        return
    brought = {record.identity for record in world.batch.get("sources", ())}
    cited = {e.source_id for e in world.batch.get("evidence", ()) if isinstance(e, Evidence)}
    carrying = {
        one for records in world.batch.values() for record in records for one in getattr(record, "source_ids", ())
    }
    for source in world["sources"]:
        if isinstance(source, Source) and source.source_id in brought | cited | carrying:
            try:
                yield source, Document.read(world.documents / source.document)
            except DocumentError:
                yield source, None


def against_documents(world: World) -> Iterator[Problem]:
    """What the documents say of the contribution: digests, spans, verbatim values, quotes, copied sentences."""
    for source, document in documents_of(world):
        rows = [
            e for e in world.batch.get("evidence", ()) if isinstance(e, Evidence) and e.source_id == source.source_id
        ]
        own = source in world.batch.get("sources", ())
        if document is None:
            if rows or own:
                at: Record = source if own else rows[0]
                field = "document" if own else "source_id"
                yield _problem(at, field, codes.document_not_at_hand, source.document)
            continue
        if source.document_sha256 is not None and source.document_sha256 != document.sha256:
            at, field = (source, "document_sha256") if own else (next(iter(rows), source), "source_id")
            yield _problem(at, field, codes.another_document, document.sha256)
            continue
        if own and source.document_chars not in (None, len(document.text)):
            yield Problem(source, "document_chars", f"the document has {len(document.text)} characters", code="KD605")
        for evidence in rows:
            if _is_told(world, source, evidence):
                continue
            for made, said in faults_of(world.dataset, document, evidence):
                yield Problem(evidence, _FIELD.get(made.number, "start"), said.message, code=made.number)
        yield from _copied(world, source, document)


def _is_told(world: World, source: Source, evidence: Evidence) -> bool:
    """Whether the passage cannot be compared, for a reason that is told without the document."""
    if evidence.record_id not in world.dataset:
        return True  # the record is at fault
    if column_named(type(world.dataset[evidence.record_id]), evidence.field) is None:
        return True
    return source.document_chars is not None and evidence.end > source.document_chars


_FIELD = {"KD607": "end", "KD608": "sha256", "KD609": "basis"}


def _problem(record: Record, field: str, made: Any, *args: Any) -> Problem:
    return Problem(record, field, made(*args).message, code=made.number, severity=made.severity)


def _copied(world: World, source: Source, document: Document) -> Iterator[Problem]:
    words = re.findall(r"\w+", fold(document.text).casefold())
    runs = {tuple(words[i : i + COPIED_WORDS]) for i in range(len(words) - COPIED_WORDS + 1)}
    for records in world.batch.values():
        for record in records:
            if source.source_id not in (*getattr(record, "source_ids", ()), record.identity):
                continue
            for column in columns_of(type(record)):
                text = getattr(record, column.name)
                if column.origin is Origin.EDITORIAL and column.kind is Kind.TEXT and isinstance(text, str):
                    ours = re.findall(r"\w+", text.casefold())
                    for i in range(len(ours) - COPIED_WORDS + 1):
                        if tuple(ours[i : i + COPIED_WORDS]) in runs:
                            yield _problem(
                                record, column.name, codes.copied_words, " ".join(ours[i : i + COPIED_WORDS])
                            )
                            break
