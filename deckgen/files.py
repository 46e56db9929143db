"""Reading a file of the project: its bytes, or the finding that says why there are none."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from deckgen.diagnostics import Code, Finding, Severity, Span

FILE_UNREADABLE = Code(
    "file-unreadable",
    Severity.ERROR,
    "A file cannot be read",
    "It may be a link to nowhere, or closed to you. A build without it would retire its notes.",
)
CODES = (FILE_UNREADABLE,)


def read_file(root: Path, path: str) -> tuple[bytes | None, list[Finding]]:
    """Read ``path`` below ``root``; None and a finding where that fails."""
    try:
        return _bytes_of(root / path), []
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        return None, [
            FILE_UNREADABLE.at(Span(path), message, "Mend its permissions or the link, or delete it.")
        ]


def _bytes_of(file: Path) -> bytes:
    if not stat.S_ISREG(file.stat().st_mode):  # a pipe would never end, nor would a device
        raise OSError(errno.EINVAL, "it is no regular file")
    return file.read_bytes()
