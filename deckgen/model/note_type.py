"""A note type's definition as values: its fields, its cards, its style."""

from __future__ import annotations

import re
from pathlib import Path

from deckgen.model.diagnostics import Span
from deckgen.model.notes import MediaFile
from deckgen.model.template import TemplateNode, cloze_fields
from deckgen.model.values import Struct

BUILT_IN = Path(__file__).parent.parent / "note_types"

FIELD_TYPES = ("line", "text", "list", "number")
# What a field can be for, each with the wider role that it plays too: docs/format.md says what they mean.
FIELD_ROLES = {
    "asks": "",
    "context": "",
    "answers": "",
    "option": "context",
    "chooses": "answers",
    "decides": "answers",
    "weak": "context",
    "spoken": "",
    "model": "",
    "seconds": "",
    "structure": "",
    "rubric": "",
}
# Roles that need a list: each item is a part, or a line to tick off.
LIST_ROLES = ("structure", "rubric")
# The points of a chapter that `deckgen outline` knows by their words.
POINT_SORTS = ("warning", "comparison", "question")
LAST_PLACE = 99  # in the order of kinds
# Fields that every note type has after its own, in this order.
COMMON_FIELDS = ("Source", "Place", "Retired")
# What each note of a source may hold beside its fields; no field can take such a name.
COMMON_KEYS = ("id", "covers", "tags", "source", "as_of", "draft", "aliases", "lint")

NOWHERE = Span("")


class FieldDefinition(Struct, frozen=True):
    """A field: its key in YAML, its name in Anki, and what may stand in it.

    ``private`` fields are filled from the reader's own ``stories.yaml``, never from a note, and those with
    ``joins`` from the fields with these keys: "batch or streaming". ``role`` is one of ``FIELD_ROLES``, or
    empty.
    """

    key: str
    name: str
    type: str
    required: bool = False
    private: bool = False
    default: str = ""
    about: str = ""
    aliases: tuple[str, ...] = ()
    role: str = ""
    joins: tuple[str, ...] = ()

    @property
    def is_written(self) -> bool:
        """Whether the field is the author's to fill."""
        return not (self.private or self.joins)

    @property
    def is_number(self) -> bool:
        """Whether the field can hold nothing but the digits of a number."""
        return self.type == "number" and self.is_written and re.fullmatch("[0-9]*", self.default) is not None


class CardDefinition(Struct, frozen=True):
    """A card template with both sides, as text and parsed.

    ``speak`` names the field that is read aloud with the front where a project asks for speech.
    """

    name: str
    front: str
    back: str
    front_nodes: tuple[TemplateNode, ...]
    back_nodes: tuple[TemplateNode, ...]
    aliases: tuple[str, ...] = ()
    speak: str = ""


class NoteType(Struct, frozen=True):
    """A note type. ``kind`` is the list in YAML whose entries become its notes.

    ``a_day`` is how many of its new cards come a day, 0 if they come in line with all others.
    ``order`` is its place among the kinds, ``teaches`` one of ``POINT_SORTS``: the points that need it.
    ``aliases`` are the lists that it had before; ``span`` is where it is defined, nowhere for a
    built-in one. One that ``is_faulty`` is known by name alone: what it says was reported, and its notes
    cannot be read before that is mended. ``media`` are the files that its templates and its style load.
    """

    name: str
    kind: str
    fields: tuple[FieldDefinition, ...]
    cards: tuple[CardDefinition, ...]
    style: str
    is_cloze: bool = False
    subdeck: str = ""
    a_day: int = 0
    about: str = ""
    order: int = LAST_PLACE
    teaches: str = ""
    generation: int = 1
    aliases: tuple[str, ...] = ()
    span: Span = NOWHERE
    is_faulty: bool = False
    media: tuple[MediaFile, ...] = ()

    def cloze_keys(self) -> tuple[str, ...]:
        """Return the keys of the fields whose deletions make cards."""
        if not self.is_cloze or not self.cards:
            return ()
        names = cloze_fields(self.cards[0].front_nodes)
        return tuple(field.key for field in self.fields if field.name in names)

    def roles(self) -> dict[str, tuple[str, ...]]:
        """Return the roles of each field by its key, ``cloze`` for one whose deletions make cards."""
        clozes = self.cloze_keys()
        return {
            field.key: ("cloze",) if field.key in clozes else _with_wider(field.role) for field in self.fields
        }


def _with_wider(role: str) -> tuple[str, ...]:
    return tuple(filter(None, (role, FIELD_ROLES.get(role))))


def name_in_anki(name: str, project: str) -> str:
    """Return what a note type is called in Anki, beside those of other projects: ``Concept · My deck``."""
    return f"{name} · {project}"


def field_name(key: str) -> str:
    """Return the name that a field gets in Anki from its key."""
    return key.replace("_", " ").capitalize()
