"""The names in a folder that matter to a build: neither hidden files nor those it writes itself."""

from __future__ import annotations

import os
from collections.abc import Iterable

LOCK_FILE = "deckgen.lock"
STORIES_LOCK_FILE = "stories.lock"
WRITTEN_BY_BUILDS = (LOCK_FILE, STORIES_LOCK_FILE)


def visible_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names sorted, without hidden ones and the files that a build writes."""
    return tuple(sorted(name for name in names if name[0] != "." and name not in WRITTEN_BY_BUILDS))


def listing_of(folder: str) -> tuple[str, ...]:
    """Return the visible names in a folder, none if it cannot be read."""
    try:
        return visible_names(os.listdir(folder))
    except OSError:
        return ()
