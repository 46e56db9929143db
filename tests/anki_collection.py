"""A reader's Anki: a real collection that imports packages and answers cards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anki.lang

if not anki.lang.current_i18n:
    anki.lang.set_lang("en")

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.import_export_pb2 import IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS as ALWAYS


@dataclass(frozen=True)
class ImportLog:
    """How many notes Anki says an import added, updated, left alone or skipped."""

    new: int
    updated: int
    duplicate: int
    conflicting: int
    other: int


class Reader:
    """Someone who imports packages with Anki's default options, and reviews."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.col = Collection(str(folder / "collection.anki2"))
        self.col.db.execute("pragma synchronous = off")  # a test's collection need not survive a crash

    def close(self) -> None:
        self.col.close()

    def import_package(self, package: Path, **options: object) -> ImportLog:
        """Import a package; ``options`` are what the reader changes in Anki's dialogue."""
        if options.get("update_notes") == "always":
            options["update_notes"] = ALWAYS
        request = ImportAnkiPackageRequest(
            package_path=str(package), options=ImportAnkiPackageOptions(**options)
        )
        log = self.col.import_anki_package(request).log
        self.col.models._clear_cache()  # the library keeps note types from before the import
        others = (log.first_field_match, log.missing_notetype, log.missing_deck, log.empty_first_field)
        return ImportLog(
            len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting), sum(map(len, others))
        )

    def answer(self, count: int) -> int:
        """Answer up to ``count`` due cards with Good; return how many there were."""
        answered = 0
        for deck in self.col.decks.all_names_and_ids():
            self.col.decks.select(deck.id)
            while answered < count and (card := self.col.sched.getCard()):
                card.start_timer()
                self.col.sched.answerCard(card, 3)
                answered += 1
        return answered

    def notes(self) -> dict[str, tuple[list[str], list[str]]]:
        """Return each note's fields and tags by GUID."""
        rows = self.col.db.all("select guid, flds, tags from notes")
        return {guid: (fields.split("\x1f"), tags.split()) for guid, fields, tags in rows}

    def cards(self) -> dict[tuple[str, int], tuple[Any, ...]]:
        """Return each card's deck and scheduling by GUID and place in the note type."""
        rows = self.col.db.all(
            "select guid, ord, did, type, queue, due, ivl, factor, reps, lapses from cards c "
            "join notes n on n.id = c.nid"
        )
        return {(guid, ord_): (self.col.decks.name(did), *rest) for guid, ord_, did, *rest in rows}

    def reviews(self) -> list[tuple[Any, ...]]:
        """Return the review log."""
        return [tuple(row) for row in self.col.db.all("select id, cid, ease, ivl from revlog order by id")]

    def note_types(self) -> set[str]:
        """Return the names of the note types that some note uses."""
        used = set(self.col.db.list("select distinct mid from notes"))
        return {entry.name for entry in self.col.models.all_names_and_ids() if entry.id in used}
