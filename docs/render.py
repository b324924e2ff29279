"""Draw the image of the README and run the notebooks; `--check` tells what is out of date instead.

Texts are compared (the chart as Vega-Lite, what the cells print), not pixels, for those depend on fonts.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

import karabakh_data as kd
from karabakh_data.files import write_atomically

DOCS = Path(__file__).resolve().parent
CHART = DOCS / "images/timeline.vl.json"
IMAGE = DOCS / "images/timeline.svg"
NOTEBOOKS = tuple(sorted((DOCS / "notebooks").glob("*.ipynb")))


def chart() -> Any:
    """The timeline of the README."""
    return kd.load().plot.timeline(between=("2016-04-02", "2016-04-06"))


def chart_text() -> str:
    """The chart of the README as Vega-Lite, without the version of Vega-Lite that Altair writes for."""
    made = {name: value for name, value in chart().to_dict().items() if name != "$schema"}
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs and nothing that differs from run to run."""
    notebook = nbformat.read(path, as_version=4)
    here = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", coalesce_streams=True, resources=here).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {}
    nbformat.validate(notebook)
    return notebook


def texts(notebook: nbformat.NotebookNode) -> list[list[str]]:
    """What each cell of code says: its printed text and plain results, and that there is an image."""
    return [[_text(output) for output in cell.outputs] for cell in notebook.cells if cell.cell_type == "code"]


def _text(output: nbformat.NotebookNode) -> str:
    if output.output_type == "stream":
        return f"{output.name}: {output.text}"
    kinds = sorted(kind for kind in output.data if kind != "text/plain")
    return f"{' '.join(kinds)}: {output.data.get('text/plain', '') if not kinds else ''}"


def outdated() -> list[str]:
    """The files that are not what the data and the code give now."""
    found = [] if CHART.is_file() and CHART.read_text(encoding="utf-8") == chart_text() else [CHART.name]
    found += [] if IMAGE.is_file() else [IMAGE.name]
    return found + [
        path.name for path in NOTEBOOKS if texts(nbformat.read(path, as_version=4)) != texts(executed(path))
    ]


def main() -> None:
    if "--check" in sys.argv[1:]:
        if names := outdated():
            sys.exit(f"out of date: {', '.join(names)}; run `make figures`")
        return
    write_atomically(CHART, chart_text().encode())
    svg = io.StringIO()
    chart().save(svg, format="svg")
    write_atomically(IMAGE, svg.getvalue().encode())
    for path in NOTEBOOKS:
        write_atomically(path, (nbformat.writes(executed(path)) + "\n").encode())


if __name__ == "__main__":
    main()
