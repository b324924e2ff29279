"""Exports: the data set in the forms that other tools open with one line.

`FORMATS` is the registry. A format's module is imported when it is used; it has `write(ds, target)`, which writes a
file, or a folder where the format has no suffix. Types, constraints and descriptions are derived from the models, so a
table that is added to them stands in every export.
"""

from __future__ import annotations

import importlib
import inspect
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from karabakh_data import files
from karabakh_data.suggest import did_you_mean
from karabakh_data.tables import MODELS

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset
    from karabakh_data.models import Record


class ExportError(ValueError):
    """The data set is not exported; the message tells what stands against it and what to do."""


@dataclass(frozen=True)
class Format:
    """One form in which the data set can be written."""

    name: str
    """What `karabakh-data export` and `ds.export` call it."""
    description: str
    """What it is for, in one line."""
    suffix: str
    """How its file's name ends; empty for a folder."""
    extra: str | None
    """The extra that brings what it needs; `None` where nothing more is needed."""
    module: str
    """The module in `karabakh_data.export` whose `write(ds, target)` makes it."""
    journals: tuple[str, ...] = ()
    """How the files end that its tool lays beside a database and plays back into whatever stands at its name."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files."""
        return not self.suffix

    @property
    def usual_name(self) -> str:
        """The name of the file or folder where none is given; no other format has it."""
        is_alone = sum(one.suffix == self.suffix for one in FORMATS.values()) == 1
        return f"karabakh-data{self.suffix}" if is_alone else f"karabakh-data-{self.name}{self.suffix}"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format(
                "sqlite",
                "SQLite with constraints and views; metadata for Datasette",
                ".sqlite",
                None,
                "sqlite",
                journals=("-wal", "-journal"),
            ),
            Format(
                "duckdb",
                "DuckDB with lists, days, enumerations and comments",
                ".duckdb",
                "export",
                "duckdb",
                journals=(".wal",),
            ),
            Format("parquet", "Parquet, a typed file for each table", "", "arrow", "parquet"),
            Format("xlsx", "Excel and LibreOffice, a sheet for each table", ".xlsx", "xlsx", "xlsx"),
            Format("jsonld", "JSON-LD for RDF tools: PROV-O, Web Annotation, SKOS", ".jsonld", None, "jsonld"),
            Format("graphml", "the network of records, for Gephi and networkx", ".graphml", "export", "graphml"),
            Format("croissant", "Croissant for machine-learning tools, with the CSV files", "", None, "croissant"),
            Format("timemap", "Forensic Architecture's TimeMap: events, associations, sources", "", None, "timemap"),
            Format("csv", "the data package itself: CSV files, schemas, datapackage.json", "", None, "csv"),
            Format("jsonl", "JSON Lines, a file for each table", "", None, "jsonl"),
            Format("ucdp-ged", "incidents in the columns of UCDP GED", ".csv", None, "ucdp_ged"),
            Format("eth-prio", "ceasefires in columns of the ETH/PRIO Ceasefire data", ".csv", None, "eth_prio"),
            Format("sssom", "the crosswalk to other schemes, for SSSOM tools", ".sssom.tsv", None, "sssom"),
        )
    }
)
"""Every format by name."""


def format_named(name: str) -> Format:
    """The format of this name.

    Raises:
        ExportError: There is none; names the nearest ones.
        TypeError: The name is no text.
    """
    if not isinstance(name, str):
        raise TypeError(f"expected the name of a format, such as 'sqlite', not {type(name).__name__}")
    if name in FORMATS:
        return FORMATS[name]
    listed = f"; the formats are {', '.join(FORMATS)}"
    raise ExportError(f"no format {name!r}{did_you_mean(name, FORMATS) or _told_by_word(name) or listed}")


def _told_by_word(word: str) -> str:
    """A clause that names the formats whose line has this word, such as `excel`; empty where none or many have it."""
    told = {
        one.name: re.findall("[a-z0-9]{3,}", f"{one.name} {one.description}".casefold()) for one in FORMATS.values()
    }
    found = [name for name, words in told.items() if word.casefold() in words]
    return f"; did you mean {' or '.join(map(repr, found))}?" if 0 < len(found) <= 3 else ""


def export(ds: Dataset, name: str, path: str | Path | None = None, **options: Any) -> Path:
    """Write the data set in a format.

    Every file is old or new, never half. A file that is there is replaced; of a folder only the files of the export.

    Args:
        ds: The data set; its references must resolve, and `nodes` and `edges` be those of its records.
        name: The format, a key of `FORMATS`.
        path: The file or folder to write [default: the format's `usual_name` in the current folder].
        options: What the format's `write` takes beside, such as `base` of `jsonld`.

    Returns:
        What was written: the file or the folder.

    Raises:
        ExportError: There is no such format, it does not take an option, the path cannot be taken, or the data set does
            not hold together.
        TypeError: The name is no text.
        karabakh_data.frames.MissingExtraError: The library that the format needs is not installed.
        OSError: A file cannot be written.
    """
    chosen = format_named(name)
    target = Path(chosen.usual_name if path is None else path)
    write = importlib.import_module(f"{__name__}.{chosen.module}").write
    taken = list(inspect.signature(write).parameters)[2:]
    for option in options:
        if option not in taken:
            expected = f"; it takes {', '.join(taken)}" if taken else ": it takes none"
            raise ExportError(f"{name} has no option {option!r}{expected}")
    _check_target(chosen, target)
    check_whole(ds)
    with tempfile.TemporaryDirectory(prefix="karabakh-data-") as workshop:
        made = Path(workshop) / (target.name or target.resolve().name)
        write(ds, made, **options)
        base, root = (made, target) if chosen.is_folder else (made.parent, target.parent)
        found = sorted(path for path in base.rglob("*") if path.is_file())
        content = {path.relative_to(base).as_posix(): path.read_bytes() for path in found}
    _refuse_foreign(chosen, target, content)
    root.mkdir(parents=True, exist_ok=True)
    files.recover(root, list(content))
    files.write_set(root, content)
    return target


def _check_target(chosen: Format, target: Path) -> None:
    if target.name == "-":
        raise ExportError("an export is not written to standard output: name a file or folder")
    if target.exists() and not (target.is_file() or target.is_dir()):  # replacing a device would remove it
        raise ExportError(f"{target} is a device or pipe and no file: name a file or folder")
    if chosen.is_folder and target.exists() and not target.is_dir():
        raise ExportError(f"{target} is a file, and {chosen.name} is a folder of files: name a folder")
    if not chosen.is_folder and target.is_dir():
        example = target / chosen.usual_name
        raise ExportError(f"{target} is a folder, and {chosen.name} is one file: name a file, such as {example}")
    if not chosen.is_folder and not target.parent.is_dir():
        raise ExportError(f"{target}: there is no folder {target.parent}")
    for ending in chosen.journals:
        journal = target.with_name(target.name + ending)
        if os.path.lexists(journal):  # it would be played back into the new file
            raise ExportError(
                f"{journal} lies beside it, with changes to the database that stood there: close the program that has "
                f"it open; if there is none, remove {journal.name}, or name another file"
            )


def _refuse_foreign(chosen: Format, target: Path, content: Mapping[str, bytes]) -> None:
    """A folder is taken only if nothing else lies in it: who opens the folder must find the export and nothing more."""
    if not chosen.is_folder or not target.exists():
        return
    ours = {target / name for name in content}
    left = {files.staged_path(path) for path in ours}  # by an export that was interrupted
    ours |= left | {files.partial_path(path) for path in left}
    foreign = sorted(path for path in target.rglob("*") if not path.is_dir() and path not in ours)
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise ExportError(
            f"{target} holds {foreign[0].relative_to(target)}{more}, which {chosen.name} does not write: name a new or "
            "empty folder"
        )


def check_whole(ds: Dataset) -> None:
    """Keys are there once, references resolve and lead in no circle, `nodes` and `edges` follow from the records.

    Raises:
        ExportError: It is not so; names the first that stands against it.
    """
    from karabakh_data.derive import derive_edges, derive_nodes
    from karabakh_data.validation.checks import keys_are_unique, parents_make_no_circle, references_resolve

    tables = {name: list(ds.table(name)) for name in MODELS}
    checks = (keys_are_unique, references_resolve, parents_make_no_circle)
    found = next((problem for check in checks for problem in check(tables)), None)
    if found is not None:
        raise ExportError(f"the data set does not hold together: {found}")
    derived: dict[str, Iterable[Record]] = {"nodes": derive_nodes(tables), "edges": derive_edges(tables)}
    for name, expected in derived.items():
        there, ours = ({record.key: record for record in records} for records in (tables[name], expected))
        wrong = next((key for key in {**ours, **there} if ours.get(key) != there.get(key)), None)
        if wrong is not None:
            what = "is missing" if wrong not in there else "follows from no record" if wrong not in ours else "differs"
            raise ExportError(
                f"{name} is not what follows from the records: {' '.join(map(str, wrong))} {what}; "
                "`karabakh_data.derive.derive` makes it anew"
            )
