"""What `karabakh_data.edtf` promises: the forms it takes and refuses, their bounds, and how dates compare."""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib.util
import io
import json
import pickle
import re
import subprocess
import sys
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import edtf as oracle
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError

from karabakh_data import edtf as module
from karabakh_data.edtf import EDTF, EDTF_PATTERN, DatePrecision, EDTFError

patiently = settings(deadline=None)


def bounds(text: str) -> tuple[date | None, date | None]:
    parsed = EDTF.parse(text)
    return parsed.earliest, parsed.latest


def refusal(text: str) -> EDTFError:
    with pytest.raises(EDTFError) as caught:
        EDTF.parse(text)
    return caught.value


def accepts(text: str) -> bool:
    try:
        EDTF.parse(text)
    except EDTFError:
        return False
    return True


# ---- The docstring is the specification ----


def listed(heading: str) -> list[list[str]]:
    """The rows below a heading of the docstring, split at two or more spaces."""
    section = str(EDTF.__doc__).split(f"{heading}, ")[1].split(":\n\n", 1)[1].split("\n\n")[0]
    rows = [re.fullmatch(r"('[^']*') {2,}(\S.*)", line.strip()) for line in section.strip().splitlines()]
    return [[row[1], *re.split(r" {2,}", row[2])] for row in rows if row is not None or pytest.fail(section)]


def day(cell: str) -> date | None:
    return None if cell == "-" else date.fromisoformat(cell)


ACCEPTED = [(ast.literal_eval(text), *rest) for text, *rest in listed("Accepted")]
REJECTED = [(ast.literal_eval(text), *rest) for text, *rest in listed("Rejected")]


@pytest.mark.parametrize("row", ACCEPTED, ids=lambda row: row[0])
def test_accepted_forms_have_the_documented_bounds_and_precision(row: tuple[str, ...]) -> None:
    text, earliest, latest, precision, *note = row
    words = note[0].split() if note else []
    parsed = EDTF.parse(text)
    assert (parsed.earliest, parsed.latest) == (day(earliest), day(latest))
    assert parsed.precision is DatePrecision(precision)
    assert (parsed.uncertain, parsed.approximate) == ("uncertain" in words, "approximate" in words)


@pytest.mark.parametrize("row", REJECTED, ids=lambda row: repr(row[0]))
def test_rejected_forms_have_the_documented_suggestion_and_reason(row: tuple[str, ...]) -> None:
    text, suggestion, reason = row
    error = refusal(text)
    assert error.suggestion == (None if suggestion == "-" else ast.literal_eval(suggestion))
    assert reason in str(error)
    assert str(error).startswith(repr(text))


def test_the_docstring_lists_both_kinds() -> None:
    assert len(ACCEPTED) >= 20
    assert len(REJECTED) >= 30


# ---- More of the same, too fine for the docstring ----


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2020-22", "2020-06-01", "2020-08-31"),
        ("2020-24", "2020-12-01", "2021-02-28"),
        ("9998-24", "9998-12-01", "9999-02-28"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("001X", "0010-01-01", "0019-12-31"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2000-02-29", "2000-02-29", "2000-02-29"),
        ("0001-01-01", "0001-01-01", "0001-01-01"),
        ("9998-12-31", "9998-12-31", "9998-12-31"),
        ("2020/2020", "2020-01-01", "2020-12-31"),
        ("2020/2020-03", "2020-01-01", "2020-03-31"),
        ("2020-10/2020-10-05", "2020-10-01", "2020-10-05"),
        ("[2019,2020-10..2020-12]", "2019-01-01", "2020-12-31"),
        ("[201X,2020-24]", "2010-01-01", "2021-02-28"),
        ("[..2019,2021]", "-", "2021-12-31"),
        ("../2020-23~", "-", "2020-11-30"),
    ],
)
def test_bounds(text: str, earliest: str, latest: str) -> None:
    assert bounds(text) == (day(earliest), day(latest))


@pytest.mark.parametrize(
    ("days", "precision"),
    [
        (1, "day"), (2, "day_range"), (6, "day_range"), (7, "week"), (8, "month"), (31, "month"),
        (32, "year"), (366, "year"), (367, "longer"),
    ],
)  # fmt: skip
def test_precision_goes_by_the_number_of_days(days: int, precision: str) -> None:
    first = date(2020, 1, 1)
    assert EDTF.parse(f"{first}/{first + timedelta(days - 1)}").precision == precision


def test_a_one_of_set_has_the_precision_of_the_interval_with_its_bounds() -> None:
    assert EDTF.parse("[2020-10-10,2020-10-16]").precision is DatePrecision.WEEK


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        # figures
        ("09/27/2020", "2020-09-27"), ("27/09/2020", "2020-09-27"), ("10/10/2020", "2020-10-10"),
        ("20200927", "2020-09-27"), ("2020.9", "2020-09"), ("09.2020", "2020-09"), ("2020/10", "2020-10"),
        ("2020\n", "2020"), (" 2020-21", "2020-21"), ("\u0662\u0660\u0662\u0660", "2020"),
        ("2020-09-27 10:00", "2020-09-27"), ("2020-09-27T10:00:00+04:00", "2020-09-27"),
        ("202\u0425", "202X"), ("202?", "202X"), ("1990s", "199X"), ("2020-10-??", "2020-10-XX"),
        ("2020-10-uu", "2020-10-XX"), ("2020-00-00", "2020-XX-XX"),
        # words
        ("27th of September 2020", "2020-09-27"), ("27-Sep-2020", "2020-09-27"), ("1 Jan. 2021", "2021-01-01"),
        ("Sunday, 27 September 2020", "2020-09-27"), ("SEPTEMBER 27 2020", "2020-09-27"), ("May 2020", "2020-05"),
        ("Fall of 2020", "2020-23"), ("winter 2020-21", "2020-24"), ("winter 2020/2021", "2020-24"),
        ("ca. 2020", "2020~"), ("circa September 2020", "2020-09~"), ("~2020", "2020~"), ("2020 ?", "2020?"),
        ("2020~?", "2020%"), ("September 2020?", "2020-09?"),
        ("before 27.09.2020", "[..2020-09-27]"), ("after 2020-10", "[2020-10..]"), ("2019 or 2020", "[2019,2020]"),
        ("since 2020-11-10", "2020-11-10/.."), ("until 2020", "../2020"),
        # intervals and sets
        ("27.09.2020/28.09.2020", "2020-09-27/2020-09-28"), ("2020-10-10/12", "2020-10-10/2020-10-12"),
        ("from 27 September 2020 to 10 November 2020", "2020-09-27/2020-11-10"), ("2019\u20132020", "2019/2020"),
        ("2020-10-10\u20132020-10-12", "2020-10-10/2020-10-12"), ("10-12 October 2020", "2020-10-10/2020-10-12"),
        ("2020-11-10 - present", "2020-11-10/.."), ("2020-11-10/unknown", "2020-11-10/"),
        ("[2021,2020]", "[2020,2021]"), ("[2020, 2021, 2022]", "[2020,2021,2022]"),
    ],
)  # fmt: skip
def test_the_likely_form_is_suggested(text: str, suggestion: str) -> None:
    error = refusal(text)
    assert error.suggestion == suggestion
    assert f"did you mean '{suggestion}'?" in str(error)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("09/10/2020", ["2020-10-09", "2020-09-10"]),
        ("09.10.2020", ["2020-10-09", "2020-09-10"]),
        ("27.09.2020 - 10.11.2020", ["2020-09-27/2020-11-10", "2020-09-27/2020-10-11"]),
        ("2020\u201321", ["2020-21", "2020/2021"]),  # spring, or two years?
        ("2009/10", ["2009-10", "2009/2010"]),
        ("2020..2021", ["2020/2021", "[2020..2021]"]),
        ("1900s", ["190X", "19XX"]),
    ],
)
def test_where_there_are_two_readings_both_are_named_and_neither_is_suggested(text: str, readings: list[str]) -> None:
    error = refusal(text)
    assert error.suggestion is None
    assert all(repr(reading) in str(error) for reading in readings)


@pytest.mark.parametrize(
    "text",
    [
        "000X", "00XX", "999X", "99XX", "9999", "9999-01", "-0044", "+2020", "Y-17E7", "17000", "201X-XX", "201X-05",
        "XXXX", "2020-1X", "2020-X1-01", "2020-25", "2020-00", "2020-10-00", "2021-02-29", "1900-02-29", "2020-09-31",
        "2020-10??", "?2020", "2020?-10", "2020-~10", "2020-W40", "2020-271", "2020-10-10T", "2020-", "2020-10-",
        "/", "../", "/..", "..", "../..", "2020/2021/2022", "2021/2020", "2020-10-02/2020-10-01", "2020/0000",
        "[2019..2020]/2021", "[]", "[..]", "[..2020..]", "[2020]", "[2020,]", "[,2020]",
        "[2020,,2021]", "[2020..2021..2022]", "[2019,..2021]", "[2019..,2021]", "[..2019,2021..]", "[2020,2020]",
        "[2021,2020]", "[2020..2020]", "[2020,2020-05]", "[2020,2020-12-31]",
        "[2020-24,2021-01]", "[2020?,2021]", "[2020,2021]?", "[2020",
        "2020]", "{2020,2021}", "{2020..2021}", "now", "2020-10-10\x00", "2020\n",
    ],
)  # fmt: skip
def test_refused(text: str) -> None:
    refusal(text)


# ---- Dates made from their bounds ----

years = st.integers(1, 9998) | st.integers(1985, 2030)
days = st.dates(date(1, 1, 1), date(9998, 12, 31)) | st.dates(date(2020, 1, 1), date(2021, 12, 31))
flags = st.sampled_from(["", "", "?", "~", "%"])
Dated = tuple[str, date, date]


def day_before(year: int, month: int) -> date:
    return date(year, month, 1) - timedelta(1)


@st.composite
def single(draw: st.DrawFn) -> Dated:
    """A date of level 0 or 1 without qualification, and the bounds it must have."""
    exact, shape, season = draw(days), draw(st.integers(0, 6)), draw(st.integers(21, 24))
    year, month = exact.year, exact.month
    decade, century = year // 10 * 10, year // 100 * 100
    if shape == 0:
        return f"{exact}", exact, exact
    if shape == 1:
        last = day_before(year, month + 1) if month < 12 else date(year, 12, 31)
        return f"{year:04}-{month:02}{draw(st.sampled_from(['', '-XX']))}", date(year, month, 1), last
    if shape == 2:
        first_month, (end_year, after) = (season - 20) * 3, (year, (season - 19) * 3) if season < 24 else (year + 1, 3)
        return f"{year:04}-{season}", date(year, first_month, 1), day_before(end_year, after)
    if shape == 3 and 10 <= decade <= 9980:
        return f"{year // 10:03}X", date(decade, 1, 1), date(decade + 9, 12, 31)
    if shape == 4 and 100 <= century <= 9800:
        return f"{year // 100:02}XX", date(century, 1, 1), date(century + 99, 12, 31)
    return f"{year:04}{draw(st.sampled_from(['', '-XX', '-XX-XX']))}", date(year, 1, 1), date(year, 12, 31)


@st.composite
def compound(draw: st.DrawFn) -> tuple[str, date | None, date | None]:
    """An interval or a one-of set, and the bounds it must have."""
    parts = sorted(draw(st.lists(single(), min_size=1, max_size=4)), key=lambda part: part[1])
    (head, first, _), (tail, _, last) = parts[0], parts[-1]
    if draw(st.booleans()):
        head, tail, bare = head + draw(flags), tail + draw(flags), draw(st.sampled_from(["..", ""]))
        side = draw(st.sampled_from(["closed", "start", "end"]))
        if side == "closed":
            return f"{head}/{tail}", first, last
        return (f"{head}/{bare}", first, None) if side == "end" else (f"{bare}/{tail}", None, last)
    kept = parts[:1]
    for part in parts[1:]:
        if part[1] > kept[-1][2]:
            kept.append(part)
    body, first, last = kept[0][0], kept[0][1], kept[-1][2]
    ranged = draw(st.booleans())
    for text, _, _ in kept[1:]:
        ranged = not ranged
        body += (".." if ranged else ",") + text
    side = draw(st.sampled_from(["closed", "start", "end"]))
    if side == "start" and ".." not in body.split(",")[0]:
        return f"[..{body}]", None, last
    if side == "end" and ".." not in body.split(",")[-1]:
        return f"[{body}..]", first, None
    assume(len(kept) > 1)
    return f"[{body}]", first, last


qualified = st.builds(lambda part, flag: (part[0] + flag, part[1], part[2]), single(), flags)
bounded_texts = qualified | compound()
texts = bounded_texts.map(lambda drawn: drawn[0])
dates = texts.map(EDTF.parse)


@patiently
@given(bounded_texts)
def test_bounds_are_those_the_date_was_made_from(drawn: tuple[str, date | None, date | None]) -> None:
    text, earliest, latest = drawn
    assert bounds(text) == (earliest, latest)


@patiently
@given(dates)
def test_bounds_are_ordered_and_the_text_says_everything(parsed: EDTF) -> None:
    assert parsed.earliest is None or parsed.latest is None or parsed.earliest <= parsed.latest
    again = EDTF.parse(str(parsed))
    assert again == parsed
    assert (again.earliest, again.latest, again.precision) == (parsed.earliest, parsed.latest, parsed.precision)
    assert (again.uncertain, again.approximate) == (parsed.uncertain, parsed.approximate)


@patiently
@given(qualified)
def test_qualification_is_a_flag_and_does_not_widen_the_bounds(drawn: Dated) -> None:
    text = drawn[0]
    assert bounds(text) == bounds(text.rstrip("?~%"))
    assert EDTF.parse(text).uncertain == text.endswith(("?", "%"))
    assert EDTF.parse(text).approximate == text.endswith(("~", "%"))


@patiently
@given(dates)
def test_open_is_the_precision_of_what_lacks_a_bound(parsed: EDTF) -> None:
    assert (parsed.precision is DatePrecision.OPEN) == (parsed.earliest is None or parsed.latest is None)
    assert parsed.precision is not DatePrecision.UNKNOWN


# ---- Order and certainty ----


def test_an_open_start_sorts_first_and_an_open_end_last() -> None:
    ordered = [
        "../0001-01-01",
        "/0001-02",
        "0001-01-01",
        "0001",
        "2020-10-01",
        "2020-10",
        "2020-10/9998-24",
        "2020-10/",
    ]
    assert [str(parsed) for parsed in sorted(map(EDTF.parse, reversed(ordered)))] == ordered


def test_equal_bounds_sort_by_text() -> None:
    assert EDTF.parse("2020-10") < EDTF.parse("2020-10-XX")
    assert EDTF.parse("2020-10") != EDTF.parse("2020-10-XX")


@patiently
@given(dates, dates, dates)
def test_order_is_total(one: EDTF, two: EDTF, three: EDTF) -> None:
    assert [one < two, one == two, one > two].count(True) == 1
    assert (one <= two) == (one < two or one == two) == (two >= one)
    assert not one < two < three or one < three
    assert (one == two) == (str(one) == str(two))


@patiently
@given(dates, dates)
def test_order_follows_the_bounds(one: EDTF, two: EDTF) -> None:
    if one < two:
        assert one.earliest is None or (two.earliest is not None and one.earliest <= two.earliest)
        if one.earliest == two.earliest:
            assert two.latest is None or (one.latest is not None and one.latest <= two.latest)


@patiently
@given(dates, dates)
def test_before_after_or_maybe_overlapping(one: EDTF, two: EDTF) -> None:
    assert [one.certainly_before(two), one.certainly_after(two), one.may_overlap(two)].count(True) == 1
    assert one.may_overlap(two) == two.may_overlap(one)
    assert one.certainly_before(two) == two.certainly_after(one)
    assert one.may_overlap(one)


@patiently
@given(dates, dates, dates)
def test_certainty_is_transitive_and_agrees_with_the_order(one: EDTF, two: EDTF, three: EDTF) -> None:
    if one.certainly_before(two):
        assert one < two
        assert not two.certainly_before(three) or one.certainly_before(three)
        assert not three.certainly_within(two) or one.certainly_before(three)
    if one.certainly_within(two):
        assert one.may_overlap(two)
        assert not two.certainly_within(three) or one.certainly_within(three)


@patiently
@given(dates)
def test_a_date_lies_within_itself_exactly_if_both_bounds_are_known(parsed: EDTF) -> None:
    assert parsed.certainly_within(parsed) == (parsed.precision is not DatePrecision.OPEN)


@pytest.mark.parametrize(
    ("one", "two", "before", "overlap", "within"),
    [
        ("2020-09", "2020-10", True, False, False),
        ("2020-10-31", "2020-10", False, True, True),
        ("2020-10", "2020-10-31", False, True, False),
        ("../2020-09", "2020-10", True, False, False),
        ("2020-09/..", "2020-10", False, True, False),
        ("2020-09/", "2020-10", False, True, False),
        ("2020-09", "../2020-10", False, True, False),  # whether it had begun is not known
        ("2020-12", "2020-11-10/..", False, True, False),  # whether it still went on is not known
        ("2020-09", "2020-11-10/..", True, False, False),
    ],
)
def test_certainty(one: str, two: str, before: bool, overlap: bool, within: bool) -> None:
    left, right = EDTF.parse(one), EDTF.parse(two)
    assert (left.certainly_before(right), left.may_overlap(right), left.certainly_within(right)) == (
        before, overlap, within,
    )  # fmt: skip


# ---- A value like any other ----


@patiently
@given(dates)
def test_copies_are_equal_and_hash_alike(parsed: EDTF) -> None:
    for twin in (copy.copy(parsed), copy.deepcopy(parsed), pickle.loads(pickle.dumps(parsed)), EDTF(parsed.text)):
        assert twin == parsed
        assert hash(twin) == hash(parsed)
        assert (twin.earliest, twin.latest) == (parsed.earliest, parsed.latest)
    assert eval(repr(parsed), {"EDTF": EDTF}) == parsed


@pytest.mark.parametrize("name", ["text", "earliest", "latest", "precision", "uncertain", "anything"])
def test_a_date_cannot_be_changed(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(EDTF.parse("2020"), name, "2021")


def test_a_date_is_no_string() -> None:
    assert EDTF.parse("2020") != "2020"
    with pytest.raises(TypeError):
        assert EDTF.parse("2020") < "2021"  # type: ignore[operator]


@pytest.mark.parametrize("value", [None, 2020, date(2020, 1, 1), b"2020", ["2020"], EDTF.parse("2020")])
def test_only_strings_are_parsed(value: Any) -> None:
    with pytest.raises(TypeError):
        EDTF.parse(value)
    with pytest.raises(TypeError):
        EDTF(value)


def test_an_error_survives_pickling() -> None:
    error = refusal("27.09.2020")
    twin = pickle.loads(pickle.dumps(error))
    assert isinstance(error, ValueError)
    assert (str(twin), twin.suggestion) == (str(error), "2020-09-27")


# ---- Whatever is typed ----

WORDS = "c. ca. before between and or to from since until September sept May autumn winter th of present unknown now"
FIGURES = "2020 10 9 27 00 31 2021-02 X XX x u s ? ~ % - \u2013 \u2014 . / , : .. ../ [ ] { } T Z"
SPACES = [" ", "  ", "\n", "\uff12\uff10"]
scraps = st.lists(st.sampled_from([*WORDS.split(), *FIGURES.split(), *SPACES]), max_size=12).map("".join)
slips = st.builds(
    lambda text, at, new, cut: text[: at % (len(text) + 1)] + new + text[at % (len(text) + 1) + cut :],
    texts, st.integers(0, 60), st.text(max_size=2) | st.sampled_from(list(" -/.,?X0")), st.integers(0, 2),
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.text() | scraps | slips | st.from_regex(EDTF_PATTERN, fullmatch=True))
@example("\ud800")
@example("{reason}")
@example("\u0130" * 50)
@example("~" * 200)
@example("a or " * 40)
def test_any_text_is_read_or_refused_with_a_suggestion_that_is_accepted(text: str) -> None:
    if accepts(text):
        assert EDTF.parse(text).text == text
    else:
        error = refusal(text)
        assert str(error).encode("utf-8")
        if error.suggestion is not None:
            assert EDTF.parse(error.suggestion).text == error.suggestion != text
            assert error.suggestion in str(error)


def test_a_long_text_is_shortened_in_the_message() -> None:
    assert len(str(refusal("2020," * 100_000))) < 300


def test_a_long_set_is_read() -> None:
    assert bounds("[" + ",".join(f"{year:04}" for year in range(1, 9999)) + "]") == (date(1, 1, 1), date(9998, 12, 31))


# ---- One pattern for other engines ----

rust = TypeAdapter(Annotated[str, StringConstraints(pattern=EDTF_PATTERN)])  # pydantic matches with Rust's regex


def matches_in_rust(text: str) -> bool:
    try:
        rust.validate_python(text)
    except ValidationError:
        return False
    return True


@patiently
@given(texts | slips | scraps)
def test_the_pattern_matches_whatever_is_accepted(text: str) -> None:
    if accepts(text):
        assert re.fullmatch(EDTF_PATTERN, text)
        assert matches_in_rust(text)


@patiently
@given(slips | scraps | st.from_regex(EDTF_PATTERN, fullmatch=True))
def test_the_pattern_means_the_same_in_rust_and_python(text: str) -> None:
    assert matches_in_rust(text) == (re.fullmatch(EDTF_PATTERN, text) is not None)


def test_the_pattern_keeps_to_what_all_engines_share() -> None:
    assert EDTF_PATTERN.startswith("^(?:")
    assert EDTF_PATTERN.endswith(")$")
    assert not re.search(r"\(\?[^:]|\\[a-zA-Z0-9]", EDTF_PATTERN)


@pytest.mark.parametrize(
    "text",
    ["2020-13", "2020-10-32", "2020-25", "2020-9", "1XXX", "201X-05", "2020-XX-05", "2020-23-05", "27.09.2020", "../..",
     "/", "2020?~", "[2020?,2021]", "[]", "[..]", "{2020,2021}", "2020\n", " 2020", ""],
)  # fmt: skip
def test_the_pattern_refuses_what_its_shape_gives_away(text: str) -> None:
    assert not accepts(text)
    assert not re.fullmatch(EDTF_PATTERN, text)


# ---- The edtf package as a second opinion ----

X_IN_PART = r"X.*[/\[\],]|[/\[\],].*X"
DIVERGENCES = [
    # (pattern, example, why the two differ)
    (r"-24", "2019-24", "it ends winter on 31 December"),
    (r"^/|/$", "2020-11-10/", "it gives an unknown end ten years"),
    (r"-2[1-4][?~%]$", "2020-23~", "it refuses a qualified season"),
    (r"\[.*-2[1-4](?![0-9]).*\]", "[2020-23,2021-10]", "it refuses a season in a set"),
    (X_IN_PART, "2020-XX/2021", "it stumbles over unspecified digits beside a second date or an open end"),
    (r"\[.*\.\.[0-9]", "[2020..2021-10]", "it refuses a range between dates of unequal precision"),
    (r"-2[5-9]", "2020-25", "it takes the seasons of level 2"),
    (r"-02-29", "2021-02-29", "it takes 29 February for a day of every year"),
    (r"^0000|9999", "9999", "its years are not bounded"),
    (r"^[0-9]XXX$", "1XXX", "it takes unspecified digits of level 2"),
    (r"-XX-[0-9]", "2020-XX-05", "it takes unspecified digits of level 2"),
    (r"/", "2020-12/2020-10", "it takes a reversed interval"),
    (r"\[", "[2020,2020-05]", "it takes a set whose elements overlap"),
    (r"\{", "{2020,2021}", "it takes all-of sets"),
]


@cache
def second_opinion(text: str) -> tuple[date | None, date | None] | None:
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it stumbles over
        try:
            parsed = oracle.parse_edtf(text)
        except (oracle.EDTFParseException, AttributeError, TypeError):  # its own error, and where it stumbles
            return None
    first, last = parsed.lower_strict(), parsed.upper_strict()
    try:
        return tuple(None if isinstance(end, float) else date(*end[:3]) for end in (first, last))  # type: ignore[return-value]
    except ValueError:
        return date.min, date.min  # a day that no calendar has


def verdict(text: str) -> tuple[date | None, date | None] | None:
    return bounds(text) if accepts(text) else None


@settings(deadline=None, max_examples=150)
@given(texts)
def test_bounds_agree_with_the_edtf_package_but_for_named_divergences(text: str) -> None:
    assume(not any(re.search(pattern, text) for pattern, sample, _ in DIVERGENCES if accepts(sample)))
    assert second_opinion(text) == bounds(text)


@settings(deadline=None, max_examples=150)
@given(st.from_regex(r"^[0-9]{4}(-(0[0-9]|1[0-9]|2[0-9])(-([0-3][0-9]|XX))?|-XX(-XX)?)?[?~%]?$", fullmatch=True))
@example("2020-04-31")
@example("2020-13")
def test_single_dates_are_refused_as_by_the_edtf_package_but_for_named_divergences(text: str) -> None:
    assume(not any(re.search(pattern, text) for pattern, _, _ in DIVERGENCES))
    assert second_opinion(text) == verdict(text)


@pytest.mark.parametrize(("pattern", "sample", "why"), DIVERGENCES, ids=[why for _, _, why in DIVERGENCES])
def test_each_named_divergence_is_still_one(pattern: str, sample: str, why: str) -> None:
    assert re.search(pattern, sample), why
    assert second_opinion(sample) != verdict(sample), why


# ---- Pydantic ----


class Event(BaseModel):
    when: EDTF
    ended: EDTF | None = None


def test_pydantic_takes_a_string_or_a_date_of_this_class() -> None:
    assert Event.model_validate({"when": "2020-10"}).when == EDTF.parse("2020-10")
    assert Event.model_validate_json('{"when": "2020-10"}', strict=True).when == EDTF.parse("2020-10")
    ready = EDTF.parse("2020-10")
    assert Event(when=ready).when is ready


@pytest.mark.parametrize("value", [2020, 2020.0, True, b"2020", date(2020, 10, 10), ["2020"], None])
def test_pydantic_takes_nothing_else(value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        Event.model_validate({"when": value})
    assert [error["type"] for error in caught.value.errors()] == ["string_type"]


@pytest.mark.parametrize("text", ["27.09.2020", "{2020,2021}", "{suggestion}", "{reason}", "\ud800"])
def test_pydantic_reports_one_error_in_the_words_of_the_parser(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Event.model_validate({"when": text})
    (error,) = caught.value.errors()
    assert (error["type"], error["loc"]) == ("edtf", ("when",))
    assert error["ctx"]["suggestion"] == refusal(text).suggestion
    assert error["msg"] == error["ctx"]["reason"] == str(refusal(text))


def test_pydantic_keeps_the_date_in_python_and_writes_text_in_json() -> None:
    event = Event.model_validate({"when": "2020-10/.."})
    assert event.model_dump() == {"when": EDTF.parse("2020-10/.."), "ended": None}
    assert event.model_dump(mode="json") == {"when": "2020-10/..", "ended": None}
    assert json.loads(event.model_dump_json()) == {"when": "2020-10/..", "ended": None}
    assert Event.model_validate_json(event.model_dump_json()) == event


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_pydantic_publishes_the_pattern(mode: Any) -> None:
    schema = TypeAdapter(EDTF).json_schema(mode=mode)
    assert schema == {"type": "string", "pattern": EDTF_PATTERN, "format": "edtf"}


def test_the_module_stands_alone_on_the_standard_library() -> None:
    assert importlib.util.find_spec("pydantic_core") is not None  # else this would prove nothing
    source = Path(str(module.__file__)).resolve()
    code = (
        "import sys, types; sys.modules.update(pydantic=None, pydantic_core=None)\n"
        "bare = sys.modules['karabakh_data'] = types.ModuleType('karabakh_data')\n"  # without the package's own imports
        f"bare.__path__ = [{str(source.parent)!r}]\n"
        "from karabakh_data.edtf import EDTF\n"
        "print(EDTF.parse('2020-10').latest)\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "2020-10-31\n"
