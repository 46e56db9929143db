"""A project that is built again and again: in a folder and a cache of its own, by a clock that stands still."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from author import cloze, concept, outline, question

from deckgen import cli
from deckgen.build.build_mark import mark_of_user
from deckgen.cli import progress_line, summary

HOUR = 3_600_000_000_000  # nanoseconds
PICTURE = b"\x89PNG not really, but nobody looks"
LARGE = "from deckgen import cli; from deckgen.cli import summary; summary.MOST_LINTED = 0; cli.main()"
FORMS = "#forms"  # what stands under this name in a project's files says how they are written


class Desk:
    """A project in a folder of its own, with a cache of its own, and a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "cards"
        self.cache = folder / "cache"
        self.package = self.root / "build" / "test.apkg"
        self.lock = self.root / "deckgen.lock"
        self.clock = time.time_ns() + HOUR
        self.is_live = False  # whether the clock is the machine's own
        self.is_terminal = False
        self.said = ""
        self.root.mkdir(parents=True)

    def start(
        self,
        *options: str,
        python: tuple[str, ...] = ("-c", LARGE),
        within: str = 'exec "$@"',
        **environment: str,
    ) -> subprocess.Popen[str]:
        """Begin a build in another process, by the machine's own clock; ``within`` is a shell's way to run it, "$@"."""
        command = [sys.executable, *python, "build", "cards", *options]
        return subprocess.Popen(
            ["sh", "-c", within, "sh", *command],
            cwd=self.folder,
            env={**os.environ, "XDG_CACHE_HOME": str(self.cache), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def beside(self, *options: str, **how: Any) -> subprocess.CompletedProcess[str]:
        """Build in another process, to the end."""
        with self.start(*options, **how) as process:
            out, err = process.communicate()
        assert process.returncode == 0, err
        return subprocess.CompletedProcess(process.args, 0, out, err)

    def write(self, files: dict[str, Any]) -> None:
        """Make the project's files these, and touch no file that is so already."""
        forms = files.get(FORMS, {})
        wanted = {
            self.root / path: _in_form(_as_bytes(content), forms.get(path))
            for path, content in files.items()
            if path != FORMS
        }
        for file in sorted(self.root.rglob("*")):
            if file.is_file() and file not in wanted and file.suffix not in (".lock", ".apkg"):
                file.unlink()
        for file, data in wanted.items():
            if not file.is_file() or file.read_bytes() != data:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)

    def build(self, *options: str, project: str = "cards") -> tuple[int, list[str], str]:
        """Build as the command line does; return the exit code, what was printed of the deck, and stderr."""
        stream = _Terminal if self.is_terminal else io.StringIO
        out, err = stream(), stream()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            patch.setenv("XDG_CACHE_HOME", str(self.cache))
            for name in ("SOURCE_DATE_EPOCH", "CI", "NO_COLOR"):
                patch.delenv(name, raising=False)
            patch.setattr(sys, "argv", ["deckgen", "build", project, *options])
            patch.setattr(progress_line, "_PATIENCE", 3600)  # a busy machine shows no stage
            patch.setattr(summary, "MOST_LINTED", 0)  # in a small deck an edit is built with all the rest
            if not self.is_live:
                patch.setattr(time, "time_ns", lambda: self.clock)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = _exit_code(cli.main)
        gc.enable()
        self.said = out.getvalue().partition("\n")[0]
        return code, out.getvalue().split("\n")[1:], err.getvalue()

    def take_over_from(self, other: Desk) -> None:
        """Take the lock of another desk, and what it knows of its builds."""
        if other.lock.exists():
            shutil.copy(other.lock, self.lock)
        places = [mark_of_user(desk.root, "test") for desk in (other, self)]
        for suffix in (".lock", ".built"):
            theirs, own = (place.with_suffix(suffix) for place in places)
            if theirs.exists():
                shutil.copy(theirs, own)

    def results(self) -> list[bytes]:
        """Return the bytes of all that a build writes."""
        written = (self.package, self.lock, self.root / "stories.lock")
        return [file.read_bytes() if file.exists() else b"" for file in written]


class Twins:
    """Two desks with the same files and the same clock, of which one builds from nothing each time."""

    def __init__(self, folder: Path, files: dict[str, Any]) -> None:
        self.files = files
        self.desks = self.remembers, self.forgets = Desk(folder / "a"), Desk(folder / "b")
        self.forgets.clock = self.remembers.clock

    def build(self, *options: str, project: str = "cards") -> tuple[int, list[str], str]:
        """Build both an hour later, and see that all is the same; return what ``Desk.build`` does."""
        for desk in self.desks:
            desk.write(self.files)
            desk.clock += HOUR
        shutil.rmtree(self.forgets.cache, ignore_errors=True)
        said = [desk.build(*options, project=project) for desk in self.desks]
        assert said[0] == said[1]
        assert self.remembers.results() == self.forgets.results()
        return said[0]

    def say(self, text: str, place: int = 0, **how: Any) -> tuple[int, list[str], str]:
        """Change the words of one note, and build."""
        answer(self.files, text, place)
        return self.build(**how)

    def each(self, change: Callable[[Desk], object]) -> None:
        """Do the same to both."""
        for desk in self.desks:
            change(desk)


class _Terminal(io.StringIO):
    """What is shown on a terminal."""

    def isatty(self) -> bool:
        return True


def _as_bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    text = (
        content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    )
    return text.encode()


def _in_form(data: bytes, form: tuple[str, bool] | None) -> bytes:
    """Return a file's bytes below a comment, with the line ends of Windows or without."""
    comment, is_windows = form or ("", False)
    data = f"# {comment}\n\n".encode() + data if comment else data
    return data.replace(b"\n", b"\r\n") if is_windows else data


def _exit_code(command: Callable[[], None]) -> int:
    try:
        command()
    except SystemExit as error:
        if isinstance(error.code, str):  # as Python does at the end of a program
            sys.stderr.write(f"{error.code}\n")
            return 1
        return int(error.code or 0)
    return 0


def answer(files: dict[str, Any], text: str, place: int = 0) -> None:
    """Change the words of one note."""
    files["ch01/b.yaml"]["concepts"][place]["answer"] = text


def project() -> dict[str, Any]:
    """Return the files of a small project of two chapters."""
    return {
        "deckgen.yaml": {"name": "Test", "id": "test", "learn_first": ["tier::core"]},
        "ch01/outline.yaml": outline(),
        "ch02/outline.yaml": outline("ch02", "Two"),
        "ch01/a.yaml": {
            "concepts": [concept("one", tags=["tier::core"]), concept("two", why="W"), concept("three")],
            "clozes": [cloze("gap", "a {{c1::word}} and {{c2::another}}")],
        },
        "ch01/b.yaml": {"concepts": [concept("four", covers=["second/p3"]), concept("five")]},
        "ch02/c.yaml": {
            "concepts": [concept("one"), concept("six", covers=["ch01/first/p1"])],
            "questions": [question("ask"), question("told")],
        },
        "media/p.png": PICTURE,
    }
