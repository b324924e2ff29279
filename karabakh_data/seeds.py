"""The hand-written seeds as records and their evidence, ready to be derived from and published.

Every problem is collected with file, line and column, and raised once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from karabakh_data import crosswalk
from karabakh_data.columns import columns_of
from karabakh_data.derive import carrying_sources, publication_order
from karabakh_data.evidence import Digests, Uncited
from karabakh_data.models import Record, Source
from karabakh_data.seed_reader import Problem, RawEntry, RawRecord, SeedError, SeedReader
from karabakh_data.suggest import did_you_mean
from karabakh_data.tables import MODELS, table_of


@dataclass(frozen=True)
class Seeds:
    """The records of the seeds, table by table, and the spans declared uncited by source."""

    tables: dict[str, list[Record]]
    uncited: dict[str, list[Uncited]]
    raw: dict[str, RawRecord]
    """Every record with an id as it stands in its file, to tell where something is wrong."""

    def place_of(self, record_id: str, field: str) -> str:
        """`file:line:column` of a record's field, or of the record; empty where it stands in no file."""
        raw = self.raw.get(record_id)
        if raw is None:
            return ""
        line, column = raw.at(field)
        return f"{raw.file}:{line}:{column}: "


def load_seeds(folder: Path, digests: Digests | None = None) -> Seeds:
    """The records of a folder of seeds.

    Args:
        folder: Holds `sources.yaml`, `actors.yaml`, … and `statements/`.
        digests: Gives the digests of documents and spans; without it they stay empty.

    Raises:
        SeedError: Anything is wrong with a file, a record or an entry; lists everything found.
    """
    reader = SeedReader(folder).read()
    reader.kept += crosswalk.read(reader)
    maker = _Maker(reader, digests)
    tables = maker.make()
    if maker.problems:
        raise SeedError(maker.problems)
    return Seeds(tables, reader.uncited, {raw.identity: raw for raw in (*reader.kept, *reader.records)})


class _Maker:
    """Turns raw records into models."""

    def __init__(self, reader: SeedReader, digests: Digests | None) -> None:
        self.reader = reader
        self.problems = list(reader.problems)
        self.digests = digests
        self.order: dict[str, int] = {}
        self.undigested: list[Problem] = []

    def make(self) -> dict[str, list[Record]]:
        tables: dict[str, list[Record]] = {name: [] for name in MODELS}
        sources = [raw for raw in self.reader.records if raw.table == "sources"]
        self._tell_unknown_sources({raw.identity for raw in sources})
        for raw in sources:
            self._add_document(raw)
        made = [self._model(raw, raw.values) for raw in sources]
        dated = sorted((record for record in made if isinstance(record, Source)), key=publication_order)
        self.order = {source.source_id: position for position, source in enumerate(dated)}
        tables["sources"] = list(dated)
        for raw in self.reader.records:
            if raw.table != "sources" and (record := self._model(raw, self._with_sources(raw))):
                tables[raw.table].append(record)
        for raw in sorted(self.reader.records, key=lambda raw: list(MODELS).index(raw.table)):
            tables["evidence"].extend(self._evidence(raw))
            for identifier in raw.identifiers:
                if record := self._model(identifier, identifier.values):
                    tables["identifiers"].append(record)
        for raw in self.reader.kept:
            derived = {"table": table_of(raw.identity)} if raw.table == "retired" else {}
            if record := self._model(raw, raw.values | derived):
                tables[raw.table].append(record)
        self._tell_undigested()
        self._tell_uncited_past_the_end(sources)
        return tables

    def _tell_uncited_past_the_end(self, sources: list[RawRecord]) -> None:
        for raw in sources:
            length = raw.values.get("document_chars")
            for one in self.reader.uncited.get(raw.identity, ()):
                if length is not None and one.span.end > length:
                    message = f"{raw.identity}: {one.span.start}-{one.span.end} lies past the document's end ({length})"
                    self.problems.append(Problem(f"{self.reader.folder.name}/uncited.yaml", 1, 1, message))

    def _model(self, raw: RawRecord, values: Mapping[str, Any], where: str = "") -> Record | None:
        try:
            return MODELS[raw.table].model_validate(dict(values))
        except ValidationError as error:
            for fault in error.errors():
                name = str(fault["loc"][0]) if fault["loc"] else None
                if name in raw.told:
                    continue
                line, column = raw.at(name)
                missing = fault["type"] == "missing"
                message = f"`{name}` is needed" if missing else f"`{name}`: {fault['msg']}"
                self.problems.append(Problem(raw.file, line, column, f"{where or raw.identity}: {message}"))
            return None

    def _tell_unknown_sources(self, known: set[str]) -> None:
        """An entry of a file that is named for no source has one cause with all the others there."""
        for raw in self.reader.records:
            for entry in raw.entries:
                source = entry.values["source_id"]
                if source is not None and source not in known:
                    entry.sound = False
                    of_file = raw.file.endswith(f"statements/{source}.yaml")
                    line, column = (1, 1) if of_file else (entry.line, entry.column)
                    message = f"{source!r} is not among the sources{did_you_mean(source, known)}"
                    who = "the file's name" if of_file else f"{raw.identity}: evidence"
                    self.problems.append(Problem(raw.file, line, column, f"{who}: {message}"))

    def _add_document(self, raw: RawRecord) -> None:
        found = self.digests.of_document(raw.identity) if self.digests else None
        if found:
            raw.values["document_sha256"], raw.values["document_chars"] = found
        elif self.digests:
            self.undigested.append(Problem(raw.file, raw.line, raw.column, raw.identity))

    def _tell_undigested(self) -> None:
        """One finding for all passages without a digest: they share one repair."""
        if self.undigested:
            first = min(self.undigested)
            reason = "a passage is new, and its digest needs the article"
            if self.digests and self.digests.distrusted:
                tables = " and ".join(self.digests.distrusted)
                reason = f"no digest is taken over from {tables}, for which datapackage.json does not vouch"
            message = (
                f"{first.message}: {reason}: build once with --documents DIR, the folder of the articles "
                f"({len(self.undigested)} such places in all)"
            )
            self.problems.append(first._replace(message=message))

    def _with_sources(self, raw: RawRecord) -> dict[str, Any]:
        if "source_ids" not in MODELS[raw.table].model_fields:
            return raw.values
        cited = carrying_sources(MODELS[raw.table], ((e.field, e.values["source_id"]) for e in raw.entries))
        known = sorted(cited & self.order.keys(), key=self.order.__getitem__)
        if raw.entries and not known:
            raw.told.add("source_ids")  # the entries tell what is wrong with their sources
        return raw.values | ({"source_ids": tuple(known)} if known else {})

    def _evidence(self, raw: RawRecord) -> Iterator[Record]:
        columns = [column.name for column in columns_of(MODELS[raw.table])]
        ordered = sorted(
            raw.entries,
            key=lambda entry: (
                columns.index(entry.field),
                self._position(raw, entry),
                self.order.get(entry.values["source_id"], len(self.order)),
                entry.values.get("start", 0),
            ),
        )
        for entry in ordered:
            values = {"record_id": raw.identity, "field": entry.field, "value": entry.element, **entry.values}
            if not entry.sound:
                continue
            told = {"record_id", "source_id", *(() if entry.element is None else ("value",))}
            where = RawRecord("evidence", raw.file, entry.line, entry.column, told=told)
            if self.digests:
                values["sha256"] = self.digests.of_span(values["source_id"], values["start"], values["end"])
                if values["sha256"] is None:
                    self.undigested.append(Problem(raw.file, entry.line, entry.column, raw.identity))
                    continue
            if record := self._model(where, values, f"{raw.identity}: evidence"):
                yield record

    def _position(self, raw: RawRecord, entry: RawEntry) -> int:
        cell = raw.values.get(entry.field)
        if not isinstance(cell, tuple) or entry.element is None:
            return 0
        texts = [str(one) for one in cell]
        return texts.index(entry.element) if entry.element in texts else len(texts)
