"""Reads a file of the project: its bytes, or the finding that says why it cannot be read."""

import errno
import os
import re
import shlex
import stat
from pathlib import Path

from deckgen.model.diagnostics import Code, Finding, Severity, Span

FILE_UNREADABLE = Code(
    "file-unreadable",
    Severity.ERROR,
    "A file or folder cannot be read",
    "It may be a link to nowhere, closed to you, deleted while deckgen was reading, or have a name that is "
    "not UTF-8. A build without it would retire its notes.",
)
CODES = (FILE_UNREADABLE,)

_OF_A_PROJECT = re.compile(r"`deckgen (?!explain|init|outline|verify)\w+[^`]*")


def read_file(root: Path, path: str, place: Span | None = None) -> tuple[bytes | None, list[Finding]]:
    """Read ``path`` below ``root``; if that fails, return None and a finding at ``place`` or the file."""
    try:
        return _bytes_of(root / path), []
    except OSError as error:
        return None, [unreadable("The file", place or Span(path), error)]


def unreadable(what: str, span: Span, error: OSError) -> Finding:
    """Return the finding that ``what`` (``The file``) cannot be read, and why."""
    hint = "Fix its permissions or the link, or remove it from the project."
    return FILE_UNREADABLE.at(span, f"{what} cannot be read: {error.strerror or error}.", hint)


def relative_path(path: Path) -> str:
    """Return a path as one would type it here; the whole of it where that is on another Windows drive."""
    try:
        return os.path.relpath(path)
    except ValueError:
        return str(path)


def hint_here(hint: str, root: Path) -> str:
    """Return a hint whose commands work in the current folder, wherever the project at ``root`` lies."""
    folder = relative_path(root)
    if folder == os.curdir:
        return hint
    folder = shlex.quote(folder)
    hint = hint.replace("`git ", f"`git -C {folder} ")
    return _OF_A_PROJECT.sub(lambda command: f"{command[0]} --project {folder}", hint)


def is_file(path: Path) -> bool:
    """Tell whether ``path`` is a file; False for a name that no file can have, or in a closed folder."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises for these


def shown_path(path: str) -> str:
    """Return a path that can be printed: bytes that are not UTF-8 as hexadecimal escapes."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _bytes_of(file: Path) -> bytes:
    if not stat.S_ISREG(file.stat().st_mode):  # reading a pipe or a device might never end
        raise OSError(errno.EINVAL, "it is not a regular file")
    return file.read_bytes()
