"""Importing OLD and then NEW into a collection of the real Anki, with the options that Anki comes with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import anki.lang
from anki.collection import Collection
from anki.errors import AnkiException
from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest

from deckgen.verify.compare import ImportLog, compare
from deckgen.verify.outcome import Fate, Outcome
from deckgen.verify.problems import REFUSED
from deckgen.verify.snapshot import take_snapshot

_HEADINGS = {
    Fate.NEW: "new",
    Fate.UPDATED: "updated",
    Fate.UNTOUCHED: "duplicate",
    Fate.CONFLICTING: "conflicting",
}

_FAULTS_OF_THE_MACHINE = ("OutOfMemory", "DiskFull", "No space left")


def import_both(old: Path, new: Path, folder: Path, now: int) -> Outcome:
    """Return what importing NEW does to a reader who imported OLD and learned every card of it.

    NEW is imported into an empty collection too: what a new reader has then is what NEW means.

    Args:
        old: the package OLD.
        new: the package NEW.
        folder: an empty folder, for the collections.
        now: the time, in seconds since 1970.
    """
    try:
        with _collection(folder / "new") as col:
            import_package(col, new)
            fresh = take_snapshot(col)
        with ExitStack() as stack:
            col = stack.enter_context(_collection(folder / "reader"))
            old_refusal = ""
            try:
                import_package(col, old)
            except AnkiException as error:
                old_refusal = _words(error)
                # Anki would remember note types of the refused package.
                col = stack.enter_context(_collection(folder / "empty"))
            _learn_all(col)
            before = take_snapshot(col)
            log = import_package(col, new)
            return compare(before, take_snapshot(col), fresh, log, old_refusal=old_refusal, now=now)
    except AnkiException as error:
        return Outcome(problems=(REFUSED.of(_words(error)),))


@contextmanager
def _collection(folder: Path) -> Iterator[Collection]:
    """Open a new collection, in which no name of a note type stands in the way of a package's."""
    if not anki.lang.current_i18n:
        anki.lang.set_lang("en")
    folder.mkdir()
    col = Collection(str(folder / "collection.anki2"))
    try:
        for note_type in col.models.all():
            note_type["name"] = f"deckgen {note_type['name']}"
            col.models.update_dict(note_type)
        yield col
    finally:
        col.close()


def import_package(col: Collection, package: Path) -> ImportLog:
    """Import a package; return what Anki says became of each of its notes.

    Raises:
        AnkiException: Anki refuses the package, and took nothing of it.
    """
    request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
    log = col.import_anki_package(request).log
    return [(fate, note.id.nid) for fate, heading in _HEADINGS.items() for note in getattr(log, heading)]


def _learn_all(col: Collection) -> None:
    """Give each card a place in the schedule and a line in the log of reviews."""
    if cards := col.find_cards(""):
        col.sched.set_due_date(cards, "3!")


def _words(error: AnkiException) -> str:
    """Return why Anki refuses a package; what the machine has too little of is no fault of the package."""
    words = str(error).strip() or type(error).__name__
    if any(fault in words for fault in _FAULTS_OF_THE_MACHINE):
        raise error
    return words
