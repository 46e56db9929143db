"""``deckgen lint``: find cards that teach badly."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from deckgen.build.lint_run import lint_sources, mend_sources, resolve_offsets
from deckgen.build.project_reader import Sources, read_sources
from deckgen.cli import candidates
from deckgen.cli.documented import Documented
from deckgen.cli.output import (
    counts_line,
    fails,
    plural,
    project_argument,
    root_of,
    say,
    strict_option,
)
from deckgen.cli.progress_line import shows
from deckgen.cli.report import Reporter, report_options
from deckgen.cli.writing import says_what_fails
from deckgen.lint.engine import known_words, names_of
from deckgen.model.diagnostics import Finding, Severity, did_you_mean, in_order
from deckgen.model.text import Edit
from deckgen.source.files import hint_here
from deckgen.yaml import dropped


@click.command(
    name="lint",
    cls=Documented,
    examples={
        "deckgen lint --select prompts": "Run one group of rules.",
        "deckgen lint --fix": "Fix in the files what can be fixed automatically.",
    },
)
@project_argument
@click.option(
    "--select",
    metavar="RULES",
    multiple=True,
    shell_complete=candidates.rules,
    help="Run only these rules or groups.",
)
@click.option(
    "--ignore",
    metavar="RULES",
    multiple=True,
    shell_complete=candidates.rules,
    help="Leave out these rules or groups.",
)
@click.option("--fix", is_flag=True, help="Fix in the files what can be fixed automatically.")
@report_options
@strict_option
def command(
    project: Path,
    *,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fix: bool,
    reporter: Reporter,
    strict: bool,
) -> None:
    """Find cards of PROJECT that teach badly.

    RULES are codes or groups, several with commas between them: `--select prompts,maths`. `deckgen explain
    CODE` says what a rule is for.
    """
    root = root_of(project)
    selected, ignored = _names(select, "--select"), _names(ignore, "--ignore")
    if selected and selected <= ignored:
        message = "Every rule that --select names is left out by --ignore: none is left to run."
        raise click.UsageError(message)
    sources, findings, edits = _run(root, selected, ignored)
    reporter.spare_sources(sources)
    if fix and edits:
        with says_what_fails(root):
            made, unreadable = mend_sources(root, edits)
        sources, findings, edits = _run(root, selected, ignored, after_fix=True)
        findings = in_order((*findings, *unreadable))
        say(f"Fixed {plural(made, 'place')}{_left(len(edits))}.", err=True)
    reporter.write(findings, root, summary(findings, len(sources.notes)))
    if edits and not fix and reporter.is_text and not reporter.quiet:
        say(hint_here(f"`deckgen lint --fix` fixes {plural(len(edits), 'place')}.", root), err=True)
    sys.exit(1 if fails(findings, strict=strict) else 0)


def _run(
    root: Path, selected: frozenset[str], ignored: frozenset[str], *, after_fix: bool = False
) -> tuple[Sources, tuple[Finding, ...], tuple[Edit, ...]]:
    """Read and lint.

    An error in reading is among the findings, for what was not read was not linted; so is what YAML drops.
    """
    with shows("Reading"):
        sources, read = read_sources(root)
    shown = [
        finding
        for finding in read
        if finding.severity is Severity.ERROR or (finding.code in dropped.CODES and not selected)
    ]
    with shows("Linting"):
        findings, edits = lint_sources(sources, selected, ignored, after_fix=after_fix)
    if not selected:
        edits = (*edits, *(finding.edit for finding in shown if finding.edit))
    return sources, in_order((*resolve_offsets(shown, root), *findings)), edits


def _left(count: int) -> str:
    """Return what is said of the places that could not be mended."""
    return f"; {count:,} {'is' if count == 1 else 'are'} left to fix by hand" if count else ""


def _names(words: tuple[str, ...], option: str) -> frozenset[str]:
    names: set[str] = set()
    for word in (part.strip() for words_ in words for part in words_.split(",")):
        found = names_of(word)
        if not found:
            hint = did_you_mean(word, known_words(), "`deckgen explain` lists them all.")
            raise click.BadParameter(f"There is no rule or group `{word}`. {hint}", param_hint=option)
        names.update(found)
    return frozenset(names)


def summary(findings: Sequence[Finding], notes: int) -> list[str]:
    """Return how many findings there are, and how often each rule reported, the most frequent first."""
    if not findings:
        return [f"{counts_line(findings)} in {plural(notes, 'note')}"]
    counts = Counter((finding.code.name, finding.severity) for finding in findings)
    width = max(len(name) for name, _ in counts)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rules = [f"{count:>5}  {name:<{width}}  {severity}" for (name, severity), count in ordered]
    return [counts_line(findings), *rules]
