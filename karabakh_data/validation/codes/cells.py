"""KD2: what is wrong with one value, whatever the rest of its record is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from karabakh_data.suggest import nearest
from karabakh_data.validation.codes import Said, code
from karabakh_data.validation.finding import Severity
from karabakh_data.validation.repairs import is_placeholder

ERROR, WARNING = Severity.ERROR, Severity.WARNING


@code("KD201", ERROR)
def missing_value() -> Said:
    """A value that every record needs is missing, or nothing but blanks.

    Where the source does not say, most vocabularies have a word for that, such as `unspecified`; a date may be as vague
    as EDTF allows, such as `2020-XX` or `[..2020-11-08]`.
    """
    return Said("is needed in every record, and left out")


@code("KD202", ERROR)
def stray_blanks(shown: str, suggestion: str | None = None, *, alone: bool = False) -> Said:
    """A value has blanks at its start or end, or is nothing but blanks.

    Two ids that differ in a blank are two ids to every program. Delete the blanks.
    """
    if alone:
        return Said(f"{shown} holds no value; leave it empty")
    return Said(f"{shown} has blanks at an end; delete them", suggestion)


@code("KD203", ERROR)
def look_alikes(shown: str, names: str, suggestion: str | None) -> Said:
    """A value holds signs that only look like the right ones, or stands in quotation marks: no-break blanks,
    typographic dashes, zero-width characters, digits of full width.

    Word processors and web pages put them in. Type the value again, or take the suggestion.
    """
    if not names:
        return Said(f"{shown} stands in quotation marks; give the value alone", suggestion)
    return Said(f"{shown} holds {names}; write the value alone, in plain characters", suggestion)


LISTED = 300
"""Characters up to which a message lists all words of a vocabulary."""


@code("KD204", ERROR)
def unknown_word(shown: str, text: str, words: Iterable[str]) -> Said:
    """A word is not in the column's vocabulary.

    The data dictionary defines every word; `karabakh-data ls vocabularies` lists them. A vocabulary is closed: where no
    word fits, take `other` or `unspecified` if there is one, and propose a word in an issue.
    """
    options = {re.sub(r"[\W_]+", "_", word): word for word in words}
    plain = re.sub(r"[\W_]+", "_", text.casefold()).strip("_") if len(text) <= LISTED else ""
    if is_placeholder(text) and "unspecified" in options:
        near = ["unspecified"]
    else:
        near = [plain] if plain in options else nearest(plain, options)
    listed = ", ".join(options.values())
    if len(listed) > LISTED:
        some = f", such as {', '.join(options[name] for name in near)}" if len(near) > 1 else ""
        listed = f"the {len(options)} words of its vocabulary{some}; `karabakh-data ls vocabularies` lists them"
    return Said(f"{shown} is none of {listed}", options[near[0]] if near else None)


@code("KD205", ERROR)
def not_a_date(message: str, suggestion: str | None) -> Said:
    """A date is not in EDTF (ISO 8601-2), or is no date of the calendar.

    Write `2020-09-27`, `2020-10`, `2020`, `2020-09-27?` where it is uncertain, `2020-10-10/2020-10-12` for a stretch of
    time and `[2016-04-05..2016-04-06]` for one day among several. Seasons are 21 (spring) to 24 (winter).
    """
    return Said(message, suggestion)


@code("KD206", ERROR)
def not_a_number(message: str, suggestion: str | None = None) -> Said:
    """A number is not written in the digits 0-9 with a decimal point.

    No thousands separators, no plus sign, no exponent, no leading zeros, no units, no words: `2000`, `12.5`. A range
    stands in two columns (`figure_low`, `figure_high`), a quantity in words in one of its own (`figure_words`), a
    coordinate in decimal degrees.
    """
    return Said(message, suggestion)


@code("KD207", ERROR)
def not_a_truth_value(message: str, suggestion: str | None) -> Said:
    """A truth value is not `true` or `false`.

    Exactly these words, in lower case; in JSON and in a workbook the truth value itself.
    """
    return Said(message, suggestion)


@code("KD208", ERROR)
def not_a_day(message: str, suggestion: str | None = None) -> Said:
    """A day is not of the form YYYY-MM-DD, or is no day of the calendar.

    Columns that end in `_earliest` and `_latest` hold single days. They are derived and may be left out.
    """
    return Said(message, suggestion)


@code("KD209", ERROR)
def out_of_range(shown: str, limit: str) -> Said:
    """A number is smaller or larger than its column allows.

    The data dictionary gives the least and greatest value: counts are not negative, a latitude lies between -90 and 90.
    A number such as -99 does not stand for “not known”: leave the value out.
    """
    return Said(f"{shown} is out of range: {limit} is allowed")


@code("KD210", ERROR)
def not_an_id(shown: str, message: str, suggestion: str | None) -> Said:
    """An id has not the form `kind-slug`.

    Ids are lower-case ASCII letters, digits and single hyphens, and begin with the kind of record: `actor-`, `place-`,
    `incident-`, ...
    """
    return Said(f"{shown} is no id: {message}", suggestion)


@code("KD211", ERROR)
def runs_in_a_spreadsheet(shown: str, suggestion: str | None) -> Said:
    """A text begins with `=`, `+`, `-`, `@`, and a spreadsheet would run it as a formula.

    Whoever opens the published table in a spreadsheet would run it. Begin with another character.
    """
    return Said(f"{shown} begins like a formula, which a spreadsheet would run", suggestion)


@code("KD212", ERROR)
def text_form(shown: str, message: str, suggestion: str | None) -> Said:
    """A text holds what its column cannot: a line break in a one-line column, a control character, a `;` in an element
    of a list.

    A cell of one line stays on one line in every program; `;` separates the elements of a list.
    """
    return Said(f"{shown}: {message}", suggestion)


@code("KD213", ERROR)
def other_form(shown: str, message: str, suggestion: str | None = None) -> Said:
    """A value has not the form of its column: a language tag, an address, a file name, a digest, a camp.

    The message names the form; the data dictionary gives the pattern.
    """
    return Said(f"{shown}: {message}", suggestion)


@code("KD214", ERROR)
def repeated_element(shown: str) -> Said:
    """A value stands twice in a list.

    The elements of a list differ. Delete the second.
    """
    return Said(f"{shown} stands twice in the list; keep one")


@code("KD215", ERROR)
def empty_element(suggestion: str | None = None) -> Said:
    """A list holds an empty element, as in `a;;b` or `a;b;`.

    Either a value was forgotten or a separator is too many. Delete the separator.
    """
    return Said("the list holds an empty element; delete the separator or write the value", suggestion)


@code("KD216", WARNING)
def hidden_characters(names: str, suggestion: str | None) -> Said:
    """A text of ours holds no-break blanks, zero-width characters or soft hyphens.

    They come from web pages and word processors; a search for the words fails on them. Where the source's own words are
    kept (names, titles, quotes) they are left alone.
    """
    return Said(f"holds {names}; write plain blanks", suggestion)


@code("KD217", WARNING)
def quoted_quote(suggestion: str | None) -> Said:
    """A quote is given with the quotation marks around it.

    The column holds the words alone.
    """
    return Said("begins and ends with quotation marks; give the words alone", suggestion)


@code("KD218", ERROR)
def list_form(shown: str, suggestion: str | None) -> Said:
    """The elements of a list are separated by something else than `;`, or stand in brackets.

    Commas, slashes and line breaks may belong to a value; a list in brackets is how a program prints it. Write
    `a;b;c`, without blanks.
    """
    return Said(f"{shown} is no list of values separated by ;", suggestion)


@code("KD219", WARNING)
def placeholder(shown: str) -> Said:
    """A text stands for “no value”, such as `N/A`, `null`, `TBD` or `?`.

    To every program it is a text like any other: a quote that reads `N/A` is a quotation. Leave the cell empty.
    """
    return Said(f"{shown} stands for “no value” and would be taken for a text; leave it empty")
