"""The system calls of a command on its own files, and what the command does where one of them fails."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# By call: how it may fail. What only looks never lacks room, and an open file is not closed to its reader.
_CHANGES_NAMES = ("EACCES", "EIO", "ENOSPC")
ERRORS = {
    "openat": ("EACCES", "EIO", "ENOSPC", "EMFILE"),
    "mkdir": _CHANGES_NAMES,
    "rename": _CHANGES_NAMES,
    "unlink": ("EACCES", "EIO"),
    "unlinkat": ("EACCES", "EIO"),
    "rmdir": ("EACCES", "EIO"),
    "chmod": ("EACCES", "EIO"),
    "newfstatat": ("EACCES", "EIO"),
    "readlink": ("EACCES", "EIO"),
    "getdents64": ("EIO",),
    "read": ("EIO",),
    "pread64": ("EIO",),
    "write": ("EIO", "ENOSPC"),
    "pwrite64": ("EIO", "ENOSPC"),
    "fsync": ("EIO", "ENOSPC"),
    "fdatasync": ("EIO", "ENOSPC"),
    "ftruncate": ("EIO", "ENOSPC"),
    "flock": ("EIO", "ENOLCK"),
}
SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT")
_CALL = re.compile(r"(\w+)\((.*)\) += ")
_PATH = re.compile(r'"([^"]*)"|<(/[^<>]*)>')
_AT_RANDOM = re.compile(r"\.[0-9a-f]{12}\b|(?<=deckgen-)\w{8}|(?<=^tmp/)\w{8}$")


class Point(NamedTuple):
    """A system call: its name, which of that name in the process, and its path without what is random in it."""

    call: str
    number: int
    role: str


class Fault(NamedTuple):
    """What happens at a point: an error that the call returns, or a signal that comes before it."""

    point: Point
    what: str

    def __str__(self) -> str:
        return f"{self.what} at {self.point.call} {self.point.number} of {self.point.role}"

    @property
    def injection(self) -> str:
        kind = "signal" if self.what.startswith("SIG") else "error"
        return f"--inject={self.point.call}:{kind}={self.what}:when={self.point.number}"


class Place(NamedTuple):
    """A folder in which a command runs, with all that it may touch."""

    top: Path

    def run(self, *command: str, strace: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run deckgen here, through strace with these options if there are any."""
        program = [sys.executable, "-P", "-m", "deckgen", *command]
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.top / "home"),
            "TMPDIR": str(self.top / "tmp"),
            "PYTHONHASHSEED": "0",  # the same calls in the same order each time
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.run(
            [*(("strace", *strace) if strace else ()), *program],
            cwd=self.top, env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def points(self, *command: str) -> list[Point]:
        """Run a command and return its system calls on what lies here."""
        log = self.top / "strace.log"
        result = self.run(
            *command, strace=("-y", "-s", "0", "-e", f"trace={','.join(ERRORS)}", "-o", str(log))
        )
        assert result.returncode == 0, result.stdout + result.stderr
        points = list(self._listed(log.read_text(errors="replace")))
        log.unlink()
        return points

    def fail(self, fault: Fault, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command with a fault."""
        options = (
            "-qqq",
            "-e",
            f"trace={fault.point.call}",
            fault.injection,
            "-o",
            os.devnull,
        )
        return self.run(*command, strace=options)

    def _listed(self, log: str) -> Iterator[Point]:
        numbers: Counter[str] = Counter()
        for line in log.splitlines():
            if not (match := _CALL.match(line)):
                continue
            call, arguments = match.groups()
            numbers[call] += 1
            paths = [
                os.path.normpath(self.top / (quoted or opened))
                for quoted, opened in _PATH.findall(re.sub(r"AT_FDCWD<[^>]*>", "", arguments))
            ]
            mine = [path for path in paths if path.startswith(f"{self.top}/")]
            if mine:
                role = _AT_RANDOM.sub("*", os.path.relpath(mine[0], self.top))
                yield Point(call, numbers[call], role)


def faults_of(points: list[Point]) -> list[Fault]:
    """Return each fault at the first and the last call of each name and role."""
    first = {(point.call, point.role): point for point in reversed(points)}
    last = {(point.call, point.role): point for point in points}
    chosen = sorted({*first.values(), *last.values()})
    return [Fault(point, what) for point in chosen for what in (*ERRORS[point.call], *SIGNALS)]
