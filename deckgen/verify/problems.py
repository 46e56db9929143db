"""What can be wrong with a package for those who have an earlier one; each kind has its rule beside it."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable

from deckgen.model.diagnostics import Severity
from deckgen.model.values import Struct
from deckgen.verify.outcome import (
    BlankCard,
    Fate,
    MediaFate,
    MediaOutcome,
    NoteOutcome,
    NoteTypeOutcome,
    Problem,
    ProblemKind,
)
from deckgen.verify.snapshot import Snapshot

_CLOCKS_DIFFER = 60  # seconds, between the machine that built a package and this one
# What Anki takes for an empty field (rslib/src/template.rs: field_is_empty).
_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE | re.ASCII)


class Sides(Struct, frozen=True):
    """The reader's collection before and after NEW, that of a new reader, and what became of what.

    ``old_refusal`` is why Anki refused OLD, empty if it did not; ``now`` in seconds since 1970.
    """

    before: Snapshot
    after: Snapshot
    fresh: Snapshot
    notes: tuple[NoteOutcome, ...]
    note_types: tuple[NoteTypeOutcome, ...]
    media: tuple[MediaOutcome, ...]
    blank: tuple[BlankCard, ...]
    old_refusal: str
    now: int


OLD_REFUSED = ProblemKind(
    "old-refused",
    Severity.WARNING,
    "Anki refuses OLD whole, so that the reader has none of it",
    "",
    "What is said here holds for a reader who starts with NEW.",
)


def _old_refused(sides: Sides) -> Iterable[str]:
    return [sides.old_refusal] if sides.old_refusal else []


REFUSED = ProblemKind(
    "refused",
    Severity.ERROR,
    "Anki refuses NEW: a new reader gets nothing of it",
    "",
    "Mend this first.",
)


NOTE_TYPE_SPLIT = ProblemKind(
    "note-type-split",
    Severity.ERROR,
    "A note type has other fields or card templates than the reader's: it arrives a second time",
    "{count} note types have other fields or card templates than the reader's: they arrive a second time",
    "Keep the number and the order of fields and card templates, and give each a constant id.",
)


def _split(sides: Sides) -> Iterable[str]:
    for each in sides.note_types:
        if each.fate is Fate.CONFLICTING:
            yield f"{each.name} → {each.arrives_as}"


NOTE_SKIPPED = ProblemKind(
    "note-skipped",
    Severity.ERROR,
    "A note is skipped: the reader has it with another note type, or with another shape of it",
    "{count} notes are skipped: the reader has them with another note type, or with another shape of it",
    "Leave a note type's fields and card templates as they are; a note that changes its note type needs "
    "a new GUID.",
)


def _skipped(sides: Sides) -> Iterable[str]:
    return (note.name for note in sides.notes if note.fate is Fate.CONFLICTING)


GUID_TWICE = ProblemKind(
    "guid-twice",
    Severity.ERROR,
    "Two notes have one GUID: they arrive double, or overwrite each other",
    "{count} GUIDs are given to more than one note: they arrive double, or overwrite each other",
    "Give each note a GUID of its own.",
)


def _doubled(sides: Sides) -> Iterable[str]:
    counts = Counter(note.guid for note in sides.fresh.notes.values())
    names = {note.guid: note.name for note in reversed(sides.fresh.notes.values())}
    return (f"{guid} ({names[guid]})" for guid, count in counts.items() if count > 1)


EDIT_IGNORED = ProblemKind(
    "edit-ignored",
    Severity.ERROR,
    "A changed note has a `mod` that is not newer than the reader's: Anki leaves the reader's as it is",
    "{count} changed notes have a `mod` that is not newer than the reader's: Anki leaves those as they are",
    "Stamp a changed note with the time of the build.",
)


def _ignored_edits(sides: Sides) -> Iterable[str]:
    return (note.name for note in sides.notes if note.fate is Fate.UNTOUCHED and note.changed)


NOTE_TYPE_EDIT_IGNORED = ProblemKind(
    "note-type-edit-ignored",
    Severity.ERROR,
    "A changed note type has a `mod` that is not newer than the reader's: Anki leaves that as it is",
    "{count} changed note types have a `mod` that is not newer than the reader's: Anki leaves those as "
    "they are",
    "Stamp a changed note type with the time of the build.",
)


def _ignored_note_types(sides: Sides) -> Iterable[str]:
    return (each.name for each in sides.note_types if each.fate is Fate.UNTOUCHED and each.changed)


FIELD_NAME_REUSED = ProblemKind(
    "field-name-reused",
    Severity.ERROR,
    "A field takes the name that another field had: Anki turns NEW's templates to the other field",
    "{count} fields take the names that other fields had: Anki turns NEW's templates to the other fields",
    "Use a name that no other field of this note type has in the reader's collection.",
)


def _reused_names(sides: Sides) -> Iterable[str]:
    for each in sides.note_types:
        if each.fate is Fate.UPDATED:
            held, incoming = sides.after.note_types[each.id], sides.fresh.note_types[each.id]
            if held.templates != incoming.templates:
                had = sides.before.note_types[each.id].fields
                renamed = {new for old, new in zip(had, incoming.fields, strict=False) if new != old}
                yield from (f"{each.name}: {name}" for name in had if name in renamed)


MEDIA_IGNORED = ProblemKind(
    "media-ignored",
    Severity.ERROR,
    "A media file changed under its name, and the reader keeps the old one",
    "{count} media files changed under their names, and the reader keeps the old ones",
    "Put a version into the name of a file that changes: Anki replaces none, and a note that it leaves "
    "alone goes on to show the old one.",
)


def _ignored_media(sides: Sides) -> Iterable[str]:
    shipped = {note.guid for note in sides.notes}
    texts = [note.fields for note in sides.after.notes.values() if note.guid in shipped]
    for file in sides.media:
        if file.fate in (MediaFate.KEPT, MediaFate.RENAMED):
            mention = re.compile(rf"[\"'=:]{re.escape(file.name)}(?:[\"'\s>\]])")
            mentioned = any(mention.search(html.unescape(text)) for fields in texts for text in fields)
            if mentioned or file.name.startswith(("_", "latex-")):
                yield file.name


PROGRESS_LOST = ProblemKind(
    "progress-lost",
    Severity.ERROR,
    "A card loses its place in the schedule, or its reviews",
    "{count} cards lose their place in the schedule, or their reviews",
    "Keep the GUID, the note type and the card templates of a note that was shipped.",
)


def _lost_progress(sides: Sides) -> Iterable[str]:
    for key, cards in sides.before.cards.items():
        kept = sides.after.cards.get(key, {})
        for ordinal, card in cards.items():
            if ordinal not in kept or kept[ordinal].progress != card.progress:
                yield f"{sides.before.notes[key].name} (card {ordinal + 1})"


DECK_SPLIT = ProblemKind(
    "deck-split",
    Severity.WARNING,
    "Cards that the reader has stay in their deck, though NEW has them in another",
    "Cards that the reader has stay in their decks, though NEW has them in others ({count} moves)",
    "Keep a deck's name, or ask readers to rename theirs before they import.",
)


def _split_decks(sides: Sides) -> Iterable[str]:
    cards = (card for note in sides.notes for card in note.cards_in_another_deck)
    moves = Counter((card.stays_in, card.not_in) for card in cards)
    return (f"{old} → {new} (cards: {count})" for (old, new), count in moves.items())


CARD_BLANK = ProblemKind(
    "card-blank",
    Severity.WARNING,
    "A card loses its front: it stays, blank, until the reader runs Tools > Empty Cards",
    "{count} cards lose their front: they stay, blank, until the reader runs Tools > Empty Cards",
    "Keep the cloze number, or the field that the front shows, of a card that was shipped.",
)


def _blank_cards(sides: Sides) -> Iterable[str]:
    names = {note.guid: note.name for note in sides.after.notes.values()}
    return (f"{names[card.guid]} (card {card.ordinal + 1})" for card in sides.blank)


MOD_IN_FUTURE = ProblemKind(
    "mod-in-future",
    Severity.WARNING,
    "A `mod` lies in the future: until then, no later package updates what has it",
    "{count} `mod`s lie in the future: until then, no later package updates what has them",
    "Stamp with the time of the build, on a clock that is right.",
)


def _in_future(sides: Sides) -> Iterable[str]:
    latest = sides.now + _CLOCKS_DIFFER
    types = (sides.fresh.note_types[each.id] for each in sides.note_types)
    yield from (each.name for each in types if each.mod > latest)
    yield from (note.name for note in sides.fresh.notes.values() if note.mod > latest)


FIRST_FIELD_EMPTY = ProblemKind(
    "first-field-empty",
    Severity.WARNING,
    "A note has an empty first field, by which Anki lists it and finds duplicates",
    "{count} notes have an empty first field, by which Anki lists them and finds duplicates",
    "Fill the first field.",
)


def _headless(sides: Sides) -> Iterable[str]:
    return (note.guid for note in sides.fresh.notes.values() if _EMPTY.fullmatch(note.fields[0]))


NOTE_WITHOUT_CARDS = ProblemKind(
    "note-without-cards",
    Severity.WARNING,
    "A note has no card: nobody will ever review it",
    "{count} notes have no card: nobody will ever review them",
    "Fill what the front of a card template shows, and put the card into the package.",
)


def _without_cards(sides: Sides) -> Iterable[str]:
    guids = {sides.after.notes[key].guid for key in sides.after.cards}
    return (note.name for note in sides.notes if note.guid not in guids)


RULES: tuple[tuple[ProblemKind, Callable[[Sides], Iterable[str]]], ...] = (
    (NOTE_TYPE_SPLIT, _split),
    (NOTE_SKIPPED, _skipped),
    (GUID_TWICE, _doubled),
    (EDIT_IGNORED, _ignored_edits),
    (NOTE_TYPE_EDIT_IGNORED, _ignored_note_types),
    (FIELD_NAME_REUSED, _reused_names),
    (MEDIA_IGNORED, _ignored_media),
    (PROGRESS_LOST, _lost_progress),
    (OLD_REFUSED, _old_refused),
    (DECK_SPLIT, _split_decks),
    (CARD_BLANK, _blank_cards),
    (MOD_IN_FUTURE, _in_future),
    (FIRST_FIELD_EMPTY, _headless),
    (NOTE_WITHOUT_CARDS, _without_cards),
)


KINDS = (REFUSED, *(kind for kind, _ in RULES))


def find_problems(sides: Sides) -> tuple[Problem, ...]:
    """Return what is wrong with NEW, errors first."""
    found = ((kind, tuple(rule(sides))) for kind, rule in RULES)
    return tuple(kind.of(*subjects) for kind, subjects in found if subjects)
