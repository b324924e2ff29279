"""YAML as many hands write it: the same values in every style, with remarks between them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from karabakh_data.yamltree import Mapping, Node, Scalar, Sequence

PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _./-]*[A-Za-z0-9])?")


class Loose:
    """Writes a tree as YAML, every choice at random.

    Args:
        rng: Makes the choices.
        remarks: Share of places at which a comment stands.
        brackets: Share of the lists and mappings that stand in brackets.
    """

    def __init__(self, rng: random.Random, remarks: float = 0.1, brackets: float = 0.1) -> None:
        self.rng, self.remarks, self.brackets = rng, remarks, brackets
        self.comments = 0
        self.deepest = 99  # right after a block scalar, what stands as deep as it belongs to it

    def text(self, node: Node) -> str:
        """The whole tree as lines."""
        if isinstance(node, Scalar) or not self._pairs_or_items(node):
            return self._in_brackets(node) + "\n"
        return "".join(f"{line}\n" for line in [*self._lines(node, 0), *self._between(0)])

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _remark(self) -> str:
        self.comments += 1
        return f"# remark {self.comments}: {{it's, [not] data"

    def _after(self) -> str:
        """What may stand behind a value on its line."""
        return f"  {self._remark()}" if self._chance(self.remarks) else ""

    def _between(self, indent: int) -> Iterator[str]:
        """What may stand between two entries."""
        while self._chance(self.remarks):
            yield " " * min(self.rng.choice([0, indent, indent + 2, indent + 7]), self.deepest) + self._remark()
        if self._chance(self.remarks):
            yield ""

    @staticmethod
    def _pairs_or_items(node: Node) -> bool:
        return bool(node.pairs if isinstance(node, Mapping) else node.items if isinstance(node, Sequence) else ())

    # --- Blocks ----------------------------------------------------------------------------------------------------

    def _lines(self, node: Node, indent: int) -> Iterator[str]:
        if isinstance(node, Sequence):
            for item in node.items:
                yield from self._between(indent)
                yield from self._item(item, indent)
        elif isinstance(node, Mapping):
            for key, value in node.pairs:
                yield from self._between(indent)
                yield from self._pair(key, value, indent)

    def _item(self, item: Node, indent: int) -> Iterator[str]:
        gap = self.rng.choice([1, 1, 1, 3])
        if isinstance(item, Scalar) or not self._pairs_or_items(item) or self._chance(self.brackets):
            yield from self._with_value(" " * indent + "-" + " " * gap, item, indent + 1)
            return
        lines = list(self._lines(item, indent + 1 + gap))
        if lines[0].strip().startswith(("#", "?")) or not lines[0].strip():
            yield " " * indent + "-" + self._after()
            yield from lines
        else:
            yield " " * indent + "-" + " " * gap + lines[0].lstrip()
            yield from lines[1:]

    def _pair(self, key: Scalar, value: Node, indent: int) -> Iterator[str]:
        start = " " * indent + self._flow_scalar(key.text) + ":"
        if isinstance(value, Scalar) or not self._pairs_or_items(value) or self._chance(self.brackets):
            yield from self._with_value(f"{start} ", value, indent + 1)
        else:
            self.deepest = 99
            yield start + self._after()
            least = 0 if isinstance(value, Sequence) else 1
            yield from self._lines(value, indent + self.rng.randint(least, 4))

    def _with_value(self, start: str, value: Node, indent: int) -> Iterator[str]:
        self.deepest = 99
        if isinstance(value, Scalar) and self._chance(0.2) and self._fits_a_block(value.text):
            yield start + "|-" + self._after()
            yield from (" " * (indent + 1) + line if line else "" for line in value.text.split("\n"))
            self.deepest = indent
        elif isinstance(value, Scalar):
            yield start + self._flow_scalar(value.text) + self._after()
        else:
            first, *rest = self._in_brackets(value, indent).split("\n")
            yield start + first
            yield from rest

    @staticmethod
    def _fits_a_block(text: str) -> bool:
        return bool(text) and text.isprintable() and text == text.strip() and "\ufeff" not in text

    # --- Brackets --------------------------------------------------------------------------------------------------

    def _in_brackets(self, node: Node, indent: int = 1) -> str:
        if isinstance(node, Scalar):
            return self._flow_scalar(node.text)
        if isinstance(node, Sequence):
            parts, signs = [self._in_brackets(item, indent) for item in node.items], "[]"
        else:
            parts = [f"{self._flow_scalar(key.text)}: {self._in_brackets(value, indent)}" for key, value in node.pairs]
            signs = "{}"
        text = signs[0]
        for i, part in enumerate(parts):
            last = i == len(parts) - 1
            text += part + ("" if last and self._chance(0.8) else ",")
            if self._chance(self.remarks):
                text += f" {self._remark()}\n{' ' * (indent + self.rng.randint(0, 3))}"
            elif not last:
                text += " "
        return text + signs[1]

    def _flow_scalar(self, text: str) -> str:
        signs = (c if " " <= c <= "~" and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
        forms = [f'"{"".join(signs)}"']
        if "\n" not in text and text.isprintable() and "\ufeff" not in text:
            forms.append("'" + text.replace("'", "''") + "'")
        if PLAIN.fullmatch(text) and "  " not in text:
            forms += [text] * 5
        return self.rng.choice(forms)


def comments_of(text: str) -> list[str]:
    """The remarks that `Loose` made, as they stand in a text."""
    return re.findall(r"# remark [0-9]+: \{it's, \[not\] data", text)
