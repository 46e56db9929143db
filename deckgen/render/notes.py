"""Notes to rendered notes: fields as HTML, tags, the cards that exist, and the order of new cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape

from deckgen.diagnostics import Code, Finding, Severity
from deckgen.memory import Memory
from deckgen.model import Chapter, FieldValue, MediaFile, Note, RenderedNote, Settings, Text
from deckgen.notetypes.definition import NoteType
from deckgen.notetypes.template import is_empty_field, shows_a_field
from deckgen.render.markup import to_html
from deckgen.source.media import AUDIO, MEDIA_LINK, MediaLibrary

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
_SOUND = re.compile(r"\[sound:([^\]]+)\]")
_LOCAL_LINK = re.compile(r"""<a href="(?![a-zA-Z][a-zA-Z0-9+.-]*:|//|\#)([^"]+)""")
_SUBDECK_SEPARATOR = "::"


class _FieldRenderer:
    """Renders the fields of one note, gathering the media it uses and its findings."""

    def __init__(self, library: MediaLibrary | None) -> None:
        self._library = library
        self.findings: list[Finding] = []
        self.media: dict[str, MediaFile] = {}
        self.deletions: dict[int, str] = {}

    def field(self, value: FieldValue, *, clozes: bool = False) -> str:
        if isinstance(value, Text):
            return self.text(value, clozes=clozes)
        items = "".join([f"<li>{self.text(item, clozes=clozes)}</li>" for item in value])
        return f"<ul>{items}</ul>"

    def text(self, text: Text, *, clozes: bool = False) -> str:
        rendered = to_html(text.value, clozes=clozes)
        html = rendered.html
        if rendered.deletions:
            self.deletions.update(rendered.deletions)
        if rendered.problems:
            indent = len(text.value) - len(text.value.lstrip())
            self.findings += [
                problem.code.at(text.at(indent + problem.offset), problem.message, problem.hint)
                for problem in rendered.problems
            ]
        library = self._library
        if library is not None and "[sound:" in html:
            html = _SOUND.sub(lambda match: self._recording(match, text, library), html)
        if '<a href="' in html:
            self.findings += _link_findings(html, text)
        if library is not None and "<img" in html:
            html = _IMAGE.sub(lambda match: self._image(match, text, library), html)
        return html

    def _recording(self, match: re.Match[str], text: Text, library: MediaLibrary) -> str:
        place = text.at(max(text.value.find("[sound:"), 0))
        found = library.resolve(unescape(match[1]), text.span.path, place)
        if isinstance(found, Finding):
            self.findings.append(found)
            return match[0]
        self.media[found.package_name] = found
        return f"[sound:{found.package_name}]"

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


def _link_findings(html: str, text: Text) -> Iterator[Finding]:
    for match in _LOCAL_LINK.finditer(html):
        name = unescape(match[1])
        message = f"The link to `{name[:80]}` leads nowhere on a reader's phone."
        hint = "Show a picture with `![what it shows](…)`, or link to an address on the web."
        yield MEDIA_LINK.at(text.at(max(text.value.find("]("), 0)), message, hint)


class _Kind:
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


class _Frame:
    """What the rendering of a note depends on beside the note, and what follows from it for many notes."""

    def __init__(
        self, chapters: Mapping[str, Chapter], note_types: Mapping[str, NoteType], settings: Settings
    ) -> None:
        self.chapters = chapters
        self.kinds = {kind: _Kind(note_type, settings) for kind, note_type in note_types.items()}
        self._prefix = f"{settings.id}::"
        self._tags: dict[str, tuple[str, ...]] = {}

    def tags_of(self, note: Note) -> tuple[str, ...]:
        """Return a note's tags, sorted: its author's own, and those under the project's id.

        The latter name its chapter, its kind, and each point that it covers with the point's section.
        """
        tags = {f"{self._prefix}{note.chapter}", f"{self._prefix}kind::{note.kind}"}
        tags.update([tag.value for tag in note.tags])
        for point, _ in note.covered_points():
            found = self._tags.get(point)
            if found is None:
                found = self._tags[point] = self._point_tags(point)
            tags.update(found)
        return tuple(sorted(tags))

    def _point_tags(self, point: str) -> tuple[str, ...]:
        chapter, _, place = point.partition("/")
        if chapter not in self.chapters or point not in self.chapters[chapter].points:
            return ()
        section = f"{self._prefix}{chapter}::{place.partition('/')[0]}"
        return section, f"{self._prefix}{point.replace('/', '::')}"


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
        full_id = note.full_id
        story = stories.get(full_id) if stories else None
        if _refers_to_files(note, story):  # which may have changed
            result, more = _render_note(note, story, frame, library)
        else:
            result, more = memory.recall(f"note {full_id}", _render_note, note, story, frame, None)
        findings += more
        if result is not None:
            rendered.append(result)
    return rendered, findings


def _refers_to_files(note: Note, story: Text | None) -> bool:
    for value in note.fields.values():
        if isinstance(value, Text):
            if "![" in value.value or "[sound:" in value.value:
                return True
        elif any("![" in item.value or "[sound:" in item.value for item in value):
            return True
    return any("![" in text.value or "[sound:" in text.value for text in (story, note.source) if text)


def _render_note(
    note: Note, story: Text | None, frame: _Frame, library: MediaLibrary | None
) -> tuple[RenderedNote | None, list[Finding]]:
    """Render one note; ``library`` may be None for one that refers to no file."""
    chapter, kind = frame.chapters[note.chapter], frame.kinds[note.kind]
    renderer = _FieldRenderer(library)
    fields = _fields(note, kind, chapter, renderer, story)
    ordinals = sorted(renderer.deletions)
    is_cloze = kind.note_type.is_cloze
    cards = tuple([ordinal - 1 for ordinal in ordinals]) if is_cloze else kind.cards_of(fields)
    if not cards:
        hint = "Hide a word: `{{c1::word}}`." if is_cloze else "Fill a field that a front shows."
        message = f"The note `{note.id.value}` makes no card."
        return None, [*renderer.findings, NO_CARD.at(note.id.span, message, hint)]
    rendered = RenderedNote(
        id=note.full_id,
        kind=note.kind,
        span=note.id.span,
        fields=fields,
        tags=frame.tags_of(note),
        cards=cards,
        deck=f"{chapter.deck}{_SUBDECK_SEPARATOR}{kind.subdeck}" if kind.subdeck else chapter.deck,
        media=tuple(renderer.media[name] for name in sorted(renderer.media)) if renderer.media else (),
        aliases=_earlier_ids(note, chapter) if note.aliases or chapter.aliases else (),
        hidden=tuple([renderer.deletions[ordinal] for ordinal in ordinals]),
    )
    return rendered, renderer.findings


def _earlier_ids(note: Note, chapter: Chapter) -> tuple[str, ...]:
    """Return the full ids that the note may have been shipped under: its own earlier ones first."""
    own = [alias for alias, _ in note.full_aliases()]
    local = [note.id.value, *(alias.value for alias in note.aliases if "/" not in alias.value)]
    return (*own, *(f"{earlier}/{name}" for earlier in chapter.aliases for name in local))


def _fields(
    note: Note, kind: _Kind, chapter: Chapter, renderer: _FieldRenderer, story: Text | None
) -> dict[str, str]:
    """Return the HTML of a note's fields by name: its own, and those that every note type has."""
    fields: dict[str, str] = {}
    for field, clozes, default in kind.fields:
        value = note.fields.get(field.key)
        if field.private:
            fields[field.name] = renderer.text(story) if story else ""
        else:
            fields[field.name] = default if value is None else renderer.field(value, clozes=clozes)
    source = renderer.text(note.source) if note.source else ""
    if note.as_of:
        source = f"{source} (as of {escape(note.as_of.value)})".strip()
    place = _place(note, chapter)
    if _words(source) == _words(place):
        source = ""  # both stand at the foot of the card, where once is enough
    return {**fields, "Source": source, "Place": place, "Retired": ""}


def _words(html: str) -> list[str]:
    return re.findall(r"\w+", unescape(html).casefold())


def _place(note: Note, chapter: Chapter) -> str:
    """Return where in the book a note belongs: the chapter's number, and its first point's section."""
    points = chapter.points
    title = next(
        (points[name][0].title for name, _ in note.covered_points() if name in points), chapter.title
    )
    return f"Chapter {escape(chapter.number.value)} · {escape(title.value, quote=False)}"


def learning_order(notes: Iterable[Note], chapters: Mapping[str, Chapter], first_tag: str) -> list[Note]:
    """Sort notes as their new cards shall come: by the first point each covers in its chapter's outline.

    Within a chapter, those with ``first_tag`` come before all others. Notes of one point stay in the order
    of their files; notes without a point come last.
    """
    points = (point for chapter in chapters.values() for point in chapter.points)
    rank = {point: place for place, point in enumerate(points)}
    position = {chapter: index for index, chapter in enumerate(chapters)}

    def key(note: Note) -> tuple[int, bool, int]:
        home = f"{note.chapter}/"
        own = [rank[name] for name, _ in note.covered_points() if name in rank and name.startswith(home)]
        is_later = first_tag not in [tag.value for tag in note.tags]
        return position[note.chapter], is_later, min(own, default=len(rank))

    return sorted(notes, key=key)
