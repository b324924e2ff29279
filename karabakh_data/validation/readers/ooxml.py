"""The archive of an Office Open XML file and its XML parts, read by expat a piece at a time and within limits.

Nothing in the file is trusted: the directory is judged before anything is unpacked, a document type is refused, and
what would fill the memory (entries, elements, names, tags, depth) is counted.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.parsers import expat

from karabakh_data.validation.codes import Code
from karabakh_data.validation.codes import reading as codes

MIB = 1 << 20
UNPACKED = 200 * MIB
"""Bytes of all parts together."""
ENTRIES = 10_000
ELEMENTS = 5_000_000
"""XML elements of a part that may be large."""
SMALL_ELEMENTS = 200_000
"""XML elements of any other part."""
MARKUP = MIB
"""Bytes of one tag or comment, which expat holds as a whole."""
NAMES = 1_000
"""Different names of elements and attributes in a part: expat keeps each."""
DEPTH = 64
PIECE = 1 << 16

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    EOFError,
    OSError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What zipfile, zlib and expat raise on damaged bytes."""

Start = Callable[[str, dict[str, str]], None]
"""Takes the local name and the attributes of an element that begins."""


class WorkbookError(Exception):
    """The workbook cannot be read or will not be; carries the finding code and its arguments."""

    def __init__(self, code: Code[..., Any], *said: str) -> None:
        super().__init__(*said)
        self.code = code
        self.said = said


def damaged(reason: str) -> WorkbookError:
    """The error of a file that its own program would have to repair."""
    return WorkbookError(codes.unreadable, reason)


def bounded(count: int, limit: int, what: str) -> None:
    """Refuse what is more than its limit.

    Raises:
        WorkbookError: It is.
    """
    if count > limit:
        raise WorkbookError(codes.too_large, f"{count:,} {what}", f"{limit:,}")


@contextmanager
def _damage(part: str) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise damaged(f"{part} is damaged: {str(error)[:200] or type(error).__name__}") from None


class Package:
    """The parts of the archive, found whatever the case of their names.

    Raises:
        WorkbookError: It is no archive of this kind, is damaged, or exceeds a limit.
    """

    def __init__(self, data: bytes) -> None:
        with _damage("the archive"):
            self._archive = _opened(data)
            self._parts = _directory(self._archive)

    def related(self, part: str, kind: str) -> str | None:
        """The part of this kind that a part refers to."""
        return next((target for found, target in self.relations(part).values() if found == kind), None)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part (the archive itself: an empty name) refers to: id -> (kind, part)."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = kind, target.lstrip("/")

        if path.casefold() in self._parts:
            self.read(path, start)
        return found

    def read(
        self,
        part: str,
        start: Start,
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
        most: int = SMALL_ELEMENTS,
    ) -> None:
        """Feed a whole part to the handlers."""
        for _ in self.pieces(part, start, end, text, most):
            pass

    def pieces(
        self,
        part: str,
        start: Start,
        end: Callable[[str], None] | None,
        text: Callable[[str], None] | None,
        most: int,
    ) -> Iterator[None]:
        """Feed a part to the handlers, and yield after each piece, so that what they gathered can be taken away.

        Raises:
            WorkbookError: The part is missing, damaged or exceeds a limit; `most` is that of its elements.
        """
        info = self._parts.get(part.casefold())
        if info is None:
            raise damaged(f"{part or 'a part'} is missing")
        names: dict[str, str] = {}
        parser = expat.ParserCreate(intern=names)
        parser.buffer_text = True
        depth = count = 0

        def opened(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, count
            depth += 1
            count += 1
            if depth > DEPTH:
                raise WorkbookError(codes.refused, f"XML nested deeper than {DEPTH} in {part}")
            start(name.rpartition(":")[2] if ":" in name else name, attributes)

        def closed(name: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(name.rpartition(":")[2] if ":" in name else name)

        def document_type(*_: Any) -> None:
            raise WorkbookError(codes.refused, f"a document type in {part}")

        parser.StartElementHandler = opened
        parser.EndElementHandler = closed
        parser.StartDoctypeDeclHandler = document_type
        if text is not None:
            parser.CharacterDataHandler = text
        with _damage(part), self._archive.open(info) as stream:
            fed = 0
            while piece := stream.read(PIECE):
                parser.Parse(piece, False)
                fed += len(piece)
                bounded(fed - parser.CurrentByteIndex, MARKUP, f"bytes of a tag in {part}")
                bounded(count, most, f"XML elements in {part}")
                if len(names) > NAMES:
                    raise damaged(f"{part} holds more than {NAMES:,} names of XML elements")
                yield
            parser.Parse(b"", True)
            yield


def _opened(data: bytes) -> zipfile.ZipFile:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise damaged("the workbook is encrypted; save it without a password")
        raise WorkbookError(codes.unknown_format, "is an old workbook (.xls)", "save it as XLSX")
    if not data:
        raise WorkbookError(codes.nothing_there, "the file is empty")
    if not data.startswith(b"PK"):
        raise WorkbookError(codes.unknown_format, "is no XLSX workbook, which is a zip archive")
    # Counted before zipfile makes an object of each.
    bounded(data.count(b"PK\x01\x02"), ENTRIES, "entries in the archive")
    return zipfile.ZipFile(io.BytesIO(data))


def _directory(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The entries by their folded names, judged."""
    found: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        name = info.filename
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
            raise damaged(f"the archive holds the path {name[:100]!r}, which leads out of it")
        if name.casefold() in found:
            raise damaged(f"the archive holds {name[:100]!r} twice")
        if info.flag_bits & 0x1:
            raise damaged("the archive is encrypted; save the workbook without a password")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(f"{name[:100]!r} is compressed in a way that no workbook is")
        found[name.casefold()] = info
    if "mimetype" in found:
        raise WorkbookError(codes.unknown_format, "is an OpenDocument file", "save it as XLSX")
    bounded(sum(info.file_size for info in found.values()), UNPACKED, "bytes when unpacked")
    return found
