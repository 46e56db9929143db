"""A lock that was restored after a build without it: what it says of slots and GUIDs counts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from anki_collection import Reader
from author import Author
from conftest import Run
from scratch_git import commit, git

FOLDER = "notetypes/term"
TYPE = {
    "name": "Term",
    "list": "terms",
    "fields": [{"name": "word", "required": True}, {"name": "hint"}],
    "cards": [{"name": "Define"}, {"name": "Recall"}],
}
EXTRA = {"name": "extra"}


def terms(author: Author, *words: str) -> None:
    author.notes(terms=[{"id": f"t{place}", "word": word, "hint": "H"} for place, word in enumerate(words)])


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author whose note type has grown: its new field and its new card stand first in their lists."""
    author = Author(tmp_path)
    author.package = author.root / "build" / "test.apkg"
    for side in ("define.front", "define.back", "recall.front", "recall.back", "ask.front", "ask.back"):
        author.write(f"{FOLDER}/{side}.html", "{{Word}}")
    author.write(f"{FOLDER}/notetype.yaml", TYPE)
    terms(author, "Lag", "Skew")
    git(author.root, "init", "--quiet")
    author.build()
    grown = {
        "fields": [EXTRA, *TYPE["fields"]],
        "cards": [{"name": "Ask"}, *TYPE["cards"]],
    }
    author.write(f"{FOLDER}/notetype.yaml", {**TYPE, **grown})
    author.build()
    commit(author.root)
    return author


def test_a_lock_that_was_restored_after_a_start_anew_keeps_its_slots(author: Author, reader: Reader):
    reader.import_package(author.package)
    lock = author.root / "deckgen.lock"
    lock.unlink()
    author.request = {"start_anew": True}
    author.build()
    author.request = {}
    git(author.root, "checkout", "HEAD", "--", "deckgen.lock")
    terms(author, "Lag", "Skew, as I meant it")
    author.build()
    log = reader.import_package(author.package)
    assert (log.new, log.updated, log.conflicting) == (0, 2, 0)
    assert any("as I meant it" in fields[0] for fields, _ in reader.notes().values())


def test_an_old_lock_in_place_of_a_start_anew_that_was_committed_does_not_bring_its_slots_back(
    author: Author, reader: Reader
):
    (author.root / "deckgen.lock").unlink()
    author.request = {"start_anew": True}
    author.build()
    commit(author.root)
    author.request = {}
    reader.import_package(author.package)
    git(author.root, "checkout", "HEAD~1", "--", "deckgen.lock")
    terms(author, "Lag", "Skew, as I meant it")
    author.build()
    log = reader.import_package(author.package)
    assert (log.new, log.updated, log.conflicting) == (0, 1, 0)


def test_a_lock_that_was_recovered_after_a_build_without_it_keeps_its_slots(
    author: Author, reader: Reader, tmp_path: Path, run: Run
):
    reader.import_package(author.package)
    copy = Author(tmp_path / "copy")
    shutil.copytree(
        author.root, copy.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git", "*.lock", "build")
    )
    copy.package = copy.root / "build" / "test.apkg"
    copy.now = author.now
    copy.build()
    (copy.root / "deckgen.lock").unlink()
    assert run("recover", author.package, "--project", copy.root).exit_code == 0
    terms(copy, "Lag", "Skew, as I meant it")
    copy.build()
    log = reader.import_package(copy.package)
    assert (log.new, log.conflicting) == (0, 0)
    assert any("as I meant it" in fields[0] for fields, _ in reader.notes().values())
