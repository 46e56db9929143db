"""A lock that is lost: following the hint of the finding brings it back, wherever it can be had from."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from anki_collection import Reader
from author import Author, concept
from conftest import Run
from scratch_git import commit, git

from deckgen.package import write


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author whose package goes where a build puts it by default."""
    author = Author(tmp_path)
    author.package = author.root / "build" / "test.apkg"
    author.notes(concepts=[concept("a"), concept("b")])
    return author


def follow_the_hint(author: Author, folder: Path, code: str = "lock-lost") -> None:
    """Do in ``folder`` what the first command in the hint of a finding says there."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    check = ["deckgen", "check", str(author.root)]
    said = subprocess.run(check, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert f" error {code} " in said.stdout
    hint = said.stdout.partition(f" {code} ")[2].split("\n")[1]
    command = re.findall("`((?:git|deckgen) .*?)`", hint)[0]
    subprocess.run(shlex.split(command), cwd=folder, env=environment, check=True, capture_output=True)


@pytest.mark.parametrize("folder", [".", "cards", "cards/ch01"])
@pytest.mark.parametrize("is_committed", [False, True], ids=["deleted", "its deletion committed"])
def test_git_has_it(author: Author, tmp_path: Path, folder: str, *, is_committed: bool):
    git(author.root, "init", "--quiet")
    author.build()
    commit(author.root)
    lock = author.root / "deckgen.lock"
    text = lock.read_text()
    if is_committed:
        git(author.root, "rm", "--quiet", "deckgen.lock")
        git(author.root, "commit", "--quiet", "--message", "oops")
    else:
        lock.unlink()
    follow_the_hint(author, tmp_path / folder)
    assert lock.read_text() == text


@pytest.mark.parametrize("is_deleted", [False, True], ids=["damaged", "damaged, then deleted"])
def test_git_has_it_before_a_commit_that_damaged_it(author: Author, tmp_path: Path, *, is_deleted: bool):
    git(author.root, "init", "--quiet")
    author.build()
    lock = author.root / "deckgen.lock"
    text = lock.read_text()
    for content in (text, text[:-40], text[:-20]):
        lock.write_text(content)
        git(author.root, "add", ".")
        git(author.root, "commit", "--quiet", "--message", "one more")
    if is_deleted:
        lock.unlink()
    follow_the_hint(author, tmp_path, "lock-lost" if is_deleted else "lock-damaged")
    assert lock.read_text() == text


def test_a_lock_of_another_project_is_no_obstacle_to_a_new_deck(author: Author, run: Run):
    git(author.root, "init", "--quiet")
    author.build()
    git(author.root, "add", ".")
    git(author.root, "commit", "--quiet", "--message", "first")
    settings = author.root / "deckgen.yaml"
    settings.write_text(settings.read_text().replace("id: test", "id: another"))
    said = run("check", author.root).stdout
    assert f"delete deckgen.lock and run `deckgen build --start-anew --project {author.root.name}`." in said
    (author.root / "deckgen.lock").unlink()
    assert run("build", "--start-anew", "--project", author.root).exit_code == 0


@pytest.mark.parametrize("folder", [".", "cards", "cards/ch01"])
def test_only_the_package_is_there(
    author: Author, tmp_path: Path, folder: str, reader: Reader, monkeypatch: pytest.MonkeyPatch
):
    author.build()
    reader.import_package(author.package)
    lock = author.root / "deckgen.lock"
    text = lock.read_text()
    lock.unlink()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another machine"))
    follow_the_hint(author, tmp_path / folder)
    author.build()
    assert lock.read_text() == text
    assert reader.import_package(author.package).duplicate == 2


def test_a_space_in_a_folders_name_does_no_harm(tmp_path: Path):
    (tmp_path / "my decks").mkdir()
    author = Author(tmp_path / "my decks")
    author.package = author.root / "build" / "test.apkg"
    author.notes(concepts=[concept("a")])
    author.build()
    lock = author.root / "deckgen.lock"
    text = lock.read_text()
    lock.unlink()
    follow_the_hint(author, tmp_path)
    author.build()
    assert lock.read_text() == text


def test_only_a_mark_of_the_last_build_tells_that_there_was_one(author: Author, tmp_path: Path, run: Run):
    author.build()
    given = author.package.rename(tmp_path / "given.apkg")
    lock = author.root / "deckgen.lock"
    text = lock.read_text()
    lock.unlink()
    said = run("check", author.root).stdout
    assert "rebuild it from the last package that readers got: `deckgen recover PACKAGE" in said
    assert run("recover", given, "--project", author.root).exit_code == 0
    author.build()
    assert lock.read_text() == text


def test_a_note_that_the_sources_have_no_more_gets_its_id_back_from_gits_history(
    author: Author, run: Run, reader: Reader
):
    git(author.root, "init", "--quiet")
    author.build()
    reader.import_package(author.package)
    commit(author.root)
    author.notes(concepts=[concept("b")])
    (author.root / "deckgen.lock").unlink()
    assert run("recover", author.package, "--project", author.root).exit_code == 0
    assert author.build().retired == ("ch01/a",)
    assert reader.import_package(author.package).updated == 1


def test_a_line_of_which_the_package_alone_tells_is_missed(
    author: Author, run: Run, monkeypatch: pytest.MonkeyPatch
):
    author.notes(concepts=[concept("a"), concept("b"), concept("c")])
    author.build()
    author.notes(concepts=[concept("a"), concept("z", aliases=["b"]), concept("c")])
    author.build()
    lock = author.root / "deckgen.lock"
    lines = lock.read_text().splitlines(keepends=True)
    lock.write_text("".join(line for line in lines if " ch01/c " in line or "note " not in line))
    monkeypatch.setenv("XDG_STATE_HOME", str(author.root / "another machine"))
    (finding,) = [one for one in author.plan()[2] if one.code.name == "lock-line-lost"]
    assert finding.message.startswith("The package in `build/` has 2 notes, among them `ch01/a`,")
    lock.unlink()
    assert run("recover", author.package, "--project", author.root).exit_code == 0
    assert author.codes() == set()
    changes = author.build()
    assert (changes.new, changes.changed, changes.retired) == ((), (), ())


class Killed(BaseException):
    """A build that was killed."""


def build_and_be_killed(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build, and be killed between the package and the lock."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(write, "replace_lines", die)
        with pytest.raises(Killed):
            author.build()


@pytest.mark.parametrize("has_git", [False, True])
def test_the_build_after_a_first_one_that_was_killed_before_its_lock_takes_up_its_package(
    author: Author, reader: Reader, monkeypatch: pytest.MonkeyPatch, *, has_git: bool
):
    if has_git:
        git(author.root, "init", "--quiet")
    build_and_be_killed(author, monkeypatch)
    assert not (author.root / "deckgen.lock").exists()
    reader.import_package(author.package)
    reader.add_tag('"What is a?"', "mine")
    author.now += 60
    author.notes(concepts=[concept("a"), concept("c", answer="New")])
    changes = author.build()
    assert (changes.new, changes.changed, changes.retired) == (("ch01/c",), (), ("ch01/b",))
    log = reader.import_package(author.package)
    assert (log.new, log.updated) == (1, 1)
    assert len(reader.col.find_notes("tag:mine")) == 1


def test_a_later_build_that_was_killed_before_its_lock_costs_an_update_of_new_notes_and_misses_none(
    author: Author, tmp_path: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
):
    author.build()
    reader.import_package(author.package)
    reviews = reader.answer(1) and reader.reviews()
    author.notes(concepts=[concept("a", answer="Better"), concept("b"), concept("c")])
    build_and_be_killed(author, monkeypatch)
    skips = Reader(tmp_path / "another reader")
    skips.import_package(author.package)
    for someone, expected in ((reader, (1, 1)), (skips, (0, 1))):
        if someone is reader:
            author.build()
        log = someone.import_package(author.package)
        assert (log.new, log.updated) == expected
        answers = sorted(fields[1] for fields, _ in someone.notes().values())
        assert answers == ["A", "A", "Better"]
    skips.close()
    assert reader.reviews() == reviews


def test_an_edit_that_was_undone_after_its_build_was_killed_is_taken_back_from_readers(
    author: Author, reader: Reader, monkeypatch: pytest.MonkeyPatch
):
    author.build()
    author.notes(concepts=[concept("a", answer="Wrong"), concept("b"), concept("c")])
    author.now += 3600
    build_and_be_killed(author, monkeypatch)
    reader.import_package(author.package)
    author.notes(concepts=[concept("a"), concept("b")])
    assert author.codes() == {"lock-behind", "built-here"}
    author.build()
    assert reader.import_package(author.package).updated == 1
    assert {fields[1] for fields, _ in reader.notes().values()} == {"A"}
