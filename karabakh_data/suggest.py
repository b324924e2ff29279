"""Did you mean: the nearest of a list of names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(typed: str, names: Iterable[str], count: int = 3, cutoff: float = 0.6) -> list[str]:
    """Up to `count` names that resemble what was typed by at least `cutoff` (0 to 1), whatever the case, best first."""
    folded = {name.casefold(): name for name in names}
    return [folded[found] for found in difflib.get_close_matches(typed.casefold(), folded, n=count, cutoff=cutoff)]


def did_you_mean(typed: str, names: Iterable[str]) -> str:
    """A clause for the end of an error message; empty where nothing resembles what was typed."""
    found = nearest(typed, names)
    return f"; did you mean {' or '.join(map(repr, found))}?" if found else ""
