"""The crosswalk: every value mapped or said not to be, every code in its scheme's list, and the rules of SSSOM."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
import yaml
from small_seeds import write_seeds

import karabakh_data as kd
from karabakh_data import crosswalk
from karabakh_data.crosswalk import RELATIONS, SUBJECTS
from karabakh_data.export.sssom import write
from karabakh_data.models.kept import NO_TERM
from karabakh_data.seed_reader import SeedError
from karabakh_data.seeds import load_seeds

SCHEMES = ["acled", "cameo", "eth_prio", "pax", "plover", "ucdp"]

REQUIRED = {"predicate_id", "mapping_justification"}
"""Slots that SSSOM asks of every mapping, besides a subject and an object."""

SLOTS = {"subject_id", "object_id", "object_label", "object_source", "comment"} | REQUIRED
"""The slots of SSSOM 1.0 that we fill."""

JUSTIFICATIONS = {"semapv:ManualMappingCuration", "semapv:MappingReview"}
"""Those of SEMAPV that a mapping made by hand may have."""


@pytest.fixture(scope="module")
def seeds(root: Path) -> dict[str, dict[str, dict[str, object]]]:
    """The hand-written crosswalk."""
    found: dict[str, dict[str, dict[str, object]]] = yaml.safe_load((root / "seeds/crosswalk.yaml").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def listed(root: Path) -> dict[str, str]:
    """Every code of the lists, as the crosswalk refers to it, with its label."""
    lists = yaml.load((root / "seeds/code-lists.yaml").read_text("utf-8"), yaml.BaseLoader)
    return {
        f"{name}:{code}": label
        for scheme in lists.values()
        for name, codes in scheme.items()
        for code, label in codes.items()
    }


def row(ds: kd.Dataset, subject: str, code: str) -> kd.Correspondence:
    (found,) = ds.crosswalk().where(subject_id=subject, object_id=code)
    return found


# ---- What is published ----


def test_a_scheme_is_asked_for_by_name_and_no_scheme_means_all(ds: kd.Dataset) -> None:
    assert crosswalk.schemes(ds) == SCHEMES
    parts = [ds.crosswalk(scheme) for scheme in SCHEMES]
    assert sum(map(len, parts)) == len(ds.crosswalk()) > 500
    assert {one.object_source for one in ds.crosswalk("acled")} == {"scheme:acled"}
    assert ds.crosswalk("ucdp").to_dicts()[0]["object_source"] == "scheme:ucdp"


def test_a_misspelt_scheme_names_the_nearest(ds: kd.Dataset) -> None:
    with pytest.raises(KeyError, match="no scheme 'acleed' in the crosswalk; did you mean 'acled'"):
        ds.crosswalk("acleed")
    with pytest.raises(KeyError, match="the schemes are acled, cameo, eth_prio, pax, plover, ucdp"):
        ds.crosswalk("zzz")


@pytest.mark.parametrize("wrong", [["acled"], [], 7])
def test_one_scheme_is_asked_for_at_a_time(ds: kd.Dataset, wrong: object) -> None:
    with pytest.raises(TypeError, match=r"expected the name of one scheme, such as 'acled', not (list|int)"):
        ds.crosswalk(wrong)  # type: ignore[arg-type]


def test_every_code_stands_in_the_list_of_its_scheme_with_its_label(ds: kd.Dataset, listed: dict[str, str]) -> None:
    for one in ds.crosswalk():
        if one.object_id == NO_TERM:
            assert one.object_label is None
        else:
            assert listed[one.object_id] == one.object_label
            assert one.object_id.startswith(one.object_source.removeprefix("scheme:"))


def test_the_lists_hold_the_known_codes_of_the_schemes(listed: dict[str, str]) -> None:
    events = {code.removeprefix("cameo:") for code in listed if code.startswith("cameo:")}
    assert {code[:2] for code in events} == {f"{number:02}" for number in range(1, 21)}
    assert all(re.fullmatch("[0-9]{3,4}", code) for code in events)
    assert all(code[:3] in events for code in events), "a code of four digits belongs to one of three"
    assert len([code for code in listed if code.startswith("acled_sub_event:")]) == 25
    assert [code for code in listed if code.startswith("acled_inter:")] == [f"acled_inter:{n}" for n in range(1, 9)]
    assert [code for code in listed if code.startswith("ucdp_where_prec:")] == [
        f"ucdp_where_prec:{n}" for n in range(1, 8)
    ]
    assert len([code for code in listed if re.fullmatch("plover:[A-Z]+", code)]) == 16


def test_every_subject_is_a_word_of_a_vocabulary(ds: kd.Dataset) -> None:
    for one in ds.crosswalk():
        vocabulary, _, value = one.subject_id.partition(":")
        assert value in SUBJECTS[vocabulary]
    words = {(term.vocabulary, term.value) for term in ds.vocabularies}
    mapped = {tuple(one.subject_id.split(":")) for one in ds.crosswalk()}
    assert {name for name, _ in mapped - words} == {"date_precision", "vocabulary"}, "all others are published words"


def test_every_value_says_something_of_every_scheme_of_its_vocabulary(
    ds: kd.Dataset, seeds: dict[str, dict[str, dict[str, object]]]
) -> None:
    published = {(one.subject_id, one.object_source.removeprefix("scheme:")) for one in ds.crosswalk()}
    for vocabulary, values in seeds.items():
        if vocabulary != crosswalk.WHOLE:
            assert set(values) == set(SUBJECTS[vocabulary])
        schemes = {scheme for said in values.values() for scheme in said}
        for value, said in values.items():
            assert set(said) == schemes
            for scheme, what in said.items():
                assert ((f"{vocabulary}:{value}", scheme) in published) == (what != crosswalk.NOT_EXAMINED)


def test_no_counterpart_is_a_row_and_the_only_one_of_its_pair(ds: kd.Dataset) -> None:
    missing = [one for one in ds.crosswalk() if one.object_id == NO_TERM]
    assert row(ds, "incident_type:emergency_measure", "cameo:1724")
    assert "incident_type:emergency_measure" in {one.subject_id for one in missing}
    for one in missing:
        assert len(ds.crosswalk().where(subject_id=one.subject_id, object_source=one.object_source)) == 1
        assert one.predicate_id == "skos:exactMatch", "as the examples of SSSOM have it"


def test_broad_means_that_their_term_is_the_broader_one(ds: kd.Dataset) -> None:
    assert RELATIONS["broad"] == "skos:broadMatch"
    assert row(ds, "speech_act:report_figures", "cameo:010").predicate_id == "skos:broadMatch"
    assert row(ds, "incident_type:air_strike", "acled_sub_event:air-drone-strike").predicate_id == "skos:broadMatch"
    assert row(ds, "incident_type:protest", "acled_event:riots").predicate_id == "skos:narrowMatch"
    assert row(ds, "actor_type:non_state_armed_group", "cameo_actor:SEP").predicate_id == "skos:narrowMatch"
    assert row(ds, "place_type:country", "ucdp_where_prec:6").predicate_id == "skos:exactMatch"


def test_a_range_of_codes_is_a_row_for_each(ds: kd.Dataset) -> None:
    commits = {one.object_id for one in ds.crosswalk("cameo").where(subject_id="speech_act:commit")}
    assert commits == {f"cameo:0{n}" for n in range(30, 40)} | {"cameo:0356"}


# ---- SSSOM ----


def test_the_columns_are_slots_of_sssom_with_all_that_it_requires(ds: kd.Dataset) -> None:
    columns = [column.name for column in ds.crosswalk().columns]
    assert set(columns) == SLOTS
    assert {column.name for column in ds.crosswalk().columns if column.required} >= REQUIRED
    for one in ds.crosswalk():
        assert one.predicate_id in RELATIONS.values()
        assert one.mapping_justification in JUSTIFICATIONS


def test_the_file_for_sssom_tools_declares_every_prefix(ds: kd.Dataset, tmp_path: Path) -> None:
    write(ds, tmp_path / "x.sssom.tsv")
    text = (tmp_path / "x.sssom.tsv").read_text("utf-8")
    about = yaml.safe_load("\n".join(line[1:] for line in text.splitlines() if line.startswith("#")))
    assert about["license"].startswith("https://creativecommons.org/licenses/by/4.0")
    assert about["mapping_set_id"]
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    rows = list(csv.DictReader(io.StringIO(body), delimiter="\t"))
    assert len(rows) == len(ds.crosswalk())
    assert rows[0]["subject_id"] == ds.crosswalk()[0].subject_id
    for line in rows:
        for slot in ("subject_id", "predicate_id", "object_id", "object_source", "mapping_justification"):
            assert line[slot].partition(":")[0] in about["curie_map"]


# ---- Reading the seeds ----

LISTS = "cameo:\n  cameo: {'010': Make statement, '112': Accuse}\n  cameo_actor: {GOV: Government}\n"


def told(tmp_path: Path, text: str, lists: str = LISTS) -> list[str]:
    folder = write_seeds(tmp_path / "seeds")
    (folder / "crosswalk.yaml").write_text(text, encoding="utf-8")
    (folder / "code-lists.yaml").write_text(lists, encoding="utf-8")
    with pytest.raises(SeedError) as caught:
        load_seeds(folder)
    return str(caught.value).splitlines()


def whole(first: str) -> str:
    """A crosswalk of the forms of a ceasefire, of which the first value says this."""
    rest = "".join(f"  {value}: {{cameo: none}}\n" for value in SUBJECTS["form"][1:])
    return f"form:\n  written_signed: {first}\n{rest}"


@pytest.mark.parametrize(
    ("first", "at", "expected"),
    [
        ("{cameo: {close: [cameo:11]}}", "2:36", "'cameo:11' is in no list of cameo; did you mean 'cameo:112'"),
        ("{cameo: {closer: [cameo:112]}}", "2:28", "no relation 'closer'; did you mean 'close'"),
        ("{camo: none}", "2:20", "code-lists.yaml has no scheme 'camo'; did you mean 'cameo'"),
        ("{cameo: nothing}", "2:27", "'nothing' is neither none, not_examined or {exact"),
        ("{cameo: {close: [cameo:112, cameo:112]}}", "2:47", "cameo:112 stands twice"),
        ("{cameo: {}}", "2:27", "form:written_signed gives no codes of cameo: give them, none or not_examined"),
        ("{cameo: {comment: In part.}}", "2:27", "form:written_signed gives no codes of cameo"),
        ("{cameo: {exact: []}}", "2:35", "form:written_signed: exact has no codes"),
        ("{cameo: {exact: cameo:112, comment: [a, b]}}", "2:55", "expected one text as the comment"),
        ("{cameo: {exact: cameo:112, comment: }}", "2:54", "expected one text as the comment"),
        ("{}", "2:3", "form:written_signed says nothing of cameo: give its codes, none or not_examined"),
    ],
)
def test_a_slip_in_the_crosswalk_is_told_at_its_place(tmp_path: Path, first: str, at: str, expected: str) -> None:
    found = told(tmp_path, whole(first))
    assert any(line.startswith(f"seeds/crosswalk.yaml:{at}: ") and expected in line for line in found), found


def test_values_that_are_not_or_are_left_out_are_told_with_the_line(tmp_path: Path) -> None:
    text = whole("{cameo: none}").replace("verbal", "verbel")
    found = told(tmp_path, text)
    assert "seeds/crosswalk.yaml:5:3: form has no value 'verbel'; did you mean 'verbal'?" in found
    lacks = "seeds/crosswalk.yaml:1:1: form lacks verbal; say not_examined where nobody has looked"
    assert lacks in found
    assert told(tmp_path / "b", "forms: {}\n") == [
        "seeds/crosswalk.yaml:1:1: no vocabulary 'forms'; did you mean 'form'?"
    ]


def test_a_code_that_two_schemes_claim_is_told_at_the_second(tmp_path: Path) -> None:
    found = told(tmp_path, whole("{cameo: none}"), LISTS + "plover:\n  cameo:\n    '112': Accuse again\n")
    said = "cameo:112 is a code of cameo already: rename one of the lists"
    assert found == [f"seeds/code-lists.yaml:6:5: {said}"]


def test_values_become_rows(tmp_path: Path) -> None:
    folder = write_seeds(tmp_path / "seeds")
    said = "{cameo: {broad: [cameo:112, cameo_actor:GOV], comment: In part.}}"
    (folder / "crosswalk.yaml").write_text(whole(said), encoding="utf-8")
    (folder / "code-lists.yaml").write_text(LISTS, encoding="utf-8")
    rows = load_seeds(folder).tables["crosswalk"]
    assert [(r.object_id, r.object_label, r.predicate_id, r.comment) for r in rows[:3]] == [  # type: ignore[attr-defined]
        ("cameo:112", "Accuse", "skos:broadMatch", "In part."),
        ("cameo_actor:GOV", "Government", "skos:broadMatch", "In part."),
        (NO_TERM, None, "skos:exactMatch", None),
    ]
