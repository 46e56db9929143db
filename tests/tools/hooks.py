"""The hooks of this repository in the real pre-commit, which installs them as it does for any author."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from repository import commit_all, committed_copy, git

from deckgen.model.addresses import REPOSITORY as REPOSITORY_ADDRESS

REPOSITORY = Path(__file__).parents[2]
PRE_COMMIT = [sys.executable, "-m", "pre_commit"]
NOTE = "concepts:\n  - {id: a, covers: [basics/first], prompt: What is lag?, answer: A distance.}\n"
OUTLINE = """\
id: ch01
number: 1
title: One
sections: [{id: basics, title: Basics, points: [{id: first, text: The first}]}]
"""


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of what stands here now: pre-commit clones it."""
    return committed_copy(tmp_path_factory.mktemp("hooks") / "deckgen")


def run_hooks(root: Path, home: Path) -> subprocess.CompletedProcess[str]:
    command = [*PRE_COMMIT, "run", "--all-files", "--color=never"]
    environment = {**os.environ, "PRE_COMMIT_HOME": os.fspath(home)}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_a_new_project_passes_its_own_hooks_once_it_was_built(hooks: Path, tmp_path: Path):
    root = tmp_path / "deck"
    for command in ("init", "build"):
        subprocess.run([sys.executable, "-m", "deckgen", command, os.fspath(root)], check=True)
    config = root / ".pre-commit-config.yaml"
    here = config.read_text().replace(REPOSITORY_ADDRESS, hooks.as_uri())
    config.write_text(here.replace("rev: main", f"rev: {git(hooks, 'rev-parse', 'HEAD').strip()}"))
    commit_all(root)
    result = run_hooks(root, tmp_path / "home")
    assert (result.returncode, result.stdout.count("Passed")) == (0, 2), result.stdout + result.stderr


def test_the_hooks_let_a_good_commit_pass_and_stop_a_bad_one(hooks: Path, tmp_path: Path):
    root = tmp_path / "deck"
    (root / "cards/ch01").mkdir(parents=True)
    (root / "cards/deckgen.yaml").write_text("name: Test\nid: test\n")
    (root / "cards/ch01/outline.yaml").write_text(OUTLINE)
    (root / "cards/ch01/a.yaml").write_text(NOTE)
    (root / ".gitignore").write_text("build/\n")
    subprocess.run([sys.executable, "-m", "deckgen", "build", "cards"], cwd=root, check=True)
    rev = git(hooks, "rev-parse", "HEAD").strip()
    ids = "".join(f"      - {{id: {name}, args: [cards]}}\n" for name in ("deckgen-check", "deckgen-frozen"))
    (root / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {hooks.as_uri()}\n    rev: {rev}\n    hooks:\n{ids}"
    )
    commit_all(root)

    home = tmp_path / "home"
    good = run_hooks(root, home)
    assert (good.returncode, good.stdout.count("Passed")) == (0, 2), good.stdout + good.stderr
    (root / "cards/ch01/a.yaml").write_text(NOTE.replace("distance", "difference"))
    unbuilt = run_hooks(root, home)
    assert (unbuilt.stdout.count("Passed"), unbuilt.stdout.count("Failed")) == (1, 1)
    assert "deckgen.lock is not up to date" in unbuilt.stdout
    (root / "cards/ch01/a.yaml").write_text(NOTE.replace("answer", "anwser"))
    bad = run_hooks(root, home)
    assert bad.stdout.count("Failed") == 2
    assert "error unknown-key" in bad.stdout
