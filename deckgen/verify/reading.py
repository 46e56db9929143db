"""Reading an Anki package, whichever tool wrote it: what it holds, and nothing of what it means.

The three forms of a package are those of ``rslib/src/import_export/package/meta.rs`` in ankitects/anki:
``collection.anki2`` and ``collection.anki21`` hold Anki's schema 11 (note types and decks as JSON) with a
JSON media map; ``collection.anki21b`` holds schema 18 (tables with protobuf columns), compressed with
zstd, with a protobuf media map.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from deckgen.verify.contents import (
    PackageContents,
    PackagedCard,
    PackagedField,
    PackagedMedia,
    PackagedNote,
    PackagedNoteType,
    PackagedTemplate,
    PackageError,
)


class Readable(Protocol):
    """A file open for reading, whatever stands behind it."""

    def read(self, size: int = ..., /) -> bytes:
        """Return the next bytes."""
        ...


_COLLECTIONS = {1: "collection.anki2", 2: "collection.anki21", 3: "collection.anki21b"}
_LATEST = 3
_TABLES = {"col", "notes", "cards", "graves", "revlog"}  # every schema has them, and Anki asks each
_LATEST_SCHEMA = 18  # SCHEMA_MAX_VERSION in rslib/src/storage/upgrades/mod.rs
_CLOZE = 1
# What a library says of damage is written for programmers.
_DAMAGED = "It is damaged, or cut short: export or download it again."


def read_package(path: Path) -> PackageContents:
    """Read the package at ``path``.

    Raises:
        PackageError: the file is no package, a damaged one, or one of a later Anki.
        OSError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_archive(archive)
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


def _read_archive(archive: zipfile.ZipFile) -> PackageContents:
    version = _version(archive)
    name = _COLLECTIONS.get(version)
    if name is None:
        raise PackageError("It was written by a later Anki, in a form that is not known here.")
    if name not in archive.namelist():
        raise PackageError(f"It is no Anki package, since there is no `{name}` in it.")
    try:
        media = tuple(_media(archive, version))
        with _database(archive, name, compressed=version == _LATEST) as connection:
            return _read_collection(connection, media)
    except (sqlite3.Error, ValueError, KeyError, TypeError, AttributeError):
        message = "Its collection or list of media is damaged, or not Anki's: export or download it again."
        raise PackageError(message) from None


def _version(archive: zipfile.ZipFile) -> int:
    names = archive.namelist()
    if "meta" in names:
        version = _fields(archive.read("meta")).get(1, 0)
        if not isinstance(version, int):
            raise PackageError(_DAMAGED)
        return version
    return 2 if "collection.anki21" in names else 1


def _fields(message: bytes) -> dict[int, Any]:
    """Return the last value of each field of a protobuf message by its number."""
    return dict(_each_field(message))


def _each_field(message: bytes) -> Iterator[tuple[int, Any]]:
    from deckgen.verify.protobuf import read_fields  # noqa: PLC0415 - only Anki's newest form needs it

    try:
        yield from read_fields(message)
    except ValueError:
        raise PackageError(_DAMAGED) from None


@contextmanager
def _plain(archive: zipfile.ZipFile, name: str, *, compressed: bool) -> Iterator[Readable]:
    """Open a file of the archive, zstd taken off."""
    with archive.open(name) as stored:
        if not compressed:
            yield stored
            return
        from deckgen.verify.compression import zstd  # noqa: PLC0415 - only Anki's newest form needs it

        try:
            with zstd.ZstdFile(stored) as file:
                yield file
        except zstd.ZstdError:
            raise PackageError(_DAMAGED) from None


@contextmanager
def _database(archive: zipfile.ZipFile, name: str, *, compressed: bool) -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory(prefix="deckgen-") as folder:
        file = Path(folder, "collection.sqlite")
        with _plain(archive, name, compressed=compressed) as source, file.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        with closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as connection:
            # Anki's own collation; none of the orders asked for here depends on it.
            connection.create_collation("unicase", _unicase)
            yield connection


def _unicase(left: str, right: str) -> int:
    left, right = left.casefold(), right.casefold()
    return (left > right) - (left < right)


def _media(archive: zipfile.ZipFile, version: int) -> Iterator[PackagedMedia]:
    names = set(archive.namelist())
    if "media" not in names:
        return
    with _plain(archive, "media", compressed=version == _LATEST) as file:
        data = file.read()
    if version == _LATEST:
        for number, entry in _each_field(data):
            if number == 1:
                parts = _fields(entry)
                yield PackagedMedia(parts.get(1, b"").decode(), parts.get(3, b"").hex() or None)
        return
    for number, name in json.loads(data).items():
        entry = str(int(number))
        yield PackagedMedia(str(name), _sha1(archive, entry) if entry in names else None)


def _number(value: object) -> int:
    """Return a number of the database, whose columns may hold anything; TypeError where it is none."""
    if not isinstance(value, int | float):
        raise TypeError
    return int(value)


def _number_or_none(value: object) -> int | None:
    return None if value is None else _number(value)


def _sha1(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as file:
        return hashlib.file_digest(file, "sha1").hexdigest()  # type: ignore[arg-type]  # typeshed wants more


def _read_collection(connection: sqlite3.Connection, media: tuple[PackagedMedia, ...]) -> PackageContents:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables >= _TABLES:
        lacks = min(_TABLES - tables)
        message = (
            f"Its collection lacks the table `{lacks}`, which Anki asks for: export or download it again."
        )
        raise PackageError(message)
    (version,) = connection.execute("SELECT ver FROM col").fetchone() or (0,)
    if _number(version) > _LATEST_SCHEMA:
        raise PackageError("Its collection was written by a later Anki, in a form that is not known here.")
    read = _read_tables if "notetypes" in tables else _read_json
    note_types, decks = read(connection)
    notes = tuple(
        PackagedNote(
            _number(note_id),
            str(guid),
            _number(note_type),
            _number(mod),
            tuple(str(fields).split("\x1f")),
            _tags(str(tags)),
        )
        for note_id, guid, note_type, mod, fields, tags in connection.execute(
            "SELECT id, guid, mid, mod, flds, tags FROM notes ORDER BY id"
        )
    )
    cards = tuple(
        PackagedCard(_number(note_id), _number(ordinal), _number(deck))
        for note_id, ordinal, deck in connection.execute("SELECT nid, ord, did FROM cards ORDER BY id")
    )
    return PackageContents(note_types, notes, cards, decks, media)


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


def _read_tables(connection: sqlite3.Connection) -> tuple[dict[int, PackagedNoteType], dict[int, str]]:
    """Read the note types and decks of schema 15 and later; the numbers are those of Anki's proto files."""
    fields: dict[int, list[PackagedField]] = {}
    for note_type, name, config in connection.execute(
        "SELECT ntid, name, config FROM fields ORDER BY ntid, ord"
    ):
        fields.setdefault(note_type, []).append(PackagedField(name, _fields(config).get(9)))
    templates: dict[int, list[PackagedTemplate]] = {}
    for note_type, name, config in connection.execute(
        "SELECT ntid, name, config FROM templates ORDER BY ntid, ord"
    ):
        parts = _fields(config)
        front, back = parts.get(1, b"").decode(), parts.get(2, b"").decode()
        templates.setdefault(note_type, []).append(PackagedTemplate(name, parts.get(8), front, back))
    note_types = {}
    for anki_id, name, mod, config in connection.execute(
        "SELECT id, name, mtime_secs, config FROM notetypes ORDER BY id"
    ):
        parts = _fields(config)
        note_types[anki_id] = PackagedNoteType(
            anki_id,
            name,
            mod,
            parts.get(1, 0) == _CLOZE,
            tuple(fields.get(anki_id, ())),
            tuple(templates.get(anki_id, ())),
            parts.get(3, b"").decode(),
        )
    decks = connection.execute("SELECT id, name FROM decks").fetchall()
    return note_types, {anki_id: name.replace("\x1f", "::") for anki_id, name in decks}
