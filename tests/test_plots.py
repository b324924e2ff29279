"""What `ds.plot` promises: dates as wide as they are uncertain, camps in lanes, arrows from speaker to accused."""

from __future__ import annotations

import datetime
import itertools
import json
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from mirrored import swapped

import karabakh_data as kd
from karabakh_data.claims import SIDES, camps
from karabakh_data.derive import with_values
from karabakh_data.frames import MissingExtraError
from karabakh_data.neutrality import loaded_words
from karabakh_data.palette import INK, VOICES, voice_of
from karabakh_data.plots import network, speech_acts, timeline
from karabakh_data.plots.bars import LANES, NAMED, QUIET, lane_of, stacked, windows
from karabakh_data.plots.timeline import KINDS, bars_of

DAY = datetime.timedelta(days=1)


def spec(chart: Any) -> dict[str, Any]:
    """The chart as Vega-Lite, judged by Altair's schema and drawn once."""
    made: dict[str, Any] = chart.to_dict()
    svg = vl_convert.vegalite_to_svg(made)
    assert svg.startswith("<svg")
    assert "NaN" not in svg
    return made


def values(made: dict[str, Any], field: str) -> list[dict[str, Any]]:
    """Each row of data that has a field, once."""
    rows = [row for rows in _inline(made) for row in rows if field in row]
    return list({json.dumps(row, sort_keys=True): row for row in rows}.values())


def _inline(node: Any) -> list[list[dict[str, Any]]]:
    if isinstance(node, list):
        return [found for one in node for found in _inline(one)]
    if not isinstance(node, dict):
        return []
    own = [node["values"]] if isinstance(node.get("values"), list) and node["values"][:1] != [] else []
    own = [rows for rows in own if all(isinstance(row, dict) for row in rows)]
    datasets = list(node["datasets"].values()) if "datasets" in node else []
    return own + datasets + [found for one in node.values() for found in _inline(one)]


# ---- The timeline: bars ----


def test_every_dated_record_has_its_bars(ds: kd.Dataset) -> None:
    bars = bars_of(ds, KINDS, None, {})
    drawn = Counter(bar.tooltip["Record"] for bar in bars)
    actors = {actor.actor_id: actor for actor in ds.actors}
    for statement in ds.statements:
        groups = {voice_of([camp]) for camp in camps(statement, actors)}
        lanes = {bar.lane for bar in bars if bar.tooltip["Record"] == statement.statement_id}
        assert lanes == {lane_of(group) for group in groups}
    for ceasefire in ds.ceasefires:
        dates = {str(d) for d in (ceasefire.declared, ceasefire.effective, ceasefire.ended) if d is not None}
        assert drawn[ceasefire.ceasefire_id] == len(dates)
    assert all(drawn[record.identity] == 1 for record in (*ds.incidents, *ds.status_reports))


def test_a_bar_covers_exactly_the_days_that_its_date_may_mean(ds: kd.Dataset) -> None:
    made = spec(ds.plot.timeline(between=("2016-04-02", "2016-04-06"), width=720))
    rows = {row["Record"]: row for row in values(made, "start_mark")}
    first = datetime.date(1970, 1, 1)

    def days(record: str) -> tuple[str, str]:
        start, end = (first + datetime.timedelta(milliseconds=rows[record][at]) for at in ("start", "end"))
        return str(start), str(end - DAY)

    assert days("statement-hasratyan-accuse-2016-04") == ("2016-04-05", "2016-04-06")
    assert days("incident-2016-04-02-shelling-a") == ("2016-04-02", "2016-04-02")
    open_start = rows["statement-lukashevich-one-sided-support-2016-04"]
    assert open_start["start_mark"] == "unknown"
    assert open_start["fill"] == VOICES["outside"].wash
    going_on = rows["incident-2016-04-02-escalation"]
    assert (going_on["start_mark"], going_on["end_mark"]) == ("", "outside")


@pytest.mark.parametrize("between", [("2003", "2003"), ("2016-04-02", "2016-04-06"), ("2030", "2030"), ("2030", "..")])
def test_a_time_has_what_may_be_of_it_as_tables_choose_it(ds: kd.Dataset, between: tuple[str, str]) -> None:
    first, last = between
    period = f"{first}/.." if last == ".." else between
    made = spec(ds.plot.timeline(kinds="incidents", between=period))
    drawn = {row["Record"]: row for row in values(made, "start_mark")}
    chosen = ds.incidents.between(period) if isinstance(period, str) else ds.incidents.between(*period)
    assert set(drawn) == {one.incident_id for one in chosen}
    goes_on = drawn["incident-1988-conflict"]  # 1988-02/..
    assert (goes_on["start_mark"], goes_on["end_mark"]) == ("outside", "unknown")
    assert goes_on["start"] < goes_on["end"]


def test_a_day_is_seen_on_a_scale_of_years(ds: kd.Dataset) -> None:
    made = spec(ds.plot.timeline(kinds="statements", between=("1988", "2021"), width=500))
    span = 34 * 366 * timeline.DAY
    narrowest = min(row["end"] - row["start"] for row in values(made, "start_mark"))
    assert narrowest >= span / 500 * (timeline.NARROWEST - 1)


def test_every_bar_lies_in_a_panel_and_panels_do_not_overlap(ds: kd.Dataset) -> None:
    for kinds in (KINDS, ("ceasefires",), ("incidents",), ("statements",)):
        bars = bars_of(ds, kinds, None, {})
        panels = windows(bars)
        assert all(any(bar.within(panel) for panel in panels) for bar in bars)
        assert all(before[1] < after[0] for before, after in itertools.pairwise(panels))


def test_panels_part_where_nobody_speaks(ds: kd.Dataset) -> None:
    panels = windows(bars_of(ds, ("statements",), None, {}))
    assert [(str(first), str(last)) for first, last in panels] == [
        ("2015-09-01", "2015-09-30"),
        ("2016-04-02", "2016-04-06"),
        ("2020-09-27", "2020-11-09"),
        ("2021-05-12", "2021-05-14"),
    ]
    assert all((after[0] - before[1]).days > QUIET for before, after in itertools.pairwise(panels))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda p: (p[0], p[0] + p[1])), max_size=30))
def test_bars_in_a_row_never_overlap_and_rows_are_as_few_as_can_be(intervals: list[tuple[float, float]]) -> None:
    rows = stacked(intervals)
    for (a, row), (b, other) in itertools.combinations(zip(intervals, rows, strict=True), 2):
        assert row != other or a[1] <= b[0] or b[1] <= a[0]
    deepest = max((sum(a <= at < b for a, b in intervals) for at in range(71)), default=0)
    assert max(rows, default=-1) + 1 == deepest


def test_both_sides_and_third_parties_have_a_lane_even_where_they_say_nothing(ds: kd.Dataset) -> None:
    made = spec(ds.plot.timeline(kinds="statements", between="2021-05"))
    lanes = {row["name"]: row["empty"] for row in values(made, "rule")}
    assert [lane.split("\n")[-1] for lane in lanes] == ["Armenian side", "Azerbaijani side", "third parties"]
    assert [text != "" for text in lanes.values()] == [False, True, False]


def test_swapping_the_sides_swaps_the_lanes_and_colours_and_nothing_else(ds: kd.Dataset) -> None:
    other = dict((SIDES, SIDES[::-1]))
    other |= {lane_of(one): lane_of(two) for one, two in other.items()}

    def drawn(of: kd.Dataset) -> list[tuple[str, ...]]:
        return [(b.lane, b.voice, b.label, str(b.date), b.tooltip["Record"]) for b in bars_of(of, KINDS, None, {})]

    mirrored = [(other.get(lane, lane), other.get(voice, voice), *rest) for lane, voice, *rest in drawn(swapped(ds))]
    assert sorted(mirrored) == sorted(drawn(ds))


def test_tooltips_tell_names_dates_and_who_speaks(ds: kd.Dataset) -> None:
    bars = {bar.tooltip["Record"]: bar.tooltip for bar in bars_of(ds, KINDS, None, {})}
    said = bars["statement-azerbaijan-blame-2016-04-02"]
    assert said["Who"] == "Azerbaijan; accuses Armenia"
    assert said["When"] == "2016-04-02 (uncertain)"
    assert "affirmed by Armenian side" in bars["incident-2016-04-05-fire-a"]["Who"]
    assert "nobody but the article" in bars["incident-1992-1994-war"]["Who"]
    assert bars["report-2016-04-05-status-hasratyan"]["Who"] == "Senor Hasratyan"
    assert bars["incident-1988-conflict"]["When"] == "from 1988-02-01 on"
    assert not any("actor-" in text for tooltip in bars.values() for text in (tooltip["Who"], tooltip["When"]))


def test_kinds_and_conditions_choose_what_is_drawn(ds: kd.Dataset) -> None:
    accusing = bars_of(ds, ("statements",), None, {"speech_act": "accuse"})
    assert {bar.tooltip["What"] for bar in accusing} == {"statement: accuse"}
    assert {bar.lane for bar in bars_of(ds, ("ceasefires",), None, {})} == {LANES[0]}
    autumn = bars_of(ds, KINDS, ("2020-10", "2020-11"), {})
    assert autumn
    assert all(bar.date.may_overlap(kd.EDTF.parse("2020-10/2020-11")) for bar in autumn)
    assert {bar.lane for bar in autumn if bar.lane not in NAMED} <= set(LANES)


def test_an_open_period_is_drawn_as_far_as_there_is_something(ds: kd.Dataset) -> None:
    made = spec(ds.plot.timeline(kinds="statements", between="2021/.."))
    assert len(made["vconcat"]) == 1


# ---- The network ----


def test_arrows_lead_from_speakers_to_whom_they_accuse_or_address(ds: kd.Dataset) -> None:
    found = network.arrows(ds.statements, tuple(network.RELATIONS))
    counted = {(a.relation, a.start, a.end): len(a.statements) for a in found}
    expected = Counter(
        (relation, start, end)
        for s in ds.statements
        for relation, column in (("accuses", s.accused_ids), ("addresses", s.addressee_ids))
        for start in s.speaker_ids
        for end in column
    )
    assert counted == expected
    assert counted["accuses", "actor-azerbaijan", "actor-armenia"] == 3
    assert counted["accuses", "actor-armenia", "actor-azerbaijan"] == 2


def test_the_layout_is_the_same_every_time_and_nobody_stands_on_another(ds: kd.Dataset) -> None:
    drawn = network.arrows(ds.statements, tuple(network.RELATIONS))
    places = network.places(ds, drawn)
    assert places == network.places(ds, list(reversed(drawn)))
    assert set(places) == {end for arrow in drawn for end in (arrow.start, arrow.end)}
    assert all(0 <= at <= 1 for place in places.values() for at in place)
    for (x, y), (x2, y2) in itertools.combinations(places.values(), 2):
        assert abs(x - x2) * 720 > 2 * network.RADIUS or abs(y - y2) * 470 > 2 * network.RADIUS


def test_arrows_in_both_directions_stand_side_by_side(ds: kd.Dataset) -> None:
    at = {"actor-armenia": (0.0, 0.0), "actor-azerbaijan": (100.0, 0.0)}
    drawn = [
        arrow
        for arrow in network.arrows(ds.statements, ("accuses",))
        if {arrow.start, arrow.end} == {"actor-armenia", "actor-azerbaijan"}
    ]
    lines, heads = network._lines(ds, drawn, at)
    assert len({line["y"] for line in lines}) == 2
    by_start = {line["Arrow"].split()[0]: (line, head) for line, head in zip(lines, heads, strict=True)}
    line, head = by_start["Armenia"]
    assert line["x"] < line["x2"] < head["x"] < 100
    assert head["angle"] == pytest.approx(90)
    assert by_start["Azerbaijan"][1]["angle"] == pytest.approx(270)


def test_an_actor_has_the_colour_of_the_camp_that_it_speaks_for(ds: kd.Dataset) -> None:
    tables: dict[str, Any] = {name: list(ds.table(name)) for name in ds}
    speaker = ds.actors["actor-senor-hasratyan"]
    tables["actors"] = [
        with_values(one, {"actor_type": "unattributed"}) if one is speaker else one for one in ds.actors
    ]
    for of, voice in ((ds, "armenian"), (kd.Dataset(tables), "unattributed")):
        made = spec(of.plot.network())
        shown = {row["Name"]: row["voice"] for row in values(made, "Name")}
        assert shown[speaker.name] == VOICES[voice].label
        assert shown["Azerbaijan"] == VOICES["azerbaijani"].label


def test_one_relation_alone_is_drawn(ds: kd.Dataset) -> None:
    made = spec(ds.plot.network(relations="accuses", between="2016-04"))
    assert {row["relation"] for row in values(made, "relation")} == {"accuses"}
    assert {row["Arrow"] for row in values(made, "angle")} >= {
        "Armenia accuses Azerbaijan",
        "Azerbaijan accuses Armenia",
    }
    assert spec(ds.plot.network())["title"]["text"] == "Who accuses or addresses whom"


# ---- The speech acts ----


def test_speech_acts_are_counted_under_every_camp_that_performs_them(ds: kd.Dataset) -> None:
    rows = speech_acts.counts(ds, None, {})
    actors = {actor.actor_id: actor for actor in ds.actors}
    expected = Counter(
        (str(s.speech_act).replace("_", " "), group)
        for s in ds.statements
        for group in {voice_of([camp]) for camp in camps(s, actors)}
    )
    assert {(r["act"], r["camp"]): r["statements"] for r in rows if r["statements"]} == expected
    totals = [
        sum(s.speech_act == act.replace(" ", "_") for s in ds.statements)
        for act in dict.fromkeys(r["act"] for r in rows)
    ]
    assert totals == sorted(totals, reverse=True)


def test_the_scale_of_speech_acts_is_the_same_for_all(ds: kd.Dataset) -> None:
    made = spec(ds.plot.speech_acts())
    domains = [panel["layer"][0]["encoding"]["x"]["scale"]["domain"] for panel in made["hconcat"]]
    assert domains == [domains[0]] * 4
    assert [panel["title"]["text"] for panel in made["hconcat"]] == [
        "Armenian side", "Azerbaijani side", "third parties", "unnamed speakers"
    ]  # fmt: skip


# ---- Wrong usage ----


@pytest.mark.parametrize(
    ("plot", "options", "message"),
    [
        ("timeline", {"kinds": "statement"}, "kinds is never 'statement': .*did you mean 'statements'"),
        ("timeline", {"kinds": ()}, "kinds is empty: expected some of ceasefires"),
        ("timeline", {"between": "10/2020"}, "2020"),
        ("timeline", {"between": ("2020-11", "2020-10")}, "lies before"),
        ("timeline", {"between": ("2020", "2021", "2022")}, "a pair of dates, first and last, not 3"),
        ("timeline", {"width": 0}, "width is 0 pixels, expected at least 200"),
        ("network", {"size": -1}, "size is -1 pixels"),
        ("speech_acts", {"width": 10}, "at least 50"),
        ("timeline", {"kinds": "incidents", "between": "1960"}, "nothing to draw: no incidents of 1960"),
        ("timeline", {"kinds": "ceasefires", "speech_act": "accuse"}, "not among the kinds"),
        ("timeline", {"speech_act": "acuse"}, "did you mean 'accuse'"),
        ("speech_acts", {"speech_act": "xx"}, r"'xx'; `ds\.vocabularies\.where\(vocabulary='speech_act'\)` lists"),
        ("speech_acts", {"stance": "xx"}, "stance is never 'xx': expected affirms, presupposes, "),
        ("network", {"relations": "accused"}, "did you mean 'accuses'"),
        ("network", {"between": "2003"}, "nothing to draw"),
        ("network", {"speech_act": "thank", "relations": "accuses"}, "nothing to draw: .* with speech_act thank"),
        ("speech_acts", {"topics": "ceasefires"}, "did you mean 'ceasefire'"),
        ("speech_acts", {"speech_act": "ultimatum"}, "nothing to draw: no statement with speech_act ultimatum"),
    ],
)
def test_a_wrong_word_is_told_with_what_was_meant(
    ds: kd.Dataset, plot: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(ds.plot, plot)(**options)


@pytest.mark.parametrize("plot", ["timeline", "network", "speech_acts"])
def test_an_unknown_column_and_an_empty_data_set_are_told(ds: kd.Dataset, plot: str) -> None:
    with pytest.raises(TypeError, match="statements has no column 'speach_act'; did you mean 'speech_act'"):
        getattr(ds.plot, plot)(speach_act="accuse")
    with pytest.raises(TypeError, match="expected a date such as '2020-10', not 2020"):
        getattr(ds.plot, plot)(between=2020)
    with pytest.raises(ValueError, match="nothing to draw"):
        getattr(kd.Dataset({}).plot, plot)()


@pytest.mark.parametrize(("module", "plot"), [("altair", None), ("networkx", "network")])
def test_a_missing_library_is_told_with_the_extra(
    ds: kd.Dataset, monkeypatch: pytest.MonkeyPatch, module: str, plot: str | None
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"{module} is not installed: pip install 'karabakh-data\[plot\]'"):
        getattr(ds.plot, plot or "timeline")()


def test_the_libraries_are_loaded_only_by_drawing() -> None:
    code = (
        "import sys, karabakh_data as kd, karabakh_data.plots, karabakh_data.palette; kd.load().first_accusations(); "
    )
    code += "print({'altair', 'networkx', 'numpy', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


# ---- The look ----


def rgb(colour: str) -> list[float]:
    """Linear light of a colour, 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def luminance(colour: str) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), rgb(colour), strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(linear: list[float]) -> list[float]:
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    x, y, z = (
        ((t := sum(a * b for a, b in zip(row, linear, strict=True)) / w) > 0.008856 and t ** (1 / 3))
        or 7.787 * t + 16 / 116
        for row, w in zip(matrix, white, strict=True)
    )
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


BLIND = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""How the three kinds of dichromats see linear light (Machado, Oliveira and Fernandes 2009)."""


@pytest.mark.parametrize("kind", BLIND)
def test_the_colours_of_voices_differ_for_colour_blind_eyes(kind: str) -> None:
    def seen(colour: str) -> list[float]:
        light = rgb(colour)
        return lab([max(0.0, sum(a * b for a, b in zip(row, light, strict=True))) for row in BLIND[kind]])

    for one, other in itertools.combinations(("armenian", "azerbaijani", "outside"), 2):
        distance = sum((a - b) ** 2 for a, b in zip(seen(VOICES[one].colour), seen(VOICES[other].colour), strict=True))
        assert distance**0.5 > 20, (one, other)


def test_labels_are_legible_and_the_sides_have_the_same_weight() -> None:
    for camp in ("armenian", "azerbaijani", "outside", "unattributed"):
        assert contrast(VOICES[camp].colour, "#ffffff") >= 4.5, camp
    assert all(contrast(INK, voice.wash) >= 7 for voice in VOICES.values())
    one, other = (contrast(VOICES[side].colour, "#ffffff") for side in SIDES)
    assert abs(one - other) < 1
    one, other = (contrast(VOICES[side].wash, "#ffffff") for side in SIDES)
    assert abs(one - other) < 0.15


def test_the_words_on_the_charts_are_neutral(ds: kd.Dataset) -> None:
    for chart in (ds.plot.timeline(between="2016-04"), ds.plot.network(), ds.plot.speech_acts()):
        made = spec(chart)
        title = made["title"]
        texts = [title["text"], *title["subtitle"], *(voice.label for voice in VOICES.values())]
        assert [text for text in texts if loaded_words(text)] == []
