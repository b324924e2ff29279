"""Headers: which table and which columns the first row of a tabular input stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from karabakh_data.columns import Column, columns_of
from karabakh_data.suggest import nearest
from karabakh_data.tables import MODELS
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.raw import Raw, RawRow, Reading


@dataclass(frozen=True)
class Header:
    """What the columns of an input are."""

    table: str
    columns: tuple[str | None, ...]
    """The table's column at each position; `None` where none is meant, which is told already."""
    told: frozenset[str]
    """Columns whose absence is told already."""

    def row(
        self, reading: Reading, cells: Sequence[Raw], number: int, at: Raw | None = None, *, broken: bool = False
    ) -> RawRow:
        """The record of a row of cells; of one whose structure is broken only the cells of its key."""
        first = at or (cells[0] if cells else None)
        named = {name: cell for name, cell in zip(self.columns, cells, strict=False) if name is not None}
        if broken:
            named = {name: named[name] for name in MODELS[self.table].PRIMARY_KEY if name in named}
        row = RawRow(self.table, reading.source, number, cells=named, told=set(self.told), broken=broken)
        if first is not None:
            row.line, row.column, row.ref = first.line, first.column, first.ref
        return row


def read_header(reading: Reading, cells: Sequence[Raw], hint: str | None = None) -> Header | None:
    """The header of a table; what is wrong with it is told. `None` where the table cannot be told, or it is no header.

    Args:
        reading: The reading of the input.
        cells: The cells of the header row; their values are text or `None`.
        hint: The table that the name of the file or sheet points to, if any.
    """
    names = ["" if cell.value is None else str(cell.value) for cell in cells]
    at = cells[0] if cells else None
    table = table_of(reading, names, hint, at)
    if table is None:
        return None
    known = [column.name for column in columns_of(MODELS[table])]
    if not _is_header(names, known):
        reading.tell(codes.no_header, table, at=at, table=table)
        return None
    candidates = [column.name for column in columns_of(MODELS[table]) if column.name not in names and _is_given(column)]
    spelt = {_plain(name): name for name in candidates}
    columns: list[str | None] = []
    meant: set[str] = set()
    first: dict[str, Raw] = {}
    for name, cell in zip(names, cells, strict=True):
        if name in first:
            reading.tell(codes.repeated_column, name, _where(first[name]), at=cell, table=table, field=name)
            columns.append(None)
        elif name in known:
            columns.append(name)
            first[name] = cell
        else:
            if name.strip():  # a nameless column is told by the reader, if it holds anything
                reading.tell(codes.unknown_column, name, table, candidates, at=cell, table=table)
            same = spelt.get(_plain(name)) if name.strip() else None
            if same is not None and same not in first:  # only case, blanks or hyphens differ: judged all the same
                first[same] = cell
                columns.append(same)
                continue
            meant.update(nearest("_".join(name.split()), candidates, 1) if name.strip() else ())
            columns.append(None)
    required = [column for column in columns_of(MODELS[table]) if column.required]
    if reading.source.is_update:  # a correction leaves out what stays as it is; the rows tell what a new record misses
        required = [column for column in required if column.is_key]
    absent = [column for column in required if column.name not in first]
    start = replace(at, value=None) if at is not None else None
    for column in absent:
        if column.name not in meant:
            reading.tell(codes.missing_column, column.name, table, at=start, table=table, field=column.name)
    return Header(table, tuple(columns), frozenset(meant | {column.name for column in absent}))


def _is_given(column: Column) -> bool:
    """Whether a column is one that contributors fill."""
    return column.required or column.origin is None or not column.origin.is_derived


def _plain(name: str) -> str:
    return "_".join(re.split(r"[\s_-]+", name.strip().casefold()))


def _is_header(names: Iterable[str], known: Sequence[str]) -> bool:
    """Whether a name is a column's, or most of several resemble one: an id or a title may do so by chance."""
    given = [_plain(name) for name in names if name.strip()]
    if any(name in known for name in given):
        return True
    return sum(bool(nearest(name, known, 1)) for name in given) > max(len(given) / 2, 1)


def _where(cell: Raw) -> str:
    return cell.ref or (f"{cell.line}:{cell.column}" if cell.line is not None else "an earlier column")


# --- Which table ---------------------------------------------------------------------------------------------------


def table_named(name: str) -> str | None:
    """The table that the name of a file or sheet stands for: `incidents`, `Incidents (2)`, `incidents-2021`."""
    plain = re.sub(r"[\s-]+", "_", name.strip().casefold())
    for table in sorted(MODELS, key=len, reverse=True):
        if re.fullmatch(rf"{table}(?:[_.(].*|\d.*)?", plain):
            return table
    return None


def table_of(reading: Reading, names: Iterable[str], hint: str | None, at: Raw | None = None) -> str | None:
    """The table of records with these columns: as asked, else as the name says, else as the columns say.

    Where it cannot be told, that is told.
    """
    if reading.table is not None:
        return reading.table
    given = {_plain(name) for name in names if name}
    shares = {
        table: len(given & {column.name for column in columns_of(model)})
        for table, model in MODELS.items()
        if MODELS[table].PRIMARY_KEY[0] in given
    }
    best = [table for table, share in shares.items() if share == max(shares.values())]
    fits = best[0] if len(best) == 1 and shares[best[0]] * 2 >= len(given) else None
    if hint is not None:
        if fits is None or hint in shares or hint == fits:
            return hint
        reading.tell(codes.other_table, hint, fits, at=at)
        return fits
    if fits is not None:
        return fits
    like = [
        table for table in best if shares[table] > 1 or shares[table] * 2 >= len(given)
    ]  # `id` alone is of no table
    reading.tell(codes.unknown_table, "", like, at=at)
    return None
