"""What was built besides the lock: on other branches, before a mark was lost, and nothing of other projects."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from anki_collection import Reader
from author import Author, concept
from conftest import REPOSITORY
from scratch_git import commit, git


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author whose project is in git, with one release that was committed."""
    author = Author(tmp_path)
    author.package = author.root / "build" / "test.apkg"
    git(author.root, "init", "--quiet", "--initial-branch=main")
    author.write(".gitignore", "build/\n")
    author.notes(concepts=[concept("a"), concept("b")])
    author.build()
    commit(author.root)
    return author


def lock_of(author: Author) -> Path:
    return author.root / "deckgen.lock"


def line_of(lock: Path, note_id: str) -> str:
    return next(line for line in lock.read_text().splitlines(keepends=True) if f" {note_id} " in line)


def answers(reader: Reader) -> set[str]:
    return {fields[1] for fields, tags in reader.notes().values() if "test::retired" not in tags}


def said(author: Author, code: str) -> tuple[str, str]:
    """Return the message and the hint of the one finding with this code."""
    (found,) = [finding for finding in author.plan()[2] if finding.code.name == code]
    return found.message, found.hint


# Lines of another project.


@pytest.fixture
def other(tmp_path: Path) -> Author:
    """Another project, with a note `a` as well and one more."""
    other = Author(tmp_path / "other", {"id": "other"})
    other.notes(concepts=[concept("a", answer="Other"), concept("z")])
    other.build()
    return other


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_line_of_another_project_is_refused_and_gone_once_it_is_deleted(
    author: Author, other: Author, *, is_committed: bool
):
    text = lock_of(author).read_text()
    lock_of(author).write_text(text + line_of(lock_of(other), "ch01/z"))
    if is_committed:
        commit(author.root)
    message, hint = said(author, "lock-guids")
    assert (message.split(" ")[0], hint.startswith("Delete the line")) == ("`ch01/z`", True)
    lock_of(author).write_text(text)
    assert author.build().is_nothing()
    assert lock_of(author).read_text() == text


def test_a_line_of_another_project_in_place_of_ones_own_is_refused(author: Author, other: Author):
    text = lock_of(author).read_text()
    lock_of(author).write_text(
        text.replace(line_of(lock_of(author), "ch01/a"), line_of(lock_of(other), "ch01/a"))
    )
    message, hint = said(author, "lock-guids")
    assert "lose the history" in message
    assert "log -p -- deckgen.lock`" in hint
    assert author.codes() == {"lock-guids"}
    # The line may also go: git's history has it.
    lock_of(author).write_text(text.replace(line_of(lock_of(author), "ch01/a"), ""))
    author.build()
    assert lock_of(author).read_text() == text


def test_two_lines_that_changed_places_are_one_finding_and_no_other(author: Author):
    text = lock_of(author).read_text()
    one, two = (line_of(lock_of(author), f"ch01/{name}") for name in "ab")
    swapped = text.replace(one, one.replace("ch01/a", "ch01/b")).replace(two, two.replace("ch01/b", "ch01/a"))
    lock_of(author).write_text(swapped)
    assert author.codes() == {"lock-guids"}
    assert "have each other's GUIDs" in said(author, "lock-guids")[0]


def test_a_note_that_was_renamed_keeps_its_line_where_nothing_else_is_known(
    author: Author, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for notes in ([concept("c", aliases=["a"]), concept("b")], [concept("c"), concept("b")], [concept("b")]):
        author.notes(concepts=notes)
        author.build()
    shutil.rmtree(author.root / ".git")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another machine"))
    assert line_of(lock_of(author), "ch01/c").endswith(" ch01/a\n")
    assert author.codes() == set()


def test_what_another_projects_lock_said_in_this_folder_does_not_hide_what_readers_have(
    author: Author, other: Author, reader: Reader
):
    def commit_line(line: str) -> None:
        lock_of(author).write_text(lock_of(other).read_text() + line)
        commit(author.root)

    author.notes(concepts=[concept("a", answer="Wrong"), concept("b")])
    author.build()
    reader.import_package(author.package)
    text, later = lock_of(author).read_text(), author.now + 1
    commit_line(f"anew {later}\nvoid {author.now}\n")
    lock_of(author).write_text(text)
    commit(author.root)
    git(author.root, "checkout", "--quiet", "HEAD~2", "--", ".")
    shutil.rmtree(author.root / ".git/deckgen")
    author.package.unlink()
    assert author.codes() == {"lock-behind"}
    author.build()
    assert reader.import_package(author.package).updated == 1
    assert answers(reader) == {"A"}


def test_two_decks_of_a_repository_may_trade_their_folders(author: Author, other: Author, tmp_path: Path):
    root = author.root.parent
    shutil.rmtree(author.root / ".git")
    git(root, "init", "--quiet")
    commit(root)
    (tmp_path / "cards").rename(tmp_path / "kept")
    (tmp_path / "other/cards").rename(tmp_path / "cards")
    (tmp_path / "kept").rename(tmp_path / "other/cards")
    commit(root)
    author.root, other.root = other.root, author.root
    for one in (author, other):
        text = lock_of(one).read_text()
        one.request = {"retire_built": True}
        assert one.build().is_nothing()
        assert lock_of(one).read_text() == text


def test_a_variable_that_names_another_repository_is_not_followed(
    author: Author, other: Author, monkeypatch: pytest.MonkeyPatch
):
    git(other.root, "init", "--quiet")
    commit(other.root)
    author.notes(concepts=[concept("a", answer="Wrong"), concept("b")])
    author.build()
    commit(author.root)
    git(author.root, "revert", "--no-edit", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    assert author.codes() == {"lock-behind"}
    assert author.build().retired == ()
    assert not (other.root / ".git/deckgen").exists()


def test_a_repository_of_dotfiles_is_asked_where_variables_name_it(
    author: Author, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (author.root / ".git").rename(tmp_path / "dotfiles")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "dotfiles"))
    monkeypatch.setenv("GIT_WORK_TREE", str(author.root))
    author.notes(concepts=[concept("a", answer="Wrong"), concept("b")])
    author.build()
    commit(author.root)
    git(author.root, "revert", "--no-edit", "HEAD")
    shutil.rmtree(tmp_path / "dotfiles/deckgen")
    author.package.unlink()
    assert author.codes() == {"lock-behind"}
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))  # of another folder it tells nothing
    assert author.codes() == set()


# Builds of other branches, and builds that no mark tells of.


def test_a_package_of_another_branch_is_told_and_taken_back_on_asking(author: Author, reader: Reader):
    git(author.root, "checkout", "--quiet", "-b", "draft")
    author.notes(concepts=[concept("a", answer="Wrong"), concept("b"), concept("c")])
    author.build()
    commit(author.root)
    reader.import_package(author.package)
    git(author.root, "checkout", "--quiet", "main")
    assert author.codes() == {"built-on-branch"}
    text = lock_of(author).read_text()
    author.build()
    assert lock_of(author).read_text() == text  # nobody said that it was given away
    assert author.codes() == set()
    author.request = {"retire_built": True}
    author.notes(concepts=[concept("a"), concept("b"), concept("d")])
    assert author.build().retired == ("ch01/c",)
    assert reader.import_package(author.package).updated == 2
    assert answers(reader) == {"A"}


def test_a_stamp_rises_above_those_of_another_branch_that_was_built_in_the_same_second(
    author: Author, reader: Reader
):
    def build(size: int, *names: str) -> None:
        author.write("deckgen.yaml", {"name": "Test", "id": "test", "theme": {"size": size}})
        author.notes(concepts=[concept(name, answer=f"{size}") for name in names])
        author.build()
        assert reader.import_package(author.package).conflicting == 0

    git(author.root, "checkout", "--quiet", "-b", "draft")
    build(23, "a", "b")
    commit(author.root)
    author.package.unlink()
    git(author.root, "checkout", "--quiet", "main")
    author.now -= 3600
    build(19, "a")
    assert answers(reader) == {"19"}
    (css,) = {
        reader.col.models.get(its.id)["css"]
        for its in reader.col.models.all_names_and_ids()
        if "Test" in its.name
    }
    assert f"--size: {19 / 16}rem" in css


def test_a_later_stamp_rises_above_a_branch_whose_clock_was_ahead(author: Author, reader: Reader):
    git(author.root, "checkout", "--quiet", "-b", "side")
    author.notes(concepts=[concept("a", answer="Wrong"), concept("b")])
    author.now += 36_000
    author.build()
    commit(author.root)
    reader.import_package(author.package)
    git(author.root, "checkout", "--quiet", "main")
    author.now -= 36_000
    assert author.build().is_nothing()
    author.notes(concepts=[concept("a", answer="Right"), concept("b", answer="Right")])
    author.build()
    assert reader.import_package(author.package).updated == 2
    assert answers(reader) == {"Right"}


def test_branches_that_built_later_are_named_with_the_last_day(author: Author):
    for branch in ("side", "feature/x"):
        git(author.root, "checkout", "--quiet", "-b", branch, "main")
        author.notes(concepts=[concept("a", answer=branch), concept("b")])
        author.now += 86_400
        author.build()
        commit(author.root)
    git(author.root, "checkout", "--quiet", "main")
    assert said(author, "built-on-branch")[0] == (
        "`ch01/a` was built later on the branch `feature/x`, last on 2025-10-11, and on `side`."
    )


def test_a_branch_in_another_worktree_is_being_worked_on_and_told_only_on_asking(author: Author):
    here, there = author.root, author.root.parent / "there"
    git(here, "worktree", "add", "--quiet", "-b", "side", str(there))
    author.root = there
    author.notes(concepts=[concept("a", answer="Wrong"), concept("b"), concept("c")])
    author.build()
    author.root = here
    assert author.codes() == set()
    author.request = {"retire_built": True}
    assert author.codes() == {"lock-behind"}
    assert author.build().retired == ("ch01/c",)


def test_a_branch_that_is_renamed_takes_its_builds_along(author: Author, reader: Reader):
    author.notes(concepts=[concept("a", answer="Wrong"), concept("b")])
    author.build()
    reader.import_package(author.package)
    git(author.root, "checkout", "--", ".")
    git(author.root, "branch", "--move", "trunk")
    assert author.codes() == {"lock-behind"}
    author.build()
    assert reader.import_package(author.package).updated == 1
    assert answers(reader) == {"A"}


@pytest.mark.parametrize(
    ("is_committed", "expected"), [(True, {"built-on-branch"}), (False, {"lock-behind"})]
)
def test_a_topic_branch_that_is_renamed_stays_a_topic_branch_by_its_commits(
    author: Author, expected: set[str], *, is_committed: bool
):
    git(author.root, "checkout", "--quiet", "-b", "side")
    author.notes(concepts=[concept("a", answer="Wrong"), concept("b")])
    author.build()
    if is_committed:
        commit(author.root)
    git(author.root, "checkout", "--quiet", "--force", "main")
    git(author.root, "branch", "--move", "side", "aside")
    assert author.codes() == expected


def test_stamps_of_the_package_that_stands_count_where_its_mark_is_lost(author: Author, reader: Reader):
    author.notes(concepts=[concept("a", answer="Wrong"), concept("b")])
    author.build()
    reader.import_package(author.package)
    git(author.root, "checkout", "--", ".")
    shutil.rmtree(author.root / ".git/deckgen")
    assert "package in `build/`" in said(author, "lock-behind")[0]
    author.build()
    assert reader.import_package(author.package).updated == 1
    assert answers(reader) == {"A"}


def test_what_a_reader_wrote_in_a_package_of_ones_own_is_no_newer_build(author: Author):
    question = {
        "id": "q",
        "covers": ["first/p1"],
        "ask": "Q?",
        "tests": "T",
        "structure": ["S"],
        "rubric": ["R"],
    }
    author.notes("ch01/more.yaml", questions=[question])
    author.write("stories.yaml", {"ch01/q": "What I did"})
    author.build()
    commit(author.root)
    author.write("stories.yaml", {"ch01/q": "What I did well"})
    author.build()
    shutil.rmtree(author.root / ".git/deckgen")
    assert author.codes() == set()


def test_notes_of_two_branches_are_not_sent_again_after_their_merge(author: Author, reader: Reader):
    shutil.copy(REPOSITORY / "deckgen/starter/gitattributes", author.root / ".gitattributes")
    names = "abcd"
    for name in names:
        author.notes(f"ch01/{name}.yaml", concepts=[concept(name)])
    author.notes(concepts=[])
    author.build()
    commit(author.root)
    git(author.root, "checkout", "--quiet", "-b", "side")
    author.notes("ch01/a.yaml", concepts=[concept("a", answer="On the side")])
    author.build()
    commit(author.root)
    git(author.root, "checkout", "--quiet", "main")
    author.notes("ch01/b.yaml", concepts=[concept("b", answer="On main")])
    author.build()
    commit(author.root)
    git(author.root, "merge", "--no-edit", "side")
    assert lock_of(author).read_text().count("note ch01/a ") == 2  # the lines stand side by side
    reader.import_package(author.package)
    assert author.build().is_nothing()
    assert reader.import_package(author.package).updated == 1
    assert answers(reader) == {"A", "On the side", "On main"}


# Repositories that do not tell all, or are hostile.


def test_a_shallow_clone_is_told_at_each_build_until_it_has_all(author: Author, tmp_path: Path):
    author.write("README.md", "More")
    commit(author.root)
    git(tmp_path, "clone", "--quiet", "--depth=1", author.root.as_uri(), "clone")
    for _ in range(3):
        assert "warning shallow-clone" in build_in_process(tmp_path / "clone")
    git(tmp_path / "clone", "fetch", "--quiet", "--unshallow")
    assert "shallow-clone" not in build_in_process(tmp_path / "clone")


def build_in_process(root: Path) -> str:
    """Build in a process of its own, as the command does; return all that it says."""
    command = [sys.executable, "-m", "deckgen", "build", root]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    return result.stdout + result.stderr


def test_a_repository_that_git_does_not_trust_is_told_at_each_build(
    author: Author, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for _ in range(2):
        message, hint = said(author, "history-unread")
        assert "git cannot show the history of the lock" in message
        (command,) = re.findall("`(.*?)`", hint)
        refused = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
        assert "dubious ownership" in refused.stderr
        author.build()


def test_a_repository_whose_history_cannot_be_read_is_told_at_each_build(author: Author):
    tree = git(author.root, "rev-parse", "HEAD^{tree}").strip()
    (author.root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    shutil.rmtree(author.root / ".git/deckgen")
    for _ in range(2):
        assert "git cannot show the history of the lock" in said(author, "history-unread")[0]
        author.build()


@pytest.mark.parametrize(
    "name", ["deckgen", "deckgen/test", "deckgen/test/main.lock", "deckgen/test/main.built"]
)
def test_no_mark_is_written_through_a_link_out_of_gits_folder(author: Author, tmp_path: Path, name: str):
    victim = tmp_path / "victim"
    mark = author.root / ".git" / name
    if mark.is_dir():
        shutil.rmtree(mark)
        victim.mkdir()
    else:
        mark.unlink()
        victim.write_text("mine")
    mark.symlink_to(victim)
    author.notes(concepts=[concept("a", answer="New"), concept("b")])
    author.build()
    assert author.codes() == {"history-unread"}
    assert not list(victim.iterdir()) if victim.is_dir() else victim.read_text() == "mine"


def test_a_mark_that_never_ends_is_not_read(author: Author):
    shutil.rmtree(author.root / ".git/deckgen/test")
    (author.root / ".git/deckgen/test").mkdir()
    for name in ("main.lock", "main.built", "other.lock"):
        os.mkfifo(author.root / ".git/deckgen/test" / name)
    assert author.codes() == set()


@pytest.mark.parametrize("text", ["x" * 2_000_000, "x\n" * 35_000_000], ids=["a long line", "many lines"])
def test_a_history_that_unpacks_to_too_much_is_not_read(
    author: Author, monkeypatch: pytest.MonkeyPatch, text: str
):
    monkeypatch.setenv("DECKGEN_MAX_FILE_MB", "1")
    lock = author.root / "deckgen.lock"
    before = lock.read_text()
    lock.write_text(before + text)
    commit(author.root)
    lock.write_text(before)
    commit(author.root)
    shutil.rmtree(author.root / ".git/deckgen")
    assert author.codes() == {"history-unread"}


def test_a_history_of_more_lines_than_any_deck_has_is_not_read(
    author: Author, monkeypatch: pytest.MonkeyPatch
):
    shutil.rmtree(author.root / ".git/deckgen")
    assert author.codes() == set()
    monkeypatch.setattr("deckgen.build.git._MOST_LINES", 3)
    assert author.codes() == {"history-unread"}


def test_the_settings_of_a_repository_run_no_program_and_hide_nothing(author: Author, tmp_path: Path):
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'was-run'}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for name in (
        "core.pager", "pager.log", "diff.external", "diff.x.command", "diff.x.textconv", "core.fsmonitor",
        "filter.x.smudge", "filter.x.clean", "gpg.program", "core.sshCommand", "core.editor",
        "uploadpack.packObjectsHook", "credential.helper",
    ):  # fmt: skip
        git(author.root, "config", name, str(program))
    for name, value in (
        ("log.showSignature", "true"), ("log.follow", "true"), ("log.diffMerges", "off"),
        ("color.ui", "always"), ("diff.noprefix", "true"), ("diff.renames", "copies"),
    ):  # fmt: skip
        git(author.root, "config", name, value)
    (author.root / ".git/info/attributes").write_text("deckgen.lock diff=x filter=x\n")
    author.notes(concepts=[concept("a", answer="Wrong"), concept("b")])
    author.build()
    git(author.root, "-c", "filter.x.clean=cat", "commit", "--quiet", "--all", "--message", "wrong")
    git(author.root, "-c", "filter.x.smudge=cat", "-c", "filter.x.clean=cat", "revert", "--no-edit", "HEAD")
    shutil.rmtree(author.root / ".git/deckgen")
    author.package.unlink()
    (tmp_path / "was-run").unlink(missing_ok=True)
    assert author.codes() == {"lock-behind"}
    assert not (tmp_path / "was-run").exists()


def test_nothing_is_fetched_for_a_clone_that_lacks_files(author: Author, tmp_path: Path):
    author.notes(concepts=[concept("a", answer="Better"), concept("b")])
    author.build()
    commit(author.root)
    git(author.root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", author.root.as_uri(), "clone")
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'was-run'}\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    git(tmp_path / "clone", "config", "remote.origin.uploadpack", str(program))
    author.root = tmp_path / "clone"
    assert author.codes() == {"history-unread"}
    assert not (tmp_path / "was-run").exists()
