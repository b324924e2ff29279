"""The command that writes the data set for other tools: export."""

from __future__ import annotations

from pathlib import Path

import click

from karabakh_data.console import DATA, data_set, fail
from karabakh_data.export import FORMATS, ExportError, export, format_named
from karabakh_data.frames import MissingExtraError


class FormatsListed(click.Command):
    """A command whose help lists the formats, one line each."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Formats"):
            formatter.write_dl([(one.name, one.description) for one in FORMATS.values()])


@click.command("export", cls=FormatsListed)
@click.argument("name", metavar="FORMAT")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="File or folder to write  [default: karabakh-data and the format's ending, here; karabakh-data-FORMAT and the "
    "ending where several formats have the same or none].",
)
@click.option("--base", metavar="IRI", help="Of jsonld: what the IRIs begin with  [default: urn:karabakh-data:].")
@DATA
def export_command(name: str, output: Path | None, base: str | None, data: Path | None) -> None:
    """Write the data set in FORMAT, for the tool that you use.

    A file that is there is replaced; a folder that holds other files is refused.
    """
    try:
        format_named(name)  # before anything is read
        if base is not None and name != "jsonld":
            fail(f"--base is for jsonld; {name} has no IRIs")
        written = export(data_set(data), name, output, **({} if base is None else {"base": base}))
    except (ExportError, MissingExtraError) as error:
        hint = "; `karabakh-data export --help` tells what each is" if name not in FORMATS else ""
        fail(f"{error}{hint}")
    click.echo(f"{written} written", err=True)


COMMANDS: tuple[click.Command, ...] = (export_command,)
"""Every command of this module."""
