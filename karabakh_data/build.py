"""From the seeds to every generated file, byte for byte reproducible.

`datapackage.json` is written last: it holds the hashes of the tables, so that an interrupted build is told by them and
finished by the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from karabakh_data import codebook, files
from karabakh_data.derive import derive
from karabakh_data.descriptor import (
    CONTRIBUTION,
    contribution_schema,
    data_path,
    datapackage,
    json_schema,
    record_schema_path,
    schema_path,
    table_schema,
    to_json,
)
from karabakh_data.evidence import Digests, Document, DocumentError, Uncited
from karabakh_data.models import Evidence, Record, Source
from karabakh_data.seed_reader import SeedError, source_documents
from karabakh_data.seed_writer import JOURNAL
from karabakh_data.seeds import Seeds, load_seeds
from karabakh_data.tables import MODELS, read_csv, write_csv
from karabakh_data.validation.check import Problem
from karabakh_data.validation.checks import problems, references_resolve
from karabakh_data.validation.finding import Severity
from karabakh_data.validation.reports.schema import report_schema

R = TypeVar("R", bound=Record)

PACKAGE = "datapackage.json"
REPORT = "schemas/json-schema/report.json"
"""The JSON Schema of `karabakh-data validate --format json`."""
UNCITED = "karabakh_data/data/uncited.json"
GENERATED_FOLDERS = ("karabakh_data/data", "schemas/table-schema", "schemas/json-schema", "docs/generated")
"""Folders that hold generated files only; whatever else lies there is removed."""


class BuildError(Exception):
    """The seeds make no valid data set; the message lists everything found."""


@dataclass(frozen=True)
class Outcome:
    """What a build did or, with `check`, found."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    warnings: tuple[Problem, ...]
    diff: str = ""

    @property
    def clean(self) -> bool:
        """Whether every generated file already was as the seeds make it."""
        return not (self.written or self.removed)


def build(root: Path, documents: Path | None = None, *, check: bool = False) -> Outcome:
    """Make every generated file of a checkout from its seeds.

    Args:
        root: The checkout: holds `seeds/`, `karabakh_data/`, `docs/`.
        documents: Folder of the articles. Without it digests are taken over from the published tables.
        check: Change nothing; tell as a unified diff what would change.

    Raises:
        BuildError: A seed file, a record or the data set as a whole is faulty, or a digest is needed that neither the
            documents nor the published tables give.
        karabakh_data.evidence.DocumentError: A document is missing or is not the one that was cited.
    """
    targets = _targets(root)
    if not check:
        try:
            files.recover_journalled(root, JOURNAL)
        except files.JournalError as error:
            raise BuildError(str(error)) from None
        files.recover(root, targets)
    expected, warnings = generate(root, documents)
    stale = tuple(sorted(_stale(root, expected)))
    if check:
        changed = [name for name, data in expected.items() if _read(root / name) != data]
        diff = "".join(files.unified_diff(name, _read(root / name), expected.get(name)) for name in [*changed, *stale])
        return Outcome(tuple(changed), stale, warnings, diff)
    written = files.write_set(root, expected)
    for name in stale:
        (root / name).unlink()
    return Outcome(tuple(written), stale, warnings)


def generate(root: Path, documents: Path | None = None) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Every generated file (relative path -> content, `datapackage.json` last) and the warnings found on the way.

    Raises:
        BuildError, DocumentError: As `build`.
    """
    tables, uncited, warnings = make_tables(root, documents)
    data = {name: write_csv(model, tables[name]) for name, model in MODELS.items()}
    made = {data_path(name): content for name, content in data.items()}
    for name, model in MODELS.items():
        made[schema_path(name)] = to_json(table_schema(model))
        made[record_schema_path(model)] = to_json(json_schema(model))
    made[CONTRIBUTION] = to_json(contribution_schema())
    made[REPORT] = to_json(report_schema())
    try:
        made |= codebook.pages(root, tables)
    except codebook.CodebookError as error:
        raise BuildError(f"{codebook.CODEBOOK}: {error}") from None
    made[UNCITED] = to_json(
        {
            source: [{"start": one.span.start, "end": one.span.end, "reason": one.reason} for one in spans]
            for source, spans in uncited.items()
        }
    )
    sources = [record for record in tables["sources"] if isinstance(record, Source)]
    made[PACKAGE] = to_json(datapackage(data, sources))
    return made, warnings


def make_tables(
    root: Path, documents: Path | None = None
) -> tuple[dict[str, list[Record]], dict[str, list[Uncited]], tuple[Problem, ...]]:
    """All tables of the data set, from the seeds, with the spans declared uncited and the warnings found.

    Raises:
        BuildError, DocumentError: As `build`.
    """
    if (root / JOURNAL).exists():
        raise BuildError(f"{JOURNAL}: writing the seeds was interrupted; `karabakh-data build` finishes it")
    try:
        seeds = load_seeds(root / "seeds", _digests(root, documents))
    except SeedError as error:
        raise BuildError(str(error)) from None
    if dangling := list(references_resolve(seeds.tables)):
        raise BuildError(_located(seeds, dangling))
    tables = derive(seeds.tables)
    found = problems(tables)
    if errors := [problem for problem in found if problem.severity is Severity.ERROR]:
        raise BuildError(_located(seeds, errors))
    return tables, seeds.uncited, tuple(found)


def _located(seeds: Seeds, found: Sequence[Problem]) -> str:
    """The problems with the places in the seeds of their records; evidence is told at the record that it cites."""
    return "\n".join(f"{seeds.place_of(problem.record_id.split(' ')[0], problem.field)}{problem}" for problem in found)


# --- Digests -------------------------------------------------------------------------------------------------------


def _digests(root: Path, documents: Path | None) -> Digests:
    at_hand: dict[str, Document] = {}
    if documents is not None:
        for source_id, name in source_documents(root / "seeds").items():
            if (documents / name).is_file():  # one who adds an article need not hold the others
                at_hand[source_id] = Document.read(documents / name)
    evidence, sources = _published(root, Evidence), _published(root, Source)
    published = {(e.source_id, e.start, e.end): e.sha256 for e in evidence or () if e.sha256}
    lengths = {
        s.source_id: (s.document_sha256, s.document_chars)
        for s in sources or ()
        if s.document_sha256 and s.document_chars is not None
    }
    distrusted = tuple(m.TABLE for m, found in ((Evidence, evidence), (Source, sources)) if found is None)
    for source_id, document in at_hand.items():
        known = lengths.get(source_id)
        if known and known[0] != document.sha256:
            raise DocumentError(
                f"{document.name}: not the document that was cited (SHA-256 {document.sha256}, expected {known[0]})"
            )
    return Digests(at_hand, published, lengths, distrusted)


def _published(root: Path, model: type[R]) -> list[R] | None:
    """The records of a published table; `None` where its bytes are not those that `datapackage.json` vouches for."""
    data = _read(root / data_path(model.TABLE))
    descriptor = _read(root / PACKAGE)
    if data is None:
        return []  # nothing is published yet
    if descriptor is None:
        return None
    try:
        resources = json.loads(descriptor)["resources"]
        vouched = {resource["name"]: resource["hash"] for resource in resources}.get(model.TABLE)
        if vouched == "sha256:" + hashlib.sha256(data).hexdigest():
            return [record for record in read_csv(model, data) if isinstance(record, model)]
    except (ValueError, KeyError, TypeError):
        pass  # not ours, or of another version
    return None


# --- Files ---------------------------------------------------------------------------------------------------------


def _targets(root: Path) -> Sequence[str]:
    tables = [data_path(name) for name in MODELS]
    schemas = [schema_path(name) for name in MODELS]
    records = [record_schema_path(model) for model in MODELS.values()]
    return [*tables, *schemas, *records, CONTRIBUTION, REPORT, *codebook.PAGES, UNCITED, PACKAGE]


def _stale(root: Path, expected: dict[str, bytes]) -> Iterator[str]:
    for folder in GENERATED_FOLDERS:
        for path in (root / folder).rglob("*"):
            name = path.relative_to(root).as_posix()
            if path.is_file() and name not in expected:
                yield name


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
