"""The way through: a project's files in, what Anki shall have and every finding out.

Each stage is called here and nowhere else. Nothing is printed or written.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from deckgen.check.coverage import Coverage, measure_coverage
from deckgen.diagnostics import Finding, Span, exact_span, has_errors, in_order
from deckgen.files import read_file
from deckgen.folders import LOCK_FILE, STORIES_LOCK_FILE
from deckgen.memory import Memory
from deckgen.model import Chapter, Edit, Note, RenderedNote, Settings, Text
from deckgen.notetypes.definition import NoteType, load_note_types
from deckgen.notetypes.shipped import dressed
from deckgen.package.clock import BuildTime
from deckgen.package.decks import ChapterDeck
from deckgen.package.lock import Lock, parse_lock
from deckgen.package.options import BuildOptions
from deckgen.package.private import PrivateLine, parse_private, stamp_private
from deckgen.package.stamps import Shipment, prepare_shipment
from deckgen.positioned_yaml import decode
from deckgen.render.notes import learning_order, render_notes
from deckgen.source.media import MediaLibrary
from deckgen.source.notes import own_tag_findings, read_notes, read_stories, unique_notes
from deckgen.source.outline import (
    DUPLICATE_ID,
    chapter_findings,
    chapter_path,
    chapter_paths_elsewhere,
    elsewhere_findings,
    read_outline,
)
from deckgen.source.project import (
    NO_NOTES,
    NOTE_TYPES_FOLDER,
    SETTINGS_FILE,
    STORIES_FILE,
    ProjectFiles,
    list_files,
    read_settings,
    stray_findings,
)
from deckgen.source.stylesheet import read_stylesheet
from deckgen.stages import Tell, tell_nobody
from deckgen.values import Struct, replace


class Sources(Struct, frozen=True):
    """A project as read: everything that its files say."""

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

    def note_ids(self, chapter: str) -> set[str]:
        """Return the ids that notes of a chapter have, or had: what a new note cannot be called."""
        notes = [note for note in self.notes if note.chapter == chapter]
        return {text.value for note in notes for text in (note.id, *note.aliases)}


class Compiled(Struct, frozen=True):
    """A project as rendered, ready to be shipped unless a finding is an error.

    ``drafts`` are rendered too, for a preview, and not shipped.
    ``asked`` are the files that were looked for as media, found or not.
    ``held`` are the full ids of notes that are neither shipped nor gone: drafts, and where something could
    not be read every note that was ever shipped. ``private`` are the stamps of notes with private text.
    """

    sources: Sources
    rendered: tuple[RenderedNote, ...]
    held: Collection[str]
    lock: Lock
    private: Mapping[str, PrivateLine]
    drafts: tuple[RenderedNote, ...] = ()
    asked: frozenset[str] = frozenset()


_NO_SETTINGS = Settings(name="", id="")


def read_sources(
    root: Path, memory: Memory | None = None, tell: Tell = tell_nobody
) -> tuple[Sources, list[Finding]]:
    """Read all files of the project at ``root`` and measure its coverage.

    With the ``memory`` of an earlier time, a file that has not changed since is not parsed again.
    """
    memory = memory or Memory(keeps=False)
    tell("Reading")
    files = list_files(root)
    settings, note_types, findings = read_settings_and_types(root, memory)
    chapters, more = _read_chapters(files, tuple(note_types), settings, memory)
    findings += more + stray_findings(files)
    notes: list[Note] = []
    for chapter in chapters.values():
        for path in files.notes[chapter.folder]:
            data, more = read_file(root, path)
            findings += more
            if data is not None:
                read, more = memory.recall(path, read_notes, data, path, chapter.id.value, note_types)
                notes += read
                findings += more
    tell("Checking")
    notes, more = unique_notes(notes)
    findings += more + own_tag_findings(notes, settings.id)
    stories: Mapping[str, Text] = {}
    if (root / STORIES_FILE).exists():
        data, more = read_file(root, STORIES_FILE)
        stories, even_more = read_stories(data or b"", notes)
        findings += more + even_more
    coverage, more = measure_coverage(chapters, notes)
    findings += more
    if not files.outlines or not any(files.notes.values()):
        hint = "Write an outline.yaml in a folder of its own, and notes beside it."
        findings.append(NO_NOTES.at(Span(SETTINGS_FILE), "The project has no chapter with notes.", hint))
    return Sources(files, settings, note_types, chapters, tuple(notes), stories, coverage), findings


def read_settings_and_types(
    root: Path, memory: Memory
) -> tuple[Settings, dict[str, NoteType], list[Finding]]:
    """Read the project's settings, and its note types as they look with them, by their lists."""
    loaded, findings = load_note_types(root / NOTE_TYPES_FOLDER, NOTE_TYPES_FOLDER)
    note_types = {note_type.kind: note_type for note_type in loaded}
    data, more = read_file(root, SETTINGS_FILE)
    settings, even_more = read_settings(data or b"", note_types)
    findings += more + even_more
    settings = settings or _NO_SETTINGS
    stylesheet, more = read_stylesheet(root, settings.stylesheet)
    findings += more
    dressed_types = memory.recall(
        NOTE_TYPES_FOLDER, _dressed_all, note_types, settings.theme + stylesheet, settings.speech
    )
    return settings, dressed_types, findings


def _dressed_all(note_types: Mapping[str, NoteType], style: str, speech: str) -> dict[str, NoteType]:
    return {kind: dressed(note_type, style, speech) for kind, note_type in note_types.items()}


def _read_chapters(
    files: ProjectFiles, kinds: Collection[str], settings: Settings, memory: Memory
) -> tuple[dict[str, Chapter], list[Finding]]:
    chapters: dict[str, Chapter] = {}
    findings: list[Finding] = []
    for path in files.outlines:
        data, more = read_file(files.root, path)
        findings += more
        if data is None:
            continue
        chapter, more = memory.recall(path, read_outline, data, path, kinds, settings.name)
        findings += more
        if chapter is None:
            continue
        findings += _chapter_file_findings(files.root, chapter, memory)
        twin = chapters.setdefault(chapter.id.value, chapter)
        if twin is not chapter:
            message = f"The chapter `{chapter.id.value}` stands in {twin.id.span.path} already."
            findings.append(DUPLICATE_ID.at(chapter.id.span, message, "Give this chapter an id of its own."))
    ordered = sorted(chapters.values(), key=lambda chapter: (chapter.number.value.zfill(9), chapter.folder))
    return {chapter.id.value: chapter for chapter in ordered}, findings


def _chapter_file_findings(root: Path, chapter: Chapter, memory: Memory) -> list[Finding]:
    """Compare an outline with the chapter that it was taken from, where that file is at hand."""
    path = chapter_path(chapter)
    if path is None:
        return []
    if not os.path.isfile(root / path):  # noqa: PTH113 - takes a name too long for a file
        elsewhere = (path for path in chapter_paths_elsewhere(chapter) if os.path.isfile(root / path))  # noqa: PTH113
        found = next(elsewhere, None)
        return elsewhere_findings(chapter, found) if found else []
    data, findings = read_file(root, path)
    if data is None:
        return findings
    return memory.recall(f"chapter of {chapter.folder}", chapter_findings, chapter, data)


def compile_project(
    root: Path, *, with_stories: bool = True, memory: Memory | None = None, tell: Tell = tell_nobody
) -> tuple[Compiled, tuple[Finding, ...]]:
    """Read and render the project at ``root``; without stories as another reader would have it.

    With the ``memory`` of an earlier time, only what changed since is parsed and rendered again.

    Returns:
        The project rendered, and every finding in order, with exact places. If one is an error, what
        was rendered lacks the notes that could not be.
    """
    memory = memory or Memory(keeps=False)
    sources, findings = read_sources(root, memory, tell)
    tell("Rendering")
    library = MediaLibrary(root)
    rendered, more = render_notes(
        learning_order(sources.notes, sources.chapters, sources.settings.learn_first),
        chapters=sources.chapters,
        note_types=sources.note_types,
        settings=sources.settings,
        library=library,
        stories=sources.stories if with_stories else {},
        memory=memory,
    )
    findings += more + library.findings()
    drafts = {note.full_id for note in sources.notes if note.draft}
    tell("Comparing with the lock")
    lock, more = _read_lock(root, sources.settings, memory)
    findings += more
    held = lock.notes.keys() if has_errors(findings) else drafts
    private = _read_private(root) if with_stories else {}
    compiled = Compiled(
        sources,
        tuple(note for note in rendered if note.id not in drafts),
        held,
        lock,
        private,
        tuple(note for note in rendered if note.id in drafts),
        library.asked(),
    )
    return compiled, in_order(sharpen(findings, root))


def glance(
    root: Path, paths: Collection[str], sources: Sources, stories: Mapping[str, Text], memory: Memory
) -> list[RenderedNote]:
    """Render the notes of a few files as they are now, all else taken as it was read last.

    A first look for one who waits, in a few milliseconds; ``compile_project`` with the same memory follows
    and uses what was parsed and rendered here.
    """
    chapters = {note.id.span.path: note.chapter for note in sources.notes if note.id.span.path in paths}
    notes: list[Note] = []
    for path, chapter in chapters.items():
        data, _ = read_file(root, path)
        notes += memory.recall(path, read_notes, data or b"", path, chapter, sources.note_types)[0]
    rendered, _ = render_notes(
        notes,
        chapters=sources.chapters,
        note_types=sources.note_types,
        settings=sources.settings,
        library=MediaLibrary(root),
        stories=stories,
        memory=memory,
    )
    return rendered


def _read_lock(root: Path, settings: Settings, memory: Memory) -> tuple[Lock, list[Finding]]:
    if not settings.id:  # without its own name a project cannot tell its lock from another's
        return Lock(""), []
    data, findings = read_file(root, LOCK_FILE) if (root / LOCK_FILE).exists() else (b"", [])
    text, more = decode(data or b"", LOCK_FILE)
    lock, even_more = memory.recall(LOCK_FILE, parse_lock, text or "", LOCK_FILE, settings.id)
    return lock, findings + more + even_more


def _read_private(root: Path) -> dict[str, PrivateLine]:
    data, _ = read_file(root, STORIES_LOCK_FILE)
    return parse_private((data or b"").decode(errors="replace"))


def sharpen(findings: Iterable[Finding], root: Path) -> Iterable[Finding]:
    """Give each finding its exact place; only files with such findings are read again."""
    lines: dict[str, list[str]] = {}
    for finding in findings:
        if finding.span.nth:
            path = finding.span.path
            if path not in lines:
                lines[path] = (decode((root / path).read_bytes(), path)[0] or "").split("\n")
            finding = replace(finding, span=exact_span(finding.span, lines[path]))  # noqa: PLW2901
        yield finding


def lint_sources(
    sources: Sources,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    *,
    after_fix: bool = False,
) -> tuple[tuple[Finding, ...], tuple[Edit, ...]]:
    """Run the lint rules over a project as read.

    Args:
        sources: the project.
        select: names of the rules to run; empty for all that are on.
        ignore: names of rules not to run.
        after_fix: whether the mends were made already, as far as they could be.

    Returns:
        The findings in order, with exact places, and the mends that a machine can make.
    """
    from deckgen.check.lint import lint  # noqa: PLC0415 - a build needs no rules

    report = lint(
        sources.notes,
        note_types=sources.note_types,
        chapters=sources.chapters,
        settings=sources.settings,
        select=select,
        ignore=ignore,
        after_fix=after_fix,
    )
    return in_order(sharpen(report.findings, sources.root)), report.edits


def mend_sources(root: Path, edits: Iterable[Edit]) -> int:
    """Make the edits in the files of the project at ``root``; return how many were made."""
    from deckgen.check.mend import mend  # noqa: PLC0415 - few runs mend
    from deckgen.package.writing import replace_text  # noqa: PLC0415

    made = 0
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.text.span.path, []).append(edit)
    for path, here in sorted(by_path.items()):
        file = root / path
        data = file.read_bytes()
        mended = mend(data.decode(), path, here)
        if mended.made:
            replace_text(file, mended.source)
            made += len(mended.made)
    return made


class BuildRequest(Struct, frozen=True):
    """What the author asks of one build; ``chapters`` None means all of them."""

    now: BuildTime
    chapters: Collection[str] | None = None
    allow_schema_change: bool = False
    allow_deck_rename: bool = False


def plan_shipment(
    compiled: Compiled, request: BuildRequest
) -> tuple[Shipment, Mapping[str, PrivateLine], list[Finding]]:
    """Work out what a build ships, the private stamps it keeps, and what is to be said of it."""
    sources = compiled.sources
    chapters = request.chapters
    rendered = [note for note in compiled.rendered if chapters is None or _chapter(note.id) in chapters]
    options = BuildOptions(
        now=request.now,
        project_name=sources.settings.name,
        decks={
            chapter.id.value: ChapterDeck(chapter.deck, chapter.title.span)
            for chapter in sources.chapters.values()
        },
        lock_place=Span(LOCK_FILE),
        held=compiled.held,
        chapters=chapters,
        ships_retired=sources.settings.ships_retired,
        allow_schema_change=request.allow_schema_change,
        allow_deck_rename=request.allow_deck_rename,
    )
    shipment, findings = prepare_shipment(rendered, sources.note_types, compiled.lock, options)
    shipment, private = stamp_private(shipment, compiled.private, request.now)
    return shipment, private, findings


def _chapter(note_id: str) -> str:
    return note_id.partition("/")[0]
