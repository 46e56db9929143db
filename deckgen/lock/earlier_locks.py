"""The newest that readers may have, whatever became of the lock since.

`git revert`, `git checkout v1 -- .`, `git reset --hard` and a backup put an older lock back. Its stamps are
then older than those that readers have, and a note that went back to what it was would count as unchanged. So
the newest line that was ever written of a note takes the place of the lock's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TypeVar

from deckgen.lock.model import Lock, LockedNote, LockedNoteType
from deckgen.lock.read import parse_note, parse_note_type
from deckgen.lock.slots import is_within
from deckgen.model.values import Struct, field, replace

_Line = TypeVar("_Line")


class Traces(Struct, frozen=True):
    """Lines of earlier locks, the newest of each note by its GUID, with its id, and of each note type.

    ``decks`` are by place, as in the lock. ``anew`` is the newest time, in seconds since 1970, up to which
    nothing counts, because the deck was started anew then. ``void`` are stamps that do not count.
    """

    notes: Mapping[str, tuple[str, LockedNote]] = field(default_factory=dict)
    note_types: Mapping[str, LockedNoteType] = field(default_factory=dict)
    decks: Mapping[str, str] = field(default_factory=dict)
    anew: int = 0
    void: frozenset[int] = frozenset()


def traces_in(lines: Iterable[str], void: Iterable[int] = (), latest: int | None = None) -> Traces:
    """Gather lines of locks, in any order; of lines with one stamp the first counts. Others are left out.

    Args:
        lines: of all kinds.
        void: stamps that do not count, besides those that the lines say.
        latest: the newest stamp that counts, in seconds since 1970; those above it are void.
    """
    parts = [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]
    stamps = {*void, *_parsed(parts, ("void",), lambda rest, _: int(rest))}

    def counts(mod: int) -> bool:
        if latest is not None and mod > latest:
            stamps.add(mod)
        return mod not in stamps

    notes: dict[str, tuple[str, LockedNote]] = {}
    for note_id, note in _parsed(parts, ("note", "retired", "forgotten"), parse_note):
        if counts(note.mod) and (note.guid not in notes or notes[note.guid][1].mod < note.mod):
            notes[note.guid] = note_id, note
    note_types: dict[str, LockedNoteType] = {}
    for key, its in _parsed(parts, ("notetype",), lambda rest, _: parse_note_type(rest)):
        if counts(its.mod) and (key not in note_types or note_types[key].mod < its.mod):
            note_types[key] = its
    decks: dict[str, str] = {}
    for place, name in _parsed(parts, ("deck",), lambda rest, _: rest.partition(" ")[::2]):
        decks.setdefault(place, name)
    anew = max(filter(counts, _parsed(parts, ("anew",), lambda rest, _: int(rest))), default=0)
    return Traces(notes, note_types, decks, anew, frozenset(stamps))


def _parsed(
    parts: Iterable[tuple[str, str]], words: Collection[str], parse: Callable[[str, str], _Line]
) -> Iterator[_Line]:
    """Yield what ``parse`` makes of the lines with these words; a damaged one tells nothing."""
    for word, rest in parts:
        if word in words:
            with suppress(ValueError):
                yield parse(rest, word)


def since(traces: Traces, anew: int) -> Traces:
    """Return the traces that count since the deck was started anew."""
    anew = max(anew, traces.anew)
    return Traces(
        {guid: each for guid, each in traces.notes.items() if each[1].mod >= anew},
        {key: line for key, line in traces.note_types.items() if line.mod >= anew},
        traces.decks,
        anew,
    )


def with_newest(lock: Lock, traces: Traces, *, add_notes: bool) -> tuple[Lock, tuple[str, ...]]:
    """Put the newer of each note's lines, and of each note type's, into a lock.

    Args:
        lock: as it stands.
        traces: what was written before, or elsewhere.
        add_notes: whether notes that the lock does not have are added, to be retired if the sources have
            them no more.

    Returns:
        The lock, and what was taken from the traces: ids of notes, and keys of note types.
    """
    traces = since(traces, lock.anew)
    # Of two lines of one note, as a merge leaves them, the newer counts.
    in_time = sorted(lock.notes.items(), key=lambda each: each[1].mod)
    ids = {note.guid: note_id for note_id, note in in_time}
    notes = dict(lock.notes)
    taken = []
    for guid, (traced_id, line) in traces.notes.items():
        note_id = ids.get(guid)
        if note_id is None and add_notes and traced_id not in notes:
            notes[traced_id] = line
            taken.append(traced_id)
        elif note_id is not None and notes[note_id].mod < line.mod:
            notes[note_id] = replace(line, anki_id=notes[note_id].anki_id)
            taken.append(note_id)
    types = dict(lock.note_types)
    for key, newer in traces.note_types.items():
        types[key] = _newest_type(types.get(key), newer)
    taken += [key for key, line in lock.note_types.items() if types[key] != line]
    if not taken:
        return lock, ()
    used = {note.note_type for note in notes.values()}
    types = {key: line for key, line in types.items() if key in lock.note_types or key in used}
    decks = {**(traces.decks if add_notes else {}), **lock.decks}
    return replace(lock, notes=notes, note_types=types, decks=decks), tuple(sorted(taken))


def _newest_type(old: LockedNoteType | None, new: LockedNoteType) -> LockedNoteType:
    if old is None or old.is_cloze is not new.is_cloze:
        return old or new
    if old.mod >= new.mod:
        return old
    grew = is_within(new.slots.fields, old.slots.fields) and is_within(new.slots.cards, old.slots.cards)
    return replace(new, anki_id=old.anki_id, slots=old.slots) if grew else replace(new, anki_id=old.anki_id)


def unknown_to(lock: Lock, traces: Traces) -> Iterator[tuple[str, LockedNote]]:
    """Yield the notes of traces, with their ids, that a lock does not have and that were not retired."""
    if not traces.notes:
        return
    guids = {note.guid for note in lock.notes.values()}
    for guid, (note_id, line) in since(traces, lock.anew).notes.items():
        if guid not in guids and not line.retired:
            yield note_id, line
