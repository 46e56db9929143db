"""The collection within a package: the SQLite database that Anki reads, schema 11."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from deckgen.lock.model import LockedNote
from deckgen.model.ids import entity_id
from deckgen.model.notes import PackedNote
from deckgen.package.shipment import Shipment
from deckgen.package.spool import Spool
from deckgen.render.learning_order import card_positions, first_cards

# The columns that differ from row to row; all others hold what a note or a card never seen has.
_WRITE_NOTE = "INSERT OR REPLACE INTO notes VALUES (?,?,?,?,-1,?,?,?,0,0,'')"
_INSERT_CARD = "INSERT INTO cards VALUES (?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')"
_STAMP_CARDS = "UPDATE cards SET mod = ? WHERE nid = ?"
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
# A collection cut short is written anew. Rows come in their order, so few pages need to be at hand (in KiB).
_QUICK = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-256;"


def write_collection(file: Path, shipment: Shipment, spool: Spool) -> None:
    """Write all that a shipment holds into a new collection.

    Rows go in by their ids and indexes are made at the end: so each is appended, at half the cost.

    Raises:
        sqlite3.DatabaseError: the collection cannot be written.
    """
    from deckgen.package.models import create_collection  # noqa: PLC0415 - genanki is slow to import

    project = shipment.lock.project
    notes = (*shipment.notes, *shipment.retired)
    lines = shipment.lines
    names = {name for note in notes for name in (note.deck, note.deck.partition("::")[0])}
    decks = {name: entity_id("deck", project, name) for name in sorted(names)}
    places = array("q", sorted(range(len(notes)), key=lambda place: lines[notes[place].id].anki_id))
    positions = card_positions(shipment.notes, shipment.a_day)
    # Retired notes come last: a new reader meets them after all others, if at all.
    positions.extend(range(len(positions) + 1, sum(len(note.cards) for note in notes) + 1))
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript(_QUICK)
        create_collection(connection, shipment.note_types.values(), decks, shipment.description)
        indexes = connection.execute(_INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.executemany(_WRITE_NOTE, _note_rows((notes[place] for place in places), shipment, spool))
        connection.executemany(_INSERT_CARD, _card_rows(notes, lines, places, decks, positions))
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")


def update_collection(file: Path, shipment: Shipment, spool: Spool) -> None:
    """Give the notes of a shipment their present content in a collection that has them, and their cards.

    Raises:
        sqlite3.DatabaseError: the collection is damaged, or gone.
    """
    lines = [shipment.lines[note.id] for note in shipment.notes]
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection:
        connection.executescript(f"{_QUICK} BEGIN")
        connection.executemany(_WRITE_NOTE, _note_rows(shipment.notes, shipment, spool))
        connection.executemany(_STAMP_CARDS, [(line.mod, line.anki_id) for line in lines])
        connection.execute("COMMIT")


def _note_rows(notes: Iterable[PackedNote], shipment: Shipment, spool: Spool) -> Iterator[tuple[object, ...]]:
    model_ids = {key: shipped.anki_id for key, shipped in shipment.note_types.items()}
    for note in notes:
        line = shipment.lines[note.id]
        fields, tags = spool.read(note.text)
        joined = "\x1f".join(fields)
        yield (
            line.anki_id,
            line.guid,
            model_ids[line.note_type],
            line.mod,
            f" {' '.join(tags)} ",
            joined,
            fields[0],
        )


def _card_rows(
    notes: Sequence[PackedNote],
    lines: Mapping[str, LockedNote],
    places: Sequence[int],
    decks: Mapping[str, int],
    positions: Sequence[int],
) -> Iterator[tuple[int, ...]]:
    """Yield the row of each card, the lowest id first; ``due`` is its position among new cards.

    Ids go down from each note's own, so that none lies in the future, and all differ. ``places`` are those
    of the notes in the order of their ids, ``positions`` those of all cards, note by note.
    """
    firsts = first_cards(notes)
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
            yield first - number, line.anki_id, deck_id, slot, line.mod, positions[firsts[place] + number]
