"""Mutants: small faults put into a room's code one at a time, to see which of them its fast tests notice.

``make mutants`` takes a seeded sample of each room's mutants, prints those that live, and fails where too
many do. mutmut (3.8) draws no sample and leaves out decorated functions, so all properties; cosmic-ray (8.7)
starts the whole test command anew for each mutant; mutatest is kept no more. Here libraries are imported
once, and each mutant is a fork in which its module is imported with the fault in it.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.util
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from mutations import Mutation, mutations_of

REPOSITORY = Path(__file__).parent.parent

# Each room's code, and the tests that are fast enough to run for every mutant.
ROOMS = {
    "lock": (
        ["deckgen/lock", "deckgen/model/ids.py", "deckgen/package/plan.py"],
        ["tests/lock", "tests/test_ids.py"],
    ),
    "merge": (
        ["deckgen/lock/read.py"],
        ["tests/lock/test_merged_branches.py", "tests/lock/test_damaged_lock.py"],
    ),
    "coverage": (
        ["deckgen/coverage/measure.py", "deckgen/coverage/nearest_points.py"],
        ["tests/test_coverage_points.py"],
    ),
    "cloze": (["deckgen/lint/clozes.py", "deckgen/render/masks.py"], ["tests/test_cloze_marks.py"]),
    "rules": (["deckgen/lint/rules"], ["tests/lint"]),
}
# Imported before the first fork: what tests need besides deckgen itself.
LIBRARIES = (
    "anki.collection",
    "click.testing",
    "comrak",
    "genanki",
    "hypothesis",
    "jinja2",
    "msgspec",
    "yaml",
)
PLUGINS_OFF = ("cacheprovider", "deckgen", "playwright", "xdist", "faulthandler")
SLOWEST_START = 5  # seconds that a mutant has besides three times what the tests take without a fault


class Mutant(NamedTuple):
    """One fault in one file, in the syntax tree that the file's mutants share."""

    file: Path
    tree: ast.Module
    mutation: Mutation

    def __str__(self) -> str:
        place = f"{self.file.relative_to(REPOSITORY)}:{self.mutation.line}"
        return f"{place}: {self.mutation.before} -> {self.mutation.after}"


class MutatedModule(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module from a syntax tree in place of its file."""

    def __init__(self, mutant: Mutant) -> None:
        parts = mutant.file.relative_to(REPOSITORY).with_suffix("").parts
        self.name = ".".join(part for part in parts if part != "__init__")
        self.mutant = mutant

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> Any:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.mutant.file, loader=self)

    def exec_module(self, module: Any) -> None:
        exec(compile(self.mutant.tree, str(self.mutant.file), "exec"), vars(module))  # noqa: S102


def mutants_in(paths: Sequence[str]) -> Iterator[Mutant]:
    """Yield every mutant of some files and folders."""
    for path in paths:
        top = REPOSITORY / path
        for file in sorted(top.rglob("*.py")) if top.is_dir() else [top]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            yield from (Mutant(file, tree, mutation) for mutation in mutations_of(tree))


def start(tests: Sequence[str], mutant: Mutant | None, seconds: float, folder: Path) -> int:
    """Run tests in a fork, with a mutant in place or as the code is; return the fork's process id."""
    if child := os.fork():
        return child
    signal.setitimer(signal.ITIMER_REAL, seconds)  # whose signal ends the process
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    if mutant:
        mutant.mutation.apply()
        sys.meta_path.insert(0, MutatedModule(mutant))
    without = [word for plugin in PLUGINS_OFF for word in ("-p", f"no:{plugin}")]
    code = 1
    try:
        code = pytest.main(
            ["-x", "-q", "--assert=plain", f"--basetemp={folder}", "--hypothesis-seed=0", *without, *tests]
        )
    finally:
        os._exit(int(code))


def survivors(mutants: Sequence[Mutant], tests: Sequence[str], jobs: int) -> list[Mutant]:
    """Return the mutants that the tests do not notice."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        _, status = os.waitpid(start(tests, None, 600, Path(folder, "none")), 0)
        if status:
            raise SystemExit(f"The tests fail on the code as it is: pytest {' '.join(tests)}")
        limit = SLOWEST_START + 3 * (time.monotonic() - began)
        waiting, running, alive = list(reversed(mutants)), {}, []
        while waiting or running:
            while waiting and len(running) < jobs:
                mutant, place = waiting.pop(), Path(folder, str(len(waiting)))
                running[start(_nearest(tests, mutant), mutant, limit, place)] = (mutant, place)
            child, status = os.wait()
            mutant, place = running.pop(child)
            shutil.rmtree(place, ignore_errors=True)
            alive += [] if status else [mutant]
    return sorted(alive, key=mutants.index)


def _nearest(tests: Sequence[str], mutant: Mutant) -> Sequence[str]:
    """Return the one file of tests that is named after the mutant's file, or all where there is none."""
    own = [f"{test}/test_{mutant.file.stem}.py" for test in tests]
    return [test for test in own if Path(test).exists()] or tests


def report(room: str, paths: Sequence[str], tests: Sequence[str], options: argparse.Namespace) -> float:
    """Print the mutants of a room that live; return the share that died, in per cent."""
    mutants = list(mutants_in(paths))
    chosen = sorted(random.Random(options.seed).sample(range(len(mutants)), min(options.count, len(mutants))))
    began = time.monotonic()
    alive = survivors([mutants[place] for place in chosen], tests, options.jobs)
    for mutant in alive:
        print(mutant)
    share = 100 * (len(chosen) - len(alive)) / len(chosen)
    took = time.monotonic() - began
    print(f"{room}: {share:.1f} % of {len(chosen)} mutants died ({len(mutants)} there are), in {took:.0f} s")
    return share


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure which faults the fast tests of a room notice.")
    parser.add_argument("rooms", nargs="*", default=["lock", "merge", "coverage", "cloze"],
                        help=f"of {', '.join(ROOMS)}; or files and folders, with --tests")  # fmt: skip
    parser.add_argument("--tests", nargs="+", help="the tests for files and folders given by path")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300, help="mutants of each room (default 300)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--fail-under", type=float, default=0, help="fail below so many per cent")
    options = parser.parse_args()
    os.chdir(REPOSITORY)
    os.environ["CI"] = "1"  # hypothesis then tries the same examples each time and keeps none
    for library in LIBRARIES:
        importlib.import_module(library)
    rooms = (
        {"paths": (options.rooms, options.tests)} if options.tests else {r: ROOMS[r] for r in options.rooms}
    )
    shares = [report(room, *where, options) for room, where in rooms.items()]
    sys.exit(min(shares) < options.fail_under)


if __name__ == "__main__":
    main()
