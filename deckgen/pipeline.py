"""The way through: a project's files in, what Anki shall have and every finding out.

Each stage is called here and nowhere else. Nothing is printed, and only ``write_shipment`` writes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from deckgen.check.coverage import Coverage, measure_coverage
from deckgen.diagnostics import Finding, Span, exact_span, in_order
from deckgen.files import read_file
from deckgen.model import Chapter, Note, RenderedNote, Settings, Text
from deckgen.notetypes.definition import NoteType, load_note_types
from deckgen.package.lock import Lock, format_lock, parse_lock
from deckgen.package.stamps import Shipment, prepare_shipment
from deckgen.positioned_yaml import decode
from deckgen.render.notes import learning_order, render_notes
from deckgen.source.media import MediaLibrary
from deckgen.source.notes import read_notes, read_stories, unique_notes
from deckgen.source.outline import DUPLICATE_ID, read_outline
from deckgen.source.project import (
    LOCK_FILE,
    NO_NOTES,
    NOTE_TYPES_FOLDER,
    SETTINGS_FILE,
    STORIES_FILE,
    ProjectFiles,
    list_files,
    read_settings,
    stray_findings,
)


@dataclass(frozen=True, slots=True)
class Sources:
    """A project as read: everything that its files say."""

    root: Path
    settings: Settings
    note_types: Mapping[str, NoteType]
    chapters: Mapping[str, Chapter]
    notes: tuple[Note, ...]
    stories: Mapping[str, Text]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Compiled:
    """A project as rendered, ready to be shipped unless a finding is an error."""

    sources: Sources
    rendered: tuple[RenderedNote, ...]
    lock: Lock


_NO_SETTINGS = Settings(name="", id="")


def read_sources(root: Path) -> tuple[Sources, list[Finding]]:
    """Read all files of the project at ``root`` and measure its coverage."""
    files = list_files(root)
    loaded, findings = load_note_types(root / NOTE_TYPES_FOLDER, NOTE_TYPES_FOLDER)
    note_types = {note_type.kind: note_type for note_type in loaded}
    data, more = read_file(root, SETTINGS_FILE)
    settings, even_more = read_settings(data or b"", note_types)
    findings += more + even_more
    settings = settings or _NO_SETTINGS
    chapters, more = _read_chapters(files, note_types, settings)
    findings += more + stray_findings(files)
    notes: list[Note] = []
    for chapter in chapters.values():
        for path in files.notes[chapter.folder]:
            data, more = read_file(root, path)
            findings += more
            if data is not None:
                read, more = read_notes(data, path, chapter.id.value, note_types)
                notes += read
                findings += more
    notes, more = unique_notes(notes)
    findings += more
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
    return Sources(root, settings, note_types, chapters, tuple(notes), stories, coverage), findings


def _read_chapters(
    files: ProjectFiles, kinds: Collection[str], settings: Settings
) -> tuple[dict[str, Chapter], list[Finding]]:
    chapters: dict[str, Chapter] = {}
    findings: list[Finding] = []
    for path in files.outlines:
        data, more = read_file(files.root, path)
        findings += more
        if data is None:
            continue
        chapter, more = read_outline(data, path, kinds, settings.name)
        findings += more
        if chapter is None:
            continue
        twin = chapters.setdefault(chapter.id.value, chapter)
        if twin is not chapter:
            message = f"The chapter `{chapter.id.value}` stands in {twin.id.span.path} already."
            findings.append(DUPLICATE_ID.at(chapter.id.span, message, "Give this chapter an id of its own."))
    ordered = sorted(chapters.values(), key=lambda chapter: (chapter.number.value.zfill(9), chapter.folder))
    return {chapter.id.value: chapter for chapter in ordered}, findings


def compile_project(root: Path) -> tuple[Compiled, tuple[Finding, ...]]:
    """Read and render the project at ``root``.

    Returns:
        The project rendered, and every finding in order, with exact places. If one is an error, what
        was rendered lacks the notes that could not be.
    """
    sources, findings = read_sources(root)
    library = MediaLibrary(root)
    rendered, more = render_notes(
        learning_order(sources.notes, sources.chapters),
        chapters=sources.chapters,
        note_types=sources.note_types,
        settings=sources.settings,
        library=library,
        stories=sources.stories,
    )
    findings += more + library.findings()
    drafts = {note.full_id for note in sources.notes if note.draft}
    rendered = [note for note in rendered if note.id not in drafts]
    lock, more = _read_lock(root, sources.settings)
    findings += more
    return Compiled(sources, tuple(rendered), lock), in_order(_sharpen(findings, root))


def _read_lock(root: Path, settings: Settings) -> tuple[Lock, list[Finding]]:
    data, findings = read_file(root, LOCK_FILE) if (root / LOCK_FILE).exists() else (b"", [])
    text, more = decode(data or b"", LOCK_FILE)
    lock, even_more = parse_lock(text or "", LOCK_FILE, settings.id)
    return lock, findings + more + even_more


def _sharpen(findings: Iterable[Finding], root: Path) -> Iterable[Finding]:
    """Give each finding its exact place; only files with such findings are read again."""
    texts: dict[str, str] = {}
    for finding in findings:
        if finding.span.nth:
            path = finding.span.path
            if path not in texts:
                texts[path] = decode((root / path).read_bytes(), path)[0] or ""
            finding = replace(finding, span=exact_span(finding.span, texts[path]))  # noqa: PLW2901
        yield finding


def plan_shipment(compiled: Compiled, now_ms: int) -> tuple[Shipment, list[Finding]]:
    """Work out what a build at ``now_ms`` (milliseconds since 1970) ships."""
    sources = compiled.sources
    return prepare_shipment(
        compiled.rendered, sources.note_types, compiled.lock, sources.settings.name, now_ms
    )


def write_shipment(shipment: Shipment, output: Path, lock_file: Path) -> int:
    """Write the package, then the lock, each moved into place whole; return the package's bytes.

    A crash between the two costs a second update of what changed, never one that is missed.
    """
    from deckgen.package.apkg import Package  # noqa: PLC0415 - genanki is slow to import

    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", delete=False) as file:
        temporary = Path(file.name)
        try:
            Package(shipment, shipment.lock.project).write_to_file(file)
            file.flush()
            size = file.tell()
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(output)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    text = format_lock(shipment.lock)
    if not lock_file.is_file() or lock_file.read_text(encoding="utf-8") != text:
        partial = lock_file.with_name(f".{lock_file.name}.{os.getpid()}")
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(lock_file)
    return size


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
