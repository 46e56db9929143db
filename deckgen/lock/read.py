"""Reading deckgen.lock: what cannot be read is a finding."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

from deckgen.cloze.limits import MAX_CARD_NUMBER
from deckgen.lock.format import VERSION
from deckgen.lock.guids import double_fault
from deckgen.lock.merged_lines import SlotsClashError, merge_double, merge_note_types, with_own_ids
from deckgen.lock.model import UNKNOWN, Lock, LockedDeck, LockedNote, LockedNoteType
from deckgen.lock.slots import Slots, default_name
from deckgen.lock.stamps import LATEST
from deckgen.model.diagnostics import Code, Finding, Severity, Span

_FIRST_ID = re.compile(rf"{re.escape(UNKNOWN)}|[^ ]+/[^ ]+")
_MEND = (
    "Restore it from a backup, or move it away and rebuild it from the last package that readers got: "
    "`deckgen recover PACKAGE`."
)

LOCK_CONFLICT = Code(
    "lock-conflict",
    Severity.ERROR,
    "The lock contains conflict markers",
    "git could not merge two versions of the lock. Keep every line of both: deckgen merges lines that are "
    "then there twice. With a `.gitattributes` line `deckgen.lock merge=union`, git does this by itself.",
)
LOCK_DAMAGED = Code(
    "lock-damaged",
    Severity.ERROR,
    "A line of the lock cannot be read",
    "The lock tells unchanged notes from changed ones. Without it, the whole deck would be sent as changed, "
    "and readers would lose their own tags and edits.",
)
LOCK_LATER = Code(
    "lock-later",
    Severity.ERROR,
    "The lock was written by a later deckgen",
    "It may contain what this version would lose.",
)
LOCK_OTHER_PROJECT = Code(
    "lock-other-project",
    Severity.ERROR,
    "The lock belongs to another project",
    "Every GUID comes from the project's id: under another id all notes would arrive as new ones, beside "
    "the old ones and without their history.",
)
CODES = (LOCK_CONFLICT, LOCK_DAMAGED, LOCK_LATER, LOCK_OTHER_PROJECT)


class _Reader:
    """Gathers the lines of a lock; each kind of line has its method."""

    def __init__(self, project: str) -> None:
        self.project = project
        self.notes: dict[str, LockedNote] = {}
        self.note_types: dict[str, LockedNoteType] = {}
        self.decks: dict[str, LockedDeck] = {}
        self.media: dict[str, str] = {}
        self.restarted_at = 0
        self.future_until = 0
        self.void_stamps: set[int] = set()
        self._take: dict[str, Callable[[str], tuple[Code, str, str] | None]] = {
            "lock": self._header,
            "note": self._note,
            "retired": partial(self._note, word="retired"),
            "forgotten": partial(self._note, word="forgotten"),
            "ahead": self._ahead,
            "anew": self._anew,
            "notetype": self._note_type,
            "deck": self._deck,
            "media": self._media,
            "void": self._void,
        }

    def line(self, line: str) -> tuple[Code, str, str] | None:
        """Take one line; return what is wrong with it."""
        if line.startswith(("<<<<<<<", "|||||||", "=======", ">>>>>>>")):
            hint = "Delete the marker lines and keep all others; deckgen merges lines that are there twice."
            return LOCK_CONFLICT, "This is a conflict marker of git.", hint
        word, _, rest = line.partition(" ")
        if not line or word == "#":
            return None
        try:
            return self._take[word](rest)
        except SlotsClashError as error:
            hint = (
                "Of the two lines, keep the one that readers have (`git blame deckgen.lock` shows the commit "
                "of each), delete the other, and build again: its fields or cards get other slots."
            )
            return LOCK_CONFLICT, str(error), hint
        except (ValueError, KeyError):
            return LOCK_DAMAGED, f"This line cannot be read: `{line[:60]}`.", _MEND

    def _header(self, rest: str) -> tuple[Code, str, str] | None:
        version, _, owner = rest.partition(" ")
        if int(version) < VERSION:
            raise ValueError(version)
        if int(version) > VERSION:
            message = f"The lock has format {version}; this deckgen knows up to {VERSION}."
            return LOCK_LATER, message, "Upgrade deckgen: `pip install -U deckgen-anki`."
        if owner != self.project:
            message = f"The lock belongs to the project `{owner}`, and this one is `{self.project}`."
            hint = (
                f"Set `id: {owner}` in deckgen.yaml again. If this is a new deck that nobody has, delete "
                "deckgen.lock and run `deckgen build --start-anew`."
            )
            return LOCK_OTHER_PROJECT, message, hint
        return None

    def _note(self, rest: str, word: str = "note") -> tuple[Code, str, str] | None:
        note_id, note = parse_note(rest, word)
        double = self.notes.get(note_id)
        self.notes[note_id] = merge_double(double, note) if double else note
        return double_fault(self.project, note_id, double, note) if double else None

    def _anew(self, rest: str) -> None:
        self.restarted_at = max(self.restarted_at, _time(rest))

    def _ahead(self, rest: str) -> None:
        self.future_until = max(self.future_until, _time(rest))

    def _void(self, rest: str) -> None:
        self.void_stamps.add(_time(rest))

    def _note_type(self, rest: str) -> None:
        key, note_type = parse_note_type(rest)
        double = self.note_types.get(key)
        self.note_types[key] = merge_note_types(key, double, note_type) if double else note_type

    def _deck(self, rest: str) -> None:
        key, deck = parse_deck(rest)
        # Of two names that branches gave at one time, the one that sorts first: the same on all machines.
        self.decks[key] = min(deck, self.decks.get(key, deck), key=lambda each: (-each.mod, each.name))

    def _media(self, rest: str) -> None:
        name, _, self.media[name] = rest.partition(" ")


def parse_lock(text: str, path: str, project: str) -> tuple[Lock, list[Finding]]:
    """Read the lock's text: an empty one has lost all of it, for every build writes a line at least.

    Returns:
        The lock, and findings of which any is an error: then the lock must not be used.
    """
    reader = _Reader(project)
    findings: list[Finding] = []
    if not any(line.startswith("lock ") for line in text.split("\n")):
        findings.append(LOCK_DAMAGED.at(Span(path), "The line `lock …` is missing.", _MEND))
    elif not text.endswith("\n"):
        end = Span(path, text.count("\n") + 1)
        findings.append(LOCK_DAMAGED.at(end, "The last line is cut short.", _MEND))
    for number, line in enumerate(text.split("\n"), 1):
        fault = reader.line(line)
        if fault:
            code, message, hint = fault
            findings.append(code.at(Span(path, number), message, hint))
            if code is LOCK_LATER:
                break
    notes = with_own_ids(reader.notes)
    lock = Lock(
        project,
        notes,
        reader.note_types,
        reader.decks,
        reader.media,
        reader.restarted_at,
        reader.future_until,
        frozenset(reader.void_stamps),
    )
    if not findings and (lost := _lost_lines(lock)):
        findings.append(LOCK_DAMAGED.at(Span(path, text.count("\n")), lost, _MEND))
    return lock, findings


def _lost_lines(lock: Lock) -> str | None:
    """Return what lines are missing by the word of others, None where none is known to be.

    Lines are sorted, note types after notes: a lock cut short between two lines has notes whose note type
    it does not know, or decks and no note. A union merge takes no line away, so this holds in git too.
    """
    missing = sorted({note.note_type for note in lock.notes.values()} - lock.note_types.keys())
    if missing:
        return f"Lines are missing: there are notes of the note type `{missing[0]}`, but no line for it."
    if lock.decks and not lock.notes:
        return "Lines are missing: there are decks, but no notes."
    return None


def parse_note(rest: str, word: str) -> tuple[str, LockedNote]:
    """Read what follows the ``word`` of a note's line: its id, and the line.

    Raises:
        ValueError: it is no such line.
    """
    note_id, note_type, guid, source_hash, rendered_hash, mod, anki_id, cards, *first = rest.split(" ")
    parts = [card.partition(":") for card in cards.split(",")]
    numbers = tuple(int(number) for number, _, _ in parts)
    hidden = tuple(words for _, _, words in parts) if ":" in cards else ()
    note = LockedNote(
        note_type,
        guid,
        source_hash,
        rendered_hash,
        _time(mod),
        _time(anki_id, 1000),
        numbers,
        hidden,
        retired=word != "note",
        forgotten=word == "forgotten",
        first_id="".join(first),
    )
    if not all(0 <= number < MAX_CARD_NUMBER for number in numbers):
        raise ValueError(cards)
    if first and not _FIRST_ID.fullmatch(" ".join(first)):
        raise ValueError(first)
    return note_id, note


def parse_deck(rest: str) -> tuple[str, LockedDeck]:
    """Read what follows the word of a deck's line: its ``deck_key``, and the line."""
    first, _, name = rest.partition(" ")
    key, _, mod = first.partition("@")
    return key, LockedDeck(name, _time(mod or "0"))


def _time(digits: str, a_second: int = 1) -> int:
    """Return a time since 1970 in seconds, or in parts of one."""
    time = int(digits)
    if not 0 <= time < LATEST * a_second:
        raise ValueError(digits)
    return time


def parse_note_type(rest: str) -> tuple[str, LockedNoteType]:
    """Read what follows the word of a note type's line: its key, and the line.

    Raises:
        ValueError: it is no such line.
    """
    key, form, anki_id, digest, mod, fields, cards = rest.split(" ")
    slots = _parse_slots(fields.split(","), cards.split(","))
    return key, LockedNoteType(_time(anki_id, 1000), form == "cloze", digest, _time(mod), slots)


def _parse_slots(fields: list[str], cards: list[str]) -> Slots:
    parts = [field.partition("=") for field in fields]
    names = tuple(
        tuple(map(unquote, names.split("|"))) if names else (default_name(key, slot),)
        for slot, (key, _, names) in enumerate(parts)
    )
    return Slots(tuple(key for key, _, _ in parts), tuple(cards), names)
