"""Markdown to the HTML of a field.

comrak (CommonMark with tables, strikethrough and bare links) does the work; ``docs/architecture.md``
says why. Ours are the masks around it, highlighting, and the short cut for text without any markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import NamedTuple

import comrak

from deckgen.render.masks import TRIGGER, Problem, mask, unmask

_EXTENSIONS = comrak.ExtensionOptions()
_EXTENSIONS.table = True
_EXTENSIONS.strikethrough = True
_EXTENSIONS.autolink = True
_RENDER = comrak.RenderOptions()
_RENDER.escape = True  # raw HTML is shown as text

# Whatever Markdown could take for markup. Generous: what it matches wrongly is only slower.
_MARKUP = re.compile(r"[\\`*_~$<>&\[\]{}|@\n\t]|://|www\.|^(?:[#+=-]|\d+[.)])|  |[\U000f0000-\U000ffffd]")
_CODE_BLOCK = re.compile(r'<pre><code(?: class="language-([^"]*)")?>(.*?)</code></pre>', re.DOTALL)
_MARK_IN_CODE = re.compile("(\\{[\U000f0000-\U000ffffd]\\})")


class Html(NamedTuple):
    """A field's HTML, what each of its cloze ordinals hides, and what is wrong in its source."""

    html: str
    deletions: Mapping[int, str] = {}
    problems: tuple[Problem, ...] = ()


def to_html(source: str, *, clozes: bool = False) -> Html:
    """Render Markdown; ``clozes`` where deletions make cards. One paragraph alone gets no ``<p>``."""
    source = source.strip()
    if not _MARKUP.search(source):
        return Html(source.replace('"', "&quot;"))
    if not TRIGGER.search(source):
        return Html(_render(source))
    masked = mask(source, clozes=clozes)
    return Html(unmask(_render(masked.text), masked.masks), masked.deletions, tuple(masked.problems))


def _render(source: str) -> str:
    html: str = comrak.render_markdown(source, extension_options=_EXTENSIONS, render_options=_RENDER)
    html = html.strip()
    if "<pre>" in html:
        html = _CODE_BLOCK.sub(_highlight, html)
    if "<table>" in html:
        # A wide table scrolls in a box of its own, which the keyboard must reach.
        html = html.replace("<table>", '<div class="table" tabindex="0"><table>')
        html = html.replace("</table>", "</table></div>")
    if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
        html = html[3:-4]
    return html


def _highlight(match: re.Match[str]) -> str:
    """Colour a code block with Pygments' classes; the reader's device runs no script for it."""
    from pygments import lex  # noqa: PLC0415 - most builds meet no code block
    from pygments.formatters.html import HtmlFormatter  # noqa: PLC0415
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.token import Token  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    # Cloze marks are taken out for the lexer, and put back where they stood.
    pieces = _MARK_IN_CODE.split(unescape(match[2]))
    marks: list[tuple[int, str]] = []
    offset = 0
    for index, piece in enumerate(pieces):
        if index % 2:
            marks.append((offset, piece))
        else:
            offset += len(piece)
    try:
        lexer = get_lexer_by_name(match[1] or "text", stripnl=False, ensurenl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False, ensurenl=False)
    tokens = []
    offset = 0
    for kind, text in lex("".join(pieces[::2]).rstrip("\n"), lexer):
        start = 0
        while marks and marks[0][0] < offset + len(text):
            at, mark = marks.pop(0)
            tokens += [(kind, text[start : at - offset]), (Token, mark)]
            start = at - offset
        tokens.append((kind, text[start:]))
        offset += len(text)
    tokens += [(Token, mark) for _, mark in marks]
    formatter = HtmlFormatter(nowrap=True)
    import io  # noqa: PLC0415

    out = io.StringIO()
    formatter.format(((kind, text) for kind, text in tokens if text), out)
    return f'<pre class="hl"><code>{out.getvalue().rstrip(chr(10))}</code></pre>'
