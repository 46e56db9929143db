"""Deletions that start within markup and end outside of it, or the other way round."""

from __future__ import annotations

import re

from deckgen.model.diagnostics import Code, Severity
from deckgen.render.cloze_problems import Problem
from deckgen.render.masks import Masked

CLOZE_CROSSES = Code(
    "cloze-crosses",
    Severity.WARNING,
    "A cloze deletion crosses markup",
    "The question hides all that stands in the deletion, and with it the end of bold text or of a list: what "
    "follows on the card takes on a look that was not meant for it.",
    bad="text: 'A **retry {{c1::needs** a key}}.'",
    good="text: 'A **retry** {{c1::**needs** a key}}.'",
)
CODES = (CLOZE_CROSSES,)

_PIECE = re.compile(r"\{([\U000f0000-\U000ffffd])\}|<(/?[a-z][a-z0-9]*)[^>]*>")
_VOID = frozenset({"br", "hr", "img", "input"})
_DELETION = "{{c"


class _Part:
    """A deletion, or the whole text: elements that end in it and did not start there, and the reverse."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.ended: list[str] = []
        self.started: list[str] = []

    def take(self, tag: str) -> None:
        if not tag.startswith("/"):
            self.started.append(tag)
        elif self.started[-1:] == [tag[1:]]:
            self.started.pop()
        else:
            self.ended.append(tag[1:])


def crossing_deletion(html: str, masked: Masked) -> Problem | None:
    """Return a problem for the first deletion that crosses an element, in rendered HTML that is still masked.

    One that goes from one paragraph or list item into the next crosses none: without it, one is left.
    """
    parts = [_Part("")]
    for match in _PIECE.finditer(html):
        piece = masked.html_of(match[1]) if match[1] else f"<{match[2]}>"
        if piece.startswith(_DELETION):
            parts.append(_Part(piece))
        elif piece == "}}" and len(parts) > 1:
            part = parts.pop()
            if part.ended[::-1] != part.started:
                offset = max(masked.source.find(part.mark), 0)
                hint = "Let it start and end within the same bold text or list, or outside of both."
                return Problem(CLOZE_CROSSES, offset, f"The deletion `{part.mark}…` crosses markup.", hint)
            for tag in (*(f"/{name}" for name in part.ended), *part.started):
                parts[-1].take(tag)
        elif piece.startswith("<") and piece.strip("</ >") not in _VOID:
            parts[-1].take(piece[1:-1])
    return None
