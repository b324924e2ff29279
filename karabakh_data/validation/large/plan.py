"""Plan: which files of a contribution are so large that they are judged part by part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

from karabakh_data.tables import MODELS
from karabakh_data.validation.large import formats
from karabakh_data.validation.raw import Reading
from karabakh_data.validation.readers.inputs import Inputs
from karabakh_data.validation.readers.packages import File
from karabakh_data.validation.readers.spool import Spooled


class Plan:
    """Looks through what is given, without judging it.

    Args:
        inputs: What will read it.
        source: What is given.
        large: Bytes of the files of a table from which on they are judged in parts.
    """

    def __init__(self, inputs: Inputs, source: Any, large: int) -> None:
        self._candidates: list[tuple[Path, str, int]] = []
        self.tables: Collection[str] = frozenset()
        """The tables that are judged part by part."""
        self.files: Collection[Path] = frozenset()
        """Their files."""
        self.size = 0
        """Bytes of those files, or where there are none, of all that can be cut."""
        if not isinstance(source, Spooled) and not _is_path(source):
            return
        sizes: dict[str, int] = defaultdict(int)
        others = self._look(inputs, source, large)
        for _, table, size in self._candidates:
            sizes[table] += size
        big = {table for table, size in sizes.items() if size >= large}
        if big and others is not None and _handles({*sizes, *others}, big):
            self.tables = frozenset(big)
            self.files = frozenset(path for path, table, _ in self._candidates if table in big)
            self.size = sum(size for _, table, size in self._candidates if table in big)

    def _look(self, inputs: Inputs, source: Any, large: int) -> set[str] | None:
        """Note the files that can be cut; the tables of all others, or `None` where nothing is large enough."""
        aside: list[tuple[Reading, File, str]] = []
        look = Inputs([], inputs.table, inputs.kind, is_update=inputs.is_update)

        def note(reading: Reading, file: File, kind: str) -> bool:
            aside.append((reading, file, kind))
            return True

        look.set_aside = note
        for _ in look.read(source):
            pass
        self.size = sum(file.path.stat().st_size for _, file, _ in aside)
        if self.size < large:
            return None
        tables: set[str] = set()
        for reading, file, kind in aside:
            spec = formats.surveyed(reading, file.path, kind, file.hint, file.delimiter)
            if spec is not None:
                self._candidates.append((file.path, spec.table, spec.size))
        whole = {path for path, _, _ in self._candidates}
        look.set_aside = lambda reading, file, kind: file.path in whole
        tables.update(raw.table for raw in look.read(source))
        return tables


def _is_path(source: Any) -> bool:
    from os import PathLike

    given = source if isinstance(source, list | tuple) else [source]
    return bool(given) and all(isinstance(one, str | PathLike) for one in given)


def _handles(tables: set[str], large: set[str]) -> bool:
    from karabakh_data.validation.large.together import handles

    return handles(tables & MODELS.keys(), large)
