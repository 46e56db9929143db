"""The group of all commands."""

from __future__ import annotations

import importlib
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from deckgen.cli import COMMANDS, STOPPED
from deckgen.cli.documented import write_exit_codes
from deckgen.model.diagnostics import nearest
from deckgen.model.limits import DEFAULTS, misread_limit

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class _LazyGroup(click.Group):
    """Imports a command's module when that command runs, so that the others cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            guess = nearest(cmd_name, COMMANDS)
            if guess and not ctx.resilient_parsing:  # as a shell asks what could follow
                ctx.fail(f"No such command `{cmd_name}`. Did you mean `{guess}`?")
            return None
        command: click.Command = importlib.import_module(f"deckgen.cli.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        if name := misread_limit():
            ctx.fail(f"{name} takes a whole number, such as {name}={DEFAULTS[name]}.")
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            from deckgen.cli.terminal import one_line

            text = one_line(error.format_message())
            if sys.stderr.isatty():
                from deckgen.cli.output import wrapped

                text = wrapped(f"Error: {text}").removeprefix("Error: ")
            raise click.UsageError(text, error.ctx) from None
        except KeyboardInterrupt as stopped:
            from deckgen.cli.output import say

            say("", str(stopped) or STOPPED, err=True)
            ctx.exit(130)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=what) for name, what in COMMANDS.items() if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        write_exit_codes(formatter)


_SETTINGS = {
    "help_option_names": ["-h", "--help"],
    # click alone would wrap help at 50 characters on a terminal that is narrower than that.
    "terminal_width": min(shutil.get_terminal_size().columns, 80) - 2,
}


def _show_versions(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from deckgen.cli.output import say
        from deckgen.cli.versions import versions

        say(*versions())
        context.exit()


@click.group(cls=_LazyGroup, context_settings=_SETTINGS)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_versions,
    help="Show the versions of deckgen and of what it runs on, and exit.",
)
def group() -> None:
    """Anki decks from YAML that a person can read and review."""
