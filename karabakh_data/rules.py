"""Record rules: what must hold between the fields of one record.

A small closed set of frozen objects. Each names the `fields` it needs, so that a checker can run it whenever those are
sound, and yields a `Fault` at the first field that a contributor would mend. The models run the same objects.

Over many rows a rule may offer a `screen`: an expression that suspects at least every row that breaks it. One without
suspects every row that fills its fields (`screen_of`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar, NamedTuple, Protocol, TypeAlias

from karabakh_data.edtf import EDTF

Values: TypeAlias = Mapping[str, Any]


class Fault(NamedTuple):
    """A record rule that does not hold: the `field` to mend, the rule's `code` and a sentence."""

    field: str
    code: str
    message: str


class Cells(Protocol):
    """Columns of cells, each of which is sound by itself, as expressions of a data frame library."""

    def filled(self, name: str) -> Any:
        """Whether the cell holds a value."""

    def is_in(self, name: str, values: tuple[str, ...]) -> Any:
        """Whether the cell is one of these texts."""

    def number(self, name: str) -> Any:
        """The number in the cell, or null; `None` where the column holds no numbers."""

    def elements(self, name: str) -> Any:
        """The elements of the cell, as a list."""

    def share(self, first: str, second: str) -> Any:
        """Whether two cells that are filled have an element in common."""

    def words(self, name: str) -> Any:
        """How many words the cell holds at most."""


def is_filled(value: Any) -> bool:
    """Whether a field holds a value: `None`, `()` and `""` do not; `0` and `False` do."""
    return value is not None and value != () and value != ""


def _listed(names: tuple[str, ...], word: str = "or") -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {word} {quoted[-1]}"


def _plain(value: Any) -> Any:
    """A number without the decimal point that nobody wrote."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# --- Conditions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Is:
    """Holds when `field` is one of `values`."""

    field: str
    values: tuple[str, ...]

    def __call__(self, record: Values) -> bool:
        return record.get(self.field) in self.values

    def reason(self, record: Values) -> str:
        """Why it holds for this record."""
        return f"`{self.field}` is {record.get(self.field)}"

    def screen(self, cells: Cells) -> Any:
        """Where it holds."""
        return cells.is_in(self.field, self.values)

    def __str__(self) -> str:
        return f"`{self.field}` is {' or '.join(self.values)}"


@dataclass(frozen=True)
class Filled:
    """Holds when `field` is not empty."""

    field: str

    def __call__(self, record: Values) -> bool:
        return is_filled(record.get(self.field))

    def reason(self, record: Values) -> str:
        """Why it holds for this record."""
        return str(self)

    def screen(self, cells: Cells) -> Any:
        """Where it holds."""
        return cells.filled(self.field)

    def __str__(self) -> str:
        return f"`{self.field}` is given"


Condition: TypeAlias = Is | Filled


# --- Rules ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ordered:
    """`first` is not after `second` (`strict`: is before it): numbers by value, dates only where it is certain."""

    code: ClassVar[str] = "ordered"
    first: str
    second: str
    strict: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.first, self.second)

    def __str__(self) -> str:
        word = "before" if self.strict else "not after (of numbers: not greater than)"
        return f"`{self.first}` is {word} `{self.second}`"

    def faults(self, record: Values) -> Iterator[Fault]:
        first, second = record.get(self.first), record.get(self.second)
        if first is None or second is None:
            return
        if isinstance(first, EDTF):
            wrong, word = first.certainly_after(second), "after"
        elif self.strict:
            wrong, word = first >= second, "not less than"
        else:
            wrong, word = first > second, "greater than"
        if wrong:
            given = (_plain(first), _plain(second))
            message = f"`{self.first}` ({given[0]}) is {word} `{self.second}` ({given[1]}); swap or correct them"
            yield Fault(self.first, self.code, message)

    def screen(self, cells: Cells) -> Any:
        first, second = cells.number(self.first), cells.number(self.second)
        if first is None or second is None:
            return cells.filled(self.first) & cells.filled(self.second)
        return (first >= second if self.strict else first > second).fill_null(False)


@dataclass(frozen=True)
class RequiredWhen:
    """At least one of `required` is filled when `condition` holds."""

    code: ClassVar[str] = "required_when"
    required: tuple[str, ...]
    condition: Condition

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.required, self.condition.field)

    def __str__(self) -> str:
        return f"{_listed(self.required)} is given when {self.condition}"

    def faults(self, record: Values) -> Iterator[Fault]:
        if self.condition(record) and not any(is_filled(record.get(name)) for name in self.required):
            message = f"{_listed(self.required)} is needed, since {self.condition.reason(record)}"
            yield Fault(self.required[0], self.code, message)

    def screen(self, cells: Cells) -> Any:
        return self.condition.screen(cells) & ~_any(cells.filled(name) for name in self.required)


@dataclass(frozen=True)
class ValueWhen:
    """`field` is one of `values` when `condition` holds."""

    code: ClassVar[str] = "value_when"
    field: str
    values: tuple[str, ...]
    condition: Condition

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field, self.condition.field)

    def __str__(self) -> str:
        return f"`{self.field}` is {' or '.join(self.values)} when {self.condition}"

    def faults(self, record: Values) -> Iterator[Fault]:
        value = record.get(self.field)
        if self.condition(record) and value is not None and value not in self.values:
            reason = self.condition.reason(record)
            message = f"`{self.field}` is {value}, but must be {' or '.join(self.values)}, since {reason}"
            yield Fault(self.field, self.code, message)

    def screen(self, cells: Cells) -> Any:
        return self.condition.screen(cells) & cells.filled(self.field) & ~cells.is_in(self.field, self.values)


@dataclass(frozen=True)
class Together:
    """All of `names` are filled, or none."""

    code: ClassVar[str] = "together"
    names: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return self.names

    def __str__(self) -> str:
        return f"{_listed(self.names, 'and')}: all are given or none"

    def faults(self, record: Values) -> Iterator[Fault]:
        filled = [name for name in self.names if is_filled(record.get(name))]
        if filled and len(filled) < len(self.names):
            missing = next(name for name in self.names if name not in filled)
            yield Fault(missing, self.code, f"`{missing}` is needed, since {_listed(tuple(filled))} is given")

    def screen(self, cells: Cells) -> Any:
        filled = [cells.filled(name) for name in self.names]
        return _any(filled) & ~reduce(and_, filled)


@dataclass(frozen=True)
class Distinct:
    """The ids in `names` differ: none of the later fields repeats an id of the first."""

    code: ClassVar[str] = "distinct"
    names: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return self.names

    def __str__(self) -> str:
        return f"no id stands both in `{self.names[0]}` and in {_listed(self.names[1:])}"

    def faults(self, record: Values) -> Iterator[Fault]:
        first = self._ids(record, self.names[0])
        for name in self.names[1:]:
            for shared in sorted(first & self._ids(record, name)):
                yield Fault(name, self.code, f"`{name}` repeats {shared}, which stands in `{self.names[0]}`")
                return

    @staticmethod
    def _ids(record: Values, name: str) -> set[str]:
        value = record.get(name)
        if value is None:
            return set()
        return set(value) if isinstance(value, tuple) else {value}

    def screen(self, cells: Cells) -> Any:
        first, *others = self.names
        return cells.filled(first) & _any(cells.filled(name) & cells.share(first, name) for name in others)


@dataclass(frozen=True)
class StandsAlone:
    """A `word` of the list `field` excludes all others."""

    code: ClassVar[str] = "stands_alone"
    field: str
    words: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    def __str__(self) -> str:
        return f"{' or '.join(self.words)} stands alone in `{self.field}`"

    def faults(self, record: Values) -> Iterator[Fault]:
        value = record.get(self.field) or ()
        for word in self.words:
            if word in value and len(value) > 1:
                yield Fault(self.field, self.code, f"`{self.field}` holds {word} beside other values; keep one kind")
                return

    def screen(self, cells: Cells) -> Any:
        held = cells.elements(self.field)
        return (held.list.len() > 1) & _any(held.list.contains(str(word)) for word in self.words)


@dataclass(frozen=True)
class ContainsWhen:
    """The list `field` holds something besides `not_these` when `condition` holds."""

    code: ClassVar[str] = "contains_when"
    field: str
    not_these: tuple[str, ...]
    condition: Condition

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field, self.condition.field)

    def __str__(self) -> str:
        return f"`{self.field}` holds more than {' or '.join(self.not_these)} when {self.condition}"

    def faults(self, record: Values) -> Iterator[Fault]:
        held = record.get(self.field) or ()
        if len(held) < 2 and self.condition(record) and not set(held) - set(self.not_these):  # several: not alone
            message = f"`{self.field}` must name at least one, since {self.condition.reason(record)}"
            yield Fault(self.field, self.code, message)

    def screen(self, cells: Cells) -> Any:
        nothing = ~cells.filled(self.field) | cells.is_in(self.field, self.not_these)
        return self.condition.screen(cells) & nothing


@dataclass(frozen=True)
class WordLimit:
    """`field` has at most `limit` words, as `str.split()` counts."""

    code: ClassVar[str] = "word_limit"
    field: str
    limit: int

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    def __str__(self) -> str:
        return f"`{self.field}` has at most {self.limit} words"

    def faults(self, record: Values) -> Iterator[Fault]:
        count = len((record.get(self.field) or "").split())
        if count > self.limit:
            message = f"`{self.field}` has {count} words; at most {self.limit}: keep the clause that carries the act"
            yield Fault(self.field, self.code, message)

    def screen(self, cells: Cells) -> Any:
        return cells.words(self.field) > self.limit


@dataclass(frozen=True)
class MatchesScheme:
    """`value` has the form of its `scheme`: a vocabulary whose words carry a `pattern`."""

    code: ClassVar[str] = "matches_scheme"
    scheme: str
    value: str

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.value, self.scheme)

    def __str__(self) -> str:
        return f"`{self.value}` has the form of its `{self.scheme}`"

    def faults(self, record: Values) -> Iterator[Fault]:
        scheme, value = record.get(self.scheme), record.get(self.value)
        if scheme is not None and value is not None and not re.search(scheme.pattern, value):
            yield Fault(self.value, self.code, f"{value!r} is no {scheme} identifier: {scheme.definition}")


Rule: TypeAlias = (
    Ordered | RequiredWhen | ValueWhen | Together | Distinct | StandsAlone | ContainsWhen | WordLimit | MatchesScheme
)


def screen_of(rule: Rule, cells: Cells) -> Any:
    """An expression that suspects at least every row that breaks the rule."""
    if isinstance(rule, MatchesScheme):
        return reduce(and_, map(cells.filled, rule.fields))
    return rule.screen(cells)


def _any(expressions: Iterable[Any]) -> Any:
    return reduce(or_, expressions)


def faults(rules: tuple[Rule, ...], record: Values, unsound: frozenset[str] = frozenset()) -> list[Fault]:
    """Every fault of `record` under `rules`; a rule that needs an `unsound` field is left out."""
    return [fault for rule in rules if not unsound.intersection(rule.fields) for fault in rule.faults(record)]
