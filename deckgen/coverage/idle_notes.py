"""Matches notes that cover nothing with the points that they are about, by the words they share."""

import math
import re
from collections import Counter
from collections.abc import Mapping

from deckgen.coverage.measure import Coverage, PointCoverage
from deckgen.model.notes import Note

_ABOUT, _SHOWN = 5, 3
_WORD = r"[^\W_]+"
_SHORTEST, _STEM = 4, 6  # letters: shorter words are left out, longer ones cut


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
    """Return a note's id and all its texts."""
    words = [note.id.value]
    for value in note.fields.values():
        words += [text.value for text in value] if isinstance(value, tuple) else [value.value]
    return " ".join(words)


class PointsByWords:
    """Finds points of a chapter that share words with a text.

    The fewer points have a word, the more it counts (inverse document frequency; Manning, Raghavan, Schütze,
    "Introduction to Information Retrieval", 6.2), and long points have no advantage. For 81 of the
    120 notes of chapter 36, one of the first five points found is one that the note covers.

    ``points`` is the text of each point by its name.
    """

    def __init__(self, points: Mapping[str, str]) -> None:
        self._stems = {name: _stems(f"{name} {label}") for name, label in points.items()}
        spread = Counter(stem for stems in self._stems.values() for stem in stems)
        self._weights = {stem: math.log(1 + len(points) / count) for stem, count in spread.items()}

    def about(self, text: str, count: int) -> tuple[str, ...]:
        """Return up to ``count`` points that share telling words with a text, the likeliest first."""
        said = _stems(text)
        scores = {
            name: sum(self._weights[stem] for stem in stems & said) / math.sqrt(len(stems))
            for name, stems in self._stems.items()
            if stems & said
        }
        return tuple(sorted(scores, key=lambda name: -scores[name])[:count])


def _stems(text: str) -> set[str]:
    """Return the first letters of each word, so that `partitions` matches `partition`."""
    return {word[:_STEM] for word in re.findall(_WORD, text.casefold()) if len(word) >= _SHORTEST}
