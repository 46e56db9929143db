"""``deckgen build`` where the last build left little to do: nothing, or some notes whose words changed.

It runs before click is imported. What it leaves undone is built by the command itself, in ``build.py``.
"""

from __future__ import annotations

import os
import sys

from deckgen.build.cache_entry import CacheEntry, key_of
from deckgen.source.folders import LOCK_FILE

TYPE_CHECKING = False  # as `typing` has it, which takes a while to import
if TYPE_CHECKING:
    from pathlib import Path

_NOT_ALONE = {"--watch", "--frozen", "--timings"}  # what must look at everything


def entry_of(arguments: list[str]) -> CacheEntry | None:
    """Return where a build with these arguments is kept; None where none is to be."""
    if any(argument.startswith("--allow-outside") for argument in arguments):  # a link may lead elsewhere now
        return None
    key = key_of(arguments)
    return CacheEntry(key) if key and not _NOT_ALONE.intersection(arguments) else None


def build_again(entry: CacheEntry, started: int) -> bool:
    """Bring the last build up to date; False where all must be built.

    Args:
        entry: where the last build is kept.
        started: when this one began, in nanoseconds since 1970.
    """
    manifest = entry.load()
    changed = manifest.changed() if manifest else None
    if (
        manifest is None or changed is None or started < manifest.time
    ):  # the clock was set back, which is reported
        return False
    if not changed and manifest.package_stands():
        path, stamp = manifest.package
        say_built(
            f"{path} ({size_in_words(stamp[1] if stamp else 0)}) is up to date", manifest.out, manifest.err
        )
        return True
    if not changed <= manifest.notes.keys():
        return False
    # Whether a link may be written through is seen when all is built.
    if os.path.islink(manifest.package[0]):  # noqa: PTH114 - pathlib takes a while to import
        return False
    from deckgen.build.incremental import build_part
    from deckgen.cli.progress_line import ProgressLine

    with ProgressLine() as progress:
        built = build_part(entry, manifest, changed, started, progress)
    if built is None:
        return False
    say_built(wrote(built.output, built.written.package.st_size, built.seconds), manifest.out, manifest.err)
    if built.plan.shipment.lock.notes != built.plan.lock.notes:
        say_lock_changed(built.plan.sources.root)
    return True


def say_built(what: str, out: str, err: str) -> None:
    """Print what became of a build, after its findings and before what it says of the deck."""
    sys.stderr.write(err)
    sys.stdout.write(f"{what}\n{out}")
    sys.stdout.flush()  # where nobody reads any more, that is to be known here


def wrote(output: Path, size: int, seconds: float) -> str:
    """Return the line that says what was written: ``Wrote build/d.apkg (31 kB) in 0.2 s``."""
    return f"Wrote {output} ({size_in_words(size)}) in {seconds:.1f} s"


def say_lock_changed(root: Path) -> None:
    """Remind the author at the terminal to commit the lock of the project at ``root``."""
    if sys.stderr.isatty() and not os.environ.get("CI"):
        sys.stderr.write(f"{os.path.relpath(root / LOCK_FILE)} changed: commit it with your notes.\n")


def size_in_words(count: int) -> str:
    """Return a number of bytes for a reader: ``31 kB``."""
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{max(count // 1000, 1)} kB"
