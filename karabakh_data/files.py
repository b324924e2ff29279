"""Writing files so that each is old or new, never half, and an interrupted set of files can be told and finished.

A set is written in two steps. First every new file is staged beside its target (`.name.new`), the last one last;
then each is renamed into place in the same order. Whoever finds the last file staged knows that all others were staged
whole.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

_STAGED = ".new"
_PARTIAL = ".part"


def staged_path(path: Path) -> Path:
    """Where the new content of a file waits for its turn."""
    return path.with_name(f".{path.name}{_STAGED}")


def partial_path(path: Path) -> Path:
    """Where a file's bytes go before they are whole."""
    return path.with_name(f".{path.name}{_PARTIAL}")


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file by way of a flushed temporary one beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_path(path)
    with partial.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(partial, path)


def write_set(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write the files that differ (relative path -> content), the last of `files` last.

    Returns:
        The paths that were written.
    """
    changed = [name for name, data in files.items() if not _holds(root / name, data)]
    for name in changed:
        write_atomically(staged_path(root / name), files[name])
    for name in changed:
        os.replace(staged_path(root / name), root / name)
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
            os.replace(staged, root / name)
            found = True
        for leftover in (staged, partial_path(staged), partial_path(root / name)):
            if leftover.exists():
                leftover.unlink()
                found = True
    return found


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False
