"""The collection within a package: the SQLite database that Anki reads, schema 11.

genanki's ``Model`` and ``Deck`` say what note types and decks look like; how rows are written is ours,
because genanki stamps every note with the build's time, gives fields no ids, decides by regular
expression which cards exist, and inserts row by row (docs/reimport.md).
"""

from __future__ import annotations

import functools
import json
import sqlite3
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

# genanki wants a backport of what functools has, which imports asyncio: a tenth of the time of a small build.
sys.modules.setdefault("cached_property", functools)

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from deckgen.ids import entity_id
from deckgen.kept import Rendered
from deckgen.notetypes.shipped import Sides, shipped_sides
from deckgen.package.lock import LockedNote
from deckgen.package.note_types import ShippedNoteType
from deckgen.package.rows import QUICK, content_columns
from deckgen.package.shipped import ShippedNote
from deckgen.package.slots import card_in_slot, field_in_slot, is_free
from deckgen.package.stamps import Shipment

# The columns that differ from row to row; all others hold what a note or a card never seen has.
_INSERT_NOTE = "INSERT INTO notes VALUES (?,?,?,?,-1,?,?,?,0,0,'')"
_INSERT_CARD = "INSERT INTO cards VALUES (?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')"
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


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


def write_collection(file: Path, shipment: Shipment) -> None:
    """Write all that a shipment holds into a new collection.

    Rows go in by their ids and indexes are made at the end: so each is appended, at half the cost.
    """
    project = shipment.lock.project
    # Retired notes come last: a new reader meets them after all others, if at all.
    notes = (*shipment.notes, *shipment.retired)
    decks = {name: entity_id("deck", project, name) for name in sorted({note.deck for note in notes})}
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript(QUICK)
        connection.executescript(f"BEGIN; {APKG_SCHEMA} {APKG_COL}")
        _write_col(connection, shipment.note_types.values(), decks)
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        model_ids = {key: shipped.anki_id for key, shipped in shipment.note_types.items()}
        lines = shipment.lines
        places = array("q", sorted(range(len(notes)), key=lambda place: lines[notes[place].id].anki_id))
        in_order = shipment.shipped(notes[place] for place in places)
        connection.executemany(_INSERT_NOTE, _note_rows(in_order, model_ids))
        connection.executemany(_INSERT_CARD, _card_rows(notes, lines, places, decks))
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")


def _note_rows(notes: Iterable[ShippedNote], model_ids: Mapping[str, int]) -> Iterator[tuple[object, ...]]:
    for note in notes:
        line = note.line
        yield line.anki_id, line.guid, model_ids[line.note_type], line.mod, *content_columns(note)


def _write_col(
    connection: sqlite3.Connection, note_types: Iterable[ShippedNoteType], decks: Mapping[str, int]
) -> None:
    (stock,) = connection.execute("SELECT decks FROM col").fetchone()
    shown = json.loads(stock) | {
        str(deck_id): genanki.Deck(deck_id, name).to_json() for name, deck_id in decks.items()
    }
    models = {str(shipped.anki_id): Model(shipped).to_json(0, 1) for shipped in note_types}
    connection.execute("UPDATE col SET decks = ?, models = ?", (json.dumps(shown), json.dumps(models)))


def _card_rows(
    notes: Sequence[Rendered],
    lines: Mapping[str, LockedNote],
    places: Sequence[int],
    decks: Mapping[str, int],
) -> Iterator[tuple[int, ...]]:
    """Yield the row of each card, the lowest id first; ``due`` is the place of its note among new cards.

    Ids go down from each note's own, so that none lies in the future, and all differ. ``places`` are those
    of the notes in the order of their ids.
    """
    first_ids = array("q")  # of each note's first card, the last note first
    card_id = 1 << 62
    for place in reversed(places):
        line = lines[notes[place].id]
        first_ids.append(min(card_id - 1, line.anki_id))
        card_id = first_ids[-1] - len(line.cards) + 1
    for place in places:
        note = notes[place]
        first, line, deck_id = first_ids.pop(), lines[note.id], decks[note.deck]
        for number, slot in reversed(list(enumerate(line.cards))):
            yield first - number, line.anki_id, deck_id, slot, line.mod, place + 1
