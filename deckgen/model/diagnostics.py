"""What every stage can say about the source: where, how bad, what, and how to mend it.

A stage returns its findings; it never prints and never exits. A code stands beside the stage that
reports it, with the text that ``deckgen explain`` prints.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from enum import IntEnum
from functools import lru_cache
from itertools import groupby, islice
from typing import TYPE_CHECKING

from deckgen.model.values import Struct

if TYPE_CHECKING:
    from deckgen.model.text import Edit


class Severity(IntEnum):
    """How much a finding matters; an ERROR stops a build."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Span(Struct, frozen=True, order=True, gc=False):  # it can be in no cycle: nothing for the collector
    """A place in a source file.

    ``path`` is relative to the project's root with ``/`` between its parts; ``line`` and ``column``
    count from 1, in characters. ``nth`` asks for the n-th character, white space not counted, of the
    YAML scalar that starts here; ``exact_spans`` finds it, given the source.
    """

    path: str
    line: int = 1
    column: int = 1
    nth: int = 0


def span_at(path: str, text: str, offset: int) -> Span:
    """Return the place of the character at ``offset`` in the text of a file."""
    starts = _line_starts(text)
    line = bisect_right(starts, offset)
    return Span(path, line, offset - starts[line - 1] + 1)


@lru_cache(maxsize=1)
def _line_starts(text: str) -> list[int]:
    """Return where lines start; kept for a text of which many places are asked in turn."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


class Code(Struct, frozen=True):
    """A kind of finding: its name, how bad it is, and what ``deckgen explain`` says of it.

    ``why`` is prose; ``bad`` and ``good`` are examples in the source format.
    """

    name: str
    severity: Severity
    title: str
    why: str
    bad: str = ""
    good: str = ""

    def at(self, span: Span, message: str, hint: str) -> Finding:
        """Return a finding of this code at ``span``: one sentence on what is wrong, one on the mend."""
        return Finding(self, span, message, hint, self.severity)


class Finding(Struct, frozen=True):
    """One thing that a check reports: what is wrong, and a hint on how to mend it, each in a sentence.

    ``edit`` is the mend that can be made automatically, if there is one.
    """

    code: Code
    span: Span
    message: str
    hint: str
    severity: Severity
    edit: Edit | None = None

    def sort_key(self) -> tuple[Span, str, str]:
        """Order of a report: by place, then by code and text."""
        return self.span, self.code.name, self.message


# What stands for one character of a scalar, by the mark that it starts with; the group is white space.
_PIECES = {
    '"': r"\\(?:x..|u.{4}|U.{8}|([ nrtvfN_LP\t]|\Z)|.)|(\s)|.",
    "'": r"''|(\s)|.",
}
_PLAIN_PIECE = r"(\s)|."


def exact_spans(spans: Iterable[Span], lines: list[str]) -> dict[Span, Span]:
    """Return by each span of a file that of the character it asks for, given the lines of the source.

    A scalar is walked once, however many of its characters are asked for: a text may have a thousand faults.
    """
    exact: dict[Span, Span] = {}
    for (line, column), here in groupby(sorted(set(spans)), key=lambda span: (span.line, span.column)):
        characters, passed = _characters(line, column, lines), 0
        for span in here:
            place = line, column
            if span.nth:
                place = next(islice(characters, span.nth - passed - 1, None), place)
                passed = span.nth
            exact[span] = Span(span.path, *place)
    return exact


def _characters(line: int, column: int, lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where each character of the scalar stands that starts here, white space left out.

    A scalar's value and its source differ in white space (folding, indentation), in quotes and in
    escapes, so the characters that are no white space are counted.
    """
    if line > len(lines):  # the file was cut short since it was parsed
        return
    mark = lines[line - 1][column - 1 : column]
    if mark in ("|", ">"):
        line, column = line + 1, 1
    elif mark in ("'", '"'):
        column += 1
    pieces = re.compile(_PIECES.get(mark, _PLAIN_PIECE))
    for number in range(line, len(lines) + 1):
        for piece in pieces.finditer(lines[number - 1], column - 1):
            if not piece.lastindex:
                yield number, piece.start() + 1
        column = 1


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings by place, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=Finding.sort_key))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether any finding would stop a build."""
    return any(finding.severity is Severity.ERROR for finding in findings)


# What `nearest` compares at most, in some milliseconds: a file may have thousands of wrong words.
_MOST_WORDS = 500
_LONGEST_WORD = 100
_SHORT, _FIRST_LETTER_COUNTS = 3, 5  # letters: two that are swapped make more of a short word


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` was most likely meant to be, or None.

    The comparison ignores case. Of a great many known words only those are compared that begin alike. A short
    word that begins otherwise is another word: `hint` is no `lint`.
    """
    word = word.casefold()
    if len(word) > _LONGEST_WORD:
        return None
    by_folded = {candidate.casefold(): candidate for candidate in known}
    if len(by_folded) > _MOST_WORDS:
        alike = (each for each in by_folded.items() if each[0][:3] == word[:3])
        by_folded = dict(islice(alike, _MOST_WORDS))
    from difflib import get_close_matches  # noqa: PLC0415 - most runs find nothing amiss

    cutoff = 0.6 if len(word) <= _SHORT else 0.7
    for match in get_close_matches(word, by_folded, cutoff=cutoff):
        if len(word) > _FIRST_LETTER_COUNTS or match[0] in word[:2] or word[0] in match[:2]:
            return by_folded[match]
    return None


def did_you_mean(word: str, known: Iterable[str], otherwise: str, taken: Collection[str] = ()) -> str:
    """Return a hint: the nearest known word where there is one, else ``otherwise``.

    One that is ``taken`` is another key of the same mapping, which cannot be given twice.
    """
    guess = nearest(word, known)
    if guess in taken:
        return f"Merge it with `{guess}`."
    return f"Did you mean `{guess}`?" if guess else otherwise
