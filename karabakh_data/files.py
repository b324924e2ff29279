"""Writing files so that each is old or new, never half, and an interrupted set of files can be told and finished.

A set is written in two steps. First every new file is staged beside its target (`.name.new`), the last one last;
then each is renamed into place in the same order. Whoever finds the last file staged knows that all others were staged
whole. Where the set differs from one time to the next, a journal takes the place of the last file: it is written when
all is staged, names the set, and is removed when all is in place.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_STAGED = ".new"
_PARTIAL = ".part"


def staged_path(path: Path) -> Path:
    """Where the new content of a file waits for its turn."""
    return path.with_name(f".{path.name}{_STAGED}")


def partial_path(path: Path) -> Path:
    """Where a file's bytes go before they are whole."""
    return path.with_name(f".{path.name}{_PARTIAL}")


@contextmanager
def _naming(path: Path, hidden: Path) -> Iterator[None]:
    """Errors of the system name the file that is written, not the hidden one by way of which it is."""
    try:
        yield
    except OSError as error:
        if error.filename is None or str(error.filename) == str(hidden):
            error.filename = str(path)
            del error.filename2
        raise


def _stage(path: Path, data: bytes) -> None:
    staged = staged_path(path)
    with _naming(path, staged):
        write_atomically(staged, data)


def _put(staged: Path, path: Path) -> None:
    with _naming(path, staged):
        os.replace(staged, path)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file by way of a flushed temporary one beside it; a device or pipe is written to as it stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_pieces(path, (data,))


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file in a folder that is there, as `write_atomically` does, from what comes piece by piece."""
    # to put a file in the place of a device would take it from everybody
    is_file = not path.exists() or path.is_file() or path.is_dir()
    partial = partial_path(path) if is_file else path
    with _naming(path, partial):
        with partial.open("wb") as stream:
            stream.writelines(pieces)
            stream.flush()
            if is_file:
                os.fsync(stream.fileno())
        if is_file:
            os.replace(partial, path)


def write_set(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write the files that differ (relative path -> content), the last of `files` last.

    Returns:
        The paths that were written.
    """
    changed = [name for name, data in files.items() if not _holds(root / name, data)]
    for name in changed:
        _stage(root / name, files[name])
    for name in changed:
        _put(staged_path(root / name), root / name)
    return changed


def recover(root: Path, names: Sequence[str]) -> bool:
    """Finish or undo an interrupted `write_set` of these files, of which the last was written last.

    Returns:
        Whether anything was left to finish or to clear.
    """
    complete = staged_path(root / names[-1]).exists()
    found = False
    for name in names:
        staged = staged_path(root / name)
        if complete and staged.exists():
            _put(staged, root / name)
            found = True
        for leftover in (staged, partial_path(staged), partial_path(root / name)):
            if leftover.exists():
                leftover.unlink()
                found = True
    return found


class JournalError(Exception):
    """An interrupted set cannot be finished without losing something; the message tells the way out."""


def write_journalled(root: Path, files: Mapping[str, bytes], journal: str) -> list[str]:
    """Write the files that differ (relative path -> content), all or none, so that `recover_journalled` can finish it.

    Args:
        root: What the paths are relative to.
        files: Any files below the folder of the journal.
        journal: Relative path of the journal.

    Returns:
        The paths that were written.
    """
    changed = [name for name, data in files.items() if not _holds(root / name, data)]
    if not changed:
        return []
    for name in changed:
        _stage(root / name, files[name])
    lines = [f"{_digest(root / name)} {name}\n" for name in changed]
    write_atomically(root / journal, "".join(lines).encode("utf-8"))
    for name in changed:
        _put(staged_path(root / name), root / name)
    os.unlink(root / journal)
    return changed


def recover_journalled(root: Path, journal: str) -> bool:
    """Finish an interrupted `write_journalled` where its journal stands, else clear away what was staged.

    Returns:
        Whether anything was left to finish or to clear.

    Raises:
        JournalError: A file of the set was changed since, or the journal is none of ours; nothing is done.
    """
    waiting = [(name, old) for name, old in _journalled(root, journal) if staged_path(root / name).exists()]
    for name, old in waiting:
        if _digest(root / name) != old:
            staged = staged_path(root / name).relative_to(root)
            raise JournalError(
                f"{name} was changed after an interrupted write that was to replace it by {staged}: bring the two "
                f"together by hand, then remove {staged} and run this again"
            )
    for name, _ in waiting:
        _put(staged_path(root / name), root / name)
    found = (root / journal).exists()
    if found:
        os.unlink(root / journal)
    for path in (root / journal).parent.rglob(".*"):
        if path.name.endswith((_STAGED, _PARTIAL)):
            os.unlink(path)
            found = True
    return found


def _journalled(root: Path, journal: str) -> list[tuple[str, str]]:
    """The names in a journal with the digests of the files that they replace."""
    folder = journal.rpartition("/")[0]
    found = []
    try:
        lines = (root / journal).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise JournalError(f"{journal} cannot be read: {error}") from None
    for line in lines:
        match = re.fullmatch(r"([0-9a-f]{64}|-) (.+)", line)
        if not match or not match[2].startswith(f"{folder}/") or ".." in match[2].split("/"):
            raise JournalError(f"{journal} is no journal of an interrupted write; remove it")
        found.append((match[2], match[1]))
    return found


def _digest(path: Path) -> str:
    """SHA-256 of a file's bytes; `-` where there is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return "-"


def unified_diff(name: str, old: bytes | None, new: bytes | None) -> str:
    """The change of one file as `diff -u` tells it; `None` is no file."""
    before, after = (data.decode("utf-8", "replace").splitlines(keepends=True) if data else [] for data in (old, new))
    names = (f"a/{name}" if old is not None else "/dev/null", f"b/{name}" if new is not None else "/dev/null")
    diff = difflib.unified_diff(before, after, *names)
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in diff)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False
