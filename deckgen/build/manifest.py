"""The manifest of a build: what it read, wrote and said, for the next build to go by.

It is read at every start of `deckgen build`, before anything else is imported: so it needs nothing that is
slow to import, and its values are those that ``marshal`` reads at once.
"""

from __future__ import annotations

import marshal
import os
import sys
from zlib import crc32

from deckgen import __version__
from deckgen.source.folders import listing_of

Key = tuple[str | bool, ...]  # the command line and whatever else shapes a build
# A file's time in nanoseconds, its size, its inode, and the time at which any of these or its permissions
# changed last, which nobody can set; empty where there is no file.
FileState = tuple[int, ...]
# A note file's path and its outline's in the project, and what is in a ``NotesDigest``: ``marshal`` takes no
# named tuples.
NoteFile = tuple[str, str, tuple[tuple[str, ...], bytes, bytes, bytes]]

# A file's time may be as old as the clock that gives it is coarse; what was saved while a build ran may have
# been read before or after.
_DOUBT = 50_000_000  # nanoseconds
_WHOLE_SECOND = 1_000_000_000
# With these options a build with the same words does the same again; all others must look at everything.
_REPEATABLE = {"--no-stories", "--output", "--project", "--strict"}


def file_state(path: str) -> FileState:
    """Return the state of the file at ``path``."""
    try:
        return state_from(os.stat(path))
    except OSError:
        return ()


def state_from(status: os.stat_result) -> FileState:
    """Return the state of a file with this status."""
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns


class Manifest:
    """What one build read, wrote and said.

    Attributes:
        project: the project's root.
        time: when the build began, in nanoseconds since 1970.
        read: the state of each file that was read or looked for, the program's own among them.
        folders: the visible names in each folder that was searched.
        written: the state of each file that was written, from before it was moved into place.
        package: the path of the package.
        media: the files in it: path, name there, location.
        mark: where the build's mark lies (``build_mark.py``); empty if nowhere.
        branch: the file that names the commit of the branch that was checked out; empty if there is none.
        notes: what is known of each note file, by its path.
        out: what was printed of the deck.
        err: what was printed of the findings.
    """

    project: str
    time: int
    read: dict[str, FileState]
    folders: dict[str, tuple[str, ...]]
    written: dict[str, FileState]
    package: str
    media: list[tuple[str, str, str]]
    mark: str
    branch: str
    notes: dict[str, NoteFile]
    out: str
    err: str

    def __init__(self, **values: object) -> None:
        vars(self).update(values)

    def changed(self) -> set[str]:
        """Return the files and folders that are no longer what the build read or wrote."""
        return {
            *(path for path, known in self.read.items() if file_state(path) != known or self._is_late(known)),
            *(path for path in self.written if not self.still_stands(path)),
            *(folder for folder, names in self.folders.items() if self._names_in(folder) != names),
        }

    def still_stands(self, path: str, elsewhere: str = "") -> bool:
        """Tell whether a file is the one that was written; moving one changes the last of its times alone."""
        return file_state(elsewhere or path)[:3] == self.written[path][:3]

    def _is_late(self, known: FileState) -> bool:
        """Tell whether a file was saved so late that it may not be what was read."""
        saved = max(known[0], known[3]) if known else 0
        return saved > self.time - (_DOUBT if saved % _WHOLE_SECOND else 2 * _WHOLE_SECOND)

    def _names_in(self, folder: str) -> tuple[str, ...]:
        return listing_of(folder, at_root=folder == self.project)


def key_of(arguments: list[str]) -> Key | None:
    """Return what a build is known by; None where it is not to be remembered, as with a clock of its own."""
    environment = os.environ
    options = {word.partition("=")[0] for word in arguments if word.startswith("--")}
    # With either of these, the time is not the clock's, or a link may lead elsewhere now.
    is_special = environment.get("SOURCE_DATE_EPOCH") or environment.get("DECKGEN_ALLOW_OUTSIDE")
    if is_special or not options <= _REPEATABLE or not cache_folder():
        return None
    try:
        here = os.getcwd()
    except OSError:
        return None
    program = __version__, sys.version, sys.prefix, *Manifest.__annotations__
    terminals = sys.stdout.isatty(), sys.stderr.isatty()
    words = [environment.get(name, "") for name in ("NO_COLOR", "CI")]
    words += sorted(f"{name}={value}" for name, value in environment.items() if name.startswith("DECKGEN_"))
    places = map(os.path.realpath, arguments)  # a link to a project may lead to another one tomorrow
    return (*program, here, *arguments, *places, *terminals, *words)


def cache_folder() -> str:
    """Return the folder for what can be made again, empty where there is none."""
    base = user_folder("XDG_CACHE_HOME", ".cache", mac="Caches")
    return os.path.join(base, "deckgen") if base else ""


def user_folder(variable: str, usual: str, *, mac: str) -> str:
    """Return a folder of the user's for the data of programs, empty where there is none.

    It is the one of the XDG base directory specification, by its ``variable`` or in its ``usual`` place, for
    which a relative path counts for nothing; and its like on other systems, on ``mac`` below `Library`.
    Platformdirs would take longer than a build may.
    """
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", mac)
    else:
        base = os.environ.get(variable, "")
        base = base if os.path.isabs(base) else os.path.join(home, usual)
    return base if os.path.isabs(base) else ""


def entry_folder(key: Key) -> str:
    """Return the folder for what is kept under a key."""
    return os.path.join(cache_folder(), f"{crc32(marshal.dumps(key, 0)):08x}")


def load_manifest(key: Key) -> Manifest | None:
    """Return what the last build with this key went by; None where that is unknown."""
    try:
        with open(os.path.join(entry_folder(key), "manifest"), "rb") as file:
            checksum, content = file.read(4), file.read()
    except OSError:
        return None
    if not content or crc32(content).to_bytes(4, "big") != checksum:  # that of nothing is 0
        return None
    try:
        known_key, values = marshal.loads(content)  # noqa: S302 - whole, as its checksum says, and the user's own
    except (EOFError, TypeError, ValueError):
        return None
    return Manifest(**values) if known_key == key else None


def dump_manifest(key: Key, manifest: Manifest) -> bytes:
    """Return the bytes that ``load_manifest`` reads."""
    content = marshal.dumps((key, vars(manifest)))
    return crc32(content).to_bytes(4, "big") + content
