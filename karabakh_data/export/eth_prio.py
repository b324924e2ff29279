"""Ceasefires in columns of the ETH/PRIO Civil Conflict Ceasefire data (October 2022): a row for each party of each.

Only what follows is filled in, and nothing more: codes by the crosswalk (`ds.crosswalk("eth_prio")`), the rest as
below. Every other cell is empty.

- `cf_id`: ours, as text. `uniq_id`: with the party. `actor_name`, `ucdp_actor_id`: the party whose fire is to stop.
- `cf_dec_…`, `cf_effect_…`, `end_…`: a part of the date that all its days share; -1 where it is open or not reported.
- `ceasefire_class`, `partial`, `written`, `mediator_nego`: by the crosswalk, where it gives one code.
- `p_…`: 1 for each purpose that is stated, 0 for the others; `p_unclear` 1 and the others empty where none is stated.

Not comparable: those data cover civil conflicts and are coded from many sources; ours hold what five articles say. The
codes of `side` and `written` for signed and unsigned texts, and those of `ended`, could not be confirmed and are left
empty. Whether a ceasefire was kept, and who says so, is in `status_reports`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from karabakh_data import crosswalk
from karabakh_data.edtf import EDTF
from karabakh_data.export.layout import Row, write_layout
from karabakh_data.models import Ceasefire
from karabakh_data.vocabulary import Purpose, Scheme

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset

COLUMNS = (
    "location",
    "region",
    "cc",
    "cf_id",
    "uniq_id",
    "side",
    "ucdp_actor_id",
    "actor_name",
    "ucdp_acd_id",
    "ucdp_dyad",
    "pax_id",
    "cf_dec_yr",
    "cf_dec_month",
    "cf_dec_day",
    "cf_effect_yr",
    "cf_effect_month",
    "cf_effect_day",
    "partial",
    "p_humanitarian",
    "p_peaceprocess",
    "p_holiday",
    "p_election",
    "p_other",
    "p_unclear",
    "written",
    "mediator_nego",
    "mediator_send",
    "ceasefire_class",
    "implement",
    "enforcement",
    "ended",
    "end_yr",
    "end_month",
    "end_day",
)
"""Columns of the ETH/PRIO data, those that have a counterpart here among them."""

_FOLLOWS = ("exact", "close", "broad")

UNCLEAR = -1


def write(ds: Dataset, target: Path) -> None:
    """Write the ceasefires as CSV."""
    write_layout(target, COLUMNS, rows(ds))


def rows(ds: Dataset) -> Iterator[Row]:
    """Each party of each ceasefire in the columns of the ETH/PRIO data; one row without a party where none is named."""
    kinds = {
        column: crosswalk.codes(ds, vocabulary, f"eth_prio_{listed}", _FOLLOWS)
        for column, vocabulary, listed in (
            ("ceasefire_class", "ceasefire_type", "class"),
            ("partial", "ceasefire_type", "partial"),
            ("written", "form", "written"),
            ("mediator_nego", "mediation", "mediator_nego"),
        )
    }
    purposes = crosswalk.codes(ds, "purpose", "eth_prio")
    for ceasefire in ds.ceasefires:
        common = {
            "cf_id": ceasefire.ceasefire_id,
            "ceasefire_class": kinds["ceasefire_class"].get(ceasefire.ceasefire_type),
            "partial": kinds["partial"].get(ceasefire.ceasefire_type),
            "written": kinds["written"].get(ceasefire.form),
            "mediator_nego": kinds["mediator_nego"].get(ceasefire.mediation),
            **_parts("cf_dec", ceasefire.declared),
            **_parts("cf_effect", ceasefire.effective),
            **_parts("end", ceasefire.ended),
            **_purposes(ceasefire, purposes),
        }
        for party in ceasefire.party_ids or (None,):
            yield {**common, **(_party(ds, ceasefire, party) if party else {"uniq_id": ceasefire.ceasefire_id})}


def _party(ds: Dataset, ceasefire: Ceasefire, actor_id: str) -> Row:
    ids = [one.value for one in ds.identifiers.where(record_id=actor_id, scheme=Scheme.UCDP_ACTOR)]
    return {
        "uniq_id": f"{ceasefire.ceasefire_id}/{actor_id}",
        "actor_name": ds.actors[actor_id].name,
        "ucdp_actor_id": ids[0] if len(ids) == 1 else None,
    }


def _parts(stem: str, date: EDTF | None) -> Row:
    """Year, month and day of a date, as far as all of its days share them."""
    first, last = (date.earliest, date.latest) if date is not None else (None, None)
    given = [UNCLEAR, UNCLEAR, UNCLEAR]
    if first is not None and last is not None:
        for at, (one, other) in enumerate(zip(first.timetuple()[:3], last.timetuple()[:3], strict=True)):
            if one != other:
                break
            given[at] = one
    return dict(zip((f"{stem}_yr", f"{stem}_month", f"{stem}_day"), given, strict=True))


def _purposes(ceasefire: Ceasefire, columns: dict[str, str]) -> Row:
    if ceasefire.purposes == (Purpose.UNSPECIFIED,):
        columns = {Purpose.UNSPECIFIED: columns[Purpose.UNSPECIFIED]} if columns else {}
    return {column: int(purpose in ceasefire.purposes) for purpose, column in columns.items()}
