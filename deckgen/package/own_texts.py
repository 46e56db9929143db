"""The texts of notes by which a renamed one is told: those of the fields of its own note type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deckgen.lock.model import LockedNote
from deckgen.lock.note_types import ShippedNoteType
from deckgen.lock.slots import own_slots
from deckgen.model.notes import PackedNote
from deckgen.package.spool import Spool


def own_texts(
    new: Iterable[PackedNote],
    shipped: Mapping[str, tuple[str, ...]],
    lines: Mapping[str, LockedNote],
    types: Mapping[str, ShippedNoteType],
    spool: Spool,
) -> dict[str, tuple[str, ...]]:
    """Return what the fields of a note's own hold, without its source and its place, by the note's GUID.

    Args:
        new: notes that readers do not have.
        shipped: all fields of the notes that they have, by GUID.
        lines: of all these notes in the next lock.
        types: the note types, by their keys in the lock.
        spool: holds the texts of the new notes.
    """
    texts = {**shipped, **{lines[note.id].guid: spool.read(note.spool_number).fields for note in new}}
    slots = {key: own_slots(its.slots) for key, its in types.items()}
    return {
        line.guid: tuple(text for slot, text in enumerate(texts[line.guid]) if slot in slots[line.note_type])
        for line in lines.values()
        if line.guid in texts and line.note_type in slots
    }
