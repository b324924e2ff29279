"""What is given to records that a few bytes can make large: nothing is held that a finding would not need."""

from __future__ import annotations

MIB = 1 << 20

REPAIR = "write it with smaller groups of rows and smaller pages"


class LimitError(ValueError):
    """The records take more than is given to them; `said` is what, how much is given, and what to do."""

    def __init__(self, *said: str) -> None:
        super().__init__(", more than ".join(said[:2]))
        self.said = said


def bounded(count: int, limit: int, what: str) -> None:
    """Raise where there is more of something than is read.

    Raises:
        LimitError: There is.
    """
    if count > limit:
        raise LimitError(f"{count:,} {what}", f"{limit:,}", REPAIR)
