"""Stand-off annotation: documents, spans, digests and coverage.

Positions count Unicode code points of the document's bytes decoded as UTF-8 with nothing normalised; `start` is
inclusive, `end` exclusive (the text position selector of the W3C Web Annotation Data Model).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

DOCUMENTS_VARIABLE = "KARABAKH_DATA_DOCUMENTS"
"""Environment variable that names the folder of the documents."""


class DocumentError(ValueError):
    """A document is missing or is not the one that was cited."""


class Span(NamedTuple):
    """`start` inclusive, `end` exclusive, in code points."""

    start: int
    end: int


class Uncited(NamedTuple):
    """A span that supports no record, and why."""

    span: Span
    reason: str


@dataclass(frozen=True)
class Document:
    """An article's text with the digest of its bytes."""

    name: str
    text: str
    sha256: str

    @classmethod
    def read(cls, path: Path) -> Document:
        """Read a document.

        Raises:
            DocumentError: The file cannot be read, or is not UTF-8.
        """
        try:
            data = path.read_bytes()
            return cls(path.name, data.decode("utf-8"), hashlib.sha256(data).hexdigest())
        except OSError as error:
            raise DocumentError(f"{path}: cannot be read ({error.strerror})") from None
        except UnicodeDecodeError as error:
            raise DocumentError(f"{path}: not UTF-8 at byte {error.start}") from None

    def digest(self, start: int, end: int) -> str:
        """SHA-256 of the span's UTF-8 text, in hexadecimal digits."""
        return hashlib.sha256(self.text[start:end].encode("utf-8")).hexdigest()

    def find(self, words: str) -> list[Span]:
        """Every place where exactly these words stand."""
        return [Span(m.start(), m.end()) for m in re.finditer(re.escape(words), self.text)] if words else []

    def find_folded(self, words: str) -> list[Span]:
        """Every place where these words stand, whatever blanks, no-break spaces and line breaks lie between them."""
        parts = [re.escape(part) for part in words.split()]
        return [Span(m.start(), m.end()) for m in re.finditer(r"\s+".join(parts), self.text)] if parts else []

    def line_of(self, position: int) -> int:
        """The 1-based line on which a code point stands."""
        return self.text.count("\n", 0, position) + 1

    @cached_property
    def quoted(self) -> tuple[Span, ...]:
        """The spans inside quotation marks; one left open ends with its paragraph."""
        spans = []
        for paragraph in re.finditer(r"[^\n]+", self.text):
            for match in re.finditer(r"“([^”\n]*)|\"([^\"\n]*)\"?", paragraph[0]):
                group = 1 if match[1] is not None else 2
                spans.append(Span(paragraph.start() + match.start(group), paragraph.start() + match.end(group)))
        return tuple(spans)

    def sentences(self) -> Iterator[Span]:
        """The spans between full stops, question marks and line breaks, without blank ones."""
        for match in re.finditer(r"[^\n.!?]+[.!?”\"’)]*", self.text):
            if match[0].strip():
                yield Span(match.start(), match.end())


def documents_folder(given: Path | None) -> Path | None:
    """The folder of the documents: as given, else `$KARABAKH_DATA_DOCUMENTS`, else `None`.

    Raises:
        DocumentError: The folder named does not exist.
    """
    named = given or (Path(os.environ[DOCUMENTS_VARIABLE]) if os.environ.get(DOCUMENTS_VARIABLE) else None)
    if named is not None and not named.is_dir():
        raise DocumentError(f"{named}: no such folder of documents")
    return named


def fold(text: str) -> str:
    """The text with no-break spaces and runs of blanks as one space."""
    return " ".join(text.split())


# --- Coverage ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coverage:
    """Which of a document's characters are cited, declared uncited or neither; blanks do not count."""

    characters: int
    cited: int
    declared: int
    gaps: tuple[Span, ...]
    sentences: int
    sentences_open: tuple[Span, ...] = field(default=())
    """Sentences of which a character is neither cited nor declared."""

    @property
    def complete(self) -> bool:
        """Whether nothing is left over."""
        return not self.gaps

    @property
    def share(self) -> float:
        """Share of the characters that are cited or declared, 0 to 1."""
        return (self.cited + self.declared) / self.characters if self.characters else 1.0


def coverage(document: Document, cited: Iterable[Span], declared: Iterable[Span]) -> Coverage:
    """The coverage of a document by citations and by spans declared uncited; a cited character counts as cited."""
    marks = bytearray(len(document.text))
    for mark, spans in ((2, declared), (1, cited)):
        for start, end in spans:
            marks[start:end] = bytes([mark]) * max(0, min(end, len(marks)) - start)
    solid = [i for i, character in enumerate(document.text) if not character.isspace()]
    left = [i for i in solid if not marks[i]]
    gaps: list[Span] = []
    for i in left:
        if gaps and not document.text[gaps[-1].end : i].strip():
            gaps[-1] = Span(gaps[-1].start, i + 1)
        else:
            gaps.append(Span(i, i + 1))
    sentences = list(document.sentences())
    missing = set(left)
    return Coverage(
        characters=len(solid),
        cited=sum(marks[i] == 1 for i in solid),
        declared=sum(marks[i] == 2 for i in solid),
        gaps=tuple(gaps),
        sentences=len(sentences),
        sentences_open=tuple(s for s in sentences if any(i in missing for i in range(*s))),
    )


# --- Digests -------------------------------------------------------------------------------------------------------


class Digests:
    """Digests of documents and spans: from the documents where they are at hand, else as published before.

    Args:
        documents: Source id -> document.
        published: (source id, start, end) -> digest of the span, from evidence already published.
        lengths: Source id -> (digest, length) of the document, as already published.
        distrusted: Published tables whose bytes nothing vouches for, so that no digest is taken over from them.
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        published: Mapping[tuple[str, int, int], str],
        lengths: Mapping[str, tuple[str, int]],
        distrusted: tuple[str, ...] = (),
    ) -> None:
        self.distrusted = distrusted
        self._documents = documents
        self._published = published
        self._lengths = lengths

    def of_document(self, source_id: str) -> tuple[str, int] | None:
        """Digest and length in code points, or `None` where neither the document nor a published value is at hand."""
        document = self._documents.get(source_id)
        if document is not None:
            return document.sha256, len(document.text)
        return self._lengths.get(source_id)

    def of_span(self, source_id: str, start: int, end: int) -> str | None:
        """Digest of a span, or `None` where neither the document nor a published value is at hand."""
        document = self._documents.get(source_id)
        if document is not None:
            return document.digest(start, end)
        return self._published.get((source_id, start, end))
