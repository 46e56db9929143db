"""What git and the marks of builds tell of earlier builds besides the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import chain
from pathlib import Path

from deckgen.build.build_mark import (
    Mark,
    MarkPlace,
    branch_of,
    is_as_left,
    mark_of_user,
    marked_lines,
    read_mark,
    read_text,
)
from deckgen.build.git import git_lines, git_text, is_in_repository
from deckgen.build.repository import HERE, Repository, repository_of
from deckgen.lock.earlier_locks import Traces, traces_in
from deckgen.lock.model import Lock
from deckgen.lock.read import parse_lock
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.values import Struct, field, replace
from deckgen.source.folders import LOCK_FILE

HISTORY_UNREAD = Code(
    "history-unread",
    Severity.WARNING,
    "git cannot show the history of the lock",
    "After a revert, only the history tells what readers may have that is newer than the lock. git is not "
    "installed, does not trust the folder because another user owns it, cannot read the repository, took "
    "more than a minute, or has more to tell than any deck's history (512 MB); or Git LFS or git-crypt keeps "
    "the lock.",
)
CODES = (HISTORY_UNREAD,)

_MOST_COMMITS = 50  # of which the lock is read, where the last ones are damaged
_LOG = (
    "log", "-p", "-U0", "-m", "--full-history", "--format=", "--no-color", "--no-ext-diff", "--no-textconv",
    "--no-renames", "--text",
)  # fmt: skip


class EarlierBuilds(Struct, frozen=True):
    """What is known of earlier builds.

    ``in_history`` stood in the history of HEAD or of a tag; ``built_here`` was built on this branch, or on
    one that is gone, and may have been given to readers or not; ``on_other_branches`` was built on other
    branches, by name, ``in_other_worktrees`` on those that another worktree has checked out, and
    ``in_other_history`` stands in the history of both. ``mark`` is where the mark of this build goes; None
    where there is no place for it. ``is_last``: the lock is as the last build here left it.
    ``lasting_findings`` are those that every build has.
    """

    in_history: Traces = Traces()
    built_here: Traces = Traces()
    on_other_branches: Mapping[str, Traces] = field(default_factory=dict)
    in_other_worktrees: Traces = Traces()
    in_other_history: Traces = Traces()
    mark: MarkPlace | None = None
    is_last: bool = False
    findings_said_once: tuple[Finding, ...] = ()
    lasting_findings: tuple[Finding, ...] = ()

    def elsewhere(self) -> tuple[Traces, ...]:
        """Return what was built or committed on other branches."""
        return self.in_other_history, *self.on_other_branches.values(), self.in_other_worktrees


def earlier_builds(
    root: Path, project: str, gather: Callable[[Iterable[str]], Traces], *, ask_git: bool
) -> EarlierBuilds:
    """Find out what earlier builds of a project wrote.

    Args:
        root: the project's folder.
        project: its id.
        gather: makes traces of the lines of locks.
        ask_git: whether to read git's history even where the lock is as the last build here left it, so that
            nothing can be newer.
    """
    repository = repository_of(root, project)
    own = mark_of_user(root, project)
    place = repository.mark if repository else MarkPlace(own) if own else None
    last = read_mark(place.file) if place else Mark()
    known = EarlierBuilds(
        mark=place,
        findings_said_once=() if repository or not is_in_repository(root) else (_unread(),),
        lasting_findings=repository.findings() if repository else (),
    )
    # A clone that became shallow since has no history from the commit on that was known.
    is_shallow = repository is not None and repository.is_shallow
    can_go_on = not ask_git and not is_shallow and place is not None and last.seen == place.seen
    if place and can_go_on and is_as_left(place.file, root / LOCK_FILE):
        new = [] if last.head == place.head else _lines_since(root, last.head)
        if new is not None:
            new = _without_times_of_others(new, project)
            return replace(known, in_history=gather(new), built_here=gather(last.not_in_lock), is_last=True)
    if not repository:
        return replace(known, built_here=gather(marked_lines(place.file) if place else ()))
    return _from_history(root, project, repository, known, gather)


def _from_history(
    root: Path,
    project: str,
    repository: Repository,
    known: EarlierBuilds,
    gather: Callable[[Iterable[str]], Traces],
) -> EarlierBuilds:
    """Add to what is known what git's history and the marks of all branches tell."""
    here = _added_lines(root, *HERE)
    there = _added_lines(root, "--branches", "--remotes", "--not", *HERE)
    branches = git_lines(root, "for-each-ref", "--format=branch %(refname)", "refs/heads")
    # git before 2.23 knows no `%(worktreepath)`.
    checked_out = git_lines(root, "worktree", "list", "--porcelain", start="branch ") or ()
    built = marked_lines(repository.mark.file)
    on_other_branches: dict[str, list[str]] = {}
    in_other_worktrees: list[str] = []
    for other in repository.others:
        branch = f"branch refs/heads/{branch_of(other)}"
        lines = marked_lines(other)
        is_there = branch in (branches or ())
        is_renamed = not is_there and not set(lines).difference(("",), here or (), there or ())
        if branch in checked_out:
            in_other_worktrees += lines
        elif is_there or is_renamed:
            on_other_branches[branch_of(other)] = lines
        else:
            built += lines
    groups = {
        "in_history": _without_times_of_others(here or [], project),
        "built_here": built,
        "in_other_worktrees": in_other_worktrees,
        "in_other_history": _without_times_of_others(there or [], project),
    }
    # A stamp that is void on one branch is void on all: no reader has it.
    all_lines = chain(*groups.values(), *on_other_branches.values())
    void = [line for line in all_lines if line.startswith("void ")]
    known = replace(
        known,
        **{name: gather([*lines, *void]) for name, lines in groups.items()},
        on_other_branches={branch: gather([*lines, *void]) for branch, lines in on_other_branches.items()},
    )
    # Git LFS and git-crypt keep the lock's lines elsewhere; the first of them is `lock …`.
    is_elsewhere = here and not any(line.startswith("lock ") for line in here)
    if is_elsewhere or None in (here, there, branches):
        known = replace(known, findings_said_once=(_unread(),))
    elif not repository.is_shallow:
        return known
    # Without a hash of what was seen, the next build asks again.
    return replace(known, mark=replace(repository.mark, seen=""))


def _unread() -> Finding:
    message = (
        "git cannot show the history of the lock, so deckgen cannot tell whether readers have notes newer "
        "than it."
    )
    hint = f"`git log -p -- {LOCK_FILE}` says why."
    return HISTORY_UNREAD.at(Span(LOCK_FILE), message, hint)


def _added_lines(root: Path, *revisions: str) -> list[str] | None:
    """Return the lines that commits added to the lock, those of the newest commit first."""
    log = git_lines(root, *_LOG, "--ignore-missing", *revisions, "--", LOCK_FILE, start="+")
    return None if log is None else [line[1:] for line in log if not line.startswith("+++ ")]


def _without_times_of_others(lines: list[str], project: str) -> list[str]:
    """Return the lines of a history, without those on times if another project's lock stood there once.

    They name no note, so that nothing tells whose they are; the lock that stands keeps its own.
    """
    owners = {line.rpartition(" ")[2] for line in lines if line.startswith("lock ")}
    if owners <= {project}:
        return lines
    return [line for line in lines if not line.startswith(("ahead ", "anew ", "void "))]


def _lines_since(root: Path, known: str) -> list[str] | None:
    """Return the lines that the lock was given since a commit, or ever; None where git does not tell."""
    return _added_lines(root, "HEAD", *(("--not", known) if known else ()))


def is_lock_of_head(root: Path, mark_file: Path) -> bool:
    """Tell whether the lock has each line that commits gave it since the build that left a mark."""
    lines = _lines_since(root, read_mark(mark_file).head)
    return lines is not None and set(lines).issubset(read_text(root / LOCK_FILE).split("\n"))


def ids_in_history(root: Path, project: str) -> dict[str, str]:
    """Return the id that each note had last by git's history or a build here, by its GUID."""
    earlier = earlier_builds(root, project, partial(traces_in, lock=Lock(project)), ask_git=True)
    traces = (earlier.in_other_history, earlier.built_here, earlier.in_history)
    return {guid: note_id for each in traces for guid, (note_id, _) in each.notes.items()}


def commit_with_lock(root: Path, project: str) -> str:
    """Return what git calls the last commit with a lock that can be read; empty where none is known."""
    asked = ("log", f"-{_MOST_COMMITS}", "--format=%h", "--ignore-missing", *HERE, "--", LOCK_FILE)
    for commit in ("HEAD", *(git_lines(root, *asked) or [])):
        text = git_text(root, "show", f"{commit}:./{LOCK_FILE}")
        if text and not parse_lock(text, LOCK_FILE, project)[1]:
            return commit
    return ""
