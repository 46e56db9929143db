"""What the rendering of a note depends on beside the note: worked out once, where many notes share it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape, unescape
from sys import intern

from deckgen.model import Chapter, Note, Settings
from deckgen.notetypes.definition import NoteType
from deckgen.notetypes.template import is_empty_field, shows_a_field

_SUBDECK_SEPARATOR = "::"


class Kind:
    """What all notes of a kind share, worked out once."""

    def __init__(self, note_type: NoteType, settings: Settings) -> None:
        self.note_type = note_type
        self.subdeck = settings.subdecks.get(note_type.kind, note_type.subdeck)
        cloze_keys = note_type.cloze_keys()
        self.fields = [
            (field, field.key in cloze_keys, escape(field.default, quote=False)) for field in note_type.fields
        ]
        self._cards: dict[tuple[bool, ...], tuple[int, ...]] = {}

    def cards_of(self, fields: Mapping[str, str]) -> tuple[int, ...]:
        """Return the cards that a note has, which depends on no more than which of its fields are filled."""
        filled = tuple([bool(html) and not is_empty_field(html) for html in fields.values()])
        cards = self._cards.get(filled)
        if cards is None:
            names = frozenset(name for name, is_filled in zip(fields, filled, strict=True) if is_filled)
            cards = self._cards[filled] = tuple(
                place
                for place, card in enumerate(self.note_type.cards)
                if shows_a_field(card.front_nodes, names)
            )
        return cards


class Frame:
    """What the rendering of a note depends on beside the note, and what follows from it for many notes."""

    def __init__(
        self, chapters: Mapping[str, Chapter], note_types: Mapping[str, NoteType], settings: Settings
    ) -> None:
        self.chapters = chapters
        self.kinds = {kind: Kind(note_type, settings) for kind, note_type in note_types.items()}
        self._prefix = f"{settings.id}::"
        self._deck, self._place = cache(self._work_out_deck), cache(Place)
        self._own_tags, self._point_tags = cache(self._work_out_own_tags), cache(self._work_out_point_tags)

    def deck_of(self, note: Note) -> str:
        """Return the name of the deck that a note's cards go to."""
        return self._deck(note.chapter, note.kind)

    def _work_out_deck(self, chapter: str, kind: str) -> str:
        name, subdeck = self.chapters[chapter].deck, self.kinds[kind].subdeck
        return f"{name}{_SUBDECK_SEPARATOR}{subdeck}" if subdeck else name

    def tags_of(self, note: Note) -> tuple[str, ...]:
        """Return a note's tags, sorted: its author's own, and those under the project's id.

        The latter name its chapter, its kind, and each point that it covers with the point's section.
        """
        # Many notes have the same tags, which are held in memory once.
        tags = {intern(tag.value) for tag in note.tags}
        tags.update(self._own_tags(note.chapter, note.kind))
        for point, _ in note.points:
            tags.update(self._point_tags(point))
        return tuple(sorted(tags))

    def _work_out_own_tags(self, chapter: str, kind: str) -> tuple[str, ...]:
        return f"{self._prefix}{chapter}", f"{self._prefix}kind::{kind}"

    def _work_out_point_tags(self, point: str) -> tuple[str, ...]:
        chapter, _, place = point.partition("/")
        if chapter not in self.chapters or point not in self.chapters[chapter].points:
            return ()
        section = f"{self._prefix}{chapter}::{place.partition('/')[0]}"
        return intern(section), f"{self._prefix}{point.replace('/', '::')}"

    def place_of(self, note: Note) -> Place:
        """Return where in the book a note belongs: the chapter's number, and its first point's section."""
        chapter = self.chapters[note.chapter]
        points = chapter.points
        title = next((points[name][0].title for name, _ in note.points if name in points), chapter.title)
        return self._place(chapter.number.value, title.value)


class Place:
    """Where in the book notes belong, as HTML."""

    def __init__(self, number: str, title: str) -> None:
        self.html = f"Chapter {escape(number)} · {escape(title, quote=False)}"
        self._words = _words(self.html)

    def is_said_by(self, html: str) -> bool:
        """Tell whether a text says the same, in as many words."""
        return "chapter" in html.casefold() and _words(html) == self._words


def _words(html: str) -> list[str]:
    return re.findall(r"\w+", unescape(html).casefold())
