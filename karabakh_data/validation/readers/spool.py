"""Streams that are too long to be judged as a whole, put into a temporary file that can be read in parts."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

STDIN = "<stdin>"


def name_of(stream: Any) -> str:
    """What a stream is called in findings."""
    name = getattr(stream, "name", None)
    return name if isinstance(name, str) else STDIN


class Spooled:
    """A stream in a temporary file, which ends with this object.

    Args:
        head: What was read of the stream already.
        rest: The stream.
    """

    def __init__(self, head: bytes, rest: Any) -> None:
        self.name = name_of(rest)
        self._file = tempfile.NamedTemporaryFile(prefix="karabakh-data-")  # noqa: SIM115 - it lives as long as this
        self._file.write(head)
        shutil.copyfileobj(rest, self._file, 1 << 20)
        self._file.flush()
        self.path = Path(self._file.name)


class Chained:
    """The bytes that were read of a stream, and then the rest of it.

    Args:
        head: What was read of the stream already.
        rest: The stream.
        name: What it is called in findings, if not as the stream.
    """

    def __init__(self, head: bytes, rest: Any, name: str | None = None) -> None:
        self.name = name or name_of(rest)
        self._head = head
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes; all of them where that is left out."""
        if not self._head:
            data: bytes = self._rest.read(size)
            return data
        if size < 0:
            data, self._head = self._head + self._rest.read(), b""
            return data
        data, self._head = self._head[:size], self._head[size:]
        return data + self._rest.read(size - len(data)) if len(data) < size else data


def spooled(stream: Any, large: int) -> Spooled | Chained:
    """A binary stream as it is, or in a file if it holds at least so many bytes.

    Raises:
        TypeError: It is a stream of text.
    """
    parts, size = [], 0
    while size < large and (part := stream.read(min(large - size, 1 << 20))):
        if isinstance(part, str):
            raise TypeError("expected a binary stream, such as sys.stdin.buffer")
        parts.append(part)
        size += len(part)
    head = b"".join(parts)
    return Spooled(head, stream) if size >= large else Chained(head, stream)
