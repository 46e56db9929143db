"""``deckgen forget``: drop retired notes from the lock, so that they are shipped no more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from deckgen.cli.planning import plan_build
from deckgen.cli.report import display_path, fails, plural, print_findings, project_option, root_of, stop
from deckgen.diagnostics import did_you_mean
from deckgen.package.lock import Lock, format_lock
from deckgen.package.writing import replace_text
from deckgen.source.project import LOCK_FILE


@click.command(name="forget")
@click.argument("ids", nargs=-1, metavar="ID...")
@click.option("--all", "everything", is_flag=True, help="Forget every retired note.")
@project_option
def command(ids: tuple[str, ...], everything: bool, project: Path) -> None:
    """Drop the retired notes ID... from the lock: the next package leaves them out.

    Readers who have not imported since they were retired keep them as they were.
    """
    if not ids and not everything:
        raise click.UsageError("Name the notes to forget, or say --all.")
    root = root_of(project)
    plan = plan_build(root)
    if fails(plan.findings, strict=False):
        print_findings(plan.findings, root)
        stop("Nothing was forgotten.")
    lock = plan.compiled.lock
    retired = [note_id for note_id, line in lock.notes.items() if line.retired]
    wanted = retired if everything else [_retired_id(name, retired, lock) for name in ids]
    kept = {note_id: line for note_id, line in lock.notes.items() if note_id not in wanted}
    replace_text(root / LOCK_FILE, format_lock(replace(lock, notes=kept)))
    click.echo(f"Forgot {plural(len(wanted), 'note')}; {display_path(root, LOCK_FILE)} no longer lists them.")


def _retired_id(name: str, retired: list[str], lock: Lock) -> str:
    if name in retired:
        return name
    if name in lock.notes:
        message = f"`{name}` is not retired. Take it out of the source and build first."
    else:
        known = f"Retired are {', '.join(sorted(retired))}." if retired else "No note is retired."
        message = f"The lock has no note `{name}`. {did_you_mean(name, retired, known)}"
    raise click.BadParameter(message, param_hint="ID")
