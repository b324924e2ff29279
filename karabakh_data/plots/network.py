"""The network: who accuses and who addresses whom."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from karabakh_data.claims import camp_of
from karabakh_data.display import told_apart
from karabakh_data.frames import require
from karabakh_data.models import Statement
from karabakh_data.palette import INK, VOICES
from karabakh_data.plots.common import (
    CONFIG,
    LETTER,
    Period,
    chosen,
    heading,
    something,
    statements_of,
    voice_scale,
    wide_enough,
)

if TYPE_CHECKING:
    import altair

    from karabakh_data.dataset import Dataset

RELATIONS = {"accuses": "accused_ids", "addresses": "addressee_ids"}
"""What an arrow may mean, and the column of statements that names its end."""

DASHES = {"accuses": [1, 0], "addresses": [5, 4]}
"""Lengths of the dashes and gaps of an arrow."""

SEED = 5
K = 2.0
"""Of the springs: how far apart, compared with an even spread."""

RADIUS = 8
"""Of an actor's point, in pixels."""

EDGE = 24
"""Pixels kept free at the top and bottom, for names."""

APART = 7
"""Pixels between the arrows that join the same two actors."""


OVERHANG = 100
"""Pixels by which a name may stand out at the left and right."""

SIZE = 11
"""Font size of names."""

SIDES_OF_NAMES: tuple[tuple[str, int, int, Literal["left", "center", "right"]], ...] = (
    ("above", 0, -RADIUS - 8, "center"),
    ("below", 0, RADIUS + 8, "center"),
    ("right", RADIUS + 4, 0, "left"),
    ("left", -RADIUS - 4, 0, "right"),
)

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Arrow:
    """From one actor to another, with the statements behind it."""

    relation: str
    start: str
    end: str
    statements: tuple[Statement, ...]


def arrows(statements: Iterable[Statement], relations: Sequence[str]) -> list[Arrow]:
    """The arrows of these statements, one for each relation and pair of actors, in the order of the statements."""
    found: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in statements:
        for relation in relations:
            for start in statement.speaker_ids:
                for end in getattr(statement, RELATIONS[relation]):
                    found.setdefault((relation, start, end), []).append(statement)
    return [Arrow(*key, tuple(behind)) for key, behind in found.items()]


def places(ds: Dataset, drawn: Sequence[Arrow]) -> dict[str, Point]:
    """Where each actor stands, both coordinates from 0 to 1.

    Parts without an arrow between them stand side by side, each as wide as it has actors; within a part the layout
    is that of springs. An organ and its parent are drawn together too, so that they stand near each other.

    Raises:
        MissingExtraError: networkx is not installed.
    """
    nx = require("networkx", "plot")
    graph = nx.Graph()
    for arrow in drawn:
        graph.add_edge(arrow.start, arrow.end, weight=1)
    for actor in list(graph):
        parent = ds.actors[actor].part_of_id
        if parent in graph and not graph.has_edge(actor, parent):
            graph.add_edge(actor, parent, weight=0.3)
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part))
    found: dict[str, Point] = {}
    left = 0.0
    for part in parts:
        wide = len(part) / len(graph)
        inner = nx.spring_layout(_ordered(nx, graph, part), seed=SEED, iterations=300, k=K / math.sqrt(len(part)))
        xs, ys = (_scaled([place[axis] for place in inner.values()]) for axis in (0, 1))
        for actor, x, y in zip(inner, xs, ys, strict=True):
            found[actor] = (round(left + wide * (0.1 + 0.8 * x), 3), round(y, 3))
        left += wide
    return found


def _ordered(nx: Any, graph: Any, part: Sequence[str]) -> Any:
    """A part of the graph in the order of the ids, on which the layout with a seed depends."""
    made = nx.Graph()
    made.add_nodes_from(part)
    made.add_edges_from(
        sorted(((*sorted(edge[:2]), edge[2]) for edge in graph.edges(part, data=True)), key=lambda edge: edge[:2])
    )
    return made


def _scaled(values: Sequence[float]) -> list[float]:
    """The values from 0 to 1; all in the middle where they do not differ."""
    low, high = min(values), max(values)
    return [float((value - low) / (high - low)) if high > low else 0.5 for value in values]


def chart(
    ds: Dataset, *, relations: str | Iterable[str], between: Period | None, size: int, conditions: Mapping[str, Any]
) -> altair.LayerChart:
    """See `Plots.network`."""
    import altair as alt

    wide_enough("size", size, 200)
    wanted = chosen("relations", relations, RELATIONS)
    drawn = arrows(statements_of(ds, between, conditions), wanted)
    something(drawn, f"statement that {' or '.join(wanted)} somebody", between, conditions)
    height = round(size * 0.72)
    at = {actor: (x * size, EDGE + y * (height - 2 * EDGE)) for actor, (x, y) in places(ds, drawn).items()}
    lines, heads = _lines(ds, drawn, at)
    sides = _sides_of_names(ds, lines, heads, at, size)
    voices = {actor: _voice(ds, actor) for actor in at}
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, size], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, height], nice=False, reverse=True), axis=None)
    tooltip = [f"{name}:N" for name in ("Arrow", "Statements", "In our words")]
    dash = alt.StrokeDash(
        "relation:N",
        scale=alt.Scale(domain=list(wanted), range=[DASHES[one] for one in wanted]),
        legend=alt.Legend(title="An arrow", symbolStrokeWidth=2, symbolStrokeColor=INK, symbolSize=300),
    )
    colour = alt.Color("voice:N", scale=voice_scale(alt, voices.values()), legend=alt.Legend(title="Who"))
    plain = alt.Color("colour:N", scale=None)
    segments = alt.Chart(alt.InlineData(values=lines)).encode(x=x, y=y)
    points = alt.Chart(
        alt.InlineData(
            values=[
                {
                    "x": x,
                    "y": y,
                    "voice": VOICES[voices[actor]].label,
                    "Name": ds.actors[actor].name,
                    "Description": ds.actors[actor].description,
                    "side": sides[actor],
                }
                for actor, (x, y) in at.items()
            ]
        )
    ).encode(x=x, y=y)
    layers = [
        segments.mark_rule().encode(
            x2="x2:Q",
            y2="y2:Q",
            strokeDash=dash,
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
            color=plain,
            tooltip=tooltip,
        ),
        alt.Chart(alt.InlineData(values=heads))
        .mark_point(shape="triangle-up", filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            angle=alt.Angle("angle:Q", scale=None),
            size=alt.Size("size:Q", scale=None),
            color=plain,
            tooltip=tooltip,
        ),
        points.mark_circle(size=math.pi * RADIUS**2, opacity=1, stroke="white", strokeWidth=1.5).encode(
            color=colour, tooltip=["Name:N", alt.Tooltip("voice:N", title="Who"), "Description:N"]
        ),
        *(
            points.transform_filter(f"datum.side === '{side}'")
            .mark_text(dx=dx, dy=dy, align=align, baseline="middle", fontSize=SIZE, color=INK)
            .encode(text="Name:N")
            for side, dx, dy, align in SIDES_OF_NAMES
        ),
    ]
    title = alt.TitleParams(
        heading(f"Who {' or '.join(wanted)} whom", between, conditions),
        subtitle=[
            "An arrow leads from the speaker to the accused or addressee; the wider, the more statements.",
            "An accusation is a claim of the speaker. Distances mean nothing.",
        ],
    )
    made: altair.LayerChart = (
        alt.layer(*layers)
        .resolve_scale(color="independent", size="independent")
        .properties(width=size, height=height, title=title)
        .configure(**CONFIG)
    )
    return made


def _sides_of_names(
    ds: Dataset,
    lines: Sequence[Mapping[str, Any]],
    heads: Sequence[Mapping[str, Any]],
    at: Mapping[str, Point],
    width: int,
) -> dict[str, str]:
    """On which side of its point each actor's name stands: where it covers the least of arrows, points and names."""
    taken = [place for line in lines for place in _along(line)]
    spots = [*at.values(), *((head["x"], head["y"]) for head in heads)]
    taken += [(x + dx, y + dy) for x, y in spots for dx in (-RADIUS, 0, RADIUS) for dy in (-RADIUS, 0, RADIUS)]
    found: dict[str, str] = {}
    for actor in at:
        boxes = _boxes(at[actor], len(ds.actors[actor].name) * SIZE * LETTER)
        covered = {
            side: sum(left < x < right and top < y < bottom for x, y in taken)
            + 100 * (left < -OVERHANG or right > width + OVERHANG)
            for side, (left, top, right, bottom) in boxes.items()
        }
        side = min(covered, key=lambda side: covered[side])
        found[actor] = side
        left, top, right, bottom = boxes[side]
        taken += [(left + (right - left) * i / 20, y) for i in range(21) for y in (top, (top + bottom) / 2, bottom)]
    return found


def _boxes(place: Point, long: float) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right and bottom of a name of this length on each side of a point."""
    (x, y), near, high = place, RADIUS + 1, SIZE + 4
    return {
        "above": (x - long / 2, y - near - high, x + long / 2, y - near),
        "below": (x - long / 2, y + near, x + long / 2, y + near + high),
        "right": (x + near, y - high / 2, x + near + long + 4, y + high / 2),
        "left": (x - near - long - 4, y - high / 2, x - near, y + high / 2),
    }


def _along(line: Mapping[str, Any], count: int = 60) -> list[Point]:
    """Points along a line."""
    x, y, x2, y2 = (line[name] for name in ("x", "y", "x2", "y2"))
    return [(x + (x2 - x) * i / count, y + (y2 - y) * i / count) for i in range(count + 1)]


def _voice(ds: Dataset, actor: str) -> str:
    (voice,) = told_apart((camp_of(actor, {actor: ds.actors[actor]}),))
    return voice


def _lines(
    ds: Dataset, drawn: Sequence[Arrow], at: Mapping[str, Point]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines and the heads of the arrows, in pixels; arrows that join the same two actors stand side by side."""
    lines: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    pairs: dict[frozenset[str], list[Arrow]] = {}
    for arrow in drawn:
        pairs.setdefault(frozenset((arrow.start, arrow.end)), []).append(arrow)
    for together in pairs.values():
        for i, arrow in enumerate(together):
            (x, y), (x2, y2) = at[arrow.start], at[arrow.end]
            long = math.hypot(x2 - x, y2 - y) or 1
            along, down = (x2 - x) / long, (y2 - y) / long
            aside = (i - (len(together) - 1) / 2) * APART * (1 if arrow.start < arrow.end else -1)
            width = 1 + 0.8 * len(arrow.statements)
            head = 5 + 1.5 * width
            tip = RADIUS + 2
            about = {
                "relation": arrow.relation,
                "colour": VOICES[_voice(ds, arrow.start)].colour,
                "Arrow": f"{ds.actors[arrow.start].name} {arrow.relation} {ds.actors[arrow.end].name}",
                "Statements": str(len(arrow.statements)),
                "In our words": " | ".join(f"{s.said}: {s.summary}" for s in arrow.statements),
            }

            def place(from_end: float, x2: float = x2, y2: float = y2) -> tuple[float, float]:
                return x2 - along * from_end - down * aside, y2 - down * from_end + along * aside  # noqa: B023

            end_x, end_y = place(tip + head)
            lines.append(
                {
                    **about,
                    "x": x + along * tip - down * aside,
                    "y": y + down * tip + along * aside,
                    "x2": end_x,
                    "y2": end_y,
                    "width": width,
                }
            )
            head_x, head_y = place(tip + head / 2)
            heads.append(
                {
                    **about,
                    "x": head_x,
                    "y": head_y,
                    "angle": math.degrees(math.atan2(down, along)) + 90,
                    "size": head**2,
                }
            )
    return lines, heads
