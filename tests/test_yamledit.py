"""What `karabakh_data.yamledit` promises: values as YAML that reads back, and changes that leave the rest alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from karabakh_data import yamledit
from karabakh_data.yamledit import EditError, Editor
from karabakh_data.yamltree import Mapping, Node, Scalar, Sequence, parse

AWKWARD = (
    "a: b",
    "a #b",
    "#a",
    "null",
    "~",
    "yes",
    "No",
    "2020-10",
    "2020-10-28",
    "365",
    "0x1F",
    "1.5",
    "[..2020-10-28]",
    "{a}",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    "- a",
    "-",
    "?",
    "? a",
    ":",
    "a:",
    "it's",
    '"a"',
    "'a'",
    "\\n",
    "a, b",
    "a]",
    "a}",
    "---",
    "...",
    "a\nb",
    "a\n\n  b\n# c\n- d: [",
    "a \nb",
    "Şuşa, Շուշի, Шуша, 漢字",
    "🕊 and 🕊️",
    "a\u00a0b\u200bc\ufeffd\ufffe",
    "word " * 60 + "end",
    "x" * 300,
)

texts = st.sampled_from(AWKWARD) | st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=300)


def plain(node: Node | None) -> Any:
    """A tree as lists and dictionaries of text."""
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.pairs}
    assert isinstance(node, Scalar)
    return node.text


def made(value: Any, *, flow: bool = False) -> yaml.Node:
    """A value to be written, from lists and dictionaries of text."""
    if isinstance(value, list):
        return yamledit.sequence((made(one) for one in value), flow=flow)
    if isinstance(value, dict):
        return yamledit.mapping(((key, made(one)) for key, one in value.items()), flow=flow)
    return yamledit.scalar(value)


# ---- Values ----


trees = st.recursive(
    texts,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(texts.filter(bool), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(trees, min_size=1, max_size=3), st.integers(0, 9))
@example([{text: text for text in AWKWARD}], 4)
@example([[{text: [text]}] for text in AWKWARD], 0)
def test_what_is_written_reads_back_at_every_depth_and_in_brackets(value: list[Any], indent: int) -> None:
    assert plain(parse(yamledit.block(made(value), indent))) == value
    line = yamledit.inline(made(value))
    assert "\n" not in line
    assert plain(parse(line)) == value
    in_brackets = yamledit.block(yamledit.sequence([made(value, flow=True)]), indent)
    assert plain(parse(in_brackets)) == [value]


def test_other_readers_of_yaml_see_text() -> None:
    values = ["null", "yes", "2020-10-28", "365", "1.5", "~"]
    assert yaml.safe_load(yamledit.block(made(values))) == values
    assert (
        yamledit.block(yamledit.mapping([("background", yamledit.scalar("true", boolean=True))]))
        == "background: true\n"
    )


def test_lines_break_at_120_columns_whatever_the_depth() -> None:
    value = {"note": "word " * 60 + "end"}
    for indent in (0, 4, 9):
        lines = yamledit.block(made(value), indent).split("\n")
        assert all(line.startswith(" " * indent) for line in lines[:-1])
        assert {115 <= len(line) <= 126 for line in lines[:-2]} == {True}


def test_lists_are_indented_under_their_key_and_text_of_several_lines_stands_as_it_is() -> None:
    text = yamledit.block(made([{"a": [{"b": "c"}], "d": "one\n\n  two"}]))
    assert text == "- a:\n    - b: c\n  d: |-\n    one\n\n      two\n"


# ---- Changes ----


def record(editor: Editor) -> Mapping:
    """The first record of a list."""
    assert isinstance(editor.root, Sequence)
    assert isinstance(editor.root.items[0], Mapping)
    return editor.root.items[0]


def edited(text: str, change: Callable[[Editor], None]) -> str:
    editor = Editor(text)
    change(editor)
    return editor.result()


def append(*items: Any) -> Callable[[Editor], None]:
    return lambda editor: editor.append_to_root([made(item) for item in items])


def nest(key: str, *items: Any) -> Callable[[Editor], None]:
    return lambda editor: editor.append(record(editor), key, [made(item) for item in items])


def add(after: str, key: str, value: Any) -> Callable[[Editor], None]:
    return lambda editor: editor.add(record(editor), {after}, key, made(value))


def replace(key: str, value: Any) -> Callable[[Editor], None]:
    return lambda editor: editor.replace(record(editor), key, made(value))


def remove(key: str) -> Callable[[Editor], None]:
    return lambda editor: editor.remove(record(editor), key)


NEW = {"a": "x"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "- a: x\n"),
        ("# only\n", "# only\n\n- a: x\n"),
        ("# only", "# only\n\n- a: x\n"),
        ("[]\n", "- a: x\n"),
        ("[] # none yet\n", "- a: x # none yet\n"),
        ("[{a: b}]\n", "[{a: b}, {a: x}]\n"),
        ("[{a: b},]\n", "[{a: b}, {a: x},]\n"),
        ("--- []\n", "--- [{a: x}]\n"),
        ("- a: b\n", "- a: b\n\n- a: x\n"),
        ("- a: b", "- a: b\n\n- a: x\n"),
        ("- a: b # c\n\n\n", "- a: b # c\n\n- a: x\n\n\n"),
        ("- a: b\n# end\n", "- a: b\n\n- a: x\n# end\n"),
        ("- a: b\n\n  # of b\n\n# end\n", "- a: b\n\n  # of b\n\n- a: x\n\n# end\n"),
        ("- a: |-\n    b\n\n# end\n", "- a: |-\n    b\n\n- a: x\n\n# end\n"),
        ("- a: 'b\n\n    c'\n", "- a: 'b\n\n    c'\n\n- a: x\n"),
        ("---\n- a: b\n...\n", "---\n- a: b\n\n- a: x\n...\n"),
        ("\ufeff- a: b\r\n- a:\r\n    - c\r\n", "\ufeff- a: b\r\n- a:\r\n    - c\r\n\r\n- a: x\r\n"),
        ("  - a: b\n", "  - a: b\n\n  - a: x\n"),
        ("- a: b\r- a: c\r", "- a: b\r- a: c\r\r- a: x\r"),
    ],
)
def test_items_go_to_the_end_of_the_text(text: str, expected: str) -> None:
    assert edited(text, append(NEW)) == expected
    assert plain(parse(expected)) == [*(plain(parse(text)) if parse(text) else []), NEW]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- k:\n    - a: b\n", "- k:\n    - a: b\n    - a: x\n"),
        ("- k:\n  - a: b\n  l: m\n", "- k:\n  - a: b\n  - a: x\n  l: m\n"),
        (
            "- k:\n      # first\n      -   a: b\n\n  l: m\n",
            "- k:\n      # first\n      -   a: b\n      - a: x\n\n  l: m\n",
        ),
        ("- k: [{a: b}]\n  l: m\n", "- k: [{a: b}, {a: x}]\n  l: m\n"),
        ("- k: [\n    {a: b}, # c\n  ]\n", "- k: [\n    {a: b}, {a: x}, # c\n  ]\n"),
        ("- k: []\n  l: m\n", "- k:\n    - a: x\n  l: m\n"),
        ("- {k: [], l: m}\n", "- {k: [{a: x}], l: m}\n"),
        ("- {k: [{a: b}], l: m}\n", "- {k: [{a: b}, {a: x}], l: m}\n"),
        ("- k:\n    - a: b", "- k:\n    - a: b\n    - a: x\n"),
    ],
)
def test_items_go_to_the_end_of_a_list_under_a_key(text: str, expected: str) -> None:
    assert edited(text, nest("k", NEW)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a: b\n  c: d\n", "- a: b\n  k: x\n  c: d\n"),
        ("- a: b # c\n", "- a: b # c\n  k: x\n"),
        ("- a: b", "- a: b\n  k: x\n"),
        ("-   a: b\n    # on c\n    c: d\n", "-   a: b\n    k: x\n    # on c\n    c: d\n"),
        ("- a:\n  - b\n    # of b\n  c: d\n", "- a:\n  - b\n    # of b\n  k: x\n  c: d\n"),
        ("- {a: b, c: d} # e\n", "- {a: b, k: x, c: d} # e\n"),
        ("- {a: , c: d}\n", "- {a:, k: x , c: d}\n"),
        ("- a: >-\n    b\n    b\n\n  c: d\n", "- a: >-\n    b\n    b\n  k: x\n\n  c: d\n"),
    ],
)
def test_a_key_goes_behind_another(text: str, expected: str) -> None:
    assert edited(text, add("a", "k", "x")) == expected


def test_a_key_goes_behind_the_first_where_none_is_named() -> None:
    assert edited("- a: b\n  c: d\n", add("z", "k", "x")) == "- a: b\n  k: x\n  c: d\n"


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("- k: old # why\n  l: m\n", "new", "- k: new # why\n  l: m\n"),
        ("- k: 'old\n    text'\n", "new", "- k: new\n"),
        ("- k: |-\n    old\n    text\n\n  l: m\n", "new", "- k: new\n\n  l: m\n"),
        ("- k:\n    old\n  l: m\n", "new", "- k: new\n  l: m\n"),
        ("- k:\n    - a\n    - b\n  l: m\n", ["c"], "- k:\n    - c\n  l: m\n"),
        ("- k: [a,\n    b]\n", "new", "- k: new\n"),
        ("- {k: old, l: m}\n", "a, b", "- {k: 'a, b', l: m}\n"),
        ("- {k: , l: m}\n", "new", "- {k: new , l: m}\n"),
        ("- k: old", "new", "- k: new"),
        ("- k: old # why\n", "a\nb", '- k: "a\\nb" # why\n'),
        ("- k: |-\n      old\n    # why\n  l: m\n", "a\nb", '- k: "a\\nb"\n    # why\n  l: m\n'),
        ("- k:   old\n", "a: b", "- k: 'a: b'\n"),
        ("- k: old\r\n  l: m\r\n", "a\nb", "- k: |-\r\n    a\r\n    b\r\n  l: m\r\n"),
        ("- {k: old}\n", "a\nb", '- {k: "a\\nb"}\n'),
    ],
)
def test_a_value_is_replaced(text: str, value: Any, expected: str) -> None:
    assert edited(text, replace("k", value)) == expected


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("- a: b\n  k: c\n  l: m\n", "k", "- a: b\n  l: m\n"),
        ("- a: b\n  k:\n    - c\n    - d\n\n  # on l\n  l: m\n", "k", "- a: b\n\n  # on l\n  l: m\n"),
        ("- k: c\n  a: b\n", "k", "- a: b\n"),
        ("-\n  k: c\n  a: b\n", "k", "-\n  a: b\n"),
        ("- {a: b, k: c, l: m}\n", "k", "- {a: b, l: m}\n"),
        ("- {k: c, a: b}\n", "k", "- {a: b}\n"),
        ("- a: b\n  k: c", "k", "- a: b"),
    ],
)
def test_a_key_is_taken_away(text: str, key: str, expected: str) -> None:
    assert edited(text, remove(key)) == expected


@pytest.mark.parametrize(
    ("text", "change", "place"),
    [
        ("- k: # why\n    old\n", replace("k", "new"), (1, 6)),
        ("- k: | # why\n    old\n", replace("k", "new"), (1, 8)),
        ("- k:\n    - a # why\n    - b\n", replace("k", ["b"]), (2, 9)),
        ("- k: [a, # why\n    b]\n", replace("k", ["b"]), (1, 10)),
        ("- a: b\n  k: old # why\n", remove("k"), (2, 10)),
        ("- k: old # why\n  a: b\n", remove("k"), (1, 10)),
        ("- a: |-\n    b\n  k: old\n\n    # why\n  l: m\n", remove("k"), (5, 5)),
        ("- ? k\n  : old\n", replace("k", "new"), (1, 5)),
        ("- a: b\n  ? k\n  : old\n", remove("k"), (2, 5)),
        ("- k: old\n", remove("k"), (1, 3)),
        ("- k: old\n", nest("k", "new"), (1, 3)),
        ("k: v\n", append("new"), (1, 1)),
    ],
)
def test_what_would_be_lost_is_refused_with_its_place(
    text: str, change: Callable[[Editor], None], place: tuple[int, int]
) -> None:
    with pytest.raises(EditError) as caught:
        edited(text, change)
    assert (caught.value.line, caught.value.column) == place


def test_a_number_sign_inside_a_value_is_no_comment() -> None:
    text = "- k: ['a #b', c#d]\n  l: |-\n    # e\n"
    assert edited(text, replace("k", "x")) == "- k: x\n  l: |-\n    # e\n"
    assert edited(text, replace("l", "x")) == "- k: ['a #b', c#d]\n  l: x\n"


def test_at_one_place_the_deeper_goes_first() -> None:
    text = "- a: b\n  k:\n  - c\n"

    def change(editor: Editor) -> None:
        editor.append_to_root([made({"a": "z"})])
        editor.add(record(editor), {"k"}, "m", made("n"))
        editor.add(record(editor), {"k"}, "o", made("p"))
        editor.append(record(editor), "k", [made("d")])
        editor.append(record(editor), "k", [made("e")])

    assert edited(text, change) == "- a: b\n  k:\n  - c\n  - d\n  - e\n  m: n\n  o: p\n\n- a: z\n"
    assert edited(text[:-1], change) == "- a: b\n  k:\n  - c\n  - d\n  - e\n  m: n\n  o: p\n\n- a: z\n"


def test_changes_that_meet_are_refused() -> None:
    editor = Editor("- a: b\n  k:\n    - c\n")
    editor.remove(record(editor), "k")
    editor.append(record(editor), "k", [made("d")])
    editor.replace(record(editor), "k", made("e"))
    with pytest.raises(EditError, match="two changes meet here"):
        editor.result()


def test_nothing_changes_where_nothing_is_asked() -> None:
    for text in ("", "- a: b", "- a: b\r\n", "# c"):
        editor = Editor(text)
        assert editor.changes == 0
        assert editor.result() == text
