"""Writing a shipment: the package first, then the lock, each moved into place whole."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deckgen.model import MediaFile
from deckgen.package.clock import SECONDS_TO_WAIT, BuildTime
from deckgen.package.lock import format_lock
from deckgen.package.private import PrivateLine, format_private
from deckgen.package.stamps import Shipment
from deckgen.stages import Tell, tell_nobody


def write_shipment(
    shipment: Shipment,
    output: Path,
    lock_file: Path,
    private_file: Path,
    private: Mapping[str, PrivateLine],
    *,
    take: Callable[[str], None] | None = None,
    tell: Tell = tell_nobody,
) -> int:
    """Write the package and what must be kept for the next build; return the package's size in bytes.

    A crash between the two costs a second update of what changed, never one that is missed.

    Args:
        shipment: what the package holds, and the lock that records it.
        output: the package.
        lock_file: where the lock goes.
        private_file: where ``private`` goes, the stamps of private texts.
        private: as ``stamp_private`` gives them.
        tell: is told what is being written.
        take: is given the path of the collection that the package was made from, and may move it.

    Raises:
        OSError: a file cannot be written; those that stood before still stand.
    """
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - slow to import, as is genanki

    from deckgen.package.collection import write_collection  # noqa: PLC0415

    with TemporaryDirectory(prefix="deckgen-") as folder:
        collection = Path(folder, "collection.anki2")
        tell("Writing the collection")
        write_collection(collection, shipment)
        tell("Packing")
        size = replace_package(output, collection, shipment.media)
        if take:
            take(str(collection))
    tell("Writing the lock")
    if private or private_file.exists():
        replace_text(private_file, format_private(private))
    replace_text(lock_file, format_lock(shipment.lock))
    return size


def replace_package(output: Path, collection: Path, media: Sequence[MediaFile]) -> int:
    """Write a package in place of the one that stands; return its size in bytes.

    Raises:
        OSError: it cannot be written; the one that stood before still stands.
    """
    from deckgen.package.apkg import write_package  # noqa: PLC0415 - `check` and `status` write none

    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with partial.open("wb") as file:
            write_package(file, collection, media)
            size = file.tell()
        partial.replace(output)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return size


def wait_until(latest: int | None, now: BuildTime) -> None:
    """Let the clock reach the newest stamp, in seconds, where two builds fell into one second."""
    if latest is not None and 0 < latest - now.seconds <= SECONDS_TO_WAIT:
        time.sleep(latest - now.milliseconds / 1000)


def replace_text(file: Path, text: str) -> None:
    """Give a file this text, all at once; one that has it already is left alone."""
    if file.is_file() and file.read_bytes() == text.encode():
        return
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    partial.write_text(text, encoding="utf-8", newline="\n")
    partial.replace(file)
