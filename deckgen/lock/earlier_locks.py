"""The newest that readers may have, whatever became of the lock since.

`git revert`, `git checkout v1 -- .`, `git reset --hard` and a backup put an older lock back. Its stamps are
then older than those that readers have, and a note that went back to what it was would count as unchanged. So
the newest line that was ever written of a note takes the place of the lock's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TypeVar

from deckgen.lock.guids import is_own
from deckgen.lock.model import UNKNOWN, Lock, LockedDeck, LockedNote, LockedNoteType
from deckgen.lock.read import parse_deck, parse_note, parse_note_type
from deckgen.lock.slots import Slots, is_free, is_within
from deckgen.model.ids import entity_id
from deckgen.model.values import Struct, field, replace

_Line = TypeVar("_Line")
_GUID, _MOD = 2, 5  # of the words of a note's line, which of them


class Traces(Struct, frozen=True):
    """Lines of earlier locks, the newest of each note by its GUID, with its id, and of each note type.

    ``decks`` are by place, as in the lock. ``anew`` is the newest time, in seconds since 1970, up to which
    nothing counts, because the deck was started anew then. ``ahead`` is the newest stamp that a wrong clock
    gave and that readers have; ``void`` are stamps that do not count.
    """

    notes: Mapping[str, tuple[str, LockedNote]] = field(default_factory=dict)
    note_types: Mapping[str, LockedNoteType] = field(default_factory=dict)
    decks: Mapping[str, LockedDeck] = field(default_factory=dict)
    anew: int = 0
    ahead: int = 0
    void: frozenset[int] = frozenset()


def traces_in(lines: Iterable[str], lock: Lock, latest: int | None = None) -> Traces:
    """Gather lines of locks, in any order; of lines with one stamp the first counts. Others are left out.

    So are those of another project, whose lock may have stood in this folder once: what the lock does not
    have counts if its GUID, or its id in Anki, follows from its name.

    Args:
        lines: of all kinds.
        lock: as it stands; the stamps that are void there do not count, nor those that the lines say, if not
            above those that readers have by the lock.
        latest: the newest stamp that counts, in seconds since 1970; those above it are void.
    """
    parts = [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]
    stamps = {*lock.void, *(its for its in _times(parts, "void") if its > lock.ahead)}

    def counts(mod: int) -> bool:
        if latest is not None and mod > latest:
            stamps.add(mod)
        return mod not in stamps

    notes = _newest_notes(parts, lock, counts)
    note_types = _newest_types(parts, lock, counts)
    decks: dict[str, LockedDeck] = {}
    for place, deck in _parsed(parts, ("deck",), lambda rest, _: parse_deck(rest)):
        if counts(deck.mod) and (place not in decks or decks[place].mod < deck.mod):
            decks[place] = deck
    anew, ahead = (max(filter(counts, _times(parts, word)), default=0) for word in ("anew", "ahead"))
    return Traces(notes, note_types, decks, anew, ahead, frozenset(stamps))


def _newest_notes(
    parts: Iterable[tuple[str, str]], lock: Lock, counts: Callable[[int], bool]
) -> dict[str, tuple[str, LockedNote]]:
    guids = {note.guid for note in lock.notes.values()}
    notes: dict[str, tuple[str, LockedNote]] = {}
    lines = [(word, rest.split(" ")) for word, rest in parts if word in ("note", "retired", "forgotten")]
    lines = [(word, words) for word, words in lines if len(words) > _MOD]
    # A history holds a note many times. The newest line comes first, and the others need not be parsed.
    for word, words in sorted(lines, key=lambda line: (len(line[1][_MOD]), line[1][_MOD]), reverse=True):
        if words[_GUID] in notes:
            continue
        for note_id, note in _parsed([(word, " ".join(words))], (word,), parse_note):
            if counts(note.mod) and (note.guid in guids or is_own(lock.project, note_id, note)):
                notes[note.guid] = note_id, note
    return notes


def _newest_types(
    parts: Iterable[tuple[str, str]], lock: Lock, counts: Callable[[int], bool]
) -> dict[str, LockedNoteType]:
    lines = list(_parsed(parts, ("notetype",), lambda rest, _: parse_note_type(rest)))
    own = {its.anki_id for key, its in lines if its.anki_id == entity_id("notetype", lock.project, key)}
    own.update(its.anki_id for its in lock.note_types.values())
    types: dict[str, LockedNoteType] = {}
    for key, its in lines:
        if counts(its.mod) and its.anki_id in own and (key not in types or types[key].mod < its.mod):
            types[key] = its
    return types


def _times(parts: Iterable[tuple[str, str]], word: str) -> Iterator[int]:
    return _parsed(parts, (word,), lambda rest, _: int(rest))


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
        traces.ahead if traces.ahead >= anew else 0,
    )


def with_newest(
    lock: Lock, traces: Traces, *, add_notes: bool, are_committed: bool = False
) -> tuple[Lock, tuple[str, ...]]:
    """Put the newer of each note's lines, and of each note type's, into a lock.

    Args:
        lock: as it stands.
        traces: what was written before, or elsewhere.
        add_notes: whether notes that the lock does not have are added, to be retired if the sources have
            them no more.
        are_committed: whether a commit had the traces, so that a start anew in them was meant.

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
        own_id = beside_other_generation(traced_id, line, notes)
        if note_id is None and add_notes and own_id not in notes:
            notes[own_id] = line
            taken.append(own_id)
        elif note_id is not None and notes[note_id].mod < line.mod:
            own = notes[note_id]
            notes[note_id] = replace(line, anki_id=own.anki_id, first_id=own.first_id)
            taken.append(note_id)
    types = dict(lock.note_types)
    for key, newer in traces.note_types.items():
        old = types.get(key)
        starts_anew = are_committed and old is not None and old.mod < traces.anew
        types[key] = newer if starts_anew else _newest_type(old, newer)
    taken += [key for key, line in lock.note_types.items() if types[key] != line]
    lock = replace(lock, ahead=max(lock.ahead, traces.ahead))
    if add_notes:
        lock = replace(lock, decks=_newest_decks(lock, traces, add_decks=bool(taken)))
    if not taken:
        return lock, ()
    used = {note.note_type for note in notes.values()}
    types = {key: line for key, line in types.items() if key in lock.note_types or key in used}
    return replace(lock, notes=notes, note_types=types), tuple(sorted(taken))


def beside_other_generation(note_id: str, line: LockedNote, notes: Mapping[str, LockedNote]) -> str:
    """Return the id for a line: with its generation, where ``notes`` has another one under the note's id."""
    kind, _, generation = line.note_type.partition("@")
    other = notes.get(note_id)
    if other is None or other.note_type == line.note_type or other.note_type.partition("@")[0] != kind:
        return note_id
    return f"{note_id}@{generation or 1}"


def _newest_decks(lock: Lock, traces: Traces, *, add_decks: bool) -> dict[str, LockedDeck]:
    decks = {**(traces.decks if add_decks else {}), **lock.decks}
    for place, deck in traces.decks.items():
        if place in decks and decks[place].mod < deck.mod >= traces.anew:
            decks[place] = deck
    return decks


def _newest_type(old: LockedNoteType | None, new: LockedNoteType) -> LockedNoteType:
    if old is None or old.is_cloze is not new.is_cloze:
        return old or new
    if old.mod >= new.mod:
        return old
    grew = is_within(new.slots.fields, old.slots.fields) and is_within(new.slots.cards, old.slots.cards)
    slots = old.slots if grew or not _follows(new.slots, old.slots) else new.slots
    return replace(new, anki_id=old.anki_id, slots=slots)


def _follows(new: Slots, old: Slots) -> bool:
    """Tell whether slots come from those that the lock has: each knows the name that its field has there.

    Those of a build without the lock do not, whose fields and cards may stand in other slots.
    """
    names = len(new.names) >= len(old.names) and all(
        is_free(key) or before[0] in after
        for key, before, after in zip(old.fields, old.names, new.names, strict=False)
    )
    cards = (key for key in new.cards if not is_free(key) and key in old.cards)
    return names and all(new.cards.index(key) == old.cards.index(key) for key in cards)


def with_stamps(lock: Lock, stamps: Mapping[str | int, int]) -> tuple[Lock, tuple[str, ...]]:
    """Raise stamps to those of a package; what it holds of them is unknown, so that they are stamped anew.

    Args:
        lock: as it stands.
        stamps: by the GUID of a note and the Anki id of a note type.

    Returns:
        The lock, and the ids of notes and keys of note types that were raised.
    """
    raised = {
        note_id: replace(line, mod=stamps[line.guid], hash=UNKNOWN, rendered=UNKNOWN)
        for note_id, line in lock.notes.items()
        if stamps.get(line.guid, 0) > line.mod
    }
    types = {
        key: replace(line, mod=stamps[line.anki_id], hash=UNKNOWN)
        for key, line in lock.note_types.items()
        if stamps.get(line.anki_id, 0) > line.mod
    }
    if not raised and not types:
        return lock, ()
    lock = replace(lock, notes={**lock.notes, **raised}, note_types={**lock.note_types, **types})
    return lock, (*raised, *types)


def newest_stamps(traces: Iterable[Traces]) -> dict[str | int, int]:
    """Return the newest stamp of each note, by its GUID, and of each note type, by its id in Anki."""
    floors: dict[str | int, int] = {}
    for each in traces:
        stamps: dict[str | int, int] = {guid: line.mod for guid, (_, line) in each.notes.items()}
        stamps |= {its.anki_id: its.mod for its in each.note_types.values()}
        floors |= {name: max(mod, floors.get(name, 0)) for name, mod in stamps.items()}
    return floors


def other_ids(lock: Lock, traces: Iterable[Traces]) -> dict[str, str]:
    """Return the ids that notes of a lock have in traces, and it does not have, with their GUIDs."""
    guids = {note.guid for note in lock.notes.values()}
    return {
        note_id: guid
        for each in traces
        for guid, (note_id, _) in since(each, lock.anew).notes.items()
        if guid in guids and note_id not in lock.notes
    }


def unknown_to(lock: Lock, traces: Traces) -> Iterator[tuple[str, LockedNote]]:
    """Yield the notes of traces, with their ids, that a lock does not have and that were not retired."""
    if not traces.notes:
        return
    guids = {note.guid for note in lock.notes.values()}
    for guid, (note_id, line) in since(traces, lock.anew).notes.items():
        if guid not in guids and not line.retired:
            yield beside_other_generation(note_id, line, lock.notes), line
