"""What is wrong with a text that is no EDTF date, and what was probably meant; it runs only on the way to an error."""

from __future__ import annotations

import re
from itertools import product

_FAULTS = (  # compiled on first use, by re's own cache: most programs never meet an error
    (r"^$", "it is empty"),
    (r"\{", "all-of sets {...} are not accepted"),
    (r"[^\x00-\x7f]", "only ASCII digits and signs are accepted"),
    (r"^\s|\s$", "white space around a date is not accepted"),
    (r"[0-9]T[0-9]|[0-9]:[0-9]", "a time of day is not accepted"),
    (r"(?i)winter", "a winter is written by the year of its December (2019-24 ends in February 2020)"),
    (r"\b[A-Za-z]{3,}|\b[a-z]{1,2}\b", "months, seasons and other words are written in figures and signs"),
    (r"\s", "white space is not accepted"),
    (r"[?~%]{2}", "qualification is one of ? ~ % at the end"),
    (r"[a-z]", "an unspecified digit is a capital X"),
    (r"\.\.", "a range with .. stands in square brackets"),
    (r"X", "X stands only for the last one or two digits of a year, or for a whole month or day"),
    (r"^[0-9]{1,2}[./-]", "the year comes first"),
    (r"[0-9][./][0-9]|^[0-9]{6,}$", "year, month and day are joined by hyphens"),
    (r"^[0-9]{4}-.*\b[0-9]\b", "month and day have two digits"),
    (r"^(?![0-9]{4}(?![0-9]))", "a date begins with a year of four digits, 0001 to 9998"),
    (r"", "it is not an accepted form"),
)
_MONTHS = "january february march april may june july august september october november december"
_WORDS = {"spring": "21", "summer": "22", "autumn": "23", "fall": "23", "present": "..", "now": "..", "unknown": ""} | {
    name[:cut]: f"{number:02}" for number, name in enumerate(_MONTHS.split(), 1) for cut in range(3, len(name) + 1)
}
_SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\uff0d", "-")
    | {"\u2026": "..", "\uff0e": ".", "\uff0f": "/", "\uff1f": "?", "\uff5e": "~", "\u0445": "x", "\u0425": "x"}
    | dict.fromkeys("\u200b\u200e\u200f\u00ad\ufeff")
)
DAY_AND_MONTH = r"(?<![0-9])([0-9]{1,2})[-./ ]([0-9]{1,2})[-./ ]([0-9]{4})(?![0-9])"
_REWRITES = (  # the first that fits the whole text decides; groups other than figures are rewritten in their turn
    (r"([0-9]{2})([0-9]{2}) ?[-/] ?(?!\2)([0-9]{2})", "{0}{1}-{2}", "{0}{1}/{0}{2}"),  # 2020/21: spring, or two years?
    (r"([0-9]{4}) ?[-./ ] ?([0-9]{1,2})", "{0}-{1:0>2}"),
    (r"([0-9]{4})[-./ ]([0-9]{1,2})[-./ ]([0-9]{1,2})", "{0}-{1:0>2}-{2:0>2}"),
    (r"([0-9]{4})([0-9]{2})([0-9]{2})", "{0}-{1}-{2}"),
    (DAY_AND_MONTH, "{2}-{1:0>2}-{0:0>2}", "{2}-{0:0>2}-{1:0>2}"),
    (r"([0-9]{1,2})[-./ ]([0-9]{4})", "{1}-{0:0>2}"),
    (r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:t| |, )[0-9]{1,2}:[0-9:.+z-]*", "{0}"),
    (r"([0-9]{4}-[0-9]{2})-([0-9]{2})/([0-9]{2})", "{0}-{1}/{0}-{2}"),
    (r"([0-9]{2})00s", "{0}0X", "{0}XX"),
    (r"([0-9]{3})(?:0s|\?|u)", "{0}X"),
    (r"([0-9]{4}-[0-9]{2})-(?:\?\?|uu)", "{0}-XX"),
    (r"(?:circa|about|around|ca|c|~)\.? ?(.+)", "{0}~"),
    (r"before (.+)", "[..{0}]"),
    (r"after (.+)", "[{0}..]"),
    (r"since (.+)", "{0}/.."),
    (r"until (.+)", "../{0}"),
    (r"[a-z]+day,? (.+)", "{0}"),
    (r"([0-9]{1,2})(?:st|nd|rd|th)?[ -](?:of )?([a-z]+)[.,]?[ -]([0-9]{4})", "{2}-{1}-{0:0>2}"),
    (r"([0-9]{1,2}) ?- ?([0-9]{1,2}) ([a-z]+)[.,]? ([0-9]{4})", "{3}-{2}-{0:0>2}/{3}-{2}-{1:0>2}"),
    (r"([a-z]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})", "{2}-{0}-{1:0>2}"),
    (r"winter (?:of )?([0-9]{4})[-/][0-9]{2,4}", "{0}-24"),
    (r"([a-z]+)[.,]? (?:of )?([0-9]{4})", "{1}-{0}"),
    (r"between (.+) and (.+)", "[{0}..{1}]"),
    (r"(.+) or (.+)", "[{0},{1}]"),
    (r"(?:from )?(.+?) (?:-|to) (.+)", "{0}/{1}"),
    (r"([0-9./-]{4,})-([0-9]{4}(?:-[0-9]{2}){0,2}|[0-9./]{6,})", "{0}/{1}"),
    (r"\[([^,]+)\]", "{0}"),
    (r"\[([^,]+),([^,]+)\]", "[{0},{1}]", "[{1},{0}]"),
    (r"(.+?)\.\.(.+)", "{0}/{1}", "[{0}..{1}]"),
    (r"([^/]*)/([^/]*)", "{0}/{1}"),
    (r"(.+?) ?(?:\?~|~\?)", "{0}%"),
    (r"(.+?) ?\?", "{0}?"),
)


def fault_of(text: str) -> str:
    """What is wrong with a text that is not accepted, as a clause."""
    return next(fault for pattern, fault in _FAULTS if re.search(pattern, text))


def guesses(text: str) -> list[str]:
    """Candidates for what was meant, accepted or not."""
    return _guess(_tidy(text))


def _tidy(text: str) -> str:
    ascii_digits = "".join(str(int(char)) if char.isdecimal() else char for char in text)
    return " ".join(ascii_digits.translate(_SIGNS).lower().split())


def _guess(text: str) -> list[str]:
    """Candidates for a tidied text, accepted or not; it recurses only into shorter, disjoint parts, so it ends."""
    if text in _WORDS:
        return [_WORDS[text]]
    for pattern, *templates in _REWRITES:
        if match := re.fullmatch(pattern, text):
            parts = [[group] if group.isdigit() else _guess(group) for group in match.groups()]
            dates = [[part for part in options if "/" not in part and "[" not in part] for options in parts]
            filled = [template.format(*choice) for choice in product(*dates) for template in templates]
            return [candidate.replace("-00", "-XX") for candidate in filled]
    return [text.replace(" ", "").upper()]
