"""What of a note type goes into a package: the text of its cards' sides.

The renderer shows this same text (``deckgen/render/cards.py``), so that a preview cannot differ from
what a reader gets.
"""

from __future__ import annotations

from typing import NamedTuple

from deckgen.notetypes.definition import CardDefinition


class Sides(NamedTuple):
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
