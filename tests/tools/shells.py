"""The scripts of ``deckgen completion`` in the real bash, zsh and fish."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
