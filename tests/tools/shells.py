"""What a user's own programs make of what deckgen brings: bash, zsh and fish of its completion, man of its page."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deckgen.cli import COMMANDS

REPOSITORY = Path(__file__).parents[2]
COMPLETE = {
    "bash": """\
source <(deckgen completion bash)
COMP_WORDS=(deckgen build --chapter "") COMP_CWORD=3
_deckgen_completion deckgen
printf '%s\\n' "${COMPREPLY[@]}"
""",
    # zsh calls these two from within its line editor alone.
    "zsh": """\
compdef() {}
_describe() { print -l -- "${(@P)3}" }
source <(deckgen completion zsh)
words=(deckgen build --chapter "") CURRENT=4
_deckgen_completion
""",
    "fish": 'deckgen completion fish | source; complete -C "deckgen build --chapter "',
}


@pytest.mark.parametrize("shell", COMPLETE)
def test_a_shell_completes_the_chapters_of_the_project(shell: str, tmp_path: Path):
    subprocess.run([sys.executable, "-m", "deckgen", "init"], cwd=tmp_path, check=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": os.fspath(tmp_path)}
    result = subprocess.run(
        [shell, "-c", COMPLETE[shell]],
        cwd=tmp_path,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert "ch01" in result.stdout.replace(":", "\t").split(), result.stdout + result.stderr


def test_man_shows_the_page_of_every_command():
    shown = subprocess.run(
        ["man", "--warnings", "-l", os.fspath(REPOSITORY / "docs/deckgen.1")],
        capture_output=True, text=True, check=True, env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert shown.stderr == ""
    assert all(f"\n   {name} " in shown.stdout for name in COMMANDS)


def test_the_wheel_brings_the_documents_and_the_page_for_man(tmp_path: Path):
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "-w",
        os.fspath(tmp_path),
        os.fspath(REPOSITORY),
    ]
    subprocess.run(command, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"deckgen/docs/{page.name}" for page in (REPOSITORY / "docs").glob("*.md")} <= set(names)
    assert any(name.endswith(".data/data/share/man/man1/deckgen.1") for name in names)
    assert {f"deckgen/{name}" for name in ("starter/deckgen.yaml", "starter_note_type/notetype.yaml")} <= set(
        names
    )
    assert not [name for name in names if name.startswith("docs/") or "/images/" in name]
