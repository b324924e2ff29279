"""Charts of a data set: `ds.plot.timeline()`, `.network()`, `.speech_acts()`; they need the extra `plot`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from karabakh_data.frames import require
from karabakh_data.plots.common import Period

if TYPE_CHECKING:
    import altair

    from karabakh_data.dataset import Dataset


class Plots:
    """The charts of a data set, as `ds.plot`; each method returns an Altair chart to show, adapt or save.

    In a notebook a chart is shown as it stands; `chart.save("timeline.svg")` writes SVG, PNG, PDF, HTML or JSON by the
    ending (HTML that needs no network: `chart.save("timeline.html", inline=True)`). Every mark has a tooltip with the
    whole record. What is drawn describes the articles, not the conflict.

    Raises:
        MissingExtraError: Altair is not installed; names the extra.
    """

    def __init__(self, ds: Dataset) -> None:
        require("altair", "plot")
        self._ds = ds

    def timeline(
        self,
        *,
        kinds: str | Iterable[str] = ("ceasefires", "incidents", "statements"),
        between: Period | None = None,
        width: int = 720,
        **conditions: Any,
    ) -> altair.VConcatChart:
        """What was agreed, what is said to have happened, and who spoke, over time.

        Ceasefires come first, then incidents, then the statements of each side, of third parties and of unnamed
        speakers, each in a lane of its own; a joint statement stands in the lane of every camp that makes it. The
        colour of an incident tells who speaks of it. A bar covers every day that the date may mean (its EDTF bounds),
        so a wide bar is a date that is known less closely; a hollow triangle stands where a bound is not known, a
        filled one where a bar goes on outside the panel. Without `between` the time is cut into panels, each with its
        own scale, where nothing is dated for some three months.

        Args:
            kinds: The tables to draw, of `ceasefires`, `status_reports`, `incidents`, `statements`.
            between: Only what may be of this time: an EDTF date such as `"2020-10"`, or a pair of them, first and last.
            width: Width of the panels in pixels, without the names of the lanes.
            **conditions: Only statements that meet these, as in `ds.statements.where`: `speech_act="accuse"`.

        Raises:
            ValueError: A kind, a word or a date is unknown (names the nearest), nothing is left to draw, or the
                width is less than 200.
            TypeError: Statements have no such column.
        """
        from karabakh_data.plots import timeline

        return timeline.chart(self._ds, kinds=kinds, between=between, width=width, conditions=conditions)

    def network(
        self,
        *,
        relations: str | Iterable[str] = ("accuses", "addresses"),
        between: Period | None = None,
        size: int = 720,
        **conditions: Any,
    ) -> altair.LayerChart:
        """Who accuses and who addresses whom: an arrow leads from the speaker to the accused or the addressee.

        The more statements stand behind an arrow, the wider it is; accusations are solid, addresses dashed. The colour
        of an actor is its side's, or that of third parties or unnamed speakers. Places come from networkx's spring
        layout with a fixed seed; distances mean nothing.

        Args:
            relations: Of `accuses` and `addresses`.
            between: Only statements that may be of this time: an EDTF date such as `"2020-10"`, or a pair of them.
            size: Width of the chart in pixels.
            **conditions: Only statements that meet these, as in `ds.statements.where`: `topics="ceasefire"`.

        Raises:
            ValueError: A relation, a word or a date is unknown (names the nearest), nothing is left to draw, or the
                size is less than 200.
            TypeError: Statements have no such column.
            MissingExtraError: networkx is not installed; names the extra.
        """
        from karabakh_data.plots import network

        return network.chart(self._ds, relations=relations, between=between, size=size, conditions=conditions)

    def speech_acts(self, *, between: Period | None = None, width: int = 150, **conditions: Any) -> altair.HConcatChart:
        """Which speech acts each side, third parties and unnamed speakers perform: numbers of statements.

        Acts are ordered by how often they occur; the scale is the same for all. A joint statement counts once under
        each camp that makes it. The numbers describe whom the articles quote.

        Args:
            between: Only statements that may be of this time: an EDTF date such as `"2020-10"`, or a pair of them.
            width: Width of each panel in pixels.
            **conditions: Only statements that meet these, as in `ds.statements.where`: `topics="ceasefire"`.

        Raises:
            ValueError: A word or a date is unknown (names the nearest), nothing is left to draw, or the width is less
                than 50.
            TypeError: Statements have no such column.
        """
        from karabakh_data.plots import speech_acts

        return speech_acts.chart(self._ds, between=between, width=width, conditions=conditions)
