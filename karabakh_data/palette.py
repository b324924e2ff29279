"""Colours for who speaks: one for each camp, used by every chart and page.

They are the two arms of a diverging scale made for colour-blind readers (brown and teal, of the same weight), violet
for third parties and greys for the rest. None is taken from a flag, and none says good or bad.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from karabakh_data.claims import SIDES, UNATTRIBUTED
from karabakh_data.display import OUTSIDE, told_apart

SEVERAL = "several"
NARRATED = "narrated"

INK = "#1c1e22"
SOFT = "#595f69"
LINE = "#dfdcd5"


@dataclass(frozen=True)
class Voice:
    """Who speaks: the label for people, the colour of marks (on light and on dark), and the pale colour behind text."""

    label: str
    colour: str
    wash: str
    dark: str


VOICES: dict[str, Voice] = {
    SIDES[0]: Voice("Armenian side", "#8c510a", "#ecd6b4", "#dfb46d"),
    SIDES[1]: Voice("Azerbaijani side", "#01665e", "#b5ddd6", "#80cdc1"),
    OUTSIDE: Voice("third parties", "#5e4fa2", "#d8d3ea", "#bdb3ea"),
    UNATTRIBUTED: Voice("unnamed speakers", "#595f69", "#dddfe3", "#a7adb7"),
    SEVERAL: Voice("several of these", "#33383f", "#c9ccd1", "#e9e7e3"),
    NARRATED: Voice("only the article itself", "#a9adb5", "#eceef0", "#6c727b"),
}
"""By camp; identified outsiders are taken together."""


def voice_of(camps: Iterable[str]) -> str:
    """The key in `VOICES` for what these camps say together; without any, the article's own voice."""
    groups = set(told_apart(camps))
    if not groups:
        return NARRATED
    return groups.pop() if len(groups) == 1 else SEVERAL
