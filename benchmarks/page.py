"""The section of the page that holds the results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import tables

BEGIN, END = "<!-- results: written by python -m benchmarks -->", "<!-- end of results -->"


def rewrite(page: Path, results: dict[str, Any], picture: str | None) -> None:
    """Put the results between the markers of the page.

    Raises:
        ValueError: The page has no markers.
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page.name} has no markers {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{section(results, picture)}\n\n{END}{after}", encoding="utf-8")


def section(results: dict[str, Any], picture: str | None) -> str:
    """The results as Markdown; the machine is told again only where it is another."""
    parts: list[str] = []
    for name in ("race", "scaling", "startup"):
        if name in results:
            head, *rest = _race(results, picture) if name == "race" else _table(name, results)
            machine = _machine(results[name])
            parts += [head, *([machine] if machine not in parts else []), *rest]
    return "\n\n".join(parts)


def _table(name: str, results: dict[str, Any]) -> list[str]:
    if name == "scaling":
        return ["### Scale", tables.markdown(tables.SCALING_HEAD, tables.scaling(results))]
    return ["### Start", tables.markdown(tables.STARTUP_HEAD, tables.startup(results))]


def _race(results: dict[str, Any], picture: str | None) -> list[str]:
    race = results["race"]
    parts = [
        f"### {race['rows']:,} rows",
        f"{race['megabytes']:.0f} MB, {race['rounds']} interleaved rounds ({race['rounds_slow']} of the slow ones), "
        "medians. “Of ours” compares the time for a row with that of our quickest run.",
        tables.markdown(tables.RACE_HEAD, tables.race(results)),
    ]
    if picture is not None:
        parts.append(f"![Time and memory of each]({picture})")
    return [*parts, "### Rules", tables.markdown(*tables.rules(results))]


def _machine(section: dict[str, Any]) -> str:
    machine = section["machine"]
    told = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}; {machine['system']}; "
        f"{machine['python']}; {machine['versions']}."
    )
    return told if section["busy"] is None else f"{told} {section['busy'].capitalize()}."
