"""What `karabakh_data.files` promises: each file is old or new, never half, and an interrupted set can be finished."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from karabakh_data import files
from karabakh_data.cli import main
from karabakh_data.files import (
    JournalError,
    partial_path,
    recover,
    recover_journalled,
    staged_path,
    unified_diff,
    write_atomically,
    write_journalled,
    write_set,
)

OLD = {"a/one.csv": b"old one\n", "a/two.csv": b"old two\n", "three.md": b"same\n", "last.json": b"old last\n"}
NEW = {"a/one.csv": b"new one\n", "a/two.csv": b"new two\n", "three.md": b"same\n", "last.json": b"new last\n"}
NAMES = list(NEW)


class Killed(BaseException):
    """Stands for the end of the process."""


def held(root: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def kill_at(monkeypatch: pytest.MonkeyPatch, name: str, n: int) -> Callable[[], bool]:
    """Make the n-th call of `os.replace`, `os.fsync` or `os.unlink` fail as a kill does; tells whether it did."""
    real, calls = getattr(os, name), [0]

    def counted(*args: object) -> object:
        calls[0] += 1
        if calls[0] == n:
            raise Killed
        return real(*args)

    monkeypatch.setattr(files.os, name, counted)
    return lambda: calls[0] >= n


# ---- One file ----


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a" / "b" / "c.txt", b"\x00\r\n")
    assert held(tmp_path) == {"a/b/c.txt": b"\x00\r\n"}


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_write_that_is_killed_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    kill_at(monkeypatch, call, 1)
    with pytest.raises(Killed):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    monkeypatch.undo()
    write_atomically(target, b"new")
    assert held(tmp_path) == {"a.txt": b"new"}


def test_a_file_is_flushed_to_disk_before_it_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(files.os, name, lambda *args, name=name, real=real: (order.append(name), real(*args))[1])
    write_atomically(tmp_path / "a.txt", b"new")
    assert order == ["fsync", "replace"]


def refuse(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Make the system refuse to open hidden files, or to rename, flush or write them, whoever asks."""
    opened = Path.open

    def open_refused(path: Path, *args: Any, **options: Any) -> Any:
        if path.name.startswith("."):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **options)

    def replace_refused(old: Path, new: Path) -> None:
        raise PermissionError(13, "Permission denied", str(old), None, str(new))

    def flush_refused(number: int) -> None:
        raise OSError(28, "No space left on device")

    if call == "open":
        monkeypatch.setattr(Path, "open", open_refused)
    else:
        monkeypatch.setattr(files.os, call, {"replace": replace_refused, "fsync": flush_refused}[call])


@pytest.mark.parametrize("call", ["open", "replace", "fsync"])
@pytest.mark.parametrize("write", [write_atomically, write_set, write_journalled])
def test_an_error_names_the_file_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, write: Any
) -> None:
    refuse(monkeypatch, call)
    arguments = {write_atomically: (tmp_path / "a.txt", b"x")}.get(write, (tmp_path, {"a.txt": b"x"}, "journal"))
    with pytest.raises(OSError, match=r"a\.txt") as caught:
        write(*(arguments[:2] if write is write_set else arguments))
    assert caught.value.filename == str(tmp_path / "a.txt")
    assert str(caught.value).count("a.txt") == 1


def test_an_error_of_what_is_written_keeps_its_own_name(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield (tmp_path / "nowhere").read_bytes()

    with pytest.raises(FileNotFoundError, match="nowhere"):
        files.write_pieces(tmp_path / "a.txt", pieces())


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["template", "places", "-o", "a.csv"], "a.csv"),
        (["export", "jsonld", "-o", "a.jsonld"], "a.jsonld"),
        (["explore"], "karabakh-data-explorer.html"),
        (["explore", "-o", "a.html"], "a.html"),
        (["validate", "places.csv", "-o", "a.html"], "a.html"),
    ],
)
def test_a_command_names_the_file_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "places.csv").write_text("place_id\n", encoding="utf-8")
    refuse(monkeypatch, "open")
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"karabakh-data: {name}: ")
    assert "Permission denied" in done.stderr


# ---- A set of files ----


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(pipe, b"new")
    assert os.read(reader, 10) == b"new"
    assert pipe.is_fifo()
    os.close(reader)


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    assert write_set(tmp_path, OLD) == NAMES
    before = (tmp_path / "three.md").stat().st_mtime_ns
    assert write_set(tmp_path, NEW) == ["a/one.csv", "a/two.csv", "last.json"]
    assert write_set(tmp_path, NEW) == []
    assert (tmp_path / "three.md").stat().st_mtime_ns == before
    assert held(tmp_path) == NEW


def test_nothing_is_renamed_before_everything_is_staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, OLD)
    real = os.replace

    def watched(old: Path, new: Path) -> None:
        if not new.name.startswith("."):
            assert staged_path(tmp_path / "last.json").exists()
        real(old, new)

    monkeypatch.setattr(files.os, "replace", watched)
    write_set(tmp_path, NEW)
    assert held(tmp_path) == NEW


def test_there_is_nothing_to_recover_after_a_whole_write(tmp_path: Path) -> None:
    write_set(tmp_path, OLD)
    assert recover(tmp_path, NAMES) is False
    assert recover(tmp_path / "empty", NAMES) is False


@pytest.mark.parametrize("start", [{}, OLD], ids=["from nothing", "over an older set"])
@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_set_killed_at_any_call_is_whole_file_by_file_and_recovers_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, start: dict[str, bytes]
) -> None:
    n = 0
    while True:
        n += 1
        root = tmp_path / str(n)
        write_set(root, start)
        reached = kill_at(monkeypatch, call, n)
        with contextlib.suppress(Killed):
            write_set(root, NEW)
        monkeypatch.undo()
        if not reached():
            break
        for name in NAMES:
            now = (root / name).read_bytes() if (root / name).exists() else None
            assert now in (start.get(name), NEW[name])
        was_staged = staged_path(root / NAMES[-1]).exists()
        recover(root, NAMES)
        assert held(root) == (NEW if was_staged else start)
        assert recover(root, NAMES) is False
    assert n > 3
    assert held(root) == NEW


@pytest.mark.parametrize("call", ["replace", "unlink"])
def test_a_recovery_that_is_killed_can_be_recovered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    write_set(tmp_path, OLD)
    for name in NAMES:
        write_atomically(staged_path(tmp_path / name), NEW[name])
    partial_path(tmp_path / "a/two.csv").write_bytes(b"ha")
    kill_at(monkeypatch, call, 1 if call == "unlink" else 2)
    with contextlib.suppress(Killed):
        recover(tmp_path, NAMES)
    monkeypatch.undo()
    recover(tmp_path, NAMES)
    assert held(tmp_path) == NEW


def test_halves_are_cleared_away(tmp_path: Path) -> None:
    write_set(tmp_path, OLD)
    staged_path(tmp_path / "a/one.csv").write_bytes(b"new one\n")
    partial_path(staged_path(tmp_path / "a/two.csv")).write_bytes(b"new t")
    assert recover(tmp_path, NAMES) is True
    assert held(tmp_path) == OLD


# ---- A set of files with a journal ----

JOURNAL = "a/.journal"
BEFORE = {"a/one.yaml": b"old one\n", "a/b/two.yaml": b"old two\n", "a/three.yaml": b"same\n"}
AFTER = {
    "a/one.yaml": b"new one\n",
    "a/b/two.yaml": b"new two\n",
    "a/three.yaml": b"same\n",
    "a/c/four.yaml": b"four\n",
}


@pytest.mark.parametrize("start", [{}, BEFORE], ids=["from nothing", "over an older set"])
@pytest.mark.parametrize("call", ["replace", "fsync", "unlink"])
def test_a_journalled_set_killed_at_any_call_is_finished_or_undone_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, start: dict[str, bytes]
) -> None:
    n = 0
    while True:
        n += 1
        root = tmp_path / str(n)
        write_set(root, {**start, "a/other.txt": b"other\n"})
        reached = kill_at(monkeypatch, call, n)
        with contextlib.suppress(Killed):
            write_journalled(root, AFTER, JOURNAL)
        monkeypatch.undo()
        if not reached():
            break
        for name in AFTER:
            now = (root / name).read_bytes() if (root / name).exists() else None
            assert now in (start.get(name), AFTER[name])
        begun = (root / JOURNAL).exists()
        assert recover_journalled(root, JOURNAL) is True
        assert held(root) == {**(AFTER if begun else start), "a/other.txt": b"other\n"}
        assert recover_journalled(root, JOURNAL) is False
    assert held(root) == {**AFTER, "a/other.txt": b"other\n"}
    assert write_journalled(root, AFTER, JOURNAL) == []


@pytest.mark.parametrize("call", ["replace", "unlink"])
def test_a_recovery_from_a_journal_that_is_killed_can_be_recovered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    n = 0
    while True:
        n += 1
        root = tmp_path / str(n)
        write_set(root, BEFORE)
        kill_at(monkeypatch, "replace", 5)
        with pytest.raises(Killed):
            write_journalled(root, AFTER, JOURNAL)
        monkeypatch.undo()
        partial_path(staged_path(root / "a/one.yaml")).write_bytes(b"ha")
        reached = kill_at(monkeypatch, call, n)
        with contextlib.suppress(Killed):
            recover_journalled(root, JOURNAL)
        monkeypatch.undo()
        recover_journalled(root, JOURNAL)
        assert held(root) == AFTER
        if not reached():
            break
    assert n > 1


def test_a_file_changed_after_a_kill_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, BEFORE)
    kill_at(monkeypatch, "replace", 5)
    with pytest.raises(Killed):
        write_journalled(tmp_path, AFTER, JOURNAL)
    monkeypatch.undo()
    (tmp_path / "a/one.yaml").write_bytes(b"by hand\n")
    before = held(tmp_path)
    with pytest.raises(JournalError, match=r"^a/one\.yaml was changed after .* by a/\.one\.yaml\.new: .* by hand"):
        recover_journalled(tmp_path, JOURNAL)
    assert held(tmp_path) == before


def test_the_difference_of_a_file_is_told_as_diff_tells_it() -> None:
    assert unified_diff("x", b"a\nb\n", b"a\nc") == (
        "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )
    assert unified_diff("x", None, b"a\n") == "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n"
    assert unified_diff("x", b"a\n", b"a\n") == ""
