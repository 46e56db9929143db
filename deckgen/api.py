"""deckgen from Python: load a project, check it, measure its coverage, render its notes, build its package.

Nothing here prints or ends the process. Faults of a project are returned as findings; an exception means
that a function could not do its work.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from deckgen.build.lint_run import lint_sources
from deckgen.build.plan import BuildRequest, Plan, UnknownChapterError, plan_build
from deckgen.build.project_renderer import render_project
from deckgen.build.run import build_package as run_build
from deckgen.build.run import keep_others_out
from deckgen.coverage.measure import Count, Coverage, PointCoverage
from deckgen.lock.changes import Changes, TypeChange
from deckgen.lock.stamps import EARLIEST, LATEST, BuildTime
from deckgen.model.diagnostics import Code, Finding, Severity, Span, in_order
from deckgen.model.note_type import CardDefinition, FieldDefinition, NoteType
from deckgen.model.notes import MediaFile, MediaUnreadableError, Note, RenderedNote
from deckgen.model.outline import Chapter, Point, Section
from deckgen.model.settings import Settings
from deckgen.model.text import Text
from deckgen.model.values import Struct
from deckgen.package.spool import Spool
from deckgen.package.write import outdated_locks
from deckgen.source.files import unreadable
from deckgen.source.folders import LOCK_FILE, STORIES_LOCK_FILE
from deckgen.source.project import SETTINGS_FILE, find_root

__all__ = [
    "BuildError",
    "CardDefinition",
    "Changes",
    "Chapter",
    "Code",
    "Count",
    "Coverage",
    "DeckgenError",
    "FieldDefinition",
    "Finding",
    "MediaFile",
    "Note",
    "NoteType",
    "Package",
    "Point",
    "PointCoverage",
    "Project",
    "ProjectNotFoundError",
    "RenderedNote",
    "Section",
    "Settings",
    "Severity",
    "Span",
    "Text",
    "TypeChange",
    "build_package",
    "check_project",
    "load_project",
]


class DeckgenError(Exception):
    """The base of the errors that deckgen raises; the message is a sentence for the user."""


class ProjectNotFoundError(DeckgenError):
    """There is no ``deckgen.yaml`` in the folder, nor in one above it."""


class BuildError(DeckgenError):
    """A build was refused, and nothing was written. ``findings`` are those of the project, if it was read."""

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


class Project(Struct, frozen=True):
    """A project as read from its files.

    Attributes:
        root: the project's folder.
        settings: what deckgen.yaml says.
        note_types: by kind (``concepts``), the built-in ones among them.
        chapters: by id (``ch36``).
        notes: as written, file by file.
        rendered: the notes as HTML, by full id (``ch36/blast-radius``), in the order in which their cards are
            learnt, drafts last. One that has an error, or makes no card, is left out.
        coverage: which points of the outlines are taught.
        findings: on the files. ``check_project`` adds those of the lint rules and of the comparison with the
            lock.
    """

    root: Path
    settings: Settings
    note_types: Mapping[str, NoteType]
    chapters: Mapping[str, Chapter]
    notes: tuple[Note, ...]
    rendered: Mapping[str, RenderedNote]
    coverage: Coverage
    findings: tuple[Finding, ...]


class Package(Struct, frozen=True):
    """A package that was written.

    Attributes:
        path: the file; relative to the current folder where no ``output`` was given.
        size: of the file, in bytes.
        changes: what it changes for readers of the last package.
        findings: warnings and remarks on the project, without those of the lint rules.
    """

    path: Path
    size: int
    changes: Changes
    findings: tuple[Finding, ...]


def load_project(folder: str | Path, *, with_stories: bool = True) -> Project:
    """Read the project that ``folder`` lies in, render its notes and measure its coverage.

    Args:
        folder: the project's folder, or one below it.
        with_stories: whether to render the reader's own stories (``stories.yaml``).

    Raises:
        ProjectNotFoundError: there is none.
    """
    root = _root(folder)
    project, findings = render_project(root, with_stories=with_stories)
    sources = project.sources
    return Project(
        root,
        sources.settings,
        MappingProxyType(sources.note_types),
        MappingProxyType(sources.chapters),
        sources.notes,
        MappingProxyType({note.id: note for note in (*project.rendered, *project.drafts)}),
        sources.coverage,
        findings,
    )


def check_project(folder: str | Path, *, now: datetime | None = None) -> tuple[Finding, ...]:
    """Return everything that is wrong with a project, as ``deckgen check`` reports it.

    Args:
        folder: the project's folder, or one below it.
        now: the time at which it would be built; the present by default.

    Raises:
        ProjectNotFoundError: there is none.
    """
    with Spool() as spool:
        plan = plan_build(_root(folder), BuildRequest(_build_time(now)), spool)
    return in_order((*plan.findings, *lint_sources(plan.sources)[0]))


def build_package(
    folder: str | Path,
    output: str | Path | None = None,
    *,
    now: datetime | None = None,
    chapters: str | Collection[str] = (),
    with_stories: bool = True,
    frozen: bool = False,
    allow_schema_change: bool = False,
    allow_deck_rename: bool = False,
    refresh: bool = False,
    retire_built: bool = False,
    start_anew: bool = False,
    reset_future_stamps: bool = False,
    keep_future_stamps: bool = False,
) -> Package:
    """Build a project: write its package, and the lock that says what readers have.

    Args:
        folder: the project's folder, or one below it.
        output: the package to write; ``build/<project id>.apkg`` in the project by default, with the
            names of ``chapters`` before the ending if there are any.
        now: the time of the build, which changed notes are stamped with; the present by default. Without a
            time zone it is local time.
        chapters: the id of a chapter to build, or several; all by default.
        with_stories: whether the reader's own stories go in.
        frozen: write the package alone; refuse where `deckgen.lock` or `stories.lock` would change.
        allow_schema_change: let a note type outgrow its spare slots.
        allow_deck_rename: ship a deck under its new name.
        refresh: send what only a newer library renders in another way.
        retire_built: retire notes that were built here and are gone, as readers may have them.
        start_anew: forget all earlier builds, for a deck that nobody has.
        reset_future_stamps: put stamps of a clock that was ahead back, for a package that nobody was given.
        keep_future_stamps: stamp changes above those of a clock that was ahead, for what readers have.

    Raises:
        ProjectNotFoundError: there is none.
        BuildError: there are errors, a frozen build would change a lock, or an argument cannot be met.
        OSError: a file cannot be written; the earlier package and lock are left as they were.
    """
    file = None if output is None else Path(output)
    if file is not None and file.suffix != ".apkg":
        raise BuildError(f"`{output}` does not end in .apkg.")
    if reset_future_stamps and keep_future_stamps:
        raise BuildError("Either reset or keep the stamps that lie in the future, not both.")

    def check(plan: Plan) -> None:
        errors = sum(finding.severity is Severity.ERROR for finding in plan.findings)
        if errors:
            count = "1 error" if errors == 1 else f"{errors} errors"
            raise BuildError(f"{count}: nothing was written.", plan.findings)
        locks = plan.sources.root / LOCK_FILE, plan.sources.root / STORIES_LOCK_FILE
        if frozen and (outdated := outdated_locks(plan.shipment, plan.private, *locks)):
            names = " and ".join(file.name for file in outdated)
            raise BuildError(f"Not up to date with the sources: {names}.", plan.findings)

    root = _root(folder)
    with keep_others_out(root):
        request = BuildRequest(
            _build_time(now),
            chapters=(chapters,) if isinstance(chapters, str) else chapters,
            with_stories=with_stories,
            allow_schema_change=allow_schema_change,
            allow_deck_rename=allow_deck_rename,
            refresh=refresh,
            retire_built=retire_built,
            start_anew=start_anew,
            reset_future_stamps=reset_future_stamps,
            keep_future_stamps=keep_future_stamps,
        )
        try:
            built = run_build(root, file, request, on_plan=check)
        except UnknownChapterError as error:
            raise BuildError(str(error)) from None
        except MediaUnreadableError as error:
            finding = unreadable("The file", Span(str(error.filename)), error)
            raise BuildError("1 error: nothing was written.", (finding,)) from None
    plan = built.plan
    changes = plan.changes()
    return Package(built.output, built.size, changes, plan.findings)


def _root(folder: str | Path) -> Path:
    root = find_root(Path(folder)) if Path(folder).exists() else None
    if root is None:
        raise ProjectNotFoundError(f"There is no {SETTINGS_FILE} in {folder}, nor in a folder above it.")
    return root


def _build_time(now: datetime | None) -> BuildTime:
    now = datetime.now(UTC) if now is None else now
    if not isinstance(now, datetime):
        raise TypeError(f"`now` must be a datetime, not {now!r}.")
    seconds = now.timestamp()
    if not EARLIEST <= seconds <= LATEST:
        raise BuildError(f"A deck cannot be built at {now}: the year must be from 2002 to 2241.")
    return BuildTime(int(seconds * 1000))
