"""Markdown to the blocks that can hold a point, in one pass over markdown-it's tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from deckgen.outline.blocks import Block, Kind
from deckgen.outline.html_blocks import read_html
from deckgen.outline.inline import Line, joined, lines_of, plain_line, without_private_characters

_MARKDOWN = re.compile(r"[*_`\[\]<>&\\!~]")
# markdown-it leaves out what is nested deeper; a list in a list takes two levels.
_DEEPEST = 100


def read_blocks(text: str, first_line: int = 1) -> list[Block]:
    """Return the blocks of a Markdown text whose first line is ``first_line`` of its file."""
    text = without_private_characters(text)
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").disable("inline")
    # Escaped characters stay tokens of their own, so that they are known to be meant as written.
    inline = MarkdownIt("commonmark").enable("strikethrough").disable("text_join")
    references: dict[str, object] = {}
    tokens = parser.parse(text, references)

    def inline_lines(words: str) -> tuple[Line, ...]:
        if not _MARKDOWN.search(words):
            return tuple(map(plain_line, filter(str.strip, words.split("\n"))))
        return tuple(lines_of(inline.parseInline(words, references)[0].children or ()))

    return list(_Walk(tokens, first_line, inline_lines).blocks())


class _Walk:
    """One pass over the tokens; it knows how deep in lists it is, and what an item has said so far."""

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
                yield Block(Kind.TOO_DEEP, (), self._line, self._depth)
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
            return Block(Kind.OTHER, (), self._line, self._depth)
        return self._table(kind) or self._quotes(kind)

    def _html(self, text: str) -> Iterator[Block]:
        blocks = list(read_html(text, self._line, self._depth))
        yield from blocks or [Block(Kind.OTHER, (), self._line, self._depth)]

    def _table(self, kind: str) -> Block | None:
        if kind == "tr_open":
            self._cells = []
        elif kind == "thead_close":
            self._heads = tuple(self._cells or ())
        elif kind == "table_close":
            self._heads, self._cells = (), None
        elif kind == "tr_close" and self._heads and self._cells:
            return Block(Kind.ROW, tuple(self._cells), self._line, self._depth, self._heads)
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
            return Block(Kind.HEADING, lines, self._line, level)
        if self._cells is not None:
            self._cells.append(joined(lines) if lines else Line())
            return None
        if self._quote is not None:
            self._quote += lines
            return None
        if self._items_begun and not self._items_begun[-1]:
            self._items_begun[-1] = True
            return Block(Kind.ITEM, lines, self._line, self._depth) if lines else None
        if self._quote_depth:
            self._quote, self._quote_line = list(lines), self._line
            return None
        is_note = token.content.startswith("[^") or not lines
        return None if is_note else Block(Kind.PARAGRAPH, lines, self._line, self._depth)

    def _end_quote(self) -> Block | None:
        lines, self._quote = self._quote, None
        return Block(Kind.QUOTE, tuple(lines), self._quote_line, self._depth) if lines else None
