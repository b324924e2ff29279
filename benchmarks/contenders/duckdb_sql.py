"""DuckDB: the rules as SQL over the file; each gives the numbers of the rows that break it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import duckdb

from benchmarks.rules import COMMON, Column, answer, columns, for_re2
from benchmarks.texts import Texts

RULES = (*COMMON, "wording", "twins")

OWN_CODE = ("circles", "likeness")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _texts(values: frozenset[str] | tuple[str, ...]) -> str:
    return ", ".join(_text(value) for value in sorted(values))


def of_column(column: Column) -> Iterator[str]:
    """The conditions under which a cell of the column is at fault; empty cells are NULL."""
    name = column.name
    if column.required:
        yield f"{name} IS NULL"
    if column.pattern is not None:
        yield f"NOT regexp_full_match({name}, {_text(for_re2(column.pattern))})"
    if column.words:
        yield f"{name} NOT IN ({_texts(column.words)})"
    if column.type == "integer":
        yield f"NOT regexp_full_match({name}, '0|[1-9][0-9]*')"
    if column.type == "boolean":
        yield f"{name} NOT IN ('true', 'false')"
    if column.type == "date":
        yield f"{name} IS NOT NULL AND try_strptime({name}, '%Y-%m-%d') IS NULL"
        yield f"NOT regexp_full_match({name}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
    if column.is_list:
        parts = f"string_split({name}, ';')"
        yield f"len(list_distinct({parts})) < len({parts})"
        yield f"NOT list_has_all([{_texts(column.known)}], {parts})"


def of_texts(texts: Texts) -> Iterator[str]:
    """The conditions under which a text is at fault by its wording."""
    sides, loaded = (rf"\b(?:{words})\b" for words in (texts.sides, texts.loaded))
    for name in texts.neutral:
        yield f"regexp_matches({name}, {_text(f'(?i){sides}')})"
    for name in texts.columns:
        yield f"regexp_matches({name}, {_text(f'(?i){loaded}|{for_re2(texts.signs)}')})"
        yield f"regexp_full_match({name}, {_text(f'(?i)(?:{texts.placeholders})')})"


def main(path: str) -> None:
    """Load the file once, then ask for the rows at fault."""
    fields = columns()
    said = ", ".join(field.name for field in fields if field.name != "incident_id")
    published = _texts(next(field.known for field in fields if field.name == "part_of_id"))
    conditions = [condition for field in fields for condition in of_column(field)]
    conditions += [
        *of_texts(Texts.read(path)),
        f"incident_id IN ({published})",
        "TRY_CAST(deaths_low AS BIGINT) > TRY_CAST(deaths_high AS BIGINT)",
        "part_of_id = incident_id",
    ]
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE incidents AS SELECT row_number() OVER () AS number, * FROM "
        "read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '')",
        [path],
    )
    broken = " OR ".join(f"coalesce({condition}, false)" for condition in conditions)
    rows = connection.execute(
        f"""
        SELECT number FROM incidents WHERE {broken}
        UNION ALL
        SELECT unnest(list_sort(list(number))[2:]) FROM incidents GROUP BY incident_id HAVING count(*) > 1
        UNION ALL
        SELECT unnest(list_sort(list(number))[2:]) FROM incidents GROUP BY {said} HAVING count(*) > 1
        UNION ALL
        SELECT number FROM incidents AS part
        WHERE part_of_id NOT IN ({published})
        AND NOT EXISTS (SELECT 1 FROM incidents AS whole WHERE whole.incident_id = part.part_of_id)
        """
    ).fetchall()
    answer(RULES, [number for (number,) in rows], len(rows), own_code=OWN_CODE, version=duckdb.__version__)


if __name__ == "__main__":
    main(sys.argv[1])
