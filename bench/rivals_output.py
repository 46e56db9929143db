"""What a tool made of the notes: counted in the package, or in the CrowdAnki folder, that it wrote."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

_CLOZE = re.compile(r"\{\{c(\d+)::")


@dataclass(frozen=True, slots=True)
class Made:
    """What is in a package: its notes by GUID, each with all its fields; cards, decks; its size in bytes."""

    notes: dict[str, str]
    cards: int
    decks: int
    size: int

    def with_text(self, text: str) -> int:
        """Return in how many notes a text stands as it is."""
        return sum(text in fields for fields in self.notes.values())


def read_package(package: Path) -> Made:
    """Return what is in an .apkg file whose collection is of one of the two older formats.

    Raises:
        FileNotFoundError: there is no such file.
        KeyError: it holds no such collection.
    """
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(package) as archive:
            newer = "collection.anki21"
            name = newer if newer in archive.namelist() else "collection.anki2"
            collection = archive.extract(name, folder)
        with closing(sqlite3.connect(collection)) as connection:
            notes = dict(connection.execute("SELECT guid, flds FROM notes"))
            cards, decks = connection.execute("SELECT count(*), count(DISTINCT did) FROM cards").fetchone()
    return Made(notes, cards, decks, package.stat().st_size)


def read_crowdanki(folder: Path) -> Made:
    """Return what is in a CrowdAnki folder, with the cards that its note models ask for.

    It holds no cards: Anki makes them when the add-on imports it.

    Raises:
        FileNotFoundError: there is no `deck.json` in it.
    """
    file = folder / "deck.json"
    deck = json.loads(file.read_bytes())
    models = {model["crowdanki_uuid"]: model for model in deck.get("note_models", [])}
    cards = 0
    for note in deck.get("notes", []):
        model = models[note["note_model_uuid"]]
        clozes = len(set(_CLOZE.findall(" ".join(note["fields"]))))
        cards += clozes if model["type"] else len(model["tmpls"])
    notes = {note["guid"]: "\x1f".join(note["fields"]) for note in deck.get("notes", [])}
    return Made(notes, cards, 1, file.stat().st_size)
