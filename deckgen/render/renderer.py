"""Notes to rendered notes: fields as HTML, tags, and the cards that exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from deckgen.model.diagnostics import Code, Finding, Severity, has_errors
from deckgen.model.ids import content_hash
from deckgen.model.note_type import NoteType
from deckgen.model.notes import Note, RenderedNote, earlier_ids
from deckgen.model.outline import Chapter
from deckgen.model.settings import Settings
from deckgen.model.stage_cache import StageCache
from deckgen.model.text import Text
from deckgen.render.context import KindContext, RenderContext
from deckgen.render.editor_html import text_as_editor_writes
from deckgen.render.fields import CODE_IN_HTML, FieldRenderer
from deckgen.source.formula_commands import FORMULA_COMMAND, formula_problem, reaching_command
from deckgen.source.media import MediaLibrary
from deckgen.source.template_risks import NOTETYPE_FIELD_IN_TAG

NOTE_WITHOUT_CARD = Code(
    "note-without-card",
    Severity.ERROR,
    "A note makes no card",
    "Anki would import the note and never show it. A cloze note needs a deletion; any other note needs text "
    "in a field that the front of a card shows.",
    bad="clozes:\n  - id: retries\n    text: Retries need idempotent writes.",
    good="clozes:\n  - id: retries\n    text: Retries need {{c1::idempotent}} writes.",
)
CODES = (NOTE_WITHOUT_CARD,)


class Renderer:
    """Renders the notes of one project.

    With a ``cache`` that keeps, an unchanged note is not rendered again.
    """

    def __init__(
        self,
        *,
        chapters: Mapping[str, Chapter],
        note_types: Mapping[str, NoteType],
        settings: Settings,
        library: MediaLibrary,
        cache: StageCache,
    ) -> None:
        # The same object as before if nothing changed: a note's inputs then compare by identity, at once.
        self._context = cache.get_or_run("rendering", RenderContext, chapters, note_types, settings)
        self._library = library
        self._cache = cache

    def hash_of(self, note: Note) -> str:
        """Return the ``hash`` that the note has once it is rendered."""
        return _hash_of(note, self._context.kinds[note.kind], self._context)

    def render(self, note: Note, story: Text | None = None) -> tuple[RenderedNote | None, list[Finding]]:
        """Render a note, with the reader's own story if any; None if it is faulty or makes no card."""
        cache = self._cache
        if not cache.keep or _refers_to_files(note, story):  # files may have changed
            return _render_note(note, story, self._context, self._library)
        return cache.get_or_run(f"note {note.full_id}", _render_note, note, story, self._context, None)


def _refers_to_files(note: Note, story: Text | None) -> bool:
    for value in note.fields.values():
        if isinstance(value, Text):
            if "![" in value.value or "[sound:" in value.value:
                return True
        elif any("![" in item.value or "[sound:" in item.value for item in value):
            return True
    return any("![" in text.value or "[sound:" in text.value for text in (story, note.source) if text)


def _render_note(
    note: Note, story: Text | None, context: RenderContext, library: MediaLibrary | None
) -> tuple[RenderedNote | None, list[Finding]]:
    """Render one note; ``library`` may be None if the note refers to no file."""
    kind = context.kinds[note.kind]
    chapter = context.chapters[note.chapter]
    renderer = FieldRenderer(library)
    fields = _fields(note, kind, context, renderer, story)
    renderer.findings += _commands(note, story, kind, context, fields.values())
    for field, sign, span in context.unfit_names(note) if kind.unfit else ():
        message = f"`{sign}` in this name is not shown as text where a card has `{{{{{field}}}}}`."
        renderer.findings.append(NOTETYPE_FIELD_IN_TAG.at(span, message, "Leave the sign out of the name."))
    deletions = renderer.deletions
    ordinals = sorted(deletions) if deletions else ()
    is_cloze = kind.note_type.is_cloze
    cards = tuple([ordinal - 1 for ordinal in ordinals]) if is_cloze else kind.cards_of(fields)
    # What a faulty note lacks may be the text that makes its cards; a cloze text that could be read has none.
    is_read = not note.is_faulty or any(
        field.key in note.fields for field, clozes, _ in kind.fields if clozes
    )
    if not cards and is_read and not has_errors(renderer.findings):
        hint = "Hide a word: `{{c1::word}}`." if is_cloze else "Fill a field that a front shows."
        message = f"The note `{note.id.value}` makes no card."
        return None, [*renderer.findings, NOTE_WITHOUT_CARD.at(note.id.span, message, hint)]
    if note.is_faulty or not cards:
        return None, renderer.findings
    rendered = RenderedNote(
        id=note.full_id,
        kind=note.kind,
        span=note.id.span,
        fields=fields,
        tags=context.tags_of(note),
        cards=cards,
        deck=context.deck_of(note),
        media=tuple(renderer.media[name] for name in sorted(renderer.media)) if renderer.media else (),
        aliases=earlier_ids(note, chapter) if note.aliases or chapter.aliases else (),
        hidden=tuple([deletions[ordinal] for ordinal in ordinals]) if ordinals else (),
        hash=_hash_of(note, kind, context),
        story_hash=content_hash(story.value) if story else "",
    )
    return rendered, renderer.findings


def _commands(
    note: Note, story: Text | None, kind: KindContext, context: RenderContext, fields: Iterable[str]
) -> Iterator[Finding]:
    """Report the formulas of a note that load or run something; titles stand on cards too."""
    for html in fields:
        if "\\" in html and (command := reaching_command(re.sub(CODE_IN_HTML, "", html))):
            chapter = context.chapters[note.chapter]
            values = (value if isinstance(value, tuple) else (value,) for value in note.fields.values())
            sections = (chapter.points[name][0].title for name, _ in note.points if name in chapter.points)
            texts = chain(*values, (note.source, note.as_of, story, chapter.title), sections)
            text = next((text for text in texts if text and command in text.value), None)
            words = (*context.words.values(), *(default for _, _, default in kind.fields))
            if not text and any(command in word for word in words):
                continue  # reported where the settings or the note type have it
            place = text.at(text.value.find(command)) if text else note.id.span
            yield FORMULA_COMMAND.at(place, *formula_problem(command))


def _hash_of(note: Note, kind: KindContext, context: RenderContext) -> str:
    """Return a hash of what the author wrote: the note, the outline's words on the card, the note type.

    Nothing that a library makes of it goes in, so that an upgrade of one is never taken for an edit.
    """
    values = note.fields
    parts = [context.place_of(note).parts, *context.own_words, *kind.own_parts]
    for field, _, default in kind.fields:
        value = values.get(field.key)
        if value is None:
            words = default
        elif isinstance(value, Text):
            words = value.value
        else:
            words = "\x1e".join([text.value for text in value])
        parts += (field.key, words)
    parts += (text.value if text else "" for text in (note.source, note.as_of))
    return content_hash(*parts)


def library_versions() -> str:
    """Return the libraries that shape what notes look like, with their versions."""
    from importlib.metadata import version  # noqa: PLC0415 - seldom asked for, and slow to import

    return ", ".join(f"{name} {version(name)}" for name in ("pygments", "comrak-ext"))


def _fields(
    note: Note, kind: KindContext, context: RenderContext, renderer: FieldRenderer, story: Text | None
) -> dict[str, str]:
    """Return the HTML of each field by name, also of those that every note type has."""
    fields: dict[str, str] = {}
    values = note.fields
    for field, clozes, default in kind.fields:
        value = values.get(field.key)
        if field.private:
            fields[field.name] = renderer.text(story) if story else ""
        else:
            fields[field.name] = default if value is None else renderer.field(value, clozes=clozes)
    between = f" {context.words['or']} "
    for joined_name, keys in kind.joined:
        fields[joined_name] = between.join(filter(None, (fields[key] for key in keys)))
    source = renderer.text(note.source) if note.source else ""
    if note.as_of:
        as_of = context.words["as_of"].replace("{date}", text_as_editor_writes(note.as_of.value))
        source = f"{source} ({as_of})".strip()
    place = context.place_of(note)
    fields["Source"] = source
    # Both stand at the foot of the card, so a place that the source names is left out.
    fields["Place"] = "" if place.is_named_by(source) else place.html
    fields["Retired"] = ""
    return fields
