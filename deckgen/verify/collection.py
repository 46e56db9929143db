"""A reader's collection as far as an import changes it, and what an import did, note by note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from deckgen.verify.contents import PackagedNote, PackagedNoteType


class Fate(StrEnum):
    """What becomes of a note or a note type."""

    NEW = "new"
    UPDATED = "updated"
    UNTOUCHED = "untouched"
    CONFLICTING = "conflicting"


class MediaFate(StrEnum):
    """What becomes of a media file."""

    ADDED = "added"
    SAME = "same"
    RENAMED = "renamed"
    KEPT = "kept"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class HeldCard:
    """A card in the reader's collection."""

    ordinal: int
    deck: str


@dataclass(frozen=True, slots=True)
class HeldNote:
    """A note in the reader's collection."""

    guid: str
    note_type: int
    mod: int
    fields: tuple[str, ...]
    tags: frozenset[str]
    cards: tuple[HeldCard, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteOutcome:
    """What became of a note of the package; ``key`` is its place in the collection, None if it has none."""

    packaged: PackagedNote
    fate: Fate
    key: int | None
    before: HeldNote | None


@dataclass(frozen=True, slots=True)
class NoteTypeOutcome:
    """What became of a note type of the package; CONFLICTING means that it arrived a second time."""

    packaged: PackagedNoteType
    fate: Fate
    before: PackagedNoteType | None
    name: str


@dataclass(frozen=True, slots=True)
class MediaOutcome:
    """What became of a media file of the package; ``name`` is the one that Anki gives it."""

    name: str
    fate: MediaFate


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """All that one import did; ``refusal`` is why Anki would refuse the package whole."""

    notes: tuple[NoteOutcome, ...] = ()
    note_types: tuple[NoteTypeOutcome, ...] = ()
    media: tuple[MediaOutcome, ...] = ()
    # The package's cards by the id that their note has there, with the name that the reader's deck has.
    cards: Mapping[int, tuple[HeldCard, ...]] = field(default_factory=dict)
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """A reader's collection, as far as an import changes it.

    ``notes`` by their place; ``note_types`` by id, one that arrived a second time below 0, with the id that
    it had in its package in ``original_ids``; ``decks`` by folded name; ``media``: SHA-1 by name.
    """

    notes: Mapping[int, HeldNote] = field(default_factory=dict)
    note_types: Mapping[int, PackagedNoteType] = field(default_factory=dict)
    original_ids: Mapping[int, int] = field(default_factory=dict)
    decks: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
