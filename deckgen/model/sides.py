"""What of a note type goes into a package: the text of its cards' sides, with the project's look.

The renderer shows this same text (``deckgen/preview/card_renderer.py``), so that a preview cannot differ from
what a reader gets.
"""

from __future__ import annotations

from deckgen.model.note_type import CardDefinition, NoteType
from deckgen.model.notes import MediaFile
from deckgen.model.template import parse_template
from deckgen.model.values import Struct, replace

# The reader's own stylesheet, which no package holds: Anki keeps and syncs a file whose name starts with `_`.
# It follows the note type's style, so that its rules win; where there is none, nothing happens.
OWN_STYLE_FILE = "_deckgen-own.css"
OWN_STYLE = f'<link rel="stylesheet" href="{OWN_STYLE_FILE}">'


class Sides(Struct, frozen=True):
    """The front and the back of a card template."""

    front: str
    back: str


def shipped_sides(card: CardDefinition) -> Sides:
    """Return a card's templates as Anki gets them."""
    return Sides(with_retired(card.front), with_retired(card.back))


def with_retired(side: str) -> str:
    """Return one side of a card that shows just the banner when its note is retired."""
    banner = '{{#Retired}}<div class="retired">{{Retired}}</div>{{/Retired}}'
    return f"{banner}{{{{^Retired}}}}{side}{{{{/Retired}}}}"


def with_theme(note_type: NoteType, style: str, speech: str, media: tuple[MediaFile, ...] = ()) -> NoteType:
    """Return a note type as a project wants it, with a place for its reader's own style.

    Args:
        note_type: as its folder defines it.
        style: CSS that follows its own.
        speech: the language (``en_US``) in which its cards' ``speak`` fields are read aloud; empty for none.
        media: files that the style loads.
    """
    cards = (_with_speech(card, speech) if speech and card.speak else card for card in note_type.cards)
    own = tuple(replace(card, front=OWN_STYLE + card.front, back=OWN_STYLE + card.back) for card in cards)
    return replace(note_type, style=note_type.style + style, cards=own, media=(*note_type.media, *media))


def _with_speech(card: CardDefinition, language: str) -> CardDefinition:
    spoken = f'<div class="speech">{{{{tts {language}:{card.speak}}}}}</div>'
    front = f"{{{{#{card.speak}}}}}{spoken}{{{{/{card.speak}}}}}{card.front}"
    return replace(card, front=front, front_nodes=parse_template(front))
