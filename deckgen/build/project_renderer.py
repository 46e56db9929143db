"""The loop of every run: note file by note file, read and rendered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from deckgen.build.exact_places import resolve_offsets
from deckgen.build.project_reader import ProjectReader, Sources, read_lock
from deckgen.coverage.claims import Claims, ClaimScale
from deckgen.coverage.measure import Coverage, CoverageMeter
from deckgen.lint.breaking import broken_cards
from deckgen.model.diagnostics import Finding, has_errors, in_order
from deckgen.model.ids import digest_at
from deckgen.model.notes import Note, PackedNote, RenderedNote, earlier_ids
from deckgen.model.progress import Progress, no_progress
from deckgen.model.stage_cache import StageCache
from deckgen.model.text import Text
from deckgen.model.values import Struct, replace
from deckgen.render.learning_order import LearningOrder
from deckgen.render.renderer import Renderer
from deckgen.source.files import read_file
from deckgen.source.media import MediaLibrary
from deckgen.source.note_files import read_notes
from deckgen.source.project import STORIES_FILE, ProjectFiles

_Item = TypeVar("_Item")


class RenderedFile(NamedTuple):
    """The notes of one file, and those of them that make cards, each with the key that sorts it.

    Notes that are known from the last build are not rendered. ``claims`` says of each other note, by its id,
    which points it teaches.
    """

    path: str
    notes: Sequence[Note]
    claims: Mapping[str, Claims]
    rendered: Sequence[RenderedNote]
    keys: Sequence[int]


def sorted_by(keys: Sequence[int], items: Sequence[_Item]) -> tuple[_Item, ...]:
    """Return the items in the order of their keys; those with equal keys stay in theirs."""
    return tuple([items[index] for index in sorted(range(len(keys)), key=keys.__getitem__)])


class ProjectRenderer:
    """Reads and renders the project at ``root``: first ``files``, then ``sources``, ``findings``.

    Args:
        root: the project's folder.
        with_stories: whether to render the reader's own stories, or the notes as other readers have them.
        cache: of an earlier run; only what changed since is parsed and rendered again.
        files: those to read; all of the project's by default. With fewer, coverage is not measured.
        source_hashes: by the path of a file, the hashes that its notes had of what their authors wrote; those
            that still have them, in their places, are not rendered again.
        progress: is told of each stage.

    ``drafts`` holds the ids of notes that are not to be shipped yet, ``unchanged`` of those that were known;
    ``cardless`` the present and earlier ids of notes that make no card.
    """

    def __init__(
        self,
        root: Path,
        *,
        with_stories: bool = True,
        cache: StageCache | None = None,
        files: ProjectFiles | None = None,
        source_hashes: Mapping[str, bytes] | None = None,
        progress: Progress = no_progress,
    ) -> None:
        self._cache = cache or StageCache(keep=False)
        self._progress = progress
        self._with_stories = with_stories
        self._is_partial = files is not None
        self._findings: list[Finding] = []
        self.reader = ProjectReader(root, self._cache, files, progress)
        chapters = self.reader.chapters.values()
        self._scale = ClaimScale({name: point for one in chapters for name, point in one.points.items()})
        self._meter = None if files else CoverageMeter(self.reader.chapters)
        self.library = self.reader.library
        self.stories: Mapping[str, Text] = {}
        self.drafts: set[str] = set()
        self.unchanged: set[str] = set()
        self.cardless: set[str] = set()
        self._source_hashes = source_hashes or {}

    def files(self) -> Iterator[RenderedFile]:
        """Yield each note file with its notes as rendered."""
        reader = self.reader
        files: Iterable[tuple[str, list[Note]]] = reader.note_files()
        if not self._is_partial and reader.has_stories():
            files = list(files)  # which note a story is of, all notes together tell
            self.stories = reader.stories(note for _, notes in files for note in notes)
        renderer = Renderer(
            chapters=reader.chapters,
            note_types=reader.note_types,
            settings=reader.settings,
            library=self.library,
            cache=self._cache,
        )
        order = LearningOrder(reader.chapters, reader.settings.learn_first)
        for path, notes in files:
            self._progress("Rendering")
            yield self._render(path, notes, renderer, order)

    def _render(
        self, path: str, notes: Sequence[Note], renderer: Renderer, order: LearningOrder
    ) -> RenderedFile:
        stories = self.stories if self._with_stories else {}
        here: list[RenderedNote] = []
        keys: list[int] = []
        all_claims: dict[str, Claims] = {}
        changed: list[Note] = []
        hashes = self._source_hashes.get(path)
        for index, note in enumerate(notes):
            if hashes and digest_at(hashes, index) == bytes.fromhex(renderer.hash_of(note)):
                self.unchanged.add(note.full_id)
                continue
            changed.append(note)
            rendered, findings = renderer.render(note, stories.get(note.full_id))
            cards = len(rendered.cards) if rendered else 0
            claims, more = self._scale.weigh(note, cards)
            self._findings += findings + more
            all_claims[note.full_id] = claims
            if self._meter:
                self._meter.add(note, claims, cards)
            if note.draft:
                self.drafts.add(note.full_id)
            if rendered is not None:
                here.append(rendered)
                keys.append(order.key(note))
            else:
                self.cardless |= {note.full_id, *earlier_ids(note, self.reader.chapters[note.chapter])}
        self._findings += broken_cards(changed, self.reader.note_types, self.reader.settings.lint)
        return RenderedFile(path, notes, all_claims, here, keys)

    def read_all(self) -> bool:
        """Tell whether no error kept a note from being read; one in stories.yaml keeps none."""
        return not has_errors(one for one in self.reader.findings if one.span.path != STORIES_FILE)

    def without_wrong_aliases(self, notes: list[PackedNote]) -> list[PackedNote]:
        """Return the notes without the aliases that name notes which exist: these were reported."""
        wrong = self.reader.ids.wrong_aliases
        if not wrong:
            return notes
        right = ([name for name in note.aliases if (note.id, name) not in wrong] for note in notes)
        return [replace(note, aliases=tuple(names)) for note, names in zip(notes, right, strict=True)]

    def sources(self, notes: Iterable[Note]) -> Sources:
        """Return what was read, with the notes that were kept of it."""
        coverage, findings = self._meter.result() if self._meter else (Coverage(()), [])
        self._findings += findings
        return self.reader.sources(notes, self.stories, coverage)

    def findings(self) -> list[Finding]:
        """Return what was found so far, without exact places."""
        unused = (
            [] if self._is_partial else self.library.findings(all_read=not has_errors(self.reader.findings))
        )
        return [*self.reader.findings, *self._findings, *self.library.risks(), *unused]


class RenderedProject(Struct, frozen=True):
    """A project with all of its notes rendered, in the order in which their cards are to be learnt.

    ``drafts`` are not shipped. ``asked`` are the files that were looked for as media, found or not.
    """

    sources: Sources
    rendered: tuple[RenderedNote, ...]
    drafts: tuple[RenderedNote, ...]
    asked: frozenset[str]


def render_project(
    root: Path, *, with_stories: bool = True, cache: StageCache | None = None
) -> tuple[RenderedProject, tuple[Finding, ...]]:
    """Read and render the project at ``root``, as ``ProjectRenderer`` does, and read its lock.

    Returns:
        The project, and every finding on its files in order, with exact places.
    """
    renderer = ProjectRenderer(root, with_stories=with_stories, cache=cache)
    notes: list[Note] = []
    rendered: list[RenderedNote] = []
    keys: list[int] = []
    for file in renderer.files():
        notes += file.notes
        rendered += file.rendered
        keys += file.keys
    sources = renderer.sources(notes)
    _, lock_findings = read_lock(root, sources.settings, cache)
    in_their_order = sorted_by(keys, rendered)
    drafts = renderer.drafts
    project = RenderedProject(
        sources,
        tuple(note for note in in_their_order if note.id not in drafts),
        tuple(note for note in in_their_order if note.id in drafts),
        renderer.library.asked(),
    )
    return project, in_order(resolve_offsets((*renderer.findings(), *lock_findings), root))


def render_files_only(
    root: Path, paths: Collection[str], sources: Sources, stories: Mapping[str, Text], cache: StageCache
) -> list[RenderedNote]:
    """Render the notes of a few files as they are now, all else taken as it was read last.

    A first look for one who waits, in a few milliseconds; a whole run with the same cache follows and uses
    what was parsed and rendered here.
    """
    chapters = {note.id.path: note.chapter for note in sources.notes if note.id.path in paths}
    notes: list[Note] = []
    for path, chapter in chapters.items():
        data, _ = read_file(root, path)
        notes += cache.get_or_run(path, read_notes, data or b"", path, chapter, sources.note_types)[0]
    renderer = Renderer(
        chapters=sources.chapters,
        note_types=sources.note_types,
        settings=sources.settings,
        library=MediaLibrary(root),
        cache=cache,
    )
    rendered = (renderer.render(note, stories.get(note.full_id))[0] for note in notes)
    return [each for each in rendered if each is not None]
