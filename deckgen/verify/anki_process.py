"""Asking Anki in a process of its own, which ends where it takes too much time, memory or disk.

A package may come from anyone: what it unpacks to, and what its database makes SQLite do, is not known.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from deckgen.atomic_write import scratch_folder
from deckgen.model.values import Struct, decode_json
from deckgen.verify.outcome import Outcome

# In the folder of the process: copies of the packages, since Anki takes no path that is not Unicode, and
# what it answers.
OLD, NEW, ANSWER = "old.apkg", "new.apkg", "answer.json"
_POLL = 0.1  # seconds between two looks at the disk
_NO_MEMORY = ("memory allocation of", "MemoryError", "OutOfMemory")  # Rust's, Python's and SQLite's words


class AnkiFailedError(Exception):
    """Anki was stopped, or failed; the text is a sentence for the user."""


class Limits(Struct, frozen=True):
    """What Anki may take: time in seconds, memory and disk in bytes.

    Two packages of 100,000 notes take half a minute, 1 GB of memory and 500 MB of disk.
    """

    seconds: int
    memory: int
    disk: int


def default_limits(*packages: Path) -> Limits:
    """Return limits for packages of this size; a text unpacks to some tenfold, and is held thrice."""
    size = sum(package.stat().st_size for package in packages)
    return Limits(20 * 60, 4 << 30, (2 << 30) + 30 * size)


def ask_anki(old: Path, new: Path, now: int, limits: Limits, python: str = sys.executable) -> Outcome:
    """Return what Anki does with NEW for a reader who imported OLD.

    Args:
        old: the package OLD.
        new: the package NEW.
        now: the time, in seconds since 1970.
        limits: what Anki may take.
        python: the interpreter that has the ``anki`` library.

    Raises:
        ModuleNotFoundError: the ``anki`` library is not installed.
        AnkiFailedError: Anki hit a limit, or broke off.
    """
    if python == sys.executable and find_spec("anki") is None:
        raise ModuleNotFoundError("No module named 'anki'", name="anki")
    with scratch_folder() as folder:
        shutil.copyfile(old, folder / OLD)
        shutil.copyfile(new, folder / NEW)
        _run([python, "-P", "-m", "deckgen.verify", str(folder), str(now)], folder, limits)
        return decode_json((folder / ANSWER).read_bytes(), type=Outcome)


def _run(command: list[str], folder: Path, limits: Limits) -> None:
    """Run the process within the limits; AnkiFailedError where it does not come to its end."""
    command += map(str, (limits.seconds, limits.memory, limits.disk))
    # Anki must unpack where the size can be watched.
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    errors = folder / "errors.txt"
    with errors.open("wb") as stderr, subprocess.Popen(  # noqa: S603 - our own module
        command, env=environment, stdout=subprocess.DEVNULL, stderr=stderr
    ) as process:  # fmt: skip
        try:
            exceeded = _watch(process, folder, limits)
        finally:
            process.kill()
    said = errors.read_text(encoding="utf-8", errors="replace")
    if process.returncode and any(words in said for words in _NO_MEMORY):
        exceeded = f"{limits.memory >> 20:,} MB of memory"
    if exceeded:
        raise AnkiFailedError(f"Anki was stopped at its limit of {exceeded}.")
    if process.returncode:
        reason = (said.splitlines() or [f"exit code {process.returncode}"])[-1]
        raise AnkiFailedError(f"Anki broke off: {reason.rstrip('.')}.")


def _watch(process: subprocess.Popen[bytes], folder: Path, limits: Limits) -> str:
    """Wait for the end of a process; return which limit ended it, or nothing."""
    time_limit, disk_limit = f"{limits.seconds:,} seconds", f"{limits.disk >> 20:,} MB of disk"
    end = time.monotonic() + limits.seconds
    while True:
        try:
            code = process.wait(_POLL)
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                return time_limit
            if _size(folder) > limits.disk:
                return disk_limit
        else:
            signals = {-signal.SIGXCPU: time_limit, -signal.SIGXFSZ: disk_limit} if os.name == "posix" else {}
            return signals.get(code, "")


def _size(folder: Path) -> int:
    """Return the bytes of all files below a folder; one may be deleted meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += Path(parent, name).stat().st_size
    return total
