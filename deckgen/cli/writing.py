"""How commands write: a file whole or not at all, and what fails is said in one sentence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

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
    """Write a file whole or not at all; a link stays one, and a file keeps who may read it."""
    target = Path(os.path.realpath(file))
    with says_what_fails(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not file.is_file():  # a pipe or a device: nothing can take its place
            file.write_text(text, encoding="utf-8", newline=line_end)
            return
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            partial.write_text(text, encoding="utf-8", newline=line_end)
            if target.exists():
                shutil.copymode(target, partial)
            partial.replace(target)
        except BaseException as error:
            with suppress(OSError):
                partial.unlink()
            if isinstance(error, OSError):
                error.filename = str(file)
            raise
