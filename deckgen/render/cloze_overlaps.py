"""Deletions that start inside markup and end outside it, or the reverse."""

from __future__ import annotations

import re

from deckgen.model.diagnostics import Code, Severity
from deckgen.render.cloze_problems import MarkupProblem
from deckgen.render.masks import VOID, Masked

CLOZE_CROSSES = Code(
    "cloze-crosses",
    Severity.WARNING,
    "A cloze deletion crosses markup",
    "The question hides everything in the deletion. If that includes the end of bold text, the rest of the "
    "card is bold, too.",
    bad="text: 'A **retry {{c1::needs** a key}}.'",
    good="text: 'A **retry** {{c1::**needs** a key}}.'",
)
CODES = (CLOZE_CROSSES,)

_PIECE = re.compile(r"\{([\U000f0000-\U000ffffd])\}|<(/?[a-z][a-z0-9]*)[^>]*>")
_DELETION = "{{c"


class _Part:
    """A deletion or the whole text, with the elements that only end in it and those that only start in it."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.ended: list[str] = []
        self.started: list[str] = []

    def add(self, tag: str) -> None:
        if not tag.startswith("/"):
            self.started.append(tag)
        elif self.started[-1:] == [tag[1:]]:
            self.started.pop()
        else:
            self.ended.append(tag[1:])


def crossing_deletion(html: str, masked: Masked) -> MarkupProblem | None:
    """Return a problem for the first deletion that crosses an element; ``html`` still has its placeholders.

    From one paragraph or list item into the next is allowed: without the deletion, one of them is left.
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
                hint = (
                    "Let it start and end in the same bold text or list; put a sign of code into backticks."
                )
                return MarkupProblem(
                    CLOZE_CROSSES, offset, f"The deletion `{part.mark}…` crosses markup.", hint
                )
            for tag in (*(f"/{name}" for name in part.ended), *part.started):
                parts[-1].add(tag)
        elif piece.startswith("<") and not VOID.match(piece):
            parts[-1].add(piece[1:-1])
    return None
