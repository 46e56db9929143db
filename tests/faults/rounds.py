"""Builds, a watch, a preview and git work on one project at the same time, and spoil nothing: `make faults`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

from conftest import MakeProject

ROUNDS = int(os.environ.get("ROUNDS") or 10)
NOTES = "concepts:\n  - {id: a, covers: [basics/first, basics/second], prompt: P?, answer: Version 0}\n"
DECKGEN = [sys.executable, "-m", "deckgen"]
GIT = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]


def _start(root: Path, *command: str, said: int = subprocess.PIPE) -> subprocess.Popen[str]:
    return subprocess.Popen(command, cwd=root, stdout=said, stderr=subprocess.STDOUT, text=True)


def _git(root: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=root, check=True, capture_output=True)


def _one_round(root: Path, number: int) -> None:
    """Edit a note, build twice while git commits or checks out another branch, and look at what is there."""
    note = root / "ch01/a.yaml"
    note.write_text(NOTES.replace("Version 0", f"Version {number}"))
    branch = (
        ["checkout", "-q", "-f", "-B", f"side{number}"]
        if number % 3 == 0
        else ["commit", "-qam", f"v{number}"]
    )
    processes = [
        _start(root, *DECKGEN, "build"),
        _start(root, *DECKGEN, "build", "-o", "build/other.apkg"),
        _start(root, *GIT, *branch),
        _start(root, *DECKGEN, "status"),
    ]
    for process in processes:
        said, _ = process.communicate(timeout=120)
        assert "Traceback" not in said, said
        assert process.returncode == 0 or "deckgen" not in process.args[-1], said
    for package in root.glob("build/*.apkg"):
        with zipfile.ZipFile(package) as archive:
            assert archive.testzip() is None
    build = subprocess.run([*DECKGEN, "build"], cwd=root, capture_output=True, text=True, check=False)
    assert build.returncode == 0, build.stderr
    assert "note ch01/a concepts" in (root / "deckgen.lock").read_text()


def test_builds_previews_and_git_at_once_spoil_nothing(make_project: MakeProject, tmp_path: Path):
    root = make_project({".gitignore": "build/\n"}, a=NOTES)
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "commit", "-qm", "first")
    # What they say over hundreds of rounds is too much for a pipe that nobody reads meanwhile.
    watched, previewed = (tmp_path / f"{name}.log" for name in ("watch", "preview"))
    others = []
    try:
        with watched.open("w") as watch, previewed.open("w") as preview:
            others.append(_start(root, *DECKGEN, "build", "--watch", said=watch.fileno()))
            others.append(_start(root, *DECKGEN, "preview", "--no-open", said=preview.fileno()))
        for number in range(1, ROUNDS + 1):
            _one_round(root, number)
            assert [other.poll() for other in others] == [None, None]
    finally:
        for other in others:
            other.send_signal(signal.SIGINT)
    for other, log in zip(others, (watched, previewed), strict=True):
        other.wait(timeout=60)
        assert "Traceback" not in log.read_text()
    assert not [path for path in root.rglob(".*") if path.name.count(".") > 2]
