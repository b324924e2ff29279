"""What `karabakh_data.evidence` promises: places, quoted spans, sentences, coverage and digests of a document."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karabakh_data.evidence import (
    DOCUMENTS_VARIABLE,
    Digests,
    Document,
    DocumentError,
    Span,
    coverage,
    documents_folder,
    fold,
)


def document(text: str) -> Document:
    return Document("a.txt", text, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


def words_at(text: str, spans: tuple[Span, ...] | list[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


# ---- Reading ----


def test_a_document_is_read_with_nothing_normalised(tmp_path: Path) -> None:
    data = "\ufeffe\u0301\r\n\u00a0𝄞\n".encode()
    (tmp_path / "a.txt").write_bytes(data)
    read = Document.read(tmp_path / "a.txt")
    assert (read.name, read.text, read.sha256) == ("a.txt", data.decode("utf-8"), hashlib.sha256(data).hexdigest())
    assert len(read.text) == 8


def test_a_document_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"missing\.txt: cannot be read"):
        Document.read(tmp_path / "missing.txt")
    with pytest.raises(DocumentError, match="cannot be read"):
        Document.read(tmp_path)
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    with pytest.raises(DocumentError, match=r"latin\.txt: not UTF-8 at byte 3"):
        Document.read(tmp_path / "latin.txt")


def test_the_digest_of_a_span_is_that_of_its_utf8_text() -> None:
    assert document("a«é𝄞»b").digest(1, 5) == hashlib.sha256("«é𝄞»".encode()).hexdigest()


def test_lines_count_from_one() -> None:
    read = document("one\ntwo\n\nfour")
    assert [read.line_of(i) for i in (0, 3, 4, 8, 9)] == [1, 1, 2, 3, 4]


# ---- Finding words ----


def test_exact_words_are_found_wherever_they_stand() -> None:
    assert document("a.b a.b axb").find("a.b") == [Span(0, 3), Span(4, 7)]
    assert document("abc").find("x") == []
    assert document("abc").find("") == []


def test_exact_words_do_not_pass_over_other_blanks() -> None:
    assert document("one\u00a0two").find("one two") == []


def test_folded_words_pass_over_blanks_no_break_spaces_and_line_breaks() -> None:
    text = "one\u00a0two, one \n two, onetwo"
    assert words_at(text, document(text).find_folded(" one  two ")) == ["one\u00a0two", "one \n two"]
    assert document(text).find_folded("  ") == []


@settings(deadline=None)
@given(st.text(max_size=40), st.data())
def test_every_span_is_found_by_its_own_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = document(text).find(text[start:end])
    assert all(text[s:e] == text[start:end] for s, e in found)
    assert bool(found) == (start < end)


def test_folding_makes_one_space_of_each_run_of_blanks() -> None:
    assert fold(" a\u00a0\u00a0b\n c ") == "a b c"


# ---- Quotation marks ----


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “stop” and “go on”.", ["stop", "go on"]),
        ('He said "stop" and "go on".', ["stop", "go on"]),
        ("“left open\nnext “closed”", ["left open", "closed"]),
        ('"left open\nnext "closed" line', ["left open", "closed"]),
        ('“outer "inner" outer”', ['outer "inner" outer']),
        ("it's the parties' word", []),
        ("closed only” here", []),
        ("none", []),
        ("“”", [""]),
    ],
)
def test_quoted_spans_lie_inside_quotation_marks_and_end_with_their_paragraph(text: str, quoted: list[str]) -> None:
    assert words_at(text, document(text).quoted) == quoted


# ---- Sentences ----


def test_sentences_end_at_full_stops_question_marks_and_line_breaks() -> None:
    text = "One. Two?\nThree “four.” Five!\n\n  \n"
    assert words_at(text, list(document(text).sentences())) == ["One.", " Two?", "Three “four.”", " Five!"]


@settings(deadline=None)
@given(st.text(alphabet="ab .!?”\n", max_size=60))
def test_sentences_never_overlap_and_leave_out_no_letter(text: str) -> None:
    spans = list(document(text).sentences())
    assert all(first.end <= second.start for first, second in itertools.pairwise(spans))
    inside = {i for start, end in spans for i in range(start, end)}
    assert all(i in inside for i, character in enumerate(text) if character.isalpha())


# ---- Coverage ----


def test_coverage_counts_what_is_cited_declared_or_neither_without_blanks() -> None:
    found = coverage(document("ab cd ef gh"), [Span(0, 2)], [Span(3, 5)])
    assert (found.characters, found.cited, found.declared) == (8, 2, 2)
    assert found.gaps == (Span(6, 11),)
    assert found.share == 0.5
    assert not found.complete


def test_a_gap_runs_over_blanks_but_not_over_what_is_covered() -> None:
    assert coverage(document("a b x c"), [Span(4, 5)], []).gaps == (Span(0, 3), Span(6, 7))


def test_a_character_both_cited_and_declared_counts_as_cited() -> None:
    found = coverage(document("abcd"), [Span(1, 3)], [Span(0, 4)])
    assert (found.cited, found.declared, found.complete) == (2, 2, True)


def test_a_sentence_is_open_if_one_character_of_it_is() -> None:
    text = "One two. Three."
    found = coverage(document(text), [Span(0, 7), Span(8, 15)], [])
    assert found.sentences == 2
    assert words_at(text, list(found.sentences_open)) == ["One two."]


def test_an_empty_document_is_covered() -> None:
    found = coverage(document(" \n"), [], [])
    assert (found.share, found.complete) == (1.0, True)


@settings(deadline=None)
@given(st.text(alphabet="ab .\n", max_size=40), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=4))
def test_coverage_agrees_with_a_set_of_positions(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [Span(min(pair), max(pair)) for pair in pairs]
    cited = {i for start, end in spans for i in range(start, end)}
    solid = {i for i, character in enumerate(text) if not character.isspace()}
    found = coverage(document(text), spans, [])
    assert (found.characters, found.cited) == (len(solid), len(solid & cited))
    open_ones = {i for start, end in found.gaps for i in range(start, end)}
    assert open_ones & solid == solid - cited


# ---- Digests ----


def test_digests_come_from_the_document_where_it_is_at_hand() -> None:
    read = document("abcdef")
    digests = Digests({"source-a": read}, {("source-a", 1, 3): "published"}, {"source-a": ("published", 1)})
    assert digests.of_span("source-a", 1, 3) == read.digest(1, 3)
    assert digests.of_document("source-a") == (read.sha256, 6)


def test_digests_come_from_what_is_published_where_the_document_is_not() -> None:
    digests = Digests({}, {("source-a", 1, 3): "span"}, {"source-a": ("document", 6)})
    assert digests.of_span("source-a", 1, 3) == "span"
    assert digests.of_document("source-a") == ("document", 6)


def test_a_digest_that_nothing_gives_is_none() -> None:
    digests = Digests({}, {("source-a", 1, 3): "span"}, {})
    assert digests.of_span("source-a", 1, 4) is None
    assert digests.of_span("source-b", 1, 3) is None
    assert digests.of_document("source-a") is None


# ---- The folder of the documents ----


def test_the_folder_is_the_one_given_else_the_one_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert documents_folder(None) is None
    monkeypatch.setenv(DOCUMENTS_VARIABLE, str(tmp_path))
    assert documents_folder(None) == tmp_path
    (tmp_path / "other").mkdir()
    assert documents_folder(tmp_path / "other") == tmp_path / "other"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DocumentError, match="no such folder of documents"):
        documents_folder(tmp_path / "none")
    monkeypatch.setenv(DOCUMENTS_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(DocumentError, match="no such folder of documents"):
        documents_folder(None)
