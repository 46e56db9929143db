"""How a build grows: with notes, with decks, with media. Linear growth keeps each column about the same.

    python bench/growth.py [--full | --small]    (1,000 to 30,000 notes; --full to 300,000; --small is 200)

Prints, for each project, seconds of CPU and megabytes at the peak, whole and for each thousand notes (or
media), from nothing, with nothing changed, and after one edit.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from project import edit_note, write_project
from run import Cost, cost

_MEDIA_BYTES = 20_000
_SETTLED = 0.2  # seconds after which a saved file's time stamp is past doubt
BUILD = [sys.executable, "-m", "deckgen", "build", "cards"]


def main(options: list[str]) -> None:
    """Print a line for each project."""
    small, full = "--small" in options, "--full" in options
    sizes = [200] if small else [1_000, 10_000, 30_000, *([100_000, 300_000] if full else [])]
    for size in sizes:
        report(f"{size:,} notes", size / 1000, partial(write_project, notes=size))
    decks, media = (5, 20) if small else (1_000, 20_000) if full else (200, 2_000)
    report(f"{decks:,} decks", decks * 8 / 1000, lambda root: write_decks(root, decks))
    report(f"{media:,} media", media / 1000, lambda root: write_media(root, media))


def report(name: str, thousands: float, write: Callable[[Path], None]) -> None:
    """Build a project three times and print what it took."""
    with tempfile.TemporaryDirectory(prefix="deckgen-growth-") as folder:
        root = Path(folder)
        write(root / "cards")
        time.sleep(_SETTLED)
        nothing, same = cost(BUILD, root), cost(BUILD, root)
        edit_note(min((root / "cards").glob("*/notes-0.yaml")), 1)
        time.sleep(_SETTLED)
        edit = cost(BUILD, root)
    again = f"unchanged {same.seconds:.3f} s; edited {edit.seconds:.3f} s"
    print(f"{name:>15}: {_words(nothing, thousands)}; {again}", flush=True)


def _words(what: Cost, thousands: float) -> str:
    each = f"{what.seconds / thousands * 1000:.0f} ms and {what.memory / thousands / 1e6:.1f} MB a thousand"
    return f"{what.seconds:.2f} s, {what.memory / 1e6:.0f} MB ({each})"


def write_decks(root: Path, count: int) -> None:
    """Write a project of many chapters with eight notes each, and so as many decks."""
    for number in range(count):
        write_project(root / f"part{number}", 8, points_a_file=2)
        chapter = root / f"part{number}" / "ch001"
        outline = chapter / "outline.yaml"
        text = outline.read_text(encoding="utf-8")
        text = text.replace("id: ch001\nnumber: 1\n", f"id: ch{number}\nnumber: {number}\n")
        outline.write_text(text, encoding="utf-8")
        chapter.rename(root / f"ch{number:04}")
        (root / f"part{number}" / "deckgen.yaml").unlink()
        (root / f"part{number}").rmdir()
    (root / "deckgen.yaml").write_text("name: Bench\nid: bench\n", encoding="utf-8")


def write_media(root: Path, count: int) -> None:
    """Write a project in which each of ``count`` notes shows a picture of its own."""
    write_project(root, 40)
    folder = root / "media"
    folder.mkdir()
    notes = ["concepts:\n"]
    for number in range(count):
        (folder / f"p{number}.png").write_bytes(number.to_bytes(4, "big") * (_MEDIA_BYTES // 4))
        notes.append(
            f"  - id: picture-{number}\n    covers: [section-0/point-0]\n    prompt: What is {number}?\n"
            f"    answer: '![Picture {number}](p{number}.png)'\n"
        )
    (root / "ch001" / "pictures.yaml").write_text("".join(notes), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
