"""What commands share: the project they are for, and how they print findings, paths and counts."""

from __future__ import annotations

import functools
import gc
import json
import os
import re
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from deckgen.cli.named_path import NamedPath
from deckgen.cli.one_of import OneOf
from deckgen.cli.terminal import one_line, visible
from deckgen.model.addresses import install_command
from deckgen.model.diagnostics import Finding, Severity
from deckgen.model.limits import allowing_outside
from deckgen.source.files import hint_here, relative_path
from deckgen.source.project import SETTINGS_FILE, find_root

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


_project_option = click.option(
    "-p",
    "--project",
    type=NamedPath(),
    help="The project's folder, or one below it.  [default: here]",
)
format_option = click.option(
    "--format", "format_", type=OneOf(["text", "json"]), default="text", help="The output format."
)
strict_option = click.option("--strict", is_flag=True, help="Treat warnings as errors.")


def _allow(context: click.Context, _parameter: click.Parameter, folders: tuple[str, ...]) -> None:
    """Let links of the project lead into these folders until the command ends."""
    if folders:
        context.with_resource(allowing_outside(folders))


_allow_outside_option = click.option(
    "--allow-outside",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, resolve_path=True),
    expose_value=False,
    callback=_allow,
    help="Follow links of the project into this folder outside of it; can be repeated.",
)


def project_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--project``, here by default."""

    @_project_option
    @_allow_outside_option
    @functools.wraps(command)
    def wrapped(*arguments: Any, project: Path | None, **options: Any) -> None:
        command(*arguments, project=project or Path(), **options)

    return wrapped


def project_argument(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--project``, which can be written without its name."""

    @click.argument("positional", metavar="[PROJECT]", required=False, type=NamedPath())
    @_project_option
    @_allow_outside_option
    @functools.wraps(command)
    def wrapped(*arguments: Any, positional: Path | None, project: Path | None, **options: Any) -> None:
        if positional and project:
            raise click.UsageError(f"The project is named twice: `{positional}` and `--project {project}`.")
        command(*arguments, project=project or positional or Path(), **options)

    return wrapped


def root_of(project: Path) -> Path:
    """Return the root of the project that ``project`` lies in; end with exit code 2 if there is none."""
    given = click.get_current_context().params
    name = "PROJECT" if given.get("positional") else "--project"
    try:
        project.stat()
    except FileNotFoundError:
        raise click.BadParameter(f"`{project}` does not exist.", param_hint=name) from None
    except OSError as error:
        message = f"`{project}` cannot be read: {error.strerror or error}."
        raise click.BadParameter(message, param_hint=name) from None
    root = find_root(project if project.is_dir() else project.parent)
    if root is None and project == Path():
        raise click.UsageError(
            f"There is no {SETTINGS_FILE} here or in a folder above. `--project DIR` names a project "
            "elsewhere; `deckgen init` writes a new one."
        )
    if root is None:
        message = f"There is no {SETTINGS_FILE} in `{project}` or in a folder above it."
        raise click.BadParameter(message, param_hint=name)
    return root


def display_path(root: Path, path: str) -> str:
    """Return a path of the project as one would type it here.

    ``./`` comes before what would be an option to a command, or a command to the runner of a GitHub workflow.
    """
    relative = relative_path(root / path)
    return f"./{relative}" if relative.startswith(("-", "::")) else relative


def echo(text: str, *, painted: bool = False) -> None:
    """Print a document on stdout: to a file as it is, to a terminal made ``visible`` unless ``painted``."""
    click.echo(visible(text) if sys.stdout.isatty() and not painted else text, nl=False)


def paint(text: str, *, stream_is_terminal: bool, **style: object) -> str:
    """Return words on one line, in colour if they go to a terminal and NO_COLOR is not set."""
    text = one_line(text)
    if not stream_is_terminal or os.environ.get("NO_COLOR"):
        return text
    return click.style(text, **style)  # type: ignore[arg-type]


def severity_colour(severity: Severity) -> str:
    """Return the colour that a severity has on a terminal."""
    return _COLOURS[severity]


def print_findings(findings: Sequence[Finding], root: Path) -> None:
    """Print findings to stderr, coloured on a terminal."""
    text = findings_and_counts(findings, root, colour=sys.stderr.isatty())
    click.echo(text, err=True, nl=False)


def findings_and_counts(findings: Sequence[Finding], root: Path, *, colour: bool) -> str:
    """Return findings as text, then how many there are; nothing where there are none."""
    return findings_text(findings, root, colour=colour) + (f"{counts_line(findings)}\n" if findings else "")


def findings_text(findings: Sequence[Finding], root: Path, *, colour: bool) -> str:
    """Return findings as ``file:line:col: severity code message``, with the hint below."""
    lines = []
    for finding in findings:
        span = finding.span
        place = f"{one_line(display_path(root, span.path))}:{span.line}:{span.column}:"
        head = f"{place} {finding.severity} {finding.code.name} {one_line(finding.message)}"
        hint = one_line(hint_here(finding.hint, root))
        if colour:  # a terminal, which may be narrow
            words = re.split(r"(\s+)", wrapped(head))  # every other is a space
            first = 2 * len(place.split())
            colours: dict[str, object] = {"fg": _COLOURS[finding.severity]}
            words[first] = paint(words[first], stream_is_terminal=True, bold=True, **colours)
            words[first + 2] = paint(words[first + 2], stream_is_terminal=True, bold=True)
            head, hint = "".join(words), wrapped(f"    {hint}").lstrip()
        lines += [head, f"    {hint}"]
    return "".join(f"{line}\n" for line in lines)


def wrapped(text: str) -> str:
    """Return lines wrapped at words where the terminal is narrower; what follows is indented."""
    width = shutil.get_terminal_size().columns
    fill = textwrap.TextWrapper(
        width, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    ).fill
    return "\n".join(fill(line) if len(line) > width else line for line in text.split("\n"))


def say(*lines: str, err: bool = False, painted: bool = False) -> None:
    """Print lines for people, each on one line whatever it names; on a terminal wrapped at words.

    Those that are ``painted`` have colours, and what they name is known to be on one line.
    """
    stream = sys.stderr if err else sys.stdout
    for line in lines:
        shown = line if painted else one_line(line)
        click.echo(wrapped(shown) if stream.isatty() else shown, err=err)


def counts_line(findings: Iterable[Finding]) -> str:
    """Return the findings by severity: ``2 errors, 1 warning, 3 infos``."""
    counts = Counter(finding.severity for finding in findings)
    parts = [plural(counts[severity], str(severity)) for severity in sorted(counts, reverse=True)]
    return ", ".join(parts) or "No findings"


def plural(count: int, word: str) -> str:
    """Return a count with its noun: ``1 note``, ``1,200 notes``."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def print_json(value: object) -> None:
    """Print a value as JSON on stdout."""
    click.echo(visible(json.dumps(value, indent=2, ensure_ascii=False)))


def makes_fail(severity: Severity, *, strict: bool) -> bool:
    """Tell whether what is found makes a command fail: an error does, with ``strict`` a warning too."""
    return severity >= (Severity.WARNING if strict else Severity.ERROR)


def fails(findings: Iterable[Finding], *, strict: bool) -> bool:
    """Tell whether one of the findings makes a command fail."""
    return any(makes_fail(finding.severity, strict=strict) for finding in findings)


def stop(message: str) -> NoReturn:
    """End with exit code 1 and a line on stderr."""
    say(message, err=True)
    sys.exit(1)


@contextmanager
def needs_extra(extra: str, what: str) -> Iterator[None]:
    """Say how to install the libraries of an extra where one that ``what`` needs is missing; exit code 1."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("deckgen"):
            raise
        stop(f"{what} needs `{error.name}`. Install it with: {install_command(extra)}")


@contextmanager
def reads_package(path: Path, name: str) -> Iterator[None]:
    """End with exit code 2 where the file at ``path``, the argument ``name``, is no package."""
    from deckgen.verify.package_reader import PackageError

    try:
        yield
    except PackageError as error:
        raise click.BadParameter(f"`{path}` cannot be read. {error}", param_hint=name) from None
    except OSError as error:
        message = f"`{path}` cannot be read: {error.strerror or error}."
        raise click.BadParameter(message, param_hint=name) from None


@contextmanager
def runs_until_ctrl_c() -> Iterator[None]:
    """Take Ctrl-C as the normal end of a command that runs until then: exit code 0."""
    gc.enable()  # it may run for days
    try:
        yield
    except KeyboardInterrupt:
        say("", err=True)  # off the line that shows ^C
