"""Follow ``docs/tutorial.md`` word for word: type each command, write each file, see what it shows."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
TUTORIAL = REPOSITORY / "docs" / "tutorial.md"
_BLOCK = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<file>[^"]+)")?\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL
)
_STEP = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def shown(expected: str, actual: str) -> bool:
    """Compare what a document shows with what a command printed; ``…`` stands for any text."""
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("…"))
    return re.fullmatch(pattern, actual.strip(), re.DOTALL) is not None


def follow(folder: Path, environment: Mapping[str, str], built: Callable[[Path], None]) -> None:
    """Type what the tutorial says, from an installed deckgen on; ``built`` is called with each package.

    Raises:
        AssertionError: where a command fails, or prints what the page does not show.
    """
    for block in _BLOCK.finditer(TUTORIAL.read_text(encoding="utf-8")):
        if block["file"]:
            (folder / block["file"]).write_text(block["text"], encoding="utf-8")
        elif block["language"] == "console":
            for command, expected in _STEP.findall(block["text"]):
                folder = _type(command, expected, folder, environment)
                if command == "deckgen build":
                    built(folder / "build" / "my-deck.apkg")


def _type(command: str, expected: str, folder: Path, environment: Mapping[str, str]) -> Path:
    """Run one command and return the folder that one stands in afterwards."""
    if command.startswith("cd "):
        return folder / command.removeprefix("cd ")
    if command == "deckgen preview":
        output = _until_it_serves(folder, environment)
    else:
        done = subprocess.run(
            command, shell=True, cwd=folder, env=environment, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        output = done.stdout
        assert done.returncode == 0, f"{command}\n{output}"
    assert shown(expected, output), f"{command}\n{output}"
    return folder


def _until_it_serves(folder: Path, environment: Mapping[str, str]) -> str:
    """Run the preview until it names its address, then press Ctrl-C."""
    process = subprocess.Popen(
        [_program("deckgen", environment), "preview"], cwd=folder, env={**environment, "BROWSER": "true"},
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert "http://" in first, first + rest
    assert process.returncode == 0, first + rest
    return first + rest


def _program(name: str, environment: Mapping[str, str]) -> Path:
    folders = map(Path, environment["PATH"].split(os.pathsep))
    return next(folder / name for folder in folders if (folder / name).exists())
