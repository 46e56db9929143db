"""What an Anki collection holds at one moment, as far as an import can change it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anki.collection import Collection
from anki.models import ModelManager

from deckgen.model.text import unescape
from deckgen.model.values import Struct
from deckgen.verify.package_reader import CLOZE

_NAME_LENGTH = 60
_CARDS = """
    SELECT c.id, nid, ord, did, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags, data,
        (SELECT group_concat(id) FROM revlog WHERE cid = c.id)
    FROM cards c
"""


class HeldNote(Struct, frozen=True):
    """A note; ``mod`` in seconds since 1970, ``tags`` in lower case, since Anki does not tell cases apart."""

    guid: str
    note_type: int
    mod: int
    fields: tuple[str, ...]
    tags: frozenset[str]

    @property
    def name(self) -> str:
        """The start of the first field, or the GUID: what a person knows the note by."""
        text = " ".join(unescape(re.sub(r"<[^>]*>", " ", self.fields[0])).split())
        if len(text) > _NAME_LENGTH:
            text = f"{text[: _NAME_LENGTH - 1].rstrip()}…"
        return text or self.guid


class HeldCard(Struct, frozen=True):
    """A card: its deck, and its place in the schedule with the ids of its reviews."""

    deck: str
    progress: tuple[Any, ...]


class HeldNoteType(Struct, frozen=True):
    """A note type; ``original_id`` is the id that it had in the package from which it came."""

    name: str
    mod: int
    original_id: int | None
    is_cloze: bool
    fields: tuple[str, ...]
    templates: tuple[tuple[str, str, str], ...]
    style: str


class Snapshot(Struct, frozen=True):
    """A collection: notes and note types by id, cards by the id of their note and their place in it, from 0.

    ``blank`` are the cards that show nothing; ``media`` has each file's SHA-1 by its name.
    """

    notes: dict[int, HeldNote]
    cards: dict[tuple[int, int], HeldCard]
    note_types: dict[int, HeldNoteType]
    blank: frozenset[tuple[int, int]]
    media: dict[str, str]


def take_snapshot(col: Collection) -> Snapshot:
    """Return what a collection holds."""
    decks = {deck.id: deck.name for deck in col.decks.all_names_and_ids()}
    cards, places = {}, {}
    for card, note, ordinal, deck, *schedule in _rows(col, _CARDS):
        places[card] = note, ordinal
        cards[note, ordinal] = HeldCard(decks[deck], tuple(schedule))
    empty = col.get_empty_cards().notes
    return Snapshot(
        dict(_notes(col)),
        cards,
        dict(_note_types(col)),
        frozenset(places[card] for note in empty for card in note.card_ids),
        {file.name: _sha1(file) for file in Path(col.media.dir()).iterdir()},
    )


def _rows(col: Collection, sql: str) -> Iterator[tuple[Any, ...]]:
    assert col.db  # noqa: S101 - the collection is open
    return map(tuple, col.db.all(sql))


def _notes(col: Collection) -> Iterator[tuple[int, HeldNote]]:
    for note_id, guid, note_type, mod, fields, tags in _rows(
        col, "SELECT id, guid, mid, mod, flds, tags FROM notes ORDER BY id"
    ):
        folded = frozenset(tags.casefold().split())
        yield note_id, HeldNote(guid, note_type, mod, tuple(fields.split("\x1f")), folded)


def _note_types(col: Collection) -> Iterator[tuple[int, HeldNoteType]]:
    # The collection's own manager remembers note types as they were before an import.
    for found in ModelManager(col).all():
        yield (
            found["id"],
            HeldNoteType(
                found["name"],
                found["mod"],
                found.get("originalId"),
                found["type"] == CLOZE,
                tuple(field["name"] for field in found["flds"]),
                tuple((each["name"], each["qfmt"], each["afmt"]) for each in found["tmpls"]),
                found["css"],
            ),
        )


def _sha1(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha1").hexdigest()
