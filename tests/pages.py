"""The pages of the documentation: their code blocks, and how these are run.

A `text` block that follows a block of code is what the code prints; "…" in it stands for anything. Blocks of a page are
run in order, in a folder that looks like the checkout; Python blocks share their names, SQL blocks a DuckDB database,
R blocks a session. A shell block ends with 0 unless it says `exit code N`.

    python tests/pages.py docs/guides/python.md      writes the output that it sees into a page
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
NEEDED = ("karabakh_data/data", "schemas", "seeds", "docs", "examples", "datapackage.json", "CITATION.cff")
"""What of the checkout the blocks speak of."""
SETUP = re.compile(r"^(?:git clone|cd|pip install|make|\. \.venv/bin/activate)\b.*$", re.MULTILINE)
"""Lines that get or set up the checkout in which the tests already run; what they name is looked up instead."""
IN_ORDER = [
    "docs/start.md",
    "docs/citing.md",
    "docs/guides/python.md",
    "docs/guides/r.md",
    "docs/guides/sql.md",
    "docs/guides/excel.md",
    "docs/guides/gephi.md",
]
"""Pages whose blocks are run one after the other, as a reader would."""
BETWEEN = "=== the next block ==="


@dataclass(frozen=True)
class Block:
    """A block of code with the output that the page shows."""

    page: str
    line: int
    language: str
    code: str
    output: str | None = None

    def __str__(self) -> str:
        return f"{self.page}:{self.line} ({self.language})"

    def shows(self, printed: str) -> bool:
        """Whether the page shows what the code printed; a page that shows nothing leaves it open."""
        if self.output is None:
            return True
        wanted = self.output.replace("…", "...")
        return doctest.OutputChecker().check_output(_trimmed(wanted), _trimmed(printed), doctest.ELLIPSIS)


def pages() -> list[str]:
    """Every page that a reader comes to, generated ones last."""
    found = [p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").rglob("*.md")]
    written = sorted(page for page in found if "/generated/" not in page)
    own = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "seeds/README.md", "benchmarks/README.md"]
    return [*own, *written, *sorted(set(found) - set(written))]


def blocks(page: str) -> list[Block]:
    """The blocks of a page, in order; the ones that show output are part of the block before."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found: list[Block] = []
    end = 0
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        code = re.sub(rf"^{match[1]}", "", match[3], flags=re.MULTILINE)
        if match[2] == "text" and found and not text[end : match.start()].strip():
            found[-1] = Block(page, found[-1].line, found[-1].language, found[-1].code, code)
        else:
            found.append(Block(page, line, match[2], code))
        end = match.end()
    return found


def stand_in(folder: Path) -> Path:
    """A folder that looks like the checkout to the blocks of a page."""
    for name in NEEDED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return folder


def run(found: Sequence[Block], folder: Path) -> Iterator[tuple[Block, str]]:
    """Runs blocks in order; each with what it printed.

    Raises:
        AssertionError: A block failed; tells which.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    in_r: list[str] = []
    with contextlib.chdir(folder), duckdb.connect() as database:
        for block in found:
            try:
                if block.language == "python":
                    printed = _run_python(block, names)
                elif block.language == "sh":
                    printed = _run_shell(block, folder)
                elif block.language == "sql":
                    printed = _run_sql(block, database)
                elif block.language == "r":
                    in_r = in_r or _run_r([one for one in found if one.language == "r"], folder)
                    printed = in_r.pop(0)
                else:
                    continue
            except Exception as error:
                raise AssertionError(f"{block}: {type(error).__name__}: {error}") from error
            yield block, printed


def _run_python(block: Block, names: dict[str, Any]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(block.code, f"{block.page}:{block.line}", "exec"), names)
    return printed.getvalue()


def _run_shell(block: Block, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", SETUP.sub("", block.code)],
        cwd=folder,
        env=os.environ | {"PATH": path, "COLUMNS": "100", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    told = re.search(r"exit code (\d)", block.code)
    assert done.returncode == (int(told[1]) if told else 0), done.stdout
    return done.stdout


def _run_sql(block: Block, database: duckdb.DuckDBPyConnection) -> str:
    relation = None
    for statement in database.extract_statements(block.code):
        relation = database.sql(statement.query)
    return "" if relation is None else str(relation)


def _run_r(found: Sequence[Block], folder: Path) -> list[str]:
    script = f'\ncat("{BETWEEN}\\n")\n'.join(block.code for block in found)
    (folder / "guide.R").write_text(f"options(width = 100)\n{script}", encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", "guide.R"],
        cwd=folder,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{found[0].page}: {done.stdout}{done.stderr}"
    return done.stdout.split(f"{BETWEEN}\n")


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) + "\n"


def write_outputs(page: str) -> list[Block]:
    """Writes into a page what its blocks print, where it shows something else; returns those blocks."""
    changed = []
    path = ROOT / page
    with tempfile.TemporaryDirectory() as name:
        for block, printed in run(blocks(page), stand_in(Path(name))):
            if not block.shows(printed):
                text = path.read_text(encoding="utf-8")
                old = f"{block.code}```\n\n```text\n{block.output}```"
                assert text.count(old) == 1, f"{block}: cannot be found again"
                path.write_text(text.replace(old, f"{block.code}```\n\n```text\n{_trimmed(printed)}```"), "utf-8")
                changed.append(block)
    return changed


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for one in write_outputs(Path(name).resolve().relative_to(ROOT).as_posix()):
            print(one)
