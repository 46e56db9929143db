"""Where the cloze deletions of a text stand, for lint rules; render/masks.py says whether they are right."""

from __future__ import annotations

import re
from typing import NamedTuple

# Each starts with a letter of its own, which a search passes over others to find.
_TOKEN = re.compile(
    r"`(?<!``)(?P<code>(?P<ticks>`*)(?!`).+?(?<!`)`(?P=ticks)(?!`))"
    r"|\{(?:(?P<open>\{c(?P<numbers>[\d,]+)::)|(?P<brace>\{))|\}(?P<close>\})|:(?P<hint>:)|\\.",
    re.DOTALL,
)
_MAX_DEPTH = 10  # deeper ones are an error: Anki drops their marks


class Deletion(NamedTuple):
    """A deletion: its numbers, and offsets in the text.

    The hidden words run from ``hidden`` to ``hidden_end``, a hint from ``hint`` to ``close``; the mark
    starts at ``start`` and ends at ``end``. ``separators`` are the places of each ``::`` after the hidden
    words began, outside code.
    """

    numbers: tuple[int, ...]
    start: int
    hidden: int
    hidden_end: int
    close: int
    end: int
    separators: tuple[int, ...]


def deletions(source: str) -> list[Deletion]:
    """Return the deletions of a text, outer ones after those within them.

    Unclosed ones are left out, and those nested too deep for Anki.
    """
    found: list[Deletion] = []
    stack: list[tuple[re.Match[str], list[int]] | None] = []
    depth = 0
    for match in _tokens(source):
        if match["open"] and depth < _MAX_DEPTH:
            stack.append((match, []))
            depth += 1
        elif match["open"] or (match["brace"] and stack):
            stack.append(None)
        elif match["hint"] and stack and stack[-1]:
            stack[-1][1].append(match.start())
        elif match["close"] and stack:
            top = stack.pop()
            if top:
                depth -= 1
                found.append(_deletion(top[0], top[1], match))
    return found


def _tokens(source: str, start: int = 0, end: int | None = None) -> list[re.Match[str]]:
    """Return the marks; code is one piece, unless deletions stand within it."""
    tokens: list[re.Match[str]] = []
    for match in _TOKEN.finditer(source, start, len(source) if end is None else end):
        if match["code"] and "{{c" in match["code"]:
            ticks = len(match["ticks"]) + 1
            tokens += _tokens(source, match.start() + ticks, match.end() - ticks)
        else:
            tokens.append(match)
    return tokens


def _deletion(opened: re.Match[str], separators: list[int], closed: re.Match[str]) -> Deletion:
    numbers = tuple(int(number) for number in opened["numbers"].split(",") if number)
    hidden_end = separators[0] if separators else closed.start()
    return Deletion(
        numbers, opened.start(), opened.end(), hidden_end, closed.start(), closed.end(), tuple(separators)
    )
