"""What notes said that the sources have no more: the package that stands tells it, or git in a new clone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from deckgen.atomic_write import scratch_folder
from deckgen.build.git import git_text
from deckgen.build.project_reader import read_sources
from deckgen.build.standing_package import package_texts
from deckgen.lock.model import Lock
from deckgen.model.limits import leads_outside
from deckgen.model.notes import Note
from deckgen.model.text import FieldValue, Text
from deckgen.source.folders import LOCK_FILE
from deckgen.source.project import NOTE_TYPES_FOLDER

# No deck of 100,000 notes has more, and a few kilobytes of a repository may hold gigabytes.
_MOST_FILES = 2_000
_MOST_CHARACTERS = 1 << 28
_ENDINGS = (".yaml", ".yml")


def earlier_texts(root: Path, lock: Lock) -> dict[str, tuple[str, ...]]:
    """Return the fields of each note that readers have, by slot, by its GUID; none where they are lost.

    They are those of the package that stands, or as written at the last commit of the lock.
    """
    return package_texts(root, lock.project) or _committed_texts(root, lock)


def _committed_texts(root: Path, lock: Lock) -> dict[str, tuple[str, ...]]:
    with scratch_folder() as folder:
        for path, text in _committed_files(root):
            file = folder / path
            if leads_outside(folder, file):
                continue
            with suppress(OSError):  # of a name that this system does not allow
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        sources, _ = read_sources(folder)
    lines = ((lock.notes.get(note.full_id), note) for note in sources.notes)
    return {
        line.guid: _in_slots(note, lock.note_types[line.note_type].slots.fields)
        for line, note in lines
        if line and line.note_type in lock.note_types
    }


def _committed_files(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file that notes are read from."""
    commit = (git_text(root, "log", "-1", "--format=%H", "--", LOCK_FILE) or "").strip()
    listed = git_text(root, "ls-tree", "-r", "-z", "--name-only", commit) if commit else None
    paths = [
        path
        for path in (listed or "").split("\0")
        if path.endswith(_ENDINGS) or path.startswith(f"{NOTE_TYPES_FOLDER}/")
    ]
    room = _MOST_CHARACTERS
    for path in paths[:_MOST_FILES]:
        text = git_text(root, "show", f"{commit}:./{path}")
        room -= len(text or "")
        if text and room >= 0:
            yield path, text


def _in_slots(note: Note, slots: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_words(note.fields.get(key)) for key in slots)


def _words(value: FieldValue | None) -> str:
    if isinstance(value, Text):
        return value.value
    return "\n".join(item.value for item in value or ())
