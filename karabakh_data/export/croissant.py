"""Croissant, for machine-learning tools: `croissant.json` beside the CSV files that it describes.

References are told in words, not as `references`: mlcroissant joins the tables along these before it gives a record,
and stops where a reference is empty, leads into its own table or is an element of a list.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from karabakh_data import __version__
from karabakh_data.columns import SEPARATOR, Column, Kind, columns_of
from karabakh_data.descriptor import CONTRIBUTORS, DESCRIPTION, KEYWORDS, LICENSES, NAME, is_own_key, to_json
from karabakh_data.display import data_citation
from karabakh_data.export.about import meaning, meaning_of
from karabakh_data.export.csv import FOLDER, tables_as_csv
from karabakh_data.tables import MODELS

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset

DESCRIPTOR = "croissant.json"

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

_OWN = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format",
    "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in _OWN},
}
"""The context that Croissant 1.0 prescribes."""

_TYPES = {Kind.INTEGER: "sc:Integer", Kind.NUMBER: "sc:Float", Kind.BOOLEAN: "sc:Boolean", Kind.DAY: "sc:Date"}


def write(ds: Dataset, target: Path) -> None:
    """Write the folder."""
    data = tables_as_csv(ds)
    (target / FOLDER).mkdir(parents=True)
    for name, content in data.items():
        (target / FOLDER / f"{name}.csv").write_bytes(content)
    (target / DESCRIPTOR).write_bytes(to_json(descriptor(data)))


def descriptor(data: dict[str, bytes]) -> dict[str, Any]:
    """The Croissant descriptor of the tables in `data` (table -> CSV bytes)."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": NAME,
        "description": DESCRIPTION,
        "version": __version__,
        "license": str(LICENSES[0]["path"]),
        "keywords": list(KEYWORDS),
        "creator": {"@type": "sc:Organization", "name": str(CONTRIBUTORS[0]["title"])},
        "citeAs": data_citation(),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": f"{name}.csv",
                "name": f"{name}.csv",
                "contentUrl": f"{FOLDER}/{name}.csv",
                "contentSize": f"{len(content)} B",
                "encodingFormat": "text/csv",
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in data.items()
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": name,
                "name": name,
                "description": meaning(MODELS[name]),
                "key": [{"@id": f"{name}/{part}"} for part in MODELS[name].PRIMARY_KEY],
                "field": [_field(column) for column in columns_of(MODELS[name])],
            }
            for name in data
        ],
    }


def _field(column: Column) -> dict[str, Any]:
    refers = column.reference is not None and not is_own_key(column)
    source: dict[str, Any] = {"fileObject": {"@id": f"{column.table}.csv"}, "extract": {"column": column.name}}
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{column.table}/{column.name}",
        "name": column.name,
        "description": f"{meaning_of(column)} Refers to {column.reference}." if refers else meaning_of(column),
        "dataType": "sc:Text" if column.is_list else _TYPES.get(column.kind, "sc:Text"),
        "source": source,
    }
    if column.is_list:
        field["repeated"] = True
        source["transform"] = {"separator": SEPARATOR}
    return field
