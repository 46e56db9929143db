"""A build of the part that changed.

An edit that changes words, and nothing that another note or the deck as a whole depends on, is built from
the last build: the notes of its files go through the same stages as all notes do, and what they become
takes the place of what they were. Of any other change nothing is built here, and the whole is built anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from marshal import dumps
from pathlib import Path

from deckgen.build.compile import BuildRequest, Compiled, plan_shipment
from deckgen.build.sources import Sources, read_settings_and_types
from deckgen.coverage.measure import Coverage
from deckgen.lock.locked import Lock, format_note
from deckgen.lock.read import parse_lock
from deckgen.lock.stamps import BuildTime
from deckgen.model.ids import short_digest
from deckgen.model.notes import Note, RenderedNote
from deckgen.model.outline import Chapter
from deckgen.model.stage_cache import Memory
from deckgen.model.text import Text
from deckgen.model.values import Struct, replace
from deckgen.package.layout import ShippedNote
from deckgen.render.renderer import Renderer
from deckgen.source.files import read_file
from deckgen.source.folders import LOCK_FILE
from deckgen.source.media import MediaLibrary
from deckgen.source.note_files import read_notes
from deckgen.source.outline_files import read_outline
from deckgen.source.project import ProjectFiles

_DIGEST = 8  # bytes
_NO_LINKS = 0  # marshal's first version: equal values give equal bytes, whatever objects they share


class NoteFile(Struct, frozen=True):
    """What is kept of a note file: its path and its outline's in the project, and the marks of its notes."""

    path: str
    outline: str
    marks: bytes


class Part(Struct, frozen=True):
    """What an edit comes to: the notes that changed, and the lock's text with their new lines.

    ``files`` are the files as they are to be kept now; ``asked`` those that were looked for as media, found
    or not. ``latest_change`` is the newest stamp in seconds since 1970, None where nothing changed for
    readers.
    """

    files: tuple[NoteFile, ...]
    asked: frozenset[str]
    notes: tuple[ShippedNote, ...]
    lock: str
    latest_change: int | None


def marks_of(note: Note, rendered: RenderedNote | None) -> tuple[bytes, bytes]:
    """Return two digests: of all that a note says, and of its shape.

    Its shape is what the deck has from it but for the texts of its fields: names, points, tags, deck, media,
    and which cards there are. While that stays as it is, nothing outside the note can change.
    """
    head = (note.full_id, note.kind, note.draft, [text.value for text in note.covers])
    fields = note.fields
    texts = [
        value.value if isinstance(value, Text) else [text.value for text in value]
        for value in fields.values()
    ]
    ends = [text and text.value for text in (note.source, note.as_of, *note.tags, None, *note.aliases)]
    text = dumps((head, [*fields], texts, ends), _NO_LINKS)
    if rendered is None:
        return short_digest(text), bytes(_DIGEST)
    look = (rendered.tags, rendered.cards, rendered.deck, rendered.aliases, rendered.hidden)
    media = [(one.path, one.package_name) for one in rendered.media] if rendered.media else None
    return short_digest(text), short_digest(dumps((head, look, media), _NO_LINKS))


class NoteMarks:
    """The marks of the notes of each file, by the file's path, taken while the notes are at hand."""

    def __init__(self) -> None:
        self.by_path: dict[str, bytes] = {}

    def take(self, path: str, notes: Iterable[Note], rendered: Iterable[RenderedNote]) -> None:
        """Take the notes of a file, with what they were rendered to."""
        by_id = {each.id: each for each in rendered}
        marks = (mark for note in notes for mark in marks_of(note, by_id.get(note.full_id)))
        self.by_path[path] = b"".join(marks)


class _Edited:
    """The notes of some files that say something new, in the frame of the project as it was."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings, self.note_types, self.findings = read_settings_and_types(root, Memory(keeps=False))
        self.library = MediaLibrary(root)
        self.chapters: dict[str, Chapter] = {}
        self.notes: list[Note] = []
        self.rendered: list[RenderedNote] = []
        self.files: list[NoteFile] = []

    def add(self, file: NoteFile) -> bool:
        """Take the notes of a file; False where more than words changed, or something is to be reported."""
        data, findings = read_file(self.root, file.path)
        chapter = self._chapter(file.outline)
        if data is None or chapter is None:
            return False
        notes, more = read_notes(data, file.path, chapter.id.value, self.note_types)
        self.findings += findings + more
        marks = [file.marks[place : place + _DIGEST] for place in range(0, len(file.marks), _DIGEST)]
        if self.findings or 2 * len(notes) != len(marks):
            return False
        for number, note in enumerate(notes):
            text, shape = marks[2 * number : 2 * number + 2]
            marks[2 * number], _ = marks_of(note, None)
            if marks[2 * number] != text and not self._render(note, shape):
                return False
        self.files.append(replace(file, marks=b"".join(marks)))
        return True

    def _chapter(self, outline: str) -> Chapter | None:
        data, findings = read_file(self.root, outline)
        kinds = tuple(self.note_types)
        chapter, more = read_outline(data or b"", outline, kinds, self.settings.name)
        self.findings += findings + more
        if chapter is not None:
            self.chapters[chapter.id.value] = chapter
        return chapter

    def _render(self, note: Note, shape: bytes) -> bool:
        """Render a note that says something new; tell whether it has the shape that it had."""
        renderer = Renderer(
            chapters=self.chapters,
            note_types=self.note_types,
            settings=self.settings,
            library=self.library,
            memory=Memory(keeps=False),
        )
        rendered, findings = renderer.render(note)
        self.findings += findings
        self.notes.append(note)
        if rendered is not None:
            self.rendered.append(rendered)
        return rendered is not None and not self.findings and marks_of(note, rendered)[1] == shape


def compile_part(root: Path, files: Iterable[NoteFile], *, lock: str, now: BuildTime) -> Part | None:
    """Work out what an edit of some note files changes in the package and in the lock.

    Args:
        root: the project's folder.
        files: those that were edited.
        lock: the text of the lock, as the last build left it.
        now: the time of this build.

    Returns:
        None where the edit is more than words, or where there is something to report.
    """
    edited = _Edited(root)
    if not all(edited.add(file) for file in files):
        return None
    drafts = {note.full_id for note in edited.notes if note.draft}
    shipped = tuple(note for note in edited.rendered if note.id not in drafts)
    if not shipped:
        return Part(tuple(edited.files), edited.library.asked(), (), lock, None)
    before = _lock_of(shipped, lock, edited.settings.id)
    if before is None:
        return None
    sources = Sources(
        ProjectFiles(root, (), {}, (), {}),
        edited.settings,
        edited.note_types,
        edited.chapters,
        tuple(edited.notes),
        {},
        Coverage(()),
    )
    asked = edited.library.asked()
    compiled = Compiled(sources, sources.coverage.count, shipped, drafts, before, {}, asked=asked)
    return _ship(compiled, tuple(edited.files), lock, now)


def _lock_of(notes: Iterable[RenderedNote], text: str, project: str) -> Lock | None:
    """Return what the lock says of these notes, and of all note types and decks; None where it lacks one."""
    lines = []
    for note in notes:
        start = text.find(f"\nnote {note.id} ") + 1
        if not start:
            return None
        lines.append(text[start : text.index("\n", start) + 1])
    # The lines are sorted: decks, notes, note types, and retired notes, which nothing here touches.
    head, tail = text[: text.find("\nnote ") + 1], text[text.find("\nnotetype ") :]
    types = tail.partition("\nretired ")[0].strip("\n")
    lock, findings = parse_lock(f"{head}{''.join(lines)}{types}\n", LOCK_FILE, project)
    return None if findings else lock


def _ship(compiled: Compiled, files: tuple[NoteFile, ...], text: str, now: BuildTime) -> Part | None:
    """Stamp the notes, and put their new lines into the text of the lock."""
    before = compiled.lock
    shipment, _, findings = plan_shipment(compiled, BuildRequest(now))
    after = shipment.lock
    if findings or (before.note_types, before.decks) != (after.note_types, after.decks):
        return None
    changed = {note_id for note_id, line in after.notes.items() if line != before.notes.get(note_id)}
    for note_id in changed:
        if note_id not in before.notes or after.notes[note_id].hash in text:  # it may be another's content
            return None
        old, new = format_note(note_id, before.notes[note_id]), format_note(note_id, after.notes[note_id])
        text = text.replace(f"\n{old}\n", f"\n{new}\n", 1)
    notes = tuple(shipment.shipped(note for note in shipment.notes if note.id in changed))
    return Part(files, compiled.asked, notes, text, shipment.latest_change)
