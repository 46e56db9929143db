"""What tells of earlier builds besides the lock: git's history of it, and a mark of the last build here.

The mark is a copy of the lock as the last build on this branch left it. Below it stand, each behind `built`,
the lines of notes that were built here and that the lock does not have. It lies where git does not look, and
is never needed: where it is lost, git's history is asked.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

from deckgen.lock.locked import LockedNote, format_note
from deckgen.lock.newest import Traces, traces_in
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.values import Struct
from deckgen.source.folders import LOCK_FILE

SHALLOW_CLONE = Code(
    "shallow-clone",
    Severity.WARNING,
    "git's history of the lock is cut off here",
    "After a revert, only the history tells what readers may have that is newer than the lock. A shallow "
    "clone, as CI services make them, does not have it.",
)
CODES = (SHALLOW_CLONE,)

_PATIENCE = 60  # seconds for git to answer
# The repository's own settings shall run no program and change no output.
_GIT = ("git", "--no-pager", "-c", "log.showSignature=false", "-c", "core.fsmonitor=false")
_LOG = (
    "log", "-p", "-U0", "-m", "--full-history", "--format=", "--no-color", "--no-ext-diff", "--no-textconv",
    "--no-renames", "--text",
)  # fmt: skip
_HERE = ("HEAD", "--tags")
_BUILT = b"built "


class EarlierBuilds(Struct, frozen=True):
    """What is known of earlier builds.

    ``shipped`` stood in the history of HEAD or of a tag; ``built`` was built on this branch, and may have
    been given to readers or not; ``elsewhere`` stands on other branches. ``mark`` is where the mark of this
    build goes, None where there is no place for it. ``is_last``: the lock is as the last build here left it.
    """

    shipped: Traces = Traces()
    built: Traces = Traces()
    elsewhere: Traces = Traces()
    mark: Path | None = None
    is_last: bool = False
    findings: tuple[Finding, ...] = ()


def earlier_builds(root: Path, project: str, lock: bytes | None) -> EarlierBuilds:
    """Find out what earlier builds of the project at ``root`` wrote.

    Args:
        root: the project's folder.
        project: its id.
        lock: what ``deckgen.lock`` holds, None where there is none. Where the last build here left just
            this, nothing else can be newer, and git is not asked for its history.
    """
    place = _git(root, "rev-parse", "--git-common-dir", "--is-shallow-repository", "--git-path", "HEAD")
    common, shallow, head = (place.split("\n") + [""] * 3)[:3]
    mark = _mark_in_git(root / common, root / head, project) if common else _mark_of_user(root, project)
    last, others = _read_mark(mark) if mark else (b"", [])
    if last and last == lock:
        return EarlierBuilds(built=traces_in(others), mark=mark, is_last=True)
    built = traces_in([*last.decode(errors="replace").split("\n"), *others])
    if not common:
        return EarlierBuilds(built=built, mark=mark)
    findings = []
    if shallow == "true":
        hint = "Fetch all of it, as by `git fetch --unshallow`, or with `fetch-depth: 0` in a workflow."
        message = "This clone is shallow: what readers have that is newer than the lock cannot be told."
        findings.append(SHALLOW_CLONE.at(Span(LOCK_FILE), message, hint))
    shipped = traces_in(_added_lines(root, *_HERE))
    elsewhere = traces_in(_added_lines(root, "--branches", "--remotes", "--not", *_HERE))
    return EarlierBuilds(shipped, built, elsewhere, mark, findings=tuple(findings))


def _git(root: Path, *arguments: str) -> str:
    """Return what git answers in the folder ``root``; nothing where there is no git, or no repository."""
    try:
        result = subprocess.run(  # noqa: S603 - git, with options of our own
            [*_GIT, *arguments],
            cwd=root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.decode(errors="replace") if result.returncode == 0 else ""


def _added_lines(root: Path, *revisions: str) -> Iterator[str]:
    """Yield the lines that commits added to the lock, those of the newest commit first."""
    for line in _git(root, *_LOG, *revisions, "--", LOCK_FILE).split("\n"):
        if line.startswith("+"):
            yield line[1:]


def _mark_in_git(common: Path, head: Path, project: str) -> Path:
    """Return the place of the mark of the branch that is checked out, in git's own folder."""
    name = _read(head).decode(errors="replace").strip().removeprefix("ref: refs/heads/")
    return common / "deckgen" / quote(project, safe="") / f"{quote(name or 'HEAD', safe='')}.lock"


def _mark_of_user(root: Path, project: str) -> Path | None:
    """Return the place of the mark of a project in no repository: in the user's folder for programs' state.

    That is the one of the XDG base directory specification, and its like on other systems.
    """
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Application Support")
    else:
        base = os.environ.get("XDG_STATE_HOME", "")
        base = base if os.path.isabs(base) else os.path.join(home, ".local", "state")
    if not os.path.isabs(base):
        return None
    own = crc32(os.fsencode(os.path.realpath(root)))
    return Path(base, "deckgen", f"{quote(project, safe='')}-{own:08x}.lock")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _read_mark(mark: Path) -> tuple[bytes, list[str]]:
    """Return the lock that a mark holds, and the lines of notes that the lock does not have."""
    lock, _, others = _read(mark).partition(b"\n" + _BUILT)
    lines = (_BUILT + others).decode(errors="replace").split("\n") if others else []
    return (lock + b"\n" if others else lock), [line.removeprefix("built ") for line in lines if line]


def write_mark(mark: Path, lock_file: Path, others: Iterable[tuple[str, LockedNote]] | None = None) -> None:
    """Leave the mark of a build; where that fails there is none, and no harm done.

    Args:
        mark: where it goes.
        lock_file: the lock as the build left it.
        others: the notes that were built here and that the lock does not have; those of the last mark, if not
            given.
    """
    last, kept = _read_mark(mark)
    lock = _read(lock_file)
    lines = kept if others is None else [format_note(note_id, note) for note_id, note in others]
    if (last, kept) == (lock, lines):
        return
    partial = mark.with_name(f".{mark.name}.{os.urandom(6).hex()}")
    try:
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.write_bytes(lock + b"".join(_BUILT + line.encode() + b"\n" for line in lines))
        partial.replace(mark)
    except OSError:
        with suppress(OSError):
            partial.unlink()
