"""Which slot of a note type each field and card template takes.

Anki compares note types slot by slot, and skips every note when their number differs. So a note type
ships with spare slots from its first release: a field or a card that is added later takes one, one that
is dropped frees its own, and the schema stays the same (docs/reimport.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from deckgen.model.note_type import (
    COMMON_FIELDS,
    CardDefinition,
    FieldDefinition,
    NoteType,
    field_name,
)
from deckgen.model.values import Struct

SPARE = "-"  # never used
FREED = "~"  # used once, free again
RESERVED = "@reserved"
SPARE_FIELDS = 4
SPARE_CARDS = 2


class Wanted(Struct, frozen=True):
    """A field or card that wants a slot: its key, the keys it had before, and a slot to go back to."""

    key: str
    aliases: tuple[str, ...] = ()
    former_slot: int | None = None


class Slots(Struct, frozen=True):
    """What stands in each slot: keys of fields and cards, ``-`` or ``~`` for a free one.

    ``@source`` and the like are the fields that every note type has. ``@reserved`` is never filled:
    the fronts of spare cards ask for it, so they make no card. ``names`` are all the names that the field
    in each slot has had in Anki, the present one first.
    """

    fields: tuple[str, ...]
    cards: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]

    def field_names(self) -> list[str]:
        """Return the name that Anki shows for the field in each slot."""
        return [held[0] for held in self.names]


def is_free(key: str) -> bool:
    """Tell whether a slot holds nothing now."""
    return key in (SPARE, FREED)


def own_slots(slots: Slots) -> list[int]:
    """Return the slots of fields that not every note type has."""
    return [slot for slot, key in enumerate(slots.fields) if not is_free(key) and not key.startswith("@")]


def card_key(name: str) -> str:
    """Return the name of a card as the lock writes it: without spaces and commas."""
    return quote(name.replace(" ", "_"), safe="")


def wanted_fields(note_type: NoteType, shipped: Slots | None = None) -> list[Wanted]:
    """Return the fields of a note type, its own first; one goes back to the slot that it once had.

    It was dropped, or the field that it was renamed to is there no more: the renaming was taken back.
    """
    common = [f"@{name.lower()}" for name in COMMON_FIELDS]
    taken = {*common, RESERVED, *(key for its in note_type.fields for key in (its.key, *its.aliases))}
    numbered = enumerate(zip(shipped.fields, shipped.names, strict=True)) if shipped else ()
    left = {name: slot for slot, (key, names) in numbered if key not in taken for name in names}
    own = [Wanted(field.key, field.aliases, left.get(field.name)) for field in note_type.fields]
    return [*own, *map(Wanted, (*common, RESERVED))]


def wanted_cards(note_type: NoteType) -> list[Wanted]:
    """Return a note type's cards."""
    return [Wanted(card_key(card.name), tuple(map(card_key, card.aliases))) for card in note_type.cards]


def first_slots(note_type: NoteType) -> Slots:
    """Return the slots of a note type that was never shipped."""
    fields = (*(field.key for field in wanted_fields(note_type)), *[SPARE] * SPARE_FIELDS)
    spare_cards = 0 if note_type.is_cloze else SPARE_CARDS
    cards = (*(card.key for card in wanted_cards(note_type)), *[SPARE] * spare_cards)
    return Slots(fields, cards, name_slots(note_type, fields, ())[0])


def default_name(key: str, slot: int) -> str:
    """Return the name in Anki of the field in a slot, where its definition gives no other.

    That of a spare one, which a spare card has as well, is all that some apps say of it.
    """
    if is_free(key):
        return f"Reserved {slot + 1} (leave as it is)"
    return field_name(key.removeprefix("@"))


def slots_of_names(fields: Sequence[str], cards: Sequence[str], note_type: NoteType | None) -> Slots:
    """Return the slots that a package was written from; one that was freed looks like one never used.

    Args:
        fields: the names in Anki of the fields in their slots.
        cards: the same of the card templates.
        note_type: as the project has it now, if it does. What it does not know gets its key from its name.
    """
    own = {field.name: field.key for field in note_type.fields} if note_type else {}
    own |= {
        field_name(key.removeprefix("@")): key
        for key in (*(f"@{name.lower()}" for name in COMMON_FIELDS), RESERVED)
    }
    spare = [default_name(SPARE, slot) for slot in range(max(len(fields), len(cards)))]
    keys = (
        SPARE if name == spare[slot] else own.get(name, card_key(name.lower()))
        for slot, name in enumerate(fields)
    )
    card_keys = (SPARE if name == spare[slot] else card_key(name) for slot, name in enumerate(cards))
    return Slots(tuple(keys), tuple(card_keys), tuple((name,) for name in fields))


def name_slots(
    note_type: NoteType, fields: Sequence[str], shipped: Sequence[tuple[str, ...]]
) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    """Name the fields in their slots.

    When a field takes a name that another slot has in a reader's collection, Anki rewrites the incoming
    templates to the other field (seen on 23.10.1 to 26.9.3), and a reader may have skipped any release. So
    a name belongs to the slot that had it first.

    Args:
        note_type: it knows the names of its own fields.
        fields: what stands in each slot.
        shipped: the names that each slot has had.

    Returns:
        The names of each slot, the present one first, and the names that another slot has had.
    """
    own = {field.key: field.name for field in note_type.fields}
    names, taken = [], []
    for slot, key in enumerate(fields):
        name = own.get(key) or default_name(key, slot)
        held = shipped[slot] if slot < len(shipped) else ()
        names.append((name, *(earlier for earlier in held if earlier != name)))
        if any(name in others for other, others in enumerate(shipped) if other != slot):
            taken.append(name)
    return tuple(names), taken


def field_in_slot(note_type: NoteType, key: str) -> FieldDefinition | None:
    """Return the note type's own field with this key, None for common and spare slots."""
    return next((field for field in note_type.fields if field.key == key), None)


def card_in_slot(note_type: NoteType, key: str) -> CardDefinition:
    """Return the note type's card with this key."""
    return next(card for card in note_type.cards if card_key(card.name) == key)


def take_slots(wanted: Iterable[Wanted], shipped: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Fit the fields or cards that a note type has now into the slots it was shipped with.

    Args:
        wanted: what wants a slot.
        shipped: what stands in each slot.

    Returns:
        The new content of the slots, and the keys that found none.
    """
    slots = list(shipped)
    unplaced = []
    kept = set()
    for one in wanted:
        kept.add(one.key)
        held = next((name for name in (one.key, *one.aliases) if name in slots), None)
        if held is not None:
            slots[slots.index(held)] = one.key
        elif one.former_slot is not None and slots[one.former_slot] not in kept:
            slots[one.former_slot] = one.key
        else:
            unplaced.append(one.key)
    slots = [key if key in kept or is_free(key) else FREED for key in slots]
    # A slot that was never used comes before one that was: readers may have cards on the latter.
    free = [n for n, key in enumerate(slots) if key == SPARE] + [
        n for n, key in enumerate(slots) if key == FREED
    ]
    for n, key in zip(free, unplaced, strict=False):
        slots[n] = key
    return tuple(slots), unplaced[len(free) :]


def is_within(less: Sequence[str], more: Sequence[str]) -> bool:
    """Tell whether ``more`` is what ``less`` grew into: all that it holds in the same slots."""
    return len(less) <= len(more) and all(
        before in (after, SPARE) for before, after in zip(less, more, strict=False)
    )
