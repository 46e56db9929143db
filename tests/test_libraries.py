"""What an older or newer rendering library changes for readers: nothing.

`make test-libraries` builds with the lowest and the newest allowed versions, each in an environment of its own
(.venv-libraries/); `make test` with those in its own environment alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anki_collection import Reader
from author import Author, cloze, concept
from conftest import REPOSITORY
from markup_cases import markup_cases
from packaging.requirements import Requirement
from packaging.version import Version

OWN = "own"
SETS = os.environ.get("LIBRARY_SETS", "").split() or [OWN]
CODE = {
    "python": "def f(x: int) -> str:\n    return f'{x!r}' + \"it's\"  # why",
    "sql": "SELECT a, 'it''s', count(*) FROM t JOIN u USING (id) WHERE x >= 1.5",
    "bash": "for f in *.csv; do echo \"$f\" | sed 's/a/b/'; done",
    "yaml": "a: &x [1, 'two']\nb: |\n  text",
    "json": '{"a": [1, null, true], "b": "it\'s"}',
    "terraform": 'resource "a" "b" {\n  name = "${var.y}-z"\n}',
    "scala": "case class A(x: Int)\nval c = 'c'",
    "go": "var c = 'c'",  # Pygments up to 2.20 takes `=` for punctuation, from 2.21 on for an operator
}


def run_python(libraries: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Python with a set of libraries; fail where it does."""
    folder = REPOSITORY / ".venv-libraries" / libraries
    python = sys.executable if libraries == OWN else folder / "bin" / "python"
    result = subprocess.run([python, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result


def deckgen(libraries: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run deckgen with a set of libraries."""
    return run_python(libraries, "-m", "deckgen", *arguments)


def _chapter(folder: Path) -> Path:
    """Return a project with the real chapter, and the lock that its readers go by."""
    return Path(
        shutil.copytree(REPOSITORY / "cards", folder / "cards", ignore=shutil.ignore_patterns("build"))
    )


def _constructs(folder: Path) -> Path:
    """Return a project with a note for each construct of our Markdown, and code in several languages."""
    author = Author(folder)
    author.notes(
        concepts=[
            *(concept(f"markup-{n}", answer=text) for n, text in enumerate(_markup(is_cloze=False))),
            *(concept(language, answer=f"```{language}\n{code}\n```") for language, code in CODE.items()),
        ],
        clozes=[cloze(f"cloze-{n}", f"\n\n{text}") for n, text in enumerate(_markup(is_cloze=True))],
    )
    return author.root


def _markup(*, is_cloze: bool) -> Iterator[str]:
    unclosed = "code that ends with the text"  # stops a build
    return (
        source
        for name, source, _ in markup_cases()
        if name.startswith("cloze") is is_cloze and name != unclosed
    )


@pytest.mark.parametrize("make", [_chapter, _constructs])
@pytest.mark.parametrize("first", SETS)
def test_no_library_changes_what_readers_have(
    first: str, make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = make(tmp_path)
    deckgen(first, "build", root, "-o", tmp_path / f"{first}.apkg")
    lock = (root / "deckgen.lock").read_bytes()
    before = _imported(tmp_path, first, first)
    for then in SETS:
        status = deckgen(then, "status", root, "--format", "json")
        changes = json.loads(status.stdout)
        unchanged = changes.pop("unchanged")
        assert not any(changes.values()), changes
        deckgen(then, "build", root, "--frozen", "-o", tmp_path / f"{then}.apkg")
        assert (root / "deckgen.lock").read_bytes() == lock
        after = _imported(tmp_path, then, then)
        assert unchanged == len(after)
        assert _rendered_anew(status.stderr) == sum(before[guid] != after[guid] for guid in before)
        _imported(tmp_path, f"{first}-{then}", first, then)


def _imported(folder: Path, name: str, *packages: str) -> dict[str, list[str]]:
    """Import packages one after the other into a new collection: only the first changes anything."""
    shutil.rmtree(folder / name, ignore_errors=True)
    reader = Reader(folder / name)
    logs = [reader.import_package(folder / f"{package}.apkg") for package in packages]
    notes = {guid: fields for guid, (fields, _) in reader.notes().items()}
    reader.close()
    assert [(log.updated, log.conflicting, log.other) for log in logs] == [(0, 0, 0)] * len(logs)
    assert all(log.new == 0 for log in logs[1:])
    return notes


def _rendered_anew(said: str) -> int:
    """Return how many notes are reported as rendered in another way than readers have them."""
    found = re.search(r"rendered-anew (?:(\d+) notes|`)", said)
    return int(found[1] or 1) if found else 0


@pytest.mark.parametrize("libraries", SETS)
def test_the_lowest_versions_are_those_that_are_allowed(libraries: str):
    code = "from deckgen.render.renderer import library_versions; print(library_versions())"
    installed = dict(pair.split() for pair in run_python(libraries, "-c", code).stdout.strip().split(", "))
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    for requirement in map(Requirement, project["dependencies"]):
        if version := installed.pop(requirement.name, None):
            (bound,) = requirement.specifier
            assert Version(version) >= Version(bound.version)
            assert libraries != "lowest" or Version(version) == Version(bound.version)
    assert not installed
