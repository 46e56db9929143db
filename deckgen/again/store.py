"""Where records and collections are kept between builds: in the user's cache folder, and not much of it.

Each command line in each folder has a place of its own: the record, and the collection that its package was
made from. Nothing here is ever needed: what is damaged, from another version or in use is as good as absent.
"""

from __future__ import annotations

import os
import sys
import time
from marshal import dumps
from zlib import crc32

from deckgen import __version__
from deckgen.again.record import Key, Record, dump_record, load_record, stamp_of

_MOST_BYTES = 1_000_000_000
_MOST_PLACES = 50
_ABANDONED = 3600  # seconds after which what a build left half done is cleared away


def key_of(arguments: list[str]) -> Key | None:
    """Return what a build's record is known by: the command, and whatever shapes its output.

    None where builds are not to be remembered, as with a clock of their own.
    """
    environment = os.environ
    if environment.get("SOURCE_DATE_EPOCH"):
        return None
    try:
        here = os.getcwd()
    except OSError:
        return None
    terminals = sys.stdout.isatty(), sys.stderr.isatty()
    words = tuple(environment.get(name, "") for name in ("NO_COLOR", "CI"))
    return (__version__, sys.version, here, *arguments, *terminals, *words)


def cache_folder() -> str:
    """Return the folder for what can be made again; platformdirs would take longer than a build may."""
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(base, "deckgen")


class Place:
    """Where the record and the collection of one command line are kept."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self.folder = os.path.join(cache_folder(), f"{crc32(dumps(key, 0)):08x}")
        self._record = os.path.join(self.folder, "record")
        self._collection = os.path.join(self.folder, "collection.anki2")
        self.scratch = f"{self._collection}.{os.getpid()}"

    def recall(self) -> Record | None:
        """Return what the last build with this command line went by."""
        try:
            with open(self._record, "rb") as file:
                record = load_record(file.read(), self._key)
        except OSError:
            return None
        if record is None or stamp_of(self._collection) != record.collection:
            return None
        return record

    def take(self, collection: str) -> None:
        """Move a collection here that may be kept; where that fails it is not, and no harm done."""
        from shutil import move  # noqa: PLC0415 - slow to import, and not needed to read a record

        try:
            os.makedirs(self.folder, exist_ok=True)
            move(collection, self.scratch)
        except OSError:
            self.drop()

    def claim(self) -> bool:
        """Take the collection, to change it as ``scratch``; False where another build has taken it.

        Whoever renames it has it alone. The record goes first: what breaks off leaves nothing to go by.
        """
        try:
            os.unlink(self._record)
            os.rename(self._collection, self.scratch)
        except OSError:
            return False
        return True

    def keep(self, record: Record) -> None:
        """Keep the collection in ``scratch`` and the record; where that fails, nothing is kept."""
        partial = f"{self._record}.{os.getpid()}"
        try:
            os.replace(self.scratch, self._collection)
            record.collection = stamp_of(self._collection)
            with open(partial, "wb") as file:
                file.write(dump_record(self._key, record))
            os.replace(partial, self._record)
        except OSError:
            self.drop()

    def drop(self) -> None:
        """Remove what a build that failed was about to keep."""
        for path in (self.scratch, f"{self._record}.{os.getpid()}"):
            try:  # noqa: SIM105 - contextlib takes a while to import
                os.unlink(path)
            except OSError:
                pass


def clear_old() -> None:
    """Remove what was used longest ago, until the rest is within bounds, and what builds left half done."""
    from shutil import rmtree  # noqa: PLC0415 - few builds come here

    folder = cache_folder()
    places = []
    try:
        for entry in os.scandir(folder):
            sizes = [status for name in os.scandir(entry.path) if (status := _swept(name))]
            newest = max((status.st_mtime for status in sizes), default=0)
            places.append((newest, sum(status.st_size for status in sizes), entry.path))
    except OSError:
        return
    kept = 0
    for number, (_, size, path) in enumerate(sorted(places, reverse=True), 1):
        kept += size
        if number > 1 and (kept > _MOST_BYTES or number > _MOST_PLACES):
            rmtree(path, ignore_errors=True)


def _swept(entry: os.DirEntry[str]) -> os.stat_result | None:
    """Return a file's status; None for one that a build left behind, which is removed."""
    status = entry.stat()
    if entry.name in ("record", "collection.anki2") or time.time() - status.st_mtime < _ABANDONED:
        return status
    os.unlink(entry.path)
    return None
