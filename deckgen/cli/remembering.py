"""What a build leaves for the next one with the same command line (``again.py``)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from deckgen.build.cache_entry import Place, clear_old
from deckgen.build.inputs import code_files, input_files, input_folders, note_files
from deckgen.build.manifest import Record, trusted_folders, trusted_stamps
from deckgen.cli.incremental import remember
from deckgen.cli.output import findings_text
from deckgen.cli.planning import Plan
from deckgen.package.write import Written


def remember_build(
    place: Place,
    started: int,
    plan: Plan,
    marks: Mapping[str, bytes],
    *,
    start: Path,
    output: Path,
    written: Written,
    summary: Iterable[str],
) -> None:
    """Keep what a build of the whole project went by and what it gave.

    Args:
        place: where it is kept; it has the collection already.
        started: when the build began, in nanoseconds since 1970.
        plan: what was built.
        marks: of the notes of each file, by its path in the project.
        start: where the project was looked for, first of all.
        output: the package.
        written: what became of it, and of what is kept for the next build.
        summary: what was printed of the deck.
    """
    if plan.news:  # the next build has other things to say of the same project
        place.drop()
        return
    compiled = plan.compiled
    root = compiled.sources.root
    record = Record()
    record.project = str(root)
    record.code = trusted_stamps(code_files(), started)
    record.files = {}
    record.folders = trusted_folders(input_folders(compiled), started)
    found_in = {finding.span.path for finding in plan.findings}
    kept = note_files(compiled, marks, found_in, {*plan.private, *compiled.sources.stories})
    record.notes = {path: (file.path, file.outline, file.marks) for path, file in kept.items()}
    record.media = [(one.path, one.package_name, str(one.location)) for one in plan.shipment.media]
    record.package = str(output), None
    record.out = "".join(f"{line}\n" for line in summary)
    record.err = findings_text(plan.findings, root, colour=sys.stderr.isatty())
    remember(place, record, started, input_files(compiled, start), written)
    clear_old()
