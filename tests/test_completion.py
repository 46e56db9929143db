"""What a shell is told could follow on the command line; real shells are tried by tests/tools/shells.py."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import get_completion_class
from conftest import MakeProject, Run

from deckgen.cli.completion import add_powershell
from deckgen.cli.group import group

NOTES = "concepts:\n  - {id: a, covers: [basics/first], prompt: P?, answer: A}\n"


def offered(line: str, folder: Path, shell: str = "bash") -> list[str]:
    """Complete the last word of a command line, in a folder."""
    add_powershell()
    words = line.split(" ")
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    if shell == "powershell":
        asked = {"COMP_WORDS": "\n".join(words[:-1]), "COMP_WORD": words[-1]}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, value in asked.items():
            patch.setenv(name, value)
        completes = get_completion_class(shell)
        assert completes
        return list(filter(None, completes(group, {}, "deckgen", "_DECKGEN_COMPLETE").complete().split("\n")))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("deckgen bu", ["build"]),
        ("deckgen build --ch", ["--chapter"]),
        ("deckgen build --chapter ", ["ch01"]),
        ("deckgen build -p .. --chapter ", []),
        ("deckgen stub basics/s", ["basics/second"]),
        ("deckgen stub ch01/basics/f", ["ch01/basics/first"]),
        ("deckgen stub --kind tr", ["trade_offs"]),
        ("deckgen explain unknown-k", ["unknown-key"]),
        ("deckgen lint --select prompts,mat", ["prompts,maths"]),
        ("deckgen schema out", ["outline"]),
        ("deckgen completion po", ["powershell"]),
        ("deckgen biuld ch", ["check"]),
        ("deckgen new no", ["notetype"]),
    ],
)
def test_what_could_follow_is_offered(line: str, expected: list[str], make_project: MakeProject):
    root = make_project(a=NOTES)
    assert [each.partition(",")[2] for each in offered(line, root)] == expected


def test_retired_notes_are_offered_to_forget(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES, b=NOTES.replace("id: a", "id: b"))
    run("build", root)
    (root / "ch01/b.yaml").unlink()
    run("build", root)
    assert offered("deckgen forget ", root) == ["plain,ch01/b"]


def test_a_project_with_errors_completes_what_can_be_read(make_project: MakeProject):
    root = make_project({"ch02/outline.yaml": "id: [\n"}, a=NOTES)
    assert offered("deckgen build --chapter ", root) == ["plain,ch01"]


def test_powershell_gets_values_with_what_they_are(make_project: MakeProject):
    root = make_project(a=NOTES)
    assert offered("deckgen build -p '.' --chapter ", root, "powershell") == ["ch01\tOne"]
    assert offered("deckgen stub basics/s", root, "powershell") == ["basics/second\tThe second thing"]
    assert [
        each for each in offered("deckgen outline ", root, "powershell") if each
    ] == []  # files are its own


def test_a_shell_asks_by_the_environment():
    asked = {"COMP_WORDS": "deckgen", "COMP_WORD": "bu", "_DECKGEN_COMPLETE": "powershell_complete"}
    command = [sys.executable, "-m", "deckgen"]
    result = subprocess.run(command, env={**os.environ, **asked}, capture_output=True, text=True, check=True)
    assert (result.stdout, result.stderr) == ("build\tCompile a project into an Anki package.\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_gets_a_script(shell: str, run: Run):
    script = run("completion", shell).stdout
    assert f"{shell}_complete" in script
    assert "_DECKGEN_COMPLETE" in script
