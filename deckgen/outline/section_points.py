"""Finds the points in the blocks of a section: docs/outline.md states the rules."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from deckgen.outline.blocks import Block, Kind
from deckgen.outline.guess import CROSSED, on_questions, points_elsewhere, turns
from deckgen.outline.inline import joined, reveal
from deckgen.outline.labels import clean_heading, clean_label
from deckgen.outline.sentences import count_words, first_sentence, labelled, shorten
from deckgen.outline.statements import Entry, entries_of, read_entry, read_row, without_question_mark

# Fewer words are a caption ("Contents"), not a sentence.
_SHORTEST_PROSE = 3
# A longer label is a sentence that leads in: too long to stand before each point.
_LONGEST_SHOWN = 8
_URL = re.compile(r"<?(?:https?://|www\.)\S+")
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
        return shorten(labelled(self.label, self.text), len(self.label))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a section wants taught, in order.

    ``is_from_prose``: some of it stands in running text only; ``left`` are the lines of paragraphs
    that gave no point.
    """

    points: tuple[Found, ...]
    is_from_prose: bool
    left: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A label whose list, quote or paragraph is still to come.

    ``is_shown``: it goes before each point that follows; ``is_point``: it says something itself, and
    ``is_kept``: also where a list follows.
    """

    text: str
    line: int
    depth: int
    is_shown: bool
    is_point: bool
    is_kept: bool


def find_points(blocks: Iterable[Block], title: str) -> Reading:
    """Read the blocks of the section with this title."""
    reader = _Reader(title)
    for block in blocks:
        reader.take(block)
    reader.take(Block(Kind.OTHER, (), 0))
    return reader.result()


class _Reader:
    """Reads a section's blocks; what a label introduces shows only when the next block comes."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._found: list[Found] = []
        self._prose: list[Found] = []
        self._heading = ""
        self._turns: dict[int, str] = {}
        self._waiting: _Waiting | None = None
        self._groups: dict[int, str] = {}

    def result(self) -> Reading:
        """Return the points; under a heading that has none, its prose stands in for them."""
        served = {found.heading for found in self._found}
        firsts = {found.heading: found for found in reversed(self._prose)}
        stand_ins, left = [], []
        for found in self._prose:
            if found.heading and found.heading not in served and firsts[found.heading] is found:
                stand_ins.append(replace(found, group="", label=found.heading))
            elif not found.heading and not self._found:
                stand_ins.append(found)
            else:
                left.append(found.line)
        points = sorted(with_headings(self._found) + stand_ins, key=lambda found: found.line)
        return Reading(tuple(points), bool(stand_ins), tuple(left))

    def take(self, block: Block) -> None:
        if block.kind is Kind.HEADING:
            self._settle()
            self._begin_heading(block)
        elif block.kind is Kind.ITEM:
            self._item(block)
        elif block.kind is Kind.QUOTE:
            self._quote(block)
        elif block.kind is Kind.ROW:
            self._row(block)
        elif block.kind is Kind.PARAGRAPH:
            self._paragraph(block)
        elif not block.level:
            self._settle()

    def _begin_heading(self, block: Block) -> None:
        """Begin what stands under a heading; one that an interviewer asks is a point itself."""
        text = joined(block.lines).text if block.lines else ""
        asked = without_question_mark(text)
        self._heading = clean_heading(asked or text)
        self._turns = {rank: words for rank, words in self._turns.items() if rank < block.level}
        if asked or (self._heading.endswith(("?", "？")) and on_questions(self._title)):
            self._waiting = _Waiting(self._heading, block.line, 0, True, True, True)
        elif turns(self._heading):
            self._turns[block.level] = self._heading

    def _add(self, group: str, label: str, text: str, line: int, *, is_named: bool = True) -> None:
        label, text = reveal(label), reveal(text).strip(" ;,")
        if any(character.isalnum() for character in label + text) and not _URL.fullmatch(label or text):
            outer = list(self._turns.values())[-1:]
            group = ": ".join([*outer, reveal(group)] if group else outer)
            self._found.append(Found(group, label, text, line, self._heading, is_named))

    def _settle(self, depth: int = 0) -> None:
        """Let go of a label that nothing followed: a point if it says something itself."""
        waiting, self._waiting = self._waiting, None
        if waiting and waiting.is_point:
            self._add_waiting(waiting)
        if not depth:
            self._groups = {}

    def _add_waiting(self, waiting: _Waiting) -> None:
        asks = waiting.text.endswith(("?", "？")) and waiting.is_shown
        label, text = (waiting.text, "") if asks else ("", waiting.text)
        self._add(self._group(waiting.depth), label, text, waiting.line)

    def _group(self, depth: int, entry: Entry | None = None) -> str:
        """Return the label over an entry at ``depth``, with those around it that turn its meaning.

        A cross before the entry says as much as a label, where no other does.
        """
        outer = [label for at, label in sorted(self._groups.items()) if at < depth and turns(label)]
        group = ": ".join(filter(None, [*outer, self._groups.get(depth, "")]))
        says_so = any(map(turns, (group, *self._turns.values(), entry.label if entry else "")))
        return group if entry is None or not entry.is_crossed or says_so else labelled(group, CROSSED)

    def _item(self, block: Block) -> None:
        if all(line.is_in_page_link for line in block.lines):
            self._waiting = None
            return
        if points_elsewhere(self._heading or self._title) and all(line.is_link for line in block.lines):
            return
        first, *answers = _item_entries(block)
        if first.is_answer and self._waiting:
            self._answer(first)
            return
        self._open_group(block.level)
        self._groups = {depth: label for depth, label in self._groups.items() if depth <= block.level}
        if first.text:
            self._add(self._group(block.level, first), first.label, first.text, block.line)
        elif first.label:
            self._waiting = _item_to_wait(first, block)
        for answer in answers:
            self._answer(answer)

    def _answer(self, entry: Entry) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting:
            self._add(self._group(waiting.depth), waiting.text, first_sentence(entry.text), waiting.line)

    def _open_group(self, depth: int) -> None:
        """Let the label that waits stand over the items at ``depth``, if they are below it."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        if waiting.is_kept or depth <= waiting.depth:
            self._add_waiting(waiting)
        if depth > waiting.depth:
            is_shown = waiting.is_shown and (not waiting.is_kept or turns(waiting.text))
            self._groups[depth] = waiting.text if is_shown else ""

    def _quote(self, block: Block) -> None:
        text = clean_label(_ALERT.sub("", joined(block.lines).text))
        waiting, self._waiting = self._waiting, None
        group = self._group(block.level)
        if waiting:
            self._add(group, waiting.text, text, waiting.line, is_named=waiting.is_shown)
        else:
            self._add(group, "", text, block.line)

    def _row(self, block: Block) -> None:
        waiting, self._waiting = self._waiting, None
        label, text = read_row(block)
        if waiting and waiting.is_kept:
            self._add_waiting(waiting)
        elif waiting and waiting.is_shown:
            self._groups[block.level] = waiting.text
        self._add(self._group(block.level), label if text else "", text or label, block.line)

    def _paragraph(self, block: Block) -> None:
        if all(line.is_link for line in block.lines):
            return
        entries = entries_of(block.lines)
        for number, entry in enumerate(entries):
            line = block.line + entry.at
            waiting = self._waiting
            if entry.label and not entry.text:
                self._settle(block.level)
                self._waiting = _to_wait(entry, line, block.level)
            elif waiting and not entry.label and (number or waiting.is_shown or entry.is_answer):
                text = entry.text if number and not entry.is_answer else first_sentence(entry.text)
                self._add(self._group(block.level), waiting.text, text, line)
                self._waiting = replace(waiting, is_point=False, is_kept=False)
            else:
                self._settle(block.level)
                self._say(entry, line, block.level)
        if entries and entries[-1].text:
            self._waiting = None

    def _say(self, entry: Entry, line: int, depth: int) -> None:
        if entry.label or entry.is_marked or entry.is_remark:
            self._add(self._group(depth, entry), entry.label, entry.text, line)
        elif len(entry.text.split()) >= _SHORTEST_PROSE or _has_no_spaces(entry.text):
            text = reveal(first_sentence(entry.text))
            self._prose.append(Found("", "", text, line, "" if depth else self._heading))


def _item_entries(block: Block) -> list[Entry]:
    """Return what an item says: one thing, or a question and its answers."""
    entries = entries_of(block.lines) if len(block.lines) > 1 else []
    is_asked = any(entry.is_answer for entry in entries[1:])
    return entries if is_asked else [read_entry(block.lines)]


def _has_no_spaces(text: str) -> bool:
    """Tell whether a text is in a script that writes sentences without spaces, such as Chinese."""
    return len(text) > 4 and any(
        "\u0e00" <= character <= "\u0eff" or "\u3040" <= character < "\U000f0000" for character in text
    )


def _to_wait(entry: Entry, line: int, depth: int) -> _Waiting:
    """Return a label that stands alone: shown if it is set apart, one word, or turns what follows."""
    is_set_apart = entry.is_marked or entry.is_bold or " " not in entry.label or turns(entry.label)
    text = "Example" if entry.label == "Examples" else entry.label
    asks = entry.is_bold and ("?" in text or "？" in text)
    says_something = not entry.is_open if entry.is_bold else entry.is_remark
    is_shown = is_set_apart and (_is_short(text) or asks)
    is_kept = asks or (says_something and not (entry.is_bold and is_shown))
    return _Waiting(text, line, depth, is_shown, says_something, is_kept)


def _item_to_wait(entry: Entry, block: Block) -> _Waiting:
    """Return an item that is a label: bold, or open to the items below it."""
    is_shown = _is_short(entry.label)
    asks = entry.label.endswith(("?", "？"))
    return _Waiting(
        entry.label, block.line, block.level, is_shown, asks or not entry.is_open, asks or not is_shown
    )


def _is_short(label: str) -> bool:
    return count_words(label) <= _LONGEST_SHOWN


def with_headings(points: Sequence[Found]) -> list[Found]:
    """Put its heading before each label that stands under several: of which are these the `Pros`?"""
    headings: dict[str, set[str]] = defaultdict(set)
    for found in points:
        headings[_shown_label(found)].add(found.heading)
    return [
        replace(found, group=labelled(found.heading, found.group))
        if _shown_label(found) and len(headings[_shown_label(found)]) > 1
        else found
        for found in points
    ]


def _shown_label(found: Found) -> str:
    return found.group or (found.label if found.text else "")
