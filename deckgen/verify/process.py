"""Asking Anki in a process of its own, which ends where it takes too much time, memory or disk.

A package may come from anyone: what it unpacks to, and what its database makes SQLite do, is not known.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from deckgen.model.values import Struct, decode_json, encode_json
from deckgen.verify.outcome import Outcome

_POLL = 0.1  # seconds between two looks at the disk
_ENDED_BY = {"SIGXCPU": "time", "SIGXFSZ": "disk"}  # the signals that Windows lacks
_NO_MEMORY = ("memory allocation of", "MemoryError", "OutOfMemory")  # Rust's, Python's and SQLite's words


class AnkiFailedError(Exception):
    """Anki could not be asked to the end; its text is a sentence for the user."""


class Limits(Struct, frozen=True):
    """What Anki may take: time in seconds, memory and disk in bytes.

    100,000 notes, imported three times, take some 2 minutes and 600 MB of memory.
    """

    seconds: int
    memory: int
    disk: int

    def exceeded(self, what: str) -> AnkiFailedError:
        """Return the error for ``time``, ``memory`` or ``disk``."""
        amounts = {
            "time": f"{self.seconds:,} seconds",
            "memory": f"{self.memory >> 20:,} MB of memory",
            "disk": f"{self.disk >> 20:,} MB of disk",
        }
        return AnkiFailedError(f"Anki was stopped at its limit of {amounts[what]}.")


class Order(Struct, frozen=True):
    """What the process is to do: import ``old.apkg`` of its folder, then ``new.apkg``."""

    folder: str
    now: int
    limits: Limits

    @property
    def answer(self) -> Path:
        """The file that the process writes the outcome to."""
        return Path(self.folder, "answer.json")

    @property
    def packages(self) -> tuple[Path, Path]:
        """OLD and NEW: copies, since Anki takes no path that is not Unicode."""
        return Path(self.folder, "old.apkg"), Path(self.folder, "new.apkg")


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
    # Anki may still hold a file for a moment after it was ended, which Windows does not let go.
    with tempfile.TemporaryDirectory(prefix="deckgen-", ignore_cleanup_errors=True) as folder:
        order = Order(folder, now, limits)
        for package, copy in zip((old, new), order.packages, strict=True):
            shutil.copyfile(package, copy)
        complaint = _run(order, python)
        try:
            return decode_json(order.answer.read_bytes(), type=Outcome)
        except FileNotFoundError:
            raise AnkiFailedError(f"Anki broke off: {complaint or 'it gave no reason'}.") from None


def _run(order: Order, python: str) -> str:
    """Let a process carry out an order; return the last line that it complained with."""
    complaints = Path(order.folder, "complaints.txt")
    command = [python, "-P", "-m", "deckgen.verify", encode_json(order).decode()]
    with complaints.open("wb") as stderr, subprocess.Popen(  # noqa: S603 - our own module
        command, env=_environment(order.folder), stdout=subprocess.DEVNULL, stderr=stderr
    ) as process:  # fmt: skip
        try:
            _watch(process, order)
        finally:
            process.kill()
    said = complaints.read_text(encoding="utf-8", errors="replace")
    for name, what in _ENDED_BY.items():
        if process.returncode == -getattr(signal, name, 0) != 0:
            raise order.limits.exceeded(what)
    if process.returncode and any(words in said for words in _NO_MEMORY):
        raise order.limits.exceeded("memory")
    return (said.splitlines() or [""])[-1].rstrip(".")


def _environment(folder: str) -> Mapping[str, str]:
    """Return this process's environment, with what Anki unpacks within reach of the limit on disk."""
    return {**os.environ, "PYTHONIOENCODING": "utf-8", "TMPDIR": folder, "TEMP": folder, "TMP": folder}


def _watch(process: subprocess.Popen[bytes], order: Order) -> None:
    """Wait for the end of a process.

    Raises:
        AnkiFailedError: it took too much time or disk.
    """
    end = time.monotonic() + order.limits.seconds
    while True:
        try:
            process.wait(_POLL)
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                raise order.limits.exceeded("time") from None
            if _size(order.folder) > order.limits.disk:
                raise order.limits.exceeded("disk") from None
        else:
            return


def _size(folder: str) -> int:
    """Return the bytes of all files below a folder; one may be deleted meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(parent, name).stat().st_size
            except FileNotFoundError:
                continue
    return total
