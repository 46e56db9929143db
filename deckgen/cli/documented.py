"""Commands whose help ends in examples, the exit codes and the address of the documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from deckgen.model.addresses import DOCUMENTS

EXIT_CODES = {
    "0": "Done; there may be warnings.",
    "1": "The sources, or what was asked for, are not in order, or a file cannot be written.",
    "2": "The command line is wrong, or there is no project.",
    "130": "Ctrl-C or SIGTERM ended it.",
}


class Documented(click.Command):
    """A command with ``examples``: command lines, each with what it does."""

    def __init__(self, *arguments: Any, examples: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.examples = examples

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = (each for each in self.get_params(ctx) if isinstance(each, click.Option))
        records = [record for each in options if (record := each.get_help_record(ctx))]
        with formatter.section("Options"):  # on a narrow terminal what an option means stands below it
            formatter.write_dl(records, col_max=min(30, formatter.width // 3))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Examples"):
            for line, what in self.examples.items():
                formatter.write(f"{'':{formatter.current_indent}}$ {line}\n")
                with formatter.indentation():
                    formatter.write_text(what)
        write_exit_codes(formatter)


def write_exit_codes(formatter: click.HelpFormatter) -> None:
    """Write the exit codes, and where the documents are."""
    with formatter.section("Exit codes"):
        formatter.write_dl(list(EXIT_CODES.items()))
    formatter.write_paragraph()
    formatter.write_text(f"Documents: `deckgen help`, {DOCUMENTS}")
