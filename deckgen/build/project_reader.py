"""A project's files in, what they say out: one pass, file by file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from deckgen.build.git_history import commit_with_lock
from deckgen.coverage.measure import Coverage
from deckgen.lock.model import Lock
from deckgen.lock.read import LOCK_DAMAGED, parse_lock
from deckgen.model.diagnostics import Finding, Span
from deckgen.model.limits import NOTES, leads_outside, most
from deckgen.model.note_type import NoteType
from deckgen.model.notes import MediaFile, Note
from deckgen.model.outline import Chapter
from deckgen.model.progress import Progress, no_progress
from deckgen.model.settings import Settings
from deckgen.model.sides import with_theme
from deckgen.model.stage_cache import StageCache
from deckgen.model.text import Text
from deckgen.model.values import Struct, replace
from deckgen.source.card_words import ENGLISH, in_language, unfit_words, words_in
from deckgen.source.files import is_absent, is_file, read_file
from deckgen.source.folders import LOCK_FILE, WRITTEN_BY_BUILDS
from deckgen.source.media import MediaLibrary
from deckgen.source.note_files import UniqueIds, own_tag_findings, read_notes
from deckgen.source.note_type_folders import load_note_types
from deckgen.source.outline_files import (
    DUPLICATE_ID,
    chapter_findings,
    chapter_path,
    chapter_paths_elsewhere,
    chapter_without_outline,
    elsewhere_findings,
    read_outline,
)
from deckgen.source.portable_names import name_findings
from deckgen.source.project import (
    NO_NOTES,
    NOTE_TYPES_FOLDER,
    SETTINGS_FILE,
    STORIES_FILE,
    TOO_MANY_NOTES,
    ProjectFiles,
    list_files,
    stray_findings,
)
from deckgen.source.settings_file import read_settings
from deckgen.source.stories import read_stories
from deckgen.source.stylesheet import read_stylesheet
from deckgen.yaml.decode import decode


class Sources(Struct, frozen=True):
    """A project as read: everything that its files say.

    What ``slim`` returns has neither notes nor points. Coverage is empty unless the notes were rendered.
    """

    files: ProjectFiles
    settings: Settings
    note_types: Mapping[str, NoteType]
    chapters: Mapping[str, Chapter]
    notes: tuple[Note, ...]
    stories: Mapping[str, Text]
    coverage: Coverage

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.files.root

    def slim(self) -> Sources:
        """Return what was read without notes and points, which are most of it."""
        chapters = {name: replace(one, sections=(), points={}) for name, one in self.chapters.items()}
        return replace(self, chapters=chapters, notes=(), coverage=Coverage(()))

    def note_ids(self, chapter: str) -> set[str]:
        """Return the ids that notes of a chapter have, or had: what a new note cannot be called."""
        notes = [note for note in self.notes if note.chapter == chapter]
        return {text.value for note in notes for text in (note.id, *note.aliases)}


class ProjectReader:
    """One pass over the files of the project at ``root``: first ``note_files``, then ``sources``.

    Args:
        root: the project's folder.
        cache: of an earlier pass; a file that has not changed since is not parsed again.
        files: those to read; all of the project's by default.
        progress: is told of each stage.

    ``findings`` grow as it goes.
    """

    def __init__(
        self,
        root: Path,
        cache: StageCache,
        files: ProjectFiles | None = None,
        progress: Progress = no_progress,
    ) -> None:
        progress("Reading")
        self._progress = progress
        self._cache = cache
        self.files = files or list_files(root)
        self.library = MediaLibrary(root)
        self.ids = UniqueIds()
        self.settings, self.note_types, self.findings = read_settings_and_types(root, cache, self.library)
        self.chapters, more = _read_chapters(self.files, tuple(self.note_types), self.settings, cache)
        self.findings += [*more, *stray_findings(self.files), *self.files.closed]
        self.findings += name_findings(self.files.folders)

    def note_files(self) -> Iterator[tuple[str, list[Note]]]:
        """Yield the path of each note file with its notes."""
        count = 0
        for chapter in self.chapters.values():
            for path in self.files.notes[chapter.folder]:
                self._progress("Reading")
                notes = self._read(path, chapter)
                self._progress("Checking")
                notes, more = self.ids.mark_twins(notes)
                self.findings += more + own_tag_findings(notes, self.settings.id)
                count += len(notes)
                if count > most(NOTES):
                    self.findings.append(_too_many(count, path))
                    return
                yield path, notes

    def _read(self, path: str, chapter: Chapter) -> list[Note]:
        data, more = read_file(self.files.root, path)
        self.findings += more
        if data is None:
            return []
        notes, more = self._cache.get_or_run(path, read_notes, data, path, chapter.id.value, self.note_types)
        self.findings += more
        return notes

    def has_stories(self) -> bool:
        """Tell whether the reader's own stories are here; which note each is of, all notes together tell."""
        return not is_absent(self.files.root / STORIES_FILE)

    def stories(self, notes: Iterable[Note]) -> dict[str, Text]:
        """Return the reader's own stories by the full ids of the notes that they are of."""
        data, more = read_file(self.files.root, STORIES_FILE)
        stories, even_more = read_stories(data or b"", notes, self.chapters, self.note_types, self.findings)
        self.findings += more + even_more
        return stories

    def sources(self, notes: Iterable[Note], stories: Mapping[str, Text], coverage: Coverage) -> Sources:
        """Return what was read, with the notes that were kept of it."""
        if not self.files.closed and not any(self.files.notes.values()):
            hint = "Write notes in a folder of their own, and an outline.yaml beside them."
            message = "The project has no chapter with notes."
            self.findings.append(NO_NOTES.at(Span(SETTINGS_FILE), message, hint))
        return Sources(
            self.files, self.settings, self.note_types, self.chapters, tuple(notes), stories, coverage
        )


def _too_many(count: int, path: str) -> Finding:
    message = f"With this file the project has {count:,} notes, and deckgen reads at most {most(NOTES):,}."
    hint = f"Make several projects of it, or set `{NOTES}` in the environment to a higher number."
    return TOO_MANY_NOTES.at(Span(path), message, hint)


def read_sources(root: Path) -> tuple[Sources, list[Finding]]:
    """Read all files of the project at ``root``, without rendering its notes or measuring coverage."""
    reader = ProjectReader(root, StageCache(keep=False))
    notes = [note for _, here in reader.note_files() for note in here]
    stories = reader.stories(notes) if reader.has_stories() else {}
    return reader.sources(notes, stories, Coverage(())), reader.findings


def read_settings_and_types(
    root: Path, cache: StageCache, library: MediaLibrary
) -> tuple[Settings, dict[str, NoteType], list[Finding]]:
    """Read the project's settings, and its note types as they look with them, by their lists."""
    loaded, findings = load_note_types(root, NOTE_TYPES_FOLDER, library)
    note_types = {note_type.kind: note_type for note_type in loaded}
    data, more = read_file(root, SETTINGS_FILE)
    settings, even_more = read_settings(data, note_types) if data is not None else (None, [])
    findings += more + even_more
    settings = settings or Settings(name="", id="", words=words_in(ENGLISH))
    stylesheet, media, more = read_stylesheet(root, settings.stylesheet, library)
    findings += more
    findings += unfit_words(loaded, settings.words)
    settings = replace(settings, theme=settings.theme + stylesheet)
    return settings, cache.get_or_run(NOTE_TYPES_FOLDER, _as_wanted, note_types, settings, media), findings


def _as_wanted(
    note_types: Mapping[str, NoteType], settings: Settings, media: tuple[MediaFile, ...]
) -> dict[str, NoteType]:
    """Return the note types as a project wants them: in its language, with its style and its speech."""
    return {
        kind: with_theme(
            in_language(note_type, settings.language, settings.words), settings.theme, settings.speech, media
        )
        for kind, note_type in note_types.items()
    }


def _read_chapters(
    files: ProjectFiles, kinds: Collection[str], settings: Settings, cache: StageCache
) -> tuple[dict[str, Chapter], list[Finding]]:
    read: list[Chapter] = []
    findings: list[Finding] = []
    for path in files.outlines:
        data, more = read_file(files.root, path)
        findings += more
        if data is None:
            continue
        chapter, more = cache.get_or_run(path, read_outline, data, path, kinds, settings.name)
        findings += more
        if chapter is not None:
            findings += _chapter_file_findings(files.root, chapter, cache)
            read.append(chapter)
    outlined = {str(PurePosixPath(path).parent) for path in files.outlines}
    read += [
        chapter_without_outline(folder, settings.name) for folder in files.notes if folder not in outlined
    ]
    chapters: dict[str, Chapter] = {}
    for chapter in read:
        twin = chapters.setdefault(chapter.id.value, chapter)
        if twin is not chapter:
            message = f"The chapter `{chapter.id.value}` is already in {twin.id.path}."
            findings.append(DUPLICATE_ID.at(chapter.id.span, message, "Give this chapter an id of its own."))
    ordered = sorted(chapters.values(), key=lambda chapter: (chapter.number.value.zfill(9), chapter.folder))
    return {chapter.id.value: chapter for chapter in ordered}, findings


def _chapter_file_findings(root: Path, chapter: Chapter, cache: StageCache) -> list[Finding]:
    """Compare an outline with the chapter that it was taken from, where that file is at hand."""
    path = chapter_path(chapter)
    if path is None:
        return []
    if not is_file(root / path):
        elsewhere = (path for path in chapter_paths_elsewhere(chapter) if is_file(root / path))
        found = next(elsewhere, None)
        return elsewhere_findings(chapter, found) if found else []
    if leads_outside(root, root / path):
        return elsewhere_findings(chapter, path)
    data, findings = read_file(root, path)
    if data is None:
        return findings
    return cache.get_or_run(f"chapter of {chapter.folder}", chapter_findings, chapter, data)


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
    paths.update(*files.notes.values())
    paths.update(path for chapter in chapters if (path := chapter_path(chapter)))
    paths.update(path for chapter in chapters for path in chapter_paths_elsewhere(chapter))
    if settings.stylesheet:
        paths.add(settings.stylesheet.value)
    own_types = (folder for folder in files.folders if folder.partition("/")[0] == NOTE_TYPES_FOLDER)
    paths.update(f"{folder}/{name}" for folder in own_types for name in files.folders[folder])
    nearer = (folder for folder in (start, *start.parents) if files.root in folder.parents)
    return {
        *(str(files.root / path) for path in paths),
        *(str(folder / SETTINGS_FILE) for folder in nearer),
        *asked,
    }


def read_lock(root: Path, settings: Settings, cache: StageCache | None = None) -> tuple[Lock, list[Finding]]:
    """Read the lock of the project at ``root``; it is empty where there is none."""
    if not settings.id:  # without its own name a project cannot tell its lock from another's
        return Lock(""), []
    if is_absent(root / LOCK_FILE):
        return Lock(settings.id), []
    data, findings = read_file(root, LOCK_FILE)
    text, more = decode(data or b"", LOCK_FILE)
    findings += more
    if data is None or text is None:
        return Lock(settings.id), findings
    cache = cache or StageCache(keep=False)
    lock, more = cache.get_or_run(LOCK_FILE, parse_lock, text, LOCK_FILE, settings.id)
    is_damaged = any(finding.code is LOCK_DAMAGED for finding in more)
    if is_damaged and (commit := commit_with_lock(root, settings.id)):
        hint = f"Restore the last one that was whole: `git checkout {commit} -- {LOCK_FILE}`."
        more = [replace(one, hint=hint) if one.code is LOCK_DAMAGED else one for one in more]
    return lock, findings + more
