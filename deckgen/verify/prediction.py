"""What a reader's Anki will do with a package: the words that ``deckgen verify`` speaks in."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from deckgen.model.diagnostics import Severity
from deckgen.verify.collection import Collection, Fate, HeldCard, ImportOutcome, MediaOutcome
from deckgen.verify.contents import PackageContents, PackagedNote

_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class NotePrediction:
    """What becomes of one note of NEW.

    ``name`` is the start of its first field; ``is_changed`` tells whether its content differs from what the
    reader has. ``added_cards`` arrive; ``stays_in`` are the cards (by ordinal) that NEW has in another deck
    than the reader, with the reader's deck and NEW's.
    """

    guid: str
    name: str
    fate: Fate
    is_changed: bool
    added_cards: tuple[HeldCard, ...]
    stays_in: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class NoteTypePrediction:
    """What becomes of one note type of NEW; ``arrives_as`` is the name that the reader will see."""

    id: int
    name: str
    fate: Fate
    is_changed: bool
    arrives_as: str


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """Something that can be wrong with NEW: an ERROR where the reader does not get all of it.

    ``one`` and ``many`` say it of one subject and of ``{count}``; ``hint`` is what the author can do.
    """

    name: str
    severity: Severity
    one: str
    many: str
    hint: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of NEW; ``subjects`` are the notes, note types, files or decks, for a person to recognise."""

    kind: ProblemKind
    subjects: tuple[str, ...]

    @property
    def message(self) -> str:
        """What is wrong, in a sentence."""
        count = len(self.subjects)
        return self.kind.one if count == 1 else self.kind.many.format(count=f"{count:,}")


@dataclass(frozen=True, slots=True)
class Prediction:
    """All that importing NEW will do.

    ``staying`` are the names of notes that NEW lacks; ``generated`` the cards, by GUID, that Anki makes by
    itself for notes that take no card of NEW; ``blank`` the cards (GUID, ordinal) that lose their front.
    """

    notes: tuple[NotePrediction, ...]
    note_types: tuple[NoteTypePrediction, ...]
    media: tuple[MediaOutcome, ...]
    staying: tuple[str, ...]
    generated: tuple[tuple[str, HeldCard], ...]
    blank: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class BothSides:
    """The reader's collection before and after, what happened between, and the time in seconds since 1970."""

    before: Collection
    after: Collection
    first: ImportOutcome
    outcome: ImportOutcome
    new: PackageContents
    notes: tuple[NotePrediction, ...]
    note_types: tuple[NoteTypePrediction, ...]
    blank: tuple[tuple[str, int], ...]
    now: int


def note_name(fields: tuple[str, ...], guid: str) -> str:
    """Return the start of a note's first field, or its GUID: what a person knows it by."""
    text = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", fields[0])).split())
    if len(text) > _NAME_LENGTH:
        text = f"{text[: _NAME_LENGTH - 1].rstrip()}…"
    return text or guid


def name_of(note: PackagedNote) -> str:
    """Return what a person knows a packaged note by."""
    return note_name(note.fields, note.guid)
