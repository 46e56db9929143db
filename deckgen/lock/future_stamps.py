"""Stamps that a wrong clock gave: they lie in the future, and readers have them or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from deckgen.lock.model import Lock
from deckgen.lock.stamps import BuildTime, free_ids
from deckgen.model.values import replace


def all_stamps(lock: Lock) -> Iterator[int]:
    """Yield the stamp of each note, note type and renamed deck, in seconds since 1970."""
    yield from (line.mod for line in lock.notes.values())
    yield from (line.mod for line in lock.note_types.values())
    yield from (deck.mod for deck in lock.decks.values())


def with_stamps_reset(lock: Lock, void: Collection[int], now: BuildTime) -> Lock:
    """Put what has one of the stamps ``void``, which readers do not have, back to now.

    A note whose id in Anki lies in the future came with such a stamp, so that it gets an id of the present.
    """
    lines = {note_id: line for note_id, line in lock.notes.items() if line.mod in void}
    late = [note_id for note_id, line in lines.items() if line.anki_id > now.milliseconds]
    ids = free_ids(len(late), {line.anki_id for line in lock.notes.values()}, now.milliseconds)
    anki_ids = dict(zip(late, ids, strict=True))
    notes = {
        note_id: replace(line, mod=now.seconds, anki_id=anki_ids.get(note_id, line.anki_id))
        for note_id, line in lines.items()
    }
    types = {
        key: replace(line, mod=now.seconds) if line.mod in void else line
        for key, line in lock.note_types.items()
    }
    decks = {
        key: replace(deck, mod=now.seconds) if deck.mod in void else deck for key, deck in lock.decks.items()
    }
    return replace(
        lock,
        notes={**lock.notes, **notes},
        note_types=types,
        decks=decks,
        future_until=0 if lock.future_until in void else lock.future_until,
        restarted_at=min(lock.restarted_at, now.seconds),
        void_stamps=frozenset(void),
    )


def with_stamps_kept(lock: Lock, elsewhere: Iterable[int], now: BuildTime) -> Lock:
    """Let stamps up to the newest of the lock and ``elsewhere`` lie in the future: readers have them."""
    latest = max((*all_stamps(lock), *elsewhere), default=0)
    if latest <= now.seconds:
        return lock
    return replace(
        lock,
        future_until=latest,
        void_stamps=frozenset(stamp for stamp in lock.void_stamps if stamp > latest),
    )
