"""Whatever system call fails, and wherever a command is killed: no file is half written, and nothing is lost.

`make faults` tries them all; with FAULTS=4 it is four of each command, always the same.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from system_calls import Fault, Place, faults_of

SAMPLE = int(os.environ.get("FAULTS") or 4)  # of each scenario
SEED = 21
LOCK, PACKAGE, NOTES = "deck/deckgen.lock", "deck/build/deck.apkg", "deck/ch01/notes.yaml"
BUILD = ("build", "deck")
STORY = "ch01/own-words: Told to a friend.\n"
CHAPTER = "# Getting started (Chapter 1)\n\n## Writing notes\n\n- A new point of the chapter\n"


class Scenario(NamedTuple):
    """A command, what comes before it, and the files that it writes, in their order."""

    command: tuple[str, ...]
    prepare: Callable[[Place], None]
    files: tuple[str, ...]


def _write(place: Place, path: str, text: str) -> None:
    (place.top / path).write_text(text)


def _started(place: Place) -> None:
    assert place.run("init", "deck").returncode == 0


def _built(place: Place) -> None:
    _started(place)
    assert place.run(*BUILD).returncode == 0


def _large_and_edited(place: Place) -> None:
    """Prepare a deck so large that a build after an edit goes on from the last one."""
    _started(place)
    more = "".join(
        f"  - {{id: n{number}, prompt: What is {number}?, answer: That.}}\n" for number in range(600)
    )
    _write(place, "deck/ch01/many.yaml", f"concepts:\n{more}")
    time.sleep(0.06)  # what was saved while a build began counts as changed
    assert place.run(*BUILD).returncode == 0
    notes = place.top / "deck/ch01/many.yaml"
    notes.write_text(notes.read_text().replace("answer: That", "answer: This", 1))


def _enlarged(place: Place) -> None:
    _built(place)
    _write(place, "deck/ch01/more.yaml", "concepts:\n  - {id: more, prompt: What?, answer: That.}\n")
    question = "questions:\n  - {id: q, ask: Tell me., tests: T, structure: [S], rubric: [R]}\n"
    _write(place, "deck/ch01/own.yaml", question)
    _write(place, "deck/stories.yaml", "ch01/q: Mine.\n")


def _garbled(place: Place) -> None:
    _started(place)
    notes = place.top / NOTES
    verse = "answer: |\n      Recalling it\n      makes it last,\n      reading it\n      does not"
    notes.write_text(re.sub("answer: .*", verse, notes.read_text(), count=1))


def _outlined(place: Place) -> None:
    _started(place)
    _write(place, "chapter.md", CHAPTER)


def _retired(place: Place) -> None:
    _enlarged(place)
    assert place.run(*BUILD).returncode == 0
    (place.top / "deck/ch01/more.yaml").unlink()
    assert place.run(*BUILD).returncode == 0


def _lost(place: Place) -> None:
    _built(place)
    (place.top / LOCK).unlink()


STARTER = ("ch01/outline.yaml", "ch01/notes.yaml", ".gitignore", ".gitattributes", "deckgen.yaml")
OUTLINE = "deck/ch01/outline.yaml"
SCENARIOS = {
    "a first build": Scenario(BUILD, _started, (PACKAGE, LOCK)),
    "a build after an edit": Scenario(BUILD, _large_and_edited, (PACKAGE, LOCK)),
    "a build with new notes": Scenario(BUILD, _enlarged, (PACKAGE, "deck/stories.lock", LOCK)),
    "lint --fix": Scenario(("lint", "deck", "--fix"), _garbled, (NOTES,)),
    "outline --update": Scenario(("outline", "chapter.md", "--diff", OUTLINE, "--update"), _outlined, (OUTLINE,)),
    "forget": Scenario(("forget", "--all", "-p", "deck"), _retired, (LOCK,)),
    "recover": Scenario(("recover", "-p", "deck", PACKAGE), _lost, (LOCK,)),
    "init": Scenario(("init", "deck"), lambda _: None, tuple(f"deck/{name}" for name in STARTER)),
}  # fmt: skip


def _notes(package: Path) -> dict[str, tuple[str, int]]:
    """Return the text and the stamp of each note of a package, by its GUID."""
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        file = package.with_suffix(".collection")
        file.write_bytes(archive.read("collection.anki2"))
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT guid, flds || tags, mod FROM notes").fetchall()
    file.unlink()
    return {guid: (text, mod) for guid, text, mod in rows}


def _content(file: Path) -> object:
    """Return what a file says but for the time at which it was written; None where there is none."""
    if not file.exists():
        return None
    if file.suffix == ".apkg":
        return {guid: text for guid, (text, _) in _notes(file).items()}
    return re.sub(r"\b\d{10,13}\b", "TIME", file.read_text())


class Trial:
    """A scenario, to be gone through with one fault after the other, always in the same folder."""

    def __init__(self, top: Path, scenario: Scenario) -> None:
        self.place, self.scenario = Place(top), scenario
        self.fresh()
        self.before = self.contents()
        self.points = self.place.points(*scenario.command)
        self.after = self.contents()

    def fresh(self) -> None:
        shutil.rmtree(self.place.top, ignore_errors=True)
        for name in ("home", "tmp"):
            (self.place.top / name).mkdir(parents=True)
        self.scenario.prepare(self.place)

    def contents(self) -> list[object]:
        return [_content(self.place.top / name) for name in self.scenario.files]

    def problems(self, fault: Fault) -> list[str]:
        """Return what is wrong after a fault, and after the build that follows it."""
        self.fresh()
        result = self.place.fail(fault, *self.scenario.command)
        said = result.stdout + result.stderr
        found = self._problems_of_files(result.returncode)
        if "Traceback" in said or "Exception ignored" in said:
            found.append("a traceback")
        if result.returncode > 0 and fault.what.startswith("E") and not _names(said, fault):
            found.append("the message does not name what failed")
        return [
            f"{problem}: {said[-600:]}"
            for problem in (*found, *self._problems_of_next_build(result.returncode))
        ]

    def _problems_of_files(self, code: int) -> list[str]:
        states = []
        for name, now, old, new in zip(
            self.scenario.files, self.contents(), self.before, self.after, strict=True
        ):
            if now not in (old, new):
                return [f"{name} is neither old nor new"]
            if old != new:
                states.append(now == new)
        if code == 0 and not all(states):
            return ["a file is old after success"]
        return [] if states == sorted(states, reverse=True) else ["a later file is new, an earlier one old"]

    def _problems_of_next_build(self, code: int) -> list[str]:
        package = self.place.top / PACKAGE
        is_new = code != 0 and PACKAGE in self.scenario.files and self.contents()[0] == self.after[0]
        shipped = _notes(package) if is_new else {}
        self._age()
        if self.scenario.command[0] in ("init", "recover") and code:
            self.place.run(*self.scenario.command)
        (self.place.top / "deck/deckgen.yaml").touch()  # or nothing might be left to build
        result = self.place.run(*BUILD)
        if result.returncode:
            return [f"the next build fails: {result.stderr}"]
        found = [f"{left} is left" for left in self._left()]
        if PACKAGE in self.scenario.files and self.contents() != self.after:
            found.append("the next build gives something else")
        old = self.before[0] or {}
        for guid, (text, mod) in shipped.items():
            now = _notes(package)[guid]
            # What readers had before is as the killed build shipped it; what they had not may be sent again.
            if now[0] != text or now[1] < mod or (now[1] > mod and guid in old):
                found.append(f"the next build gives `{guid}` the stamp {now[1]} rather than {mod}")
        return found

    def _age(self) -> None:
        """Let what was left be older than a file that is just being made."""
        for file in (*self.place.top.rglob(".*"), *(self.place.top / "tmp").iterdir()):
            if not file.name.startswith(".git"):
                os.utime(file, (time.time() - 10,) * 2)

    def _left(self) -> list[str]:
        hidden = [path for path in self.place.top.rglob(".*.*") if re.search(r"\.[0-9a-f]{12}$", path.name)]
        # Python itself tries the folder for temporary files with one whose name is eight random letters.
        temporary = (path for path in (self.place.top / "tmp").iterdir() if len(path.name) != 8)
        return [str(path) for path in (*hidden, *temporary)]


def _names(said: str, fault: Fault) -> bool:
    """Tell whether a message names what failed; of a temporary file, that it is one, or what it was for."""
    name = Path(fault.point.role).name.strip("*").removeprefix(".")
    is_temporary = fault.point.role.startswith("tmp")
    return name in said or (
        is_temporary and any(word in said for word in ("temporary files", "tmp", "deck.apkg"))
    )


def test_a_disk_that_cannot_read_the_new_collection_again_is_named(tmp_path: Path):
    trial = Trial(tmp_path / "place", SCENARIOS["a first build"])
    faults = [each for each in faults_of(trial.points) if each.point.call == "pread64" and each.what == "EIO"]
    found = [f"{fault}: {problem}" for fault in faults for problem in trial.problems(fault)]
    assert faults
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_fault_loses_or_spoils_anything(name: str, tmp_path: Path):
    trial = Trial(tmp_path / "place", SCENARIOS[name])
    faults = faults_of(trial.points)
    chosen = random.Random(SEED).sample(faults, min(SAMPLE, len(faults)))
    found = [f"{fault}: {problem}" for fault in chosen for problem in trial.problems(fault)]
    assert not found, "\n".join(found)
