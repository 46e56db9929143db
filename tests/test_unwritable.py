"""Where nothing can be written, one sentence says so, what stood before still stands, and no source is lost."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import MakeProject, Run
from permissions import READ_ONLY, as_a_user, closed

NOTES = """\
concepts:
  - {id: a, covers: [basics/first, basics/second], prompt: P?, answer: Coffee}
"""
SOURCES = {
    "deckgen.lock": "lock 2 test\n",
    "stories.yaml": "{}\n",
    "stories.lock": "",
    "media/lag.png": "lag",
    "notetypes/term/notetype.yaml": "",
    "ch02/stray.yaml": "",
}


@pytest.mark.parametrize("option", ["--output", "--badge"])
@pytest.mark.parametrize("name", ["deckgen.yaml", "ch01/outline.yaml", "ch01/a.yaml", *SOURCES])
def test_coverage_never_takes_the_place_of_a_source(
    option: str, name: str, make_project: MakeProject, run: Run
):
    source = make_project(SOURCES, a=NOTES) / name
    before = source.read_bytes()
    Path("link").symlink_to(source)
    Path("same").hardlink_to(source)
    for output in (source, "link", "same"):
        result = run("coverage", "cards", option, output)
        assert result.exit_code == 2
        assert f"`{output}` is a file of the project" in " ".join(result.stderr.split())
    assert source.read_bytes() == before


def _no_space(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("option", ["--output", "--badge"])
def test_a_report_that_breaks_off_leaves_the_earlier_one(
    option: str, make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    Path("report").write_text("earlier")
    monkeypatch.setattr("pathlib.Path.replace", _no_space)
    result = run("coverage", make_project(a=NOTES), option, "report")
    assert (result.stderr, result.exit_code) == ("Cannot write report: No space left on device.\n", 1)
    assert Path("report").read_text() == "earlier"
    assert sorted(path.name for path in Path().iterdir()) == ["cards", "report"]


def test_a_report_goes_through_a_link_and_into_a_pipe(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    Path("report").write_text("earlier")
    Path("report").chmod(0o600)
    Path("link").symlink_to("report")
    run("coverage", root, "-o", "link")
    assert Path("link").is_symlink()
    assert "taught" in Path("report").read_text()
    assert Path("report").stat().st_mode & 0o777 == 0o600
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    run("coverage", root, "-o", "pipe")
    assert os.read(reader, 10_000).decode() == Path("report").read_text()
    os.close(reader)


def test_a_page_that_a_full_disk_broke_off_can_be_written_again(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES)
    for limit in (0, 20):  # blocks a file: before the list of cards, and after it
        command = f"ulimit -f {limit}; exec {sys.executable} -m deckgen preview {root} --static page"
        result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert "File too large" in result.stderr
        assert result.returncode == 1
    assert run("preview", root, "--static", "page").exit_code == 0


def test_forget_says_that_the_lock_cannot_be_written(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES, b=NOTES.replace("id: a", "id: b"))
    run("build", root)
    (root / "ch01/b.yaml").unlink()
    run("build", root)
    before = (root / "deckgen.lock").read_bytes()
    with closed(root, READ_ONLY):
        result = as_a_user("forget", "--all", "--project", root)
    assert result.stderr == f"Cannot write {root / 'deckgen.lock'}: Permission denied.\n"
    assert (result.stdout, result.returncode) == ("", 1)
    assert (root / "deckgen.lock").read_bytes() == before


def test_an_outline_in_a_closed_folder_cannot_be_written(tmp_path: Path):
    (tmp_path / "a.md").write_text("# A\n\n- b\n")
    (tmp_path / "closed").mkdir()
    with closed(tmp_path / "closed"):
        result = as_a_user("outline", "a.md", "-o", "closed/outline.yaml", folder=tmp_path)
    assert result.stderr.splitlines()[-1].startswith("Cannot write ")
    assert result.returncode == 1


def test_lint_says_which_file_it_cannot_mend(make_project: MakeProject):
    root = make_project(a=NOTES.replace("Coffee", "'cafÃ©'"))
    with closed(root / "ch01", READ_ONLY):
        result = as_a_user("lint", root, "--fix")
    assert result.stderr == f"Cannot write {root / 'ch01/a.yaml'}: Permission denied.\n"
    assert (result.stdout, result.returncode) == ("", 1)


def test_a_build_whose_lock_cannot_be_written_says_that_the_package_was(
    make_project: MakeProject, tmp_path: Path
):
    root = make_project(a=NOTES)
    with closed(root, READ_ONLY):
        result = as_a_user("build", root, "-o", "deck.apkg", folder=tmp_path)
    assert result.stderr.endswith(
        f"Cannot write {root / 'deckgen.lock'}: Permission denied. "
        "deck.apkg was written before it: the next build sends the same changes again.\n"
    )
    assert result.returncode == 1
    assert (tmp_path / "deck.apkg").is_file()


@pytest.mark.parametrize("held", ["build/test.apkg", "deckgen.lock"])
def test_a_file_that_another_program_holds_open_stays_as_it_was(
    held: str, make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    """Windows lets nothing take the place of an open file: here its answer to ``Path.replace``."""

    class InUseError(PermissionError):
        winerror = 32

    def replace(source: Path, target: Path) -> Path:
        if target.samefile(root / held):
            raise InUseError(errno.EACCES, "The process cannot access the file", str(source), 32, str(target))
        return replaces(source, target)

    replaces = Path.replace
    root = make_project(a=NOTES)
    run("build", root)
    before = {path: path.read_bytes() for path in (root / "build/test.apkg", root / "deckgen.lock")}
    make_project(a=NOTES.replace("Coffee", "Tea"))
    monkeypatch.setattr("pathlib.Path.replace", replace)
    result = run("build", root)
    assert result.exit_code == 1
    assert f"{held}: The process cannot access the file. Close the program that has it open." in result.stderr
    assert (root / held).read_bytes() == before[root / held]
    if held == "build/test.apkg":
        assert (root / "deckgen.lock").read_bytes() == before[root / "deckgen.lock"]
    assert not list(root.rglob(".*"))
    monkeypatch.undo()
    assert run("build", root).exit_code == 0


def test_a_package_that_cannot_be_written_goes_by_its_own_name(make_project: MakeProject, tmp_path: Path):
    root = make_project(a=NOTES)
    (tmp_path / "shelf").mkdir()
    with closed(tmp_path / "shelf", READ_ONLY):
        result = as_a_user("build", root, "-o", "shelf/deck.apkg", folder=tmp_path)
    assert result.stderr.endswith("Cannot write shelf/deck.apkg: Permission denied.\n")
    assert not (root / "deckgen.lock").exists()


def test_a_file_system_that_became_read_only_is_said_of_what_was_asked_for(
    make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    def read_only(path: Path, *_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr("pathlib.Path.unlink", read_only)
    monkeypatch.setattr("deckgen.package.apkg.write_package", _no_space)
    result = run("build", make_project(a=NOTES), "-o", "deck.apkg")
    assert result.stderr.endswith("Cannot write deck.apkg: No space left on device.\n")
