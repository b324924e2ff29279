"""Agreement between two codings of the same articles: first the units, then their cells.

Units are records. Two records are the same unit when they rest on the same passages (actors and places: when they
share a name), matched one to one, the likest first. Cells are compared between matched units, with the second coding's
ids read as those of the first. Nothing here knows which coding is right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.edtf import EDTF
from karabakh_data.markdown import markdown_table
from karabakh_data.models import Actor, Evidence, Place, Record
from karabakh_data.models.types import Origin
from karabakh_data.seeds import load_seeds
from karabakh_data.tables import MODELS

ORDER = (
    "sources",
    "actors",
    "places",
    "affiliations",
    "ceasefires",
    "incidents",
    "status_reports",
    "occasions",
    "statements",
)
"""Tables in an order in which references lead back to tables already matched."""

LEAST_OVERLAP = 0.2
"""Share of the passages that two records must have in common to be one unit."""

Tables = Mapping[str, Sequence[Record]]
Passages = dict[str, frozenset[tuple[str, int]]]


@dataclass(frozen=True)
class Units:
    """How many records of a table each coding has, and how many are the same."""

    table: str
    first: int
    second: int
    matched: int
    overlap: float
    """Mean share of common passages (Jaccard) of the matched records, 0 to 1."""

    @property
    def share(self) -> float:
        """Matched records among all, 2m / (a + b): the F1 of one coding against the other."""
        return 2 * self.matched / (self.first + self.second) if self.first + self.second else 1.0


@dataclass(frozen=True)
class Cells:
    """How the cells of one column agree over the matched records that fill it in either coding."""

    table: str
    column: str
    compared: int
    equal: int
    likeness: float
    """Mean over the same cells: Jaccard of the elements of a list; 1 for dates that may overlap; else equality."""
    alpha: float | None
    """Krippendorff's alpha (nominal), for columns of one vocabulary word; `None` where it is undefined."""


@dataclass(frozen=True)
class Difference:
    """A cell of one unit that the codings fill differently, as CSV text."""

    record_id: str
    """The id in the first coding."""
    column: str
    first: str
    second: str
    """With ids as in the first coding, where they are matched."""


@dataclass(frozen=True)
class Agreement:
    """The agreement of two codings."""

    units: tuple[Units, ...]
    cells: tuple[Cells, ...]
    differences: tuple[Difference, ...]
    pairs: dict[str, str]
    """Id in the second coding -> id in the first, for matched records."""
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def compare(first: Path, second: Path) -> Agreement:
    """The agreement of two folders of seeds.

    Raises:
        karabakh_data.seeds.SeedError: One of them cannot be read.
    """
    return compare_tables(load_seeds(first).tables, load_seeds(second).tables)


def compare_tables(first: Tables, second: Tables) -> Agreement:
    """The agreement of two sets of tables."""
    passages = [_passages(tables) for tables in (first, second)]
    pairs: dict[str, str] = {}
    units: list[Units] = []
    cells: list[Cells] = []
    differences: list[Difference] = []
    for table in ORDER:
        mine, theirs = list(first[table]), list(second[table])
        matches = _match(mine, theirs, pairs, passages)
        for a, b, _ in matches:
            pairs[str(b.identity)] = str(a.identity)
        overlap = sum(like for _, _, like in matches) / len(matches) if matches else 0.0
        units.append(Units(table, len(mine), len(theirs), len(matches), overlap))
    for table in ORDER:
        by_id = {str(record.identity): record for record in first[table]}
        matched = [(by_id[pairs[str(r.identity)]], r) for r in second[table] if pairs.get(str(r.identity), "") in by_id]
        for column in columns_of(MODELS[table]):
            if found := _compare_column(column, matched, pairs):
                cells.append(found)
                differences += _differences(column, matched, pairs)
    ids = [{str(r.identity) for table in ORDER for r in tables[table]} for tables in (first, second)]
    return Agreement(
        tuple(units),
        tuple(cells),
        tuple(differences),
        pairs,
        tuple(sorted(ids[0] - set(pairs.values()))),
        tuple(sorted(ids[1] - set(pairs))),
    )


# --- Units ---------------------------------------------------------------------------------------------------------


def _passages(tables: Tables) -> Passages:
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for evidence in tables["evidence"]:
        assert isinstance(evidence, Evidence)
        found[evidence.record_id].update((evidence.source_id, i) for i in range(evidence.start, evidence.end))
    return {record_id: frozenset(places) for record_id, places in found.items()}


def _jaccard(a: Iterable[Any], b: Iterable[Any]) -> float:
    left, right = set(a), set(b)
    return len(left & right) / len(left | right) if left | right else 1.0


def _overlap(a: Record, b: Record, passages: list[Passages]) -> float:
    if a.TABLE == "sources":
        return float(a.identity == b.identity)
    none: frozenset[tuple[str, int]] = frozenset()
    return _jaccard(passages[0].get(str(a.identity), none), passages[1].get(str(b.identity), none))


def _share_a_name(a: Record, b: Record) -> bool:
    return isinstance(a, Actor | Place) and isinstance(b, Actor | Place) and bool(_names(a) & _names(b))


def _names(record: Actor | Place) -> set[str]:
    return {name.casefold() for name in (record.name, *record.aliases)}


def _match(
    mine: list[Record], theirs: list[Record], pairs: Mapping[str, str], passages: list[Passages]
) -> list[tuple[Record, Record, float]]:
    """One-to-one matches with their overlap, the likest pairs taken first."""
    candidates = []
    for a in mine:
        for b in theirs:
            overlap = _overlap(a, b, passages)
            if overlap > LEAST_OVERLAP or _share_a_name(a, b):
                candidates.append((overlap + _same_cells(a, b, pairs) + _share_a_name(a, b), overlap, a, b))
    taken: set[int] = set()
    matches = []
    for _, overlap, a, b in sorted(candidates, key=lambda c: (-c[0], str(c[2].identity), str(c[3].identity))):
        if id(a) not in taken and id(b) not in taken:
            taken |= {id(a), id(b)}
            matches.append((a, b, overlap))
    return matches


def _same_cells(a: Record, b: Record, pairs: Mapping[str, str]) -> float:
    """Share of equal closed cells: tells apart records that rest on the same sentence."""
    columns = [column for column in columns_of(type(a)) if _is_compared(column)]
    same = [_value(column, a) == _value(column, b, pairs) for column in columns]
    return same.count(True) / len(same)


# --- Cells ---------------------------------------------------------------------------------------------------------


def _is_compared(column: Column) -> bool:
    """Closed columns that a coder decides: words, dates, numbers and references; no free text, nothing derived."""
    if column.origin not in (Origin.SOURCE, Origin.EDITORIAL) or column.is_key:
        return False
    return column.kind is not Kind.TEXT or column.reference is not None


def _value(column: Column, record: Record, pairs: Mapping[str, str] | None = None) -> Any:
    value = getattr(record, column.name)
    if column.reference and pairs is not None:
        if column.is_list:
            return tuple(pairs.get(one, one) for one in value)
        return pairs.get(value, value) if value is not None else None
    return value


def _compare_column(column: Column, matched: list[tuple[Record, Record]], pairs: Mapping[str, str]) -> Cells | None:
    if not _is_compared(column):
        return None
    values = [(_value(column, a), _value(column, b, pairs)) for a, b in matched]
    filled = [(a, b) for a, b in values if a not in (None, ()) or b not in (None, ())]
    if not filled:
        return None
    alpha = nominal_alpha(values) if column.kind is Kind.WORD and not column.is_list else None
    return Cells(
        column.table,
        column.name,
        len(filled),
        sum(_same(a, b) for a, b in filled),
        sum(_likeness(a, b) for a, b in filled) / len(filled),
        alpha,
    )


def _differences(
    column: Column, matched: list[tuple[Record, Record]], pairs: Mapping[str, str]
) -> Iterator[Difference]:
    for a, b in matched:
        left, right = _value(column, a), _value(column, b, pairs)
        if not _same(left, right):
            yield Difference(str(a.identity), column.name, column.write(left), column.write(right))


def _same(a: Any, b: Any) -> bool:
    return set(a) == set(b) if isinstance(a, tuple) and isinstance(b, tuple) else bool(a == b)


def _likeness(a: Any, b: Any) -> float:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return _jaccard(a, b)
    if isinstance(a, EDTF) and isinstance(b, EDTF):
        return float(a.may_overlap(b))
    return 1.0 if a == b else 0.0


def nominal_alpha(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """Krippendorff's alpha for two coders and nominal values, `None` values left out (Krippendorff 2019, ch. 12).

    Returns:
        1 - observed / expected disagreement; `None` where all values are the same or nothing is paired.
    """
    whole = [(a, b) for a, b in pairs if a is not None and b is not None]
    counts = Counter(value for pair in whole for value in pair)
    total = sum(counts.values())
    expected = total * total - sum(n * n for n in counts.values())
    if expected == 0:
        return None
    observed = sum(a != b for a, b in whole) * 2
    return float(1 - (total - 1) * observed / expected)


# --- As text -------------------------------------------------------------------------------------------------------


def to_markdown(agreement: Agreement) -> str:
    """Two tables: units, then cells."""
    units = [
        (f"`{u.table}`", u.first, u.second, u.matched, _percent(u.share), _percent(u.overlap)) for u in agreement.units
    ]
    cells = [
        (
            f"`{c.table}.{c.column}`",
            c.compared,
            _percent(c.equal / c.compared),
            _percent(c.likeness),
            "" if c.alpha is None else f"{c.alpha:.2f}",
        )
        for c in agreement.cells
    ]
    return "\n\n".join(
        (
            markdown_table(("table", "first", "second", "same unit", "share of all", "common passages"), units),
            markdown_table(("column", "compared", "equal", "likeness", "alpha"), cells),
        )
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
