"""The generated pages: the data dictionary, the finding codes, the commands, and the codebook's blocks of counts.

`docs/codebook.md` is written by hand; `build` fills in what stands between `<!-- begin generated: NAME -->` and
`<!-- end generated -->`, and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from karabakh_data import agreement, loading
from karabakh_data.columns import Column, columns_of
from karabakh_data.commandpage import command_page
from karabakh_data.markdown import markdown_table
from karabakh_data.models import Actor, Affiliation, Record, Statement
from karabakh_data.models.types import Origin
from karabakh_data.tables import DERIVED_TABLES, MODELS, row_is
from karabakh_data.validation.codes import catalogue
from karabakh_data.vocabulary import VOCABULARIES, ActorType, Side

CODEBOOK = "docs/codebook.md"
DICTIONARY = "docs/generated/data-dictionary.md"
CODES = "docs/generated/finding-codes.md"
COMMANDS = "docs/generated/commands.md"
PAGES = (DICTIONARY, CODES, COMMANDS, CODEBOOK)

Tables = Mapping[str, Sequence[Record]]

_BLOCK = re.compile(r"(<!-- begin generated: (\w+) -->\n).*?(<!-- end generated -->)", re.DOTALL)


class CodebookError(ValueError):
    """The codebook lacks a generated block."""


def pages(root: Path, tables: Tables) -> dict[str, bytes]:
    """The generated pages of a checkout (relative path -> content).

    Raises:
        CodebookError: The codebook lacks a generated block.
        OSError: It cannot be read.
    """
    from karabakh_data.cli import main  # the page is derived from it; `build` is one of its commands

    text = (root / CODEBOOK).read_text(encoding="utf-8")
    made = {
        DICTIONARY: data_dictionary(),
        CODES: finding_codes(),
        COMMANDS: command_page(main),
        CODEBOOK: fill(text, root, tables),
    }
    return {name: page.encode("utf-8") for name, page in made.items()}


def fill(text: str, root: Path, tables: Tables) -> str:
    """The codebook's text with every generated block filled in anew.

    Raises:
        CodebookError: A block is missing, stands twice or has an unknown name.
    """
    blocks: dict[str, Callable[[], str]] = {
        "agreement": lambda: _agreement(root),
        "representation": lambda: representation(tables),
        "sizes": lambda: sizes(tables),
        "loading": loading_lines,
    }

    found = [match[2] for match in _BLOCK.finditer(text)]
    if sorted(found) != sorted(blocks) or text.count("<!-- begin generated") != len(blocks):
        raise CodebookError(f"the generated blocks are {', '.join(found)}; expected {', '.join(blocks)}, each once")

    def block(match: re.Match[str]) -> str:
        return f"{match[1]}\n{blocks[match[2]]()}\n\n{match[3]}"

    return _BLOCK.sub(block, text)


def _agreement(root: Path) -> str:
    first, second = root / "seeds/first-coding", root / "seeds/second-coding"
    if not (first.is_dir() and second.is_dir()):
        return "No second coding is at hand."
    return agreement.to_markdown(agreement.compare(first, second))


# --- Counts --------------------------------------------------------------------------------------------------------


def sizes(tables: Tables) -> str:
    """The tables with their rows and what one row is."""
    rows = [(f"`{n}`", len(tables[n]), row_is(m)) for n, m in MODELS.items()]
    return markdown_table(("table", "rows", "one row is"), rows)


OUTSIDE = "no side"
UNNAMED = "unnamed"
NK = "Nagorno-Karabakh authorities"


def voice_of(actor: Actor, apart: frozenset[str] = frozenset()) -> str:
    """Whose voice an actor is: a side, unnamed, or no side; those in `apart` are the Nagorno-Karabakh authorities."""
    if actor.actor_id in apart:
        return NK
    if actor.side is not Side.NONE:
        return actor.side.value + (", unnamed" if actor.actor_type is ActorType.UNATTRIBUTED else "")
    return UNNAMED if actor.actor_type is ActorType.UNATTRIBUTED else OUTSIDE


def de_facto_actors(tables: Tables) -> frozenset[str]:
    """The de facto authorities, their forces, what is part of them and who holds office with them."""
    kinds = (ActorType.DE_FACTO_AUTHORITY, ActorType.DE_FACTO_ARMED_FORCES)
    actors = [actor for actor in tables["actors"] if isinstance(actor, Actor)]
    found = {actor.actor_id for actor in actors if actor.actor_type in kinds}
    offices = [a for a in tables["affiliations"] if isinstance(a, Affiliation)]
    while True:
        more = {a.actor_id for a in actors if a.part_of_id in found} | {
            a.member_id for a in offices if a.organisation_id in found
        }
        if more <= found:
            return frozenset(found)
        found |= more


def representation(tables: Tables) -> str:
    """Whose voices the five articles carry: statements by voice and source, by voice and act, and once more apart."""
    actors = {a.actor_id: a for a in tables["actors"] if isinstance(a, Actor)}
    statements = [s for s in tables["statements"] if isinstance(s, Statement)]
    sources = [str(source.identity) for source in tables["sources"]]
    parts = []
    for title, apart in (
        ("Statements by voice and source", frozenset[str]()),
        ("The same, the Nagorno-Karabakh authorities counted as a party of their own", de_facto_actors(tables)),
    ):
        count: Counter[tuple[str, str]] = Counter()
        total: Counter[str] = Counter()
        accused: Counter[str] = Counter()
        for statement in statements:
            voices = {voice_of(actors[speaker], apart) for speaker in statement.speaker_ids}
            for voice in voices:
                total[voice] += 1
                count.update((voice, source) for source in statement.source_ids)
            accused.update({voice_of(actors[one], apart) for one in statement.accused_ids})
        names = sorted(total | accused, key=lambda voice: (-total[voice], voice))
        rows = [(voice, total[voice], *(count[voice, source] for source in sources), accused[voice]) for voice in names]
        header = ("voice", "statements", *(f"`{s.removeprefix('source-')}`" for s in sources), "accused in")
        parts.append(f"{title}:\n\n{markdown_table(header, rows)}")
    speakers = Counter(speaker for statement in statements for speaker in statement.speaker_ids)
    rows2 = [(actors[a].name, voice_of(actors[a]), n) for a, n in speakers.most_common() if n > 1]
    parts.append("Who speaks more than once:\n\n" + markdown_table(("speaker", "voice", "statements"), rows2))
    parts.append(
        "A statement of several speakers counts once for each voice; one carried by two articles counts under both."
    )
    return "\n\n".join(parts)


# --- Data dictionary -----------------------------------------------------------------------------------------------


def data_dictionary() -> str:
    """Every table, column, rule and vocabulary, from the models."""
    parts = [
        "# Data dictionary",
        "Generated by `karabakh-data build` from the models. `*` marks a column that every published row fills, `[]` a "
        "list (elements separated by `;`). Origins: "
        + "; ".join(f"`{origin.value}`" for origin in Origin)
        + "; `id` for the record's own id (see the [codebook](../codebook.md)).",
    ]
    for name, model in MODELS.items():
        key = ", ".join(f"`{column}`" for column in model.PRIMARY_KEY)
        derived = " Derived." if name in DERIVED_TABLES else ""
        parts.append(f"## `{name}`\n\n{' '.join((model.__doc__ or '').split())}{derived}\n\nPrimary key: {key}.")
        rows = [_row(column) for column in columns_of(model)]
        parts.append(markdown_table(("column", "type", "origin", "meaning"), rows))
        if model.RULES:
            parts.append("Rules:\n\n" + "\n".join(f"- {rule}" for rule in model.RULES))
    parts.append("# Vocabularies")
    for vocabulary in VOCABULARIES:
        words = [(f"`{word.value}`", word.definition) for word in vocabulary]
        doc = (vocabulary.__doc__ or "").split("\n")[0]
        parts.append(f"## `{vocabulary.name_in_tables()}`\n\n{doc}\n\n{markdown_table(('value', 'definition'), words)}")
    return "\n\n".join(parts) + "\n"


def _row(column: Column) -> tuple[str, str, str, str]:
    marks = ("[]" if column.is_list else "") + ("*" if column.published else "")
    if column.vocabulary:
        kind = f"[`{column.vocabulary.name_in_tables()}`](#{column.vocabulary.name_in_tables()})"
    elif column.reference:
        kind = f"id → [`{column.reference}`](#{column.reference})"
    else:
        kind = str(column.kind)
    return f"`{column.name}`{marks}", kind, column.origin.value if column.origin else "id", column.description


def finding_codes() -> str:
    """Every finding code with its explanation, family by family."""
    parts = [
        "# Finding codes",
        "Generated by `karabakh-data build`. What `karabakh-data validate` tells, each with why it is told and the "
        "repair; `karabakh-data explain CODE` prints the same. A code is never given to another fault.",
    ]
    family = ""
    for code in catalogue().values():
        if code.family != family:
            family = code.family
            parts.append(f"## {code.number[:3]}: {family}")
        parts.append(f"### {code.number}\n\n`{code.name}`, {code.severity}. {code.title}")
        parts.append(code.explanation)
    return "\n\n".join(parts) + "\n"


def loading_lines() -> str:
    """The one line with which each tool loads a table, shown for `statements`."""
    return "\n\n".join(f"{tool}:\n\n```{t.language}\n{t.line('statements')}\n```" for tool, t in loading.TOOLS.items())
