"""YAML with positions: PyYAML's events as a tree in which every value knows its line, its column and its extent.

Scalars stay text, whatever they look like. Anchors, aliases and tags are refused, nesting is bounded, and a key that
stands twice is an error: a file is read, never trusted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

MAX_DEPTH = 64

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class YamlError(ValueError):
    """Text that is no acceptable YAML; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Scalar:
    """A value as text."""

    text: str
    line: int
    column: int
    plain: bool
    """Whether it stands without quotation marks."""
    start: int = field(default=0, compare=False, repr=False)
    """Offset of its first character in the text."""
    end: int = field(default=0, compare=False, repr=False)
    """Offset after its last character, without a line break that follows."""


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)
    flow: bool = field(default=False, compare=False, repr=False)
    """Whether it stands in brackets."""


@dataclass(frozen=True)
class Mapping:
    """Keys and values, in order."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)
    flow: bool = field(default=False, compare=False, repr=False)
    """Whether it stands in brackets."""

    def get(self, key: str) -> Node | None:
        """The value of a key, or `None`."""
        return next((value for name, value in self.pairs if name.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping


def parse(text: str) -> Node | None:
    """The tree of one YAML document; `None` where it is empty.

    Raises:
        YamlError: The text is no YAML, or uses what is refused.
    """
    try:
        loader: Any = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        lines = _BREAK.split(text[: error.position])
        message = f"the character U+{ord(text[error.position]):04X} is not accepted here"
        raise YamlError(message, len(lines), len(lines[-1]) + 1) from None
    try:
        return _Reader(text, iter(loader.get_event, None)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark or loader.get_mark()
        raise YamlError(error.problem or "not YAML", mark.line + 1, mark.column + 1) from None
    except (ValueError, OverflowError) as error:
        if isinstance(error, YamlError):
            raise
        mark = loader.get_mark()  # PyYAML leaves an escape past U+10FFFF or a giant version number to Python
        raise YamlError(f"not YAML: {error}", mark.line + 1, mark.column + 1) from None


class _Reader:
    def __init__(self, text: str, events: Any) -> None:
        self._text = text
        self._events = events
        self._depth = 0

    def document(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _refused("a second document", event)
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event)
        return root

    def _node(self, event: Any) -> Node:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _refused("an anchor or alias", event)
        if event.tag:
            raise _refused("a tag", event)
        if isinstance(event, yaml.ScalarEvent):
            if _SURROGATE.search(event.value):
                raise _refused("an escape that is no character", event)
            return Scalar(event.value, line, column, event.style is None, *self._extent_of_scalar(event))
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _refused(f"nesting deeper than {MAX_DEPTH}", event)
        try:
            if isinstance(event, yaml.SequenceStartEvent):
                items, last = self._until(yaml.SequenceEndEvent)
                return Sequence(tuple(items), line, column, *self._extent(event, last, items))
            flat, last = self._until(yaml.MappingEndEvent)
            return Mapping(self._pairs(flat), line, column, *self._extent(event, last, flat))
        finally:
            self._depth -= 1

    def _extent_of_scalar(self, scalar: Any) -> tuple[int, int]:
        """Start and end; PyYAML lets a block scalar end where the next token begins."""
        start: int = scalar.start_mark.index
        end: int = scalar.end_mark.index
        return start, start + len(self._text[start:end].rstrip()) if scalar.style in ("|", ">") else end

    @staticmethod
    def _extent(first: Any, last: Any, nodes: list[Node]) -> tuple[int, int, bool]:
        """Start, end and whether in brackets; a block ends with its last value, not where the next token begins."""
        start: int = first.start_mark.index
        end: int = last.end_mark.index if first.flow_style else nodes[-1].end if nodes else start
        return start, end, bool(first.flow_style)

    def _until(self, end: type) -> tuple[list[Node], Any]:
        nodes = []
        while not isinstance(event := next(self._events), end):
            nodes.append(self._node(event))
        return nodes, event

    @staticmethod
    def _pairs(flat: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        pairs = []
        seen: set[str] = set()
        for key, value in zip(flat[::2], flat[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise YamlError("a key must be plain text", key.line, key.column)
            if key.text in seen:
                raise YamlError(f"the key {key.text!r} stands twice", key.line, key.column)
            seen.add(key.text)
            pairs.append((key, value))
        return tuple(pairs)


def _refused(what: str, event: Any) -> YamlError:
    return YamlError(f"{what} is not accepted here", event.start_mark.line + 1, event.start_mark.column + 1)
