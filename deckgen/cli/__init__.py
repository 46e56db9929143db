"""The ``deckgen`` command: one file a command, imported when it is called."""

from __future__ import annotations

import importlib

import click

from deckgen import __version__

# Each command's line in the help; the module of the same name holds it as ``command``.
COMMANDS = {
    "init": "Write a small project to start from.",
    "outline": "Take the outline of a chapter, or compare it with one in use.",
    "build": "Compile a project into an Anki package.",
    "preview": "Show the deck as readers get it, and each save as it is made.",
    "status": "Say what the next build would change for readers.",
    "check": "Report everything that is wrong with a project.",
    "coverage": "Say which points of the outline no note teaches.",
    "lint": "Find cards that teach badly, as a good editor would.",
    "explain": "Explain a code that a finding carries.",
    "forget": "Drop retired notes, so that they are shipped no more.",
    "stub": "Print notes to fill in for points that no note teaches.",
    "verify": "Say what Anki will do with a new package after an old one.",
}


class _LazyGroup(click.Group):
    """Imports a command's module when that command runs, so that the others cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"deckgen.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="deckgen")
def main() -> None:
    """Anki decks from YAML that a person can read and review."""
