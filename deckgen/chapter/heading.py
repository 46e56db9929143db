"""What a chapter is called, its number, and which of its headings are sections."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from deckgen.chapter.blocks import Block, Kind
from deckgen.chapter.labels import clean_heading
from deckgen.model import Text
from deckgen.positioned_yaml import Mapping as MappingNode
from deckgen.positioned_yaml import parse

_FRONT_MATTER = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*\n(.*?)^(?:\1|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
_NUMBERED = re.compile(
    r"[(\[]?\b(?:chapter|chap\.?|ch\.?|unit|module|lesson|kapitel|chapitre|cap[ií]tulo|capitolo|hoofdstuk"
    r"|rozdział|kapitola|bölüm|глава|розділ)\s*(?:no\.?\s*)?(\d{1,4})\b[)\]]?\s*[.:–—-]?\s*",
    re.IGNORECASE,
)
_LEADING_NUMBER = re.compile(r"\W*(\d{1,4})\s*[.:–—-]\s+(?=\S)")
_DIGITS = re.compile(r"\d{1,4}")


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


def split_front_matter(text: str) -> tuple[Mapping[str, str], str, int]:
    """Return a chapter's front matter (YAML or TOML), the text after it, and that text's first line."""
    match = _FRONT_MATTER.match(text)
    values = None
    if match:
        values = _read_yaml(match[2]) if match[1] == "---" else _read_toml(match[2])
    if match is None or values is None:
        return {}, text, 1
    return values, text[match.end() :], text.count("\n", 0, match.end()) + 1


def _read_yaml(text: str) -> dict[str, str] | None:
    root, findings = parse(text.encode(errors="replace"), "front matter")
    if not isinstance(root, MappingNode) or findings:
        return None if text.strip() else {}
    return {key.lower(): node.value for key, (_, node) in root.entries.items() if isinstance(node, Text)}


def _read_toml(text: str) -> dict[str, str] | None:
    try:
        return {key.lower(): str(value) for key, value in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError:
        return None


def read_heading(blocks: Sequence[Block], front: Mapping[str, str], file_name: str) -> Heading:
    """Find a chapter's number and title, and the rank of its sections.

    The title is the heading that names a chapter number, or else the first heading if no other has
    its rank. Front matter goes before it, the file's name after it.
    """
    headings = [(at, block) for at, block in enumerate(blocks) if block.kind is Kind.HEADING]
    at, title, number = _title_among(headings)
    sections = [block.level for place, block in headings if place > at]
    number = _front_number(front) or number or _last_digits(PurePath(file_name).stem)
    title = clean_heading(_NUMBERED.sub(" ", front.get("title", ""))) or title
    line = blocks[at].line if at >= 0 else 1
    return Heading(number, title, min(sections, default=1), at, line)


def _title_among(headings: Sequence[tuple[int, Block]]) -> tuple[int, str, str]:
    for at, block in headings:
        text = " ".join(line.text for line in block.lines)
        match = _NUMBERED.search(text)
        if match:
            before, after = text[: match.start()].rstrip(" –—-:|"), text[match.end() :]
            return at, clean_heading(f"{before} {after}"), match[1].lstrip("0") or "0"
    levels = [block.level for _, block in headings]
    if not levels or levels[0] != min(levels) or levels.count(levels[0]) > 1:
        return -1, "", ""
    at, block = headings[0]
    text = " ".join(line.text for line in block.lines)
    match = _LEADING_NUMBER.match(text)
    return at, clean_heading(text[match.end() :] if match else text), match[1] if match else ""


def _front_number(front: Mapping[str, str]) -> str:
    numbers = (_DIGITS.search(front.get(key, "")) for key in ("chapter", "number", "title"))
    return next((match[0].lstrip("0") or "0" for match in numbers if match), "")


def _last_digits(stem: str) -> str:
    found = _DIGITS.findall(stem)
    return found[0].lstrip("0") or "0" if found else ""
