"""Writing a shipment: the package first, then the lock, each moved into place whole."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from deckgen.atomic_write import (
    has_lines,
    replace_file,
    replace_lines,
    replace_text,
    scratch_folder,
)
from deckgen.lock.lock_text import LockText
from deckgen.lock.model import lock_lines
from deckgen.lock.stamps import SECONDS_TO_WAIT, BuildTime
from deckgen.model.limits import refuse_link
from deckgen.model.notes import MediaFile
from deckgen.model.progress import Progress, no_progress
from deckgen.model.values import Struct
from deckgen.package.collection import update_collection, write_collection
from deckgen.package.private_stamps import PrivateLine, format_private
from deckgen.package.shipment import Shipment
from deckgen.package.spool import Spool


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
    announce: Callable[[], None] = lambda: None,
    progress: Progress = no_progress,
) -> dict[str, os.stat_result]:
    """Write the package, then the lock.

    A crash between the two costs a second update of new notes, never one that is missed.

    Args:
        shipment: what the package holds, and the lock that records it.
        spool: holds the texts of its notes.
        targets: where to.
        private: the stamps of private texts, as ``stamp_private`` gives them.
        base: where the shipment is a part of the last one, what that left.
        keep: is given the path of the collection that the package was made from, and may move it.
        announce: is called before the package is written.
        progress: is told what is being written.

    Returns:
        The status of each file that was written, from before it was moved into place: so that one can tell
        whether another build has put its own there since.

    Raises:
        OSError: a file cannot be written; those that stood before still stand.
        sqlite3.DatabaseError: the collection of ``base`` is damaged, or gone.
    """
    for file in (targets.lock, targets.private, targets.package):
        refuse_link(targets.lock.parent, file)
    if base is None:
        package = _write_new(
            shipment, spool, targets.package, keep=keep, announce=announce, progress=progress
        )
    else:
        progress("Writing the collection")
        update_collection(base.collection, shipment, spool)
        progress("Packing")
        announce()
        package = replace_package(targets.package, base.collection, base.media)
    progress("Writing the lock")
    written = {str(targets.package): package}
    if base is not None:
        text = base.lock.with_notes(shipment.lock.notes)
        return {**written, str(targets.lock): replace_text(targets.lock, text)}
    texts = _lock_texts(shipment, private, targets.lock, targets.private)
    return {**written, **{str(file): replace_lines(file, lines) for file, lines in texts.items()}}


def outdated_locks(
    shipment: Shipment, private: Mapping[str, PrivateLine], lock: Path, private_lock: Path
) -> list[Path]:
    """Return which of the lock and the stamps of private texts a build would write anew."""
    texts = _lock_texts(shipment, private, lock, private_lock)
    return [file for file, lines in texts.items() if not has_lines(file, lines)]


def _lock_texts(
    shipment: Shipment, private: Mapping[str, PrivateLine], lock: Path, private_lock: Path
) -> dict[Path, Callable[[], Iterable[str]]]:
    """Return the lines of each lock file, in the order in which they are written.

    Without private texts their stamps stay as they are, for a build that has the texts again.
    """
    texts: dict[Path, Callable[[], Iterable[str]]] = {}
    if private:
        texts[private_lock] = lambda: (format_private(private),)
    texts[lock] = lambda: lock_lines(shipment.lock)
    return texts


def _write_new(
    shipment: Shipment,
    spool: Spool,
    output: Path,
    *,
    keep: Callable[[str], None] | None,
    announce: Callable[[], None],
    progress: Progress,
) -> os.stat_result:
    """Write a package by way of a new collection in a temporary folder."""
    import sqlite3  # noqa: PLC0415 - slow to import

    with scratch_folder() as folder:
        collection = folder / "collection.anki2"
        try:
            progress("Writing the collection")
            write_collection(collection, shipment, spool)
            progress("Packing")
            announce()
            package = replace_package(output, collection, shipment.media)
        except sqlite3.DatabaseError as error:
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
    return replace_file(output, lambda file: write_package(file, collection, media))


def wait_until(latest: int | None, now: BuildTime) -> None:
    """Let the clock reach the newest stamp, in seconds, where two builds fell into one second."""
    if latest is not None and 0 < latest - now.seconds <= SECONDS_TO_WAIT:
        time.sleep(latest - now.milliseconds / 1000)
