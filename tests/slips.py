"""Slips that contributors make, for every column: what they type instead of a valid value, and what they are told."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st
from strategies import FULL_WIDTH, named, raw_cells

from karabakh_data.columns import Column, Kind
from karabakh_data.edtf import EDTF
from karabakh_data.validation.raw import Input, Notation, Raw, RawRow
from karabakh_data.vocabulary import Vocabulary


class Slip(NamedTuple):
    """What is typed, the code that is told, and what is suggested instead (`ANY`: whatever, as it is tested apart)."""

    typed: Any
    code: str
    suggestion: Any = None


ANY = object()

ANOTHER_FORM = {
    "sources.language": ("en-GB", Slip("English", "KD213", "en")),
    "sources.url": ("https://example.org/a", Slip("www.example.org/a b", "KD213", "https://www.example.org/a%20b")),
    "sources.document": ("example.txt", Slip("C:\\articles\\example.txt", "KD213", "example.txt")),
    "sources.document_sha256": ("0123abcd" * 8, Slip("0123ABCD" * 8, "KD213", "0123abcd" * 8)),
    "evidence.sha256": ("0123abcd" * 8, Slip("0123abcd", "KD213")),
    "evidence.field": ("speech_act", Slip("Speech act", "KD213", "speech_act")),
    "nodes.table": ("status_reports", Slip("Status-Reports", "KD213", "status_reports")),
    "edges.relation": ("part_of", Slip("part-of", "KD213", "part_of")),
    "vocabularies.vocabulary": ("speech_act", Slip("SPEECH_ACT", "KD213", "speech_act")),
    "incidents.affirmed_by": ("actor-france", Slip("Armenia", "KD213", "armenian")),
    "incidents.denied_by": ("actor-france", Slip("Actor France", "KD213", "actor-france")),
}
"""Columns whose values have a form of their own: a valid one, and a slip in it."""


def kinds_of(column: Column) -> list[str]:
    """The kinds of the ids that a column holds; none where it holds something else."""
    match = re.match(r"\^\(\?:\(\?:([a-z|]+)\)-", column.pattern or "")
    return match[1].split("|") if match else []


def is_free(column: Column) -> bool:
    """Whether the column holds free text."""
    return column.kind is Kind.TEXT and not kinds_of(column) and named(column) not in ANOTHER_FORM


def has_lines(column: Column) -> bool:
    """Whether a free text may have several lines."""
    return "|\\n)" in (column.pattern or "")


@cache
def plain_value(column: Column) -> Any:
    """A plain valid value of the column (of a list, one element)."""
    if column.vocabulary is not None:
        return max(column.vocabulary, key=len)
    if named(column) in ANOTHER_FORM:
        return ANOTHER_FORM[named(column)][0]
    return {
        Kind.TEXT: f"{kinds_of(column)[0]}-made-up-1" if kinds_of(column) else "Mayor of a town",
        Kind.EDTF: EDTF("2020-09-27"),
        Kind.DAY: datetime.date(2020, 9, 27),
        Kind.INTEGER: 12,
        Kind.NUMBER: 12.5,
        Kind.BOOLEAN: True,
    }[column.kind]


def of_one_value(column: Column) -> Iterator[Slip]:
    """Slips in one value: of a list, in one element of it."""
    good = column._write_one(plain_value(column))
    yield Slip(f" {good}", "KD202", good)
    yield Slip(f"{good}\n", "KD202", good)
    yield Slip(f"\u00a0{good}", "KD203", good)
    yield Slip(f"{good}\x07", "KD104", good)
    yield Slip(f"\0{good}", "KD104", good)
    if not is_free(column):
        yield Slip(f"“{good}”", "KD203", good)
        yield Slip(f'"{good}"', "KD203", good)
        yield Slip(f"\ufeff{good}", "KD203", good)
        yield Slip(f"{good}\u200b", "KD203", good)
        yield Slip(f"‘{good}’", "KD203", good)
    if any(sign.isdigit() for sign in good) and not is_free(column):
        yield Slip(good.translate(FULL_WIDTH), "KD203", good)
    if "-" in good and not is_free(column):
        yield Slip(good.replace("-", "–"), "KD203", good)
    yield from _OF_A_KIND[column.kind](column, good)


def _in_words(column: Column, good: str) -> Iterator[Slip]:
    yield Slip(good.upper(), "KD204", good)
    yield Slip(good.replace("_", " ").title(), "KD204", good)
    yield Slip(good[:-2] + good[-1:], "KD204", good)
    yield Slip("zzz", "KD204")
    assert column.vocabulary is not None
    yield Slip("N/A", "KD204", "unspecified" if "unspecified" in column.vocabulary.values() else ANY)


def _in_edtf(column: Column, good: str) -> Iterator[Slip]:
    for typed, meant in (
        ("27.09.2020", "2020-09-27"),
        ("2020/09/27", "2020-09-27"),
        ("2020-9-27", "2020-09-27"),
        ("27 September 2020", "2020-09-27"),
        ("Sept 2020", "2020-09"),
        ("autumn 2020", "2020-23"),
        ("c. 2020", "2020~"),
        ("2020-09-27T10:00:00", "2020-09-27"),
        ("2020-09-27 - 2020-10-01", "2020-09-27/2020-10-01"),
        ("before 2020-10", "[..2020-10]"),
        ("44101", None),
        ("202x", "202X"),
        ("2020-02-30", None),
        ("09/10/2020", None),
        ("2020-10/2020-09", None),
        ("unknown", None),
    ):
        yield Slip(typed, "KD205", meant)


def _in_numbers(column: Column, good: str) -> Iterator[Slip]:
    for typed, meant in (("+12", "12"), ("012", "12"), ("1_2", "12"), ("1.2e1", "12"), ("12.", "12"), ("twelve", None)):
        yield Slip(typed, "KD206", meant)
    yield Slip("12;13", "KD156")
    if column.maximum is None:
        yield Slip("2,000", "KD206", "2000")
        yield Slip("2 000", "KD206", "2000")
        yield Slip("1.234.567", "KD206", "1234567")
    if column.kind is Kind.NUMBER:
        yield Slip("12,5", "KD206", "12.5")
        yield Slip(".5", "KD206", "0.5")
        yield Slip("9" * 400, "KD144")
    else:
        yield Slip("12.0", "KD206", "12")
        yield Slip("12.5", "KD206")
        yield Slip("2.000", "KD206")
        yield Slip("9" * 5_000, "KD144")
    if column.minimum is not None:
        yield Slip(f"{column.minimum - 1:g}", "KD209")
    if column.maximum is not None:
        yield Slip(f"{column.maximum + 1:g}", "KD209")
    if column.name == "latitude":
        yield Slip("39°49′12″N", "KD206", "39.82")
        yield Slip("39.5° S", "KD206", "-39.5")


def _in_truth(column: Column, good: str) -> Iterator[Slip]:
    for typed, meant in (("TRUE", "true"), ("Yes", "true"), ("0", "false"), ("Ложь", "false"), ("maybe", None)):
        yield Slip(typed, "KD207", meant)


def _in_days(column: Column, good: str) -> Iterator[Slip]:
    for typed, meant in (
        ("2020-9-27", "2020-09-27"),
        ("20200927", "2020-09-27"),
        ("27.09.2020", "2020-09-27"),
        ("2020-09-27 00:00:00", "2020-09-27"),
        ("44101", "2020-09-27"),
        ("2020-09", None),
        ("2021-02-29", None),
    ):
        yield Slip(typed, "KD208", meant)


def _in_texts(column: Column, good: str) -> Iterator[Slip]:
    if named(column) in ANOTHER_FORM:
        yield ANOTHER_FORM[named(column)][1]
    elif is_free(column):
        yield Slip("=SUM(A1:A3)", "KD211")
        yield Slip(" =1+1", "KD211")
        yield Slip("- Mayor", "KD211", "Mayor")
        yield Slip("@Mayor", "KD211", "Mayor")
        yield Slip("Mayor\tof", "KD212", "Mayor of")
        yield Slip("Mayor\u2028of", "KD212", "Mayor\nof" if has_lines(column) else "Mayor of")
        yield Slip("Mayor\r\nof", "KD104", "Mayor\nof" if has_lines(column) else "Mayor of")
        if not has_lines(column):
            yield Slip("Mayor\nof", "KD212", "Mayor of")
    else:
        yield from _in_ids(column, good)


def _in_ids(column: Column, good: str) -> Iterator[Slip]:
    kinds = kinds_of(column)
    yield Slip(good.upper(), "KD210", good)
    yield Slip(good.replace("-", "_"), "KD210", good)
    yield Slip(good.replace("-", " ").title(), "KD210", good)
    yield Slip(good.replace("-", "s-", 1), "KD210", good)
    yield Slip(f"{good}--x", "KD210", f"{good}-x")
    yield Slip(f"{kinds[0]}-", "KD210")
    if len(kinds) == 1:
        other = "place" if kinds != ["place"] else "source"
        yield Slip("Şuşa, Xocalı", "KD210", f"{kinds[0]}-susa-xocali")
        yield Slip(f"{other}-2020", "KD302")
        yield Slip(f"{other.title()} 2020", "KD210")
    else:
        yield Slip("someone", "KD210")


_OF_A_KIND = {
    Kind.TEXT: _in_texts,
    Kind.INTEGER: _in_numbers,
    Kind.NUMBER: _in_numbers,
    Kind.BOOLEAN: _in_truth,
    Kind.DAY: _in_days,
    Kind.EDTF: _in_edtf,
    Kind.WORD: _in_words,
}


# --- Whole cells ---------------------------------------------------------------------------------------------------


@cache
def two_values(column: Column) -> tuple[str, str]:
    """Two different valid elements of a list column, as they are written."""
    first = column._write_one(plain_value(column))
    if column.vocabulary is not None:
        return first, next(word.value for word in column.vocabulary if word.value != first)
    return first, f"{first[:-1]}2"


@cache
def in_text(column: Column) -> tuple[Slip, ...]:
    """Slips in a whole cell of text, as in CSV."""
    if not column.is_list:
        found = list(of_one_value(column))
        found += [Slip(typed, "KD201") for typed in ("", "  ", "\u00a0")] if column.required else [Slip(" ", "KD202")]
        return tuple(found)
    one, two = two_values(column)
    found = []
    for slip in of_one_value(column):
        found += [slip._replace(typed=cell) for cell in (f"{slip.typed}", f"{one};{slip.typed}", f"{slip.typed};{two}")]
    found += [
        Slip(f"{one};{two};{one}", "KD214"),
        Slip(f"{one};;{two}", "KD215", f"{one};{two}"),
        Slip(f"{one};{two};", "KD215", f"{one};{two}"),
        Slip(f";{one}", "KD215", one),
        Slip(f"{one}; ;;{two}", "KD215", f"{one};{two}"),
        Slip(";", "KD201" if column.required else "KD215"),
        Slip(" ; ", "KD201" if column.required else "KD215"),
        Slip(" ", "KD201" if column.required else "KD202"),
    ]
    if not is_free(column):
        for written in (f"{one}, {two}", f"{one}|{two}", f"{one}\n{two}", f"['{one}', '{two}']", f'["{one}","{two}"]'):
            found.append(Slip(written, "KD218", f"{one};{two}"))
    if column.required:
        found.append(Slip("", "KD201"))
    return tuple(found)


@cache
def in_json(column: Column) -> tuple[Slip, ...]:
    """Slips in the value of a JSON record, besides those of its texts."""
    found = [Slip({"a": 1}, "KD156"), Slip([[]], "KD156")]
    if column.required:
        found += [Slip(None, "KD201"), Slip("", "KD201")]
    if column.is_list:
        one, two = two_values(column)
        found += [
            Slip(f"{one};{two}", "KD156", f'["{one}", "{two}"]'),
            Slip([one, None], "KD215"),
            Slip(["", one], "KD215"),
            Slip([one, two, one], "KD214"),
            Slip([one, [two]], "KD156"),
            Slip([one, 12], "KD156", ANY),
            Slip(True, "KD156"),
        ]
        found += [Slip([], "KD201")] if column.required else []
        found += [slip._replace(typed=[one, slip.typed]) for slip in of_one_value(column)]
        return tuple(found)
    found += [Slip([column._write_one(plain_value(column))], "KD156", ANY), Slip(float("inf"), "KD144")]
    found += of_one_value(column)
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        found += [Slip("12", "KD156", "12"), Slip(True, "KD156")]
        found += [Slip(column.minimum - 1, "KD209")] if column.minimum is not None else []
        found += [Slip(12.0, "KD206", "12"), Slip(12.5, "KD206")] if column.kind is Kind.INTEGER else []
    elif column.kind is Kind.BOOLEAN:
        found += [Slip("true", "KD156", "true"), Slip(1, "KD207", "true"), Slip(7, "KD207")]
    else:
        found += [Slip(True, "KD156"), Slip(2020, "KD156", ANY), Slip(20.5, "KD156", ANY)]
    return tuple(found)


@cache
def in_sheets(column: Column) -> tuple[Slip, ...]:
    """Slips in a typed cell of a workbook, besides those of its texts."""
    day = datetime.datetime(2020, 9, 27)
    found: list[Slip] = []
    if column.kind is Kind.EDTF:
        found += [Slip(day, "KD154"), Slip(44101, "KD205")]
    elif column.kind is not Kind.DAY:
        found += [Slip(day, "KD156", ANY)]
    else:
        found += [Slip(day.replace(hour=10), "KD208", "2020-09-27")]
    if column.kind is not Kind.BOOLEAN:
        found += [Slip(True, "KD156")]
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        found += [Slip("12", "KD155"), Slip(-1_000, "KD209")]
    if kinds_of(column):
        found += [Slip(12, "KD210", ANY)]
    return tuple(found)


# --- Values in the notations ---------------------------------------------------------------------------------------


def as_raw(value: Any, line: int | None = None, column: int | None = None) -> Raw:
    """A value as a reader hands it on; elements of a list stand side by side."""
    if isinstance(value, list):
        return Raw([as_raw(one, line, column and column + 1 + i) for i, one in enumerate(value)], line, column)
    return Raw(value, line, column)


def as_json(column: Column, value: Any) -> Any:
    """A valid value as JSON has it."""
    if isinstance(value, list | tuple):
        return [as_json(column, one) for one in value]
    return value if value is None or isinstance(value, bool | int | float) else column._write_one(value)


def in_notation(column: Column, value: Any, notation: Notation) -> Any:
    """A valid value as inputs of a notation have it; `None` where there is none."""
    if value in (None, ()):
        return None
    if notation is Notation.TEXT:
        return column.write(value)
    if notation is Notation.NATIVE:
        return list(value) if column.is_list else str(value) if isinstance(value, EDTF | Vocabulary) else value
    if notation is Notation.SHEET:
        return column.write(value) if column.is_list else value if _is_typed(value) else column.write(value)
    if notation is Notation.YAML:
        return [column._write_one(one) for one in value] if column.is_list else column.write(value)
    return as_json(column, value)


def _is_typed(value: Any) -> bool:
    return isinstance(value, bool | int | float | datetime.date)


# --- Cells as they may stand anywhere ------------------------------------------------------------------------------

_TWISTS: tuple[Callable[[str], str], ...] = (
    lambda cell: f"“{cell}”",
    lambda cell: f"'{cell}",
    lambda cell: f'="{cell}"',
    lambda cell: f"\u00a0{cell}\u200b",
    lambda cell: f"[{cell}]",
    lambda cell: f"{cell}, {cell}x",
    lambda cell: f"{cell};;{cell}2;",
    lambda cell: f"{cell}\r\n",
    lambda cell: f"\ud800{cell}",
    lambda cell: cell.replace("-", "–").replace(".", ","),
    lambda cell: cell.replace(";", "; "),
    lambda cell: cell.title(),
    lambda cell: cell[:-1],
    lambda cell: cell[len(cell) // 2 :] + cell[: len(cell) // 2],
    lambda cell: cell * 3,
)


@cache
def messy_cells(column: Column) -> st.SearchStrategy[str]:
    """Cells of text as they come: valid ones, slips, slips in slips, scraps."""
    cells = raw_cells(column) | st.sampled_from([slip.typed for slip in in_text(column)])
    return cells | st.builds(lambda cell, twist: twist(cell), cells, st.sampled_from(_TWISTS))


# --- Rows ----------------------------------------------------------------------------------------------------------

FIRST_LINE = 2
"""The line on which a made-up row stands."""


def row_of(table: str, values: Mapping[str, Any], notation: Notation = Notation.TEXT, **more: Any) -> RawRow:
    """A row as a reader hands it on; each value stands ten columns behind the one before it."""
    cells = {name: as_raw(value, FIRST_LINE, 10 * place + 1) for place, (name, value) in enumerate(values.items())}
    source = Input("made.up", 0, notation)
    return RawRow(table, source, 1, line=FIRST_LINE, column=1, cells=cells, **more)


def place_of(row: RawRow, name: str | None) -> tuple[int | None, int | None]:
    """Where a column's value stands; the row, where it has none."""
    at = row.cells.get(name or "", row)
    return at.line, at.column
