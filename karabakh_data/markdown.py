"""Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; columns whose every cell is a number stand to the right."""
    numeric = [all(isinstance(row[i], int | float) for row in rows) and bool(rows) for i in range(len(header))]
    pipe = "\\|"
    lines = [f"| {' | '.join(header)} |", f"|{'|'.join('--:' if number else '---' for number in numeric)}|"]
    lines += [f"| {' | '.join(str(cell).replace('|', pipe) for cell in row)} |" for row in rows]
    return "\n".join(lines)
