"""Formats: what a file is, by its name and by its first bytes."""

from __future__ import annotations

from typing import NamedTuple

from karabakh_data.validation.raw import Notation


class Format(NamedTuple):
    """A format that is read."""

    extensions: tuple[str, ...]
    notation: Notation
    module: str
    """Of `karabakh_data.validation.readers`, loaded when first needed."""
    reader: str
    whole: bool = False
    """Whether the reader takes all bytes at once."""


FORMATS: dict[str, Format] = {
    "csv": Format((".csv", ".txt"), Notation.TEXT, "delimited", "read_delimited"),
    "tsv": Format((".tsv", ".tab"), Notation.TEXT, "delimited", "read_delimited"),
    "json": Format((".json",), Notation.JSON, "structured", "read_json", whole=True),
    "jsonl": Format((".jsonl", ".ndjson"), Notation.JSON, "structured", "read_json_lines"),
    "yaml": Format((".yaml", ".yml"), Notation.YAML, "structured", "read_yaml", whole=True),
    "xlsx": Format((".xlsx", ".xlsm"), Notation.SHEET, "workbook", "read_workbook", whole=True),
    "parquet": Format((".parquet", ".pq"), Notation.NATIVE, "columnar", "read_parquet"),
}
"""Every format by the name that `--type` takes."""

EXTENSIONS = tuple(extension for form in FORMATS.values() for extension in form.extensions if extension != ".txt")
"""Extensions of files that are read in a folder."""

_MAGIC = {
    b"PK\x03\x04": "xlsx",
    b"PAR1": "parquet",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF document",
    b"BZh": "a bzip2 archive",
    b"SQLite format 3": "an SQLite data base",
    b"ARROW1": "an Arrow file",
}


def by_name(extension: str) -> str | None:
    """The format that an extension stands for."""
    return next((kind for kind, form in FORMATS.items() if extension.casefold() in form.extensions), None)


def by_content(head: bytes) -> str | None:
    """The format that the first bytes give away, or what a file is that cannot be read; `None` for any text."""
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


def told_from(head: bytes) -> str:
    """The format of content without a name: one of `FORMATS`, or what it is instead."""
    found = by_content(head)
    if found is not None:
        return found
    text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    line = text.split("\n", 1)[0].strip()
    if text.startswith("["):
        return "json"
    if text.startswith("{"):
        return "jsonl" if line.endswith("}") and "\n" in text else "json"
    if line.startswith(("- ", "#", "---")) or (line.endswith(":") and "," not in line):
        return "yaml"
    return "tsv" if line.count("\t") > line.count(",") else "csv"
