"""The explorer's page in a real browser: what is chosen is shown, everywhere, to everyone, without a complaint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from browser import ARGUMENTS, CHROMIUM, Visit, chromium, visit
from click.testing import CliRunner
from small_seeds import DAILY

import karabakh_data as kd
from karabakh_data import display
from karabakh_data.cli import main
from karabakh_data.explorer import content

ESCALATION = "incident-2016-04-02-escalation"
ROWS = "#table tbody tr"
Open = Callable[..., AbstractContextManager[Visit]]

HOSTILE = "</script><img src=x onerror=\"document.title='taken'\">'\"&lt;<b>bold</b>\u202egnol \U0001f54a"
LONG = "A" * 4_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def file(ds: kd.Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the published data set."""
    return ds.explore(tmp_path_factory.mktemp("explorer") / "page.html")


@pytest.fixture
def opened(browser: Any, file: Path) -> Open:
    def open_(fragment: str = "", **options: Any) -> AbstractContextManager[Visit]:
        return visit(browser, file, fragment, **options)

    return open_


def ids(seen: Visit) -> set[str]:
    """The records of the table."""
    return set(seen.page.eval_on_selector_all(ROWS, "rows => rows.map((row) => row.dataset.id)"))


def names(records: Any) -> set[str]:
    return {record.identity for record in records}


# ---- First view ----


def test_it_opens_with_the_counts_and_every_statement_ceasefire_and_incident(opened: Open, ds: kd.Dataset) -> None:
    with opened() as seen:
        assert seen.page.title() == "Ceasefire diplomacy in the Nagorno-Karabakh conflict · explorer of karabakh_data"
        assert seen.texts(".counts > div") == [
            f"{name} {len(ds.table(name))}"
            if seen.page.locator(".counts > div").nth(at).inner_text().startswith(name)
            else f"{len(ds.table(name))} {name}"
            for at, name in enumerate((*content.MAIN, "actors", "sources"))
        ]
        total = sum(len(ds.table(name)) for name in content.MAIN)
        assert seen.text("#found").startswith(f"{total} records found: ")
        marks = seen.page.eval_on_selector_all("#timeline .mark", "all => all.map((one) => one.dataset.id)")
        assert set(marks) == {name for table in content.MAIN for name in names(ds.table(table))}


def test_each_statement_stands_in_the_lane_of_those_who_speak(opened: Open, ds: kd.Dataset) -> None:
    with opened() as seen:
        for camp, statements in display.by_camp(ds, ds.statements).items():
            lane = f".lane[data-lane='statements {camp}'] .mark"
            shown = seen.page.eval_on_selector_all(lane, "all => all.map((one) => one.dataset.id)")
            assert set(shown) == names(statements), camp


def test_each_incident_stands_in_the_lane_of_the_sides_that_affirm_it(opened: Open, ds: kd.Dataset) -> None:
    with opened() as seen:
        for side, other in (("armenian", "azerbaijani"), ("azerbaijani", "armenian")):
            lane = f".lane[data-lane='incidents {side}'] .mark"
            shown = seen.page.eval_on_selector_all(lane, "all => all.map((one) => one.dataset.id)")
            assert set(shown) == {
                one.incident_id for one in ds.incidents if side in one.affirmed_by and other not in one.affirmed_by
            }
        assert {"Incidents affirmed by both sides", "Incidents told in the articles’ own voice"} < {
            title.rpartition(" (")[0] for title in seen.page.locator(".lane-title").all_text_contents()
        }


def test_a_status_is_never_shown_without_who_speaks(opened: Open, ds: kd.Dataset) -> None:
    with opened("#table=incidents") as seen:
        for row in seen.page.locator(ROWS).all():
            incident = ds.incidents[row.get_attribute("data-id")]
            stands = row.locator(".col-standing").inner_text()
            assert str(incident.occurrence_status).replace("_", " ") in stands
            spoken = bool(incident.affirmed_by or incident.denied_by)
            assert ("affirmed by" in stands or "denied by" in stands) == spoken
            assert ("the article’s own voice" in stands) != spoken


def test_an_uncertain_date_has_its_sign_and_its_word(opened: Open) -> None:
    with opened() as seen:
        mark = seen.page.locator('#timeline [data-id="incident-2016-04-02-shelling-a"]')
        assert mark.locator(".sign").text_content() == "?"
        assert "2 April 2016 (uncertain)" in mark.get_attribute("aria-label")
        open_end = seen.page.locator('#timeline [data-id="incident-1988-conflict"]')
        assert open_end.locator(".tip").count() == 1
        assert "from February 1988, end open" in open_end.get_attribute("aria-label")
        stretch = seen.page.locator('#timeline [data-id="incident-2016-04-05-fire-a"]')
        assert "between 5 April 2016 and 6 April 2016" in stretch.get_attribute("aria-label")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1760-01,1760-12..]", "one of January 1760, December 1760 or later"),
        ("[..1760-01,1760-12]", "one of January 1760 or earlier, December 1760"),
        ("[1760-01..1760-03,1761]", "one of January 1760 to March 1760, 1761"),
        ("[1760-12..]", "on or after December 1760"),
        ("[..1760-12]", "on or before December 1760"),
        ("[2016-04-05..2016-04-06]", "between 5 April 2016 and 6 April 2016"),
    ],
)
def test_a_day_among_several_is_told_with_its_open_ends(opened: Open, text: str, said: str) -> None:
    assert kd.EDTF.parse(text).text == text
    with opened() as seen:
        assert seen.page.evaluate("text => Explorer.words.date({ text })", text) == said


def test_a_status_of_several_parts_has_its_comma(opened: Open, ds: kd.Dataset) -> None:
    report = ds.status_reports.where(ceasefire_status="in_force_violations_alleged")[0]
    with opened(f"#{report.report_id}") as seen:
        assert "in force, violations alleged" in seen.text("#panel .kicker")
        assert "in force violations alleged" not in seen.text("#panel")


def test_time_may_be_drawn_to_scale(opened: Open) -> None:
    with opened() as seen:
        assert "not to scale" in seen.text("#scale-says")
        seen.page.select_option("#scale", "even")
        assert seen.text("#scale-says") == "Every day has the same width."
        assert seen.address() == "scale=even"


@pytest.mark.parametrize("scale", ["", "&scale=even"])
def test_what_lies_outside_the_days_chosen_is_not_drawn_inside_them(opened: Open, scale: str) -> None:
    with opened(f"#from=2016-03-25&to=2016-05-10{scale}") as seen:
        past = seen.page.locator('#timeline [data-id="ceasefire-1994"]')  # last reported on 2 April 2016
        assert (past.locator(".tip").count(), past.locator(".seal").count()) == (2, 0)
        assert seen.page.locator('#timeline [data-id="incident-1988-conflict"] .tip').count() == 2
        drawn = seen.page.locator("#timeline .axis .tick text").all_text_contents()
        assert drawn
        assert all(text.endswith("2016") for text in drawn)


# ---- Filters ----


def test_filters_choose_what_the_library_chooses(opened: Open, ds: kd.Dataset) -> None:
    with opened("#table=statements") as seen:
        seen.page.select_option("[name=act]", "accuse")
        assert ids(seen) == names(ds.statements.where(speech_act="accuse"))
        seen.page.select_option("[name=camp]", "armenian")
        mine = display.by_camp(ds, ds.statements.where(speech_act="accuse"))["armenian"]
        assert ids(seen) == names(mine)
        assert seen.text("#found") == f"{len(mine)} records found"
        seen.page.get_by_text("Clear the filters").click()
        assert seen.address() == ""
        seen.page.select_option("[name=table]", "statements")
        seen.page.fill("[name=from]", "2020-10-01")
        seen.page.fill("[name=to]", "2020-10-31")
        assert ids(seen) == names(ds.statements.between("2020-10", "2020-10"))


def test_text_is_found_in_names_words_and_ids_whatever_its_case(opened: Open, ds: kd.Dataset) -> None:
    with opened("#table=all") as seen:
        seen.page.fill("[name=q]", "LAVROV appeal")
        seen.page.wait_for_url("**#*q=LAVROV*")
        assert names(ds.statements.where(speech_act="appeal", speaker_ids="actor-sergey-lavrov")) <= ids(seen)
        assert "place-yerevan" not in ids(seen)
        seen.page.fill("[name=q]", "no such thing")
        seen.page.locator(ROWS).first.wait_for(state="detached")
        assert seen.text("#found") == "No record found. Clear a filter to see more."
        assert "nothing" in (seen.page.locator("#timeline-chart > *").get_attribute("class") or "")


def test_filters_stand_in_the_address_and_come_back(opened: Open) -> None:
    with opened("#table=incidents&camp=azerbaijani&from=2016-01-01&to=2016-12-31") as seen:
        first = ids(seen)
        assert first
        assert seen.page.input_value("[name=camp]") == "azerbaijani"
        seen.page.reload()
        seen.page.wait_for_selector("html[data-ready]", state="attached")
        assert ids(seen) == first


def test_an_address_that_makes_no_sense_is_taken_for_no_filter(opened: Open, ds: kd.Dataset) -> None:
    fragment = "#table=nothing&camp=armenia&act=acuse&sort=x&who=y&from=soon&%E0%A4%A&q=%E0%A4%A&constructor=1"
    with opened(fragment) as seen:
        assert len(ids(seen)) == min(50, sum(len(ds.table(name)) for name in content.MAIN))
        assert [seen.page.input_value(f"[name={name}]") for name in ("camp", "act")] == ["", ""]


def test_the_table_is_sorted_by_any_column_either_way(opened: Open) -> None:
    with opened("#table=actors") as seen:
        heading = seen.page.locator("thead th.col-label")
        heading.locator("button").click()
        assert heading.get_attribute("aria-sort") == "ascending"
        up = seen.texts(f"{ROWS} th")
        assert up == sorted(up, key=str.casefold)
        assert seen.focused("data-sort") == "label"
        seen.page.keyboard.press("Enter")
        assert heading.get_attribute("aria-sort") == "descending"
        assert seen.texts(f"{ROWS} th") == up[::-1]


# ---- The panel ----


def test_a_permalink_opens_the_record_with_its_claims_by_those_who_make_them(opened: Open, ds: kd.Dataset) -> None:
    incident = ds.incidents[ESCALATION]
    claims = display.claims_about(ds, incident)
    with opened(f"#{ESCALATION}") as seen:
        assert seen.text("#panel-title") == incident.name
        assert seen.focused() == "panel-title"
        text = seen.text("#panel")
        assert "no judgement of who is right" in text
        assert f"{incident.occurrence_status}".replace("_", " ") in text
        shown = seen.texts("#panel .claim")
        assert len(shown) == len(claims)
        for statement in claims:
            speaker = ds.actors[statement.speaker_ids[0]].name
            assert any(speaker in one and " ".join(statement.summary.split()) in one for one in shown)
        for name, count in display.voices(ds, claims).items():
            assert f"{content.CAMP_NAMES[name][0]} {count}" in text


def test_the_panel_has_every_citation_with_its_place_and_basis(opened: Open, ds: kd.Dataset) -> None:
    statement = ds.statements.where(speech_act="accuse")[0]
    with opened(f"#{statement.statement_id}") as seen:
        text = seen.text("#panel .citations")
        for cited in ds.citations(statement):
            assert f"characters {cited.start}–{cited.end}" in text
            assert cited.field.removesuffix("_ids").removesuffix("_id").replace("_", " ") in text
            assert (cited.note or "") in text
        assert "not part of this page" in seen.text("#panel")
        assert ds.cite(statement) in seen.text("#panel .cite")


def test_links_in_the_panel_lead_on_and_back_leads_back(opened: Open, ds: kd.Dataset) -> None:
    with opened("#table=ceasefires") as seen:
        seen.page.click(f"{ROWS} a >> nth=0")
        first = seen.address().partition("&")[0]
        assert seen.text("#panel-title") == ds[first].name
        seen.page.click("#panel section .cells a >> nth=0")
        assert not seen.address().startswith(first)
        assert "table=ceasefires" in seen.address()
        seen.page.go_back()
        assert seen.text("#panel-title") == ds[first].name


def test_the_panel_of_an_unknown_record_says_so(opened: Open) -> None:
    with opened("#incident-nowhere") as seen:
        assert seen.text("#panel-title") == "No record has this id"
        assert "incident-nowhere" in seen.text("#panel")
        assert "above" not in seen.text("#panel")  # the search stands beside the panel where there is room


def test_the_link_is_copied(opened: Open) -> None:
    with opened(f"#{ESCALATION}&camp=armenian", permissions=["clipboard-read", "clipboard-write"]) as seen:
        seen.page.get_by_role("button", name="Copy the link").click()
        seen.page.get_by_text("copied", exact=True).wait_for()
        copied = seen.page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{seen.page.url.partition('#')[0]}#{ESCALATION}"


# ---- The network ----


@pytest.mark.parametrize("relation", content.RELATIONS)
def test_the_network_has_who_and_whom_of_the_statements(opened: Open, ds: kd.Dataset, relation: str) -> None:
    column = content.RELATIONS[relation]
    pairs = {
        f"{speaker}>{target}"
        for statement in ds.statements
        for speaker in statement.speaker_ids
        for target in getattr(statement, column)
    }
    with opened() as seen:
        seen.page.get_by_label(relation, exact=True).check()
        drawn = seen.page.eval_on_selector_all("#network .edge", "all => all.map((one) => one.dataset.pair)")
        listed = seen.page.eval_on_selector_all(
            "#network-table tr[data-pair]", "all => all.map((one) => one.dataset.pair)"
        )
        assert set(drawn) == set(listed) == pairs


def test_the_network_follows_the_filters_and_a_click_selects(opened: Open, ds: kd.Dataset) -> None:
    with opened("#who=accuses&camp=armenian") as seen:
        speakers = {
            pair.split(">")[0]
            for pair in seen.page.eval_on_selector_all("#network .edge", "all => all.map((one) => one.dataset.pair)")
        }
        assert speakers
        assert {ds.actors[one].side for one in speakers} == {"armenian"}
        seen.page.locator("#network .edge .hit-line").first.dispatch_event("click")
        assert seen.page.locator("#network-table tr.on").count() == 1
        seen.page.locator("#network .node").first.click()
        assert seen.address().startswith("actor-")
        assert seen.page.locator("#network .edge.on").count() >= 1


def test_no_name_of_the_network_covers_another(opened: Open) -> None:
    for relation in content.RELATIONS:
        for width in (1280, 390):
            with opened(f"#who={relation.replace(' ', '%20')}", width=width) as seen:
                boxes = [box.bounding_box() for box in seen.page.locator("#network .box").all()]
                for at, one in enumerate(boxes):
                    for other in boxes[at + 1 :]:
                        across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
                        down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
                        assert across <= 0 or down <= 0, (relation, width)


# ---- Keyboard, screen reader, phone, paper ----


def test_it_can_be_walked_with_the_keyboard(opened: Open) -> None:
    with opened() as seen:
        press = seen.page.keyboard.press
        press("Tab")
        assert seen.focused("class") == "skip"
        press("Enter")
        assert seen.focused() == "records"
        seen.page.locator("#timeline-chart").focus()
        press("Tab")
        first = seen.focused("data-id")
        assert first is not None
        press("ArrowRight")
        second = seen.focused("data-id")
        assert second not in (None, first)
        press("ArrowLeft")
        assert seen.focused("data-id") == first
        press("ArrowDown")
        assert (seen.focused("data-id") or "").startswith("incident-")
        assert seen.page.locator("#timeline .mark[tabindex='0']").count() == 1
        chosen = seen.focused("data-id")
        press("Enter")
        assert seen.focused() == "panel-title"
        assert seen.address() == chosen
        press("Escape")
        assert not seen.page.locator("#panel").is_visible()
        assert (seen.focused("data-id"), seen.address()) == (chosen, "")


def test_on_a_phone_the_panel_keeps_the_focus_until_it_is_closed(opened: Open) -> None:
    with opened("#table=ceasefires", width=390) as seen:
        seen.page.locator(f"{ROWS} a").first.click()
        assert seen.page.evaluate("document.querySelector('#panel').matches(':modal')")
        for _ in range(3):
            seen.page.keyboard.press("Shift+Tab")
        assert seen.page.evaluate("document.activeElement.closest('main') === null")
        seen.page.keyboard.press("Escape")
        assert not seen.page.locator("#panel").is_visible()
        assert seen.address() == "table=ceasefires"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("fragment", ["", f"#{ESCALATION}", "#ceasefire-1994&table=actors&who=accuses&scale=even"])
def test_axe_finds_nothing(opened: Open, fragment: str, width: int, dark: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with opened(fragment, width=width, dark=dark) as seen:
        seen.page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
        found = axe.run(seen.page)
        assert found.response["passes"]
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("fragment", ["", f"#{ESCALATION}", "#source-lavrov-kommersant", "#table=all"])
def test_the_page_does_not_scroll_sideways_on_a_phone(opened: Open, fragment: str) -> None:
    for width in (390, 320):
        with opened(fragment, width=width) as seen:
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
            assert (
                seen.page.evaluate("(panel => panel.scrollWidth - panel.clientWidth)(document.querySelector('#panel'))")
                <= 0
            )


@pytest.mark.parametrize("width", [390, 320])
def test_scrollbars_that_take_room_cover_nothing(browser: Any, file: Path, width: int) -> None:
    shown = browser.browser_type.launch(
        executable_path=CHROMIUM, args=list(ARGUMENTS), ignore_default_args=["--hide-scrollbars"]
    )
    with visit(shown, file, f"#{ESCALATION}", width=width) as seen:
        assert seen.page.evaluate("document.documentElement.clientWidth") < width  # a scrollbar takes room
        left, right = seen.page.evaluate(
            "(({ left, right }) => [left, right])(document.querySelector('#panel').getBoundingClientRect())"
        )
        assert left >= 0
        assert right <= width
    with visit(shown, file, "#who=addresses", width=width) as seen:
        over = "(box => box.scrollWidth - box.clientWidth)(document.querySelector('.network-table .scroller'))"
        assert seen.page.evaluate(over) <= 0
    shown.close()


def test_colours_follow_the_system_and_can_be_chosen(opened: Open) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    with opened() as light, opened(dark=True) as dark:
        assert light.page.evaluate(paper) != dark.page.evaluate(paper)
        light.page.select_option("#theme", "dark")
        assert light.page.evaluate(paper) == dark.page.evaluate(paper)
        light.page.emulate_media(media="print")
        assert light.page.evaluate(paper) == "rgb(255, 255, 255)"


def test_motion_is_only_for_those_who_did_not_ask_for_less(opened: Open) -> None:
    smooth = "getComputedStyle(document.documentElement).scrollBehavior"
    with opened() as seen:
        seen.page.emulate_media(reduced_motion="reduce")
        assert seen.page.evaluate(smooth) == "auto"
        seen.page.emulate_media(reduced_motion="no-preference")
        assert seen.page.evaluate(smooth) == "smooth"


def test_on_paper_there_are_no_controls_and_every_row(opened: Open, ds: kd.Dataset, tmp_path: Path) -> None:
    with opened() as seen:
        assert seen.page.locator(ROWS).count() == 50
        seen.page.pdf(path=str(tmp_path / "page.pdf"))
        assert seen.page.locator(ROWS).count() == sum(len(ds.table(name)) for name in content.MAIN)
        seen.page.emulate_media(media="print")
        assert not seen.page.locator("#theme").is_visible()
        assert seen.page.locator("#timeline-chart svg").is_visible()


# ---- Values that nobody should trust ----


def test_hostile_values_are_shown_as_text(browser: Any, ds: kd.Dataset, tmp_path: Path) -> None:
    tables: dict[str, list[Any]] = {name: list(ds.table(name)) for name in ds}
    tables["incidents"][0] = tables["incidents"][0].model_copy(update={"name": HOSTILE, "summary": HOSTILE + LONG})
    tables["actors"][0] = tables["actors"][0].model_copy(update={"name": LONG, "aliases": (HOSTILE,)})
    tables["statements"][0] = tables["statements"][0].model_copy(update={"summary": HOSTILE, "quote": HOSTILE})
    tables["evidence"][0] = tables["evidence"][0].model_copy(update={"note": HOSTILE, "value": HOSTILE})
    file = kd.Dataset(tables).explore(tmp_path / "hostile.html")
    incident, statement = tables["incidents"][0].identity, tables["statements"][0].identity
    for fragment in (f"#{incident}", f"#{statement}", "#actor-russia&who=speaks%20for", f"#{HOSTILE}&q={HOSTILE}"):
        for width in (1280, 390):
            with visit(browser, file, fragment, width=width) as seen:
                assert "taken" not in seen.page.title()
                assert seen.page.locator("img, b").count() == 0
                assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    with visit(browser, file, f"#{incident}&table=incidents") as seen:
        assert seen.page.locator("#panel-title").text_content() == HOSTILE
        assert HOSTILE in seen.page.locator(f"{ROWS} th").all_text_contents()
        assert HOSTILE + LONG in seen.page.locator("#panel dd").all_text_contents()


def test_a_data_set_without_records_has_a_page_too(browser: Any, tmp_path: Path) -> None:
    with visit(browser, kd.Dataset().explore(tmp_path / "empty.html")) as seen:
        assert seen.text("#found") == "No record found. Clear a filter to see more."


# ---- The articles ----


def test_with_documents_the_cited_passages_are_marked(
    browser: Any, small: Path, articles: Path, tmp_path: Path
) -> None:
    assert CliRunner().invoke(main, ["build", "--root", str(small), "--documents", str(articles)]).exit_code == 0
    built = kd.load(small / "karabakh_data" / "data")
    file = built.explore(tmp_path / "own.html", articles)
    statement = built.statements.where(speech_act="appeal")[0]
    with visit(browser, file, f"#{statement.statement_id}") as seen:
        assert "not to be published" in seen.text(".own-use")
        marked = seen.page.locator("#panel .passage mark").all_text_contents()
        spans = dict.fromkeys((e.source_id, e.start, e.end) for e in built.citations(statement))
        assert marked == [DAILY[start:end] for source, start, end in spans if source == "source-daily"]
    with visit(browser, file, "#source-daily") as seen:
        assert seen.page.locator("#panel .article").text_content() == DAILY
        assert seen.page.locator("#panel .article mark").count() > 1


def test_positions_count_characters_and_not_units_of_utf_16(
    browser: Any, small: Path, articles: Path, tmp_path: Path
) -> None:
    assert CliRunner().invoke(main, ["build", "--root", str(small), "--documents", str(articles)]).exit_code == 0
    built = kd.load(small / "karabakh_data" / "data")
    from karabakh_data.explorer import Passages, render

    shifted = Passages({"source-daily": "\U0001f54a" * 40 + DAILY[40:]}, frozenset(), ())
    file = tmp_path / "page.html"
    file.write_text(render(built, shifted), encoding="utf-8")
    statement = built.statements.where(speech_act="appeal")[0]
    late = [e for e in built.citations(statement) if e.start >= 40]
    with visit(browser, file, f"#{statement.statement_id}") as seen:
        marked = seen.page.locator("#panel .passage mark").all_text_contents()
        assert late
        assert {DAILY[e.start : e.end] for e in late} <= set(marked)
