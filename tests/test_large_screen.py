"""The screen of large files: of what it passes, the plain path has nothing to say, whatever stands in the cells."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, pairwise, product
from random import Random
from typing import Any

import pytest
from efforts import TODAY, published
from strategies import LAX_CELLS, collected, edtf_texts, named, raw_cells

from karabakh_data.columns import SEPARATOR, Column, Kind, columns_of
from karabakh_data.edtf import EDTF
from karabakh_data.models import Actor, Record
from karabakh_data.models.types import BROKEN, KINDS
from karabakh_data.neutrality import LOADED_WORDS, SIDE_WORDS, loaded_words, names_in
from karabakh_data.rules import Condition, Filled, Is, Rule, screen_of
from karabakh_data.tables import DERIVED_TABLES, MODELS
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.large.setting import Setting
from karabakh_data.validation.large.together import handles
from karabakh_data.validation.pipeline import Pipeline
from karabakh_data.validation.raw import Input, Notation, Raw, RawRow
from karabakh_data.validation.store import Findings
from karabakh_data.validation.suite import ALL_CHECKS
from karabakh_data.vocabulary import ActorType, Side

pl = pytest.importorskip("polars")

from karabakh_data.validation.large.screen import Screen  # noqa: E402 - it needs Polars
from karabakh_data.validation.large.wordsearch import pattern_of  # noqa: E402

LARGE = [name for name in MODELS if name not in DERIVED_TABLES and MODELS[name].has_id() and handles({name}, {name})]
"""Tables that may be large."""

SUSPECT = {"actors", "places"}
"""Those of them every row of which is suspect: whether a name is taken is not screened."""

TOGETHER = {check.number for check in ALL_CHECKS if check.together} | {"KD301", "KD303"}
"""Codes of what is told by comparing rows, whether the screen passes them or not."""

TRICKY = ("Straße", "Αθηνας", "İstanbul", "Iğdır", "Kelvin Corps", "Σίσυφος", "ﬁrst Aid", "Դաշտ և Լեռ", "U.N. Force-X")
"""Names of actors that are compared in many cases."""


def actors() -> list[Actor]:
    """Actors with such names."""
    return [
        Actor(
            actor_id=f"actor-made-up-{number}",
            name=name,
            actor_type=ActorType.OTHER,
            side=Side.NONE,
            description="One that is made up.",
        )
        for number, name in enumerate(TRICKY)
    ]


def setting(*, beside_data: bool = True) -> Setting:
    """What rows are judged by: the published data and some actors; or those alone."""
    context = {"actors": actors()}
    return Setting(
        dataset=published() if beside_data else None,
        today=TODAY,
        context=context,
        each=context,
        ids={"actors": frozenset(actor.actor_id for actor in actors())},
        framed=True,
    )


# --- Rows ----------------------------------------------------------------------------------------------------------


@cache
def sound_rows(table: str) -> tuple[dict[str, str], ...]:
    """Published records that would pass as new ones: all cells but those that are derived, and the id."""
    rows = []
    for record in published().table(table):
        cells = {column.name: column.write(getattr(record, column.name)) for column in columns_of(MODELS[table])}
        for column in columns_of(MODELS[table]):
            if column.origin is not None and column.origin.is_derived and not column.required:
                cells[column.name] = ""
        if table == "incidents":
            cells["date"] = "2019-03-05"  # else each would look like the published one
        if table == "ceasefires":
            cells["effective"] = cells["ended"] = ""  # two dates that are ordered are suspect
        rows.append(cells)
    if table in SUSPECT:
        return tuple(rows[:4])
    new = [with_id(table, at, row) for at, row in enumerate(rows)]
    clean = passed(table, new, setting(), list(new[0]))
    return tuple(row for row, is_clean in zip(rows, clean, strict=True) if is_clean)[:6]


def with_id(table: str, number: int, cells: dict[str, str]) -> dict[str, str]:
    """The row with an id of its own."""
    key = MODELS[table].PRIMARY_KEY[0]
    return {**cells, key: f"{key.removesuffix('_id')}-made-up-{number}"}


CASES: tuple[Any, ...] = (str.upper, str.lower, str.title, str.casefold, str.swapcase)
LIKE = {"i": "ıİ", "s": "ſ", "k": "\u212a", "ss": "ß", "ß": "ss", "ς": "σΣ", "fi": "ﬁ", "st": "ﬆ"}
"""Letters, and others that are the same in some case."""


def in_other_words(word: str) -> Iterator[str]:
    """A word or name in other cases and letters, and with other signs between and around."""
    for case in CASES:
        yield case(word)
    for letters, others in LIKE.items():
        if letters in word.casefold():
            for other in others:
                yield word.casefold().replace(letters, other)
                yield word.replace(letters, other).upper()
    yield re.sub(r"\W+", "-", word)
    yield re.sub(r"\W+", " … ", word).upper()
    yield f"({word})"
    yield f"_{word}_"
    yield f"x{word}"
    yield f"{word}é"
    yield f"\u01f0{word}\u01f0"


FREE = (
    *("n/a", "N/A", "#N/A", "NaN", "none", "None", "unknown", "UNKNOWN", "TBD", "-", "–", "—", "?", "…", "...", "null"),
    *(
        " ",
        "\u00a0",
        "\u200b",
        "\ufeff",
        "\u2028",
        "a\u2028b",
        "a\u00a0b",
        "a\u200bb",
        "a\u00adb",
        "a\u2060",
        "\u3000a",
    ),
    *("&amp;", "R&D; x", "a &quot;b&quot;", "<b>a</b>", "1 < 2 > 1", "Ã¼ber", "â€œx", "\ufffd", "Â\u00a0"),
    *("=1", "+1", "-1", "@a", "'a", "a\tb", "a\nb", "a\n", "\na", "a\rb", "a\0b", "a\x85b", "a\x7f", "x" * 300),
    *("“a”", '"a"', "„a“", "'a'", "‘a’ b", "«a»", "a [b] c", "a ... b", "a… b", "word " * 25 + "x", "word " * 24 + "x"),
    *("\U0001f1e6\U0001f1f2", "e\u0301", "\u0301a", "\U000e0041a", "\U00010428\U00010400", "\ufb05", "ǅ", "ŉ", "ΐ"),
)
DATES = (
    *("1987-12-31", "1987", "1988", "1987-12-31/1988-01-01", "../1987", "../1988", "[..1987]", "[1900,1987-12]"),
    *("2026-01-01", "2026-01-02", "2026", "2025-12/2026-02", "2030", "2026-02/..", "[2026-01-02..]", "2020-10-10?"),
    *(
        "2020-10-32",
        "2020-02-30",
        "2020-10-10/2020-10-09",
        "2020-10-05 ",
        "2020-10-05\n",
        "2020-10-5",
        "202X",
        "\1",
        "2020-10-05/\1",
        "\1/2020-10-05",
        "[2020-10-05,\1]",
        "9998",
    ),
)
NUMBERS = (
    *("0", "-0", "00", "+1", "1.0", "1.", ".5", "0.5", "-1", "1e3", "1E3", "1_0", "1,0", "1 ", "٣", "１", "NaN", "inf"),
    *("9" * 15, "9" * 16, "1" + "0" * 15, "0." + "1" * 13, "0." + "1" * 14, "90", "90.0000000001", "180.1", "20038.1"),
    *("9" * 400, "9" * 5_000, "-90", "0.001", "0.0009", "0x1", "1/2"),
)
WORDS = ("Unspecified", "unspecified ", "true", "TRUE", "True", "1", "yes", "falſe", "\u212aelvin", "none", "other")


@cache
def cells_for(column: Column) -> tuple[str, ...]:
    """What may stand in a cell of the column: what is right and what is nearly so, and anything."""
    found = ["", *FREE, *LAX_CELLS[column.kind], *collected(raw_cells(column), 40)]
    if column.kind is Kind.TEXT and not column.reference:
        for word in (*LOADED_WORDS[::5], *SIDE_WORDS[::3], *TRICKY, "so-called"):
            found += [f"Day {other} x" for other in in_other_words(word)]
        for actor in islice(published().actors, 0, None, 40):
            found += in_other_words(actor.name)
    if column.kind in (Kind.EDTF, Kind.DAY):
        found += [*DATES, *collected(edtf_texts(), 40)]
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        found += NUMBERS
    if column.kind in (Kind.WORD, Kind.BOOLEAN):
        found += [*WORDS, *(column.vocabulary.values() if column.vocabulary else ())]
    if column.reference or column.is_key:
        found += _near_ids(column)
    if column.name == "url":
        found += [
            "https://example.org/?a=1&amp;b",
            "https://example.org/<b>",
            "https://example.org/&#38;",
            "HTTPS://x.y",
        ]
    if column.is_list:
        found += [SEPARATOR.join((one, other)) for one, other in pairwise(found)][::7]
        found += [f"{one}{SEPARATOR}{one}" for one in found[::9]] + [f"{one}{SEPARATOR}" for one in found[::11]]
    return tuple(text for text in dict.fromkeys(found) if not re.search("[\ud800-\udfff]", text))


def _near_ids(column: Column) -> list[str]:
    ids = [record.identity for table in published() for record in islice(published().table(table), 3)]
    known = [str(one) for one in ids if one]
    armenia = "actor-armenia", "incident-armenia-x", "incident-armenian", "ceasefire-azeri", "incident-u-n-force-x"
    near = [change(one) for one in known for change in (str.upper, "{} ".format, "{}-".format, "{}–a".format)]
    return [*known, *near, *armenia, "actor-none", "incident-straße", "incident-a_b", "incident-", "Incident-a"]


def mixed(table: str, count: int) -> list[dict[str, str]]:
    """Rows in which one cell is another, each in turn, and rows in which two are, at random."""
    random = Random(table)
    columns = columns_of(MODELS[table])
    rows = [dict(row) for row in sound_rows(table)]
    rows += [
        {**sound_rows(table)[number % len(sound_rows(table))], column.name: text}
        for column in columns
        for number, text in enumerate(cells_for(column))
    ]
    for _ in range(count):
        cells = dict(random.choice(sound_rows(table)))
        for column in random.sample(columns, 2):
            likely = [row[column.name] for row in sound_rows(table)]
            cells[column.name] = random.choice(likely if random.random() < 0.3 else cells_for(column))
        _give_bounds(table, cells, random)
        rows.append(cells)
    key = MODELS[table].PRIMARY_KEY[0]
    sound = {row[key] for row in sound_rows(table)}
    return [with_id(table, at, row) if row[key] in sound and at % 50 else row for at, row in enumerate(rows)]


def _give_bounds(table: str, cells: dict[str, str], random: Random) -> None:
    """Give the bounds of a date, right or wrong."""
    stems = [column.name for column in columns_of(MODELS[table]) if column.kind is Kind.EDTF]
    for stem in stems:
        if random.random() < 0.4 and f"{stem}_earliest" in cells and re.fullmatch(r"\d{4}-\d\d-\d\d", cells[stem]):
            cells[f"{stem}_earliest"] = random.choice([cells[stem], "2020-10-05"])
            cells[f"{stem}_latest"] = random.choice([cells[stem], ""])


# --- Both judges ---------------------------------------------------------------------------------------------------


def passed(table: str, rows: Sequence[dict[str, str]], judged_by: Setting, columns: Sequence[str]) -> list[bool]:
    """Which rows the screen passes."""
    frame = pl.DataFrame(
        {name: [row[name] for row in rows] for name in columns}, schema=dict.fromkeys(columns, pl.String)
    )
    return (~Screen(judged_by, table, columns).screened(frame).suspect).to_list()


def findings_on(
    table: str, rows: Sequence[dict[str, str]], judged_by: Setting, columns: Sequence[str]
) -> list[Finding]:
    """What the plain path has to say of rows by themselves."""
    findings = Findings()
    pipeline = Pipeline(judged_by.dataset, findings, today=judged_by.today)
    source = Input("rows", 1, Notation.TEXT)
    for actor in actors():
        cells = {column.name: Raw(column.write(getattr(actor, column.name)) or None) for column in columns_of(Actor)}
        pipeline.take(RawRow("actors", Input("actors", 0, Notation.TEXT), 1, cells=cells))
    for at, row in enumerate(rows, 1):
        cells = {name: Raw(row[name] or None, at, 1) for name in columns}
        pipeline.take(RawRow(table, source, at, at, 1, cells=cells))
    pipeline.conclude()
    return [one for one in findings if one.code not in TOGETHER and one.file_order == 1]


def assert_not_lax(table: str, rows: Sequence[dict[str, str]], judged_by: Setting, columns: Sequence[str]) -> int:
    """Compare both judges; how many rows pass is given back."""
    clean = [row for row, is_clean in zip(rows, passed(table, rows, judged_by, columns), strict=True) if is_clean]
    told = findings_on(table, clean, judged_by, columns)
    shown = [(str(one), {name: clean[(one.row or 1) - 1][name] for name in columns}) for one in told[:3]]
    assert not told, f"{len(told)} findings on rows that were passed: {shown}"
    return len(clean)


# --- The promise ---------------------------------------------------------------------------------------------------


def test_the_tables_that_may_be_large() -> None:
    assert {"incidents", "statements", "status_reports", "ceasefires", "places", "sources"} <= set(LARGE)


@pytest.mark.parametrize("table", [name for name in LARGE if name not in SUSPECT])
def test_sound_rows_pass(table: str) -> None:
    """Else there would be nothing to prove."""
    assert len(sound_rows(table)) > 3


@pytest.mark.parametrize("table", LARGE)
def test_what_passes_is_sound_whatever_stands_in_the_cells(table: str) -> None:
    rows = mixed(table, 300)
    count = assert_not_lax(table, rows, setting(), list(rows[0]))
    assert (count > 40) is (table not in SUSPECT)


@pytest.mark.parametrize("table", ["incidents", "statements", "ceasefires", "occasions"])
def test_what_passes_is_sound_without_published_data(table: str) -> None:
    rows = mixed(table, 150)[::5]
    assert_not_lax(table, rows, setting(beside_data=False), list(rows[0]))


@pytest.mark.parametrize("table", ["incidents", "statements", "status_reports", "ceasefires"])
def test_what_passes_is_sound_where_columns_are_left_out(table: str) -> None:
    rows = mixed(table, 150)[::6]
    required = [column.name for column in columns_of(MODELS[table]) if column.required]
    assert_not_lax(table, rows, setting(), required)


def statements_with_a_quote() -> list[dict[str, str]]:
    """Statements like published ones, under ids of their own."""
    columns = columns_of(MODELS["statements"])
    rows = [
        {column.name: column.write(getattr(one, column.name)) for column in columns}
        for one in published().statements
        if one.quote
    ]
    return [{**row, "statement_id": f"statement-made-up-{number}"} for number, row in enumerate(rows)]


def test_statements_with_a_quote_pass() -> None:
    rows = statements_with_a_quote()
    assert len(rows) > 20
    assert all(passed("statements", rows, setting(), list(rows[0])))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (
            {"quote": "We shall stand by this truce", "summary": "Says: we shall  STAND by this truce."},
            "KD505",
        ),
        ({"quote": "We [all] stand by it"}, "KD513"),
        ({"quote": "We ... stand by it"}, "KD513"),
        ({"quote": "We\u2026 stand by it"}, "KD513"),
        ({"attribution": "indirect_speech"}, "KD410"),
        ({"quote": "", "attribution": "direct_quote"}, "KD410"),
        ({"said": "2020-01-01", "said_earliest": "", "said_latest": ""}, "KD511"),
        ({"said": "[2001-01-01,2001-01-05]", "said_earliest": "", "said_latest": ""}, "KD511"),
    ],
)
def test_a_statement_at_fault_is_suspect(cells: dict[str, str], code: str) -> None:
    row = statements_with_a_quote()[0] | cells
    assert code in {one.code for one in findings_on("statements", [row], setting(), list(row))}
    assert passed("statements", [row], setting(), list(row)) == [False]


def test_a_day_may_have_come_or_not() -> None:
    rows = [with_id("incidents", at, {**row, "date": "2026-01-01"}) for at, row in enumerate(sound_rows("incidents"))]
    the_day_before = dataclasses.replace(setting(), today=datetime.date(2025, 12, 31))
    assert not any(passed("incidents", rows, the_day_before, list(rows[0])))
    assert findings_on("incidents", rows, the_day_before, list(rows[0]))


# --- Words ---------------------------------------------------------------------------------------------------------


def test_every_word_that_is_told_is_found() -> None:
    texts = [f"{before}{other}{behind}" for word in LOADED_WORDS for other in in_other_words(word)
             for before, behind in (("", ""), ("(", ")"), ("é ", "\u0301"), ("-", "."), ("\u01f0", " "))]  # fmt: skip
    found = pl.Series(texts).str.contains(pattern_of(LOADED_WORDS)).to_list()
    missed = [text for text, is_found in zip(texts, found, strict=True) if loaded_words(text) and not is_found]
    assert not missed
    assert not all(found)


@pytest.mark.parametrize("name", TRICKY)
def test_every_name_that_is_told_is_found(name: str) -> None:
    texts = [f"{before}{other}{behind}" for other in in_other_words(name) for before, behind in (("", ""), ("ß ", "ΐ"))]
    longest = max(re.findall(r"\w+", name.casefold()), key=len)
    found = pl.Series(texts).str.contains(pattern_of([longest])).to_list()
    assert not [text for text, is_found in zip(texts, found, strict=True) if names_in(text, [name]) and not is_found]
    assert any(names_in(text, [name]) for text in texts)


def test_every_sign_that_is_a_letter_in_some_case_is_found() -> None:
    words = {
        "kiss",
        "straſſe".casefold(),
        "first",
        "αθηνας".casefold(),
        "ԵՒ".casefold(),
        "\u01f0x".casefold()[:1] + "x",
    }
    signs = [chr(code) for code in range(0x80, 0x20000) if not 0xD800 <= code < 0xE000]
    for word in sorted(words):
        texts = [word.replace(sign.casefold(), sign) for sign in signs if sign.casefold() in word]
        texts += [f"{sign} {word}" for sign in signs[::97]]
        found = pl.Series(texts).str.contains(pattern_of([word])).to_list()
        assert not [t for t, is_found in zip(texts, found, strict=True) if names_in(t, [word]) and not is_found]


# --- Rules ---------------------------------------------------------------------------------------------------------

RULES = [(model, rule) for model in MODELS.values() for rule in model.RULES]


def _condition(rule: Rule) -> Condition | None:
    return getattr(rule, "condition", None)


def _values(model: type[Record], rule: Rule, name: str) -> list[Any]:
    """Values of a field among which the rule holds and does not."""
    column = next(one for one in columns_of(model) if one.name == name)
    condition = _condition(rule)
    special = [*getattr(rule, "values", ()), *getattr(rule, "words", ()), *getattr(rule, "not_these", ())]
    special += condition.values if isinstance(condition, Is) and condition.field == name else []
    single: list[Any]
    if column.vocabulary is not None:
        words = list(column.vocabulary)
        single = [*dict.fromkeys([*(word for word in words if word in special), *words])][:6]
    elif column.kind is Kind.TEXT and (column.reference or column.is_key):
        single = [f"{'incident' if model.TABLE == 'incidents' else 'actor'}-{letter}" for letter in "abc"]
    elif column.kind is Kind.EDTF:
        single = [EDTF(text) for text in ("2020", "2020-10-05", "2020-10-06", "../2019", "2021/..")]
    elif column.kind in (Kind.INTEGER, Kind.NUMBER):
        single = [0, 1, 2, 10] if column.kind is Kind.INTEGER else [0.0, 0.5, 1.0, 2.0, 10.0]
    elif name == "quote":
        single = ["word " * count + "end" for count in (1, 23, 24, 25, 40)]
        single += ["a\u00a0" * 24 + "end", "a\u2003" * 25 + "end", "a\u200b" * 30 + "end", "a  " * 24 + "end"]
    else:
        single = ["Q4", "a b", "12", "geo:1,2"]
    if column.is_list:
        return [(), *((one,) for one in single), *pairwise(single), tuple(single)]
    return [None, *single]


@pytest.mark.parametrize("pattern", BROKEN)
def test_what_breaks_a_pattern_is_found_in_just_those_texts_that_do_not_match_it(pattern: str) -> None:
    kinds = [f"{kind}-" for kind in KINDS if kind in pattern] or ["a-"]
    pieces = [
        "",
        *kinds,
        *(kind[:-2] for kind in kinds),
        "b",
        "0",
        "-",
        "B",
        "é",
        " ",
        "=",
        ";",
        "\n",
        "\t",
        "\u0085",
        "\u2028",
    ]
    texts = pl.Series(["".join(one) for one in product(pieces, repeat=4)]).unique()
    texts = texts.filter(texts != "")
    matches, is_broken = texts.str.contains(pattern), texts.str.contains(BROKEN[pattern])
    assert matches.any()
    assert texts.filter(matches == is_broken).to_list() == []


@pytest.mark.parametrize(("model", "rule"), RULES, ids=lambda one: named(one) if isinstance(one, type) else str(one))
def test_a_rule_suspects_every_row_that_breaks_it(model: type[Record], rule: Rule) -> None:
    names = list(dict.fromkeys(rule.fields))
    rows = list(islice(product(*(_values(model, rule, name) for name in names)), 3_000))
    columns = {column.name: column for column in columns_of(model)}
    cells = {name: [columns[name].write(row[at]) for row in rows] for at, name in enumerate(names)}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String))
    screen = Screen(setting(), model.TABLE, names)
    expression = screen_of(rule, screen)
    if screen.cells:
        numbers, tables, _ = screen._looked_up(frame)
        frame = frame.hstack(numbers).with_columns(screen._attributes(tables))
    suspect = frame.select(expression.fill_null(True).alias("suspect")).to_series().to_list()
    broken = [any(rule.faults(dict(zip(names, row, strict=True)))) for row in rows]
    assert not [row for row, was, is_ in zip(rows, broken, suspect, strict=True) if was and not is_]
    assert any(broken)
    assert not all(suspect)


def test_every_kind_of_condition_is_tried() -> None:
    assert {type(_condition(rule)) for _, rule in RULES} == {Is, Filled, type(None)}
