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

_WORD = re.compile(r"\w+")
_LOADED = re.compile(rf"(?<![\w-])(?:{'|'.join(LOADED_WORDS)})(?![\w-])", re.IGNORECASE)


def loaded_words(text: str) -> list[str]:
    """The loaded words that a text holds, lower-case, in order."""
    return [match[0].lower() for match in _LOADED.finditer(text)]


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Which of `names` stand in a text as whole words, whatever their case; hyphens in an id count as blanks."""
    words = _spaced(text)
    return [name for name in names if _spaced(name) in words]


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "
