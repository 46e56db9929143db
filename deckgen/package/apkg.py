"""The package file: a ZIP of a collection and its media, the same bytes for the same content."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO

from deckgen.model.notes import MediaFile
from deckgen.model.values import encode_json

_LEVEL = 1  # of deflate: twice as fast as level 3, for a package 5 % larger (docs/performance.md)
_LARGE = 2_000_000_000  # bytes; a larger entry needs ZIP64
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
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        try:
            uri = f"{collection.as_uri()}?mode=rw"  # one that is gone is not made anew, and empty
            with closing(sqlite3.connect(uri, uri=True)) as connection:
                connection.execute("PRAGMA synchronous=OFF")
                connection.execute(_LITTLE_CACHE)
                connection.execute("VACUUM INTO ?", (str(vacuumed),))
            with vacuumed.open("rb") as source:
                size = vacuumed.stat().st_size
                _add_file(archive, "collection.anki2", size, iter(lambda: source.read(_CHUNK), b""))
        finally:
            vacuumed.unlink(missing_ok=True)
        for number, one in enumerate(media):
            entry = zipfile.ZipInfo(str(number))
            _add_file(archive, entry, one.size(), one.chunks(_CHUNK))
        names = {str(number): one.package_name for number, one in enumerate(media)}
        archive.writestr(zipfile.ZipInfo("media"), encode_json(names), zipfile.ZIP_DEFLATED)


def _add_file(
    archive: zipfile.ZipFile, entry: str | zipfile.ZipInfo, size: int, chunks: Iterable[bytes]
) -> None:
    """Stream a file of ``size`` bytes into the archive.

    An entry opened by its name is compressed as the archive says, one opened by a ``ZipInfo`` is stored. Both
    get the time that a ``ZipInfo`` has if it is given none, the start of 1980: never the file's own.
    """
    with archive.open(entry, "w", force_zip64=size > _LARGE) as target:
        for chunk in chunks:
            target.write(chunk)
