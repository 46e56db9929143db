"""Coverage of 10,000 notes against 5,000 points, beside the time that it takes to read them.

`python bench/coverage.py [NOTES POINTS]`. The promise: coverage adds at most a quarter.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from project import NOTES_A_FILE, write_project

from deckgen.build.project_reader import Sources, read_sources
from deckgen.coverage.claims import ClaimScale
from deckgen.coverage.measure import Coverage, CoverageMeter

RUNS = 3  # the best counts: the others were disturbed


def _covered(sources: Sources) -> Coverage:
    """Weigh what each note claims, as if it made one card."""
    chapters = sources.chapters
    scale = ClaimScale({name: point for one in chapters.values() for name, point in one.points.items()})
    meter = CoverageMeter(chapters)
    for note in sources.notes:
        meter.add(note, scale.weigh(note, 1)[0], 1)
    return meter.result()[0]


def main() -> None:
    """Print both times and their ratio."""
    notes, points = (int(argument) for argument in sys.argv[1:3] or (10_000, 5_000))
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder), notes, points_a_file=points * NOTES_A_FILE // notes)
        reading, covering = [], []
        for _ in range(RUNS):
            started = time.process_time()
            sources, _ = read_sources(Path(folder))
            middle = time.process_time()
            coverage = _covered(sources)
            covering.append(time.process_time() - middle)
            reading.append(middle - started)
        count = len(coverage.points)
        print(f"{len(sources.notes):,} notes, {count:,} points, {coverage.count.percent} % taught")
    print(f"reading   {min(reading) * 1000:7.0f} ms of CPU")
    print(f"coverage  {min(covering) * 1000:7.0f} ms of CPU")
    print(f"ratio     {min(covering) / min(reading):7.3f} (at most 0.25)")


if __name__ == "__main__":
    main()
