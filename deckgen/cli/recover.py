"""``deckgen recover``: write a lost lock anew."""

from __future__ import annotations

import os
from pathlib import Path

import click

from deckgen.atomic_write import replace_text
from deckgen.build.exact_places import resolve_offsets
from deckgen.build.git_history import ids_in_history
from deckgen.build.project_reader import read_sources
from deckgen.build.recover import NotOursError, recover_lock
from deckgen.cli.documented import Documented
from deckgen.cli.named_path import NamedPath
from deckgen.cli.output import (
    display_path,
    plural,
    print_findings,
    project_option,
    reads_package,
    root_of,
    say,
    stop,
)
from deckgen.cli.progress_line import shows
from deckgen.cli.writing import says_what_fails
from deckgen.lock.format import format_lock
from deckgen.model.diagnostics import Severity, in_order
from deckgen.source.files import hint_here
from deckgen.source.folders import LOCK_FILE
from deckgen.verify.media_names import media_names
from deckgen.verify.package_reader import read_contents


@click.command(
    name="recover",
    cls=Documented,
    examples={
        "deckgen recover last.apkg": "Write the lock anew from a package.",
    },
)
@project_option
@click.argument("package", type=NamedPath(exists=True, dir_okay=False))
def command(package: Path, project: Path) -> None:
    """Rebuild a lost deckgen.lock from PACKAGE, the last one that readers were given.

    Use it where neither git nor a backup has the lock.
    """
    root = root_of(project)
    lock_file, shown = root / LOCK_FILE, display_path(root, LOCK_FILE)
    if os.path.lexists(lock_file):
        stop(f"{shown} exists, and may know more than a package does. If it is useless, move it away first.")
    with reads_package(package, "PACKAGE"):
        contents, media = read_contents(package), media_names(package)
    with shows("Reading"):
        sources, findings = read_sources(root)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:  # a note that cannot be read would get another id
        print_findings(in_order(resolve_offsets(errors, root)), root)
        stop("Nothing was written.")
    try:
        lock = recover_lock(contents, media, sources, ids_in_history(root, sources.settings.id))
    except NotOursError as error:
        message = f"`{package}` was not built from this project. {error}"
        raise click.BadParameter(message, param_hint="PACKAGE") from None
    with says_what_fails(lock_file):
        replace_text(lock_file, format_lock(lock))
    retired = sum(line.retired for line in lock.notes.values())
    notes = f"{plural(len(lock.notes) - retired, 'note')} and {retired:,} retired"
    then = hint_here("`deckgen status` says what the next build would change.", root)
    say(f"Wrote {shown}: {notes}. {then}")
