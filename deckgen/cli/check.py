"""``deckgen check``: report everything that is wrong with a project."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deckgen.build.lint_run import lint_sources
from deckgen.cli.output import (
    counts_line,
    fails,
    finding_to_json,
    format_option,
    print_findings,
    print_json,
    project_argument,
    root_of,
    strict_option,
)
from deckgen.cli.planning import plan_now
from deckgen.model.diagnostics import in_order
from deckgen.package.spool import Spool


@click.command(name="check")
@project_argument
@format_option
@strict_option
def command(project: Path, format_: str, strict: bool) -> None:
    """Report everything that is wrong with PROJECT, in one run; write nothing."""
    root = root_of(project)
    with Spool() as spool:
        plan = plan_now(root, spool)
    findings = in_order((*plan.findings, *lint_sources(plan.sources)[0]))
    failed = fails(findings, strict=strict)
    if format_ == "json":
        print_json([finding_to_json(finding, root) for finding in findings])
    else:
        print_findings(findings, root)
        if not findings:
            click.echo(counts_line(findings))
    sys.exit(1 if failed else 0)
