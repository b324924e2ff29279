"""dataframely: a schema made of the table schema; `filter` gives the rows at fault with the rules that they break."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

import dataframely as dy
import polars as pl

from benchmarks.contenders import polars_rules
from benchmarks.contenders.polars_rules import INTEGER, OWN_CODE, RULES
from benchmarks.rules import COMMON, Column, answer, columns
from benchmarks.texts import Texts

Check = Callable[[pl.Expr], pl.Expr]


def _column(column: Column) -> dy.String:
    """The rules of one column; a rule is not asked about an empty cell."""
    checks: dict[str, Check] = {}
    if column.words:
        checks["words"] = lambda cell: cell.is_in(column.words)
    if column.type == "boolean":
        checks["truth"] = lambda cell: cell.is_in(["true", "false"])
    if column.type == "date":
        checks["day"] = lambda _: polars_rules.is_day(column.name)
    if column.is_list:
        checks |= {name: _always(rule) for name, rule in polars_rules.of_list(column)}
    if column.name == "incident_id":
        checks["published"] = lambda cell: ~cell.is_in(polars_rules.published_ids())
    return dy.String(
        nullable=not column.required,
        primary_key=column.name == "incident_id",
        regex=INTEGER if column.type == "integer" else column.pattern,
        check=checks or None,
    )


def _always(rule: pl.Expr) -> Check:
    return lambda _: rule


def schema(texts: Texts | None) -> Any:
    """The schema of incidents, made as a class statement would make it."""
    body: dict[str, Any] = {column.name: _column(column) for column in columns()}
    body["number"] = dy.UInt32()  # to tell which rows; columns of no rule are dropped
    for name, rule in polars_rules.beyond_columns(texts):
        body[name] = dy.rule()(_always(rule))
    return types.new_class("Incidents", (dy.Schema,), exec_body=lambda names: names.update(body))


def main(path: str, few: str = "") -> None:
    """Split the file into the sound rows and the others; with `--few`, by fewer rules."""
    frame = polars_rules.read(path).with_row_index("number", offset=1)
    _, failure = schema(None if few else Texts.read(path)).filter(frame)
    rows = failure.invalid()["number"].to_list()
    rules = COMMON if few else RULES
    answer(rules, rows, sum(failure.counts().values()), own_code=OWN_CODE, version=dy.__version__)


if __name__ == "__main__":
    main(*sys.argv[1:])
