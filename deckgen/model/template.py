"""Anki's card template language: parsing, and which fields a template needs.

What the language means is Anki's (``rslib/src/template.rs`` in ankitects/anki; the manual's "Card
Templates"): ``{{Field}}``, ``{{filter:Field}}``, ``{{#Field}}…{{/Field}}``, ``{{^Field}}…{{/Field}}``,
``<!-- comments -->``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import product

from deckgen.model.limits import MOST_LEVELS
from deckgen.model.values import Struct

SPECIAL_FIELDS = frozenset({"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"})
# After `apply_filter` in Anki's template_filters.rs; `tts` takes its language after a space.
FILTERS = ("text", "furigana", "kanji", "kana", "type", "hint", "cloze", "cloze-only", "tts", "tts-voices")

# Spaces, line breaks and empty blocks alone are no content (`field_is_empty` in Anki's template.rs).
_EMPTY = r"(?i)(?:[ \t\n\r\v\f]|</?(?:br|div) ?/?>)*"
_FIRST_OF_EMPTY = " \t\n\r\v\f<"
_MOST_ASKED_FOR = 4  # fields in the conditions of one tag, each of them filled or not
_MARK = re.compile(r"\{\{|\}\}|<!--|-->")


class TemplateError(ValueError):
    """A template that Anki would refuse; ``offset`` is where in its text, in characters."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Literal(Struct, frozen=True):
    """Text that goes out as it is; comments are such text."""

    text: str


class Replacement(Struct, frozen=True):
    """``{{filter:Field}}``; ``filters`` in the order in which they apply."""

    field: str
    filters: tuple[str, ...]
    offset: int


class Condition(Struct, frozen=True):
    """``{{#Field}}…{{/Field}}``, or with ``^`` if ``negated``."""

    field: str
    negated: bool
    children: tuple[TemplateNode, ...]
    offset: int


TemplateNode = Literal | Replacement | Condition


def parse_template(text: str, *, has_comments: bool = True) -> tuple[TemplateNode, ...]:
    """Parse one side of a card; up to 24.11, Anki knows no comments, and reads what stands in them.

    Raises:
        TemplateError: a condition that is not closed, or closed but not open; a `{{` without its `}}`.
    """
    # Each open condition: its field, whether negated, where it stands, and the nodes before it.
    open_conditions: list[tuple[str, bool, int, list[TemplateNode]]] = []
    nodes: list[TemplateNode] = []
    end = 0
    for start, stop in _tags(text, has_comments=has_comments):
        if start > end:
            nodes.append(Literal(text[end:start]))
        end = stop
        inside = text[start + 2 : stop - 2].lstrip("{").strip()
        mark, field = (inside[0], inside[1:].strip()) if len(inside) > 1 else ("", inside)
        if mark in ("#", "^"):
            if len(open_conditions) == MOST_LEVELS:
                raise TemplateError(f"More than {MOST_LEVELS} conditions stand inside one another.", start)
            open_conditions.append((field, mark == "^", start, nodes))
            nodes = []
        elif mark == "/":
            if not open_conditions or open_conditions[-1][0] != field:
                raise TemplateError(f"{{{{/{field}}}}} closes a condition that is not open.", start)
            opened, negated, offset, before = open_conditions.pop()
            before.append(Condition(opened, negated, tuple(nodes), offset))
            nodes = before
        else:
            *filters, field = inside.split(":")
            nodes.append(Replacement(field, tuple(reversed(filters)), start))
    if open_conditions:
        field, negated, offset, _ = open_conditions[-1]
        raise TemplateError(f"{{{{{'^' if negated else '#'}{field}}}}} is never closed.", offset)
    if end < len(text):
        nodes.append(Literal(text[end:]))
    return tuple(nodes)


def _tags(text: str, *, has_comments: bool) -> Iterator[tuple[int, int]]:
    """Yield where each ``{{…}}`` outside of comments starts and ends, in time proportional to the text.

    Raises:
        TemplateError: a `{{` without its `}}`.
    """
    ends = {"{{": "}}", "<!--": "-->"} if has_comments else {"{{": "}}"}
    start = -1
    while ends:
        opened = ""
        for mark in _MARK.finditer(text, start + 1):
            if opened and mark[0] == ends[opened]:
                if opened == "{{":
                    yield start, mark.end()
                opened = ""
            elif not opened and mark[0] in ends:
                opened, start = mark[0], mark.start()
        if not opened:
            return
        if opened == "{{":
            raise TemplateError("This `{{` is never closed.", start)
        del ends[opened]  # none that starts here or later has an end


def references(nodes: tuple[TemplateNode, ...]) -> Iterator[Replacement | Condition]:
    """Yield each place where a template names a field."""
    for node in nodes:
        if not isinstance(node, Literal):
            yield node
        if isinstance(node, Condition):
            yield from references(node.children)


def outcomes(text: str) -> Iterator[str]:
    """Yield what a part of a template comes to, for each set of filled fields that its conditions ask for.

    Raises:
        TemplateError: as ``parse_template`` does, or where too many fields are asked for.
    """
    nodes = parse_template(text)
    fields = sorted({each.field for each in references(nodes) if isinstance(each, Condition)})
    if len(fields) > _MOST_ASKED_FOR:
        raise TemplateError("Too many conditions stand here.", 0)
    for filled in product((True, False), repeat=len(fields)):
        yield _outcome(nodes, dict(zip(fields, filled, strict=True)))


def extremes(text: str) -> tuple[str, str]:
    """Return what a template comes to if all fields that its conditions ask for are filled, and if none is.

    Raises:
        TemplateError: as ``parse_template`` does.
    """
    nodes = parse_template(text)
    fields = {each.field for each in references(nodes)}
    return _outcome(nodes, dict.fromkeys(fields, True)), _outcome(nodes, dict.fromkeys(fields, False))


def _outcome(nodes: tuple[TemplateNode, ...], filled: Mapping[str, bool]) -> str:
    parts = []
    for node in nodes:
        if isinstance(node, Literal):
            parts.append(node.text)
        elif isinstance(node, Replacement):
            parts.append("{{" + ":".join((*reversed(node.filters), node.field)) + "}}")
        elif filled[node.field] is not node.negated:
            parts.append(_outcome(node.children, filled))
    return "".join(parts)


def shows_a_field(nodes: tuple[TemplateNode, ...], filled: Collection[str]) -> bool:
    """Tell whether a front has content when just the fields in ``filled`` are not empty.

    As in Anki, plain text does not count: a card exists if some field shows.
    """
    for node in nodes:
        if isinstance(node, Literal):
            continue
        is_filled = node.field in filled
        if isinstance(node, Replacement):
            if is_filled:
                return True
        elif is_filled is not node.negated and shows_a_field(node.children, filled):
            return True
    return False


def is_empty_field(html: str) -> bool:
    """Tell whether a field counts as empty in a condition, and for which cards exist."""
    return html[:1] in _FIRST_OF_EMPTY and re.fullmatch(_EMPTY, html) is not None


def cloze_fields(nodes: tuple[TemplateNode, ...]) -> tuple[str, ...]:
    """Return the fields that a template puts through the ``cloze`` filter, in order."""
    named = (
        node.field for node in references(nodes) if isinstance(node, Replacement) and "cloze" in node.filters
    )
    return tuple(dict.fromkeys(named))


def unknown_filters(replacement: Replacement) -> tuple[str, ...]:
    """Return the filters that Anki itself does not know; beside ``type`` they only say how it compares."""
    if replacement.filters and replacement.filters[-1] == "type":
        return ()
    named = (name.partition(" ")[0] for name in replacement.filters)
    return tuple(name for name in named if name and name not in FILTERS)
