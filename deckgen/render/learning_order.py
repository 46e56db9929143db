"""The order in which new cards are learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deckgen.model.notes import Note
from deckgen.model.outline import Chapter


class LearningOrder:
    """Orders new cards by the first point in the outline that their note covers.

    Within a chapter, notes with one of ``first_tags`` come first, in the order of these tags, and notes
    without a point last. Notes of one point stay in the order of their files.
    """

    def __init__(self, chapters: Mapping[str, Chapter], first_tags: Sequence[str]) -> None:
        self._chapters = chapters
        self._position = {chapter: index for index, chapter in enumerate(chapters)}
        self._last = max((len(chapter.points) for chapter in chapters.values()), default=0)
        self._tiers = {tag: tier for tier, tag in enumerate(first_tags)}
        # The places of one chapter's points: notes come chapter by chapter.
        self._chapter, self._ranks = "", dict[str, int]()

    def key(self, note: Note) -> int:
        """Return the sort key of a note: its chapter, the first of its ``first_tags``, its first point.

        It is one number, which takes less memory than a tuple: every note of the project has one.
        """
        if note.chapter != self._chapter:
            points = self._chapters[note.chapter].points
            self._chapter, self._ranks = note.chapter, {point: place for place, point in enumerate(points)}
        ranks = self._ranks
        rank = min([ranks[name] for name, _ in note.points if name in ranks], default=self._last)
        tiers = self._tiers
        tier = min([tiers[tag.value] for tag in note.tags if tag.value in tiers], default=len(tiers))
        return ((len(tiers) + 1) * self._position[note.chapter] + tier) * (self._last + 1) + rank
