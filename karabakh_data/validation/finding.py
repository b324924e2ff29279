"""Finding: one thing that is wrong in a contribution, exactly where, and what to write instead."""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import Any, NamedTuple


class Severity(StrEnum):
    """How serious a finding is."""

    ERROR = "error"
    """Against a rule of the data set; the contribution cannot be taken as it is."""
    WARNING = "warning"
    """Probably not what was meant; someone should look."""
    NOTE = "note"
    """Told so that nothing passes in silence; nothing to mend."""


class Excerpt(NamedTuple):
    """The piece of the input to show beside a finding."""

    label: str
    """Line number or cell reference."""
    text: str
    """One line of the input, or a window of it; may hold any character."""
    start: int
    """Index in `text` of the first character to underline."""
    length: int
    """How many characters to underline, at least 1."""
    column: int | None = None
    """1-based code point, in the line of the input, of the first character to underline."""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a contribution.

    `line` is the physical line (of a worksheet, the row) on which the value starts and `column` the 1-based code point
    in it (of a worksheet, the column); both are `None` for input without text, which has only `row`, the 1-based
    number of the record in its table.
    """

    code: str
    severity: Severity
    message: str
    file: str
    line: int | None = None
    column: int | None = None
    row: int | None = None
    cell: str | None = None
    """Cell reference in a workbook, such as `incidents!C14`."""
    table: str | None = None
    record_id: str | None = None
    field: str | None = None
    """Name of the column."""
    value: str | None = None
    """What stands there, as text; cut where it is very long."""
    suggestion: str | None = None
    """What to write instead, where one repair is likely."""
    excerpt: Excerpt | None = dataclasses.field(default=None, compare=False)
    file_order: int = dataclasses.field(default=0, compare=False)
    """Position of the file among the inputs."""
    sheet_order: int = dataclasses.field(default=0, compare=False)
    """Position of the sheet in its workbook."""

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """By file, sheet, line, column, code and field, in every mode."""
        return (
            self.file_order,
            self.file,
            self.sheet_order,
            self.line or 0,
            self.column or 0,
            self.row or 0,
            self.cell or "",
            self.code,
            self.field or "",
            self.value or "",
            self.message,
        )

    @property
    def place(self) -> str:
        """Where it is, for people: `file:line:column`, `file:Sheet!C14`, `file:row 3` or `file`."""
        if self.cell is not None:
            return f"{self.file}:{self.cell}"
        if self.line is not None:
            return f"{self.file}:{self.line}:{self.column or 1}"
        return f"{self.file}:row {self.row}" if self.row is not None else self.file

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON has it; `cell` only for workbooks."""
        names = ["code", "severity", "message", "file", "line", "column", "row"]
        names += ["cell"] if self.cell is not None else []
        names += ["table", "record_id", "field", "value", "suggestion"]
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        about = f"{self.table}.{self.field}: " if self.table and self.field else ""
        hint = f" (did you mean {self.suggestion}?)" if self.suggestion else ""
        return f"{self.place}: {self.severity} {self.code}: {about}{self.message}{hint}"
