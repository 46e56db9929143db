"""``deckgen status``: say what the next build would change for readers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckgen.build.plan import Plan
from deckgen.build.run import default_output
from deckgen.cli import candidates
from deckgen.cli.change_lines import change_lines, some
from deckgen.cli.documented import Documented
from deckgen.cli.named_path import NamedPath
from deckgen.cli.output import (
    format_option,
    paint,
    plural,
    print_findings,
    print_json,
    project_argument,
    reads_package,
    root_of,
    say,
    stop,
)
from deckgen.cli.planning import plan_now
from deckgen.cli.summary import kept_lines
from deckgen.cli.terminal import one_line
from deckgen.lock.changes import Changes
from deckgen.model.diagnostics import has_errors
from deckgen.model.values import to_builtins
from deckgen.package.differences import Difference, PackagedText, WordChange, all_differences
from deckgen.package.spool import Spool

if TYPE_CHECKING:
    from deckgen.verify.package_reader import PackagedNote

_CONTEXT = 3  # words shown on each side of a change
_MARKS = {WordChange.GONE: ("[-", "-]", "red"), WordChange.NEW: ("{+", "+}", "green")}


@click.command(
    name="status",
    cls=Documented,
    examples={
        "deckgen status": "Show the changes since the last build.",
        "deckgen status --against deck.apkg": "Compare the words with a package.",
    },
)
@project_argument
@click.option(
    "--against",
    type=NamedPath(exists=True, dir_okay=False),
    help="The last package, to show which words changed.  [default: build/<id>.apkg in the project]",
)
@click.option(
    "--chapter",
    "chapters",
    multiple=True,
    metavar="ID",
    shell_complete=candidates.chapters,
    help="Look at this chapter only; can be repeated.",
)
@click.option("--allow-deck-rename", is_flag=True, help="Let a deck have its new name.")
@format_option
def command(
    *, project: Path, against: Path | None, chapters: tuple[str, ...], allow_deck_rename: bool, format_: str
) -> None:
    """Show what the next build of PROJECT would change for readers; write nothing."""
    root = root_of(project)
    with Spool() as spool:
        plan = plan_now(root, spool, chapters=chapters, allow_deck_rename=allow_deck_rename)
        print_findings(plan.findings, root)
        if has_errors(plan.findings):
            stop("Fix the errors first; then `status` can compare.")
        changes = plan.changes(chapters)
        package = against or default_output(plan)
        notes = _packaged(package, is_named=against is not None) if against or changes.changed else ()
        differences = _differences(plan, changes, notes, spool)
    if format_ == "json":
        print_json({**to_builtins(changes), "differences": _to_json(differences)})
    else:
        for line in status_lines(plan, changes, differences, package):
            say(line, painted=True)


def _packaged(package: Path, *, is_named: bool) -> tuple[PackagedNote, ...]:
    """Return the notes of a package; none where it cannot be read and nobody has named it."""
    from deckgen.verify.package_reader import PackageError, read_notes

    if is_named:
        with reads_package(package, "--against"):
            return read_notes(package)
    with suppress(OSError, PackageError):
        return read_notes(package)
    return ()


def _differences(
    plan: Plan, changes: Changes, notes: Iterable[PackagedNote], spool: Spool
) -> dict[str, tuple[Difference, ...]]:
    """Return what changed in each changed note that the last package has; ``notes`` are those in it."""
    shipment = plan.shipment
    wanted = {
        note.id: (shipment.lines[note.id], spool.read(note.text))
        for note in shipment.notes
        if note.id in changes.changed
    }
    packaged = {note.guid: PackagedText(note.mod, note.fields, note.tags) for note in notes}
    earlier = plan.shipment.renamed
    stamps = {note_id: plan.before.notes[earlier.get(note_id, note_id)].mod for note_id in wanted}
    return all_differences(wanted, plan.shipment.note_types, packaged, stamps)


def status_lines(
    plan: Plan, changes: Changes, differences: Mapping[str, tuple[Difference, ...]], package: Path
) -> Iterator[str]:
    """Yield what would change, each changed note with its words, and what stays as it is."""
    if changes.is_nothing():
        yield f"No changes since the last build: {plural(changes.unchanged, 'note')}, none changed."
    else:
        yield from change_lines(changes)
        yield f"{plural(changes.unchanged, 'note')} unchanged"
    for note_id in changes.changed:
        if note_id in differences:
            yield ""
            yield one_line(note_id)
            for difference in differences[note_id]:
                yield f"  {one_line(difference.field)}: {_in_words(difference)}"
            if not differences[note_id]:
                yield f"  {_without_words(note_id, changes)}"
    if missing := [note_id for note_id in changes.changed if note_id not in differences]:
        yield ""
        file = one_line(str(package))
        yield f"Cannot compare {some(missing)}: {file} does not have what the lock says readers have."
        yield "It was built without these notes, or another build, branch or clone changed the lock since."
        yield "Name a package that does with --against."
    yield from kept_lines(plan)


def _without_words(note_id: str, changes: Changes) -> str:
    """Return why a note counts as changed whose words are the same."""
    if any(note_id == name for name, _ in changes.cards_added):
        return "It has one more card."
    return "Its words are the same: its markup changed, or readers may have a newer version than the lock."


def _in_words(difference: Difference) -> str:
    """Return a change with its surroundings: ``row count and [-checksum-] {+hash+} per partition``."""
    terminal = sys.stdout.isatty()
    parts = []
    last = len(difference.pieces) - 1
    for place, piece in enumerate(difference.pieces):
        if piece.change is WordChange.SAME:
            parts.append(_shortened(piece.words, is_first=place == 0, is_last=place == last))
            continue
        opening, closing, colour = _MARKS[piece.change]
        parts.append(paint(f"{opening}{piece.words}{closing}", stream_is_terminal=terminal, fg=colour))
    return " ".join(parts)


def _shortened(words: str, *, is_first: bool, is_last: bool) -> str:
    """Return the words next to a change, the rest of them as an ellipsis."""
    parts = words.split()
    before = [] if is_first else parts[:_CONTEXT]
    after = [] if is_last else parts[-_CONTEXT:]
    if len(parts) <= len(before) + len(after):
        return one_line(words)
    return one_line(" ".join([*before, "…", *after]))


def _to_json(differences: Mapping[str, tuple[Difference, ...]]) -> dict[str, object]:
    return {
        note_id: [
            {
                "field": one.field,
                "pieces": [{"change": piece.change, "words": piece.words} for piece in one.pieces],
            }
            for one in found
        ]
        for note_id, found in differences.items()
    }
