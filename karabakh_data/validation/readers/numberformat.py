"""Number formats of worksheets: which numbers are days, and which are shown otherwise than they are stored."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from functools import lru_cache

GENERAL = "General"
TEXT = "@"

BUILTIN: dict[str, str] = {
    "1": "0",
    "2": "0.00",
    "3": "#,##0",
    "4": "#,##0.00",
    "5": '"$"#,##0_);("$"#,##0)',
    "6": '"$"#,##0_);[Red]("$"#,##0)',
    "7": '"$"#,##0.00_);("$"#,##0.00)',
    "8": '"$"#,##0.00_);[Red]("$"#,##0.00)',
    "9": "0%",
    "10": "0.00%",
    "11": "0.00E+00",
    "12": "# ?/?",
    "13": "# ??/??",
    "14": "mm-dd-yy",
    "15": "d-mmm-yy",
    "16": "d-mmm",
    "17": "mmm-yy",
    "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM",
    "20": "h:mm",
    "21": "h:mm:ss",
    "22": "m/d/yy h:mm",
    "37": "#,##0_);(#,##0)",
    "38": "#,##0_);[Red](#,##0)",
    "39": "#,##0.00_);(#,##0.00)",
    "40": "#,##0.00_);[Red](#,##0.00)",
    "41": '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    "42": '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"_);_(@_)',
    "43": '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    "44": '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)',
    "45": "mm:ss",
    "46": "[h]:mm:ss",
    "47": "mm:ss.0",
    "48": "##0.0E+0",
    "49": TEXT,
    **{str(number): "yyyy-mm-dd" for number in (*range(27, 37), *range(50, 59))},
}
"""The formats that a file names by number only (ECMA-376, 18.8.30); 27-36 and 50-58 are days in East Asian forms."""

# --- Days ----------------------------------------------------------------------------------------------------------

_ASIDE = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]?', re.IGNORECASE)
"""What is no placeholder: literal text, padding, colours, conditions, currencies with their locale."""
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DAY = re.compile("[dmyhs]", re.IGNORECASE)
_EPOCH = datetime.datetime(1899, 12, 30)
_EPOCH_1904 = datetime.datetime(1904, 1, 1)
_PHANTOM = 60
"""29 February 1900, which the older of the two calendars has by mistake."""


@lru_cache(maxsize=1024)
def is_date(form: str) -> bool:
    """Whether numbers in this format are shown as days or times of day."""
    first = _ASIDE.sub("", form.split(";")[0])
    return not _ELAPSED.search(first) and _DAY.search(first) is not None


def day_of(number: float, form: str, *, from_1904: bool = False) -> datetime.date | datetime.datetime | None:
    """The day that a number stands for in its format; `None` where it is a number, a time of day or no day at all."""
    if not is_date(form) or not 1 <= number < 3_000_000:
        return None
    days, rest = divmod(number, 1)
    if not from_1904:
        if days == _PHANTOM:
            return None
        days += days < _PHANTOM
    try:
        moment = (_EPOCH_1904 if from_1904 else _EPOCH) + datetime.timedelta(
            days=days, milliseconds=round(rest * 86_400_000)
        )
    except OverflowError:
        return None
    return moment if moment.time() != datetime.time() else moment.date()


# --- Numbers -------------------------------------------------------------------------------------------------------

_PLAIN = re.compile(r"(?P<whole>[#0?]+(?:,[#0?]+)*)(?:\.(?P<decimals>[#0?]*))?")


def is_shown_otherwise(number: float, form: str) -> bool:
    """Whether a worksheet shows another number than it stores: rounded, as a percentage, with a currency or sign.

    Thousands separators and trailing zeros leave the number as it is.
    """
    sections = form.split(";")
    section = sections[0]
    if number < 0 and len(sections) > 1:
        section = sections[1]
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    section = re.sub(r"_.|\*.|\[(?:black|blue|cyan|green|magenta|red|white|yellow)\]", "", section, flags=re.IGNORECASE)
    section = section.strip().removeprefix("-" if number < 0 and len(sections) > 1 else "")
    if section in (GENERAL, TEXT) or (number == 0 and section == '"-"'):
        return False
    match = _PLAIN.fullmatch(section)
    if match is None:
        return True
    exact = Decimal(repr(abs(number))).normalize()
    digits, exponent = len(exact.as_tuple().digits), int(exact.as_tuple().exponent)
    if -exponent > len(match["decimals"] or ""):
        return True
    return match["whole"].count("0") > max(1, digits + exponent)
