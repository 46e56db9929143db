"""What lint costs beside compiling, which is what `deckgen build` does, and near-duplicates among many notes.

    .venv/bin/python bench/lint.py [NOTES ...]      (10,000 and 100,000 by default)

The notes are those of bench/project.py: their fronts share words as real ones do, and some repeat the one
before but for a word.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from project import write_project

from deckgen.build.lint_run import lint_sources
from deckgen.build.plan import BuildRequest
from deckgen.build.project_renderer import render_project
from deckgen.build.run import build_package
from deckgen.lint.all_rules import RULES
from deckgen.lock.stamps import BuildTime

T = TypeVar("T")

ALL = frozenset(rule.name for rule in RULES)
LIKENESS = frozenset(("similar-front", "similar-note"))


def main(sizes: list[int]) -> None:
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            write_project(root, size)
            measure(root, size)


def measure(root: Path, size: int) -> None:
    """Print the time of compiling, of all rules, and of the two that compare notes with each other."""
    project, rendering = timed(lambda: render_project(root)[0])
    sources = project.sources
    found, linting = timed(lambda: lint_sources(sources, ALL)[0])
    _, compiling = timed(lambda: build(root))
    print(f"{size:,} notes, CPU time: compiling {compiling:.2f} s, all {len(ALL)} rules {linting:.2f} s")
    print(f"  {1e6 * compiling / size:.0f} and {1e6 * linting / size:.0f} µs a note, {len(found):,} findings")
    print(f"  ratio {linting / compiling:.2f}; to reading and rendering alone, {linting / rendering:.2f}")
    found, seconds = timed(lambda: lint_sources(sources, LIKENESS)[0])
    print(f"  the rules on likeness alone: {seconds:.2f} s, {len(found):,} pairs")


def build(root: Path) -> None:
    """Do what `deckgen build` does once it is imported, lock and package included."""
    request = BuildRequest(BuildTime(time.time_ns() // 1_000_000))
    build_package(root, root / "x.apkg", request, on_plan=lambda _: None)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what the work returns, and the seconds of CPU time that it took."""
    gc.collect()
    gc.disable()  # as every command does
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


if __name__ == "__main__":
    main([int(argument.replace(",", "")) for argument in sys.argv[1:]] or [10_000, 100_000])
