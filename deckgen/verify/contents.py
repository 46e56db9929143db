"""What an Anki package holds, whichever tool wrote it."""

from __future__ import annotations

from collections.abc import Mapping

from deckgen.model.values import Struct


class PackageError(Exception):
    """A file that is no Anki package, or a damaged one; its text is a sentence for the user."""


class PackagedField(Struct, frozen=True):
    """A field of a note type; ``id`` is None where the writing tool gave none."""

    name: str
    id: int | None


class PackagedTemplate(Struct, frozen=True):
    """A card template of a note type; ``id`` is None where the writing tool gave none."""

    name: str
    id: int | None
    front: str
    back: str


class PackagedNoteType(Struct, frozen=True):
    """A note type; ``mod`` is in seconds since 1970."""

    id: int
    name: str
    mod: int
    is_cloze: bool
    fields: tuple[PackagedField, ...]
    templates: tuple[PackagedTemplate, ...]
    style: str


class PackagedNote(Struct, frozen=True):
    """A note; ``mod`` is in seconds since 1970."""

    id: int
    guid: str
    note_type_id: int
    mod: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]


class PackagedCard(Struct, frozen=True):
    """A card: of which note, which place in its note type, in which deck."""

    note_id: int
    ordinal: int
    deck_id: int


class PackageContents(Struct, frozen=True):
    """A package; notes in the order of their ids, the names of decks by id.

    ``note_types`` and ``decks`` are None for a package in Anki's newest form, which Anki alone reads whole.
    """

    notes: tuple[PackagedNote, ...]
    cards: tuple[PackagedCard, ...]
    note_types: Mapping[int, PackagedNoteType] | None
    decks: Mapping[int, str] | None
