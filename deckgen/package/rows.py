"""The rows of notes in a collection that exists: apart, for an update needs nothing of genanki."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from deckgen.package.layout import ShippedNote

# A collection cut short is written anew. Rows come in their order, so few pages need to be at hand (in KiB).
QUICK = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-256;"


def content_columns(note: ShippedNote) -> tuple[str, str, str]:
    """Return a note's tags, fields and sort field as Anki keeps them."""
    note = note.whole()
    fields = note.fields
    return f" {' '.join(note.tags)} ", "\x1f".join(fields), fields[0]


def update_collection(file: Path, notes: Iterable[ShippedNote]) -> None:
    """Give notes in a collection their present content and stamp; they keep their cards and places.

    Raises:
        sqlite3.DatabaseError: the collection is damaged, or gone.
    """
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection:
        connection.executescript(f"{QUICK} BEGIN")
        for note in notes:
            connection.execute(
                "UPDATE notes SET mod = ?, tags = ?, flds = ?, sfld = ? WHERE id = ?",
                (note.line.mod, *content_columns(note), note.line.anki_id),
            )
            connection.execute("UPDATE cards SET mod = ? WHERE nid = ?", (note.line.mod, note.line.anki_id))
        connection.execute("COMMIT")
