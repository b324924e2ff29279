"""What `karabakh_data.jsontree` promises: JSON as RFC 8259 has it, every value with its place, nothing trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from karabakh_data.jsontree import (
    CUT,
    MAX_DEPTH,
    MAX_TEXT,
    Cursor,
    Fault,
    Key,
    Mapping,
    Node,
    Scalar,
    Sequence,
    parse,
)
from karabakh_data.position import Kind, TextError


def refusal(text: str) -> tuple[int, int, str]:
    with pytest.raises(TextError) as caught:
        parse(text)
    return caught.value.line, caught.value.column, str(caught.value)


def plain(node: Node | None) -> Any:
    """The value as `json.loads` gives it."""
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.pairs}
    return node.value if node else None


def nodes(node: Node) -> Iterator[Node | Key]:
    yield node
    if isinstance(node, Sequence):
        for item in node.items:
            yield from nodes(item)
    elif isinstance(node, Mapping):
        for key, value in node.pairs:
            yield key
            yield from nodes(value)


def scalars(text: str) -> list[Scalar]:
    return [node for node in nodes(parse(text) or Sequence([], 1, 1)) if isinstance(node, Scalar)]


# ---- Places ----


def test_every_key_and_value_knows_its_line_and_column() -> None:
    assert parse('[\n  {"name": "Anna", "tags": ["one",\n\t2.5]},\n  null]') == Sequence(
        [
            Mapping(
                [
                    (Key("name", 2, 4), Scalar("Anna", 2, 12)),
                    (Key("tags", 2, 20), Sequence([Scalar("one", 2, 29), Scalar(2.5, 3, 2)], 2, 28)),
                ],
                2,
                3,
            ),
            Scalar(None, 4, 3),
        ],
        1,
        1,
    )


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"«é𝄞»": 0}', 1, 10),
        ('{"e\u0301": 0}', 1, 8),
        (r'{"\u00e9\ud834\udd1e": 0}', 1, 24),
        ('["\\n\\t\\"", 0]', 1, 12),
        ("[\n0]", 2, 1),
        ("[\r\n0]", 2, 1),
        ("[\r0]", 2, 1),
        ("[\n\r0]", 3, 1),
        ("[\r\r\n\t 0]", 3, 3),
        ('["\u2028\u2029\x7f", 0]', 1, 9),
        ("\ufeff[0]", 1, 2),
        ("\ufeff\n[0]", 2, 2),
        ("   0  ", 1, 4),
    ],
)
def test_columns_count_code_points_and_lines_end_as_in_editors(text: str, line: int, column: int) -> None:
    last = scalars(text)[-1]
    assert (last.value, last.line, last.column) == (0, line, column)


@pytest.mark.parametrize("text", ["", " \n\t\r", "\ufeff"])
def test_an_empty_text_is_none(text: str) -> None:
    assert parse(text) is None


def test_keys_that_stand_twice_are_all_kept() -> None:
    root = parse('{"a": 1, "a": 2}')
    assert isinstance(root, Mapping)
    assert root.pairs == [(Key("a", 1, 2), Scalar(1, 1, 7)), (Key("a", 1, 10), Scalar(2, 1, 15))]


# ---- Slips ----


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        # commas
        ("[1,\n2,\n]", 2, 2, "a comma before ], after which nothing comes; delete it"),
        ('{"a": 1, }', 1, 8, "a comma before }, after which nothing comes; delete it"),
        ("[1 2]", 1, 4, "a comma is missing before this, or ]"),
        ('{"a": 1\n "b": 2}', 2, 2, "a comma is missing before this, or }"),
        ("[1,,2]", 1, 4, "a value is missing before ,"),
        ("[,1]", 1, 2, "a value is missing before ,"),
        ('{"a": 1,, "b": 2}', 1, 9, "a key is missing before ,"),
        # quotation marks
        ("['a']", 1, 2, "a text in single quotation marks; JSON takes double ones"),
        ("{'a': 1}", 1, 2, "a text in single quotation marks; JSON takes double ones"),
        ("{“a”: 1}", 1, 2, 'the quotation mark “; JSON takes only the plain one, "'),
        ("[«a»]", 1, 2, 'the quotation mark «; JSON takes only the plain one, "'),
        ("{a: 1}", 1, 2, "the key a stands without quotation marks; put it in double ones"),
        ("{1: 1}", 1, 2, "the key 1 stands without quotation marks; put it in double ones"),
        ("[actor-a]", 1, 2, "actor-a stands without quotation marks; a text needs them"),
        ('["he said "stop" twice"]', 1, 12, 'the text ends before this; a quotation mark inside a text is written \\"'),
        # comments
        ("[1, // one\n2]", 1, 5, "a comment; JSON has none, delete it"),
        ("[1 /* one */]", 1, 4, "a comment; JSON has none, delete it"),
        ("# records\n[]", 1, 1, "a comment; JSON has none, delete it"),
        ("[1] // end", 1, 5, "a comment; JSON has none, delete it"),
        # what is never closed
        ("[1,\n[2]", 1, 1, "the list that opens here is never closed; add ]"),
        ('[1,\n{"a": 2', 2, 1, "the mapping that opens here is never closed; add }"),
        ('{"a": 1,', 1, 1, "the mapping that opens here is never closed; add }"),
        ('["a]', 1, 2, 'the text that opens here is not closed on its line; add ", or write a line break as \\n'),
        ('{"a": "b,\n"c": 1}', 1, 7, "the text that opens here is not closed on its line"),
        ('["a\\\nb"]', 1, 2, "the text that opens here is not closed on its line"),
        ("[1}", 1, 3, "} does not close the list that opens at 1:1; expected ]"),
        ('[\n{"a": 1]', 2, 8, "] does not close the mapping that opens at 2:1; expected }"),
        ("[1, ", 1, 5, "a value is missing at the end of the text"),
        # words and numbers
        ("[True]", 1, 2, "True is written true in JSON"),
        ('{"a": None}', 1, 7, "None is written null in JSON"),
        ("[undefined]", 1, 2, "undefined is written null in JSON"),
        ("[01]", 1, 2, "01 is no number"),
        ("[+1]", 1, 2, "+1 is no number"),
        ("[.5]", 1, 2, ".5 is no number"),
        ("[1.]", 1, 2, "1. is no number"),
        ("[0x1F]", 1, 2, "0x1F is no number"),
        ("[1_000]", 1, 2, "1_000 is no number"),
        ("[-]", 1, 2, "- is no number"),
        (
            '{"a": 2020-09-27}',
            1,
            7,
            "2020-09-27 is no number; a number is written as in 12 or -3.5, and a text",
        ),
        ("[１]", 1, 2, "１ stands without quotation marks"),
        # colons
        ('{"a" 1}', 1, 6, "a colon is missing between key and value"),
        ('{"a" = 1}', 1, 6, "a colon is missing between key and value"),
        ('{"a"}', 1, 5, "a colon is missing between key and value"),
        ('{"a":}', 1, 6, "a value is missing before }"),
        ('["a": 1]', 1, 5, "a colon in a list; keys and values stand in { }"),
        ('{"a": "b": 1}', 1, 10, "a second colon; delete it"),
        ("{[1]: 2}", 1, 2, "[ stands where a key is expected"),
        # escapes and characters
        (r'["C:\data"]', 1, 5, r"\d is no escape; write a backslash as \\"),
        (r'["\\\q"]', 1, 5, r"\q is no escape; write a backslash as \\"),
        (r'["\u12"]', 1, 3, r"\u takes four hexadecimal digits"),
        ("[\u00a01]", 1, 2, "the character U+00A0 (no-break space) stands between values"),
        ("[1,\u200b2]", 1, 4, "the character U+200B (zero width space) stands between values"),
        ("[1]\0", 1, 4, "the character U+0000 stands between values"),
        ("[\ufeff1]", 1, 2, "the character U+FEFF (zero width no-break space) stands between values"),
        # more than one value
        ("[1][2]", 1, 4, "the value ends before this; records stand in a list, or one on each line of a .jsonl file"),
        ('{"a": 1}\n{"a": 2}', 2, 1, "the value ends before this"),
        ("]", 1, 1, "a value is missing before ]"),
    ],
)
def test_a_slip_is_told_at_its_place_in_plain_words(text: str, line: int, column: int, said: str) -> None:
    found = refusal(text)
    assert found[:2] == (line, column)
    assert found[2].startswith(said)


def test_what_is_quoted_in_a_message_is_cut() -> None:
    assert len(refusal("[" + "x" * 1_000_000)[2]) < 120


# ---- What is marked, and read on ----


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999", "-1E+400", "9" * 309, "0." + "1" * 400])
def test_a_number_that_none_can_keep_is_marked(word: str) -> None:
    assert scalars(f"[{word}, 1]") == [Scalar(word, 1, 2, Fault.NUMBER), Scalar(1, 1, 4 + len(word))]


def test_a_number_of_thousands_of_digits_does_not_stop_python() -> None:
    assert scalars("9" * 100_000)[0].fault is Fault.NUMBER


def test_the_largest_numbers_are_kept() -> None:
    assert plain(parse("[" + "9" * 308 + ", 1.7976931348623157e308, 5e-324, -0]")) == [
        10**308 - 1,
        1.7976931348623157e308,
        5e-324,
        0,
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\ud800"', "\ud800"),
        (r'"a\udc00\ud834"', "a\udc00\ud834"),
        (r'"a\u0000b"', "a\0b"),
        (r'"\b\f"', "\b\f"),
        (r'"\u007f\u0085"', "\x7f\x85"),
        ('"a\0b"', "a\0b"),
        ('"a\tb"', "a\tb"),
        ('"\x1b[0m"', "\x1b[0m"),
        ('"\x85"', "\x85"),
        ('"\udce9"', "\udce9"),
    ],
)
def test_a_text_with_what_no_text_may_hold_is_marked(text: str, value: str) -> None:
    assert scalars(f"[{text}, 1]") == [Scalar(value, 1, 2, Fault.CHARACTER), Scalar(1, 1, 4 + len(text))]


@pytest.mark.parametrize("text", [r'"\t\n\r"', r'"\ud834\udd1e"', r'"\/\\\""', '"\u00ad\u200b\ufeff\ufffe"'])
def test_other_characters_are_for_others_to_judge(text: str) -> None:
    assert scalars(text) == [Scalar(json.loads(text), 1, 1)]


@pytest.mark.parametrize("escape", ["", "\\n", "\\ud834\\udd1e"])
def test_a_text_is_read_up_to_a_limit(escape: str) -> None:
    one = json.loads(f'"{escape}"') or "x"
    fits = f'"{(escape or "x") * MAX_TEXT}"' if escape != "\\ud834\\udd1e" else f'"{escape}{"x" * (MAX_TEXT - 1)}"'
    node = scalars(fits)[0]
    assert (len(str(node.value)), node.fault) == (MAX_TEXT, None)
    node = scalars(fits[:-1] + 'x"')[0]
    assert node.fault is Fault.LENGTH
    assert str(node.value) == (one * CUT)[:CUT] or len(str(node.value)) == CUT


def test_a_text_of_nothing_but_escapes_is_not_decoded_to_be_thrown_away() -> None:
    node = scalars('"' + r"\ud834\udd1e" * (MAX_TEXT + 1) + '"')[0]
    assert (node.fault, len(str(node.value))) == (Fault.LENGTH, CUT)


# ---- Depth and number ----


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def test_lists_nest_up_to_the_limit_and_no_deeper() -> None:
    assert parse(nested(MAX_DEPTH)) is not None
    assert refusal(nested(MAX_DEPTH + 1)) == (1, MAX_DEPTH + 1, f"nesting deeper than {MAX_DEPTH} is not accepted here")
    assert parse(f"[{', '.join([nested(MAX_DEPTH - 1)] * 3)}]") is not None


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_a_megabyte_of_openings_ends_in_a_plain_error(opening: str) -> None:
    with pytest.raises(TextError) as caught:
        parse(opening * (1_000_000 // len(opening)))
    assert (caught.value.kind, caught.value.what) == (Kind.REFUSED, "nesting deeper than 64")


def test_more_values_than_asked_for_are_not_read() -> None:
    assert Cursor("[1, [2]]", most=4).value() == parse("[1, [2]]")
    with pytest.raises(TextError) as caught:
        Cursor("[1, [2]]", most=3).value()
    error = caught.value
    assert (error.line, error.column, error.kind, error.what) == (1, 6, Kind.LARGE, "3 values")


# ---- Value by value ----


def test_a_list_is_read_item_by_item() -> None:
    cursor = Cursor('[1, {"a": [2]}, [] ]')
    assert cursor.peek() == "["
    assert [(cursor.value(), cursor.size) for _ in cursor.each_item()] == [
        (Scalar(1, 1, 2), 1),
        (Mapping([(Key("a", 1, 6), Sequence([Scalar(2, 1, 12)], 1, 11))], 1, 5), 3),
        (Sequence([], 1, 17), 1),
    ]
    cursor.end()


def test_a_mapping_is_read_key_by_key() -> None:
    cursor = Cursor('{"a": [1, 2], "b": {}}', first=5)
    found: list[Any] = []
    for key in cursor.each_key():
        found += [key, cursor.peek(), cursor.place]
        if cursor.peek() == "[":
            found += [cursor.value() for _ in cursor.each_item()]
        else:
            found.append(cursor.value())
    cursor.end()
    assert found == [
        *(Key("a", 5, 2), "[", (5, 7), Scalar(1, 5, 8), Scalar(2, 5, 11)),
        *(Key("b", 5, 15), "{", (5, 20), Mapping([], 5, 20)),
    ]


def test_what_stands_before_an_error_is_at_hand() -> None:
    cursor = Cursor('[{"a": 1}, {"b": 2, "c": x}]')
    items = cursor.each_item()
    next(items)
    cursor.value()
    next(items)
    with pytest.raises(TextError):
        cursor.value()
    assert cursor.current == Mapping([(Key("b", 1, 13), Scalar(2, 1, 18))], 1, 12)


def test_values_beyond_a_number_are_counted_and_dropped() -> None:
    cursor = Cursor('{"a": [1, 2, 3, 4], "b": [5, 6]}', kept=4)
    assert cursor.value() == Mapping([(Key("a", 1, 2), Sequence([Scalar(1, 1, 8), Scalar(2, 1, 11)], 1, 7))], 1, 1)
    assert cursor.size == 9
    cursor.end()


# ---- Any document ----

TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from('\n\t"\\/é𝄞\u2028'), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)


@settings(deadline=None)
@given(
    VALUES,
    st.sampled_from([None, 0, 1, 4, "\t", "\r", "\r\n"]),
    st.booleans(),
    st.sampled_from([(", ", ": "), (",", ":"), ("\n,\r\n", "\r: \r")]),
)
def test_values_and_places_agree_with_python(value: Any, indent: Any, ascii_only: bool, separators: Any) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only, separators=separators)
    root = parse(text)
    assert root is not None
    assert plain(root) == value
    lines = text.replace("\r\n", "\n\0").replace("\r", "\n").split("\n")
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    for node in nodes(root):
        index = starts[node.line - 1] + node.column - 1 + lines[node.line - 1].startswith("\0")
        there, _ = json.JSONDecoder().raw_decode(text, index)
        assert there == (node.text if isinstance(node, Key) else plain(node))


SIGNS = "[]{}:,\"\\/*#'0123456789-+.eE\n\r\t "
WORDS = ["true", "false", "null", '"a"', '"b": ', "NaN", "\\u00e9", "\\ud800", "\0"]
FRAGMENTS = st.sampled_from([*SIGNS, *WORDS])


def in_python(text: str) -> tuple[bool, Any]:
    """Whether Python takes the text for JSON, and its value."""

    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        return True, json.loads(text, parse_constant=refuse)
    except ValueError:
        return False, None


def parsed(text: str) -> Node | TextError | None:
    try:
        return parse(text)
    except TextError as error:
        return error


@settings(deadline=None, max_examples=300)
@given(st.lists(FRAGMENTS | st.text(max_size=2), max_size=25).map("".join))
@example('"\\')
@example('"\\u')
@example("[1e999]")
def test_any_text_gives_what_python_gives_or_a_placed_error(text: str) -> None:
    root = parsed(text)
    if isinstance(root, TextError):
        lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= root.line <= len(lines)
        assert 1 <= root.column <= len(lines[root.line - 1]) + 1
        assert str(root)
        assert in_python(text) == (False, None)
    elif root is not None and not any(isinstance(node, Scalar) and node.fault for node in nodes(root)):
        assert in_python(text.removeprefix("\ufeff")) == (True, plain(root))


@settings(deadline=None, max_examples=50)
@given(VALUES, st.data())
def test_a_document_that_is_cut_gives_a_placed_error_or_a_value(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)
    cut = text[: data.draw(st.integers(0, len(text)))]
    root = parsed(cut)
    if isinstance(root, TextError):
        assert root.line == 1
        assert 1 <= root.column <= len(cut) + 1
