"""What a build writes is on disk, where it was asked for, and nowhere else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from conftest import MakeProject, Run

NOTES = "concepts:\n  - {id: a, covers: [basics/first, basics/second], prompt: P?, answer: A}\n"
EDITED = NOTES.replace("answer: A", "answer: B")
QUESTION = """\
questions:
  - id: q
    covers: [basics/first, basics/second]
    ask: Tell me of it.
    tests: T
    structure: [S]
    rubric: [R]
"""


class Disk:
    """A disk that has what was flushed to it: each move must be of a file that it has."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.moved: list[str] = []
        self.sizes: dict[int, int] = {}  # of flushed files by inode
        self.unsure: set[int] = set()  # the folders with a move that was not flushed
        move, flush = Path.replace, os.fsync

        def replace(source: Path, target: Path) -> Path:
            status = source.stat()
            assert self.sizes.get(status.st_ino) == status.st_size, f"{target} is not on disk"
            assert not self.unsure, f"{self.moved} may come after {target}"
            self.moved.append(target.name)
            self.unsure.add(target.parent.stat().st_ino)
            return move(source, target)

        def fsync(file: int) -> None:
            status = os.fstat(file)
            if stat.S_ISDIR(status.st_mode):
                self.unsure.discard(status.st_ino)
            else:
                self.sizes[status.st_ino] = status.st_size
            flush(file)

        patch.setattr(Path, "replace", replace)
        patch.setattr(os, "fsync", fsync)


def test_the_package_is_on_disk_before_the_lock_is_written(
    make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    root = make_project({"stories.yaml": "ch01/q: Mine.\n"}, a=NOTES, q=QUESTION)
    disk = Disk(monkeypatch)
    assert run("build", root).exit_code == 0
    # Before them, the build notes what it ships; after them, it leaves its mark.
    assert disk.moved[1:4] == ["test.apkg", "stories.lock", "deckgen.lock"]
    assert not disk.unsure


def test_package_and_lock_keep_who_may_read_them(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    run("build", root, "-o", "deck.apkg")
    files = root / "deckgen.lock", Path("deck.apkg")
    for file in files:
        file.chmod(0o640)
    make_project(a=EDITED)
    before = [file.read_bytes() for file in files]
    assert run("build", root, "-o", "deck.apkg").exit_code == 0
    assert [file.stat().st_mode & 0o777 for file in files] == [0o640, 0o640]
    assert all(file.read_bytes() != old for file, old in zip(files, before, strict=True))


def test_links_within_the_project_and_one_that_was_named_stay_links(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    run("build", root)
    lock, package = root / "history/lock", Path("elsewhere/deck.apkg")
    for link, target in ((root / "deckgen.lock", lock), (Path("deck.apkg"), package)):
        target.parent.mkdir()
        if link.exists():
            link.rename(target)
        link.symlink_to(target.resolve())
    before = lock.read_text()
    make_project(a=EDITED)
    assert run("build", root, "-o", "deck.apkg").exit_code == 0
    assert (root / "deckgen.lock").readlink() == lock.resolve()
    assert Path("deck.apkg").readlink() == package.resolve()
    assert lock.read_text() != before
    assert package.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("name", ["deckgen.lock", "build/test.apkg"])
def test_no_link_leads_a_build_out_of_the_project(name: str, make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    run("build", root)
    make_project(a=EDITED)
    (root / name).rename("outside")
    (root / name).symlink_to(Path("outside").resolve())
    before = {file: file.read_bytes() for file in (root / "deckgen.lock", root / "build/test.apkg")}
    result = run("build", root)
    assert "is a link " in result.stderr
    assert f"cards/{name}" in result.stderr
    assert "written before" not in result.stderr
    assert result.exit_code == 1
    assert {file: file.read_bytes() for file in before} == before


def _all_files(root: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}


def test_a_frozen_build_writes_the_package_alone(make_project: MakeProject, run: Run):
    root = make_project({"stories.yaml": "ch01/q: Mine.\n"}, a=NOTES, q=QUESTION)
    run("build", root)
    lock = root / "deckgen.lock"
    lock.write_bytes(lock.read_bytes().replace(b"\n", b"\r\n"))  # as git may check it out on Windows
    before = _all_files(root)
    for options in ([], ["--no-stories"]):
        assert run("build", root, "--frozen", "-o", "deck.apkg", *options).exit_code == 0
        assert Path("deck.apkg").is_file()
        assert _all_files(root) == before


def test_a_frozen_build_refuses_a_story_that_was_not_built(make_project: MakeProject, run: Run):
    root = make_project({"stories.yaml": "ch01/q: Mine.\n"}, q=QUESTION)
    run("build", root)
    (root / "stories.yaml").write_text("ch01/q: Mine, told better.\n")
    before = _all_files(root)
    result = run("build", root, "--frozen")
    assert "cards/stories.lock is not up to date with the sources.\n" in result.stderr
    assert result.exit_code == 1
    assert _all_files(root) == before


def test_a_frozen_build_refuses_a_lock_that_git_merged(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    run("build", root)
    lock = root / "deckgen.lock"
    (line,) = [line for line in lock.read_text().splitlines() if line.startswith("note ch01/a ")]
    lock.write_text(f"{lock.read_text()}{line}\n")
    before = _all_files(root)
    result = run("build", root, "--frozen")
    assert "cards/deckgen.lock is not up to date with the sources.\n" in result.stderr
    assert result.exit_code == 1
    assert _all_files(root) == before
    assert run("build", root).exit_code == 0
    assert run("build", root, "--frozen").exit_code == 0


def test_a_package_without_stories_leaves_their_stamps_as_they_are(make_project: MakeProject, run: Run):
    root = make_project({"stories.yaml": "ch01/q: Mine.\n"}, q=QUESTION)
    run("build", root)
    before = (root / "stories.lock").read_text()
    run("build", root, "--no-stories", "-o", "deck.apkg")
    assert (root / "stories.lock").read_text() == before != ""
