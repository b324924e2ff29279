"""Every kind of planted fault: what it does to a sound row, and the findings that must follow from it.

The codes are those of the published list of findings; nothing here asks the validator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from benchmarks.published import COLUMNS, ids, published

Form = Literal["csv", "tsv", "jsonl", "parquet"]
Values = str | tuple[str, ...]
"""What a cell becomes; of several, each in turn. `{id}`, `{number}` and `{was}` stand for those of the row and cell."""

LATE = "source-putin-pashinyan"
"""The source that was published last."""

OTHER = "actor-example"
"""An actor's id that no record has."""


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    `found` are its findings as (code, field); field `None` is the row as a whole, and of a list the last element is
    meant. `own_id` is False where the row does not stand under its own id; `is_parent` where no sound row may be part
    of it, since it has a parent in turn.
    """

    name: str
    found: tuple[tuple[str, str | None], ...]
    cells: Mapping[str, Values] = field(default_factory=dict)
    own_id: bool = True
    is_parent: bool = True
    nameless: bool = False
    """No finding can name the record."""
    break_up: Callable[[list[str], str], None] | None = None
    """Changes the written cells of the row, given the delimiter: a fault of structure, in CSV and TSV only."""
    text_only: bool = False
    """Only where every value is text: other formats have types of their own."""
    special: Literal["", "repeats", "twin", "circle", "blank"] = ""
    """It takes something of another row, or adds a line."""
    used_up: str | None = None
    """The code of its finding once each of the values was planted."""

    @property
    def is_structural(self) -> bool:
        """Whether the file is no well-formed table with it."""
        return self.break_up is not None or self.special == "blank"

    def fits(self, form: Form) -> bool:
        """Whether it can be planted in this format."""
        return form in ("csv", "tsv") or not (self.is_structural or self.text_only)


def cell(name: str, code: str, column: str, values: Values, **others: Values) -> Kind:
    """A kind that is one finding at one changed cell; `others` are changed so that nothing else is found."""
    return Kind(name, ((code, column),), {column: values, **others})


def identity(name: str, code: str, values: Values, nameless: bool = False) -> Kind:
    """A kind whose row does not stand under its own id."""
    return Kind(name, ((code, "incident_id"),), {"incident_id": values}, own_id=False, nameless=nameless)


def broken(name: str, code: str, column: str | None, break_up: Callable[[list[str], str], None]) -> Kind:
    """A kind that breaks the structure of a row, which is plain otherwise."""
    plain = {"summary": "Shots were heard at dawn", "date": "2020-10-10", "source_ids": LATE}
    return Kind(name, ((code, column),), plain, break_up=break_up)


def _at(column: str) -> int:
    return COLUMNS.index(column)


# --- Structure: the written cells of a row -------------------------------------------------------------------------


def _text_after_quote(written: list[str], _: str) -> None:
    written[_at("name")] = '"Fire" near the bridge'


def _stray_quote(written: list[str], _: str) -> None:
    written[_at("name")] = 'Fire near the 5" pipe'


def _blank_before_quote(written: list[str], _: str) -> None:
    written[_at("name")] = ' "Fire near the bridge"'


def _never_closed(written: list[str], _: str) -> None:
    written[_at("name")] = '"Fire near the bridge'


def _too_many(written: list[str], delimiter: str) -> None:
    written[_at("summary")] = f"Shots were heard{delimiter} then nothing"


def _too_few(written: list[str], _: str) -> None:
    del written[_at("deaths_low") : _at("background")]


# --- The kinds -----------------------------------------------------------------------------------------------------
LIKE = next(row for row in published("incidents") if row["incident_id"] == "incident-2020-07-flare-up")

KINDS: tuple[Kind, ...] = (
    cell("date_of_other_form", "KD205", "date", ("27.09.2020", "2020/09/27", "September 2020", "c. 2020", "2020-9-7")),
    cell("impossible_day", "KD205", "date", ("2021-02-29", "2020-04-31", "2020-09-31/2020-10-02")),
    cell("impossible_interval", "KD205", "date", ("2020-11-10/2020-09-27", "[2020-12,2020-10]", "../..")),
    cell("date_unknown", "KD205", "date", ("unknown", "n/a", "2020-13", "09/10/2020")),
    cell("look_alike", "KD203", "date", ("2020–10–10", "２０２０")),
    cell("bound_no_day", "KD208", "date_earliest", ("2020-09-31", "2020-9-27", "27.09.2020"), date="2020-09-27"),
    cell("bound_does_not_follow", "KD410", "date_earliest", "2020-09-26", date="2020-09-27", source_ids=LATE),
    cell("late_bound_does_not_follow", "KD410", "date_latest", "2020-10-30", date="2020-10", source_ids=LATE),
    cell("unknown_word", "KD204", "incident_type", ("bombardment", "Shelling", "shelling_", "drone strike")),
    cell("unknown_parent", "KD301", "part_of_id", "incident-2099-not-there-{number}"),
    cell("unknown_in_list", "KD301", "participant_ids", f"actor-armenia;actor-osce;{OTHER}"),
    cell("unknown_alone", "KD301", "source_ids", "source-example"),
    cell("unknown_place", "KD301", "place_ids", ("place-example", "place-moscow;place-example")),
    cell("other_kind", "KD302", "part_of_id", ("ceasefire-1994", "statement-example")),
    cell("other_kind_in_list", "KD302", "place_ids", "place-moscow;actor-armenia"),
    cell("malformed_reference", "KD210", "target_ids", ("Actor Armenia", "actor_armenia", "armenia")),
    cell("malformed_parent", "KD210", "part_of_id", "incident-2020--{number}"),
    identity("malformed_id", "KD210", ("incident_2020_{number}", "Incident-{number}", "{number}"), nameless=True),
    identity("id_of_other_kind", "KD302", "ceasefire-2020-{number}", nameless=True),
    identity("id_with_blank", "KD202", ("{id} ", " {id}"), nameless=True),
    identity("no_id", "KD201", "", nameless=True),
    Kind("repeated_id", (("KD303", "incident_id"),), own_id=False, special="repeats"),
    Kind(
        "published_id",
        (("KD304", "incident_id"),),
        {"incident_id": ids("incidents")},
        own_id=False,
        used_up="KD303",  # then the id stands in the file already
    ),
    cell("deaths_in_wrong_order", "KD401", "deaths_low", ("12", "200"), deaths_high=("11", "20")),
    cell("part_of_itself", "KD405", "part_of_id", "{id}"),
    cell("negative_number", "KD209", "deaths_low", ("-3", "-99"), deaths_high=""),
    Kind("thousands", (("KD206", "deaths_high"),), {"deaths_high": ("1,200", "2.500.000")}, text_only=True),
    Kind("no_number", (("KD206", "deaths_low"),), {"deaths_low": ("dozens", "12.0", "007", "+5")}, text_only=True),
    Kind("no_truth_value", (("KD207", "background"),), {"background": ("TRUE", "yes", "0")}, text_only=True),
    cell("repeated_element", "KD214", "source_ids", f"source-lavrov-kommersant;{LATE};source-lavrov-kommersant"),
    Kind(
        "empty_element",
        (("KD215", "participant_ids"),),
        {"participant_ids": ("actor-armenia;;actor-osce", "actor-osce;", ";actor-osce")},
        text_only=True,
    ),
    Kind(
        "list_of_other_form",
        (("KD218", "place_ids"),),
        {"place_ids": ("place-armenia,place-moscow", "place-armenia / place-russia")},
        text_only=True,
    ),
    cell("no_name", "KD201", "name", ""),
    cell("no_type", "KD201", "incident_type", ""),
    cell("no_sources", "KD201", "source_ids", ""),
    cell("blank_at_an_end", "KD202", "name", ("{was} ", " {was}")),
    cell("blank_in_a_list", "KD202", "place_ids", "place-armenia; place-moscow"),
    cell("control_character", "KD104", "summary", ("Fire\x07 was heard", "Fire was\x00 heard", "Fire\x85 was heard")),
    cell("formula", "KD211", "name", ("=SUM(A1:A9)", "+374 line", "@report {number}", "- fire {number}")),
    cell("line_break_in_a_line", "KD212", "name", "Fire near\nthe bridge {number}"),
    cell("placeholder", "KD219", "summary", ("N/A", "tbd", "???")),
    cell("hidden_character", "KD216", "name", ("Fire\u00a0near {number}", "Fire near\u200b {number}")),
    cell("loaded_word", "KD506", "summary", ("An occupied height", "Fire by TERRORISTS", "The so-called line")),
    cell("residue_of_a_page", "KD512", "summary", ("Fire &quot;near&quot; it", "Fire <b>there</b>", "FÃ¼r Ã¤ltere")),
    cell("future", "KD502", "date", ("2091-05-01", "2091", "[2091-01,2091-03..]")),
    cell("before_the_conflict", "KD501", "date", ("1920-09-27", "1987", "../1920-10")),
    cell("after_its_sources", "KD510", "date", ("2020-06-01", "2017/2019"), source_ids="source-putin-calls-on-sides"),
    cell(
        "name_names_a_side",
        "KD417",
        "name",
        ("Azerbaijani convoy {number}", "Fire at Yerevan {number}", "NKR {number}"),
    ),
    identity("id_names_a_side", "KD417", "incident-2020-armenian-post-{number}"),
    Kind(
        "looks_like_published",
        (("KD503", "incident_id"),),
        {name: LIKE[name] for name in ("incident_type", "date", "place_ids", "source_ids")},
    ),
    Kind("twin", (("KD509", "incident_id"),), is_parent=False, special="twin"),
    Kind("circle", (("KD305", "part_of_id"),), is_parent=False, special="circle"),
    Kind(
        "several",
        (
            *(("KD204", "incident_type"), ("KD205", "date"), ("KD302", "place_ids"), ("KD209", "deaths_low")),
            *(("KD301", "target_ids"), ("KD506", "summary")),
        ),
        {"incident_type": "battle", "date": "autumn 2020", "place_ids": "actor-osce", "deaths_low": "-1"}
        | {"target_ids": OTHER, "summary": 'A "puppet", it is said,\nand more', "deaths_high": ""},
    ),
    broken("text_after_quote", "KD122", "name", _text_after_quote),
    broken("stray_quote", "KD122", "name", _stray_quote),
    broken("blank_before_quote", "KD122", "name", _blank_before_quote),
    broken("never_closed", "KD123", "name", _never_closed),
    broken("too_many_cells", "KD124", None, _too_many),
    broken("too_few_cells", "KD124", None, _too_few),
    Kind("blank_row", (("KD125", None),), special="blank", nameless=True),
)
"""Each kind once; they are planted in turn."""
