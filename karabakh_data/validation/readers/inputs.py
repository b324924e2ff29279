"""Inputs: what was given, file by file, each handed to the reader of its format."""

from __future__ import annotations

import importlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from karabakh_data.models import Record
from karabakh_data.table import Table
from karabakh_data.tables import MODELS
from karabakh_data.validation.codes import reading as codes
from karabakh_data.validation.raw import Input, Notation, RawRow, Reading
from karabakh_data.validation.readers.columnar import read_frame, read_records
from karabakh_data.validation.readers.formats import EXTENSIONS, FORMATS, by_content, by_name, told_from
from karabakh_data.validation.readers.headers import table_named
from karabakh_data.validation.readers.packages import PACKAGE, File, files_of_folder, files_of_package
from karabakh_data.validation.readers.spool import Chained, Spooled, name_of
from karabakh_data.validation.store import Collector

MAX_WHOLE = 64 << 20
"""Bytes of a file that is held in memory as a whole; each format has a limit of its own below it."""


MAX_RECORDS = 30_000
"""Records of a file that is held in memory as a whole."""


class Inputs:
    """The rows of everything that was given, in order.

    Args:
        findings: Where readers add what they find.
        table: The table of all records, if named.
        kind: The format, if named; else told from the extension, and of standard input from the content.
        is_update: Whether records with published ids are corrections.
    """

    def __init__(
        self, findings: Collector, table: str | None = None, kind: str | None = None, *, is_update: bool = False
    ) -> None:
        self.findings = findings
        self.table = table
        self.kind = kind
        self.is_update = is_update
        self.files: list[str] = []
        self.set_aside: Callable[[Reading, File, str], bool] = lambda reading, file, kind: False
        """Whether a file of this format is judged by other means, so that its rows are not read here."""
        self._read: set[str] = set()

    def read(self, given: Any) -> Iterator[RawRow]:
        """The rows of a path, a list of paths, a frame, a list of records, or a mapping from tables to those."""
        if isinstance(given, str) and ("\n" in given or given.lstrip()[:1] in ("[", "{")):
            raise ValueError("this is text, not a path: pass io.BytesIO(text.encode()), with kind=")
        self._read = set()
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
        elif isinstance(given, Spooled):
            yield from self._spooled(given)
        elif hasattr(given, "read"):
            yield from self._stream(given)
        elif isinstance(given, list | tuple) and given and all(isinstance(one, str | os.PathLike) for one in given):
            for path in map(Path, given):
                if self._is_new(path):
                    yield from self._path(path)
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
        return Reading(Input(name, len(self.files) - 1, notation, is_update=self.is_update), self.findings, self.table)

    def _beside(self, path: Path) -> Reading:
        """A reading of what holds no records itself; its findings stand before those of the file that comes next."""
        return Reading(Input(_shown(path), len(self.files), Notation.TEXT), self.findings, self.table)

    def _path(self, path: Path) -> Iterator[RawRow]:
        if path.is_dir():
            for file in files_of_folder(path, EXTENSIONS, self._beside):
                if self._is_new(file.path):
                    yield from self._file(file)
        elif path.name == PACKAGE:
            reading = self._reading(_shown(path), Notation.JSON)
            for file in files_of_package(reading, path):
                if file.path.name == PACKAGE or self._is_new(file.path):  # one that lists itself is told
                    yield from self._file(file)
        else:
            yield from self._file(File(path))

    def _is_new(self, path: Path) -> bool:
        """Whether a path is met for the first time: by its own name, in a folder that holds it, or in a package."""
        real = os.path.realpath(path)
        new = real not in self._read
        self._read.add(real)
        return new

    def _file(self, file: File) -> Iterator[RawRow]:
        path, hint, delimiter = file
        reading = self._reading(_shown(path), Notation.TEXT)
        try:
            if path.exists() and not path.is_file():  # to open a pipe without a writer would wait for ever
                reading.tell(codes.unreadable, "no regular file; pipe it to `karabakh-data validate -`")
                return
            with path.open("rb") as stream:
                kind = self._kind(reading, path.suffix.casefold(), stream.read(16))
                stream.seek(0)
                hint = hint or table_named(path.stem)
                if kind is not None and not self.set_aside(reading, File(path, hint, delimiter), kind):
                    at = path if kind == "parquet" else stream
                    yield from self._dispatch(reading, kind, at, hint, delimiter)
        except OSError as error:
            reading.tell(codes.unreadable, error.strerror or str(error))

    def _stream(self, stream: Any) -> Iterator[RawRow]:
        reading = self._reading(name_of(stream), Notation.TEXT)
        head = stream.read(4096)
        if isinstance(head, str):
            raise TypeError("expected a binary stream, such as sys.stdin.buffer")
        kind = self.kind or told_from(head)
        whole = Chained(head, stream)
        if kind not in FORMATS:
            reading.tell(codes.unknown_format, f"is {kind}")
        elif kind == "parquet":
            data = whole.read(MAX_WHOLE + 1)
            if len(data) > MAX_WHOLE:
                limit = f"{MAX_WHOLE >> 20} MiB of Parquet on standard input"
                reading.tell(codes.too_large, "the input is larger", limit, "give the file by its name")
                return
            yield from self._dispatch(reading, kind, io.BytesIO(data), None, None)
        else:
            yield from self._dispatch(reading, kind, whole, None, None)

    def _spooled(self, spooled: Spooled) -> Iterator[RawRow]:
        with spooled.path.open("rb") as stream:
            kind = self.kind or told_from(stream.read(4096))
            stream.seek(0)
            if kind in FORMATS and not FORMATS[kind].whole:
                reading = self._reading(spooled.name, Notation.TEXT)
                if not self.set_aside(reading, File(spooled.path), kind):
                    at = spooled.path if kind == "parquet" else stream
                    yield from self._dispatch(reading, kind, at, None, None)
            else:
                yield from self._stream(Chained(b"", stream, spooled.name))

    def _kind(self, reading: Reading, extension: str, head: bytes) -> str | None:
        named, found = self.kind or by_name(extension), by_content(head)
        if found is not None and found != named:
            if found not in FORMATS:
                reading.tell(codes.unknown_format, f"is {found}")
                return None
            repair = f"rename the file to end in {FORMATS[found].extensions[0]}"
            reading.tell(codes.unknown_format, f"is {found.upper()} by its content", repair)
            return found
        if named is None:
            what = f"{extension} is no known format" if extension else "a name without extension tells no format"
            reading.tell(codes.unknown_format, what)
        return named

    def _dispatch(
        self, reading: Reading, kind: str, content: Any, hint: str | None, delimiter: str | None
    ) -> Iterator[RawRow]:
        form = FORMATS[kind]
        reading.source.notation = form.notation
        options: dict[str, Any] = {"hint": hint}
        if form.notation is Notation.TEXT:
            options["delimiter"] = delimiter or ("\t" if kind == "tsv" else ",")
        if form.whole:
            content = content.read(MAX_WHOLE + 1)
            if len(content) > MAX_WHOLE:
                reading.tell(codes.too_large, f"more than {MAX_WHOLE >> 20} MiB of {kind.upper()}", "is held in memory")
                return
        module = importlib.import_module(f"karabakh_data.validation.readers.{form.module}")
        rows = getattr(module, form.reader)(reading, content, **options)
        yield from self._not_too_many(reading, rows, kind) if form.whole else rows

    @staticmethod
    def _not_too_many(reading: Reading, rows: Iterator[RawRow], kind: str) -> Iterator[RawRow]:
        for number, row in enumerate(rows):
            if number == MAX_RECORDS:
                reading.tell(codes.too_large, "the file holds more records", f"{number:,} of {kind.upper()}", at=row)
                return
            yield row


def _shown(path: Path) -> str:
    """A path as findings show it: with forward slashes, whatever the system."""
    return path.as_posix()
