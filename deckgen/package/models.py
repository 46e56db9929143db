"""An empty collection with note types and decks, in genanki's words: ``Model`` and ``Deck``.

How rows are written is ours (``collection.py``), because genanki stamps every note with the build's time,
gives fields no ids, decides by regular expression which cards exist, and inserts row by row
(docs/reimport.md).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from deckgen.lock.note_types import ShippedNoteType
from deckgen.lock.slots import card_in_slot, default_name, field_in_slot, is_free
from deckgen.model.ids import entity_id
from deckgen.model.sides import Sides, shipped_sides

# What Anki's editor shows in the empty fields that every note type has.
_ABOUT = {
    "@source": "Where the note comes from.",
    "@place": "Its place in the book, where the source does not name it.",
    "@retired": "Filled once the deck no longer has this note.",
}
_SPARE = "Reserved for a later version of this deck: leave it empty."


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
            "description": field.about if field else _ABOUT.get(key, _SPARE),
            # Folded away in Anki's editor: nothing there is for the reader to fill.
            "collapsed": field is None,
        }


def _template_dicts(shipped: ShippedNoteType) -> Iterator[dict[str, Any]]:
    for slot, key in enumerate(shipped.slots.cards):
        card = None if is_free(key) else card_in_slot(shipped.note_type, key)
        sides = shipped_sides(card) if card else Sides(_spare_front(slot), "{{Reserved}}")
        yield {
            "name": card.name if card else default_name(key, slot),
            "id": entity_id("template", str(shipped.anki_id), str(slot)),
            "qfmt": sides.front,
            "afmt": sides.back,
        }


def _spare_front(slot: int) -> str:
    """Return a front that makes no card; the number keeps two spare fronts apart, as Anki demands."""
    return f"{{{{#Reserved}}}}{{{{Reserved}}}} {slot + 1}{{{{/Reserved}}}}"


def create_collection(
    connection: sqlite3.Connection,
    note_types: Iterable[ShippedNoteType],
    decks: Mapping[str, int],
    description: str,
) -> None:
    """Make the tables of an empty collection, and put note types and decks into it.

    ``decks`` are ids by names, ``description`` is what Anki shows of each, as HTML.
    """
    connection.executescript(f"BEGIN; {APKG_SCHEMA} {APKG_COL}")
    (stock,) = connection.execute("SELECT decks FROM col").fetchone()
    shown = json.loads(stock) | {
        str(deck_id): genanki.Deck(deck_id, name, description).to_json() for name, deck_id in decks.items()
    }
    models = {str(shipped.anki_id): Model(shipped).to_json(0, 1) for shipped in note_types}
    connection.execute("UPDATE col SET decks = ?, models = ?", (json.dumps(shown), json.dumps(models)))
