"""The page of a report: it stands alone, shows every value as text, says severity in words, and is bounded."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from report_samples import HOSTILE, any_report, cell, finding, hostile_report, suynik

import karabakh_data as kd
from karabakh_data.validation.codes import catalogue
from karabakh_data.validation.report import Change, Report
from karabakh_data.validation.reports import html
from karabakh_data.validation.reports.printable import visible

VOID = {"meta", "input"}
PARTS = (
    "html head title style body header main footer section article h1 h2 h3 p a span code pre bdi mark details summary"
    " ol li dl div dt dd table thead tbody tr th td fieldset legend label del ins"
)
TAGS = VOID | set(PARTS.split())
NAMES = "lang charset name content http-equiv class id href aria-labelledby role scope type checked data-name"
ATTRIBUTES = set(NAMES.split())


class Page(HTMLParser):
    """A page taken apart: its tags, and the text inside each kind of tag; every tag has to be closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def page(report: Report) -> Page:
    return Page(report.to_html())


def full() -> Report:
    found = [suynik(), finding("KD216", "warning", line=20, column=1), cell(file_order=1), finding("KD109", "note")]
    change = Change("actor-a", "actors", "name", "Old name", "New name", "actors.csv:2:9")
    return Report(findings=found, files=("incidents.csv", "book.xlsx", "actors.csv"), rows=14, changes=(change,))


# ---- Safety ----


def test_the_page_stands_alone_and_runs_nothing() -> None:
    shown = page(full())
    policy = next(tag["content"] for _, tag in shown.tags if tag.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(shown.texts["style"][0].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in shown.texts["style"][0]
    assert {tag for tag, _ in shown.tags} <= TAGS
    assert {name for _, attributes in shown.tags for name in attributes} <= ATTRIBUTES
    assert all((tag.get("href") or "#").startswith("#") for _, tag in shown.tags)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_are_shown_as_text(text: str) -> None:
    source = hostile_report(text).to_html()
    source.encode()
    shown = Page(source)
    assert {tag for tag, _ in shown.tags} <= TAGS
    assert {name for _, attributes in shown.tags for name in attributes} <= ATTRIBUTES
    assert visible(text) in shown.texts["mark"][0]
    assert any(visible(text) in one for one in shown.texts["h3"])
    assert not set(source) & set("\x00\x1b\x9b\u202e\u2066\u2028")


@given(any_report())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_report_is_a_page_of_known_parts(report: Report) -> None:
    shown = page(report)
    assert {tag for tag, _ in shown.tags} <= TAGS
    assert {name for _, attributes in shown.tags for name in attributes} <= ATTRIBUTES


# ---- What it shows ----


def test_every_finding_is_shown_with_all_that_is_known() -> None:
    source = full().to_html()
    shown = page(full())
    articles = shown.texts["article"]
    assert len(articles) == 5
    for part in ("error", "KD301", "incident-2021-05-12-x", "line 14, column 39", "place-syunik-province"):
        assert part in articles[1]
    assert "cell incidents!C14" in articles[3]
    assert shown.texts["mark"] == ["place-suynik", " x"]
    code = catalogue()["KD301"]
    assert any(code.title in one for one in shown.texts["summary"])
    assert "<code>karabakh-data ls TABLE</code> lists the published ids." in source


def test_findings_stand_under_their_file_in_order() -> None:
    shown = page(full())
    assert shown.texts["h2"] == ["incidents.csv", "book.xlsx", "Proposed corrections"]
    assert [re.findall("KD[0-9]+", one)[0] for one in shown.texts["article"][:4]] == [
        "KD109",
        "KD301",
        "KD216",
        "KD202",
    ]


def test_severity_is_said_in_words() -> None:
    badges = re.findall('<span class="badge">([a-z]+)</span>', full().to_html())
    assert badges == ["note", "error", "warning", "error"]


def test_the_header_says_what_it_amounts_to(ds: kd.Dataset) -> None:
    report = Report(findings=[suynik()], records=(*list(ds.actors)[:2], ds.places[0]), rows=4, files=("a.csv",))
    source = report.to_html()
    assert "<h1>1 error to mend</h1>" in source
    assert "<p>1 file, 4 records; valid: actors 2, places 1.</p>" in source
    assert '<div class="good"><dt>of 4 records valid</dt><dd>3</dd></div>' in source
    assert '<div class="warning none"><dt>warnings</dt><dd>0</dd></div>' in source


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [([], "Nothing to mend"), (["note"], "Nothing to mend"), (["warning", "note"], "No errors, 1 warning to look at")],
)
def test_the_verdict_without_errors(severities: list[str], verdict: str) -> None:
    report = Report(findings=[finding(severity=severity) for severity in severities], rows=3)
    assert page(report).texts["h1"] == [verdict]


def test_a_clean_report_says_so() -> None:
    source = Report(rows=3, files=("a.csv",)).to_html()
    assert "Nothing was found wrong in 3 records." in source
    assert "<fieldset" not in source


def test_severities_can_be_hidden_where_there_are_several() -> None:
    assert page(full()).count("input") == 3
    assert page(Report(findings=[suynik()])).count("input") == 0


def test_an_overview_lists_every_file_and_links_those_with_findings() -> None:
    source = full().to_html()
    assert '<a href="#file-1"><bdi>incidents.csv</bdi></a></th><td class="error">1</td>' in source
    assert '<th scope="row"><bdi>actors.csv</bdi></th><td>0</td><td>0</td><td>0</td>' in source
    assert 'class="files"' not in Report(findings=[suynik()], files=("incidents.csv",)).to_html()


def test_links_inside_the_page_lead_somewhere_and_ids_are_unique() -> None:
    shown = page(full())
    ids = [attributes["id"] for _, attributes in shown.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {(attributes["href"] or "")[1:] for _, attributes in shown.tags if "href" in attributes}
    labels = {attributes["aria-labelledby"] for _, attributes in shown.tags if "aria-labelledby" in attributes}
    assert targets | labels <= set(ids)


def test_landmarks_and_headings_lead_through_the_page() -> None:
    shown = page(full())
    for landmark in ("header", "main", "footer"):
        assert shown.count(landmark) == 1
    levels = [int(tag[1]) for tag, _ in shown.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


# ---- Corrections ----


def test_corrections_show_the_words_that_differ() -> None:
    source = full().to_html()
    assert "<bdi><del>Old</del> name</bdi>" in source
    assert "<bdi><ins>New</ins> name</bdi>" in source


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("a b c", "a x c", ("a <del>b</del> c", "a <ins>x</ins> c")),
        ("a;b", "a;b;c", ("a;b", "a;b<ins>;c</ins>")),
        ("a a", "a a a", ("a a", "a a<ins> a</ins>")),
        ("b", "a b", ("b", "<ins>a </ins>b")),
        ("same", "same", ("same", "same")),
        ("<i>", "<b>", ("<del>&lt;i&gt;</del>", "<ins>&lt;b&gt;</ins>")),
    ],
)
def test_two_values_are_compared_word_by_word(old: str, new: str, shown: tuple[str, str]) -> None:
    assert html._compared(old, new) == tuple(f"<bdi>{one}</bdi>" for one in shown)


def test_an_empty_value_is_named() -> None:
    assert html._compared(None, "x") == ('<span class="empty">empty</span>', "<bdi><ins>x</ins></bdi>")
    assert html._compared("x", "") == ("<bdi><del>x</del></bdi>", '<span class="empty">empty</span>')


# ---- Bounds ----


def test_the_page_is_bounded_and_says_how_many_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MOST", 5)
    monkeypatch.setattr(html, "MOST_CHANGES", 3)
    monkeypatch.setattr(html, "MOST_FILES", 2)
    changes = tuple(Change("actor-a", "actors", f"f{n}", "1", "2", "a.csv:1:1") for n in range(4))
    found = [finding(line=line) for line in range(1, 9)]
    source = Report(findings=found, changes=changes, rows=9, files=("a.csv", "b.csv", "c.csv")).to_html()
    assert source.count('<span class="badge">') == 5
    assert "… and 3 more; <code>--format json</code> has them all." in source
    assert "… and 1 more field" in source
    assert "… and 2 more files" in source
    assert "<h1>8 errors to mend</h1>" in source


def test_a_page_of_thousands_stays_in_bounds() -> None:
    source = Report(findings=[suynik(line=line) for line in range(1, 8001)], rows=8000).to_html()
    assert source.count('<span class="badge">') == html.MOST
    assert len(source) < 10_000_000
