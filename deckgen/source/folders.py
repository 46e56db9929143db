"""The names in a folder that matter to a build: neither hidden files nor those it writes itself."""

import os
from collections.abc import Iterable

LOCK_FILE = "deckgen.lock"
STORIES_LOCK_FILE = "stories.lock"
WRITTEN_BY_BUILDS = (LOCK_FILE, STORIES_LOCK_FILE)
BUILD_FOLDER = "build"  # at the root of a project; packages go there
SCHEMAS_FOLDER = ".schemas"  # at the root of a project; `init` writes what editors read there
FIRST_NOTES = "notes.yaml"  # in the folder of a chapter: what `init` writes there


def visible_names(names: Iterable[str], *, at_root: bool = False) -> tuple[str, ...]:
    """Return the names in a folder, sorted, without those that are hidden or that a build writes itself."""
    ours = (*WRITTEN_BY_BUILDS, BUILD_FOLDER) if at_root else WRITTEN_BY_BUILDS
    return tuple(sorted(name for name in names if name[0] != "." and name not in ours))


def listing_of(folder: str, *, at_root: bool = False) -> tuple[str, ...]:
    """Return the visible names in a folder, ``at_root`` of the project; none where it cannot be read."""
    try:
        return visible_names(os.listdir(folder), at_root=at_root)
    except OSError:
        return ()
