"""What an import did, from the collection before and after it, and from that of a new reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deckgen.verify.outcome import (
    BlankCard,
    CardElsewhere,
    Fate,
    GeneratedCard,
    MediaFate,
    MediaOutcome,
    NewCard,
    NoteOutcome,
    NoteTypeOutcome,
    Outcome,
)
from deckgen.verify.problems import Sides, find_problems
from deckgen.verify.snapshot import HeldCard, HeldNoteType, Snapshot

# What became of each note: its id in the collection, or in the package if it is CONFLICTING.
ImportLog = list[tuple[Fate, int]]


def compare(
    before: Snapshot, after: Snapshot, fresh: Snapshot, log: ImportLog, *, old_refusal: str, now: int
) -> Outcome:
    """Return what importing NEW did.

    Args:
        before: the reader's collection after OLD.
        after: the same after NEW.
        fresh: the collection of someone who imported NEW alone.
        log: what Anki says of the notes.
        old_refusal: why Anki refused OLD; empty if it did not.
        now: the time, in seconds since 1970.
    """
    added = _added_cards(before, after)
    blank = sorted((after.notes[note].guid, ordinal) for note, ordinal in after.blank - before.blank)
    sides = Sides(
        before,
        after,
        fresh,
        tuple(_note_outcomes(before, after, fresh, log, added)),
        tuple(_note_type_outcomes(before, after, fresh)),
        tuple(_media_outcomes(before, after, fresh)),
        tuple(BlankCard(*card) for card in blank),
        old_refusal,
        now,
    )
    shipped = {note.guid for note in fresh.notes.values()}
    staying = {key: note for key, note in before.notes.items() if note.guid not in shipped}
    return Outcome(
        sides.notes,
        sides.note_types,
        sides.media,
        tuple(note.name for note in staying.values()),
        tuple(
            GeneratedCard(note.guid, card.ordinal, card.deck)
            for key, note in staying.items()
            for card in added.get(key, ())
        ),
        sides.blank,
        find_problems(sides),
    )


def _added_cards(before: Snapshot, after: Snapshot) -> dict[int, tuple[NewCard, ...]]:
    """Return the cards that the import added, by the id of their note."""
    return {
        note: tuple(
            NewCard(ordinal, card.deck)
            for ordinal, card in sorted(cards.items())
            if ordinal not in before.cards.get(note, {})
        )
        for note, cards in after.cards.items()
    }


def _note_outcomes(
    before: Snapshot,
    after: Snapshot,
    fresh: Snapshot,
    log: ImportLog,
    added: dict[int, tuple[NewCard, ...]],
) -> Iterator[NoteOutcome]:
    for incoming_id, fate, key in sorted(_with_incoming_ids(log, after, fresh)):
        note, had = fresh.notes[incoming_id], before.notes.get(key)
        if fate is Fate.CONFLICTING:
            yield NoteOutcome(note.guid, note.name, fate, True, (), ())
            continue
        changed = had is None or (had.fields, had.tags) != (note.fields, note.tags)
        elsewhere = _elsewhere(before.cards.get(key, {}), fresh.cards.get(incoming_id, {}))
        yield NoteOutcome(note.guid, note.name, fate, changed, added.get(key, ()), tuple(elsewhere))


def _with_incoming_ids(log: ImportLog, after: Snapshot, fresh: Snapshot) -> Iterator[tuple[int, Fate, int]]:
    """Yield the entries of the log, each behind the id that its note has in NEW."""
    incoming_ids: dict[str, list[int]] = {}  # a GUID may stand there twice; the first one comes last
    for incoming_id, note in reversed(fresh.notes.items()):
        incoming_ids.setdefault(note.guid, []).append(incoming_id)
    for fate, key in log:
        yield key if fate is Fate.CONFLICTING else incoming_ids[after.notes[key].guid].pop(), fate, key


def _elsewhere(held: Mapping[int, HeldCard], incoming: Mapping[int, HeldCard]) -> Iterator[CardElsewhere]:
    """Yield the cards of a note that NEW has in another deck; Anki knows decks by names in any case."""
    for ordinal, card in sorted(incoming.items()):
        if ordinal in held and held[ordinal].deck.casefold() != card.deck.casefold():
            yield CardElsewhere(ordinal, held[ordinal].deck, card.deck)


def _note_type_outcomes(before: Snapshot, after: Snapshot, fresh: Snapshot) -> Iterator[NoteTypeOutcome]:
    used = {note.note_type for note in fresh.notes.values()}
    split = {
        found.original_id: found.name
        for key, found in after.note_types.items()
        if key not in before.note_types and key != found.original_id
    }
    for key in sorted(used):
        incoming, had = fresh.note_types[key], before.note_types.get(key)
        held = after.note_types[key]
        if had is None:
            fate = Fate.NEW
        elif key in split:
            fate = Fate.CONFLICTING
        else:
            fate = Fate.UNTOUCHED if held == had else Fate.UPDATED
        changed = had is None or _content(had) != _content(incoming)
        yield NoteTypeOutcome(key, incoming.name, fate, changed, split.get(key, held.name))


def _content(note_type: HeldNoteType) -> tuple[object, ...]:
    """Return what a person sees of a note type.

    Anki adds ``+`` to a name that is taken, and of two note types of one name to either.
    """
    name = note_type.name.rstrip("+")
    return name, note_type.is_cloze, note_type.fields, note_type.templates, note_type.style


def _media_outcomes(before: Snapshot, after: Snapshot, fresh: Snapshot) -> Iterator[MediaOutcome]:
    arrived = {after.media[name] for name in after.media.keys() - before.media.keys()}
    for name, sha1 in sorted(fresh.media.items()):
        if name not in before.media:
            fate = MediaFate.ADDED
        elif before.media[name] == sha1:
            fate = MediaFate.SAME
        else:
            fate = MediaFate.RENAMED if sha1 in arrived else MediaFate.KEPT
        yield MediaOutcome(name, fate)
