"""What the commands share: options, messages, the width of the terminal."""

from __future__ import annotations

import io
import json
import shutil
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from karabakh_data.dataset import DATA as PUBLISHED
from karabakh_data.dataset import Dataset, load
from karabakh_data.evidence import DocumentError, documents_folder
from karabakh_data.export import ExportError, check_whole
from karabakh_data.tables import MODELS
from karabakh_data.validation.reports.printable import visible

if TYPE_CHECKING:
    from karabakh_data.validation.large.effort import Progress

FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the output.",
)
DOCUMENTS = click.option(
    "--documents",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the articles [default: $KARABAKH_DATA_DOCUMENTS].",
)
DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Another folder of published tables [default: the ones installed].",
)
ROOT = click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path("."),
    help="The checkout [default: the current folder].",
)


def fail(message: str, code: int = 2) -> NoReturn:
    """Print a message on stderr and leave."""
    lines = message.split("\n")  # it may repeat the name of a file, whoever chose that
    click.echo("\n".join(map(visible, [f"karabakh-data: {lines[0]}", *lines[1:]])), err=True)
    sys.exit(code)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody reads the stream as it is written; there is none where it was closed."""
    return stream is not None and stream.isatty()


def width(unwrapped: int = 100) -> int:
    """Columns of the terminal, at most 120; `unwrapped` where the output goes to a program."""
    return min(120, shutil.get_terminal_size().columns) if is_terminal(sys.stdout) else unwrapped


class Bar:
    """Shows on a terminal how far a validation has come, once it takes longer than a second; gone when it ends."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Bar:
        return self

    def __call__(self, progress: Progress) -> None:
        took = time.monotonic() - self._began
        if took < 1 or not is_terminal(sys.stderr):
            return
        if self._bar is None:
            self._bar = click.progressbar(
                length=progress.total or None,
                label="judging",
                file=sys.stderr,
                width=24,
            )
        rate = progress.rows / took
        self._bar.item_show_func = lambda rows: f"{rows:,} rows, {rate:,.0f} a second" if rows else None
        self._bar.update(max(0, progress.bytes - self._bar.pos), progress.rows)

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            click.echo("\r\x1b[2K\x1b[?25h", nl=False, err=True)


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_pieces(pieces: Iterable[str], *, is_text: bool) -> None:
    """Print what comes in pieces.

    Args:
        pieces: The parts of what is printed, without the last line end.
        is_text: Whether people read it, in whatever characters their terminal has; programs read UTF-8.
    """
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=None if is_text else "utf-8", errors="backslashreplace" if is_text else None)
    stream.writelines(pieces)
    stream.write("\n")
    stream.flush()


def found_folder(given: Path | None) -> Path | None:
    """The folder of the documents, or a plain message."""
    try:
        return documents_folder(given)
    except DocumentError as error:
        fail(str(error))


def is_checkout(root: Path) -> bool:
    """Whether a folder is a checkout, in which the tables can be built."""
    return (root / "seeds" / "sources.yaml").is_file()


def data_set(folder: Path | None) -> Dataset:
    """The published data set, or a plain message; another folder is not trusted and read at once."""
    try:
        ds = load(folder)
        for name in MODELS if folder else ():
            ds.table(name)
        return ds
    except FileNotFoundError as error:
        built = (folder or PUBLISHED).resolve()
        stands_in_checkout = built.parts[-2:] == PUBLISHED.parts[-2:] and is_checkout(built.parents[1])
        fail(f"{error}; run `karabakh-data build --documents DIR` first" if stands_in_checkout else str(error))
    except (OSError, ValueError) as error:
        fail(f"{folder}: {error}")


def sound_data_set(folder: Path | None) -> Dataset:
    """The data set, with a plain message where that of another folder does not hold together."""
    ds = data_set(folder)
    try:
        if folder:
            check_whole(ds)
    except ExportError as error:
        fail(f"{folder}: {error}")
    return ds
