"""The base of all models: strict, frozen, with record rules and derived fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from karabakh_data.edtf import EDTF
from karabakh_data.rules import Fault, Rule, faults


class Record(BaseModel):
    """One row of a table: frozen, strict, without extra fields.

    A subclass names its `TABLE`, its `PRIMARY_KEY` and its record `RULES`. Derived row fields (date bounds,
    `attribution`) are filled when left out and compared when given.

    Raises:
        pydantic.ValidationError: A field or a record rule does not hold; every broken record rule is one error,
            located at the field to mend.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True, defer_build=True)

    TABLE: ClassVar[str]
    PRIMARY_KEY: ClassVar[tuple[str, ...]]
    RULES: ClassVar[tuple[Rule, ...]] = ()

    @classmethod
    def row_derived(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The derived row fields of a record with these `values`: the bounds of every date, and what a model adds."""
        derived: dict[str, Any] = {}
        for name in cls.model_fields:
            if name.endswith("_earliest"):
                stem = name.removesuffix("_earliest")
                date = values.get(stem)
                derived[name] = date.earliest if isinstance(date, EDTF) else None
                derived[f"{stem}_latest"] = date.latest if isinstance(date, EDTF) else None
        return derived

    @model_validator(mode="after")
    def _record_rules_hold(self) -> Self:
        values = self.__dict__
        found = faults(self.RULES, values)
        for name, expected in self.row_derived(values).items():
            given = values[name]
            if given is None:
                values[name] = expected
            elif given != expected:
                message = f"`{name}` is {given}, but {expected or 'nothing'} follows from the record; leave it out"
                found.append(Fault(name, "derived_differs", message))
        if found:
            raise ValidationError.from_exception_data(
                type(self).__name__,
                [
                    InitErrorDetails(
                        type=PydanticCustomError(fault.code, "{message}", {"message": fault.message}),
                        loc=(fault.field,),
                        input=values.get(fault.field),
                    )
                    for fault in found
                ],
            )
        return self

    @property
    def key(self) -> tuple[Any, ...]:
        """The values of the primary key."""
        return tuple(getattr(self, name) for name in self.PRIMARY_KEY)

    @property
    def identity(self) -> str | None:
        """The record's id, where its table has one."""
        return getattr(self, self.PRIMARY_KEY[0]) if self.has_id() else None

    @classmethod
    def has_id(cls) -> bool:
        """Whether records of this table have an id of their own, so that others can refer to them."""
        return len(cls.PRIMARY_KEY) == 1 and cls.PRIMARY_KEY[0].endswith("_id")

    def _repr_html_(self) -> str:
        from karabakh_data import display

        return display.record_html(self)
