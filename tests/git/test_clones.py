"""Two clones of a repository that build both, and clones that do not have its whole history."""

from __future__ import annotations

from pathlib import Path

import pytest
from anki_collection import Reader
from author import Author, concept
from scratch_git import commit, git


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author whose first release is committed; each machine keeps its own packages."""
    author = Author(tmp_path)
    git(author.root, "init", "--quiet", "--initial-branch=main")
    release(author, "One")
    return author


def release(author: Author, answer: str) -> None:
    author.notes(concepts=[concept("a", answer=answer), concept("b")])
    author.build()
    commit(author.root)


def clone(author: Author, *options: str) -> Author:
    """Return an author at another machine, an hour later."""
    root = author.root.parent / "clone"
    git(root.parent, "clone", "--quiet", *options, author.root.as_uri(), root.name)
    there = Author(author.root.parent / "unused")
    there.root, there.now = root, author.now + 3600
    return there


def answer_of_a(reader: Reader) -> str:
    return {fields[0]: fields[1] for fields, _ in reader.notes().values()}["What is a?"]


@pytest.mark.parametrize("merged", [False, True])
def test_a_revert_that_is_pulled_is_noticed_where_a_build_was_made_before(
    author: Author, reader: Reader, *, merged: bool
):
    there = clone(author)
    assert there.build().is_nothing()
    if merged:
        git(author.root, "checkout", "--quiet", "-b", "side")
    release(author, "Two")
    reader.import_package(author.package)
    git(author.root, "revert", "--no-edit", "HEAD")
    if merged:
        git(author.root, "checkout", "--quiet", "main")
        git(author.root, "merge", "--no-ff", "--no-edit", "side")
    git(there.root, "pull", "--quiet")
    there.now = author.now
    assert there.codes() == {"lock-behind"}
    assert there.build().changed == ("ch01/a",)
    assert reader.import_package(there.package).updated == 1
    assert answer_of_a(reader) == "One"
    assert there.codes() == set()


def test_a_revert_is_noticed_once_a_shallow_clone_that_was_built_has_the_whole_history(
    author: Author, reader: Reader
):
    release(author, "Two")
    reader.import_package(author.package)
    git(author.root, "revert", "--no-edit", "HEAD")
    there = clone(author, "--depth=1")
    assert there.codes() == {"shallow-clone"}
    there.build()
    assert there.codes() == {"shallow-clone"}
    git(there.root, "fetch", "--quiet", "--unshallow")
    assert there.codes() == {"lock-behind"}
    there.build()
    assert reader.import_package(there.package).updated == 1
    assert answer_of_a(reader) == "One"
