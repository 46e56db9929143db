"""Where manifests and collections are kept between builds: in the user's cache folder, and not much of it.

Each command line in each folder has a place of its own: the manifest, and the collection that its package was
made from. Nothing here is ever needed: what is damaged, from another version or in use is as good as absent.
"""

from __future__ import annotations

import os
import sys
import time
from marshal import dumps
from zlib import crc32

from deckgen import __version__
from deckgen.build.manifest import (
    Key,
    Manifest,
    dump_manifest,
    is_moved,
    load_manifest,
    stamp_of,
    stamp_of_moved,
)

_MOST_BYTES = 1_000_000_000
_MOST_PLACES = 50
_ABANDONED = 3600  # seconds after which what a build left half done is cleared away


def key_of(arguments: list[str]) -> Key | None:
    """Return what a build's manifest is known by: the command, and whatever shapes its output.

    None where builds are not to be remembered, as with a clock of their own, or have no place to be kept.
    """
    environment = os.environ
    if environment.get("SOURCE_DATE_EPOCH") or not cache_folder():
        return None
    try:
        here = os.getcwd()
    except OSError:
        return None
    terminals = sys.stdout.isatty(), sys.stderr.isatty()
    words = [environment.get(name, "") for name in ("NO_COLOR", "CI")]
    words += sorted(f"{name}={value}" for name, value in environment.items() if name.startswith("DECKGEN_"))
    places = map(os.path.realpath, arguments)  # a link to a project may lead to another one tomorrow
    return (__version__, sys.version, sys.prefix, here, *arguments, *places, *terminals, *words)


def cache_folder() -> str:
    """Return the folder for what can be made again, empty where there is none.

    Platformdirs would take longer than a build may. A relative path counts for nothing, as the XDG base
    directory specification has it.
    """
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        base = base if os.path.isabs(base) else os.path.join(home, ".cache")
    return os.path.join(base, "deckgen") if os.path.isabs(base) else ""


class CacheEntry:
    """Where the manifest and the collection of one command line are kept."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self.folder = os.path.join(cache_folder(), f"{crc32(dumps(key, 0)):08x}")
        self._manifest = os.path.join(self.folder, "manifest")
        self._collection = os.path.join(self.folder, "collection.anki2")
        self._own = os.urandom(6).hex()  # two containers that share the cache may share a process id as well
        self.scratch = f"{self._collection}.{self._own}"

    def load(self) -> Manifest | None:
        """Return what the last build with this command line went by."""
        try:
            with open(self._manifest, "rb") as file:
                manifest = load_manifest(file.read(), self._key)
        except OSError:
            return None
        if manifest is None or stamp_of(self._collection) != manifest.collection:
            return None
        return manifest

    def take(self, collection: str) -> None:
        """Move a collection here that may be kept; where that fails it is not, and no harm done."""
        from shutil import move  # noqa: PLC0415 - slow to import, and not needed to read a manifest

        try:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            move(collection, self.scratch)
        except OSError:
            self.drop()

    def claim(self, manifest: Manifest) -> bool:
        """Take the manifest's collection, to change it as ``scratch``; False where another build was here.

        Whoever renames it has it alone. The manifest goes first: what breaks off leaves nothing to go by.
        """
        try:
            os.unlink(self._manifest)
            os.rename(self._collection, self.scratch)
            is_ours = is_moved(manifest.collection, stamp_of(self.scratch))
            os.utime(self.scratch)  # in use now, however old
        except OSError:
            return False
        if not is_ours:
            self.drop()
        return is_ours

    def save(self, manifest: Manifest) -> None:
        """Keep the collection in ``scratch`` and the manifest; where that fails, nothing is kept."""
        partial = f"{self._manifest}.{self._own}"
        try:
            status = os.stat(self.scratch)
            os.replace(self.scratch, self._collection)
            manifest.collection = stamp_of_moved(self._collection, status)
            with open(partial, "wb") as file:
                file.write(dump_manifest(self._key, manifest))
            os.replace(partial, self._manifest)
        except OSError:
            self.drop()

    def drop(self) -> None:
        """Remove what a build that failed was about to keep."""
        for path in (self.scratch, f"{self._manifest}.{self._own}"):
            try:  # noqa: SIM105 - contextlib takes a while to import
                os.unlink(path)
            except OSError:
                pass


def clear_old() -> None:
    """Remove what was used longest ago, until the rest is within bounds, and what builds left half done."""
    from shutil import rmtree  # noqa: PLC0415 - few builds come here

    places = []
    for place in _entries(cache_folder()):
        kept_files = [status for entry in _entries(place.path) if (status := _swept(entry))]
        newest = max((status.st_mtime for status in kept_files), default=0)
        places.append((newest, sum(status.st_size for status in kept_files), place.path))
    kept = 0
    for number, (_, size, path) in enumerate(sorted(places, reverse=True), 1):
        kept += size
        if number > 1 and (kept > _MOST_BYTES or number > _MOST_PLACES):
            rmtree(path, ignore_errors=True)


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except OSError:  # another build has cleared it away, or it is a file that is none of ours
        return []


def _swept(entry: os.DirEntry[str]) -> os.stat_result | None:
    """Return a file's status; None for one that a build left behind, which is removed."""
    try:
        status = entry.stat()
        if entry.name in ("manifest", "collection.anki2") or time.time() - status.st_mtime < _ABANDONED:
            return status
        os.unlink(entry.path)
    except OSError:
        pass
    return None
