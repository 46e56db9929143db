"""What a chapter is called, its number, and which of its headings are sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from deckgen.outline.blocks import Block, Kind
from deckgen.outline.chapter_number import number_in_file_name, split_leading_number, split_number, to_number
from deckgen.outline.inline import joined
from deckgen.outline.labels import clean_heading


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter's number and title (empty where nothing says them), and where its title stands.

    ``level`` is the rank of the headings that are sections; ``at`` is the title's place among the
    blocks, -1 where it has none.
    """

    number: str
    title: str
    level: int
    at: int
    line: int


def read_heading(blocks: Sequence[Block], front: Mapping[str, str], file_name: str) -> Heading:
    """Find a chapter's number and title, and the rank of its sections.

    Front matter goes before the headings, the file's name after them.
    """
    headings = [(at, block) for at, block in enumerate(blocks) if block.kind is Kind.HEADING]
    at, title, number = _title_among(headings)
    sections = [block.level for place, block in headings if place > at]
    number = _front_number(front) or number or number_in_file_name(PurePath(file_name).stem)
    front_title = front.get("title", "")
    named = split_number(front_title)
    title = clean_heading(named[1] if named else front_title) or title
    line = blocks[at].line if at >= 0 else 1
    return Heading(number, title, min(sections, default=1), at, line)


def _title_among(headings: Sequence[tuple[int, Block]]) -> tuple[int, str, str]:
    """Return the place of the title, its words, and its number.

    It is the first of the headings that may be titles to name a chapter number, or else the first
    heading, if no other has its rank.
    """
    titles = _titles(headings)
    for place, (at, text) in enumerate(titles):
        if named := split_number(text):
            number, title = named[0], clean_heading(named[1])
            if title or not titles[place + 1 :]:
                return at, title, number
            below, text_below = titles[place + 1]
            return below, clean_heading(text_below), number
    levels = [block.level for _, block in headings]
    if not levels or levels[0] != min(levels) or levels.count(levels[0]) > 1:
        return -1, "", ""
    number, text = split_leading_number(titles[0][1])
    return titles[0][0], clean_heading(text), number


def _titles(headings: Sequence[tuple[int, Block]]) -> list[tuple[int, str]]:
    """Return the place and words of headings that may be the chapter's title.

    The first heading, the only one of the highest rank, and what stands right below either, if that
    is the only one of its rank (`# The book`, `## Chapter 5`).
    """
    levels = [block.level for _, block in headings]
    top = min(levels, default=0)
    highest = [number for number, level in enumerate(levels) if level == top]
    numbers = dict.fromkeys([*range(min(1, len(levels))), *(highest if len(highest) == 1 else [])])
    for number in list(numbers):
        below = number + 1
        while (
            below < len(levels)
            and levels.count(levels[below]) == 1
            and headings[below][0] == headings[below - 1][0] + 1
        ):
            numbers[below] = None
            below += 1
    chosen = [headings[number] for number in numbers]
    return [(at, joined(block.lines).text if block.lines else "") for at, block in chosen]


def _front_number(front: Mapping[str, str]) -> str:
    for key in ("chapter", "number", "title"):
        value = front.get(key, "")
        named = split_number(value)
        number = named[0] if named else "" if key == "title" else to_number(value)
        if number:
            return number
    return ""
