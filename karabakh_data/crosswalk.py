"""The crosswalk: how the words of our vocabularies stand to the terms of other schemes.

Written by hand in `seeds/crosswalk.yaml`, value by value and scheme by scheme, and in `seeds/code-lists.yaml`, which
holds the codes of the schemes with their labels. Every value of a vocabulary in the crosswalk says of every scheme
named there what stands to it, that nothing does (`none`), or that nobody has looked (`not_examined`: not published).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from karabakh_data import yamltree
from karabakh_data.edtf import DatePrecision
from karabakh_data.models import Correspondence
from karabakh_data.models.kept import NO_TERM
from karabakh_data.seed_reader import RawRecord, SeedReader
from karabakh_data.suggest import did_you_mean
from karabakh_data.table import Table
from karabakh_data.vocabulary import VOCABULARIES

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset

CROSSWALK, CODE_LISTS = "crosswalk", "code-lists"
"""The seed files, without `.yaml`."""

WHOLE = "vocabulary"
"""Stands for the vocabularies as wholes: `vocabulary:initiation`."""

RELATIONS = {name: f"skos:{name}Match" for name in ("exact", "close", "broad", "narrow", "related")}
"""What the seeds write for each SKOS relation; `broad`: the other scheme's term is the broader one."""

NONE, NOT_EXAMINED = "none", "not_examined"

JUSTIFICATION = "semapv:ManualMappingCuration"

SUBJECTS: dict[str, tuple[str, ...]] = {
    **{vocabulary.name_in_tables(): vocabulary.values() for vocabulary in VOCABULARIES},
    "date_precision": tuple(DatePrecision),
    WHOLE: tuple(vocabulary.name_in_tables() for vocabulary in VOCABULARIES),
}
"""What can be mapped: vocabulary -> its values. Date precision is told from the dates and has no column."""


def prefix(name: str) -> str:
    """A scheme as the column `object_source` names it."""
    return f"scheme:{name}"


def schemes(ds: Dataset) -> list[str]:
    """The names of the schemes in the crosswalk, sorted."""
    return sorted({row.object_source.removeprefix(prefix("")) for row in every(ds)})


def every(ds: Dataset) -> Table[Correspondence]:
    """The whole crosswalk."""
    return cast("Table[Correspondence]", ds.table(Correspondence.TABLE))


def to(ds: Dataset, scheme: str) -> Table[Correspondence]:
    """The rows of one scheme.

    Raises:
        KeyError: There is no such scheme; names the nearest ones.
        TypeError: The name is no text.
    """
    if not isinstance(scheme, str):
        raise TypeError(f"expected the name of one scheme, such as 'acled', not {type(scheme).__name__}")
    found = every(ds).where(object_source=prefix(scheme))
    if not len(found):
        known = schemes(ds)
        hint = did_you_mean(scheme, known) or f"; the schemes are {', '.join(known)}"
        raise KeyError(f"no scheme {scheme!r} in the crosswalk{hint}")
    return found


def codes(
    ds: Dataset, vocabulary: str, code_list: str, relations: tuple[str, ...] = ("exact", "close")
) -> dict[str, str]:
    """Value -> code, of the values to which just one code of a list stands in one of these relations."""
    wanted = {RELATIONS[one] for one in relations}
    found: dict[str, list[str]] = {}
    for row in every(ds):
        name, _, value = row.subject_id.partition(":")
        of, _, code = row.object_id.partition(":")
        if name == vocabulary and of == code_list and row.predicate_id in wanted:
            found.setdefault(value, []).append(code)
    return {value: one[0] for value, one in found.items() if len(one) == 1}


# --- Reading the seeds ---------------------------------------------------------------------------------------------


class Label(NamedTuple):
    """A code of a scheme: to which scheme it belongs, and what it is called there."""

    scheme: str
    text: str


def read(reader: SeedReader) -> Iterator[RawRecord]:
    """The rows of the crosswalk of a folder of seeds; what is wrong is told to the reader. Both files may be absent."""
    listed = _code_lists(reader)
    path = reader.folder / f"{CROSSWALK}.yaml"
    if not path.exists():
        return
    file, root = reader.parse(path)
    for name, values in _pairs(reader, file, root, "`vocabulary:` with its values"):
        if name.text not in SUBJECTS:
            reader.problem(file, name, f"no vocabulary {name.text!r}{did_you_mean(name.text, SUBJECTS)}")
            continue
        yield from _of_vocabulary(reader, file, name, values, listed)


def _of_vocabulary(
    reader: SeedReader, file: str, name: yamltree.Scalar, node: yamltree.Node, listed: Mapping[str, Label]
) -> Iterator[RawRecord]:
    words = SUBJECTS[name.text]
    entries = [(word, list(_pairs(reader, file, node, f"`scheme:` lines of {word.text}")))
               for word, node in _pairs(reader, file, node, "`value:` with its schemes")]  # fmt: skip
    named = list(dict.fromkeys(scheme.text for _, found in entries for scheme, _ in found))
    for word, found in entries:
        if word.text not in words:
            reader.problem(file, word, f"{name.text} has no value {word.text!r}{did_you_mean(word.text, words)}")
            continue
        given = [scheme.text for scheme, _ in found]
        for other in named:
            if other not in given:
                said = f"{name.text}:{word.text} says nothing of {other}: give its codes, {NONE} or {NOT_EXAMINED}"
                reader.problem(file, word, said)
        for scheme, said_of in found:
            yield from _of_scheme(reader, file, f"{name.text}:{word.text}", scheme, said_of, listed)
    missing = [word for word in words if word not in {entry.text for entry, _ in entries}]
    if missing and name.text != WHOLE:
        reader.problem(
            file, name, f"{name.text} lacks {', '.join(missing)}; say {NOT_EXAMINED} where nobody has looked"
        )


def _of_scheme(
    reader: SeedReader,
    file: str,
    subject: str,
    scheme: yamltree.Scalar,
    node: yamltree.Node,
    listed: Mapping[str, Label],
) -> Iterator[RawRecord]:
    known = {label.scheme for label in listed.values()}
    if scheme.text not in known:
        hint = did_you_mean(scheme.text, known)
        reader.problem(file, scheme, f"{CODE_LISTS}.yaml has no scheme {scheme.text!r}{hint}")
        return
    if isinstance(node, yamltree.Scalar):
        if node.text == NONE:
            yield _row(file, node, subject, "exact", NO_TERM, None, scheme.text, None)
        elif node.text != NOT_EXAMINED:
            expected = f"{NONE}, {NOT_EXAMINED} or {{{', '.join(RELATIONS)}: [codes]}}"
            reader.problem(file, node, f"{subject}: {node.text!r} is neither {expected}")
        return
    pairs = list(_pairs(reader, file, node, "`relation: [codes]`"))
    comment: str | None = None
    for key, value in pairs:
        if key.text == "comment":
            if isinstance(value, yamltree.Scalar) and value.text:
                comment = value.text
            else:
                reader.problem(file, value, f"{subject}: expected one text as the comment")
    relations = [(key, value) for key, value in pairs if key.text != "comment"]
    if isinstance(node, yamltree.Mapping) and not relations:
        reader.problem(file, node, f"{subject} gives no codes of {scheme.text}: give them, {NONE} or {NOT_EXAMINED}")
    told: set[str] = set()
    for relation, found in relations:
        if relation.text not in RELATIONS:
            hint = did_you_mean(relation.text, RELATIONS)
            reader.problem(
                file, relation, f"{subject}: no relation {relation.text!r}{hint}; they are {', '.join(RELATIONS)}"
            )
            continue
        if isinstance(found, yamltree.Sequence) and not found.items:
            reader.problem(file, found, f"{subject}: {relation.text} has no codes")
        for code in found.items if isinstance(found, yamltree.Sequence) else (found,):
            if not isinstance(code, yamltree.Scalar):
                reader.problem(file, code, f"{subject}: expected a code such as cameo:112")
                continue
            label = listed.get(code.text)
            if label is None or label.scheme != scheme.text:
                near = did_you_mean(code.text, [one for one, of in listed.items() if of.scheme == scheme.text])
                reader.problem(file, code, f"{subject}: {code.text!r} is in no list of {scheme.text}{near}")
                continue
            if code.text in told:
                reader.problem(file, code, f"{subject}: {code.text} stands twice")
                continue
            told.add(code.text)
            yield _row(file, code, subject, relation.text, code.text, label.text, scheme.text, comment)


def _row(
    file: str,
    node: yamltree.Node,
    subject: str,
    relation: str,
    code: str,
    label: str | None,
    scheme: str,
    comment: str | None,
) -> RawRecord:
    values: dict[str, Any] = {
        "subject_id": subject,
        "predicate_id": RELATIONS[relation],
        "object_id": code,
        "object_label": label,
        "object_source": prefix(scheme),
        "mapping_justification": JUSTIFICATION,
        "comment": comment,
    }
    return RawRecord(Correspondence.TABLE, file, node.line, node.column, values)


def _code_lists(reader: SeedReader) -> dict[str, Label]:
    """Every code of every scheme, with its list: `cameo:112`."""
    path = reader.folder / f"{CODE_LISTS}.yaml"
    if not path.exists():
        return {}
    file, root = reader.parse(path)
    found: dict[str, Label] = {}
    for scheme, lists in _pairs(reader, file, root, "`scheme:` with its lists"):
        for name, labels in _pairs(reader, file, lists, "`list:` with its codes"):
            for code, label in _pairs(reader, file, labels, "`code: label` lines"):
                if not isinstance(label, yamltree.Scalar) or not label.text:
                    reader.problem(file, label, f"{name.text}:{code.text} needs a label of one line")
                    continue
                full = f"{name.text}:{code.text}"
                if full in found:
                    other = found[full].scheme
                    reader.problem(file, code, f"{full} is a code of {other} already: rename one of the lists")
                    continue
                found[full] = Label(scheme.text, label.text)
    return found


def _pairs(
    reader: SeedReader, file: str, node: yamltree.Node | None, expected: str
) -> tuple[tuple[yamltree.Scalar, yamltree.Node], ...]:
    if isinstance(node, yamltree.Mapping):
        return node.pairs
    if node is not None:
        reader.problem(file, node, f"expected {expected}")
    return ()
