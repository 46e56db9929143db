"""Finds what a chapter is called: its number and title, in front matter, headings or the file's name."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from deckgen.model.text import Text
from deckgen.outline.blocks import Block, BlockKind
from deckgen.outline.inline import joined
from deckgen.outline.labels import clean_heading
from deckgen.yaml.nodes import YamlMapping, parse

_FENCED = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_OPEN = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\n((?:[\w-]+[ \t]*[:=].*\n?|[ \t]+\S.*\n?|- .*\n?)+)")
_WORD = (
    r"(?:chapter|chap|ch|unit|module|lesson|kapitel|chapitre|cap[ií]tulo|capitolo|hoofdstuk|rozdział|kapitola"
    r"|bölüm|fejezet|глава|розділ)"
)
_SPELLING = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty
"""
_SPELT = _SPELLING.split()
_NUMBER = rf"(\d+|[ivxl]{{1,7}}|{'|'.join(_SPELT)})(?![\w/]|[.,]\d)"
_NAMED = rf"(?:\b{_WORD}\b\.?\s*(?:no\.?\s*|#\s*)?{_NUMBER}|\b(\d+)\.?\s+{_WORD}\b)"
_AT_START = re.compile(rf"\W{{0,9}}{_NAMED}\s*(?:[)\]]\s*)?(?P<parting>[.:–—|-]?)\s*", re.IGNORECASE)
_AT_END = re.compile(rf"\s*[(\[–—:,|-]\s*{_NAMED}\s*[)\]]?\W{{0,9}}$", re.IGNORECASE)
_CJK = re.compile(r"\W{0,9}第?\s*(\d+|[一二三四五六七八九十]{1,3})\s*[章课課講讲장]\s*[:：.]?\s*")
_LEADING = re.compile(r"\W{0,9}(\d+)\s*(?:[.:–—]|-(?=\s))\s+(?=\S)")
_IN_FILE = re.compile(
    rf"(?:^|[\W_]){_WORD}[\s._-]*(\d+|[ivxl]{{1,7}})(?![^\W_])|^(\d+)(?:$|[\s._-]+(?=[^\W\d_]))|第(\d+)章",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"(XL|L?X{0,3})(IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_DIGITS = "一二三四五六七八九"
_HIGHEST = 999


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A chapter's front matter, and the ``body`` after it.

    ``values`` have lower-case keys; ``first_line`` is that of the body; ``is_unclosed``: the line that ends
    the front matter is missing.
    """

    body: str
    values: Mapping[str, str] = field(default_factory=dict)
    first_line: int = 1
    is_unclosed: bool = False


def split_front_matter(text: str) -> FrontMatter:
    """Split a chapter's front matter from its body; if unclosed, it ends with its last key."""
    fenced = _FENCED.match(text)
    match = fenced or _OPEN.match(text)
    if match is None:
        return FrontMatter(text)
    values = _read_yaml(match[2]) if match[1] == "---" else _read_toml(match[2])
    if values is None:
        return FrontMatter(text)
    line = text.count("\n", 0, match.end()) + 1
    return FrontMatter(text[match.end() :], values, line, is_unclosed=fenced is None)


def _read_yaml(text: str) -> dict[str, str] | None:
    root, findings = parse(text.encode(errors="replace"), "front matter")
    if not isinstance(root, YamlMapping) or findings:
        return None if text.strip() else {}
    return {key.lower(): node.value for key, (_, node) in root.entries.items() if isinstance(node, Text)}


def _read_toml(text: str) -> dict[str, str] | None:
    try:
        return {key.lower(): str(value) for key, value in tomllib.loads(text).items()}
    except (ValueError, RecursionError):  # no TOML, or beyond what Python reads
        return None


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter's number and title, empty if unknown, and where the title was found.

    ``level`` is the rank of the headings that are sections; ``at`` is the index of the title's block, -1 if
    no heading is the title.
    """

    number: str
    title: str
    level: int
    at: int
    line: int


def read_heading(blocks: Sequence[Block], front: Mapping[str, str], file_name: str) -> Heading:
    """Find a chapter's number and title, and the rank of its sections.

    Front matter is preferred to headings, and headings to the file's name.
    """
    headings = [(at, block) for at, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    at, title, number = _title_among(headings)
    sections = [block.level for place, block in headings if place > at]
    number = _front_number(front) or number or number_in_file_name(PurePath(file_name).stem)
    front_title = front.get("title", "")
    named = split_number(front_title)
    title = clean_heading(named[1] if named else front_title) or title
    line = blocks[at].line if at >= 0 else 1
    return Heading(number, title, min(sections, default=1), at, line)


def _title_among(headings: Sequence[tuple[int, Block]]) -> tuple[int, str, str]:
    """Return the index of the title's block, the title and the number.

    The title is the first candidate with a chapter number; else the first heading, if no other has its rank.
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
    """Return the index and words of the headings that may be the chapter's title.

    These are the first heading, the only one of the highest rank, and a heading right below either that is
    the only one of its rank (``# The book``, ``## Chapter 5``).
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


def to_number(text: str | None) -> str:
    """Return a number from 0 to 999 in digits: ``036``, ``IV``, ``four``, ``四``; "" for anything else."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return str(int(text)) if len(text) <= 9 and int(text) <= _HIGHEST else ""
    if text.lower() in _SPELT:
        return str(_SPELT.index(text.lower()))
    if text.isupper() and _ROMAN.fullmatch(text):
        values = [_VALUES[letter] for letter in text]
        return str(sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)))
    tens, ten, ones = text.rpartition("十")
    if text and set(tens + ones) <= set(_DIGITS) and len(tens) < 2 and len(ones) < 2:
        count = (_DIGITS.find(tens) + 1 or 1) * 10 if ten else 0
        return str(count + (_DIGITS.find(ones) + 1 if ones else 0))
    return ""


def split_number(heading: str) -> tuple[str, str] | None:
    """Return the chapter number at the start or end of a heading, and the rest of the heading.

    None if there is none: "What Chapter 4 said" is about another chapter.
    """
    match = _AT_START.match(heading)
    if match and (number := to_number(match[1] or match[2])):
        rest = heading[match.end() :]
        if match["parting"] or not rest[:1].islower():
            return number, rest
    match = _AT_END.search(heading)
    if match and (number := to_number(match[1] or match[2])):
        return number, heading[: match.start()]
    match = _CJK.match(heading)
    if match and (number := to_number(match[1])):
        return number, heading[match.end() :]
    return None


def split_leading_number(heading: str) -> tuple[str, str]:
    """Return the number that a title starts with, as in ``12. Ownership`` ("" for none), and the rest."""
    match = _LEADING.match(heading)
    number = to_number(match[1]) if match else ""
    return (number, heading[match.end() :]) if match and number else ("", heading)


def number_in_file_name(stem: str) -> str:
    """Return the number in ``chapter-07``, ``ch8-own`` or ``36-ownership``; "" in ``2024-01-notes``."""
    match = _IN_FILE.search(stem)
    return to_number(next(filter(None, match.groups()), "").upper()) if match else ""
