"""The repository that a project lies in, as far as a build has to do with it."""

from __future__ import annotations

import os
from pathlib import Path

from deckgen.build.build_mark import MarkPlace, branch_in, leaves_git, mark_in_git, other_marks
from deckgen.build.git import git_lines
from deckgen.build.manifest import stamp_of
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.ids import content_hash
from deckgen.model.values import Struct
from deckgen.source.files import is_absent
from deckgen.source.folders import LOCK_FILE
from deckgen.source.project import SETTINGS_FILE

SHALLOW_CLONE = Code(
    "shallow-clone",
    Severity.WARNING,
    "git's history of the lock is cut off here",
    "After a revert, only the history shows what readers may have that is newer than the lock. A shallow "
    "clone, as CI services make, does not have it.",
)
LOCK_UNTRACKED = Code(
    "lock-untracked",
    Severity.WARNING,
    "git has the notes and not the lock",
    "Only the lock knows what readers have. A build in another clone would send every note as new or "
    "changed, and a renamed one twice.",
)
SPARSE_CHECKOUT = Code(
    "sparse-checkout",
    Severity.ERROR,
    "git leaves out files of the project",
    "In a sparse checkout, git does not write all files of a repository. Notes that are not there count as "
    "removed: readers would get a banner in their place. A build of some chapters retires none of others.",
)
CODES = (SHALLOW_CLONE, LOCK_UNTRACKED, SPARSE_CHECKOUT)

HERE = ("HEAD", "--tags")  # the revisions that the packages of a branch come from


class Repository(Struct, frozen=True):
    """The repository that a project lies in: where the mark of this branch goes, and those of others.

    It ``lacks_lock`` if git tracks the project and not the lock that stands there; ``left_out`` are the files
    with notes, outlines or settings that it tracks and that a sparse checkout does not have.
    """

    mark: MarkPlace
    others: tuple[Path, ...]
    is_shallow: bool
    lacks_lock: bool
    left_out: tuple[str, ...]

    def findings(self) -> tuple[Finding, ...]:
        """Return what every build has to say of it."""
        faults = (
            (self.is_shallow, _shallow), (self.lacks_lock, _untracked), (self.left_out, self._left_out)
        )  # fmt: skip
        return tuple(finding() for is_so, finding in faults if is_so)

    def _left_out(self) -> Finding:
        first, *more = self.left_out
        files = f"{len(more) + 1:,} files, among them `{first}`" if more else f"`{first}`"
        message = f"This sparse checkout leaves out {files}: the notes there would be retired."
        hint = (
            "Get all files with `git sparse-checkout disable`, or build the chapters that are here: `deckgen "
            "build --chapter ID`."
        )
        return SPARSE_CHECKOUT.at(Span(first), message, hint)


def repository_of(root: Path, project: str) -> Repository | None:
    """Return the repository that a project lies in; None where there is none, or git does not tell."""
    asked = ("--git-common-dir", "--is-shallow-repository", "--git-path", "HEAD", "--git-path", "index")
    answer = git_lines(root, "rev-parse", *asked, "--revs-only", *HERE)
    if answer is None:
        return None
    folder, shallow, head_file, index, *commits = answer
    head, *tags = commits or [""]  # none before the first commit
    common = root / folder
    branch = branch_in(root / head_file)
    file = mark_in_git(common, branch, project)
    if leaves_git(file, common):
        return None
    others = tuple(other for other in other_marks(file) if not leaves_git(other, common))
    seen = content_hash(*tags, *(f"{other.name} {stamp_of(str(other))}" for other in others))
    files = [root / head_file, common / branch, common / "packed-refs", common / "shallow", *others]
    listed = git_lines(root, "ls-files", "-t", "--", LOCK_FILE, "*.yaml", "*.yml") or []
    tracked = {line[2:]: line[0] for line in listed}
    lacks_lock = SETTINGS_FILE in tracked and LOCK_FILE not in tracked and not is_absent(root / LOCK_FILE)
    left_out = tuple(path for path, tag in tracked.items() if tag == "S" and _is_missing(root, path))
    if lacks_lock:
        files.append(root / index)  # adding the lock to git mends that
    folders = (*(folder for folder, _, _ in os.walk(common / "refs" / "tags")), str(file.parent))
    mark = MarkPlace(file, seen, head, str(common / branch), tuple(map(str, files)), folders)
    return Repository(mark, others, shallow == "true", lacks_lock, left_out)


def _is_missing(root: Path, path: str) -> bool:
    """Tell whether a file that would be read is not there; folders with a dot are not looked into."""
    return is_absent(root / path) and not any(name.startswith(".") for name in path.split("/"))


def _shallow() -> Finding:
    message = "This clone is shallow, so deckgen cannot tell whether readers have notes newer than the lock."
    hint = "Fetch the whole history: `git fetch --unshallow`, or `fetch-depth: 0` in a workflow."
    return SHALLOW_CLONE.at(Span(LOCK_FILE), message, hint)


def _untracked() -> Finding:
    message = "git has the notes and not the lock, so a build in another clone would send all notes anew."
    return LOCK_UNTRACKED.at(Span(LOCK_FILE), message, f"Add it to git: `git add -f {LOCK_FILE}`.")
