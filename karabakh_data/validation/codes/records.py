"""KD4: what must hold between the fields of one record. The rules themselves stand in the models."""

from __future__ import annotations

from karabakh_data.rules import Fault
from karabakh_data.validation.codes import Said, code
from karabakh_data.validation.finding import Severity

ERROR, NOTE = Severity.ERROR, Severity.NOTE


@code("KD401", ERROR)
def ordered(fault: Fault) -> Said:
    """Two numbers or dates stand in the wrong order: a low figure above the high one, an end before its beginning.

    Dates are compared by their bounds, and only where the order is certain.
    """
    return Said(fault.message)


@code("KD402", ERROR)
def required_when(fault: Fault) -> Said:
    """A value is needed because of what another column says.

    An accusation needs whom or what it is about, a retraction what it withdraws, a figure what it counts, an inference
    its reasoning.
    """
    return Said(fault.message)


@code("KD403", ERROR)
def value_when(fault: Fault) -> Said:
    """A word does not go with what another column says.

    A ceasefire with mediators is `mediated`, one with signatories is `written_signed`, a population or a medium is on
    no side.
    """
    return Said(fault.message)


@code("KD404", ERROR)
def together(fault: Fault) -> Said:
    """Values that belong together are not all given: a stance and its incidents; latitude, longitude and radius.

    Give all of them or none.
    """
    return Said(fault.message)


@code("KD405", ERROR)
def distinct(fault: Fault) -> Said:
    """An id stands in two columns that exclude each other: a speaker as its own addressee, a record as its own parent.

    Look which of the two is meant.
    """
    return Said(fault.message)


@code("KD406", ERROR)
def stands_alone(fault: Fault) -> Said:
    """A word such as `none` or `unspecified` stands beside others in a list.

    Either something is known or nothing is.
    """
    return Said(fault.message)


@code("KD407", ERROR)
def contains_when(fault: Fault) -> Said:
    """A list names nothing, though another column says that there is something.

    A `ceasefire_with_mechanism` names at least one mechanism.
    """
    return Said(fault.message)


@code("KD408", ERROR)
def word_limit(fault: Fault) -> Said:
    """A quote has more than 25 words.

    The articles belong to their publishers. Keep the clause that carries the act, as one contiguous piece.
    """
    return Said(fault.message)


@code("KD409", ERROR)
def matches_scheme(fault: Fault) -> Said:
    """An identifier has not the form of its scheme.

    A Wikidata id is Q and digits, an ISO 3166-1 code three capitals; the data dictionary gives each form.
    """
    return Said(fault.message)


@code("KD410", ERROR)
def derived_differs(fault: Fault) -> Said:
    """A derived value is given and does not follow from the record: bounds of a date, `attribution`.

    The library computes these. Leave the column out or the cell empty.
    """
    return Said(fault.message)


@code("KD412", NOTE)
def derived_not_compared(column: str, missing: str) -> Said:
    """A column that is derived from the whole data set is given, and what it depends on is not at hand.

    It is computed anew when the data set is built; what the contribution says there is passed over. Told once for each
    column.
    """
    return Said(f"{column} is derived from {missing}, which the contribution does not hold; passed over")


BY_RULE = {
    made.function.__name__: made
    for made in (
        ordered,
        required_when,
        value_when,
        together,
        distinct,
        stands_alone,
        contains_when,
        word_limit,
        matches_scheme,
        derived_differs,
    )
}
"""The code of each kind of record rule, by the name that `Fault.code` carries."""
