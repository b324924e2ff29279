"""The bars of the timeline: which days a record covers, in which lane, and in which panel of time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from karabakh_data.claims import SIDES, UNATTRIBUTED
from karabakh_data.display import OUTSIDE, by_camp
from karabakh_data.edtf import EDTF
from karabakh_data.models import Ceasefire, Incident, Statement, StatusReport
from karabakh_data.palette import VOICES, voice_of
from karabakh_data.plots.common import names, span

if TYPE_CHECKING:
    from karabakh_data.dataset import Dataset

Day = datetime.date
Window = tuple[Day, Day]

CEASEFIRES = "Ceasefires"
REPORTS = "Reports on ceasefires"
INCIDENTS = "Incidents"

NAMED = (CEASEFIRES, REPORTS, INCIDENTS)
"""The lanes in which every bar has a row and a label of its own."""

QUIET = 45
"""Days without a statement after which a new panel begins."""

LOOSE = 92
"""Days from which on a date is too loose to say where a panel belongs: more than a season."""


@dataclass(frozen=True)
class Bar:
    """One record (or one date of a ceasefire) as it is drawn."""

    lane: str
    voice: str
    label: str
    date: EDTF
    tooltip: Mapping[str, str]

    @property
    def known(self) -> Window:
        """Its first and last day; where one is not known, the other."""
        first, last = self.date.earliest or self.date.latest, self.date.latest or self.date.earliest
        assert first is not None, "an EDTF date has at least one bound"
        assert last is not None
        return first, last

    def within(self, window: Window) -> bool:
        """Whether a day that is known of it lies in the window, or the window between its ends."""
        return self.known[0] <= window[1] and self.known[1] >= window[0]

    @property
    def days(self) -> int | None:
        """The number of days it covers; `None` where a bound is not known."""
        if self.date.earliest is None or self.date.latest is None:
            return None
        return (self.date.latest - self.date.earliest).days + 1


def lane_of(camp: str) -> str:
    """The lane of the statements of a camp."""
    label = VOICES[camp].label
    return f"Statements: {label}"


LANES: tuple[str, ...] = (CEASEFIRES, REPORTS, INCIDENTS, *map(lane_of, (*SIDES, OUTSIDE, UNATTRIBUTED)))
"""Every lane, from top to bottom."""


# --- Records -------------------------------------------------------------------------------------------------------

_DATES = {"declared": "declaration", "effective": "beginning", "ended": "end"}


def of_ceasefires(ds: Dataset, records: Iterable[Ceasefire]) -> Iterator[Bar]:
    """A bar for each date of a ceasefire; dates that mean the same days share one."""
    for record in records:
        by_date: dict[str, list[str]] = {}
        for field in _DATES:
            date = getattr(record, field)
            if date is not None:
                by_date.setdefault(str(date), []).append(field)
        for text, fields in by_date.items():
            date = EDTF.parse(text)
            status = record.last_reported_status.label if record.last_reported_status else "not reported"
            if record.last_reported_as_of:
                status += f", as of {span(record.last_reported_as_of)}"
            yield Bar(
                lane=CEASEFIRES,
                voice="",
                label=f"{record.name}: {_listed([_DATES[field] for field in fields])}",
                date=date,
                tooltip={
                    "What": record.name,
                    "Who": f"parties: {names(ds, record.party_ids) or 'not told'}",
                    "When": f"{_listed([_DATES[field] for field in fields])}: {span(date)}",
                    "Status": f"last reported: {status}",
                    "In our words": record.summary,
                    "Record": record.ceasefire_id,
                },
            )


def of_reports(ds: Dataset, records: Iterable[StatusReport]) -> Iterator[Bar]:
    """A bar for the time that each report of a ceasefire speaks of."""
    for record in records:
        ceasefire = ds.ceasefires[record.ceasefire_id].name
        status = record.ceasefire_status.label
        who = names(ds, record.reported_by_ids) or "the article itself"
        yield Bar(
            lane=REPORTS,
            voice="",
            label=f"{ceasefire}: {status}, says {who}",
            date=record.as_of,
            tooltip={
                "What": f"report on {ceasefire}",
                "Who": who,
                "When": span(record.as_of),
                "Status": f"{status}: {record.ceasefire_status.definition}",
                "In our words": "",
                "Record": record.report_id,
            },
        )


def of_incidents(ds: Dataset, records: Iterable[Incident]) -> Iterator[Bar]:
    """A bar for each incident, in the colour of those who speak of it."""
    for record in records:
        occurrence, blame = record.occurrence_status, record.attribution_status
        affirmed = ", ".join(_camp_name(ds, camp) for camp in record.affirmed_by) or "nobody but the article"
        denied = f"; denied by {', '.join(_camp_name(ds, c) for c in record.denied_by)}" if record.denied_by else ""
        yield Bar(
            lane=INCIDENTS,
            voice=voice_of((*record.affirmed_by, *record.denied_by)),
            label=record.name,
            date=record.date,
            tooltip={
                "What": record.name,
                "Who": f"affirmed by {affirmed}{denied}",
                "When": span(record.date),
                "Status": " ".join(
                    f"{name}: {word.label}. {word.definition}"
                    for name, word in (("occurrence", occurrence), ("blame", blame))
                    if word
                ),
                "In our words": record.summary,
                "Record": record.incident_id,
            },
        )


def of_statements(ds: Dataset, records: Iterable[Statement]) -> Iterator[Bar]:
    """A bar for each statement in the lane of every camp that makes it."""
    for camp, statements in by_camp(ds, records).items():
        for record in statements:
            to = "".join(
                f"; {verb} {names(ds, ids)}"
                for verb, ids in (("accuses", record.accused_ids), ("to", record.addressee_ids))
                if ids
            )
            yield Bar(
                lane=lane_of(camp),
                voice=camp,
                label=f"{_speakers(ds, record)}: {record.speech_act.label}",
                date=record.said,
                tooltip={
                    "What": f"statement: {record.speech_act.label}",
                    "Who": names(ds, record.speaker_ids) + to,
                    "When": span(record.said),
                    "Status": f"towards the incident: {record.stance.label}" if record.stance else "",
                    "In our words": record.summary,
                    "Record": record.statement_id,
                },
            )


def _camp_name(ds: Dataset, camp: str) -> str:
    return VOICES[camp].label if camp in VOICES else ds.actors[camp].name


def _speakers(ds: Dataset, statement: Statement) -> str:
    """Who speaks, in few words."""
    first, *others = statement.speaker_ids
    return f"{ds.actors[first].name} and {len(others)} more" if len(others) > 1 else names(ds, statement.speaker_ids)


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


# --- Panels --------------------------------------------------------------------------------------------------------


def windows(bars: Sequence[Bar]) -> list[Window]:
    """The panels of time, each with its own scale: where somebody speaks, parted where nobody does for `QUIET` days.

    What lies before or after all of them extends the first or the last; what lies between has panels of its own. So
    every bar lies in at least one.
    """
    spoken = [bar.known for bar in bars if bar.lane not in NAMED and bar.days is not None and bar.days <= LOOSE]
    parts = _joined(spoken or [bar.known for bar in bars])
    if parts:
        parts[0] = (min(parts[0][0], *(bar.known[0] for bar in bars)), parts[0][1])
        after = [bar.known for bar in bars if bar.known[0] > parts[-1][1]]
        parts[-1] = (parts[-1][0], max(parts[-1][1], *(last for _, last in after)) if after else parts[-1][1])
    between = [bar.known for bar in bars if not any(bar.within(part) for part in parts)]
    return sorted([*parts, *_joined(between)])


def _joined(spans: Iterable[Window]) -> list[Window]:
    """The spans without the gaps of up to `QUIET` days between them."""
    parts: list[Window] = []
    for first, last in sorted(spans):
        if parts and (first - parts[-1][1]).days <= QUIET:
            parts[-1] = (parts[-1][0], max(parts[-1][1], last))
        else:
            parts.append((first, last))
    return parts


def stacked(intervals: Sequence[tuple[float, float]]) -> list[int]:
    """The row of each interval when none overlaps another in its row, filled from the top."""
    order = sorted(range(len(intervals)), key=lambda i: (intervals[i][0], -intervals[i][1], i))
    free: list[float] = []
    rows = [0] * len(intervals)
    for i in order:
        start, end = intervals[i]
        row = next((r for r, taken in enumerate(free) if taken <= start), len(free))
        if row == len(free):
            free.append(end)
        free[row] = end
        rows[i] = row
    return rows
