"""The generated rows as JSON Lines: lists are lists, numbers are numbers, and every value knows its column."""

from __future__ import annotations

import json
from typing import IO

from benchmarks.plan import Places, Plan, planted
from benchmarks.published import COLUMNS
from benchmarks.truth import Truth

LISTS = frozenset({"place_ids", "participant_ids", "target_ids", "source_ids"})
NUMBERS = frozenset({"deaths_low", "deaths_high"})


def typed(name: str, cell: str) -> str | int | bool | list[str] | None:
    """The value that a cell stands for."""
    if cell == "":
        return None
    if name in LISTS:
        return cell.split(";")
    if name in NUMBERS:
        return int(cell)
    return cell == "true" if name == "background" else cell


def write(stream: IO[str], rows: int, seed: int, plan: Plan, truth: Truth) -> None:
    """Write the rows, one to a line, and add what is wrong with them to the truth."""
    for row, (cells, fault) in enumerate(planted(rows, seed, plan), 1):
        pieces = [f'"{name}": ' for name in COLUMNS]
        values = [typed(name, cell) for name, cell in zip(COLUMNS, cells, strict=True)]
        texts = [json.dumps(value, ensure_ascii=False) for value in values]
        if fault is not None:
            places: Places = {None: (row, 1)}
            at = 2
            for name, piece, value, text in zip(COLUMNS, pieces, values, texts, strict=True):
                at += len(piece)
                last = len(json.dumps(value[-1], ensure_ascii=False)) + 1 if isinstance(value, list) else len(text)
                places[name] = row, at + len(text) - last
                at += len(text) + 2
            fault.tell(truth, cells, places)
        stream.write("{" + ", ".join(map(str.__add__, pieces, texts)) + "}\n")
