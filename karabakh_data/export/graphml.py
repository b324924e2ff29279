"""GraphML for Gephi, networkx and igraph: the records that have an id, and every reference between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from karabakh_data.columns import Column, Kind
from karabakh_data.frames import require

if TYPE_CHECKING:
    from pathlib import Path

    import networkx

    from karabakh_data.dataset import Dataset

_TYPED = (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN)


def write(ds: Dataset, target: Path) -> None:
    """Write the file.

    Raises:
        karabakh_data.frames.MissingExtraError: networkx is not installed.
    """
    made = graph(ds)
    require("networkx", "export").write_graphml(made, target)


def graph(ds: Dataset) -> networkx.MultiDiGraph[str]:
    """The directed graph: a node for each record with an id, an edge from each record to every record it refers to.

    A node has its `label`, its `table` and its filled columns: numbers and truth values as such, everything else as the
    text of its CSV cell. An edge has its `relation`, which is its `label` too, as Gephi shows it.

    Raises:
        karabakh_data.frames.MissingExtraError: networkx is not installed.
    """
    made: networkx.MultiDiGraph[str] = require("networkx", "export").MultiDiGraph()
    for node in ds.nodes:
        table = ds.table(node.table)
        record = table[node.id]
        cells = {c.name: _attribute(c, getattr(record, c.name)) for c in table.columns}
        filled = {name: value for name, value in cells.items() if value is not None}
        made.add_node(node.id, **{**filled, "label": node.label, "table": node.table})
    for edge in ds.edges:
        key = f"{edge.subject_id} {edge.relation} {edge.object_id}"
        made.add_edge(edge.subject_id, edge.object_id, key, relation=edge.relation, label=edge.relation)
    return made


def _attribute(column: Column, value: Any) -> Any:
    if value is None or value == ():
        return None
    if column.is_list or column.kind not in _TYPED:
        return column.write(value)
    return value
