"""What Anki did with NEW for someone who had imported OLD: the values that ``deckgen verify`` prints."""

from __future__ import annotations

from enum import StrEnum

from deckgen.model.diagnostics import Severity
from deckgen.model.values import Struct


class Fate(StrEnum):
    """What became of a note, a note type, a card or a media file.

    CONFLICTING: the note was skipped, the note type split; ELSEWHERE: NEW has the card in another deck;
    LOST: the card is gone, or its place in the schedule or its reviews are, or the file did not arrive; KEPT:
    the old file stays.
    """

    NEW = "new"
    UPDATED = "updated"
    UNTOUCHED = "untouched"
    CONFLICTING = "conflicting"
    BLANK = "blank"
    ELSEWHERE = "elsewhere"
    LOST = "lost"
    SAME = "same"
    RENAMED = "renamed"
    KEPT = "kept"


class NoteOutcome(Struct, frozen=True):
    """What became of a note of NEW; ``name`` is the start of its first field."""

    guid: str
    name: str
    fate: Fate
    changed: bool


class NoteTypeOutcome(Struct, frozen=True):
    """What became of a note type of NEW; ``arrives_as`` is the name that the reader sees."""

    id: int
    name: str
    fate: Fate
    changed: bool
    arrives_as: str


class CardOutcome(Struct, frozen=True):
    """What became of a card of the reader's; ``not_in`` is the deck that NEW has it in, if another."""

    guid: str
    name: str
    ordinal: int
    fate: Fate
    deck: str
    not_in: str = ""


class MediaOutcome(Struct, frozen=True):
    """What became of a media file of NEW."""

    name: str
    fate: Fate


class Problem(Struct, frozen=True):
    """Something wrong with NEW, and the notes, note types, cards, files or decks that have it."""

    problem: str
    severity: str
    message: str
    hint: str
    subjects: tuple[str, ...]

    @property
    def rank(self) -> Severity:
        """How much it matters; ``severity`` is its name."""
        return Severity[self.severity.upper()]


class Outcome(Struct, frozen=True):
    """All that importing NEW did.

    ``not_in_new`` are the names of the reader's notes that NEW lacks, ``retired`` those of the notes that it
    made retired ones.
    """

    notes: tuple[NoteOutcome, ...] = ()
    cards: tuple[CardOutcome, ...] = ()
    note_types: tuple[NoteTypeOutcome, ...] = ()
    media: tuple[MediaOutcome, ...] = ()
    not_in_new: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
