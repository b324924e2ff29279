"""YAML with positions: PyYAML's events as a tree in which every value knows its line, its column and its extent.

Scalars stay text, whatever they look like. Anchors, aliases and tags are refused, nesting is bounded, and a key that
stands twice is an error: a file is read, never trusted.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import yaml

from karabakh_data.position import Kind, Positions, TextError

MAX_DEPTH = 64

_SURROGATE = re.compile("[\ud800-\udfff]")

_PRIVATE = 0xF0000
"""Where characters stand in for those that PyYAML refuses, while it reads a text that holds some."""

_STAND_IN = re.compile("[\U000f0000-\U000fffff]")

_PLAIN_WORDS = (
    ("mapping values are not allowed here", "`:` cannot stand here; quote a text with `: ` in it, align the keys"),
    ("found character '\\\\t' that", "a tab cannot stand here; indent with blanks"),
    ("found character '(.)' that", "a text that begins with {0} needs quotation marks"),
    ("found unexpected end of stream", "the text in quotation marks that opens at {at} is never closed"),
    ("expected ',' or '(.)', but got '<stream end>'", "{0} is missing: what opens at {at} is never closed"),
    ("expected ',' or '(.)', but got", "a comma is missing before this, or {0}"),
    (
        "expected <block end>, but found '<scalar>'",
        "the text ends before this; put it whole in single quotation marks",
    ),
    ("expected <block end>, but found", "the line is not indented like those that it belongs to"),
    ("expected the node content, but found", "a value is missing before this"),
    ("found unknown escape character '(.)'", "\\{0} is no escape; in single quotation marks a backslash is itself"),
    ("could not find expected ':'", "a key without `: `, or a text that needs quotation marks"),
    ("expected '<document start>'", "the document ends before this"),
)
"""What PyYAML says, as a regular expression, and what is likely meant."""

_UNCLOSED = re.compile("unexpected end of stream|but got '<stream end>'")


class YamlError(TextError):
    """Text that is no acceptable YAML; `line` and `column` count from 1."""


@dataclass(frozen=True, slots=True)
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
    block: bool = field(default=False, compare=False, repr=False)
    """Whether it is a block of lines behind `|` or `>`."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)
    flow: bool = field(default=False, compare=False, repr=False)
    """Whether it stands in brackets."""
    whole: bool = field(default=True, compare=False, repr=False)
    """Whether the text could be read to its end."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values, in order."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)
    flow: bool = field(default=False, compare=False, repr=False)
    """Whether it stands in brackets."""
    whole: bool = field(default=True, compare=False, repr=False)
    """Whether the text could be read to its end."""

    def get(self, key: str) -> Node | None:
        """The value of a key, or `None`."""
        return next((value for name, value in self.pairs if name.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping


class Tree(NamedTuple):
    """A text as far as it could be read."""

    root: Node | None
    error: YamlError | None


def parse(text: str) -> Node | None:
    """The tree of one YAML document; `None` where it is empty.

    Raises:
        YamlError: The text is no YAML, or uses what is refused.
    """
    return _Reader(text).document()


def parse_leniently(text: str, most: int = sys.maxsize) -> Tree:
    """The tree of one YAML document of at most so many keys and values, up to the first error.

    Keys that stand twice are all kept, and so are control characters and halves of surrogate pairs in texts.
    """
    hides = yaml.reader.Reader.NON_PRINTABLE.search(text) is not None and not _STAND_IN.search(text)
    try:
        reader = _Reader(text.translate(_stand_ins()) if hides else text, most, lenient=True, restored=hides)
        return Tree(reader.document(), reader.error)
    except YamlError as error:
        return Tree(None, error)


@cache
def _stand_ins() -> dict[int, int]:
    refused = yaml.reader.Reader.NON_PRINTABLE
    return {code: _PRIVATE + code for code in range(0x10000) if refused.match(chr(code))}


@cache
def _restored() -> dict[int, int]:
    return {stand_in: code for code, stand_in in _stand_ins().items()}


class _Reader:
    """Reads events into a tree.

    Args:
        text: The text.
        most: How many keys and values it may hold.
        lenient: Whether the first error ends the tree and is kept in `error`, instead of being raised.
        restored: Whether characters stand in for those that PyYAML refuses.
    """

    def __init__(self, text: str, most: int = sys.maxsize, *, lenient: bool = False, restored: bool = False) -> None:
        self.error: YamlError | None = None
        self._text = text
        self._positions = Positions(text)
        self._most = self._left = most
        self._lenient = lenient
        self._restored = restored
        self._depth = 0
        try:
            self._loader: Any = yaml.SafeLoader(text)
        except yaml.reader.ReaderError as error:
            what = f"U+{ord(text[error.position]):04X}"
            place = self._positions.place(error.position)
            message = f"the character {what} is not accepted here"
            raise YamlError(message, *place, Kind.CHARACTER, text[error.position]) from None

    def document(self) -> Node | None:
        root: Node | None = None
        documents = 0
        try:
            while self.error is None and (event := self._next()) is not None:
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        raise self._refused("a second document", event)
                elif isinstance(event, yaml.NodeEvent):
                    root = self._node(event)
        except YamlError as error:
            self._stop(error)
        return root

    def _stop(self, error: YamlError) -> None:
        if not self._lenient:
            raise error
        self.error = error

    def _next(self) -> Any:
        try:
            return self._loader.get_event()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark or self._loader.get_mark()
            if self._lenient and error.context_mark and _UNCLOSED.search(error.problem or ""):
                mark = error.context_mark  # the end of the file tells nobody where the slip is
            raise YamlError(self._in_plain_words(error), *self._positions.place(mark.index)) from None
        except (ValueError, OverflowError) as error:
            mark = self._loader.get_mark()  # PyYAML leaves an escape past U+10FFFF or a giant version number to Python
            raise YamlError(f"not YAML: {error}", *self._positions.place(mark.index)) from None

    def _in_plain_words(self, error: yaml.MarkedYAMLError) -> str:
        said = error.problem or "not YAML"
        line, column = self._positions.place(error.context_mark.index) if error.context_mark else (0, 0)
        for pattern, meant in _PLAIN_WORDS:
            if found := re.match(pattern, said):
                return meant.format(*found.groups(), at=f"{line}:{column}")
        return said

    def _node(self, event: Any) -> Node:
        line, column = self._positions.place(event.start_mark.index)
        self._left -= 1
        if self._left < 0:
            what = f"{self._most:,} keys and values"
            raise YamlError(f"the text holds more than {what}", line, column, Kind.LARGE, what)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise self._refused("an anchor or alias", event)
        if event.tag:
            raise self._refused("a tag", event)
        if isinstance(event, yaml.ScalarEvent):
            value = event.value
            if self._restored:
                value = value.translate(_restored())
            if not self._lenient and _SURROGATE.search(value):
                raise self._refused("an escape that is no character", event)
            return Scalar(
                value, line, column, event.style is None, *self._extent_of_scalar(event), event.style in ("|", ">")
            )
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._refused(f"nesting deeper than {MAX_DEPTH}", event)
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
    def _extent(first: Any, last: Any, nodes: list[Node]) -> tuple[int, int, bool, bool]:
        """Start, end, whether in brackets and whether whole; a block ends with its last value, not at a later token."""
        start: int = first.start_mark.index
        if last is None:
            return start, nodes[-1].end if nodes else start, bool(first.flow_style), False
        end: int = last.end_mark.index if first.flow_style else nodes[-1].end if nodes else start
        return start, end, bool(first.flow_style), True

    def _until(self, end: type) -> tuple[list[Node], Any]:
        """The nodes up to the event that ends them, and that event; `None` where an error ends them."""
        nodes: list[Node] = []
        try:
            while not isinstance(event := self._next(), end):
                nodes.append(self._node(event))
                if self.error is not None:
                    return nodes, None
        except YamlError as error:
            self._stop(error)
            return nodes, None
        return nodes, event

    def _pairs(self, flat: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        pairs = []
        seen: set[str] = set()
        for key, value in zip(flat[::2], flat[1::2], strict=self.error is None):
            if not isinstance(key, Scalar):
                raise YamlError("a key must be plain text", key.line, key.column, Kind.STRUCTURE)
            if key.text in seen and not self._lenient:
                raise YamlError(f"the key {key.text!r} stands twice", key.line, key.column, Kind.REPEATED)
            seen.add(key.text)
            pairs.append((key, value))
        return tuple(pairs)

    def _refused(self, what: str, event: Any) -> YamlError:
        place = self._positions.place(event.start_mark.index)
        return YamlError(f"{what} is not accepted here", *place, Kind.REFUSED, what)
