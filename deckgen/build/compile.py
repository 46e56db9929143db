"""The way through: a project's files in, what Anki shall have and every finding out.

Each stage is called here and nowhere else. Nothing is printed or written.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from deckgen.build.sources import Reading, Sources
from deckgen.coverage.measure import Count
from deckgen.lock.build_options import BuildOptions
from deckgen.lock.deck_names import ChapterDeck
from deckgen.lock.locked import Lock
from deckgen.lock.read import parse_lock
from deckgen.lock.stamps import BuildTime
from deckgen.model.diagnostics import Finding, Span, exact_spans, has_errors, in_order
from deckgen.model.notes import Note, RenderedNote
from deckgen.model.progress import Tell, tell_nobody
from deckgen.model.settings import Settings
from deckgen.model.spool import NoteStore, Rendered
from deckgen.model.stage_cache import Memory
from deckgen.model.text import Edit, Text
from deckgen.model.values import Struct, replace
from deckgen.package.plan import Shipment, prepare_shipment
from deckgen.package.private import PrivateLine, parse_private, stamp_private
from deckgen.render.learning_order import LearningOrder
from deckgen.render.renderer import Renderer
from deckgen.source.files import read_file
from deckgen.source.folders import LOCK_FILE, STORIES_LOCK_FILE
from deckgen.source.media import MediaLibrary
from deckgen.source.note_files import read_notes
from deckgen.yaml.nodes import decode

Take = Callable[[str, Collection[Note], Collection[RenderedNote]], None]


class Compiled(Struct, frozen=True):
    """A project as rendered, ready to be shipped unless a finding is an error.

    ``drafts`` are rendered too, for a preview, and not shipped.
    ``asked`` are the files that were looked for as media, found or not.
    ``held`` are the full ids of notes that are neither shipped nor gone: drafts, and where something could
    not be read every note that was ever shipped. ``private`` are the stamps of notes with private text.
    ``count`` tells how much of the sources' outlines is taught.
    """

    sources: Sources
    count: Count
    rendered: tuple[Rendered, ...]
    held: Collection[str]
    lock: Lock
    private: Mapping[str, PrivateLine]
    drafts: tuple[Rendered, ...] = ()
    asked: frozenset[str] = frozenset()


def compile_project(
    root: Path,
    *,
    with_stories: bool = True,
    memory: Memory | None = None,
    keeps_sources: bool = True,
    take: Take | None = None,
    store: NoteStore | None = None,
    tell: Tell = tell_nobody,
) -> tuple[Compiled, tuple[Finding, ...]]:
    """Read and render the project at ``root``, file by file.

    Args:
        root: the project's folder.
        with_stories: whether to render it with the reader's stories, or as another reader would have it.
        memory: of an earlier time; only what changed since is parsed and rendered again.
        keeps_sources: whether its notes and points are wanted as they were read, too.
        take: is given the path of each note file, its notes, and what they were rendered to.
        store: for the rendered notes, so that they need little memory until they are written.
        tell: is told of each stage.

    Returns:
        The project rendered, and every finding in order, with exact places. If one is an error, what
        was rendered lacks the notes that could not be.
    """
    memory = memory or Memory(keeps=False)
    reading = Reading(root, memory, tell)
    files: Iterable[tuple[str, list[Note]]] = reading.note_files()
    stories: Mapping[str, Text] = {}
    if reading.has_stories():
        files = list(files)
        stories = reading.stories(note for _, notes in files for note in notes)
    library = MediaLibrary(root)
    rendering = _Rendering(reading, library, stories if with_stories else {}, memory)
    kept: list[Note] = []
    for path, notes in files:
        tell("Rendering")
        rendered = rendering.add(notes)
        if keeps_sources:
            kept += notes
        if take:
            take(path, notes, rendered)
        rendering.keep(map(store.keep, rendered) if store else rendered)
    sources = reading.sources(kept, stories)
    findings = [*reading.findings, *rendering.findings, *library.findings()]
    tell("Comparing with the lock")
    lock, more = _read_lock(root, sources.settings, memory)
    findings += more
    drafts = rendering.drafts
    in_their_order = rendering.in_order()
    compiled = Compiled(
        sources if keeps_sources else sources.slim(),
        sources.coverage.count,
        tuple(note for note in in_their_order if note.id not in drafts),
        lock.notes.keys() if has_errors(findings) else drafts,
        lock,
        _read_private(root) if with_stories else {},
        tuple(note for note in in_their_order if note.id in drafts),
        library.asked(),
    )
    return compiled, in_order(resolve_offsets(findings, root))


class _Rendering:
    """The notes rendered so far, and what sorts each of them into its place."""

    def __init__(
        self, reading: Reading, library: MediaLibrary, stories: Mapping[str, Text], memory: Memory
    ) -> None:
        self.findings: list[Finding] = []
        self.drafts: set[str] = set()
        self._stories = stories
        self._renderer = Renderer(
            chapters=reading.chapters,
            note_types=reading.note_types,
            settings=reading.settings,
            library=library,
            memory=memory,
        )
        self._order = LearningOrder(reading.chapters, reading.settings.learn_first)
        self._rendered: list[Rendered] = []
        self._keys = array("q")

    def add(self, notes: Iterable[Note]) -> list[RenderedNote]:
        """Render notes; return those that make cards."""
        here: list[RenderedNote] = []
        for note in notes:
            rendered, findings = self._renderer.render(note, self._stories.get(note.full_id))
            self.findings += findings
            if note.draft:
                self.drafts.add(note.full_id)
            if rendered is not None:
                here.append(rendered)
                self._keys.append(self._order.key(note))
        return here

    def keep(self, rendered: Iterable[Rendered]) -> None:
        """Take the notes that were just rendered, as they shall be held."""
        self._rendered += rendered

    def in_order(self) -> list[Rendered]:
        """Return all in the order in which their cards shall be learnt."""
        keys = self._keys
        return [self._rendered[place] for place in sorted(range(len(keys)), key=keys.__getitem__)]


def glance(
    root: Path, paths: Collection[str], sources: Sources, stories: Mapping[str, Text], memory: Memory
) -> list[RenderedNote]:
    """Render the notes of a few files as they are now, all else taken as it was read last.

    A first look for one who waits, in a few milliseconds; ``compile_project`` with the same memory follows
    and uses what was parsed and rendered here.
    """
    chapters = {note.id.path: note.chapter for note in sources.notes if note.id.path in paths}
    notes: list[Note] = []
    for path, chapter in chapters.items():
        data, _ = read_file(root, path)
        notes += memory.recall(path, read_notes, data or b"", path, chapter, sources.note_types)[0]
    renderer = Renderer(
        chapters=sources.chapters,
        note_types=sources.note_types,
        settings=sources.settings,
        library=MediaLibrary(root),
        memory=memory,
    )
    rendered = (renderer.render(note, stories.get(note.full_id))[0] for note in notes)
    return [each for each in rendered if each is not None]


def _read_lock(root: Path, settings: Settings, memory: Memory) -> tuple[Lock, list[Finding]]:
    if not settings.id:  # without its own name a project cannot tell its lock from another's
        return Lock(""), []
    if not os.path.lexists(root / LOCK_FILE):
        return Lock(settings.id), []
    data, findings = read_file(root, LOCK_FILE)
    text, more = decode(data or b"", LOCK_FILE)
    findings += more
    if data is None or text is None:
        return Lock(settings.id), findings
    lock, more = memory.recall(LOCK_FILE, parse_lock, text, LOCK_FILE, settings.id)
    return lock, findings + more


def _read_private(root: Path) -> dict[str, PrivateLine]:
    data, _ = read_file(root, STORIES_LOCK_FILE)
    return parse_private((data or b"").decode(errors="replace"))


def resolve_offsets(findings: Iterable[Finding], root: Path) -> list[Finding]:
    """Give each finding its exact line and column, which takes reading its file again.

    A file that can no longer be read is a finding of its own; what was found in it is reported at the start
    of the text in question.
    """
    findings = list(findings)
    asked: dict[str, list[Span]] = {}
    for finding in findings:
        if finding.span.nth:
            asked.setdefault(finding.span.path, []).append(finding.span)
    exact: dict[Span, Span] = {}
    for path, spans in asked.items():
        data, unreadable = read_file(root, path)
        findings += unreadable
        source, _ = decode(data or b"", path)
        exact |= exact_spans(spans, (source or "").split("\n"))
    return [replace(each, span=exact[each.span]) if each.span.nth else each for each in findings]


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
    from deckgen.lint.engine import lint  # noqa: PLC0415 - a build needs no rules

    report = lint(
        sources.notes,
        note_types=sources.note_types,
        chapters=sources.chapters,
        settings=sources.settings,
        select=select,
        ignore=ignore,
        after_fix=after_fix,
    )
    return in_order(resolve_offsets(report.findings, sources.root)), report.edits


def mend_sources(root: Path, edits: Iterable[Edit]) -> tuple[int, list[Finding]]:
    """Make the edits in the files of the project at ``root``.

    Returns:
        How many were made, and the files that can no longer be read.

    Raises:
        OSError: a file cannot be written.
    """
    from deckgen.lint.fix import mend  # noqa: PLC0415 - few runs mend
    from deckgen.package.write import replace_text  # noqa: PLC0415

    made = 0
    findings: list[Finding] = []
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.text.path, []).append(edit)
    for path, here in sorted(by_path.items()):
        data, more = read_file(root, path)
        findings += more
        if data is None:
            continue
        mended = mend(data.decode(), path, here)
        if mended.made:
            replace_text(root / path, mended.source)
            made += len(mended.made)
    return made, findings


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
    rendered = compiled.rendered
    if chapters is not None:
        rendered = tuple(note for note in rendered if _chapter(note.id) in chapters)
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
    if not (compiled.private or sources.stories):
        return shipment, {}, findings
    shipment, private = stamp_private(shipment, compiled.private, request.now)
    return shipment, private, findings


def _chapter(note_id: str) -> str:
    return note_id.partition("/")[0]
