"""Coverage of 10,000 notes against 5,000 points, beside the time that it takes to read them.

`python bench/coverage.py [NOTES POINTS]`. The promise: coverage adds at most a tenth.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from deckgen.check.coverage import measure_coverage
from deckgen.pipeline import read_sources

CHAPTERS = 50
SECTIONS = 10  # a chapter
RUNS = 3  # the best counts: the others were disturbed


def write_project(root: Path, notes: int, points: int) -> None:
    """Write chapters of equal size, with notes as long as those of a real chapter."""
    (root / "deckgen.yaml").write_text("name: Bench\nid: bench\n")
    per_section, per_chapter = points // CHAPTERS // SECTIONS, notes // CHAPTERS
    for chapter in range(CHAPTERS):
        folder = root / f"ch{chapter:02}"
        folder.mkdir()
        outline = [f"id: ch{chapter:02}\nnumber: {chapter}\ntitle: Chapter {chapter}\nsections:\n"]
        names = []
        for section in range(SECTIONS):
            outline.append(f"  - id: section-{section}\n    title: Section {section}\n    points:\n")
            for point in range(per_section):
                outline.append(f"      - id: point-{point}\n        text: What must be known of {point}\n")
                names.append(f"section-{section}/point-{point}")
        (folder / "outline.yaml").write_text("".join(outline))
        text = ["concepts:\n"]
        for note in range(per_chapter):
            covers = ", ".join({names[note % len(names)]: None, names[note * 7 % len(names)]: None})
            text.append(
                f"  - id: note-{note}\n    covers: [{covers}]\n    tags: [tier::core]\n"
                f"    source: Chapter {chapter}, page {note}\n"
                "    prompt: >-\n      A load broke at night and nobody saw it. Which three checks would\n"
                "      have shown it by the morning?\n"
                "    answer: Row counts against last week, age of the newest row, a unique key.\n"
                "    why: Each fails in minutes, and says where to look.\n"
            )
        (folder / "notes.yaml").write_text("".join(text))


def main() -> None:
    """Print both times and their ratio."""
    notes, points = (int(argument) for argument in sys.argv[1:3] or (10_000, 5_000))
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder), notes, points)
        reading, covering = [], []
        for _ in range(RUNS):
            started = time.process_time()
            sources, _ = read_sources(Path(folder))
            middle = time.process_time()
            measure_coverage(sources.chapters, sources.notes)
            covering.append(time.process_time() - middle)
            reading.append(middle - started - covering[-1])  # reading measures coverage once itself
        count = len(sources.coverage.points)
        print(f"{len(sources.notes):,} notes, {count:,} points, {sources.coverage.percent} % taught")
    print(f"reading   {min(reading) * 1000:7.0f} ms of CPU")
    print(f"coverage  {min(covering) * 1000:7.0f} ms of CPU")
    print(f"ratio     {min(covering) / min(reading):7.3f} (at most 0.1)")


if __name__ == "__main__":
    main()
