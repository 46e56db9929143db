"""Cloze deletions as Anki shows them (``rslib/src/cloze.rs`` in ankitects/anki, 26.08).

Left out: image occlusion, which has a note type of its own in Anki.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from deckgen.escaping import escape
from deckgen.preview.filters import strip_tags

_MARK = re.compile(r"\{\{c(?P<numbers>[0-9,]*)::|\}\}")
_FORMULA = re.compile(r"(\\[(\[])(.*?)(\\[\])])", re.DOTALL)
_MAX_DEPTH = 10
_MAX_ORDINAL = 0xFFFF


@dataclass(slots=True)
class _Cloze:
    """A deletion while it is read: its ordinals, and what it holds."""

    ordinals: list[int]
    hint: str = "..."
    nodes: list[_Node] = field(default_factory=list)

    @property
    def label(self) -> str:
        return ",".join(map(str, self.ordinals))


_Node = str | _Cloze


def cloze(text: str, ordinal: int, *, question: bool) -> str:
    """Return ``text`` as the card of ``ordinal`` shows it; empty if no deletion has that ordinal."""
    nodes = _parse(text)
    if not any(ordinal in found.ordinals for found in _all_clozes(nodes)):
        return ""
    html = "".join(_reveal(node, ordinal, question=question) for node in nodes)
    return _FORMULA.sub(lambda match: match[1] + strip_tags(match[2]) + match[3], html)


def cloze_only(text: str, ordinal: int, *, question: bool) -> str:
    """Return just the deletions of ``ordinal``: their hints on the question, their text on the answer."""
    found = (each for each in _all_clozes(_parse(text)) if ordinal in each.ordinals)
    return ", ".join(each.hint if question else _plain(each) for each in found)


def _parse(text: str) -> list[_Node]:
    top: list[_Node] = []
    open_: list[_Cloze] = []
    for piece, ordinals, closes in _tokens(text):
        target = open_[-1].nodes if open_ else top
        if closes:
            if open_:
                closed = open_.pop()
                (open_[-1].nodes if open_ else top).append(closed)
            else:
                top.append("}}")
        elif ordinals is None:
            target.append(_take_hint(piece, open_[-1]) if open_ else piece)
        elif len(open_) < _MAX_DEPTH:
            open_.append(_Cloze(ordinals))
    return top  # Anki, too, drops a deletion that is never closed


def _tokens(text: str) -> Iterator[tuple[str, list[int] | None, bool]]:
    """Yield each piece of text, and each mark with its ordinals (None for a close)."""
    start = 0
    for match in _MARK.finditer(text):
        closes = match["numbers"] is None
        ordinals = [] if closes else _ordinals(match["numbers"])
        if not closes and not ordinals:
            continue  # `{{c::` is text
        if match.start() > start:
            yield text[start : match.start()], None, False
        yield match[0], None if closes else ordinals, closes
        start = match.end()
    if start < len(text):
        yield text[start:], None, False


def _ordinals(numbers: str) -> list[int]:
    return sorted({int(number) for number in numbers.split(",") if number and int(number) <= _MAX_ORDINAL})


def _take_hint(piece: str, inside: _Cloze) -> str:
    head, colons, tail = piece.partition("::")
    if colons:
        inside.hint = tail
    return head


def _all_clozes(nodes: list[_Node]) -> Iterator[_Cloze]:
    for node in nodes:
        if isinstance(node, _Cloze):
            yield node
            yield from _all_clozes(node.nodes)


def _plain(node: _Node) -> str:
    return node if isinstance(node, str) else "".join(map(_plain, node.nodes))


def _reveal(node: _Node, ordinal: int, *, question: bool) -> str:
    if isinstance(node, str):
        return node
    content = "".join(_reveal(child, ordinal, question=question) for child in node.nodes)
    if ordinal not in node.ordinals:
        return f'<span class="cloze-inactive" data-ordinal="{node.label}">{content}</span>'
    if question:
        hidden = _as_attribute(content)
        return f'<span class="cloze" data-cloze="{hidden}" data-ordinal="{node.label}">[{node.hint}]</span>'
    return f'<span class="cloze" data-ordinal="{node.label}">{content}</span>'


def _as_attribute(text: str) -> str:
    """Encode as Rust's htmlescape does: below U+0100 only ASCII letters and digits stay."""
    return "".join(
        char if ord(char) > 0xFF or (char.isascii() and char.isalnum()) else _encoded(char) for char in text
    )


def _encoded(char: str) -> str:
    named = escape(char) if char in '&<>"' else ""
    return named or f"&#x{ord(char):02X};"
