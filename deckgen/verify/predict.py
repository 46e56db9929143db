"""What a reader's Anki will do with a new package after an old one, from the packages alone.

The reader is one who imported OLD with Anki's default options and changed nothing since.
"""

from __future__ import annotations

from deckgen.verify.anki_text import normal_field, normal_file_name, replace_media
from deckgen.verify.collection import (
    Collection,
    HeldCard,
    ImportOutcome,
    NoteOutcome,
    NoteTypeOutcome,
)
from deckgen.verify.contents import PackageContents, PackagedNote, PackagedNoteType
from deckgen.verify.importer import import_package, kept_tags
from deckgen.verify.prediction import (
    BothSides,
    NotePrediction,
    NoteTypePrediction,
    Prediction,
    name_of,
    note_name,
)
from deckgen.verify.problems import find_problems
from deckgen.verify.schema import normal_names, wanted_cards


def predict(old: PackageContents, new: PackageContents, now: int) -> Prediction:
    """Predict what importing ``new`` does to someone who imported ``old``; ``now`` in seconds since 1970."""
    before, first = import_package(old, Collection())
    after, outcome = import_package(new, before)
    sides = BothSides(
        before,
        after,
        first,
        outcome,
        new,
        tuple(_note(each, outcome, before, after) for each in outcome.notes),
        tuple(map(_note_type, outcome.note_types)),
        tuple(sorted(_blank(after) - _blank(before))),
        now,
    )
    shipped = {note.guid for note in new.notes}
    held = before.notes.values()
    return Prediction(
        sides.notes,
        sides.note_types,
        outcome.media,
        tuple(note_name(note.fields, note.guid) for note in held if note.guid not in shipped),
        _generated(sides),
        sides.blank,
        find_problems(sides),
    )


def _note(
    result: NoteOutcome, outcome: ImportOutcome, before: Collection, after: Collection
) -> NotePrediction:
    note, held = result.packaged, result.before
    stays: tuple[tuple[int, str, str], ...] = ()
    if held is not None and result.key is not None:
        decks = {card.ordinal: card.deck for card in held.cards}
        stays = tuple(
            (card.ordinal, decks[card.ordinal], card.deck)
            for card in outcome.cards[note.id]
            if decks.get(card.ordinal, card.deck) != card.deck
        )
    changed = held is None or (held.fields, held.tags) != (_stored(note), kept_tags(note))
    added = () if result.key is None else _added(result.key, before, after)
    return NotePrediction(note.guid, name_of(note), result.fate, changed, added, stays)


def _added(key: int, before: Collection, after: Collection) -> tuple[HeldCard, ...]:
    """Return the cards that a note gets; an import puts them behind those that it has."""
    count = len(before.notes[key].cards) if key in before.notes else 0
    return after.notes[key].cards[count:]


def _generated(sides: BothSides) -> tuple[tuple[str, HeldCard], ...]:
    taken = {result.key for result in sides.outcome.notes}
    return tuple(
        (note.guid, card)
        for key, note in sides.before.notes.items()
        if key not in taken
        for card in _added(key, sides.before, sides.after)
    )


def _note_type(result: NoteTypeOutcome) -> NoteTypePrediction:
    packaged = result.packaged
    changed = result.before is None or _content(result.before) != _content(packaged)
    return NoteTypePrediction(packaged.id, packaged.name, result.fate, changed, result.name)


def _content(note_type: PackagedNoteType) -> tuple[object, ...]:
    """Return what a person would see of a note type."""
    held = normal_names(note_type)
    names = tuple(field.name for field in held.fields)
    templates = tuple((each.name, each.front, each.back) for each in held.templates)
    return held.name, held.is_cloze, names, templates, held.style


def _stored(note: PackagedNote) -> tuple[str, ...]:
    """Return a note's fields as Anki would store them, were no media file renamed."""
    return tuple(normal_field(replace_media(text, normal_file_name)) for text in note.fields)


def _blank(collection: Collection) -> set[tuple[str, int]]:
    """Return the cards that Anki's Tools > Empty Cards would list (notetype/emptycards.rs)."""
    blank = set()
    for note in collection.notes.values():
        wanted = wanted_cards(collection.note_types[note.note_type], note.fields, note.tags)
        blank |= {(note.guid, card.ordinal) for card in note.cards if card.ordinal not in wanted}
    return blank
