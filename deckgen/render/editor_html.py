"""HTML as Anki's editor writes it.

A click into a field makes the editor read its HTML and write it anew, as browsers do. If a character comes
out otherwise, Anki takes the note for edited by its reader, and skips the author's next correction. So fields
are written that way from the first (``ts/lib/editable`` and ``ts/routes/editor/rich-text-input`` in
ankitects/anki).
"""

from __future__ import annotations

import re

# Control characters are dropped by Anki, but for a carriage return, which is a line break to a browser.
_UNUSUAL = r"\xa0\x00-\x08\x0b-\x1f\x7f"
# Most fields have none of these: a set of characters alone is found many times faster than alternatives.
_MAYBE_OTHERWISE = re.compile(rf"[&\\{_UNUSUAL}]")
_OTHERWISE = re.compile(
    rf"(?=[<&{_UNUSUAL}])(?:<[a-z][^>]*[/&\\{_UNUSUAL}][^>]*>|&quot;|&#39;|&#x27;|[{_UNUSUAL}])"
)
_OTHERWISE_IN_TAG = re.compile(rf" /(?=>)|&lt;|&gt;|&#39;|&#x27;|\\(?=[(\[])|[{_UNUSUAL}]")
_IN_TEXT = {"&quot;": '"', "&#39;": "'", "&#x27;": "'", "\xa0": "&nbsp;", "\r": "\n"}
# Browsers differ on < and > in attributes, and the editor looks for formulas there, so others stand for them.
_IN_TAG = {**_IN_TEXT, "&lt;": "\uff1c", "&gt;": "\uff1e", "\\": "\uff3c"}

# What the editor makes an element of, \[…\] first, and a text up to the last thing that would break one.
_FORMULAS = (
    ("\\[", "\\]", re.compile(r".*(?:<|&nbsp;|\\\(|\\\[(?=\n)|\n\Z)", re.DOTALL)),
    ("\\(", "\\)", re.compile(r".*(?:<|&nbsp;|\\\[|\\\]|\\\((?=\n)|\n\Z)", re.DOTALL)),
)


def as_editor_writes(html: str) -> str:
    """Return the HTML of a field as Anki's editor would leave it."""
    if _MAYBE_OTHERWISE.search(html) or " />" in html:
        html = _part_formula_marks(_OTHERWISE.sub(_rewrite, html))
    return "" if html == "<br>" else html


def _rewrite(match: re.Match[str]) -> str:
    piece = match[0]
    if piece.startswith("<"):
        return _OTHERWISE_IN_TAG.sub(lambda inner: _IN_TAG.get(inner[0], ""), piece)
    return _IN_TEXT.get(piece, "")


def _part_formula_marks(html: str) -> str:
    r"""Part the backslash of ``\(`` from its bracket where the editor would take too much for a formula.

    Code may hold such marks, in two elements even. MathJax passes over ``<wbr>``, so a formula stays one.
    """
    for opening, closing, broken in _FORMULAS:
        *pieces, rest = html.split(closing)
        html = closing.join([*(_parted(piece, opening, broken) for piece in pieces), rest])
    return html


def _parted(piece: str, opening: str, broken: re.Pattern[str]) -> str:
    match = broken.match(piece)
    if not match:
        return piece
    return match[0].replace(opening, f"\\<wbr>{opening[1]}") + piece[match.end() :]
