"""The tutorial, followed word for word; the real Anki imports each package as it is built."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from anki_collection import ImportLog, Reader
from tutorial import REPOSITORY, TUTORIAL, follow

from deckgen.model.addresses import REPOSITORY as ADDRESS

GIT = {
    f"GIT_{role}_{what}": "author@example.org"
    for role in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}


def test_the_tutorial_leads_to_a_deck_and_a_correction_that_reaches_it(tmp_path: Path):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **GIT, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100"}
    imports: list[ImportLog] = []
    reader = Reader(tmp_path / "anki")
    follow(tmp_path, environment, lambda package: imports.append(reader.import_package(package)))
    reader.close()
    first, second = imports
    assert (first.new, first.updated) == (6, 0)
    assert (second.new, second.updated, second.duplicate) == (0, 1, 5)


def test_every_document_names_the_repository_as_the_program_does():
    for document in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))):
        for address in document.read_text(encoding="utf-8").split("https://github.com/")[1:]:
            assert ("https://github.com/" + address).startswith(ADDRESS), f"{document.name}: {address[:60]}"
    assert ADDRESS in TUTORIAL.read_text(encoding="utf-8")
