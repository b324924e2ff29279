"""What `karabakh_data.commandpage` promises: every command with its usage, help and options, safe as Markdown."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from karabakh_data.cli import main
from karabakh_data.commandpage import command_page


class Listed(click.Command):
    """A command with something below its options."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Formats"):
            formatter.write_dl([("one", "the first")])


@pytest.fixture
def group() -> click.Group:
    @click.group()
    def tool() -> None:
        """Do things."""

    @tool.command(cls=Listed)
    @click.argument("path")
    @click.option("--kind", type=click.Choice(["a", "b"]), help="Of *what* <kind>; old -> new, see --other.")
    def work(path: str, kind: str) -> None:
        """Work on PATH: well.

        Second paragraph
        of two lines.
        \f
        Not for readers.
        """

    @tool.command(hidden=True)
    def secret() -> None:
        """Not told."""

    return tool


def test_a_command_has_usage_help_options_and_what_stands_below(group: click.Group) -> None:
    page = command_page(group)
    assert "- [`work`](#work): Work on PATH\n" in page
    assert "## `work`\n\n```text\nkarabakh-data work [OPTIONS] PATH\n```\n\nWork on PATH: well.\n" in page
    assert "\n\nSecond paragraph of two lines.\n\n" in page
    assert "```text\nFormats:\n  one  the first\n```" in page


def test_markup_in_help_stays_text_and_options_are_code(group: click.Group) -> None:
    row = "| `--kind [a\\|b]` | Of \\*what\\* \\<kind\\>; old -\\> new, see `--other`. |"
    assert row in command_page(group).splitlines()


def test_what_is_not_for_readers_is_left_out(group: click.Group) -> None:
    page = command_page(group)
    assert "secret" not in page
    assert "Not for readers" not in page
    assert "--help" not in page.split("## ", 1)[1]


def test_the_published_page_has_every_command_and_option() -> None:
    page = command_page(main)
    for name, command in main.commands.items():
        (section,) = [part for part in page.split("\n## ") if part.startswith(f"`{name}`\n")]
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(spelling in section for spelling in (*option.opts, *option.secondary_opts)), (name, option)


def test_a_command_is_as_it_was_once_its_page_is_made(group: click.Group) -> None:
    """What it takes for help is kept in the command itself, from the first context that it is shown in."""
    group.context_settings = {"help_option_names": ["-h", "--help"]}
    command_page(group)
    assert CliRunner().invoke(group, ["work", "-h"]).exit_code == 0
