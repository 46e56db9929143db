"""Reading an Anki package, whichever tool wrote it: what it holds, and nothing of what it means.

The three forms of a package are those of ``rslib/src/import_export/package/meta.rs`` in ankitects/anki:
``collection.anki2`` and ``collection.anki21`` hold Anki's schema 11, with note types and decks as JSON;
``collection.anki21b`` holds schema 18, with protobuf in its columns, compressed with zstd.

A package may come from anyone, so what it unpacks to has limits, and so has what SQLite does for it.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from deckgen.model.values import Struct
from deckgen.verify.contents import (
    PackageContents,
    PackagedCard,
    PackagedField,
    PackagedNote,
    PackagedNoteType,
    PackagedTemplate,
    PackageError,
)

_COLLECTIONS = {1: "collection.anki2", 2: "collection.anki21", 3: "collection.anki21b"}
_LATEST = 3
_TABLES = {"col", "notes", "cards", "graves", "revlog"}  # every schema has them, and Anki asks each
_LATEST_SCHEMA = 18  # SCHEMA_MAX_VERSION in rslib/src/storage/upgrades/mod.rs
_CLOZE = 1
_CHUNK = 1 << 20
# What a library says of damage is written for programmers.
_DAMAGED = "It is damaged, or cut short: export or download it again."


class Readable(Protocol):
    """A file open for reading, whatever stands behind it."""

    def read(self, size: int = ..., /) -> bytes:
        """Return the next bytes."""
        ...


class ReadingLimits(Struct, frozen=True):
    """The most that is read of a package: bytes of its collection and of one value there, rows, seconds.

    The largest shared decks have some 100,000 notes and 200 MB.
    """

    collection: int = 1 << 30
    value: int = 1 << 25
    rows: int = 5_000_000
    seconds: int = 120


def read_package(path: Path, limits: ReadingLimits = ReadingLimits()) -> PackageContents:  # noqa: B008 - frozen
    """Read the package at ``path``.

    Raises:
        PackageError: the file is no package, a damaged one, one of a later Anki, or beyond the limits.
        OSError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_archive(archive, limits)
    except zipfile.BadZipFile:
        message = (
            "It is no Anki package, which is a ZIP archive, or it was cut short: export or download it again."
        )
        raise PackageError(message) from None
    except (zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError):
        raise PackageError(_DAMAGED) from None
    except OSError as error:
        if error.errno is None:  # so says bzip2
            raise PackageError(_DAMAGED) from None
        raise


def _read_archive(archive: zipfile.ZipFile, limits: ReadingLimits) -> PackageContents:
    version = _version(archive)
    name = _COLLECTIONS.get(version)
    if name is None:
        raise PackageError("It was written by a later Anki, in a form that is not known here.")
    if name not in archive.namelist():
        raise PackageError(f"It is no Anki package, since there is no `{name}` in it.")
    try:
        with _database(archive, name, version, limits) as connection:
            return _read_collection(connection, limits)
    except (
        sqlite3.Error,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise PackageError(f"Its collection took more than {limits.seconds:,} seconds to read.") from None
        message = "Its collection is damaged, or not Anki's: export or download it again."
        raise PackageError(message) from None


def _version(archive: zipfile.ZipFile) -> int:
    """Return the form of a package: ``meta`` is a protobuf message with the number in its first field."""
    names = archive.namelist()
    if "meta" not in names:
        return 2 if "collection.anki21" in names else 1
    with archive.open("meta") as file:
        start = file.read(2)
    if len(start) < 2 or start[0] != 8:
        raise PackageError(_DAMAGED)
    return start[1]


@contextmanager
def _database(
    archive: zipfile.ZipFile, name: str, version: int, limits: ReadingLimits
) -> Iterator[sqlite3.Connection]:
    """Unpack the collection and open it for reading alone, for a limited time."""
    end = time.monotonic() + limits.seconds
    with tempfile.TemporaryDirectory(prefix="deckgen-") as folder:
        file = Path(folder, "collection.sqlite")
        with archive.open(name) as stored, file.open("wb") as target:
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
    from backports import zstd  # noqa: PLC0415 - only Anki's newest form needs it

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
            raise PackageError("Its collection holds more than any deck does.")


def _read_collection(connection: sqlite3.Connection, limits: ReadingLimits) -> PackageContents:
    # A view may go on for ever.
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= _TABLES:
        lacks = min(_TABLES - tables)
        raise PackageError(
            f"Its collection lacks the table `{lacks}`, which Anki asks for: export or download it again."
        )
    (version,) = connection.execute("SELECT ver FROM col").fetchone() or (0,)
    if _number(version) > _LATEST_SCHEMA:
        raise PackageError("Its collection was written by a later Anki, in a form that is not known here.")
    note_types, decks = (None, None) if "notetypes" in tables else _read_json(connection)
    notes = tuple(
        PackagedNote(
            _number(note_id),
            str(guid),
            _number(note_type),
            _number(mod),
            tuple(str(fields).split("\x1f")),
            _tags(str(tags)),
        )
        for note_id, guid, note_type, mod, fields, tags in _rows(
            connection, "SELECT id, guid, mid, mod, flds, tags FROM notes", limits
        )
    )
    cards = tuple(
        PackagedCard(_number(note_id), _number(ordinal), _number(deck))
        for note_id, ordinal, deck in _rows(connection, "SELECT nid, ord, did FROM cards", limits)
    )
    # SQLite would sort in a file, which may grow far beyond the collection.
    return PackageContents(tuple(sorted(notes, key=lambda note: note.id)), cards, note_types, decks)


def _rows(connection: sqlite3.Connection, sql: str, limits: ReadingLimits) -> Iterator[tuple[Any, ...]]:
    """Yield rows; a column that SQLite works out may be larger than the file that it comes from."""
    room = limits.collection
    for count, row in enumerate(connection.execute(sql)):
        room -= sum(len(value) for value in row if isinstance(value, str | bytes))
        if count == limits.rows or room < 0:
            raise PackageError("Its collection holds more than any deck does.")
        yield row


def _number(value: object) -> int:
    """Return a number of the database, whose columns may hold anything; TypeError where it is none."""
    if not isinstance(value, int | float):
        raise TypeError
    return int(value)


def _number_or_none(value: object) -> int | None:
    return None if value is None else _number(value)


def _tags(text: str) -> tuple[str, ...]:
    """Split tags where Anki does: at spaces, the ideographic one too (rslib/src/tags/mod.rs)."""
    return tuple(tag for tag in text.replace("\u3000", " ").split(" ") if tag)


def _read_json(connection: sqlite3.Connection) -> tuple[dict[int, PackagedNoteType], dict[int, str]]:
    """Read the note types and decks of schema 11."""
    row = connection.execute("SELECT models, decks FROM col").fetchone()
    if row is None:
        raise PackageError("Its collection is empty.")
    models, decks = (json.loads(column) for column in row)
    note_types = {int(key): _note_type_of_json(int(key), model) for key, model in models.items()}
    return note_types, {int(key): str(deck["name"]) for key, deck in decks.items()}


def _note_type_of_json(anki_id: int, model: Mapping[str, Any]) -> PackagedNoteType:
    return PackagedNoteType(
        anki_id,
        str(model["name"]),
        int(model["mod"]),
        model["type"] == _CLOZE,
        tuple(PackagedField(str(field["name"]), _number_or_none(field.get("id"))) for field in model["flds"]),
        tuple(
            PackagedTemplate(
                str(template["name"]),
                _number_or_none(template.get("id")),
                str(template["qfmt"]),
                str(template["afmt"]),
            )
            for template in model["tmpls"]
        ),
        str(model.get("css", "")),
    )
