"""The blocks of a Markdown text: paragraphs, headings, list items and quotations, with their lines."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TAGS = "p|h[1-6]|li|ul|ol|blockquote|pre|table"
_TAG = re.compile(
    rf'<(?P<end>/?)(?P<tag>{_TAGS})\b(?: data-sourcepos="(\d+):(\d+)-(\d+):\d+")?[^>]*>'
    rf"(?P<html>[^<]*(?:<(?!/?(?:{_TAGS})\b)[^<]*)*)"
)


class Block(NamedTuple):
    """A block: its element in HTML, its first and last line, counted from 0, and the column that it starts at.

    ``html`` is the text that stands directly in it, ``inside`` the two elements around it, the nearest last.
    """

    tag: str
    first: int
    last: int
    column: int
    html: str
    inside: tuple[str, ...]


def blocks(source: str) -> Iterator[Block]:
    """Yield the blocks of a text in their order."""
    from deckgen.cloze.commonmark import to_html  # noqa: PLC0415 - few texts are looked at so closely

    inside: list[str] = []
    for match in _TAG.finditer(to_html(source, places=True)):
        if match["end"]:
            inside.pop()
            continue
        tag, html = match["tag"], match["html"].strip()
        first, column, last = (int(match[number]) - 1 for number in (3, 4, 5))
        last = first + html.count("\n") if tag == "li" else last
        yield Block(tag, first, last, column, html, tuple(inside[-2:]))
        inside.append(tag)
