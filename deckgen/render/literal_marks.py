"""Characters that CommonMark takes for markup where an author means the characters themselves.

What is taken for which was decided by 8,681 published notes; ``docs/format.md`` has the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from deckgen.cloze.patterns import LETTER
from deckgen.cloze.tokens import Token

_TILDE_OR_NAME = re.compile(
    r"(?<!~)~(?!~)"  # 5~10 s
    r"|(?a:(?<!\w)_{2,}[A-Za-z0-9](?:\w*[A-Za-z0-9])?_{2,}(?!\w))"  # __init__
)
# How a list, a heading or another block starts; the group is what makes it one.
_BLOCK = re.compile(r"(#{1,6}|[-+*])(?:\s|\Z)|(>)|([-*_])(?: *\3){2,} *\Z|(\[)[^\]]+\]:|\d{1,9}([.)])\s")
_DEFINITION = re.compile(r"^ {0,3}(\[)([^\]\n]+)\]:", re.MULTILINE)
_LABEL = re.compile(r"\[([^\[\]\n]+)\]")

_STARS_OR_GAP = re.compile(r"\*+|\n\s*\n")
_ALONE = re.compile(r"(?<!\S)\*+(?!\S)")  # of a list or a rule, or between spaces
# Strings, since `LETTER` takes milliseconds to compile, and most builds of an edit meet no such asterisk.
_OPENS = rf"(?<!{LETTER})(?<![)\]])(?<![.,;!?\"'](?=\*++(?!\w)))\*+(?![\s*),;\]}}]|\.\w|/(?!\w))"
_CLOSES = rf"(?<![\s(\[{{])\*+(?!{LETTER})"
_INSIDE = rf"(?:(?<={LETTER})|(?<=[)\]]))\*+(?={LETTER}|[(\[])"
_CLOSED_IN_WORD = rf"(\*+)[^\s*]+\1(?!\*|{LETTER})"  # Type**Script**

# A text in which this finds nothing has no such character but at its start, and no `|` in code. An asterisk
# that stands alone, or at the start or the end of a word, as in emphasis, is none. Each alternative starts
# with a character of its own, so that the search skips all others.
_PLAIN_STARS = r"(?<![^\s(]\*)\*{0,2}+\w|(?<=\w\*)\*{0,2}+(?:[\s.,;:!?)]|\Z)|(?<!\S\*)\**+(?!\S)"
MAYBE_LITERAL = re.compile(rf"~|__|\]:|`[^`\n]*\||\*(?<!\*\*)(?!{_PLAIN_STARS})")


def starts_as_block(source: str) -> bool:
    """Tell whether a text of one line starts as a list or another block; it is a paragraph all the same."""
    return "\n" not in source and _BLOCK.match(source) is not None


def literal_marks(source: str, tokens: Sequence[Token]) -> list[Token]:
    """Return the characters that are no markup, as tokens; ``tokens`` are the code, formulas and escapes."""
    starts, ends = (token.end for token in tokens), (token.start for token in tokens)
    gaps = list(zip((0, *starts), (*ends, len(source)), strict=True))
    spans = [match.span() for gap in gaps for match in _TILDE_OR_NAME.finditer(source, *gap)]
    if any("*" in source[start:end] for start, end in gaps):
        spans += _products(source, gaps)
    if "\n" in source:
        labels = Counter(label.casefold() for label in _LABEL.findall(source))
        spans += [m.span(1) for m in _DEFINITION.finditer(source) if labels[m[2].casefold()] == 1]
    elif block := _BLOCK.match(source):
        spans.append(block.span(block.lastindex or 0))
    return [Token("literal", *span) for span in spans]


def _products(source: str, gaps: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where asterisks multiply or stand for anything: `a*b, c*d`, `count(*)`, `t.*`.

    An asterisk that can start emphasis, or end what was started in its paragraph, is left to Markdown.
    """
    opens, closes, inside_word, closed_in_word = map(re.compile, (_OPENS, _CLOSES, _INSIDE, _CLOSED_IN_WORD))
    opened: set[int] = set()  # the lengths of what may still be closed
    for gap in gaps:
        for match in _STARS_OR_GAP.finditer(source, *gap):
            start, length = match.start(), len(match[0])
            if match[0].isspace():
                opened = set()
                continue
            if _ALONE.match(source, start):
                continue
            inside = inside_word.match(source, start)
            if length in opened and (inside or closes.match(source, start)):
                opened.remove(length)
            elif opens.match(source, start) or (inside and closed_in_word.match(source, start)):
                opened.add(length)
            elif not opened or (inside and length == 1 and 3 not in opened):
                yield match.span()
            elif length == 3:
                opened.clear()
