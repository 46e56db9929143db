"""``deckgen coverage``: say which points of the outline no note teaches."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import click

from deckgen.cli.report import display_path, fails, print_findings, project_argument, root_of, stop
from deckgen.coverage_report.report import Report, make_report
from deckgen.diagnostics import Severity
from deckgen.pipeline import compile_project


@click.command(name="coverage")
@project_argument
@click.option(
    "--format", "format_", type=click.Choice(["text", "json", "html"]), default="text", help="How to print."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write to.")
@click.option(
    "--badge", "badge_file", type=click.Path(dir_okay=False, path_type=Path), help="Write an SVG badge there."
)
@click.option(
    "--fail-under", type=click.IntRange(0, 100), help="Fail if fewer per cent of the points are taught."
)
@click.option("--all", "show_all", is_flag=True, help="List every point, with its notes and cards.")
def command(
    *,
    project: Path,
    format_: str,
    output: Path | None,
    badge_file: Path | None,
    fail_under: int | None,
    show_all: bool,
) -> None:
    """Say which points of PROJECT's outlines no note teaches, and which notes teach no point."""
    root = root_of(project)
    compiled, findings = compile_project(root)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    print_findings(errors, root)
    sources = compiled.sources
    report = make_report(
        sources.settings.name, sources.coverage, sources.note_types, sources.notes, compiled.rendered
    )
    limit = sources.settings.fail_under if fail_under is None else fail_under
    outlines = sources.files.outlines
    whole = not any(finding.span.path in outlines for finding in errors)
    _deliver(_as_text(report, format_, root, limit, show_all=show_all, whole=whole), output)
    if badge_file:
        from deckgen.coverage_report.badge import badge

        _deliver(badge(report.coverage.percent, limit), badge_file)
    if report.coverage.percent < limit:
        stop(f"Coverage is {report.coverage.percent} %, below the {limit} % asked for.")
    sys.exit(1 if fails(errors, strict=False) else 0)


def _as_text(report: Report, format_: str, root: Path, limit: int, *, show_all: bool, whole: bool) -> str:
    """Return the report in one of the formats; ``whole`` where no outline has an error."""
    place = partial(display_path, root)
    if format_ == "json":
        from deckgen.coverage_report.as_data import report_data

        return json.dumps(report_data(report, limit, place), indent=2, ensure_ascii=False) + "\n"
    if format_ == "html":
        from deckgen.coverage_report.page import coverage_page

        return coverage_page(report, place)
    from deckgen.cli.coverage_text import coverage_text

    return coverage_text(report, place, show_all=show_all, whole=whole)


def _deliver(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file, without colours."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(click.unstyle(text), encoding="utf-8", newline="\n")
    except OSError as error:
        stop(f"Cannot write {error.filename or output}: {error.strerror or error}.")
    click.echo(f"Wrote {output}", err=True)
