"""The order in which new cards are learnt."""

from __future__ import annotations

from collections.abc import Mapping

from deckgen.model.notes import Note
from deckgen.model.outline import Chapter


class LearningOrder:
    """The order in which new cards shall come: by the first point that each note covers in its outline.

    Within a chapter, those with ``first_tag`` come before all others. Notes of one point stay in the order
    of their files; notes without a point come last.
    """

    def __init__(self, chapters: Mapping[str, Chapter], first_tag: str) -> None:
        self._chapters = chapters
        self._position = {chapter: index for index, chapter in enumerate(chapters)}
        self._last = max((len(chapter.points) for chapter in chapters.values()), default=0)
        self._first_tag = first_tag
        self._at, self._ranks = "", dict[str, int]()  # the notes of one chapter follow each other

    def key(self, note: Note) -> int:
        """Return what sorts a note into its place: its chapter, whether it comes first there, its point.

        One number, since there is one for each note of a project.
        """
        if note.chapter != self._at:
            points = self._chapters[note.chapter].points
            self._at, self._ranks = note.chapter, {point: place for place, point in enumerate(points)}
        ranks = self._ranks
        rank = min([ranks[name] for name, _ in note.points if name in ranks], default=self._last)
        first_tag = self._first_tag
        is_later = not any(tag.value == first_tag for tag in note.tags) if first_tag else True
        return (2 * self._position[note.chapter] + is_later) * (self._last + 1) + rank
