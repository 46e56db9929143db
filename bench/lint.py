"""What lint costs beside compiling, and near-duplicates among many notes.

    .venv/bin/python bench/lint.py [NOTES ...]      (10,000 and 100,000 by default)

Notes are made of words drawn as often as they come in English (Zipf), so that fronts share what real
ones share; one note in a hundred repeats an earlier one but for a word.
"""

from __future__ import annotations

import gc
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

from deckgen.check.rules import RULES
from deckgen.pipeline import compile_project, lint_sources

T = TypeVar("T")

OUTLINE = """\
id: ch01
number: 1
title: One
sections:
  - id: basics
    title: Basics
    points: [{id: first, text: First}, {id: second, text: Second}]
"""
ALL = frozenset(rule.name for rule in RULES)
LIKENESS = frozenset(("similar-front", "similar-note"))
NOTES_A_FILE = 250
STARTS = "bcdfghjklmnpqrstvw"
MIDDLES = ("a", "e", "i", "o", "u", "ea", "ou")
ENDS = (
    "n",
    "st",
    "r",
    "ting",
    "l",
    "sor",
    "der",
    "ck",
    "m",
    "tion",
    "ve",
    "p",
    "x",
    "t",
    "ble",
    "d",
    "ng",
    "sh",
)
SYLLABLES = [f"{start}{middle}{end}" for start in STARTS for middle in MIDDLES for end in ENDS]


def main(sizes: list[int]) -> None:
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            write_project(root, size)
            measure(root, size)


def write_project(root: Path, size: int) -> None:
    (root / "ch01").mkdir()
    (root / "deckgen.yaml").write_text("name: Bench\nid: bench\n")
    (root / "ch01/outline.yaml").write_text(OUTLINE)
    notes = list(make_notes(size))
    for start in range(0, size, NOTES_A_FILE):
        by_kind: dict[str, list[str]] = {}
        for kind, text in notes[start : start + NOTES_A_FILE]:
            by_kind.setdefault(kind, []).append(text)
        body = "".join(f"{kind}:\n{''.join(texts)}" for kind, texts in by_kind.items())
        (root / f"ch01/n{start:07}.yaml").write_text(body)


def make_notes(size: int) -> Iterator[tuple[str, str]]:
    """Return notes as their kind and their YAML."""
    rng = random.Random(36)  # noqa: S311 - the same notes each time
    vocabulary = SYLLABLES + [f"{one}{two}" for one in SYLLABLES[:200] for two in SYLLABLES[:100]]
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(vocabulary))))

    def words(count: int) -> list[str]:
        return rng.choices(vocabulary, cum_weights=weights, k=count)

    front = words(8)
    for number in range(size):
        head = (
            f"  - id: n{number}\n    covers: [basics/first]\n    tags: [t{number % 50}]\n    source: Page 1\n"
        )
        if number % 10 == 9:
            hidden = words(10)
            hidden[4], hidden[9] = f"{{{{c1::{hidden[4]}}}}}", f"{{{{c2::{hidden[9]}}}}}"
            text = " ".join(hidden)
            yield "clozes", f'{head}    text: "{text}."\n'
            continue
        front = [*front[:-1], *words(1)] if number % 100 == 50 else words(rng.randint(5, 11))
        answer = _answer(words(rng.randint(5, 30)), number % 4)
        why = f"    why: {' '.join(words(12))}.\n"
        yield "concepts", f"{head}    prompt: What {' '.join(front)}?\n    answer: {answer}\n{why}"


def _answer(words: list[str], form: int) -> str:
    """Return an answer as a list, with emphasis and code, or plain."""
    if form == 0:
        third = max(len(words) // 3, 1)
        items = (" ".join(words[start : start + third]) for start in range(0, len(words), third))
        return "|\n" + "\n".join(f"      - {item}" for item in items)
    if form == 1:
        return f">-\n      The **{words[0]}** of `{words[1]}` is {' '.join(words[2:])}."
    return f">-\n      {' '.join(words)}."


def measure(root: Path, size: int) -> None:
    """Print the time of compiling, of all rules, and of the two that compare notes with each other."""
    compiled, compiling = timed(lambda: compile_project(root)[0])
    sources = compiled.sources
    found, linting = timed(lambda: lint_sources(sources, ALL)[0])
    print(f"{size:,} notes, CPU time: compiling {compiling:.2f} s, all {len(ALL)} rules {linting:.2f} s")
    print(f"  {1e6 * compiling / size:.0f} and {1e6 * linting / size:.0f} µs a note, {len(found):,} findings")
    print(f"  ratio {linting / compiling:.2f}")
    found, seconds = timed(lambda: lint_sources(sources, LIKENESS)[0])
    print(f"  the rules on likeness alone: {seconds:.2f} s, {len(found):,} pairs")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what the work returns, and the seconds of CPU time that it took."""
    gc.collect()
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


if __name__ == "__main__":
    main([int(argument.replace(",", "")) for argument in sys.argv[1:]] or [10_000, 100_000])
