"""The results as tables: for a terminal, and for the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.rules import RULES

Rows = list[list[str]]
Results = dict[str, Any]


def markdown(head: Sequence[str], rows: Rows) -> str:
    """A table of Markdown; all columns but the first are set right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(head: Sequence[str], rows: Rows) -> str:
    """A table for a terminal."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(widths[n]) if n == 0 else cell.rjust(widths[n]) for n, cell in enumerate(row))
        for row in [head, *rows]
    )


RACE_HEAD: tuple[str, ...] = (
    *("validator", "seconds", "spread", "of ours", "CPU seconds", "peak MiB"),
    *("rules", "faulty rows found", "false alarms"),
)


def race(results: Results) -> Rows:
    """One row for each that took part, the quickest for its rows first; `of ours` is the time as a multiple."""
    all_ = results["race"]["results"]
    best = min((_per_row(one) for one in all_ if one["is_ours"]), default=None)
    return [
        [
            one["title"] + (f" ({one['rows']:,} rows)" if one["rows"] != results["race"]["rows"] else ""),
            f"{one['median']['seconds']:.2f}",
            f"{min(one['seconds']):.2f}–{max(one['seconds']):.2f}" if len(one["seconds"]) > 1 else "once",
            f"{_per_row(one) / best:.1f}×" if best else "",
            f"{one['median']['cpu']:.2f}",
            f"{one['median']['peak']:.0f}",
            "none" if one["floor"] else f"{len(one['rules'])} of {len(RULES)}",
            "" if one["found"] is None else f"{one['found']:,} of {one['planted']:,}",
            "" if one["false_alarms"] is None else f"{one['false_alarms']:,}",
        ]
        for one in sorted(all_, key=lambda one: (one["floor"], _per_row(one)))
    ]


def _per_row(one: Results) -> float:
    seconds: float = one["median"]["seconds"] / one["rows"]
    return seconds


def rules(results: Results) -> tuple[list[str], Rows]:
    """Which rules each judges by: a head and a row for each rule."""
    judges = [one for one in results["race"]["results"] if not one["floor"]]
    shown = [one for one in judges if not one["is_ours"] and not one["variant"]]
    head = ["rule", "karabakh-data", *(one["name"] for one in shown)]
    lines = [[f"{name}: {what}", "yes", *(_stands(one, name) for one in shown)] for name, what in RULES.items()]
    return head, lines


def _stands(one: Results, rule: str) -> str:
    """How a rule stands with one of the others."""
    if rule in one["rules"]:
        return "yes"
    return "own code" if rule in one["own_code"] else "–"


SCALING_HEAD: tuple[str, ...] = (
    "rows",
    "jobs",
    "seconds",
    "µs per row",
    "peak MiB",
    "time of the first",
    "memory of the first",
)


def scaling(results: Results) -> Rows:
    """One row for each size; the ratios are to the first run."""
    runs = results["scaling"]["results"]
    first = runs[0]
    return [
        [
            f"{one['rows']:,}",
            str(one["jobs"]),
            f"{one['seconds'][0]:.1f}",
            f"{1e6 * one['seconds'][0] / one['rows']:.1f}",
            f"{one['peak'][0]:.0f}",
            f"{one['seconds'][0] / first['seconds'][0]:.2f}×",
            f"{one['peak'][0] / first['peak'][0]:.2f}×",
        ]
        for one in runs
    ]


STARTUP_HEAD: tuple[str, ...] = ("program", "milliseconds", "spread", "peak MiB")


def startup(results: Results) -> Rows:
    """One row for each program."""
    return [
        [
            one["name"],
            f"{1000 * one['median']['seconds']:.0f}",
            f"{1000 * min(one['seconds']):.0f}–{1000 * max(one['seconds']):.0f}",
            f"{one['median']['peak']:.0f}",
        ]
        for one in results["startup"]["results"]
    ]
