"""The lint rules over a project as read, and the mends that a machine can make."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from deckgen.build.exact_places import resolve_offsets
from deckgen.build.project_reader import Sources
from deckgen.model.diagnostics import Finding, in_order
from deckgen.model.text import Edit
from deckgen.source.files import read_file


def lint_sources(
    sources: Sources,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    *,
    after_fix: bool = False,
) -> tuple[tuple[Finding, ...], tuple[Edit, ...]]:
    """Run the lint rules over a project as read.

    ``select`` and ``ignore`` are names of rules, all that are on by default; ``after_fix`` tells that mends
    were made already, as far as they could be.

    Returns:
        The findings in order, with exact places, and the mends that a machine can make.
    """
    from deckgen.lint.engine import lint  # noqa: PLC0415 - a build needs no rules

    report = lint(
        sources.notes,
        note_types=sources.note_types,
        chapters=sources.chapters,
        settings=sources.settings,
        select=select,
        ignore=ignore,
        after_fix=after_fix,
    )
    return in_order(resolve_offsets(report.findings, sources.root)), report.edits


def mend_sources(root: Path, edits: Iterable[Edit]) -> tuple[int, list[Finding]]:
    """Make the edits in the files of the project at ``root``.

    Returns:
        How many were made, and the files that can no longer be read.

    Raises:
        OSError: a file cannot be written.
    """
    from deckgen.atomic_write import replace_text  # noqa: PLC0415
    from deckgen.lint.fix import mend  # noqa: PLC0415 - few runs mend

    made = 0
    findings: list[Finding] = []
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.text.path, []).append(edit)
    for path, here in sorted(by_path.items()):
        data, more = read_file(root, path)
        findings += more
        if data is None:
            continue
        mended = mend(data.decode(), path, here)
        if mended.made:
            replace_text(root / path, mended.source)
            made += len(mended.made)
    return made, findings
