"""The base of all models: strict, frozen, with record rules and derived fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from karabakh_data.edtf import EDTF
from karabakh_data.models.docs import attribute_docs
from karabakh_data.rules import Fault, Rule, faults
from karabakh_data.suggest import did_you_mean, nearest
from karabakh_data.vocabulary import Vocabulary


class Record(BaseModel):
    """One row of a table: frozen, strict, without extra fields.

    A subclass names its `TABLE`, its `PRIMARY_KEY` and its record `RULES`. Derived row fields (date bounds,
    `attribution`) are filled when left out and compared when given.

    Raises:
        pydantic.ValidationError: A field or a record rule does not hold; every broken record rule is one error,
            located at the field to mend.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    TABLE: ClassVar[str]
    PRIMARY_KEY: ClassVar[tuple[str, ...]]
    RULES: ClassVar[tuple[Rule, ...]] = ()

    @classmethod
    def row_derived(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The derived row fields that follow from these `values`: the bounds of every date, and what a model adds.

        What needs a field that is absent from `values` is left out.
        """
        derived: dict[str, Any] = {}
        for stem in bounded_dates(cls):
            if stem in values:
                date = values[stem]
                derived[f"{stem}_earliest"] = date.earliest if isinstance(date, EDTF) else None
                derived[f"{stem}_latest"] = date.latest if isinstance(date, EDTF) else None
        return derived

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the fields by the docstrings of their attributes."""
        made = handler(schema)
        docs = attribute_docs(cls)
        for name, field in handler.resolve_ref_schema(made).get("properties", {}).items():
            if name in docs:
                field.setdefault("description", docs[name])
        return made

    @model_validator(mode="wrap")
    @classmethod
    def _everything_at_once(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            record = handler(data)
        except ValidationError as error:
            raise cls._explained(data, error) from None
        values = record.__dict__
        derived = cls.row_derived(values)
        found = [*faults(cls.RULES, values), *cls._differing(values, derived)]
        if found:
            raise cls._error([], found, values)
        values.update(derived)
        return record

    @staticmethod
    def _differing(values: Mapping[str, Any], derived: Mapping[str, Any]) -> Iterator[Fault]:
        """The given row fields that do not follow from the record."""
        for name, expected in derived.items():
            given = values.get(name)
            if given is not None and given != expected:
                message = f"is {given}, but {expected or 'nothing'} follows from the record; leave it out"
                yield Fault(name, "derived_differs", message)

    @classmethod
    def _explained(cls, data: Any, error: ValidationError) -> ValidationError:
        """The errors of single fields in plain words, and those of the record rules whose fields are sound."""
        if not isinstance(data, Mapping):
            return error
        details = error.errors(include_url=False)
        strange = [str(detail["loc"][0]) for detail in details if detail["type"] == "extra_forbidden"]
        misspelt = {column for name in strange for column in nearest(name, cls.model_fields, 1)}
        details = [d for d in details if d["type"] != "missing" or d["loc"][0] not in misspelt]  # one fault, one error
        unsound = frozenset({str(detail["loc"][0]) for detail in details if detail["loc"]} | misspelt)
        sound = {name: info for name, info in cls.model_fields.items() if name not in unsound}
        values = {
            name: field_reader(cls, name).validate_python(data[name]) if name in data else info.default
            for name, info in sound.items()
        }
        found = [*faults(cls.RULES, values, unsound), *cls._differing(values, cls.row_derived(values))]
        return cls._error(details, found, values)

    @classmethod
    def _error(cls, details: list[Any], found: list[Fault], values: Mapping[str, Any]) -> ValidationError:
        lines = [
            InitErrorDetails(
                type=PydanticCustomError(detail["type"], "{message}", {"message": plain_words(cls, detail)}),
                loc=detail["loc"],
                input=detail["input"],
            )
            for detail in details
        ]
        lines += [
            InitErrorDetails(
                type=PydanticCustomError(fault.code, "{message}", {"message": fault.message}),
                loc=(fault.field,),
                input=values.get(fault.field),
            )
            for fault in found
        ]
        return ValidationError.from_exception_data(cls.__name__, lines)

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


@cache
def bounded_dates(model: type[Record]) -> tuple[str, ...]:
    """The dates whose first and last day are fields of their own."""
    return tuple(name.removesuffix("_earliest") for name in model.model_fields if name.endswith("_earliest"))


@cache
def field_reader(model: type[Record], name: str) -> TypeAdapter[Any]:
    """Judges one field of a model alone, with its constraints."""
    info = model.model_fields[name]
    annotation: Any = Annotated[(info.annotation, *info.metadata)]
    return TypeAdapter(annotation, config=ConfigDict(strict=True))


def plain_words(model: type[Record], detail: Mapping[str, Any]) -> str:
    """What pydantic found, in the words of a contributor, with the likely repair."""
    kind, given = detail["type"], detail["input"]
    name = str(detail["loc"][0]) if detail["loc"] else ""
    if kind == "missing":
        return "is needed"
    if kind == "extra_forbidden":
        return f"{model.TABLE} has no column {name!r}{did_you_mean(name, model.model_fields)}"
    if kind == "enum":
        words = next((v.values() for v in _vocabularies(model.model_fields[name].annotation)), ())
        return f"{given!r} is none of {', '.join(words)}{did_you_mean(str(given), words)}"
    if kind == "text_form" and isinstance(given, str):
        return f"{_text_fault(given)}{detail['msg']}"
    return str(detail["msg"])


def _text_fault(text: str) -> str:
    """Which of the demands on text is not met, for the beginning of the message."""
    if not text:
        return "is empty; leave it out: "
    if text != text.strip():
        return "has a blank at an end: "
    return f"begins with {text[0]}: " if text[0] in "=+-@" else ""


def _vocabularies(annotation: Any) -> list[type[Vocabulary]]:
    if isinstance(annotation, type) and issubclass(annotation, Vocabulary):
        return [annotation]
    return [found for part in get_args(annotation) for found in _vocabularies(part)]
