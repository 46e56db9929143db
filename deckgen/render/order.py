"""The order in which new cards are learnt."""

from __future__ import annotations

from collections.abc import Mapping

from deckgen.model import Chapter, Note


class LearningOrder:
    """The order in which new cards shall come: by the first point that each note covers in its outline.

    Within a chapter, those with ``first_tag`` come before all others. Notes of one point stay in the order
    of their files; notes without a point come last.
    """

    def __init__(self, chapters: Mapping[str, Chapter], first_tag: str) -> None:
        points = (point for chapter in chapters.values() for point in chapter.points)
        self._rank = {point: place for place, point in enumerate(points)}
        self._position = {chapter: index for index, chapter in enumerate(chapters)}
        self._first_tag = first_tag

    def key(self, note: Note) -> tuple[int, bool, int]:
        """Return what sorts a note into its place."""
        rank, home = self._rank, f"{note.chapter}/"
        own = [rank[name] for name, _ in note.points if name in rank and name.startswith(home)]
        first_tag = self._first_tag
        is_later = not any(tag.value == first_tag for tag in note.tags) if first_tag else True
        return self._position[note.chapter], is_later, min(own, default=len(rank))
