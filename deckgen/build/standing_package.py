"""The package in ``build/``: its stamps and texts, where nothing else tells of the build that wrote it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from deckgen.lock.model import Lock
from deckgen.package.private_stamps import parse_private
from deckgen.source.files import read_file
from deckgen.source.folders import BUILD_FOLDER, STORIES_LOCK_FILE


def standing_package(root: Path, project: str, chapters: Collection[str] = ()) -> Path:
    """Return where a build of the project at ``root``, or of some chapters, puts its package by default."""
    return root / BUILD_FOLDER / f"{'-'.join((project, *sorted(set(chapters))))}.apkg"


def package_stamps(
    root: Path, lock: Lock, stamps_elsewhere: Mapping[str | int, int], latest: int | None
) -> dict[str | int, int]:
    """Return the stamps of the package that stands, as far as they count and are not known.

    Args:
        root: the project's folder.
        lock: as it stands.
        stamps_elsewhere: stamps that are known, by the GUID of a note and the Anki id of a note type, as in
            the result.
        latest: the newest stamp that counts, in seconds since 1970.
    """
    package = standing_package(root, lock.project)
    if not os.path.lexists(package):
        return {}
    from deckgen.verify.package_reader import PackageError, read_stamps  # noqa: PLC0415 - slow to import

    try:
        stamps = read_stamps(package)
    except (OSError, PackageError):  # it tells nothing
        return {}
    data, _ = read_file(root, STORIES_LOCK_FILE)
    private = parse_private((data or b"").decode(errors="replace"))
    known = dict(stamps_elsewhere)
    for note_id, line in private.items():
        if note_id in lock.notes:
            guid = lock.notes[note_id].guid
            known[guid] = max(line.mod, known.get(guid, 0))
    return {
        name: stamp
        for name, stamp in stamps.items()
        if stamp > known.get(name, 0)
        and stamp >= lock.restarted_at
        and stamp not in lock.void_stamps
        and (latest is None or stamp <= latest)
    }


def unlisted_notes(packaged: Iterable[str | int], lock: Lock) -> frozenset[str]:
    """Return the GUIDs of notes of a package that the lock does not have."""
    guids = frozenset(name for name in packaged if isinstance(name, str))
    return guids.difference(line.guid for line in lock.notes.values()) if guids else guids


def package_texts(root: Path, project: str) -> dict[str, tuple[str, ...]]:
    """Return the fields of each note of the package that stands, by GUID; none where it cannot be read."""
    from deckgen.verify.package_reader import PackageError, read_notes  # noqa: PLC0415 - slow to import

    try:
        return {note.guid: note.fields for note in read_notes(standing_package(root, project))}
    except (OSError, PackageError):
        return {}
