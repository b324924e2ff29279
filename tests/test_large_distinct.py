"""The distinct cells of a column: judged once, known by number, and forgotten where they are too many."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from efforts import assert_equal, published

from karabakh_data.validation.large import distinct
from karabakh_data.validation.large.setting import Setting

pl = pytest.importorskip("polars")

from karabakh_data.validation.large.screen import Screen  # noqa: E402 - it needs Polars

HEAD = "incident_id,name,incident_type,date,place_ids,background,summary,source_ids"
SOURCE = "source-lavrov-le-drian"


def frame_of(*places: str) -> pl.DataFrame:
    return pl.DataFrame({"place_ids": list(places)})


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setattr(distinct, "NUMBERED", 2)
    today = datetime.date(2026, 1, 1)
    return Screen(Setting(dataset=published(), today=today, framed=True), "incidents", ["place_ids"])


def test_ids_that_are_not_known_are_told_with_their_cells(screen: Screen) -> None:
    found = screen.screened(frame_of("place-moscow", "place-a;place-moscow;place-b", ""))
    assert found.unknown == {"place_ids": {"place-a;place-moscow;place-b": ("place-a", "place-b")}}


def test_a_cell_that_comes_again_is_known_by_its_number(screen: Screen) -> None:
    screen.screened(frame_of("place-a"))
    assert screen.cells["place_ids"].table.height == 1
    assert screen.screened(frame_of("place-a", "place-a")).unknown == {"place_ids": {"place-a": ("place-a",)}}
    assert screen.cells["place_ids"].table.height == 1


def test_cells_that_are_too_many_are_forgotten_with_their_unknown_ids(screen: Screen) -> None:
    before = screen.screened(frame_of("place-a", "place-b", "place-c"))
    after = screen.screened(frame_of("place-d"))
    assert after.unknown == {"place_ids": {"place-d": ("place-d",)}}
    assert list(before.unknown["place_ids"]) == ["place-a", "place-b", "place-c"], (
        "whoever screened them has them still"
    )


def test_the_report_is_the_same_when_cells_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "NUMBERED", 5)
    rows = [
        f"incident-made-up-{n},Event {n},shelling,2020-10-05,place-{n % 17}a;place-{n},false,Of day {n}.,{SOURCE}"
        for n in range(60)
    ]
    path = tmp_path / "incidents.csv"
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    report = assert_equal(path, 1 << 40, 900)
    assert [one.code for one in report.findings] == ["KD301"] * 120
