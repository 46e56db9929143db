"""How git is run: in the repository that a project lies in, and so that it starts no other program."""

from __future__ import annotations

import os
from pathlib import Path

_PATIENCE = 60  # seconds for git to answer
# The repository's own settings must run no program and change no output.
_GIT = (
    "git", "--no-pager", "-c", "log.showSignature=false", "-c", "core.fsmonitor=false",
    "-c", "log.follow=false", "-c", "log.diffMerges=separate",
)  # fmt: skip
# Nothing is fetched: a clone that lacks files would ask for them by programs that its settings name.
_OWN_VARIABLES = {"GIT_ALLOW_PROTOCOL": "none", "GIT_OPTIONAL_LOCKS": "0"}
# They name a repository, as in a hook; what counts is the one that the project lies in, if any.
_FOREIGN_VARIABLES = {
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE",
}  # fmt: skip


def run_git(root: Path, *arguments: str) -> str | None:
    """Return what git answers in the folder ``root``; None where it does not, or there is no repository."""
    import subprocess  # noqa: PLC0415 - slow to import, and a build of words alone asks git nothing

    foreign = set() if _is_in_named_tree(root) else _FOREIGN_VARIABLES
    inherited = {name: value for name, value in os.environ.items() if name not in foreign}
    try:
        result = subprocess.run(  # noqa: S603 - git, with options of our own
            [*_GIT, *arguments],
            cwd=root,
            env={**inherited, **_OWN_VARIABLES},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.decode(errors="replace") if result.returncode == 0 else None


def is_in_repository(root: Path) -> bool:
    """Tell whether the folder lies in a repository, whether git can read it or not."""
    resolved = root.resolve()
    return any(os.path.lexists(folder / ".git") for folder in (resolved, *resolved.parents))


def _is_in_named_tree(root: Path) -> bool:
    """Tell whether variables name a repository for a folder in no other, as `yadm enter` does."""
    tree = os.environ.get("GIT_WORK_TREE")
    if not tree or is_in_repository(root):
        return False
    return root.resolve().is_relative_to(Path(tree).resolve())
