"""Which rows of a file are at fault, how, and the findings that must follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.faults import KINDS, Form, Kind
from benchmarks.sound import AT, Cells, Sound, incident_id
from benchmarks.truth import Expected, Truth

Place = tuple[int | None, int | None]
"""Line and column, both from 1; `None` in a format without text."""

Places = dict[str | None, Place]
"""Where each cell of a row starts, by the name of its column; `None` stands for the row as a whole."""


class Plan:
    """Which rows are at fault, and how: told from a row's number alone.

    Args:
        form: The format; only kinds that it can hold are planted.
        every: One row in so many is at fault, the last of them; at least 4, so that its neighbours are sound.
        structural: Whether kinds after which the file is no well-formed table are planted.
    """

    def __init__(self, form: Form, every: int, *, structural: bool = True) -> None:
        if every < 4:
            raise ValueError(f"one row in {every} cannot be at fault; 4 is the least")
        self.every = every
        self.kinds = [kind for kind in KINDS if kind.fits(form) and (structural or not kind.is_structural)]

    def fault(self, number: int) -> Fault | None:
        """The fault of the row of this number (from 0)."""
        if number % self.every != self.every - 1:
            return None
        turn, place = divmod(number // self.every, len(self.kinds))
        return Fault(self.kinds[place], turn, number + 1)

    def is_referable(self, number: int) -> bool:
        """Whether a sound row may be part of the row of this number."""
        fault = self.fault(number)
        return fault is None or (fault.kind.own_id and fault.kind.is_parent)


class Fault(NamedTuple):
    """One planted fault."""

    kind: Kind
    turn: int
    """How often the kind was planted before."""
    row: int
    """The number of its row, from 1."""

    def tell(self, truth: Truth, cells: Cells, places: Places) -> None:
        """Add to the truth what must be found, given where each cell of the row stands, and it as a whole."""
        kind = self.kind
        for code, name in kind.found:
            used_up = kind.used_up is not None and self.turn >= len(kind.cells[name or ""])
            truth.findings.append(
                Expected(
                    code=kind.used_up if used_up and kind.used_up else code,
                    line=places[name][0],
                    column=places[name][1],
                    field=name,
                    record_id=None if kind.nameless else cells[0],
                    row=None if kind.special == "blank" else self.row,
                    kind=kind.name,
                )
            )
        back = {"twin": 1, "circle": 1, "repeats": 2}.get(kind.special)
        if back is not None:
            truth.partners.append(self.row - back)


def planted(rows: int, seed: int, plan: Plan) -> Iterator[tuple[Cells, Fault | None]]:
    """The rows in order, as they are meant to be written, each with its fault."""
    sound = Sound(seed, rows, plan.is_referable)
    before: list[Cells] = []
    for number in range(rows):
        cells = sound.row(number)
        fault = plan.fault(number)
        follows = plan.fault(number + 1) if number + 1 < rows else None
        if follows is not None and follows.kind.special == "circle":
            cells[AT["part_of_id"]] = incident_id(number + 1, seed)
        if fault is not None:
            cells = _changed(cells, fault, before)
        before = [*before[-1:], cells]
        yield cells, fault


def _changed(cells: Cells, fault: Fault, before: list[Cells]) -> Cells:
    """The cells of a row with its fault; `before` are the cells of the two rows before it."""
    own, kind = cells[0], fault.kind
    if kind.special == "twin":
        return [own, *before[-1][1:]]
    cells = list(cells)
    if kind.special == "circle":
        cells[AT["part_of_id"]] = before[-1][0]
    elif kind.special == "repeats":
        cells[0] = before[0][0]
    elif "date" in kind.cells:
        cells[AT["date_earliest"]] = cells[AT["date_latest"]] = ""
    for name, values in kind.cells.items():
        value = values if isinstance(values, str) else values[fault.turn % len(values)]
        cells[AT[name]] = value.format(id=own, number=f"{fault.row - 1:07d}", was=cells[AT[name]])
    return cells
