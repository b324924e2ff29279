"""Inputs: what was given, file by file, each handed to the reader of its format."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from karabakh_data.models import Record
from karabakh_data.table import Table
from karabakh_data.tables import MODELS
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.raw import Input, Notation, RawRow, Reading
from karabakh_data.validation.readers.columnar import read_frame, read_parquet, read_records
from karabakh_data.validation.readers.headers import table_named
from karabakh_data.validation.readers.packages import PACKAGE, files_of_folder, files_of_package

STDIN = "<stdin>"

KINDS: dict[str, tuple[str, ...]] = {
    "csv": (".csv", ".txt"),
    "tsv": (".tsv", ".tab"),
    "json": (".json",),
    "jsonl": (".jsonl", ".ndjson"),
    "yaml": (".yaml", ".yml"),
    "xlsx": (".xlsx", ".xlsm"),
    "parquet": (".parquet", ".pq"),
}
"""The formats with their file name extensions."""

_NOTATIONS = {
    "csv": Notation.TEXT,
    "tsv": Notation.TEXT,
    "json": Notation.JSON,
    "jsonl": Notation.JSON,
    "yaml": Notation.YAML,
    "xlsx": Notation.SHEET,
    "parquet": Notation.NATIVE,
}
_MAGIC = {
    b"PK\x03\x04": "xlsx",
    b"PAR1": "parquet",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF document",
    b"BZh": "a bzip2 archive",
    b"SQLite format 3": "an SQLite data base",
    b"ARROW1": "an Arrow file",
}
MAX_WHOLE = 64 << 20
"""Bytes of a file that is held in memory as a whole; each format has a limit of its own below it."""


class Inputs:
    """The rows of everything that was given, in order.

    Args:
        findings: Where readers add what they find.
        table: The table of all records, if named.
        kind: The format, if named; else told from the extension, and of standard input from the content.
    """

    def __init__(self, findings: list[Finding], table: str | None = None, kind: str | None = None) -> None:
        self.findings = findings
        self.table = table
        self.kind = kind
        self.files: list[str] = []

    def read(self, given: Any) -> Iterator[RawRow]:
        """The rows of a path, a list of paths, a frame, a list of records, or a mapping from tables to those."""
        if isinstance(given, str | os.PathLike):
            yield from self._path(Path(given))
        elif isinstance(given, Mapping):
            yield from self._mapping(given)
        elif isinstance(given, Table):
            yield from self._records(list(given), given.name)
        elif isinstance(given, Record):
            yield from self._records([given], None)
        elif hasattr(given, "__arrow_c_stream__"):
            yield from self._frame(given, None)
        elif hasattr(given, "read"):
            yield from self._stream(given)
        elif isinstance(given, list | tuple) and given and all(isinstance(one, str | os.PathLike) for one in given):
            for path in given:
                yield from self._path(Path(path))
        elif isinstance(given, list | tuple):
            yield from self._records(given, None)
        else:
            raise TypeError(f"cannot validate a {type(given).__name__}: expected a path, records, or an Arrow frame")

    # --- Python ----------------------------------------------------------------------------------------------------

    def _mapping(self, given: Mapping[Any, Any]) -> Iterator[RawRow]:
        if any(name in MODELS for name in given):
            for name, value in given.items():
                reading = self._reading(f"<{name}>", Notation.NATIVE)
                if name not in MODELS:
                    reading.tell(codes.unknown_table, str(name))
                elif hasattr(value, "__arrow_c_stream__"):
                    yield from read_frame(self._of(reading, name), value)
                else:
                    yield from read_records(self._of(reading, name), list(value))
        else:
            yield from self._records([given], None)

    @staticmethod
    def _of(reading: Reading, table: str) -> Reading:
        reading.table = table
        return reading

    def _records(self, given: Any, hint: str | None) -> Iterator[RawRow]:
        yield from read_records(self._reading("<records>", Notation.NATIVE), given, hint=hint)

    def _frame(self, given: Any, hint: str | None) -> Iterator[RawRow]:
        yield from read_frame(self._reading("<frame>", Notation.NATIVE), given, hint=hint)

    # --- Files -----------------------------------------------------------------------------------------------------

    def _reading(self, name: str, notation: Notation) -> Reading:
        self.files.append(name)
        return Reading(Input(name, len(self.files) - 1, notation), self.findings, self.table)

    def _path(self, path: Path) -> Iterator[RawRow]:
        if path.is_dir():
            reading = self._reading(_shown(path), Notation.TEXT)
            self.files.pop()
            extensions = tuple(name for names in KINDS.values() for name in names)
            for file in files_of_folder(reading, path, extensions):
                yield from self._file(*file)
        elif path.name == PACKAGE:
            reading = self._reading(_shown(path), Notation.JSON)
            for file in files_of_package(reading, path):
                yield from self._file(*file)
        else:
            yield from self._file(path)

    def _file(self, path: Path, hint: str | None = None, delimiter: str | None = None) -> Iterator[RawRow]:
        reading = self._reading(_shown(path), Notation.TEXT)
        try:
            with path.open("rb") as stream:
                if not path.is_file():
                    reading.tell(codes.unreadable, "no regular file")
                    return
                kind = self._kind(reading, path.suffix.casefold(), stream.read(16))
                stream.seek(0)
                if kind is not None:
                    at = path if kind == "parquet" else stream
                    yield from self._dispatch(reading, kind, at, hint or table_named(path.stem), delimiter)
        except OSError as error:
            reading.tell(codes.unreadable, error.strerror or str(error))

    def _stream(self, stream: Any) -> Iterator[RawRow]:
        name = getattr(stream, "name", None)
        reading = self._reading(STDIN if not isinstance(name, str) else name, Notation.TEXT)
        head = stream.read(4096)
        if isinstance(head, str):
            raise TypeError("expected a binary stream, such as sys.stdin.buffer")
        kind = self.kind or told_from(head)
        whole = _Chained(head, stream)
        if kind not in KINDS:
            reading.tell(codes.unknown_format, f"is {kind}")
        elif kind == "parquet":
            data = whole.read(MAX_WHOLE + 1)
            yield from self._dispatch(reading, kind, io.BytesIO(data), None, None)
        else:
            yield from self._dispatch(reading, kind, whole, None, None)

    def _kind(self, reading: Reading, extension: str, head: bytes) -> str | None:
        by_name = self.kind or next((kind for kind, names in KINDS.items() if extension in names), None)
        by_content = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
        if by_content is not None and by_content != by_name:
            if by_content in KINDS:
                repair = f"rename the file to end in {KINDS[by_content][0]}"
                reading.tell(codes.unknown_format, f"is {by_content.upper()} by its content", repair)
                return by_content
            reading.tell(codes.unknown_format, f"is {by_content}")
            return None
        if by_name is None:
            reading.tell(codes.unknown_format, f"{extension or 'a name without extension'} is no known format")
        return by_name

    def _dispatch(
        self, reading: Reading, kind: str, content: Any, hint: str | None, delimiter: str | None
    ) -> Iterator[RawRow]:
        from karabakh_data.validation.readers import delimited, structured

        reading.source.notation = _NOTATIONS[kind]
        if kind in ("csv", "tsv"):
            sign = delimiter or ("," if kind == "csv" else "\t")
            yield from delimited.read_delimited(reading, content, delimiter=sign, hint=hint)
        elif kind == "jsonl":
            yield from structured.read_json_lines(reading, content, hint=hint)
        elif kind == "parquet":
            yield from read_parquet(reading, content, hint=hint)
        else:
            yield from self._whole(reading, kind, content.read(MAX_WHOLE + 1), hint)

    def _whole(self, reading: Reading, kind: str, data: bytes, hint: str | None) -> Iterator[RawRow]:
        from karabakh_data.validation.readers import structured

        if len(data) > MAX_WHOLE:
            reading.tell(codes.too_large, f"more than {MAX_WHOLE >> 20} MiB of {kind.upper()}", "is held in memory")
            return
        readers: dict[str, Callable[..., Iterator[RawRow]]] = {
            "json": structured.read_json,
            "yaml": structured.read_yaml,
        }
        if kind == "xlsx":
            from karabakh_data.validation.readers.workbook import read_workbook

            readers["xlsx"] = read_workbook
        yield from readers[kind](reading, data, hint=hint)


class _Chained(io.RawIOBase):
    """The bytes that were looked at, and then the rest of a stream that cannot be rewound."""

    def __init__(self, head: bytes, rest: Any) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._head:
            data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            data = self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        parts = []
        while size != 0 and (part := super().read(min(size, 1 << 20) if size > 0 else 1 << 20)):
            parts.append(part)
            size -= len(part) if size > 0 else 0
        return b"".join(parts)


def told_from(head: bytes) -> str:
    """The format of content without a name: one of `KINDS`, or what it is instead."""
    found = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if found is not None:
        return found
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    line = text.split("\n", 1)[0].strip()
    if text.startswith("["):
        return "json"
    if text.startswith("{"):
        return "jsonl" if line.endswith("}") and "\n" in text else "json"
    if line.startswith(("- ", "#", "---")) or (line.endswith(":") and "," not in line):
        return "yaml"
    return "tsv" if line.count("\t") > line.count(",") else "csv"


def _shown(path: Path) -> str:
    """A path as findings show it: with forward slashes, whatever the system."""
    return path.as_posix()
