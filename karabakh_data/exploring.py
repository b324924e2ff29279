"""The command for those who would rather look: explore."""

from __future__ import annotations

from pathlib import Path

import click

from karabakh_data.console import DATA, DOCUMENTS, fail, found_folder, sound_data_set


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write [default: karabakh-data-explorer.html].",
)
@DOCUMENTS
@DATA
def explore(output: Path | None, documents: Path | None, data: Path | None) -> None:
    """Write the data set as one page to look at: a timeline, a network, a table, and every record with its citations.

    The page needs no network. With --documents it shows the cited passages in your own copies of the articles; such a
    page is for your own use, as the articles belong to their publishers.
    """
    from karabakh_data.explorer import passages, write

    folder = found_folder(documents)
    ds = sound_data_set(data)
    try:
        articles = passages.read(ds, folder) if folder else None
        written = write(ds, output, articles)
    except (ValueError, IsADirectoryError, FileNotFoundError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or output or 'the page'}: cannot be written ({error.strerror})")
    for missing in articles.missing if articles else ():
        click.echo(f"not shown: {missing}", err=True)
    note = "; it carries the articles' text and is for your own use" if folder else ""
    click.echo(f"{written} written: open it in a browser{note}", err=True)


COMMANDS: tuple[click.Command, ...] = (explore,)
"""Every command of this module."""
