"""Which slot of a note type each field and card template takes.

Anki compares note types slot by slot, and skips every note when their number differs. So a note type
ships with spare slots from its first release: a field or a card that is added later takes one, one that
is dropped frees its own, and the schema stays the same (docs/reimport.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from deckgen.notetypes.definition import COMMON_FIELDS, CardDefinition, FieldDefinition, NoteType

SPARE = "-"  # never used
FREED = "~"  # used once, free again
RESERVED = "@reserved"
SPARE_FIELDS = 4
SPARE_CARDS = 2

# A field or card that wants a slot: its key, and the keys that it had before.
Wanted = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Slots:
    """What stands in each slot: keys of fields and cards, ``-`` or ``~`` for a free one.

    ``@source`` and the like are the fields that every note type has. ``@reserved`` is never filled:
    the fronts of spare cards ask for it, so they make no card.
    """

    fields: tuple[str, ...]
    cards: tuple[str, ...]


def is_free(key: str) -> bool:
    """Tell whether a slot holds nothing now."""
    return key in (SPARE, FREED)


def card_key(name: str) -> str:
    """Return the name of a card as the lock writes it: without spaces and commas."""
    return quote(name.replace(" ", "_"), safe="")


def wanted_fields(note_type: NoteType) -> list[Wanted]:
    """Return the keys of all fields of a note type, its own first."""
    common = [(f"@{name.lower()}", ()) for name in COMMON_FIELDS]
    return [*((field.key, field.aliases) for field in note_type.fields), *common, (RESERVED, ())]


def wanted_cards(note_type: NoteType) -> list[Wanted]:
    """Return the keys of a note type's cards."""
    return [(card_key(card.name), tuple(map(card_key, card.aliases))) for card in note_type.cards]


def first_slots(note_type: NoteType) -> Slots:
    """Return the slots of a note type that was never shipped."""
    spare_cards = 0 if note_type.is_cloze else SPARE_CARDS
    return Slots(
        (*(key for key, _ in wanted_fields(note_type)), *[SPARE] * SPARE_FIELDS),
        (*(key for key, _ in wanted_cards(note_type)), *[SPARE] * spare_cards),
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


def card_in_slot(note_type: NoteType, key: str) -> CardDefinition:
    """Return the note type's card with this key."""
    return next(card for card in note_type.cards if card_key(card.name) == key)


def take_slots(wanted: Iterable[Wanted], shipped: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Fit the keys that a note type has now into the slots it was shipped with.

    Args:
        wanted: each key with its earlier names.
        shipped: what stands in each slot.

    Returns:
        The new content of the slots, and the keys that found none.
    """
    slots = list(shipped)
    homeless = []
    kept = set()
    for key, aliases in wanted:
        kept.add(key)
        held = next((name for name in (key, *aliases) if name in slots), None)
        if held is None:
            homeless.append(key)
        else:
            slots[slots.index(held)] = key
    slots = [key if key in kept or is_free(key) else FREED for key in slots]
    # A slot that was never used comes before one that was: readers may have cards on the latter.
    free = [n for n, key in enumerate(slots) if key == SPARE] + [
        n for n, key in enumerate(slots) if key == FREED
    ]
    for n, key in zip(free, homeless, strict=False):
        slots[n] = key
    return tuple(slots), homeless[len(free) :]


def is_within(less: Sequence[str], more: Sequence[str]) -> bool:
    """Tell whether ``more`` is what ``less`` grew into: all that it holds in the same slots."""
    return len(less) <= len(more) and all(
        before in (after, SPARE) for before, after in zip(less, more, strict=False)
    )
