"""What is shipped can be made again to the byte, and the licences of all that comes with it are listed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from conftest import REPOSITORY


def test_the_licences_of_all_that_is_installed_are_listed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    from licences import licences

    made, listed = (
        set(re.findall(r"^\| ([\w-]+) \| (.+?) \|", text, re.MULTILINE))
        for text in (licences(), (REPOSITORY / "docs/licences.md").read_text(encoding="utf-8"))
    )
    assert made <= listed, "run `make docs`"
    for name, _ in listed - made - {("library", "licence")}:  # of an older Python alone
        with pytest.raises(PackageNotFoundError):
            distribution(name)


def _built(source: Path, umask: int, age: int) -> dict[str, bytes]:
    """Build wheel and sdist of a copy of the sources whose files have other times and rights."""
    names = ("deckgen", "pyproject.toml", "README.md", "LICENSE", "SECURITY.md", "CHANGELOG.md", ".gitignore")
    for name in names:
        copy = shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copy
        source.mkdir(exist_ok=True)
        copy(REPOSITORY / name, source / name)
    for file in source.rglob("*"):
        os.utime(file, (age, age))
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", "dist"],
        cwd=source, env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}, umask=umask, check=True,
        capture_output=True,
    )  # fmt: skip
    return {file.name: file.read_bytes() for file in (source / "dist").iterdir()}


def test_wheel_and_sdist_are_the_same_bytes_wherever_they_are_built(tmp_path: Path):
    one, other = (
        _built(tmp_path / "one", 0o022, 1_600_000_000),
        _built(tmp_path / "other", 0o077, 1_700_000_000),
    )
    assert sorted(Path(name).suffix for name in one) == [".gz", ".whl"]
    assert one == other
