"""Markdown as plain text of the same length, so that a place in the one is a place in the other.

Lint rules count words and look for phrases; parsing each field as Markdown would cost more than all rules
together, and lose the places. Markup becomes blanks, a formula a run of boxes.
"""

import re
from collections.abc import Collection

from deckgen.cloze.patterns import CLOSE, LETTER, OPEN
from deckgen.cloze.tokens import markdown_tokens

BOX = "\u25a1"

# Each alternative starts with a character of its own (a line with the `\n` before it), so that the search
# skips all other characters: six times as fast. A picture or address may not contain the start of another;
# otherwise a row of unclosed ones would each be searched to the end of the text.
_MARKUP = re.compile(
    r"""
      \n(?:
          (?P<fence> \ {0,3}(?P<rail>`{3,}|~{3,})[^\n]*(?:\n.*?(?:^\ {0,3}(?P=rail)[`~]*[ \t]*$|\Z)|\Z) )
        | (?P<item> [ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+ | \#{1,6}[ \t] | >[ \t]?) )
      )
    | `(?<!``)(?P<code> (?P<ticks>`*)(?!`) .+? (?<!`)`(?P=ticks)(?!`) )
    | \$(?P<maths>
          \$(?:\\.|[^$\\])+?\$\$
          | (?<!LETTER\$)(?<!\$\$)(?![\s$])(?:\\.|[^$\\`\n])+?(?<!\s)\$(?!LETTER|[{$(@\#])
      )
    | OPEN | ::[^{}:\n]*CLOSE | CLOSE
    | !\[(?:[^\]\n!]|!(?!\[))*+\]\((?:[^)\n\]]|\](?!\())*+\) | \]\((?:[^)\s\]]|\](?!\())*+\)
    | </?[a-zA-Z][^<>\n]*> | &[#a-zA-Z][a-zA-Z0-9]*;
    | \* | ~~ | \| | \[ | \] | \\ | ` | _(?:(?<!\w_)_*|_*(?!\w))
    """.replace("OPEN", OPEN)
    .replace("CLOSE", CLOSE)
    .replace("LETTER", LETTER),
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
# Every alternative needs one of these. Most fields have none, and are plain text already.
_SIGN = re.compile(r"[*~|\[\]\\`$<_#&{}]")
_ITEM = re.compile(r"[ \t]*[-+>\d]")
# `$5 a day, or 7$`: prose between two amounts is no formula (cloze/tokens.py draws the same line).
_PRICE = re.compile(r"\$\d.*?(?<![\\{A-Za-z])[A-Za-z]{2,}", re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_NO_PROSE = ("fence", "code", "display", "formula", "escape")
_NOT_NEWLINE = re.compile(r"[^\n]")


def without_markup(source: str) -> str:
    """Return the source with its markup and code blocks blanked out; code spans keep their words."""
    if _SIGN.search(source) or _ITEM.match(source) or "\n" in source:
        return _MARKUP.sub(_blank, f"\n{source}")[1:]
    return source


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line starts."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


def without_code(source: str, text: str) -> str:
    """Return ``text``, as long as ``source``, with blanks where the source has code in backticks."""
    for match in _CODE.finditer(source) if "`" in source else ():
        text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    return text


def prose(source: str, blanked: Collection[str] = _NO_PROSE) -> str:
    """Return the source with blanks for tokens of the kinds ``blanked``: code, formulas and escapes."""
    parts: list[str] = []
    position = 0
    for token in markdown_tokens(source):
        if token.kind in blanked:
            parts += source[position : token.start], _NOT_NEWLINE.sub(" ", source[token.start : token.end])
            position = token.end
    return "".join([*parts, source[position:]])


def _blank(match: re.Match[str]) -> str:
    text = match.group()
    if match.lastgroup == "code":
        ticks = " " * (len(match["ticks"]) + 1)
        return f"{ticks}{text[len(ticks) : -len(ticks)]}{ticks}"
    if match.lastgroup == "maths":
        return text if _PRICE.match(text) else BOX * len(text)
    return _NOT_NEWLINE.sub(" ", text) if match.lastgroup else " " * len(text)
