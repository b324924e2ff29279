"""The words of generated rows: neutral, in several scripts, and harmless to every check of wording."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from benchmarks.published import published

_OFTEN = ("shelling", "one_sided_fire", "armed_clash")
TYPES = (
    *(row["value"] for row in published("vocabularies") if row["vocabulary"] == "incident_type"),
    *(_OFTEN * 3),
)
"""Types of incidents; frequent ones stand several times."""

_WHAT = ("Fire", "Shots", "Shelling", "Convoy", "Closed road", "Patrol", "Explosion", "Drone", "Evacuation")
_WHERE = (
    *("Ağçay", "Qızılqaya", "Şirinbulaq", "Göydərə", "Çınarlı", "Yeniyol", "Üçtəpə", "the old mill", "Post 14"),
    *("Сосновка", "Речное", "Քարաշեն", "Վարդաձոր", "Բարձրաբերդ", "the Kür bridge", "Ördəkli", "İncəçay", "Սևաքար"),
)
_MONTHS = tuple(datetime.date(2020, month, 1).strftime("%B") for month in range(1, 13))

Random = Callable[[], float]


def name(number: int, kind: str, day: datetime.date, rnd: Random) -> str:
    """A name in our words; its number keeps any two rows from saying the same."""
    chance = rnd()
    if chance < 0.03:
        return f"{kind.replace('_', ' ').capitalize()}, {day.day} {_MONTHS[day.month - 1]} {day.year} ({number})"
    what = _WHAT[int(rnd() * len(_WHAT))]
    if chance < 0.04:
        return f'"{what}" of report {number}'
    return f"{what} near {_WHERE[int(rnd() * len(_WHERE))]} {number}"


_SUBJECTS = (
    *("Rifle fire", "A mortar shell", "A closed road", "A patrol", "Reported fire", "A burnt house", "A drone"),
    *("A search party", "An exchange of shots", "A shepherd's hut", "A supply column", "The village school"),
)
_VERBS = ("was reported", "was seen", "is told of", "was heard", "came up", "is mentioned", "was noted", "is listed")
_PLAIN = (
    *("at dawn", "by one side", "by two witnesses", "for an hour", "without losses", "after noon", "along the line"),
    *("near Ağçay", "bei Weißbach", "у Сосновки", "Քարաշենի մոտ", "am Kür — again", "on the road; no more is said"),
    *("in the report’s words", "from 06:30 to 07:15", "& nothing else", "at 40° north", "🚧 on the road", "🕊️"),
)
_QUOTED = (
    *(", as one article has it", ", then again at night", ', called "a warning" by one side', " (two, perhaps three)"),
    *(', "stop" was shouted', ' and the word "truce" was used', ", later, and once more", ", у моста «Северный»"),
)
_BROKEN = (".\nA second report differs.", ",\nand again the next day", '.\n\n"No comment" was all that was said')


def summary(rnd: Random) -> str:
    """A short summary: about one in seven needs quotation marks in CSV, one in two hundred holds a line break."""
    text = f"{_SUBJECTS[int(rnd() * len(_SUBJECTS))]} {_VERBS[int(rnd() * len(_VERBS))]}"
    chance = rnd()
    if chance < 0.005:
        return text + _BROKEN[int(rnd() * len(_BROKEN))]
    if chance < 0.15:
        return text + _QUOTED[int(rnd() * len(_QUOTED))]
    return f"{text} {_PLAIN[int(rnd() * len(_PLAIN))]}"
