"""What Windows has otherwise, as far as Linux can try it: line ends, separators, and what its Python lacks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MakeProject, Run

NOTES = (
    "concepts:\n  - {id: a, covers: [basics/first], prompt: P?, answer: 'A ![Lag](lag.png)'}\n"
    "  - {id: b, covers: [basics/second], prompt: And what is the second?, answer: Another thing}\n"
)
# A Python as on Windows: none of these modules, no fork.
LACKS = """\
import os, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for name in ("fork", "getuid", "O_NOFOLLOW", "O_NONBLOCK", "mkfifo"):
    delattr(os, name)
from deckgen.cli import main
sys.argv = ["deckgen", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize("command", ["build", "check", "lint", "status", "coverage"])
def test_no_command_needs_what_the_python_of_windows_lacks(command: str, make_project: MakeProject):
    root = make_project({"ch01/lag.png": "x"}, a=NOTES)
    result = subprocess.run(
        [sys.executable, "-c", LACKS, command, str(root)], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_a_checkout_with_the_line_ends_of_windows_is_the_same_project(make_project: MakeProject, run: Run):
    root = make_project(a=NOTES.replace(" ![Lag](lag.png)", ""))
    assert run("build", root).exit_code == 0
    for file in (*root.rglob("*.yaml"), root / "deckgen.lock"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert run("build", root, "--frozen").exit_code == 0
    assert "No changes since the last build" in run("status", root).stdout


def test_a_picture_named_with_backslashes_or_other_capitals_is_answered_with_its_name(
    make_project: MakeProject, run: Run
):
    root = make_project({"media/img/lag.png": "x"}, a=NOTES.replace("lag.png", r"img\lag.png"))
    assert "Did you mean `img/lag.png`?" in run("check", root).stdout
    make_project(a=NOTES.replace("lag.png", "img/Lag.PNG"))
    assert "Did you mean `img/lag.png`?" in run("check", root).stdout


def test_a_project_on_a_path_with_spaces_and_drive_letters_in_it_builds(run: Run):
    assert run("init", "C: my decks").exit_code == 0
    assert run("build", "C: my decks").exit_code == 0
    assert Path("C: my decks/build/c-my-decks.apkg").is_file()
