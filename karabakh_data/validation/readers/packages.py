"""Folders and data packages: which files hold records, and what is passed over."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from karabakh_data.position import Positions
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.raw import Reading
from karabakh_data.validation.readers.headers import table_named

PACKAGE = "datapackage.json"

DESCRIPTIONS = (PACKAGE, "croissant.json")
"""Files that say what the files beside them hold, and hold no records themselves."""

BESIDE = ("readme", "license", "license-data", "citation", "changelog", "uncited")
"""Stems of files that are known to lie beside tables and to hold no records."""

CONTAINERS = frozenset(
    [
        ".xls",
        ".xlsb",
        ".ods",
        ".fods",
        ".numbers",
        ".zip",
        ".7z",
        ".rar",
        ".gz",
        ".bz2",
        ".xz",
        ".tar",
        ".tgz",
        ".feather",
        ".arrow",
        ".sqlite",
        ".db",
        ".duckdb",
        ".rds",
        ".rdata",
        ".dta",
        ".sav",
        ".xml",
        ".jsonld",
    ]
)
"""Extensions of files that may hold records and are not read: to pass over them would lose records in silence."""

MAX_DESCRIPTOR = 8 << 20
"""Bytes of a `datapackage.json`."""

MAX_RESOURCES = 1_000
"""Resources of a data package, and paths of all of them."""

MAX_FOLDERS = 32
"""Folders within folders."""


class File(NamedTuple):
    """A file that may hold records."""

    path: Path
    hint: str | None = None
    """The table that it is said to hold."""
    delimiter: str | None = None


# --- Folders -------------------------------------------------------------------------------------------------------


def files_of_folder(
    folder: Path,
    extensions: tuple[str, ...],
    reading_of: Callable[[Path], Reading],
    *,
    depth: int = 0,
    described: set[Path] | None = None,
) -> Iterator[File]:
    """The files of a folder and the folders in it, by name; what holds no records is told.

    A `datapackage.json` is heeded first. Plain text is taken for records only where it is named itself.

    Args:
        folder: The folder.
        extensions: Those of files that are read.
        reading_of: The reading at which findings about a path are told.
        depth: In how many folders of what was given it lies.
        described: The files that a data package of the folders around it names.
    """
    described = set() if described is None else described
    found = False
    if (folder / PACKAGE).is_file() and not (folder / PACKAGE).is_symlink():
        found = True
        yield from files_of_package(reading_of(folder / PACKAGE), folder / PACKAGE, described)
    try:
        paths = sorted(folder.iterdir(), key=lambda one: one.name)
    except OSError as error:
        reading_of(folder).tell(codes.unreadable, error.strerror or str(error))
        return
    for path in paths:
        if path.name.startswith((".", "~$")) or path.name in DESCRIPTIONS:
            continue
        if path in described:
            found = True
            continue
        if path.is_symlink():
            found = True
            reading_of(path).tell(codes.outside, f"{path.name} is a symbolic link")
        elif path.is_dir():
            found = True
            if depth < MAX_FOLDERS:
                yield from files_of_folder(path, extensions, reading_of, depth=depth + 1, described=described)
            else:
                limit = f"{MAX_FOLDERS} folders within folders", "give the folder itself"
                reading_of(path).tell(codes.too_large, "the folder lies too deep", *limit)
        elif path.stem.casefold() in BESIDE:
            continue
        elif path.suffix.casefold() in CONTAINERS:
            found = True
            reading_of(path).tell(
                codes.unknown_format, f"{path.suffix} is no format that is read, but may hold records"
            )
        elif path.suffix.casefold() not in extensions:
            reading_of(path).tell(codes.not_read, f"{path.name} holds no records")
        else:
            found = True
            yield File(path)
    if not found and not depth:
        reading_of(folder).tell(codes.nothing_there, "the folder holds no file of records")


# --- Data packages -------------------------------------------------------------------------------------------------


def files_of_package(reading: Reading, path: Path, described: set[Path] | None = None) -> Iterator[File]:
    """The resources of a data package, none of them outside its folder; what is not as described is told.

    Args:
        reading: The reading of the descriptor.
        path: The descriptor.
        described: Where the resources and their schemas are noted, for who reads the folder too.
    """
    described = set() if described is None else described
    text = _text(reading, path)
    if text is None:
        return
    positions = Positions(text)
    reading.source.line_text = positions.line
    descriptor = _descriptor(reading, text)
    if descriptor is None:
        return
    resources = descriptor.get("resources")
    if not isinstance(resources, list):
        reading.tell(codes.structure, "a data package without `resources`", "a list of resources", at=(1, 1))
        return
    count = sum(len(_paths(resource)) for resource in resources)
    if count > MAX_RESOURCES:
        reading.tell(codes.too_large, f"{count:,} resources", f"{MAX_RESOURCES:,}", at=(1, 1))
        return
    for resource in resources:
        schema = resource.get("schema") if isinstance(resource, dict) else None
        if isinstance(schema, str) and schema.casefold().endswith(".json"):  # a table is never hidden by its name here
            described.add(path.parent / schema)
        name = resource.get("name") if isinstance(resource, dict) else None
        for given in _paths(resource):
            place = _place(text, positions, given)
            if not isinstance(given, str) or not given:
                reading.tell(codes.structure, "a resource without a path", "the path of a file", at=place)
                continue
            reason = _leads_out(path.parent, given)
            if reason is not None:
                reading.tell(codes.outside, f"{codes.short(given)} {reason}", at=place, value=given)
                continue
            file = path.parent / given
            if not os.path.isfile(file):  # also of a name that no system takes
                reading.tell(codes.not_as_described, f"{given} is missing", at=place, value=given)
                continue
            _compare(reading, resource, file, place)
            dialect = resource.get("dialect")
            delimiter = dialect.get("delimiter") if isinstance(dialect, dict) else None
            hint = table_named(name) if isinstance(name, str) else None
            described.add(file)
            yield File(file, hint, delimiter if isinstance(delimiter, str) and len(delimiter) == 1 else None)


def _text(reading: Reading, path: Path) -> str | None:
    try:
        if path.exists() and not path.is_file():  # to open a pipe without a writer would wait for ever
            reading.tell(codes.unreadable, "no regular file")
            return None
        with path.open("rb") as stream:
            data = stream.read(MAX_DESCRIPTOR + 1)
    except OSError as error:
        reading.tell(codes.unreadable, error.strerror or str(error))
        return None
    if len(data) > MAX_DESCRIPTOR:
        reading.tell(codes.too_large, "a larger descriptor", f"{MAX_DESCRIPTOR >> 20} MiB")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        reading.tell(codes.not_utf8, "the descriptor is not UTF-8")
        return None


def _descriptor(reading: Reading, text: str) -> dict[str, Any] | None:
    try:
        descriptor = json.loads(text)
    except json.JSONDecodeError as error:
        reading.tell(codes.syntax, f"no JSON: {error.msg}", at=(error.lineno, error.colno))
        return None
    except (RecursionError, ValueError):
        reading.tell(codes.refused, "nesting as deep as this, or a number as long")
        return None
    if not isinstance(descriptor, dict):
        reading.tell(codes.structure, "a descriptor that is no mapping", "a data package", at=(1, 1))
        return None
    return descriptor


def _paths(resource: Any) -> list[Any]:
    given = resource.get("path") if isinstance(resource, dict) else None
    return given if isinstance(given, list) else [given]


def _place(text: str, positions: Positions, given: Any) -> tuple[int, int]:
    """Where a path stands in the descriptor: the first place of its text."""
    at = text.find(json.dumps(given, ensure_ascii=False)) if isinstance(given, str) else -1
    return positions.place(at) if at >= 0 else (1, 1)


def _leads_out(folder: Path, given: str) -> str | None:
    """Why a path is not followed; `None` where it stays in the folder."""
    if "://" in given:
        return "is an address"
    pure = PurePosixPath(given.replace("\\", "/"))
    if pure.is_absolute() or re.match(r"[A-Za-z]:", given) or "\0" in given:
        return "is an absolute path"
    if ".." in pure.parts:
        return "leads out of the folder"
    step = folder
    for part in pure.parts:
        step = step / part
        if os.path.islink(step):
            return "is a symbolic link"
    return None


def _compare(reading: Reading, resource: dict[str, Any], file: Path, place: tuple[int, int]) -> None:
    said, size = resource.get("bytes"), file.stat().st_size
    if isinstance(said, int) and said != size:
        reading.tell(codes.not_as_described, f"{file.name} has {size:,} bytes, not {said:,}", at=place, value=file.name)
        return
    algorithm, _, digest = str(resource.get("hash", "")).rpartition(":")
    name = algorithm or "md5"
    if digest and name in ("md5", "sha1", "sha256", "sha512"):
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, name).hexdigest()
        if found != digest.lower():
            reading.tell(codes.not_as_described, f"{file.name} has another {name} hash", at=place, value=file.name)
