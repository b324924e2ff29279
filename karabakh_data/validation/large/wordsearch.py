"""Words looked for in many texts by one regular expression, whatever their case: found wherever Python finds them.

Python compares case-folded texts, in which one letter may become several (`ß` is `ss`), or ignores case, in which `ı`
is `i`. The expression allows each letter of a word all signs that may stand for it, and for a boundary anything but an
ASCII letter, digit or `_`; so it may find more than Python does, and never less.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import chain

_LAST = 0x1F000
"""Code points from here on have no case."""

_BLOCK = 0x80
"""Code points that are looked at together: few blocks have signs with a case."""

_DOTLESS = "\u0131"
"""Not the lower case of `I` where texts are folded, but equal to `i` where case is ignored."""


@cache
def _signs() -> dict[str, str]:
    """What case folding makes of a sign, in letters only, and all the signs that it makes it of."""
    found: dict[str, set[str]] = defaultdict(set)
    blocks = ("".join(map(chr, range(start, start + _BLOCK))) for start in range(0x80, _LAST, _BLOCK))
    for sign in chain.from_iterable(block for block in blocks if block.casefold() != block):
        if (folded := sign.casefold()) != sign:
            found[folded].add(sign)
            if len(folded) > 1:  # marks part words: what stands before and behind them counts by itself
                for part in filter(None, re.findall(r"\w+", folded)):
                    found[part].add(sign)
                    for letter in part:
                        found[letter].add(sign)
    found["i"].add(_DOTLESS)
    return {folded: "".join(sorted(signs)) for folded, signs in found.items()}


@cache
def _groups() -> list[str]:
    """Those of several letters, the longest first."""
    return sorted((one for one in _signs() if len(one) > 1), key=len, reverse=True)


def pattern_of(words: Iterable[str]) -> str:
    """A regular expression, in the syntax of Rust and Python, that finds any of these words; they are case-folded."""
    plain = sorted(word for word in words if word.isascii())
    others = sorted(word for word in words if not word.isascii())
    found = []
    if plain:
        found.append(f"(?:^|[^0-9A-Za-z_])(?:{'|'.join(map(_spelt, plain))})(?:$|[^0-9A-Za-z_])")
    found += map(_spelt, others)
    return "(?i:" + "|".join(found) + ")"


def _spelt(word: str) -> str:
    """The expression of a word, each letter in all its forms."""
    signs = _signs()
    several = [one for one in _groups() if one in word]
    parts: list[str] = []
    at = 0
    while at < len(word):
        group = next((one for one in several if word.startswith(one, at)), None)
        letters = group or word[at]
        single = "".join(_letter(letter, signs) for letter in letters)
        parts.append(f"(?:{single}|[{re.escape(signs[group])}])" if group else single)
        at += len(letters)
    return "".join(parts)


def _letter(letter: str, signs: dict[str, str]) -> str:
    others = signs.get(letter, "")
    return f"[{re.escape(letter + others)}]" if others else re.escape(letter)
