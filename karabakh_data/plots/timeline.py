"""The timeline: ceasefires, incidents and statements in lanes, dates drawn with what is not known of them."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from karabakh_data.claims import SIDES
from karabakh_data.display import OUTSIDE
from karabakh_data.edtf import EDTF
from karabakh_data.palette import INK, LINE, SOFT, VOICES, Voice
from karabakh_data.plots import bars as drawn
from karabakh_data.plots.bars import LANES, NAMED, Bar, Window, lane_of, stacked, windows
from karabakh_data.plots.common import (
    CONFIG,
    LETTER,
    Period,
    chosen,
    ends,
    heading,
    something,
    statements_of,
    voice_scale,
    wide_enough,
    words,
)
from karabakh_data.table import may_lie

if TYPE_CHECKING:
    import altair

    from karabakh_data.dataset import Dataset

KINDS = ("ceasefires", "status_reports", "incidents", "statements")

ROW, NAMED_ROW, GAP = 13, 17, 9
"""Heights in pixels: of a statement, of a bar with a label, between lanes."""

LEAST_LANE = 30
"""Height of a lane that has few or no statements, so that its name fits."""

NARROWEST = 4
"""Pixels: a day on a scale of years must still be seen."""

SMALL, LARGE = 9, 11
"""Font sizes of labels: of statements, of what has a row of its own."""

LEAST_LETTERS = 8
"""Letters below which a shortened label says nothing."""

ARRANGEMENT = Voice("ceasefire", INK, "#e4e6ea", "#e9e7e3")
"""The look of what nobody in particular says."""

DAY = 86_400_000
"""Milliseconds."""

TOOLTIP = ("What", "Who", "When", "Status", "In our words", "Record")


def chart(
    ds: Dataset, *, kinds: str | Iterable[str], between: Period | None, width: int, conditions: Mapping[str, Any]
) -> altair.VConcatChart:
    """See `Plots.timeline`."""
    import altair as alt

    wide_enough("width", width, 200)
    wanted = chosen("kinds", kinds, KINDS)
    if conditions and "statements" not in wanted:
        raise ValueError(f"{', '.join(conditions)} chooses statements, which are not among the kinds to draw")
    bars = bars_of(ds, wanted, between, conditions)
    if between is not None:
        parts = [(_window(bars, between), bars)]
    else:
        parts = [(part, [bar for bar in bars if bar.within(part)]) for part in windows(bars)]
    legend = {bar.voice for bar in bars if bar.voice}
    panels = [
        _panel(alt, shown, part, wanted, width, legend=legend if i == 0 else ())
        for i, (part, shown) in enumerate(parts)
    ]
    title = alt.TitleParams(
        heading("Truces, incidents and who spoke of them", between, conditions),
        subtitle=[
            "A bar covers every day that a date may mean: a wide bar is a date known less closely.",
            "Pale with a hollow arrowhead: that end is not known. Filled arrowhead: it goes on outside the panel.",
        ],
    )
    made: altair.VConcatChart = (
        alt.vconcat(*panels, spacing=26).resolve_scale(color="independent").properties(title=title).configure(**CONFIG)
    )
    return made


def bars_of(ds: Dataset, kinds: Sequence[str], between: Period | None, conditions: Mapping[str, Any]) -> list[Bar]:
    """The bars to draw, in the order of the tables.

    Raises:
        ValueError: A word or a date is unknown, or nothing is left.
        TypeError: Statements have no such column.
    """
    makers: dict[str, Any] = {
        "ceasefires": drawn.of_ceasefires,
        "status_reports": drawn.of_reports,
        "incidents": drawn.of_incidents,
    }
    found = [bar for kind in kinds if kind in makers for bar in makers[kind](ds, ds.table(kind))]
    if "statements" in kinds:
        found += drawn.of_statements(ds, statements_of(ds, between, conditions))
    if between is not None:
        first, last = ends(between)
        ds.statements.between(first, last)  # judges the dates
        start, end = EDTF.parse(str(first)), EDTF.parse(str(first if last is None else last))
        found = [bar for bar in found if may_lie(bar.date, start, end)]
    something(found, " or ".join(map(words, kinds)), between, conditions)
    return found


# --- A panel -------------------------------------------------------------------------------------------------------


def _window(bars: Sequence[Bar], between: Period) -> Window:
    """The time asked for; where it is open, as far as anything is drawn."""
    first, last = ends(between)
    start = EDTF.parse(str(first)).earliest
    end = EDTF.parse(str(first if last is None else last)).latest
    known = [day for bar in bars for day in (bar.date.earliest, bar.date.latest) if day is not None]
    start = start or min([*known, *([end] if end else [])], default=datetime.date.min)
    return start, end or max([*known, start])


def _panel(
    alt: Any, bars: Sequence[Bar], window: Window, kinds: Sequence[str], width: int, *, legend: Collection[str]
) -> Any:
    """One panel: the lanes with their names, the bars, and the marks where a bar is open or goes on.

    `legend` has the voices whose colours are told beside it.
    """
    span = _domain(window)
    rows, lanes, height = _placed(bars, span, kinds, width)
    time = alt.Scale(type="utc", domain=list(span), nice=False)
    axis = _axis(alt, window, width)
    pixels = alt.Scale(domain=[0, height], reverse=True, nice=False)

    def x(field: str) -> Any:
        return alt.X(f"{field}:T", scale=time, axis=axis)

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=pixels, axis=None)

    tooltip = [alt.Tooltip(f"{name}:N") for name in TOOLTIP]
    marks = alt.Chart(alt.InlineData(values=rows)).encode(tooltip=tooltip)
    names = alt.Chart(alt.InlineData(values=lanes)).encode(y=y("y"))
    layers = [
        names.mark_rule(color=LINE).encode(y=y("rule")),
        names.mark_text(align="right", x=-12, color=INK, fontSize=11, lineBreak="\n", baseline="middle").encode(
            text="name:N"
        ),
        names.transform_filter("datum.empty")
        .mark_text(align="left", x=6, color=SOFT, fontSize=11)
        .encode(text="empty:N"),
        marks.mark_rect(cornerRadius=2, strokeWidth=1).encode(
            x=alt.X("start:T", scale=alt.Scale(type="utc", nice=False), axis=axis),  # with x2 the domain would clash
            x2="end:T",
            y=y("top"),
            y2="bottom:Q",
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("colour:N", scale=None),
        ),
        *(
            marks.transform_filter(f"datum.{side}_mark === '{mark}'")
            .mark_point(shape=shape, size=36, xOffset=nudge, strokeWidth=1, filled=filled, opacity=1)
            .encode(x=x(side), y=y("y"), color=alt.Color("colour:N", scale=None))
            for side, shape, nudge in (("start", "triangle-left", -5), ("end", "triangle-right", 5))
            for mark, filled in (("unknown", False), ("outside", True))
        ),
        *(
            marks.transform_filter(f"datum.anchor === '{anchor}' && {size} === datum.size")
            .mark_text(fontSize=size, align=align, dx=nudge, baseline="middle")
            .encode(x=x(at), y=y("y"), text="label:N", color=alt.Color("ink:N", scale=None))
            for anchor, at, align, nudge in (
                ("inside", "start", "left", 5),
                ("after", "end", "left", 6),
                ("before", "start", "right", -6),
            )
            for size in (SMALL, LARGE)
            if anchor == "inside" or size == LARGE
        ),
    ]
    if legend:
        layers.append(_legend(alt, legend))
    title = alt.TitleParams(_time_of(window), fontSize=13, fontWeight=600, offset=8, frame="group")
    return alt.layer(*layers).properties(width=width, height=height, title=title)


def _placed(
    bars: Sequence[Bar], span: tuple[int, int], kinds: Sequence[str], width: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """The bars and lanes with their places in pixels from the top, and the height of all."""
    expected = [lane_of(camp) for camp in (*SIDES, OUTSIDE)] if any(bar.lane not in NAMED for bar in bars) else []
    rows: list[dict[str, Any]] = []
    lanes: list[dict[str, Any]] = []
    top = 0
    for lane in LANES:
        members = [bar for bar in bars if bar.lane == lane]
        if not members and lane not in expected:
            continue
        pitch = NAMED_ROW if lane in NAMED else ROW
        places = [_extent(bar, span, width) for bar in members]
        if lane in NAMED:
            order = sorted(range(len(members)), key=lambda i: (members[i].date, members[i].label))
            levels = [order.index(i) for i in range(len(members))]
        else:
            levels = stacked(places)
        used = (max(levels, default=-1) + 1) * pitch
        tall = max(used, LEAST_LANE if lane not in NAMED else NAMED_ROW)
        top += GAP
        lanes.append(
            {
                "rule": top + tall + GAP / 2,
                "y": top + tall / 2 - (7 if ": " in lane else 0),
                "name": lane.replace(": ", "\n"),
                "empty": "" if members else "no such statement in the articles",
            }
        )
        first = top + (tall - used) / 2
        for bar, level, place in zip(members, levels, places, strict=True):
            rows.append(_row(bar, place, first + level * pitch, pitch, span, width))
        top += tall
    return rows, [*lanes[:-1], {**lanes[-1], "rule": top + GAP / 2}], top + GAP


def _extent(bar: Bar, span: tuple[int, int], width: int) -> tuple[float, float]:
    """Where a bar begins and ends on the scale of a panel, at least `NARROWEST` pixels wide."""
    first, last = bar.date.earliest, bar.date.latest
    start = max(_at(first), span[0]) if first is not None else span[0]
    end = min(_at(last) + DAY, span[1]) if last is not None else span[1]
    return start, max(end, start + (span[1] - span[0]) * NARROWEST / width)


def _row(
    bar: Bar, place: tuple[float, float], top: float, pitch: int, span: tuple[int, int], width: int
) -> dict[str, Any]:
    voice = VOICES.get(bar.voice, ARRANGEMENT)
    first, last = bar.date.earliest, bar.date.latest
    named, pale = bar.lane in NAMED, bar.days is None
    anchor, label = _label(bar, [(at - span[0]) * width / (span[1] - span[0]) for at in place], width)
    return {
        "start": round(place[0]),
        "end": round(place[1]),
        "top": top + 1,
        "bottom": top + pitch - (2 if named else 1),
        "y": top + (pitch - 1) / 2,
        "colour": voice.colour,
        "fill": voice.wash if named or pale else voice.colour,
        "ink": INK if named or pale else "white",
        "size": LARGE if named else SMALL,
        "start_mark": "unknown" if first is None else "outside" if _at(first) < span[0] else "",
        "end_mark": "unknown" if last is None else "outside" if _at(last) + DAY > span[1] else "",
        "label": label,
        "anchor": anchor,
        **{name: bar.tooltip.get(name, "") for name in TOOLTIP},
    }


def _label(bar: Bar, pixels: Sequence[float], width: int) -> tuple[str, str]:
    """Where a bar's label stands, and as much of it as there is room for; statements have it inside or not at all."""
    start, end = pixels
    if bar.lane not in NAMED:
        room = int((end - start - 8) / (SMALL * LETTER))
        return ("inside", _shortened(bar.label, room)) if room >= LEAST_LETTERS else ("", "")
    needed = len(bar.label) * LARGE * LETTER + 12
    if needed <= end - start:
        return "inside", bar.label
    if end + needed <= width:
        return "after", bar.label
    return ("before" if needed <= start else "inside"), bar.label


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1].rstrip(" :,") + "…"


def _legend(alt: Any, used: Collection[str]) -> Any:
    """Unseen marks that bring the legend of the colours."""
    data = alt.InlineData(values=[{"voice": VOICES[key].label} for key in VOICES if key in used])
    legend = alt.Legend(title="Who says so", symbolType="square", symbolOpacity=1)
    colour = alt.Color("voice:N", scale=voice_scale(alt, used), legend=legend)
    return alt.Chart(data).mark_square(opacity=0).encode(color=colour, x=alt.value(0), y=alt.value(0))


# --- Time ----------------------------------------------------------------------------------------------------------


def _at(day: datetime.date) -> int:
    """A day's first moment, in milliseconds since 1970 (UTC)."""
    return (day - datetime.date(1970, 1, 1)).days * DAY


def _domain(window: Window) -> tuple[int, int]:
    """The scale of a panel: from the first moment of its first day to the last of its last."""
    return _at(window[0]), _at(window[1]) + DAY


def _axis(alt: Any, window: Window, width: int) -> Any:
    days = (window[1] - window[0]).days + 1
    if days <= 93:
        step = next(step for step in (1, 2, 7, 14) if width * step / days >= 60 or step == 14)
        starts = [_at(window[0]) + day * DAY for day in range(0, days, step)]
        middle = width / days / 2 if step == 1 else 0
        return alt.Axis(format="%-d %b", values=starts, labelOffset=middle, title="Day", labelFlush=False)
    if days <= 3 * 366:
        return alt.Axis(format="%b %Y", tickCount={"interval": "month", "step": max(1, days // 366)}, title="Month")
    return alt.Axis(format="%Y", tickCount=10, title="Year")


def _time_of(window: Window) -> str:
    first, last = window
    if (last - first).days > 3 * 366:
        return f"{first.year} to {last.year}"
    if first.replace(day=1) == last.replace(day=1):
        return f"{last:%B %Y}"
    return f"{first:%B %Y} to {last:%B %Y}" if first.year != last.year else f"{first:%B} to {last:%B %Y}"
