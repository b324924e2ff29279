"""What `karabakh_data.verify` promises: every citation is checked against its document, and gaps are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_seeds import DAILY

import karabakh_data as kd
from karabakh_data.build import build
from karabakh_data.derive import with_values
from karabakh_data.evidence import Document, Span, fold
from karabakh_data.tables import MODELS
from karabakh_data.verify import SourceVerification, expected_texts, verify

LIMIT = 25


@pytest.fixture
def tale(small: Path, articles: Path) -> kd.Dataset:
    """The small data set."""
    build(small, articles)
    return kd.load(small / "karabakh_data" / "data")


def changed(ds: kd.Dataset, is_meant: Callable[[kd.Evidence], bool], **values: Any) -> kd.Dataset:
    """The data set with the first evidence row that is meant changed."""
    tables = {name: list(ds.table(name)) for name in MODELS}
    place = next(i for i, evidence in enumerate(tables["evidence"]) if is_meant(evidence))
    tables["evidence"][place] = with_values(tables["evidence"][place], values)
    return kd.Dataset(tables)


def messages(results: list[SourceVerification]) -> list[str]:
    return [failure.message for result in results for failure in result.failures]


def is_quote(evidence: kd.Evidence) -> bool:
    return evidence.field == "quote"


UNCITED = {"source-daily": [Span(DAILY.index("Print"), len(DAILY) - 1)]}


# ---- The published data set, with the articles at hand ----


def test_every_published_citation_holds_and_nothing_is_left_over(ds: kd.Dataset, documents: Path) -> None:
    results = verify(ds, documents)
    assert [result.source_id for result in results] == [source.source_id for source in ds.sources]
    assert sum(result.spans for result in results) == len(ds.evidence)
    for result in results:
        assert not result.failures
        assert result.coverage is not None
        assert result.coverage.gaps == ()
        assert result.coverage.sentences_open == ()
        assert result.ok


def test_every_published_digest_and_length_is_that_of_the_document(ds: kd.Dataset, documents: Path) -> None:
    read = {source.source_id: Document.read(documents / source.document) for source in ds.sources}
    for source in ds.sources:
        assert (source.document_sha256, source.document_chars) == (
            read[source.source_id].sha256,
            len(read[source.source_id].text),
        )
    for evidence in ds.evidence:
        assert evidence.sha256 == read[evidence.source_id].digest(evidence.start, evidence.end)


def test_every_verbatim_passage_is_the_value_or_a_name_of_what_it_refers_to(ds: kd.Dataset, documents: Path) -> None:
    read = {source.source_id: Document.read(documents / source.document) for source in ds.sources}
    verbatim = [e for e in ds.evidence.where(basis="verbatim") if e.stance == "supports"]
    assert verbatim
    for evidence in verbatim:
        passage = fold(read[evidence.source_id].text[evidence.start : evidence.end])
        assert passage in expected_texts(ds, evidence), evidence


def test_every_published_quote_stands_inside_quotation_marks_and_is_short(ds: kd.Dataset, documents: Path) -> None:
    read = {source.source_id: Document.read(documents / source.document) for source in ds.sources}
    for statement in ds.statements:
        if statement.quote is None:
            continue
        assert len(statement.quote.split()) <= LIMIT
        cited = ds.citations(statement, "quote")
        assert cited
        for evidence in cited:
            document = read[evidence.source_id]
            assert fold(document.text[evidence.start : evidence.end]) == fold(statement.quote)
            assert any(q.start <= evidence.start and evidence.end <= q.end for q in document.quoted)


# ---- The small data set ----


def test_a_sound_data_set_is_ok(tale: kd.Dataset, articles: Path) -> None:
    results = verify(tale, articles, UNCITED)
    assert [result.ok for result in results] == [True, True]
    assert [result.document for result in results] == ["daily.txt", "weekly.txt"]
    assert [result.verified for result in results] == [result.spans for result in results]


def test_what_is_not_declared_is_left_over(tale: kd.Dataset, articles: Path) -> None:
    daily, weekly = verify(tale, articles, {})
    assert daily.coverage is not None
    assert daily.coverage.gaps == tuple(UNCITED["source-daily"])
    assert (daily.ok, daily.failures, weekly.ok) == (False, (), True)


def test_a_shifted_span_is_told(tale: kd.Dataset, articles: Path) -> None:
    first = tale.evidence[0]
    shifted = changed(tale, lambda e: e is first, start=first.start + 1)
    (message,) = messages(verify(shifted, articles, UNCITED))
    assert message == "the characters there are not those that were cited"


def test_a_failure_names_source_place_record_and_field(tale: kd.Dataset, articles: Path) -> None:
    shifted = changed(tale, is_quote, sha256="0" * 64)
    (failure,) = next(r for r in verify(shifted, articles, UNCITED) if r.failures).failures
    quote = next(e for e in tale.evidence if is_quote(e))
    assert str(failure) == (
        f"source-daily:{quote.start}-{quote.end}: statement-bell-appeal, quote: "
        "KD608 the characters there are not those that were cited"
    )


def test_a_span_past_the_end_is_told(tale: kd.Dataset, articles: Path) -> None:
    past = changed(tale, is_quote, end=len(DAILY) + 1)
    assert messages(verify(past, articles, UNCITED)) == [f"lies past the document's end ({len(DAILY)})"]


def test_a_changed_document_is_told_once_for_all_its_spans(tale: kd.Dataset, articles: Path) -> None:
    (articles / "daily.txt").write_text(DAILY + "!", encoding="utf-8")
    daily, weekly = verify(tale, articles, UNCITED)
    assert (daily.ok, daily.verified, daily.coverage, weekly.ok) == (False, 0, None, True)
    (failure,) = daily.failures
    assert failure.message.startswith("not the document that was cited: its SHA-256 is ")


def test_a_missing_document_is_told(tale: kd.Dataset, articles: Path) -> None:
    (articles / "weekly.txt").unlink()
    daily, weekly = verify(tale, articles, UNCITED)
    assert (daily.ok, weekly.ok, weekly.verified, weekly.coverage) == (True, False, 0, None)
    (failure,) = weekly.failures
    assert "weekly.txt: cannot be read" in failure.message


def test_a_wrong_verbatim_value_is_told_with_what_it_may_be(tale: kd.Dataset, articles: Path) -> None:
    (entry,) = (e for e in tale.evidence if (e.record_id, e.field) == ("place-midtown", "name"))
    words = Document.read(articles / "daily.txt")
    end = entry.end - 1
    wrong = changed(tale, lambda e: e is entry, end=end, sha256=words.digest(entry.start, end))
    assert messages(verify(wrong, articles, UNCITED)) == [
        "cited as verbatim, but the passage is none of 'Midtown'",
    ]


def test_a_verbatim_reference_may_be_a_name_or_an_alias(tale: kd.Dataset, articles: Path) -> None:
    def is_publisher(e: kd.Evidence) -> bool:
        return (e.record_id, e.field) == ("source-daily", "publisher_id")

    (entry,) = filter(is_publisher, tale.evidence)
    words = Document.read(articles / "daily.txt")
    start = words.find("Daily Record")[0].start
    alias = changed(tale, is_publisher, start=start, sha256=words.digest(start, entry.end))
    assert messages(verify(alias, articles, UNCITED)) == []
    start += 1
    neither = changed(tale, is_publisher, start=start, sha256=words.digest(start, entry.end))
    assert messages(verify(neither, articles, UNCITED)) == [
        "cited as verbatim, but the passage is none of 'Daily Record', 'The Daily Record'"
    ]


def test_a_contradicting_passage_is_not_compared_with_the_value(tale: kd.Dataset, articles: Path) -> None:
    other = changed(
        tale,
        lambda e: e.record_id == "place-midtown",
        basis="verbatim",
        stance="contradicts",
        value="Uptown",
        note="For the test.",
    )
    assert messages(verify(other, articles, UNCITED)) == []


def test_a_quote_that_is_not_what_stands_there_is_told(tale: kd.Dataset, articles: Path) -> None:
    tables = {name: list(tale.table(name)) for name in MODELS}
    tables["statements"] = [
        with_values(s, {"quote": "We call on both."}) if s.quote else s for s in tables["statements"]
    ]
    assert "the quote is not what stands there" in messages(verify(kd.Dataset(tables), articles, UNCITED))


def test_a_quote_outside_quotation_marks_is_told(tale: kd.Dataset, articles: Path) -> None:
    words = Document.read(articles / "daily.txt")
    (place,) = words.find("Southland denies the shelling.")
    moved = changed(tale, is_quote, start=place.start, end=place.end, sha256=words.digest(*place))
    tables = {name: list(moved.table(name)) for name in MODELS}
    told = [with_values(s, {"quote": words.text[slice(*place)]}) if s.quote else s for s in tables["statements"]]
    daily, _ = verify(kd.Dataset({**tables, "statements": told}), articles, UNCITED)
    assert messages([daily]) == ["the passage does not stand inside quotation marks"]
    assert daily.verified == daily.spans - 1


def test_a_quote_cited_from_elsewhere_is_told_once(tale: kd.Dataset, articles: Path) -> None:
    words = Document.read(articles / "daily.txt")
    (place,) = words.find("Southland denies the shelling.")
    moved = changed(tale, is_quote, start=place.start, end=place.end, sha256=words.digest(*place))
    assert messages(verify(moved, articles, UNCITED)) == ["the quote is not what stands there"]


@pytest.mark.parametrize("values", [{"record_id": "statement-nobody"}, {"field": "no_such_column"}])
def test_evidence_of_nothing_is_told(tale: kd.Dataset, articles: Path, values: dict[str, str]) -> None:
    astray = changed(tale, is_quote, **values)
    assert messages(verify(astray, articles, UNCITED)) == ["there is no such record or column"]


def test_evidence_of_an_unknown_actor_is_told(tale: kd.Dataset, articles: Path) -> None:
    astray = changed(tale, lambda e: e.field == "speaker_ids" and e.basis == "verbatim", value="actor-nobody")
    assert messages(verify(astray, articles, UNCITED)) == ["cited as verbatim, but the passage is none of "]
