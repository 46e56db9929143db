"""How commands write: a file whole or not at all, and what fails is said in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deckgen.atomic_write import replace_file
from deckgen.cli.output import stop
from deckgen.model.diagnostics import Finding, Span
from deckgen.model.notes import MediaUnreadableError
from deckgen.source.files import unreadable


def cannot_write(error: OSError, file: Path) -> str:
    """Return a sentence on what could not be written: what the error names, or else ``file``."""
    return f"Cannot write {error.filename or file}: {error.strerror or error}."


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


def save(text: str, file: Path, *, line_end: str = "\n") -> None:
    """Write a file whole or not at all; a link stays one, and a file keeps its mode."""
    data = text.replace("\n", line_end).encode()
    with says_what_fails(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not file.is_file():  # a pipe or a device: nothing can take its place
            file.write_bytes(data)
        else:
            replace_file(file, lambda new: new.write(data))
