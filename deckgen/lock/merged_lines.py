"""What a union merge of two branches leaves double in the lock, put right."""

from __future__ import annotations

from deckgen.lock.model import UNKNOWN, LockedNote, LockedNoteType
from deckgen.lock.slots import Slots, is_within
from deckgen.model.values import replace


class SlotsClashError(ValueError):
    """Two branches gave one slot to different fields or cards."""


def merge_double(one: LockedNote, other: LockedNote) -> LockedNote:
    """Settle two lines of one note: the later stands, for its stamp brings it to the readers of the other.

    Of two contents with one stamp neither would reach the readers of the other, so the next build must ship
    a stamp above both.
    """
    older, newer = sorted((one, other), key=lambda note: (note.mod, not note.retired))
    retired = one.retired and other.retired
    if older.source_hash == newer.source_hash:
        return replace(newer, retired=retired)
    if older.mod == newer.mod:
        newer = replace(newer, source_hash=UNKNOWN, rendered_hash=UNKNOWN)
    pairs = (zip(line.cards, line.hidden_hashes, strict=False) for line in (older, newer))
    hidden = {card: digest for each in pairs for card, digest in each}
    cards = tuple(sorted({*older.cards, *newer.cards}))
    hashes = tuple(hidden[card] for card in cards) if hidden else ()
    return replace(newer, cards=cards, hidden_hashes=hashes, retired=retired)


def merge_note_types(key: str, one: LockedNoteType, other: LockedNoteType) -> LockedNoteType:
    """Settle two lines of a note type: the later stands, with the slots of the one that has more."""
    older, newer = sorted((one, other), key=lambda note_type: note_type.mod)
    if _grew(older.slots, newer.slots):
        return newer if older.mod < newer.mod or older.hash == newer.hash else replace(newer, hash=UNKNOWN)
    if not _grew(newer.slots, older.slots):
        raise SlotsClashError(f"Two branches gave a slot of `{key}` to different fields or cards.")
    return replace(older, mod=newer.mod, hash=older.hash if older.hash == newer.hash else UNKNOWN)


def _grew(less: Slots, more: Slots) -> bool:
    return is_within(less.fields, more.fields) and is_within(less.cards, more.cards)


def with_own_ids(notes: dict[str, LockedNote]) -> dict[str, LockedNote]:
    """Give each note an Anki id of its own: two branches may have given one to two notes, built at one time.

    Readers know notes by their GUIDs. The first by its full id keeps what it has, on every machine alike; so
    do two lines of one note.
    """
    if len({note.anki_id for note in notes.values()}) == len(notes):  # as nearly always
        return notes
    owners = {note.anki_id: note.guid for _, note in sorted(notes.items(), reverse=True)}
    settled = dict(notes)
    for note_id, note in sorted(notes.items()):
        anki_id = note.anki_id
        if owners[anki_id] != note.guid:
            while anki_id in owners:
                anki_id += 1
            owners[anki_id] = note.guid
            settled[note_id] = replace(note, anki_id=anki_id)
    return settled
