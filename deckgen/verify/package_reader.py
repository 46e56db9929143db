"""Reading an Anki package, whichever tool wrote it: its notes, or with them its cards and note types.

The three forms of a package are those of ``rslib/src/import_export/package/meta.rs`` in ankitects/anki:
``collection.anki2``, ``collection.anki21``, and ``collection.anki21b``, which is compressed with zstd.

A package may come from anyone, so what it unpacks to has limits, and so has what SQLite does for it.
"""

from __future__ import annotations

import errno
import sqlite3
import time
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Protocol, TypeVar

from deckgen.atomic_write import scratch_folder
from deckgen.model.values import Struct, decode_json
from deckgen.source.files import open_named_file

CLOZE = 1  # Anki's number for note types whose cards are deletions
_COLLECTIONS = {1: "collection.anki2", 2: "collection.anki21", 3: "collection.anki21b"}
_LATEST = 3
_TABLES = {"col", "notes", "cards", "graves", "revlog"}  # every schema has them, and Anki asks each
_LATEST_SCHEMA = 18  # SCHEMA_MAX_VERSION in rslib/src/storage/upgrades/mod.rs
_JSON_SCHEMA = 11  # the last one to keep note types and decks as JSON; deckgen writes it
_CHUNK = 1 << 20
# Anki writes these. What zipfile does with others has no bound: a kilobyte of bzip2 may hold a gigabyte.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What a library says of damage is written for programmers.
_DAMAGED = "It is damaged, or cut short: export or download it again."
_TOO_LARGE = "Its collection is larger than that of any real deck."


class PackageError(Exception):
    """A file that is no Anki package, or a damaged one; its text is a sentence for the user."""


_Result = TypeVar("_Result")


class PackagedNote(Struct, frozen=True):
    """A note; ``mod`` is in seconds since 1970, ``id`` in milliseconds."""

    id: int
    note_type: int
    guid: str
    mod: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]


class PackagedSlot(Struct, frozen=True):
    """A field or a card template; only templates have sides."""

    name: str
    id: int | None = None
    qfmt: str = ""
    afmt: str = ""


class PackagedNoteType(Struct, frozen=True):
    """A note type, under the names of Anki's JSON; ``type`` is ``CLOZE`` for clozes."""

    name: str
    type: int
    mod: int
    css: str
    flds: tuple[PackagedSlot, ...]
    tmpls: tuple[PackagedSlot, ...]


class _Deck(Struct, frozen=True):
    name: str


class Contents(Struct, frozen=True):
    """What a package holds but for its media.

    ``slots`` are those of each note's cards, sorted, and ``decks`` the name of the deck that its first card
    is in, both by the note's id; ``note_types`` are by id, none where Anki's newest form hides them.
    """

    notes: tuple[PackagedNote, ...]
    slots: Mapping[int, tuple[int, ...]]
    decks: Mapping[int, str]
    note_types: Mapping[int, PackagedNoteType]


class Readable(Protocol):
    """A file open for reading, whatever stands behind it."""

    def read(self, size: int = ..., /) -> bytes:
        """Return the next bytes."""
        ...


class ReadingLimits(Struct, frozen=True):
    """The most that is read of a package: bytes of its collection and of one value there, rows, seconds.

    ``notes`` are rows of notes or of cards. The largest shared decks have some 100,000 notes and 200 MB.
    """

    collection: int = 1 << 30
    value: int = 1 << 25
    notes: int = 2_000_000
    seconds: int = 120


def read_notes(path: Path, limits: ReadingLimits = ReadingLimits()) -> tuple[PackagedNote, ...]:  # noqa: B008 - frozen
    """Return the notes of the package at ``path``; raise as ``read_contents`` does."""
    return _read(path, limits, _notes)


def read_stamps(
    path: Path,
    limits: ReadingLimits = ReadingLimits(),  # noqa: B008 - frozen
) -> dict[str | int, int]:
    """Return the stamps of notes by GUID and of note types by id; raise as ``read_contents`` does."""
    return _read(path, limits, _stamps)


def read_contents(path: Path, limits: ReadingLimits = ReadingLimits()) -> Contents:  # noqa: B008 - frozen
    """Return what the package at ``path`` holds.

    Raises:
        PackageError: the file is no package, a damaged one, one of a later Anki, or beyond the limits.
        OSError: it cannot be read.
    """
    return _read(path, limits, _contents)


def _read(
    path: Path, limits: ReadingLimits, take: Callable[[sqlite3.Connection, ReadingLimits], _Result]
) -> _Result:
    """Return what ``take`` makes of the collection of a package."""
    try:
        with open_named_file(path) as file, zipfile.ZipFile(file) as archive:
            return _read_archive(archive, limits, take)
    except zipfile.BadZipFile:
        message = (
            "It is no Anki package, which is a ZIP archive, or it was cut short: export or download it again."
        )
        raise PackageError(message) from None
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError):
        raise PackageError(_DAMAGED) from None
    except OSError as error:
        if error.errno == errno.EINVAL:  # a file that lies before the archive's start
            raise PackageError(_DAMAGED) from None
        raise


def _read_archive(
    archive: zipfile.ZipFile,
    limits: ReadingLimits,
    take: Callable[[sqlite3.Connection, ReadingLimits], _Result],
) -> _Result:
    version = _version(archive)
    name = _COLLECTIONS.get(version)
    if name is None:
        raise PackageError("It was written by a later Anki, in a form that is not known here.")
    if name not in archive.namelist():
        raise PackageError(f"It is no Anki package, since there is no `{name}` in it.")
    try:
        with _database(archive, name, version, limits) as connection:
            _check_collection(connection)
            return take(connection, limits)
    except (sqlite3.Error, ValueError, TypeError, AttributeError, OverflowError) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise PackageError(f"Its collection took more than {limits.seconds:,} seconds to read.") from None
        message = "Its collection is damaged, or not Anki's: export or download it again."
        raise PackageError(message) from None


def _version(archive: zipfile.ZipFile) -> int:
    """Return the form of a package: ``meta`` is a protobuf message with the number in its first field."""
    names = archive.namelist()
    if "meta" not in names:
        return 2 if "collection.anki21" in names else 1
    with _opened(archive, "meta") as file:
        start = file.read(2)
    if len(start) < 2 or start[0] != 8:
        raise PackageError(_DAMAGED)
    return start[1]


def _opened(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Open a file of a package; PackageError where it is compressed as none of Anki's is."""
    entry = archive.getinfo(name)
    if entry.compress_type not in _METHODS:
        raise PackageError(f"Its `{name}` is compressed in a way that no Anki writes.")
    return archive.open(entry)


@contextmanager
def _database(
    archive: zipfile.ZipFile, name: str, version: int, limits: ReadingLimits
) -> Iterator[sqlite3.Connection]:
    """Unpack the collection and open it for reading alone, for a limited time."""
    if archive.getinfo(name).file_size > limits.collection:
        raise PackageError(_TOO_LARGE)
    end = time.monotonic() + limits.seconds
    with scratch_folder() as folder:
        file = folder / "collection.sqlite"
        with _opened(archive, name) as stored, file.open("wb") as target:
            if version == _LATEST:
                _copy_zstd(stored, target, limits.collection)
            else:
                _copy(stored, target, limits.collection)
        with closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as connection:
            connection.execute("PRAGMA query_only=ON")
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.value)
            connection.set_progress_handler(lambda: time.monotonic() > end, 100)
            yield connection


def _copy_zstd(source: IO[bytes], target: IO[bytes], most: int) -> None:
    from deckgen.verify.compression import zstd  # noqa: PLC0415 - only Anki's newest form needs it

    try:
        with zstd.ZstdFile(source) as file:
            _copy(file, target, most)
    except zstd.ZstdError:
        raise PackageError(_DAMAGED) from None


def _copy(source: Readable, target: IO[bytes], most: int) -> None:
    """Copy a file; PackageError where it is larger than ``most``."""
    while chunk := source.read(_CHUNK):
        most -= target.write(chunk)
        if most < 0:
            raise PackageError(_TOO_LARGE)


def _check_collection(connection: sqlite3.Connection) -> None:
    # A view may go on for ever.
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= _TABLES:
        lacks = min(_TABLES - tables)
        raise PackageError(
            f"Its collection lacks the table `{lacks}`, which Anki asks for: export or download it again."
        )
    (version,) = connection.execute("SELECT ver FROM col").fetchone()
    if version > _LATEST_SCHEMA:
        raise PackageError("Its collection was written by a later Anki, in a form that is not known here.")


def _notes(connection: sqlite3.Connection, limits: ReadingLimits) -> tuple[PackagedNote, ...]:
    notes = []
    room = limits.collection  # a column that SQLite works out may be larger than the file that it comes from
    rows = connection.execute("SELECT id, mid, guid, mod, flds, tags FROM notes")
    for count, (note_id, note_type, guid, mod, fields, tags) in enumerate(rows):
        room -= len(fields) + len(tags)
        if count == limits.notes or room < 0:
            raise PackageError(_TOO_LARGE)
        # Anki splits tags at the ideographic space too (rslib/src/tags/mod.rs).
        split = tuple(tag for tag in tags.replace("\u3000", " ").split(" ") if tag)
        notes.append(
            PackagedNote(
                int(note_id), int(note_type), str(guid), int(mod), tuple(fields.split("\x1f")), split
            )
        )
    return tuple(notes)


def _stamps(connection: sqlite3.Connection, limits: ReadingLimits) -> dict[str | int, int]:
    rows = connection.execute("SELECT guid, mod FROM notes LIMIT ?", (limits.notes,))
    stamps: dict[str | int, int] = {str(guid): int(mod) for guid, mod in rows}
    return stamps | {type_id: each.mod for type_id, each in _note_types(connection).items()}


def _note_types(connection: sqlite3.Connection) -> dict[int, PackagedNoteType]:
    """Return the note types of a collection by id, none where Anki's newest form hides them."""
    version, note_types = connection.execute("SELECT ver, models FROM col").fetchone()
    return decode_json(note_types if version == _JSON_SCHEMA else "{}", type=dict[int, PackagedNoteType])


def _contents(connection: sqlite3.Connection, limits: ReadingLimits) -> Contents:
    version, decks = connection.execute("SELECT ver, decks FROM col").fetchone()
    names = decode_json(decks if version == _JSON_SCHEMA else "{}", type=dict[int, _Deck])
    slots: dict[int, list[int]] = defaultdict(list)
    deck_of: dict[int, str] = {}
    rows = connection.execute("SELECT nid, ord, did FROM cards ORDER BY nid, ord")
    for count, (note_id, slot, deck) in enumerate(rows):
        if count == limits.notes:
            raise PackageError(_TOO_LARGE)
        slots[note_id].append(slot)
        if deck in names:
            deck_of.setdefault(note_id, names[deck].name)
    cards = {note_id: tuple(each) for note_id, each in slots.items()}
    return Contents(_notes(connection, limits), cards, deck_of, _note_types(connection))
