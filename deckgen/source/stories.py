"""Reads the reader's own stories."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from deckgen.model.diagnostics import Code, Finding, Severity, did_you_mean
from deckgen.model.note_type import NoteType
from deckgen.model.notes import Note, earlier_ids
from deckgen.model.outline import Chapter
from deckgen.model.text import Text
from deckgen.source.files import FILE_UNREADABLE
from deckgen.source.project import STORIES_FILE
from deckgen.yaml import syntax
from deckgen.yaml.decode import FILE_ENCODING
from deckgen.yaml.mapping_reader import WRONG_TYPE
from deckgen.yaml.nodes import YAML_DUPLICATE_KEY, YamlMapping, parse, shape_of

STORY_UNKNOWN = Code(
    "story-unknown",
    Severity.ERROR,
    "A story belongs to no note",
    "`stories.yaml` maps the full ids of notes to the reader's own stories; one under another name would "
    "not reach any card.",
    bad="ch36/tell-failure: ...",
    good="ch36/tell-me-about-a-failure: ...",
)
CODES = (STORY_UNKNOWN,)

# What keeps some notes, or a whole file, from being read.
_UNREAD = (*syntax.CODES, FILE_ENCODING, FILE_UNREADABLE)
_Ids = Mapping[str, set[str]]


def read_stories(
    data: bytes,
    notes: Iterable[Note],
    chapters: Mapping[str, Chapter],
    note_types: Mapping[str, NoteType],
    found: Iterable[Finding] = (),
) -> tuple[dict[str, Text], list[Finding]]:
    """Read stories.yaml, which maps ids of notes to texts; an id without its chapter must be unique.

    An earlier id, by an alias of a note or of its chapter in ``chapters``, stands for the note as well. Of a
    key without a note nothing is said where, by what was ``found`` so far, some notes could not be read.

    Returns:
        The stories by the full ids of their notes, and the findings.
    """
    root, findings = parse(data, STORIES_FILE)
    notes = list(notes)
    present, earlier = _ids(notes, chapters)
    lists = {note.full_id: note.kind for note in notes if not takes_story(note, note_types)}
    is_whole = not any(finding.code in _UNREAD for finding in found)
    example = next(iter(present), "chapter/note")
    stories: dict[str, Text] = {}
    if root is not None and not isinstance(root, YamlMapping):
        message = f"{STORIES_FILE} must be a mapping, not {shape_of(root)}."
        findings.append(WRONG_TYPE.at(root.span, message, f"Write `{example}: the story` lines."))
        return stories, findings
    entries = root.entries if root else {}
    for name, (key, value) in entries.items():
        named = sorted(present.get(name) or earlier.get(name) or ())
        if len(named) != 1:
            if named or is_whole:
                findings.append(_unknown(key, named, present, entries))
        elif not isinstance(value, Text):
            message = f"A story must be text, not {shape_of(value)}."
            findings.append(WRONG_TYPE.at(value.span, message, "Write it under `|`."))
        elif named[0] in lists:
            message = f"`{named[0]}` is one of `{lists[named[0]]}`, which have no field for a story."
            hint = "Delete the story here, or add a field with `private: true` to their note type."
            findings.append(STORY_UNKNOWN.at(key.span, message, hint))
        elif named[0] in stories:
            message = f"The note `{named[0]}` has a story above."
            findings.append(YAML_DUPLICATE_KEY.at(key.span, message, "Merge the two, or delete one."))
        else:
            stories[named[0]] = value
            findings += [value.comment] if value.comment else []
    return stories, findings


def takes_story(note: Note, note_types: Mapping[str, NoteType]) -> bool:
    """Tell whether the note type of a note has a field for the reader's own story."""
    note_type = note_types.get(note.kind)
    return note_type is None or note_type.is_faulty or any(field.private for field in note_type.fields)


def _ids(notes: Iterable[Note], chapters: Mapping[str, Chapter]) -> tuple[_Ids, _Ids]:
    """Return the full ids of notes by the ids that they have, and by those that they had: both also short."""
    present: dict[str, set[str]] = {}
    earlier: dict[str, set[str]] = {}
    for note in notes:
        for name in (note.full_id, note.id.value):
            present.setdefault(name, set()).add(note.full_id)
        for former in earlier_ids(note, chapters[note.chapter]):
            for name in (former, former.partition("/")[2]):
                earlier.setdefault(name, set()).add(note.full_id)
    return present, earlier


def _unknown(key: Text, named: list[str], present: _Ids, taken: Collection[str]) -> Finding:
    """Return the finding on a key that names no note, or several."""
    if named:
        hint = f"Write {' or '.join(f'`{name}`' for name in named)}."
        return STORY_UNKNOWN.at(key.span, f"Several chapters have a note `{key.value}`.", hint)
    known = [name for name in present if ("/" in name) == ("/" in key.value)]
    otherwise = f"Write the note's full id, such as `{next(iter(present), 'chapter/note')}`."
    hint = did_you_mean(key.value, known, otherwise, taken)
    return STORY_UNKNOWN.at(key.span, f"No note has the id `{key.value}`.", hint)
