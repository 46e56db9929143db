"""Notes that were built here and that the next lock does not have."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

from deckgen.build.standing_package import standing_package
from deckgen.build.what_readers_have import ReaderState, named, where_to_copy
from deckgen.lock.earlier_locks import unknown_to
from deckgen.lock.model import Lock
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.source.files import relative_path
from deckgen.source.folders import LOCK_FILE

LOCK_LINE_LOST = Code(
    "lock-line-lost",
    Severity.WARNING,
    "A line of the lock is missing",
    "Readers have the note, and the lock does not know it. A build sends it to all of them as a new one, so "
    "that they lose their own tags and edits on it. If it was renamed since, they keep the earlier one "
    "beside it.",
)
BUILT_HERE = Code(
    "built-here",
    Severity.INFO,
    "Notes that were built here are neither in the lock nor in the sources",
    "deckgen cannot know whether readers were given a package with them. If so, they should be retired.",
)
CODES = (LOCK_LINE_LOST, BUILT_HERE)


def built_here_findings(root: Path, lock: Lock, readers: ReaderState) -> list[Finding]:
    """Report the notes that were built here and that the new ``lock`` does not have, or only as new ones."""
    if readers.was_said:
        return []
    ids = [note_id for note_id, _ in unknown_to(lock, readers.built_here)]
    lost = list(_other_guids([note_id for note_id in ids if note_id in lock.notes], readers))
    lost += _lost_lines(lock, readers.lost, standing_package(root, lock.project))
    ids = [note_id for note_id in ids if note_id not in lock.notes]
    if not ids:
        return lost
    were, them = ("was", "it") if len(ids) == 1 else ("were", "them")
    message = f"{named(ids)} {were} built here, but neither the lock nor the sources have {them} now."
    hint = f"If readers have {them}, run `deckgen build --retire-built`. If not, no action is needed."
    return [*lost, BUILT_HERE.at(Span(LOCK_FILE), message, hint)]


def _other_guids(ids: list[str], readers: ReaderState) -> Iterator[Finding]:
    """Report the notes that were built under other GUIDs than they have now."""
    if ids:
        were, their, line = ("was", "its", "line") if len(ids) == 1 else ("were", "their", "lines")
        message = f"{named(ids)} {were} built here under another GUID than the lock has."
        source = where_to_copy(readers.mark)
        hint = f"If {their} {line} in the lock {were} lost, copy the {line} from {source}."
        hint += " If the lock was restored since, no action is needed."
        yield LOCK_LINE_LOST.at(Span(LOCK_FILE), message, hint)


def _lost_lines(lock: Lock, guids: Collection[str], file: Path) -> Iterator[Finding]:
    """Report the notes of the package ``file`` that ``lock`` does not have, or only as new ones."""
    names = {guid: f"a note with the GUID `{guid}`" for guid in guids}
    names |= {line.guid: f"`{note_id}`" for note_id, line in lock.notes.items() if line.guid in guids}
    if names:
        first = min(names.values())
        notes = first if len(names) == 1 else f"{len(names)} notes, among them {first},"
        line = "its line was" if len(names) == 1 else "their lines were"
        command = f"deckgen recover {shlex.quote(relative_path(file))}"
        message = f"The package in `build/` has {notes} and the lock does not: {line} lost."
        hint = f"Copy what is missing from a backup, or move the lock away and run `{command}`."
        yield LOCK_LINE_LOST.at(Span(LOCK_FILE), message, hint)
