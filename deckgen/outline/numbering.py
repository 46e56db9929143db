"""Strips the numbers of headings and list items, which are not part of their words."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from deckgen.outline.blocks import Block, BlockKind

_CJK = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、．]\s*|[（(][一二三四五六七八九十]{1,3}[）)]\s*"
_ITEM = re.compile(
    r"(?:(?:\d{1,3}|[ivx]{1,5}|[IVX]{1,5})[.)]|[a-zA-Z]\)|\((?:\d{1,3}|[ivx]{1,5}|[a-z])\)|[•‣▪◦·–—*-])\s+(?=\S)"
    rf"|{_CJK}"
)
# `2. Storage`, `2) Storage`, `2 - Storage`, `IV: Storage`, `Step 2: Storage`; `2.1 Storage`, not `1.5 times`.
_HEADING = re.compile(
    r"(?:(?i:section|part|step)\s+)?(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5})(?:[.):]|\s+[–—-])\s+(?=\S)"
    rf"|\d{{1,2}}(?:\.\d{{1,2}})+\s+(?=[^\Wa-z\d])|{_CJK}"
)
_BARE = re.compile(r"\s*(\d{1,3})\s+(?=\S)")
# Bare numbers are numbering if they form a run; "5 Whys" alone is not.
_SHORTEST_RUN = {BlockKind.HEADING: 2, BlockKind.ITEM: 3}


def without_item_number(text: str) -> str:
    """Return a line without the number, letter or bullet that it starts with: ``(a)``, ``iv.``, ``•``."""
    match = _ITEM.match(text)
    return text[match.end() :] if match else text


def without_heading_number(text: str) -> str:
    """Return a heading without its number, such as ``2.1`` or ``Step 2:``."""
    match = _HEADING.match(text)
    return text[match.end() :] if match else text


def without_bare_numbers(blocks: list[Block]) -> list[Block]:
    """Drop numbers without a dot or bracket from headings of one rank, or items of one list, that they count.

    Numbers count if they start at 0 or 1 and go up by 1, over at least two headings or three items.
    """
    counted = {
        number.at: number.length
        for numbers in _numbered(blocks)
        for run in _runs(numbers)
        if len(run) >= _SHORTEST_RUN[blocks[run[0].at].kind]
        for number in run
    }
    return [
        replace(block, lines=(block.lines[0].without_start(counted[at]), *block.lines[1:]))
        if at in counted
        else block
        for at, block in enumerate(blocks)
    ]


class _Number(NamedTuple):
    """A bare number: the index of its block, its value, and its length in the line."""

    at: int
    value: int
    length: int


def _numbered(blocks: Iterable[Block]) -> Iterable[list[_Number]]:
    """Return the bare numbers of each rank of headings, and of each depth of each list."""
    groups: dict[tuple[BlockKind, int, int], list[_Number]] = {}
    lists = 0
    for at, block in enumerate(blocks):
        lists += block.kind is not BlockKind.ITEM
        match = _BARE.match(block.lines[0].text) if block.kind in _SHORTEST_RUN and block.lines else None
        if match:
            key = (block.kind, block.level, lists if block.kind is BlockKind.ITEM else 0)
            groups.setdefault(key, []).append(_Number(at, int(match[1]), match.end()))
    return groups.values()


def _runs(numbers: Iterable[_Number]) -> list[list[_Number]]:
    runs: list[list[_Number]] = []
    for number in numbers:
        if runs and number.value == runs[-1][-1].value + 1:
            runs[-1].append(number)
        elif number.value <= 1:
            runs.append([number])
    return runs
