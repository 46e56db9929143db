"""What tells of earlier builds besides the lock: git's history of it, and a mark of the last build.

The mark is a copy of the lock as the last build on this branch left it. A file beside it holds a hash of the
tags that the repository had then, and the lines of notes that were built here and that the lock does not
have. It lies where git does not look, and is never needed: where it is lost, git's history is asked.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

from deckgen.atomic_write import replace_file, replace_text
from deckgen.lock.earlier_locks import Traces, traces_in
from deckgen.lock.model import LockedNote, format_note
from deckgen.lock.read import parse_lock
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.ids import content_hash
from deckgen.model.values import Struct
from deckgen.source.folders import LOCK_FILE

SHALLOW_CLONE = Code(
    "shallow-clone",
    Severity.WARNING,
    "git's history of the lock is cut off here",
    "After a revert, only the history shows what readers may have that is newer than the lock. A shallow "
    "clone, as CI services make, does not have it.",
)
CODES = (SHALLOW_CLONE,)

_PATIENCE = 60  # seconds for git to answer
_MOST_COMMITS = 50  # of which the lock is read, where the last ones are damaged
# The repository's own settings must run no program and change no output.
_GIT = ("git", "--no-pager", "-c", "log.showSignature=false", "-c", "core.fsmonitor=false")
_LOG = (
    "log", "-p", "-U0", "-m", "--full-history", "--format=", "--no-color", "--no-ext-diff", "--no-textconv",
    "--no-renames", "--text",
)  # fmt: skip
_HERE = ("HEAD", "--tags")


class MarkPlace(Struct, frozen=True):
    """Where a mark goes, with the hash of the tags that the repository has.

    ``files`` and ``folders`` are git's own that tell which branch and which tags there are: where one of them
    changes, the next build must look again.
    """

    file: Path
    tags: str
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


class EarlierBuilds(Struct, frozen=True):
    """What is known of earlier builds.

    ``shipped`` stood in the history of HEAD or of a tag; ``built`` was built on this branch, and may have
    been given to readers or not; ``elsewhere`` stands on other branches. ``mark`` is where the mark of this
    build goes; None where there is no place for it. ``is_last``: the lock is as
    the last build here left it.
    """

    shipped: Traces = Traces()
    built: Traces = Traces()
    elsewhere: Traces = Traces()
    mark: MarkPlace | None = None
    is_last: bool = False
    findings: tuple[Finding, ...] = ()


def earlier_builds(
    root: Path,
    project: str,
    gather: Callable[[Iterable[str]], Traces] = traces_in,
    *,
    ask_git: bool = False,
) -> EarlierBuilds:
    """Find out what earlier builds of a project wrote.

    Args:
        root: the project's folder.
        project: its id.
        gather: makes traces of the lines of locks.
        ask_git: whether to read git's history even where the lock is as the last build here left it, so that
            nothing can be newer.
    """
    asked = ("--git-common-dir", "--is-shallow-repository", "--git-path", "HEAD", "--tags")
    common, shallow, head, *tags = (_git(root, "rev-parse", *asked).split("\n") + [""] * 3)[:-1]
    place = _mark_in_git(root / common, root / head, project) if common else _mark_of_user(root, project)
    last = _read_mark(place) if place else _Mark()
    mark = _mark_place(place, content_hash(*tags), root / common, root / head) if place else None
    is_last = place is not None and last.tags == content_hash(*tags) and _is_same(place, root / LOCK_FILE)
    if is_last and not ask_git:
        return EarlierBuilds(built=gather(last.built), mark=mark, is_last=True)
    lines = _read(place).decode(errors="replace").split("\n") if place else []
    built = gather([*lines, *last.built])
    if not common:
        return EarlierBuilds(built=built, mark=mark)
    findings = []
    if shallow == "true":
        hint = "Fetch the whole history: `git fetch --unshallow`, or `fetch-depth: 0` in a workflow."
        message = (
            "This clone is shallow, so deckgen cannot tell whether readers have notes newer than the lock."
        )
        findings.append(SHALLOW_CLONE.at(Span(LOCK_FILE), message, hint))
    shipped = gather(_added_lines(root, *_HERE))
    elsewhere = gather(_added_lines(root, "--branches", "--remotes", "--not", *_HERE))
    return EarlierBuilds(shipped, built, elsewhere, mark, findings=tuple(findings))


def _mark_place(place: Path, tags: str, common: Path, head: Path) -> MarkPlace:
    if not head.is_file():  # there is no repository
        return MarkPlace(place, tags)
    folders = tuple(folder for folder, _, _ in os.walk(common / "refs" / "tags"))
    return MarkPlace(place, tags, (str(head), str(common / "packed-refs")), folders)


def _git(root: Path, *arguments: str) -> str:
    """Return what git answers in the folder ``root``; nothing where there is no git, or no repository."""
    import subprocess  # noqa: PLC0415 - slow to import, and a build of words alone asks git nothing

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


def commit_with_lock(root: Path, project: str) -> str:
    """Return what git calls the last commit with a lock that can be read; empty where none is known."""
    commits = _git(root, "log", f"-{_MOST_COMMITS}", "--format=%h", *_HERE, "--", LOCK_FILE).split()
    for commit in ("HEAD", *commits):
        text = _git(root, "show", f"{commit}:./{LOCK_FILE}")
        if text and not parse_lock(text, LOCK_FILE, project)[1]:
            return commit
    return ""


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


def _is_same(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


class _Mark(Struct, frozen=True):
    """What stands beside the copy of the lock: a hash of the tags, and the notes that the lock lacks."""

    tags: str = ""
    built: tuple[str, ...] = ()


def _read_mark(place: Path) -> _Mark:
    tags, *lines = _read(_beside(place)).decode(errors="replace").split("\n")
    return _Mark(tags, tuple(filter(None, lines)))


def _beside(place: Path) -> Path:
    return place.with_suffix(".built")


def write_mark(
    place: Path, lock_file: Path, tags: str = "", built: Iterable[tuple[str, LockedNote]] | None = None
) -> None:
    """Leave the mark of a build; where that fails there is none, and no harm done.

    Args:
        place: where it goes.
        lock_file: the lock as the build left it.
        tags: the hash of the repository's tags.
        built: the notes that were built here and that the lock does not have. Where they are not given, they
            and the tags stay as they are.
    """
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if built is not None:
            lines = (tags, *(format_note(note_id, note) for note_id, note in built))
            replace_text(_beside(place), "\n".join(lines))
        with lock_file.open("rb") as source:
            replace_file(place, lambda target: shutil.copyfileobj(source, target))
