"""The command for a release: changes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from karabakh_data.console import DATA, FORMAT, fail, print_json
from karabakh_data.dataset import DATA as PUBLISHED
from karabakh_data.tables import TableError


@click.command()
@click.option(
    "--since",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder with the tables of an earlier release [default: none, all rows are added].",
)
@DATA
@FORMAT
def changes(since: Path | None, data: Path | None, form: str) -> None:
    """Count the rows added, corrected and retired since an earlier release, as lines for the changelog.

    A row is corrected if a cell differs that is not derived.
    """
    from karabakh_data.changes import changes as compare
    from karabakh_data.changes import to_changelog

    try:
        found = compare(data or PUBLISHED, since)
    except TableError as error:
        fail(str(error))
    if form == "json":
        print_json([asdict(change) for change in found])
    else:
        click.echo(to_changelog(found) or "no row was added, corrected or retired")


RELEASE_COMMANDS = (changes,)
