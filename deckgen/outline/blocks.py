"""Reads Markdown, and HTML in it, as the blocks of a chapter that can hold a point."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from html.parser import HTMLParser
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from deckgen.model.text import short_references
from deckgen.outline.inline import Line, Words, hide, joined, lines_of, plain_line, without_private_characters

_MARKDOWN = re.compile(r"[*_`\[\]<>&\\!~]")
# markdown-it leaves out what is nested deeper; each list takes two levels.
_DEEPEST = 100


class BlockKind(Enum):
    """What a block is.

    OTHER holds no point (code, a comment, a rule) but ends what comes before it; TOO_DEEP replaces what is
    nested too deep to be read.
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

    Attributes:
        kind: which of these.
        lines: its lines of words; the cells of a row.
        line: its line in the file, from 1.
        level: a heading's rank; else how many lists it is in.
        heads: the heads of a row's columns.
    """

    kind: BlockKind
    lines: tuple[Line, ...]
    line: int
    level: int = 0
    heads: tuple[Line, ...] = ()


_HTML_KINDS = {
    **{f"h{rank}": BlockKind.HEADING for rank in range(1, 7)},
    **dict.fromkeys(("p", "div", "summary", "dt", "dd", "caption"), BlockKind.PARAGRAPH),
    "li": BlockKind.ITEM,
    "blockquote": BlockKind.QUOTE,
    "td": BlockKind.ROW,
    "th": BlockKind.ROW,
}
_LISTS = ("ul", "ol")
_HTML_BOLD = ("b", "strong", "summary", "dt")
_WHOLE_TAG = r"""</?[a-zA-Z](?:[^<>"']|"[^"<]*"|'[^'<]*')*+>|<[!?][^<>]*>"""
_SILENT = ("script", "style", "pre", "svg", "title")


def read_blocks(text: str, first_line: int = 1) -> list[Block]:
    """Return the blocks of a Markdown text whose first line is ``first_line`` of its file."""
    text = without_private_characters(text)
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").disable("inline")
    # Without `text_join`, escaped characters stay tokens of their own and can be kept as written.
    inline = MarkdownIt("commonmark").enable("strikethrough").disable("text_join")
    references: dict[str, object] = {}
    tokens = parser.parse(text, references)

    def inline_lines(words: str) -> tuple[Line, ...]:
        if not _MARKDOWN.search(words):
            return tuple(map(plain_line, filter(str.strip, words.split("\n"))))
        return tuple(lines_of(inline.parseInline(words, references)[0].children or ()))

    return list(_MarkdownReader(tokens, first_line, inline_lines).blocks())


class _MarkdownReader:
    """Turns markdown-it's tokens into blocks, in one pass."""

    def __init__(
        self, tokens: list[Token], first_line: int, inline_lines: Callable[[str], tuple[Line, ...]]
    ) -> None:
        self._tokens = tokens
        self._inline_lines = inline_lines
        self._first_line = first_line
        self._line = first_line
        self._depth = 0
        self._heading = 0
        self._items_begun: list[bool] = []
        self._cells: list[Line] | None = None
        self._heads: tuple[Line, ...] = ()
        self._quote: list[Line] | None = None
        self._quote_line = first_line
        self._quote_depth = 0

    def blocks(self) -> Iterator[Block]:
        for token, following in pairwise([*self._tokens, Token("", "", 0)]):
            if token.map:
                self._line = token.map[0] + self._first_line
            if token.level >= _DEEPEST - 1 and token.nesting > 0 > following.nesting:
                yield Block(BlockKind.TOO_DEEP, (), self._line, self._depth)
            if token.type == "html_block":
                yield from self._html(token.content)
                continue
            block = self._inline(token) if token.type == "inline" else self._open_or_close(token.type, token)
            if block:
                yield block

    def _open_or_close(self, kind: str, token: Token) -> Block | None:
        if kind in ("bullet_list_open", "ordered_list_open"):
            self._depth += 1
            return self._end_quote()
        if kind in ("bullet_list_close", "ordered_list_close"):
            self._depth -= 1
        elif kind == "list_item_open":
            self._items_begun.append(False)
        elif kind == "list_item_close":
            self._items_begun.pop()
        elif kind == "heading_open":
            self._heading = int(token.tag[1])
        elif kind in ("fence", "code_block", "hr"):
            return Block(BlockKind.OTHER, (), self._line, self._depth)
        return self._table(kind) or self._quotes(kind)

    def _html(self, text: str) -> Iterator[Block]:
        reader = _HtmlReader(self._line, self._depth)
        # `<![` starts a comment for browsers, and has to be a section of SGML for Python up to 3.13.
        reader.feed(_with_whole_tags(short_references(text).replace("<![", "<!")))
        reader.close()
        yield from reader.blocks or [Block(BlockKind.OTHER, (), self._line, self._depth)]

    def _table(self, kind: str) -> Block | None:
        if kind == "tr_open":
            self._cells = []
        elif kind == "thead_close":
            self._heads = tuple(self._cells or ())
        elif kind == "table_close":
            self._heads, self._cells = (), None
        elif kind == "tr_close" and self._heads and self._cells:
            return Block(BlockKind.ROW, tuple(self._cells), self._line, self._depth, self._heads)
        return None

    def _quotes(self, kind: str) -> Block | None:
        if kind == "blockquote_open":
            self._quote_depth += 1
            self._quote = self._quote or []
            self._quote_line = self._line
        elif kind == "blockquote_close":
            self._quote_depth -= 1
            return self._end_quote()
        return None

    def _inline(self, token: Token) -> Block | None:
        lines = self._inline_lines(token.content)
        if self._heading:
            level, self._heading = self._heading, 0
            return Block(BlockKind.HEADING, lines, self._line, level)
        if self._cells is not None:
            self._cells.append(joined(lines) if lines else Line())
            return None
        if self._quote is not None:
            self._quote += lines
            return None
        if self._items_begun and not self._items_begun[-1]:
            self._items_begun[-1] = True
            return Block(BlockKind.ITEM, lines, self._line, self._depth) if lines else None
        if self._quote_depth:
            self._quote, self._quote_line = list(lines), self._line
            return None
        is_note = token.content.startswith("[^") or not lines
        return None if is_note else Block(BlockKind.PARAGRAPH, lines, self._line, self._depth)

    def _end_quote(self) -> Block | None:
        lines, self._quote = self._quote, None
        return Block(BlockKind.QUOTE, tuple(lines), self._quote_line, self._depth) if lines else None


def _with_whole_tags(html: str) -> str:
    """Return HTML in which each ``<`` that begins no whole tag or comment is a sign.

    Python's parser looks for the end of each to the end of the text, again and again.
    """
    before, end, rest = html.rpartition("-->")
    parts = (rf"<!--.*?-->|{_WHOLE_TAG}|<", before + end), (f"{_WHOLE_TAG}|<", rest)
    return "".join(
        re.sub(pattern, lambda match: match[0] if match[0] != "<" else "&lt;", part, flags=re.DOTALL)
        for pattern, part in parts
    )


class _HtmlReader(HTMLParser):
    """Collects the words of a piece of HTML until a tag begins or ends a block; its tags need not be closed.

    The piece, from one blank line to the next, starts in this ``line`` of the file, ``depth`` lists deep.
    """

    def __init__(self, line: int, depth: int) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._first_line = self._line = line
        self._depth = depth
        self._kind, self._rank = BlockKind.PARAGRAPH, 0
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
            self._end_block()
            self._depth += 1
        elif tag == "tr":
            self._end_block()
            self._cells, self._are_heads = [], False
        elif tag == "br":
            self._words.add(" ")
        elif tag in _HTML_KINDS:
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HTML_KINDS or tag in _LISTS:
            self._end_block()
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

    def close(self) -> None:
        super().close()
        self._end_block()

    def _end_block(self) -> None:
        """Make a block, or a cell, of the words so far."""
        line, self._words = self._words.line(), Words()
        kind, self._kind = self._kind, BlockKind.PARAGRAPH
        start = len(line.text) - len(line.text.lstrip())
        line = line.without_start(start)
        if kind is BlockKind.ROW:
            self._cells.append(line)
        elif line.text:
            level = self._rank if kind is BlockKind.HEADING else self._depth
            self.blocks.append(Block(kind, (line,), self._line, level))

    def _begin(self, tag: str) -> None:
        kind = _HTML_KINDS[tag]
        # `<li><p>` and `<blockquote><p>` are one block.
        if kind is BlockKind.PARAGRAPH and self._kind is not kind and not self._words.line().text:
            return
        self._end_block()
        self._kind, self._rank = kind, int(tag[1]) if kind is BlockKind.HEADING else 0
        self._are_heads |= tag == "th" and not self._cells
        self._line = self._first_line + self.getpos()[0] - 1

    def _end_row(self) -> None:
        cells, self._cells = tuple(self._cells), []
        if self._are_heads:
            self._heads = cells
        elif any(cell.text for cell in cells):
            self.blocks.append(Block(BlockKind.ROW, cells, self._line, self._depth, self._heads))

    def _count(self, tag: str, by: int) -> None:
        """Keep count of the open tags that change how words are read."""
        self._bold = max(self._bold + by * (tag in _HTML_BOLD), 0)
        self._code = max(self._code + by * (tag in ("code", "kbd")), 0)
        self._silent = max(self._silent + by * (tag in _SILENT), 0)
