"""git as tests run it: with an author's name, and none of the settings of whoever runs them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def git(root: Path, *arguments: str, check: bool = True) -> str:
    """Run git in a folder; return what it prints."""
    names = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_EDITOR": "true"}
    return subprocess.run(
        ["git", *arguments], cwd=root, env=environment, check=check, capture_output=True, text=True
    ).stdout


def commit(root: Path, message: str = "work") -> None:
    """Commit all that stands in a folder."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)
