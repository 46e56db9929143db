"""The blocks of a chapter that can hold a point."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from deckgen.outline.inline import Line


class Kind(Enum):
    """What a block is.

    OTHER holds no point (code, comments, a rule) but ends what stands before it; TOO_DEEP stands for
    what was left out, since it is nested too deep.
    """

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    ROW = "row"
    OTHER = "other"
    TOO_DEEP = "too deep"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, quote or table row.

    ``lines`` are its lines, for a row its cells; ``level`` is a heading's rank, an item's depth in its
    list, or the depth of the item that a paragraph or quote stands in; ``line`` counts from 1;
    ``heads`` are the heads of a row's columns.
    """

    kind: Kind
    lines: tuple[Line, ...]
    line: int
    level: int = 0
    heads: tuple[Line, ...] = ()
