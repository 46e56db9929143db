"""Writing a shipment: the package first, then the lock, each moved into place whole."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from deckgen.lock.locked import lock_lines
from deckgen.lock.stamps import SECONDS_TO_WAIT, BuildTime
from deckgen.lock.text import LockText
from deckgen.model.notes import MediaFile
from deckgen.model.progress import Progress, no_progress
from deckgen.model.values import Struct
from deckgen.package.collection import update_collection, write_collection
from deckgen.package.private import PrivateLine, format_private
from deckgen.package.shipment import Shipment
from deckgen.package.spool import Spool


class Written(Struct, frozen=True):
    """What a build wrote: the package, and the other files by their paths.

    Each with its status from before it was moved into place: so that one can tell whether another build has
    put its own there since.
    """

    package: os.stat_result
    others: Mapping[str, os.stat_result]


class Targets(Struct, frozen=True):
    """Where a build writes: the package, the lock, and the stamps of private texts."""

    package: Path
    lock: Path
    private: Path


class Base(Struct, frozen=True):
    """What the last build left, for one that changes the texts of some of its notes and nothing else.

    ``collection`` may be changed in place; ``lock`` is the whole lock, ``media`` all that the package holds.
    """

    collection: Path
    lock: LockText
    media: Sequence[MediaFile]


def write_shipment(
    shipment: Shipment,
    spool: Spool,
    targets: Targets,
    private: Mapping[str, PrivateLine],
    *,
    base: Base | None = None,
    keep: Callable[[str], None] | None = None,
    progress: Progress = no_progress,
) -> Written:
    """Write the package, then the lock.

    A crash between the two costs a second update of what changed, never one that is missed.

    Args:
        shipment: what the package holds, and the lock that records it.
        spool: holds the texts of its notes.
        targets: where to.
        private: the stamps of private texts, as ``stamp_private`` gives them.
        base: where the shipment is a part of the last one, what that left.
        keep: is given the path of the collection that the package was made from, and may move it.
        progress: is told what is being written.

    Raises:
        OSError: a file cannot be written; those that stood before still stand.
        sqlite3.DatabaseError: the collection of ``base`` is damaged, or gone.
    """
    if base is None:
        package = _write_new(shipment, spool, targets.package, keep, progress)
    else:
        progress("Writing the collection")
        update_collection(base.collection, shipment, spool)
        progress("Packing")
        package = replace_package(targets.package, base.collection, base.media)
    progress("Writing the lock")
    others = {}
    if base is not None:
        others[str(targets.lock)] = replace_text(targets.lock, base.lock.with_notes(shipment.lock.notes))
        return Written(package, others)
    if private or targets.private.exists():
        others[str(targets.private)] = replace_text(targets.private, format_private(private))
    others[str(targets.lock)] = replace_lines(targets.lock, lambda: lock_lines(shipment.lock))
    return Written(package, others)


def _write_new(
    shipment: Shipment,
    spool: Spool,
    output: Path,
    keep: Callable[[str], None] | None,
    progress: Progress,
) -> os.stat_result:
    """Write a package by way of a new collection in a temporary folder."""
    import sqlite3  # noqa: PLC0415 - slow to import, as is tempfile
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    with TemporaryDirectory(prefix="deckgen-") as folder:
        collection = Path(folder, "collection.anki2")
        try:
            progress("Writing the collection")
            write_collection(collection, shipment, spool)
            progress("Packing")
            package = replace_package(output, collection, shipment.media)
        except sqlite3.OperationalError as error:
            raise OSError(f"the folder for temporary files takes no collection ({error})") from None
        if keep:
            keep(str(collection))
    return package


def replace_package(output: Path, collection: Path, media: Sequence[MediaFile]) -> os.stat_result:
    """Write a package in place of the one that stands; return its status from before it was moved there.

    Raises:
        OSError: it cannot be written; the one that stood before still stands.
    """
    from deckgen.package.apkg import write_package  # noqa: PLC0415 - `check` and `status` write none

    output.parent.mkdir(parents=True, exist_ok=True)
    with _beside(output) as partial:
        with partial.open("wb") as file:
            write_package(file, collection, media)
        status = partial.stat()
        partial.replace(output)
    return status


def wait_until(latest: int | None, now: BuildTime) -> None:
    """Let the clock reach the newest stamp, in seconds, where two builds fell into one second."""
    if latest is not None and 0 < latest - now.seconds <= SECONDS_TO_WAIT:
        time.sleep(latest - now.milliseconds / 1000)


def replace_text(file: Path, text: str) -> os.stat_result:
    """Give a file this text, as ``replace_lines`` does."""
    return replace_lines(file, lambda: (text,))


def replace_lines(file: Path, lines: Callable[[], Iterable[str]]) -> os.stat_result:
    """Give a file the text that these lines make, all at once; one that has it already is left alone.

    Returns:
        The status of the file that has the text, from before it was moved there.

    Raises:
        OSError: it cannot be written; the one that stood before still stands.
    """
    if file.is_file():
        status = file.stat()
        if _has_lines(file, lines()):
            return status
    with _beside(file) as partial:
        with partial.open("w", encoding="utf-8", newline="\n") as target:
            target.writelines(lines())
        status = partial.stat()
        partial.replace(file)
    return status


def _has_lines(file: Path, lines: Iterable[str]) -> bool:
    with file.open("rb") as source:
        same = all(source.read(len(wanted)) == wanted for wanted in map(str.encode, lines))
        return same and not source.read(1)


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Give the path of a file to be moved to another's place, hidden, and no other build's.

    It goes where that fails, and the error names the file that was asked for.
    """
    partial = file.with_name(f".{file.name}.{os.urandom(6).hex()}")
    try:
        yield partial
    except BaseException as error:
        with suppress(OSError):
            partial.unlink()
        if isinstance(error, OSError) and error.filename in (None, str(partial)):
            error.filename = str(file)
        raise
