"""What `karabakh_data.yamltree` promises: every value knows its place, and nothing is trusted."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from karabakh_data.position import Kind
from karabakh_data.yamltree import MAX_DEPTH, Mapping, Node, Scalar, Sequence, Tree, YamlError, parse, parse_leniently


def refusal(text: str) -> tuple[int, int, str]:
    with pytest.raises(YamlError) as caught:
        parse(text)
    return caught.value.line, caught.value.column, str(caught.value)


# ---- Positions ----


def test_every_value_knows_its_line_and_column() -> None:
    root = parse('- name: Anna\n  "tags": [one,\n    two]\n')
    assert isinstance(root, Sequence)
    record = root.items[0]
    assert isinstance(record, Mapping)
    assert (root.line, root.column) == (1, 1)
    assert (record.line, record.column) == (1, 3)
    assert record.pairs[0] == (Scalar("name", 1, 3, True), Scalar("Anna", 1, 9, True))
    assert record.pairs[1] == (
        Scalar("tags", 2, 3, False),
        Sequence((Scalar("one", 2, 12, True), Scalar("two", 3, 5, True)), 2, 11),
    )


def test_columns_count_code_points() -> None:
    root = parse("- {«é𝄞»: x}")
    assert isinstance(root, Sequence)
    mapping = root.items[0]
    assert isinstance(mapping, Mapping)
    assert mapping.pairs[0][1].column == 10


def test_a_byte_order_mark_moves_nothing() -> None:
    root = parse("\ufeffa: b")
    assert isinstance(root, Mapping)
    assert root.pairs[0] == (Scalar("a", 1, 1, True), Scalar("b", 1, 4, True))


def test_scalars_stay_text_whatever_they_look_like() -> None:
    root = parse("[yes, 0x10, 1.0, null, 2016-04-05, ~, 'x', '']")
    assert isinstance(root, Sequence)
    texts = [item.text for item in root.items if isinstance(item, Scalar)]
    assert texts == ["yes", "0x10", "1.0", "null", "2016-04-05", "~", "x", ""]
    assert [item.plain for item in root.items if isinstance(item, Scalar)] == [True] * 6 + [False] * 2


def test_get_gives_a_value_or_none() -> None:
    root = parse("a: 1\nb: 2")
    assert isinstance(root, Mapping)
    assert root.get("b") == Scalar("2", 2, 4, True)
    assert root.get("c") is None


def extents(node: Node, text: str) -> list[str]:
    """The text that each value spans, from the outside in."""
    children: tuple[Node, ...] = ()
    if isinstance(node, Sequence):
        children = node.items
    elif isinstance(node, Mapping):
        children = tuple(part for pair in node.pairs for part in pair)
    return [text[node.start : node.end], *(part for child in children for part in extents(child, text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b # c\n", ["a: b", "a", "b"]),
        ("\ufeffa: 'b\r\n  c'\r\n\r\n# d\r\n", ["a: 'b\r\n  c'", "a", "'b\r\n  c'"]),
        ("- a:\n- b\n\n# c\n", ["- a:\n- b", "a:", "a", "", "b"]),
        ("a: |-\n  b\n\n  c\n\n\n# d\n", ["a: |-\n  b\n\n  c", "a", "|-\n  b\n\n  c"]),
        ("a: [b, {c: d}, ] # e", ["a: [b, {c: d}, ]", "a", "[b, {c: d}, ]", "b", "{c: d}", "c", "d"]),
        ("- - 𝄞\n  - é", ["- - 𝄞\n  - é", "- 𝄞\n  - é", "𝄞", "é"]),
        ("[a: b]", ["[a: b]", "a: b", "a", "b"]),
    ],
)
def test_every_value_knows_its_extent_without_what_follows(text: str, expected: list[str]) -> None:
    root = parse(text)
    assert root is not None
    assert extents(root, text) == expected


def test_brackets_are_told() -> None:
    root = parse("- [a]\n- {b: c}\n- d: e")
    assert isinstance(root, Sequence)
    assert not root.flow
    assert [item.flow for item in root.items if not isinstance(item, Scalar)] == [True, True, False]


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_an_empty_text_is_none(text: str) -> None:
    assert parse(text) is None


# ---- What is refused ----


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: 1\nb: 2\na: 3", 3, 1, "the key 'a' stands twice"),
        ("x:\n- {b: 1, 'b': 2}", 2, 10, "the key 'b' stands twice"),
        ("? [a]\n: b", 1, 3, "a key must be plain text"),
        ("a: &anchor 1", 1, 4, "an anchor or alias is not accepted here"),
        ("a: *anchor", 1, 4, "an anchor or alias is not accepted here"),
        ("&k a: 1", 1, 1, "an anchor or alias is not accepted here"),
        ("- !!python/name:os.system x", 1, 3, "a tag is not accepted here"),
        ("- x\n- ! y", 2, 3, "a tag is not accepted here"),
        ("a: 1\n---\nb: 2", 2, 1, "a second document is not accepted here"),
        ('a:\n- "\\ud800"', 2, 3, "an escape that is no character is not accepted here"),
        ("a: 1\nb: \x07", 2, 4, "the character U+0007 is not accepted here"),
    ],
)
def test_what_is_refused_is_told_with_its_place(text: str, line: int, column: int, message: str) -> None:
    assert refusal(text) == (line, column, message)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: b: c", 1, 5),
        ("a:\n\t- b", 2, 1),
        ("- @x", 1, 3),
        ('a: 1\nb: "open', 2, 9),
        ("[a, b", 1, 6),
        ('x: "\\UFFFFFFFF"', 1, 7),
        ("%YAML 1." + "9" * 5000 + "\n---\na", 1, 9),
    ],
)
def test_text_that_is_no_yaml_is_told_with_its_place(text: str, line: int, column: int) -> None:
    assert refusal(text)[:2] == (line, column)


# ---- Depth ----


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def test_lists_nest_up_to_the_limit_and_no_deeper() -> None:
    assert parse(nested(MAX_DEPTH)) is not None
    assert refusal(nested(MAX_DEPTH + 1)) == (1, MAX_DEPTH + 1, f"nesting deeper than {MAX_DEPTH} is not accepted here")


def test_depth_counts_what_is_open_not_what_was_seen() -> None:
    assert parse(f"[{', '.join([nested(MAX_DEPTH - 1)] * 3)}]") is not None


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "[{a: "])
def test_a_hundred_kilobytes_of_openings_end_in_a_plain_error(opening: str) -> None:
    assert "nesting deeper" in refusal(opening * (100_000 // len(opening)))[2]


# ---- As far as it can be read ----


def error_of(tree: Tree) -> tuple[int, int, Kind, str]:
    assert tree.error is not None
    return tree.error.line, tree.error.column, tree.error.kind, tree.error.what


def test_leniently_keys_that_stand_twice_are_all_kept() -> None:
    tree = parse_leniently("a: 1\na: 2")
    first = Scalar("a", 1, 1, True), Scalar("1", 1, 4, True)
    second = Scalar("a", 2, 1, True), Scalar("2", 2, 4, True)
    assert tree == (Mapping((first, second), 1, 1), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [('"\\0"', "\0"), ('"\\ud800"', "\ud800"), ("a\0b", "a\0b"), ("a\udce9", "a\udce9"), ("a\x1b # \x07", "a\x1b")],
)
def test_leniently_characters_that_no_text_may_hold_are_kept(text: str, value: str) -> None:
    tree = parse_leniently(f"- {text}\n- b")
    assert isinstance(tree.root, Sequence)
    assert [item.text for item in tree.root.items if isinstance(item, Scalar)] == [value, "b"]
    assert tree.error is None


def test_where_a_stand_in_stands_for_itself_a_control_character_is_refused() -> None:
    tree = parse_leniently("- \U000f0007\n- \x07")
    assert tree.root is None
    assert error_of(tree) == (2, 3, Kind.CHARACTER, "\x07")


def test_what_stands_before_an_error_is_kept() -> None:
    tree = parse_leniently("- a: 1\n- b: 2\n  c: [x, y, @z]\n- d: 3")
    assert isinstance(tree.root, Sequence)
    first, second = tree.root.items
    assert isinstance(first, Mapping)
    assert isinstance(second, Mapping)
    assert [(key.text, first.whole) for key, _ in first.pairs] == [("a", True)]
    assert [(key.text, second.whole) for key, _ in second.pairs] == [("b", False), ("c", False)]
    assert second.pairs[1][1] == Sequence((Scalar("x", 3, 7, True), Scalar("y", 3, 10, True)), 3, 6)
    assert not tree.root.whole
    assert error_of(tree) == (3, 13, Kind.SYNTAX, "")


@pytest.mark.parametrize(
    ("text", "line", "column", "kind", "what"),
    [
        ("a: *b", 1, 4, Kind.REFUSED, "an anchor or alias"),
        ("a: !b c", 1, 4, Kind.REFUSED, "a tag"),
        ("a: 1\n---\nb: 2", 2, 1, Kind.REFUSED, "a second document"),
        ("[" * 65, 1, 65, Kind.REFUSED, "nesting deeper than 64"),
        ("? [a]\n: b", 1, 3, Kind.STRUCTURE, ""),
        ("[a, b, c]", 1, 8, Kind.LARGE, "3 keys and values"),
        ('a: 1\nb: "open\n\n', 2, 4, Kind.SYNTAX, ""),
        ("a: 1\nb: [c\n", 2, 4, Kind.SYNTAX, ""),
        ("a:\r\n  b:\r   c: d: e", 3, 8, Kind.SYNTAX, ""),
    ],
)
def test_an_error_has_a_kind(text: str, line: int, column: int, kind: Kind, what: str) -> None:
    assert error_of(parse_leniently(text, 3 if kind is Kind.LARGE else 100)) == (line, column, kind, what)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b: c", "`:` cannot stand here; quote a text with `: ` in it, align the keys"),
        ("a:\n\t- b", "a tab cannot stand here; indent with blanks"),
        ("- @x", "a text that begins with @ needs quotation marks"),
        ("- `x", "a text that begins with ` needs quotation marks"),
        ('a: "x', "the text in quotation marks that opens at 1:4 is never closed"),
        ("a: [b", "] is missing: what opens at 1:4 is never closed"),
        ("a: {b: [c}", "a comma is missing before this, or ]"),
        ("a: 'it's'", "the text ends before this; put it whole in single quotation marks"),
        ("a:\n  - b\n c: d", "the line is not indented like those that it belongs to"),
        ("a: 1\nb", "a key without `: `, or a text that needs quotation marks"),
        ('a: "\\q"', "\\q is no escape; in single quotation marks a backslash is itself"),
        ("[]\n]", "the document ends before this"),
    ],
)
def test_what_pyyaml_says_is_put_into_plain_words(text: str, said: str) -> None:
    assert refusal(text)[2] == said


# ---- Any text ----

FRAGMENTS = st.sampled_from(
    [
        *"[]{}-?:,#&*!|>'\"%@`~ \n\t",
        "- ",
        "a: ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "%TAG ! x\n",
        "\\x00",
        '"\\u',
        '"\\U0011',
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(FRAGMENTS | st.text(max_size=3), max_size=30).map("".join))
@example('"\\U00110000"')
@example("%YAML 1." + "1" * 5000)
def test_any_text_gives_a_tree_or_a_placed_error(text: str) -> None:
    refused = None
    try:
        root = parse(text)
    except YamlError as error:
        refused = error
    lenient = parse_leniently(text)
    if refused is None:
        assert lenient == (root, None)
        assert root is None or isinstance(root, Scalar | Sequence | Mapping)
    else:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= refused.line <= len(lines) + text.count("\x85") + text.count("\u2028") + text.count("\u2029")
        assert 1 <= refused.column <= len(text) + 1
        assert str(refused)


@settings(deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=1, unique=True))
def test_quoted_text_comes_back_as_it_was(texts: list[str]) -> None:
    root = parse("\n".join("- '" + text.replace("'", "''") + "'" for text in texts))
    assert isinstance(root, Sequence)
    assert [item.text for item in root.items if isinstance(item, Scalar)] == texts
    assert [item.line for item in root.items] == list(range(1, len(texts) + 1))
