"""Column: what one field of a model is, and the only reader and writer of its CSV cell.

A column is read off the model's annotation once; schemas, SQL types, templates and the data dictionary follow from it.
"""

from __future__ import annotations

import datetime
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

import annotated_types
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from karabakh_data.edtf import EDTF, EDTF_PATTERN
from karabakh_data.models.docs import attribute_docs
from karabakh_data.models.record import Record
from karabakh_data.models.types import Mark, Origin, Reference, iso_day
from karabakh_data.vocabulary import Vocabulary

SEPARATOR = ";"
"""Between the elements of a list cell."""


class Kind(StrEnum):
    """What one value (one element of a list) is."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DAY = "day"
    EDTF = "edtf"
    WORD = "word"
    """A word of a controlled vocabulary."""


_KINDS: dict[type, Kind] = {
    str: Kind.TEXT,
    int: Kind.INTEGER,
    float: Kind.NUMBER,
    bool: Kind.BOOLEAN,
    datetime.date: Kind.DAY,
    EDTF: Kind.EDTF,
}


class CellError(ValueError):
    """A cell that its column cannot read; the message names what was expected.

    `suggestion` is what to write instead, where only one thing can be meant.
    """

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


@dataclass(frozen=True)
class Column:
    """One column of a table, as its model defines it."""

    table: str
    name: str
    kind: Kind
    origin: Origin | None
    """Where its values come from; `None` on the record's own id."""
    is_list: bool = False
    required: bool = False
    """Whether a record needs a value."""
    published: bool = False
    """Whether every published row has a value."""
    pattern: str | None = None
    """Regular expression of one whole value."""
    minimum: float | None = None
    maximum: float | None = None
    vocabulary: type[Vocabulary] | None = None
    reference: str | None = None
    """The table whose ids it holds."""
    is_key: bool = False
    """Whether it belongs to the primary key."""
    _model: type[Record] = field(default=Record, repr=False, compare=False)
    _words: dict[str, Vocabulary] = field(default_factory=dict, repr=False, compare=False)

    @property
    def description(self) -> str:
        """What it means, as the docstring of the model's attribute says."""
        return attribute_docs(self._model).get(self.name) or _bound_description(self.name)

    # --- Cells -----------------------------------------------------------------------------------------------------

    def read(self, cell: str) -> Any:
        """The value of a CSV cell: `None` or `()` where it is empty.

        Raises:
            CellError: The text has not the form of the column's kind. Constraints are for the model to judge.
        """
        if cell == "":
            return () if self.is_list else None
        if not self.is_list:
            return self.read_one(cell)
        return tuple(self.read_one(element) for element in cell.split(SEPARATOR))

    def write(self, value: Any) -> str:
        """The cell of a value; `read` gives the value back."""
        if value is None:
            return ""
        if self.is_list:
            return SEPARATOR.join(self._write_one(element) for element in value)
        return self._write_one(value)

    def read_one(self, text: str) -> Any:
        """One value from its text.

        Raises:
            CellError: The text has not the form of the column's kind.
        """
        kind = self.kind
        if kind is Kind.TEXT:
            return text
        if kind is Kind.WORD:
            word = self._words.get(text)
            if word is None:
                raise CellError(f"{text!r} is none of {', '.join(self._words)}")
            return word
        try:
            return _READERS[kind](text)
        except ValueError as error:
            raise CellError(str(error), getattr(error, "suggestion", None)) from None

    def _write_one(self, value: Any) -> str:
        if self.kind is Kind.BOOLEAN:
            return "true" if value else "false"
        if self.kind is Kind.NUMBER:
            return _plain(value)
        return str(value)


_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"{text!r} is no whole number in the digits 0-9")
    return int(text)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is no number such as 12 or 3.5")
    return float(text)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


def _plain(value: float) -> str:
    """The shortest decimal that reads back as `value`, without exponent or a bare `.0`."""
    text = format(Decimal(repr(float(value))), "f")
    return text.removesuffix(".0")


_READERS: dict[Kind, Any] = {
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.DAY: iso_day,
    Kind.EDTF: EDTF.parse,
}


# --- From a model --------------------------------------------------------------------------------------------------


@cache
def columns_of(model: type[Record]) -> tuple[Column, ...]:
    """The columns of a model, in order."""
    return tuple(_column(model, name, info) for name, info in model.model_fields.items())


@cache
def columns_with(model: type[Record], kind: Kind, origin: Origin | None = None) -> tuple[Column, ...]:
    """The columns of a model that hold values of this kind and, if given, of this origin."""
    return tuple(one for one in columns_of(model) if one.kind is kind and origin in (None, one.origin))


def column_named(model: type[Record], name: str) -> Column | None:
    """The column of this name, or `None`."""
    return next((column for column in columns_of(model) if column.name == name), None)


def _column(model: type[Record], name: str, info: FieldInfo) -> Column:
    marks = list(info.metadata)
    base, optional = _strip(info.annotation, marks)
    is_list = get_origin(base) is tuple
    min_items = Mark.SOME in marks
    if is_list:
        base, _ = _strip(get_args(base)[0], marks)
    vocabulary = base if issubclass(base, Vocabulary) else None
    limits: dict[str, Any] = {}
    for mark in _flat(marks):
        if isinstance(mark, StringConstraints) and mark.pattern is not None:
            limits["pattern"] = str(mark.pattern)
        elif isinstance(mark, annotated_types.Ge):
            limits["minimum"] = mark.ge
        elif isinstance(mark, annotated_types.Le):
            limits["maximum"] = mark.le
        elif isinstance(mark, Reference):
            limits["reference"] = mark.table
        elif isinstance(mark, Origin):
            limits["origin"] = mark
    if base is EDTF:
        limits["pattern"] = EDTF_PATTERN
    is_own_id = model.has_id() and name == model.PRIMARY_KEY[0]
    if is_own_id:
        limits.pop("reference", None)
    required = info.is_required() and not optional and (not is_list or min_items)
    return Column(
        table=model.TABLE,
        name=name,
        kind=Kind.WORD if vocabulary else _KINDS[base],
        origin=limits.pop("origin", None),
        is_list=is_list,
        required=required,
        published=required or Mark.PUBLISHED in marks,
        vocabulary=vocabulary,
        is_key=name in model.PRIMARY_KEY,
        _model=model,
        _words={word.value: word for word in vocabulary} if vocabulary else {},
        **limits,
    )


def _bound_description(name: str) -> str:
    stem, _, end = name.rpartition("_")
    return f"{'First' if end == 'earliest' else 'Last'} day that `{stem}` can mean (ISO 8601); empty where open."


def _strip(annotation: Any, marks: list[Any]) -> tuple[Any, bool]:
    """The bare type inside `Annotated` and `| None`; what `Annotated` holds is added to `marks`."""
    optional = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *found = get_args(annotation)
            marks.extend(found)
        elif origin in (Union, types.UnionType):
            (annotation,) = (part for part in get_args(annotation) if part is not type(None))
            optional = True
        else:
            return annotation, optional


def _flat(marks: list[Any]) -> Iterator[Any]:
    for mark in marks:
        if isinstance(mark, FieldInfo):
            yield from mark.metadata
        elif isinstance(mark, annotated_types.GroupedMetadata) and not isinstance(mark, StringConstraints):
            yield from mark
        else:
            yield mark
