"""The stages of a build as they pass: timed, and shown on a terminal once they take over a second."""

from __future__ import annotations

import functools
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from deckgen.model.values import Struct

_PATIENCE = 1.0  # seconds
_EVERY = 0.2  # seconds between two looks at the clock


class _Times(Struct, frozen=True):
    """Seconds by the clock, and of CPU."""

    clock: float
    cpu: float

    @classmethod
    def now(cls) -> _Times:
        return cls(time.perf_counter(), time.process_time())

    def since(self, start: _Times) -> _Times:
        return _Times(self.clock - start.clock, self.cpu - start.cpu)

    def plus(self, more: _Times) -> _Times:
        return _Times(self.clock + more.clock, self.cpu + more.cpu)


class ProgressLine:
    """Call it with the name of each stage as it begins, and ``end`` after the last."""

    def __init__(self) -> None:
        self._spent: dict[str, _Times] = {}
        self._name = ""
        self._begun = _Times.now()
        self._ended = threading.Event()
        self._shown: threading.Thread | None = None
        if sys.stderr.isatty():
            self._shown = threading.Thread(target=self._show, daemon=True)
            self._shown.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def __call__(self, name: str) -> None:
        """Note that a stage begins, and the one before it ends."""
        now = _Times.now()
        if self._name:
            spent = now.since(self._begun)
            before = self._spent.get(self._name)
            self._spent[self._name] = before.plus(spent) if before else spent
        self._name, self._begun = name, now

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
            sys.stderr.write(f"\r\x1b[2K{self._name} … {seconds:.0f} s")
            sys.stderr.flush()
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()

    def lines(self) -> list[str]:
        """Return a line for each stage that has ended, and one for all: seconds by the clock and of CPU."""
        in_all = functools.reduce(_Times.plus, self._spent.values())
        times = {**self._spent, "in all": in_all}
        width = max(map(len, times))
        return [
            f"  {name:<{width}}  {spent.clock:8.3f} s  {spent.cpu:8.3f} s of CPU"
            for name, spent in times.items()
        ]


@contextmanager
def shows(stage: str) -> Iterator[None]:
    """Show on a terminal what is being done, once it takes over a second."""
    with ProgressLine() as progress:
        progress(stage)
        yield
