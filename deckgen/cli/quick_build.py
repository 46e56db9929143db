"""``deckgen build`` where the last build left little to do: nothing, or some notes whose words changed.

It runs before click is imported. What it leaves undone is built by the command itself, in ``build.py``.
"""

from __future__ import annotations

import os
import sys

from deckgen.build.manifest import Key, Manifest, load_manifest
from deckgen.cli.terminal import one_line
from deckgen.source.folders import LOCK_FILE


def build_again(key: Key, started: int) -> bool:
    """Do what the last build leaves to do; False where all is to be built.

    It began at ``started``, in nanoseconds since 1970.
    """
    manifest = load_manifest(key)
    if manifest is None or started < manifest.time:  # the clock was set back, which is reported
        return False
    changed = manifest.changed()
    if manifest.branch in changed and _has_commits_alone(manifest):
        changed.remove(manifest.branch)
    if not changed:
        size = size_in_words(manifest.written[manifest.package][1])
        say_built(f"{manifest.package} ({size}) is up to date", manifest.out, manifest.err)
        return True
    if not changed <= manifest.notes.keys():
        return False
    from deckgen.build.cache_entry import CacheEntry
    from deckgen.build.incremental import build_changed_files
    from deckgen.cli.progress_line import ProgressLine

    with ProgressLine() as progress:
        built = build_changed_files(CacheEntry(key), manifest, changed, started, progress)
    if built is None:
        return False
    say_built(wrote(built.output, built.size, built.seconds), manifest.out, manifest.err)
    if built.plan.shipment.lock.notes != built.plan.lock.notes:
        say_lock_changed(built.plan.sources.root / LOCK_FILE)
    return True


def _has_commits_alone(manifest: Manifest) -> bool:
    """Tell whether the commits since the last build hold nothing of the lock that was not known then."""
    from pathlib import Path

    from deckgen.build.git_history import is_lock_of_head

    return is_lock_of_head(Path(manifest.project), Path(manifest.mark))


def say_built(what: str, out: str, err: str) -> None:
    """Print what became of a build, after its findings and before what it says of the deck."""
    sys.stderr.write(err)
    sys.stdout.write(f"{one_line(what)}\n{out}")
    sys.stdout.flush()  # where nobody reads any more, that is to be known here


def wrote(output: os.PathLike[str], size: int, seconds: float) -> str:
    """Return the line that says what was written: ``Wrote build/d.apkg (31 kB) in 0.2 s``."""
    return f"Wrote {output} ({size_in_words(size)}) in {seconds:.1f} s"


def say_lock_changed(lock: os.PathLike[str]) -> None:
    """Remind the author to commit the lock, at the terminal or in the log of a CI service."""
    name = one_line(os.path.relpath(lock))
    if os.environ.get("CI"):
        sys.stderr.write(f"{name} changed: commit it, or readers may miss later changes (or use --frozen).\n")
    elif sys.stderr.isatty():
        sys.stderr.write(f"{name} changed: commit it with your notes.\n")


def size_in_words(count: int) -> str:
    """Return a number of bytes for a reader: ``31 kB``."""
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{max(count // 1000, 1)} kB"
