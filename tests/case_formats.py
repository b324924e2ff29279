"""One contribution written as YAML, CSV, JSON and XLSX, with the place at which each value then stands.

The places are counted while the text is written, by nothing that the validator uses.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import yaml
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from karabakh_data.columns import Kind, columns_of
from karabakh_data.tables import MODELS

Tables: TypeAlias = dict[str, list[dict[str, Any]]]
"""Table -> records; every value is text, or a list of texts."""


class At(NamedTuple):
    """A record of a table, a value of it, or an element of a list."""

    table: str
    record: int
    column: str | None = None
    element: int | None = None


@dataclass
class Written:
    """A contribution in a file or folder, and where everything stands in it."""

    path: Path
    places: dict[At, str] = field(default_factory=dict)

    def place(self, at: At) -> str:
        """Where a finding about it points to: the element, else the value's cell, else the record."""
        options = (at, at._replace(element=None), At(at.table, at.record))
        return next(self.places[one] for one in options if one in self.places)


# ---- As it stands in the case ----


def read_case(folder: Path) -> tuple[Tables, dict[str, At]]:
    """The failing contribution of a case, and what stands at each of its places."""
    if (folder / "bad.yaml").is_file():
        return _read_yaml((folder / "bad.yaml").read_text("utf-8"))
    return _read_csv((folder / "bad.csv").read_text("utf-8"))


def _read_yaml(text: str) -> tuple[Tables, dict[str, At]]:
    tables: Tables = yaml.load(text, yaml.BaseLoader)
    stands: dict[str, At] = {}

    def add(node: yaml.Node, at: At) -> None:
        stands[f"bad.yaml:{node.start_mark.line + 1}:{node.start_mark.column + 1}"] = at

    for table, records in _pairs(yaml.compose(text)):
        for index, record in enumerate(records.value):
            add(record, At(table, index))
            for column, value in _pairs(record):
                add(value, At(table, index, column))
                if isinstance(value, yaml.SequenceNode):
                    for number, element in enumerate(value.value):
                        add(element, At(table, index, column, number))
    return tables, stands


def _pairs(node: Any) -> Iterator[tuple[str, Any]]:
    for key, value in node.value:
        yield key.value, value


def _read_csv(text: str) -> tuple[Tables, dict[str, At]]:
    records = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    table = next(name for name, model in MODELS.items() if model.PRIMARY_KEY[0] == next(iter(records[0])))
    again, places = _csv("bad.csv", table, records)
    assert again == text, "the places are those of the text as it is written here"
    return {table: records}, {place: at for at, place in places.items()}


# ---- CSV ----


def write_csv(folder: Path, tables: Tables) -> Written:
    """A folder `bad` with a file for each table."""
    (folder / "bad").mkdir()
    written = Written(Path("bad"))
    for table, records in tables.items():
        text, places = _csv(f"bad/{table}.csv", table, records)
        (folder / "bad" / f"{table}.csv").write_text(text, encoding="utf-8", newline="")
        written.places |= places
    return written


def _csv(name: str, table: str, records: list[dict[str, Any]]) -> tuple[str, dict[At, str]]:
    """The text of a file, and where everything stands in it."""
    places: dict[At, str] = {}
    columns = columns_in(records)
    lines = [",".join(columns)]
    for index, record in enumerate(records):
        number = 1 + sum(1 + line.count("\n") for line in lines)
        places[At(table, index)] = f"{name}:{number}:1"
        cells: list[str] = []
        for column in columns:
            assert "\n" not in "".join(cells), "columns are counted in one line"
            places[At(table, index, column)] = f"{name}:{number}:{len(','.join([*cells, ''])) + 1}"
            cells.append(_quoted(joined(record.get(column))))
        lines.append(",".join(cells))
    return "".join(f"{line}\n" for line in lines), places


def columns_in(records: list[dict[str, Any]]) -> list[str]:
    """The columns that the records give, those with line breaks last."""
    columns = list(dict.fromkeys(column for record in records for column in record))
    return sorted(columns, key=lambda column: any("\n" in joined(record.get(column)) for record in records))


def joined(value: Any) -> str:
    """A value as one cell."""
    return ";".join(value) if isinstance(value, list) else value or ""


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace('"', '""')) if re.search('[,"\n]', text) else text


# ---- JSON ----


def write_json(folder: Path, tables: Tables) -> Written:
    """One file in which every value stands in a line of its own, lists in one."""
    written = Written(Path("bad.json"))
    lines: list[str] = ["{"]
    for table, records in tables.items():
        lines.append(f"  {json.dumps(table)}: [")
        for index, record in enumerate(records):
            lines.append("    {")
            written.places[At(table, index)] = f"bad.json:{len(lines)}:5"
            for column, value in record.items():
                line = f"      {json.dumps(column)}: "
                written.places[At(table, index, column)] = f"bad.json:{len(lines) + 1}:{len(line) + 1}"
                if isinstance(value, list):
                    line += "["
                    for number, element in enumerate(value):
                        line += ", " if number else ""
                        written.places[At(table, index, column, number)] = f"bad.json:{len(lines) + 1}:{len(line) + 1}"
                        line += json.dumps(element, ensure_ascii=False)
                    line += "]"
                else:
                    line += json.dumps(typed(table, column, value), ensure_ascii=False)
                lines.append(line + ",")
            lines[-1] = lines[-1].removesuffix(",")
            lines.append("    },")
        lines[-1] = "    }"
        lines.append("  ],")
    lines[-1] = "  ]"
    (folder / "bad.json").write_text("\n".join([*lines, "}", ""]), encoding="utf-8", newline="")
    return written


def typed(table: str, column: str, text: str) -> Any:
    """A value as JSON has it: numbers and truth values where the column holds them and the text is one."""
    kind = next(one.kind for one in columns_of(MODELS[table]) if one.name == column)
    is_number = kind in (Kind.INTEGER, Kind.NUMBER) and re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", text)
    is_truth = kind is Kind.BOOLEAN and text in ("true", "false")
    return json.loads(text) if is_number or is_truth else text


# ---- XLSX ----


def write_xlsx(folder: Path, tables: Tables) -> Written:
    """A workbook with a sheet for each table, all cells text and formatted as text."""
    written = Written(Path("bad.xlsx"))
    sheets: dict[str, list[list[Any]]] = {}
    for table, records in tables.items():
        columns = columns_in(records)
        rows = [columns, *([joined(record.get(column)) for column in columns] for record in records)]
        sheets[table] = [[{"text": text, "format": "@"} for text in row] for row in rows]
        for index in range(len(records)):
            for number, column in enumerate(columns):
                place = f"bad.xlsx:{table}!{get_column_letter(number + 1)}{index + 2}"
                written.places.setdefault(At(table, index), place)
                written.places[At(table, index, column)] = place
    build_workbook({"sheets": sheets}, folder / "bad.xlsx")
    return written


def build_workbook(description: dict[str, Any], path: Path) -> None:
    """Write a workbook from its description.

    `sheets` maps names to rows of cells. A cell is `null`, a number, a truth value, a text (a formula, if it begins
    with `=`), or a mapping: `text` (with `times`, repeated), `number`, `day` or `error`, and its number `format`.
    `merged` are the ranges of merged cells of the first sheet; `cut` is how many bytes are left of the file.
    """
    book = Workbook()
    book.remove(book.active)
    for name, rows in description["sheets"].items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, given in enumerate(row, 1):
                cell = sheet.cell(number, column)
                if not isinstance(given, dict):
                    cell.value = given
                    continue
                if "text" in given:
                    # past openpyxl, which cuts long texts and makes formulas of some
                    cell._value = given["text"] * given.get("times", 1) or None
                    cell.data_type = "s" if given["text"] else "n"
                elif "error" in given:
                    cell.value, cell.data_type = given["error"], "e"
                else:
                    cell.value = datetime.date.fromisoformat(given["day"]) if "day" in given else given["number"]
                cell.number_format = given.get("format", "General")
    for ref in description.get("merged", ()):
        book.worksheets[0].merge_cells(ref)
    book.save(path)
    if "cut" in description:
        path.write_bytes(path.read_bytes()[: description["cut"]])


WRITERS: dict[str, Callable[[Path, Tables], Written]] = {"csv": write_csv, "json": write_json, "xlsx": write_xlsx}
