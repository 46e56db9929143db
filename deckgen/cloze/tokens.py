"""Cloze marks with their offsets, in an author's Markdown and in the HTML that Anki reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckgen.cloze.patterns import BRACES, CLOSE, LETTER, MISTYPED, OPEN, SEPARATOR
from deckgen.model.values import Struct


class Token(Struct, frozen=True, gc=False):
    """A cloze mark, an escaped character, a picture's width, or code or a formula with marks ``inside`` it.

    ``kind`` is the name of its group in the pattern that found it. ``numbers`` are those of an opening
    mark, sorted: ``{{c2,1::`` has 1 and 2.
    """

    kind: str
    start: int
    end: int
    numbers: tuple[int, ...] = ()
    inside: tuple[Token, ...] = ()


_OPEN = f"(?P<open>{OPEN})"
_OTHER_MARKS = f"(?P<braces>{BRACES})|(?P<close>{CLOSE})|(?P<separator>{SEPARATOR})"
_MARK = re.compile(f"{_OPEN}|{_OTHER_MARKS}")
# The first line skips all but a few characters: six times as fast as trying each alternative. A string, since
# it takes milliseconds to compile, and an edit of plain words needs none of it.
_MARKDOWN = rf"""(?xsm)
    (?=[\\`~${{}}:]) (?:
      (?P<escape> \\(?:[^\w\s]|_) )
    | (?P<width> \{{width=\d+(?:px)?\}} )
    | (?P<fence> (?:(?<![^\n])|(?<=\n\ )|(?<=\n\ \ )|(?<=\n\ \ \ ))(?P<rail>`{{3,}}(?=[^`\n]*$)|~{{3,}})[^\n]*
        (?:\n (?:.*?\n)?? \ {{0,3}}(?P=rail)[`~]*[ \t]*$ | .*\Z) )
    | (?P<code> (?<!`)(?P<ticks>`+)(?!`) .+? (?<!`)(?P=ticks)(?!`) )
    | (?P<display> \$\$ (?:\\.|[^$\\])+? \$\$ )
    | (?P<formula> (?<!{LETTER})(?<!\$)\$(?![\s$]) (?:\\.|[^$\\`])+? (?<!\s)\$(?!{LETTER}|[{{$]) )
    | {_OPEN} | (?P<mistyped>{MISTYPED}) | {_OTHER_MARKS}
    )
    """
_FORMULA_SIGNS = {"display": 2, "formula": 1}
_WITH_MARKS_INSIDE = frozenset({"fence", "code", "display", "formula"})


def marks_in(text: str, start: int, end: int) -> Iterator[Token]:
    """Return the marks of HTML, or of code or a formula: nothing there shields one."""
    return map(_token, _MARK.finditer(text, start, end))


def markdown_tokens(source: str) -> Iterator[Token]:
    """Return the marks of Markdown, and the code, formulas and escapes in which marks mean something else."""
    position = 0
    search = re.compile(_MARKDOWN).search
    while match := search(source, position):
        position = match.end()
        if match.lastgroup == "formula" and _is_price(match.group()[1:-1]):
            position = match.start() + 1
            continue
        yield _token(match)


def content_span(token: Token) -> tuple[int, int]:
    """Return where the content of a formula starts and ends, without its dollar signs."""
    width = _FORMULA_SIGNS[token.kind]
    return token.start + width, token.end - width


def _token(match: re.Match[str]) -> Token:
    kind, (start, end) = str(match.lastgroup), match.span()
    if kind == "open":
        return Token(kind, start, end, _numbers(match.string[start + 3 : end - 2]))
    if kind in _WITH_MARKS_INSIDE:
        return Token(kind, start, end, (), tuple(marks_in(match.string, start, end)))
    return Token(kind, start, end)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({_number(digits) for digits in text.split(",") if digits}))


def _number(digits: str) -> int:
    """Return a number; of a longer one than any that Anki takes, the first digits, still too high."""
    return int(digits.lstrip("0")[:6] or "0")


def _is_price(content: str) -> bool:
    """Tell whether dollars enclose prose that starts with an amount: ``$5 a day, or 7$``."""
    return content[0].isdigit() and re.search(r"(?<![\\{A-Za-z])[A-Za-z]{2,}", content) is not None
