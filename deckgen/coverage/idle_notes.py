"""Notes that cover nothing, matched by words with the points that they may teach."""

from __future__ import annotations

from collections.abc import Mapping

from deckgen.coverage.measure import Coverage, PointCoverage
from deckgen.coverage.nearest_points import PointsByWords
from deckgen.model.notes import Note

_ABOUT, _SHOWN = 5, 3


class IdleNotes:
    """The notes of a project that cover nothing, each with the points of its chapter that it is about.

    A note is about up to five points: those whose words it shares most.
    """

    def __init__(self, coverage: Coverage) -> None:
        """Take the coverage of every point, and so the notes that cover none."""
        labels: dict[str, dict[str, str]] = {}
        for point in coverage.points:
            labels.setdefault(point.chapter.id.value, {})[point.local_id] = _one_line(point)
        finders = {chapter: PointsByWords(said) for chapter, said in labels.items()}
        self._about: dict[str, dict[str, str]] = {}
        self._notes: dict[str, list[Note]] = {}
        for note in coverage.idle:
            said = labels.get(note.chapter, {})
            names = finders[note.chapter].about(_words_of(note), _ABOUT) if said else ()
            self._about[note.full_id] = {name: said[name] for name in names}
            for name in names:
                self._notes.setdefault(f"{note.chapter}/{name}", []).append(note)

    def points_near(self, note: Note) -> Mapping[str, str]:
        """Return what the three likeliest points say, by their names in the note's chapter."""
        return dict(list(self._about[note.full_id].items())[:_SHOWN])

    def notes_near(self, point: PointCoverage) -> tuple[Note, ...]:
        """Return up to three notes that are about a point and of a kind that it lacks, drafts aside.

        A point that needs no kind in particular may have a note of any.
        """
        kinds = point.missing_kinds
        fit = (note for note in self._notes.get(point.full_id, ()) if note.kind in kinds or not kinds)
        finished = [note for note in fit if not note.draft]
        return tuple(sorted(finished, key=lambda note: self._rank(note, point))[:_SHOWN])

    def _rank(self, note: Note, point: PointCoverage) -> int:
        return list(self._about[note.full_id]).index(point.local_id)


def _one_line(point: PointCoverage) -> str:
    return " ".join(point.point.text.value.split())


def _words_of(note: Note) -> str:
    """Return what a note says, its id included, to be searched by words."""
    words = [note.id.value]
    for value in note.fields.values():
        words += [text.value for text in value] if isinstance(value, tuple) else [value.value]
    return " ".join(words)
