"""The explorer's page as a file: it stands alone, carries no article's text unless asked, and tells what is wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_seeds import DOCUMENTS

import karabakh_data as kd
from karabakh_data import display, files
from karabakh_data.claims import AFFIRMS, DENIES
from karabakh_data.cli import main
from karabakh_data.evidence import DocumentError
from karabakh_data.explorer import content, page, passages
from karabakh_data.explorer.page import ASSETS, NAME, SCRIPTS, VENDOR
from karabakh_data.tables import DERIVED_TABLES, MODELS
from karabakh_data.vocabulary import VOCABULARIES

LARGEST = 1_400_000
"""Bytes that the page of the published data set may have."""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


class Parts(HTMLParser):
    """The tags of a page, and the text of each script and style."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, str]] = []
        self.inside = False
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag in ("script", "style")
        if self.inside:
            self.raw.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            tag, before = self.raw[-1]
            self.raw[-1] = tag, before + data


@pytest.fixture(scope="module")
def source(ds: kd.Dataset) -> str:
    return page.render(ds)


@pytest.fixture
def built(small: Path, articles: Path) -> kd.Dataset:
    """The small data set, whose articles may be shown."""
    assert run("build", "--root", small, "--documents", articles).exit_code == 0
    return kd.load(small / "karabakh_data" / "data")


# ---- What it shows ----


def test_every_record_with_an_id_is_in_it_with_its_cells_neighbours_and_citations(ds: kd.Dataset) -> None:
    shown = content.content(ds)["records"]
    assert {one["table"] for one in shown.values()} == {
        name for name, model in MODELS.items() if model.has_id() and name not in DERIVED_TABLES
    } & set(content.SHOWN)
    for name in content.SHOWN:
        for record in ds.table(name):
            one = shown[record.identity]
            assert [", ".join(found) for found in one["cells"].values()] == [
                text for _, text in display.filled(record)[1:]
            ]
            assert {k: tuple(v) for k, v in one["related"].items()} == {
                relation: tuple(found.identity for found in records) for relation, records in ds.related(record).items()
            }
            assert [cited[:5] for cited in one["citations"]] == [
                [e.field, e.value, e.source_id, e.start, e.end] for e in ds.citations(record)
            ]
            assert one["citation"] == ds.cite(record)


def test_every_claim_about_an_incident_stands_on_one_side_of_the_question(ds: kd.Dataset) -> None:
    shown = content.content(ds)["records"]
    for incident in ds.incidents:
        claims = shown[incident.incident_id]["claims"]
        linked = display.claims_about(ds, incident)
        assert claims["for"] == [s.statement_id for s in linked if s.stance in AFFIRMS]
        assert claims["against"] == [s.statement_id for s in linked if s.stance in DENIES]
        assert sorted(claims["for"] + claims["against"] + claims["mentions"]) == sorted(s.statement_id for s in linked)
        assert claims["voices"] == display.voices(ds, linked)


def test_a_statement_stands_under_the_camps_that_the_rules_of_claims_give_it(ds: kd.Dataset) -> None:
    shown = content.content(ds)["records"]
    for camp, statements in display.by_camp(ds, ds.statements).items():
        assert {s.statement_id for s in statements} == {
            name for name, one in shown.items() if one["table"] == "statements" and camp in one["camps"]
        }


def test_dates_have_their_bounds_and_doubts(ds: kd.Dataset) -> None:
    shown = content.content(ds)["records"]
    ceasefire = shown["ceasefire-2016-04-05"]["dates"]["effective"]
    assert ceasefire == {
        "text": "[2016-04-05..2016-04-06]",
        "from": "2016-04-05",
        "to": "2016-04-06",
        "uncertain": False,
        "approximate": False,
        "lasts": False,
    }
    conflict = shown["incident-1988-conflict"]["dates"]["date"]
    assert (conflict["from"], conflict["to"], conflict["lasts"]) == ("1988-02-01", None, True)
    assert shown["incident-2016-04-02-shelling-a"]["dates"]["date"]["uncertain"]


def test_what_the_network_and_the_types_are_read_from_are_columns() -> None:
    names = set(MODELS["statements"].model_fields)
    assert set(content.RELATIONS.values()) < names
    for table in content.SHOWN:
        assert content._WORD[table] in MODELS[table].model_fields
    assert set(content.CAMP_NAMES) == set(display.CAMPS)


def test_words_have_the_labels_of_their_vocabulary_each_one(ds: kd.Dataset) -> None:
    labels = content.content(ds)["labels"]
    for vocabulary in VOCABULARIES:
        for word in vocabulary:
            assert labels[word.value] == word.label
    assert labels["in_force_violations_alleged"] == "in force, violations alleged"
    assert labels["in_force_no_breach_alleged"] == "in force, no breach alleged"
    assert labels["not_yet_effective"] == "not yet effective"


# ---- It stands alone ----


def test_the_policy_lets_run_what_stands_in_the_page_and_nothing_else(source: str) -> None:
    parts = Parts(source)
    (policy,) = [a["content"] for tag, a in parts.tags if tag == "meta" and a.get("http-equiv")]
    assert policy is not None
    said = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert said["default-src"] == "'none'"
    assert said["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in policy
    digests = {"script": said["script-src"].split(), "style": said["style-src"].split()}
    found: dict[str, list[str]] = {"script": [], "style": []}
    kinds = [a.get("type") for tag, a in parts.tags if tag in ("script", "style")]
    for (tag, text), kind in zip(parts.raw, kinds, strict=True):
        if kind != "application/json":
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            found[tag].append(f"'sha256-{digest}'")
    assert found == digests
    assert len(found["script"]) == 1 + len(SCRIPTS)


def test_nothing_is_loaded_and_no_attribute_is_style_or_script(source: str) -> None:
    for tag, attributes in Parts(source).tags:
        assert (
            tag not in ("link", "img", "iframe", "object", "embed", "base", "form") or attributes.get("id") == "filters"
        )
        assert not {"src", "srcset", "style", "action"} & set(attributes), tag
        assert not any(name.startswith("on") for name in attributes), tag


def test_our_scripts_parse_no_text_as_html_or_code() -> None:
    assert {path.stem for path in ASSETS.glob("*.js")} == set(SCRIPTS)
    for name in SCRIPTS:
        text = (ASSETS / f"{name}.js").read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.html\(", text
        )


def test_the_data_cannot_end_their_element_and_read_back_as_they_were(ds: kd.Dataset) -> None:
    hostile = {"</script><!--": ["<script>", "&amp;", "\u2028\u2029", '"\\']}
    text = page._embedded(hostile)
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == hostile
    assert json.loads(page._embedded(content.content(ds))) == json.loads(json.dumps(content.content(ds)))


def test_it_is_small_and_the_same_every_time(ds: kd.Dataset, source: str) -> None:
    assert len(source.encode()) < LARGEST
    assert page.render(ds) == source


def test_the_library_in_it_is_the_one_that_the_note_names(source: str) -> None:
    note = json.loads((VENDOR / "vendored.json").read_text(encoding="utf-8"))
    for path, entry in note["files"].items():
        assert hashlib.sha256((VENDOR / Path(path).name).read_bytes()).hexdigest() == entry["sha256"]
    assert note["integrity"].startswith("sha512-")
    assert f"v{note['version']}" in source
    assert "Permission to use, copy, modify, and/or distribute this software" in source


# ---- The articles ----


def test_without_documents_no_article_is_in_it(built: kd.Dataset, tmp_path: Path) -> None:
    text = built.explore(tmp_path / "page.html").read_text(encoding="utf-8")
    assert '"articles":{}' in text
    assert "For your own use" not in text
    assert "We call on both armies to stop firing at once.” Northland" not in text


def test_with_documents_it_carries_them_and_says_that_it_is_for_own_use(
    built: kd.Dataset, articles: Path, tmp_path: Path
) -> None:
    text = built.explore(tmp_path / "page.html", articles).read_text(encoding="utf-8")
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text)[1])  # type: ignore[index]
    assert sorted(data["articles"].values()) == sorted(DOCUMENTS.values())
    assert "For your own use: not to be published" in text


def test_an_article_that_is_another_file_is_left_out_and_named(built: kd.Dataset, articles: Path) -> None:
    (articles / "daily.txt").write_text("Something else.", encoding="utf-8")
    found = passages.read(built, articles)
    assert list(found.texts) == ["source-weekly"]
    (missing,) = found.missing
    assert re.match(r"daily\.txt: not the document that was cited: its SHA-256 is [0-9a-f]{64}", missing)
    assert "daily.txt: not the document that was cited" in page.render(built, found)


def test_a_citation_that_the_article_does_not_bear_out_is_not_shown_as_one(built: kd.Dataset, articles: Path) -> None:
    tables = {name: list(built.table(name)) for name in built}
    first = tables["evidence"][0]
    tables["evidence"][0] = first.model_copy(update={"sha256": "0" * 64})
    false = kd.Dataset(tables)
    found = passages.read(false, articles)
    assert found.unborne == {(first.record_id, first.field, first.source_id, first.start, first.end)}
    shown = content.content(false, found)["records"][first.record_id]["citations"]
    assert [row[8] for row in shown].count(False) == 1


def test_the_articles_of_the_data_set_bear_out_every_citation(ds: kd.Dataset, documents: Path) -> None:
    found = passages.read(ds, documents)
    assert (len(found.texts), found.unborne, found.missing) == (len(ds.sources), frozenset(), ())


# ---- Writing it ----


def test_it_is_written_where_one_says_and_by_default_in_the_current_folder(
    ds: kd.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ds.explore() == Path("karabakh-data-explorer.html")
    assert ds.explore("other.html") == Path("other.html")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["karabakh-data-explorer.html", "other.html"]


def test_the_command_tells_where_it_wrote(tmp_path: Path) -> None:
    result = run("explore", "-o", tmp_path / "page.html")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{tmp_path / 'page.html'} written: open it in a browser\n"
    assert any(NAME in getattr(option, "help", "") for option in main.commands["explore"].params)


def test_the_command_says_what_it_may_be_used_for_and_what_it_does_not_show(
    built: kd.Dataset, articles: Path, tmp_path: Path
) -> None:
    (articles / "weekly.txt").unlink()
    result = run("explore", "-o", tmp_path / "p.html", "--documents", articles, "--data", built.folder)
    assert result.exit_code == 0
    assert "not shown: weekly.txt: cannot be read (No such file or directory)" in result.stderr
    assert "it carries the articles' text and is for your own use" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "-"], "the page is not written to standard output: name a file, such as karabakh-data-explorer.html"),
        (["-o", "."], "is a folder: name the file, such as "),
        (["-o", "nowhere/page.html"], "nowhere/page.html: there is no folder nowhere"),
        (["-o", "file/page.html"], "file/page.html: there is no folder file"),
        (["--documents", "nowhere"], "nowhere: no such folder of documents"),
        (["--documents", "empty"], "empty holds none of the articles: "),
        (["--data", "empty"], "empty holds no "),
    ],
)
def test_what_cannot_be_done_is_told_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    result = run("explore", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file"]


def test_a_disk_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(files, "write_atomically", refuse)
    result = run("explore", "-o", tmp_path / "p.html")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"karabakh-data: {tmp_path / 'p.html'}: cannot be written (Permission denied)\n"


def test_documents_that_are_no_folder_are_an_error_of_the_library_too(ds: kd.Dataset, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such folder"):
        ds.explore(tmp_path / "page.html", tmp_path / "nowhere")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        ds.explore(tmp_path)
