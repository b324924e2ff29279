"""The work on one part, in whatever process: screened by Polars, or row by row."""

from __future__ import annotations

import errno
import platform
from typing import Any

from karabakh_data.validation.large import formats
from karabakh_data.validation.large.alone import Alone
from karabakh_data.validation.large.parts import Outcome, Part, Place
from karabakh_data.validation.large.setting import Setting, unpacked


def judge_packed(part: Part, setting: bytes) -> Outcome:
    """Judge a part in another process, maybe on another machine, to which the setting goes with it.

    Raises:
        WorkerError: This process is of another version.
        OSError: The file is not here, or is another one.
    """
    known = unpacked(setting)
    try:
        size = part.file.path.stat().st_size
        if size != part.file.size:
            raise OSError(errno.EIO, f"{size:,} bytes in place of {part.file.size:,}")
        return judge_part(part, known)
    except OSError as error:
        told = f"{error.strerror or error} on {platform.node()}; every worker must see the same file at the same path"
        raise OSError(error.errno or errno.EIO, told, str(part.file.path)) from None


def judge_part(part: Part, setting: Setting) -> Outcome:
    """Judge the rows of a part by themselves, and note what is to be compared."""
    outcome = Outcome(part.number, part.end)
    alone = Alone(setting, part.file.table, outcome)
    with formats.opened(part, outcome.findings) as reader:
        frames = reader.framed() if setting.framed else None
        if frames is None:
            for row, offset, line in reader.rows():
                outcome.rows += 1
                alone.take(row, Place.of(part.number, offset, line, row.row))
            outcome.numbered, outcome.end, outcome.lines = reader.numbered, reader.end, reader.lines_read
        else:
            _screened(part, setting, reader, frames, alone, outcome)
        outcome.is_last = reader.is_over
        outcome.is_empty = reader.is_empty and not outcome.rows
    alone.finish()
    return outcome


def _screened(part: Part, setting: Setting, reader: Any, frames: Any, alone: Alone, outcome: Outcome) -> None:
    from karabakh_data.validation.large.framefacts import add_facts
    from karabakh_data.validation.large.structure import LINE, OFFSET, ROW

    for framed in frames:
        screen = _screen(setting, part.file.table, tuple(framed.frame.columns))
        screened = screen.screened(framed.frame)
        suspect = screened.suspect | reader.to_be_read(framed.frame)
        places = list(zip(*(framed.frame[name].filter(suspect) for name in (OFFSET, LINE, ROW)), strict=True))
        outcome.rows += framed.frame.height - len(places)
        for offset, line, number in sorted([*places, *framed.others]):
            row = reader.at(offset, line, number)
            if row is not None:
                outcome.rows += 1
                alone.take(row, Place.of(part.number, offset, line, number))
        reader.finish()
        add_facts(screen, framed.frame, ~suspect, screened.unknown, part.number, outcome)
        outcome.numbered = framed.numbered
        outcome.end, outcome.lines = max((framed.end, framed.lines), (reader.end, reader.lines_read))


def _screen(setting: Setting, table: str, columns: tuple[str, ...]) -> Any:
    """The screen of a table in this setting; what it has learnt of one part serves the next."""
    key = table, columns
    screens = setting.screens
    with setting.lock:
        if key not in screens:
            from karabakh_data.validation.large.screen import Screen

            screens[key] = Screen(setting, table, columns)
        return screens[key]
