"""Packages as other tools write them: genanki's, with faults that it would not notice; and Anki's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import genanki

BUILD_TIME = 1_700_000_000


@dataclass(frozen=True)
class NoteTypeSpec:
    """A note type; ``ids`` gives its fields and templates ids that do not depend on their names."""

    id: int = 1_600_000_000_001
    name: str = "Plain"
    fields: tuple[str, ...] = ("Front", "Back")
    fronts: tuple[str, ...] = ("{{Front}}",)
    css: str = ""
    is_cloze: bool = False
    ids: bool = False
    mod: int = BUILD_TIME


@dataclass(frozen=True)
class NoteSpec:
    """A note; ``ordinals`` are its cards where genanki's own choice is not wanted."""

    guid: str
    fields: tuple[str, ...]
    note_type: NoteTypeSpec = field(default_factory=NoteTypeSpec)
    tags: tuple[str, ...] = ()
    mod: int = BUILD_TIME
    deck: str = "Deck"
    ordinals: tuple[int, ...] | None = None


class _Model(genanki.Model):
    def __init__(self, spec: NoteTypeSpec) -> None:
        self.spec = spec
        super().__init__(
            spec.id,
            spec.name,
            fields=[{"name": name, **self._id(slot)} for slot, name in enumerate(spec.fields)],
            templates=[
                {"name": f"Card {slot + 1}", "qfmt": front, "afmt": "{{FrontSide}}<hr>", **self._id(slot)}
                for slot, front in enumerate(spec.fronts)
            ],
            css=spec.css,
            model_type=self.CLOZE if spec.is_cloze else self.FRONT_BACK,
        )

    def _id(self, slot: int) -> dict[str, int]:
        return {"id": 9_000 + slot} if self.spec.ids else {}

    def to_json(self, _timestamp: float, deck_id: int) -> dict[str, Any]:
        return super().to_json(self.spec.mod, deck_id)


class _Note(genanki.Note):
    def __init__(self, spec: NoteSpec, model: _Model) -> None:
        super().__init__(model=model, fields=list(spec.fields), tags=list(spec.tags), guid=spec.guid)
        self.spec = spec
        if spec.ordinals is not None:
            self.cards = [genanki.Card(ordinal) for ordinal in spec.ordinals]

    def write_to_db(self, cursor: Any, _timestamp: float, deck_id: int, id_gen: Any) -> None:
        super().write_to_db(cursor, self.spec.mod, deck_id, id_gen)

    def _check_number_model_fields_matches_num_fields(self) -> None:
        """Let a wrong number through, as a tool that writes its own SQL would."""


def write_genanki(path: Path, notes: Sequence[NoteSpec], media: Sequence[Path] = ()) -> Path:
    """Write notes as genanki does, each with its own ``mod``."""
    models = {note.note_type: _Model(note.note_type) for note in notes}
    names = sorted({note.deck for note in notes})
    decks = {name: genanki.Deck(1_500_000_000_000 + place, name) for place, name in enumerate(names)}
    for note in notes:
        decks[note.deck].add_note(_Note(note, models[note.note_type]))
    package = genanki.Package(list(decks.values()), media_files=list(map(str, media)))
    package.write_to_file(str(path), timestamp=BUILD_TIME)
    return path
