"""Make a release, up to the upload: ``make release VERSION=1.2.3``.

The changelog's "Unreleased" part gets the version and the date; wheel and sdist are built twice and must be
the same; the commit is tagged, and the notes are written. What is left, pushing and uploading, it prints.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
VERSION_FILE = Path("deckgen/__init__.py")
CHANGELOG = Path("CHANGELOG.md")
_NEXT_STEPS = """\
dist/ and build/release-notes.md are ready. What is left:
  git push origin main v{version}
  python -m twine upload dist/*
  gh release create v{version} dist/* --notes-file build/release-notes.md
Nothing here attests what was built. A workflow does that: pypa/gh-action-pypi-publish as a trusted publisher,
and actions/attest-build-provenance with `subject-path: dist/*`."""


def release(root: Path, version: str, today: dt.date) -> str:
    """Make the release of ``version`` in the repository ``root``; return what is left to do.

    Raises:
        SystemExit: where the version, the work tree, the branch or the changelog are not ready.
    """
    _require(root, version)
    changelog = (root / CHANGELOG).read_text(encoding="utf-8")
    notes = re.search(r"^## Unreleased\n\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if notes is None or not notes[1].strip():
        sys.exit("CHANGELOG.md has no entries under `## Unreleased`. Write what this release changes.")
    dated = changelog.replace("## Unreleased\n", f"## Unreleased\n\n## {version} ({today.isoformat()})\n", 1)
    (root / CHANGELOG).write_text(dated, encoding="utf-8")
    source = (root / VERSION_FILE).read_text(encoding="utf-8")
    set_version = re.sub(r'^__version__ = ".*"$', f'__version__ = "{version}"', source, flags=re.MULTILINE)
    (root / VERSION_FILE).write_text(set_version, encoding="utf-8")
    _git(root, "commit", "--quiet", "--all", "--message", f"release: {version}")
    _build(root)
    (root / "build").mkdir(exist_ok=True)
    (root / "build/release-notes.md").write_text(notes[1].strip() + "\n", encoding="utf-8")
    _git(root, "tag", "--annotate", f"v{version}", "--message", f"deckgen {version}")
    return _NEXT_STEPS.format(version=version)


def _require(root: Path, version: str) -> None:
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.exit(f"`{version}` is no version such as 1.2.3.")
    if _git(root, "status", "--porcelain"):
        sys.exit("The work tree has changes. Commit them first.")
    if _git(root, "branch", "--show-current") != "main":
        sys.exit("A release is made on main. Switch to it first.")
    if _git(root, "tag", "--list", f"v{version}"):
        sys.exit(f"There is a release {version} already. Choose the next version.")


def _build(root: Path) -> None:
    """Build wheel and sdist into dist/, and once more elsewhere: both must be the same, byte for byte."""
    time = _git(root, "log", "-1", "--format=%ct")
    with tempfile.TemporaryDirectory() as again:
        for folder in (root / "dist", Path(again)):
            subprocess.run(
                [sys.executable, "-m", "build", "--outdir", folder, root],
                env={**os.environ, "SOURCE_DATE_EPOCH": time}, check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        for file in Path(again).iterdir():
            if _digest(file) != _digest(root / "dist" / file.name):
                sys.exit(f"{file.name} differs between two builds of the same commit. Find out why first.")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make a release, up to the upload.")
    parser.add_argument("version")
    print(release(ROOT, parser.parse_args().version, dt.datetime.now(tz=dt.UTC).date()))
