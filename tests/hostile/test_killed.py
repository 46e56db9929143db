"""What a killed process leaves behind is deleted by the next one, and nothing that another process still uses."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import pytest
from conftest import MakeProject, Run

NOTES = """\
concepts:
  - {id: a, covers: [basics/first], prompt: Which thing is the first?, answer: A thing of its own}
  - {id: b, covers: [basics/second], prompt: And which is the second?, answer: The one after it}
"""
# A build that waits while it writes the package, so that it can be killed there.
WAITS = """\
import sys, time
import deckgen.package.apkg as apkg
write = apkg.write_package
def wait(*arguments):
    write(*arguments)
    print("writing", flush=True)
    time.sleep(60)
apkg.write_package = wait
from deckgen.cli import main
sys.argv = ["deckgen", "build", "cards"]
main()
"""


def _killed_while_writing(folder: Path, temporary: Path, how: signal.Signals) -> tuple[int, str]:
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(
        [sys.executable, "-c", WAITS], cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as build:  # fmt: skip
        assert build.stdout.readline() == "writing\n"
        build.send_signal(how)
        stderr = build.stderr.read()
    return build.returncode, stderr


def _left(root: Path, temporary: Path) -> list[str]:
    hidden = [path.name for path in (*root.glob(".*"), *root.glob("build/.*"))]
    return [*hidden, *(path.name for path in temporary.iterdir())]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_build_that_is_asked_to_end_leaves_nothing_and_says_so(
    how: signal.Signals, make_project: MakeProject, temporary: Path
):
    root = make_project(a=NOTES)
    code, stderr = _killed_while_writing(root.parent, temporary, how)
    assert code == 130
    assert stderr == "\nStopped. Nothing was written: the package and the lock are as they were.\n"
    assert _left(root, temporary) == []
    assert not (root / "deckgen.lock").exists()


def test_a_build_that_is_stopped_before_its_lock_says_that_the_package_was_written(
    make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deckgen.package.write.replace_lines", stopped)
    result = run("build", make_project(a=NOTES))
    assert result.exit_code == 130
    assert "Stopped. cards/build/test.apkg was written, the other not yet" in result.stderr
    assert Path("cards/build/test.apkg").is_file()
    assert not Path("cards/deckgen.lock").exists()


@pytest.mark.parametrize("command", ["check", "lint", "status", "coverage", "stub", "schema notes"])
def test_every_command_that_is_stopped_says_so(
    command: str, make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deckgen.build.project_reader.list_files", stopped)
    result = run(*command.split(), "-p", make_project(a=NOTES))
    assert result.exit_code == 130
    assert result.stderr == "\nStopped. No file is half written: each is as it was, or complete.\n"


def test_what_a_killed_build_left_is_deleted_by_the_next_one(
    make_project: MakeProject, run: Run, temporary: Path
):
    root = make_project(a=NOTES)
    _killed_while_writing(root.parent, temporary, signal.SIGKILL)
    assert len(_left(root, temporary)) == 2
    time.sleep(1.1)
    result = run("build", root)
    assert result.exit_code == 0, result.output
    assert _left(root, temporary) == []


def test_what_is_in_use_or_of_someone_else_stays(make_project: MakeProject, run: Run, temporary: Path):
    root = make_project(a=NOTES)
    (root / "build").mkdir()
    used = root / "build/.test.apkg.0123456789ab"
    mine = [
        root / "build/.test.apkg.backup",
        root / "build/.other.apkg.0123456789ab",
        temporary / "deckgen-mine",
    ]
    for path in (used, *mine):
        path.write_text("x")
        os.utime(path, (0, 0))
    link = temporary / "deckgen-abc.deckgen-scratch"
    link.symlink_to(root)
    with used.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        run("build", root)
        assert all(path.exists() for path in (used, link, *mine))
    root.joinpath("deckgen.lock").unlink()
    run("build", root, "--start-anew")
    assert not used.exists()


def test_a_lock_that_cannot_be_read_again_is_named(
    make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    root = make_project(a=NOTES)
    run("build", root)
    make_project(a=NOTES.replace("is the first?", "was the first?"))

    opened = Path.open

    def open_lock(path: Path, *arguments: Any, **options: Any) -> Any:
        file = opened(path, *arguments, **options)
        if path.name == "deckgen.lock" and options.get("errors") == "surrogateescape":
            file.close()
            return _Failing()
        return file

    monkeypatch.setattr("pathlib.Path.open", open_lock)
    stderr = run("build", root).output
    assert f"Cannot write {root}/deckgen.lock: Input/output error." in stderr
    assert "test.apkg was written before it" in stderr


class _Failing:
    """A file on a disk that fails."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, _size: int = -1) -> str:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_picture_that_cannot_be_read_to_its_end_is_named(
    make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    shown = NOTES.replace("answer: A thing of its own", "answer: '![Lag](lag.png)'")
    root = make_project({"media/lag.png": "lag"}, a=shown)
    opened = Path.open
    seen = []

    def open_picture(path: Path, *arguments: Any, **options: Any) -> Any:
        seen.append(path.name)
        if path.name == "lag.png" and seen.count("lag.png") > 2:  # it was read for its hash and its size
            return _Failing()
        return opened(path, *arguments, **options)

    monkeypatch.setattr("pathlib.Path.open", open_picture)
    result = run("build", root)
    assert (
        "media/lag.png:1:1: error file-unreadable The file cannot be read: Input/output error."
        in result.output
    )
    assert not (root / "build/test.apkg").exists()


def test_a_build_waits_for_another_one_and_says_so(make_project: MakeProject):
    root = make_project(a=NOTES)
    command = [sys.executable, "-m", "deckgen", "build", root]
    with (root / "deckgen.yaml").open() as settings:
        fcntl.flock(settings, fcntl.LOCK_EX)  # as another build does
        build = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        assert build.stderr.readline() == "Another build of this project is at work: waiting for its end.\n"
        assert not (root / "deckgen.lock").exists()
    assert build.wait() == 0
    assert (root / "deckgen.lock").exists()
    build.stderr.close()


def test_a_file_system_without_locks_stops_no_build(
    make_project: MakeProject, run: Run, monkeypatch: pytest.MonkeyPatch
):
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", no_locks)
    assert run("build", make_project(a=NOTES)).exit_code == 0


@pytest.mark.parametrize(
    "name",
    [
        "ch01/.a.yaml",
        "ch01/.outline.yaml",
        "ch01/.notes.yaml",
        ".schemas/.notes.schema.json",
        ".deckgen.lock",
    ],
)
def test_what_any_killed_command_left_beside_a_file_is_deleted_by_a_build(
    name: str, make_project: MakeProject, run: Run
):
    left = make_project({f"{name}.0123456789ab": "half", "ch01/.mine.0123456789ab": "whole"}, a=NOTES)
    for file in (left / f"{name}.0123456789ab", left / "ch01/.mine.0123456789ab"):
        os.utime(file, (0, 0))
    assert run("build", left).exit_code == 0
    assert not (left / f"{name}.0123456789ab").exists()
    assert (left / "ch01/.mine.0123456789ab").exists()


def test_a_project_that_was_half_written_is_finished_by_the_same_command(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "deck/ch01").mkdir(parents=True)
    run("init", "whole")
    (tmp_path / "deck/ch01/outline.yaml").write_bytes((tmp_path / "whole/ch01/outline.yaml").read_bytes())
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", no_space)
        assert run("init", "deck").output.endswith(
            "Cannot write deck/ch01/chapter.md: No space left on device.\n"
        )
    assert run("init", "deck").exit_code == 0
    assert run("build", "deck").exit_code == 0


def test_stories_that_cannot_be_looked_up_are_not_left_out(make_project: MakeProject, run: Run):
    result = run("build", make_project({"stories.yaml": Path("gone.yaml")}, a=NOTES))
    assert (
        "cards/stories.yaml:1:1: error file-unreadable The file cannot be read: No such file" in result.output
    )
    assert result.exit_code == 1
