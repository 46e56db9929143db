"""The manifest of a build: every file that it read, and what it gave, for the next build to go by.

Read at every start of `deckgen build`, before anything else is imported: so it needs nothing that is slow
to import, and its values are those that ``marshal`` reads at once.
"""

from __future__ import annotations

import marshal
import os
from zlib import crc32

from deckgen.source.folders import listing_of

TYPE_CHECKING = False  # as `typing` has it, which takes a while to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

Key = tuple[str | bool, ...]  # the command line and whatever else shapes a build
# A file's time in nanoseconds, its size, its inode, and the time at which any of these or its permissions
# changed last, which nobody can set; None for no file.
Stamp = tuple[int, int, int, int] | None

_FORMAT = b"deckgen manifest 2\n"
# A time stamp may be as old as the clock that gives it is coarse; what was saved while a build ran may have
# been read before or after.
_DOUBT = 50_000_000  # nanoseconds
_WHOLE_SECOND = 1_000_000_000


def stamp_of(path: str) -> Stamp:
    """Return the stamp of a file or folder."""
    try:
        return _stamp(os.stat(path))
    except OSError:
        return None


def _stamp(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns


def is_moved(before: Stamp, after: Stamp) -> bool:
    """Tell whether two stamps are of one file, moved at most: that changes the last of its times."""
    return before is not None and after is not None and before[:3] == after[:3]


def stamp_of_moved(path: str, status: os.stat_result) -> Stamp:
    """Return the stamp of a file that had this status before it was moved to ``path``.

    Where another build has moved its own there since, it is a stamp that no file has.
    """
    stamp = stamp_of(path)
    return stamp if is_moved(_stamp(status), stamp) else _of_no_file(stamp)


def _of_no_file(stamp: Stamp) -> Stamp:
    """Return a stamp that differs from any file's, of the same inode."""
    return (-1, *stamp[1:]) if stamp else (-1, 0, 0, 0)


class Manifest:
    """What one build went by and what it gave.

    ``files`` and ``folders`` hold what was read, by path; ``code`` the program that ran. ``notes`` holds, by
    the path of a note file, its path and its outline's in the project, the ids of its notes, and their shape
    (``incremental.py``). ``package``, with its stamp, was written; ``collection`` is the stamp of the one
    that is kept. ``project`` is the project's root, ``media`` the files in the package: path, name there,
    location; ``mark`` is where the build's mark lies (``build_mark.py``). ``out`` is what was printed of the
    deck, ``err`` what was found. ``time`` is when the build began, in nanoseconds since 1970.
    """

    __slots__ = (
        "code", "collection", "err", "files", "folders", "mark", "media", "notes", "out", "package",
        "project", "time",
    )  # fmt: skip

    files: dict[str, Stamp]
    folders: dict[str, tuple[Stamp, tuple[str, ...]]]
    code: dict[str, Stamp]
    notes: dict[str, tuple[str, str, tuple[str, ...], bytes]]
    package: tuple[str, Stamp]
    collection: Stamp
    media: list[tuple[str, str, str]]
    project: str
    mark: str
    out: str
    err: str
    time: int

    def changed(self) -> set[str] | None:
        """Return the files that are no longer what they were; None where more than files is another."""
        if any(stamp_of(path) != stamp for path, stamp in self.code.items()):
            return None
        if any(_is_another(folder, *known, self.project) for folder, known in self.folders.items()):
            return None
        return {path for path, stamp in self.files.items() if stamp_of(path) != stamp}

    def package_stands(self) -> bool:
        """Tell whether the package is still the one that was written."""
        path, stamp = self.package
        return stamp is not None and stamp_of(path) == stamp


def _is_another(folder: str, known: Stamp, names: tuple[str, ...], root: str) -> bool:
    stamp = stamp_of(folder)
    if stamp == known:
        return False
    # A link may lead to another folder with the same names in it.
    if stamp is None or known is None or stamp[2] != known[2]:
        return True
    return listing_of(folder, at_root=folder == root) != names


def trusted_folders(
    folders: Mapping[str, tuple[str, ...]], root: str, started: int
) -> dict[str, tuple[Stamp, tuple[str, ...]]]:
    """Return the stamp of each folder of a project beside the names in it; it counts if they still are."""
    stamps = trusted_stamps(folders, started)
    return {
        folder: (stamps[folder] if is_same else _of_no_file(stamps[folder]), names)
        for folder, names in folders.items()
        for is_same in (listing_of(folder, at_root=folder == root) == names,)
    }


def trusted_stamps(paths: Iterable[str], started: int) -> dict[str, Stamp]:
    """Return the stamps of files that were read since ``started``, in nanoseconds since 1970.

    A file saved so late that it may not be what was read gets a stamp that no file has.
    """
    stamps = {}
    for path in paths:
        stamp = stamp_of(path)
        if stamp is not None:
            saved = stamp[0]
            doubt = 2 * _WHOLE_SECOND if saved % _WHOLE_SECOND == 0 else _DOUBT
            if saved > started - doubt:
                stamp = _of_no_file(stamp)
        stamps[path] = stamp
    return stamps


def dump_manifest(key: Key, manifest: Manifest) -> bytes:
    """Return a manifest as bytes, with the key that it is kept under."""
    values: list[Any] = [getattr(manifest, name) for name in Manifest.__slots__]
    content = marshal.dumps((key, Manifest.__slots__, values))
    return _FORMAT + crc32(content).to_bytes(4, "big") + content


def load_manifest(data: bytes, key: Key) -> Manifest | None:
    """Return the manifest that ``dump_manifest`` wrote; None for one damaged, or of another key or make."""
    start = len(_FORMAT) + 4
    content = data[start:]
    if data[:start] != _FORMAT + crc32(content).to_bytes(4, "big"):
        return None
    kept = marshal.loads(content)  # noqa: S302 - whole, as its checksum says, and the user's own
    if kept[:2] != (key, Manifest.__slots__):
        return None
    manifest = Manifest()
    for name, value in zip(Manifest.__slots__, kept[2], strict=True):
        setattr(manifest, name, value)
    return manifest
