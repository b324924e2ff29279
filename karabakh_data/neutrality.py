"""Words that our own text does not use, and names that an id does not carry."""

from __future__ import annotations

import re
from collections.abc import Iterable

LOADED_WORDS = (
    "aggressor",
    "aggressors",
    "breakaway",
    "enemies",
    "enemy",
    "invader",
    "invaders",
    "liberate",
    "liberated",
    "liberation",
    "mercenaries",
    "mercenary",
    "occupation",
    "occupied",
    "occupier",
    "occupiers",
    "occupies",
    "occupy",
    "occupying",
    "puppet",
    "puppets",
    "regime",
    "regimes",
    "secessionist",
    "secessionists",
    "separatist",
    "separatists",
    "so-called",
    "terrorism",
    "terrorist",
    "terrorists",
    "unrecognised",
    "unrecognized",
)
"""Words that take a side; quotes, titles, roles and aliases may hold them, our own text may not."""

SIDE_WORDS = ("armenia", "armenian", "armenians", "azerbaijan", "azerbaijani", "azerbaijanis", "azeri", "azeris")
"""Words for a belligerent, which no id or name of an incident or ceasefire carries."""

NAME_WORDS = 12
"""Words of a name up to which it is looked for."""

_WORD = re.compile(r"\w+")
_LOADED = re.compile(rf"(?<![\w-])(?:{'|'.join(LOADED_WORDS)})(?![\w-])", re.IGNORECASE)


def loaded_words(text: str) -> list[str]:
    """The loaded words that a text holds, lower-case, in order."""
    return [match[0].lower() for match in _LOADED.finditer(text)]


class Names:
    """Names that are looked for in many texts, as whole words and whatever their case; none of too many words."""

    def __init__(self, names: Iterable[str]) -> None:
        self._found: dict[tuple[str, ...], list[tuple[int, str]]] = {}
        for number, name in enumerate(names):
            words = tuple(name_words(name))
            if 0 < len(words) <= NAME_WORDS:
                self._found.setdefault(words, []).append((number, name))
        self._lengths: dict[str, set[int]] = {}
        """How many words the names have that begin with a word."""
        for words in self._found:
            self._lengths.setdefault(words[0], set()).add(len(words))

    def within(self, text: str) -> list[str]:
        """Those that stand in a text, in the order in which they were given; hyphens in an id count as blanks."""
        words = name_words(text)
        lengths = self._lengths
        runs = {tuple(words[at : at + size]) for at, word in enumerate(words) for size in lengths.get(word, ())}
        return [name for _, name in sorted(one for run in runs for one in self._found.get(run, ()))]


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Which of `names` stand in a text as whole words, whatever their case; hyphens in an id count as blanks."""
    return Names(names).within(text)


def name_words(text: str) -> list[str]:
    """The words of a name, in the case in which names are compared."""
    return _WORD.findall(text.casefold())
