"""HTML among Markdown to the blocks that can hold a point: lists, tables, headings, paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from deckgen.outline.blocks import Block, Kind
from deckgen.outline.inline import Line, Words, hide

_KINDS = {
    **{f"h{rank}": Kind.HEADING for rank in range(1, 7)},
    **dict.fromkeys(("p", "div", "summary", "dt", "dd", "caption"), Kind.PARAGRAPH),
    "li": Kind.ITEM,
    "blockquote": Kind.QUOTE,
    "td": Kind.ROW,
    "th": Kind.ROW,
}
_LISTS = ("ul", "ol")
_BOLD = ("b", "strong", "summary", "dt")
_SILENT = ("script", "style", "pre", "svg", "title")


def read_html(text: str, line: int, depth: int) -> Iterator[Block]:
    """Return the blocks of a piece of HTML.

    Args:
        text: the piece, from one blank line to the next: its tags need not be closed.
        line: its first line in the file.
        depth: how many lists it stands in.
    """
    reader = _Reader(line, depth)
    reader.feed(text)
    reader.close()
    reader.end_block()
    return iter(reader.blocks)


class _Reader(HTMLParser):
    """Gathers words until a tag begins or ends a block."""

    def __init__(self, line: int, depth: int) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._first_line = self._line = line
        self._depth = depth
        self._kind, self._rank = Kind.PARAGRAPH, 0
        self._words = Words()
        self._href = ""
        self._bold = self._code = self._silent = 0
        self._cells: list[Line] = []
        self._heads: tuple[Line, ...] = ()
        self._are_heads = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count(tag, 1)
        if tag == "a":
            self._href = dict(attrs).get("href") or ""
        if tag in _LISTS:
            self.end_block()
            self._depth += 1
        elif tag == "tr":
            self.end_block()
            self._cells, self._are_heads = [], False
        elif tag == "br":
            self._words.add(" ")
        elif tag in _KINDS:
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _KINDS or tag in _LISTS:
            self.end_block()
        self._count(tag, -1)
        if tag == "a":
            self._href = ""
        if tag in _LISTS:
            self._depth = max(self._depth - 1, 0)
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._heads = ()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        words = " ".join(data.split())
        before, after = " " * data[:1].isspace(), " " * data[-1:].isspace()
        self._words.add(before)
        self._words.add(hide(words) if self._code else words, bold=self._bold > 0, href=self._href)
        self._words.add(after)

    def end_block(self) -> None:
        """Let go of the words gathered so far."""
        line, self._words = self._words.line(), Words()
        kind, self._kind = self._kind, Kind.PARAGRAPH
        start = len(line.text) - len(line.text.lstrip())
        line = line.without_start(start)
        if kind is Kind.ROW:
            self._cells.append(line)
        elif line.text:
            level = self._rank if kind is Kind.HEADING else self._depth
            self.blocks.append(Block(kind, (line,), self._line, level))

    def _begin(self, tag: str) -> None:
        # `<li><p>` and `<blockquote><p>` are one block.
        if self._kind is not Kind.PARAGRAPH and _KINDS[tag] is Kind.PARAGRAPH and self._is_empty():
            return
        self.end_block()
        self._kind, self._rank = _KINDS[tag], int(tag[1]) if _KINDS[tag] is Kind.HEADING else 0
        self._are_heads |= tag == "th" and not self._cells
        self._line = self._first_line + self.getpos()[0] - 1

    def _is_empty(self) -> bool:
        return not self._words.line().text

    def _end_row(self) -> None:
        cells, self._cells = tuple(self._cells), []
        if self._are_heads:
            self._heads = cells
        elif any(cell.text for cell in cells):
            self.blocks.append(Block(Kind.ROW, cells, self._line, self._depth, self._heads))

    def _count(self, tag: str, by: int) -> None:
        """Keep count of the open tags that change how words are read."""
        self._bold = max(self._bold + by * (tag in _BOLD), 0)
        self._code = max(self._code + by * (tag in ("code", "kbd")), 0)
        self._silent = max(self._silent + by * (tag in _SILENT), 0)
