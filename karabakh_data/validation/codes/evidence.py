"""KD6: what a document says of the passages cited from it."""

from __future__ import annotations

from collections.abc import Iterable

from karabakh_data.validation.codes import Said, code
from karabakh_data.validation.finding import Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@code("KD605", ERROR)
def another_document(digest: str) -> Said:
    """The document at hand is not the one that the source names: its SHA-256 differs.

    Positions count the characters of one exact file. Use the very file that was read, never saved anew by an editor.
    """
    return Said(f"not the document that was cited: its SHA-256 is {digest}")


@code("KD606", NOTE)
def document_not_at_hand(name: str) -> Said:
    """The documents were given, but not this one, so that its passages are not verified.

    Put the file into the folder given by `--documents` to have them checked.
    """
    return Said(f"the document {name} is not at hand; the passages are not verified")


@code("KD607", ERROR)
def past_the_end(length: int) -> Said:
    """A passage ends after the document's last character.

    Positions are Unicode code points from 0, `end` exclusive. `karabakh-data cite FILE "words"` prints them.
    """
    return Said(f"lies past the document's end ({length})")


@code("KD608", ERROR)
def another_passage() -> Said:
    """The characters at these positions have not the digest that is given.

    Either the positions moved or the digest belongs to another passage. Leave `sha256` out, or cite the words anew.
    """
    return Said("the characters there are not those that were cited")


@code("KD609", ERROR)
def not_verbatim(expected: Iterable[str]) -> Said:
    """A passage is cited as `verbatim`, but its words are not the value.

    Another spelling or a form of the word is `normalised`, a category is `classified`, a conclusion is `inferred`.
    """
    return Said(f"cited as verbatim, but the passage is none of {', '.join(map(repr, sorted(expected)))}")


@code("KD610", ERROR)
def quote_differs() -> Said:
    """A quote is not, word for word, what stands at the cited place.

    One contiguous piece without ellipsis; only blanks and line breaks may differ.
    """
    return Said("the quote is not what stands there")


@code("KD611", ERROR)
def quote_not_quoted() -> Said:
    """A quote is cited from a passage that does not stand inside quotation marks.

    Only direct speech is a quote. What the article tells in its own words is told in ours, in `summary`.
    """
    return Said("the passage does not stand inside quotation marks")


@code("KD612", WARNING)
def copied_words(words: str) -> Said:
    """A text of ours repeats a run of an article's words.

    The articles belong to their publishers; summaries and descriptions are told in our own words.
    """
    return Said(f"repeats the article's words ({words!r}); tell it in other words")
