"""What can be wrong with a package for those who have an earlier one; each kind has its rule beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from deckgen.model.diagnostics import Severity
from deckgen.verify.anki_text import is_empty, media_names
from deckgen.verify.collection import Fate, MediaFate
from deckgen.verify.prediction import BothSides, Problem, ProblemKind, name_of
from deckgen.verify.schema import normal_names, renamed_fields

_CLOCKS_DIFFER = 60  # seconds, between the machine that built a package and this one

OLD_REFUSED = ProblemKind(
    "old-refused",
    Severity.WARNING,
    "Anki refuses OLD whole, so that the reader has none of it",
    "",
    "What is said here holds for a reader who starts with NEW.",
)


def _old_refused(sides: BothSides) -> Iterable[str]:
    return [sides.first.refusal] if sides.first.refusal else []


REFUSED = ProblemKind(
    "refused",
    Severity.ERROR,
    "Anki refuses NEW whole: nothing of it arrives",
    "",
    "Mend this first.",
)


def _refused(sides: BothSides) -> Iterable[str]:
    return [sides.outcome.refusal] if sides.outcome.refusal else []


NOTE_TYPE_SPLIT = ProblemKind(
    "note-type-split",
    Severity.ERROR,
    "A note type has other fields or card templates than the reader's: it arrives a second time",
    "{count} note types have other fields or card templates than the reader's: they arrive a second time",
    "Keep the number and the order of fields and card templates, and give each a constant id.",
)


def _split(sides: BothSides) -> Iterable[str]:
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


def _skipped(sides: BothSides) -> Iterable[str]:
    return (note.name for note in sides.notes if note.fate is Fate.CONFLICTING)


GUID_TWICE = ProblemKind(
    "guid-twice",
    Severity.ERROR,
    "Two notes have one GUID: they arrive double, or overwrite each other",
    "{count} GUIDs are given to more than one note: they arrive double, or overwrite each other",
    "Give each note a GUID of its own.",
)


def _doubled(sides: BothSides) -> Iterable[str]:
    counts = Counter(note.guid for note in sides.new.notes)
    names = {note.guid: name_of(note) for note in reversed(sides.new.notes)}
    return (f"{guid} ({names[guid]})" for guid, count in counts.items() if count > 1)


EDIT_IGNORED = ProblemKind(
    "edit-ignored",
    Severity.ERROR,
    "A changed note has a `mod` that is not newer than the reader's: Anki leaves the reader's as it is",
    "{count} changed notes have a `mod` that is not newer than the reader's: Anki leaves those as they are",
    "Stamp a changed note with the time of the build.",
)


def _ignored_edits(sides: BothSides) -> Iterable[str]:
    return (note.name for note in sides.notes if note.fate is Fate.UNTOUCHED and note.is_changed)


NOTE_TYPE_EDIT_IGNORED = ProblemKind(
    "note-type-edit-ignored",
    Severity.ERROR,
    "A changed note type has a `mod` that is not newer than the reader's: Anki leaves that as it is",
    "{count} changed note types have a `mod` that is not newer than the reader's: Anki leaves those as "
    "they are",
    "Stamp a changed note type with the time of the build.",
)


def _ignored_note_types(sides: BothSides) -> Iterable[str]:
    return (each.name for each in sides.note_types if each.fate is Fate.UNTOUCHED and each.is_changed)


FIELD_NAME_REUSED = ProblemKind(
    "field-name-reused",
    Severity.ERROR,
    "A field takes the name that another field had: Anki turns NEW's templates to the other field",
    "{count} fields take the names that other fields had: Anki turns NEW's templates to the other fields",
    "Use a name that no other field of this note type has in the reader's collection.",
)


def _reused_names(sides: BothSides) -> Iterable[str]:
    for each in sides.outcome.note_types:
        if each.fate is Fate.UPDATED and each.before is not None:
            incoming = normal_names(each.packaged)
            renamed = renamed_fields(each.before, incoming)
            names = {field.name for field in incoming.fields}
            yield from (f"{each.name}: {name}" for name in renamed if name in names)


MEDIA_IGNORED = ProblemKind(
    "media-ignored",
    Severity.ERROR,
    "A media file changed under its name, and the reader keeps the old one",
    "{count} media files changed under their names, and the reader keeps the old ones",
    "Put a version into the name of a file that changes: Anki replaces none, and a note that it leaves "
    "alone goes on to show the old one.",
)


def _ignored_media(sides: BothSides) -> Iterable[str]:
    changed = {each.name for each in sides.outcome.media if each.fate in (MediaFate.KEPT, MediaFate.RENAMED)}
    ignored = {name for name in changed if name.startswith(("_", "latex-"))}
    for result in sides.outcome.notes:
        if result.fate in (Fate.UNTOUCHED, Fate.CONFLICTING):
            ignored |= media_names(result.packaged.fields) & changed
    return sorted(ignored)


DECK_SPLIT = ProblemKind(
    "deck-split",
    Severity.WARNING,
    "Cards that the reader has stay in their deck, though NEW has them in another",
    "Cards that the reader has stay in their decks, though NEW has them in others ({count} moves)",
    "Keep a deck's name, or ask readers to rename theirs before they import.",
)


def _split_decks(sides: BothSides) -> Iterable[str]:
    moves = Counter((old, new) for note in sides.notes for _, old, new in note.stays_in)
    return (f"{old} → {new} (cards: {count})" for (old, new), count in moves.items())


CARD_BLANK = ProblemKind(
    "card-blank",
    Severity.WARNING,
    "A card loses its front: it stays, blank, until the reader runs Tools > Empty Cards",
    "{count} cards lose their front: they stay, blank, until the reader runs Tools > Empty Cards",
    "Keep the cloze number, or the field that the front shows, of a card that was shipped.",
)


def _blank_cards(sides: BothSides) -> Iterable[str]:
    names = {note.guid: note.name for note in sides.notes}
    return (f"{names.get(guid, guid)} (card {ordinal + 1})" for guid, ordinal in sides.blank)


MOD_IN_FUTURE = ProblemKind(
    "mod-in-future",
    Severity.WARNING,
    "A `mod` lies in the future: until then, no later package updates what has it",
    "{count} `mod`s lie in the future: until then, no later package updates what has them",
    "Stamp with the time of the build, on a clock that is right.",
)


def _in_future(sides: BothSides) -> Iterable[str]:
    latest = sides.now + _CLOCKS_DIFFER
    yield from (each.name for each in sides.new.note_types.values() if each.mod > latest)
    yield from (name_of(note) for note in sides.new.notes if note.mod > latest)


FIRST_FIELD_EMPTY = ProblemKind(
    "first-field-empty",
    Severity.WARNING,
    "A note has an empty first field, by which Anki lists it and finds duplicates",
    "{count} notes have an empty first field, by which Anki lists them and finds duplicates",
    "Fill the first field.",
)


def _headless(sides: BothSides) -> Iterable[str]:
    return (note.guid for note in sides.new.notes if is_empty(note.fields[0]))


NOTE_WITHOUT_CARDS = ProblemKind(
    "note-without-cards",
    Severity.WARNING,
    "A note has no card: nobody will ever review it",
    "{count} notes have no card: nobody will ever review them",
    "Fill what the front of a card template shows, and put the card into the package.",
)


def _without_cards(sides: BothSides) -> Iterable[str]:
    for result in sides.outcome.notes:
        if result.key is not None and not sides.after.notes[result.key].cards:
            yield name_of(result.packaged)


RULES: tuple[tuple[ProblemKind, Callable[[BothSides], Iterable[str]]], ...] = (
    (REFUSED, _refused),
    (NOTE_TYPE_SPLIT, _split),
    (NOTE_SKIPPED, _skipped),
    (GUID_TWICE, _doubled),
    (EDIT_IGNORED, _ignored_edits),
    (NOTE_TYPE_EDIT_IGNORED, _ignored_note_types),
    (FIELD_NAME_REUSED, _reused_names),
    (MEDIA_IGNORED, _ignored_media),
    (OLD_REFUSED, _old_refused),
    (DECK_SPLIT, _split_decks),
    (CARD_BLANK, _blank_cards),
    (MOD_IN_FUTURE, _in_future),
    (FIRST_FIELD_EMPTY, _headless),
    (NOTE_WITHOUT_CARDS, _without_cards),
)


def find_problems(sides: BothSides) -> tuple[Problem, ...]:
    """Return what is wrong with NEW, errors first."""
    found = ((kind, tuple(rule(sides))) for kind, rule in RULES)
    return tuple(Problem(kind, subjects) for kind, subjects in found if subjects)
