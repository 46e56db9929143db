"""Importing OLD and then NEW into a collection of the real Anki, with the options that Anki comes with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import anki.lang
from anki.collection import Collection
from anki.errors import AnkiException
from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest

from deckgen.model.values import replace
from deckgen.verify.compare import (
    Collections,
    card_outcomes,
    media_outcomes,
    note_outcomes,
    note_type_outcomes,
    retired_names,
)
from deckgen.verify.outcome import Fate, Outcome
from deckgen.verify.problems import find_problems, problem
from deckgen.verify.snapshot import take_snapshot

_HEADINGS = {
    Fate.NEW: "new",
    Fate.UPDATED: "updated",
    Fate.UNTOUCHED: "duplicate",
    Fate.CONFLICTING: "conflicting",
}

_FAULTS_OF_THE_MACHINE = ("OutOfMemory", "DiskFull", "No space left")


class RefusedError(Exception):
    """Anki refuses a package whole; its text is Anki's own words."""


def import_both(old: Path, new: Path, folder: Path, now: int) -> Outcome:
    """Return what importing NEW does to a reader who imported OLD and learned every card of it.

    NEW is imported into an empty collection too: what a new reader has then is what NEW means.

    ``folder`` is an empty one, for the collections; ``now`` is in seconds since 1970.
    """
    with ExitStack() as stack:
        try:
            with _collection(folder / "new") as col:
                import_package(col, new)
                fresh = take_snapshot(col)
            col, old_refusal = _reader_of(old, folder, stack)
            before = take_snapshot(col)
            log = import_package(col, new)
        except RefusedError as error:
            return Outcome(problems=(problem("refused", str(error)),))
        outcome = _compare(Collections(before, take_snapshot(col), fresh, log), now)
    refused = (problem("old-refused", old_refusal),) if old_refusal else ()
    return replace(outcome, problems=(*outcome.problems, *refused))


def _compare(collections: Collections, now: int) -> Outcome:
    shipped = {note.guid for note in collections.fresh.notes.values()}
    outcome = Outcome(
        tuple(note_outcomes(collections)),
        tuple(card_outcomes(collections)),
        tuple(note_type_outcomes(collections)),
        tuple(media_outcomes(collections)),
        tuple(note.name for note in collections.before.notes.values() if note.guid not in shipped),
        tuple(retired_names(collections)),
    )
    return replace(outcome, problems=tuple(find_problems(collections, outcome, now)))


def _reader_of(old: Path, folder: Path, stack: ExitStack) -> tuple[Collection, str]:
    """Return the collection of someone who imported OLD and learned all, or why Anki refuses OLD."""
    col = stack.enter_context(_collection(folder / "reader"))
    try:
        import_package(col, old)
    except RefusedError as error:
        # The first collection remembers note types of the refused package.
        return stack.enter_context(_collection(folder / "empty")), str(error)
    if cards := col.find_cards(""):
        col.sched.set_due_date(cards, "3!")  # a place in the schedule, and a line in the log of reviews
    return col, ""


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


def import_package(col: Collection, package: Path) -> list[tuple[Fate, int]]:
    """Import a package; return what Anki says became of each of its notes.

    Raises:
        RefusedError: Anki took nothing of it.
    """
    request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
    try:
        log = col.import_anki_package(request).log
    except AnkiException as error:
        words = str(error).strip() or type(error).__name__
        if any(fault in words for fault in _FAULTS_OF_THE_MACHINE):
            raise
        raise RefusedError(_in_words(words)) from error
    return [(fate, note.id.nid) for fate, heading in _HEADINGS.items() for note in getattr(log, heading)]


def _in_words(error: str) -> str:
    """Return an error of Anki's as a sentence, where it is a value of its code."""
    if "{ info: " not in error:
        return error
    reason = (
        re.sub(r'JsonError(?: \{ info: )?|\\*"|\}', "", error).strip(" :") if "JsonError" in error else ""
    )
    return f"What it holds is not in Anki's form{reason and f' ({reason})'}."
