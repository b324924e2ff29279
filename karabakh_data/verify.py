"""Verify every citation against the documents, and tell what no record cites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from karabakh_data.columns import columns_of
from karabakh_data.dataset import Dataset
from karabakh_data.evidence import Coverage, Document, DocumentError, Span, coverage, fold
from karabakh_data.models import Actor, Evidence, Place, Source, Statement
from karabakh_data.vocabulary import Basis, EvidenceStance

DOCUMENT = "document"
"""The field of a failure that concerns a whole document."""


@dataclass(frozen=True)
class Failure:
    """A citation that the document does not bear out."""

    source_id: str
    record_id: str
    field: str
    span: Span
    message: str

    def __str__(self) -> str:
        if self.field == DOCUMENT:
            return f"{self.source_id}: {self.message}"
        return f"{self.source_id}:{self.span.start}-{self.span.end}: {self.record_id}, {self.field}: {self.message}"


@dataclass(frozen=True)
class SourceVerification:
    """What one document says of its citations."""

    source_id: str
    document: str
    spans: int
    verified: int
    """How many of the spans hold; none where the document is missing or another one."""
    failures: tuple[Failure, ...]
    coverage: Coverage | None
    """`None` where the document is missing or another one."""

    @property
    def ok(self) -> bool:
        """Whether every span holds and nothing is left over."""
        return not self.failures and self.coverage is not None and self.coverage.complete


def verify(
    ds: Dataset, documents: Path, uncited: Mapping[str, Iterable[Span]] | None = None
) -> list[SourceVerification]:
    """Check each source's document, spans, verbatim values, quotes and coverage.

    Args:
        ds: The data set.
        documents: Folder of the documents, under the file names in `sources.document`.
        uncited: Source id -> the spans declared uncited; by default those of the data set.
    """
    declared = uncited if uncited is not None else {k: [one.span for one in v] for k, v in ds.uncited.items()}
    by_source: dict[str, list[Evidence]] = {source.source_id: [] for source in ds.sources}
    for evidence in ds.evidence:
        by_source.setdefault(evidence.source_id, []).append(evidence)
    return [_verify_source(ds, s, documents, by_source[s.source_id], declared.get(s.source_id, ())) for s in ds.sources]


def _verify_source(
    ds: Dataset, source: Source, folder: Path, rows: list[Evidence], declared: Iterable[Span]
) -> SourceVerification:
    def whole(message: str) -> SourceVerification:
        failure = Failure(source.source_id, source.source_id, DOCUMENT, Span(0, 0), message)
        return SourceVerification(source.source_id, source.document, len(rows), 0, (failure,), None)

    try:
        document = Document.read(folder / source.document)
    except DocumentError as error:
        return whole(str(error))
    if document.sha256 != source.document_sha256:
        return whole(f"not the document that was cited: its SHA-256 is {document.sha256}")
    checked = [tuple(_check(ds, document, evidence)) for evidence in rows]
    failures = tuple(failure for found in checked for failure in found)
    verified = sum(not found for found in checked)
    cited = [Span(evidence.start, evidence.end) for evidence in rows]
    return SourceVerification(
        source.source_id, source.document, len(rows), verified, failures, coverage(document, cited, declared)
    )


def _check(ds: Dataset, document: Document, evidence: Evidence) -> Iterator[Failure]:
    def failure(message: str) -> Failure:
        span = Span(evidence.start, evidence.end)
        return Failure(evidence.source_id, evidence.record_id, evidence.field, span, message)

    if evidence.record_id not in ds or evidence.field not in type(ds[evidence.record_id]).model_fields:
        yield failure("there is no such record or column")
        return
    if evidence.end > len(document.text):
        yield failure(f"lies past the document's end ({len(document.text)})")
        return
    if document.digest(evidence.start, evidence.end) != evidence.sha256:
        yield failure("the characters there are not those that were cited")
        return
    if evidence.stance is EvidenceStance.CONTRADICTS:
        return
    passage = fold(document.text[evidence.start : evidence.end])
    if evidence.field == "quote":
        yield from map(failure, _quote_faults(ds, document, evidence))
    elif evidence.basis is Basis.VERBATIM and passage not in (names := expected_texts(ds, evidence)):
        yield failure(f"cited as verbatim, but the passage is none of {', '.join(map(repr, sorted(names)))}")


def expected_texts(ds: Dataset, evidence: Evidence) -> set[str]:
    """What a verbatim passage may be: the cell's text; for an actor or place, a name or alias of it."""
    record = ds[evidence.record_id]
    column = next(c for c in columns_of(type(record)) if c.name == evidence.field)
    value = evidence.value if column.is_list else getattr(record, column.name)
    if column.reference and value is not None:
        if str(value) not in ds:
            return set()
        target = ds[str(value)]
        return {fold(name) for name in (target.name, *target.aliases)} if isinstance(target, Actor | Place) else set()
    return {fold(str(value) if column.is_list else column.write(value))}


def _quote_faults(ds: Dataset, document: Document, evidence: Evidence) -> Iterator[str]:
    statement = ds[evidence.record_id]
    if not isinstance(statement, Statement):
        return
    passage = document.text[evidence.start : evidence.end]
    if fold(passage) != fold(statement.quote or ""):
        yield "the quote is not what stands there"
    if not any(q.start <= evidence.start and evidence.end <= q.end for q in document.quoted):
        yield "the passage does not stand inside quotation marks"
