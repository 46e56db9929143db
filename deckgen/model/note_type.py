"""A note type's definition as values: its fields, its cards, its style."""

from __future__ import annotations

from pathlib import Path

from deckgen.model.diagnostics import Span
from deckgen.model.template import TemplateNode, cloze_fields
from deckgen.model.values import Struct

BUILT_IN = Path(__file__).parent.parent / "note_types"

FIELD_TYPES = ("line", "text", "list", "number")
# What a field does on a card, for lint: a prompt, what stands beside one without asking, what is recalled,
# or what is said aloud in words of one's own.
FIELD_ROLES = ("front", "context", "back", "spoken")
# Fields that every note type has after its own, in this order.
COMMON_FIELDS = ("Source", "Place", "Retired")
# What each note of a source may hold beside its fields; no field can take such a name.
COMMON_KEYS = ("id", "covers", "tags", "source", "as_of", "draft", "aliases", "lint")

NOWHERE = Span("")


class FieldDefinition(Struct, frozen=True):
    """A field: its key in YAML, its name in Anki, and what may stand in it.

    ``private`` fields are filled from the reader's own ``stories.yaml``, never from a note. ``role`` is one
    of ``FIELD_ROLES``, empty for what neither asks nor answers.
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

    ``aliases`` are the lists that it had before; ``span`` is where it is defined, nowhere for a
    built-in one. One that ``is_faulty`` is known by name alone: what it says was reported, and its notes
    cannot be read before that is mended.
    """

    name: str
    kind: str
    fields: tuple[FieldDefinition, ...]
    cards: tuple[CardDefinition, ...]
    style: str
    is_cloze: bool = False
    subdeck: str = ""
    about: str = ""
    generation: int = 1
    aliases: tuple[str, ...] = ()
    span: Span = NOWHERE
    is_faulty: bool = False

    def cloze_keys(self) -> tuple[str, ...]:
        """Return the keys of the fields whose deletions make cards."""
        if not self.is_cloze or not self.cards:
            return ()
        names = cloze_fields(self.cards[0].front_nodes)
        return tuple(field.key for field in self.fields if field.name in names)


def field_name(key: str) -> str:
    """Return the name that a field gets in Anki from its key."""
    return key.replace("_", " ").capitalize()
