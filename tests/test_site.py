"""What the documentation site is: built without a warning, whole, and complete without a network."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pages import ROOT, pages

import karabakh_data as kd

LOADING = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "embed": "src",
    "object": "data",
    "link": "href",
}
"""What a page loads by itself, and from where."""


class Page(HTMLParser):
    """What of a page is looked at."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.ids, self.links, self.loads = [], [], [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in LOADING and given.get(LOADING[tag]):
            self.loads.append(given[LOADING[tag]])

    def of(self, tag):
        return [given for name, given in self.tags if name == tag]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `make docs` does."""
    folder = tmp_path_factory.mktemp("docs")
    recipe = re.search(r"sphinx-build (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1]
    options = (
        recipe.replace("build/doctrees", str(folder / "trees")).replace("build/docs", str(folder / "site")).split()
    )
    done = subprocess.run([sys.executable, "-m", "sphinx", *options], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def built(site):
    """Every page of the site by its path."""
    return {
        path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html") if "_static" not in path.parts
    }


def test_every_page_is_there_and_in_the_navigation(built):
    (first,) = [page for name, page in built.items() if name == "docs/index.html"]
    for page in set(pages()) - {"README.md"}:
        name = page.replace(".md", ".html")
        assert name in built
        expected = "#" if page == "docs/index.md" else name.removeprefix("docs/") if "docs/" in name else f"../{name}"
        assert expected in first.links, page


def test_the_address_of_the_site_leads_to_the_index(built):
    assert {"http-equiv": "refresh", "content": "0; url=docs/index.html"} in built["index.html"].of("meta")


def test_nothing_is_loaded_from_elsewhere(site, built):
    assert len(built) > 20
    for name, page in built.items():
        assert [source for source in page.loads if re.match(r"(\w+:)?//", source)] == [], name
        assert not any(re.search(r"@import|url\(\s*['\"]?(\w+:)?//", str(given)) for _, given in page.tags), name
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*['\"]?(https?:)?//", sheet.read_text(encoding="utf-8")), sheet


def test_every_page_forbids_what_is_not_its_own(built):
    for name, page in built.items():
        order = [
            given for tag, given in page.tags if tag == "script" or given.get("http-equiv") == "Content-Security-Policy"
        ]
        policy = order[0].get("content", "")
        assert policy.startswith("default-src 'self'" if name != "index.html" else "default-src 'none'"), name
        assert "http" not in policy


def test_every_link_inside_the_site_leads_to_a_file_and_a_place(site, built):
    assert sum(len(page.links) for page in built.values()) > 1000
    for name, page in built.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            assert target.exists(), f"{name}: {link}"
            place = unquote(parts.fragment)
            if place and target.suffix == ".html":
                ids = built[target.resolve().relative_to(site.resolve()).as_posix()].ids
                assert place in ids, f"{name}: {link}"


def test_every_public_name_has_its_place_in_the_reference(built):
    ids = built["docs/api.html"].ids
    for name in set(kd.__all__) - {"__version__"}:
        assert ids.count(f"karabakh_data.{name}") == 1, name
    for name in ("Dataset.related", "Table.where", "Table.to_polars", "Report.to_html", "EDTF.parse", "Finding.place"):
        assert f"karabakh_data.{name}" in ids


def test_pages_are_made_for_readers_of_every_kind(built):
    for name, page in built.items():
        if name == "index.html":
            continue
        assert page.of("html")[0].get("lang") == "en", name
        assert any("width=device-width" in given.get("content", "") for given in page.of("meta")), name
        assert all(given.get("alt") for given in page.of("img")), name
        assert all(given.get("aria-label") for given in page.of("aside")), name
        assert all("aria-level" in given for _, given in page.tags if given.get("role") == "heading"), name
        assert all("tabindex" in given for given in page.of("pre")), name
        assert sum(tag == "main" or given.get("role") == "main" for tag, given in page.tags) == 1, name


def test_wide_tables_stand_in_a_box_of_their_own(built):
    for name, page in built.items():
        for before, (tag, _) in zip(page.tags, page.tags[1:], strict=False):
            if tag == "table" and name.startswith(("docs", "seeds", "benchmarks")):
                assert "table-wrapper" in before[1].get("class", ""), name


def test_the_search_knows_the_pages_and_their_words(site):
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    assert "docs/codebook" in index["docnames"]
    assert {"codebook", "in r", "python api"} <= {title.casefold() for title in index["alltitles"]}
    assert "krippendorff" in index["terms"]


def test_the_site_says_nothing_of_the_machine(site):
    for path in [*site.rglob("*.html"), site / "searchindex.js"]:
        assert str(Path.home()) + "/" not in path.read_text(encoding="utf-8"), path
        assert str(ROOT) not in path.read_text(encoding="utf-8"), path
