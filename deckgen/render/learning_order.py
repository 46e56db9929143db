"""The order in which new cards are learnt."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import accumulate

from deckgen.model.notes import Note, PackedNote, RenderedNote
from deckgen.model.outline import Chapter
from deckgen.model.settings import NEW_A_DAY


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


def first_cards(notes: Iterable[PackedNote | RenderedNote]) -> array[int]:
    """Return the place of each note's first card among all cards; the last is how many cards there are."""
    return array("q", accumulate((len(note.cards) for note in notes), initial=0))


def card_positions(notes: Sequence[PackedNote | RenderedNote], a_day: Mapping[str, int]) -> array[int]:
    """Return the position, from 1, that each card has among new cards: note by note, and card by card.

    Anki takes a day's new cards by position, deck by deck, and shows those of the first template first, then
    those of the second, and so on. So the cards of a note stand at least a day apart, as far as its deck has
    notes to fill the days.

    Args:
        notes: in the order of learning.
        a_day: how many cards of a kind come on a day of ``NEW_A_DAY``, for the kinds that have a pace.
    """
    firsts = first_cards(notes)
    decks: dict[str, dict[str, list[int]]] = {}
    for place, note in enumerate(notes):
        pace = note.kind if a_day.get(note.kind) else ""
        decks.setdefault(note.deck, {}).setdefault(pace, []).append(place)
    positions = array("q", bytes(8 * firsts[-1]))
    others = max(NEW_A_DAY - sum(a_day.values()), 1)
    position = 0
    for by_pace in decks.values():
        streams = (
            _at_pace(_spread(notes, places, firsts), a_day.get(kind, others))
            for kind, places in by_pace.items()
        )
        for _, card in merge(*streams):
            position += 1
            positions[card] = position
    return positions


def _at_pace(cards: Sequence[int], a_day: int) -> Iterator[tuple[float, int]]:
    """Yield each card with the day on which it comes."""
    return (((number + 0.5) / a_day, card) for number, card in enumerate(cards))


def _spread(
    notes: Sequence[PackedNote | RenderedNote], places: Sequence[int], firsts: Sequence[int]
) -> list[int]:
    """Return the cards of the notes at ``places`` in an order that keeps those of one note apart.

    Each note has a turn, and its further cards share those of later notes.
    """
    last = len(places) - 1
    turns: list[tuple[float, int, int, int]] = []
    for turn, place in enumerate(places):
        count = len(notes[place].cards)
        turns += [
            (each, card, -count, firsts[place] + card) for card, each in enumerate(_turns(turn, count, last))
        ]
    return [card for *_, card in sorted(turns)]


def _turns(turn: int, count: int, last: int) -> list[float]:
    """Return the turns of a note's cards, of which there are ``count``: the first one's, then a day apart.

    A day has ``NEW_A_DAY`` turns. Near the ``last`` turn the note starts earlier, by as many days as its deck
    has room for; where these are too few, its later cards share what is left.
    """
    if count == 1:
        return [turn]
    days = min(count - 1, last // NEW_A_DAY)
    first = max(min(turn, last - max(days * NEW_A_DAY, 1)), 0)
    second = min(first + NEW_A_DAY, last)
    step = min(NEW_A_DAY, (last - second) / max(count - 2, 1))
    return [first, *(second + step * number for number in range(count - 1))]
