"""The speech acts: how often each camp performs each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from karabakh_data.claims import SIDES, UNATTRIBUTED
from karabakh_data.display import OUTSIDE, by_camp
from karabakh_data.palette import INK, VOICES
from karabakh_data.plots.common import CONFIG, Period, heading, names, something, statements_of, wide_enough
from karabakh_data.vocabulary import SpeechAct

if TYPE_CHECKING:
    import altair

    from karabakh_data.dataset import Dataset

ROW = 18
"""Height of a speech act in pixels."""


def counts(ds: Dataset, between: Period | None, conditions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each speech act that occurs and each camp, also where the number is 0; the most frequent act first.

    Raises:
        ValueError: A word or a date is unknown, or no statement is left.
        TypeError: Statements have no such column.
    """
    statements = statements_of(ds, between, conditions)
    something(statements, "statement", between, conditions)
    camps = by_camp(ds, statements)
    if not camps[UNATTRIBUTED]:
        del camps[UNATTRIBUTED]
    total = Counter(statement.speech_act for statement in statements)
    acts = sorted(total, key=lambda act: (-total[act], list(SpeechAct).index(act)))
    rows = []
    for act in acts:
        for camp, made in camps.items():
            of_act = [statement for statement in made if statement.speech_act is act]
            speakers = Counter(names(ds, statement.speaker_ids) for statement in of_act)
            rows.append(
                {
                    "act": act.label,
                    "camp": camp,
                    "statements": len(of_act),
                    "Speech act": act.label,
                    "Meaning": act.definition,
                    "Who speaks": VOICES[camp].label,
                    "By name": ", ".join(f"{name} ({n})" if n > 1 else name for name, n in speakers.most_common()),
                }
            )
    return rows


def chart(ds: Dataset, *, between: Period | None, width: int, conditions: Mapping[str, Any]) -> altair.HConcatChart:
    """See `Plots.speech_acts`."""
    import altair as alt

    wide_enough("width", width, 50)
    rows = counts(ds, between, conditions)
    acts = list(dict.fromkeys(row["act"] for row in rows))
    shown = [camp for camp in (*SIDES, OUTSIDE, UNATTRIBUTED) if any(row["camp"] == camp for row in rows)]
    most = max(row["statements"] for row in rows)
    panels = []
    for i, camp in enumerate(shown):
        voice = VOICES[camp]
        made = [row for row in rows if row["camp"] == camp]
        y = alt.Y(
            "act:N",
            sort=acts,
            title=None,
            axis=alt.Axis(labels=i == 0, ticks=False, domain=False, labelLimit=200, labelColor=INK, labelPadding=8),
            scale=alt.Scale(domain=acts),
        )
        base = alt.Chart(alt.InlineData(values=made)).encode(
            y=y,
            x=alt.X(
                "statements:Q",
                scale=alt.Scale(domain=[0, most * 1.15], nice=False),
                axis=alt.Axis(title="Statements", tickMinStep=1, tickCount=4, format="d"),
            ),
            tooltip=[*(f"{name}:N" for name in ("Speech act", "Meaning", "Who speaks", "By name")), "statements:Q"],
        )
        bars = base.mark_bar(color=voice.colour, height={"band": 0.7})
        numbers = base.transform_filter("datum.statements > 0").mark_text(align="left", dx=4, color=INK, fontSize=11)
        total = sum(row["statements"] for row in made)
        title = alt.TitleParams(
            voice.label, subtitle=f"{total} statement{'' if total == 1 else 's'}", fontSize=13, offset=8, frame="group"
        )
        panels.append(
            alt.layer(bars, numbers.encode(text="statements:Q")).properties(
                width=width, height=ROW * len(acts), title=title
            )
        )
    title = alt.TitleParams(
        heading("What is done by speaking, and by whom", between, conditions),
        subtitle=[
            "Numbers of statements that the articles report: they tell whom the articles quote, not who spoke most.",
            "A joint statement counts once under each camp that makes it.",
        ],
    )
    made_chart: altair.HConcatChart = alt.hconcat(*panels, spacing=14).properties(title=title).configure(**CONFIG)
    return made_chart
