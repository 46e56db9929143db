"""One build, from the files to the package and the lock."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from deckgen.atomic_write import exclusive_access, sweep_beside, sweep_folder
from deckgen.build.build_mark import announce_build, write_mark
from deckgen.build.plan import BuildRequest, ChangedFiles, Plan, plan_build
from deckgen.build.project_renderer import RenderedFile
from deckgen.build.standing_package import standing_package
from deckgen.lock.format import changed_lines
from deckgen.model.progress import Progress, no_progress
from deckgen.model.stage_cache import StageCache
from deckgen.package.spool import Spool
from deckgen.package.write import LastBuild, Targets, wait_until, write_shipment
from deckgen.source.files import relative_path
from deckgen.source.folders import FIRST_NOTES, LOCK_FILE, SCHEMAS_FOLDER, STORIES_LOCK_FILE
from deckgen.source.project import SETTINGS_FILE


class Built(NamedTuple):
    """A build that was written: what it ships, where to, the files written, and the seconds it took."""

    plan: Plan
    output: Path
    written: Mapping[str, os.stat_result]
    seconds: float

    @property
    def size(self) -> int:
        """The size of the package in bytes."""
        return self.written[str(self.output)].st_size


def keep_others_out(root: Path, on_wait: Callable[[], None] = lambda: None) -> AbstractContextManager[None]:
    """Keep other builds of the project at ``root`` out; ``on_wait`` is called before one is waited for.

    Two that read the same lock could give one stamp to two versions of a note.
    """
    return exclusive_access(root / SETTINGS_FILE, on_wait)


def default_output(plan: Plan, chapters: Collection[str] = ()) -> Path:
    """Return where a package goes that was given no name: into the project's own ``build/``.

    That of some chapters has a name of its own, so that the one with all of them stays.
    """
    sources = plan.sources
    return Path(relative_path(standing_package(sources.root, sources.settings.id, chapters)))


def build_package(
    root: Path,
    output: Path | None,
    request: BuildRequest,
    *,
    on_plan: Callable[[Plan], None],
    changed_files: ChangedFiles | None = None,
    last_build: LastBuild | None = None,
    cache: StageCache | None = None,
    on_file: Callable[[RenderedFile], None] | None = None,
    keep: Callable[[str], None] | None = None,
    progress: Progress = no_progress,
) -> Built:
    """Build the project at ``root``; the caller has to ``keep_others_out``.

    Args:
        root: the project's folder.
        output: the package to write; in the project's ``build/`` by default.
        request: what the author asks for.
        on_plan: is given what was worked out before anything is written, and raises what stops the build.
        changed_files: the files to build, if not all.
        last_build: what the last build left, for changed files to go on from.
        cache: of an earlier run; only what changed since is parsed and rendered again.
        on_file: is given each note file as it was rendered.
        keep: is given the collection that the package was made from, and may move it.
        progress: is told of each stage.

    Raises:
        OSError: a file cannot be written; those that stood before still stand.
    """
    started = time.perf_counter()
    with Spool() as spool:
        plan = plan_build(
            root,
            request,
            spool,
            changed_files=changed_files,
            cache=cache,
            keep_sources=False,
            on_file=on_file,
            progress=progress,
        )
        on_plan(plan)
        wait_until(plan.shipment.latest_change, request.now)
        output = output or default_output(plan, request.chapters)
        targets = Targets(output, root / LOCK_FILE, root / STORIES_LOCK_FILE)
        noted: dict[str, os.stat_result] = {}
        written = write_shipment(
            plan.shipment,
            spool,
            targets,
            plan.private,
            last_build=last_build,
            keep=keep,
            announce=partial(_announce, plan, noted),
            progress=progress,
        )
        if plan.mark:
            write_mark(plan.mark, targets.lock)
            written |= noted
        sweep_beside([targets.lock, targets.private, *_source_files(plan)])
        sweep_folder(root / SCHEMAS_FOLDER)
    return Built(plan, output, written, time.perf_counter() - started)


def _source_files(plan: Plan) -> Iterator[Path]:
    """Yield the files that commands such as ``init`` and ``lint --fix`` write."""
    files = plan.sources.files
    yield from (files.root / folder / FIRST_NOTES for folder in files.folders)
    for path in (*files.outlines, *(path for paths in files.notes.values() for path in paths)):
        yield files.root / path


def _announce(plan: Plan, noted: dict[str, os.stat_result]) -> None:
    """Note what is about to be shipped, for a build that is killed after the package and before the lock."""
    if plan.mark:
        announced = partial(changed_lines, plan.lock, plan.shipment.lock)
        noted |= announce_build(plan.mark, plan.not_in_lock, announced)
