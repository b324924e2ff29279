"""What `karabakh_data.seed_writer` promises: records in canonical form, which read back as the same records."""

from __future__ import annotations

import textwrap
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_seeds import write_seeds as write_small_seeds
from strategies import records

from karabakh_data.columns import columns_of
from karabakh_data.models import Evidence, Record
from karabakh_data.seed_merge import told
from karabakh_data.seed_reader import FILES, NESTED
from karabakh_data.seed_writer import PARENT, Parts, keys_of, record_node, write_seeds, written_columns
from karabakh_data.seeds import Seeds, load_seeds
from karabakh_data.tables import CONTRIBUTED_TABLES, MODELS
from karabakh_data.yamledit import block, sequence
from karabakh_data.yamltree import Mapping, Scalar, Sequence, parse

HELD = [MODELS[name] for name in CONTRIBUTED_TABLES]
WITH_ID = [model for model in HELD if model.has_id()]


def of(table: str, **cells: str) -> Record:
    """A record from its cells."""
    read = {column.name: column.read for column in columns_of(MODELS[table])}
    return MODELS[table].model_validate({name: read[name](cell) for name, cell in cells.items()})


def cite(record_id: str, field: str, at: str, source: str = "source-a", **cells: str) -> Evidence:
    """A row of evidence."""
    start, end = at.split("-")
    given_cells = {"basis": "verbatim", "stance": "supports", **cells}
    row = of("evidence", record_id=record_id, field=field, start=start, end=end, source_id=source, **given_cells)
    assert isinstance(row, Evidence)
    return row


def written(record: Record, *others: Record, source: str | None = None) -> str:
    return block(sequence([record_node(record, Parts(others), source)]))


def yaml(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


PLACE = of("places", place_id="place-x", name="X", place_type="region", description="A region.")

# ---- Form ----


def test_columns_stand_in_the_order_of_the_table_without_what_is_derived_or_empty() -> None:
    ceasefire = of(
        "ceasefires",
        ceasefire_id="ceasefire-x",
        name="X",
        ceasefire_type="unspecified",
        initiation="bilateral",
        purposes="unspecified",
        form="unspecified",
        mediation="unspecified",
        mechanisms="hotline;observers",
        declared="2020-10-10",
        summary="A pause.",
        source_ids="source-a",
        last_reported_as_of="2020",
    )
    assert written(ceasefire) == yaml("""
        - ceasefire_id: ceasefire-x
          name: X
          ceasefire_type: unspecified
          initiation: bilateral
          purposes: [unspecified]
          form: unspecified
          mediation: unspecified
          mechanisms: [hotline, observers]
          declared: '2020-10-10'
          summary: A pause.
    """)


def test_what_hangs_on_a_record_follows_it() -> None:
    actor = of("actors", actor_id="actor-x", name="X", actor_type="state", side="none", description="A state.")
    affiliation = of(
        "affiliations",
        affiliation_id="affiliation-x",
        member_id="actor-x",
        organisation_id="actor-y",
        role="co-chair",
        as_of="2020-10",
    )
    identifier = of("identifiers", record_id="actor-x", scheme="gw", value="365", verified_in="A list.")
    rows = [cite("affiliation-x", "role", "5-9"), cite("actor-x", "name", "1-2"), cite("actor-x", "name", "3-4")]
    assert written(actor, affiliation, identifier, *rows) == yaml("""
        - actor_id: actor-x
          name: X
          actor_type: state
          side: none
          description: A state.
          identifiers:
            - scheme: gw
              value: '365'
              verified_in: A list.
          evidence:
            name:
              - {at: 1-2, source: source-a, basis: verbatim}
              - {at: 3-4, source: source-a, basis: verbatim}
          affiliations:
            - affiliation_id: affiliation-x
              organisation_id: actor-y
              role: co-chair
              as_of: 2020-10
              evidence:
                role:
                  - {at: 5-9, source: source-a, basis: verbatim}
    """)


def test_neighbouring_columns_share_their_entries() -> None:
    occasion = of(
        "occasions",
        occasion_id="occasion-x",
        occasion_type="meeting",
        occasion_status="held",
        date="2020",
        participant_ids="actor-a;actor-b",
        initiator_ids="actor-a;actor-b",
        summary="They met.",
        source_ids="source-a",
    )
    same = [cite("occasion-x", field, "1-2") for field in ("date", "occasion_status", "occasion_type")]
    shared = [cite("occasion-x", "participant_ids", "1-2", value=value) for value in ("actor-a", "actor-b")]
    apart = [
        cite("occasion-x", "initiator_ids", at, value=value) for at, value in (("3-4", "actor-b"), ("1-2", "actor-a"))
    ]
    assert written(occasion, *same, *shared, *apart, source="source-a").partition("evidence:\n")[2] == (
        "    occasion_type, occasion_status, date:\n"
        "      - {at: 1-2, basis: verbatim}\n"
        "    participant_ids:\n"
        "      - {at: 1-2, basis: verbatim}\n"
        "    initiator_ids:\n"
        "      actor-a:\n"
        "        - {at: 1-2, basis: verbatim}\n"
        "      actor-b:\n"
        "        - {at: 3-4, basis: verbatim}\n"
    )


def test_an_entry_names_what_its_place_does_not_tell() -> None:
    rows = [
        cite("place-x", "name", "1-2", "source-b", note="Why: this."),
        cite("place-x", "name", "3-4", stance="contradicts", basis="inferred", value="Y", note="Not so."),
    ]
    assert written(PLACE, *rows, source="source-b").partition("name:\n")[2] == (
        "      - {at: 1-2, basis: verbatim, note: 'Why: this.'}\n"
        "      - {at: 3-4, source: source-a, basis: inferred, stance: contradicts, value: Y, note: Not so.}\n"
    )


def test_an_article_need_not_name_itself() -> None:
    source = of(
        "sources",
        source_id="source-a",
        published="2020",
        language="en",
        translation="none",
        document="a.txt",
        summary="News.",
    )
    rows = [cite("source-a", "published", "1-2"), cite("source-a", "published", "3-4", "source-b")]
    assert written(source, *rows).partition("published:\n")[2] == (
        "      - {at: 1-2, basis: verbatim}\n      - {at: 3-4, source: source-b, basis: verbatim}\n"
    )


def test_what_contradicts_a_list_stands_under_its_first_element(tmp_path: Path) -> None:
    seeds = load_seeds(write_small_seeds(tmp_path / "seeds"))
    against = cite(
        "ceasefire-2001-05", "party_ids", "1-2", "source-weekly", value="actor-z", stance="contradicts", note="Not so."
    )
    assert loaded(tmp_path / "again", [*everything(seeds), against])[Evidence.TABLE][told_of(against)] == 1


# ---- Every record reads back ----


@pytest.mark.parametrize("strategy", [pytest.param(records(model), id=model.TABLE) for model in HELD])
@given(data=st.data())
def test_any_record_reads_back_cell_by_cell(strategy: st.SearchStrategy[Record], data: st.DataObject) -> None:
    record = data.draw(strategy)
    root = parse(written(record))
    assert isinstance(root, Sequence)
    (node,) = root.items
    assert isinstance(node, Mapping)
    cells = {column.name: "" for column in written_columns(type(record))}
    for key, value in node.pairs:
        items = value.items if isinstance(value, Sequence) else (value,)
        cells[key.text] = ";".join(item.text for item in items if isinstance(item, Scalar))
    assert cells == {name: cell for name, cell in told(record).items() if name in cells}


@pytest.mark.parametrize("model", WITH_ID, ids=lambda model: model.TABLE)
def test_every_column_has_a_key_unless_it_is_derived_or_the_parents(model: type[Record]) -> None:
    names = {column.name for column in columns_of(model) if not (column.origin and column.origin.is_derived)}
    parents = {PARENT[model.TABLE][1]} if model.TABLE in PARENT else set()
    keys = keys_of(model)
    assert set(keys) == names - parents | {"identifiers", "evidence", *NESTED.get(model.TABLE, {})}
    assert len(keys) == len(set(keys))
    assert keys[0] == model.PRIMARY_KEY[0]


# ---- Whole seeds ----


def everything(seeds: Seeds) -> list[Record]:
    return [record for table in CONTRIBUTED_TABLES for record in seeds.tables[table]]


def told_of(record: Record) -> tuple[str, ...]:
    return tuple(told(record).values())


def contents(seeds: Seeds) -> dict[str, Counter[tuple[str, ...]]]:
    """Table -> what its records say, each as often as it stands there."""
    return {table: Counter(map(told_of, seeds.tables[table])) for table in CONTRIBUTED_TABLES}


def loaded(
    folder: Path, given_records: list[Record], homes: dict[str, str] | None = None
) -> dict[str, Counter[tuple[str, ...]]]:
    for file, text in write_seeds(given_records, homes).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(text.encode("utf-8"))
    return contents(load_seeds(folder))


def test_seeds_written_from_nothing_hold_the_same_records(tmp_path: Path) -> None:
    seeds = load_seeds(write_small_seeds(tmp_path / "seeds"))
    assert loaded(tmp_path / "again", everything(seeds)) == contents(seeds)


def test_there_is_a_file_for_every_table_even_without_records() -> None:
    assert write_seeds([]) == {f"{table}.yaml": "" for table in FILES}


def homes_of(seeds: Seeds) -> dict[str, str]:
    """Occasion id -> the article in whose file it stands."""
    return {r.occasion_id: Path(seeds.raw[r.occasion_id].file).stem for r in seeds.tables["occasions"]}


def test_the_published_seeds_written_anew_hold_the_same_and_look_the_same(root: Path, tmp_path: Path) -> None:
    seeds = load_seeds(root / "seeds")
    given_records = everything(seeds)
    assert loaded(tmp_path, given_records, homes_of(seeds)) == contents(seeds)
    lines = differing = 0
    for file in write_seeds(given_records, homes_of(seeds)):
        old, new = (
            Counter((folder / file).read_text(encoding="utf-8").split("\n")) for folder in (root / "seeds", tmp_path)
        )
        lines += old.total()
        differing += (old - new).total()
    # The rest: lists of entries for a single element, a number without quotation marks, columns apart that could share.
    assert differing < lines * 0.02
