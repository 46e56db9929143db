"""How fast deckgen builds: whole processes against the plain way (bench/plain.py) and `python -c pass`.

    python bench/run.py [--full | --small]      (1,000 and 10,000 notes; --full adds 100,000; --small is 200)

Each round runs every command once, one after the other, so that what disturbs the machine disturbs them
all; a figure is the median over rounds of the ratio within each round, with its lowest and highest.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from project import edit_note, write_project

PLAIN = Path(__file__).parent / "plain.py"
ROUNDS = {200: 2, 1_000: 7, 10_000: 3, 100_000: 1}


class Cost(NamedTuple):
    """What a process took: seconds of CPU (user and system), and its peak memory in bytes."""

    seconds: float
    memory: int


class Row(NamedTuple):
    """A promise: what is measured, in what, the figure of one round, and the target for each size."""

    name: str
    unit: str
    ratio: Callable[[dict[str, Cost]], float]
    sign: str = ""
    targets: tuple[float | None, ...] = (None, None, None)


SIZES = (1_000, 10_000, 100_000)
TIMES_FASTER, STARTS = "the plain way's time over ours", "our time over that of `python -c pass`"
ROWS = (
    Row("build from nothing", TIMES_FASTER, lambda costs: _gain(costs, "nothing"), "≥", (5, 9, 9)),
    Row("nothing changed", STARTS, lambda costs: _starts(costs, "same"), "≤", (3, 3, 5)),
    Row("one note edited", TIMES_FASTER, lambda costs: _gain(costs, "edit"), "≥", (8, 35, 70)),
    Row(
        "peak memory",
        "ours over the plain way's",
        lambda costs: _memory(costs, "nothing"),
        "≤",
        (0.95, 0.78, 0.58),
    ),
    Row("deckgen --help", STARTS, lambda costs: _starts(costs, "help"), "≤", (5, 5, 5)),
    Row(
        "libyaml for the plain way", "its time over that with libyaml", lambda costs: _gain(costs, "libyaml")
    ),
)


def _gain(costs: dict[str, Cost], what: str) -> float:
    return costs["plain"].seconds / costs[what].seconds


def _starts(costs: dict[str, Cost], what: str) -> float:
    return costs[what].seconds / costs["python -c pass"].seconds


def _memory(costs: dict[str, Cost], what: str) -> float:
    return costs[what].memory / costs["plain"].memory


def main(options: list[str]) -> None:
    """Print the table, and below it the seconds and megabytes that it comes from."""
    sizes = [200] if "--small" in options else [1_000, 10_000]
    if "--full" in options:
        sizes.append(100_000)
    measured = {size: measure(size, ROUNDS[size]) for size in sizes}
    print_ratios(measured)
    for size, rounds in measured.items():
        print_costs(size, rounds)


def measure(size: int, count: int) -> list[dict[str, Cost]]:
    """Return what each command cost, by its name, in each of ``count`` rounds on a project of its own."""
    with tempfile.TemporaryDirectory(prefix="deckgen-bench-") as folder:
        root = Path(folder)
        write_project(root / "cards", size)
        write_project(root / "small", 40)
        cost(
            [sys.executable, "-m", "deckgen", "build", "small", "-o", "small.apkg"], root
        )  # compiles deckgen
        rounds = []
        for number in range(1, count + 1):
            print(f"{size:,} notes, round {number} of {count}", file=sys.stderr)
            rounds.append(measure_round(root, number))
        return rounds


def measure_round(root: Path, number: int) -> dict[str, Cost]:
    """Run every command once in ``root``, which holds the project as `cards`."""
    deckgen = [sys.executable, "-m", "deckgen"]
    build = [*deckgen, "build", "cards"]
    plain = [sys.executable, str(PLAIN), "cards", "plain.apkg"]
    (root / "cards" / "deckgen.lock").unlink(missing_ok=True)
    for made in ("cards/build", "home"):
        shutil.rmtree(root / made, ignore_errors=True)
    costs = {"plain": cost(plain, root), "nothing": cost(build, root)}
    costs["libyaml"] = cost([*plain, "--c-loader"], root)
    costs["same"] = cost(build, root)
    edit_note(min((root / "cards").glob("*/notes-0.yaml")), number)
    costs["edit"] = cost(build, root)
    costs["help"] = cost([*deckgen, "--help"], root)
    costs["python -c pass"] = cost([sys.executable, "-c", "pass"], root)
    return costs


def cost(command: list[str], folder: Path) -> Cost:
    """Run a command in ``folder`` and return what it took.

    The system counts a child's memory from the fork, so the parent's is the least that can be measured.

    Raises:
        CalledProcessError: it failed.
    """
    # A home of its own: whatever is kept between builds is kept there, and goes with it. And Python keeps
    # what it compiled, as it does for whoever installs a package.
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "home" / "cache"),
        "XDG_STATE_HOME": str(folder / "home" / "state"),
    }
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


def print_ratios(measured: dict[int, list[dict[str, Cost]]]) -> None:
    """Print the table of the promises: median (lowest to highest), and the target."""
    print("| | " + " | ".join(f"{size:,} notes" for size in measured) + " | what it is |")
    print("|---|" + "---|" * (len(measured) + 1))
    for row in ROWS:
        cells = [_ratio_cell(row, size, rounds) for size, rounds in measured.items()]
        print(f"| {row.name} | {' | '.join(cells)} | {row.unit} |")


def _ratio_cell(row: Row, size: int, rounds: list[dict[str, Cost]]) -> str:
    ratios = [row.ratio(costs) for costs in rounds]
    spread = f" ({min(ratios):.2f} to {max(ratios):.2f})" if len(ratios) > 1 else ""
    target = dict(zip(SIZES, row.targets, strict=True)).get(size)
    promise = f"; target {row.sign} {target:g}" if target else ""
    return f"{statistics.median(ratios):.2f}{spread}{promise}"


def print_costs(size: int, rounds: list[dict[str, Cost]]) -> None:
    """Print each command's median CPU time and peak memory."""
    print(f"\n{size:,} notes, median of {len(rounds)}:")
    for name in rounds[0]:
        seconds = statistics.median(costs[name].seconds for costs in rounds)
        memory = statistics.median(costs[name].memory for costs in rounds)
        print(f"  {name:<16} {seconds:8.2f} s of CPU {memory / 1e6:8.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
