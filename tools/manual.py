"""Write ``docs/deckgen.1``, the page that ``man deckgen`` shows, from the commands.

``make docs`` runs this; a test fails where the page is not what the code says.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from deckgen.cli import COMMANDS
from deckgen.cli.documented import EXIT_CODES, Documented
from deckgen.cli.group import group
from deckgen.model.addresses import DOCUMENTS

PAGE = Path(__file__).parent.parent / "docs/deckgen.1"


def manual() -> str:
    """Return the page in the language of man."""
    return "\n".join(_lines()) + "\n"


def commands() -> dict[str, click.Command]:
    """Return every command by its words, such as ``new notetype``, in the order of the help."""
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = importlib.import_module(f"deckgen.cli.{name}").command
        inner = command.commands if isinstance(command, click.Group) else None
        found |= {f"{name} {word}": each for word, each in inner.items()} if inner else {name: command}
    return found


def _lines() -> Iterator[str]:
    yield '.\\" Written by `make docs`.'
    yield ".TH DECKGEN 1"
    yield from (".SH NAME", f"deckgen \\- {_text((group.help or '').rstrip('.'))}")
    yield from (".SH SYNOPSIS", ".B deckgen", "COMMAND [OPTIONS] [ARGUMENTS]", ".SH COMMANDS")
    for name, command in commands().items():
        yield from _command(name, command)
    yield ".SH EXIT STATUS"
    for code, what in EXIT_CODES.items():
        yield from (".TP", f".B {code}", _text(what))
    yield from (".SH DOCUMENTS", _text(f"`deckgen help`, {DOCUMENTS}"))


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    yield f".SS {_text(' '.join([name, *command.collect_usage_pieces(context)]))}"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        yield from (".PP", _text(" ".join(paragraph.split())))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context)):
            yield from (".TP", f".B {_text(record[0])}", _text(" ".join(record[1].split())))
    for line, what in command.examples.items() if isinstance(command, Documented) else ():
        yield from (".PP", f"Example: {_text(what)}", ".RS", ".EX", _text(f"$ {line}"), ".EE", ".RE")


def _text(text: str) -> str:
    """Escape what man would take for its own: backslashes, hyphens, and a dot or quote that starts a line."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text[:1] in (".", "'") else text


if __name__ == "__main__":
    PAGE.write_text(manual(), encoding="utf-8")
