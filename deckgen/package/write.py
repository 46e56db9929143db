"""Writing a shipment: the package first, then the lock, each moved into place whole."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from deckgen.lock.locked import lock_lines
from deckgen.lock.stamps import SECONDS_TO_WAIT, BuildTime
from deckgen.model.notes import MediaFile
from deckgen.model.progress import Tell, tell_nobody
from deckgen.model.values import Struct
from deckgen.package.plan import Shipment
from deckgen.package.private import PrivateLine, format_private


class Written(Struct, frozen=True):
    """What a build wrote: the package, and by path the files kept for the next build.

    Each with its status from before it was moved into place: so that one can tell whether another build has
    put its own there since.
    """

    package: os.stat_result
    kept: Mapping[str, os.stat_result]


def write_shipment(
    shipment: Shipment,
    output: Path,
    lock_file: Path,
    private_file: Path,
    private: Mapping[str, PrivateLine],
    *,
    take: Callable[[str], None] | None = None,
    tell: Tell = tell_nobody,
) -> Written:
    """Write the package and what must be kept for the next build.

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
    import sqlite3  # noqa: PLC0415 - slow to import, as are the others
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    from deckgen.package.collection import write_collection  # noqa: PLC0415

    with TemporaryDirectory(prefix="deckgen-") as folder:
        collection = Path(folder, "collection.anki2")
        try:
            tell("Writing the collection")
            write_collection(collection, shipment)
            tell("Packing")
            package = replace_package(output, collection, shipment.media)
        except sqlite3.OperationalError as error:
            raise OSError(f"the folder for temporary files takes no collection ({error})") from None
        if take:
            take(str(collection))
    tell("Writing the lock")
    kept = {}
    if private or private_file.exists():
        kept[str(private_file)] = replace_text(private_file, format_private(private))
    kept[str(lock_file)] = replace_lines(lock_file, lambda: lock_lines(shipment.lock))
    return Written(package, kept)


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
