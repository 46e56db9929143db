"""``deckgen build``: compile a project into an Anki package."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

import click

from deckgen.cli.report import (
    display_path,
    fails,
    plural,
    print_findings,
    project_argument,
    root_of,
    stop,
    strict_option,
)
from deckgen.package.stamps import Shipment
from deckgen.pipeline import compile_project, plan_shipment, write_shipment
from deckgen.source.project import LOCK_FILE


@click.command(name="build")
@project_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The package to write.  [default: build/<project id>.apkg]",
)
@strict_option
def command(project: Path, output: Path | None, strict: bool) -> None:
    """Compile PROJECT into an Anki package.

    PROJECT is a folder with a deckgen.yaml, or one below it.
    """
    started = time.perf_counter()
    root = root_of(project)
    compiled, findings = compile_project(root)
    shipment, more = plan_shipment(compiled, time.time_ns() // 1_000_000)
    findings = (*findings, *more)
    print_findings(findings, root)
    if fails(findings, strict=strict):
        stop("Nothing was written.")
    output = output or Path("build") / f"{compiled.sources.settings.id}.apkg"
    try:
        size = write_shipment(shipment, output, root / LOCK_FILE)
    except OSError as error:
        stop(f"Cannot write {error.filename or output}: {error.strerror or error}.")
    click.echo(f"Wrote {output} ({_size(size)}) in {time.perf_counter() - started:.1f} s")
    for line in _summary(shipment):
        click.echo(line)
    coverage = compiled.sources.coverage
    points = f"{coverage.taught} of {plural(len(coverage.points), 'point')} taught"
    click.echo(f"Coverage: {points} ({coverage.percent} %)")
    if shipment.lock != compiled.lock and not os.environ.get("CI") and sys.stderr.isatty():
        click.echo(f"{display_path(root, LOCK_FILE)} changed: commit it with your notes.", err=True)


def _summary(shipment: Shipment) -> list[str]:
    """Return what was shipped: notes and cards by kind, and cards by deck."""
    notes = Counter(note.kind for note in shipment.notes)
    cards: Counter[str] = Counter()
    decks: Counter[str] = Counter()
    for note in shipment.notes:
        cards[note.kind] += len(note.cards)
        decks[note.deck] += len(note.cards)
    rows = [(kind, notes[kind], cards[kind]) for kind in shipment.note_types if notes[kind]]
    rows.append(("in all", notes.total(), cards.total()))
    width = max(len(kind) for kind, _, _ in rows)
    lines = [f"  {kind:<{width}}  {plural(n, 'note'):>11}  {plural(c, 'card'):>11}" for kind, n, c in rows]
    return [
        *lines,
        "Decks:",
        *(f"  {deck} ({plural(count, 'card')})" for deck, count in sorted(decks.items())),
    ]


def _size(count: int) -> str:
    """Return a number of bytes for a reader: ``31 kB``."""
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{max(count // 1000, 1)} kB"
