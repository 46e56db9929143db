"""Writes files whole or not at all: on disk before they take the place of the file that stood before."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


class OutsideLinkError(OSError):
    """A file of a project is a link to one outside of it, which is not written to."""


def replace_file(file: Path, write: Callable[[BinaryIO], object]) -> os.stat_result:
    """Give a file what ``write`` writes, all at once; a link stays one, and a file keeps its mode.

    Returns:
        The status of the new file, from before it was moved into place.

    Raises:
        OSError: it cannot be written; the one that stood before still stands.
    """
    target = Path(os.path.realpath(file))
    partial = target.with_name(f".{target.name}.{os.urandom(6).hex()}")  # hidden, and no other build's
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        with partial.open("xb") as new:
            if mode is not None:
                partial.chmod(mode)
            write(new)
            new.flush()
            os.fsync(new.fileno())
        status = partial.stat()
        partial.replace(target)
    except BaseException as error:
        with suppress(OSError):
            partial.unlink()
        if isinstance(error, OSError) and error.filename in (None, str(partial)):
            error.filename = str(file)
        raise
    _flush_folder(target.parent)
    return status


def replace_text(file: Path, text: str) -> os.stat_result:
    """Give a file this text, as ``replace_lines`` does."""
    return replace_lines(file, lambda: (text,))


def replace_lines(file: Path, lines: Callable[[], Iterable[str]]) -> os.stat_result:
    """Give a file the text that these lines make, as ``replace_file`` does; one that has it is left alone.

    Returns:
        The status of the file that has the text, from before it was moved into place.
    """
    if has_lines(file, lines):
        return file.stat()
    return replace_file(file, lambda new: new.writelines(map(str.encode, lines())))


def has_lines(file: Path, lines: Callable[[], Iterable[str]]) -> bool:
    """Tell whether a file has the text that these lines make, whatever its line ends."""
    if not file.is_file():
        return False
    with file.open(encoding="utf-8", errors="surrogateescape") as source:
        return all(source.read(len(line)) == line for line in lines()) and not source.read(1)


def _flush_folder(folder: Path) -> None:
    """Have the names in a folder written to disk, where the system can: Windows cannot."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
