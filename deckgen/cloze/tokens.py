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
    (?=[\\`~${{}}:\uff5b]) (?:
      (?P<escape> \\(?:[^\w\s]|_) )
    | (?P<width> \{{width=\d+(?:px)?\}} )
    | (?P<fence> (?:(?<![^\n])|(?<=\n\ )|(?<=\n\ \ )|(?<=\n\ \ \ ))(?P<rail>`{{3,}}(?=[^`\n]*$)|~{{3,}})[^\n]*
        (?:\n (?:.*?\n)?? \ {{0,3}}(?P=rail)[`~]*[ \t]*$ | .*\Z) )
    | (?P<code> (?<!`)(?P<ticks>`+)(?!`) .+? (?<!`)(?P=ticks)(?!`) )
    | (?P<display> \$\$ (?:\\.|[^$\\])+? \$\$ )
    | (?P<formula> (?<!{LETTER})(?<!\$)\$(?![\s$]) (?:\\.|[^$\\`])+? (?<!\s)\$(?!{LETTER}|[{{$(@#]) )
    | {_OPEN} | (?P<mistyped>{MISTYPED}) | {_OTHER_MARKS}
    )
    """
_FORMULA_SIGNS = {"display": 2, "formula": 1}
# What may stand on the lines of a formula that has its own: marks of an item or a quotation, a full stop.
_LONGEST_INDENT = 20
_BEFORE_DISPLAY = r"[ \t]*(?:(?:[-+*>]|\d{1,9}[.)])[ \t]+)*"
_AFTER_DISPLAY = r"[ \t]*[.,;:!?]?[ \t]*(?:\n|\Z)"
# `$x =~ /^a$/` and `${name}$` are of Perl and shells.
_OF_A_PROGRAM = re.compile(r"[=!]~|\A\{[A-Za-z]\w+\}")
_QUOTES = ('"', "'")
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
        if match.lastgroup == "formula" and _is_text(source, match.start(), position):
            position = match.start() + 1
            continue
        if match.lastgroup == "display" and not _is_display(source, match.start(), position):
            position = match.start() + 2
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


def _is_display(source: str, start: int, end: int) -> bool:
    """Tell whether ``$$…$$`` is a formula; one with spaces beside its dollars has lines of its own."""
    if not (source[start + 2].isspace() or source[end - 3].isspace()):
        return True
    before = source[max(start - _LONGEST_INDENT, 0) : start]
    at_start = "\n" in before or start <= _LONGEST_INDENT
    return (
        at_start
        and not source[start + 2 : end - 2].isspace()
        and re.fullmatch(_BEFORE_DISPLAY, before.rpartition("\n")[2]) is not None
        and re.match(_AFTER_DISPLAY, source[end : end + _LONGEST_INDENT]) is not None
    )


def _is_text(source: str, start: int, end: int) -> bool:
    """Tell whether single dollars enclose no formula: an amount and prose, a shell's or Perl's variable."""
    content = source[start + 1 : end - 1]
    return (
        (content[0].isdigit() and re.search(r"(?<![\\{A-Za-z])[A-Za-z]{2,}", content) is not None)
        or content.count('"') % 2 == 1  # `"$cmd" "$@"`: it would end in another quotation than it starts in
        or any(
            mark in _QUOTES and mark in content for mark in (source[start - 1 : start], source[end : end + 1])
        )
        or _OF_A_PROGRAM.search(content) is not None
        or _closes_more_than_it_opens(content)
    )


def _closes_more_than_it_opens(content: str) -> bool:
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", content):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return True
    return False
