"""One deliberate mistake at a time in a tool's input, and what the tool says of it."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_HOUR = 3600
_SHOWN = 4  # lines of what is said
# What a traceback shows is the tool's own code, not the author's file.
_CODE = re.compile(r"\.pyx?\b|^\s*[│╭╰^~]")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What to write where the input has ``pattern`` for the first time in a file."""

    name: str
    file: str
    pattern: str
    replacement: str

    def make(self, folder: Path) -> range:
        """Put the mistake into the file, and return the lines that it spans.

        Raises:
            ValueError: there is no place for it.
        """
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        match = re.search(self.pattern, text, re.DOTALL)
        if match is None:
            raise ValueError(f"{self.file} has no {self.pattern!r}")
        changed = text[: match.start()] + match.expand(self.replacement) + text[match.end() :]
        path.write_text(changed, encoding="utf-8")
        first, last = (text.count("\n", 0, place) + 1 for place in match.span())
        return range(first, last + 1)


@dataclass(frozen=True, slots=True)
class Said:
    """A command's exit code, and what it printed."""

    exit_code: int
    output: str

    def lines(self) -> list[str]:
        """Return the lines of the output but for those of a traceback's code."""
        kept = (line for line in self.output.splitlines() if not _CODE.search(line))
        return [line.strip() for line in kept if line.strip()]


def ask(command: list[str], folder: Path) -> Said:
    """Run a command in ``folder`` and return what it says, in long lines without colours, to be searched."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "250", "HOME": str(folder / "home")}
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_HOUR,
    )
    return Said(done.returncode, done.stdout)


def judge(said: Said, usual: Said, file: str, lines: range) -> str:
    """Return in words what a command said of a mistake in some lines of a file.

    What it says of the notes without the mistake, ``usual``, does not count. A line is named if it is one of
    those, or the one after them, at which a parser stops.
    """
    known = set(usual.lines())
    new = [text for text in said.lines() if text not in known]
    numbers = {int(number) for text in new for number in re.findall(r"(?:\bline |:)(\d+)\b", text)}
    is_told = {
        "file": any(Path(file).name in text for text in new),
        "line": not numbers.isdisjoint(range(lines.start, lines.stop + 1)),
    }
    told = " and ".join(place for place, is_so in is_told.items() if is_so) or "neither file nor line"
    traceback = ", by a traceback" if "Traceback" in said.output else ""
    return f"exit {said.exit_code}, names {told}{traceback}: {' / '.join(new[-_SHOWN:]) or 'nothing is said'}"
