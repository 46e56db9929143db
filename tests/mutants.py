"""Mutants: small faults put into a room's code one at a time, to see which of them its fast tests notice.

``make mutants`` takes a seeded sample of each room's mutants, prints those that live, and fails where too
many do. mutmut (3.8) draws no sample and leaves out decorated functions, so all properties; cosmic-ray (8.7)
starts the whole test command anew for each mutant; mutatest is kept no more. Here libraries are imported
once, and each mutant is a fork in which its module is imported with the fault in it, and the tests are run
that call the function with the fault.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.util
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import pytest
from mutations import Mutation, mutations_of

REPOSITORY = Path(__file__).parent.parent

# Each room's code, and its fast tests.
ROOMS = {
    "lock": (
        ["deckgen/lock", "deckgen/model/ids.py", "deckgen/package/retired.py", "deckgen/package/shipment.py"],
        ["tests/lock", "tests/git/test_reverted_names.py"],
    ),
    "merge": (
        ["deckgen/lock/read.py", "deckgen/lock/merged_lines.py"],
        [
            "tests/lock/test_damaged_lock.py",
            "tests/lock/test_guids_of_lines.py",
            "tests/lock/test_merged_branches.py",
        ],
    ),
    "coverage": (
        [f"deckgen/coverage/{name}.py" for name in ("claims", "measure", "nearest_points")],
        ["tests/points"],
    ),
    "cloze": (
        ["deckgen/cloze"],
        ["tests/cloze", "tests/test_cloze.py", "tests/lint/test_cloze_collision.py"],
    ),
    "git": (
        [
            "deckgen/build/what_readers_have.py",
            "deckgen/build/built_here.py",
            "deckgen/build/git_history.py",
            "deckgen/build/git.py",
            "deckgen/build/build_mark.py",
        ],
        ["tests/git/test_lost_lock.py", "tests/git/test_other_builds.py", "tests/git/test_wrong_clock.py"],
    ),
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
PLUGINS_OFF = ("cacheprovider", "deckgen", "faulthandler", "playwright", "xdist")

Reach = Mapping[tuple[str, int], Collection[str]]  # the tests that call the function in each file and line


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


class Tracer:
    """A pytest plugin that writes down which functions each test calls, by file and first line."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._reach: dict[str, set[CodeType]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        called = self._reach[item.nodeid] = set()

        def note(frame: FrameType, event: str, _value: object) -> None:
            if event == "call":
                called.add(frame.f_code)

        sys.setprofile(note)
        result = yield
        sys.setprofile(None)
        return result

    def pytest_sessionfinish(self) -> None:
        reach: dict[tuple[str, int], set[str]] = defaultdict(set)
        for test, called in self._reach.items():
            for code in called:
                reach[code.co_filename, code.co_firstlineno].add(test)
        self._file.write_bytes(pickle.dumps(dict(reach)))


class Chosen:
    """A pytest plugin that runs some tests of those it finds, those that call the fewest functions first."""

    def __init__(self, tests: Collection[str], calls: Mapping[str, int]) -> None:
        self._tests = tests
        self._calls = calls

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self._tests]
        items.sort(key=lambda item: self._calls[item.nodeid])


def mutants_in(paths: Sequence[str]) -> list[Mutant]:
    """Return every mutant of some files and folders."""
    mutants = []
    for path in paths:
        top = REPOSITORY / path
        for file in sorted(top.rglob("*.py")) if top.is_dir() else [top]:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            mutants += [Mutant(file, tree, mutation) for mutation in mutations_of(tree)]
    return mutants


def start(
    tests: Collection[str], plugin: object, folder: Path, mutant: Mutant | None = None, seconds: float = 0
) -> int:
    """Run tests in a fork, with a mutant in place or on the code as it is; return the fork's process id.

    ``seconds`` is the most that a mutant may take, since it may make a loop endless: of processor time, which
    a busy machine does not stretch. One that waits for ever takes none, and ends after twenty times as long.
    """
    if child := os.fork():
        return child
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    if mutant:
        signal.setitimer(signal.ITIMER_PROF, seconds)  # whose signal ends the process, as the next one's
        signal.setitimer(signal.ITIMER_REAL, 20 * seconds)
        mutant.mutation.apply()
        sys.meta_path.insert(0, MutatedModule(mutant))
    without = [word for name in PLUGINS_OFF for word in ("-p", f"no:{name}")]
    options = ["-x", "-q", "--assert=plain", "--hypothesis-seed=0", f"--basetemp={folder}", *without]
    code = 1
    try:
        code = pytest.main([*options, *tests], plugins=[plugin])
    finally:
        os._exit(int(code))


def reach_of(tests: Sequence[str], folder: Path) -> tuple[Reach, float]:
    """Return the tests that call each function, and how many seconds of processor time all of them take.

    The code is as it is, so they must pass.
    """
    file = folder / "reach"
    _, status, used = os.wait4(start(tests, Tracer(file), folder / "tests"), 0)
    if status:
        raise SystemExit(f"The tests fail on the code as it is: pytest {' '.join(tests)}")
    return pickle.loads(file.read_bytes()), used.ru_utime + used.ru_stime  # noqa: S301 - written by the fork above


def survivors(mutants: Sequence[Mutant], tests: Sequence[str], jobs: int) -> list[Mutant]:
    """Return the mutants that the tests do not notice."""
    waiting, running, alive = list(reversed(mutants)), {}, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reach, seconds = reach_of(tests, folder)
        calls = Counter(test for found in reach.values() for test in found)
        while waiting or running:
            while waiting and len(running) < jobs:
                mutant, place = waiting.pop(), folder / str(len(waiting))
                line = mutant.mutation.function
                chosen = reach.get((str(mutant.file), line), set()) if line else calls.keys()
                files = sorted({test.partition("::")[0] for test in chosen})
                if files:
                    child = start(files, Chosen(chosen, calls), place, mutant, 2 * seconds)
                    running[child] = (mutant, place)
                else:
                    alive.append(mutant)
            if running:
                child, status = os.wait()
                mutant, place = running.pop(child)
                shutil.rmtree(place, ignore_errors=True)
                alive += [] if status else [mutant]
    return sorted(alive, key=mutants.index)


def report(room: str, paths: Sequence[str], tests: Sequence[str], options: argparse.Namespace) -> float:
    """Print the mutants of a room that live; return the share that died, in per cent."""
    mutants = mutants_in(paths)
    chosen = sorted(random.Random(options.seed).sample(range(len(mutants)), min(options.count, len(mutants))))
    began = time.monotonic()
    alive = survivors([mutants[place] for place in chosen], tests, options.jobs)
    for mutant in alive:
        print(mutant)
    share = 100 * (len(chosen) - len(alive)) / len(chosen)
    took = time.monotonic() - began
    print(
        f"{room}: {share:.1f} % of {len(chosen)} mutants died ({len(mutants)} in all), {took:.0f} s",
        flush=True,
    )
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
        {name: ROOMS[name] for name in options.rooms}
        if not options.tests
        else {"paths": (options.rooms, options.tests)}
    )
    shares = [report(room, *where, options) for room, where in rooms.items()]
    sys.exit(min(shares) < options.fail_under)


if __name__ == "__main__":
    main()
