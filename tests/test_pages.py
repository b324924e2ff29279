"""What the pages of the documentation show is true: every block of code is run, every link leads to its place."""

import json
import re
import shutil
import tomllib

import pytest
import yaml
from pages import IN_ORDER, NEEDED, SETUP, blocks, pages, run, stand_in, write_outputs

import karabakh_data as kd
from karabakh_data import codebook

ELSEWHERE = {
    r"karabakh-data ": "test_docs.py runs each command of the other pages by itself",
    r"dask (scheduler|worker) ": "test_docs.py starts them for the guide to large files",
    r"python -m benchmarks": "test_benchmarks.py",
    r"datasette ": "test_export_sqlite.py serves the file with it",
    r"frictionless validate ": "test_package.py and test_export_csv.py",
    r"python tests/pages.py ": "test_outputs_are_written_into_a_page",
    r"python -m build": "test_package.py",
    r"export KARABAKH_DATA_DOCUMENTS=": "test_cli.py sets it",
}
"""Lines of shell blocks on other pages, and where they are run."""

WHOLE_ELSEWHERE = {
    "README.md": "test_docs.py",
    "docs/contributing-records.md": "test_docs.py",
    "docs/claims.md": "test_docs.py",
    "docs/crosswalk.md": "test_docs.py",
    "docs/explorer.md": "test_docs.py",
    "docs/large-files.md": "test_docs.py",
    "docs/exports.md": "test_export_docs.py; packages of R that Debian does not carry are not at hand",
}
"""Pages whose other blocks are run together, and where."""

needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
needs_sqlite3 = pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 shell is not installed")
MARKS = {"docs/guides/r.md": needs_r, "docs/guides/sql.md": needs_sqlite3}


# ---- Code ----


@pytest.mark.parametrize("page", [pytest.param(page, marks=MARKS.get(page, ())) for page in IN_ORDER])
def test_the_blocks_of_a_page_run_and_print_what_it_shows(page, tmp_path):
    shown = 0
    for block, printed in run(blocks(page), stand_in(tmp_path)):
        assert block.shows(printed), f"{block} prints\n{printed}\nwrite it with `python tests/pages.py {page}`"
        shown += block.output is not None
    assert shown


@pytest.mark.parametrize("page", [page for page in pages() if page not in IN_ORDER])
def test_other_pages_show_what_their_blocks_print(page, tmp_path):
    with_output = [block for block in blocks(page) if block.output is not None and block.language != "text"]
    if with_output:
        for block, printed in run(with_output, stand_in(tmp_path)):
            assert block.shows(printed), f"{block} prints\n{printed}"


def test_every_block_is_run_somewhere():
    for page in set(pages()) - set(IN_ORDER):
        for block in blocks(page):
            if block.language == "sh":
                for line in filter(
                    None, (line.split("#")[0].strip() for line in SETUP.sub("", block.code).splitlines())
                ):
                    if block.code not in codebook.loading_lines():
                        assert any(re.match(known, line) for known in ELSEWHERE), f"{block}: {line}"
            elif block.language in ("python", "sql", "r"):
                assert page in WHOLE_ELSEWHERE or block.code in codebook.loading_lines(), block


def test_every_block_says_its_language():
    known = {"python", "sh", "sql", "r", "text", "yaml", "json", "bibtex", "js"}
    assert [str(block) for page in pages() for block in blocks(page) if block.language not in known] == []


def test_blocks_of_yaml_and_json_can_be_read():
    for page in pages():
        for block in blocks(page):
            if block.language == "yaml":
                list(yaml.safe_load_all(block.code.replace("<", "").replace(">", "").replace("...", "")))
            elif block.language == "json":
                json.loads(block.code)


def test_what_has_to_be_set_up_is_there(root):
    extras = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    for page in pages():
        text = (root / page).read_text(encoding="utf-8")
        for named in re.findall(r"pip install [^\n`]*\.\[([\w,]+)\]", text):
            assert set(named.split(",")) <= set(extras), (page, named)
        for block in blocks(page):
            for line in re.findall(r"^make ([^#\n]+)", block.code if block.language == "sh" else "", re.MULTILINE):
                assert all(f"\n{target}:" in makefile for target in line.split()), (page, line)


def test_a_difference_of_output_is_told_and_an_ellipsis_stands_for_anything(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("```python\nprint(1 + 1, end='…')\n```\n\n```text\n3\n```\n\nAnd\n\n```sh\nls | head -1\n```\n")
    monkeypatch.setattr("pages.ROOT", tmp_path)
    first, second = blocks("page.md")
    assert (first.output, second.output) == ("3\n", None)
    assert not first.shows("2\n")
    assert first.shows("3  \n\n")
    assert second.shows("whatever\n")
    page.write_text(page.read_text().replace("3\n", "a\n…\nz\n"))
    assert blocks("page.md")[0].shows("a\nb\nc\nz\n")
    assert not blocks("page.md")[0].shows("b\nz\n")


def test_outputs_are_written_into_a_page(root, tmp_path, monkeypatch):
    for name in NEEDED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(root / name)
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nprint(1 + 1)\n```\n\n```text\nold\n```\n\n```sh\necho same\n```\n\n```text\nsame\n```\n"
    )
    monkeypatch.setattr("pages.ROOT", tmp_path)
    assert [block.line for block in write_outputs("page.md")] == [1]
    assert page.read_text().count("```text\n2\n```") == 1
    assert write_outputs("page.md") == []


def test_a_block_that_fails_is_named(tmp_path, monkeypatch):
    (tmp_path / "page.md").write_text("Text\n\n```sh\nfalse\n```\n\n```sh\nfalse   # exit code 1\n```\n")
    monkeypatch.setattr("pages.ROOT", tmp_path)
    failing, told = blocks("page.md")
    assert [printed for _, printed in run([told], tmp_path)] == [""]
    with pytest.raises(AssertionError, match=r"page.md:3 \(sh\)"):
        list(run([failing], tmp_path))


# ---- Links ----


def headings(text):
    """The anchors of a page's headings, as code hosts make them."""
    found = re.findall(
        r"^#+ (.+)$", re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found]


@pytest.mark.parametrize("page", pages())
def test_links_lead_to_a_file_and_a_heading(root, page):
    text = re.sub(r"^ *```.*?^ *```$", "", (root / page).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", text):
        if "://" in target:
            continue
        path = (root / page).parent / target if target else root / page
        assert path.is_file(), target
        if anchor:
            assert headings(path.read_text(encoding="utf-8")).count(anchor) == 1, f"{target}#{anchor}"


def test_the_index_leads_to_every_page(root):
    text = (root / "docs/index.md").read_text(encoding="utf-8")
    linked = {
        (root / "docs" / target).resolve() for target in re.findall(r"^- \[[^]]+\]\(([^)#]+)\)", text, re.MULTILINE)
    }
    every = {(root / page).resolve() for page in pages()}
    assert every - linked == {(root / "README.md").resolve(), (root / "docs/index.md").resolve()}


# ---- One source ----


def test_how_to_cite_says_what_the_citation_file_says(root):
    cff = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    text = (root / "docs/citing.md").read_text(encoding="utf-8")
    (bibtex,) = (block.code for block in blocks("docs/citing.md") if block.language == "bibtex")
    fields = dict(re.findall(r"^  (\w+) += \{+(.+?)\}+,$", bibtex, re.MULTILINE))
    authors = " and ".join(author["name"] for author in cff["authors"])
    assert fields == {
        "author": authors,
        "title": cff["title"],
        "version": cff["version"],
        "note": f"Data set, {cff['license']}",
    }
    prose = " ".join(text.replace("\n> ", " ").split())
    assert f"{authors}. *{cff['title']}*. Data set, version {kd.__version__}. CC BY 4.0." in prose


def test_the_codebook_has_the_lines_that_load_the_tables(root):
    assert codebook.loading_lines() in (root / "docs/codebook.md").read_text(encoding="utf-8")
