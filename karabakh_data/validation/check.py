"""Check: a finding code whose function looks across records, and the problems that it yields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from karabakh_data.models import Record
from karabakh_data.validation.codes import Code, add
from karabakh_data.validation.finding import Severity

Tables = Mapping[str, Sequence[Record]]
ERROR = Severity.ERROR


class Problem(NamedTuple):
    """What does not hold, and at which record and field (of a list, at which element)."""

    record: Record
    field: str
    message: str
    element: str | None = None
    suggestion: str | None = None
    code: str = ""
    severity: Severity = Severity.ERROR

    @property
    def table(self) -> str:
        """The record's table."""
        return self.record.TABLE

    @property
    def record_id(self) -> str:
        """The record's id, or the parts of its key."""
        return self.record.identity or " ".join(str(part) for part in self.record.key if part is not None)

    def __str__(self) -> str:
        return f"{self.severity} {self.code} {self.table} {self.record_id}, {self.field}: {self.message}"


@dataclass(frozen=True)
class Check(Code[[Tables], Iterator[Problem]]):
    """A check across records: a finding code whose function yields problems.

    `watches` names the tables a new record of which can break it. `absent` names a table in which it misses rows, so
    that a row at fault there may be the one that is missed. `published` is its severity in the published data set.
    `lone`: it looks at single columns of each record, which may be empty where the record is at fault elsewhere.

    `together`: what it says of a record depends on other records of the contribution besides those of the tables that
    it `consults`, so that it cannot judge the records one by one.
    """

    watches: tuple[str, ...] = ()
    absent: str | None = None
    published: Severity = ERROR
    lone: bool = False
    together: bool = False
    consults: tuple[str, ...] = ()

    def __call__(self, tables: Tables) -> Iterator[Problem]:
        for problem in self.function(tables):
            yield problem._replace(code=self.number, severity=self.severity)


def check(
    number: str,
    severity: Severity,
    watches: Sequence[str],
    *,
    absent: str | None = None,
    published: Severity | None = None,
    lone: bool = False,
    together: bool = False,
    consults: Sequence[str] = (),
) -> Callable[[Callable[[Any], Iterator[Problem]]], Check]:
    """Make a generator of problems the check of a finding code; see `Check`."""

    def register(function: Callable[[Any], Iterator[Problem]]) -> Check:
        found = published or severity
        made = Check(number, severity, function, tuple(watches), absent, found, lone, together, tuple(consults))
        add(made)
        return made

    return register
