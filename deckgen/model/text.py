"""A text as its author wrote it, with its place in the file."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from functools import lru_cache

from deckgen.model.diagnostics import Finding, Span
from deckgen.model.values import Struct


def whole_number(text: str) -> int | None:
    """Return what a text of digits says; None for any other, or one of more digits than anything here has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def short_references(markup: str) -> str:
    """Return HTML in which no reference (``&#65;``) has more than eight digits; Python refuses thousands."""
    return re.sub("&#0*([0-9]{1,8})[0-9]*", r"&#\1", markup) if "&#" in markup else markup


def unescape(markup: str) -> str:
    """Return HTML with the characters that its references stand for."""
    return html.unescape(short_references(markup))


# White space, control characters, and what has no width: Unicode's Cc, Cf and Z as far as they are typed.
UNSEEN = r"\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"


def can_be_seen(text: str) -> bool:
    """Tell whether a text has a visible character; for most the first one is enough to know."""
    first = text[:1]
    return (first > " " and first.isprintable()) or re.search(f"[^{UNSEEN}]", text) is not None


class Text(Struct, frozen=True, gc=False):
    """A scalar as its author wrote it, and where its value starts in the file: path, line and column.

    ``style`` is YAML's: ``|`` or ``>`` for a block, a quote mark, or empty for a plain scalar. The place is
    a ``span`` for those who ask: a file holds a hundred scalars for each that is ever asked for its place.
    ``comment`` is the finding on what YAML took for a comment behind it, for those who read it as prose.
    """

    value: str
    path: str
    line: int = 1
    column: int = 1
    style: str = ""
    comment: Finding | None = None

    @property
    def span(self) -> Span:
        """Where the value starts."""
        return Span(self.path, self.line, self.column)

    def at(self, offset: int) -> Span:
        """Return the span of the character at ``offset`` in the value."""
        offset = min(offset, len(self.value))
        nth = offset - bisect_left(_spaces(self.value), offset) + 1
        return Span(self.path, self.line, self.column, nth=nth)


@lru_cache(maxsize=1)
def _spaces(value: str) -> list[int]:
    """Return where white space stands; kept for a text of which many places are asked in turn."""
    return [match.start() for match in re.finditer(r"\s", value)]


FieldValue = Text | tuple[Text, ...]


class Edit(Struct, frozen=True):
    """A change that can be made automatically: what replaces a text from ``start`` to ``end``.

    One that changes how the text is written has in ``source`` what the file says where the text starts, and
    what replaces that.
    """

    text: Text
    start: int
    end: int
    replacement: str
    source: tuple[str, str] | None = None
