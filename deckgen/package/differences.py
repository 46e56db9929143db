"""What changed in a note, word by word, between the last package and the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from deckgen.lock.model import LockedNote
from deckgen.lock.note_types import ShippedNoteType
from deckgen.lock.slots import is_free
from deckgen.model.text import unescape
from deckgen.package.spool import NoteTexts

_PICTURE = re.compile(r'<img [^>]*?src="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")


class WordChange(StrEnum):
    """What became of some words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


class Piece(NamedTuple):
    """Some words in a row, and what became of them."""

    change: WordChange
    words: str


class Difference(NamedTuple):
    """What changed in one field, or in the tags, of a note."""

    field: str
    pieces: tuple[Piece, ...]


def note_differences(
    note: NoteTexts, shipped: ShippedNoteType, old_fields: tuple[str, ...], old_tags: tuple[str, ...]
) -> tuple[Difference, ...]:
    """Compare a note with the fields, by slot, and the tags that the last package has of it."""
    slots = zip(shipped.slots.fields, shipped.slots.names, strict=True)
    # A slot that was freed goes by the name of the field that left it.
    names = [held[1] if is_free(key) and held[1:] else held[0] for key, held in slots]
    pairs = [
        (name, plain_text(old), plain_text(new))
        for name, old, new in zip(names, old_fields, note.fields, strict=False)
    ]
    pairs.append(("Tags", " ".join(sorted(old_tags)), " ".join(note.tags)))
    return tuple(Difference(name, word_pieces(old, new)) for name, old, new in pairs if old != new)


def plain_text(html: str) -> str:
    """Return the words of a field and the names of its pictures; nothing but markup is left as it is."""
    text = " ".join(unescape(_TAG.sub(" ", _PICTURE.sub(r" \1 <", html))).split())
    return text or html


def word_pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Compare two texts word by word."""
    before, after = old.split(), new.split()
    return tuple(_pieces(before, after))


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    # autojunk drops frequent words from long texts and gives diffs that nobody would write.
    for tag, start, end, new_start, new_end in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            yield Piece(WordChange.SAME, " ".join(before[start:end]))
            continue
        if end > start:
            yield Piece(WordChange.GONE, " ".join(before[start:end]))
        if new_end > new_start:
            yield Piece(WordChange.NEW, " ".join(after[new_start:new_end]))


class PackagedText(NamedTuple):
    """What a package holds of a note: its stamp in seconds since 1970, its fields by slot, its tags."""

    mod: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]


def all_differences(
    notes: Mapping[str, tuple[LockedNote, NoteTexts]],
    types: Mapping[str, ShippedNoteType],
    packaged: Mapping[str, PackagedText],
    stamps: Mapping[str, int],
) -> dict[str, tuple[Difference, ...]]:
    """Compare changed notes with the last package.

    Args:
        notes: those that changed, by full id: the line of each in the lock, and its texts.
        types: by their keys in the lock.
        packaged: what a package holds, by GUID.
        stamps: what each note was last shipped with, by full id, in seconds since 1970; a package with
            another stamp is not the last one, and says nothing of what readers have.

    Returns:
        The differences by the note's full id; a note that the package lacks is left out.
    """
    found = {}
    for note_id, (line, texts) in notes.items():
        old = packaged.get(line.guid)
        if old is not None and old.mod == stamps.get(note_id):
            found[note_id] = note_differences(texts, types[line.note_type], old.fields, old.tags)
    return found
