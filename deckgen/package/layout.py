"""Where the fields and cards of a note type's notes go: the slots, worked out once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from deckgen.lock.card_history import hidden_hashes
from deckgen.lock.note_types import ShippedNoteType
from deckgen.lock.slots import Slots, card_key
from deckgen.model.ids import content_hash
from deckgen.model.note_type import NoteType
from deckgen.model.notes import PackedNote, RenderedNote
from deckgen.package.spool import NoteTexts, Spool


class NoteLayout:
    """Packs the notes of one note type.

    Args:
        shipped: the note type in its slots.
        spool: takes the texts of the notes.
        private_ids: the full ids of notes that the reader's own words were on.
    """

    def __init__(self, shipped: ShippedNoteType, spool: Spool, private_ids: AbstractSet[str]) -> None:
        self._spool = spool
        self._private_ids = private_ids
        self._names = shipped.slots.field_names()
        self._private = private_slots(shipped.note_type, shipped.slots)
        keys = [card_key(card.name) for card in shipped.note_type.cards]
        # The cards of a cloze are numbered by its deletions.
        self._slots = None if shipped.note_type.is_cloze else [shipped.slots.cards.index(key) for key in keys]
        self._cards: dict[tuple[int, ...], tuple[int, ...]] = {}  # few differ, so each is held once

    def pack(self, note: RenderedNote) -> PackedNote:
        """Put a note's texts into their slots and into the spool; return what else the package needs.

        Raises:
            NoSpoolError: the folder for temporary files has no room for them.
        """
        texts, tags, span = note.fields, note.tags, note.span
        fields = tuple([texts.get(name, "") for name in self._names])
        cards = self._in_slots(note.cards)
        source = content_hash(
            note.hash, "\t".join(tags), str(cards), *(one.package_name for one in note.media)
        )
        has_private = note.story_hash or not self._private_ids.isdisjoint((note.id, *note.aliases))
        return PackedNote(
            note.id,
            note.kind,
            cards,
            source,
            rendered_hash(fields, tags, cards, self._private),
            note.deck,
            self._spool.add(NoteTexts(fields, tags)),
            span.path,
            span.line,
            span.column,
            note.media,
            note.aliases,
            hidden_hashes(note.hidden) if note.hidden else (),
            content_hash(source, note.story_hash) if has_private else "",
        )

    def _in_slots(self, cards: tuple[int, ...]) -> tuple[int, ...]:
        """Return the slots of a note's cards, sorted."""
        found = self._cards.get(cards)
        if found is None:
            slots = self._slots
            found = cards if slots is None else tuple(sorted([slots[card] for card in cards]))
            self._cards[cards] = found
        return found


def private_slots(note_type: NoteType, slots: Slots) -> list[int]:
    """Return the slots of the fields that hold the reader's own words."""
    private = {field.key for field in note_type.fields if field.private}
    return [slot for slot, key in enumerate(slots.fields) if key in private]


def rendered_hash(
    fields: Sequence[str], tags: Iterable[str], cards: tuple[int, ...], private: Iterable[int]
) -> str:
    """Return a hash of what all readers share of a note: a private field differs from one to the next.

    Args:
        fields: its texts, by slot.
        tags: in the order of the package.
        cards: the slots of its cards, sorted.
        private: the slots of private fields.
    """
    shared = list(fields)
    for slot in private:
        shared[slot] = ""
    return content_hash(*shared, "\t".join(tags), str(cards))
