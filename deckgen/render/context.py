"""What rendering a note needs besides the note, computed once for all notes that share it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from html import unescape

from deckgen.model.note_type import NoteType
from deckgen.model.notes import Note
from deckgen.model.outline import Chapter
from deckgen.model.settings import Settings
from deckgen.model.template import is_empty_field, shows_a_field
from deckgen.render.editor_html import text_as_editor_writes

_SUBDECK_SEPARATOR = "::"
_CACHED_POINTS = 1_000  # those of a few chapters: notes of one point stand near each other


class KindContext:
    """What all notes of a kind share."""

    def __init__(self, note_type: NoteType, settings: Settings) -> None:
        self.note_type = note_type
        self.subdeck = settings.subdecks.get(note_type.kind, note_type.subdeck)
        cloze_keys = note_type.cloze_keys()
        self.fields = [
            (field, field.key in cloze_keys, text_as_editor_writes(field.default))
            for field in note_type.fields
        ]
        self._cards: dict[tuple[bool, ...], tuple[int, ...]] = {}

    def cards_of(self, fields: Mapping[str, str]) -> tuple[int, ...]:
        """Return the places of a note's cards; they depend only on which of its fields are filled."""
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


class RenderContext:
    """The chapters, note types and settings of a project, and values cached from them."""

    def __init__(
        self, chapters: Mapping[str, Chapter], note_types: Mapping[str, NoteType], settings: Settings
    ) -> None:
        self.chapters = chapters
        self.kinds = {kind: KindContext(note_type, settings) for kind, note_type in note_types.items()}
        prefix = f"{settings.id}::"
        # Functions, not methods: a cached method and its object would hold each other, and not be freed
        # while the garbage collector is off.
        self._deck = cache(partial(_deck, chapters, self.kinds))
        self.words = settings.words
        own = settings.own_words
        self.own_words = (settings.language, *(own.get(name, "") for name in ("place", "as_of")))
        self._place = cache(partial(BookPlace, settings.words["place"]))
        self._own_tags = cache(partial(_own_tags, prefix))
        self._point_tags = lru_cache(_CACHED_POINTS)(partial(_point_tags, chapters, prefix))

    def deck_of(self, note: Note) -> str:
        """Return the name of the deck that a note's cards go to."""
        return self._deck(note.chapter, note.kind)

    def tags_of(self, note: Note) -> tuple[str, ...]:
        """Return a note's tags, sorted: its own, and those that deckgen adds under the project's id.

        deckgen adds the note's chapter, its kind, and each point that it covers with the point's section.
        """
        tags = {tag.value for tag in note.tags}
        tags.update(self._own_tags(note.chapter, note.kind))
        for point, _ in note.points:
            tags.update(self._point_tags(point))
        return tuple(sorted(tags))

    def place_of(self, note: Note) -> BookPlace:
        """Return the note's place in the book: the chapter's number and the section of its first point."""
        chapter = self.chapters[note.chapter]
        points = chapter.points
        title = next((points[name][0].title for name, _ in note.points if name in points), chapter.title)
        return self._place(chapter.number.value, title.value)


def _deck(chapters: Mapping[str, Chapter], kinds: Mapping[str, KindContext], chapter: str, kind: str) -> str:
    name, subdeck = chapters[chapter].deck, kinds[kind].subdeck
    return f"{name}{_SUBDECK_SEPARATOR}{subdeck}" if subdeck else name


def _own_tags(prefix: str, chapter: str, kind: str) -> tuple[str, ...]:
    return f"{prefix}{chapter}", f"{prefix}kind::{kind}"


def _point_tags(chapters: Mapping[str, Chapter], prefix: str, point: str) -> tuple[str, ...]:
    chapter, _, place = point.partition("/")
    if chapter not in chapters or point not in chapters[chapter].points:
        return ()
    section = f"{prefix}{chapter}::{place.partition('/')[0]}"
    return section, f"{prefix}{point.replace('/', '::')}"


class BookPlace:
    """A chapter's number and the title of a section, as HTML: `Chapter 36 · Ownership`.

    ``form`` is that text with `{number}` and `{section}` in it; ``parts`` is what the author gave.
    """

    def __init__(self, form: str, number: str, title: str) -> None:
        self.parts = f"{number} · {title}"
        values = {"{number}": text_as_editor_writes(number), "{section}": text_as_editor_writes(title)}
        self.html = re.sub(r"\{(?:number|section)\}", lambda match: values[match[0]], form)
        self._words = _words(self.html)

    def has_words_of(self, html: str) -> bool:
        """Tell whether a text consists of the same words."""
        return bool(html) and _words(html) == self._words


def _words(html: str) -> list[str]:
    return re.findall(r"\w+", unescape(html).casefold())
