"""A build of the part that changed.

An edit that changes words, and nothing that another note or the deck as a whole depends on, is built from
the last build: the notes of its files go through the same stages as all notes do, and what they become
takes the place of what they were. Of any other change nothing is built here, and the whole is built anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from marshal import dumps
from pathlib import Path
from typing import NamedTuple

from deckgen.check.coverage import Coverage
from deckgen.files import read_file
from deckgen.folders import LOCK_FILE
from deckgen.memory import Memory
from deckgen.model import Chapter, Note, RenderedNote
from deckgen.package.clock import BuildTime
from deckgen.package.lock import Lock, format_note, parse_lock
from deckgen.package.stamps import ShippedNote
from deckgen.pipeline import (
    BuildRequest,
    Compiled,
    Sources,
    plan_shipment,
    read_settings_and_types,
)
from deckgen.render.notes import render_notes
from deckgen.source.media import MediaLibrary
from deckgen.source.notes import read_notes, unique_notes
from deckgen.source.outline import read_outline
from deckgen.source.project import ProjectFiles

_NO_LINKS = 0  # marshal's first version: equal values give equal bytes, whatever objects they share


class Part(NamedTuple):
    """What an edit comes to: the notes that changed, the lock's text with their new lines, the newest stamp.

    ``latest_change`` is in seconds since 1970, None where nothing changed for readers.
    """

    notes: tuple[ShippedNote, ...]
    lock: str
    latest_change: int | None


class NoteFile(NamedTuple):
    """What is kept of a note file: its path and its outline's in the project, and the shape of its notes."""

    path: str
    outline: str
    shape: bytes


def shape_of(notes: Iterable[Note], rendered: Mapping[str, RenderedNote]) -> bytes:
    """Return a digest of all that the deck has from some notes, but for the texts of their fields.

    Names, points, tags, decks, media, and which cards there are: while these stay as they are, nothing
    outside the notes can change. A note with a private text has no shape: it is stamped in a file of its own.
    """
    shapes = []
    for note in notes:
        done = rendered.get(note.full_id)
        media = done and [one.package_name for one in done.media]
        look = done and (done.tags, done.cards, done.deck, done.hidden, media)
        covers = [text.value for text in note.covers]
        shapes.append((note.full_id, note.kind, covers, done and done.aliases, note.draft, look))
    return blake2b(dumps(shapes, _NO_LINKS), digest_size=16).digest()


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
    memory = Memory()
    settings, note_types, findings = read_settings_and_types(root, memory)
    chapters: dict[str, Chapter] = {}
    notes: list[Note] = []
    rendered: list[RenderedNote] = []
    for file in files:
        chapter = _chapter(root, file.outline, tuple(note_types), settings.name)
        data, more = read_file(root, file.path)
        if chapter is None or data is None or more:
            return None
        chapters[chapter.id.value] = chapter
        here, more = read_notes(data, file.path, chapter.id.value, note_types)
        done, even_more = render_notes(
            here, chapters=chapters, note_types=note_types, settings=settings,
            library=MediaLibrary(root), stories={}, memory=memory,
        )  # fmt: skip
        findings += more + even_more
        if shape_of(here, {note.id: note for note in done}) != file.shape:
            return None
        notes += here
        rendered += done
    if findings or unique_notes(notes)[1]:
        return None
    sources = Sources(
        ProjectFiles(root, (), {}, (), {}), settings, note_types, chapters, tuple(notes), {}, Coverage(())
    )
    drafts = {note.full_id for note in notes if note.draft}
    shipped = tuple(note for note in rendered if note.id not in drafts)
    before = _lock_of(shipped, lock, settings.id)
    if before is None:
        return None
    return _ship(Compiled(sources, shipped, drafts, before, {}), lock, now)


def _chapter(root: Path, outline: str, kinds: tuple[str, ...], project: str) -> Chapter | None:
    data, _ = read_file(root, outline)
    return None if data is None else read_outline(data, outline, kinds, project)[0]


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


def _ship(compiled: Compiled, text: str, now: BuildTime) -> Part | None:
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
    notes = tuple(note for note in shipment.notes if note.id in changed)
    return Part(notes, text, shipment.latest_change)
