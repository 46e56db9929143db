"""The most that deckgen reads, and from where: what a stranger's project may ask of this machine.

Each limit is far above what a deck needs. The environment can change it; no file of a project can.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from deckgen.model.text import whole_number

# Lists in lists of YAML, conditions in conditions of a template, blocks in blocks of a stylesheet, folders in
# folders: a deck has some five. With hundreds Python's own stack would end.
MOST_LEVELS = 100

ALLOW_OUTSIDE = "DECKGEN_ALLOW_OUTSIDE"
FILE_MB = "DECKGEN_MAX_FILE_MB"
MEDIA_MB = "DECKGEN_MAX_MEDIA_MB"
NOTES = "DECKGEN_MAX_NOTES"
# What each is by default: a file of text, whose nodes in memory take some fifty times its size; a picture or
# recording; and notes, of which Anki itself slows down beyond some 100,000.
DEFAULTS = {FILE_MB: 64, MEDIA_MB: 1_000, NOTES: 500_000}
_NODES_A_MB = 50_000  # of YAML: a note of 200 bytes has ten


class OutsideLinkError(OSError):
    """A file of a project is a link to one outside of it, which is not written to."""


def most(name: str) -> int:
    """Return a limit: the number that the environment gives, or else the default."""
    given = whole_number(os.environ.get(name, ""))
    return DEFAULTS[name] if given is None else given


def misread_limit() -> str | None:
    """Return the name of a limit in the environment that is no whole number; None if there is none."""
    return next((name for name in DEFAULTS if whole_number(os.environ.get(name) or "0") is None), None)


def most_nodes() -> int:
    """Return how many values a YAML file may hold: a list of empty ones takes more memory than text does."""
    return most(FILE_MB) * _NODES_A_MB


def leads_outside(root: Path, place: Path) -> bool:
    """Tell whether a path leads out of the project at ``root``, and not where links of it may lead."""
    return lies_outside(root, os.path.realpath(place))


def lies_outside(root: Path, real: str) -> bool:
    """Tell the same of a path that has no links in it."""
    allowed = (folder for folder in os.environ.get(ALLOW_OUTSIDE, "").split(os.pathsep) if folder)
    inside = f"{os.path.normcase(real)}{os.sep}"
    # A relative path means another folder once the process has moved.
    folders = (str(Path(folder).absolute()) for folder in (str(root), *allowed))
    return not any(inside.startswith(_start_of(folder)) for folder in folders)


def refuse_link(root: Path, place: Path) -> None:
    """Refuse to write where a link of the project at ``root`` leads out of it.

    Else a file that the user named may lie anywhere, behind links as well: those are the user's own.

    Raises:
        OutsideLinkError: a link on the way lies in the project, and ``place`` does not.
    """
    parts = (place.absolute(), *place.absolute().parents)
    if leads_outside(root, place) and any(
        part.is_symlink() and not leads_outside(root, part.parent) for part in parts
    ):
        raise OutsideLinkError(errno.EXDEV, "it is a link to a file outside of the project", str(place))


@lru_cache(maxsize=16)
def _start_of(folder: str) -> str:
    """Return how the paths of all that is in a folder start."""
    return os.path.join(os.path.normcase(os.path.realpath(folder)), "")  # noqa: PTH118 - Path drops the last slash


@contextmanager
def allowing_outside(folders: Iterable[str]) -> Iterator[None]:
    """Let links of projects lead into these folders too, in this process and those that it starts."""
    before = os.environ.get(ALLOW_OUTSIDE)
    os.environ[ALLOW_OUTSIDE] = os.pathsep.join([*folders, *([before] if before else [])])
    try:
        yield
    finally:
        if before is None:
            del os.environ[ALLOW_OUTSIDE]
        else:
            os.environ[ALLOW_OUTSIDE] = before
