"""Dataset: all tables; load them, navigate between their records, cite."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from karabakh_data.evidence import Span, Uncited
from karabakh_data.models import (
    Actor,
    Affiliation,
    Ceasefire,
    Correspondence,
    Edge,
    Evidence,
    Identifier,
    Incident,
    Node,
    Occasion,
    Place,
    Record,
    RetiredId,
    Source,
    Statement,
    StatusReport,
    Term,
)
from karabakh_data.suggest import did_you_mean
from karabakh_data.table import Table
from karabakh_data.tables import KEPT_TABLES, MODELS, read_csv

if TYPE_CHECKING:
    from karabakh_data.accusations import FirstAccusation
    from karabakh_data.aggregate import Aggregation
    from karabakh_data.claim import Claim
    from karabakh_data.plots import Plots

M = TypeVar("M", bound=Record)

DATA = Path(__file__).parent / "data"

WITHIN = ("data", "karabakh_data/data")
"""Where the tables lie in an exported package and in a checkout."""


class Dataset:
    """All tables of the data set; frozen. A table is read when it is first used.

    Attributes are the tables, by name: `ds.statements`, `ds.ceasefires`, …
    """

    def __init__(self, tables: Mapping[str, Iterable[Record]] | None = None, *, folder: Path | None = None) -> None:
        self._folder = folder
        self._tables: dict[str, Table[Any]] = {
            name: Table(MODELS[name], records) for name, records in (tables or {}).items()
        }

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise AttributeError(f"a Dataset is frozen: {name} cannot be set")
        super().__setattr__(name, value)

    def __iter__(self) -> Iterator[str]:
        """The names of the tables."""
        return iter(MODELS)

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
            if self._folder is None or _may_lack(self._folder, name):
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

    @property
    def retired(self) -> Table[RetiredId]:
        """The ids that were released and are no longer used."""
        return self._of(RetiredId)

    @cached_property
    def retired_ids(self) -> dict[str, RetiredId]:
        """Id -> what is known of it, of every id that is no longer used."""
        return {one.id: one for one in self.retired}

    def crosswalk(self, scheme: str | None = None) -> Table[Correspondence]:
        """How our words stand to the terms of other schemes: one scheme (`acled`, `ucdp`, `cameo`, …), or all.

        Raises:
            KeyError: There is no such scheme; names the nearest ones.
            TypeError: The name is no text.
        """
        from karabakh_data import crosswalk

        return self._of(Correspondence) if scheme is None else crosswalk.to(self, scheme)

    @cached_property
    def uncited(self) -> dict[str, tuple[Uncited, ...]]:
        """Source id -> the spans of the article that support no record, each with the reason."""
        path = self._folder / "uncited.json" if self._folder else None
        if path is None or not path.is_file():
            return {}
        found = json.loads(path.read_bytes())
        return {
            source: tuple(Uncited(Span(one["start"], one["end"]), one["reason"]) for one in spans)
            for source, spans in found.items()
        }

    # --- Navigation ------------------------------------------------------------------------------------------------

    @cached_property
    def _table_of(self) -> dict[str, str]:
        return {node.id: node.table for node in self.nodes}

    def __getitem__(self, record_id: str) -> Record:
        """The record with this id, whatever its table.

        Raises:
            KeyError: No record has the id; names the nearest ones, or tells that it is retired and what replaces it.
        """
        table = self._table_of.get(record_id)
        if table is None:
            raise KeyError(self._unknown(record_id))
        record: Record = self.table(table)[record_id]
        return record

    def __contains__(self, record_id: object) -> bool:
        return isinstance(record_id, str) and record_id in self._table_of

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

    def claims(self, incident: Incident | str) -> tuple[Claim, ...]:
        """What is claimed about an incident, by day: who, for which camp, when, how, and where it is cited.

        Mentions and withdrawn statements are there too, with `counted` false.

        Raises:
            KeyError: There is no such incident; names the nearest ones.
            TypeError: Neither an incident nor an id is given.
        """
        from karabakh_data import claim

        return claim.claims(self, incident)

    def aggregate(self, policy: str = "by_claimant") -> Aggregation:
        """What may be said of each incident once the claims about it are put together: occurrence, blame and figures.

        Args:
            policy: `by_claimant`, `conservative` or `informative`; see `karabakh_data.aggregate`.

        Raises:
            ValueError: There is no such policy; names the nearest ones.
        """
        from karabakh_data import aggregate

        return aggregate.aggregate(self, policy)

    def cite(self, record: Record | str) -> str:
        """A citation for people: the record, the articles that carry it, and the data set with its version.

        Raises:
            KeyError: No record has the id.
        """
        from karabakh_data import display

        return display.citation(self, self[self._identity(record)])

    def export(self, name: str, path: str | Path | None = None, **options: Any) -> Path:
        """Write the data set in a format, such as `sqlite` or `parquet`; returns the file or folder written.

        `karabakh_data.export.FORMATS` lists the formats; `karabakh_data.export.export` tells the rest.

        Raises:
            karabakh_data.export.ExportError: There is no such format, or the path cannot be taken.
            karabakh_data.frames.MissingExtraError: The library that the format needs is not installed.
        """
        from karabakh_data.export import export

        return export(self, name, path, **options)

    def explore(self, path: str | Path | None = None, documents: str | Path | None = None) -> Path:
        """Write the data set as one page to look at, offline: a timeline, a network, a table, every record.

        Args:
            path: The file; `karabakh-data-explorer.html` in the current folder where none is named.
            documents: Folder of the articles; the page then shows the cited passages and is for own use.

        Returns:
            The file written.

        Raises:
            IsADirectoryError: The path is a folder.
            FileNotFoundError: The file's folder does not exist.
            DocumentError: The folder holds none of the articles.
            KeyError: A reference of the data set leads to no record.
        """
        from karabakh_data import explorer

        return explorer.write(self, path, documents)

    def first_accusations(self, *, since: str = "declared", camp: str | None = None) -> tuple[FirstAccusation, ...]:
        """How long after each ceasefire the first accusation of a breach came, and from whom.

        What counts is an `accuse` on the topic `ceasefire_violation` that links the ceasefire, affirms what it alleges
        and is not withdrawn. Days are the least and the most that the dates leave open.

        Args:
            since: The date of the ceasefire to count from: `declared` or `effective`.
            camp: Only accusations by this camp: a side, the id of an actor without one, or `unattributed`.

        Raises:
            ValueError: There is no such date, or no such camp speaks; names the nearest.
        """
        from karabakh_data.accusations import first_accusations

        return first_accusations(self, since=since, camp=camp)

    @property
    def plot(self) -> Plots:
        """Charts: `ds.plot.timeline()`, `.network()`, `.speech_acts()`.

        Raises:
            MissingExtraError: Altair is not installed; names the extra.
        """
        from karabakh_data.plots import Plots

        return Plots(self)

    def _identity(self, record: Record | str) -> str:
        if not isinstance(record, Record | str):
            raise TypeError(f"expected a record or its id, not {record!r}")
        record_id = record if isinstance(record, str) else record.identity
        if record_id is None:
            raise KeyError(f"a row of {record.TABLE} has no id of its own" if isinstance(record, Record) else record)
        if record_id not in self._table_of:
            raise KeyError(self._unknown(record_id))
        return record_id

    def _unknown(self, record_id: str) -> str:
        """Why no record has this id: it is retired, or never was one."""
        retired = self.retired_ids.get(record_id)
        return (
            retired.told if retired is not None else f"no record {record_id!r}{did_you_mean(record_id, self._table_of)}"
        )

    def __repr__(self) -> str:
        width = max(len(name) for name in MODELS)
        lines = [f"  {name:<{width}}  {len(self.table(name)):>6,}" for name in MODELS]
        return "\n".join(["<Dataset: ceasefire diplomacy in the Nagorno-Karabakh conflict>", *lines])

    def _repr_html_(self) -> str:
        from karabakh_data import display

        return display.dataset_html(self)


def load(folder: str | Path | None = None) -> Dataset:
    """The published data set; with `folder`, the tables of another folder of published CSV files.

    Tables are read when they are first used. `crosswalk` and `retired` may be missing in another folder, as in releases
    that had none; then they are empty.

    Raises:
        FileNotFoundError: The folder does not hold the tables; names the folder in it that does.
    """
    chosen = DATA if folder is None else Path(folder)
    missing = _missing(chosen)
    if missing:
        within = next((chosen / name for name in WITHIN if not _missing(chosen / name)), None)
        hint = f"expected the published tables {', '.join(MODELS)}" if within is None else f"the tables lie in {within}"
        raise FileNotFoundError(f"{chosen} holds no {missing[0]}.csv; {hint}")
    return Dataset(folder=chosen)


def _missing(folder: Path) -> list[str]:
    return [name for name in MODELS if not ((folder / f"{name}.csv").is_file() or _may_lack(folder, name))]


def _may_lack(folder: Path, name: str) -> bool:
    """Whether a folder holds no such table and need not: an installation has all, an earlier release has fewer."""
    return name in KEPT_TABLES and folder != DATA and not (folder / f"{name}.csv").exists()
