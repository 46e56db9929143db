"""``deckgen status``: say what the next build would change for readers."""

from __future__ import annotations

import os
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
from deckgen.lock.changes import Changes, as_packaged
from deckgen.model.diagnostics import has_errors
from deckgen.model.values import replace, to_builtins
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
        "deckgen status --against deck.apkg": "Compare with a package that readers have.",
    },
)
@project_argument
@click.option(
    "--against",
    type=NamedPath(exists=True, dir_okay=False),
    help="Compare with this package, which readers have, instead of with the last build.",
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
    """Show what the next build of PROJECT would change for readers; write nothing.

    It compares with the last build, as the lock has it. A reader may have an earlier package, or that of one
    of two branches that were merged since: --against compares with that one.
    """
    root = root_of(project)
    with Spool() as spool:
        plan = plan_now(root, spool, chapters=chapters, allow_deck_rename=allow_deck_rename)
        print_findings(plan.findings, root)
        if has_errors(plan.findings):
            stop("Fix the errors first; then `status` can compare.")
        package, compared = against or _last_package(plan, chapters), plan
        if against:
            from deckgen.verify.package_reader import read_stamps

            with reads_package(against, "--against"):
                compared = replace(plan, before=as_packaged(plan.before, read_stamps(against)))
        changes = compared.changes(chapters)
        notes = _packaged(package) if changes.changed else ()
        differences = _differences(compared, changes, notes, spool)
    if format_ == "json":
        print_json({**to_builtins(changes), "differences": _to_json(differences)})
    else:
        since = one_line(str(against)) if against else "the last build"
        for line in (
            *status_lines(changes, differences, since),
            *_incomparable(changes, differences, package),
        ):
            say(line, painted=True)
        say(*kept_lines(plan))


def _last_package(plan: Plan, chapters: tuple[str, ...]) -> Path:
    """Return what the last build wrote by default: of the chapters alone, if there is such a package."""
    part = default_output(plan, chapters)
    return part if part.exists() else default_output(plan)


def _packaged(package: Path) -> tuple[PackagedNote, ...]:
    """Return the notes of a package; none where it cannot be read."""
    from deckgen.verify.package_reader import PackageError, read_notes

    with suppress(OSError, PackageError):
        return read_notes(package)
    return ()


def _differences(
    plan: Plan, changes: Changes, notes: Iterable[PackagedNote], spool: Spool
) -> dict[str, tuple[Difference, ...]]:
    """Return what changed in each changed note that the last package has; ``notes`` are those in it."""
    shipment = plan.shipment
    wanted = {
        note.id: (shipment.lines[note.id], spool.read(note.spool_number))
        for note in shipment.notes
        if note.id in changes.changed
    }
    packaged = {note.guid: PackagedText(note.mod, note.fields, note.tags) for note in notes}
    earlier = plan.shipment.renamed
    stamps = {note_id: plan.before.notes[earlier.get(note_id, note_id)].mod for note_id in wanted}
    return all_differences(wanted, plan.shipment.note_types, packaged, stamps)


def status_lines(
    changes: Changes, differences: Mapping[str, tuple[Difference, ...]], since: str
) -> Iterator[str]:
    """Yield what changed since a build or package of that name, and each changed note with its words."""
    if changes.is_nothing():
        yield f"No changes since {since}: {plural(changes.unchanged, 'note')}, none changed."
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


def _incomparable(
    changes: Changes, differences: Mapping[str, tuple[Difference, ...]], package: Path
) -> Iterator[str]:
    """Yield why the words of some changed notes are not shown."""
    missing = [note_id for note_id in changes.changed if note_id not in differences]
    if not missing:
        return
    yield ""
    file = one_line(str(package))
    if not os.path.lexists(package):
        yield f"There is no {file} to show which words changed. Name the last package with --against."
        return
    yield f"Cannot compare {some(missing)}: {file} does not have what the lock says readers have."
    yield "It was built without these notes, or another build, branch or clone changed the lock since."
    yield "Name a package that does with --against."


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
