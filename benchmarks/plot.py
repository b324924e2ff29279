"""The results as a picture: time and memory of each that took part, on logarithmic scales."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.rules import RULES

OURS, OTHERS, FLOORS = "#0b6e4f", "#8d99ae", "#d9dde6"


def plot(results: dict[str, Any], out: Path) -> None:
    """Draw bars for seconds and for peak memory, the quickest on top; lines show the spread of the rounds."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "karabakh-data", "svg.fonttype": "none", "font.size": 10})
    from matplotlib import pyplot, ticker

    rows = results["race"]["rows"]
    shown = [one for one in results["race"]["results"] if one["rows"] == rows]
    shown.sort(key=lambda one: (-one["floor"], -one["median"]["seconds"]))
    figure, axes = pyplot.subplots(1, 2, figsize=(11, 0.9 + 0.42 * len(shown)), sharey=True, layout="constrained")
    colors = [FLOORS if one["floor"] else OURS if one["is_ours"] else OTHERS for one in shown]
    for axis, name, unit in zip(axes, ("seconds", "peak"), ("seconds", "MiB at the peak"), strict=True):
        values = [one["median"][name] for one in shown]
        spread = [[v - min(one[name]) for v, one in zip(values, shown, strict=True)]]
        spread += [[max(one[name]) - v for v, one in zip(values, shown, strict=True)]]
        axis.barh([_label(one) for one in shown], values, color=colors, xerr=spread, ecolor="#333333", capsize=2)
        axis.set_xscale("log")
        axis.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 3)))
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
        axis.xaxis.set_minor_locator(ticker.NullLocator())
        axis.set_xlim(min(values) / 1.6, max(values) * 2.6)
        axis.set_xlabel(f"{unit} (logarithmic)")
        for place, one in enumerate(shown):
            value = one["median"][name]
            axis.text(max(one[name]) * 1.08, place, f"{value:.1f}" if value < 100 else f"{value:,.0f}", va="center")
        axis.spines[["top", "right"]].set_visible(False)
        axis.tick_params(axis="y", length=0)
    figure.suptitle(f"{rows:,} incident rows: whole processes, less is better")
    figure.savefig(out, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _label(one: dict[str, Any]) -> str:
    return one["title"] if one["floor"] else f"{one['title']} ({len(one['rules'])} of {len(RULES)} rules)"
