"""Notes to rendered notes: fields as HTML, tags, the cards that exist, and the order of new cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape

from deckgen.diagnostics import Code, Finding, Severity
from deckgen.memory import Memory
from deckgen.model import Chapter, FieldValue, MediaFile, Note, RenderedNote, Section, Settings, Text
from deckgen.notetypes.definition import NoteType
from deckgen.notetypes.template import is_empty_field, shows_a_field
from deckgen.render.markup import to_html
from deckgen.source.media import AUDIO, MediaLibrary

NO_CARD = Code(
    "note-without-card",
    Severity.ERROR,
    "A note makes no card",
    "Anki would take the note in and never show it. A cloze note needs a deletion; any other a field that "
    "the front of one of its cards shows.",
    bad="clozes:\n  - id: retries\n    text: Retries need idempotent writes.",
    good="clozes:\n  - id: retries\n    text: Retries need {{c1::idempotent}} writes.",
)
CODES = (NO_CARD,)

_IMAGE = re.compile(r'<img src="([^"]*)"([^>]*)>')
_SUBDECK_SEPARATOR = "::"


class _FieldRenderer:
    """Renders the fields of one note, gathering the media it uses and its findings."""

    def __init__(self, library: MediaLibrary | None) -> None:
        self._library = library
        self.findings: list[Finding] = []
        self.media: dict[str, MediaFile] = {}
        self.deletions: dict[int, str] = {}

    def field(self, value: FieldValue, *, clozes: bool) -> str:
        if isinstance(value, Text):
            return self.text(value, clozes=clozes)
        items = "".join(f"<li>{self.text(item, clozes=clozes)}</li>" for item in value)
        return f"<ul>{items}</ul>"

    def text(self, text: Text, *, clozes: bool = False) -> str:
        html, deletions, problems = to_html(text.value, clozes=clozes)
        self.deletions.update(deletions)
        if problems:
            indent = len(text.value) - len(text.value.lstrip())
            self.findings += [
                problem.code.at(text.at(indent + problem.offset), problem.message, problem.hint)
                for problem in problems
            ]
        library = self._library
        if library is not None and "<img" in html:
            html = _IMAGE.sub(lambda match: self._image(match, text, library), html)
        return html

    def _image(self, match: re.Match[str], text: Text, library: MediaLibrary) -> str:
        reference = unescape(match[1])
        path = text.span.path
        offset = max(text.value.find("]("), 0)
        found = library.resolve(reference, path, text.at(offset))
        if isinstance(found, Finding):
            self.findings.append(found)
            return match[0]
        self.media[found.package_name] = found
        if found.location.suffix.lower() in AUDIO:
            return f"[sound:{found.package_name}]"
        return f'<img src="{found.package_name}"{match[2]}>'


class _Frame:
    """What the rendering of a note depends on beside the note, and what follows from it for many notes."""

    def __init__(
        self, chapters: Mapping[str, Chapter], note_types: Mapping[str, NoteType], settings: Settings
    ) -> None:
        self.chapters = chapters
        self.note_types = note_types
        self.settings = settings
        self._cards: dict[tuple[str, frozenset[str]], tuple[int, ...]] = {}

    def cards_of(self, note_type: NoteType, fields: Mapping[str, str]) -> tuple[int, ...]:
        """Return the cards that a note has, which depends on no more than which of its fields are filled."""
        filled = frozenset(name for name, html in fields.items() if not is_empty_field(html))
        key = (note_type.kind, filled)
        if key not in self._cards:
            self._cards[key] = _cards_shown(note_type, filled)
        return self._cards[key]


def render_notes(
    notes: Iterable[Note],
    *,
    chapters: Mapping[str, Chapter],
    note_types: Mapping[str, NoteType],
    settings: Settings,
    library: MediaLibrary,
    stories: Mapping[str, Text],
    memory: Memory,
) -> tuple[list[RenderedNote], list[Finding]]:
    """Render each note; a note with no card is left out with a finding.

    Args:
        notes: in the order in which their cards shall be learnt.
        chapters: by id.
        note_types: by the list that their notes stand in.
        settings: the project's.
        library: where media are found.
        stories: the reader's own, by the full id of the note.
        memory: of an earlier time; a note that is as it was then is not rendered again.

    Returns:
        The rendered notes in the same order, and the findings.
    """
    # The frame of last time where all is equal: then each note's inputs are compared at a glance.
    frame = memory.recall("rendering", _Frame, chapters, note_types, settings)
    findings: list[Finding] = []
    rendered = []
    for note in notes:
        story = stories.get(note.full_id)
        if _refers_to_files(note, story):  # which may have changed
            result, more = _render_note(note, story, frame, library)
        else:
            result, more = memory.recall(f"note {note.full_id}", _render_note, note, story, frame, None)
        findings += more
        if result is not None:
            rendered.append(result)
    return rendered, findings


def _refers_to_files(note: Note, story: Text | None) -> bool:
    texts = [story, note.source]
    for value in note.fields.values():
        texts += [value] if isinstance(value, Text) else value
    return any("![" in text.value for text in texts if text)


def _render_note(
    note: Note, story: Text | None, frame: _Frame, library: MediaLibrary | None
) -> tuple[RenderedNote | None, list[Finding]]:
    """Render one note; ``library`` may be None for one that refers to no file."""
    chapter, note_type = frame.chapters[note.chapter], frame.note_types[note.kind]
    renderer = _FieldRenderer(library)
    fields = _fields(note, note_type, renderer, story)
    fields |= _common_fields(note, chapter, renderer)
    ordinals = sorted(renderer.deletions)
    if note_type.is_cloze:
        cards = tuple(ordinal - 1 for ordinal in ordinals)
    else:
        cards = frame.cards_of(note_type, fields)
    if not cards:
        hint = "Hide a word: `{{c1::word}}`." if note_type.is_cloze else "Fill a field that a front shows."
        message = f"The note `{note.id.value}` makes no card."
        return None, [*renderer.findings, NO_CARD.at(note.id.span, message, hint)]
    rendered = RenderedNote(
        id=note.full_id,
        kind=note.kind,
        span=note.id.span,
        fields=fields,
        tags=note_tags(note, frame.chapters, frame.settings),
        cards=cards,
        deck=_deck_of(chapter, note_type, frame.settings),
        media=tuple(renderer.media[name] for name in sorted(renderer.media)),
        aliases=_earlier_ids(note, chapter),
        hidden=tuple(renderer.deletions[ordinal] for ordinal in ordinals),
    )
    return rendered, renderer.findings


def _earlier_ids(note: Note, chapter: Chapter) -> tuple[str, ...]:
    """Return the full ids that the note may have been shipped under: its own earlier ones first."""
    own = [alias for alias, _ in note.full_aliases()]
    local = [note.id.value, *(alias.value for alias in note.aliases if "/" not in alias.value)]
    return (*own, *(f"{earlier}/{name}" for earlier in chapter.aliases for name in local))


def _fields(note: Note, note_type: NoteType, renderer: _FieldRenderer, story: Text | None) -> dict[str, str]:
    """Return the HTML of a note's own fields by name."""
    cloze_keys = note_type.cloze_keys()
    fields: dict[str, str] = {}
    for field in note_type.fields:
        value = note.fields.get(field.key)
        if field.private:
            html = renderer.text(story) if story else ""
        elif value is not None:
            html = renderer.field(value, clozes=field.key in cloze_keys)
        else:
            html = escape(field.default, quote=False)
        fields[field.name] = html
    return fields


def _common_fields(note: Note, chapter: Chapter, renderer: _FieldRenderer) -> dict[str, str]:
    source = renderer.text(note.source) if note.source else ""
    if note.as_of:
        source = f"{source} (as of {escape(note.as_of.value)})".strip()
    return {"Source": source, "Place": _place(note, chapter), "Retired": ""}


def _place(note: Note, chapter: Chapter) -> str:
    """Return where in the book a note belongs: the chapter's number, and its first point's section."""
    section = next((section for section, _ in _own_points(note, chapter)), None)
    title = section.title.value if section else chapter.title.value
    return f"Chapter {escape(chapter.number.value)} · {escape(title, quote=False)}"


def _own_points(note: Note, chapter: Chapter) -> Iterator[tuple[Section, str]]:
    points = chapter.points
    return ((points[name][0], name) for name, _ in note.covered_points() if name in points)


def _cards_shown(note_type: NoteType, filled: frozenset[str]) -> tuple[int, ...]:
    return tuple(n for n, card in enumerate(note_type.cards) if shows_a_field(card.front_nodes, filled))


def _deck_of(chapter: Chapter, note_type: NoteType, settings: Settings) -> str:
    subdeck = settings.subdecks.get(note_type.kind, note_type.subdeck)
    return f"{chapter.deck}{_SUBDECK_SEPARATOR}{subdeck}" if subdeck else chapter.deck


def note_tags(note: Note, chapters: Mapping[str, Chapter], settings: Settings) -> tuple[str, ...]:
    """Return a note's tags, sorted: its author's own, and those under the project's id.

    The latter name its chapter, its kind, and each point that it covers with the point's section.
    """
    own = {tag.value for tag in note.tags}
    places = {note.chapter, f"kind::{note.kind}"}
    for point, _ in note.covered_points():
        chapter, section, _ = point.split("/") if point.count("/") == 2 else ("", "", "")
        if chapter in chapters and point in chapters[chapter].points:
            places |= {f"{chapter}::{section}", point.replace("/", "::")}
    return tuple(sorted(own | {f"{settings.id}::{place}" for place in places}))


def learning_order(notes: Iterable[Note], chapters: Mapping[str, Chapter], first_tag: str) -> list[Note]:
    """Sort notes as their new cards shall come: by the first point each covers in its chapter's outline.

    Within a chapter, those with ``first_tag`` come before all others. Notes of one point stay in the order
    of their files; notes without a point come last.
    """
    rank: dict[str, int] = {}
    for chapter in chapters.values():
        for point in chapter.points:
            rank[point] = len(rank)
    position = {chapter: index for index, chapter in enumerate(chapters)}

    def key(note: Note) -> tuple[int, bool, int]:
        own = (
            rank[name]
            for name, _ in note.covered_points()
            if name in rank and name.startswith(f"{note.chapter}/")
        )
        is_later = first_tag not in (tag.value for tag in note.tags)
        return position[note.chapter], is_later, min(own, default=len(rank))

    return sorted(notes, key=key)
