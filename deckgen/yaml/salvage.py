"""Leaves out of a file the smallest part that holds a syntax error, so that the rest can be read."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from yaml import CSafeLoader, YAMLError
from yaml import parse as parse_events

_ITEM = r"( *)- "
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
    indents = {len(match[1]) for candidate in lines if (match := re.match(_ITEM, candidate))}
    if not indents:
        return None
    starts = [n for n, candidate in enumerate(lines) if _starts_block(candidate, min(indents))]
    start = max((n for n in starts if n <= last and re.match(_ITEM, lines[n])), default=None)
    if start is None:
        return None
    end = min((n for n in starts if n > start), default=len(lines))
    for candidate in _smaller_parts(lines, start, end, last):
        if candidate.text != text and _can_be_read("\n".join(candidate.text.split("\n")[start:end])):
            return candidate
    return _without(lines, start, end)


def _starts_block(line: str, indent: int) -> bool:
    item = re.match(_ITEM, line)
    return (item is not None and len(item[1]) == indent) or bool(re.match(r"[^\s#-]", line))


def _without(lines: list[str], start: int, end: int, key: str = "", *, is_torn: bool = False) -> Salvaged:
    """Return the text with the lines from ``start`` to ``end`` blank, the first but for its ``key``."""
    blank = [key, *[""] * (end - start - 1)]
    return Salvaged("\n".join([*lines[:start], *blank, *lines[end:]]), {start + 1: is_torn} if key else {})


def _smaller_parts(lines: list[str], start: int, end: int, last: int) -> Iterator[Salvaged]:
    """Yield the lines without what holds the line ``last``, the smallest part first.

    That is the line itself if no key is in it; then, upwards, the value of each key, and each inner item;
    then each key with all that follows it in the outermost item.
    """
    if ":" not in lines[last] and not re.match(_ITEM, lines[last]):
        yield _without(lines, last, last + 1)
    indent = len(lines[last]) + 1
    for number in range(last, start - 1, -1):
        if (key := re.match(_KEY, lines[number])) and len(key[1]) < indent:
            indent = len(key[1])
            after = _end_of(lines, number, end, indent)
            has_value = lines[number][key.end() :].strip() != ""
            if not (has_value and any(re.match(_KEY, line) for line in lines[number + 1 : after])):
                yield _without(lines, number, after, key[0])
        if (item := re.match(_ITEM, lines[number])) and number > start and len(item[1]) < indent:
            indent = len(item[1])
            yield _without(lines, number, _end_of(lines, number, end, indent))
    for number in range(last, start - 1, -1):
        if key := re.match(_KEY, lines[number]):
            yield _without(lines, number, end, key[0], is_torn=True)


def _end_of(lines: list[str], start: int, end: int, indent: int) -> int:
    """Return the first line after ``start`` that is indented by no more than ``indent``."""
    for number in range(start + 1, end):
        words = lines[number].lstrip()
        if words and len(lines[number]) - len(words) <= indent:
            return number
    return end


def _can_be_read(part: str) -> bool:
    try:
        list(parse_events(part, CSafeLoader))
    except YAMLError:
        return False
    return True
