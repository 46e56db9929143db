"""The package file: a ZIP of a collection and its media, the same bytes for the same content."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import IO

from isal import isal_zlib

from deckgen.model.notes import MediaFile
from deckgen.model.values import encode_json

# The earliest time a ZIP entry can have: the same sources give the same bytes.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
# ISA-L's deflate: seven times as fast as zlib's level 3, for a package 4 % larger (docs/performance.md).
_LEVEL = 2
_RAW_DEFLATE = -15
_CHUNK = 1 << 16  # bytes; a larger piece takes new memory each time
# A vacuum goes through each page once, so pages kept for a second look are memory to fill and no more.
_LITTLE_CACHE = "PRAGMA cache_size=-100"  # kilobytes


def write_package(file: IO[bytes], collection: Path, media: Sequence[MediaFile]) -> None:
    """Write a package to an open file.

    What goes in is the collection vacuumed: SQLite lays its rows out anew, so that the bytes follow from the
    rows alone and not from how they came to be there.

    Raises:
        sqlite3.DatabaseError: the collection is damaged, or gone.
        MediaUnreadableError: a picture or recording is gone.
    """
    vacuumed = collection.with_name(f"{collection.name}.vacuumed")
    vacuumed.unlink(missing_ok=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        try:
            uri = f"{collection.as_uri()}?mode=rw"  # one that is gone is not made anew, and empty
            with closing(sqlite3.connect(uri, uri=True)) as connection:
                connection.execute("PRAGMA synchronous=OFF")
                connection.execute(_LITTLE_CACHE)
                connection.execute("VACUUM INTO ?", (str(vacuumed),))
            with vacuumed.open("rb") as source:
                _add_file(archive, "collection.anki2", source)
        finally:
            vacuumed.unlink(missing_ok=True)
        for number, one in enumerate(media):
            with one.open() as source:
                _add_file(archive, str(number), source, compress=False)
        names = {str(number): one.package_name for number, one in enumerate(media)}
        archive.writestr(zipfile.ZipInfo("media", _ZIP_TIME), encode_json(names), zipfile.ZIP_DEFLATED)


def _add_file(archive: zipfile.ZipFile, name: str, source: IO[bytes], *, compress: bool = True) -> None:
    """Stream a file into the archive, without its own time."""
    entry = zipfile.ZipInfo(name, _ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    entry.file_size = os.fstat(source.fileno()).st_size
    with archive.open(entry, "w") as target:
        if compress:  # zipfile has no way to be given another deflate
            target._compressor = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _RAW_DEFLATE)  # type: ignore[attr-defined]  # noqa: SLF001
        while chunk := source.read(_CHUNK):
            target.write(chunk)
