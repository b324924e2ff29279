"""The JSON Schema of our JSON report, made from the classes that are written into it."""

from __future__ import annotations

import types
from enum import EnumMeta
from typing import Any, Union, get_args, get_origin, get_type_hints

from karabakh_data.validation.codes import FAMILIES
from karabakh_data.validation.finding import Finding, Severity
from karabakh_data.validation.report import Change

MEANINGS = {
    "code": "Stable code of the fault; `karabakh-data explain CODE` explains it.",
    "severity": "error: cannot be taken as it is; warning: someone should look; note: nothing to mend.",
    "message": "What is wrong, in a sentence.",
    "file": "Name of the input, as it was given.",
    "line": "Physical line, from 1, on which the value starts; of a worksheet, the row; null for input without text.",
    "column": "Character (code point) of that line, from 1; of a worksheet, the column.",
    "row": "Number of the record in its table of its file, from 1.",
    "cell": "Cell of a workbook, such as incidents!C14; only there.",
    "table": "Table of the record.",
    "record_id": "Id of the record, as it stands in the input.",
    "field": "Name of the column.",
    "value": "What stands there, as text; cut where it is very long.",
    "suggestion": "What to write instead, where one repair is likely.",
    "old": "What is published, as its cell is written; null where that is empty.",
    "new": "What is proposed; null where the value is to be removed.",
    "place": "Where the proposal stands, as findings show it to people.",
}
"""What each property of a finding or a change means."""

OPTIONAL = ("cell",)
"""Properties that not every finding has."""

NOT_WRITTEN = ("excerpt", "file_order", "sheet_order")
"""Fields of a finding that only serve to show and to order it."""


def report_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `Report.to_dict` and `Report.to_json`."""
    number = {"type": "integer", "minimum": 0}
    counts = {severity.value: number for severity in Severity}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report of karabakh-data validate",
        **_object(
            {
                "ok": {"type": "boolean", "description": "Whether all was judged and no finding is of severity error."},
                "stopped": {
                    "type": "boolean",
                    "description": "Whether it was stopped before its end; more may be wrong.",
                },
                "counts": {"description": "How many findings there are of each severity.", **_object(counts)},
                "files": {
                    "description": "The files that were read.",
                    "type": "array",
                    "items": {"type": "string"},
                },
                "records": {
                    "description": "How many records were read, and how many of them are valid.",
                    **_object({"read": number, "valid": number}),
                },
                "findings": {
                    "description": "Everything that was found, by file, line, column, code and field.",
                    "type": "array",
                    "items": _described(Finding),
                },
                "changes": {
                    "description": "With --update: the fields of published records that would change.",
                    "type": "array",
                    "items": _described(Change),
                },
            }
        ),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in OPTIONAL],
        "additionalProperties": False,
    }


def _described(written: type[Any]) -> dict[str, Any]:
    hints = {name: hint for name, hint in get_type_hints(written).items() if name not in NOT_WRITTEN}
    properties = {name: {**_typed(hint), "description": MEANINGS[name]} for name, hint in hints.items()}
    if "code" in properties:
        families = "".join(family[-1] for family in FAMILIES)
        properties["code"]["pattern"] = f"^KD[{families}][0-9]{{2}}$"
    for name in ("line", "column", "row"):
        if name in properties:
            properties[name]["minimum"] = 1
    return _object(properties)


def _typed(hint: Any) -> dict[str, Any]:
    if get_origin(hint) in (Union, types.UnionType):
        return {"type": [_NAMES[one] for one in get_args(hint)]}
    if isinstance(hint, EnumMeta):
        return {"enum": [one.value for one in hint]}  # type: ignore[var-annotated]
    return {"type": _NAMES[hint]}


_NAMES: dict[Any, str] = {str: "string", int: "integer", bool: "boolean", type(None): "null"}
