"""How ``check`` and ``lint`` report: all findings in one document, on stdout or in a file."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import click

from deckgen.build.project_reader import Sources, input_files
from deckgen.cli.named_path import NamedPath
from deckgen.cli.one_of import OneOf
from deckgen.cli.output import echo, findings_text
from deckgen.cli.terminal import visible
from deckgen.cli.writing import refuse_sources, save
from deckgen.model.diagnostics import Finding
from deckgen.model.values import Struct
from deckgen.source.files import finding_to_json

_FORMATS = ("text", "json", "github", "sarif", "junit")


class Reporter(Struct, frozen=True):
    """Writes findings in a format to ``output`` or stdout; if ``quiet``, without their counts."""

    format: str
    output: Path | None
    quiet: bool

    @property
    def is_text(self) -> bool:
        """Whether the format is for people."""
        return self.format == "text"

    def spare_sources(self, sources: Sources, asked: Collection[str] = ()) -> None:
        """Refuse to write the report over a file of the project; ``asked`` are its media."""
        refuse_sources(sources, input_files(sources, sources.root, asked), self.output, "--output")

    def write(self, findings: Sequence[Finding], root: Path, summary: Sequence[str]) -> None:
        """Write the findings; ``summary`` are the lines that end them in the format for people."""
        if self.is_text:
            colour = self.output is None and sys.stdout.isatty()
            lines = [] if self.quiet else [f"{line}\n" for line in summary]
            text = "".join((findings_text(findings, root, colour=colour), *lines))
        else:
            text = _document(self.format, findings, root)
        if self.output is None:
            echo(text if self.is_text else visible(text), painted=self.is_text)
        else:
            save(text, self.output, root)


def report_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--format``, ``--output`` and ``--quiet``; it gets them as one ``reporter``."""

    @click.option(
        "--format",
        "format_",
        type=OneOf(_FORMATS),
        default="text",
        metavar="FORMAT",
        help=f"The format: {', '.join(_FORMATS)}.",
    )
    @click.option("-o", "--output", type=NamedPath(dir_okay=False), help="The file to write to.")
    @click.option("-q", "--quiet", is_flag=True, help="Print only findings, and nothing if there are none.")
    @functools.wraps(command)
    def wrapped(*arguments: Any, format_: str, output: Path | None, quiet: bool, **options: Any) -> None:
        command(*arguments, reporter=Reporter(format_, output, quiet), **options)

    return wrapped


def _document(format_: str, findings: Sequence[Finding], root: Path) -> str:
    if format_ == "github":
        from deckgen.cli.github import to_command

        return "".join(f"{to_command(finding, root)}\n" for finding in findings)
    if format_ == "junit":
        from deckgen.cli.junit import to_junit

        return to_junit(findings, root)
    if format_ == "sarif":
        from deckgen.cli.sarif import to_sarif

        document: object = to_sarif(findings, root)
    else:
        document = [finding_to_json(finding, root) for finding in findings]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
