"""``deckgen coverage``: say which points of the outline no note teaches."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import click

from deckgen.build.project_reader import input_files
from deckgen.build.project_renderer import render_project
from deckgen.cli.documented import Documented
from deckgen.cli.named_path import NamedPath
from deckgen.cli.one_of import OneOf
from deckgen.cli.output import display_path, echo, print_findings, project_argument, root_of, say, stop
from deckgen.cli.progress_line import shows
from deckgen.cli.terminal import visible
from deckgen.cli.writing import refuse_sources, save
from deckgen.coverage.report import CoverageReport, Errors, make_report
from deckgen.model.diagnostics import Finding, Severity
from deckgen.source.project import NOTE_TYPES_FOLDER, ProjectFiles


def _a_number(_context: click.Context, _parameter: click.Parameter, value: float | None) -> float | None:
    """Refuse `nan`, which no range does; give a whole number as one."""
    if value is None:
        return None
    if math.isnan(value):
        raise click.BadParameter("`nan` is no per cent.")
    return int(value) if value.is_integer() else value


@click.command(
    name="coverage",
    cls=Documented,
    examples={
        "deckgen coverage --all": "List every point with its notes.",
        "deckgen coverage --format html": "Print a page with a heat map.",
    },
)
@project_argument
@click.option(
    "--format",
    "format_",
    type=OneOf(["text", "json", "html"]),
    default="text",
    help="The output format.",
)
@click.option("-o", "--output", type=NamedPath(dir_okay=False), help="A file to write to.")
@click.option("--badge", "badge_file", type=NamedPath(dir_okay=False), help="Write an SVG badge there.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    callback=_a_number,
    help="Fail if less than this percentage of the points is taught.",
)
@click.option("--all", "show_all", is_flag=True, help="List every point, with its notes and cards.")
def command(
    *,
    project: Path,
    format_: str,
    output: Path | None,
    badge_file: Path | None,
    fail_under: float | None,
    show_all: bool,
) -> None:
    """Show which points of PROJECT's outlines no note teaches, and which notes teach no point."""
    root = root_of(project)
    with shows("Reading and rendering"):
        rendered, findings = render_project(root)
    sources = rendered.sources
    inputs = input_files(sources, root, rendered.asked)
    refuse_sources(sources, inputs, output, "--output")
    refuse_sources(sources, inputs, badge_file, "--badge")
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    print_findings(errors, root)
    report = make_report(
        sources.settings.name,
        sources.coverage,
        sources.note_types,
        sources.notes,
        {note.id: len(note.cards) for note in rendered.rendered},
        errors=_counted(errors, sources.files),
    )
    limit = sources.settings.fail_under if fail_under is None else fail_under
    text = _as_text(report, format_, root, limit, show_all=show_all)
    if output:
        _save(click.unstyle(text), output, root)
    else:
        echo(text, painted=format_ == "text")
    if badge_file:
        from deckgen.coverage.badge import badge

        _save(badge(report, limit), badge_file, root)
    if limit and report.errors.outlines:
        stop(f"Whether {limit:g} % are taught is not known before the outlines are fixed.")
    if report.count.is_below(limit):
        stop(f"Coverage is {report.percent} %, below the {limit:g} % asked for.")
    sys.exit(1 if errors else 0)


def _counted(errors: Iterable[Finding], files: ProjectFiles) -> Errors:
    """Count the errors of outlines, and those of note files and note types; a project needs a chapter."""
    notes = {*files.stray, *(path for paths in files.notes.values() for path in paths)}
    places = [finding.span.path for finding in errors]
    return Errors(
        sum(path in files.outlines for path in places) or (0 if files.notes else 1),
        sum(path in notes or path.startswith(f"{NOTE_TYPES_FOLDER}/") for path in places),
    )


def _as_text(report: CoverageReport, format_: str, root: Path, limit: float, *, show_all: bool) -> str:
    """Return the report in one of the formats."""
    place = partial(display_path, root)
    if format_ == "json":
        from deckgen.coverage.json_report import report_data

        return visible(json.dumps(report_data(report, limit, place), indent=2, ensure_ascii=False)) + "\n"
    if format_ == "html":
        from deckgen.coverage.html_report import coverage_page

        return coverage_page(report, place)
    from deckgen.cli.coverage_text import coverage_text  # what it names, it makes visible

    return coverage_text(report, place, show_all=show_all)


def _save(text: str, output: Path, root: Path) -> None:
    save(text, output, root)
    say(f"Wrote {output}", err=True)
