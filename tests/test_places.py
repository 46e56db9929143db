"""A project builds in any folder, in any surroundings, at any time, and its package is the same everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MakeProject

NOTES = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: "Ünï 🎴?", answer: "![x](ä🎴.png)"}
"""
ODD = "a b 🎴\n'$(touch pwned)'"
PLACES = {
    "the C locale": {"LC_ALL": "C"},
    "a locale that is not there": {"LC_ALL": "xx_XX.ISO-8859-1"},
    "a time zone that is not there": {"TZ": "Mars/None"},
    "the last time zone": {"TZ": "Pacific/Kiritimati"},
    "a home that is not there": {"HOME": "/nonexistent", "XDG_CACHE_HOME": "", "XDG_STATE_HOME": ""},
    "a home that is no folder": {"HOME": "/dev/null", "XDG_CACHE_HOME": "", "XDG_STATE_HOME": ""},
}
FIXED = {"SOURCE_DATE_EPOCH": "1700000000"}  # so that the bytes can be compared


def _build(project: Path, name: str, environment: dict[str, str]) -> bytes:
    """Build a copy of a project in a folder with an odd name, with no other environment; return the package."""
    root = project.parent / name / ODD
    shutil.copytree(project, root)  # with the times of its files
    own = {"PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(root), "XDG_STATE_HOME": str(root)}
    result = subprocess.run(
        [sys.executable, "-m", "deckgen", "build", root],
        env={**own, **FIXED, **environment}, cwd=root.parent, capture_output=True, check=False,
    )  # fmt: skip
    assert (result.returncode, b"Traceback" in result.stderr) == (0, False), result.stderr
    assert [path.name for path in root.parent.iterdir()] == [ODD]
    return (root / "build/test.apkg").read_bytes()


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project({"media/ä🎴.png": "x"}, a=NOTES)


@pytest.mark.parametrize("name", PLACES)
def test_the_package_is_the_same_in_any_surroundings(name: str, project: Path):
    assert _build(project, "here", PLACES[name]) == _build(project, "there", {"LC_ALL": "C.UTF-8"})


@pytest.mark.parametrize("seconds", [-1_000_000_000, 5_000_000_000])
def test_files_may_be_from_any_time(seconds: int, project: Path):
    now = _build(project, "now", {})
    for file in (*project.rglob("*.yaml"), *project.rglob("*.png")):
        os.utime(file, (seconds, seconds))
    assert _build(project, "then", {}) == now
