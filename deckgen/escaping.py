"""Text to HTML and back, by the standard library's ``html``, imported where there is something to do.

It brings the names of two thousand entities, which take as long to import as a dozen files of ours.
"""

from __future__ import annotations

_SIGNS = frozenset("&<>\"'")


def escape(text: str, *, quote: bool = True) -> str:
    """Return text as HTML; ``quote`` where it may stand in an attribute."""
    if _SIGNS.isdisjoint(text):
        return text
    from html import escape  # noqa: PLC0415 - as above

    return escape(text, quote=quote)


def unescape(html: str) -> str:
    """Return the text of HTML without tags."""
    if "&" not in html:
        return html
    from html import unescape  # noqa: PLC0415 - as above

    return unescape(html)
