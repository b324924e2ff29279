"""What the documents say of a contribution is told once, and only of records that can be compared with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import karabakh_data as kd

ARTICLE = "The Example Gazette, 21 May 2021\n\nThe partners met on 20 May 2021 at Example Hill.\n"

SOURCE = {
    "source_id": "source-example",
    "published": "2021-05-21",
    "language": "en",
    "translation": "none",
    "document": "example.txt",
    "summary": "An example of a source.",
}
PLACE = {"place_id": "place-example-hill", "name": "Example Hill", "place_type": "site", "description": "Any hill."}


def cited(record_id: str, field: str, words: str, **values: Any) -> dict[str, Any]:
    start = ARTICLE.index(words)
    row = {"record_id": record_id, "field": field, "source_id": "source-example", "stance": "supports"}
    return {**row, "start": start, "end": start + len(words), "basis": "normalised", **values}


PUBLISHED = cited("source-example", "published", "21 May 2021")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "example.txt").write_text(ARTICLE, encoding="utf-8", newline="")
    return tmp_path


def codes(folder: Path, **tables: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """What is found in the source with its evidence, and further tables."""
    evidence = [PUBLISHED, *tables.pop("evidence", [])]
    report = kd.validate({"sources": [SOURCE], **tables, "evidence": evidence}, documents=folder)
    return [(finding.code, finding.field) for finding in report.findings]


def test_a_contribution_that_the_documents_bear_out_is_clean(folder: Path) -> None:
    assert codes(folder, places=[PLACE], evidence=[cited("place-example-hill", "name", "Example Hill")]) == []


def test_evidence_of_a_record_that_is_at_fault_elsewhere_is_not_told(folder: Path) -> None:
    hill = {**PLACE, "place_type": "hill"}
    evidence = [cited("place-example-hill", "name", "Example Hill")]
    assert codes(folder, places=[hill], evidence=evidence) == [("KD204", "place_type")]


def test_evidence_for_no_column_is_told_once(folder: Path) -> None:
    evidence = [cited("place-example-hill", "nam", "Example Hill")]
    assert codes(folder, places=[PLACE], evidence=evidence) == [("KD602", "field")]


def test_a_passage_past_the_end_that_the_source_gives_is_told_once(folder: Path) -> None:
    source = {**SOURCE, "document_chars": len(ARTICLE)}
    row = {**PUBLISHED, "end": len(ARTICLE) + 1}
    report = kd.validate({"sources": [source], "evidence": [row]}, documents=folder)
    assert [(finding.code, finding.field) for finding in report.findings] == [("KD602", "end")]


def test_an_unknown_record_is_told_as_a_reference_alone(folder: Path) -> None:
    evidence = [cited("place-example-dale", "name", "Example Hill")]
    assert codes(folder, evidence=evidence) == [("KD301", "record_id")]


def test_a_length_that_is_not_the_documents_is_told(folder: Path) -> None:
    report = kd.validate({"sources": [{**SOURCE, "document_chars": 3}]}, documents=folder)
    assert [(finding.code, finding.field) for finding in report.findings] == [("KD605", "document_chars")]
