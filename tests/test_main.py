"""The command line as a process: it ends at once, and still does what has to be done at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def ended(before: str, *arguments: str, redirect: str = "") -> tuple[int, str, str]:
    """The exit code of a process of the command line, after some lines of its own, and what it printed."""
    code = f"{before}\nimport sys\nfrom karabakh_data.__main__ import run\nsys.argv[1:] = {list(arguments)!r}\nrun()"
    command = ["sh", "-c", f'"$0" "$@" {redirect}', sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("arguments", "code"), [(("ls",), 0), (("validate", "/none.csv"), 2), (("lss",), 2)])
def test_the_exit_code_is_that_of_the_command(arguments: tuple[str, ...], code: int) -> None:
    assert ended("", *arguments)[0] == code


def test_all_is_written_and_done_that_was_to_be_done_at_the_exit(tmp_path: Path) -> None:
    mark = tmp_path / "done"
    code, out, _ = ended(f"import atexit, pathlib\natexit.register(pathlib.Path({str(mark)!r}).touch)", "ls", "actors")
    assert code == 0
    assert len(out.splitlines()) > 40
    assert mark.exists()


def test_a_thread_that_goes_on_is_waited_for(tmp_path: Path) -> None:
    mark = tmp_path / "done"
    later = f"import threading, pathlib\nthreading.Timer(2, pathlib.Path({str(mark)!r}).touch).start()"
    assert ended(later, "ls")[0] == 0
    assert mark.exists()


@pytest.mark.skipif(os.name != "posix", reason="streams are closed by a shell")
@pytest.mark.parametrize("redirect", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_may_be_closed(redirect: str) -> None:
    code, _, told = ended("", "ls", redirect=redirect)
    assert code == 0
    assert "Traceback" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_what_cannot_be_written_is_told() -> None:
    code, _, told = ended("", "ls", redirect="> /dev/full")
    assert code == 2
    assert "No space left on device" in told
    assert "Traceback" not in told
