"""HTML as Anki's editor writes it.

A click into a field makes the editor read its HTML and write it anew, as browsers do. If a character comes
out otherwise, Anki takes the note for edited by its reader, and skips the author's next correction. So fields
are written that way from the first (``ts/lib/editable`` and ``ts/routes/editor/rich-text-input`` in
ankitects/anki).
"""

from __future__ import annotations

import re
from html import escape

# Control characters are dropped by Anki, but for a carriage return, which is a line break to a browser.
_UNUSUAL = r"\xa0\x00-\x08\x0b-\x1f\x7f"
# Most texts have none of these: a set of characters alone is found many times faster than alternatives.
_MAYBE_OTHERWISE = re.compile(rf"[&\\{_UNUSUAL}]")
_FORMULA_MARK = r"\\(?=[(\[])"
_OTHERWISE = (
    rf"(?=[<&\\{_UNUSUAL}])"
    rf"(?:<[a-z][^>]*[/&\\{_UNUSUAL}][^>]*>|&quot;|&#39;|&#x27;|{_FORMULA_MARK}|[{_UNUSUAL}])"
)
_OTHERWISE_IN_TAG = rf" /(?=>)|&lt;|&gt;|&#39;|&#x27;|{_FORMULA_MARK}|[{_UNUSUAL}]"
_IN_EACH = {"&quot;": '"', "&#39;": "'", "&#x27;": "'", "\xa0": "&nbsp;", "\r": "\n"}
# The editor takes \(…\) for a formula, in code too. Browsers differ on < and > in attributes.
_IN_TEXT = {**_IN_EACH, "\\": "\\<wbr>"}
_IN_TAG = {**_IN_EACH, "\\": "\uff3c", "&lt;": "\uff1c", "&gt;": "\uff1e"}


def as_editor_writes(html: str) -> str:
    """Return HTML that has no formula as Anki's editor would leave it."""
    if _MAYBE_OTHERWISE.search(html) or " />" in html:
        return re.sub(_OTHERWISE, _rewrite, html)
    return html


def text_as_editor_writes(text: str) -> str:
    """Return text as HTML, as Anki's editor would leave it."""
    return as_editor_writes(escape(text, quote=False))


def _rewrite(match: re.Match[str]) -> str:
    piece = match[0]
    if piece.startswith("<"):
        return re.sub(_OTHERWISE_IN_TAG, lambda inner: _IN_TAG.get(inner[0], ""), piece)
    return _IN_TEXT.get(piece, "")
