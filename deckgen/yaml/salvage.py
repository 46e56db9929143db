"""Leaves out of a file the smallest part that holds a syntax error, so that the rest can be read."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from yaml import CSafeLoader, YAMLError
from yaml import parse as parse_events

from deckgen.yaml.syntax import syntax_finding

_ITEM = r"( *)- "
_DEEPEST = 10  # nothing that deckgen reads nests so deep: all of it is left out
_KEY = r"((?: *- +)*| *)([^\s#\"'\[\]{}&*!|>@%`,?:-][^:#]*):(?= |\Z)"


class Salvaged(NamedTuple):
    """The text that is left, of as many lines.

    ``unread`` are the lines of the keys whose values were left out, each with whether the keys after it
    in its list item were left out, too.
    """

    text: str
    unread: Mapping[int, bool]


def without_fault(text: str, line: int) -> Salvaged | None:
    """Blank the value of a key, or else the list item, that holds ``line``; None where there is none left."""
    lines = text.split("\n")
    last = min(line, len(lines)) - 1
    start, end = _outermost_item(lines, last)
    if start is None:
        return None
    items = list(islice(_enclosing_items(lines, start, end, last), _DEEPEST + 1))
    for item, after in items if len(items) <= _DEEPEST else ():
        for candidate in _smaller_parts(lines, item, after, last):
            part = "\n".join(candidate.text.split("\n")[item:after])
            if candidate.text != text and _is_sound(part, last + 1 - item):
                return candidate
        if item > start:
            return _without(lines, item, after)
    return _without(lines, start, end)


def before_fault(text: str, line: int) -> Salvaged | None:
    """Blank the list item that holds ``line``, and all that follows; None where there is none."""
    lines = text.split("\n")
    start, _ = _outermost_item(lines, min(line, len(lines)) - 1)
    return None if start is None else _without(lines, start, len(lines))


def _outermost_item(lines: list[str], last: int) -> tuple[int | None, int]:
    """Return the first line of the outermost list item that holds the line ``last``, and its end."""
    indents = {len(match[1]) for candidate in lines if (match := re.match(_ITEM, candidate))}
    if not indents:
        return None, len(lines)
    starts = [n for n, candidate in enumerate(lines) if _starts_block(candidate, min(indents))]
    start = max((n for n in starts if n <= last and re.match(_ITEM, lines[n])), default=None)
    end = min((n for n in starts if start is not None and n > start), default=len(lines))
    return start, end


def _starts_block(line: str, indent: int) -> bool:
    item = re.match(_ITEM, line)
    return (item is not None and len(item[1]) == indent) or bool(re.match(r"[^\s#-]", line))


def _without(lines: list[str], start: int, end: int, key: str = "", *, is_torn: bool = False) -> Salvaged:
    """Return the text with the lines from ``start`` to ``end`` blank, the first but for its ``key``."""
    blank = [key, *[""] * (end - start - 1)]
    return Salvaged("\n".join([*lines[:start], *blank, *lines[end:]]), {start + 1: is_torn} if key else {})


def _enclosing_items(lines: list[str], start: int, end: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the first line of each list item that holds the line ``last``, and its end, from inside out."""
    indent = len(lines[last])
    for number in range(last, start - 1, -1):
        if (item := re.match(_ITEM, lines[number])) and len(item[1]) < indent:
            indent = len(item[1])
            after = _end_of(lines, number, end, indent)
            if after > last:
                yield number, after


def _smaller_parts(lines: list[str], start: int, end: int, last: int) -> Iterator[Salvaged]:
    """Yield the lines without a part of the list item from ``start`` to ``end``, the smallest part first.

    That is the line ``last`` itself if no key is in it, and no text above goes on in it; then, upwards, the
    value of each key that holds it; then each key with all that follows it in the item.
    """
    keys = [(number, key) for number in range(last, start - 1, -1) if (key := re.match(_KEY, lines[number]))]
    if ":" not in lines[last] and last > start and not (keys and _goes_on(lines, *keys[0], last)):
        yield _without(lines, last, last + 1)
    indent = len(lines[last]) + 1
    for number, key in keys:
        if len(key[1]) < indent:
            indent = len(key[1])
            after = _end_of(lines, number, end, indent)
            has_value = lines[number][key.end() :].strip() != ""
            if not (has_value and any(re.match(_KEY, line) for line in lines[number + 1 : after])):
                yield _without(lines, number, after, key[0])
    for number, key in keys:
        yield _without(lines, number, end, key[0], is_torn=True)


def _goes_on(lines: list[str], number: int, key: re.Match[str], last: int) -> bool:
    """Tell whether the text that starts on the line of a key goes on in the line ``last``."""
    indent = len(lines[last]) - len(lines[last].lstrip())
    return indent > len(key[1]) and lines[number][key.end() :].strip() != ""


def _end_of(lines: list[str], start: int, end: int, indent: int) -> int:
    """Return the first line after ``start`` that is indented by no more than ``indent``."""
    for number in range(start + 1, end):
        words = lines[number].lstrip()
        if words and len(lines[number]) - len(words) <= indent:
            return number
    return end


def _is_sound(part: str, lines: int) -> bool:
    """Tell whether there is no fault in the first ``lines`` of a text; what follows may have one."""
    try:
        list(parse_events(part, CSafeLoader))
    except YAMLError as error:
        return syntax_finding(error, part, "")[1] > lines
    return True
