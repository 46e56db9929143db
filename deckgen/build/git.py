"""Asking git about the repository that a project lies in, which may be a stranger's.

Nothing in it is run, and no more of an answer is read than the history of a large deck has.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from deckgen.model.limits import FILE_MB, most

_PATIENCE = 60  # seconds for git to answer
# The most that is read of an answer: a few kilobytes of a repository may hold gigabytes. The first lock of
# 100,000 notes has 12 MB, and each version of all of its lines 24 MB, the old ones and the new.
_MOST_BYTES = 1 << 29
_MOST_LINES = 4_000_000
_LONGEST_LINE = 1 << 20
_ROOM_MB = 64  # for git, besides a file of the size that is read at most
# The repository's own settings must run no program and change no output.
_GIT = (
    "git", "--no-pager", "-c", "log.showSignature=false", "-c", "core.fsmonitor=false",
    "-c", "log.follow=false", "-c", "log.diffMerges=separate", "-c", "core.quotePath=false",
)  # fmt: skip
# Nothing is fetched: a clone that lacks files would ask for them by programs that its settings name.
_OWN_VARIABLES = {"GIT_ALLOW_PROTOCOL": "none", "GIT_OPTIONAL_LOCKS": "0"}
# They name a repository, as in a hook; what counts is the one that the project lies in, if any.
_FOREIGN_VARIABLES = {
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE",
}  # fmt: skip


def git_text(root: Path, *arguments: str) -> str | None:
    """Return git's answer in the folder ``root``, as ``git_lines`` does."""
    lines = _answer(root, arguments, b"")
    return None if lines is None else "".join(lines)


def git_lines(root: Path, *arguments: str, start: str = "") -> list[str] | None:
    """Return the lines of git's answer in the folder ``root`` that begin with ``start``, without their ends.

    None where it gives none, where there is no repository, and where the answer is beyond the limits.
    """
    lines = _answer(root, arguments, start.encode())
    return None if lines is None else [line.removesuffix("\n") for line in lines]


def _answer(root: Path, arguments: Iterable[str], start: bytes) -> list[str] | None:
    import subprocess  # noqa: PLC0415 - slow to import, and a build of words alone asks git nothing
    from threading import Timer  # noqa: PLC0415 - as above

    foreign = set() if _is_in_named_tree(root) else _FOREIGN_VARIABLES
    inherited = {name: value for name, value in os.environ.items() if name not in foreign}
    most_at_once = {"GIT_ALLOC_LIMIT": f"{most(FILE_MB) + _ROOM_MB}m"}
    try:
        process = subprocess.Popen(  # noqa: S603 - git, with options of our own
            [*_GIT, *arguments],
            cwd=root,
            env={**inherited, **_OWN_VARIABLES, **most_at_once},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None
    timer = Timer(_PATIENCE, process.kill)
    timer.start()
    try:
        with process:
            lines = _lines_within_limits(process.stdout, start)  # type: ignore[arg-type]  # a pipe
            if lines is None:
                process.kill()
    finally:
        timer.cancel()
    return lines if process.returncode == 0 else None


def _lines_within_limits(answer: IO[bytes], start: bytes) -> list[str] | None:
    """Return the lines that begin with ``start``; None where there is too much."""
    lines: list[str] = []
    room = _MOST_BYTES
    while line := answer.readline(_LONGEST_LINE):
        room -= len(line)
        if room < 0 or len(line) == _LONGEST_LINE or len(lines) == _MOST_LINES:
            return None
        if line.startswith(start):
            lines.append(line.decode(errors="replace"))
    return lines


def is_in_repository(root: Path) -> bool:
    """Tell whether a folder lies in a repository, whether git can read that or not."""
    resolved = root.resolve()
    return any(os.path.lexists(folder / ".git") for folder in (resolved, *resolved.parents))


def _is_in_named_tree(root: Path) -> bool:
    """Tell whether variables name a repository for a folder in no other, as `yadm enter` does."""
    tree = os.environ.get("GIT_WORK_TREE")
    if not tree or is_in_repository(root):
        return False
    return root.resolve().is_relative_to(Path(tree).resolve())
