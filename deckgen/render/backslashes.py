"""Backslashes that Markdown drops although they shield nothing, as in a regular expression or a path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from deckgen.model.diagnostics import Code, Severity
from deckgen.render.cloze_problems import MarkupProblem

BACKSLASH_DROPPED = Code(
    "backslash-dropped",
    Severity.WARNING,
    "A backslash is not shown",
    "Markdown drops a backslash before a punctuation mark, so that `\\*` can be an asterisk and no markup. "
    "Where there is nothing to shield, it was most likely meant to be read: a regular expression or a path "
    "without it is another one.",
    bad=r"answer: \d+\.\d+",
    good=r"answer: '`\d+\.\d+`'",
)
CODES = (BACKSLASH_DROPPED,)

# A backslash that does its work: before a price, and before a mark of Markdown that stands by itself.
_AT_WORK = re.compile(r"\\\$(?=\d)|(?<=\d)\\\$|(?<!\S)\\[*_#`~|<>+-](?!\S)")
_CLOSING = {"(": ")", "[": "]"}
_HINT = "Put the words into backticks, or delete what is not shown: the text reads the same without it."
_HINT_DOUBLED = "Put the words around it into backticks, where each backslash is shown."


def dropped_backslashes(
    source: str, escapes: list[int], reads_the_same: Callable[[str], bool]
) -> Iterator[MarkupProblem]:
    """Yield a problem for each word with useless backslashes.

    Args:
        source: the text.
        escapes: where each backslash stands that Markdown drops.
        reads_the_same: tells whether another source gives the same HTML.
    """
    groups: dict[str, list[int]] = {}
    for offset in _outside_formulas(source, escapes):
        if not (_AT_WORK.match(source, offset) and source[offset + 2 :] + source[:offset]):
            mark = source[offset + 1]
            groups.setdefault("[" if mark in "[]()!" else mark, []).append(offset)
    useless: list[tuple[int, str]] = []
    for mark, group in groups.items():
        if reads_the_same(_without(source, group)):
            useless += [(offset, _HINT) for offset in group]
        elif mark == "\\":  # two are seldom written to show one
            useless += [(offset, _HINT_DOUBLED) for offset in group]
    words: list[list[tuple[int, str]]] = []
    end = 0
    for offset, hint in sorted(useless):
        if offset >= end:
            end = offset + len(source[offset:].split(maxsplit=1)[0])
            words.append([])
        words[-1].append((offset, hint))
    for word in words:
        marks = dict.fromkeys(f"`{source[offset + 1]}`" for offset, _ in word)
        what = "The backslash before {} is" if len(marks) == 1 else "The backslashes before {} are"
        message = f"{what.format(' and '.join(marks))} not shown."
        yield MarkupProblem(BACKSLASH_DROPPED, word[0][0], message, word[0][1])


def _outside_formulas(source: str, escapes: list[int]) -> list[int]:
    r"""Leave out the marks of `\(…\)` and `\[…\]`: the rule `maths` speaks of these."""
    opened: dict[str, int] = {}
    formulas = set[int]()
    for offset in escapes:
        mark = source[offset + 1]
        if mark in "([":
            opened.setdefault(_CLOSING[mark], offset)
        elif mark in opened:
            formulas |= {opened.pop(mark), offset}
    return [offset for offset in escapes if offset not in formulas]


def _without(source: str, offsets: list[int]) -> str:
    starts, ends = (offset + 1 for offset in offsets), (*offsets, len(source))
    return "".join([source[start:end] for start, end in zip((0, *starts), ends, strict=True)])
