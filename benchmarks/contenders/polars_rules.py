"""The rules as Polars expressions, shared by the contenders that are built on Polars."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from benchmarks.rules import COMMON, Column, columns
from benchmarks.texts import Texts

RULES = (*COMMON, "wording", "twins")

OWN_CODE = ("likeness",)

INTEGER = r"^(?:0|[1-9][0-9]*)$"


def read(path: str) -> pl.DataFrame:
    """The file as text; an empty cell is null."""
    return pl.read_csv(path, infer_schema=False)


def published_ids() -> list[str]:
    """The ids of the published incidents."""
    return sorted(next(column.known for column in columns() if column.name == "part_of_id"))


def is_day(name: str) -> pl.Expr:
    """The cell is empty or a day of the calendar, with two digits for month and day."""
    cell = pl.col(name)
    day = cell.str.contains(r"^\d{4}-\d{2}-\d{2}$") & cell.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    return cell.is_null() | day


def of_list(column: Column) -> Iterator[tuple[str, pl.Expr]]:
    """The rules of a list cell: known, distinct elements."""
    parts = pl.col(column.name).str.split(";")
    yield "known", parts.list.set_difference(pl.lit(sorted(column.known))).list.len() == 0
    yield "distinct", parts.list.n_unique() == parts.list.len()


def of_texts(texts: Texts) -> Iterator[tuple[str, pl.Expr]]:
    """The rules of wording: one expression for each column, and of ASCII words, is the quickest form that we found."""
    for name in dict.fromkeys((*texts.columns, *texts.neutral)):
        parts = [f"(?-u:\\b)(?i-u:{texts.sides})(?-u:\\b)"] if name in texts.neutral else []
        if name in texts.columns:
            parts += [f"(?-u:\\b)(?i-u:{texts.loaded})(?-u:\\b)", texts.signs, f"(?i)^(?:{texts.placeholders})$"]
        yield f"wording_{name}", ~pl.col(name).str.contains("|".join(f"(?:{part})" for part in parts))


def between_columns() -> Iterator[tuple[str, pl.Expr]]:
    """The rules that take several columns."""
    low, high = (pl.col(name).cast(pl.Int64, strict=False) for name in ("deaths_low", "deaths_high"))
    yield "order", low <= high
    yield "own_parent", pl.col("part_of_id") != pl.col("incident_id")


def between_rows() -> Iterator[tuple[str, pl.Expr]]:
    """`part_of_id` names a row of the frame or a published one."""
    parent = pl.col("part_of_id")
    yield "known", parent.is_in(pl.col("incident_id").implode()) | parent.is_in(published_ids())


def twins() -> Iterator[tuple[str, pl.Expr]]:
    """No two rows say the same under different ids."""
    yield "told_once", ~pl.struct(column.name for column in columns() if column.name != "incident_id").is_duplicated()


def beyond_columns(texts: Texts | None) -> list[tuple[str, pl.Expr]]:
    """All that is asked beside the rules of single columns; without texts, only the `COMMON` rules."""
    more = [] if texts is None else [*of_texts(texts), *twins()]
    return [*between_columns(), *between_rows(), *more]
