"""What `karabakh_data.dataset` promises: look up, filter, navigate, cite and show the data set."""

from __future__ import annotations

import datetime
import html.parser
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import karabakh_data as kd
from karabakh_data.changes import changes
from karabakh_data.columns import Kind, columns_of
from karabakh_data.dataset import DATA
from karabakh_data.derive import derive, with_values
from karabakh_data.models.types import Origin
from karabakh_data.tables import KEPT_TABLES, MODELS, references

IDENTIFIED = [name for name, model in MODELS.items() if model.has_id()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the published tables."""
    return shutil.copytree(DATA, tmp_path / "data")


def changed(ds: kd.Dataset, record: kd.Record, **values: Any) -> kd.Dataset:
    """The data set with one record changed, and all that follows from it."""
    tables = {name: list(ds.table(name)) for name in MODELS}
    tables[record.TABLE] = [with_values(r, values) if r is record else r for r in tables[record.TABLE]]
    return kd.Dataset(derive(tables))


# ---- Loading ----


def test_every_table_has_an_attribute_of_its_name(ds: kd.Dataset) -> None:
    for name, model in MODELS.items():
        table = ds.crosswalk() if name == "crosswalk" else getattr(ds, name)  # of which one asks for a scheme
        assert table is ds.table(name)
        assert (table.name, table.model) == (name, model)
        assert all(type(record) is model for record in table)


def test_another_folder_of_tables_loads_the_same(ds: kd.Dataset, folder: Path) -> None:
    for given_folder in (folder, str(folder)):
        other = kd.load(given_folder)
        assert other.folder == folder
        for name in MODELS:
            assert list(other.table(name)) == list(ds.table(name))


@pytest.mark.parametrize("name", [name for name in MODELS if name not in KEPT_TABLES])
def test_a_folder_without_a_table_is_told_with_its_name(folder: Path, name: str) -> None:
    (folder / f"{name}.csv").unlink()
    with pytest.raises(FileNotFoundError, match=rf"holds no {name}\.csv"):
        kd.load(folder)


def test_a_folder_of_an_earlier_release_has_no_rows_of_the_tables_that_came_later(ds: kd.Dataset, folder: Path) -> None:
    for name in KEPT_TABLES:
        (folder / f"{name}.csv").unlink()
    earlier = kd.load(folder)
    assert {name: len(earlier.table(name)) for name in KEPT_TABLES} == dict.fromkeys(KEPT_TABLES, 0)
    assert earlier.statements[0] == ds.statements[0]
    report = kd.validate(ds.places.to_dicts(), against=earlier)
    assert {finding.code for finding in report.findings} == {"KD304"}
    row = {change.table: change.added for change in changes(folder)}
    assert (row["crosswalk"], row["places"]) == (0, len(ds.places))


def test_an_installation_has_every_table(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("karabakh_data.dataset.DATA", folder)
    (folder / "retired.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"holds no retired\.csv"):
        kd.load()


@pytest.mark.parametrize("within", ["data", "karabakh_data/data"])
def test_a_folder_around_the_tables_is_told_with_the_one_that_holds_them(
    folder: Path, tmp_path: Path, within: str
) -> None:
    shutil.copytree(folder, tmp_path / "around" / within)
    with pytest.raises(FileNotFoundError, match="the tables lie in") as caught:
        kd.load(tmp_path / "around")
    assert str(caught.value).endswith(str(tmp_path / "around" / within))


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        kd.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the header is"),
        (b"nonsense\n", "the header is"),
        (b"record_id,scheme,value,verified_in\nx\n", "identifiers, line 2: 1 cells, expected 4"),
        (b"record_id,scheme,value,verified_in\nactor-a,wikidta,Q1,here\n", "identifiers, line 2: 'wikidta' is none of"),
        (b'record_id,scheme,value,verified_in\n"a"b,c,d,e\n', "identifiers, line 2: "),
        (b"\xff", "UTF-8|utf-8"),
    ],
)
def test_a_file_that_is_no_published_table_is_told_with_table_and_line(folder: Path, data: bytes, message: str) -> None:
    (folder / "identifiers.csv").write_bytes(data)
    with pytest.raises(ValueError, match=message):
        kd.load(folder).identifiers  # noqa: B018  read on first use


def test_an_unknown_table_is_told_with_the_nearest(ds: kd.Dataset) -> None:
    with pytest.raises(KeyError, match="no table 'statement'; did you mean 'statements'"):
        ds.table("statement")


def test_a_data_set_in_memory_has_no_folder_and_empty_tables(ds: kd.Dataset) -> None:
    made = kd.Dataset({"sources": ds.sources})
    assert made.folder is None
    assert (len(made.sources), len(made.actors)) == (len(ds.sources), 0)


def test_the_data_set_and_its_records_are_frozen(ds: kd.Dataset) -> None:
    with pytest.raises(AttributeError):
        ds.statements = ()  # type: ignore[misc, assignment]
    with pytest.raises(ValueError, match="frozen"):
        ds.statements[0].summary = "Changed."  # type: ignore[misc]


# ---- Looking up ----


@pytest.mark.parametrize("name", list(MODELS))
def test_every_record_is_found_by_its_key_and_place(ds: kd.Dataset, name: str) -> None:
    table = ds.table(name)
    for place, record in enumerate(table):
        key = record.key[0] if len(record.key) == 1 else record.key
        assert table[key] is table[place] is table.get(key) is record
        assert key in table
        assert record in table


@pytest.mark.parametrize("name", IDENTIFIED)
def test_every_record_with_an_id_is_found_in_the_data_set(ds: kd.Dataset, name: str) -> None:
    for record in ds.table(name):
        assert record.identity in ds
        assert ds[str(record.identity)] is record


def test_a_misspelt_id_is_told_with_the_nearest(ds: kd.Dataset) -> None:
    right = ds.statements[0].statement_id
    wrong = right.replace("statement-", "statment-")
    with pytest.raises(KeyError) as in_table:
        ds.statements[wrong]
    with pytest.raises(KeyError) as in_all:
        ds[wrong]
    assert f"did you mean '{right}'" in in_table.value.args[0]
    assert f"did you mean '{right}'" in in_all.value.args[0]
    assert ds.statements.get(wrong) is None
    assert wrong not in ds.statements
    assert wrong not in ds


def test_an_id_like_no_other_is_told_without_a_guess(ds: kd.Dataset) -> None:
    with pytest.raises(KeyError) as caught:
        ds["§"]
    assert caught.value.args == ("no record '§'",)


def test_a_place_past_the_end_is_an_index_error(ds: kd.Dataset) -> None:
    assert ds.sources[-1] is ds.sources[len(ds.sources) - 1]
    with pytest.raises(IndexError):
        ds.sources[len(ds.sources)]


def test_what_cannot_be_a_key_is_not_contained(ds: kd.Dataset) -> None:
    assert [] not in ds.sources
    assert None not in ds.sources


# ---- Where ----


def test_where_on_a_scalar_takes_words_and_text(ds: kd.Dataset) -> None:
    act = ds.statements[0].speech_act
    found = ds.statements.where(speech_act=str(act))
    assert list(found) == [s for s in ds.statements if s.speech_act is act]
    assert list(ds.statements.where(speech_act=act)) == list(found)
    assert next(iter(ds.actors.where(name=ds.actors[0].name))) is ds.actors[0]


def test_where_on_a_list_means_an_element(ds: kd.Dataset) -> None:
    speaker = ds.statements[0].speaker_ids[0]
    assert list(ds.statements.where(speaker_ids=speaker)) == [s for s in ds.statements if speaker in s.speaker_ids]


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset])
def test_several_values_mean_any_of_them(ds: kd.Dataset, kind: Any) -> None:
    acts = {s.speech_act for s in list(ds.statements)[:3]}
    assert list(ds.statements.where(speech_act=kind(acts))) == [s for s in ds.statements if s.speech_act in acts]
    assert len(ds.statements.where(speech_act=[])) == 0


def test_none_means_empty(ds: kd.Dataset) -> None:
    assert list(ds.statements.where(quote=None)) == [s for s in ds.statements if s.quote is None]
    assert list(ds.statements.where(accused_ids=None)) == [s for s in ds.statements if s.accused_ids == ()]
    act = ds.statements[0].speech_act
    either = ds.statements.where(stance=[None, "affirms"], speech_act=act)
    assert list(either) == [s for s in ds.statements if s.stance in (None, "affirms") and s.speech_act is act]


def test_every_condition_must_hold(ds: kd.Dataset) -> None:
    one = ds.statements[0]
    found = ds.statements.where(speech_act=one.speech_act, occasion_id=one.occasion_id, quote=one.quote)
    assert one in found
    assert all((s.speech_act, s.occasion_id, s.quote) == (one.speech_act, one.occasion_id, one.quote) for s in found)


def test_dates_are_compared_as_text_booleans_and_days_as_they_are(ds: kd.Dataset) -> None:
    incident = ds.incidents[0]
    for date in (incident.date, str(incident.date)):
        assert incident in ds.incidents.where(date=date)
    assert incident in ds.incidents.where(background=incident.background)
    assert incident not in ds.incidents.where(background=not incident.background)
    assert incident in ds.incidents.where(date_earliest=incident.date_earliest)


def test_where_gives_a_table_that_can_be_filtered_on(ds: kd.Dataset) -> None:
    one = ds.statements[0]
    found = ds.statements.where(speech_act=one.speech_act).where(occasion_id=one.occasion_id)
    assert isinstance(found, kd.Table)
    assert found[one.statement_id] is one


def test_an_unknown_column_is_a_type_error_with_the_nearest(ds: kd.Dataset) -> None:
    with pytest.raises(TypeError, match="statements has no column 'speechact'; did you mean 'speech_act'"):
        ds.statements.where(speechact="appeal")


@pytest.mark.parametrize("value", ["apeal", ["appeal", "apeal"]])
def test_an_unknown_word_is_a_value_error_with_the_nearest(ds: kd.Dataset, value: Any) -> None:
    with pytest.raises(ValueError, match="speech_act is never 'apeal'; did you mean 'appeal'"):
        ds.statements.where(speech_act=value)


# ---- Between ----


def occasions(*dates: str) -> kd.Table[kd.Occasion]:
    made = [
        kd.Occasion(
            occasion_id=f"occasion-{i}",
            occasion_type="meeting",
            occasion_status="held",
            date=kd.EDTF(date),
            summary="A meeting.",
            source_ids=("source-a",),
        )
        for i, date in enumerate(dates)
    ]
    return kd.Table(kd.Occasion, made)


def dates_of(table: kd.Table[kd.Occasion]) -> list[str]:
    return [str(record.date) for record in table]


ALL = (
    "2020-10-15",
    "2020-10",
    "2020",
    "2020-09-30",
    "2020-12-01",
    "2020-10-31/2020-11-02",
    "../2020-10-05",
    "2020-11-30/..",
)


def test_between_takes_what_may_lie_inside(ds: kd.Dataset) -> None:
    found = occasions(*ALL).between("2020-10", "2020-11")
    assert dates_of(found) == [d for d in ALL if d not in ("2020-09-30", "2020-12-01")]


def test_certain_takes_only_what_surely_lies_inside(ds: kd.Dataset) -> None:
    assert dates_of(occasions(*ALL).between("2020-10", "2020-11", certain=True)) == [
        "2020-10-15",
        "2020-10",
        "2020-10-31/2020-11-02",
    ]


def test_the_end_defaults_to_the_start_and_both_are_meant_whole() -> None:
    table = occasions("2020-10-01", "2020-10-31", "2020-11-01")
    assert dates_of(table.between("2020-10")) == ["2020-10-01", "2020-10-31"]
    assert dates_of(table.between(kd.EDTF("2020-10-31"), kd.EDTF("2020-11"))) == ["2020-10-31", "2020-11-01"]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(ALL), max_size=4),
    st.sampled_from(["2020-09", "2020-10", "2020-10-15", "2020"]),
    st.booleans(),
)
def test_between_agrees_with_the_bounds_of_each_date(dates: list[str], month: str, certain: bool) -> None:
    bound = kd.EDTF(month)
    low, high = datetime.date.min, datetime.date.max
    expected = []
    for text in dates:
        date = kd.EDTF(text)
        first, last = date.earliest or low, date.latest or high
        inside = bound.earliest <= first and last <= bound.latest
        touches = first <= bound.latest and bound.earliest <= last
        if inside if certain else touches:
            expected.append(text)
    table = kd.Table(kd.Occasion, list(occasions(*dates)))
    assert dates_of(table.between(month, certain=certain)) == expected


def ceasefire(**dates: str) -> kd.Ceasefire:
    return kd.Ceasefire(
        ceasefire_id="ceasefire-a",
        name="Pause",
        ceasefire_type="unspecified",
        initiation="unspecified",
        purposes=("unspecified",),
        form="unspecified",
        mediation="unspecified",
        mechanisms=("unspecified",),
        summary="A pause.",
        source_ids=("source-a",),
        **{name: kd.EDTF(text) for name, text in dates.items()},
    )


def test_the_first_date_that_is_filled_decides_unless_one_is_chosen() -> None:
    table = kd.Table(kd.Ceasefire, [ceasefire(declared="2020-10-09", effective="2020-11-10")])
    assert len(table.between("2020-10")) == 1
    assert len(table.between("2020-11")) == 0
    assert len(table.between("2020-11", on="effective")) == 1
    assert len(table.between("2020-10", on="effective")) == 0
    assert len(table.between("2020", on="ended")) == 0
    assert len(kd.Table(kd.Ceasefire, [ceasefire(ended="2020-10-11")]).between("2020-10")) == 1
    assert len(kd.Table(kd.Ceasefire, [ceasefire()]).between("2020")) == 0


def test_a_derived_date_can_be_chosen_by_name() -> None:
    reported = with_values(ceasefire(declared="2020-10-09"), {"last_reported_as_of": kd.EDTF("2021-05-14")})
    table = kd.Table(kd.Ceasefire, [reported])
    assert len(table.between("2021", on="last_reported_as_of")) == 1
    assert len(table.between("2021")) == 0


def test_a_date_that_the_table_has_not_is_a_type_error(ds: kd.Dataset) -> None:
    with pytest.raises(TypeError, match="ceasefires has no date 'begun': its dates are declared, effective, ended"):
        ds.ceasefires.between("2020", on="begun")
    with pytest.raises(TypeError, match="actors has no date"):
        ds.actors.between("2020")
    with pytest.raises(TypeError, match="actors has no date 'said': it has none"):
        ds.actors.between("2020", on="said")


def test_a_bound_that_is_no_date_is_told(ds: kd.Dataset) -> None:
    with pytest.raises(kd.EDTFError):
        ds.incidents.between("autumn 2020")


def test_published_records_between_the_dates_of_all_are_all(ds: kd.Dataset) -> None:
    assert len(ds.statements.between("0001", "9998", certain=True)) == len(
        [s for s in ds.statements if s.said.earliest and s.said.latest]
    )
    assert len(ds.statements.between("0001", "9998")) == len(ds.statements)


# ---- Neighbours ----


@pytest.mark.parametrize("name", IDENTIFIED)
def test_related_holds_every_reference_in_both_directions(ds: kd.Dataset, name: str) -> None:
    for record in ds.table(name):
        found = {relation: [r.identity for r in records] for relation, records in ds.related(record).items()}
        assert ds.related(str(record.identity)).keys() == found.keys()
        for column, target in references(record):
            relation = column.name.removesuffix("_ids").removesuffix("_id")
            if column.is_key:
                continue
            assert target in found[relation]
            back = ds.related(target)[f"{name}.{relation}"]
            assert record in back


def test_related_counts_each_edge_once_at_each_end(ds: kd.Dataset) -> None:
    total = sum(len(records) for name in IDENTIFIED for r in ds.table(name) for records in ds.related(r).values())
    assert total == 2 * len(ds.edges)


# ---- Citations ----


def test_citations_are_the_evidence_of_a_record_or_field(ds: kd.Dataset) -> None:
    for statement in ds.statements:
        rows = [e for e in ds.evidence if e.record_id == statement.statement_id]
        assert list(ds.citations(statement)) == list(ds.citations(statement.statement_id)) == rows
        assert list(ds.citations(statement, "said")) == [e for e in rows if e.field == "said"]
        assert len(ds.citations(statement, "said")) > 0
        assert len(ds.citations(statement, field="summary")) == 0


def test_every_filled_source_cell_has_its_citations(ds: kd.Dataset) -> None:
    for name in IDENTIFIED:
        sourced = [c for c in columns_of(MODELS[name]) if c.origin is Origin.SOURCE]
        for record in ds.table(name):
            for column in sourced:
                value = getattr(record, column.name)
                if value not in (None, (), "unspecified", ("unspecified",)):
                    assert len(ds.citations(record, column.name)) > 0, (record.identity, column.name)


def test_citations_of_an_unknown_field_or_record_are_told(ds: kd.Dataset) -> None:
    with pytest.raises(TypeError, match="statements has no column 'sayd'; did you mean 'said'"):
        ds.citations(ds.statements[0], "sayd")
    with pytest.raises(KeyError, match="no record 'statement-nobody-said-this'"):
        ds.citations("statement-nobody-said-this")
    for ask in (ds.related, ds.citations, ds.cite):
        with pytest.raises(KeyError, match="has no id of its own"):
            ask(ds.evidence[0])


@pytest.mark.parametrize("name", IDENTIFIED)
def test_cite_names_the_record_its_articles_and_the_version(ds: kd.Dataset, name: str) -> None:
    for record in ds.table(name):
        text = ds.cite(record)
        assert text == ds.cite(str(record.identity))
        assert str(record.identity) in text
        assert f"version {kd.__version__}" in text
        for source_id in getattr(record, "source_ids", ()):
            source = ds.sources[source_id]
            assert str(source.published) in text
            assert (source.title or "[untitled article]") in text
        assert text.endswith("CC BY 4.0.")


def test_a_source_cites_itself_and_no_article_that_only_dates_it(ds: kd.Dataset) -> None:
    for source in ds.sources:
        others = [other.title for other in ds.sources if other is not source and other.title]
        assert not [title for title in others if title in ds.cite(source)]


def test_a_statement_is_cited_with_its_speaker_act_and_day(ds: kd.Dataset) -> None:
    for statement in ds.statements:
        who = " and ".join(ds.actors[speaker].name for speaker in statement.speaker_ids)
        assert ds.cite(statement).startswith(f"{who} ({statement.speech_act}, {statement.said}): {statement.summary}")


def test_a_data_set_and_its_tables_are_frozen(ds: kd.Dataset) -> None:
    with pytest.raises(AttributeError, match="frozen"):
        ds.name = "another"  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="frozen"):
        ds.statements.model = kd.Actor  # type: ignore[misc,assignment]


def test_a_data_set_names_its_tables_and_a_table_is_sliced(ds: kd.Dataset) -> None:
    assert list(ds) == list(MODELS)
    assert list(ds.statements[:3]) == list(ds.statements)[:3]


@pytest.mark.parametrize("what", [None, 3, []])
def test_what_is_no_record_is_refused_in_plain_words(ds: kd.Dataset, what: Any) -> None:
    assert what not in ds
    for call in (ds.related, ds.citations, ds.cite):
        with pytest.raises(TypeError, match="expected a record or its id"):
            call(what)


def test_days_and_dates_may_be_given_as_text_or_as_dates(ds: kd.Dataset) -> None:
    statement = next(one for one in ds.statements if one.said_earliest)
    assert statement in list(ds.statements.where(said_earliest=str(statement.said_earliest)))
    assert statement in list(ds.statements.between(statement.said_earliest, statement.said_latest or "9998"))
    with pytest.raises(TypeError, match="expected a date such as '2020-10', not 2020"):
        ds.statements.between(2020)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"said": "27.11.2020"}, "the year comes first"),
        ({"said_earliest": "3 Nov"}, "no day of the form"),
        ({"speaker_ids": "place-moscow"}, "it holds ids of actors"),
    ],
)
def test_a_condition_that_nothing_can_meet_is_refused(ds: kd.Dataset, condition: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ds.statements.where(**condition)


# ---- Plain values ----


@pytest.mark.parametrize("name", list(MODELS))
def test_to_dicts_holds_plain_values_of_the_columns(ds: kd.Dataset, name: str) -> None:
    table = ds.table(name)
    rows = table.to_dicts()
    assert len(rows) == len(table)
    types: dict[Kind, type] = {Kind.INTEGER: int, Kind.NUMBER: float, Kind.BOOLEAN: bool, Kind.DAY: datetime.date}
    for row, record in zip(rows, table, strict=True):
        assert list(row) == [column.name for column in table.columns]
        for column in table.columns:
            value, cell = row[column.name], getattr(record, column.name)
            if column.is_list:
                assert type(value) is list
                assert value == [str(one) for one in cell]
                assert all(type(one) is str for one in value)
            elif cell is None:
                assert value is None
            else:
                assert type(value) is types.get(column.kind, str)
                assert value == (str(cell) if column.kind is Kind.EDTF else cell)


# ---- Displays ----


class Tags(html.parser.HTMLParser):
    """The tags of a page and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


HARMLESS = {"table", "thead", "tbody", "tr", "th", "td", "p", "b", "details", "summary", "div", "span", "code", "br"}
ATTACK = "<script>alert(1)</script><img src=x onerror='a()'> & \" more"


def test_displays_hold_no_tags_from_the_data(ds: kd.Dataset) -> None:
    place = ds.places[0]
    hostile = changed(ds, place, name=ATTACK, description=ATTACK, aliases=(ATTACK,))
    for shown in (hostile.places[place.place_id], hostile.places, hostile.nodes, hostile):
        page = Tags(shown._repr_html_())
        assert page.tags <= HARMLESS
    assert ATTACK in Tags(hostile.places[place.place_id]._repr_html_()).text


@pytest.mark.parametrize("name", list(MODELS))
def test_every_table_and_record_has_a_display(ds: kd.Dataset, name: str) -> None:
    table = ds.table(name)
    page = Tags(table._repr_html_())
    assert f"{name}: {len(table)} records" in page.text
    assert page.tags <= HARMLESS
    for record in list(table)[:5]:
        text = Tags(record._repr_html_()).text
        assert type(record).__name__ in text
        assert str(record.key[0]) in text


def test_the_data_set_shows_every_table_with_its_size(ds: kd.Dataset) -> None:
    for shown in (repr(ds), Tags(ds._repr_html_()).text):
        for name in MODELS:
            assert name in shown
            assert f"{len(ds.table(name)):,}" in shown or str(len(ds.table(name))) in shown
    assert repr(ds.sources) == f"<Table sources: {len(ds.sources)} records>"


# --- Conditions that nothing could meet ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "condition", "expected"),
    [
        ("incidents", {"background": "true"}, "background is compared with bool, not str 'true'"),
        ("incidents", {"deaths_low": "30"}, "deaths_low is compared with int, not str '30'"),
        ("incidents", {"deaths_low": True}, "deaths_low is compared with int, not bool True"),
        ("places", {"latitude": "40"}, "latitude is compared with int or float, not str '40'"),
        ("statements", {"said_earliest": 2020}, "said_earliest is compared with date or str, not int 2020"),
        ("statements", {"speaker_ids": 7}, "speaker_ids is compared with str, not int 7"),
    ],
)
def test_a_condition_of_another_type_is_refused_rather_than_never_met(ds, table, condition, expected):
    with pytest.raises(TypeError, match=re.escape(expected)):
        ds.table(table).where(**condition)


def test_bounds_in_the_wrong_order_are_refused(ds):
    with pytest.raises(ValueError, match=r"the end \(2020-10\) lies before the start \(2020-11\)"):
        ds.statements.between("2020-11", "2020-10")
