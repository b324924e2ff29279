"""The articles of a reader who has them, each the very one that was cited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from karabakh_data.evidence import Document, DocumentError
from karabakh_data.verify import DOCUMENT, verify

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset


@dataclass(frozen=True)
class Passages:
    """What of a folder of articles may be shown."""

    texts: Mapping[str, str]
    """Source id -> the article's text, where its digest is the cited one."""
    unborne: frozenset[tuple[str, str, str, int, int]]
    """The citations (record, field, source, start, end) that the article does not bear out; they are not marked."""
    missing: tuple[str, ...]
    """For each article that is not shown, why."""


def read(ds: Dataset, folder: Path) -> Passages:
    """The articles in a folder, verified.

    Raises:
        DocumentError: There is no such folder, or none of its files is an article of the data set.
    """
    if not folder.is_dir():
        raise DocumentError(f"{folder}: no such folder of documents")
    texts, unborne, missing = {}, set(), []
    names = {source.source_id: source.document for source in ds.sources}
    for result in verify(ds, folder, uncited={}):
        whole = next((failure for failure in result.failures if failure.field == DOCUMENT), None)
        if whole is not None:
            missing.append(f"{result.document}: {whole.message.removeprefix(f'{folder / result.document}: ')}")
            continue
        texts[result.source_id] = Document.read(folder / names[result.source_id]).text
        unborne |= {(f.record_id, f.field, f.source_id, f.span.start, f.span.end) for f in result.failures}
    if not texts:
        raise DocumentError(f"{folder} holds none of the articles: {'; '.join(missing) or 'the data set names none'}")
    return Passages(texts, frozenset(unborne), tuple(missing))
