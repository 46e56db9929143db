"""Writes files whole or not at all: on disk before they take the place of the file that stood before.

What is unfinished is locked while its process lives, so that the next process can tell what a killed one left
behind, and delete it.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_SCRATCH = ".deckgen-scratch"
_PARTIAL = r"\.(?P<name>.+)\.[0-9a-f]{12}"
_YOUNG = 1.0  # seconds in which a file gets its lock
_OLD = 86_400  # seconds after which nothing is in use any more, where there are no locks


def replace_file(file: Path, write: Callable[[BinaryIO], object]) -> os.stat_result:
    """Give a file what ``write`` writes, all at once; a link stays one, and a file keeps its mode.

    Returns:
        The status of the new file, from before it was moved into place.

    Raises:
        OSError: it cannot be written; the one that stood before still stands.
    """
    target = Path(os.path.realpath(file))
    sweep_beside([target])
    partial = target.with_name(f".{target.name}.{os.urandom(6).hex()}")  # hidden, and no other build's
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        with partial.open("xb") as new:
            _try_lock(new.fileno())
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
    try:
        with file.open(encoding="utf-8", errors="surrogateescape") as source:
            return all(source.read(len(line)) == line for line in lines()) and not source.read(1)
    except OSError as error:
        error.filename = str(file)  # reading names none
        raise


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a new folder for temporary files, deleted at the end; what killed processes left goes first."""
    from tempfile import TemporaryDirectory, gettempdir  # noqa: PLC0415 - slow to import

    _sweep(Path(gettempdir()), rf"deckgen-\w+{re.escape(_SCRATCH)}")
    # Windows may hold a file for a moment after the process that had it open has ended.
    with TemporaryDirectory(prefix="deckgen-", suffix=_SCRATCH, ignore_cleanup_errors=True) as name:
        descriptor = os.open(name, os.O_RDONLY) if fcntl else None
        try:
            if descriptor is not None:
                _try_lock(descriptor)
            yield Path(name)
        finally:
            if descriptor is not None:
                os.close(descriptor)


@contextmanager
def exclusive_access(file: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Keep out other processes that ask for the same file, where its file system has locks.

    ``on_wait`` is called before another process is waited for.
    """
    with ExitStack() as stack:
        if fcntl:
            with suppress(OSError):  # no locks, or no such file, which is said elsewhere
                descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
                stack.callback(os.close, descriptor)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    on_wait()
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def sweep_beside(files: Iterable[Path]) -> None:
    """Delete what killed processes left where they were about to replace these files."""
    names: dict[Path, set[str]] = {}
    for file in files:
        names.setdefault(file.parent, set()).add(file.name)
    for folder, own in names.items():
        _sweep(folder, _PARTIAL, own)


def sweep_folder(folder: Path) -> None:
    """Delete what killed processes left in a folder in which nobody but deckgen writes."""
    _sweep(folder, _PARTIAL)


def _try_lock(descriptor: int) -> bool:
    """Lock an open file or folder until it is closed; False if another process has it, or none can."""
    if fcntl is None:
        return False
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _sweep(folder: Path, pattern: str, names: Collection[str] = ()) -> None:
    """Delete what killed processes left in a folder, under names that match; if ``names``, of these files."""
    matches = re.compile(pattern).fullmatch
    with suppress(OSError):
        for entry in os.scandir(folder):
            match = matches(entry.name)
            if match and (not names or match["name"] in names) and _is_abandoned(entry):
                _delete(entry)


def _is_abandoned(entry: os.DirEntry[str]) -> bool:
    """Tell whether a file or folder is the user's own and no process holds its lock."""
    with suppress(OSError):
        status = entry.stat(follow_symlinks=False)
        age = time.time() - status.st_mtime
        if fcntl is None:
            return age > _OLD
        is_own = status.st_uid == os.getuid() and (
            stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
        )
        if is_own and abs(age) > _YOUNG:
            descriptor = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                return _try_lock(descriptor)
            finally:
                os.close(descriptor)
    return False


def _delete(entry: os.DirEntry[str]) -> None:
    if entry.is_dir(follow_symlinks=False):
        from shutil import rmtree  # noqa: PLC0415 - slow to import, and rarely needed

        rmtree(entry.path, ignore_errors=True)
    else:
        with suppress(OSError):
            Path(entry.path).unlink()


def _flush_folder(folder: Path) -> None:
    """Have the names in a folder written to disk, where the system can: Windows cannot."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
