"""What `docs/exports.md` says is true: every block of every section runs, one after the other."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import closing

import duckdb
import pytest
from click.testing import CliRunner

from karabakh_data.cli import main
from karabakh_data.export import FORMATS


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs/exports.md").read_text(encoding="utf-8")


def sections(page):
    """The blocks (language, text) of each section, by its title."""
    parts = re.split(r"^## ([\w-]+)$", page, flags=re.MULTILINE)
    titled = dict(zip(["", *parts[1::2]], parts[0::2], strict=True))
    return {title: re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL) for title, text in titled.items()}


@pytest.fixture(scope="module")
def exported(page, tmp_path_factory):
    """A folder in which every command of the page that exports has run."""
    folder = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        for blocks in sections(page).values():
            for line in (line for language, text in blocks if language == "sh" for line in text.splitlines()):
                if line.startswith("karabakh-data "):
                    done = CliRunner().invoke(main, shlex.split(line)[1:])
                    assert done.exit_code == 0, done.output
    return folder


def test_every_format_stands_in_a_guide(root):
    guides = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "docs").glob("*.md")))
    for name in FORMATS:
        assert f"karabakh-data export {name}" in guides


def test_every_section_exports_its_format(page):
    found = sections(page)
    for name in filter(None, found):
        assert name in FORMATS
        assert any(f"karabakh-data export {name}\n" in text for language, text in found[name] if language == "sh")
        assert f"[`{name}`](#{name})" in page


def test_the_python_runs(page, exported, monkeypatch):
    monkeypatch.chdir(exported)
    namespace = {}
    for blocks in sections(page).values():
        for language, text in blocks:
            if language == "python":
                exec(text, namespace)
    assert namespace["addressed"]
    assert namespace["first"]
    assert len(namespace["sheets"]) > len(FORMATS)


@pytest.mark.parametrize("name", ["sqlite", "duckdb"])
def test_the_queries_run(page, exported, name):
    connect = sqlite3.connect if name == "sqlite" else duckdb.connect
    queries = [text for language, text in sections(page)[name] if language == "sql"]
    assert queries
    with closing(connect(str(exported / f"karabakh-data.{name}"))) as connection:
        for query in queries:
            assert connection.execute(query).fetchall()


def test_another_data_package_client_reads_the_package(page, exported, tmp_path):
    """The client of npm, where it can be found (`npm install datapackage`, `NODE_PATH`)."""
    node = shutil.which("node")
    if node is None or subprocess.run([node, "-e", "require('datapackage')"], capture_output=True).returncode:
        pytest.skip("node with the package datapackage is not installed")
    (script,) = [text for language, text in sections(page)["csv"] if language == "js"]
    done = subprocess.run([node, "-e", script], cwd=exported, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    rows = dict(line.split() for line in done.stdout.splitlines())
    tables = (exported / "karabakh-data-jsonl").glob("*.jsonl")
    assert rows == {path.stem: str(path.read_bytes().count(b"\n")) for path in tables}
