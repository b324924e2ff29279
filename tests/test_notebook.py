"""The notebook runs, says today what it says in the file, and the image of the README is today's chart."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

from karabakh_data.neutrality import loaded_words


@pytest.fixture(scope="module")
def render(root: Path) -> ModuleType:
    """The script that draws and runs."""
    spec = importlib.util.spec_from_file_location("render", root / "docs/render.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def notebook(root: Path) -> nbformat.NotebookNode:
    return nbformat.read(root / "docs/notebooks/ceasefire-diplomacy.ipynb", as_version=4)


@pytest.fixture(scope="module")
def fresh(render: ModuleType, root: Path) -> nbformat.NotebookNode:
    """The notebook, run again."""
    return render.executed(root / "docs/notebooks/ceasefire-diplomacy.ipynb")


def test_the_notebook_runs_and_says_what_stands_in_the_file(
    render: ModuleType, notebook: nbformat.NotebookNode, fresh: nbformat.NotebookNode
) -> None:
    assert render.texts(notebook) == render.texts(fresh), "run `make figures`"


def test_every_cell_says_something_and_no_output_is_an_error(fresh: nbformat.NotebookNode) -> None:
    cells = [cell for cell in fresh.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(cell.outputs for cell in cells)
    kinds = [output.output_type for cell in cells for output in cell.outputs]
    assert set(kinds) == {"stream", "execute_result"}
    assert all(output.get("name") != "stderr" for cell in cells for output in cell.outputs)


def test_charts_are_kept_as_images_that_load_nothing(notebook: nbformat.NotebookNode) -> None:
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    assert len(shown) == 3
    for data in shown:
        assert set(data) == {"image/svg+xml", "text/plain"}
        assert "<script" not in data["image/svg+xml"]
        assert "href" not in data["image/svg+xml"]


def test_an_output_that_went_stale_is_found(
    render: ModuleType, notebook: nbformat.NotebookNode, fresh: nbformat.NotebookNode
) -> None:
    stale = nbformat.from_dict(notebook)
    said = next(output for cell in stale.cells for output in cell.get("outputs", []) if output.output_type == "stream")
    said.text = said.text.replace("80 statements", "79 statements")
    assert render.texts(stale) != render.texts(fresh)


def test_the_notebook_is_neutral_and_says_what_it_cannot_tell(notebook: nbformat.NotebookNode) -> None:
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert loaded_words(prose) == []
    for caveat in ("An accusation is not a breach", "No accusation is not observance", "a least and a most"):
        assert caveat in prose


def test_the_image_of_the_readme_is_todays_chart(render: ModuleType, root: Path) -> None:
    assert render.CHART.read_text(encoding="utf-8") == render.chart_text(), "run `make figures`"
    image = render.IMAGE.read_text(encoding="utf-8")
    assert "docs/images/timeline.svg" in (root / "README.md").read_text(encoding="utf-8")
    title = render.chart().to_dict()["title"]["text"]
    assert title in image
