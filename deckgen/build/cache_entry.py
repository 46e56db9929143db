"""Keeping manifests and collections between builds: in the user's cache folder, and not much of it.

Nothing here is ever needed: what is damaged, from another version or in use is as good as absent.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from shutil import move, rmtree

from deckgen.build.manifest import Key, Manifest, cache_folder, dump_manifest, entry_folder, state_from

_MOST_BYTES = 1_000_000_000
_MOST_ENTRIES = 50


class CacheEntry:
    """The folder with the manifest and the collection of one command line.

    Whoever changes them gives the folder a name of its own first, and has it alone; what breaks off leaves
    nothing to go by.
    """

    def __init__(self, key: Key) -> None:
        self._key = key
        self._folder = Path(entry_folder(key))
        # Two containers that share the cache may share a process id as well.
        self._own = self._folder.with_suffix(f".{os.urandom(6).hex()}")
        self._kept = str(self._folder / "collection.anki2")
        self.collection = self._own / "collection.anki2"

    def take(self, collection: str) -> None:
        """Move a collection here; where that fails it is not kept, and no harm done."""
        try:
            self._own.mkdir(mode=0o700, parents=True)
            move(collection, self.collection)
        except OSError:
            self.drop()

    def claim(self, manifest: Manifest) -> bool:
        """Take the manifest's collection, to change it; False where another build was here."""
        try:
            self._folder.rename(self._own)
            os.utime(self._own)  # in use now, however old
        except OSError:
            return False
        return manifest.still_stands(self._kept, str(self.collection))

    def save(self, manifest: Manifest) -> None:
        """Keep the collection that was taken or claimed, and its manifest; where that fails, nothing."""
        try:
            manifest.written[self._kept] = state_from(self.collection.stat())
            (self._own / "manifest").write_bytes(dump_manifest(self._key, manifest))
            rmtree(self._folder, ignore_errors=True)
            self._own.rename(self._folder)
        except OSError:
            self.drop()

    def drop(self) -> None:
        """Remove what a build that failed was about to keep."""
        rmtree(self._own, ignore_errors=True)


def clear_old() -> None:
    """Remove what was used longest ago, what killed builds left as well, until the rest is within bounds."""
    size = 0
    with suppress(OSError):  # another build may be at work there; the next one clears up
        folders = [folder for folder in Path(cache_folder()).iterdir() if folder.is_dir()]
        folders.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
        for number, folder in enumerate(folders, 1):
            size += sum(file.stat().st_size for file in folder.iterdir())
            if number > 1 and (size > _MOST_BYTES or number > _MOST_ENTRIES):
                rmtree(folder, ignore_errors=True)
