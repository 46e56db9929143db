"""Reads a file of the project: its bytes, or the finding that says why it cannot be read.

A project may come from anyone. So a link that leads out of it is not followed, a pipe or a device is not
read, and a file has a size beyond which it is none of a deck's (``deckgen.model.limits``).
"""

import errno
import os
import re
import shlex
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.limits import FILE_MB, MOST_LEVELS, lies_outside, most

FILE_UNREADABLE = Code(
    "file-unreadable",
    Severity.ERROR,
    "A file or folder cannot be read",
    "It may be a link to nowhere, closed to you, deleted while deckgen was reading, or have a name that is "
    "not UTF-8. A build without it would retire its notes.",
)
FILE_OUTSIDE = Code(
    "file-outside",
    Severity.ERROR,
    "A file or folder lies outside the project",
    "What is read of a project is shipped in its package, and a project may come from someone else: a link "
    "out of it would put a private file into the deck. Where the link is your own, `--allow-outside DIR`, or "
    "`DECKGEN_ALLOW_OUTSIDE` in the environment, names the folder that links may lead into.",
)
FILE_TOO_LARGE = Code(
    "file-too-large",
    Severity.ERROR,
    "A file is larger than any deck's",
    "Reading it could take all memory of this machine. A text may have 64 MB, a picture or recording 1,000 "
    "MB; `DECKGEN_MAX_FILE_MB` and `DECKGEN_MAX_MEDIA_MB` in the environment set other limits.",
)
CODES = (FILE_UNREADABLE, FILE_OUTSIDE, FILE_TOO_LARGE)

_MB = 1_000_000
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # also a pipe that nobody writes to

COPY_OR_ALLOW = "Copy it into the project, or name the folder that it lies in with `--allow-outside DIR`."
_OF_A_PROJECT = r"`deckgen (?!explain|init|outline|verify)\w+[^`]*"


def read_file(root: Path, path: str, place: Span | None = None) -> tuple[bytes | None, list[Finding]]:
    """Read ``path`` below ``root``; if that fails, return None and a finding at ``place`` or the file."""
    return _read(root / path, place or Span(path), root)


def read_named_file(file: Path, span: Span) -> tuple[bytes | None, list[Finding]]:
    """Read a file that the user named, wherever it lies; a finding on it stands at ``span``."""
    return _read(file, span, None)


def _read(file: Path, span: Span, root: Path | None) -> tuple[bytes | None, list[Finding]]:
    try:
        with open(file, "rb", opener=_open) as opened:
            if root and lies_outside(root, _place_of(opened.fileno(), file)):
                named = Path(os.path.normpath(file)).is_relative_to(os.path.normpath(root))
                return None, [outside("The file", span, by_link=named)]
            if finding := too_large("The file", span, _size_of(opened.fileno()), FILE_MB):
                return None, [finding]
            return opened.read(), []
    except OSError as error:
        return None, [unreadable("The file", span, error)]


@contextmanager
def open_named_file(file: Path) -> Iterator[BinaryIO]:
    """Open a file that the user named, of any size; OSError where it is a pipe or a device."""
    with open(file, "rb", opener=_open) as opened:
        _size_of(opened.fileno())
        yield opened


def walk(
    top: str, on_error: Callable[[OSError], None] | None = None, *, follow_links: bool = False
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Walk through the folders below ``top`` as ``os.walk`` does, down to where no deck has any."""
    start = top.count(os.sep)
    for folder, subfolders, files in os.walk(top, onerror=on_error, followlinks=follow_links):
        if subfolders and folder.count(os.sep) - start == MOST_LEVELS:
            subfolders.clear()
            if on_error:
                on_error(OSError(errno.ELOOP, f"it lies {MOST_LEVELS} folders deep and holds more", folder))
        yield folder, subfolders, files


def outside(what: str, span: Span, *, by_link: bool = True) -> Finding:
    """Return the finding that ``what`` (``The file``) lies outside the project, by a link or by its name."""
    where = "is a link out of" if by_link else "lies outside"
    return FILE_OUTSIDE.at(span, f"{what} {where} the project.", COPY_OR_ALLOW)


def too_large(what: str, span: Span, size: int, limit: str) -> Finding | None:
    """Return the finding that ``what`` has more bytes than the ``limit`` of that name; None if it has not."""
    allowed = most(limit)
    if size <= allowed * _MB:
        return None
    message = f"{what} has {size / _MB:,.0f} MB, and {allowed:,} MB are read at most."
    hint = f"Make it smaller, or set `{limit}={-(-size // _MB)}` in the environment."
    return FILE_TOO_LARGE.at(span, message, hint)


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
    return re.sub(_OF_A_PROJECT, lambda command: f"{command[0]} --project {folder}", hint)


def finding_to_json(finding: Finding, root: Path) -> dict[str, object]:
    """Return a finding as JSON has it, with its path and its commands as one would type them here."""
    return {
        "path": relative_path(root / finding.span.path),
        "line": finding.span.line,
        "column": finding.span.column,
        "severity": str(finding.severity),
        "code": finding.code.name,
        "message": finding.message,
        "hint": hint_here(finding.hint, root),
    }


def is_file(path: Path) -> bool:
    """Tell whether ``path`` is a file; False for a name that no file can have, or in a closed folder."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises for these


def is_absent(path: Path) -> bool:
    """Tell whether nothing is there. What cannot be looked at may be: reading it says what is wrong."""
    try:
        path.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def shown_path(path: str) -> str:
    """Return a path that can be printed: bytes that are not UTF-8 as hexadecimal escapes."""
    return os.fsencode(path).decode(errors="backslashreplace")


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _AT_ONCE)


def _size_of(descriptor: int) -> int:
    """Return the size of an open file; OSError for a pipe or a device, of which reading might never end."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.ENOTSUP, "it is not a regular file")
    return status.st_size


def _place_of(descriptor: int, file: Path) -> str:
    """Return where an open file lies, without links: where Linux tells, of this very file."""
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115 - for each file of a project
    except OSError:
        return os.path.realpath(file)
