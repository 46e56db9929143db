"""A reader's Anki: a real collection that imports packages, reviews, tags and edits.

It runs on every Anki from 23.10 on, in its own environment too (anki_matrix/), so it needs nothing but
``anki`` and the standard library.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anki.lang

if not anki.lang.current_i18n:
    anki.lang.set_lang("en")

from anki.collection import Collection
from anki.import_export_pb2 import (
    IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS as ALWAYS,
)
from anki.import_export_pb2 import (
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)


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

    def reopen(self) -> None:
        """Leave Anki and start it again."""
        self.col.close()
        self.col.reopen()

    def import_and_list(self, package: Path, **options: object) -> dict[str, list[int]]:
        """Import a package; ``options`` are what the reader changes in Anki's dialogue.

        Returns:
            The ids of the notes under each heading of Anki's log: in this collection; under
            ``conflicting``, in the package.
        """
        if options.get("update_notes") == "always":
            options["update_notes"] = ALWAYS
        request = ImportAnkiPackageRequest(
            package_path=str(package), options=ImportAnkiPackageOptions(**options)
        )
        log = self.col.import_anki_package(request).log
        self.col.models._clear_cache()  # the library keeps note types from before the import
        headings = (
            "new", "updated", "duplicate", "conflicting",
            "first_field_match", "missing_notetype", "missing_deck", "empty_first_field",
        )  # fmt: skip
        return {name: [note.id.nid for note in getattr(log, name)] for name in headings}

    def import_package(self, package: Path, **options: object) -> ImportLog:
        """Import a package; return what Anki's log counts."""
        listed = self.import_and_list(package, **options)
        counts = [len(listed.pop(name)) for name in ("new", "updated", "duplicate", "conflicting")]
        return ImportLog(*counts, sum(map(len, listed.values())))

    def export_package(self, package: Path, **options: bool) -> Path:
        """Write the whole collection as a package, without scheduling; ``options`` are those of Anki's dialogue."""
        from anki.import_export_pb2 import ExportAnkiPackageOptions, ExportLimit  # 23.10 has the import alone

        chosen = ExportAnkiPackageOptions(with_media=True, **options)
        limit = ExportLimit()
        limit.whole_collection.SetInParent()
        self.col._backend.export_anki_package(out_path=str(package), options=chosen, limit=limit)
        return package

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

    def add_tag(self, words: str, tag: str) -> None:
        """Tag the note that a search finds, as in Anki's browser."""
        self.col.tags.bulk_add([self._found(words).id], tag)

    def edit(self, words: str, field: str, text: str) -> None:
        """Type into a field of the note that a search finds, as in Anki's editor."""
        note = self._found(words)
        note[field] = text
        self.col.update_note(note)

    def _found(self, words: str) -> Any:
        (note_id,) = self.col.find_notes(words)
        return self.col.get_note(note_id)

    def guid(self, note_id: int) -> str:
        """Return the GUID of a note of this collection."""
        return self.col.db.scalar("select guid from notes where id = ?", note_id)

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

    def blank_cards(self) -> set[tuple[str, int]]:
        """Return the cards that Tools > Empty Cards lists, by GUID and place in the note type."""
        report = self.col.get_empty_cards()
        ids = [card_id for note in report.notes for card_id in note.card_ids]
        return {(card.note().guid, card.ord) for card in map(self.col.get_card, ids)}

    def media(self) -> dict[str, str]:
        """Return the SHA-1 of each file in the media folder by its name."""
        files = Path(self.col.media.dir()).iterdir()
        return {file.name: hashlib.sha1(file.read_bytes()).hexdigest() for file in files}  # noqa: S324 - Anki's
