"""The stages of a build as they pass: timed, and shown on a terminal once they take over a second."""

from __future__ import annotations

import sys
import threading
import time
from typing import NamedTuple

_PATIENCE = 1.0  # seconds
_EVERY = 0.2  # seconds between two looks at the clock


class _Stage(NamedTuple):
    name: str
    clock: float
    cpu: float


class Stages:
    """Called with the name of each stage as it begins; ``end`` comes after the last."""

    def __init__(self) -> None:
        self._begun: list[_Stage] = []
        self._ended = threading.Event()
        self._shown: threading.Thread | None = None
        if sys.stderr.isatty():
            self._shown = threading.Thread(target=self._show, daemon=True)
            self._shown.start()

    def __call__(self, name: str) -> None:
        """Note that a stage begins, and the one before it ends."""
        self._begun.append(_Stage(name, time.perf_counter(), time.process_time()))

    def end(self) -> None:
        """Note that the last stage ends, and clear the line that showed it."""
        self("")
        self._ended.set()
        if self._shown:
            self._shown.join()

    def _show(self) -> None:
        """Write the present stage over itself on the last line, with the seconds that have passed."""
        started = time.perf_counter()
        if self._ended.wait(_PATIENCE):
            return
        while not self._ended.wait(_EVERY):
            seconds = time.perf_counter() - started
            sys.stderr.write(f"\r\x1b[2K{self._begun[-1].name} … {seconds:.0f} s")
            sys.stderr.flush()
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()

    def lines(self) -> list[str]:
        """Return a line for each stage that has ended, and one for all: seconds by the clock and of CPU."""
        pairs = list(zip(self._begun, self._begun[1:], strict=False))
        pairs.append((self._begun[0]._replace(name="in all"), self._begun[-1]))
        width = max(len(stage.name) for stage, _ in pairs)
        times = ((stage.name, after.clock - stage.clock, after.cpu - stage.cpu) for stage, after in pairs)
        return [f"  {name:<{width}}  {clock:8.3f} s  {cpu:8.3f} s of CPU" for name, clock, cpu in times]
