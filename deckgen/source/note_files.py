"""Reads the notes of a file. A note with an error is left out and reported; the others are kept."""

import re
from collections.abc import Iterable, Mapping

from deckgen.model.diagnostics import Code, Finding, Severity, Span, did_you_mean, has_errors
from deckgen.model.ids import KEBAB
from deckgen.model.note_type import NoteType
from deckgen.model.notes import Ignored, Note
from deckgen.model.text import FieldValue, Text
from deckgen.source.outline_files import DUPLICATE_ID
from deckgen.source.project import BAD_ID, STORIES_FILE
from deckgen.yaml.mapping_reader import (
    BAD_VALUE,
    UNKNOWN_KEY,
    WRONG_TYPE,
    MappingReader,
    mappings_in,
    shape_of,
)
from deckgen.yaml.nodes import YamlMapping, parse

BAD_TAG = Code(
    "bad-tag",
    Severity.ERROR,
    "A tag would not arrive in Anki as written",
    "Anki splits tags at spaces and calls an empty level `blank`.",
    bad="tags: [spark memory, topic::]",
    good="tags: [spark-memory, topic::spark]",
)
PRIVATE_FIELD = Code(
    "private-field",
    Severity.ERROR,
    "A private field is filled in a shared file",
    "The field belongs to the reader: its text comes from `stories.yaml`, which git ignores, so that the "
    "deck can be shared and an update never wipes it.",
)
STORY_UNKNOWN = Code(
    "story-unknown",
    Severity.ERROR,
    "A story belongs to no note",
    "`stories.yaml` maps the full ids of notes to the reader's own stories; one under another name would "
    "not reach any card.",
    bad="ch36/tell-failure: ...",
    good="ch36/tell-me-about-a-failure: ...",
)
EMPTY_NOTE_FILE = Code(
    "empty-note-file",
    Severity.WARNING,
    "A file of notes holds no note",
    "The next build retires the notes that it held before, so a file emptied by accident takes all of them "
    "from readers.",
    bad="concepts:",
    good="concepts:\n  - id: retry-needs\n    covers: [basics/retries]\n    prompt: What does a retry need?",
)
CODES = (BAD_TAG, PRIVATE_FIELD, STORY_UNKNOWN, EMPTY_NOTE_FILE)

_DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_SPACE_IN_TAG = r"\s"


def read_notes(
    data: bytes, path: str, chapter: str, note_types: Mapping[str, NoteType]
) -> tuple[list[Note], list[Finding]]:
    """Read one note file.

    Args:
        data: the file's bytes.
        path: its path in the project.
        chapter: the id of the chapter it belongs to.
        note_types: by kind.

    Returns:
        The notes that can be used, in the file's order, and the findings.
    """
    root, findings = parse(data, path)
    if root is None:
        return [], findings or [_empty_finding(path)]
    if not isinstance(root, YamlMapping):
        hint = f"Start the file with a list such as `{next(iter(note_types))}:`."
        findings.append(WRONG_TYPE.at(root.span, f"A note file is a mapping, not {shape_of(root)}.", hint))
        return [], findings
    notes: list[Note] = []
    for kind, (key, node) in root.entries.items():
        note_type = note_types.get(kind)
        if note_type is None:
            hint = did_you_mean(kind, note_types, f"The kinds are {', '.join(note_types)}.")
            findings.append(UNKNOWN_KEY.at(key.span, f"`{kind}` is not a kind of note.", hint))
            continue
        if note_type.is_faulty:
            continue
        for entry in mappings_in(node, f"`{kind}`", findings):
            note = _read_note(entry, chapter, note_type, findings)
            if note is not None:
                notes.append(note)
    if not notes and not findings and not any(note_types[kind].is_faulty for kind in root.entries):
        findings.append(_empty_finding(path))
    return notes, findings


def _empty_finding(path: str) -> Finding:
    hint = "Delete the file if its notes shall go; if not, take it from version control again."
    return EMPTY_NOTE_FILE.at(Span(path), "No note stands in this file.", hint)


def _read_note(node: YamlMapping, chapter: str, note_type: NoteType, findings: list[Finding]) -> Note | None:
    errors_before = len(findings)
    reader = MappingReader(node, "a note", findings)
    note_id = reader.text("id", required=True)
    if note_id and not KEBAB.match(note_id.value):
        hint = f"Write it as `{_to_kebab(note_id.value)}`."
        reader.report(BAD_ID, note_id, f"The id `{note_id.value}` is not kebab-case.", hint)
    covers, tags, aliases = reader.texts("covers"), reader.texts("tags"), reader.texts("aliases")
    source, as_of, draft = reader.text("source"), reader.text("as_of"), reader.flag("draft")
    lint = _read_ignored(reader.mapping("lint"), findings)
    for tag in tags:
        check_tag(tag, reader)
    for alias in aliases:
        _check_alias(alias, reader)
    if as_of and not re.fullmatch(_DATE, as_of.value):
        hint = "Write it as `2026-11-24`, or `2026-11`."
        reader.report(BAD_VALUE, as_of, f"`{as_of.value}` is not a date.", hint)
    fields = _read_fields(reader, note_type, findings)
    reader.close()
    if note_id is None or (len(findings) > errors_before and has_errors(findings[errors_before:])):
        return None
    return Note(chapter, note_id, note_type.kind, fields, covers, tags, source, as_of, aliases, draft, lint)


def _read_ignored(node: YamlMapping | None, findings: list[Finding]) -> Ignored | None:
    if node is None:
        return None
    reader = MappingReader(node, "`lint`", findings)
    ignored = Ignored(reader.texts("ignore", required=True), reader.text("reason"), node.span)
    reader.close()
    return ignored


def _read_fields(
    reader: MappingReader, note_type: NoteType, findings: list[Finding]
) -> dict[str, FieldValue]:
    fields: dict[str, FieldValue] = {}
    for field in note_type.fields:
        if field.joins:
            continue
        if field.private:
            text = reader.text(field.key) if reader.has(field.key) else None
            if text:
                message = f"`{field.key}` is the reader's own and cannot be filled here."
                hint = f"Move the text to {STORIES_FILE}, under the note's full id."
                findings.append(PRIVATE_FIELD.at(text.span, message, hint))
        elif field.type == "list":
            items = reader.texts(field.key, required=field.required)
            if items:
                fields[field.key] = items
        else:
            text = reader.text(field.key, required=field.required)
            if text and field.type == "number" and not re.fullmatch(r"[0-9]+", text.value):
                message = f"`{field.key}` takes a whole number, not `{text.value}`."
                reader.report(BAD_VALUE, text, message, f"Write a number such as `{field.default or 90}`.")
            elif text and field.type == "line" and "\n" in text.value.strip():
                message = f"`{field.key}` takes one line."
                reader.report(BAD_VALUE, text, message, "Write it on one line, or fold it with `>-`.")
            elif text:
                fields[field.key] = text
    return fields


def _to_kebab(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "note-id"


def _check_alias(alias: Text, reader: MappingReader) -> None:
    parts = alias.value.split("/")
    if len(parts) > 2 or not all(KEBAB.match(part) for part in parts):
        hint = "Write the earlier id as `blast-radius`, or with its chapter as `ch36/blast-radius`."
        reader.report(BAD_ID, alias, f"`{alias.value}` cannot have been the id of a note.", hint)


def check_tag(tag: Text, reader: MappingReader) -> None:
    """Report a tag that Anki would split or rename."""
    if re.search(_SPACE_IN_TAG, tag.value):
        hint = f"Write `{re.sub(_SPACE_IN_TAG, '-', tag.value.strip())}`, or two tags."
        reader.report(BAD_TAG, tag, f"The tag `{tag.value}` holds a space, where Anki would split it.", hint)
    elif not all(tag.value.split("::")):
        hint = "Name each level, or drop it."
        reader.report(BAD_TAG, tag, f"The tag `{tag.value}` has an empty level.", hint)


def own_tag_findings(notes: Iterable[Note], project_id: str) -> list[Finding]:
    """Report tags under the project's id: deckgen's own go there, among them the one of retired notes."""
    findings = []
    for note in notes:
        for tag in note.tags:
            if tag.value.partition("::")[0].lower() == project_id:
                message = f"The tag `{tag.value}` stands under the project's id, as deckgen's own do."
                findings.append(BAD_TAG.at(tag.span, message, "Give it another first part."))
    return findings


class UniqueIds:
    """The ids and aliases of the notes seen so far."""

    def __init__(self) -> None:
        self._taken: dict[str, Span] = {}

    def keep_own(self, notes: Iterable[Note]) -> tuple[list[Note], list[Finding]]:
        """Return the notes without those whose id or alias is taken, and a finding on each of these."""
        taken = self._taken
        kept, findings = [], []
        for note in notes:
            if not note.aliases and note.full_id not in taken:  # the usual case, kept fast
                taken[note.full_id] = note.id.span
                kept.append(note)
                continue
            names = [(note.full_id, note.id), *note.full_aliases()]
            clash = next(((name, text) for name, text in names if name in taken), None)
            if clash is None:
                taken.update((name, text.span) for name, text in names)
                kept.append(note)
                continue
            name, text = clash
            first = taken[name]
            message = f"The id `{name}` is used twice; the first stands in {first.path}, line {first.line}."
            findings.append(DUPLICATE_ID.at(text.span, message, "Give this note an id of its own."))
        return kept, findings


def read_stories(data: bytes, notes: Iterable[Note]) -> tuple[dict[str, Text], list[Finding]]:
    """Read stories.yaml, which maps ids of notes to texts; an id without its chapter must be unique.

    Returns:
        The stories by the full ids of their notes, and the findings.
    """
    root, findings = parse(data, STORIES_FILE)
    by_name: dict[str, list[str]] = {}
    for note in notes:
        for name in (note.full_id, note.id.value):
            by_name.setdefault(name, []).append(note.full_id)
    stories: dict[str, Text] = {}
    if root is not None and not isinstance(root, YamlMapping):
        message = f"{STORIES_FILE} is a mapping, not {shape_of(root)}."
        findings.append(WRONG_TYPE.at(root.span, message, "Write `ch36/note-id: the story` lines."))
        return stories, findings
    for name, (key, value) in root.entries.items() if root else ():
        found = by_name.get(name, [])
        if len(found) != 1:
            message = (
                f"No note has the id `{name}`." if not found else f"Several chapters have a note `{name}`."
            )
            hint = did_you_mean(name, by_name, "Write the note's full id, such as `ch36/blast-radius`.")
            findings.append(STORY_UNKNOWN.at(key.span, message, hint))
        elif isinstance(value, Text):
            stories[found[0]] = value
        else:
            message = f"A story is text, not {shape_of(value)}."
            findings.append(WRONG_TYPE.at(value.span, message, "Write it under `|`."))
    return stories, findings
