"""A build worked out and not yet written: what it would ship, and every finding."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from deckgen.build.build_mark import MarkPlace, read_mark
from deckgen.build.built_here import built_here_findings
from deckgen.build.earlier_texts import earlier_texts
from deckgen.build.exact_places import resolve_offsets
from deckgen.build.project_reader import Sources, read_lock
from deckgen.build.project_renderer import ProjectRenderer, RenderedFile, sorted_by
from deckgen.build.what_readers_have import ReaderState, what_readers_have
from deckgen.coverage.measure import Count
from deckgen.lock.changes import Changes, find_changes
from deckgen.lock.earlier_locks import unknown_to
from deckgen.lock.format import format_note
from deckgen.lock.model import Lock
from deckgen.lock.note_types import fit_note_types, with_current_keys
from deckgen.lock.options import ChapterDeck, ShippingOptions
from deckgen.lock.read import parse_lock
from deckgen.lock.renames import RENAMED_WITHOUT_ALIAS
from deckgen.lock.stamps import BuildTime
from deckgen.model.diagnostics import Code, Finding, Severity, Span, did_you_mean, has_errors, in_order
from deckgen.model.notes import Note, PackedNote
from deckgen.model.progress import Progress, no_progress
from deckgen.model.settings import Settings
from deckgen.model.stage_cache import StageCache
from deckgen.model.values import Struct, replace
from deckgen.package.layout import NoteLayout
from deckgen.package.private_stamps import PrivateLine, parse_private, stamp_private, with_private_stamps
from deckgen.package.shipment import Shipment, plan_shipment
from deckgen.package.spool import Spool
from deckgen.render.context import pace_of_kinds
from deckgen.render.deck_description import deck_description
from deckgen.render.renderer import library_versions
from deckgen.source.files import read_file
from deckgen.source.folders import LOCK_FILE, STORIES_LOCK_FILE
from deckgen.source.project import ProjectFiles
from deckgen.source.stories import STORY_UNKNOWN

RENDERED_ANEW = Code(
    "rendered-anew",
    Severity.INFO,
    "A newer library renders notes differently",
    "No one changed what these notes say, so readers keep them as they have them, with their own tags and "
    "edits. `deckgen build --refresh` sends them as changed, where the new look is worth that.",
)
CODES = (RENDERED_ANEW,)


class UnknownChapterError(ValueError):
    """A build was asked for a chapter that the project has not."""


class BuildRequest(Struct, frozen=True):
    """What an author asks of one build: the commands and the API make it, ``plan_build`` reads it.

    ``chapters`` empty means all of them.
    """

    now: BuildTime
    chapters: Collection[str] = ()
    with_stories: bool = True
    allow_schema_change: bool = False
    allow_deck_rename: bool = False
    refresh: bool = False
    retire_built: bool = False
    start_anew: bool = False
    reset_future_stamps: bool = False
    keep_future_stamps: bool = False


class ChangedFiles(Struct, frozen=True):
    """The note files to be built alone: ``incremental`` makes it, ``plan_build`` reads it.

    ``lock_text`` is what the lock says of their notes, ``mark`` where the mark of this build goes.
    ``source_hashes`` are the hashes that the notes of each file had of what their authors wrote.
    """

    files: ProjectFiles
    lock_text: str
    mark: MarkPlace | None
    source_hashes: Mapping[str, bytes]


class Plan(Struct, frozen=True):
    """A build that was worked out: ``plan_build`` makes it, ``build_package`` writes it, commands show it.

    ``count`` says how much of the outlines is taught. ``lock`` is the lock as it stands, ``before`` what
    readers may have, which is newer where git or a backup put an older lock back, and where private text was
    stamped here. ``private`` are the stamps of notes with private text. ``findings_said_once`` are those of
    the findings that come of the comparison with the lock: they are said once. ``asked`` are the files that
    were looked for as media, found or not. ``mark`` is where the mark of this build goes, with
    ``not_in_lock``: the lines of notes that were built here and that the lock lacks. ``drafts`` are the ids
    of notes that readers have and that are drafts now.
    """

    sources: Sources
    count: Count
    lock: Lock
    before: Lock
    shipment: Shipment
    private: Mapping[str, PrivateLine]
    findings: tuple[Finding, ...]
    findings_said_once: tuple[Finding, ...]
    asked: frozenset[str]
    mark: MarkPlace | None = None
    not_in_lock: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()

    def changes(self, chapters: Collection[str] = ()) -> Changes:
        """Return what the build changes for readers: in some chapters alone, if they are named."""
        notes = self.shipment.lines
        if chapters:
            notes = {name: line for name, line in notes.items() if name.partition("/")[0] in chapters}
        after = replace(self.shipment.lock, notes=notes)
        return find_changes(self.before, after, self.shipment.renamed, self.drafts)


def plan_build(
    root: Path,
    request: BuildRequest,
    spool: Spool,
    *,
    changed_files: ChangedFiles | None = None,
    cache: StageCache | None = None,
    keep_sources: bool = True,
    on_file: Callable[[RenderedFile], None] | None = None,
    progress: Progress = no_progress,
) -> Plan:
    """Work out what a build of the project at ``root`` ships.

    Args:
        root: the project's folder.
        request: what the author asks for.
        spool: takes the texts of the notes.
        changed_files: the files to build, if not all.
        cache: of an earlier run; only what changed since is parsed and rendered again.
        keep_sources: whether the plan keeps notes and points as they were read.
        on_file: is given each note file as it was rendered.
        progress: is told of each stage.

    Raises:
        UnknownChapterError: a chapter was asked for that is not there.
        NoSpoolError: the folder for temporary files has no room.
    """
    renderer = ProjectRenderer(
        root,
        with_stories=request.with_stories,
        cache=cache,
        files=changed_files.files if changed_files else None,
        source_hashes=changed_files.source_hashes if changed_files else None,
        progress=progress,
    )
    reader = renderer.reader
    lock, lock_findings, readers = _read_lock(root, reader.settings, request, changed_files, cache)
    options = _options(renderer, request, readers)
    before = with_current_keys(readers.lock, reader.note_types.values())
    private = _read_private(root, request) if request.with_stories and changed_files is None else {}
    fitted = fit_note_types(reader.note_types, before, options)
    layouts = {kind: NoteLayout(shipped, spool, private.keys()) for kind, (shipped, _) in fitted.items()}
    notes, kept = _pack(renderer, layouts, keep_sources=keep_sources, on_file=on_file)
    sources = renderer.sources(kept)
    drafts = [note for note in notes if note.id in renderer.drafts]
    names = {name for draft in drafts for name in (draft.id, *draft.aliases)}
    progress("Comparing with the lock")
    findings = [*renderer.findings(), *lock_findings]
    is_sound = not has_errors((*lock_findings, *readers.findings_said_once))
    is_whole = is_sound and renderer.read_all()
    shipment, more = plan_shipment(
        _shipped(notes, renderer.drafts, options.chapters),
        fitted,
        before,
        options,
        drafts=drafts,
        held=names | renderer.unchanged | renderer.cardless if is_whole else before.notes.keys(),
        spool=spool,
        shipped_texts=partial(earlier_texts, root, before),
    )
    more = more if is_sound else []  # a comparison with a lock that is at fault would mislead
    if any(finding.code is RENAMED_WITHOUT_ALIAS for finding in more):  # its alias is what a story lacks
        findings = [finding for finding in findings if finding.code is not STORY_UNKNOWN]
    news = (*readers.findings_said_once, *built_here_findings(root, shipment.lock, readers), *more)
    findings = [*resolve_offsets(findings, root), *_rendered_anew(shipment), *readers.lasting_findings]
    if private or sources.stories:
        before = with_private_stamps(before, private)
        shipment, private = stamp_private(shipment, private, request.now)
    return Plan(
        sources if keep_sources else sources.slim(),
        sources.coverage.count,
        lock,
        before,
        shipment,
        private,
        in_order((*findings, *news)),
        news,
        renderer.library.asked(),
        readers.mark,
        _not_in_lock(shipment.lock, readers, changed_files),
        tuple(sorted(names & before.notes.keys())),
    )


def _read_lock(
    root: Path,
    settings: Settings,
    request: BuildRequest,
    changed_files: ChangedFiles | None,
    cache: StageCache | None,
) -> tuple[Lock, list[Finding], ReaderState]:
    """Return the lock as it stands, what is wrong with it, and what readers may have."""
    if changed_files:
        lock, findings = parse_lock(changed_files.lock_text, LOCK_FILE, settings.id)
        return lock, findings, ReaderState(lock, mark=changed_files.mark)
    lock, findings = read_lock(root, settings, cache)
    return lock, findings, what_readers_have(root, lock, request, has_errors(findings))


def _not_in_lock(lock: Lock, readers: ReaderState, changed_files: ChangedFiles | None) -> tuple[str, ...]:
    if changed_files:  # where all notes were built, it was worked out
        return read_mark(changed_files.mark.file).not_in_lock if changed_files.mark else ()
    return tuple(format_note(note_id, line) for note_id, line in unknown_to(lock, readers.built_here))


def _pack(
    renderer: ProjectRenderer,
    layouts: Mapping[str, NoteLayout],
    *,
    keep_sources: bool,
    on_file: Callable[[RenderedFile], None] | None,
) -> tuple[tuple[PackedNote, ...], list[Note]]:
    """Render and pack all notes; return them in the order of learning, and as read if asked for."""
    packed: list[PackedNote] = []
    keys = array("q")
    kept: list[Note] = []
    for file in renderer.files():
        packed += [layouts[note.kind].pack(note) for note in file.rendered]
        keys.extend(file.keys)
        if keep_sources:
            kept += file.notes
        if on_file:
            on_file(file)
    return sorted_by(keys, renderer.without_wrong_aliases(packed)), kept


def _options(renderer: ProjectRenderer, request: BuildRequest, readers: ReaderState) -> ShippingOptions:
    reader = renderer.reader
    for chapter in request.chapters:
        if chapter not in reader.chapters:
            known = f"The chapters are {', '.join(reader.chapters) or 'none'}."
            hint = did_you_mean(chapter, reader.chapters, known)
            raise UnknownChapterError(f"There is no chapter `{chapter}`. {hint}")
    return ShippingOptions(
        now=request.now,
        project_name=reader.settings.name,
        decks={
            chapter.id.value: ChapterDeck(chapter.deck, chapter.title.span, chapter.aliases)
            for chapter in reader.chapters.values()
        },
        lock_span=Span(LOCK_FILE),
        retired=reader.settings.words["retired"],
        chapters=set(request.chapters) or None,
        ships_retired=reader.settings.ships_retired,
        allow_schema_change=request.allow_schema_change,
        allow_deck_rename=request.allow_deck_rename,
        refresh=request.refresh,
        description=deck_description(reader.settings),
        named_at=reader.settings.named_at,
        a_day=pace_of_kinds(reader.note_types, reader.settings),
        stamps_elsewhere=readers.stamps_elsewhere,
        other_ids=readers.other_ids,
    )


def _shipped(
    notes: Sequence[PackedNote], drafts: Collection[str], chapters: Collection[str] | None
) -> tuple[PackedNote, ...]:
    """Return the notes that are no drafts and stand in the chapters that are built."""
    return tuple(
        note
        for note in notes
        if note.id not in drafts and (chapters is None or note.id.partition("/")[0] in chapters)
    )


def _rendered_anew(shipment: Shipment) -> list[Finding]:
    ids = shipment.rendered_anew
    if not ids:
        return []
    notes = f"`{ids[0]}` is" if len(ids) == 1 else f"{len(ids)} notes, among them `{ids[0]}`, are"
    message = f"{notes} rendered differently from what readers have ({library_versions()})."
    hint = "No action needed: only new readers get the new look. `deckgen build --refresh` sends it to all."
    return [RENDERED_ANEW.at(Span(LOCK_FILE), message, hint)]


def _read_private(root: Path, request: BuildRequest) -> dict[str, PrivateLine]:
    data, _ = read_file(root, STORIES_LOCK_FILE)
    lines = parse_private((data or b"").decode(errors="replace"))
    if not request.reset_future_stamps:
        return lines
    return {name: replace(line, mod=min(line.mod, request.now.seconds)) for name, line in lines.items()}
