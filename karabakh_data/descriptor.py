"""From the models to the data package: Table Schemas, JSON Schemas (2020-12) and `datapackage.json` (Data Package 2.0).

Pure functions of the models and of the tables' bytes: nothing is read, nothing is stamped with a time. The descriptors
keep to the subset on which the published 2.0 profiles and frictionless agree.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from karabakh_data import __version__
from karabakh_data.columns import SEPARATOR, Column, Kind, columns_of
from karabakh_data.models import Record, Source
from karabakh_data.models.types import whole
from karabakh_data.tables import CONTRIBUTED_TABLES, DERIVED_TABLES, MODELS
from karabakh_data.vocabulary import VOCABULARIES

NAME = "karabakh-data"
TITLE = "Ceasefire diplomacy in the Nagorno-Karabakh conflict"
DESCRIPTION = (
    "Who said what, to whom, about which ceasefire or incident: statements, occasions, ceasefires with what was "
    "reported of them, incidents, actors with their dated offices, and places, hand-mapped from five news articles. "
    "Every value taken from an article points to the exact characters that it was read from. What a party alleges is "
    "recorded as a statement about an incident, never as a fact."
)
KEYWORDS = ("ceasefire", "diplomacy", "Nagorno-Karabakh", "conflict", "speech acts", "stand-off annotation", "EDTF")
CONTRIBUTORS = ({"title": "The karabakh_data maintainers", "roles": ["compiler", "publisher"]},)
LICENSES = (
    {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0 International",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
)
PROFILE = "https://datapackage.org/profiles/2.0/"

_FIELD_TYPES = {
    Kind.TEXT: "string",
    Kind.WORD: "string",
    Kind.EDTF: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.DAY: "date",
}


def to_json(value: Any) -> bytes:
    """Canonical JSON: two spaces, insertion order, UTF-8, a final line feed."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


# --- Table Schema --------------------------------------------------------------------------------------------------


def table_schema(model: type[Record], resources: Iterable[str] = MODELS) -> dict[str, Any]:
    """The Table Schema of a model; foreign keys only into `resources`.

    A list column is a string whose pattern describes the whole list; its references are checked through `edges`.
    """
    known = set(resources)
    columns = columns_of(model)
    schema: dict[str, Any] = {
        "$schema": PROFILE + "tableschema.json",
        "fields": [_field(column) for column in columns],
        "missingValues": [""],
        "primaryKey": list(model.PRIMARY_KEY),
    }
    foreign = [
        {
            "fields": [column.name],
            "reference": {
                "resource": "" if column.reference == model.TABLE else column.reference,
                "fields": [MODELS[column.reference].PRIMARY_KEY[0]],
            },
        }
        for column in columns
        if column.reference in known and column.reference is not None and not column.is_list and not is_own_key(column)
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return schema


def is_own_key(column: Column) -> bool:
    """Whether a column that holds ids of its own table is that table's key, and so refers to nothing."""
    return column.table == column.reference and column.is_key


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": "string" if column.is_list else _FIELD_TYPES[column.kind],
        "description": column.description,
    }
    constraints: dict[str, Any] = {}
    if column.published:
        constraints["required"] = True
    if column.is_key and len(MODELS[column.table].PRIMARY_KEY) == 1:
        constraints["unique"] = True
    words = list(column.vocabulary.values()) if column.vocabulary else None
    if column.is_list:
        constraints["pattern"] = list_pattern(column)
    elif words:
        constraints["enum"] = words
        field["categories"] = words
    elif column.pattern:
        constraints["pattern"] = column.pattern
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    if column.kind is Kind.BOOLEAN:
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if constraints:
        field["constraints"] = constraints
    field |= custom_properties(column)
    return field


def custom_properties(column: Column) -> dict[str, Any]:
    """What Table Schema has no word for: origin, list, vocabulary, reference, EDTF."""
    properties: dict[str, Any] = {}
    if column.origin is not None:
        properties["karabakh:origin"] = column.origin.value
    if column.is_list:
        properties["karabakh:separator"] = SEPARATOR
    if column.vocabulary:
        properties["karabakh:vocabulary"] = column.vocabulary.name_in_tables()
    if column.reference:
        properties["karabakh:references"] = column.reference
    if column.kind is Kind.EDTF:
        properties["karabakh:format"] = "edtf"
    return properties


def list_pattern(column: Column) -> str:
    """Pattern of a whole list cell."""
    if column.vocabulary:
        one = "|".join(column.vocabulary.values())
    else:
        one = (column.pattern or "").removeprefix("^").removesuffix("$") or f"[^{SEPARATOR}]+"
    return whole(f"(?:{one})(?:{SEPARATOR}(?:{one}))*")


# --- JSON Schema ---------------------------------------------------------------------------------------------------


def record_name(model: type[Record]) -> str:
    """The record's name in file names, e.g. `status_report`."""
    return "".join("_" + c.lower() if c.isupper() else c for c in model.__name__).lstrip("_")


def json_schema(model: type[Record]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one record; derived fields are `readOnly`, words carry their definitions."""
    schema = TypeAdapter(model).json_schema()
    for name, words in schema.get("$defs", {}).items():
        vocabulary = next((v for v in VOCABULARIES if v.__name__ == name), None)
        if vocabulary is not None:
            del words["enum"]
            words["oneOf"] = [{"const": word.value, "description": word.definition} for word in vocabulary]
    for column in columns_of(model):
        properties = schema["properties"][column.name]
        properties.setdefault("description", column.description)
        if column.origin is not None and column.origin.is_derived:
            properties["readOnly"] = True
        if column.is_list:
            properties["uniqueItems"] = True
            properties |= {"minItems": 1} if column.required else {}
        properties |= custom_properties(column)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:karabakh-data:json-schema:{record_name(model)}",
        **schema,
    }


CONTRIBUTION = "schemas/json-schema/contribution.json"
"""Where the JSON Schema of contributed files lies in the project."""


def contribution_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a contributed JSON or YAML file: records by table, or a list of records.

    Editors complete and check with it. What the file as a whole must hold is for `karabakh-data validate` to judge.
    """
    definitions: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for name in CONTRIBUTED_TABLES:
        model = MODELS[name]
        record = json_schema(model)
        del record["$schema"], record["$id"]
        definitions |= record.pop("$defs", {})
        definitions[model.__name__] = record
        tables[name] = {
            "type": "array",
            "description": " ".join((model.__doc__ or "").split()),
            "items": {"$ref": f"#/$defs/{model.__name__}"},
        }
    some = [{"$ref": f"#/$defs/{MODELS[name].__name__}"} for name in tables]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:karabakh-data:json-schema:contribution",
        "title": "Contribution",
        "description": "Records by table (a mapping from table names to lists of records), or a list of records.",
        "type": ["object", "array"],
        "properties": tables,
        "additionalProperties": False,
        "items": {"anyOf": some},
        "$defs": dict(sorted(definitions.items())),
    }


# --- Data package --------------------------------------------------------------------------------------------------


def schema_path(table: str) -> str:
    """Where the table's Table Schema lies in the project."""
    return f"schemas/table-schema/{table}.json"


def record_schema_path(model: type[Record]) -> str:
    """Where the record's JSON Schema lies in the project."""
    return f"schemas/json-schema/{record_name(model)}.json"


def data_path(table: str) -> str:
    """Where the table's CSV lies in the project."""
    return f"karabakh_data/data/{table}.csv"


def datapackage(
    data: Mapping[str, bytes],
    sources: Iterable[Source] = (),
    *,
    inline: bool = False,
    folder: str = "karabakh_data/data",
) -> dict[str, Any]:
    """The Data Package 2.0 descriptor of the tables in `data` (table -> CSV bytes).

    Args:
        data: The CSV of every table; hashes and sizes are taken of these bytes.
        sources: The articles, named under `sources`.
        inline: Put the Table Schemas into the descriptor, for use without the `schemas` folder.
        folder: The CSVs' folder, relative to the descriptor; empty for its own.
    """
    prefix = f"{folder}/" if folder else ""
    package: dict[str, Any] = {
        "$schema": PROFILE + "datapackage.json",
        "name": NAME,
        "title": TITLE,
        "description": DESCRIPTION,
        "version": __version__,
        "keywords": list(KEYWORDS),
        "contributors": [dict(contributor) for contributor in CONTRIBUTORS],
        "licenses": [dict(licence) for licence in LICENSES],
    }
    cited = [{"title": f"{source.title or source.summary} ({source.published})"} for source in sources]
    if cited:
        package["sources"] = cited
    package["resources"] = [
        {
            "name": name,
            "type": "table",
            "path": f"{prefix}{name}.csv",
            "title": name.replace("_", " ").capitalize(),
            "description": " ".join((model.__doc__ or "").split()),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(data[name]),
            "hash": "sha256:" + hashlib.sha256(data[name]).hexdigest(),
            "dialect": {
                "delimiter": ",",
                "lineTerminator": "\n",
                "quoteChar": '"',
                "doubleQuote": True,
                "header": True,
            },
            "schema": table_schema(model) if inline else schema_path(name),
            "karabakh:derived": name in DERIVED_TABLES,
        }
        for name, model in MODELS.items()
        if name in data
    ]
    return package
