"""The finding codes: each is one function, whose docstring is what `explain` prints.

KD1 reading, KD2 cell, KD3 key and reference, KD4 record, KD5 plausibility and likely duplicates, KD6 evidence. A code
is never reused for another fault.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from karabakh_data.validation.finding import Severity

FAMILIES = {
    "KD1": "reading",
    "KD2": "cell",
    "KD3": "key and reference",
    "KD4": "record",
    "KD5": "plausibility and likely duplicates",
    "KD6": "evidence",
}
"""What the first digit of a code stands for."""

MODULES = (
    "karabakh_data.validation.codes.reading",
    "karabakh_data.validation.codes.cells",
    "karabakh_data.validation.codes.keys",
    "karabakh_data.validation.codes.records",
    "karabakh_data.validation.codes.evidence",
    "karabakh_data.validation.retired",
    "karabakh_data.validation.checks",
    "karabakh_data.validation.plausibility",
    "karabakh_data.validation.resemblance",
    "karabakh_data.validation.derived",
    "karabakh_data.validation.citations",
)
"""The modules in which codes are defined."""

P = ParamSpec("P")
R = TypeVar("R")


class Said(NamedTuple):
    """What a finding says: a sentence, and what to write instead where one repair is likely."""

    message: str
    suggestion: str | None = None


@dataclass(frozen=True)
class Code(Generic[P, R]):
    """A stable code; calling it calls its function."""

    number: str
    severity: Severity
    function: Callable[P, R]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    @property
    def name(self) -> str:
        """The function's name with hyphens, as other tools show it."""
        return self.function.__name__.replace("_", "-")

    @property
    def title(self) -> str:
        """The first paragraph of the docstring, on one line."""
        return " ".join(self._doc.split("\n\n")[0].split())

    @property
    def explanation(self) -> str:
        """The rest of the docstring: why it is a fault, and the repair."""
        return self._doc.partition("\n\n")[2].strip()

    @property
    def family(self) -> str:
        """What the first digit stands for."""
        return FAMILIES[self.number[:3]]

    @property
    def _doc(self) -> str:
        return inspect.cleandoc(self.function.__doc__ or "")


_CODES: dict[str, Code[Any, Any]] = {}


def code(number: str, severity: Severity) -> Callable[[Callable[P, R]], Code[P, R]]:
    """Make a function the one of a finding code."""

    def register(function: Callable[P, R]) -> Code[P, R]:
        made = Code(number, severity, function)
        add(made)
        return made

    return register


def add(made: Code[Any, Any]) -> None:
    """Enter a code into the catalogue.

    Raises:
        ValueError: The number is taken.
    """
    if made.number in _CODES and _CODES[made.number].name != made.name:
        raise ValueError(f"{made.number} is {_CODES[made.number].name} already")
    _CODES[made.number] = made


def catalogue() -> dict[str, Code[Any, Any]]:
    """Every code by its number, in order."""
    for module in MODULES:
        importlib.import_module(module)
    return dict(sorted(_CODES.items()))


def numbered(number: str) -> Code[Any, Any]:
    """The code of a number.

    Raises:
        KeyError: There is none.
    """
    return _CODES.get(number) or catalogue()[number]
