"""``deckgen build`` where the last build left little to do: nothing, or a few notes whose words changed.

What says nothing here is built by the command itself, in ``build.py``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

from deckgen.again.record import Record, stamp_of, trusted_stamps
from deckgen.again.store import Place, key_of
from deckgen.folders import LOCK_FILE

_NOT_ALONE = {"--watch", "--frozen", "--timings"}  # what must look at everything


def place_of(arguments: list[str]) -> Place | None:
    """Return where a build with these arguments is remembered; None where none is to be."""
    key = key_of(arguments)
    return Place(key) if key and not _NOT_ALONE.intersection(arguments) else None


def build_again(place: Place, started: int) -> bool:
    """Do what the last build leaves to do; False where the whole is to be built.

    Args:
        place: where the last build is remembered.
        started: when this one began, in nanoseconds since 1970.
    """
    record = place.recall()
    changed = record.changed() if record else None
    if record is None or changed is None:
        return False
    if not changed and record.package_stands():
        sys.stderr.write(record.err)
        path, stamp = record.package
        size = stamp[1] if stamp else 0
        sys.stdout.write(f"{path} ({size_in_words(size)}) is up to date\n{record.out}")
        return True
    return changed <= record.notes.keys() and _build_part(place, record, changed, started)


def _build_part(place: Place, record: Record, changed: set[str], started: int) -> bool:
    from pathlib import Path

    from deckgen.again.part import NoteFile, compile_part
    from deckgen.model import MediaFile
    from deckgen.package.clock import BuildTime
    from deckgen.package.rows import update_collection
    from deckgen.package.writing import replace_package, replace_text, wait_until

    begun = time.perf_counter()
    root = Path(record.project)
    now = BuildTime(time.time_ns() // 1_000_000)
    lock = (root / LOCK_FILE).read_text(encoding="utf-8")
    part = compile_part(root, [NoteFile(*record.notes[path]) for path in sorted(changed)], lock=lock, now=now)
    if part is None or not place.claim():
        return False
    wait_until(part.latest_change, now)
    try:
        update_collection(Path(place.scratch), part.notes)
        media = [MediaFile(path, name, Path(location)) for path, name, location in record.media]
        size = replace_package(Path(record.package[0]), Path(place.scratch), media)
        replace_text(root / LOCK_FILE, part.lock)
    except Exception:  # noqa: BLE001 - whatever it is: the whole build says it, and needs nothing of this
        place.drop()
        return False
    record.notes |= {str(root / file.path): (file.path, file.outline, file.marks) for file in part.files}
    remember(place, record, started, changed, [str(root / LOCK_FILE)])
    sys.stderr.write(record.err)
    took = time.perf_counter() - begun
    sys.stdout.write(f"Wrote {record.package[0]} ({size_in_words(size)}) in {took:.1f} s\n{record.out}")
    return True


def remember(place: Place, record: Record, started: int, read: Iterable[str], written: Iterable[str]) -> None:
    """Keep the record of a build, and the collection that it made.

    Args:
        place: where.
        record: all but the stamps of files, of folders and of the package.
        started: when the build began, in nanoseconds since 1970.
        read: the paths of the files that it read.
        written: the paths of those that the next one reads.
    """
    record.files |= trusted_stamps(read, started) | {path: stamp_of(path) for path in written}
    stamps = trusted_stamps(record.folders, started)
    record.folders = {folder: (stamps[folder], names) for folder, (_, names) in record.folders.items()}
    record.package = record.package[0], stamp_of(record.package[0])
    place.keep(record)


def size_in_words(count: int) -> str:
    """Return a number of bytes for a reader: ``31 kB``."""
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{max(count // 1000, 1)} kB"
