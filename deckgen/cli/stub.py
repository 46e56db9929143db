"""``deckgen stub``: print notes to fill in for points that no note teaches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import click

from deckgen.build.project_reader import Sources
from deckgen.build.project_renderer import render_project
from deckgen.cli import candidates
from deckgen.cli.documented import Documented
from deckgen.cli.output import display_path, echo, plural, print_findings, project_option, root_of, say
from deckgen.cli.progress_line import shows
from deckgen.cli.terminal import one_line, visible
from deckgen.coverage.measure import PointCoverage
from deckgen.coverage.stubs import stub_notes, wanted_kinds
from deckgen.model.diagnostics import Severity, did_you_mean


@click.command(
    name="stub",
    cls=Documented,
    examples={
        "deckgen stub > ch05/new.yaml": "Write notes for all points that no note teaches.",
        "deckgen stub files --kind concepts": "Print concepts for the points of a section.",
    },
)
@project_option
@click.argument("points", metavar="[POINT]...", nargs=-1, shell_complete=candidates.points)
@click.option(
    "--kind",
    metavar="KIND",
    shell_complete=candidates.kinds,
    help="The kind of note to write, also for points that are taught.",
)
def command(points: tuple[str, ...], project: Path, kind: str | None) -> None:
    """Print notes to fill in for the POINTs that no note teaches, as YAML to paste into a note file.

    A POINT is a point (ownership/end-to-end), a section, a chapter, or a pattern in quotes ('ch36/*',
    'ownership/*', 'ch36/*/strong-*'). Without one, all points are meant.
    """
    root = root_of(project)
    with shows("Reading"):
        rendered, findings = render_project(root)
    sources = rendered.sources
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    print_findings(errors, root)
    if kind is not None and kind not in sources.note_types:
        hint = did_you_mean(kind, sources.note_types, f"The kinds are {', '.join(sources.note_types)}.")
        raise click.BadParameter(f"There is no kind `{kind}`. {hint}", param_hint="--kind")
    chosen = _chosen(points, sources.coverage.points)
    wanted = [(point, (kind,) if kind else wanted_kinds(point, sources.note_types)) for point in chosen]
    missing = [(point, kinds) for point, kinds in wanted if kinds]
    stubs = {one_line(display_path(root, at)): notes for at, notes in _stubs(missing, sources).items()}
    texts = (f"# For a note file in {at}/: fill in what is empty.\n{notes}" for at, notes in stubs.items())
    echo(visible("---\n".join(texts)))
    if errors:
        say("Fix the errors first: until then, points may seem to have no note.", err=True)
    elif not points and not missing:
        say("Every point is taught.", err=True)
    elif points and len(missing) < len(wanted):
        count = plural(len(wanted) - len(missing), "point")
        say(f"{count} taught already: `--kind` writes notes for taught points too.", err=True)
    sys.exit(1 if errors else 0)


def _chosen(names: Sequence[str], points: Sequence[PointCoverage]) -> list[PointCoverage]:
    """Return the points that the names mean, in the outlines' order.

    A name that means none ends the command with exit code 2.
    """
    chosen: set[str] = set()
    for name in names:
        pattern = name.rstrip("/").split("/")
        found = _found(pattern, points, _names) or _found(pattern, points, _section_names)
        if not found:
            known = [
                part for point in points for part in (point.local_id, point.full_id, point.section.id.value)
            ]
            hint = did_you_mean(name, known, "`deckgen coverage --all` lists the points.")
            raise click.BadParameter(f"No point is called `{name}`. {hint}", param_hint="POINT")
        chosen |= found
    return [point for point in points if not names or point.full_id in chosen]


def _found(
    pattern: Sequence[str],
    points: Iterable[PointCoverage],
    names_of: Callable[[PointCoverage], Iterable[str]],
) -> set[str]:
    return {
        point.full_id
        for point in points
        if any(_matches(name.split("/"), pattern) for name in names_of(point))
    }


def _names(point: PointCoverage) -> Iterable[str]:
    return point.chapter.id.value, point.section.id.value, point.local_id, point.full_id


def _section_names(point: PointCoverage) -> Iterable[str]:
    """Return the section as ``chapter/section``: meant only where no ``section/point`` is so called."""
    return (f"{point.chapter.id.value}/{point.section.id.value}",)


def _matches(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    """Match part by part: a `*` stands for no `/`, as in a shell."""
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))


def untaught_stubs(root: Path) -> dict[str, str]:
    """Return stubs for what no note of the project at ``root`` teaches, by the folder of the chapter."""
    sources = render_project(root)[0].sources
    points = [(point, wanted_kinds(point, sources.note_types)) for point in sources.coverage.points]
    return _stubs([(point, kinds) for point, kinds in points if kinds], sources)


def _stubs(wanted: Iterable[tuple[PointCoverage, Sequence[str]]], sources: Sources) -> dict[str, str]:
    """Return notes by the folder of their chapter, to which a note belongs that stands there."""
    chapters: dict[str, list[tuple[PointCoverage, Sequence[str]]]] = {}
    for point, kinds in wanted:
        chapters.setdefault(point.chapter.id.value, []).append((point, kinds))
    return {
        points[0][0].chapter.folder: stub_notes(points, sources.note_types, sources.note_ids(name))
        for name, points in chapters.items()
    }
