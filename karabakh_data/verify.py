"""Verify every citation against the documents, and tell what no record cites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from karabakh_data.columns import columns_of
from karabakh_data.dataset import Dataset
from karabakh_data.evidence import Coverage, Document, DocumentError, Span, coverage, fold
from karabakh_data.models import Actor, Evidence, Place, Source, Statement
from karabakh_data.validation.codes import Code, Said
from karabakh_data.validation.codes import evidence as codes
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
    code: str = ""
    """The finding code; empty where the document cannot be read."""

    def __str__(self) -> str:
        message = f"{self.code} {self.message}" if self.code else self.message
        if self.field == DOCUMENT:
            return f"{self.source_id}: {message}"
        return f"{self.source_id}:{self.span.start}-{self.span.end}: {self.record_id}, {self.field}: {message}"


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
    def whole(message: str, code: str = "") -> SourceVerification:
        failure = Failure(source.source_id, source.source_id, DOCUMENT, Span(0, 0), message, code)
        return SourceVerification(source.source_id, source.document, len(rows), 0, (failure,), None)

    try:
        document = Document.read(folder / source.document)
    except DocumentError as error:
        return whole(str(error))
    if document.sha256 != source.document_sha256:
        return whole(codes.another_document(document.sha256).message, codes.another_document.number)
    checked = [tuple(_check(ds, document, evidence)) for evidence in rows]
    failures = tuple(failure for found in checked for failure in found)
    verified = sum(not found for found in checked)
    cited = [Span(evidence.start, evidence.end) for evidence in rows]
    return SourceVerification(
        source.source_id, source.document, len(rows), verified, failures, coverage(document, cited, declared)
    )


def _check(ds: Dataset, document: Document, evidence: Evidence) -> Iterator[Failure]:
    span = Span(evidence.start, evidence.end)
    for code, said in faults_of(ds, document, evidence):
        yield Failure(evidence.source_id, evidence.record_id, evidence.field, span, said.message, code.number)


def faults_of(ds: Dataset, document: Document, evidence: Evidence) -> Iterator[tuple[Code[..., Said], Said]]:
    """What the document says against a passage cited from it; a digest that is not given is not compared."""
    if evidence.record_id not in ds or evidence.field not in type(ds[evidence.record_id]).model_fields:
        message = "there is no such record or column"
        yield codes.another_passage, Said(message)
        return
    if evidence.end > len(document.text):
        yield codes.past_the_end, codes.past_the_end(len(document.text))
        return
    if evidence.sha256 is not None and document.digest(evidence.start, evidence.end) != evidence.sha256:
        yield codes.another_passage, codes.another_passage()
        return
    if evidence.stance is EvidenceStance.CONTRADICTS:
        return
    passage = fold(document.text[evidence.start : evidence.end])
    if evidence.field == "quote":
        yield from _quote_faults(ds, document, evidence)
    elif evidence.basis is Basis.VERBATIM and passage not in (names := expected_texts(ds, evidence)):
        yield codes.not_verbatim, codes.not_verbatim(names)


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


def _quote_faults(ds: Dataset, document: Document, evidence: Evidence) -> Iterator[tuple[Code[..., Said], Said]]:
    statement = ds[evidence.record_id]
    if not isinstance(statement, Statement):
        return
    passage = document.text[evidence.start : evidence.end]
    if fold(passage) != fold(statement.quote or ""):
        yield codes.quote_differs, codes.quote_differs()
    elif not any(q.start <= evidence.start and evidence.end <= q.end for q in document.quoted):
        yield codes.quote_not_quoted, codes.quote_not_quoted()
