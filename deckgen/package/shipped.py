"""Notes as a package holds them: fields and cards by the slots of their note type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deckgen.ids import content_hash
from deckgen.model import RenderedNote
from deckgen.package.lock import LockedNote
from deckgen.package.note_types import ShippedNoteType
from deckgen.package.slots import card_key
from deckgen.texts import Texts
from deckgen.values import Struct


class ShippedNote(Struct, frozen=True, gc=False):
    """A note as the package holds it: its texts, the name of the field in each slot, its cards by slot."""

    id: str
    guid: str
    anki_id: int
    mod: int
    type_key: str
    texts: Texts
    field_names: Sequence[str]
    tags: tuple[str, ...]
    cards: tuple[int, ...]
    deck: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields by slot; from a file, it may be, so hold them for more than one look."""
        return in_slots(self.texts, self.field_names)


def in_slots(texts: Texts, names: Iterable[str]) -> tuple[str, ...]:
    """Return the text of each name, empty where there is none."""
    texts = texts.copy()
    return tuple([texts.get(name, "") for name in names])


def shipped_note(
    named: tuple[str, LockedNote], texts: Texts, names: Sequence[str], tags: tuple[str, ...], deck: str
) -> ShippedNote:
    """Return a note as the package holds it, given its id with its line in the lock."""
    note_id, line = named
    return ShippedNote(
        note_id, line.guid, line.anki_id, line.mod, line.note_type, texts, names, tags, line.cards, deck
    )


class Layout:
    """Where the fields and cards of a note type's notes go, worked out once for all of them."""

    def __init__(self, shipped: ShippedNoteType) -> None:
        self.key = shipped.key
        self.field_names = shipped.slots.field_names()
        private = {field.key for field in shipped.note_type.fields if field.private}
        self._private = [slot for slot, key in enumerate(shipped.slots.fields) if key in private]
        keys = [card_key(card.name) for card in shipped.note_type.cards]
        # The cards of a cloze are numbered by its deletions.
        self._slots = None if shipped.note_type.is_cloze else [shipped.slots.cards.index(key) for key in keys]

    def cards(self, note: RenderedNote) -> tuple[int, ...]:
        """Return the slots of a note's cards, sorted."""
        slots = self._slots
        return note.cards if slots is None else tuple(sorted([slots[card] for card in note.cards]))

    def digest(self, fields: tuple[str, ...], tags: tuple[str, ...], cards: tuple[int, ...]) -> str:
        """Return a hash of what readers share: a private field differs from one of them to the next."""
        shared = list(fields)
        for slot in self._private:
            shared[slot] = ""
        return content_hash(*shared, "\t".join(tags), str(cards))
