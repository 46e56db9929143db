"""``deckgen build``: compile a project into an Anki package."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

import click

from deckgen.cli.changes import change_lines
from deckgen.cli.planning import Plan, plan_build
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
from deckgen.package.changes import find_changes
from deckgen.package.clock import SECONDS_TO_WAIT
from deckgen.package.retired import retired_search
from deckgen.package.stamps import Shipment
from deckgen.package.writing import write_shipment
from deckgen.source.project import LOCK_FILE, STORIES_LOCK_FILE

_SCHEMA_STEPS = """\
The note types grew beyond their slots. Tell your readers, once, to import this package so:
  1. In the import dialogue tick "Merge note types" and set "Update notes" to "Always".
  2. At the next sync choose "Upload to AnkiWeb"; Anki asks, because the schema changed.
Their own edits and tags on the notes of this deck are overwritten that once; no review is lost."""


@click.command(name="build")
@project_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The package to write.  [default: build/<project id>.apkg]",
)
@click.option("--chapter", "chapters", multiple=True, help="Build this chapter alone; can be repeated.")
@click.option("--frozen", is_flag=True, help="Fail if the lock would change, and write nothing: for CI.")
@click.option("--no-stories", is_flag=True, help="Leave out stories.yaml: a package to share.")
@click.option("--allow-deck-rename", is_flag=True, help="Ship a deck under its new name.")
@click.option("--allow-schema-change", is_flag=True, help="Let a note type outgrow its spare slots.")
@strict_option
def command(
    project: Path,
    *,
    output: Path | None,
    chapters: tuple[str, ...],
    frozen: bool,
    no_stories: bool,
    allow_deck_rename: bool,
    allow_schema_change: bool,
    strict: bool,
) -> None:
    """Compile PROJECT into an Anki package.

    PROJECT is a folder with a deckgen.yaml, or one below it.
    """
    started = time.perf_counter()
    root = root_of(project)
    plan = plan_build(
        root,
        chapters=chapters,
        with_stories=not no_stories,
        allow_schema_change=allow_schema_change,
        allow_deck_rename=allow_deck_rename,
    )
    print_findings(plan.findings, root)
    if fails(plan.findings, strict=strict):
        stop("Nothing was written.")
    if frozen:
        _stop_if_lock_changes(plan, root)
    _wait_for(plan)
    output = output or default_output(plan)
    try:
        size = write_shipment(plan.shipment, output, root / LOCK_FILE, root / STORIES_LOCK_FILE, plan.private)
    except OSError as error:
        stop(f"Cannot write {error.filename or output}: {error.strerror or error}.")
    click.echo(f"Wrote {output} ({_size(size)}) in {time.perf_counter() - started:.1f} s")
    for line in _summary(plan, chapters):
        click.echo(line)
    if _outgrew_slots(plan):
        click.echo(_SCHEMA_STEPS)
    if plan.shipment.lock != plan.compiled.lock and sys.stderr.isatty() and not os.environ.get("CI"):
        click.echo(f"{display_path(root, LOCK_FILE)} changed: commit it with your notes.", err=True)


def default_output(plan: Plan) -> Path:
    """Return where a package goes that has no name of its own."""
    return Path("build") / f"{plan.compiled.sources.settings.id}.apkg"


def _stop_if_lock_changes(plan: Plan, root: Path) -> None:
    if plan.shipment.lock == plan.compiled.lock:
        return
    click.echo(f"{display_path(root, LOCK_FILE)} is not up to date with the sources:", err=True)
    for line in change_lines(find_changes(plan.compiled.lock, plan.shipment.lock, plan.shipment.renamed)):
        click.echo(f"  {line}", err=True)
    stop("Nothing was written. Run `deckgen build` and commit the lock.")


def _wait_for(plan: Plan) -> None:
    """Let the clock reach the newest stamp, where two builds fell into one second."""
    latest = plan.shipment.latest_change
    if latest is not None and 0 < latest - plan.now.seconds <= SECONDS_TO_WAIT:
        time.sleep(latest - plan.now.milliseconds / 1000)


def _outgrew_slots(plan: Plan) -> bool:
    before, after = plan.compiled.lock.note_types, plan.shipment.lock.note_types
    return any(
        len(after[key].slots.fields) != len(old.slots.fields)
        or len(after[key].slots.cards) != len(old.slots.cards)
        for key, old in before.items()
        if not old.is_cloze
    )


def _summary(plan: Plan, chapters: tuple[str, ...]) -> list[str]:
    """Return what was shipped: notes and cards by kind, cards by deck, what is retired, the coverage."""
    lines = [*_kind_lines(plan.shipment), "Decks:"]
    decks: Counter[str] = Counter()
    for note in plan.shipment.notes:
        decks[note.deck] += len(note.cards)
    lines += [f"  {deck} ({plural(count, 'card')})" for deck, count in sorted(decks.items())]
    lines += retired_lines(plan)
    coverage = plan.compiled.sources.coverage
    if not chapters:
        points = f"{coverage.taught} of {plural(len(coverage.points), 'point')} taught"
        lines.append(f"Coverage: {points} ({coverage.percent} %)")
    return lines


def _kind_lines(shipment: Shipment) -> list[str]:
    notes: Counter[str] = Counter()
    cards: Counter[str] = Counter()
    for note in shipment.notes:
        kind = shipment.note_types[note.type_key].note_type.kind
        notes[kind] += 1
        cards[kind] += len(note.cards)
    kinds = dict.fromkeys(shipped.note_type.kind for shipped in shipment.note_types.values())
    rows = [(kind, notes[kind], cards[kind]) for kind in kinds if notes[kind]]
    rows.append(("in all", notes.total(), cards.total()))
    width = max(len(kind) for kind, _, _ in rows)
    return [f"  {kind:<{width}}  {plural(n, 'note'):>11}  {plural(c, 'card'):>11}" for kind, n, c in rows]


def retired_lines(plan: Plan) -> list[str]:
    """Return what to say of retired notes: how many, and the search by which readers delete them."""
    lock = plan.shipment.lock
    count = sum(line.retired for line in lock.notes.values())
    if not count:
        return []
    notes = plural(count, "note")
    if not plan.compiled.sources.settings.ships_retired:
        return [f"Retired: {notes}, not shipped; readers keep them as they are"]
    return [f"Retired: {notes}; in Anki's browser they are found by {retired_search(lock.project)}"]


def _size(count: int) -> str:
    """Return a number of bytes for a reader: ``31 kB``."""
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{max(count // 1000, 1)} kB"
