"""Contributions made at random that hold together: references are known, rules hold, nothing is suspicious."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from pydantic import ValidationError
from slips import has_lines, is_free, kinds_of, plain_value
from strategies import named

from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.edtf import EDTF
from karabakh_data.models import Record
from karabakh_data.rules import Distinct
from karabakh_data.tables import CONTRIBUTED_TABLES, MODELS
from karabakh_data.vocabulary import Scheme

Batch = dict[str, list[Any]]

TABLES = [table for table in CONTRIBUTED_TABLES if table != "evidence"]
"""What people contribute; evidence is about documents, and made elsewhere."""

TEXTS = (
    "Talks",
    "A text, with a comma",
    "“Words” – of one’s own",
    "Été: naïve",
    "N. N.; two of them",
    "10 - 12",
    "漢字",
)
DATES = (
    "2020",
    "2020-10",
    "2020-10-10",
    "2020-10-10?",
    "2020-23",
    "2020-10-01/2020-10-12",
    "[2020-10,2020-12]",
    "../2020",
)
APART = {
    "actors.actor_type": lambda word: word != "person",  # who has an affiliation
    "actors.side": lambda word: word == "none",  # as its parent has
    "statements.speech_act": lambda word: word not in ("accuse", "retract"),  # whom, and which of one's own
    "identifiers.scheme": lambda word: word == Scheme.COW,
}
"""Words that would need something of another record."""
LEFT_OUT = ("latitude", "longitude", "radius_km", "quote")
"""Columns that are vouched for, or compared, elsewhere."""


SIZE = 3
"""Records of each table; nothing refers to the last of them."""


def batch(random: Random) -> Batch:
    """Records of every table."""
    return {table: [_record(random, table, number) for number in range(1, SIZE + 1)] for table in TABLES}


def batches(random: Random, count: int) -> Iterator[Batch]:
    """Many contributions: tables of some, put together anew, since all refer to the same ids."""
    some = [batch(random) for _ in range(max(2, count // 20))]
    for _ in range(count):
        yield {table: random.choice(some)[table] for table in TABLES}


def _record(random: Random, table: str, number: int) -> Record:
    model = MODELS[table]
    for attempt in range(50):
        values = {column.name: _value(random, column, number, attempt) for column in columns_of(model)}
        for rule in model.RULES:
            if isinstance(rule, Distinct):
                _part(rule.names, values)
        try:
            return model.model_validate(values)
        except ValidationError:
            continue
    raise AssertionError(f"no valid record of {table}")


def _part(names: tuple[str, ...], values: dict[str, Any]) -> None:
    """Take out of each column the ids that stand in the first."""
    first = values[names[0]]
    taken = set(first) if isinstance(first, tuple) else {first}
    for name in names[1:]:
        value = values[name]
        if isinstance(value, tuple):
            values[name] = tuple(one for one in value if one not in taken)
        elif value in taken:
            values[name] = None


def _value(random: Random, column: Column, number: int, attempt: int) -> Any:
    derived = column.origin is not None and column.origin.is_derived
    spared = not column.required and (derived or column.name in LEFT_OUT or random.random() < attempt / 10 + 0.3)
    if spared:
        return () if column.is_list else None
    if column.is_list:
        count = random.randint(1, 3)
        return tuple(dict.fromkeys(_one(random, column, number) for _ in range(count)))
    return _one(random, column, number)


def _one(random: Random, column: Column, number: int) -> Any:
    if column.vocabulary is not None:
        wanted = APART.get(named(column), lambda word: True)
        return random.choice([word for word in column.vocabulary if wanted(word)])
    if kinds_of(column):
        return _id(random, column, number)
    if is_free(column):
        return _text(random, column, number)
    if column.kind is Kind.EDTF:
        return EDTF(random.choice(DATES))
    if column.kind is Kind.INTEGER:
        return random.randint(0, 3_000)
    if column.kind is Kind.NUMBER:
        return random.choice([0.0, 2.5, 2_000.0, random.random() * 10])
    return random.random() < 0.5 if column.kind is Kind.BOOLEAN else plain_value(column)


def _id(random: Random, column: Column, number: int) -> str:
    """Its own id, or that of another record: of its own table an earlier one, so that parents make no circle."""
    kinds = kinds_of(column)
    if column.reference is None:
        return f"{kinds[0]}-made-up-{number}"
    kind = kinds[0] if len(kinds) == 1 else random.choice(["actor", "place"])
    last = number - 1 if column.reference == column.table else SIZE - 1
    return f"{kind}-made-up-{random.randint(1, max(1, last))}"


def _text(random: Random, column: Column, number: int) -> str:
    if named(column) == "identifiers.value":
        return str(number)
    if column.name == "name" and column.table in ("ceasefires", "incidents"):
        return f"Event of day {number}"  # which names no actor
    text = f"{random.choice(TEXTS)} {number}"
    if column.is_list:
        return text.replace(";", "")
    return f"{text}\nand more" if has_lines(column) and random.random() < 0.2 else text
