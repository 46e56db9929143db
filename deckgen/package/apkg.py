"""The package file: a shipment written as Anki reads it.

genanki's ``Model``, ``Deck``, ``Note`` and ``Package`` are the words; how they are written is ours,
because genanki stamps every note with the build's time, gives fields no ids, decides by regular
expression which cards exist, and inserts row by row (docs/reimport.md).
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from deckgen.ids import entity_id
from deckgen.notetypes.shipped import Sides, shipped_sides
from deckgen.package.note_types import ShippedNoteType
from deckgen.package.slots import card_in_slot, field_in_slot, is_free
from deckgen.package.stamps import Shipment, ShippedNote

# The earliest time a ZIP entry can have: the same sources give the same bytes.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_COMPRESSION = 3  # zlib's level; higher ones cost more time than they save space
_INSERT_NOTE = "INSERT INTO notes VALUES (?,?,?,?,?,?,?,?,?,?,?)"
_INSERT_CARD = "INSERT INTO cards VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
_NEW_CARD = (0, 0)  # Anki's type and queue of a card never seen


class Model(genanki.Model):  # type: ignore[misc]  # genanki ships no types
    """A note type whose fields and templates carry ids, and which knows when it last changed."""

    def __init__(self, shipped: ShippedNoteType) -> None:
        self.shipped = shipped
        note_type = shipped.note_type
        super().__init__(
            shipped.anki_id,
            shipped.name,
            fields=list(_field_dicts(shipped)),
            templates=list(_template_dicts(shipped)),
            css=note_type.style,
            model_type=self.CLOZE if note_type.is_cloze else self.FRONT_BACK,
        )
        # Anki works the requirements out anew on import; genanki's own way renders every template
        # once for each field.
        self._req: list[object] = []

    def to_json(self, _timestamp: float, deck_id: int) -> dict[str, Any]:
        """Return Anki's schema 11 note type, stamped with its own time."""
        result: dict[str, Any] = super().to_json(self.shipped.mod, deck_id)
        return result


def _field_dicts(shipped: ShippedNoteType) -> Iterator[dict[str, Any]]:
    names = shipped.slots.field_names()
    for slot, (key, name) in enumerate(zip(shipped.slots.fields, names, strict=True)):
        field = field_in_slot(shipped.note_type, key)
        yield {
            "name": name,
            "id": entity_id("field", str(shipped.anki_id), str(slot)),
            "font": "Arial",
            "description": field.about if field else "",
            # Folded away in Anki's editor: nothing there is for the reader to fill.
            "collapsed": field is None,
        }


def _template_dicts(shipped: ShippedNoteType) -> Iterator[dict[str, Any]]:
    for slot, key in enumerate(shipped.slots.cards):
        card = None if is_free(key) else card_in_slot(shipped.note_type, key)
        sides = shipped_sides(card) if card else Sides(_spare_front(slot), "{{Reserved}}")
        yield {
            "name": card.name if card else f"Spare {slot + 1}",
            "id": entity_id("template", str(shipped.anki_id), str(slot)),
            "qfmt": sides.front,
            "afmt": sides.back,
        }


def _spare_front(slot: int) -> str:
    """Return a front that makes no card; the number keeps two spare fronts apart, as Anki demands."""
    return f"{{{{#Reserved}}}}{{{{Reserved}}}} {slot + 1}{{{{/Reserved}}}}"


class Note(genanki.Note):  # type: ignore[misc]
    """A note with a GUID, an id and a time of its own."""

    def __init__(self, model: Model, shipped: ShippedNote) -> None:
        super().__init__(model=model, fields=shipped.fields, tags=shipped.tags, guid=shipped.guid)
        self.shipped = shipped

    def row(self) -> tuple[object, ...]:
        """Return the note's row in the collection's ``notes`` table."""
        note = self.shipped
        return (
            note.anki_id,
            self.guid,
            self.model.model_id,
            note.mod,
            -1,
            self._format_tags(),
            self._format_fields(),
            self.fields[0],
            0,
            0,
            "",
        )


class Deck(genanki.Deck):  # type: ignore[misc]
    """A deck; its notes are written by the package, which knows their order."""


class Package(genanki.Package):  # type: ignore[misc]
    """A package that is written with bulk inserts, and the same bytes for the same shipment."""

    def __init__(self, shipment: Shipment, project: str) -> None:
        self._shipment = shipment
        self._models = {key: Model(shipped) for key, shipped in shipment.note_types.items()}
        # Retired notes come last: a new reader meets them after all others, if at all.
        self._notes = [
            Note(self._models[note.type_key], note) for note in (*shipment.notes, *shipment.retired)
        ]
        names = sorted({note.shipped.deck for note in self._notes})
        super().__init__([Deck(entity_id("deck", project, name), name) for name in names])

    def write_to_file(self, file: IO[bytes], _timestamp: float | None = None) -> None:
        """Write the package to an open file."""
        with tempfile.TemporaryDirectory(prefix="deckgen-") as folder:
            database = Path(folder, "collection.anki2")
            self._write_database(database)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
                _add_file(archive, "collection.anki2", database)
                names = {}
                for number, media in enumerate(self._shipment.media):
                    names[str(number)] = media.package_name
                    _add_file(archive, str(number), media.location, compress=False)
                entry = zipfile.ZipInfo("media", _ZIP_TIME)
                archive.writestr(entry, json.dumps(names), zipfile.ZIP_DEFLATED)

    def _write_database(self, path: Path) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
            connection.executescript(f"BEGIN; {APKG_SCHEMA} {APKG_COL}")
            self._write_col(connection)
            connection.executemany(_INSERT_NOTE, (note.row() for note in self._notes))
            connection.executemany(_INSERT_CARD, self._card_rows())
            connection.execute("COMMIT")
        finally:
            connection.close()

    def _write_col(self, connection: sqlite3.Connection) -> None:
        (stock,) = connection.execute("SELECT decks FROM col").fetchone()
        decks = json.loads(stock) | {str(deck.deck_id): deck.to_json() for deck in self.decks}
        models = {str(model.model_id): model.to_json(0, 1) for model in self._models.values()}
        connection.execute("UPDATE col SET decks = ?, models = ?", (json.dumps(decks), json.dumps(models)))

    def _card_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield the row of each card; ``due`` is the place of its note among new cards."""
        decks = {deck.name: deck.deck_id for deck in self.decks}
        due = {note.shipped.id: place for place, note in enumerate(self._notes, 1)}
        card_id = 1 << 62
        # Ids go down from each note's own, so that none lies in the future, and all differ.
        for note in sorted(self._notes, key=lambda note: -note.shipped.anki_id):
            shipped = note.shipped
            for slot in shipped.cards:
                card_id = min(card_id - 1, shipped.anki_id)
                yield (
                    card_id, shipped.anki_id, decks[shipped.deck], slot, shipped.mod, -1, *_NEW_CARD,
                    due[shipped.id], 0, 0, 0, 0, 0, 0, 0, 0, "",
                )  # fmt: skip


def _add_file(archive: zipfile.ZipFile, name: str, path: Path, *, compress: bool = True) -> None:
    """Stream a file into the archive, without its own time."""
    entry = zipfile.ZipInfo(name, _ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w") as target:
        while chunk := source.read(1 << 20):
            target.write(chunk)
