"""``deckgen check``: report everything that is wrong with a project."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from deckgen.build.lint_run import lint_sources
from deckgen.cli.documented import Documented
from deckgen.cli.output import counts_line, fails, project_argument, root_of, strict_option
from deckgen.cli.planning import plan_now
from deckgen.cli.progress_line import shows
from deckgen.cli.report import Reporter, report_options
from deckgen.model.diagnostics import in_order
from deckgen.package.spool import Spool


@click.command(
    name="check",
    cls=Documented,
    examples={
        "deckgen check": "Report everything, as text.",
        "deckgen check --strict": "Fail on warnings too.",
        "deckgen check --format sarif": "Print a report for code scanners.",
    },
)
@project_argument
@report_options
@strict_option
def command(project: Path, reporter: Reporter, strict: bool) -> None:
    """Report everything that is wrong with PROJECT, in one run; write nothing."""
    root = root_of(project)
    with Spool() as spool:
        plan = plan_now(root, spool)
    reporter.spare_sources(plan.sources, plan.asked)
    with shows("Linting"):
        findings = in_order((*plan.findings, *lint_sources(plan.sources)[0]))
    reporter.write(findings, root, [counts_line(findings)])
    sys.exit(1 if fails(findings, strict=strict) else 0)
