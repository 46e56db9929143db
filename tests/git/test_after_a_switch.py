"""A build of words alone looks again where the branch or the tags are others than at the last build."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import MakeProject
from desk import LARGE
from scratch_git import commit, git

NOTES = """\
concepts:
  - {id: a, covers: [basics/first], source: x, prompt: When is a retry safe?, answer: Right.}
"""


@pytest.fixture
def root(make_project: MakeProject) -> Path:
    root = make_project(a=NOTES)
    git(root, "init", "--quiet", "--initial-branch=main")
    time.sleep(0.2)  # what was saved as a build began would be looked at again
    return root


def build(root: Path) -> str:
    """Build in a process of its own, as the command does; return all that it says."""
    command = [sys.executable, "-c", LARGE, "build"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(root.parent / "cache")}
    result = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True, env=environment)
    return result.stdout + result.stderr


def edit(root: Path, answer: str) -> None:
    (root / "ch01/a.yaml").write_text(NOTES.replace("Right.", answer))


def test_a_build_on_another_branch_leaves_its_mark_there(root: Path):
    build(root)
    commit(root)
    git(root, "checkout", "--quiet", "-b", "feature")
    edit(root, "Wrong.")
    build(root)
    marks = {file.name for file in (root / ".git/deckgen/test").glob("*.lock")}
    assert marks == {"main.lock", "feature.lock"}
    git(root, "checkout", "--", ".")
    assert "lock-behind" in build(root)


def test_words_are_stamped_above_a_worktree_whose_clock_was_ahead(root: Path):
    build(root)
    commit(root)
    there = root.parent / "there"
    git(root, "worktree", "add", "--quiet", "-b", "side", str(there))
    edit(there, "Wrong.")
    build(there)
    mark = root / ".git/deckgen/test/side.lock"
    ahead = int(stamp_of_a(mark)) + 36_000
    mark.write_text(mark.read_text().replace(stamp_of_a(mark), str(ahead)))
    time.sleep(0.2)
    build(root)
    edit(root, "Better.")
    build(root)
    assert int(stamp_of_a(root / "deckgen.lock")) > ahead


def stamp_of_a(lock: Path) -> str:
    return next(line.split(" ")[6] for line in lock.read_text().splitlines() if " ch01/a " in line)


def other_with_a_wrong_answer(root: Path) -> Path:
    """Build and commit here; clone that, and build and commit a wrong answer in the clone."""
    build(root)
    commit(root)
    other = root.parent / "other"
    git(root.parent, "clone", "--quiet", str(root), str(other))
    edit(other, "Wrong.")
    build(other)
    commit(other)
    return other


def test_a_release_tag_that_comes_from_elsewhere_is_noticed(root: Path):
    other = other_with_a_wrong_answer(root)
    git(other, "tag", "v2")
    assert "is up to date" in build(root)
    git(root, "fetch", "--quiet", str(other), "tag", "v2")
    assert "lock-behind" in build(root)


def test_a_commit_with_its_revert_that_is_pulled_is_noticed(root: Path):
    other = other_with_a_wrong_answer(root)
    git(other, "revert", "--no-edit", "HEAD")
    assert "is up to date" in build(root)
    git(root, "pull", "--quiet", str(other), "main")
    assert "lock-behind" in build(root)


def test_a_clone_that_becomes_shallow_does_not_take_the_history_for_known(root: Path):
    other = other_with_a_wrong_answer(root)
    git(other, "revert", "--no-edit", "HEAD")
    git(root, "fetch", "--quiet", "--depth=1", other.as_uri(), "main")
    git(root, "reset", "--quiet", "--hard", "FETCH_HEAD")
    assert "shallow-clone" in build(root)
    git(root, "fetch", "--quiet", "--unshallow", other.as_uri(), "main")
    assert "lock-behind" in build(root)


def test_a_line_of_a_renamed_note_that_the_lock_lost_is_a_finding(root: Path):
    (root / "ch01/z.yaml").write_text(NOTES.replace("id: a", "id: z").replace("When is", "Why is"))
    build(root)
    notes = (root / "ch01/a.yaml").read_text().replace("id: a,", "id: b, aliases: [a],")
    (root / "ch01/a.yaml").write_text(notes)
    build(root)
    lock = root / "deckgen.lock"
    lines = lock.read_text().splitlines(keepends=True)
    lock.write_text("".join(line for line in lines if not line.startswith("note ch01/b ")))
    said = build(root)
    assert "warning lock-line-lost `ch01/b` was built here under another GUID than the lock has." in said
    assert "main.lock, a copy of the last lock" in said


def test_a_lock_that_git_does_not_have_is_missed_until_it_is_added(
    root: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CI", "true")
    assert "deckgen.lock changed: commit it" in build(root)
    git(root, "add", "--all", "--", ":!deckgen.lock")
    (root / "ch01/b.yaml").write_text(NOTES.replace("id: a", "id: b").replace("When is", "Why is"))
    for _ in range(2):
        assert "lock-untracked" in build(root)
    git(root, "add", "-f", "deckgen.lock")
    said = build(root)
    assert "lock-untracked" not in said
    assert "commit it" not in said
