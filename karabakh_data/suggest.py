"""Did you mean: the nearest of a list of names."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable

LONGEST = 200
"""Characters of a name that is compared with others: time grows with the square of them."""

FEW = 200
"""Names that are all compared."""

COMPARED = 50
"""Names that are compared of many."""


def nearest(typed: str, names: Iterable[str], count: int = 3, cutoff: float = 0.6) -> list[str]:
    """Up to `count` names that resemble what was typed by at least `cutoff` (0 to 1), whatever the case, best first."""
    if len(typed) > LONGEST:
        return []
    folded = {name.casefold(): name for name in names}
    return [folded[found] for found in difflib.get_close_matches(typed.casefold(), folded, n=count, cutoff=cutoff)]


class Index:
    """Many names, in which those worth comparing are found at once: the ones with most groups of letters in common."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)
        self._having: defaultdict[str, list[str]] = defaultdict(list)
        if len(self._names) > FEW:
            for name in self._names:
                for group in _groups(name):
                    self._having[group].append(name)

    def like(self, typed: str) -> list[str]:
        """The names worth comparing with what was typed."""
        if len(self._names) <= FEW:
            return self._names
        shared: Counter[str] = Counter()
        for group in _groups(typed):
            names = self._having.get(group, ())
            if len(names) * 2 < len(self._names):  # what most names have, such as a prefix, tells nothing
                shared.update(names)
        return [name for name, _ in shared.most_common(COMPARED)]


def _groups(name: str) -> list[str]:
    """The different groups of three letters, in order."""
    folded = name[:LONGEST].casefold()
    return list(dict.fromkeys(folded[at : at + 3] for at in range(len(folded) - 2)))


def did_you_mean(typed: str, names: Iterable[str]) -> str:
    """A clause for the end of an error message; empty where nothing resembles what was typed."""
    found = nearest(typed, names)
    return f"; did you mean {' or '.join(map(repr, found))}?" if found else ""
