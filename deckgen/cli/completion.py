"""``deckgen completion``: the script by which a shell completes deckgen's words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click
from click.shell_completion import ShellComplete, add_completion_class, get_completion_class

from deckgen.cli.documented import Documented
from deckgen.cli.output import echo

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_PROGRAM = "deckgen"
_VARIABLE = "_DECKGEN_COMPLETE"
_SHELLS = ("bash", "zsh", "fish", "powershell")


class PowerShell(ShellComplete):
    """Completion for PowerShell, which click does not bring."""

    name = "powershell"
    # Where nothing is offered PowerShell itself completes the names of files.
    source_template = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $ast, $cursor)
    $before = $ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor }
    $env:COMP_WORDS = ($before | ForEach-Object { $_.Extent.Text }) -join "`n"
    $env:COMP_WORD = $word
    $env:%(complete_var)s = 'powershell_complete'
    try {
        %(prog_name)s | Where-Object { $_ } | ForEach-Object {
            $value, $about = $_ -split "`t", 2
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
        }
    } finally {
        Remove-Item Env:COMP_WORDS, Env:COMP_WORD, Env:%(complete_var)s -ErrorAction SilentlyContinue
    }
}
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        words = [word.strip("'\"") for word in os.environ.get("COMP_WORDS", "").split("\n")]
        return words[1:], os.environ.get("COMP_WORD", "").strip("'\"")

    def format_completion(self, item: CompletionItem) -> str:
        if item.type != "plain":
            return ""
        return f"{item.value}\t{' '.join((item.help or item.value).split())}"


def add_powershell() -> None:
    """Let PowerShell be among the shells that ask for completions."""
    add_completion_class(PowerShell)


@click.command(
    name="completion",
    cls=Documented,
    examples={
        "deckgen completion bash >> ~/.bashrc": "In bash; the same with `zsh` and ~/.zshrc.",
        "deckgen completion fish | source": "In fish, from its config.fish.",
        "deckgen completion powershell": "Add what it prints to $PROFILE.",
    },
)
@click.argument("shell", type=click.Choice(_SHELLS))
def command(shell: str) -> None:
    """Print the script by which SHELL completes commands, options, chapters, points, kinds, ids and codes."""
    from deckgen.cli.group import group

    add_powershell()
    completes = get_completion_class(shell)
    assert completes  # noqa: S101 - click brings three of them, and this module the fourth
    echo(f"{completes(group, {}, _PROGRAM, _VARIABLE).source()}\n")
