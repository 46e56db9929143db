"""What a build went by: every file that it read or looked for, and every folder that it looked into."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from deckgen.build.compile import Compiled
from deckgen.build.patch import NoteFile
from deckgen.model.note_type import BUILT_IN
from deckgen.source.folders import WRITTEN_BY_BUILDS
from deckgen.source.outline_files import chapter_path, chapter_paths_elsewhere
from deckgen.source.project import (
    NOTE_TYPES_FOLDER,
    OUTLINE_FILE,
    SETTINGS_FILE,
    STORIES_FILE,
)


def code_files() -> set[str]:
    """Return the files of the program that runs: each module's, and those of the note types it ships."""
    modules = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    shipped = {
        os.path.join(folder, name)
        for folder, _, names in os.walk(BUILT_IN)
        for name in names
        if not name.endswith(".pyc")
    }
    return {file for file in modules if file} | shipped


def input_files(compiled: Compiled, start: Path) -> set[str]:
    """Return the path of each file that a build of the project reads, or would read if it were there.

    Args:
        compiled: the project.
        start: where it was looked for, first of all.
    """
    sources = compiled.sources
    files = sources.files
    paths = {*WRITTEN_BY_BUILDS, SETTINGS_FILE, STORIES_FILE, *files.outlines, *files.stray}
    paths |= {path for paths in files.notes.values() for path in paths}
    paths |= {path for chapter in sources.chapters.values() if (path := chapter_path(chapter))}
    paths |= {path for chapter in sources.chapters.values() for path in chapter_paths_elsewhere(chapter)}
    if sources.settings.stylesheet:
        paths.add(sources.settings.stylesheet.value)
    own_types = (folder for folder in files.folders if folder.partition("/")[0] == NOTE_TYPES_FOLDER)
    paths |= {f"{folder}/{name}" for folder in own_types for name in files.folders[folder]}
    root = str(files.root)
    nearer = (folder for folder in (start, *start.parents) if files.root in folder.parents)
    return {
        *(os.path.join(root, path) for path in paths),
        *(str(folder / SETTINGS_FILE) for folder in nearer),
        *compiled.asked,
    }


def input_folders(compiled: Compiled) -> dict[str, tuple[str, ...]]:
    """Return the names that were in each folder in which a new file would be read, by the folder's path."""
    files = compiled.sources.files
    return {os.path.normpath(files.root / folder): names for folder, names in files.folders.items()}


def note_files(
    compiled: Compiled, marks: Mapping[str, bytes], found_in: Collection[str], private: Collection[str]
) -> dict[str, NoteFile]:
    """Return each note file whose words may change without the rest being looked at, by its path.

    Args:
        compiled: the project.
        marks: of the notes of each file, by its path in the project.
        found_in: the paths of files in which something was found: places there may shift.
        private: the full ids of notes with private texts, which are stamped in a file of their own.
    """
    rendered = (*compiled.rendered, *compiled.drafts) if private else ()
    left_out = {*found_in, *(note.span.path for note in rendered if note.id in private)}
    sources = compiled.sources
    return {
        os.path.join(str(sources.root), path): NoteFile(path, os.path.join(folder, OUTLINE_FILE), marks[path])
        for folder, paths in sources.files.notes.items()
        for path in paths
        if path in marks and path not in left_out
    }
