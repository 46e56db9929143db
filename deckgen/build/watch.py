"""Waiting for an author to save: what a watching build and the preview share."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from deckgen.source.folders import BUILD_FOLDER, WRITTEN_BY_BUILDS

# Milliseconds without a further write after which a save counts as done. Editors write in bursts of a few.
_QUIET = 20
_LOOK_UP = 100  # milliseconds after which a watch without saves checks whether it is to end


def saves(root: Path, stop: threading.Event | None = None) -> Iterator[frozenset[str]]:
    """Yield once the project at ``root`` is being watched, then after each save, until ``stop`` is set.

    Yields the paths that were saved, relative to the root with ``/`` between their parts; none at first.
    What is saved between two steps of the caller is not lost. Hidden files and what a build writes itself
    do not count.

    Raises:
        ImportError: the extra ``preview`` is not installed.
        KeyboardInterrupt: the user ends the watch.
    """
    from watchfiles import Change, watch  # noqa: PLC0415 - an extra, and only who watches needs it

    def counts(_change: Change, path: str) -> bool:
        return is_source(root, Path(path))

    begun = False
    for changes in watch(
        root,
        watch_filter=counts,
        step=_QUIET,
        rust_timeout=_LOOK_UP,
        yield_on_timeout=True,
        stop_event=stop,
    ):
        if changes or not begun:
            begun = True
            yield frozenset(Path(path).relative_to(root).as_posix() for _, path in changes)


def is_source(root: Path, path: Path) -> bool:
    """Tell whether a save of ``path`` can change the deck."""
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
    return (
        bool(parts)
        and parts[0] != BUILD_FOLDER
        and not any(part.startswith(".") for part in parts)
        and parts[-1] not in WRITTEN_BY_BUILDS
        and not parts[-1].endswith(("~", ".apkg"))
    )
