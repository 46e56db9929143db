"""``deckgen build`` where the last build left little to do: nothing, or a few notes whose words changed.

What says nothing here is built by the command itself, in ``build.py``.
"""

from __future__ import annotations

import os
import sys
import time

from deckgen.build.cache_entry import Place, key_of
from deckgen.build.manifest import Record, stamp_of, stamp_of_moved, trusted_stamps
from deckgen.source.folders import LOCK_FILE

TYPE_CHECKING = False  # as `typing` has it, which takes a while to import
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from deckgen.package.write import Written

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
    if record is None or changed is None or started < record.time:  # a clock set back is to be spoken of
        return False
    if not changed and record.package_stands():
        path, stamp = record.package
        size = stamp[1] if stamp else 0
        _say(f"{path} ({size_in_words(size)}) is up to date", record)
        return True
    return changed <= record.notes.keys() and _build_part(place, record, changed, started)


def _say(what: str, record: Record) -> None:
    sys.stderr.write(record.err)
    sys.stdout.write(f"{what}\n{record.out}")
    sys.stdout.flush()  # where nobody reads any more, that is to be known here


def _build_part(place: Place, record: Record, changed: set[str], started: int) -> bool:
    from pathlib import Path

    from deckgen.build.patch import NoteFile, compile_part
    from deckgen.cli.progress_line import Stages
    from deckgen.lock.stamps import BuildTime
    from deckgen.model.notes import MediaFile
    from deckgen.package.rows import update_collection
    from deckgen.package.write import Written, replace_package, replace_text, wait_until

    begun = time.perf_counter()
    root = Path(record.project)
    now = BuildTime(time.time_ns() // 1_000_000)
    lock_file = root / LOCK_FILE
    lock = lock_file.read_text(encoding="utf-8")
    if stamp_of(str(lock_file)) != record.files[str(lock_file)]:  # another build has been here since
        return False
    stages = Stages()
    try:
        stages("Reading")
        files = [NoteFile(*record.notes[path]) for path in sorted(changed)]
        part = compile_part(root, files, lock=lock, now=now)
        if part is None or not place.claim(record):
            return False
        wait_until(part.latest_change, now)
        stages("Writing the collection")
        update_collection(Path(place.scratch), part.notes)
        stages("Packing")
        media = [MediaFile(path, name, Path(location)) for path, name, location in record.media]
        package = replace_package(Path(record.package[0]), Path(place.scratch), media)
        written = Written(package, {str(lock_file): replace_text(lock_file, part.lock)})
    except Exception:  # noqa: BLE001 - whatever it is: the whole build says it, and needs nothing of this
        place.drop()
        return False
    finally:
        stages.end()
    record.notes |= {str(root / file.path): (file.path, file.outline, file.marks) for file in part.files}
    remember(place, record, started, changed | part.asked, written)
    took = time.perf_counter() - begun
    _say(f"Wrote {record.package[0]} ({size_in_words(package.st_size)}) in {took:.1f} s", record)
    if part.lock != lock:
        say_lock_changed(root)
    return True


def remember(place: Place, record: Record, started: int, read: Iterable[str], written: Written) -> None:
    """Keep the record of a build, and the collection that it made.

    Args:
        place: where.
        record: all but the stamps of files and of the package.
        started: when the build began, in nanoseconds since 1970.
        read: the paths of the files that it read.
        written: those that it wrote.
    """
    record.files |= trusted_stamps(read, started)
    record.files |= {path: stamp_of_moved(path, status) for path, status in written.kept.items()}
    record.time = started
    record.package = record.package[0], stamp_of_moved(record.package[0], written.package)
    place.keep(record)


def say_lock_changed(root: Path) -> None:
    """Remind the author at the terminal to commit the lock of the project at ``root``."""
    if sys.stderr.isatty() and not os.environ.get("CI"):
        sys.stderr.write(f"{os.path.relpath(root / LOCK_FILE)} changed: commit it with your notes.\n")


def size_in_words(count: int) -> str:
    """Return a number of bytes for a reader: ``31 kB``."""
    return f"{count / 1e6:.1f} MB" if count >= 1_000_000 else f"{max(count // 1000, 1)} kB"
