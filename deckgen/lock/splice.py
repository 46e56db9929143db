"""The text of a lock, in which a few notes are looked up and replaced without parsing the rest."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping

from deckgen.lock.format import format_note
from deckgen.lock.model import LockedNote


class LockText:
    """A lock as a build wrote it: its lines are sorted; the two of its head sort before any note's too."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = text.removesuffix("\n").split("\n")

    def part(self, ids: Iterable[str]) -> str | None:
        """Return the text of a lock of these notes, all note types and decks; None if one is missing."""
        lines = self._lines
        start, end = (bisect_left(lines, word) for word in ("note ", "note!"))
        indexes = [self._index_of(note_id) for note_id in ids]
        if None in indexes:
            return None
        others = (*lines[:start], *lines[end:])
        kept = [line for line in others if not line.startswith(("retired ", "forgotten "))]
        return "\n".join([*(lines[index] for index in indexes if index), *kept, ""])

    def with_notes(self, notes: Mapping[str, LockedNote]) -> str:
        """Return the text with other lines for some of its notes."""
        lines = self._lines.copy()
        for note_id, note in notes.items():
            index = self._index_of(note_id)
            if index is None:
                raise KeyError(note_id)
            lines[index] = format_note(note_id, note)
        return "\n".join([*lines, ""])

    def _index_of(self, note_id: str) -> int | None:
        start = f"note {note_id} "
        index = bisect_left(self._lines, start)
        return index if self._lines[index : index + 1] and self._lines[index].startswith(start) else None
