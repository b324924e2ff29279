"""What every export says of the data set: what it is, how to cite it, who holds what rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from karabakh_data import __version__, display, workbook
from karabakh_data.columns import Column
from karabakh_data.descriptor import CONTRIBUTORS, DESCRIPTION, LICENSES, TITLE

ABOUT = workbook.ABOUT
"""The table or sheet that holds it."""

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset
    from karabakh_data.models import Record


def about(ds: Dataset) -> dict[str, str]:
    """The data set in a few lines (heading -> text)."""
    licence = LICENSES[0]
    return {
        "title": TITLE,
        "version": __version__,
        "description": DESCRIPTION,
        "cite as": display.data_citation() + ".",
        "licence": f"{licence['title']} ({licence['path']})",
        "compiled by": "; ".join(str(one["title"]) for one in CONTRIBUTORS),
        "articles": "; ".join(display.source_text(ds, source) for source in ds.sources),
    }


def meaning(model: type[Record]) -> str:
    """What a table holds, on one line."""
    return " ".join((model.__doc__ or "").split())


def meaning_of(column: Column) -> str:
    """What a column holds, on one line."""
    return " ".join(column.description.split())
