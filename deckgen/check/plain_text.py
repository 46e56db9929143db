"""Markdown as plain text of the same length, so that a place in the one is a place in the other.

Lint rules count words and look for phrases; a real Markdown parser for each field would cost more than
all rules together, and would lose the places. What is markup becomes blanks, a formula a run of boxes.
"""

from __future__ import annotations

import re

BOX = "\u25a1"

_MARKUP = re.compile(
    r"""
      (?P<fence> ^\ {0,3}(?P<rail>`{3,}|~{3,})[^\n]*(?:\n.*?(?:^\ {0,3}(?P=rail)[`~]*[ \t]*$|\Z)|\Z) )
    | (?P<code> (?<!`)(?P<ticks>`+)(?!`) .+? (?<!`)(?P=ticks)(?!`) )
    | (?P<maths> \$\$(?:\\.|[^$\\])+?\$\$ | (?<![\w$])\$(?![\s$])(?:\\.|[^$\\`\n])+?(?<!\s)\$(?![\w{$]) )
    | \{\{c[\d,]+:: | (?:::[^{}:\n]*)?\}\}
    | !\[[^\]\n]*\]\([^)\n]*\) | \]\([^)\s]*\)
    | </?[a-zA-Z][^<>\n]*> | &[#a-zA-Z][a-zA-Z0-9]*;
    | ^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+ | ^[ \t]*(?:\#{1,6}[ \t]|>[ \t]?)
    | [*~|\[\]\\`] | (?<!\w)_+ | _+(?!\w)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
# What any of these needs; most fields hold none and are plain as they stand.
_TRIGGER = re.compile(r"[*~|\[\]\\`$<_#&]|\{\{|\}\}|^[ \t]*(?:[-+>]|\d+[.)])", re.MULTILINE)
# `$5 a day, or 7$`: prose between two amounts is no formula (render/masks.py draws the same line).
_PRICE = re.compile(r"\$\d.*?(?<![\\{A-Za-z])[A-Za-z]{2,}", re.DOTALL)
_NOT_NEWLINE = re.compile(r"[^\n]")


def plain_text(source: str) -> str:
    """Return the source with its markup blanked out; code blocks vanish, code spans keep their words."""
    return _MARKUP.sub(_blank, source) if _TRIGGER.search(source) else source


def _blank(match: re.Match[str]) -> str:
    text = match.group()
    if match["fence"]:
        return _NOT_NEWLINE.sub(" ", text)
    if match["code"]:
        ticks = " " * len(match["ticks"])
        return f"{ticks}{text[len(ticks) : -len(ticks)]}{ticks}"
    if match["maths"]:
        return text if _PRICE.match(text) else BOX * len(text)
    return " " * len(text)
