"""Turns the inline tokens of a paragraph into lines: their words, and which of them are bold.

Code must stay as written, so ``hide`` moves its characters to Unicode's private planes, where no rule for
words matches them, and ``reveal`` moves them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

_PRIVATE_PLANE = 0xF0000
_PRIVATE = re.compile("[\U000f0000-\U0010ffff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# GitHub's names for emoji, such as `:rocket:`. Each becomes a picture, which is dropped later like others.
_SHORTCODE = re.compile(r"(?<![\w:/]):(?:[a-z][a-z0-9_+-]{1,40}|[+-]1|100):(?![\w:/])")
_PICTURE = "\u2b50"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph.

    ``bold`` are the ranges of its bold words; ``is_link``: it is only a link; ``is_in_page_link``: a link to
    another place in the chapter, as in a table of contents.
    """

    text: str = ""
    bold: tuple[tuple[int, int], ...] = ()
    is_link: bool = False
    is_in_page_link: bool = False

    def without_start(self, length: int) -> Line:
        """Return the line without its first ``length`` characters."""
        bold = tuple((max(start - length, 0), end - length) for start, end in self.bold if end > length)
        return replace(self, text=self.text[length:], bold=bold)


def plain_line(text: str) -> Line:
    """Return a line without any Markdown in it."""
    return Line(_SHORTCODE.sub(_PICTURE, text) if ":" in text else text)


def joined(lines: Sequence[Line]) -> Line:
    """Return one or more lines as one, with spaces between them."""
    if len(lines) == 1:
        return lines[0]
    words = Words()
    for line in lines:
        at = 0
        for start, end in line.bold:
            words.add(line.text[at:start])
            words.add(line.text[start:end], bold=True)
            at = end
        words.add(f"{line.text[at:]} ")
    return words.line()


def without_private_characters(text: str) -> str:
    """Return a text with U+FFFD for private characters (icons of icon fonts), which ``hide`` needs."""
    return text if text.isascii() else _PRIVATE.sub("\ufffd", text)


def hide(code: str) -> str:
    """Return code as private characters; control characters become spaces."""
    code = _CONTROL.sub(" ", code)
    return "".join(
        chr(_PRIVATE_PLANE + ord(character)) if ord(character) < 0x20000 else character for character in code
    )


def reveal(text: str) -> str:
    """Return a text with its code as it was written."""
    if text.isascii():
        return text
    return _PRIVATE.sub(lambda match: chr(ord(match[0]) - _PRIVATE_PLANE), text)


def lines_of(children: Iterable[Token]) -> list[Line]:
    """Split the inline tokens of a paragraph at its line ends; pictures are left out."""
    lines, words = [], Words()
    bold, href = 0, ""
    for token in children:
        if token.type in ("strong_open", "strong_close"):
            bold += token.nesting
        elif token.type == "link_open":
            href = str(token.attrGet("href")) or "."
        elif token.type == "link_close":
            href = ""
        elif token.type in ("softbreak", "hardbreak") or _BREAK.fullmatch(token.content):
            lines.append(words.line())
            words = Words()
        elif token.type in ("text", "text_special", "code_inline"):
            words.add(_words(token), bold=bold > 0, href=href)
    lines.append(words.line())
    return [line for line in lines if line.text.strip()]


def _words(token: Token) -> str:
    if token.type == "text":
        return _SHORTCODE.sub(_PICTURE, token.content)
    is_written = token.type == "code_inline" or token.info == "escape"
    return hide(token.content) if is_written else token.content


class Words:
    """Collects the words of a line."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._bold: list[tuple[int, int]] = []
        self._length = 0
        self._says_more = False
        self._links: set[bool] = set()

    def add(self, text: str, *, bold: bool = False, href: str = "") -> None:
        """Add words to the end of the line."""
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        if any(map(str.isalnum, reveal(text))):
            self._says_more |= not href
            self._links |= {href.startswith("#")} if href else set()
        if bold and text:
            if self._bold and self._bold[-1][1] == start:
                start = self._bold.pop()[0]
            self._bold.append((start, self._length))

    def line(self) -> Line:
        """Return the line."""
        text = "".join(self._parts)
        is_link = bool(self._links) and not self._says_more
        return Line(text.rstrip(), tuple(self._bold), is_link, is_link and self._links == {True})
