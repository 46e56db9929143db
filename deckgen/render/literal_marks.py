"""Characters that CommonMark takes for markup where an author means the characters themselves.

What is taken for which was decided by 8,681 published notes; ``docs/format.md`` has the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from deckgen.cloze.patterns import ADDRESS, CODE_SIGNS, ENTITY, HARMLESS_TAGS
from deckgen.cloze.tokens import Token

_TILDE = r"(?<!~)~(?!~)"  # 5~10 s
_NO_ADDRESS = r"\]\(\s*\)"  # of `f[0]()`, what would make a link of it
TAGS = f"{HARMLESS_TAGS}|{HARMLESS_TAGS.upper()}"
# All other HTML: a tag, or the start of one, that is no address. In a block of HTML, Markdown reads no mark.
_ATTRIBUTE = r"""[ \t]+[\w:.-]+(?:[ \t]*=[ \t]*(?:"[^"\n{}]*"|'[^'\n{}]*'|[^\s"'=<>`{}]+))?"""
_HTML = (
    rf"(?<!\]\()(?<!\]\( )(?<!\]: )<(?!/?(?:{TAGS})>|(?:br|BR) ?/?>)(?:"
    rf"/?[A-Za-z][\w-]*(?:{_ATTRIBUTE})*[ \t]*/?>|(?=[A-Za-z/!?])(?!{ADDRESS}|[^\s<>@]+@[\w.-]+>))"
)
# How a list, a heading or another block starts; the group is what makes it one.
_BLOCK = re.compile(r"(#{1,6}|[-+*])(?:\s|\Z)|(>)|([-*_])(?: *\3){2,} *\Z|(\[)[^\]]+\]:|\d{1,9}([.)])\s")
_DEFINITION = r"(?m)^ {0,3}(\[)([^\]\n]+)\]:"
_LABEL = r"\[([^\[\]\n]+)\]"

# A text in which this finds nothing has no such character but at its start, and no `|` in code. An asterisk
# that stands alone, or at the start or the end of a word, as in emphasis, is none, but for one with signs of
# code behind it, or with several words up to the next: these may be pointers. Each alternative starts with a
# character of its own, so that the search skips all others.
_PLAIN_STARS = (
    r"(?<!\S\*)\*{0,2}+\w|(?<=\w\*)\*{0,2}+(?:[\s.,;:!?]|\Z)|(?<=[.:!?]\*)\*{0,2}+(?!\S)|(?<!\S\*)\**+(?!\S)"
)
MAYBE_LITERAL = re.compile(
    rf"~|_(?:_|(?!\w))|\](?::|\(\s*\))|&#?\w+;|`(?=[^`\n]*\|)|\*(?<!\*\*)(?:(?!{_PLAIN_STARS})"
    rf"|(?<!\S\*)\w(?:\w*;|(?:[^*]|\*\*)*?{CODE_SIGNS})|(?<![^\s(]\*)\*?\w++(?=[^*\w][^*]*(?<=\w)\*))"
)


def starts_as_block(source: str) -> bool:
    """Tell whether a text of one line starts as a list or another block; it is a paragraph all the same."""
    return "\n" not in source and _BLOCK.match(source) is not None


def literal_marks(source: str, tokens: Sequence[Token], *, has_table: bool) -> list[Token]:
    """Return the characters that are no markup, as tokens; ``tokens`` are the code, formulas and escapes."""
    starts, ends = (token.end for token in tokens), (token.start for token in tokens)
    gaps = list(zip((0, *starts), (*ends, len(source)), strict=True))
    spans = [match.span() for match in _matches(_TILDE, source, gaps)] if "~" in source else []
    if "<" in source:
        spans += [match.span() for match in re.finditer(_HTML, source)]
    if "](" in source:
        spans += [match.span() for match in re.finditer(_NO_ADDRESS, source)]
    if any(match[0][0] in "*_" for match in MAYBE_LITERAL.finditer(source)):
        from deckgen.render.emphasis import not_emphasis  # noqa: PLC0415 - its patterns take a while

        spans += not_emphasis(source, gaps, has_table=has_table)
    if "&" in source:
        spans += [match.span(1) for match in _matches(ENTITY, source, gaps) if match[1]]
    if "\n" in source:
        labels = Counter(label.casefold() for label in re.findall(_LABEL, source))
        spans += [m.span(1) for m in re.finditer(_DEFINITION, source) if labels[m[2].casefold()] == 1]
    elif block := _BLOCK.match(source):
        spans.append(block.span(block.lastindex or 0))
    return [Token("literal", *span) for span in spans]


def _matches(pattern: str, source: str, gaps: Iterable[tuple[int, int]]) -> Iterator[re.Match[str]]:
    return chain.from_iterable(re.compile(pattern).finditer(source, *gap) for gap in gaps)
