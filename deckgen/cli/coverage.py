"""``deckgen coverage``: say which points of the outline no note teaches."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deckgen.check.coverage import Coverage, PointCoverage
from deckgen.cli.report import (
    display_path,
    fails,
    format_option,
    plural,
    print_findings,
    print_json,
    project_argument,
    root_of,
)
from deckgen.diagnostics import Severity
from deckgen.pipeline import compile_project


@click.command(name="coverage")
@project_argument
@format_option
@click.option(
    "--fail-under", type=click.IntRange(0, 100), help="Fail if fewer per cent of the points are taught."
)
def command(project: Path, format_: str, fail_under: int | None) -> None:
    """Say which points of PROJECT's outlines no note teaches."""
    root = root_of(project)
    compiled, findings = compile_project(root)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    print_findings(errors, root)
    coverage = compiled.sources.coverage
    if format_ == "json":
        print_json(coverage_to_json(coverage, root))
    else:
        for line in coverage_lines(coverage, root):
            click.echo(line)
    limit = compiled.sources.settings.fail_under if fail_under is None else fail_under
    if coverage.percent < limit:
        click.echo(f"Coverage is {coverage.percent} %, below the {limit} % asked for.", err=True)
        sys.exit(1)
    sys.exit(1 if fails(errors, strict=False) else 0)


def coverage_lines(coverage: Coverage, root: Path) -> list[str]:
    """Return the coverage of each section, what is missing with its place, and the sum."""
    lines = []
    sections: dict[tuple[str, str], list[PointCoverage]] = {}
    for point in coverage.points:
        sections.setdefault((point.chapter.id.value, point.section.id.value), []).append(point)
    width = max((len(f"{chapter}/{section}") for chapter, section in sections), default=0)
    for (chapter, section), points in sections.items():
        taught = sum(point.is_taught for point in points)
        lines.append(f"{f'{chapter}/{section}':<{width}}  {taught:>3} of {len(points):>3}")
        lines += [f"  {_missing(point, root)}" for point in points if not point.is_taught]
    total = f"{coverage.taught} of {plural(len(coverage.points), 'point')} taught ({coverage.percent} %)"
    return [*lines, total]


def _missing(point: PointCoverage, root: Path) -> str:
    span = point.point.id.span
    place = f"{display_path(root, span.path)}:{span.line}"
    needs = f" (needs {', '.join(point.missing_kinds)})" if point.missing_kinds else ""
    return f"missing: {point.point.id.value}{needs}  {place}"


def coverage_to_json(coverage: Coverage, root: Path) -> dict[str, object]:
    """Return the coverage for ``--format json``."""
    return {
        "points": len(coverage.points),
        "taught": coverage.taught,
        "percent": coverage.percent,
        "coverage": [
            {
                "point": point.full_id,
                "text": point.point.text.value,
                "taught": point.is_taught,
                "needs": list(point.point.needs),
                "missing": list(point.missing_kinds),
                "notes": {kind: list(ids) for kind, ids in point.notes.items()},
                "path": display_path(root, point.point.id.span.path),
                "line": point.point.id.span.line,
            }
            for point in coverage.points
        ],
    }
