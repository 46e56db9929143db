"""The text of deckgen.lock, made for git: a line for each note, note type and deck, sorted.

So two branches that touch different notes merge. ``read.parse_lock`` is the inverse.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from urllib.parse import quote

from deckgen.lock.model import Lock, LockedNote, LockedNoteType
from deckgen.lock.slots import Slots, default_name

VERSION = 2
_HEADER = "# deckgen.lock: what readers have, and since when. Written by `deckgen build`; commit it."


def format_lock(lock: Lock) -> str:
    """Return the lock's text."""
    return "".join(lock_lines(lock))


def lock_lines(lock: Lock) -> Iterator[str]:
    """Yield the lines of the lock's text, sorted; all at once would need as much memory as the lock."""
    yield f"{_HEADER}\n"
    yield f"lock {VERSION} {lock.project}\n"
    notes: dict[str, list[str]] = {}
    for note_id, note in lock.notes.items():
        notes.setdefault(_word(note), []).append(note_id)
    lines = {word: list(each) for word, each in groupby(_other_lines(lock), lambda line: line.split(" ")[0])}
    for word in sorted(lines.keys() | notes.keys()):
        if word in notes:
            yield from (f"{format_note(note_id, lock.notes[note_id])}\n" for note_id in sorted(notes[word]))
        else:
            yield from (f"{line}\n" for line in lines[word])


def changed_lines(before: Lock, after: Lock) -> Iterator[str]:
    """Yield the lines that one lock has and another had not."""
    for note_id, note in after.notes.items():
        if before.notes.get(note_id) != note:
            yield format_note(note_id, note)
    known = set(_other_lines(before))
    yield from (line for line in _other_lines(after) if line not in known)


def _other_lines(lock: Lock) -> Iterator[str]:
    """Yield the lines that are of no single note, sorted."""
    if lock.future_until:
        yield f"ahead {lock.future_until}"
    if lock.restarted_at:
        yield f"anew {lock.restarted_at}"
    for key, deck in sorted(lock.decks.items()):
        yield f"deck {key}@{deck.mod} {deck.name}" if deck.mod else f"deck {key} {deck.name}"
    yield from (f"media {name} {path}" for name, path in sorted(lock.media.items()))
    for key, line in sorted(lock.note_types.items()):
        yield f"notetype {key} {_format_note_type(line)}"
    yield from (f"void {stamp}" for stamp in sorted(lock.void_stamps))


def _word(note: LockedNote) -> str:
    """Return the word that a note's line starts with."""
    return "forgotten" if note.forgotten else "retired" if note.retired else "note"


def format_note(note_id: str, note: LockedNote) -> str:
    """Return a note's line in the lock."""
    if note.hidden_hashes:
        cards = ",".join(map("%d:%s".__mod__, zip(note.cards, note.hidden_hashes, strict=True)))
    else:
        cards = ",".join(map(str, note.cards))
    what = f"{note.note_type} {note.guid} {note.source_hash} {note.rendered_hash} {note.mod} {note.anki_id}"
    line = f"{_word(note)} {note_id} {what} {cards}"
    return f"{line} {note.first_id}" if note.first_id else line


def _format_note_type(line: LockedNoteType) -> str:
    form = "cloze" if line.is_cloze else "plain"
    fields, cards = _format_fields(line.slots), ",".join(line.slots.cards)
    return f"{form} {line.anki_id} {line.hash} {line.mod} {fields} {cards}"


def _format_fields(slots: Slots) -> str:
    """Return each field's key, and its names where they are not just the one that follows from the key."""
    parts = []
    for slot, (key, names) in enumerate(zip(slots.fields, slots.names, strict=True)):
        words = "|".join(quote(name, safe="") for name in names)
        parts.append(key if names == (default_name(key, slot),) else f"{key}={words}")
    return ",".join(parts)
