"""A hostile file gives a finding, whatever it is: no traceback, no hang, no crash and no more than 512 MiB.

Each is judged by the command in a process of its own, under limits.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest
from hostile import HEADER, MAKERS, written

from karabakh_data.validation.codes import catalogue
from karabakh_data.validation.reports.schema import report_schema

MEMORY = 512
"""MiB of resident memory."""

SECONDS = 60
"""Of processor time."""

PROGRAM = """
import atexit, sys
def tell():
    status = open("/proc/self/status").read()
    print("VmHWM", status.split("VmHWM:")[1].split()[0], file=sys.stderr)
atexit.register(tell)
from karabakh_data.cli import main
main(prog_name="karabakh-data")
"""
"""The command, which tells the memory that it took: what the system counts for a child begins at its parent's."""


class Outcome(NamedTuple):
    """What the command did."""

    code: int
    out: str
    err: str
    mebibytes: int


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))


def judge(path: Path, *options: str) -> Outcome:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "validate", str(path), *options],
        capture_output=True,
        preexec_fn=limited,
        timeout=4 * SECONDS,
        env={**os.environ, "COLUMNS": "100"},
    )
    err = done.stderr.decode("utf-8", "replace")
    found = re.search(r"VmHWM (\d+)\n\Z", err)
    assert found, f"it did not end by itself: {done.returncode} {err[-400:]}"
    return Outcome(done.returncode, done.stdout.decode("utf-8"), err[: found.start()], int(found[1]) // 1024)


@pytest.mark.parametrize("name", MAKERS)
def test_a_hostile_file_gives_a_finding_within_limits(name: str, tmp_path: Path) -> None:
    given = MAKERS[name](tmp_path)
    done = judge(given)
    assert done.code in (1, 2), done.out[-500:] + done.err
    assert (done.err, "Traceback" in done.out) == ("", False)
    assert set(re.findall(r"\b(?:error|warning|note) (KD\d{3})\b", done.out)) & set(catalogue())
    assert len(done.out) < 200_000
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", done.out)
    assert done.mebibytes <= MEMORY


@pytest.mark.parametrize("form", ["json", "sarif", "github", "html"])
def test_each_form_of_report_bears_what_means_harm(form: str, tmp_path: Path) -> None:
    given = MAKERS["a-pipe-and-names-that-speak-to-terminals"](tmp_path)
    done = judge(given, "--format", form)
    assert (done.code, done.err) == (1, "")
    if form == "json":
        jsonschema.validate(json.loads(done.out), report_schema())
    elif form == "sarif":
        assert json.loads(done.out)["version"] == "2.1.0"
    elif form == "github":
        assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in done.out.splitlines())
    else:
        assert "<script" not in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize("form", ["json", "sarif", "github", "html"])
def test_hundreds_of_thousands_of_findings_are_told_in_bounded_memory(form: str, tmp_path: Path) -> None:
    if form in ("sarif", "github"):
        given = written(tmp_path / "places.csv", HEADER, b"a\n" * 100_000)
    else:
        given = MAKERS["three-hundred-thousand-ragged-rows"](tmp_path)
    out = tmp_path / "report"
    done = judge(given, "--format", form, "-o", str(out))
    assert (done.code, done.mebibytes <= MEMORY) == (1, True)
    assert out.stat().st_size > 100_000


def test_standard_input_is_judged_within_the_same_limits(tmp_path: Path) -> None:
    given = MAKERS["one-line-of-200-mib"](tmp_path)
    with given.open("rb") as stream:
        program = [sys.executable, "-c", PROGRAM, "validate", "-", "--table", "places"]
        done = subprocess.run(program, stdin=stream, capture_output=True, preexec_fn=limited, timeout=240)
    assert done.returncode == 1
    assert int(done.stderr.split()[-1]) // 1024 <= MEMORY
