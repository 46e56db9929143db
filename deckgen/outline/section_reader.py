"""Finds the points in the blocks of a section: docs/outline.md states the rules."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from deckgen.outline.blocks import Block, BlockKind
from deckgen.outline.guess import CROSSED, changes_meaning, on_questions, points_elsewhere
from deckgen.outline.inline import joined, reveal
from deckgen.outline.labels import clean_heading, clean_label
from deckgen.outline.points import FoundPoint, SectionPoints, with_headings
from deckgen.outline.sentences import count_words, first_sentence, labelled
from deckgen.outline.statements import (
    Statement,
    read_row,
    read_statement,
    statements_of,
    without_question_mark,
)

# Fewer words are a caption ("Contents"), not a sentence.
_SHORTEST_PROSE = 3
# A longer label is a sentence, too long to be put before each point.
_LONGEST_SHOWN = 8
_URL = re.compile(r"<?(?:https?://|www\.)\S+")
_ALERT = re.compile(r"\[!\w+\]\s*")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A label whose list, quote or paragraph is still to come.

    ``is_shown``: it is put before each point that follows; ``is_point``: it is a point itself if nothing
    follows, and ``is_kept``: also if a list follows.
    """

    text: str
    line: int
    depth: int
    is_shown: bool
    is_point: bool
    is_kept: bool


def find_points(blocks: Iterable[Block], title: str) -> SectionPoints:
    """Read the blocks of the section with this title."""
    reader = _Reader(title)
    for block in blocks:
        reader.take(block)
    reader.take(Block(BlockKind.OTHER, (), 0))
    return reader.result()


class _Reader:
    """Reads a section's blocks one by one; only the next block tells what a label introduces."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._found: list[FoundPoint] = []
        self._prose: list[FoundPoint] = []
        self._heading = ""
        self._outer_headings: dict[int, str] = {}
        self._waiting: _Waiting | None = None
        self._groups: dict[int, str] = {}

    def result(self) -> SectionPoints:
        """Return the points; a heading without any gets the first sentence of its prose as one."""
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
        return SectionPoints(tuple(points), bool(stand_ins), tuple(left))

    def take(self, block: Block) -> None:
        if block.kind is BlockKind.HEADING:
            self._end_waiting()
            self._begin_heading(block)
        elif block.kind is BlockKind.ITEM:
            self._item(block)
        elif block.kind is BlockKind.QUOTE:
            self._quote(block)
        elif block.kind is BlockKind.ROW:
            self._row(block)
        elif block.kind is BlockKind.PARAGRAPH:
            self._paragraph(block)
        elif not block.level:
            self._end_waiting()

    def _begin_heading(self, block: Block) -> None:
        """Begin a heading; a question is a point itself."""
        text = joined(block.lines).text if block.lines else ""
        asked = without_question_mark(text)
        self._heading = clean_heading(asked or text)
        self._outer_headings = {
            rank: words for rank, words in self._outer_headings.items() if rank < block.level
        }
        if asked or (self._heading.endswith(("?", "？")) and on_questions(self._title)):
            self._waiting = _Waiting(self._heading, block.line, 0, True, True, True)
        elif changes_meaning(self._heading):
            self._outer_headings[block.level] = self._heading

    def _add(self, group: str, label: str, text: str, line: int, *, is_named: bool = True) -> None:
        label, text = reveal(label), reveal(text).strip(" ;,")
        if any(character.isalnum() for character in label + text) and not _URL.fullmatch(label or text):
            outer = list(self._outer_headings.values())[-1:]
            group = ": ".join([*outer, reveal(group)] if group else outer)
            self._found.append(FoundPoint(group, label, text, line, self._heading, is_named))

    def _end_waiting(self, depth: int = 0) -> None:
        """End the wait of a label that nothing followed: it may be a point itself."""
        waiting, self._waiting = self._waiting, None
        if waiting and waiting.is_point:
            self._add_waiting(waiting)
        if not depth:
            self._groups = {}

    def _add_waiting(self, waiting: _Waiting) -> None:
        asks = waiting.text.endswith(("?", "？")) and waiting.is_shown
        label, text = (waiting.text, "") if asks else ("", waiting.text)
        self._add(self._group(waiting.depth), label, text, waiting.line)

    def _group(self, depth: int, statement: Statement | None = None) -> str:
        """Return the label over a statement at ``depth``, with those around it that change its meaning.

        A cross before the statement counts as the label ``Not``, if no other label says so.
        """
        outer = [label for at, label in sorted(self._groups.items()) if at < depth and changes_meaning(label)]
        group = ": ".join(filter(None, [*outer, self._groups.get(depth, "")]))
        says_so = any(
            map(
                changes_meaning, (group, *self._outer_headings.values(), statement.label if statement else "")
            )
        )
        return group if statement is None or not statement.is_crossed or says_so else labelled(group, CROSSED)

    def _item(self, block: Block) -> None:
        if all(line.is_in_page_link for line in block.lines):
            self._waiting = None
            return
        if points_elsewhere(self._heading or self._title) and all(line.is_link for line in block.lines):
            return
        first, *answers = _item_statements(block)
        if first.is_answer and self._waiting:
            self._answer(first)
            return
        self._begin_group(block.level)
        self._groups = {depth: label for depth, label in self._groups.items() if depth <= block.level}
        if first.text:
            self._add(self._group(block.level, first), first.label, first.text, block.line)
        elif first.label:
            self._waiting = _item_to_wait(first, block)
        for answer in answers:
            self._answer(answer)

    def _answer(self, statement: Statement) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting:
            self._add(self._group(waiting.depth), waiting.text, first_sentence(statement.text), waiting.line)

    def _begin_group(self, depth: int) -> None:
        """Make the waiting label the group of the items at ``depth``, if they are below it."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        if waiting.is_kept or depth <= waiting.depth:
            self._add_waiting(waiting)
        if depth > waiting.depth:
            is_shown = waiting.is_shown and (not waiting.is_kept or changes_meaning(waiting.text))
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
        statements = statements_of(block.lines)
        for number, statement in enumerate(statements):
            line = block.line + statement.at
            waiting = self._waiting
            if statement.label and not statement.text:
                self._end_waiting(block.level)
                self._waiting = _to_wait(statement, line, block.level)
            elif waiting and not statement.label and (number or waiting.is_shown or statement.is_answer):
                text = (
                    statement.text if number and not statement.is_answer else first_sentence(statement.text)
                )
                self._add(self._group(block.level), waiting.text, text, line)
                self._waiting = replace(waiting, is_point=False, is_kept=False)
            else:
                self._end_waiting(block.level)
                self._add_statement(statement, line, block.level)
        if statements and statements[-1].text:
            self._waiting = None

    def _add_statement(self, statement: Statement, line: int, depth: int) -> None:
        if statement.label or statement.is_marked or statement.is_remark:
            self._add(self._group(depth, statement), statement.label, statement.text, line)
        elif len(statement.text.split()) >= _SHORTEST_PROSE or _has_no_spaces(statement.text):
            text = reveal(first_sentence(statement.text))
            self._prose.append(FoundPoint("", "", text, line, "" if depth else self._heading))


def _item_statements(block: Block) -> list[Statement]:
    """Return the statements of a list item: one, or a question and its answers."""
    statements = statements_of(block.lines) if len(block.lines) > 1 else []
    is_asked = any(statement.is_answer for statement in statements[1:])
    return statements if is_asked else [read_statement(block.lines)]


def _has_no_spaces(text: str) -> bool:
    """Tell whether a text is in a script that writes sentences without spaces, such as Chinese."""
    return len(text) > 4 and any(
        "\u0e00" <= character <= "\u0eff" or "\u3040" <= character < "\U000f0000" for character in text
    )


def _to_wait(statement: Statement, line: int, depth: int) -> _Waiting:
    """Return a label on its own line: shown if it is set apart, one word, or changes the meaning."""
    is_set_apart = (
        statement.is_marked
        or statement.is_bold
        or " " not in statement.label
        or changes_meaning(statement.label)
    )
    text = "Example" if statement.label == "Examples" else statement.label
    asks = statement.is_bold and ("?" in text or "？" in text)
    says_something = not statement.is_open if statement.is_bold else statement.is_remark
    is_shown = is_set_apart and (_is_short(text) or asks)
    is_kept = asks or (says_something and not (statement.is_bold and is_shown))
    return _Waiting(text, line, depth, is_shown, says_something, is_kept)


def _item_to_wait(statement: Statement, block: Block) -> _Waiting:
    """Return a list item that is a label: bold, or ending in a colon."""
    is_shown = _is_short(statement.label)
    asks = statement.label.endswith(("?", "？"))
    return _Waiting(
        statement.label,
        block.line,
        block.level,
        is_shown,
        asks or not statement.is_open,
        asks or not is_shown,
    )


def _is_short(label: str) -> bool:
    return count_words(label) <= _LONGEST_SHOWN
