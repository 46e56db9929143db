"""``deckgen forget``: ship retired notes no more."""

from __future__ import annotations

from pathlib import Path

import click

from deckgen.atomic_write import replace_text
from deckgen.build.run import alone_with
from deckgen.cli import candidates
from deckgen.cli.documented import Documented
from deckgen.cli.output import display_path, plural, print_findings, project_option, root_of, say, stop
from deckgen.cli.planning import plan_now, say_waiting
from deckgen.cli.writing import says_what_fails
from deckgen.lock.model import Lock, format_lock
from deckgen.model.diagnostics import did_you_mean, has_errors
from deckgen.model.values import replace
from deckgen.package.spool import Spool
from deckgen.source.folders import LOCK_FILE


@click.command(
    name="forget",
    cls=Documented,
    examples={
        "deckgen forget ch05/lag": "Leave one retired note out.",
        "deckgen forget --all": "Leave all of them out.",
    },
)
@project_option
@click.argument("ids", nargs=-1, metavar="ID...", shell_complete=candidates.retired)
@click.option("--all", "everything", is_flag=True, help="Forget every retired note.")
def command(ids: tuple[str, ...], everything: bool, project: Path) -> None:
    """Leave the retired notes ID... out of the next package.

    Readers who have not imported since they were retired keep them as they were.
    """
    if bool(ids) is everything:
        raise click.UsageError("Name the notes to forget, or say --all.")
    root = root_of(project)
    with alone_with(root, say_waiting):
        _forget(root, ids, everything=everything)


def _forget(root: Path, ids: tuple[str, ...], *, everything: bool) -> None:
    with Spool() as spool:
        plan = plan_now(root, spool)
    if has_errors(plan.findings):
        print_findings(plan.findings, root)
        stop("Nothing was forgotten.")
    lock = plan.lock
    retired = [note_id for note_id, line in lock.notes.items() if line.retired and not line.forgotten]
    if everything and not retired:
        say("No note is retired.")
        return
    wanted = retired if everything else [_retired_id(name, retired, lock) for name in ids]
    forgotten = {note_id: replace(lock.notes[note_id], forgotten=True) for note_id in wanted}
    lock_file = root / LOCK_FILE
    with says_what_fails(lock_file):
        replace_text(lock_file, format_lock(replace(lock, notes={**lock.notes, **forgotten})))
    say(f"Forgot {plural(len(wanted), 'note')}. Commit {display_path(root, LOCK_FILE)}.")


def _retired_id(name: str, retired: list[str], lock: Lock) -> str:
    if name in retired:
        return name
    if name in lock.notes:
        message = f"`{name}` is not retired. Remove it from its note file and build first."
    else:
        known = f"Retired are {', '.join(sorted(retired))}." if retired else "No note is retired."
        message = f"The lock has no note `{name}`. {did_you_mean(name, retired, known)}"
    raise click.BadParameter(message, param_hint="ID")
