"""Coverage-guided fuzzing of one target, for `make fuzz`: TARGET FOLDER, then libFuzzer's options.

FOLDER gets the inputs that reach new code. What it finds goes into corpus/, into the target's folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["deckgen"]):
    from targets import SEEDS, TARGETS, check


def main() -> None:
    name = sys.argv.pop(1)
    if name not in TARGETS:
        sys.exit(f"`{name}` is no target. They are {', '.join(TARGETS)}.")
    corpus = Path(__file__).parent / "corpus" / name
    seeds = [str(corpus)] if corpus.exists() else []
    if name in SEEDS:
        sys.argv.append(f"-seed_inputs={Path(__file__).parents[2] / SEEDS[name]}")
    atheris.Setup([*sys.argv, *seeds], lambda data: check(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
