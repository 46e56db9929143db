"""deckgen.lock: what was shipped, and when it last changed.

Text, made for git: a line for each note, note type and deck, sorted, so that two branches that touch
different notes merge. ``read.parse_lock`` and ``format_lock`` are each other's inverse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from urllib.parse import quote

from deckgen.lock.slots import Slots, default_name
from deckgen.model.values import Struct, field

VERSION = 2
UNKNOWN = "?"  # what is not known for sure: as a hash, it differs from any other
_HEADER = "# deckgen.lock: what readers have, and since when. Written by `deckgen build`; commit it."


class LockedNote(Struct, frozen=True, gc=False):
    """A note as it was last shipped.

    ``note_type`` is the key of its note type in the lock; ``cards`` and the hashes are those of the
    ``PackedNote``, ``rendered_hash`` from when it was last stamped. ``mod``, that stamp, is in seconds since
    1970, ``anki_id`` in milliseconds. A ``forgotten`` note was retired and is shipped no more; its line
    stays, for its GUID is taken. ``first_id`` is the id that the GUID follows from, where the note was
    renamed since; ``UNKNOWN`` where a package told the GUID alone.
    """

    note_type: str
    guid: str
    source_hash: str
    rendered_hash: str
    mod: int
    anki_id: int
    cards: tuple[int, ...]
    hidden_hashes: tuple[str, ...] = ()
    retired: bool = False
    forgotten: bool = False
    first_id: str = ""


class LockedNoteType(Struct, frozen=True):
    """A note type as it was last shipped; ``anki_id`` is what Anki knows it by."""

    anki_id: int
    is_cloze: bool
    hash: str
    mod: int
    slots: Slots


class LockedDeck(Struct, frozen=True):
    """A deck's name; ``mod`` is when it was renamed, in seconds since 1970, if ever."""

    name: str
    mod: int = 0


class Lock(Struct, frozen=True):
    """All that was shipped.

    Notes are by full id, note types by list and generation (``concepts``, ``concepts@2``), decks by chapter
    and list (``ch36/concepts``), the paths of media by their names in the package. ``anew`` is when
    the deck was started anew, in seconds since 1970, if ever: what was built before counts no more. ``ahead``
    is the newest stamp that a wrong clock gave and that readers have, if any, so that stamps up to just above
    it may lie in the future; ``void`` are stamps that a wrong clock gave and that nobody has.
    """

    project: str
    notes: Mapping[str, LockedNote] = field(default_factory=dict)
    note_types: Mapping[str, LockedNoteType] = field(default_factory=dict)
    decks: Mapping[str, LockedDeck] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
    anew: int = 0
    ahead: int = 0
    void: frozenset[int] = frozenset()


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
    if lock.ahead:
        yield f"ahead {lock.ahead}"
    if lock.anew:
        yield f"anew {lock.anew}"
    for place, deck in sorted(lock.decks.items()):
        yield f"deck {place}@{deck.mod} {deck.name}" if deck.mod else f"deck {place} {deck.name}"
    yield from (f"media {name} {path}" for name, path in sorted(lock.media.items()))
    for key, line in sorted(lock.note_types.items()):
        yield f"notetype {key} {_format_note_type(line)}"
    yield from (f"void {stamp}" for stamp in sorted(lock.void))


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
