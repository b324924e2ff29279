"""Hypothesis strategies that follow from the models: values, records and faulty cells for every column."""

from __future__ import annotations

import math
import re
from datetime import date
from functools import cache
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from karabakh_data.columns import SEPARATOR, CellError, Column, Kind, columns_of
from karabakh_data.edtf import EDTF
from karabakh_data.models import Record
from karabakh_data.models.types import Origin
from karabakh_data.rules import MatchesScheme
from karabakh_data.tables import MODELS

COLUMNS = tuple(column for model in MODELS.values() for column in columns_of(model))
AWKWARD = "a, \"b\"\n'é'\u0301 漢;\u200b𝄞=+-@\\/"
"""What CSV, Unicode and spreadsheets stumble over."""


def named(value: Any) -> str:
    """The name of a model or column in the ids of parametrised tests."""
    return f"{value.table}.{value.name}" if isinstance(value, Column) else str(getattr(value, "__name__", value))


def faulty_fields(error: ValidationError) -> set[str]:
    """The fields whose own type or constraints do not hold; record rules and derived values are left out."""
    return {str(fault["loc"][0]) for fault in error.errors() if fault["type"] not in RULE_CODES}


def accepts(column: Column, value: Any) -> bool:
    """Whether the field takes the value, whatever the rest of the record is."""
    try:
        MODELS[column.table].model_validate({column.name: value})
    except ValidationError as error:
        return column.name not in faulty_fields(error)
    return True


def reads(column: Column, cell: str) -> bool:
    """Whether the cell has a value that the field takes; an empty one only where none is required."""
    try:
        return accepts(column, column.read(cell))
    except CellError:
        return False


RULE_CODES = {rule.code for model in MODELS.values() for rule in model.RULES} | {"derived_differs"}

# --- Values --------------------------------------------------------------------------------------------------------

days = st.dates(date(2020, 1, 1), date(2021, 12, 31)) | st.dates(date(1, 1, 1), date(9998, 12, 31))


@st.composite
def edtf_texts(draw: st.DrawFn) -> str:
    """A day, month, year, season or decade, an interval or a set, open or not, qualified or not."""
    first, last = sorted((draw(days), draw(days)))
    single = draw(
        st.sampled_from([f"{first}", f"{first}"[:7], f"{first}"[:4], f"{first}"[:4] + "-23", f"{first}"[:7] + "-XX"])
    )
    flag = draw(st.sampled_from(["", "", "?", "~", "%"]))
    shapes = [single + flag, f"{first}/..", f"../{last}{flag}", f"{first}/", f"[..{last}]", f"[{first}..]"]
    shapes += [f"{first}{flag}/{last}", f"[{first}..{last}]", f"[{first},{last}]"] if first < last else []
    return draw(st.sampled_from(shapes))


@cache
def texts(pattern: str) -> st.SearchStrategy[str]:
    """Texts that match the whole pattern: free ones of any signs, awkward ones too; of a closed form, some thirty."""
    if re.fullmatch(pattern, "a, b"):
        signs = st.sampled_from(AWKWARD) | st.characters(codec="utf-8")
        return st.text(signs, min_size=1, max_size=20).filter(re.compile(pattern).fullmatch)
    return st.sampled_from(sorted(set(collected(st.from_regex(pattern, fullmatch=True), 30)), key=len))


@cache
def single_values(column: Column) -> st.SearchStrategy[Any]:
    """One valid value (of a list, one element)."""
    if column.vocabulary is not None:
        return st.sampled_from(list(column.vocabulary))
    return {
        Kind.TEXT: lambda: texts(column.pattern or ""),
        Kind.INTEGER: lambda: st.integers(column.minimum, column.maximum),
        Kind.NUMBER: lambda: st.floats(column.minimum, column.maximum, allow_nan=False, allow_infinity=False),
        Kind.BOOLEAN: st.booleans,
        Kind.DAY: lambda: days,
        Kind.EDTF: lambda: edtf_texts().map(EDTF.parse),
    }[column.kind]()


@cache
def filled_values(column: Column) -> st.SearchStrategy[Any]:
    """A valid value that is not empty."""
    one = single_values(column)
    return st.lists(one, min_size=1, max_size=3, unique=True).map(tuple) if column.is_list else one


@cache
def values(column: Column) -> st.SearchStrategy[Any]:
    """Every valid value: also none where none is required."""
    if column.required:
        return filled_values(column)
    return st.just(() if column.is_list else None) | filled_values(column)


# --- Records -------------------------------------------------------------------------------------------------------


@cache
def records(model: type[Record], *, published: bool = False) -> st.SearchStrategy[Any]:
    """Valid records of a model; `published`: with the derived columns that every published row fills."""
    for column in columns_of(model):
        values(column)  # made here, not while a record is drawn
    return _records(model, published)


@st.composite
def _records(draw: st.DrawFn, model: type[Record], published: bool) -> Record:
    columns = {c.name: c for c in columns_of(model) if c.origin is not Origin.DERIVED_ROW}
    filled = {name: draw(filled_values(c) if published and c.published else values(c)) for name, c in columns.items()}
    for _ in range(12):
        try:
            return model.model_validate(filled)
        except ValidationError as error:
            for fault in error.errors():
                name = str(fault["loc"][0])
                filled[name] = draw(_mended(model, columns[name], fault["type"], filled))
    return hypothesis.reject()


def _mended(model: type[Record], column: Column, code: str, record: dict[str, Any]) -> st.SearchStrategy[Any]:
    for rule in model.RULES:
        if isinstance(rule, MatchesScheme) and code == rule.code:
            return st.from_regex(record[rule.scheme].pattern, fullmatch=True)
    return filled_values(column) if code in ("required_when", "together", "contains_when") else values(column)


@cache
def example_of(model: type[Record]) -> Record:
    """A plain valid record of a model."""
    record: Record = collected(records(model), 1)[0]
    return record


def given_values(record: Record) -> dict[str, Any]:
    """The values of a record without the derived row fields."""
    return {
        column.name: getattr(record, column.name)
        for column in columns_of(type(record))
        if column.origin is not Origin.DERIVED_ROW
    }


def collected(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Some `count` values, for judges that are slow to call and quick at many rows; the same in every run."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


# --- Cells ---------------------------------------------------------------------------------------------------------

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

LAX_CELLS: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("=1+1", "+1", "-1", "@a", "\ta", "a\x00b", "a\x1b[0m", " a", "a ", "\u00a0a", "a\u2028b"),
    Kind.INTEGER: ("１２", "1_000", "1,000", "+1", "01", "1.0", "1e3", "0x10", "-1", " 1", "1 ", "NaN", "٣", "--1"),
    Kind.NUMBER: ("１２", "1_000", "1,5", "+1", "01.5", ".5", "1.", "1e3", "NaN", "inf", "-inf", "1e999", " 1", "1 "),
    Kind.BOOLEAN: ("TRUE", "True", "1", "0", "yes", "on", "t", " true", "false "),
    Kind.DAY: ("2020-9-27", "20200927", "2020-09-27T00:00:00", "2021-02-29", "0", " 2020-09-27", "27.09.2020",
               "２０２０-09-27", "2020-W39-7", "2020-09-2７"),
    Kind.EDTF: ("2020-9-27", "2020-13", "27.09.2020", "2020-09-27T10:00", " 2020", "202x", "../..", "２０２０"),
    Kind.WORD: ("Unspecified", "UNSPECIFIED", " unspecified", "unspecifed", "no_such_word", "1"),
}  # fmt: skip
"""Forms that lax readers take and this library refuses, by kind of column."""


@cache
def raw_cells(column: Column) -> st.SearchStrategy[str]:
    """Cells as people write them: slips in a valid cell, forms that lax readers take, plain scraps; most are faulty."""
    valid = filled_values(column).map(column.write)
    cells = [
        valid,
        valid.map(lambda cell: f" {cell}"),
        valid.map(lambda cell: f"{cell} "),
        valid.map(lambda cell: f"{cell}\n"),
        valid.map(str.upper),
        valid.map(lambda cell: cell.translate(FULL_WIDTH)),
        valid.map(lambda cell: f"={cell}"),
        valid.map(lambda cell: f"{cell}\x07"),
        valid.map(lambda cell: f"{cell}{SEPARATOR}"),
        valid.map(lambda cell: f"{cell}{SEPARATOR}{cell}"),
        st.sampled_from(LAX_CELLS[column.kind]),
        st.text(AWKWARD, max_size=8),
        st.just(""),
    ]
    if column.minimum is not None:
        cells.append(st.integers(max_value=math.floor(column.minimum) - 1).map(str))
    if column.maximum is not None:
        cells.append(st.integers(min_value=math.floor(column.maximum) + 1).map(str))
    return st.one_of(cells)


@cache
def faulty_cells(column: Column) -> st.SearchStrategy[str]:
    """Raw cells that the field refuses."""
    return raw_cells(column).filter(lambda cell: not reads(column, cell))
