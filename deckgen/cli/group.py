"""The group of all commands."""

from __future__ import annotations

import importlib
import shutil

import click

from deckgen import __version__
from deckgen.cli import COMMANDS
from deckgen.model.diagnostics import nearest


class _LazyGroup(click.Group):
    """Imports a command's module when that command runs, so that the others cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            if guess := nearest(cmd_name, COMMANDS):
                ctx.fail(f"No such command `{cmd_name}`. Did you mean `{guess}`?")
            return None
        command: click.Command = importlib.import_module(f"deckgen.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


_SETTINGS = {
    "help_option_names": ["-h", "--help"],
    # click alone would wrap help at 50 characters on a terminal that is narrower than that.
    "terminal_width": min(shutil.get_terminal_size().columns, 80) - 2,
}


@click.group(cls=_LazyGroup, context_settings=_SETTINGS)
@click.version_option(__version__, "-V", "--version", prog_name="deckgen")
def group() -> None:
    """Anki decks from YAML that a person can read and review."""
