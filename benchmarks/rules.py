"""The rules of an incident file as any validator would take them: from the published table schema and tables alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from benchmarks.published import COLUMNS, ROOT, ids

RULES = {
    "required": "required cells are filled",
    "types": "numbers, truth values and days can be read as such",
    "strict types": "they are written in one form: no `007`, `+5`, `2020-9-7`",
    "range": "counts are not negative",
    "vocabulary": "words are of a closed vocabulary",
    "pattern": "ids, EDTF dates, texts and lists have their form",
    "key": "no id stands twice",
    "published key": "no id is published already",
    "reference": "`part_of_id` names a row of the file or a published one",
    "list references": "each element of a list names a published record",
    "distinct": "no element of a list stands twice",
    "order": "`deaths_low` is not greater than `deaths_high`",
    "own parent": "no row is part of itself",
    "calendar": "dates exist in the calendar, intervals ascend",
    "bounds": "`date_earliest` and `date_latest` follow from `date`",
    "circles": "no way by `part_of_id` leads back to its start",
    "wording": "no loaded words, sides in names, residue of pages, hidden characters, placeholders",
    "plausible dates": "none in the future, before 1988, or after all sources",
    "twins": "no row says the same as another under another id",
    "likeness": "none looks like a published one",
    "structure": "broken rows are told, and the others judged all the same",
    "place": "every finding has its line and column",
    "repair": "a finding tells what was probably meant",
}
"""Name -> what holds; the last three are about findings."""

COMMON = (
    *("required", "types", "strict types", "range", "vocabulary", "pattern", "key", "published key", "reference"),
    *("list references", "distinct", "order", "own parent"),
)
"""Rules that ask nothing about words, and of other rows only ids."""


@dataclass(frozen=True)
class Column:
    """A column as the table schema has it."""

    name: str
    type: str
    required: bool
    pattern: str | None
    words: tuple[str, ...]
    known: frozenset[str]
    """The published ids that it may hold, where it refers to a table."""
    is_list: bool


def columns() -> list[Column]:
    """The columns of an incident file, in its order."""
    return [
        Column(
            name=field["name"],
            type=field["type"],
            required=field.get("constraints", {}).get("required", False),
            pattern=field.get("constraints", {}).get("pattern"),
            words=tuple(field.get("constraints", {}).get("enum", ())),
            known=frozenset(ids(field["karabakh:references"]) if "karabakh:references" in field else ()),
            is_list="karabakh:separator" in field,
        )
        for field in table_schema()["fields"]
    ]


def table_schema() -> dict[str, Any]:
    """The published table schema of incidents, with the columns that contributors fill."""
    path = ROOT / "schemas" / "table-schema" / "incidents.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    fields = {field["name"]: field for field in schema["fields"]}
    return schema | {"fields": [fields[name] for name in COLUMNS]}


def for_re2(pattern: str) -> str:
    r"""A pattern in the syntax of RE2, which writes `\x{00a0}` for `\u00a0`."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", pattern)


def answer(
    rules: Iterable[str], rows: Iterable[int] | None, findings: int, *, own_code: Iterable[str] = (), **more: Any
) -> None:
    """Print what a contender found, for the harness to read.

    Args:
        rules: The names of the rules that it judged by.
        rows: The numbers of the rows that it found at fault, from 1; `None` where it does not tell.
        findings: How many findings it has.
        own_code: The names of rules for which its users would have to write code of their own: left out.
        more: What else is worth telling, such as its version.
    """
    unknown = {*rules, *own_code} - RULES.keys()
    assert not unknown, unknown
    told = sorted(set(rows)) if rows is not None else None
    found = {"rules": list(rules), "own_code": list(own_code), "rows": told, "findings": findings}
    print(json.dumps(found | more))
