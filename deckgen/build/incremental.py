"""A build that goes on from the last one: what is kept of each, and the part that an edit changes.

An edit that changes words, and nothing that another note or the deck as a whole depends on, is built from
the files that hold it. They go the way that all files go (``build_package``); what their notes become takes
the place of what they were in the last collection and in the lock. After any other change all is built.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Collection, Iterable, Mapping
from marshal import dumps
from pathlib import Path

from deckgen.build.build_mark import MarkPlace, read_mark
from deckgen.build.cache_entry import CacheEntry, clear_old
from deckgen.build.manifest import Manifest, stamp_of, stamp_of_moved, trusted_folders, trusted_stamps
from deckgen.build.plan import BuildRequest, Part, Plan
from deckgen.build.project_reader import Sources
from deckgen.build.project_renderer import RenderedFile
from deckgen.build.run import Built, build_package
from deckgen.lock.lock_text import LockText
from deckgen.lock.stamps import BuildTime
from deckgen.model.ids import short_digest
from deckgen.model.note_type import BUILT_IN
from deckgen.model.notes import MediaFile, RenderedNote
from deckgen.model.progress import Progress
from deckgen.package.write import Base, Written
from deckgen.source.folders import LOCK_FILE, WRITTEN_BY_BUILDS, listing_of
from deckgen.source.outline_files import chapter_path, chapter_paths_elsewhere
from deckgen.source.project import (
    NOTE_TYPES_FOLDER,
    OUTLINE_FILE,
    SETTINGS_FILE,
    STORIES_FILE,
    ProjectFiles,
)

_NO_LINKS = 0  # marshal's first version: equal values give equal bytes, whatever objects they share


class Shapes:
    """What the deck has from each note file but for the texts of fields, by the file's path.

    That is the ids of its notes, and a digest of their names, points, tags, decks, media and cards. While it
    stays as it is, nothing outside the file can change.
    """

    def __init__(self) -> None:
        self.by_path: dict[str, tuple[tuple[str, ...], bytes]] = {}

    def add(self, file: RenderedFile) -> None:
        """Take the shape of a note file."""
        look = {note.id: _look(note) for note in file.rendered}
        shape = [
            (
                note.full_id,
                note.kind,
                note.draft,
                [text.value for text in note.covers],
                look.get(note.full_id),
            )
            for note in file.notes
        ]
        ids = tuple(note.full_id for note in file.notes if note.full_id in look and not note.draft)
        self.by_path[file.path] = ids, short_digest(dumps(shape, _NO_LINKS))


def _look(note: RenderedNote) -> tuple[object, ...]:
    media = [(one.path, one.package_name) for one in note.media]
    return note.tags, note.cards, note.deck, note.aliases, note.hidden, media


class _NotAPartError(Exception):
    """The edit changes more than the words of some notes."""


def _require(condition: bool) -> None:
    if not condition:
        raise _NotAPartError


def build_part(
    entry: CacheEntry, manifest: Manifest, changed: Collection[str], started: int, progress: Progress
) -> Built | None:
    """Build what an edit of some note files changes; None where all is to be built.

    Args:
        entry: where the last build is kept.
        manifest: of the last build.
        changed: the paths of the files that were edited since.
        started: when this build began, in nanoseconds since 1970.
        progress: is told of each stage.
    """
    root = Path(manifest.project)
    lock_file = root / LOCK_FILE
    known = [manifest.notes[path] for path in sorted(changed)]
    shapes = Shapes()
    before = {path: (ids, shape) for path, _, ids, shape in known}
    try:
        lock = LockText(lock_file.read_text(encoding="utf-8"))
        if stamp_of(str(lock_file)) != manifest.files[str(lock_file)]:  # another build has been here since
            return None
        text = lock.part(note_id for ids, _ in before.values() for note_id in ids)
        if text is None:
            return None

        def check(plan: Plan) -> None:
            _require(shapes.by_path == before and _is_part(plan, lock) and entry.claim(manifest))

        built = build_package(
            root,
            Path(manifest.package[0]),
            BuildRequest(BuildTime(started // 1_000_000)),
            part=Part(_files_of(root, known), text, _last_mark(manifest)),
            base=Base(
                Path(entry.scratch),
                lock,
                [MediaFile(path, name, Path(place)) for path, name, place in manifest.media],
            ),
            on_file=shapes.add,
            on_plan=check,
            progress=progress,
        )
    except (_NotAPartError, KeyError, OSError, ValueError, sqlite3.Error):
        entry.drop()  # building all says what is wrong, and needs nothing of this
        return None
    _save(entry, manifest, started, {*changed, *built.plan.asked}, built.written)
    return built


def _last_mark(manifest: Manifest) -> MarkPlace | None:
    place = Path(manifest.mark)
    return MarkPlace(place, read_mark(place).seen) if manifest.mark else None


def _files_of(root: Path, known: Iterable[tuple[str, str, tuple[str, ...], bytes]]) -> ProjectFiles:
    notes: dict[str, tuple[str, ...]] = {}
    for path, outline, _, _ in known:
        folder = outline.rpartition("/")[0] or "."
        notes[folder] = (*notes.get(folder, ()), path)
    return ProjectFiles(root, tuple({outline: None for _, outline, _, _ in known}), notes, (), {})


def _is_part(plan: Plan, lock: LockText) -> bool:
    """Tell whether a plan changes lines of notes in the lock and nothing else, with nothing to report."""
    before, after = plan.lock, plan.shipment.lock
    changed = [note_id for note_id, line in after.notes.items() if line != before.notes.get(note_id)]
    return (
        not plan.findings
        and (before.note_types, before.decks, before.ahead) == (after.note_types, after.decks, after.ahead)
        and before.notes.keys() == after.notes.keys()
        # What another note was shipped with is to be spoken of.
        and not any(after.notes[note_id].hash in lock.text for note_id in changed)
    )


def remember_build(
    entry: CacheEntry, started: int, built: Built, shapes: Shapes, *, start: Path, out: str, err: str
) -> None:
    """Keep what a build of the whole project went by and what it gave.

    Args:
        entry: where it is kept; it has the collection already.
        started: when the build began, in nanoseconds since 1970.
        built: what was built.
        shapes: of its note files.
        start: where the project was looked for, first of all.
        out: what was printed of the deck.
        err: what was printed of the findings.
    """
    plan = built.plan
    if plan.news:  # the next build has other things to say of the same project
        entry.drop()
        return
    files = plan.sources.files
    manifest = Manifest()
    manifest.project = str(files.root)
    manifest.mark = str(plan.mark.file) if plan.mark else ""
    manifest.code = trusted_stamps(_code_files(), started)
    manifest.files = {}
    folders = {os.path.normpath(files.root / folder): names for folder, names in files.folders.items()}
    if plan.mark:  # where the branch or the tags are others, readers may have others
        folders |= {folder: listing_of(folder) for folder in plan.mark.folders}
    manifest.folders = trusted_folders(folders, manifest.project, started)
    manifest.notes = _note_files(plan, shapes.by_path)
    manifest.media = [(one.path, one.package_name, str(one.location)) for one in plan.shipment.media]
    manifest.package = str(built.output), None
    manifest.out, manifest.err = out, err
    read = input_files(plan.sources, start, plan.asked).union(plan.mark.files if plan.mark else ())
    _save(entry, manifest, started, read, built.written)
    clear_old()


def _save(entry: CacheEntry, manifest: Manifest, started: int, read: Iterable[str], written: Written) -> None:
    """Keep a manifest with the stamps of the files that the build read and wrote, and the collection."""
    manifest.files |= trusted_stamps(read, started)
    manifest.files |= {path: stamp_of_moved(path, status) for path, status in written.others.items()}
    manifest.time = started
    manifest.package = manifest.package[0], stamp_of_moved(manifest.package[0], written.package)
    entry.save(manifest)


def _code_files() -> set[str]:
    """Return the files of the program that runs: each module's, and those of the note types it ships."""
    modules = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    shipped = {
        os.path.join(folder, name)
        for folder, _, names in os.walk(BUILT_IN)
        for name in names
        if not name.endswith(".pyc")
    }
    return {file for file in modules if file} | shipped


def input_files(sources: Sources, start: Path, asked: Iterable[str]) -> set[str]:
    """Return the path of each file that a build of the project reads, or would read if it were there.

    Args:
        sources: the project.
        start: where it was looked for, first of all.
        asked: the files that were looked for as media.
    """
    files, settings = sources.files, sources.settings
    chapters = sources.chapters.values()
    paths = {*WRITTEN_BY_BUILDS, SETTINGS_FILE, STORIES_FILE, *files.outlines, *files.stray}
    paths.update(path for paths in files.notes.values() for path in paths)
    paths.update(path for chapter in chapters if (path := chapter_path(chapter)))
    paths.update(path for chapter in chapters for path in chapter_paths_elsewhere(chapter))
    if settings.stylesheet:
        paths.add(settings.stylesheet.value)
    own_types = (folder for folder in files.folders if folder.partition("/")[0] == NOTE_TYPES_FOLDER)
    paths.update(f"{folder}/{name}" for folder in own_types for name in files.folders[folder])
    nearer = (folder for folder in (start, *start.parents) if files.root in folder.parents)
    return {
        *(os.path.join(files.root, path) for path in paths),
        *(str(folder / SETTINGS_FILE) for folder in nearer),
        *asked,
    }


def _note_files(
    plan: Plan, shapes: Mapping[str, tuple[tuple[str, ...], bytes]]
) -> dict[str, tuple[str, str, tuple[str, ...], bytes]]:
    """Return each note file that can be built alone; not where something was found, for its place may shift.

    Notes with private texts are stamped in a file of their own, so their files are left out as well.
    """
    private = {*plan.private, *plan.sources.stories}
    found_in = {finding.span.path for finding in plan.findings}
    sources = plan.sources
    return {
        os.path.join(sources.files.root, path): (path, os.path.join(folder, OUTLINE_FILE), *shapes[path])
        for folder, paths in sources.files.notes.items()
        for path in paths
        if path in shapes and path not in found_in and private.isdisjoint(shapes[path][0])
    }
