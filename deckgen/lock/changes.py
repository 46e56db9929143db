"""What a build changes for readers: the lock before it against the lock after it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from deckgen.lock.deck_names import deck_key
from deckgen.lock.model import Lock, LockedDeck, LockedNoteType
from deckgen.lock.slots import is_free
from deckgen.model.values import Struct, replace

_NO_DECK = LockedDeck("")


class TypeChange(Struct, frozen=True):
    """What changed in a note type: keys of fields and cards that took a slot, or left theirs.

    ``renamed`` are pairs of those that stayed in their slot, the earlier key first. One that ``is_retired``
    has retired notes alone; one that ``is_returned`` had.
    """

    key: str
    is_new: bool
    is_retired: bool = False
    is_returned: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    fields_added: tuple[str, ...] = ()
    fields_dropped: tuple[str, ...] = ()
    cards_added: tuple[str, ...] = ()
    cards_dropped: tuple[str, ...] = ()


class Changes(Struct, frozen=True):
    """What readers get that they did not have.

    Notes are named by their full ids. ``renamed`` and ``moved`` hold pairs, earlier id first; a note that
    moved to another deck keeps its cards in the one where readers have them. ``blank`` are cards, by note
    and slot, that are no longer made. ``decks`` pairs a deck's earlier name, empty for a new one, with its
    present one.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    returned: tuple[str, ...]
    retired: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    moved: tuple[tuple[str, str], ...]
    cards_added: tuple[tuple[str, int], ...]
    blank: tuple[tuple[str, int], ...]
    note_types: tuple[TypeChange, ...]
    decks: tuple[tuple[str, str], ...]
    media_added: tuple[str, ...]
    media_dropped: tuple[str, ...]
    unchanged: int

    def is_nothing(self) -> bool:
        """Tell whether readers have all of it already."""
        return not any(
            (self.new, self.changed, self.returned, self.retired, self.renamed, self.note_types, self.decks,
             self.media_added, self.media_dropped)
        )  # fmt: skip


def find_changes(
    before: Lock, after: Lock, renamed: Mapping[str, str], drafts: Collection[str] = ()
) -> Changes:
    """Compare two locks.

    ``renamed`` is the earlier id of each note that has a new one; ``drafts`` are not shipped, and count for
    nothing.
    """
    new, changed, returned, retired = [], [], [], []
    cards_added, blank = [], []
    unchanged = 0
    for note_id, note in sorted(after.notes.items()):
        if note_id in drafts:
            continue
        old = before.notes.get(renamed.get(note_id, note_id))
        if old is None:
            if not note.retired:  # a note of an earlier generation has a line of its own from now on
                new.append(note_id)
            continue
        if note.retired and (not old.retired or note.mod != old.mod):  # one may not have been shipped yet
            retired.append(note_id)
        elif old.retired and not note.retired:
            returned.append(note_id)
        elif note.mod != old.mod:
            changed.append(note_id)
        elif not note.retired:
            unchanged += 1
        cards_added += [(note_id, card) for card in note.cards if card not in old.cards]
        blank += [(note_id, card) for card in old.cards if card not in note.cards]
    # A line of an earlier generation that a note goes back to holds an @, and is no other name of it.
    pairs = sorted(
        (old, new) for new, old in renamed.items() if old in before.notes and old.partition("@")[0] != new
    )
    were_live, live = _live_types(before), _live_types(after)
    return Changes(
        new=tuple(new),
        changed=tuple(changed),
        returned=tuple(returned),
        retired=tuple(retired),
        renamed=tuple(pairs),
        moved=tuple(pair for pair in pairs if _deck_of(pair[0], before) != _deck_of(pair[1], after)),
        cards_added=tuple(cards_added),
        blank=tuple(blank),
        note_types=tuple(
            _type_change(
                key,
                before.note_types.get(key),
                line,
                is_retired=key not in live,
                is_returned=key in live - were_live,
            )
            for key, line in after.note_types.items()
            if key not in before.note_types or before.note_types[key].mod != line.mod
        ),
        decks=_deck_changes(before, after),
        media_added=_missing(after.media, before.media),
        media_dropped=_missing(before.media, after.media),
        unchanged=unchanged,
    )


def as_packaged(lock: Lock, stamps: Mapping[str | int, int]) -> Lock:
    """Return a lock as it is for readers of one package: what they have of it, with the package's stamps.

    Which decks and media they have, and which fields and cards, is taken from the lock.

    Args:
        lock: what readers of the last package have.
        stamps: those of the package, by the GUID of a note and the Anki id of a note type.
    """
    notes = {
        note_id: replace(line, mod=stamps[line.guid], retired=line.retired and stamps[line.guid] == line.mod)
        for note_id, line in lock.notes.items()
        if line.guid in stamps and not line.forgotten
    }
    note_types = {
        key: replace(line, mod=stamps[line.anki_id])
        for key, line in lock.note_types.items()
        if line.anki_id in stamps
    }
    return replace(lock, notes=notes, note_types=note_types)


def _live_types(lock: Lock) -> set[str]:
    return {note.note_type for note in lock.notes.values() if not note.retired}


def _deck_of(note_id: str, lock: Lock) -> str:
    key = deck_key(note_id, lock.notes[note_id].note_type.partition("@")[0])
    return lock.decks.get(key, _NO_DECK).name


def _missing(names: Collection[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if name not in others))


def _deck_changes(before: Lock, after: Lock) -> tuple[tuple[str, str], ...]:
    known = {deck.name for deck in before.decks.values()}
    pairs = {(before.decks.get(key, _NO_DECK).name, deck.name) for key, deck in after.decks.items()}
    return tuple(sorted((old, new) for old, new in pairs if old != new and (old or new not in known)))


def _type_change(
    key: str, old: LockedNoteType | None, new: LockedNoteType, *, is_retired: bool, is_returned: bool
) -> TypeChange:
    if old is None:
        return TypeChange(key, is_new=True)
    renamed = (*_renamed(old.slots.fields, new.slots.fields), *_renamed(old.slots.cards, new.slots.cards))
    gone, come = (tuple(pair[which] for pair in renamed) for which in (0, 1))
    return TypeChange(
        key,
        is_new=False,
        is_retired=is_retired,
        is_returned=is_returned,
        renamed=renamed,
        fields_added=_taken((*old.slots.fields, *come), new.slots.fields),
        fields_dropped=_taken((*new.slots.fields, *gone), old.slots.fields),
        cards_added=_taken((*old.slots.cards, *come), new.slots.cards),
        cards_dropped=_taken((*new.slots.cards, *gone), old.slots.cards),
    )


def _renamed(before: Iterable[str], after: Iterable[str]) -> Iterator[tuple[str, str]]:
    for old, new in zip(before, after, strict=False):
        if old != new and not is_free(old) and not is_free(new):
            yield old, new


def _taken(before: Collection[str], after: Iterable[str]) -> tuple[str, ...]:
    return tuple(key for key in after if key not in before and not is_free(key))


def outgrew_slots(before: Lock, after: Lock) -> bool:
    """Tell whether a note type that readers have grew beyond its slots."""
    return any(
        len(after.note_types[key].slots.fields) != len(old.slots.fields)
        or len(after.note_types[key].slots.cards) != len(old.slots.cards)
        for key, old in before.note_types.items()
        if not old.is_cloze
    )
