"""pandera on Polars: a schema made of the table schema, validated lazily so that it tells every failure."""

from __future__ import annotations

import sys

import pandera
import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from benchmarks.contenders import polars_rules
from benchmarks.contenders.polars_rules import INTEGER, OWN_CODE, RULES
from benchmarks.rules import Column, answer, columns
from benchmarks.texts import Texts


def _check(name: str, expression: pl.Expr) -> pa.Check:
    """A check whose failures are told by row; what is null passes."""
    return pa.Check(lambda data: data.lazyframe.select(expression.fill_null(True)), name=name)


def _column(column: Column) -> pa.Column:
    checks = []
    if column.pattern is not None:
        checks.append(pa.Check.str_matches(column.pattern))
    if column.words:
        checks.append(pa.Check.isin(column.words))
    if column.type == "integer":
        checks.append(pa.Check.str_matches(INTEGER))
    if column.type == "boolean":
        checks.append(pa.Check.isin(["true", "false"]))
    if column.type == "date":
        checks.append(_check("day", polars_rules.is_day(column.name)))
    if column.is_list:
        checks += [_check(name, expression) for name, expression in polars_rules.of_list(column)]
    if column.name == "incident_id":
        checks.append(pa.Check.notin(polars_rules.published_ids()))
    return pa.Column(pl.String, checks, nullable=not column.required, unique=column.name == "incident_id")


def main(path: str) -> None:
    """Validate the file; a failure has the index of its row."""
    schema = pa.DataFrameSchema(
        {column.name: _column(column) for column in columns()},
        checks=[_check(name, expression) for name, expression in polars_rules.beyond_columns(Texts.read(path))],
    )
    try:
        schema.validate(polars_rules.read(path), lazy=True)
    except SchemaErrors as errors:
        failures = errors.failure_cases
        rows, count = (failures["index"].drop_nulls() + 1).to_list(), failures.height
    else:
        rows, count = [], 0
    answer(RULES, rows, count, own_code=OWN_CODE, version=pandera.__version__)


if __name__ == "__main__":
    main(sys.argv[1])
