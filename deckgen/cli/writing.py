"""How commands write: a file whole or not at all, and what fails is said in one sentence."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from deckgen.atomic_write import replace_file
from deckgen.build.project_reader import Sources
from deckgen.cli.output import stop
from deckgen.model.diagnostics import Finding, Span
from deckgen.model.limits import refuse_link
from deckgen.model.notes import MediaUnreadableError
from deckgen.source.files import unreadable
from deckgen.source.project import MEDIA_FOLDER

_IN_USE = (5, 32)  # Windows' words for it: access denied, sharing violation


def cannot_write(error: OSError, file: Path) -> str:
    """Return a sentence on what could not be written: what the error names, or else ``file``."""
    # On Windows a file that a program has open can be neither replaced nor deleted.
    in_use = " Close the program that has it open." if getattr(error, "winerror", 0) in _IN_USE else ""
    return f"Cannot write {error.filename or file}: {error.strerror or error}.{in_use}"


def state_of(file: Path) -> tuple[int, int] | None:
    """Return what tells a file from the one that takes its place; None if there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def what_is_kept(earlier: Mapping[Path, tuple[int, int] | None]) -> str:
    """Return which files a build that was stopped has written; ``earlier`` is their state before it wrote."""
    written = [str(file) for file, state in earlier.items() if state_of(file) != state]
    if not written:
        return "Stopped. Nothing was written: the package and the lock are as they were."
    if len(written) < len(earlier):
        return f"Stopped. {written[0]} was written, the other not yet: run the same command again."
    return f"Stopped. {' and '.join(written)} were written before."


def unreadable_media(error: MediaUnreadableError) -> Finding:
    """Return the finding on a picture or recording that vanished before it was written elsewhere."""
    return unreadable("The file", Span(str(error.filename)), error)


@contextmanager
def says_what_fails(file: Path) -> Iterator[None]:
    """End with exit code 1 and a sentence where something, ``file`` unless named, cannot be written."""
    try:
        yield
    except OSError as error:
        stop(cannot_write(error, file))


def save(text: str | bytes, file: Path, root: Path | None, *, line_end: str = "\n") -> None:
    """Write a file whole or not at all; a link stays one, and a file keeps its mode.

    A link of the project at ``root`` that leads out of it is refused, whoever named it.
    """
    data = text if isinstance(text, bytes) else text.replace("\n", line_end).encode()
    with says_what_fails(file):
        if root:
            refuse_link(root, file)
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not file.is_file():  # a pipe or a device: nothing can take its place
            file.write_bytes(data)
        else:
            replace_file(file, lambda new: new.write(data))


def refuse_sources(sources: Sources, inputs: Collection[str], output: Path | None, option: str) -> None:
    """Refuse to write over a file that the project is made of, by whatever name or link: exit code 2."""
    files = sources.files
    media = (folder for folder in files.folders if folder.partition("/")[0] == MEDIA_FOLDER)
    kept = (os.path.join(files.root, folder, name) for folder in media for name in files.folders[folder])  # noqa: PTH118
    if output and any(_is_same(output, source) for source in (*inputs, *kept)):
        message = f"`{output}` is a file of the project. Name another."
        raise click.BadParameter(message, param_hint=option)


def _is_same(one: Path, other: str) -> bool:
    try:
        return os.path.samefile(one, other)  # noqa: PTH121 - of strings, by the thousand
    except (OSError, ValueError):  # one is not there, or could not be
        return os.path.realpath(one) == os.path.abspath(other)  # noqa: PTH100
