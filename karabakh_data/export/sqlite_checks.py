"""What SQLite holds each value to: its type, and a CHECK that follows from the model's field."""

from __future__ import annotations

from collections.abc import Iterator

from karabakh_data.columns import Column, Kind
from karabakh_data.export.demands import EVERY_SIGN, Signs, complement, demands

TYPES = {Kind.INTEGER: "INTEGER", Kind.NUMBER: "REAL", Kind.BOOLEAN: "INTEGER"}
"""The types of the kinds that are not TEXT."""


def quoted(name: str) -> str:
    """A name of a table or column; some, such as `end`, are words of SQL."""
    return f'"{name}"'


def declaration(column: Column) -> str:
    """Type and constraints of a column."""
    kind = "TEXT" if column.is_list else TYPES.get(column.kind, "TEXT")
    filled = " NOT NULL" if column.published else ""
    return kind + filled + (f" CHECK ({quoted(column.name)} <> '')" if column.is_list else check(column.name, column))


def check(name: str, column: Column) -> str:
    """The CHECK of one value."""
    name = quoted(name)
    found: list[str] = []
    if column.vocabulary:
        found.append(f"{name} IN ({', '.join(map(_text, column.vocabulary.values()))})")
    elif column.kind is Kind.BOOLEAN:
        found.append(f"{name} IN (0, 1)")
    elif column.kind is Kind.DAY:
        found.append(f"{name} IS date({name}, '+0 days')")  # without a step, 30 February passes
    elif column.pattern:
        found += _pattern_checks(name, column.pattern)
    if column.minimum is not None:
        found.append(f"{name} >= {column.minimum:g}")
    if column.maximum is not None:
        found.append(f"{name} <= {column.maximum:g}")
    return f" CHECK ({' AND '.join(found)})" if found else ""


def _pattern_checks(name: str, pattern: str) -> Iterator[str]:
    wanted = demands(pattern)
    if wanted.shortest == wanted.longest:
        yield f"length({name}) = {wanted.shortest}"
    else:
        if wanted.shortest > 1:  # a demand on the first sign tells that there is one
            yield f"length({name}) >= {wanted.shortest}"
        if wanted.longest is not None:
            yield f"length({name}) <= {wanted.longest}"
    if "" not in wanted.beginnings:
        begun = " OR ".join(f"{name} GLOB {_text(start + '*')}" for start in wanted.beginnings)
        yield f"({begun})" if len(wanted.beginnings) > 1 else begun
    elif not wanted.may_be_empty:
        yield from _glob(name, wanted.first, "", "*")
    if not wanted.may_be_empty and wanted.last != wanted.signs:
        yield from _glob(name, wanted.last, "*", "")
    if wanted.signs != EVERY_SIGN:
        yield from _glob(name, wanted.signs, "*", "*", everywhere=True)


def _glob(name: str, signs: Signs, before: str, after: str, *, everywhere: bool = False) -> Iterator[str]:
    """A GLOB that the sign at a place, or every sign, is one of `signs`; tells the smaller of these and the others."""
    others = complement(signs)
    is_of_signs = len(signs) <= len(others)
    chosen = signs if is_of_signs else others
    glob = "NOT GLOB" if everywhere or not is_of_signs else "GLOB"
    start = f"{before}[^" if everywhere and is_of_signs else f"{before}["
    yield f"{name} {glob} {_text_of(start, _group(chosen), f']{after}')}"


def _group(signs: Signs) -> list[int]:
    """The code points between the brackets: `]` first and `-` last, where GLOB takes them for themselves."""
    ranges = [(max(low, 1), high) for low, high in signs if high > 0]  # no text of SQLite holds U+0000
    ranges.sort(key=lambda one: (one[0] == ord("-") == one[1], one[0] != ord("]"), one[0] == ord("^"), one))
    points: list[int] = []
    for low, high in ranges:
        points += [low] if low == high else [low, high] if high == low + 1 else [low, ord("-"), high]
    return points


def _text_of(before: str, points: list[int], after: str) -> str:
    """An expression for a text; what does not print is given by its number."""
    pieces: list[tuple[bool, list[int]]] = []
    for point in [*map(ord, before), *points, *map(ord, after)]:
        prints = 32 < point < 127
        if point == ord("-") and pieces and not pieces[-1][0]:
            prints = False  # between two signs that do not print
        if pieces and pieces[-1][0] == prints:
            pieces[-1][1].append(point)
        else:
            pieces.append((prints, [point]))
    return " || ".join(
        _text("".join(map(chr, part))) if prints else f"char({', '.join(map(str, part))})" for prints, part in pieces
    )


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
