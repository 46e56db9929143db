"""What rendering a note needs besides the note, computed once for all notes that share it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, lru_cache, partial

from deckgen.model.diagnostics import Span
from deckgen.model.note_type import NOWHERE, NoteType
from deckgen.model.notes import Note
from deckgen.model.outline import Chapter, is_point
from deckgen.model.settings import Settings
from deckgen.model.template import is_empty_field, shows_a_field
from deckgen.model.text import unescape
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
        names = {field.key: field.name for field in note_type.fields}
        self.joined = [
            (field.name, [names[key] for key in field.joins if key in names])
            for field in note_type.fields
            if field.joins
        ]
        self.own_parts = _own_parts(note_type, cloze_keys, settings)
        self.unfit = _unfit_in_names(note_type)
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


def _unfit_in_names(note_type: NoteType) -> dict[str, str]:
    """Return what may not stand in the names that Anki puts on cards as they are, by their field."""
    sides = "".join(f"{card.front}{card.back}" for card in note_type.cards)
    unfit = {}
    for field in ("Tags", "Deck", "Subdeck"):
        shown = rf"\{{\{{(?:[^{{}}]*:)?\s*{field}\s*\}}\}}"
        if re.search(shown, sides):
            is_in_attribute = re.search(rf'=\s*"[^"<]*{shown}', sides)
            code = r"<(?=[a-zA-Z/!?])|\[(?:sound:|latex\]|\$\$?\])"
            unfit[field] = f'{code}|"' if is_in_attribute else code
    return unfit


def _own_parts(note_type: NoteType, cloze_keys: Collection[str], settings: Settings) -> tuple[str, ...]:
    """Return what else the author wrote that shapes the fields of a kind's notes.

    That is how the fields of a note type of the project's own are made, and the word between joined fields.
    """
    made = [
        f"{field.key} {field.type} {field.key in cloze_keys} {' '.join(field.joins)}"
        for field in note_type.fields
        if field.type == "list" or field.key in cloze_keys or field.joins
    ]
    has_joins = any(field.joins for field in note_type.fields)
    word = settings.own_words.get("or") if has_joins else None
    return (*(made if note_type.span != NOWHERE else ()), *filter(None, (word,)))


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
        self._prefix = prefix
        self._project = settings.name, settings.named_at
        self._tags_under = f"{settings.tags_under}::" if settings.tags_under else ""
        self._point_tag = lru_cache(_CACHED_POINTS)(partial(_point_tag, chapters, prefix))

    def deck_of(self, note: Note) -> str:
        """Return the name of the deck that a note's cards go to."""
        return self._deck(note.chapter, note.kind)

    def tags_of(self, note: Note) -> tuple[str, ...]:
        """Return a note's tags, sorted: its own, and those that deckgen adds under the project's id.

        deckgen adds the note's kind and each point that it covers; its chapter if none is in there, for
        Anki finds a tag by those above it.
        """
        points = {self._point_tag(point) for point, _ in note.points} - {""}
        chapter = f"{self._prefix}{note.chapter}"
        if not any(tag.startswith(f"{chapter}::") for tag in points):
            points.add(chapter)
        own = {f"{self._tags_under}{tag.value}" for tag in note.tags}
        return tuple(sorted({f"{self._prefix}kind::{note.kind}", *points, *own}))

    def unfit_names(self, note: Note) -> Iterator[tuple[str, str, Span]]:
        """Yield the names of a note that are HTML where a card shows them: the field, the sign, the place."""
        names = [("Tags", f"{self._tags_under}{tag.value}", tag.span) for tag in note.tags]
        place = self.chapters[note.chapter].title.span
        names += [(field, self.deck_of(note), place) for field in ("Deck", "Subdeck")]
        unfit = self.kinds[note.kind].unfit
        project, named_at = self._project
        for field, name, span in names:
            if field in unfit and (found := re.search(unfit[field], name)):
                is_of_project = field != "Tags" and name.startswith(project) and found.end() <= len(project)
                yield field, found[0], named_at if is_of_project else span

    def place_of(self, note: Note) -> BookPlace:
        """Return the note's place in the book: the chapter's number and the section of its first point."""
        chapter = self.chapters[note.chapter]
        points = chapter.points
        title = next((points[name][0].title for name, _ in note.points if name in points), chapter.title)
        if not chapter.number.value:  # a chapter without an outline
            return BookPlace("{section}", "", title.value)
        return self._place(chapter.number.value, title.value)


def pace_of_kinds(note_types: Mapping[str, NoteType], settings: Settings) -> dict[str, int]:
    """Return how many new cards of a kind come a day, for each kind that has a pace."""
    paces = {kind: settings.a_day.get(kind, note_type.a_day) for kind, note_type in note_types.items()}
    return {kind: pace for kind, pace in paces.items() if pace}


def _deck(chapters: Mapping[str, Chapter], kinds: Mapping[str, KindContext], chapter: str, kind: str) -> str:
    name, subdeck = chapters[chapter].deck, kinds[kind].subdeck
    return f"{name}{_SUBDECK_SEPARATOR}{subdeck}" if subdeck else name


def _point_tag(chapters: Mapping[str, Chapter], prefix: str, point: str) -> str:
    return f"{prefix}{point.replace('/', '::')}" if is_point(point, chapters) else ""


class BookPlace:
    """A chapter's number and the title of a section, as HTML: `Chapter 36 · Ownership`.

    ``form`` is that text with `{number}` and `{section}` in it; ``parts`` is what the author gave.
    """

    def __init__(self, form: str, number: str, title: str) -> None:
        self.parts = f"{number} · {title}"
        values = {"{number}": text_as_editor_writes(number), "{section}": text_as_editor_writes(title)}
        self.html = re.sub(r"\{(?:number|section)\}", lambda match: values[match[0]], form)
        chapter = form.replace("{number}", values["{number}"]).replace("{section}", "")
        self._names = list(filter(None, (_words(chapter), _words(self.html))))

    def is_named_by(self, html: str) -> bool:
        """Tell whether a text begins with the chapter (`Chapter 36, p. 4`), or with the whole place."""
        words = _words(html) if html else []
        return any(words[: len(name)] == name for name in self._names)


def _words(html: str) -> list[str]:
    return re.findall(r"\w+", unescape(html).casefold())
