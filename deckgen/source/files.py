"""Reading a file of the project: its bytes, or the finding that says why there are none."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from deckgen.model.diagnostics import Code, Finding, Severity, Span

FILE_UNREADABLE = Code(
    "file-unreadable",
    Severity.ERROR,
    "A file or folder cannot be read",
    "It may be a link to nowhere, closed to you, or named in letters that another machine has not. A build "
    "without it would retire its notes.",
)
CODES = (FILE_UNREADABLE,)


def read_file(root: Path, path: str, place: Span | None = None) -> tuple[bytes | None, list[Finding]]:
    """Read ``path`` below ``root``; None and a finding, at ``place`` or the file itself, where that fails."""
    try:
        return _bytes_of(root / path), []
    except OSError as error:
        return None, [unreadable("The file", place or Span(path), error)]


def unreadable(what: str, span: Span, error: OSError) -> Finding:
    """Report that something cannot be read, and why."""
    hint = "Mend its permissions or the link, or take it out of the project."
    return FILE_UNREADABLE.at(span, f"{what} cannot be read: {error.strerror or error}.", hint)


def relative_path(path: Path) -> str:
    """Return a path as one would type it here; the whole of it where that is on another Windows drive."""
    try:
        return os.path.relpath(path)
    except ValueError:
        return str(path)


def is_file(path: Path) -> bool:
    """Tell whether a file is there: not where it cannot be told, nor where no file could have the name."""
    return os.path.isfile(path)  # noqa: PTH113 - pathlib's own fails then


def shown_path(path: str) -> str:
    """Return a path as it can be written anywhere: bytes in it that are not UTF-8 by their numbers."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _bytes_of(file: Path) -> bytes:
    if not stat.S_ISREG(file.stat().st_mode):  # a pipe would never end, nor would a device
        raise OSError(errno.EINVAL, "it is no regular file")
    return file.read_bytes()
