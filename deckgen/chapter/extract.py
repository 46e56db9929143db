"""A section's blocks to its points: docs/outline.md states the rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from deckgen.chapter.blocks import Block, Kind
from deckgen.chapter.guess import warns
from deckgen.chapter.labels import clean_heading, clean_label, shorten
from deckgen.chapter.lines import Entry, entries_of, first_sentence, read_entry

# Fewer words are a caption ("Contents"), not a sentence.
_SHORTEST_PROSE = 3
_ALERT = re.compile(r"\[!\w+\]\s*")


@dataclass(frozen=True, slots=True)
class Found:
    """Something to be taught.

    ``group`` is the label that its list stands under, ``label`` its own, ``text`` what it says;
    ``heading`` is the nearest heading. ``label`` or ``text`` may be empty, not both. ``is_named``: the
    label is what one would call it by.
    """

    group: str
    label: str
    text: str
    line: int
    heading: str
    is_named: bool = True

    @property
    def words(self) -> str:
        """Its own words: label and text."""
        return shorten(f"{self.label}: {self.text}" if self.label and self.text else self.label or self.text)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A label whose list, quote or paragraph is still to come.

    ``is_shown``: it goes before each point that follows; ``is_point``: it says something itself.
    """

    text: str
    line: int
    depth: int
    is_shown: bool
    is_point: bool


def find_points(blocks: Iterable[Block]) -> tuple[list[Found], bool]:
    """Return what a section wants taught, in order, and whether some of it was only found in prose."""
    reader = _Reader()
    for block in blocks:
        reader.take(block)
    reader.take(Block(Kind.OTHER, (), 0))
    return reader.result()


class _Reader:
    """Reads a section's blocks; what a label introduces shows only when the next block comes."""

    def __init__(self) -> None:
        self._found: list[Found] = []
        self._prose: list[Found] = []
        self._heading = ""
        self._waiting: _Waiting | None = None
        self._groups: dict[int, str] = {}

    def result(self) -> tuple[list[Found], bool]:
        """Return the points; under a heading that has none, its prose stands in for them."""
        served = {found.heading for found in self._found}
        prose = [
            found
            for found in self._prose
            if found.heading not in served and (found.heading or not self._found)
        ]
        firsts = {found.heading: found for found in reversed(prose)}
        stand_ins = [
            replace(found, label=found.heading) if found.heading else found
            for found in prose
            if not found.heading or firsts[found.heading] is found
        ]
        return sorted(self._found + stand_ins, key=lambda found: found.line), bool(stand_ins)

    def take(self, block: Block) -> None:
        if block.kind is Kind.ITEM:
            self._item(block)
        elif block.kind is Kind.QUOTE:
            self._quote(block)
        elif block.kind is Kind.ROW:
            self._row(block)
        elif block.kind is Kind.PARAGRAPH:
            self._paragraph(block)
        elif block.kind is Kind.HEADING:
            self._settle()
            self._heading = clean_heading(" ".join(line.text for line in block.lines))
        elif not block.level:
            self._settle()

    def _add(self, group: str, label: str, text: str, line: int, *, is_named: bool = True) -> None:
        if any(character.isalnum() for character in label + text):
            self._found.append(Found(group, label, text.strip(" ;,"), line, self._heading, is_named))

    def _settle(self) -> None:
        """Let go of a label that nothing followed: a point if it says something itself."""
        waiting, self._waiting = self._waiting, None
        if waiting and waiting.is_point:
            self._add("", "", waiting.text, waiting.line)
        self._groups = {}

    def _item(self, block: Block) -> None:
        if all(line.is_in_page_link for line in block.lines):
            return
        self._open_group(block.level)
        self._groups = {depth: label for depth, label in self._groups.items() if depth <= block.level}
        group = self._groups.get(block.level, "")
        entry = read_entry(block.lines)
        if entry.text:
            self._add(group, entry.label, entry.text, block.line)
        elif entry.label:
            self._waiting = _Waiting(entry.label, block.line, block.level, entry.is_open, not entry.is_open)

    def _open_group(self, depth: int) -> None:
        """Let the label that waits stand over the items at ``depth``, if they are below it."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        if waiting.is_point or depth <= waiting.depth:
            self._add(self._groups.get(waiting.depth, ""), "", waiting.text, waiting.line)
        if depth > waiting.depth:
            self._groups[depth] = waiting.text if waiting.is_shown else ""

    def _quote(self, block: Block) -> None:
        text = clean_label(_ALERT.sub("", " ".join(line.text.strip() for line in block.lines)))
        waiting, self._waiting = self._waiting, None
        if waiting:
            self._add("", waiting.text, text, waiting.line, is_named=waiting.is_shown)
        else:
            self._add("", "", text, block.line)

    def _row(self, block: Block) -> None:
        self._waiting = None
        cells = [cell for line in block.lines if (cell := clean_label(line.text))]
        if cells:
            self._add("", cells[0] if cells[1:] else "", "; ".join(cells[1:] or cells), block.line)

    def _paragraph(self, block: Block) -> None:
        entries = entries_of(block.lines)
        for number, entry in enumerate(entries):
            line = block.line + entry.at
            waiting = self._waiting
            if entry.label and not entry.text:
                self._settle()
                self._waiting = _to_wait(entry, line, block.level)
            elif waiting and not entry.label and (number or waiting.is_shown):
                self._add("", waiting.text, entry.text if number else first_sentence(entry.text), line)
                self._waiting = replace(waiting, is_point=False)
            else:
                self._settle()
                self._say(entry, line)
        if entries[-1].text:
            self._waiting = None

    def _say(self, entry: Entry, line: int) -> None:
        if entry.label or entry.is_marked or entry.is_remark:
            self._add("", entry.label, entry.text, line)
        elif len(entry.text.split()) >= _SHORTEST_PROSE or _has_no_spaces(entry.text):
            self._prose.append(Found("", "", first_sentence(entry.text), line, self._heading))


def _has_no_spaces(text: str) -> bool:
    """Tell whether a text is in a script that writes sentences without spaces, such as Chinese."""
    return len(text) > 4 and any(
        "\u0e00" <= character <= "\u0eff" or character >= "\u3040" for character in text
    )


def _to_wait(entry: Entry, line: int, depth: int) -> _Waiting:
    """Return a label that stands alone: shown if it is set apart, one word, or a warning."""
    shown = entry.is_marked or entry.is_bold or " " not in entry.label or warns(entry.label)
    says_something = not entry.is_open if entry.is_bold else entry.is_remark
    text = "Example" if entry.label == "Examples" else entry.label
    return _Waiting(text, line, depth, shown, says_something)
