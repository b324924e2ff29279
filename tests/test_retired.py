"""Ids that are retired: shipped, told wherever one is used, never given to another record."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from small_seeds import write_checkout, write_documents
from test_cases import with_retired

import karabakh_data as kd
from karabakh_data.build import BuildError, build
from karabakh_data.validation.report import Report

ENTRIES = [
    {
        "id": "place-old-town",
        "table": "places",
        "version": "0.2.0",
        "reason": "The same place as another record.",
        "replaced_by_ids": ["place-moscow"],
    },
    {"id": "incident-withdrawn", "table": "incidents", "version": "0.3.0", "reason": "It rested on a slip."},
]
TOLD = "place-old-town is retired since version 0.2.0 (The same place as another record); write place-moscow"


@pytest.fixture(scope="module")
def data_set() -> kd.Dataset:
    """The published data set, two ids of which are retired."""
    return with_retired(ENTRIES)


def incident(number: int, **cells: str) -> dict[str, str]:
    plain = {
        "incident_id": f"incident-made-up-{number}",
        "name": f"Event {number}",
        "incident_type": "shelling",
        "date": f"2020-10-{number % 20 + 1:02}",
        "place_ids": "place-moscow",
        "background": "false",
        "summary": f"Of event {number}.",
        "source_ids": "source-putin-pashinyan",
    }
    return plain | cells


def told(report: Report) -> list[tuple[str, int | None, str | None, str | None]]:
    return [
        (one.code, one.line, one.field, one.suggestion) for one in report.findings if one.code in ("KD301", "KD308")
    ]


# ---- Looked up ----


def test_a_retired_id_is_told_with_what_replaces_it(data_set: kd.Dataset) -> None:
    for ask in (data_set.__getitem__, data_set.related, data_set.citations, data_set.cite):
        with pytest.raises(KeyError, match="place-old-town is retired since version"):
            ask("place-old-town")
    with pytest.raises(KeyError) as caught:
        data_set["place-old-town"]
    assert caught.value.args[0] == TOLD
    with pytest.raises(KeyError, match="nothing stands in its place"):
        data_set["incident-withdrawn"]
    assert "place-old-town" not in data_set


def test_no_id_of_the_published_data_set_is_retired_so_far(ds: kd.Dataset) -> None:
    assert len(ds.retired) == 0
    assert not ds.retired_ids.keys() & {node.id for node in ds.nodes}


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_that_no_id_is_retired_is_no_fault_of_the_published_tables(ds: kd.Dataset, tmp_path: Path, name: str) -> None:
    made = ds.export(name, tmp_path / "all")
    assert kd.validate(made / "datapackage.json" if name == "csv" else made, against="none").ok
    (tmp_path / "places.csv").write_text("place_id,name,place_type,description\n", encoding="utf-8")
    assert {one.code for one in kd.validate(tmp_path / "places.csv").findings} == {"KD106"}, "of others it is"


# ---- In a contribution ----


def test_a_reference_and_a_new_id_are_told_each_once(data_set: kd.Dataset) -> None:
    rows = [incident(1, place_ids="place-old-town"), incident(2, incident_id="incident-withdrawn")]
    report = kd.validate({"incidents": rows}, against=data_set)
    found = [(one.code, one.row, one.field, one.suggestion) for one in report.findings if one.code[:3] == "KD3"]
    assert found == [("KD308", 1, "place_ids", "place-moscow"), ("KD308", 2, "incident_id", None)]
    messages = [one.message for one in report.findings if one.code == "KD308"]
    assert messages[0] == TOLD
    assert messages[1].endswith("nothing stands in its place; a retired id is never given to another record")


def test_a_retired_id_is_told_of_a_record_that_is_at_fault_elsewhere_too(data_set: kd.Dataset) -> None:
    rows = [incident(1, incident_id="incident-withdrawn", date="never")]
    assert "KD308" in {one.code for one in kd.validate({"incidents": rows}, against=data_set).findings}


def test_a_reference_to_a_record_that_takes_a_retired_id_is_told_at_the_record_alone(data_set: kd.Dataset) -> None:
    rows = [incident(1, incident_id="incident-withdrawn"), incident(2, part_of_id="incident-withdrawn")]
    report = kd.validate({"incidents": rows}, against=data_set)
    assert [(one.code, one.row) for one in report.findings if one.code[:3] == "KD3"] == [("KD308", 1)]


def test_an_update_does_not_bring_a_retired_id_back(data_set: kd.Dataset) -> None:
    report = kd.validate({"incidents": [incident(1, incident_id="incident-withdrawn")]}, against=data_set, update=True)
    assert "KD308" in {one.code for one in report.findings}


@pytest.mark.parametrize("screen", [True, False])
def test_a_large_file_tells_the_same_whether_it_is_screened_or_not(
    data_set: kd.Dataset, tmp_path: Path, screen: bool
) -> None:
    pytest.importorskip("polars")
    path = tmp_path / "incidents.csv"
    rows = [incident(number, summary=f"Of event {number}. " + "Told again. " * 6 + "End.") for number in range(2_000)]
    rows[500]["place_ids"] = "place-moscow;place-old-town"
    rows[900]["part_of_id"] = "incident-withdrawn"
    rows[1500]["incident_id"] = "incident-withdrawn"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*incident(0), "part_of_id"], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    assert path.stat().st_size > 256 * 1024
    expected = [("KD308", 502, "place_ids", "place-moscow"), ("KD308", 1502, "incident_id", None)]
    assert told(kd.validate(path, against=data_set, screen=screen)) == expected
    rows[1500]["incident_id"] = "incident-made-up-1500"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*incident(0), "part_of_id"], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    expected = [("KD308", 502, "place_ids", "place-moscow"), ("KD308", 902, "part_of_id", None)]
    assert told(kd.validate(path, against=data_set, screen=screen)) == expected


# ---- In the seeds ----

ENTRY = """
- id: {id}
  version: 0.2.0
  reason: It was told twice.
  replaced_by_ids: [{by}]
"""


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path]:
    """A small checkout and its documents."""
    return write_checkout(tmp_path / "root"), write_documents(tmp_path / "documents")


def retire(root: Path, record_id: str, by: str = "place-midtown") -> None:
    (root / "seeds/retired.yaml").write_text(ENTRY.format(id=record_id, by=by), encoding="utf-8")


def test_retired_ids_of_the_seeds_are_published_with_their_table(made: tuple[Path, Path]) -> None:
    root, documents = made
    retire(root, "place-old-town")
    build(root, documents)
    table = (root / "karabakh_data/data/retired.csv").read_text("utf-8").splitlines()
    assert table[1] == "place-old-town,places,0.2.0,It was told twice.,place-midtown"


def test_a_record_that_takes_a_retired_id_stops_the_build_at_its_place(made: tuple[Path, Path]) -> None:
    root, documents = made
    retire(root, "actor-southland")
    with pytest.raises(
        BuildError, match=r"seeds/actors.yaml:8:13: error KD308 actors actor-southland, actor_id: .*never"
    ):
        build(root, documents)


def test_a_reference_to_a_retired_id_stops_the_build(made: tuple[Path, Path]) -> None:
    root, documents = made
    retire(root, "place-old-town")
    file = root / "seeds/incidents.yaml"
    file.write_text(file.read_text("utf-8").replace("place_ids: place-midtown", "place_ids: place-old-town"), "utf-8")
    with pytest.raises(
        BuildError, match=r"KD308 incidents .*, place_ids: place-old-town is retired since version 0.2.0"
    ):
        build(root, documents)


def test_what_replaces_a_retired_id_exists(made: tuple[Path, Path]) -> None:
    root, documents = made
    retire(root, "place-old-town", by="place-midtwon")
    with pytest.raises(
        BuildError, match="KD301 retired place-old-town, replaced_by_ids: 'place-midtwon' is not a known"
    ):
        build(root, documents)
