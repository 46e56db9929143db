"""Cloze marks to deletions: which mark closes which, and which are mere text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto

from deckgen.cloze.limits import MAX_CARD_NUMBER, MAX_DEPTH, MAX_PARSED_NUMBER
from deckgen.cloze.tokens import Token, markdown_tokens, marks_in
from deckgen.model.values import Struct, replace

_NEARLY_A_MARK = re.compile(r"\{\{[cC][0-9,]*::?\Z")
_NOTHING_HIDDEN = re.compile(r"\s*(?:\}\}|::)")


class Deletion(Struct, frozen=True):
    """A closed deletion, with offsets in its text.

    Args:
        numbers: those of its cards, sorted.
        start: where its opening mark starts.
        hidden: where its hidden text starts.
        close: where its closing mark starts.
        end: where its closing mark ends.
        separators: where each ``::`` starts that belongs to it, not to code or a deletion inside it.
        nodes: what stands between its marks.
    """

    numbers: tuple[int, ...]
    start: int
    hidden: int
    close: int
    end: int
    separators: tuple[int, ...]
    nodes: tuple[Node, ...]

    @property
    def hidden_end(self) -> int:
        """Where the hidden text ends: at the hint, if there is one."""
        return self.separators[0] if self.separators else self.close


Node = str | Deletion


class Fault(Enum):
    """Why an opening mark makes no card."""

    MISTYPED = auto()
    CAPITAL_C = auto()
    ONE_COLON = auto()
    NO_NUMBER = auto()
    NUMBER_OUT_OF_RANGE = auto()
    NOTHING_HIDDEN = auto()
    TOO_DEEP = auto()
    UNCLOSED = auto()
    UNCLOSED_IN_CODE = auto()


class Clozes(Struct, frozen=True):
    """What the parser found in a text.

    Args:
        deletions: all of them, inner ones before the one around them.
        nodes: text and deletions in order, without marks that Anki drops.
        marks: where each mark starts that Anki must see.
        literals: where each ``}}`` and ``::`` in a deletion starts that is text, and no mark to Anki.
        faults: opening marks that make no card.
    """

    deletions: tuple[Deletion, ...] = ()
    nodes: tuple[Node, ...] = ()
    marks: frozenset[int] = frozenset()
    literals: frozenset[int] = frozenset()
    faults: tuple[tuple[Token, Fault], ...] = ()


def parse_markdown(source: str, tokens: Iterable[Token] | None = None) -> Clozes:
    """Return the deletions of an author's text; ``tokens`` are its tokens, if they are known."""
    if "{{" not in source:
        return Clozes()
    parser = _Parser(source, is_markdown=True)
    parser.read(markdown_tokens(source) if tokens is None else tokens)
    return parser.result()


def parse_html(html: str) -> Clozes:
    """Return the deletions that Anki finds in a field."""
    parser = _Parser(html, is_markdown=False)
    parser.read(_anki_tokens(html))
    return parser.result()


def _anki_tokens(html: str) -> Iterator[Token]:
    for token in marks_in(html, 0, len(html)):
        numbers = tuple(number for number in token.numbers if number <= MAX_PARSED_NUMBER)
        if numbers or token.kind == "close":
            yield replace(token, numbers=numbers)


def _fault(source: str, token: Token) -> Fault | None:
    """Return what is wrong with an opening mark as it is written."""
    mark = source[token.start : token.end]
    if not _NEARLY_A_MARK.match(mark):
        return Fault.MISTYPED
    if mark[2] == "C":
        return Fault.CAPITAL_C
    if not mark.endswith("::"):
        return Fault.ONE_COLON
    if not token.numbers or mark[3] == "," or mark[-3] == ",":
        return Fault.NO_NUMBER
    if not all(1 <= number <= MAX_CARD_NUMBER for number in token.numbers):
        return Fault.NUMBER_OUT_OF_RANGE
    return Fault.NOTHING_HIDDEN if _NOTHING_HIDDEN.match(source, token.end) else None


def _deletions(nodes: Sequence[Node]) -> Iterator[Deletion]:
    for node in nodes:
        if isinstance(node, Deletion):
            yield from _deletions(node.nodes)
            yield node


class _Open(Struct, frozen=True):
    """Braces that are still open: of a deletion, or of text inside one (Jinja, TeX, a faulty mark).

    ``context`` is where the code or formula around them starts, None in text: only a mark in the same
    context closes them. ``depth`` counts the open deletions. Braces of text share the deletion's ``nodes``.
    """

    token: Token
    is_deletion: bool
    context: int | None
    depth: int
    nodes: list[Node]
    separators: list[int]


class _Parser:
    """Reads the tokens of one text, with a stack of open braces."""

    def __init__(self, text: str, *, is_markdown: bool) -> None:
        self._text = text
        self._is_markdown = is_markdown
        self._open: list[_Open] = []
        self._nodes: list[Node] = []
        self._position = 0  # text before it is in a node, or dropped
        self._marks: set[int] = set()
        self._literals: set[int] = set()
        self._faults: list[tuple[Token, Fault]] = []

    def result(self) -> Clozes:
        self._add_text(len(self._text), len(self._text))
        self._end_context(None, Fault.UNCLOSED)
        return Clozes(
            tuple(_deletions(self._nodes)),
            tuple(self._nodes),
            frozenset(self._marks),
            frozenset(self._literals),
            tuple(self._faults),
        )

    def read(self, tokens: Iterable[Token], context: int | None = None) -> None:
        for token in tokens:
            if token.inside:
                self.read(token.inside, token.start)
                self._end_context(token.start, Fault.UNCLOSED_IN_CODE)
            elif token.kind in ("open", "mistyped"):
                self._read_open(token, context)
            elif self._open:
                self._read_inside(token, context, self._open[-1])

    def _read_open(self, token: Token, context: int | None) -> None:
        depth = self._open[-1].depth if self._open else 0
        fault = _fault(self._text, token) if self._is_markdown else None
        if depth >= MAX_DEPTH:
            fault = fault or Fault.TOO_DEEP
        self._add_text(token.start, token.end)
        if not fault:
            self._marks.add(token.start)
            self._open.append(_Open(token, True, context, depth + 1, [], []))
            return
        self._faults.append((token, fault))
        if self._is_markdown and self._open and self._text.startswith("{{", token.start):
            self._open_text(token, context, self._open[-1])

    def _read_inside(self, token: Token, context: int | None, top: _Open) -> None:
        """Read a mark that stands inside ``top``, the innermost open braces."""
        is_mark = top.is_deletion and top.context == context
        if token.kind == "braces":
            self._open_text(token, context, top)
        elif token.kind in ("separator", "close"):
            (self._marks if is_mark else self._literals).add(token.start)
            if token.kind == "separator":
                if is_mark:
                    top.separators.append(token.start)
            elif is_mark:
                self._close(token, top)
            elif top.context == context:
                self._open.pop()

    def _open_text(self, token: Token, context: int | None, top: _Open) -> None:
        self._open.append(_Open(token, False, context, top.depth, top.nodes, []))

    def _close(self, token: Token, top: _Open) -> None:
        self._add_text(token.start, token.end)
        self._open.pop()
        opened = top.token
        offsets = opened.start, opened.end, token.start, token.end
        around = self._open[-1].nodes if self._open else self._nodes
        around.append(Deletion(opened.numbers, *offsets, tuple(top.separators), tuple(top.nodes)))

    def _add_text(self, end: int, next_position: int) -> None:
        """Put the text up to ``end`` into a node; the next one starts at ``next_position``."""
        nodes = self._open[-1].nodes if self._open else self._nodes
        nodes.append(self._text[self._position : end])
        self._position = next_position

    def _end_context(self, context: int | None, fault: Fault) -> None:
        """Drop the deletions that are still open where their context ends."""
        while self._open and self._open[-1].context == context:
            left = self._open.pop()
            if left.is_deletion:
                self._faults.append((left.token, fault))
