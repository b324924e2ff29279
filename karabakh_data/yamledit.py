"""YAML text: written from values, and changed in place so that comments, order and formatting of the rest stay.

What is written is PyYAML's form at 120 columns, lists indented under their key. What is there already is never written
anew: an `Editor` takes insertions and replacements at the places that `karabakh_data.yamltree` tells.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import yaml

from karabakh_data import yamltree

WIDTH = 120
"""Column after which PyYAML breaks a line."""

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_COMMENT = re.compile("(?:[ \t]*(?:\r\n|[\r\n\x85\u2028\u2029]))*([ \t]*)#[^\r\n\x85\u2028\u2029]*")
_GAP = re.compile(r"[ \t]*:\s*")
_LONGEST_KEY = 100
"""From 128 characters on, PyYAML writes a key as `? key`."""

Node: TypeAlias = yaml.Node
Pair: TypeAlias = tuple[str, yaml.Node]


# --- Values --------------------------------------------------------------------------------------------------------


def scalar(text: str, *, boolean: bool = False) -> yaml.ScalarNode:
    """A text as a value, in quotation marks where other readers of YAML would take it for something else."""
    style = "|" if "\n" in text else None
    return yaml.ScalarNode("tag:yaml.org,2002:bool" if boolean else "tag:yaml.org,2002:str", text, style=style)


def sequence(items: Iterable[yaml.Node], *, flow: bool = False) -> yaml.SequenceNode:
    """A list; in brackets with `flow`."""
    return yaml.SequenceNode("tag:yaml.org,2002:seq", list(items), flow_style=flow)


def mapping(pairs: Iterable[Pair], *, flow: bool = False) -> yaml.MappingNode:
    """Keys and values; in brackets with `flow`."""
    nodes: list[tuple[yaml.Node, yaml.Node]] = [(scalar(key), value) for key, value in pairs]
    return yaml.MappingNode("tag:yaml.org,2002:map", nodes, flow_style=flow)


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def block(node: yaml.Node, indent: int = 0) -> str:
    """A list or mapping as lines that begin with `indent` blanks and end with a line feed."""
    text = _dump(node, WIDTH - indent)
    return "".join(f"{' ' * indent}{line}\n" if line else "\n" for line in text.split("\n")[:-1])


def inline(node: yaml.Node) -> str:
    """A list or mapping in brackets, on one line."""
    return _dump(_on_one_line(node), 10**9).rstrip("\n")


def _dump(node: yaml.Node, width: int) -> str:
    return str(yaml.serialize(node, Dumper=_Dumper, width=width, allow_unicode=True))


def _on_one_line(node: yaml.Node) -> yaml.Node:
    if isinstance(node, yaml.ScalarNode):
        return yaml.ScalarNode(node.tag, node.value, style='"' if "\n" in node.value else None)
    if isinstance(node, yaml.SequenceNode):
        return sequence(map(_on_one_line, node.value), flow=True)
    pairs = [(_on_one_line(key), _on_one_line(value)) for key, value in node.value]
    return yaml.MappingNode(node.tag, pairs, flow_style=True)


# --- Changes -------------------------------------------------------------------------------------------------------


class EditError(ValueError):
    """A change that would lose or misplace something; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class _Edit(NamedTuple):
    start: int
    end: int
    rank: tuple[int, int]
    """Where several texts are inserted at one place: what stands deeper comes first."""
    text: str


_ITEM, _PAIR = 0, 1
_ANYWHERE = (0, 0)


class Editor:
    """Collects changes to a text by the places of its tree; `result` applies them.

    Every method raises `EditError` where a comment would be lost or the place has an unusual form.
    """

    def __init__(self, text: str) -> None:
        self.root = yamltree.parse(text)
        self._newline = _line_end_of(text)
        self._given = text
        self._text = text if not text or _ends_line(text) else text + self._newline
        self._edits: list[_Edit] = []
        self._gone: set[int] = set()

    @property
    def changes(self) -> int:
        """How many changes were made."""
        return len(self._edits)

    def result(self) -> str:
        """The text with all changes.

        Raises:
            EditError: Two changes overlap.
        """
        parts, done = [], 0
        for edit in sorted(self._edits, key=lambda edit: (edit.start, edit.end > edit.start, edit.rank)):
            if edit.start < done:
                raise self._error("two changes meet here", edit.start)
            parts += [self._text[done : edit.start], edit.text.replace("\n", self._newline)]
            done = edit.end
        changed = "".join(parts) + self._text[done:]
        at_the_end = any(edit.start >= len(self._given) for edit in self._edits)
        return changed if at_the_end or self._text == self._given else changed[: -len(self._newline)]

    # --- Lists -----------------------------------------------------------------------------------------------------

    def append_to_root(self, items: Sequence[yaml.Node]) -> None:
        """Add items to the list that the whole text is, each after a blank line."""
        if isinstance(self.root, yamltree.Sequence) and not self.root.flow:
            self._insert_items(self.root, items, "\n")
        elif self.root is None:
            blank = "\n" if self._text else ""
            self._insert(len(self._text), (0, _ITEM), blank + "\n".join(block(sequence([item])) for item in items))
        elif not isinstance(self.root, yamltree.Sequence):
            raise self._error("expected a list", self.root.start)
        elif self.root.items or self.root.column > 1:
            self._append_in_brackets(self.root, items)
        else:
            self._keep_comments(self.root.start, self.root.end, [])
            text = "\n".join(block(sequence([item])) for item in items)
            self._change(self.root.start, self.root.end, text.rstrip("\n"))

    def append(self, parent: yamltree.Mapping, key: str, items: Sequence[yaml.Node]) -> None:
        """Add items to the list that stands under a key."""
        value = parent.get(key)
        if not isinstance(value, yamltree.Sequence):
            raise self._error("expected a list", parent.start)
        if not value.flow:
            self._insert_items(value, items, "")
        elif value.items or parent.flow:
            self._append_in_brackets(value, items)
        else:
            self.replace(parent, key, sequence(items))

    def _insert_items(self, to: yamltree.Sequence, items: Sequence[yaml.Node], before: str) -> None:
        indent = to.column - 1
        text = "".join(before + block(sequence([item]), indent) for item in items)
        self._insert(self._after(to.end, to.column), (-to.column, _ITEM), text)

    def _append_in_brackets(self, to: yamltree.Sequence, items: Sequence[yaml.Node]) -> None:
        text = inline(sequence(items))[1:-1]
        if to.items:
            self._insert(to.items[-1].end, _ANYWHERE, f", {text}")
        else:
            self._insert(to.end - 1, _ANYWHERE, text)

    # --- Keys ------------------------------------------------------------------------------------------------------

    def add(self, parent: yamltree.Mapping, after: Container[str], key: str, value: yaml.Node) -> None:
        """Add a key with its value behind the last of the keys `after`; behind the first key where none of them is."""
        kept = [pair for pair in parent.pairs if pair[0].start not in self._gone]
        if not kept:
            raise self._error("no key is left beside which another could stand", parent.start)
        anchor = next((pair[1] for pair in reversed(kept) if pair[0].text in after), kept[0][1])
        if parent.flow:
            self._insert(anchor.end, _ANYWHERE, f", {inline(mapping([(key, value)]))[1:-1]}")
        else:
            text = block(mapping([(key, value)]), parent.column - 1)
            self._insert(self._after(anchor.end, parent.column), (-parent.column, _PAIR), text)

    def replace(self, parent: yamltree.Mapping, key: str, value: yaml.Node) -> None:
        """Give a key another value."""
        name, old = self._pair(parent, key)
        self._keep_comments(name.end, old.end, [old])
        gap = _GAP.fullmatch(self._text, name.end, old.start)
        if not gap:
            raise self._error("the key and its value do not stand side by side", name.start)
        if parent.flow:
            self._change(name.end, old.end, ": " + inline(sequence([value]))[1:-1])
        else:
            behind = self._text[old.end : self._after(old.end, parent.column)]
            if isinstance(value, yaml.ScalarNode) and "#" in behind:
                value = _on_one_line(value)  # a block of text would take the comment in
            # A key of the same length lets the lines break where they would with the key itself.
            stand_in = "k" * min(name.end - name.start, _LONGEST_KEY)
            text = block(mapping([(stand_in, value)]), parent.column - 1)
            self._change(name.end, old.end, text.lstrip(" ").removeprefix(stand_in).rstrip("\n"))

    def remove(self, parent: yamltree.Mapping, key: str) -> None:
        """Take a key and its value away."""
        name, value = self._pair(parent, key)
        place = [pair[0].text for pair in parent.pairs].index(key)
        line = self._line_start(name.start)
        if len(parent.pairs) == 1:
            raise self._error("the only key cannot be taken away", name.start)
        if parent.flow and place > 0:
            start, end = parent.pairs[place - 1][1].end, value.end
        elif not parent.flow and not self._text[line : name.start].strip():
            start, end = line, self._after(value.end, parent.column)
        elif place == 0:
            start, end = name.start, parent.pairs[1][0].start
        else:
            raise self._error("the key does not begin its line", name.start)
        self._gone.add(name.start)
        self._keep_comments(start, end, [name, value])
        self._change(start, end, "")

    def rename(self, parent: yamltree.Mapping, key: str, text: str) -> None:
        """Write a key otherwise."""
        name, _ = self._pair(parent, key)
        self._change(name.start, name.end, text)

    def _pair(self, parent: yamltree.Mapping, key: str) -> tuple[yamltree.Scalar, yamltree.Node]:
        for name, value in parent.pairs:
            if name.text == key:
                return name, value
        raise self._error(f"expected a key {key!r}", parent.start)

    # --- Text ------------------------------------------------------------------------------------------------------

    def _insert(self, at: int, rank: tuple[int, int], text: str) -> None:
        self._edits.append(_Edit(at, at, rank, text))

    def _change(self, start: int, end: int, text: str) -> None:
        self._edits.append(_Edit(start, end, _ANYWHERE, text))

    def _line_start(self, at: int) -> int:
        return max((match.end() for match in _BREAK.finditer(self._text, 0, at)), default=0)

    def _line_end(self, at: int) -> int:
        """The offset after the line break that ends the line of `at`."""
        match = _BREAK.search(self._text, at)
        return match.end() if match else len(self._text)

    def _after(self, end: int, column: int) -> int:
        """Where lines may follow a value; comments that stand deeper than `column` belong to the value."""
        at = self._line_end(end)
        while (comment := _COMMENT.match(self._text, at)) and len(comment[1]) >= column:
            at = self._line_end(comment.end())
        return at

    def _keep_comments(self, start: int, end: int, nodes: Iterable[yamltree.Node]) -> None:
        """Refuse a change of a stretch of text in which something is remarked."""
        bare = list(self._text[start:end])
        for leaf in (leaf for node in nodes for leaf in _leaves(node)):
            first = leaf.start
            if self._text[first : first + 1] in ("|", ">"):
                first = self._line_end(first)  # a comment may follow the sign of a block
            for i in range(max(first, start), min(leaf.end, end)):
                bare[i - start] = " "
        if "#" in bare:
            raise self._error("a comment stands here, which would be lost", start + bare.index("#"))

    def _error(self, message: str, at: int) -> EditError:
        start = self._line_start(at)
        lines = sum(1 for _ in _BREAK.finditer(self._text, 0, start))
        return EditError(message, lines + 1, len(self._text[start:at].lstrip("\ufeff")) + 1)


def _leaves(node: yamltree.Node) -> Iterator[yamltree.Scalar]:
    if isinstance(node, yamltree.Scalar):
        yield node
    elif isinstance(node, yamltree.Sequence):
        for item in node.items:
            yield from _leaves(item)
    else:
        for key, value in node.pairs:
            yield key
            yield from _leaves(value)


def _ends_line(text: str) -> bool:
    return _BREAK.fullmatch(text, len(text) - 1) is not None


def _line_end_of(text: str) -> str:
    """The line end that most lines of a text have; the line feed where none has one."""
    counts: dict[str, int] = {}
    for match in _BREAK.finditer(text):
        counts[match[0]] = counts.get(match[0], 0) + 1
    usual = max(counts, key=counts.__getitem__, default="\n")
    return usual if usual in ("\n", "\r\n", "\r") else "\n"
