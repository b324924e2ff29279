"""A sound contribution becomes part of the seeds: its records are written where the hand-written ones stand.

Comments, order and formatting of what is there stay. Before anything is written the new seeds are loaded from a copy
and compared with what they shall hold; then all files are written or none.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from karabakh_data import files
from karabakh_data.models import Evidence, Identifier, Record
from karabakh_data.seed_merge import AdoptError, Merge, told
from karabakh_data.seed_reader import SeedError
from karabakh_data.seed_writer import JOURNAL
from karabakh_data.seeds import Seeds, load_seeds

__all__ = ["AdoptError", "Adoption", "adopt", "write"]

SEEDS = "seeds"
_CODINGS = ("first-coding", "second-coding")


@dataclass(frozen=True)
class Adoption:
    """What adopting records changes."""

    files: Mapping[str, bytes]
    """The files that change (path relative to the checkout -> new content), in the order of writing."""
    added: Mapping[str, tuple[str, ...]]
    """File -> ids of the records that are new in it."""
    corrected: Mapping[str, tuple[str, ...]]
    """File -> ids of the records in it of which fields, evidence or identifiers change."""
    before: Mapping[str, bytes | None]
    """The files as they were; `None` where there was none."""

    @property
    def diff(self) -> str:
        """All changes as a unified diff."""
        return "".join(files.unified_diff(name, self.before[name], data) for name, data in self.files.items())


def adopt(root: Path, records: Iterable[Record], *, update: bool = True) -> Adoption:
    """Records merged into the seeds of a checkout, in canonical form; `write` writes what comes of it.

    A record that the seeds do not hold goes to the end of its list, with its evidence and identifiers. Of one that
    they hold, what differs is corrected in place; evidence given for a corrected field replaces what stood there, other
    evidence is added. Derived columns and tables are passed over.

    Args:
        root: The checkout: holds `seeds/`.
        records: Valid records of any tables, evidence and identifiers among them.
        update: Whether records, entries and identifiers that stand there with other values may be corrected; without
            it they are refused.

    Raises:
        AdoptError: A record lacks evidence or a place, can only be merged by hand, or the seeds are faulty themselves;
            lists everything found.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _adopted(root, Path(folder) / SEEDS, records, update)
    except OSError as error:
        raise AdoptError([f"{error.filename or root / SEEDS}: cannot be read ({error.strerror or error})"]) from None


def write(root: Path, adoption: Adoption) -> None:
    """Write an adoption, all files or none; the next `write` or build finishes one that was interrupted.

    Raises:
        AdoptError: The seeds were changed since, or an interrupted adoption cannot be finished.
    """
    _recover(root)
    for name, old in adoption.before.items():
        if _read(root / name) != old:
            raise AdoptError([f"{name} was changed in the meantime; adopt again"])
    files.write_journalled(root, adoption.files, JOURNAL)


def _recover(root: Path) -> None:
    try:
        files.recover_journalled(root, JOURNAL)
    except files.JournalError as error:
        raise AdoptError([str(error)]) from None


def _adopted(root: Path, copy: Path, records: Iterable[Record], update: bool) -> Adoption:
    shutil.copytree(root / SEEDS, copy, ignore=lambda _, names: [name for name in names if name in _CODINGS])
    _recover(copy.parent)
    seeds = _load(copy, "the seeds must be sound before anything is adopted")
    merge = Merge(copy, seeds, records, update=update)
    made = {file: text.encode("utf-8") for file, text in merge.texts().items()}
    before = {f"{SEEDS}/{file}": _read(copy / file) for file in made}
    for file, data in made.items():
        target = (root / SEEDS).resolve() / file
        if target.resolve() != target:
            raise AdoptError([f"{SEEDS}/{file}: stands behind a link; nothing is written through it"])
        files.write_atomically(copy / file, data)
    if made:
        after = _load(copy, "with these records the seeds would be faulty; the places are those of the new text")
        if faults := [*_differences(merge, seeds, after)]:
            raise AdoptError(faults)
    return Adoption(
        {f"{SEEDS}/{file}": data for file, data in made.items()},
        {f"{SEEDS}/{file}": tuple(ids) for file, ids in merge.added.items()},
        {f"{SEEDS}/{file}": tuple(ids) for file, ids in merge.corrected.items()},
        before,
    )


def _load(folder: Path, otherwise: str) -> Seeds:
    try:
        return load_seeds(folder)
    except SeedError as error:
        raise AdoptError([f"{otherwise}:", *map(str, error.problems)]) from None


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


# --- Expected and found --------------------------------------------------------------------------------------------


def _differences(merge: Merge, before: Seeds, after: Seeds) -> Iterator[str]:
    """Where the new seeds do not hold what they shall hold."""
    found = {r.identity: r for records in after.tables.values() for r in records if r.identity}
    for identity in sorted(merge.records.keys() | found.keys()):
        shall, does = (told(r) if r else {} for r in (merge.records.get(identity), found.get(identity)))
        for name in shall.keys() | does.keys():
            if shall.get(name) != does.get(name):
                yield _difference(after, identity, name, shall.get(name), does.get(name))
    evidence = Counter(_line(row) for rows in merge.evidence.values() for row in rows)
    identifiers = Counter(_line(one) for named in merge.identifiers.values() for one in named.values())
    for table, expected in ((Evidence.TABLE, evidence), (Identifier.TABLE, identifiers)):
        held = Counter(map(_line, after.tables[table]))
        for line in sorted(set(expected) | set(held)):
            if expected[line] != held[line]:
                yield f"{table}: {'; '.join(line)}: shall stand {expected[line]} times, would stand {held[line]} times"
    if before.uncited != after.uncited:
        yield "the spans declared uncited would change"
    for ids in merge.added.values():
        for identity in ids:
            given, cited = (";".join(getattr(r, "source_ids", ())) for r in (merge.records[identity], found[identity]))
            if given != cited:
                place = after.place_of(identity, "source_ids")
                yield f"{place}{identity}, `source_ids`: is {given}, but by its evidence it is carried by {cited}"


def _difference(seeds: Seeds, identity: str, name: str, shall: str | None, does: str | None) -> str:
    return f"{seeds.place_of(identity, name)}{identity}, `{name}`: shall be {shall!r}, would read as {does!r}"


def _line(record: Record) -> tuple[str, ...]:
    return tuple(told(record).values())
