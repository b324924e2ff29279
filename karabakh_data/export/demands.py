"""What a pattern demands, for engines without regular expressions: its signs, its beginnings, its lengths.

Every demand follows from the pattern and none is stricter than it, so a value that matches meets them all; a value that
meets them all may still not match. SQLite's GLOB can express them.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import Any

_parser: Any = importlib.import_module("re._parser")  # the standard library's own reading of a pattern
_op: Any = importlib.import_module("re._constants")

_LAST_SIGN = 0x10FFFF
_MOST_BEGINNINGS = 20

Signs = tuple[tuple[int, int], ...]
"""A set of code points as ranges, first and last inclusive, in order and apart."""

EVERY_SIGN: Signs = ((0, _LAST_SIGN),)


@dataclass(frozen=True)
class Demands:
    """What every text holds that matches a pattern as a whole."""

    first: Signs
    """Signs at its start."""
    last: Signs
    """Signs at its end."""
    signs: Signs
    """Signs anywhere."""
    may_be_empty: bool
    beginnings: tuple[str, ...]
    """It begins with one of these; `("",)` where nothing is demanded."""
    shortest: int
    """Code points at least."""
    longest: int | None
    """Code points at most; `None` where nothing is demanded."""


@cache
def demands(pattern: str) -> Demands:
    """What a pattern demands of a whole text.

    Raises:
        re.error: It is no regular expression of Python.
    """
    parsed = _parser.parse(pattern)
    shortest, longest = parsed.getwidth()
    first, last, signs, empty = _sequence(list(parsed))
    beginnings, _ = _beginnings(list(parsed))
    bounded = longest < min(_op.MAXREPEAT, 1 << 31)
    return Demands(first, last, signs, empty, tuple(sorted(beginnings)), shortest, longest if bounded else None)


def complement(signs: Signs) -> Signs:
    """Every other code point."""
    found, at = [], 0
    for low, high in signs:
        if low > at:
            found.append((at, low - 1))
        at = high + 1
    return (*found, (at, _LAST_SIGN)) if at <= _LAST_SIGN else tuple(found)


def union(*sets: Signs) -> Signs:
    """Every code point of any of them."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(one for signs in sets for one in signs):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


_Walked = tuple[Signs, Signs, Signs, bool]
"""First, last and all signs, and whether the part may be empty."""


def _sequence(parts: list[Any]) -> _Walked:
    walked = [_part(op, given) for op, given in parts]
    first: Signs = ()
    for part in walked:
        first = union(first, part[0])
        if not part[3]:
            break
    last: Signs = ()
    for part in reversed(walked):
        last = union(last, part[1])
        if not part[3]:
            break
    return first, last, union(*(part[2] for part in walked)), all(part[3] for part in walked)


def _part(op: Any, given: Any) -> _Walked:
    if op is _op.AT:
        return (), (), (), True
    if op is _op.SUBPATTERN:
        return _sequence(list(given[-1]))
    if op is _op.BRANCH:
        walked = [_sequence(list(branch)) for branch in given[1]]
        first, last, signs, empty = zip(*walked, strict=True)
        return union(*first), union(*last), union(*signs), any(empty)
    if op in (_op.MAX_REPEAT, _op.MIN_REPEAT):
        least, _, inner = given
        part = _sequence(list(inner))
        return part[0], part[1], part[2], part[3] or least == 0
    found = _signs(op, given)
    if found is None:  # a part that this does not know demands nothing
        return EVERY_SIGN, EVERY_SIGN, EVERY_SIGN, True
    return found, found, found, False


def _signs(op: Any, given: Any) -> Signs | None:
    """The signs that one place takes."""
    if op is _op.LITERAL:
        return ((given, given),)
    if op is _op.NOT_LITERAL:
        return complement(((given, given),))
    if op is _op.ANY:
        return EVERY_SIGN
    if op is not _op.IN:
        return None
    found: list[tuple[int, int]] = []
    negated = False
    for one, value in given:
        if one is _op.NEGATE:
            negated = True
        elif one is _op.LITERAL:
            found.append((value, value))
        elif one is _op.RANGE:
            found.append(value)
        else:
            return EVERY_SIGN
    signs = union(tuple(found))
    return complement(signs) if negated else signs


def _count(signs: Signs) -> int:
    return sum(high - low + 1 for low, high in signs)


def _beginnings(parts: list[Any]) -> tuple[set[str], bool]:
    """The fixed beginnings, and whether the whole sequence is fixed by them."""
    begun = {""}
    for op, given in parts:
        if op is _op.AT:
            continue
        if op is _op.SUBPATTERN:
            more, fixed = _beginnings(list(given[-1]))
        elif op is _op.BRANCH:
            branches = [_beginnings(list(branch)) for branch in given[1]]
            more, fixed = set().union(*(found for found, _ in branches)), all(whole for _, whole in branches)
        elif (signs := _signs(op, given)) is not None and _count(signs) <= _MOST_BEGINNINGS:
            more, fixed = {chr(point) for low, high in signs for point in range(low, high + 1)}, True
        else:
            return begun, False
        if len(begun) * len(more) > _MOST_BEGINNINGS:
            return begun, False
        begun = {start + end for start in begun for end in more}
        if not fixed:
            return begun, False
    return begun, True
