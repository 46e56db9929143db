"""Notes as packages hold them: fields and cards by the slots of their note type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from deckgen.lock.locked import LockedNote
from deckgen.lock.note_types import ShippedNoteType
from deckgen.lock.slots import card_key
from deckgen.model.ids import content_hash
from deckgen.model.spool import Rendered
from deckgen.model.values import Struct, replace


class ShippedNote(Struct, frozen=True, gc=False):
    """A note as the package holds it: rendered, with its line in the lock and the field's name in each slot.

    Put together when it is asked for (``Shipment.shipped``), since a package may hold many.
    """

    note: Rendered
    line: LockedNote
    field_names: Sequence[str]

    @property
    def id(self) -> str:
        """The note's full id."""
        return self.note.id

    @property
    def deck(self) -> str:
        """The deck that its cards go to."""
        return self.note.deck

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields by slot."""
        return in_slots(self.note.whole().fields, self.field_names)

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, sorted."""
        return self.note.tags

    def whole(self) -> ShippedNote:
        """Return the note with its texts at hand, for more than one look at them."""
        return replace(self, note=self.note.whole())


def in_slots(texts: Mapping[str, str], names: Iterable[str]) -> tuple[str, ...]:
    """Return the text of each name, empty where there is none."""
    return tuple([texts.get(name, "") for name in names])


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
        self._cards: dict[tuple[int, ...], tuple[int, ...]] = {}  # few differ, so all are held once

    def cards(self, cards: tuple[int, ...]) -> tuple[int, ...]:
        """Return the slots of a note's cards, sorted."""
        found = self._cards.get(cards)
        if found is None:
            slots = self._slots
            found = cards if slots is None else tuple(sorted([slots[card] for card in cards]))
            self._cards[cards] = found
        return found

    def digest(self, fields: tuple[str, ...], tags: tuple[str, ...], cards: tuple[int, ...]) -> str:
        """Return a hash of what readers share: a private field differs from one of them to the next."""
        shared = list(fields)
        for slot in self._private:
            shared[slot] = ""
        return content_hash(*shared, "\t".join(tags), str(cards))
