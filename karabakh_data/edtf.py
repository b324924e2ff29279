"""Dates as sources give them: read an EDTF string, know its earliest and latest day and its precision.

The notation is the Extended Date/Time Format of the Library of Congress (https://www.loc.gov/standards/datetime/),
which is part of ISO 8601-2:2019: levels 0 and 1 without times, and of level 2 the one-of sets. Reading is strict;
a rejected text is answered with what is wrong and, where it can have only one meaning, with the form to write.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from enum import StrEnum
from functools import lru_cache, total_ordering
from itertools import pairwise
from typing import TYPE_CHECKING, Any, final

from karabakh_data.edtf_repair import DAY_AND_MONTH, fault_of, guesses

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["EDTF", "EDTF_PATTERN", "DatePrecision", "EDTFError"]

_DATE = (
    "(?:[0-9]{4}(?:-(?:(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]|XX))?|2[1-4]|XX(?:-XX)?))?|[0-9]{3}X|[0-9]{2}XX)"
)
_QUALIFIED = f"{_DATE}[?~%]?"

EDTF_PATTERN: str = (
    rf"^(?:{_QUALIFIED}(?:/(?:{_QUALIFIED}|\.\.)?)?|(?:\.\.)?/{_QUALIFIED}"
    rf"|\[(?:\.\.)?{_DATE}(?:(?:,|\.\.){_DATE})*(?:\.\.)?\])$"
)
"""The shape of every accepted form, for engines that cannot call Python (JSON Schema, Table Schema, Polars).

It uses only what Rust's regex, Python and ECMAScript share. It judges shape, not sense: `2021-02-29` and a reversed
interval match it, and only `EDTF.parse` refuses them. In Python use `re.fullmatch`: its `$` also fits before a newline.
"""


class DatePrecision(StrEnum):
    """How closely a date is known, told from the width of its bounds (UCDP GED's `date_prec`, with its steps named)."""

    DAY = "day"  # one day
    DAY_RANGE = "day_range"  # two to six days
    WEEK = "week"  # seven days exactly
    MONTH = "month"  # eight to 31 days
    YEAR = "year"  # 32 to 366 days, a season among them
    LONGER = "longer"  # more than 366 days
    OPEN = "open"  # a bound is open or unknown
    UNKNOWN = "unknown"  # no date at all: an empty cell, never a parsed value


class EDTFError(ValueError):
    """A text is not an accepted EDTF date.

    `str(error)` says what is wrong and what to write; `suggestion` is the accepted form to write instead, or None
    where the text has no single meaning.
    """

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


@final
@total_ordering
class EDTF:
    r"""A date of any precision, after EDTF (ISO 8601-2); immutable, equal and hashed by its text.

    Sorting is by (earliest, latest, text): an open or unknown start comes first, an open or unknown end last.
    Qualification never widens the bounds. Years run from 0001 to 9998. `EDTF(text)` is `EDTF.parse(text)` without its
    cache; both raise EDTFError.

    Accepted, with the earliest and the latest day (`-`: no bound) and the precision:

        '2020-09-27'                     2020-09-27  2020-09-27  day
        '2020-02'                        2020-02-01  2020-02-29  month
        '2020'                           2020-01-01  2020-12-31  year
        '2020-21'                        2020-03-01  2020-05-31  year       spring: March to May
        '2020-23'                        2020-09-01  2020-11-30  year       autumn: September to November
        '2019-24'                        2019-12-01  2020-02-29  year       winter: to the end of next February
        '201X'                           2010-01-01  2019-12-31  longer
        '2004-XX'                        2004-01-01  2004-12-31  year
        '1985-02-XX'                     1985-02-01  1985-02-28  month
        '1985-XX-XX'                     1985-01-01  1985-12-31  year
        '2020-10?'                       2020-10-01  2020-10-31  month      uncertain
        '2020~'                          2020-01-01  2020-12-31  year       approximate
        '2020-09-27%'                    2020-09-27  2020-09-27  day        uncertain approximate
        '2020-10-10/2020-10-12'          2020-10-10  2020-10-12  day_range
        '2020-10?/2020-11-10~'           2020-10-01  2020-11-10  year       uncertain approximate
        '2020-10-05/2020-10'             2020-10-05  2020-10-31  month      the end known less closely
        '201X/2020-23'                   2010-01-01  2020-11-30  longer
        '2020-11-10/..'                  2020-11-10  -           open       goes on
        '../2020-11-10'                  -           2020-11-10  open
        '2020-11-10/'                    2020-11-10  -           open       ended, not known when
        '/2020-11-10'                    -           2020-11-10  open
        '[2016-04-05..2016-04-06]'       2016-04-05  2016-04-06  day_range  one day among these
        '[2020-10,2020-12]'              2020-10-01  2020-12-31  year
        '[..2020-11-08]'                 -           2020-11-08  open
        '[1760-01,1760-12..]'            1760-01-01  -           open

    Rejected, with the suggestion (`-`: none) and a piece of what the message says:

        '27.09.2020'                     '2020-09-27'               year comes first
        '2020/09/27'                     '2020-09-27'               joined by hyphens
        '2020-9-27'                      '2020-09-27'               two digits
        '27 September 2020'              '2020-09-27'               written in figures
        'Sept 27, 2020'                  '2020-09-27'               written in figures
        'September 2020'                 '2020-09'                  written in figures
        'autumn 2020'                    '2020-23'                  written in figures
        'winter 2020'                    -                          the year of its December
        'c. 2020'                        '2020~'                    in figures and signs
        'before 2020-10'                 '[..2020-10]'              in figures and signs
        'between 2019 and 2020'          '[2019..2020]'             in figures and signs
        '2020-10-10 - 2020-10-12'        '2020-10-10/2020-10-12'    white space
        '2020-09-27T10:00'               '2020-09-27'               time of day
        ' 2020-10'                       '2020-10'                  white space
        '[2020, 2021]'                   '[2020,2021]'              white space
        '2020\u201310\u201310'           '2020-10-10'               ASCII
        '\uff12\uff10\uff12\uff10'       '2020'                     ASCII
        '202x'                           '202X'                     capital X
        '2020-09-00'                     '2020-09-XX'               day 00 is out of range
        '2020?~'                         '2020%'                    one of ? ~ %
        '[2020]'                         '2020'                     set of one
        '09/10/2020'                     -                          day and month cannot be told apart
        '2020-13'                        -                          month 13 is out of range
        '2020-04-31'                     -                          day 31 is out of range
        '0000'                           -                          year 0000 is out of range
        'Y17000'                         -                          year of four digits
        '1XXX'                           -                          last one or two digits
        '2020-XX-05'                     -                          day of an unknown month
        '2020-23-05'                     -                          season has no days
        '2020-12/2020-10'                -                          ends before it starts
        '../..'                          -                          both ends
        '[2020,2020-05]'                 -                          ascend
        '{2020,2021}'                    -                          all-of sets
        ''                               -                          empty
    """

    __slots__ = ("_earliest", "_flags", "_key", "_latest", "_text")

    def __init__(self, text: str) -> None:
        text = str.__str__(text)  # refuses what is not a string, and sheds subclasses such as numpy.str_
        try:
            self._earliest, self._latest, self._flags = _read(text)
        except EDTFError as error:
            raise _explained(text, str(error)) from None
        self._text = text
        first = self._earliest.toordinal() if self._earliest is not None else 0
        last = self._latest.toordinal() if self._latest is not None else date.max.toordinal() + 1
        self._key = (first, last, text)

    @classmethod
    def parse(cls, text: str) -> EDTF:
        """Read an EDTF string. Raises EDTFError if it is not an accepted form, TypeError if it is not a string."""
        return _parse(text) if len(text) <= 64 else cls(text)  # long sets would only fill the cache

    @property
    def text(self) -> str:
        """The date as written."""
        return self._text

    @property
    def earliest(self) -> date | None:
        """The first day it may mean; None where the start is open or unknown."""
        return self._earliest

    @property
    def latest(self) -> date | None:
        """The last day it may mean; None where the end is open or unknown."""
        return self._latest

    @property
    def precision(self) -> DatePrecision:
        """How closely it is known, by the number of days from `earliest` to `latest`."""
        if self._earliest is None or self._latest is None:
            return DatePrecision.OPEN
        days = (self._latest - self._earliest).days + 1
        if days <= 7:
            return {1: DatePrecision.DAY, 7: DatePrecision.WEEK}.get(days, DatePrecision.DAY_RANGE)
        if days <= 366:
            return DatePrecision.MONTH if days <= 31 else DatePrecision.YEAR
        return DatePrecision.LONGER

    @property
    def uncertain(self) -> bool:
        """Whether its source is in doubt (`?` or `%`), at either end of an interval."""
        return "?" in self._flags or "%" in self._flags

    @property
    def approximate(self) -> bool:
        """Whether it is an estimate (`~` or `%`), at either end of an interval."""
        return "~" in self._flags or "%" in self._flags

    def certainly_before(self, other: EDTF) -> bool:
        """Whether every day it may mean precedes every day `other` may mean; False where that bound is missing."""
        return self._latest is not None and other._earliest is not None and self._latest < other._earliest

    def certainly_after(self, other: EDTF) -> bool:
        """Whether every day it may mean follows every day `other` may mean; False where that bound is missing."""
        return other.certainly_before(self)

    def may_overlap(self, other: EDTF) -> bool:
        """Whether some day may belong to both; a missing bound excludes nothing."""
        return not self.certainly_before(other) and not other.certainly_before(self)

    def certainly_within(self, other: EDTF) -> bool:
        """Whether its bounds lie inside those of `other`; False if any of the four is missing."""
        if self._earliest is None or self._latest is None or other._earliest is None or other._latest is None:
            return False
        return other._earliest <= self._earliest and self._latest <= other._latest

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, EDTF) else NotImplemented

    def __lt__(self, other: EDTF) -> bool:
        return self._key < other._key if isinstance(other, EDTF) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"EDTF({self._text!r})"

    def __reduce__(self) -> tuple[type[EDTF], tuple[str]]:
        return EDTF, (self._text,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept an EDTF or a string, nothing else; stay an EDTF in Python and become a string in JSON."""
        from pydantic_core import PydanticCustomError, PydanticKnownError, core_schema

        def check(value: object) -> EDTF:
            if isinstance(value, EDTF):
                return value
            if not isinstance(value, str):
                raise PydanticKnownError("string_type")
            try:
                return cls.parse(value)
            except EDTFError as error:
                # filled in this order: the reason may quote braces and must come last
                context = {"suggestion": error.suggestion, "reason": str(error)}
                raise PydanticCustomError("edtf", "{reason}", context) from None

        text_in_json = core_schema.to_string_ser_schema(when_used="json-unless-none")
        return core_schema.no_info_plain_validator_function(check, serialization=text_in_json)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the shape by EDTF_PATTERN."""
        return {"type": "string", "pattern": EDTF_PATTERN, "format": "edtf"}


_parse = lru_cache(maxsize=1 << 16)(EDTF)


# ---- Reading: strict, and every refusal says why ----

_PARTS = re.compile("([0-9]{2}(?:[0-9]{2}|[0-9]X|XX))(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX))?)?([?~%]?)")
_SEPARATOR = re.compile(r",|\.\.")
_Bounds = tuple[date | None, date | None, str]  # earliest, latest, the qualification marks


def _read(text: str) -> _Bounds:
    if text.startswith("[") and text.endswith("]"):
        return _read_set(text[1:-1])
    return _read_interval(text) if "/" in text else _read_date(text)


@lru_cache(maxsize=1 << 15)  # the ends of intervals are the same few thousand days
def _read_date(text: str) -> tuple[date, date, str]:
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise EDTFError(fault_of(text))
    year, month, day, flag = parts.groups()
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if first < 1 or last > 9998:
        raise EDTFError(f"year {first if first < 1 else last:04} is out of range (0001-9998)")
    if month is None:
        return date(first, 1, 1), date(last, 12, 31), flag
    if first != last:
        raise EDTFError("a month of an unknown year cannot be written")
    if month == "XX":
        if day not in (None, "XX"):
            raise EDTFError("a day of an unknown month cannot be written")
        return date(first, 1, 1), date(first, 12, 31), flag
    number = int(month)
    if 21 <= number <= 24:
        if day is not None:
            raise EDTFError("a season has no days")
        start = (number - 20) * 3
        year_of_end, end = (first, start + 2) if number < 24 else (first + 1, 2)
        return date(first, start, 1), date(year_of_end, end, calendar.monthrange(year_of_end, end)[1]), flag
    if not 1 <= number <= 12:
        raise EDTFError(f"month {month} is out of range (01-12, or 21-24 for a season)")
    length = calendar.monthrange(first, number)[1]
    if day is None or day == "XX":
        return date(first, number, 1), date(first, number, length), flag
    if not 1 <= int(day) <= length:
        raise EDTFError(f"day {day} is out of range ({year}-{month} has {length} days)")
    only = date(first, number, int(day))
    return only, only, flag


def _read_interval(text: str) -> _Bounds:
    start, end = text.split("/", 1)
    if "/" in end:
        raise EDTFError("an interval has two ends" if "-" in end else fault_of(text))
    if start in ("", "..") and end in ("", ".."):
        raise EDTFError("both ends are open or unknown")
    first, _, head_flag = _read_date(start) if start not in ("", "..") else (None, None, "")
    _, last, tail_flag = _read_date(end) if end not in ("", "..") else (None, None, "")
    if first is not None and last is not None and last < first:
        raise EDTFError("the interval ends before it starts")
    return first, last, head_flag + tail_flag


def _read_set(body: str) -> _Bounds:
    open_start, open_end = body.startswith(".."), body.endswith("..")
    if open_start and open_end:
        raise EDTFError("both ends are open")
    if any(item.count("..") > 1 for item in body.split(",")):
        raise EDTFError("a range in a set has two ends")
    dates = [_read_date(item) for item in _SEPARATOR.split(body.removeprefix("..").removesuffix(".."))]
    if any(flag for _, _, flag in dates):
        raise EDTFError("the elements of a set carry no qualification")
    if len(dates) == 1 and not open_start and not open_end:
        raise EDTFError("a set of one is just that date")
    if any(later[0] <= earlier[1] for earlier, later in pairwise(dates)):
        raise EDTFError("the elements of a set must ascend without overlap")
    return None if open_start else dates[0][0], None if open_end else dates[-1][1], ""


# ---- Explaining: what is wrong and what was probably meant ----


def _explained(text: str, fault: str) -> EDTFError:
    shown = repr(text if len(text) <= 60 else text[:59] + "…")
    stripped = text.strip()
    candidates = [stripped] if _accepted(stripped) else guesses(text) if len(text) <= 200 else []
    found = list(dict.fromkeys(guess for guess in candidates if _accepted(guess)))
    if len(found) == 1:
        return EDTFError(f"{shown}: {fault}; did you mean '{found[0]}'?", found[0])
    if found and re.search(DAY_AND_MONTH, text):
        fault = "day and month cannot be told apart"
    return EDTFError(f"{shown}: {fault}" + (f"; it may be {' or '.join(map(repr, found))}" if found else ""))


def _accepted(text: str) -> bool:
    try:
        _read(text)
    except EDTFError:
        return False
    return True
