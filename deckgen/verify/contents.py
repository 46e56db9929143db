"""What an Anki package holds, whichever tool wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class PackageError(Exception):
    """A file that is no Anki package, or a damaged one; its text is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class PackagedField:
    """A field of a note type; ``id`` is None where the writing tool gave none."""

    name: str
    id: int | None


@dataclass(frozen=True, slots=True)
class PackagedTemplate:
    """A card template of a note type; ``id`` is None where the writing tool gave none."""

    name: str
    id: int | None
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class PackagedNoteType:
    """A note type; ``mod`` is in seconds since 1970."""

    id: int
    name: str
    mod: int
    is_cloze: bool
    fields: tuple[PackagedField, ...]
    templates: tuple[PackagedTemplate, ...]
    style: str


@dataclass(frozen=True, slots=True)
class PackagedNote:
    """A note; ``mod`` is in seconds since 1970."""

    id: int
    guid: str
    note_type_id: int
    mod: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackagedCard:
    """A card: of which note, which place in its note type, in which deck."""

    note_id: int
    ordinal: int
    deck_id: int


@dataclass(frozen=True, slots=True)
class PackagedMedia:
    """A media file; ``sha1`` is in hex digits, None where the map names a file that is not there."""

    name: str
    sha1: str | None


@dataclass(frozen=True, slots=True)
class PackageContents:
    """All of a package that Anki's importer looks at; notes and cards in the order of their ids."""

    note_types: Mapping[int, PackagedNoteType]
    notes: tuple[PackagedNote, ...]
    cards: tuple[PackagedCard, ...]
    decks: Mapping[int, str]
    media: tuple[PackagedMedia, ...]
