"""What the commands share: options, messages, the width of the terminal."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from karabakh_data.evidence import DocumentError, documents_folder
from karabakh_data.validation.reports.printable import visible

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


def width(unwrapped: int = 100) -> int:
    """Columns of the terminal, at most 120; `unwrapped` where the output goes to a program."""
    return min(120, shutil.get_terminal_size().columns) if sys.stdout.isatty() else unwrapped


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
