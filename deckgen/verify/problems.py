"""What can be wrong with a package for those who have an earlier one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from deckgen.model.diagnostics import Severity
from deckgen.model.template import is_empty_field
from deckgen.model.text import unescape
from deckgen.verify.compare import Collections
from deckgen.verify.outcome import Fate, Outcome, Problem

_CLOCKS_DIFFER = 60  # seconds, between the machine that built a package and this one

# By name: an ERROR where readers do not get or keep all of NEW; what is wrong; what the author can do.
KINDS = {
    "refused": (
        Severity.ERROR,
        "Anki refuses NEW: a new reader gets nothing of it",
        "Fix this first.",
    ),
    "note-type-split": (
        Severity.ERROR,
        "Note types whose fields or card templates differ from the reader's: they arrive a second time",
        "Keep the number and the order of fields and card templates, and give each a constant id.",
    ),
    "note-skipped": (
        Severity.ERROR,
        "Notes skipped: the reader has them with another note type, or with another shape of it",
        "Leave fields and card templates as they are; a note that changes its note type needs a new GUID.",
    ),
    "guid-twice": (
        Severity.ERROR,
        "GUIDs that more than one note has: those notes arrive twice, or overwrite each other",
        "Give each note a GUID of its own.",
    ),
    "edit-ignored": (
        Severity.ERROR,
        "Changed notes with a `mod` that is not newer than the reader's: Anki ignores the changes",
        "Stamp a changed note with the time of the build.",
    ),
    "note-type-edit-ignored": (
        Severity.ERROR,
        "Changed note types with a `mod` that is not newer than the reader's: Anki ignores the changes",
        "Stamp a changed note type with the time of the build.",
    ),
    "field-name-reused": (
        Severity.ERROR,
        "Fields with the former name of another field: Anki makes NEW's templates show that other field",
        "Use a name that no other field of this note type has in the reader's collection.",
    ),
    "media-ignored": (
        Severity.ERROR,
        "Media files that changed under their names, or that only unchanged notes show: Anki ignores them",
        "Put a version into the name of a file that changes, and stamp the notes that show it.",
    ),
    "progress-lost": (
        Severity.ERROR,
        "Cards that lose their place in the schedule, or their reviews",
        "Keep the GUID, the note type and the card templates of a note that was shipped.",
    ),
    "old-refused": (
        Severity.WARNING,
        "Anki refuses OLD: the reader has none of it",
        "The result is what a reader without OLD would get.",
    ),
    "deck-split": (
        Severity.WARNING,
        "Cards that stay in the reader's deck, though NEW has them in another",
        "Keep a deck's name, or ask readers to rename theirs before they import.",
    ),
    "card-blank": (
        Severity.WARNING,
        "Cards that lose their front: they stay, blank, until the reader runs Tools > Empty Cards",
        "Keep the cloze number, or the field that the front shows, of a card that was shipped.",
    ),
    "mod-in-future": (
        Severity.WARNING,
        "A `mod` in the future: until then, no later package updates these",
        "Stamp with the time of the build, on a clock that is right.",
    ),
    "first-field-empty": (
        Severity.WARNING,
        "Notes with an empty first field, by which Anki lists them and finds duplicates",
        "Fill the first field.",
    ),
    "note-without-cards": (
        Severity.WARNING,
        "Notes without a card: nobody will ever review them",
        "Fill what the front of a card template shows, and put the card into the package.",
    ),
}


def problem(name: str, *subjects: str) -> Problem:
    """Return a problem of the kind ``name``."""
    severity, message, hint = KINDS[name]
    return Problem(name, str(severity), message, hint, subjects)


def find_problems(collections: Collections, outcome: Outcome, now: int) -> Iterator[Problem]:
    """Yield what is wrong with NEW, errors first; ``now`` in seconds since 1970."""
    found: dict[str, list[str]] = {name: [] for name in KINDS}
    for name, subject in (
        *_of_note_types(collections, outcome, now + _CLOCKS_DIFFER),
        *_of_notes(collections, outcome, now + _CLOCKS_DIFFER),
        *_of_cards(outcome),
        *(("media-ignored", name) for name in _ignored_media(collections, outcome)),
    ):
        found[name].append(subject)
    yield from (problem(name, *subjects) for name, subjects in found.items() if subjects)


def _of_note_types(collections: Collections, outcome: Outcome, latest: int) -> Iterator[tuple[str, str]]:
    for each in outcome.note_types:
        incoming, has = collections.fresh.note_types[each.id], collections.after.note_types[each.id]
        if each.fate is Fate.CONFLICTING:
            yield "note-type-split", f"{each.name} → {each.arrives_as}"
        elif each.fate is Fate.UNTOUCHED and each.changed:
            yield "note-type-edit-ignored", each.name
        elif each.fate is Fate.UPDATED and has.templates != incoming.templates:
            had = collections.before.note_types[each.id].fields
            for old, new in zip(had, incoming.fields, strict=False):
                if new != old and new in had:
                    yield "field-name-reused", f"{each.name}: {new}"
        if incoming.mod > latest:
            yield "mod-in-future", each.name


def _of_notes(collections: Collections, outcome: Outcome, latest: int) -> Iterator[tuple[str, str]]:
    with_cards = {collections.after.notes[key].guid for key, _ in collections.after.cards}
    for each in outcome.notes:
        if each.fate is Fate.CONFLICTING:
            yield "note-skipped", each.name
        elif each.fate is Fate.UNTOUCHED and each.changed:
            yield "edit-ignored", each.name
        if each.guid not in with_cards:
            yield "note-without-cards", each.name
    for note in collections.fresh.notes.values():
        if note.mod > latest:
            yield "mod-in-future", note.name
        if is_empty_field(note.fields[0]):
            yield "first-field-empty", note.guid
    names = {note.guid: note.name for note in outcome.notes}
    for guid, count in Counter(note.guid for note in outcome.notes).items():
        if count > 1:
            yield "guid-twice", f"{guid} ({names[guid]})"


def _of_cards(outcome: Outcome) -> Iterator[tuple[str, str]]:
    moves: Counter[str] = Counter()
    for card in outcome.cards:
        if card.fate is Fate.ELSEWHERE:
            moves[f"{card.deck} → {card.not_in}"] += 1
        elif card.fate is not Fate.NEW:
            kind = "card-blank" if card.fate is Fate.BLANK else "progress-lost"
            yield kind, f"{card.name} (card {card.ordinal + 1})"
    yield from (("deck-split", f"{move} (cards: {count})") for move, count in moves.items())


def _ignored_media(collections: Collections, outcome: Outcome) -> Iterator[str]:
    shipped = {note.guid for note in outcome.notes}
    notes = [note for note in collections.after.notes.values() if note.guid in shipped]
    for file in outcome.media:
        if file.fate in (Fate.KEPT, Fate.RENAMED, Fate.LOST):
            mention = re.compile(rf"[\"'=:]{re.escape(file.name)}[\"'\s>\]]")
            texts = (unescape(text) for note in notes for text in note.fields)
            if file.name.startswith(("_", "latex-")) or any(map(mention.search, texts)):
                yield file.name
