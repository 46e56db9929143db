"""Markdown to the HTML of a field.

comrak-ext (CommonMark with tables, strikethrough and bare links) does the work; ``docs/architecture.md``
says why. Ours are the masks around it, highlighting, and the short cuts for text that holds no markup, or
none but deletions.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from deckgen.cloze.patterns import SIMPLE_DELETION
from deckgen.model.text import unescape
from deckgen.model.values import Struct
from deckgen.render.editor_html import as_editor_writes
from deckgen.render.literal_marks import MAYBE_LITERAL, starts_as_block

if TYPE_CHECKING:
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexer import Lexer

    from deckgen.render.cloze_problems import MarkupProblem
    from deckgen.render.masks import Masked

# Whatever Markdown could take for markup, anywhere, or at the start. Generous: what is matched wrongly is
# only slower. Apart, because a set of characters alone is found many times faster than alternatives.
_MARKUP = re.compile(r"[\\`*_~$<>&\[\]{}|@\n\t\U000f0000-\U000ffffd]")
_FIRST_OF_MARKUP = frozenset("#+=-0123456789")
_CODE_BLOCK = r'(?s)<pre><code(?: class="language-([^"]*)")?>(.*?)</code></pre>'
_WIDTH = r"(<img [^>]*?)( /)?>\{width=([1-9]\d{0,3})(?:px)?\}"
_MARK_IN_CODE = "(\\{[\U000f0000-\U000ffffd]\\})"


# What must be masked, or looked at for clozes; a brace alone is only slower.
_TRIGGER = re.compile(r"[$<{}\\\U000f0000-\U000ffffd]")
_NO_DELETIONS: Mapping[int, str] = {}


class Html(Struct, frozen=True):
    """A field's HTML, what each of its cloze ordinals hides, and what is wrong in its source.

    ``is_plain`` tells that there is no markup in it, and so no link, no file and no deletion.
    """

    html: str
    deletions: Mapping[int, str] = _NO_DELETIONS
    problems: tuple[MarkupProblem, ...] = ()
    is_plain: bool = False


def to_html(source: str, *, clozes: bool = False) -> Html:
    """Render Markdown; ``clozes`` where deletions make cards. One paragraph alone gets no ``<p>``."""
    source = source.strip()
    if _is_plain(source):
        return Html(as_editor_writes(source), is_plain=True)
    if not (_TRIGGER.search(source) or MAYBE_LITERAL.search(source) or starts_as_block(source)):
        return Html(_render(source))
    if clozes and _is_plain(re.sub(SIMPLE_DELETION, r"\2", source)):
        deletions: dict[int, str] = {}
        for ordinal, hidden in re.findall(SIMPLE_DELETION, source):
            deletions[int(ordinal)] = deletions.get(int(ordinal), "") + hidden
        return Html(as_editor_writes(source), deletions)
    return _masked(source, clozes=clozes)


def _is_plain(source: str) -> bool:
    """Tell whether there is nothing in a text that Markdown could take for markup."""
    return not (
        _MARKUP.search(source)
        or source[:1] in _FIRST_OF_MARKUP
        or "://" in source
        or "www." in source
        or "  " in source
    )


def _masked(source: str, *, clozes: bool) -> Html:
    """Render what holds marks that Markdown must not touch."""
    from deckgen.render.backslashes import dropped_backslashes  # noqa: PLC0415 - these take a while to import
    from deckgen.render.cloze_overlaps import crossing_deletion  # noqa: PLC0415
    from deckgen.render.masks import lost_deletion, unmask  # noqa: PLC0415

    masked, html = _around_masks(source, clozes=clozes)
    problems = list(masked.problems)
    if masked.deletions and (lost := lost_deletion(html, masked) or crossing_deletion(html, masked)):
        problems.append(lost)
    html = unmask(html, masked.masks)
    if masked.escapes:

        def reads_the_same(other: str) -> bool:
            masked, rendered = _around_masks(other, clozes=clozes)
            return unmask(rendered, masked.masks) == html

        problems += dropped_backslashes(source, masked.escapes, reads_the_same)
    # Anki's editor drops a lone <br>.
    return Html("" if html == "<br>" else html, masked.deletions, tuple(problems))


def _around_masks(source: str, *, clozes: bool) -> tuple[Masked, str]:
    """Return a text with its masks, and its HTML with placeholders."""
    from deckgen.render.masks import crossing_tags, is_nested, mask, unmask  # noqa: PLC0415 - as above

    masked = mask(source, clozes=clozes)
    html = _render(masked.text)
    if masked.has_tags and not is_nested(unmask(html, masked.masks)):
        masked = mask(source, clozes=clozes, tags=False)
        masked.problems.append(crossing_tags(source))
        html = _render(masked.text)
    return masked, html


def _render(source: str) -> str:
    from deckgen.cloze import commonmark  # noqa: PLC0415 - few edits need it

    html = commonmark.to_html(source).strip()
    if "<pre>" in html:
        html = re.sub(_CODE_BLOCK, _highlight, html)
    if "<table>" in html:
        # A wide table scrolls in a box of its own, which the keyboard must reach.
        html = html.replace("<table>", '<div class="table" tabindex="0"><table>')
        html = html.replace("</table>", "</table></div>")
    if "{width=" in html:
        html = re.sub(_WIDTH, r'\1 style="width: \3px"\2>', html)  # a width="…" yields to the cards' style
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        html = html[3:-4]
    return as_editor_writes(html)


def _highlight(match: re.Match[str]) -> str:
    """Colour a code block with Pygments' classes; the reader's device runs no script for it."""
    from pygments import format as format_tokens  # noqa: PLC0415 - most builds meet no code block
    from pygments import lex  # noqa: PLC0415
    from pygments.token import Token  # noqa: PLC0415

    # Cloze marks are taken out for the lexer, and put back where they stood.
    pieces = re.split(_MARK_IN_CODE, unescape(match[2]))
    marks: deque[tuple[int, str]] = deque()
    offset = 0
    for index, piece in enumerate(pieces):
        if index % 2:
            marks.append((offset, piece))
        else:
            offset += len(piece)
    tokens = []
    offset = 0
    for kind, text in lex("".join(pieces[::2]).rstrip("\n"), _lexer(match[1] or "text")):
        start = 0
        while marks and marks[0][0] < offset + len(text):
            at, mark = marks.popleft()
            tokens += [(kind, text[start : at - offset]), (Token, mark)]
            start = at - offset
        tokens.append((kind, text[start:]))
        offset += len(text)
    tokens += [(Token, mark) for _, mark in marks]
    code = format_tokens(((kind, text) for kind, text in tokens if text), _formatter())
    return f'<pre class="hl"><code>{code.rstrip(chr(10))}</code></pre>'


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer:
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return _lexer("text")


@cache
def _formatter() -> HtmlFormatter[str]:
    from pygments.formatters.html import HtmlFormatter  # noqa: PLC0415

    return HtmlFormatter(nowrap=True)
