"""What Anki did with NEW for someone who had imported OLD: the values that ``deckgen verify`` prints."""

from __future__ import annotations

from enum import StrEnum

from deckgen.model.diagnostics import Severity
from deckgen.model.values import Struct


class Fate(StrEnum):
    """What became of a note or a note type; CONFLICTING: the note was skipped, the note type split."""

    NEW = "new"
    UPDATED = "updated"
    UNTOUCHED = "untouched"
    CONFLICTING = "conflicting"


class MediaFate(StrEnum):
    """What became of a media file."""

    ADDED = "added"
    SAME = "same"
    RENAMED = "renamed"
    KEPT = "kept"


class NewCard(Struct, frozen=True):
    """A card that a note got, and the deck that it went to."""

    ordinal: int
    deck: str


class CardElsewhere(Struct, frozen=True):
    """A card that the reader has in the deck ``stays_in``, and NEW in the deck ``not_in``."""

    ordinal: int
    stays_in: str
    not_in: str


class NoteOutcome(Struct, frozen=True):
    """What became of one note of NEW.

    ``name`` is the start of its first field; ``changed`` tells whether its fields or tags differ from what
    the reader had.
    """

    guid: str
    name: str
    fate: Fate
    changed: bool
    new_cards: tuple[NewCard, ...]
    cards_in_another_deck: tuple[CardElsewhere, ...]


class NoteTypeOutcome(Struct, frozen=True):
    """What became of one note type of NEW; ``arrives_as`` is the name that the reader sees."""

    id: int
    name: str
    fate: Fate
    changed: bool
    arrives_as: str


class MediaOutcome(Struct, frozen=True):
    """What became of one media file of NEW."""

    name: str
    fate: MediaFate


class GeneratedCard(Struct, frozen=True):
    """A card that Anki made by itself for a note that NEW lacks."""

    guid: str
    ordinal: int
    deck: str


class BlankCard(Struct, frozen=True):
    """A card that lost its front."""

    guid: str
    ordinal: int


class Problem(Struct, frozen=True):
    """Something wrong with NEW: which kind, and the notes, note types, files or decks that have it."""

    problem: str
    severity: str
    message: str
    hint: str
    subjects: tuple[str, ...]

    @property
    def rank(self) -> Severity:
        """How much it matters; ``severity`` is its name."""
        return Severity[self.severity.upper()]


class ProblemKind(Struct, frozen=True):
    """Something that can be wrong with NEW: an ERROR where the reader does not get or keep all of it.

    ``one`` and ``many`` say it of one subject and of ``{count}``; ``hint`` is what the author can do.
    """

    name: str
    severity: Severity
    one: str
    many: str
    hint: str

    def of(self, *subjects: str) -> Problem:
        """Return the problem of these notes, note types, files or decks."""
        count = len(subjects)
        message = self.one if count == 1 else self.many.format(count=f"{count:,}")
        return Problem(self.name, str(self.severity), message, self.hint, subjects)


class Outcome(Struct, frozen=True):
    """All that importing NEW did; ``not_in_new`` are the names of the reader's notes that NEW lacks."""

    notes: tuple[NoteOutcome, ...] = ()
    note_types: tuple[NoteTypeOutcome, ...] = ()
    media: tuple[MediaOutcome, ...] = ()
    not_in_new: tuple[str, ...] = ()
    generated_cards: tuple[GeneratedCard, ...] = ()
    blank_cards: tuple[BlankCard, ...] = ()
    problems: tuple[Problem, ...] = ()
