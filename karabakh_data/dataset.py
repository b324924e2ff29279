"""Dataset and Table: load, look up, navigate, hand over to data frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from karabakh_data.columns import Column, Kind, columns_of
from karabakh_data.edtf import EDTF
from karabakh_data.models import (
    Actor,
    Affiliation,
    Ceasefire,
    Edge,
    Evidence,
    Identifier,
    Incident,
    Node,
    Occasion,
    Place,
    Record,
    Source,
    Statement,
    StatusReport,
    Term,
)
from karabakh_data.models.types import Origin
from karabakh_data.suggest import did_you_mean
from karabakh_data.tables import MODELS, read_csv

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

R = TypeVar("R", bound=Record)
M = TypeVar("M", bound=Record)

DATA = Path(__file__).parent / "data"


class Table(Generic[R]):
    """The records of one table, in order; looked up by id, filtered, and handed over to data frames."""

    def __init__(self, model: type[R], records: Iterable[R]) -> None:
        self.model = model
        self._records = tuple(records)

    @property
    def name(self) -> str:
        """The table's name."""
        return self.model.TABLE

    @property
    def columns(self) -> tuple[Column, ...]:
        """What each column is."""
        return columns_of(self.model)

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[R]:
        return iter(self._records)

    def __contains__(self, item: object) -> bool:
        return item in self._by_key or item in self._by_key.values() if _hashable(item) else False

    @cached_property
    def _by_key(self) -> dict[Any, R]:
        single = len(self.model.PRIMARY_KEY) == 1
        return {record.key[0] if single else record.key: record for record in self._records}

    @overload
    def __getitem__(self, key: int) -> R: ...
    @overload
    def __getitem__(self, key: str | tuple[Any, ...]) -> R: ...
    def __getitem__(self, key: Any) -> R:
        """The record with this id (or primary key, as a tuple), or at this position.

        Raises:
            KeyError: No record has the id; names the nearest ones.
            IndexError: The position lies past the end.
        """
        if isinstance(key, int):
            return self._records[key]
        try:
            return self._by_key[key]
        except KeyError:
            hint = did_you_mean(key, [k for k in self._by_key if isinstance(k, str)]) if isinstance(key, str) else ""
            raise KeyError(f"{self.name} has no record {key!r}{hint}") from None

    def get(self, key: str | tuple[Any, ...]) -> R | None:
        """The record with this id, or `None`."""
        return self._by_key.get(key)

    def where(self, **conditions: Any) -> Table[R]:
        """The records that meet every condition.

        A condition names a column and a value; for a list column it holds when the value is an element. Several values
        (a list, tuple or set) mean any of them; `None` means empty. Dates are compared as EDTF text.

        Raises:
            TypeError: A name is no column; names the nearest ones.
            ValueError: A word is not in the column's vocabulary; names the nearest ones.
        """
        tests = [(self._column(name), value) for name, value in conditions.items()]
        for column, value in tests:
            _check_words(column, value)
        return Table(self.model, (r for r in self._records if all(_meets(r, c, value) for c, value in tests)))

    def between(
        self, start: str | EDTF, end: str | EDTF | None = None, *, certain: bool = False, on: str | None = None
    ) -> Table[R]:
        """The records dated from `start` to `end` (EDTF; the whole of both; `end` defaults to `start`).

        Args:
            start: First day, month, …
            end: Last day, month, …
            certain: Only records whose date surely lies inside; otherwise also those that may.
            on: The date column to choose; by default the first that a record fills (of a ceasefire: `declared`, else
                `effective`, else `ended`).

        Raises:
            TypeError: The table has no such date, or none at all.
            karabakh_data.edtf.EDTFError: A bound is no EDTF date.
        """
        first = start if isinstance(start, EDTF) else EDTF.parse(start)
        last = first if end is None else end if isinstance(end, EDTF) else EDTF.parse(end)
        every = [c for c in self.columns if c.kind is Kind.EDTF]
        dates = [c for c in every if (c.origin is Origin.SOURCE if on is None else c.name == on)]
        if not dates:
            names = [c.name for c in every]
            hint = f"its dates are {', '.join(names)}" if names else "it has none"
            raise TypeError(f"{self.name} has no date {on!r}: {hint}" if on else f"{self.name} has no date")

        def inside(record: R) -> bool:
            date = next((d for column in dates if (d := getattr(record, column.name)) is not None), None)
            if date is None:
                return False
            if certain:
                return not _may_precede(date, first) and not _may_follow(date, last)
            return not date.certainly_before(first) and not date.certainly_after(last)

        return Table(self.model, filter(inside, self._records))

    def _column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise TypeError(f"{self.name} has no column {name!r}{did_you_mean(name, [c.name for c in self.columns])}")

    # --- Frames ----------------------------------------------------------------------------------------------------

    def to_dicts(self) -> list[dict[str, Any]]:
        """The records as plain Python values: EDTF dates and words as text, days as `date`, lists as lists."""
        return [{c.name: _plain(getattr(record, c.name)) for c in self.columns} for record in self._records]

    def to_polars(self) -> polars.DataFrame:
        """A Polars frame with typed columns; lists are lists. Needs the extra `polars`."""
        from karabakh_data import frames

        return frames.to_polars(self)

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas frame with nullable types; lists are Python lists. Needs the extra `pandas`."""
        from karabakh_data import frames

        return frames.to_pandas(self)

    def to_arrow(self) -> pyarrow.Table:
        """An Arrow table with typed columns; lists are lists. Needs the extra `arrow`."""
        from karabakh_data import frames

        return frames.to_arrow(self)

    def __repr__(self) -> str:
        return f"<Table {self.name}: {len(self)} records>"

    def _repr_html_(self) -> str:
        from karabakh_data import display

        return display.table_html(self)


def _hashable(item: object) -> bool:
    try:
        hash(item)
    except TypeError:
        return False
    return True


def _may_precede(date: EDTF, bound: EDTF) -> bool:
    return bound.earliest is not None and (date.earliest is None or date.earliest < bound.earliest)


def _may_follow(date: EDTF, bound: EDTF) -> bool:
    return bound.latest is not None and (date.latest is None or date.latest > bound.latest)


def _wanted(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _check_words(column: Column, value: Any) -> None:
    if column.vocabulary is None:
        return
    words = column.vocabulary.values()
    for one in _wanted(value):
        if one is not None and one not in words:
            raise ValueError(f"{column.name} is never {one!r}{did_you_mean(str(one), words)}")


def _meets(record: Record, column: Column, value: Any) -> bool:
    cell = getattr(record, column.name)
    for one in _wanted(value):
        if one is None:
            if cell is None or cell == ():
                return True
        elif column.is_list:
            if one in cell:
                return True
        elif cell == one or (isinstance(cell, EDTF) and str(cell) == str(one)):
            return True
    return False


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, EDTF | str) else value


class Dataset:
    """All tables of the data set; frozen. A table is read when it is first used.

    Attributes are the tables, by name: `ds.statements`, `ds.ceasefires`, …
    """

    def __init__(self, tables: Mapping[str, Iterable[Record]] | None = None, *, folder: Path | None = None) -> None:
        self._folder = folder
        self._tables: dict[str, Table[Any]] = {
            name: Table(MODELS[name], records) for name, records in (tables or {}).items()
        }

    @property
    def folder(self) -> Path | None:
        """The folder that the tables are read from; `None` for a data set made in memory."""
        return self._folder

    def table(self, name: str) -> Table[Any]:
        """The table of this name.

        Raises:
            KeyError: There is no such table; names the nearest ones.
            ValueError: The table's file is not a published table.
        """
        if name not in MODELS:
            raise KeyError(f"no table {name!r}{did_you_mean(name, MODELS)}")
        if name not in self._tables:
            model = MODELS[name]
            if self._folder is None:
                self._tables[name] = Table(model, ())
            else:
                self._tables[name] = Table(model, read_csv(model, (self._folder / f"{name}.csv").read_bytes()))
        return self._tables[name]

    def _of(self, model: type[M]) -> Table[M]:
        return self.table(model.TABLE)

    @property
    def sources(self) -> Table[Source]:
        """The articles."""
        return self._of(Source)

    @property
    def actors(self) -> Table[Actor]:
        """Those who speak or act."""
        return self._of(Actor)

    @property
    def affiliations(self) -> Table[Affiliation]:
        """The dated offices of actors."""
        return self._of(Affiliation)

    @property
    def places(self) -> Table[Place]:
        """The places."""
        return self._of(Place)

    @property
    def occasions(self) -> Table[Occasion]:
        """The calls, meetings, interviews and texts."""
        return self._of(Occasion)

    @property
    def statements(self) -> Table[Statement]:
        """The speech acts."""
        return self._of(Statement)

    @property
    def ceasefires(self) -> Table[Ceasefire]:
        """The arrangements to stop fire."""
        return self._of(Ceasefire)

    @property
    def status_reports(self) -> Table[StatusReport]:
        """What is reported of the ceasefires over time."""
        return self._of(StatusReport)

    @property
    def incidents(self) -> Table[Incident]:
        """What is reported to have happened."""
        return self._of(Incident)

    @property
    def evidence(self) -> Table[Evidence]:
        """The passages that values were read from."""
        return self._of(Evidence)

    @property
    def identifiers(self) -> Table[Identifier]:
        """Ids in authorities' schemes."""
        return self._of(Identifier)

    @property
    def nodes(self) -> Table[Node]:
        """Every record with an id."""
        return self._of(Node)

    @property
    def edges(self) -> Table[Edge]:
        """Every reference between them."""
        return self._of(Edge)

    @property
    def vocabularies(self) -> Table[Term]:
        """The controlled vocabularies."""
        return self._of(Term)

    # --- Navigation ------------------------------------------------------------------------------------------------

    @cached_property
    def _table_of(self) -> dict[str, str]:
        return {node.id: node.table for node in self.nodes}

    def __getitem__(self, record_id: str) -> Record:
        """The record with this id, whatever its table.

        Raises:
            KeyError: No record has the id; names the nearest ones.
        """
        table = self._table_of.get(record_id)
        if table is None:
            raise KeyError(f"no record {record_id!r}{did_you_mean(record_id, self._table_of)}")
        record: Record = self.table(table)[record_id]
        return record

    def __contains__(self, record_id: object) -> bool:
        return record_id in self._table_of

    def related(self, record: Record | str) -> dict[str, tuple[Record, ...]]:
        """The neighbours of a record by relation: `speaker` for one it names, `statements.speaker` for those naming it.

        Raises:
            KeyError: No record has the id.
        """
        record_id = self._identity(record)
        found: dict[str, list[Record]] = {}
        for edge in self.edges:
            if edge.subject_id == record_id:
                found.setdefault(edge.relation, []).append(self[edge.object_id])
        for edge in self.edges:
            if edge.object_id == record_id:
                relation = f"{self._table_of[edge.subject_id]}.{edge.relation}"
                found.setdefault(relation, []).append(self[edge.subject_id])
        return {relation: tuple(records) for relation, records in found.items()}

    def citations(self, record: Record | str, field: str | None = None) -> Table[Evidence]:
        """The evidence of a record, or of one of its fields, in the order of the columns.

        Raises:
            KeyError: No record has the id.
            TypeError: The record has no such field; names the nearest ones.
        """
        record_id = self._identity(record)
        if field is not None:
            self.table(self._table_of[record_id])._column(field)
        rows = self._evidence_of.get(record_id, ())
        return Table(Evidence, (row for row in rows if field is None or row.field == field))

    @cached_property
    def _evidence_of(self) -> dict[str, list[Evidence]]:
        found: dict[str, list[Evidence]] = {}
        for evidence in self.evidence:
            found.setdefault(evidence.record_id, []).append(evidence)
        return found

    def cite(self, record: Record | str) -> str:
        """A citation for people: the record, the articles that carry it, and the data set with its version.

        Raises:
            KeyError: No record has the id.
        """
        from karabakh_data import display

        return display.citation(self, self[self._identity(record)])

    def _identity(self, record: Record | str) -> str:
        record_id = record if isinstance(record, str) else record.identity
        if record_id is None:
            raise KeyError(f"a row of {record.TABLE} has no id of its own" if isinstance(record, Record) else record)
        if record_id not in self._table_of:
            raise KeyError(f"no record {record_id!r}{did_you_mean(record_id, self._table_of)}")
        return record_id

    def __repr__(self) -> str:
        width = max(len(name) for name in MODELS)
        lines = [f"  {name:<{width}}  {len(self.table(name)):>6,}" for name in MODELS]
        return "\n".join(["<Dataset: ceasefire diplomacy in the Nagorno-Karabakh conflict>", *lines])

    def _repr_html_(self) -> str:
        from karabakh_data import display

        return display.dataset_html(self)


def load(folder: str | Path | None = None) -> Dataset:
    """The published data set; with `folder`, the tables of another folder of published CSV files.

    Tables are read when they are first used.

    Raises:
        FileNotFoundError: The folder does not hold the tables.
    """
    chosen = DATA if folder is None else Path(folder)
    missing = [name for name in MODELS if not (chosen / f"{name}.csv").is_file()]
    if missing:
        raise FileNotFoundError(
            f"{chosen} holds no {missing[0]}.csv; expected the published tables {', '.join(MODELS)}"
        )
    return Dataset(folder=chosen)
