"""Which slot of a note type each field and card template takes.

Anki compares note types slot by slot, and skips every note when their number differs. So a note type
ships with spare slots from its first release: a field or a card that is added later takes one, one that
is dropped frees its own, and the schema stays the same (docs/reimport.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deckgen.notetypes.definition import COMMON_FIELDS, CardDefinition, FieldDefinition, NoteType

SPARE = "-"  # never used
FREED = "~"  # used once, free again
RESERVED = "@reserved"
SPARE_FIELDS = 4
SPARE_CARDS = 2


@dataclass(frozen=True, slots=True)
class Slots:
    """What stands in each slot: keys of fields and cards, ``-`` or ``~`` for a free one.

    ``@source`` and the like are the fields that every note type has. ``@reserved`` is never filled:
    the fronts of spare cards ask for it, so they make no card.
    """

    fields: tuple[str, ...]
    cards: tuple[str, ...]


def card_key(card: CardDefinition) -> str:
    """Return the name of a card as the lock writes it, without spaces."""
    return card.name.replace(" ", "_")


def first_slots(note_type: NoteType) -> Slots:
    """Return the slots of a note type that was never shipped."""
    own = tuple(field.key for field in note_type.fields)
    common = tuple(f"@{name.lower()}" for name in COMMON_FIELDS)
    spare_cards = 0 if note_type.is_cloze else SPARE_CARDS
    return Slots(
        (*own, *common, RESERVED, *[SPARE] * SPARE_FIELDS),
        (*(card_key(card) for card in note_type.cards), *[SPARE] * spare_cards),
    )


def field_names(note_type: NoteType, slots: Slots) -> list[str]:
    """Return the name that Anki shows for the field in each slot."""
    by_key = {field.key: field.name for field in note_type.fields} | {
        f"@{name.lower()}": name for name in COMMON_FIELDS
    }
    by_key[RESERVED] = "Reserved"
    return [by_key.get(key, f"Spare {number}") for number, key in enumerate(slots.fields, 1)]


def field_in_slot(note_type: NoteType, key: str) -> FieldDefinition | None:
    """Return the note type's own field with this key, None for common and spare slots."""
    return next((field for field in note_type.fields if field.key == key), None)


def take_slots(
    wanted: Sequence[tuple[str, Sequence[str]]], shipped: Sequence[str]
) -> tuple[tuple[str, ...] | None, list[str]]:
    """Fit the keys that a note type has now into the slots it was shipped with.

    Args:
        wanted: each key with its earlier names.
        shipped: what stands in each slot.

    Returns:
        The new content of the slots, None if they do not suffice; and the keys that found no slot.
    """
    slots = list(shipped)
    homeless = []
    for key, aliases in wanted:
        held = next((name for name in (key, *aliases) if name in slots), None)
        if held is None:
            homeless.append(key)
        else:
            slots[slots.index(held)] = key
    kept = {key for key, _ in wanted}
    slots = [FREED if key not in kept and key[0] not in "@-~" else key for key in slots]
    # A slot that was never used comes before one that was: readers may have cards on the latter.
    free = [n for n, key in enumerate(slots) if key == SPARE] + [
        n for n, key in enumerate(slots) if key == FREED
    ]
    for n, key in zip(free, homeless, strict=False):
        slots[n] = key
    return (None if len(homeless) > len(free) else tuple(slots)), homeless[len(free) :]
