"""What an import did, from the collection before and after it, and from that of a new reader."""

from __future__ import annotations

from collections.abc import Iterator

from deckgen.model.values import Struct
from deckgen.verify.outcome import CardOutcome, Fate, MediaOutcome, NoteOutcome, NoteTypeOutcome
from deckgen.verify.snapshot import HeldNote, HeldNoteType, Snapshot


class Collections(Struct, frozen=True):
    """The reader's collection before NEW and after it, and that of someone who imported NEW alone.

    ``log`` is what Anki says became of each note: its id in the collection, or in NEW if it is CONFLICTING.
    """

    before: Snapshot
    after: Snapshot
    fresh: Snapshot
    log: list[tuple[Fate, int]]


def note_outcomes(collections: Collections) -> Iterator[NoteOutcome]:
    """Yield what became of each note of NEW, in the order of their ids there."""
    incoming_ids: dict[str, list[int]] = {}  # a GUID may stand there twice; the first one comes last
    for key, note in reversed(collections.fresh.notes.items()):
        incoming_ids.setdefault(note.guid, []).append(key)
    after = collections.after.notes
    found = (
        (key if fate is Fate.CONFLICTING else incoming_ids[after[key].guid].pop(), fate, key)
        for fate, key in collections.log
    )
    for incoming_id, fate, key in sorted(found):
        note = collections.fresh.notes[incoming_id]
        had = None if fate is Fate.CONFLICTING else collections.before.notes.get(key)
        changed = had is None or (had.fields, had.tags) != (note.fields, note.tags)
        yield NoteOutcome(note.guid, note.name, fate, changed)


def retired_names(collections: Collections) -> Iterator[str]:
    """Yield the name of each note of the reader's that became a retired one of deckgen's."""
    for key, had in collections.before.notes.items():
        has = collections.after.notes.get(key, had)
        if _is_retired(has) and not _is_retired(had):
            yield has.name


def _is_retired(note: HeldNote) -> bool:
    return any(tag.endswith("::retired") for tag in note.tags)


def card_outcomes(collections: Collections) -> Iterator[CardOutcome]:
    """Yield each card of the reader's that is not just what and where it was, and what NEW says it is."""
    before, after, fresh = collections.before, collections.after, collections.fresh
    decks = {(fresh.notes[key].guid, ordinal): card.deck for (key, ordinal), card in fresh.cards.items()}
    for place in sorted(before.cards.keys() | after.cards.keys()):
        key, ordinal = place
        had, has = before.cards.get(place), after.cards.get(place)
        note = after.notes[key] if has else before.notes[key]
        if has is None or (had and had.progress != has.progress):
            yield CardOutcome(note.guid, note.name, ordinal, Fate.LOST, "")
            continue
        if had is None:
            yield CardOutcome(note.guid, note.name, ordinal, Fate.NEW, has.deck)
        if place in after.blank - before.blank:
            yield CardOutcome(note.guid, note.name, ordinal, Fate.BLANK, has.deck)
        wanted = decks.get((note.guid, ordinal), has.deck)
        if wanted.casefold() != has.deck.casefold():  # Anki knows decks by their names in any case
            yield CardOutcome(note.guid, note.name, ordinal, Fate.ELSEWHERE, has.deck, wanted)


def note_type_outcomes(collections: Collections) -> Iterator[NoteTypeOutcome]:
    """Yield what became of each note type that a note of NEW has."""
    before, after = collections.before.note_types, collections.after.note_types
    split = {
        found.original_id: found.name
        for key, found in after.items()
        if key not in before and key != found.original_id
    }
    for key in sorted({note.note_type for note in collections.fresh.notes.values()}):
        incoming, had, has = collections.fresh.note_types[key], before.get(key), after[key]
        fate = Fate.UNTOUCHED if has == had else Fate.UPDATED
        if had is None:
            fate = Fate.NEW
        elif key in split:
            fate = Fate.CONFLICTING
        changed = had is None or _content(had) != _content(incoming)
        yield NoteTypeOutcome(key, incoming.name, fate, changed, split.get(key, has.name))


def _content(note_type: HeldNoteType) -> tuple[object, ...]:
    """Return what a person sees of a note type, without the ``+`` that Anki adds to a name that is taken."""
    name = note_type.name.rstrip("+")
    return name, note_type.is_cloze, note_type.fields, note_type.templates, note_type.style


def media_outcomes(collections: Collections) -> Iterator[MediaOutcome]:
    """Yield what became of each media file that a new reader gets."""
    before, after = collections.before.media, collections.after.media
    arrived = {after[name] for name in after.keys() - before.keys()}
    for name, sha1 in sorted(collections.fresh.media.items()):
        if name not in before:
            fate = Fate.NEW if name in after else Fate.LOST
        elif before[name] == sha1:
            fate = Fate.SAME
        else:
            fate = Fate.RENAMED if sha1 in arrived else Fate.KEPT
        yield MediaOutcome(name, fate)
