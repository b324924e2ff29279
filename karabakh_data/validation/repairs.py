"""What was probably meant by a value that is not accepted: candidates, for the column to choose from."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from karabakh_data.models.types import KINDS
from karabakh_data.suggest import nearest

NOTHING = frozenset(
    {"-", "--", "–", "—", "?", "??", "???", "...", "…", "n/a", "#n/a", "na", "n.a.", "<na>", "(none)", "(blank)"}
    | {"null", "none", "nil", "nan", "nat", "unknown", "tbd", "todo"}
)
"""What people write where there is no value, in lower case."""

_TRUE = ("true", "t", "yes", "y", "1", "on", "wahr", "ja", "vrai", "oui", "vero", "истина", "да", "doğru", "evet")
_FALSE = ("false", "f", "no", "n", "0", "off", "falsch", "nein", "faux", "non", "falso", "ложь", "нет", "yanlış")
TRUTH = dict.fromkeys(_TRUE, "true") | dict.fromkeys(_FALSE, "false")
"""Truth values as other programs, and spreadsheets in other languages, write them."""

_LANGUAGES = {
    "armenian": "hy",
    "azerbaijani": "az",
    "english": "en",
    "french": "fr",
    "georgian": "ka",
    "german": "de",
    "persian": "fa",
    "russian": "ru",
    "turkish": "tr",
}
_CAMPS = ("armenian", "azerbaijani", "unattributed")

# --- Signs that only look right ------------------------------------------------------------------------------------

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_ENDS = f" \t\r\n{_SPACES}\u2028\u2029\ufeff"
_BLANKS = str.maketrans(dict.fromkeys(_SPACES, " ") | dict.fromkeys(_INVISIBLE))
_PLAIN = str.maketrans(
    dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_INVISIBLE)
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"')
    | dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'")
)
HIDDEN = re.compile(f"[{_SPACES}{_INVISIBLE}]")
"""No-break blanks and what cannot be seen."""
_MARKS = re.compile('["“”„«»]')
_SINGLE_MARKS = re.compile(r"(?<!\w)['‘]|['’](?!\w)")
_QUOTED = re.compile("[“„\"«‘'](.*)[”“\"»’']", re.DOTALL)
_AROUND = re.compile(r"=?(['\"])(.*)\1|'(.*)", re.DOTALL)

LONG = 10_000
"""Characters of a value up to which it is looked for what was meant."""


def stripped(text: str) -> str:
    """The text without blanks of any kind at its ends."""
    return text.strip(_ENDS)


def tidied(text: str) -> str:
    """The text in plain signs: no blanks or quotation marks around it, nothing invisible, ASCII dashes and digits.

    A very long one is only cut at its ends.
    """
    if len(text) > LONG:
        return text.strip(_ENDS + _INVISIBLE)
    plain = unicodedata.normalize("NFKC", text.translate(_PLAIN)).strip()
    plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in plain)
    while match := _AROUND.fullmatch(plain):  # also the apostrophe and the ="..." that make a spreadsheet keep a text
        plain = (match[2] if match[2] is not None else match[3]).strip()
    return plain


def is_placeholder(text: str) -> bool:
    """Whether the text stands for “no value”."""
    return len(text) <= 10 and text.casefold() in NOTHING


def inside_quotes(text: str) -> str | None:
    """What stands inside the quotation marks around a text; `None` where there are none, or others inside."""
    inner, others = text if len(text) <= LONG else "", [_MARKS]
    while match := _QUOTED.fullmatch(inner):
        others += [_SINGLE_MARKS] if inner[0] in "‘'" else []
        inner = match[1].strip()
    return inner if inner not in ("", text) and not any(marks.search(inner) for marks in set(others)) else None


def without_hidden(text: str) -> str | None:
    """The text with plain blanks and nothing invisible; `None` where it has no others."""
    return text.translate(_BLANKS).strip() if HIDDEN.search(text) else None


def names_of(signs: str) -> str:
    """The characters that are not ASCII, by name and number; the first three of them."""
    found = [sign for sign in dict.fromkeys(signs) if not sign.isascii()]
    names = [f"{unicodedata.name(sign, 'character').lower()} (U+{ord(sign):04X})" for sign in found[:3]]
    return f"{', '.join(names)} and others" if len(found) > 3 else " and ".join(names)


def hidden_names(text: str) -> str:
    """The no-break blanks and invisible characters of a text, by name and number."""
    return names_of("".join(HIDDEN.findall(text)))


def in_lines(text: str) -> Iterator[str]:
    """The text without control characters: with plain line ends, and on one line."""
    plain = re.sub("\r\n?|[\u2028\u2029\u0085\x0b\x0c]", "\n", text).replace("\t", " ")
    plain = stripped(re.sub("[\0-\x09\x0e-\x1f\x7f-\x9f\ud800-\udfff]", "", plain))
    yield plain
    yield " ".join(plain.split())


# --- Numbers and dates ---------------------------------------------------------------------------------------------

_DEGREES = re.compile(
    r"([NSEW]?) ?(-?[0-9]+(?:[.,][0-9]+)?) ?°? ?"
    r"(?:([0-9]+(?:\.[0-9]+)?) ?' ?)?"
    r"(?:([0-9]+(?:\.[0-9]+)?) ?(?:\"|'') ?)?([NSEW]?)",
    re.IGNORECASE,
)


def numbers(text: str, *, whole: bool) -> Iterator[str]:
    """What a number may mean: separators of thousands, a decimal comma, signs, zeros and exponents undone."""
    plain = text.replace("_", "").removeprefix("+")
    if re.fullmatch(r"-?[0-9]{1,3}(?:[, '][0-9]{3})+(?:\.[0-9]+)?", plain):
        plain = re.sub(r"[, ']", "", plain)
    elif re.fullmatch(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|-?[0-9]{1,3}(?:\.[0-9]{3}){2,}", plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif whole and re.fullmatch(r"[0-9]{1,3}\.0{3}", plain):
        return  # two thousand, or two with three decimals
    yield from _plain_numbers(plain, whole)
    if re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        yield from _plain_numbers(text.replace(",", "."), whole)


def _plain_numbers(plain: str, whole: bool) -> Iterator[str]:
    plain = re.sub(r"^(-?)0+(?=[0-9])", r"\1", plain)
    plain = re.sub(r"^(-?)\.", r"\g<1>0.", plain).removesuffix(".")
    if whole:
        plain = re.sub(r"\.0+$", "", plain)
    yield plain
    if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?e[+-]?[0-9]{1,2}", plain, re.IGNORECASE):
        number = Decimal(plain)
        yield format(number.to_integral_value() if number == number.to_integral_value() else number, "f")


def degrees(text: str, *, of_latitude: bool) -> Iterator[str]:
    """Decimal degrees of a coordinate with degree signs, minutes or a letter for its direction."""
    match = _DEGREES.fullmatch(text)
    letter = (match[1] + match[5]).upper() if match else ""
    if match is None or letter not in ("", *("NS" if of_latitude else "EW")):
        return
    whole, minutes, seconds = (Decimal((match[group] or "0").replace(",", ".")) for group in (2, 3, 4))
    if minutes >= 60 or seconds >= 60 or (letter and whole < 0):
        return
    size = abs(whole) + minutes / 60 + seconds / 3600
    exact = round(size, 5) if minutes or seconds else size
    sign = "-" if letter in ("S", "W") or whole < 0 else ""
    shown = format(exact, "f")
    yield sign + (shown.rstrip("0").rstrip(".") if "." in shown else shown)


def day_of_serial(text: str) -> str | None:
    """The day that a spreadsheet means by a number of days, from 1982 to 2064."""
    if not re.fullmatch("[3-5][0-9]{4}|60[0-9]{3}", text):
        return None
    return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(text))).isoformat()


# --- Ids and other forms -------------------------------------------------------------------------------------------

_LETTERS = str.maketrans({"ə": "a", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
_WITH_KIND = re.compile(rf"({'|'.join(KINDS)})s?-(.+)")


def ids(text: str, kind: str | None) -> Iterator[str]:
    """The id that a text may mean: in the characters of ids, beginning with its kind (`None`: any).

    One that begins with another kind is not guessed at.
    """
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    folded = re.sub(r"['`´’]", "", "".join(sign for sign in folded if not unicodedata.combining(sign)))
    slug = re.sub("[^a-z0-9]+", "-", folded).strip("-")
    if match := _WITH_KIND.fullmatch(slug):
        if kind in (None, match[1]):
            yield f"{match[1]}-{match[2]}"
    elif kind is not None and slug and slug.removesuffix("s") != kind:
        yield f"{kind}-{slug}"


def forms(text: str, kind: str) -> Iterator[str]:
    """What a value of another form may mean; `kind` is the form's name in the models."""
    folded = text.casefold()
    if kind == "language_form":
        yield _LANGUAGES.get(folded, folded.replace("_", "-"))
    elif kind == "url_form":
        scheme, colon, rest = text.partition("://")
        address = f"{scheme.casefold()}://{rest}" if colon else f"https://{text}"
        if colon or re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text):
            yield address.replace(" ", "%20")
    elif kind == "file_name_form":
        yield re.split(r"[\\/]", text)[-1]
    elif kind == "field_name_form":
        yield re.sub("[^a-z0-9]+", "_", folded).strip("_")
    elif kind == "camp_form":
        yield from nearest(text, _CAMPS, 1)
        yield from ids(text, "actor")
    else:
        yield folded


# --- Lists ---------------------------------------------------------------------------------------------------------

_BRACKETS = re.compile(r"[\[({](.*)[\])}]|c\((.*)\)|list\((.*)\)", re.DOTALL)
_BETWEEN = (r"[;|\n]", r"[;,|\n]", r"[;,|/\n\t+&]|\band\b", r"[;,|/\s+&]+")


def parts_of(text: str, *, loose: bool) -> Iterator[list[str]]:
    """The elements that a text may list, in brackets or not; `loose`: by every separator that people use."""
    match = _BRACKETS.fullmatch(text.strip())
    inner = next(group for group in match.groups() if group is not None) if match else text
    for separator in _BETWEEN if loose else _BETWEEN[:1]:
        parts = [tidied(part) for part in re.split(separator, inner)]
        yield list(dict.fromkeys(part for part in parts if part))


def as_json(parts: list[str]) -> str:
    """A list as JSON and YAML write it."""
    return json.dumps(parts, ensure_ascii=False)
