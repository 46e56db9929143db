"""Two clones of a repository that build both, and clones that do not have its whole history."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from anki_collection import Reader
from author import Author, concept, outline
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


def test_a_git_of_2018_is_enough(
    author: Author, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """git 2.20, of Debian 10, knows no ``%(worktreepath)``, which came with 2.23."""
    old = tmp_path / "bin/git"
    old.parent.mkdir()
    real = shutil.which("git")
    old.write_text(f'#!/bin/sh\ncase "$*" in *worktreepath*) exit 128;; esac\nexec {real} "$@"\n')
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(old.parent), prepend=os.pathsep)
    release(author, "Two")
    reader.import_package(author.package)
    git(author.root, "revert", "--no-edit", "HEAD")
    there = clone(author)
    assert there.codes() == {"lock-behind"}
    there.build()
    assert reader.import_package(there.package).updated == 1
    assert answer_of_a(reader) == "One"


def test_a_chapter_that_a_sparse_checkout_leaves_out_is_not_retired(author: Author, reader: Reader):
    author.write("ch02/outline.yaml", outline("ch02", "Two"))
    author.notes("ch02/nötes.yaml", concepts=[concept("c")])
    release(author, "Two")
    reader.import_package(author.package)
    git(author.root, "sparse-checkout", "set", "ch01")
    author.notes(concepts=[concept("a", answer="Three"), concept("b")])
    assert author.codes() == {"sparse-checkout"}
    author.request = {"chapters": ["ch01"]}
    assert author.build().retired == ()
    assert reader.import_package(author.package).updated == 1
    author.request = {}
    git(author.root, "sparse-checkout", "disable")
    assert author.codes() == set()


def test_a_file_that_git_is_told_not_to_look_at_is_not_left_out(author: Author):
    git(author.root, "update-index", "--skip-worktree", "ch01/notes.yaml")
    assert author.codes() == set()


def test_a_lock_that_git_keeps_as_a_pointer_tells_no_history(tmp_path: Path):
    """As Git LFS does: git's own history has the hash of the lock in place of its lines."""
    author = Author(tmp_path)
    git(author.root, "init", "--quiet")
    git(author.root, "config", "filter.lfs.clean", "echo version https://git-lfs.github.com/spec/v1; sha1sum")
    author.write(".gitattributes", "deckgen.lock filter=lfs\n")
    author.notes(concepts=[concept("a")])
    author.build()
    commit(author.root)
    shutil.rmtree(author.root / ".git/deckgen")
    for _ in range(2):
        assert author.codes() == {"history-unread"}
        author.build()
