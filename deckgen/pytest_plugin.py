"""The pytest plugin: each point of each outline is a test, and so is each source file.

pytest finds it through the entry point ``pytest11`` (docs.pytest.org, "Making your plugin installable
by others"). It is imported wherever deckgen is installed, so the rest of deckgen is imported only
once a project is met.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from deckgen.build.plan import Plan
    from deckgen.coverage.idle_notes import IdleNotes
    from deckgen.coverage.measure import PointCoverage
    from deckgen.model.diagnostics import Finding
    from deckgen.model.notes import Note

_SETTINGS_FILE = "deckgen.yaml"  # source.project's, whose import would cost every test run


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options: one to leave deckgen out, one to be strict."""
    group = parser.getgroup("deckgen", "deckgen: outlines and notes as tests")
    group.addoption("--no-deckgen", action="store_true", help="Collect no outlines and notes.")
    group.addoption("--deckgen-idle", action="store_true", help="Let notes pass that cover no point.")
    parser.addini("deckgen_idle", "Let notes pass that cover no point.", type="bool", default=False)
    group.addoption(
        "--deckgen-notes", action="store_true", help="Make each note a test, not just the failing."
    )
    parser.addini("deckgen_notes", "Make each note a test, not just the failing.", type="bool", default=False)
    group.addoption("--deckgen-strict", action="store_true", help="Let warnings fail a file's check.")
    parser.addini("deckgen", "Collect outlines and notes.", type="bool", default=True)
    parser.addini("deckgen_strict", "Let warnings fail a file's check.", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker by which ``-m`` finds deckgen's tests."""
    config.addinivalue_line("markers", "deckgen: a point of an outline, or the check of a source file.")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SourceFile | None:
    """Collect each YAML file that lies in a project."""
    config = parent.config
    if file_path.suffix not in (".yaml", ".yml") or config.getoption("no_deckgen"):
        return None
    projects = config.stash.setdefault(_PROJECTS, {})
    project = _project_of(file_path.parent, projects) if config.getini("deckgen") else None
    return SourceFile.from_parent(parent, path=file_path, project=project) if project else None


class Project:
    """A project met in this run, checked once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def plan(self) -> Plan:
        from deckgen.build.plan import BuildRequest, plan_build  # noqa: PLC0415 - not without a project
        from deckgen.lock.stamps import BuildTime  # noqa: PLC0415 - as above
        from deckgen.package.spool import Spool  # noqa: PLC0415 - as above

        with Spool() as spool:
            return plan_build(self.root, BuildRequest(BuildTime(time.time_ns() // 1_000_000)), spool)

    @cached_property
    def files(self) -> frozenset[str]:
        """The files whose faults are their own; those of all others count as the project's."""
        from deckgen.source.project import SETTINGS_FILE, STORIES_FILE, list_files  # noqa: PLC0415 - as above

        listed = list_files(self.root)
        notes = (path for paths in listed.notes.values() for path in paths)
        return frozenset((SETTINGS_FILE, STORIES_FILE, *listed.outlines, *notes, *listed.stray))

    def findings_of(self, path: str) -> Iterator[Finding]:
        """Yield what is wrong with a file; with deckgen.yaml come the lock, the media, the note types.

        What the points lack is left out: each has a test of its own.
        """
        from deckgen.coverage.measure import OF_POINTS  # noqa: PLC0415 - as above

        for finding in self.plan.findings:
            home = finding.span.path if finding.span.path in self.files else _SETTINGS_FILE
            if home == path and finding.code not in OF_POINTS:
                yield finding

    def points_of(self, path: str) -> Iterator[PointCoverage]:
        """Yield the points of an outline."""
        for point in self.plan.sources.coverage.points:
            if point.point.id.path == path:
                yield point

    def notes_of(self, path: str, *, all_notes: bool) -> Iterator[Note]:
        """Yield the notes of a file that cover nothing, or all; drafts aside, if their chapter has points."""
        sources = self.plan.sources
        for note in sources.notes if all_notes else sources.coverage.idle:
            if note.id.path == path and not note.draft and sources.chapters[note.chapter].points:
                yield note

    @cached_property
    def idle_notes(self) -> IdleNotes:
        """The notes that cover nothing, with the points that they are about."""
        from deckgen.coverage.idle_notes import IdleNotes  # noqa: PLC0415 - as above

        return IdleNotes(self.plan.sources.coverage)

    def unread_in(self, folder: str) -> list[Finding]:
        """Return the errors of the note files in a folder of which not one note could be read."""
        from deckgen.model.diagnostics import Severity  # noqa: PLC0415 - as above

        sources = self.plan.sources
        unread = set(sources.files.notes.get(folder, ())) - {
            note.id.path for note in sources.notes if not note.is_faulty
        }
        errors = (finding for finding in self.plan.findings if finding.severity is Severity.ERROR)
        return [finding for finding in errors if finding.span.path in unread]


_PROJECTS = pytest.StashKey[dict[Path, Project | None]]()


def _project_of(folder: Path, projects: dict[Path, Project | None]) -> Project | None:
    """Return the project that a folder lies in; each folder is looked at once in a run."""
    if folder not in projects:
        if (folder / _SETTINGS_FILE).is_file():
            projects[folder] = Project(folder)
        else:
            above = folder.parent
            projects[folder] = None if above == folder else _project_of(above, projects)
    return projects[folder]


class SourceFile(pytest.File):
    """A source file of a project: its check, and its points if it is an outline.

    The check is a test whether or not it fails, so that ``--lf`` finds it again once it is mended,
    and a report shows that the file was looked at.
    """

    def __init__(self, *, project: Project, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.project = project
        self.place = self.path.relative_to(project.root).as_posix()
        self.add_marker("deckgen")

    def collect(self) -> Iterable[pytest.Item]:
        """Yield the file's tests, the check first."""
        if self.place in self.project.files:
            yield CheckItem.from_parent(self, name="check")
        for point in self.project.points_of(self.place):
            yield PointItem.from_parent(self, name=point.local_id, point=point)
        if self.config.getoption("deckgen_idle") or self.config.getini("deckgen_idle"):
            return
        all_notes = bool(self.config.getoption("deckgen_notes") or self.config.getini("deckgen_notes"))
        for note in self.project.notes_of(self.place, all_notes=all_notes):
            name = note.id.value if note.id.value != "check" else f"{note.kind}/check"
            yield NoteItem.from_parent(self, name=name, note=note)


class Faults(Exception):  # noqa: N818 - never seen: its text is what the report shows
    """What a test found."""


class _Item(pytest.Item):
    """A test that reports places in sources, never in Python."""

    parent: SourceFile
    line = 1

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the text of the faults alone."""
        if isinstance(excinfo.value, Faults):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the place in the sources and a heading; pytest counts lines from 0.

        Were the heading the end of the test's name, ``-v`` would print the dot in it as ``::``.
        """
        return self.path, self.line - 1, f"{self.parent.name}: {self.name}"

    def finding_lines(self, findings: Iterable[Finding]) -> Iterator[str]:
        """Yield each finding as ``deckgen check`` prints it."""
        from deckgen.source.files import hint_here  # noqa: PLC0415 - a project was met

        for finding in findings:
            span = finding.span
            place = f"{self.path_here(span.path)}:{span.line}:{span.column}"
            yield f"{place}: {finding.severity} {finding.code.name} {finding.message}"
            yield f"    {hint_here(finding.hint, self.parent.project.root)}"

    def path_here(self, path: str) -> str:
        """Return a path of the project as one would type it where pytest was started."""
        return os.path.relpath(self.parent.project.root / path, self.config.invocation_params.dir)


class CheckItem(_Item):
    """What ``deckgen check`` says of one file: errors fail it, with ``deckgen_strict`` warnings too."""

    def runtest(self) -> None:
        """Fail if the file has a fault that counts."""
        from deckgen.model.diagnostics import Severity  # noqa: PLC0415 - the project was met

        strict = self.config.getoption("deckgen_strict") or self.config.getini("deckgen_strict")
        limit = Severity.WARNING if strict else Severity.ERROR
        findings = self.parent.project.findings_of(self.parent.place)
        faults = [finding for finding in findings if finding.severity >= limit]
        if faults:
            raise Faults("\n".join(self.finding_lines(faults)))


class NoteItem(_Item):
    """A note, which fails if it covers nothing, and so teaches nothing that its chapter asks for."""

    def __init__(self, *, note: Note, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.note = note
        self.line = note.id.line

    def runtest(self) -> None:
        """Fail, with the points to name in ``covers``, if there are none."""
        if not self.note.covers:
            raise Faults("\n".join(self._lines()))

    def _lines(self) -> Iterator[str]:
        span = self.note.id.span
        yield f"The note `{self.note.full_id}` covers no point of the outline."
        yield f"  {self.path_here(span.path)}:{span.line}:{span.column}"
        near = self.parent.project.idle_notes.points_near(self.note)
        if near:
            yield "Give it the one of these that it teaches:\n"
            yield from (f"    covers: [{name}]  # {label}" for name, label in near.items())
        else:
            yield "  Add `covers: [section/point]`, or the point to the outline."


class PointItem(_Item):
    """A point of an outline, which passes once it is taught."""

    def __init__(self, *, point: PointCoverage, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.point = point
        self.line = point.point.id.line

    def runtest(self) -> None:
        """Fail, with a note to fill in, if the point is not taught."""
        if not self.point.is_taught:
            raise Faults("\n".join(self._lines()))

    def _lines(self) -> Iterator[str]:
        """Yield what the point lacks, where it stands, and what to write."""
        from deckgen.coverage.measure import point_findings  # noqa: PLC0415 - the project was met
        from deckgen.coverage.stubs import stub_notes, wanted_kinds  # noqa: PLC0415 - as above

        for finding in point_findings(self.point):
            span = finding.span
            yield finding.message
            yield f"  {self.path_here(span.path)}:{span.line}:{span.column}"
            yield f"  {finding.hint}"
        unread = self.parent.project.unread_in(self.point.chapter.folder)
        if unread:
            yield "It may be taught in a file that cannot be read. Fix that first:\n"
            yield from self.finding_lines(unread)
            return
        yield from self._idle_lines()
        sources, chapter = self.parent.project.plan.sources, self.point.chapter
        yield f"A note to fill in, for a file in {self.path_here(chapter.folder)}:\n"
        kinds = wanted_kinds(self.point, sources.note_types)
        yield stub_notes([(self.point, kinds)], sources.note_types, sources.note_ids(chapter.id.value))

    def _idle_lines(self) -> Iterator[str]:
        """Yield the notes that may teach the point already, and only do not say so."""
        for note in self.parent.project.idle_notes.notes_near(self.point):
            span, covers = note.id.span, f"`covers: [{self.point.local_id}]`"
            yield f"`{note.kind}/{note.id.value}` covers nothing yet: if it teaches this, add {covers}."
            yield f"  {self.path_here(span.path)}:{span.line}:{span.column}"
